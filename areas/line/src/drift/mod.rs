//! Drift: what was agreed against something above it that has materially changed since. Found in the background after
//! every change, kept in the table `drift` field by field, until whoever decides below has confirmed it.

mod below;
mod confirm;
mod http;
mod list;
mod material;

pub(crate) use below::UNDECIDED;
pub use confirm::{ConfirmDrift, DriftSettled, ReopenDrift};
pub use http::routes;
pub use list::{DriftBelow, DriftList, DriftRow, changes_to_confirm};

use access::{Cx, Fault};
use below::Below;
use material::{Changed, SOURCES, changed, kept};
use serde_json::Value;
use std::collections::HashSet;
use store::{Sql, StoreError};
use vocabulary::*;

/// Events that are read in one look, and about how many flags it ends with.
const EVENTS: usize = 500;
const FLAGS: usize = 10_000;
/// Rows that one statement writes.
const AT_ONCE: usize = 100;

/// A field that changed, and what was agreed against it as it was: nothing, where the change is not material.
#[derive(Debug)]
struct Moved {
    source: ObjectId,
    change: Changed,
    at: Ts,
    below: Vec<ObjectId>,
}

/// What the events of a product mean for what was agreed.
#[derive(Debug, Default)]
pub(crate) struct Drift(Vec<Moved>);

/// What was written of it.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub flagged: usize,
    /// Flags of what was changed back.
    pub lifted: usize,
    /// Flags of what changed once more.
    pub moved: usize,
}

impl Drift {
    /// Reads the events after one place, up to another or up to where it has read enough, which it answers.
    pub(crate) fn look(cx: &Cx<'_>, product: ProductId, after: i64, upto: i64) -> Result<(Self, i64), Fault> {
        let mut sql = Sql::new(
            "SELECT a.seq, a.object_id, o.kind, a.at, a.changes FROM activity a JOIN object o ON o.id = a.object_id",
        );
        // What is new was not agreed against before.
        sql.with(" WHERE a.version > 1 AND a.scope_id = ", product.0).with(" AND a.seq > ", after);
        sql.with(" AND a.seq <= ", upto).within(" AND o.kind IN", SOURCES.iter().copied());
        sql.with(" ORDER BY a.seq LIMIT ", EVENTS);
        let events: Vec<(i64, ObjectId, Kind, Ts, String)> = cx.rows(sql.text(), sql.args())?;
        let are_all = events.len() < EVENTS;
        let mut tree = Below::new(product);
        let (mut moved, mut flags, mut last) = (Vec::new(), 0, after);
        for (seq, source, kind, at, changes) in events {
            if flags >= FLAGS {
                return Ok((Self(moved), last));
            }
            let changes: Value = serde_json::from_str(&changes)
                .map_err(|e| StoreError::Other(format!("an event cannot be read: {e}")))?;
            let mut all_below = None;
            for change in changed(kind, &changes) {
                let below = match &all_below {
                    _ if !change.compare.differs(&change.before, &change.after) => Vec::new(),
                    Some(below) => Vec::clone(below),
                    None => all_below.insert(tree.of(cx, source, kind, at)?).clone(),
                };
                flags += below.len();
                moved.push(Moved { source, change, at, below });
            }
            last = seq;
        }
        Ok((Self(moved), if are_all { upto } else { last }))
    }

    /// Writes it down. An open flag keeps what its thing was agreed against, and goes when that is so again.
    pub(crate) fn store(&self, cx: &Cx<'_>, product: ProductId) -> Result<Written, Fault> {
        let mut written = Written::default();
        for moved in &self.0 {
            moved.store(cx, product, &mut written)?;
        }
        Ok(written)
    }
}

impl Moved {
    fn store(&self, cx: &Cx<'_>, product: ProductId, written: &mut Written) -> Result<(), Fault> {
        let Changed { field, compare, before, after } = &self.change;
        let mut sql = Sql::new("SELECT id, object_id, before FROM drift WHERE confirmed_at IS NULL");
        sql.with(" AND source_id = ", self.source).with(" AND field = ", field);
        let open: Vec<(DriftId, ObjectId, String)> = cx.rows(sql.text(), sql.args())?;
        let (stay, back): (Vec<_>, Vec<_>) = open.iter().partition(|(_, _, agreed)| compare.differs(agreed, after));
        let back: Vec<DriftId> = back.into_iter().map(|flag| flag.0).collect();
        for some in back.chunks(AT_ONCE) {
            let mut sql = Sql::new("DELETE FROM drift WHERE id IN");
            sql.within("", some.iter().copied());
            cx.exec_unrecorded(sql.text(), sql.args())?;
        }
        let (kept_before, kept_after) = kept(before, after);
        if !stay.is_empty() {
            let mut sql = Sql::new("UPDATE drift SET");
            sql.with(" after = ", &kept_after).with(", at = ", self.at).push(" WHERE confirmed_at IS NULL");
            sql.with(" AND source_id = ", self.source).with(" AND field = ", field);
            cx.exec_unrecorded(sql.text(), sql.args())?;
        }
        let known: HashSet<ObjectId> = open.iter().map(|flag| flag.1).collect();
        let new: Vec<ObjectId> = self.below.iter().copied().filter(|id| !known.contains(id)).collect();
        for some in new.chunks(AT_ONCE) {
            let mut sql =
                Sql::new("INSERT INTO drift (id, product_id, object_id, source_id, field, before, after, at) VALUES");
            for (place, object) in some.iter().enumerate() {
                sql.with(if place == 0 { " (" } else { ", (" }, DriftId::new()).with(", ", product);
                sql.with(", ", *object).with(", ", self.source).with(", ", field).with(", ", &kept_before);
                sql.with(", ", &kept_after).with(", ", self.at).push(")");
            }
            cx.exec_unrecorded(sql.text(), sql.args())?;
        }
        written.flagged += new.len();
        written.lifted += back.len();
        written.moved += stay.len();
        Ok(())
    }
}
