use crate::Period;
use crate::initiative::{AddInitiative, EditInitiative, Initiative, Lane, PlaceInitiative, initiative, initiatives};
use crate::promise::{AddPromise, EditPromise, Promise, PromiseState, promise, promises};
use access::Can;
use axum::extract::FromRef;
use object::carry_out;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::*;
use web::{Answer, Body, House, LongPaging, Op, Paging, Path, Query, Rows};

#[derive(Debug, Serialize, ToSchema)]
pub struct Roadmap {
    pub rows: Vec<Initiative>,
    pub next: Option<String>,
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInitiative {
    pub title: Title,
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub problem: Option<vocabulary::Body>,
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub outcome: Option<vocabulary::Body>,
    pub lane: Lane,
    pub starts: Option<Period>,
    pub ends: Option<Period>,
    #[schema(minimum = 0, maximum = 10)]
    pub confidence: Option<i64>,
    /// The objective it serves, by id or reference.
    #[schema(value_type = Option<String>)]
    pub objective: Option<ObjectName>,
    /// The opportunity it addresses, by id or reference.
    #[schema(value_type = Option<String>)]
    pub opportunity: Option<ObjectName>,
}

/// Absent fields stay as they are; null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InitiativePatch {
    pub title: Option<Title>,
    #[serde(default, deserialize_with = "object::present")]
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub problem: Option<Option<vocabulary::Body>>,
    #[serde(default, deserialize_with = "object::present")]
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub outcome: Option<Option<vocabulary::Body>>,
    #[serde(default, deserialize_with = "object::present")]
    #[schema(value_type = Option<Period>)]
    pub starts: Option<Option<Period>>,
    #[serde(default, deserialize_with = "object::present")]
    #[schema(value_type = Option<Period>)]
    pub ends: Option<Option<Period>>,
    #[serde(default, deserialize_with = "object::present")]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 10)]
    pub confidence: Option<Option<i64>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoadmapPlace {
    pub lane: Lane,
    /// Just above this initiative of the lane; without before and after, at the lane's end.
    #[schema(value_type = Option<String>)]
    pub before: Option<ObjectName>,
    #[schema(value_type = Option<String>)]
    pub after: Option<ObjectName>,
}

/// The routes of the roadmap.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(get_roadmap, add_initiative))
        .routes(routes!(get_initiative, edit_initiative))
        .routes(routes!(place_initiative))
        .routes(routes!(list_promises, add_promise))
        .routes(routes!(get_promise, edit_promise))
}

/// The roadmap: now, next, later, each in its order
#[utoipa::path(get, path = "/products/{product}/initiatives", tag = "roadmap", params(("product" = String, Path, description = "key or id"), LongPaging),
    responses((status = 200, body = Roadmap)), extensions(("x-permission" = json!("see"))))]
async fn get_roadmap(op: Op, Path(product): Path<ProductName>, Query(paging): Query<LongPaging>) -> Answer<Roadmap> {
    op.read(move |cx| {
        let (Rows { rows, next }, can) = initiatives(cx, &product, &paging.page()?)?;
        Ok(Roadmap { rows, next, can })
    })
    .await
}

/// Put an initiative on the roadmap
#[utoipa::path(post, path = "/products/{product}/initiatives", tag = "roadmap", params(("product" = String, Path, description = "key or id")),
    request_body = NewInitiative, responses((status = 201, body = Initiative)), extensions(("x-permission" = json!("roadmap"))))]
async fn add_initiative(
    op: Op,
    Path(product): Path<ProductName>,
    Body(new): Body<NewInitiative>,
) -> Answer<Initiative> {
    let NewInitiative { title, problem, outcome, lane, starts, ends, confidence, objective, opportunity } = new;
    let (problem, outcome) = (problem.unwrap_or_default(), outcome.unwrap_or_default());
    let change =
        AddInitiative { product, title, problem, outcome, lane, starts, ends, confidence, objective, opportunity };
    op.create(move |cx| initiative(cx, &carry_out(cx, &change)?.into())).await
}

/// One initiative
#[utoipa::path(get, path = "/initiatives/{initiative}", tag = "roadmap", params(("initiative" = String, Path, description = "id or reference")),
    responses((status = 200, body = Initiative)), extensions(("x-permission" = json!("see"))))]
async fn get_initiative(op: Op, Path(name): Path<ObjectName>) -> Answer<Initiative> {
    op.read(move |cx| initiative(cx, &name)).await
}

/// Change an initiative's words, dates or confidence
#[utoipa::path(patch, path = "/initiatives/{initiative}", tag = "roadmap", params(("initiative" = String, Path, description = "id or reference")),
    request_body = InitiativePatch, responses((status = 200, body = Initiative)), extensions(("x-permission" = json!("roadmap"))))]
async fn edit_initiative(
    op: Op,
    Path(name): Path<ObjectName>,
    Body(patch): Body<InitiativePatch>,
) -> Answer<Initiative> {
    let version = Some(op.expected_version()?);
    let InitiativePatch { title, problem, outcome, starts, ends, confidence } = patch;
    let (problem, outcome) = (problem.map(Option::unwrap_or_default), outcome.map(Option::unwrap_or_default));
    let change = EditInitiative { initiative: name, version, title, problem, outcome, starts, ends, confidence };
    op.write(move |cx| initiative(cx, &carry_out(cx, &change)?.into())).await
}

/// Move an initiative on the roadmap
#[utoipa::path(put, path = "/initiatives/{initiative}/place", tag = "roadmap", params(("initiative" = String, Path, description = "id or reference")),
    request_body = RoadmapPlace, responses((status = 200, body = Initiative)), extensions(("x-permission" = json!("roadmap"))))]
async fn place_initiative(op: Op, Path(name): Path<ObjectName>, Body(place): Body<RoadmapPlace>) -> Answer<Initiative> {
    let RoadmapPlace { lane, before, after } = place;
    let change = PlaceInitiative { initiative: name, lane, before, after };
    op.write(move |cx| initiative(cx, &carry_out(cx, &change)?.into())).await
}

/// A page of the ledger of promises.
#[derive(Debug, Serialize, ToSchema)]
pub struct Promises {
    pub rows: Vec<Promise>,
    pub next: Option<String>,
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPromise {
    /// What is promised.
    pub title: Title,
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub body: Option<vocabulary::Body>,
    /// To whom.
    pub audience: Label,
    pub due: Period,
    #[schema(minimum = 0, maximum = 10)]
    pub confidence: Option<i64>,
    /// The initiative, epic, story or release it is about, by id or reference.
    #[schema(value_type = Option<String>)]
    pub about: Option<ObjectName>,
}

/// Absent fields stay as they are; null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PromisePatch {
    pub title: Option<Title>,
    #[serde(default, deserialize_with = "object::present")]
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub body: Option<Option<vocabulary::Body>>,
    pub audience: Option<Label>,
    pub due: Option<Period>,
    #[serde(default, deserialize_with = "object::present")]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 10)]
    pub confidence: Option<Option<i64>>,
    pub state: Option<PromiseState>,
}

/// The ledger of promises, open ones first
#[utoipa::path(get, path = "/products/{product}/promises", tag = "roadmap", params(("product" = String, Path, description = "key or id"), Paging),
    responses((status = 200, body = Promises)), extensions(("x-permission" = json!("see"))))]
async fn list_promises(op: Op, Path(product): Path<ProductName>, Query(paging): Query<Paging>) -> Answer<Promises> {
    op.read(move |cx| {
        let (Rows { rows, next }, can) = promises(cx, &product, &paging.page()?)?;
        Ok(Promises { rows, next, can })
    })
    .await
}

/// Write a promise into the ledger
#[utoipa::path(post, path = "/products/{product}/promises", tag = "roadmap", params(("product" = String, Path, description = "key or id")),
    request_body = NewPromise, responses((status = 201, body = Promise)), extensions(("x-permission" = json!("roadmap"))))]
async fn add_promise(op: Op, Path(product): Path<ProductName>, Body(new): Body<NewPromise>) -> Answer<Promise> {
    let NewPromise { title, body, audience, due, confidence, about } = new;
    let change = AddPromise { product, title, body: body.unwrap_or_default(), audience, due, confidence, about };
    op.create(move |cx| promise(cx, &carry_out(cx, &change)?.into())).await
}

/// One promise
#[utoipa::path(get, path = "/promises/{promise}", tag = "roadmap", params(("promise" = String, Path, description = "id or reference")),
    responses((status = 200, body = Promise)), extensions(("x-permission" = json!("see"))))]
async fn get_promise(op: Op, Path(name): Path<ObjectName>) -> Answer<Promise> {
    op.read(move |cx| promise(cx, &name)).await
}

/// Change a promise, or say what became of it
#[utoipa::path(patch, path = "/promises/{promise}", tag = "roadmap", params(("promise" = String, Path, description = "id or reference")),
    request_body = PromisePatch, responses((status = 200, body = Promise)), extensions(("x-permission" = json!("roadmap"))))]
async fn edit_promise(op: Op, Path(name): Path<ObjectName>, Body(patch): Body<PromisePatch>) -> Answer<Promise> {
    let version = Some(op.expected_version()?);
    let PromisePatch { title, body, audience, due, confidence, state } = patch;
    let body = body.map(Option::unwrap_or_default);
    let change = EditPromise { promise: name, version, title, body, audience, due, confidence, state };
    op.write(move |cx| promise(cx, &carry_out(cx, &change)?.into())).await
}
