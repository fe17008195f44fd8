use access::{Cx, Fault};
use forecasting::History;
use store::Sql;
use vocabulary::*;

/// Years of finished work that are looked at: longer ago it was another team.
const YEARS: i64 = 5;

/// When a product's stories, bugs, tasks and spikes were finished, as far as they still are; epics and sub-tasks would count
/// twice. What is the team's counts for the team alone, here as in what is still to be done.
pub(crate) fn history(cx: &Cx<'_>, product: ProductId) -> Result<History, Fault> {
    let since = cx.now.plus_days(-365 * YEARS);
    let mut sql =
        Sql::new("SELECT i.done_at FROM item i WHERE i.category = 'done' AND i.kind NOT IN ('epic', 'subtask')");
    sql.with(" AND i.product_id = ", product).with(" AND i.done_at > ", since).with(" AND i.done_at <= ", cx.now);
    sql.push(object::seen!(cx, product, "i"));
    let finished: Vec<(Ts,)> = cx.rows(sql.text(), sql.args())?;
    Ok(History::new(&finished.into_iter().map(|(at,)| at.date()).collect::<Vec<_>>()))
}
