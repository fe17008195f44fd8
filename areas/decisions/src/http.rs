use crate::table::{DecisionEntry, decisions};
use axum::extract::FromRef;
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::ProductName;
use web::{Answer, House, Op, Path, Rows};

pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
{
    OpenApiRouter::new().routes(routes!(list_decisions))
}

/// Who decides what
#[utoipa::path(get, path = "/products/{product}/decisions", tag = "products", params(("product" = String, Path, description = "key or id")),
    responses((status = 200, body = Rows<DecisionEntry>)), extensions(("x-permission" = json!("see"))))]
async fn list_decisions(op: Op, Path(name): Path<ProductName>) -> Answer<Rows<DecisionEntry>> {
    op.read(move |cx| decisions(cx, &name).map(Rows::all)).await
}
