use super::{FeedbackLoop, feedback_loop};
use axum::extract::FromRef;
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::*;
use web::{Answer, House, Op, Paging, Path, Query};

/// The route of the loop.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
{
    OpenApiRouter::new().routes(routes!(get_loop))
}

/// How long feedback takes until its customer knows, and who waits longest
#[utoipa::path(get, path = "/products/{product}/loop", tag = "line",
    params(("product" = String, Path, description = "key or id"), Paging),
    responses((status = 200, body = FeedbackLoop)), extensions(("x-permission" = json!("see"))))]
async fn get_loop(op: Op, Path(product): Path<ProductName>, Query(paging): Query<Paging>) -> Answer<FeedbackLoop> {
    op.read(move |cx| feedback_loop(cx, &product, &paging.page()?)).await
}
