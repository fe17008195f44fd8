use crate::outlook::{Outlook, Told, Track, look, read};
use access::Fault;
use axum::extract::FromRef;
use forecasting::MOST_ITEMS;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::*;
use web::{Answer, House, Op, Path, Query};

/// The routes of the forecast.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
{
    OpenApiRouter::new().routes(routes!(get_forecast)).routes(routes!(ask_forecast)).routes(routes!(get_backtest))
}

/// When epics, initiatives and releases will be done
#[utoipa::path(get, path = "/products/{product}/forecast", tag = "forecast",
    params(("product" = String, Path, description = "key or id")),
    responses((status = 200, body = Outlook)), extensions(("x-permission" = json!("see"))))]
async fn get_forecast(op: Op, Path(product): Path<ProductName>) -> Answer<Outlook> {
    op.work_out(move |cx| read(cx, &product), |read| read.outlook()).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Question {
    /// How many items are to be done.
    #[param(minimum = 1, maximum = 1000000)]
    items: u32,
    /// Also how likely they are done by this day, and how many are.
    #[param(value_type = Option<String>, format = "date")]
    by: Option<Date>,
}

/// When so many items will be done
#[utoipa::path(get, path = "/products/{product}/forecast/items", tag = "forecast",
    params(("product" = String, Path, description = "key or id"), Question),
    responses((status = 200, body = Told)), extensions(("x-permission" = json!("see"))))]
async fn ask_forecast(op: Op, Path(product): Path<ProductName>, Query(question): Query<Question>) -> Answer<Told> {
    let Question { items, by } = question;
    if !(1..=MOST_ITEMS).contains(&items) {
        return Err(Fault::invalid("items", "Ask for 1 to 1,000,000 items.").into());
    }
    op.work_out(move |cx| look(cx, &product), move |looked| looked.tell(items, by)).await
}

/// How often such forecasts came true
#[utoipa::path(get, path = "/products/{product}/forecast/backtest", tag = "forecast",
    params(("product" = String, Path, description = "key or id")),
    responses((status = 200, body = Track)), extensions(("x-permission" = json!("see"))))]
async fn get_backtest(op: Op, Path(product): Path<ProductName>) -> Answer<Track> {
    op.work_out(move |cx| look(cx, &product), |looked| looked.track()).await
}
