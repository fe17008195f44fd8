use super::accept::{AcceptContradiction, ReopenContradiction};
use super::list::{ContradictionRow, ContradictionState, Contradictions, contradictions, contradictions_of};
use axum::extract::FromRef;
use object::carry_out;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::*;
use web::{Answer, Body, House, Op, Path, Query, Rows};

/// The routes of contradictions.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(list_contradictions))
        .routes(routes!(list_contradictions_of))
        .routes(routes!(accept_contradiction, reopen_contradiction))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ContradictionFilter {
    /// Open ones unless said.
    #[param(inline)]
    state: Option<ContradictionState>,
}

/// What contradicts what in the plan of a product
#[utoipa::path(get, path = "/products/{product}/contradictions", tag = "line",
    params(("product" = String, Path, description = "key or id"), ContradictionFilter),
    responses((status = 200, body = Contradictions)), extensions(("x-permission" = json!("see"))))]
async fn list_contradictions(
    op: Op,
    Path(product): Path<ProductName>,
    Query(asked): Query<ContradictionFilter>,
) -> Answer<Contradictions> {
    op.read(move |cx| contradictions(cx, &product, asked.state.unwrap_or_default())).await
}

/// What an object contradicts, accepted or not
#[utoipa::path(get, path = "/objects/{object}/contradictions", tag = "line",
    params(("object" = String, Path, description = "id or reference")),
    responses((status = 200, body = Rows<ContradictionRow>)), extensions(("x-permission" = json!("see"))))]
async fn list_contradictions_of(op: Op, Path(object): Path<ObjectName>) -> Answer<Rows<ContradictionRow>> {
    op.read(move |cx| contradictions_of(cx, &object).map(Rows::all)).await
}

/// A contradiction that is accepted knowingly.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AcceptedContradiction {
    /// The rule's name, as in `work-on-dropped`.
    #[schema(max_length = 100)]
    rule: String,
    /// Its two things, by id or reference.
    #[schema(value_type = String)]
    one: ObjectName,
    #[schema(value_type = String)]
    other: ObjectName,
    /// The last day of it, from tomorrow on and a year ahead at most.
    #[schema(value_type = String, format = "date")]
    until: Date,
    reason: Words,
}

/// Accept a contradiction knowingly until a day
#[utoipa::path(put, path = "/products/{product}/contradictions/acceptance", tag = "line",
    params(("product" = String, Path, description = "key or id")), request_body = AcceptedContradiction,
    responses((status = 200, body = ContradictionRow)), extensions(("x-permission" = json!("decision of the rule"))))]
async fn accept_contradiction(
    op: Op,
    Path(product): Path<ProductName>,
    Body(accepted): Body<AcceptedContradiction>,
) -> Answer<ContradictionRow> {
    let AcceptedContradiction { rule, one, other, until, reason } = accepted;
    let change = AcceptContradiction { product, rule, one, other, until, reason };
    op.write(move |cx| carry_out(cx, &change)).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WhichContradiction {
    /// The rule's name, as in `work-on-dropped`.
    #[param(max_length = 100)]
    rule: String,
    /// Its two things, by id or reference.
    #[param(value_type = String)]
    one: ObjectName,
    #[param(value_type = String)]
    other: ObjectName,
}

/// Take back that a contradiction is accepted
#[utoipa::path(delete, path = "/products/{product}/contradictions/acceptance", tag = "line",
    params(("product" = String, Path, description = "key or id"), WhichContradiction),
    responses((status = 204)), extensions(("x-permission" = json!("decision of the rule"))))]
async fn reopen_contradiction(
    op: Op,
    Path(product): Path<ProductName>,
    Query(which): Query<WhichContradiction>,
) -> Answer<()> {
    let WhichContradiction { rule, one, other } = which;
    let change = ReopenContradiction { product, rule, one, other };
    op.remove(move |cx| carry_out(cx, &change)).await
}
