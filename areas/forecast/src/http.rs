use crate::outlook::{ForecastAnswer, Outlook, PastForecasts, look, read};
use crate::sprint::{SprintForecast, forecast};
use access::Fault;
use axum::extract::FromRef;
use forecasting::{Away, Items};
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
    OpenApiRouter::new()
        .routes(routes!(get_forecast))
        .routes(routes!(ask_forecast))
        .routes(routes!(get_backtest))
        .routes(routes!(get_sprint_forecast))
}

/// When epics, initiatives and releases will be done
#[utoipa::path(get, path = "/products/{product}/forecast", tag = "forecast",
    params(("product" = String, Path, description = "key or id")),
    responses((status = 200, body = Outlook)), extensions(("x-permission" = json!("see"))))]
async fn get_forecast(op: Op, Path(product): Path<ProductName>) -> Answer<Outlook> {
    op.work_out(move |cx| read(cx, &product), |read| read.outlook()).await
}

/// Times away in one question.
const MOST_AWAY: usize = 50;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Question {
    /// How many items are to be done; a range as `30..45` where some are not split yet.
    #[param(example = "30", max_length = 20)]
    items: String,
    /// Also how likely they are done by this day, and how many are.
    #[param(value_type = Option<String>, format = "date")]
    by: Option<String>,
    /// Days on which nobody works, as `2026-12-24..2027-01-03`; several with commas between.
    #[param(max_length = 1000)]
    away: Option<String>,
}

/// When so many items will be done
#[utoipa::path(get, path = "/products/{product}/forecast/items", tag = "forecast",
    params(("product" = String, Path, description = "key or id"), Question),
    responses((status = 200, body = ForecastAnswer)), extensions(("x-permission" = json!("see"))))]
async fn ask_forecast(
    op: Op,
    Path(product): Path<ProductName>,
    Query(question): Query<Question>,
) -> Answer<ForecastAnswer> {
    let items: Items = question.items.parse().map_err(|why| Fault::invalid("items", why))?;
    let by = question.by.map(|day| day.parse::<Date>()).transpose();
    let by = by.map_err(|_| Fault::invalid("by", "Say a day, as 2027-01-15."))?;
    let away: Result<Vec<Away>, _> =
        question.away.iter().flat_map(|days| days.split(',')).take(MOST_AWAY).map(str::parse).collect();
    let away = away.map_err(|why| Fault::invalid("away", why))?;
    op.work_out(move |cx| look(cx, &product), move |looked| looked.tell(items, by, &away)).await
}

/// How often such forecasts came true
#[utoipa::path(get, path = "/products/{product}/forecast/backtest", tag = "forecast",
    params(("product" = String, Path, description = "key or id")),
    responses((status = 200, body = PastForecasts)), extensions(("x-permission" = json!("see"))))]
async fn get_backtest(op: Op, Path(product): Path<ProductName>) -> Answer<PastForecasts> {
    op.work_out(move |cx| look(cx, &product), |looked| looked.track()).await
}

/// Whether a running sprint will deliver what is in it
#[utoipa::path(get, path = "/sprints/{sprint}/forecast", tag = "forecast",
    params(("sprint" = String, Path, description = "id or reference")),
    responses((status = 200, body = SprintForecast)), extensions(("x-permission" = json!("see"))))]
async fn get_sprint_forecast(op: Op, Path(sprint): Path<ObjectName>) -> Answer<SprintForecast> {
    op.read(move |cx| forecast(cx, &sprint)).await
}
