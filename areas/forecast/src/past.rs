use access::{Cx, Fault};
use forecasting::History;
use store::args;
use vocabulary::*;

/// Years of finished work that are looked at: longer ago it was another team.
const YEARS: i64 = 5;

/// When a product's stories, bugs, tasks and spikes were finished, as far as they still are; epics and sub-tasks would count
/// twice.
pub(crate) fn history(cx: &Cx<'_>, product: ProductId) -> Result<History, Fault> {
    let since = cx.now.plus_days(-365 * YEARS);
    let finished: Vec<(Ts,)> = cx.rows(
        "SELECT done_at FROM item WHERE product_id = $1 AND done_at > $2 AND done_at <= $3 AND category = 'done'
         AND kind NOT IN ('epic', 'subtask')",
        args![product, since, cx.now],
    )?;
    Ok(History::new(&finished.into_iter().map(|(at,)| at.date()).collect::<Vec<_>>()))
}
