//! The event log. Every change writes its event here, in its own transaction; history, live updates and metrics read it.

use crate::{Cx, Fault};
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::{Engine, args};
use uuid::Uuid;
use vocabulary::*;

/// What a change changed: field → `[before, after]`.
#[derive(Debug, Clone, Default)]
pub struct Changes(Map<String, Value>);

impl Changes {
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a field when it differs.
    pub fn field<T: Serialize + PartialEq>(mut self, name: &str, before: &T, after: &T) -> Self {
        if before != after {
            self.0.insert(name.to_owned(), json!([before, after]));
        }
        self
    }

    /// Notes a field that was not there before.
    pub fn set<T: Serialize>(mut self, name: &str, after: &T) -> Self {
        self.0.insert(name.to_owned(), json!([null, after]));
        self
    }

    /// Notes a field that is no longer there.
    pub fn unset<T: Serialize>(mut self, name: &str, before: &T) -> Self {
        self.0.insert(name.to_owned(), json!([before, null]));
        self
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn into_json(self) -> Value {
        Value::Object(self.0)
    }
}

/// One event: who did what to what, with the state before and after.
pub struct Event<'e> {
    /// The product's id, or the organisation's.
    pub scope: Uuid,
    /// A past participle: "moved", "accepted".
    pub verb: &'e str,
    pub object: Option<ObjectId>,
    pub version: i64,
    pub changes: Changes,
}

/// Waits for this transaction's turn in a scope, so that its changes come one after the other on PostgreSQL; SQLite has
/// one writer and needs nothing. Taken first, before anything is read that the change depends on: it is the one lock
/// there is, and the event's place is counted in the same row. Who needs the organisation's turn and a product's takes
/// the organisation's first.
pub fn take_turn(cx: &Cx<'_>, scope: Uuid) -> Result<(), Fault> {
    if cx.engine() == Engine::Postgres {
        let taken: Option<(i64,)> =
            cx.maybe("SELECT seq FROM scope_counter WHERE scope_id = $1 FOR UPDATE", args![scope])?;
        taken.ok_or(Fault::not_found("product"))?;
    }
    Ok(())
}

/// Writes the event and settles the transaction's debt. Answers the event's place in its scope.
pub fn record(cx: &Cx<'_>, event: Event<'_>) -> Result<i64, Fault> {
    let counted: Option<(i64,)> =
        cx.returning("UPDATE scope_counter SET seq = seq + 1 WHERE scope_id = $1 RETURNING seq", args![event.scope])?;
    let Some((seq,)) = counted else {
        return Err(Fault::not_found("product"));
    };
    cx.exec_unrecorded(
        "INSERT INTO activity (scope_id, seq, at, actor_id, via, verb, object_id, version, batch_id, changes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        args![
            event.scope,
            seq,
            cx.now,
            cx.actor.person,
            cx.actor.via.as_str(),
            event.verb,
            event.object,
            event.version,
            cx.batch,
            event.changes.into_json().to_string()
        ],
    )?;
    cx.settle(event.scope, seq);
    Ok(seq)
}
