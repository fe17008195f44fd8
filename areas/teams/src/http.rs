use crate::day_off::{AddDaysOff, DaysOff, RemoveDaysOff, days_off};
use crate::team::{SetTeams, Team, TeamDraft, teams};
use access::{Cx, Fault};
use axum::extract::FromRef;
use object::{Product, carry_out};
use serde::Deserialize;
use store::args;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::*;
use web::{Answer, Body, House, Op, Path, Rows};

/// The routes of teams and days off.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(get_teams, set_teams))
        .routes(routes!(get_days_off, add_days_off))
        .routes(routes!(remove_days_off))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTeams {
    #[schema(max_items = 30)]
    pub rows: Vec<TeamDraft>,
}

/// Notes days off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDaysOff {
    /// Absent or null where it is everybody.
    pub person: Option<PersonId>,
    #[schema(value_type = String, format = "date")]
    pub first: Date,
    /// Absent where it is one day.
    #[schema(value_type = Option<String>, format = "date")]
    pub last: Option<Date>,
    #[schema(value_type = Option<String>, max_length = 200)]
    pub note: Option<Label>,
}

/// The teams that draw on the product's backlog
#[utoipa::path(get, path = "/products/{product}/teams", tag = "teams", params(("product" = String, Path, description = "key or id")),
    responses((status = 200, body = Rows<Team>)), extensions(("x-permission" = json!("see"))))]
async fn get_teams(op: Op, Path(product): Path<ProductName>) -> Answer<Rows<Team>> {
    op.read(move |cx| teams(cx, Product::load(cx, &product)?.id).map(Rows::all)).await
}

/// Replace the teams; the work of a team that is left out is nobody's
#[utoipa::path(put, path = "/products/{product}/teams", tag = "teams", params(("product" = String, Path, description = "key or id")),
    request_body = NewTeams, responses((status = 200, body = Rows<Team>)), extensions(("x-permission" = json!("workflow"))))]
async fn set_teams(op: Op, Path(product): Path<ProductName>, Body(new): Body<NewTeams>) -> Answer<Rows<Team>> {
    let change = SetTeams { product, teams: new.rows };
    op.write(move |cx| {
        carry_out(cx, &change)?;
        teams(cx, Product::load(cx, &change.product)?.id).map(Rows::all)
    })
    .await
}

/// Days since when those that are over are still listed.
const LISTED_DAYS: i64 = 90;

/// Days on which people are off, those of the last months and all that are to come
#[utoipa::path(get, path = "/products/{product}/days-off", tag = "teams", params(("product" = String, Path, description = "key or id")),
    responses((status = 200, body = Rows<DaysOff>)), extensions(("x-permission" = json!("see"))))]
async fn get_days_off(op: Op, Path(product): Path<ProductName>) -> Answer<Rows<DaysOff>> {
    op.read(move |cx| {
        let product = Product::load(cx, &product)?;
        let mut rows = days_off(cx, product.id, cx.now.plus_days(-LISTED_DAYS).date())?;
        // When somebody is off is the team's business.
        rows.retain(|row| row.person.is_none() || cx.actor.is_team(product.id));
        Ok::<_, Fault>(Rows::all(rows))
    })
    .await
}

/// Note days on which a person is off, or everybody
#[utoipa::path(post, path = "/products/{product}/days-off", tag = "teams", params(("product" = String, Path, description = "key or id")),
    request_body = NewDaysOff, responses((status = 201, body = DaysOff)), extensions(("x-permission" = json!("sprint_run"))))]
async fn add_days_off(op: Op, Path(product): Path<ProductName>, Body(new): Body<NewDaysOff>) -> Answer<DaysOff> {
    let NewDaysOff { person, first, last, note } = new;
    let change = AddDaysOff { product, person, first, last: last.unwrap_or(first), note };
    op.create(move |cx| {
        let id = carry_out(cx, &change)?;
        let rows = days_off(cx, Product::load(cx, &change.product)?.id, change.first)?;
        rows.into_iter().find(|row| row.id == id).ok_or(Fault::not_found("days off"))
    })
    .await
}

/// Take days off back
#[utoipa::path(delete, path = "/days-off/{days_off}", tag = "teams", params(("days_off" = DaysOffId, Path)),
    responses((status = 204)), extensions(("x-permission" = json!("sprint_run"))))]
async fn remove_days_off(op: Op, Path(days_off): Path<DaysOffId>) -> Answer<()> {
    op.remove(move |cx| carry_out(cx, &RemoveDaysOff { product: product_of(cx, days_off)?, days_off })).await
}

fn product_of(cx: &Cx<'_>, days_off: DaysOffId) -> Result<ProductName, Fault> {
    let found: Option<(ProductId,)> = cx.maybe("SELECT product_id FROM day_off WHERE id = $1", args![days_off])?;
    let missing = || Fault::not_found("days off");
    let (product,) = found.ok_or_else(missing)?;
    // Who does not see the product is not told that there is one.
    Product::load(cx, &product.into()).map_err(|fault| fault.or_missing(missing()))?;
    Ok(product.into())
}
