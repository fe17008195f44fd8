use crate::opportunity::{AddOpportunity, EditOpportunity, Need, Opportunity, Pursuit, opportunities, opportunity};
use access::Can;
use axum::extract::FromRef;
use object::carry_out;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::*;
use web::{Answer, Body, House, LongPaging, Op, Path, Query, Rows};

#[derive(Debug, Serialize, ToSchema)]
pub struct OpportunityList {
    pub rows: Vec<Opportunity>,
    pub next: Option<String>,
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOpportunity {
    pub title: Title,
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub body: Option<vocabulary::Body>,
    pub need: Need,
    /// The objective it serves, by id or reference.
    #[schema(value_type = Option<String>)]
    pub objective: Option<ObjectName>,
    /// The opportunity it is part of, by id or reference.
    #[schema(value_type = Option<String>)]
    pub parent: Option<ObjectName>,
}

/// Absent fields stay as they are; null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpportunityPatch {
    pub title: Option<Title>,
    #[serde(default, deserialize_with = "object::present")]
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub body: Option<Option<vocabulary::Body>>,
    pub need: Option<Need>,
    pub state: Option<Pursuit>,
    #[serde(default, deserialize_with = "object::present")]
    #[schema(value_type = Option<String>)]
    pub parent: Option<Option<ObjectName>>,
}

/// The routes of discovery.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(list_opportunities, add_opportunity))
        .routes(routes!(get_opportunity, edit_opportunity))
}

/// Opportunities, in the order they were written down
#[utoipa::path(get, path = "/products/{product}/opportunities", tag = "discovery", params(("product" = String, Path, description = "key or id"), LongPaging),
    responses((status = 200, body = OpportunityList)), extensions(("x-permission" = json!("see"))))]
async fn list_opportunities(
    op: Op,
    Path(product): Path<ProductName>,
    Query(paging): Query<LongPaging>,
) -> Answer<OpportunityList> {
    op.read(move |cx| {
        let (Rows { rows, next }, can) = opportunities(cx, &product, &paging.page()?)?;
        Ok(OpportunityList { rows, next, can })
    })
    .await
}

/// Write an opportunity down
#[utoipa::path(post, path = "/products/{product}/opportunities", tag = "discovery", params(("product" = String, Path, description = "key or id")),
    request_body = NewOpportunity, responses((status = 201, body = Opportunity)), extensions(("x-permission" = json!("opportunities"))))]
async fn add_opportunity(
    op: Op,
    Path(product): Path<ProductName>,
    Body(new): Body<NewOpportunity>,
) -> Answer<Opportunity> {
    let NewOpportunity { title, body, need, objective, parent } = new;
    let change = AddOpportunity { product, title, body: body.unwrap_or_default(), need, objective, parent };
    op.create(move |cx| opportunity(cx, &carry_out(cx, &change)?.into())).await
}

/// One opportunity
#[utoipa::path(get, path = "/opportunities/{opportunity}", tag = "discovery", params(("opportunity" = String, Path, description = "id or reference")),
    responses((status = 200, body = Opportunity)), extensions(("x-permission" = json!("see"))))]
async fn get_opportunity(op: Op, Path(name): Path<ObjectName>) -> Answer<Opportunity> {
    op.read(move |cx| opportunity(cx, &name)).await
}

/// Change an opportunity's words, kind of need, state or place in the tree
#[utoipa::path(patch, path = "/opportunities/{opportunity}", tag = "discovery", params(("opportunity" = String, Path, description = "id or reference")),
    request_body = OpportunityPatch, responses((status = 200, body = Opportunity)), extensions(("x-permission" = json!("opportunities"))))]
async fn edit_opportunity(
    op: Op,
    Path(name): Path<ObjectName>,
    Body(patch): Body<OpportunityPatch>,
) -> Answer<Opportunity> {
    let version = Some(op.expected_version()?);
    let OpportunityPatch { title, body, need, state, parent } = patch;
    let body = body.map(Option::unwrap_or_default);
    let change = EditOpportunity { opportunity: name, version, title, body, need, state, parent };
    op.write(move |cx| opportunity(cx, &carry_out(cx, &change)?.into())).await
}
