use super::confirm::{ConfirmDrift, DriftSettled, MOST, ReopenDrift};
use super::list::{DriftList, DriftRow, drift, drift_of};
use access::Fault;
use axum::extract::FromRef;
use object::carry_out;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::*;
use web::{Answer, Body, House, Op, Page, Path, Query, Rows};

/// The routes of drift.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(list_drift))
        .routes(routes!(list_drift_of))
        .routes(routes!(confirm_drift))
        .routes(routes!(reopen_drift))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct DriftFilter {
    /// What was agreed, by id or reference.
    #[param(value_type = Option<String>)]
    object: Option<ObjectName>,
    /// What changed, by id or reference.
    #[param(value_type = Option<String>)]
    source: Option<ObjectName>,
    /// Which field of it.
    #[param(max_length = 600)]
    field: Option<String>,
    /// At most so many rows; 50 unless said, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// What was agreed against something that has changed since, and is to be confirmed
#[utoipa::path(get, path = "/products/{product}/drift", tag = "line",
    params(("product" = String, Path, description = "key or id"), DriftFilter),
    responses((status = 200, body = DriftList)), extensions(("x-permission" = json!("see"))))]
async fn list_drift(op: Op, Path(product): Path<ProductName>, Query(asked): Query<DriftFilter>) -> Answer<DriftList> {
    let DriftFilter { object, source, field, limit, cursor } = asked;
    let (field, page) = (field.map(named).transpose()?, Page::of(limit, cursor.as_deref())?);
    op.read(move |cx| drift(cx, &product, object.as_ref(), source.as_ref(), field.clone(), &page)).await
}

/// What changed above an object since it was agreed
#[utoipa::path(get, path = "/objects/{object}/drift", tag = "line",
    params(("object" = String, Path, description = "id or reference")),
    responses((status = 200, body = Rows<DriftRow>)), extensions(("x-permission" = json!("see"))))]
async fn list_drift_of(op: Op, Path(object): Path<ObjectName>) -> Answer<Rows<DriftRow>> {
    op.read(move |cx| drift_of(cx, &object).map(Rows::all)).await
}

/// Either `ids`, or a `source`, with or without a `field`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConfirmedDrift {
    #[schema(min_items = 1, max_items = 500)]
    ids: Option<Vec<DriftId>>,
    /// All below this change that one may decide, by its object's id or reference; 500 at once.
    #[schema(value_type = Option<String>)]
    source: Option<ObjectName>,
    #[schema(max_length = 600)]
    field: Option<String>,
}

/// Confirm that things stand as they were agreed
#[utoipa::path(post, path = "/products/{product}/drift/confirmations", tag = "line",
    params(("product" = String, Path, description = "key or id")), request_body = ConfirmedDrift,
    responses((status = 201, body = DriftSettled)), extensions(("x-permission" = json!("decision of each object"))))]
async fn confirm_drift(
    op: Op,
    Path(product): Path<ProductName>,
    Body(confirmed): Body<ConfirmedDrift>,
) -> Answer<DriftSettled> {
    let ConfirmedDrift { ids, source, field } = confirmed;
    if ids.is_some() == source.is_some() || (ids.is_some() && field.is_some()) {
        return Err(Fault::invalid("ids", "Name what is confirmed by ids, or by a source and perhaps a field.").into());
    }
    let ids = ids.map(bounded).transpose()?.unwrap_or_default();
    let change = ConfirmDrift { product, ids, source, field: field.map(named).transpose()? };
    op.create(move |cx| carry_out(cx, &change)).await
}

/// Confirmations that are taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReopenedDrift {
    #[schema(min_items = 1, max_items = 500)]
    ids: Vec<DriftId>,
}

/// Take confirmations back
#[utoipa::path(post, path = "/products/{product}/drift/reopenings", tag = "line",
    params(("product" = String, Path, description = "key or id")), request_body = ReopenedDrift,
    responses((status = 201, body = DriftSettled)), extensions(("x-permission" = json!("decision of each object"))))]
async fn reopen_drift(
    op: Op,
    Path(product): Path<ProductName>,
    Body(reopened): Body<ReopenedDrift>,
) -> Answer<DriftSettled> {
    let change = ReopenDrift { product, ids: bounded(reopened.ids)? };
    op.create(move |cx| carry_out(cx, &change)).await
}

fn bounded(ids: Vec<DriftId>) -> Result<Vec<DriftId>, Fault> {
    if (1..=MOST).contains(&ids.len()) { Ok(ids) } else { Err(Fault::invalid("ids", "Name 1 to 500.")) }
}

fn named(field: String) -> Result<String, Fault> {
    if field.chars().count() > 600 || field.contains('\0') {
        return Err(Fault::invalid("field", "A field's name is shorter."));
    }
    Ok(field)
}
