use access::{Cx, Fault};
use forecasting::{Delivery, Earlier, FEWEST_SPRINTS, Standing, will_deliver};
use object::Header;
use serde::Serialize;
use sprints::{SprintState, sprint, stays};
use store::Sql;
use utoipa::ToSchema;
use vocabulary::*;

/// Whether a running sprint will deliver what is in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SprintForecast {
    /// `points`, or `items` where nothing is estimated.
    pub unit: &'static str,
    pub scope: f64,
    pub done: f64,
    pub delivery: Option<Delivery>,
    /// Why nothing is said.
    pub not_enough: Option<String>,
}

/// The earlier sprints that are looked at, the latest.
const LATEST: i64 = 40;

/// Told by how earlier sprints stood at the same part of their time, and how they ended.
pub(crate) fn forecast(cx: &Cx<'_>, name: &ObjectName) -> Result<SprintForecast, Fault> {
    let header = Header::seen_kind(cx, name, Kind::Sprint)?;
    let sprint = sprint(cx, &header.id.into())?;
    let mut sql = Sql::new(
        "SELECT s.object_id, s.started_at, s.closed_at FROM sprint s JOIN object o ON o.id = s.object_id
         WHERE s.state = 'closed' AND s.started_at IS NOT NULL AND s.closed_at > s.started_at AND o.archived_at IS NULL",
    );
    sql.with(" AND s.product_id = ", header.product_id).with(" AND s.object_id <> ", header.id);
    sql.push(object::seen!(cx, header.product_id, "o")).with(" ORDER BY s.closed_at DESC LIMIT ", LATEST);
    let earlier: Vec<(ObjectId, Ts, Ts)> = cx.rows(sql.text(), sql.args())?;
    let ids = earlier.iter().map(|(id, ..)| *id).chain([header.id]);
    let stays = stays(cx, header.product_id, ids.collect::<Vec<_>>())?;
    let own = stays.get(&header.id).cloned().unwrap_or_default();
    let (scope, done) = (own.scope(cx.now), own.done(cx.now));
    let said = |delivery: Option<Delivery>, not_enough: Option<String>| {
        Ok(SprintForecast { unit: own.unit(), scope, done, delivery, not_enough })
    };
    let Some(started) = sprint.started_at.filter(|_| sprint.state == SprintState::Active) else {
        return said(None, Some("Only of a sprint that is running it can be said whether it will deliver.".to_owned()));
    };
    let whole = (Ts::start_of(sprint.ends).plus_days(1).0 - started.0).max(1);
    let share = ((cx.now.0 - started.0) as f64 / whole as f64).clamp(0.0, 1.0);
    let earlier: Vec<Earlier> = earlier
        .iter()
        .filter_map(|(id, started, closed)| {
            let stays = stays.get(id).filter(|stays| stays.estimated == own.estimated)?;
            let then = Ts(started.0 + ((closed.0 - started.0) as f64 * share) as i64);
            let standing = Standing { scope: stays.scope(then), done: stays.done(then) };
            Some(Earlier { then: standing, delivered: stays.done(*closed) })
        })
        .collect();
    let known = earlier.iter().filter(|earlier| earlier.then.scope > 0.0).count();
    match will_deliver(Standing { scope, done }, &earlier) {
        _ if scope <= 0.0 => said(None, Some("Nothing is in the sprint.".to_owned())),
        _ if done >= scope => said(None, Some("All that is in the sprint is done.".to_owned())),
        None => said(
            None,
            Some(format!(
                "Not enough history: {known} earlier sprints tell of this; {FEWEST_SPRINTS} would be enough."
            )),
        ),
        told => said(told, None),
    }
}
