//! What may be, decided without a database.

use crate::Row;
use access::Fault;
use object::Header;
use serde::Serialize;
use utoipa::ToSchema;
use vocabulary::Kind;

/// Whether an item can be started, and if not, why not.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    pub ready: bool,
    /// Each a short sentence; empty when ready.
    pub reasons: Vec<String>,
}

pub(crate) fn is_item(on: &Header) -> Result<(), Fault> {
    if on.kind.is_item() { Ok(()) } else { Err(Fault::not_found("item")) }
}

/// A story larger than this is split before it is started.
const LARGEST: f64 = 13.0;

pub(crate) fn readiness(row: &Row, criteria: usize, blocked: Option<&str>) -> Readiness {
    let mut reasons = Vec::new();
    if !row.why && row.exempt.is_none() && row.kind != Kind::Subtask {
        reasons.push("It has no why: link it to an initiative, an opportunity or an objective.".to_owned());
    }
    if criteria == 0 && row.kind == Kind::Story {
        reasons.push("It has no acceptance criteria.".to_owned());
    }
    match row.points {
        None if !matches!(row.kind, Kind::Epic | Kind::Subtask) => reasons.push("It is not estimated.".to_owned()),
        Some(points) if points > LARGEST && row.kind != Kind::Epic => {
            reasons.push(format!("It is too large: {points} points; split what is over {LARGEST}."));
        }
        _ => {}
    }
    if let Some(reason) = blocked {
        reasons.push(format!("It is blocked: {reason}"));
    }
    Readiness { ready: reasons.is_empty(), reasons }
}

fn level(kind: Kind) -> u8 {
    match kind {
        Kind::Epic => 0,
        Kind::Subtask => 2,
        _ => 1,
    }
}

/// Epic → story, bug, task, spike → sub-task. A parent stands on a higher level, so there are no cycles.
pub fn may_contain(parent: Kind, child: Kind) -> Result<(), Fault> {
    if level(parent) < level(child) {
        Ok(())
    } else {
        Err(Fault::invalid(
            "parent",
            format!("Epics hold stories, stories hold sub-tasks: {} cannot be part of {}.", child.one(), parent.one()),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_has_no_cycles() {
        for a in Kind::ITEMS {
            for b in Kind::ITEMS {
                assert!(!(may_contain(*a, *b).is_ok() && may_contain(*b, *a).is_ok()), "{a} and {b}");
            }
        }
        assert!(may_contain(Kind::Epic, Kind::Story).is_ok());
        assert!(may_contain(Kind::Story, Kind::Subtask).is_ok());
        assert!(may_contain(Kind::Story, Kind::Story).is_err());
    }
}
