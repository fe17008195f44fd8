use crate::coverage::{CoverageReport, coverage};
use crate::picture::{Focus, Picture, picture};
use crate::thread::{LineThread, thread};
use crate::trace::{Trace, outcome, why};
use access::Fault;
use axum::extract::FromRef;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::*;
use web::{Answer, House, Op, Path, Query};

/// The routes of the line.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(get_why))
        .routes(routes!(get_outcome))
        .routes(routes!(get_line))
        .routes(routes!(get_thread))
        .routes(routes!(get_coverage))
        .merge(crate::feedback_loop::routes())
        .merge(crate::contradictions::routes())
        .merge(crate::drift::routes())
}

/// Why it is done: up to the vision
#[utoipa::path(get, path = "/objects/{object}/why", tag = "line", params(("object" = String, Path, description = "id or reference")),
    responses((status = 200, body = Trace)), extensions(("x-permission" = json!("see"))))]
async fn get_why(op: Op, Path(name): Path<ObjectName>) -> Answer<Trace> {
    op.read(move |cx| why(cx, &name)).await
}

/// What came of it: down to the release and who was told
#[utoipa::path(get, path = "/objects/{object}/outcome", tag = "line", params(("object" = String, Path, description = "id or reference")),
    responses((status = 200, body = Trace)), extensions(("x-permission" = json!("see"))))]
async fn get_outcome(op: Op, Path(name): Path<ObjectName>) -> Answer<Trace> {
    op.read(move |cx| outcome(cx, &name)).await
}

/// Only what lies on threads through all of these is shown.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct FocusQuery {
    /// An objective's id or reference.
    #[param(value_type = Option<String>)]
    objective: Option<ObjectName>,
    /// A theme's id or reference: threads through what advances it.
    #[param(value_type = Option<String>)]
    theme: Option<ObjectName>,
    /// A segment of customers, spelled as they have it: threads through what they ask for.
    segment: Option<Label>,
    /// A release's id or reference.
    #[param(value_type = Option<String>)]
    release: Option<ObjectName>,
}

/// The whole line of a product, or what of it lies in the focus, with the product's coverage
#[utoipa::path(get, path = "/products/{product}/line", tag = "line",
    params(("product" = String, Path, description = "key or id"), FocusQuery),
    responses((status = 200, body = Picture)), extensions(("x-permission" = json!("see"))))]
async fn get_line(op: Op, Path(product): Path<ProductName>, Query(focus): Query<FocusQuery>) -> Answer<Picture> {
    let FocusQuery { objective, theme, segment, release } = focus;
    let focus = Focus { objective, theme, segment, release };
    op.read(move |cx| picture(cx, &product, &focus)).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ThreadQuery {
    /// The id or reference of anything in the product.
    #[param(value_type = String)]
    object: ObjectName,
}

/// The thread through one object, from the vision down to single items
#[utoipa::path(get, path = "/products/{product}/line/thread", tag = "line",
    params(("product" = String, Path, description = "key or id"), ThreadQuery),
    responses((status = 200, body = LineThread)), extensions(("x-permission" = json!("see"))))]
async fn get_thread(op: Op, Path(product): Path<ProductName>, Query(asked): Query<ThreadQuery>) -> Answer<LineThread> {
    op.read(move |cx| thread(cx, &product, &asked.object)).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct CoverageQuery {
    /// How many of the last closed sprints are looked at for shares; 6 unless said.
    #[param(minimum = 1, maximum = 40)]
    sprints: Option<usize>,
}

/// How much of the work reaches an objective, and what the work of the last sprints was for
#[utoipa::path(get, path = "/products/{product}/coverage", tag = "line",
    params(("product" = String, Path, description = "key or id"), CoverageQuery),
    responses((status = 200, body = CoverageReport)), extensions(("x-permission" = json!("see"))))]
async fn get_coverage(
    op: Op,
    Path(product): Path<ProductName>,
    Query(asked): Query<CoverageQuery>,
) -> Answer<CoverageReport> {
    let sprints = asked.sprints.unwrap_or(6);
    if !(1..=40).contains(&sprints) {
        return Err(Fault::invalid("sprints", "Say 1 to 40 sprints.").into());
    }
    op.read(move |cx| coverage(cx, &product, sprints)).await
}
