use crate::entries::{Home, home};
use axum::extract::FromRef;
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::ProductName;
use web::{Answer, House, Op, Path};

/// The routes of Home.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
{
    OpenApiRouter::new().routes(routes!(get_home))
}

/// What needs the reader today, what holds others up first
#[utoipa::path(get, path = "/products/{product}/home", tag = "home", params(("product" = String, Path, description = "key or id")),
    responses((status = 200, body = Home)), extensions(("x-permission" = json!("see"))))]
async fn get_home(op: Op, Path(name): Path<ProductName>) -> Answer<Home> {
    op.read(move |cx| home(cx, &name)).await
}
