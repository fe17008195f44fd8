//! What was in sprints at any moment, and what of it was done.

use crate::sprint::seen;
use access::{Cx, Fault};
use std::collections::HashMap;
use store::Sql;
use vocabulary::*;

/// One item's stay in a sprint.
#[derive(Debug, Clone)]
pub(crate) struct Stay {
    pub size: f64,
    pub from: Ts,
    pub until: Option<Ts>,
    pub done: Option<Ts>,
}

/// All stays in a sprint. A stay that ended counts as it ended, whatever became of the item since.
#[derive(Debug, Clone, Default)]
pub struct Stays {
    pub(crate) each: Vec<Stay>,
    /// Whether sizes are points; where nothing is estimated, each item counts one.
    pub estimated: bool,
}

impl Stays {
    fn of(stored: Vec<(Ts, Option<Ts>, Option<f64>, Option<Ts>, Option<String>)>) -> Self {
        let estimated = stored.iter().any(|row| row.2.is_some());
        let each = stored.into_iter().map(|(from, until, points, done, outcome)| Stay {
            size: if estimated { points.unwrap_or(0.0) } else { 1.0 },
            from,
            // What is carried over at the close was in the sprint to its end.
            until: if outcome.is_some() { None } else { until },
            done,
        });
        Self { each: each.collect(), estimated }
    }

    pub fn unit(&self) -> &'static str {
        if self.estimated { "points" } else { "items" }
    }

    fn present(&self, at: Ts) -> impl Iterator<Item = &Stay> {
        self.each.iter().filter(move |stay| stay.from <= at && stay.until.is_none_or(|until| until > at))
    }

    /// All that was in the sprint at a moment, finished or not.
    pub fn scope(&self, at: Ts) -> f64 {
        self.present(at).map(|stay| stay.size).sum::<f64>() + 0.0
    }

    /// What of it was done by a moment; of what came in later, too.
    pub fn done(&self, at: Ts) -> f64 {
        let done = |stay: &&Stay| stay.until.is_none_or(|until| until > at) && stay.done.is_some_and(|done| done <= at);
        self.each.iter().filter(done).map(|stay| stay.size).sum::<f64>() + 0.0
    }
}

/// The stays in some sprints of a product, of items that the reader may see.
pub fn stays(
    cx: &Cx<'_>,
    product: ProductId,
    sprints: impl IntoIterator<Item = ObjectId> + Clone,
) -> Result<HashMap<ObjectId, Stays>, Fault> {
    let seen = seen(cx, product);
    // What left only when the sprint ended, without an outcome, had been given up or put away before.
    let mut sql = Sql::new(
        "SELECT c.sprint_id, c.added_at, c.removed_at, c.final_points, c.done_at, c.outcome
         FROM sprint_scope c JOIN sprint s ON s.object_id = c.sprint_id
         WHERE (c.outcome IS NOT NULL OR (c.removed_at IS NOT NULL AND c.removed_at IS DISTINCT FROM s.closed_at))",
    );
    sql.push(seen).within(" AND c.sprint_id IN", sprints.clone()).push(
        " UNION ALL
         SELECT c.sprint_id, c.added_at, c.removed_at, i.points, i.done_at, c.outcome
         FROM sprint_scope c JOIN item i ON i.object_id = c.item_id
         WHERE c.removed_at IS NULL AND c.outcome IS NULL AND i.category <> 'cancelled' AND NOT i.archived",
    );
    sql.push(seen).within(" AND c.sprint_id IN", sprints);
    let mut stored: HashMap<ObjectId, Vec<_>> = HashMap::new();
    cx.query(sql.text(), sql.args(), |row| {
        let stay = (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?);
        stored.entry(row.get(0)?).or_default().push(stay);
        Ok(())
    })?;
    Ok(stored.into_iter().map(|(sprint, stored)| (sprint, Stays::of(stored))).collect())
}
