use crate::audience::{AudienceRow, audience};
use crate::contents::{PutInRelease, TakeOutOfRelease, items};
use crate::release::{AddRelease, EditRelease, Release, list, release};
use crate::shipment::Ship;
use crate::telling::Tell;
use axum::extract::FromRef;
use backlog::Row;
use object::{carry_out, present};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::{Date, Label, ObjectId, ObjectName, ProductName, Title, Words};
use web::{Answer, Body, House, LongPaging, Op, Path, Query, Rows};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRelease {
    pub name: Title,
    /// Its notes, in Markdown.
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub body: Option<vocabulary::Body>,
    #[schema(value_type = Option<String>, format = "date")]
    pub planned_on: Option<Date>,
}

/// Absent fields stay as they are; null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleasePatch {
    pub name: Option<Title>,
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub body: Option<vocabulary::Body>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = "date")]
    pub planned_on: Option<Option<Date>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTellings {
    /// Ids from the audience; those told already are passed over.
    #[schema(min_items = 1, max_items = 1000)]
    pub feedback: Vec<ObjectId>,
    /// What they were told.
    pub text: Words,
    /// How they were told.
    pub channel: Option<Label>,
}

/// The routes of releases.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(list_releases, add_release))
        .routes(routes!(get_release, edit_release))
        .routes(routes!(list_release_items))
        .routes(routes!(put_in_release, take_out_of_release))
        .routes(routes!(ship_release))
        .routes(routes!(get_audience))
        .routes(routes!(tell_customers))
}

/// Releases, the newest planned first
#[utoipa::path(get, path = "/products/{product}/releases", tag = "releases",
    params(("product" = String, Path, description = "key or id"), LongPaging),
    responses((status = 200, body = Rows<Release>)), extensions(("x-permission" = json!("see"))))]
async fn list_releases(
    op: Op,
    Path(product): Path<ProductName>,
    Query(paging): Query<LongPaging>,
) -> Answer<Rows<Release>> {
    op.read(move |cx| list(cx, &product, &paging.page()?)).await
}

/// Plan a release
#[utoipa::path(post, path = "/products/{product}/releases", tag = "releases",
    params(("product" = String, Path, description = "key or id")), request_body = NewRelease,
    responses((status = 201, body = Release)), extensions(("x-permission" = json!("release"))))]
async fn add_release(op: Op, Path(product): Path<ProductName>, Body(new): Body<NewRelease>) -> Answer<Release> {
    let NewRelease { name, body, planned_on } = new;
    let change = AddRelease { product, name, body: body.unwrap_or_default(), planned_on };
    op.create(move |cx| release(cx, &carry_out(cx, &change)?.into())).await
}

/// A release
#[utoipa::path(get, path = "/releases/{release}", tag = "releases",
    params(("release" = String, Path, description = "id or reference")),
    responses((status = 200, body = Release)), extensions(("x-permission" = json!("see"))))]
async fn get_release(op: Op, Path(name): Path<ObjectName>) -> Answer<Release> {
    op.read(move |cx| release(cx, &name)).await
}

/// Change a release's name, notes or planned day
#[utoipa::path(patch, path = "/releases/{release}", tag = "releases",
    params(("release" = String, Path, description = "id or reference")), request_body = ReleasePatch,
    responses((status = 200, body = Release)), extensions(("x-permission" = json!("release"))))]
async fn edit_release(op: Op, Path(name): Path<ObjectName>, Body(patch): Body<ReleasePatch>) -> Answer<Release> {
    let version = Some(op.expected_version()?);
    let ReleasePatch { name: new_name, body, planned_on } = patch;
    let change = EditRelease { release: name, version, name: new_name, body, planned_on };
    op.write(move |cx| release(cx, &carry_out(cx, &change)?.into())).await
}

/// What is in a release, in the order of the backlog
#[utoipa::path(get, path = "/releases/{release}/items", tag = "releases",
    params(("release" = String, Path, description = "id or reference")),
    responses((status = 200, body = Rows<Row>)), extensions(("x-permission" = json!("see"))))]
async fn list_release_items(op: Op, Path(name): Path<ObjectName>) -> Answer<Rows<Row>> {
    op.read(move |cx| items(cx, &name).map(Rows::all)).await
}

/// Put an item into a release
#[utoipa::path(put, path = "/releases/{release}/items/{item}", tag = "releases",
    params(("release" = String, Path, description = "id or reference"), ("item" = String, Path, description = "id or reference")),
    responses((status = 200, body = Row)), extensions(("x-permission" = json!("release"))))]
async fn put_in_release(op: Op, Path((release, item)): Path<(ObjectName, ObjectName)>) -> Answer<Row> {
    let change = PutInRelease { release, item };
    op.write(move |cx| backlog::row(cx, carry_out(cx, &change)?)).await
}

/// Take an item out of a release
#[utoipa::path(delete, path = "/releases/{release}/items/{item}", tag = "releases",
    params(("release" = String, Path, description = "id or reference"), ("item" = String, Path, description = "id or reference")),
    responses((status = 200, body = Row)), extensions(("x-permission" = json!("release"))))]
async fn take_out_of_release(op: Op, Path((release, item)): Path<(ObjectName, ObjectName)>) -> Answer<Row> {
    let change = TakeOutOfRelease { release, item };
    op.write(move |cx| backlog::row(cx, carry_out(cx, &change)?)).await
}

/// Ship a release
#[utoipa::path(put, path = "/releases/{release}/shipment", tag = "releases",
    params(("release" = String, Path, description = "id or reference")),
    responses((status = 200, body = Release)), extensions(("x-permission" = json!("release"))))]
async fn ship_release(op: Op, Path(name): Path<ObjectName>) -> Answer<Release> {
    let change = Ship { release: name, version: op.if_match() };
    op.write(move |cx| release(cx, &carry_out(cx, &change)?.into())).await
}

/// Who asked for what is in a release, and who of them was told
#[utoipa::path(get, path = "/releases/{release}/audience", tag = "releases",
    params(("release" = String, Path, description = "id or reference")),
    responses((status = 200, body = Rows<AudienceRow>)), extensions(("x-permission" = json!("see"))))]
async fn get_audience(op: Op, Path(name): Path<ObjectName>) -> Answer<Rows<AudienceRow>> {
    op.read(move |cx| audience(cx, &name).map(Rows::all)).await
}

/// Keep that customers were told
#[utoipa::path(post, path = "/releases/{release}/tellings", tag = "releases",
    params(("release" = String, Path, description = "id or reference")), request_body = NewTellings,
    responses((status = 201, body = Rows<AudienceRow>)), extensions(("x-permission" = json!("announce"))))]
async fn tell_customers(
    op: Op,
    Path(name): Path<ObjectName>,
    Body(new): Body<NewTellings>,
) -> Answer<Rows<AudienceRow>> {
    let NewTellings { feedback, text, channel } = new;
    let change = Tell { release: name, feedback, text, channel };
    op.create(move |cx| {
        carry_out(cx, &change)?;
        audience(cx, &change.release).map(Rows::all)
    })
    .await
}
