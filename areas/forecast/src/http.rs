use crate::outlook::{ForecastAnswer, ForecastOf, Outlook, PastForecasts, Read, WhatIf, choose, look, read};
use crate::sprint::{SprintForecast, forecast};
use access::Fault;
use axum::extract::FromRef;
use forecasting::{Away, Items};
use serde::Deserialize;
use std::str::FromStr;
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
        .routes(routes!(ask_forecast_of))
        .routes(routes!(get_backtest))
        .routes(routes!(get_sprint_forecast))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Otherwise {
    /// What if these were left out, with all their items: references of items, epics, initiatives or releases, with commas
    /// between.
    #[param(max_length = 2000, example = "APP-12,APP-31")]
    without: Option<String>,
    /// What if the team did so many percent of what it does.
    #[param(minimum = 10, maximum = 500)]
    pace: Option<u32>,
    /// Days on which nobody works, as `2026-12-24..2027-01-03`; several with commas between. Those that are noted with the
    /// teams count anyway.
    #[param(max_length = 1000)]
    away: Option<String>,
    /// What if no new work came in ahead of what is there: `false`.
    arriving: Option<bool>,
}

/// When epics, initiatives, releases and promises will be done
#[utoipa::path(get, path = "/products/{product}/forecast", tag = "forecast",
    params(("product" = String, Path, description = "key or id"), Otherwise),
    responses((status = 200, body = Outlook)), extensions(("x-permission" = json!("see"))))]
async fn get_forecast(op: Op, Path(product): Path<ProductName>, Query(otherwise): Query<Otherwise>) -> Answer<Outlook> {
    let pace = otherwise.pace.unwrap_or(100);
    if !(10..=500).contains(&pace) {
        return Err(Fault::invalid("pace", "Say 10 to 500 percent.").into());
    }
    let without = each(otherwise.without.as_deref(), "without", |_| "Say references, as APP-12,APP-31.")?;
    let arriving = otherwise.arriving.unwrap_or(true);
    let what_if = WhatIf { without, speed: f64::from(pace) / 100.0, away: away(otherwise.away.as_deref())?, arriving };
    op.work_out(move |cx| read(cx, &product, &what_if), Read::outlook).await
}

/// So many of one sort stand in one question.
const MOST: usize = 100;

/// What stands between commas.
fn each<T: FromStr>(
    text: Option<&str>,
    field: &'static str,
    wrong: impl Fn(T::Err) -> &'static str,
) -> Result<Vec<T>, Fault> {
    let parts = text.into_iter().flat_map(|text| text.split(',')).map(str::trim).filter(|part| !part.is_empty());
    let all: Vec<T> =
        parts.map(str::parse).collect::<Result<_, _>>().map_err(|why| Fault::invalid(field, wrong(why)))?;
    if all.len() > MOST { Err(Fault::invalid(field, "These are too many at once.")) } else { Ok(all) }
}

fn away(text: Option<&str>) -> Result<Vec<Away>, Fault> {
    each(text, "away", |why| why)
}

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
    let by = day(question.by.as_deref())?;
    let away = away(question.away.as_deref())?;
    op.work_out(move |cx| look(cx, &product), move |looked| looked.tell(items, by, &away)).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct QuestionOf {
    /// References of items, epics, initiatives, releases or promises, with commas between.
    #[param(max_length = 2000, example = "APP-12,APP-31")]
    of: String,
    /// Also how likely all of them is done by this day.
    #[param(value_type = Option<String>, format = "date")]
    by: Option<String>,
}

/// When all of some things will be done
#[utoipa::path(get, path = "/products/{product}/forecast/things", tag = "forecast",
    params(("product" = String, Path, description = "key or id"), QuestionOf),
    responses((status = 200, body = ForecastOf)), extensions(("x-permission" = json!("see"))))]
async fn ask_forecast_of(
    op: Op,
    Path(product): Path<ProductName>,
    Query(question): Query<QuestionOf>,
) -> Answer<ForecastOf> {
    let of = each(Some(&question.of), "of", |_| "Say references, as APP-12,APP-31.")?;
    if of.is_empty() {
        return Err(Fault::invalid("of", "Say references, as APP-12,APP-31.").into());
    }
    let by = day(question.by.as_deref())?;
    op.work_out(move |cx| choose(cx, &product, &of), move |chosen| chosen.tell(by)).await
}

fn day(text: Option<&str>) -> Result<Option<Date>, Fault> {
    let day = text.map(str::parse::<Date>).transpose();
    day.map_err(|_| Fault::invalid("by", "Say a day, as 2027-01-15."))
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
