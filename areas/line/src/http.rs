use crate::picture::{Picture, picture};
use crate::trace::{Trace, outcome, why};
use axum::extract::FromRef;
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::*;
use web::{Answer, House, Op, Path};

/// The routes of the line.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
{
    OpenApiRouter::new().routes(routes!(get_why)).routes(routes!(get_outcome)).routes(routes!(get_line))
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

/// The whole line of a product, with its coverage
#[utoipa::path(get, path = "/products/{product}/line", tag = "line", params(("product" = String, Path, description = "key or id")),
    responses((status = 200, body = Picture)), extensions(("x-permission" = json!("see"))))]
async fn get_line(op: Op, Path(product): Path<ProductName>) -> Answer<Picture> {
    op.read(move |cx| picture(cx, &product)).await
}
