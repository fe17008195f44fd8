//! A sprint's life: started, closed with a verdict and an explicit carry-over, or cancelled.

use crate::scope::{Destinations, end_stays};
use crate::sprint::{Sprint, SprintState, Verdict, sprint};
use access::{Changes, Cx, Fault};
use backlog::{Row, rows_in};
use object::{Change, Granted, Header};
use serde::{Deserialize, Serialize};
use store::args;
use utoipa::ToSchema;
use vocabulary::*;

fn in_state(cx: &Cx<'_>, on: &Header, wanted: SprintState, what: &str) -> Result<Sprint, Fault> {
    if on.kind != Kind::Sprint {
        return Err(Fault::not_found("sprint"));
    }
    on.living()?;
    let sprint = sprint(cx, &on.id.into())?;
    if sprint.state == wanted {
        Ok(sprint)
    } else {
        Err(Fault::broken(
            "sprint-state",
            format!("{} is {}; only a sprint that is {wanted} can be {what}.", sprint.name, sprint.state),
        ))
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub struct StartSprint {
    pub sprint: ObjectName,
}

impl Change for StartSprint {
    const NAME: &'static str = "start_sprint";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.sprint.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::SprintRun)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        let sprint = in_state(cx, &on, SprintState::Planned, "started")?;
        let running: Option<(String,)> = cx.maybe(
            "SELECT o.title FROM sprint s JOIN object o ON o.id = s.object_id
             WHERE s.product_id = $1 AND s.state = 'active' LIMIT 1",
            args![on.product_id],
        )?;
        if let Some((name,)) = running {
            return Err(Fault::broken("sprint-running", format!("{name} is still running; close it first.")));
        }
        if sprint.items.total == 0 {
            return Err(Fault::broken("sprint-empty", "There is nothing in this sprint yet."));
        }
        cx.exec("UPDATE sprint SET state = 'active', started_at = $1 WHERE object_id = $2", args![cx.now, id])?;
        cx.exec(
            "UPDATE sprint_scope SET committed = TRUE,
                 points = (SELECT points FROM item WHERE object_id = sprint_scope.item_id)
             WHERE sprint_id = $1 AND removed_at IS NULL",
            args![id],
        )?;
        on.record(cx, "started", Changes::new().field("state", &"planned", &"active"))?;
        Ok(id)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    Backlog,
    Sprint,
}

/// Where one unfinished item goes.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CarryOver {
    /// By id or reference.
    #[schema(value_type = String)]
    pub item: ObjectName,
    pub to: Destination,
    /// The planned sprint it goes into, when it does.
    #[schema(value_type = Option<String>)]
    pub sprint: Option<ObjectName>,
}

/// Closes a sprint. Nothing rolls over by itself: every unfinished item is named.
#[derive(Debug, Serialize, Deserialize)]
pub struct CloseSprint {
    pub sprint: ObjectName,
    pub verdict: Verdict,
    pub note: Option<Words>,
    pub carry_over: Vec<CarryOver>,
}

impl Change for CloseSprint {
    const NAME: &'static str = "close_sprint";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.sprint.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::SprintRun)
    }
    fn further(&self) -> Vec<Decision> {
        // What goes into the next sprint is decided there as ever.
        let carries = self.carry_over.iter().any(|carry| carry.to == Destination::Sprint);
        carries.then_some(Decision::SprintScope).into_iter().collect()
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        in_state(cx, &on, SprintState::Active, "closed")?;
        let rows = rows_in(cx, &on)?;
        let unfinished: Vec<&Row> = rows.iter().filter(|row| row.category.is_open()).collect();
        let destinations = self.destinations(cx, &on, &unfinished)?;
        end_stays(cx, &on, &destinations, "carried over")?;
        cx.exec(
            "UPDATE sprint SET state = 'closed', verdict = $1, verdict_note = $2, closed_at = $3 WHERE object_id = $4",
            args![self.verdict.as_str(), self.note.as_ref(), cx.now, id],
        )?;
        let mut changes = Changes::new()
            .field("state", &"active", &"closed")
            .set("verdict", &self.verdict)
            .set("carried_over", &destinations.len());
        if let Some(note) = &self.note {
            changes = changes.set("note", note);
        }
        on.record(cx, "closed", changes)?;
        Ok(id)
    }
}

impl CloseSprint {
    fn destinations(&self, cx: &Cx<'_>, on: &Header, unfinished: &[&Row]) -> Result<Destinations, Fault> {
        let mut destinations = Destinations::with_capacity(unfinished.len());
        for (i, carry) in self.carry_over.iter().enumerate() {
            let at = |field: &str| format!("carry_over[{i}].{field}");
            let item = Header::seen(cx, &carry.item)
                .map_err(|fault| fault.or_missing(Fault::invalid(&at("item"), "There is no such item.")))?;
            if !unfinished.iter().any(|row| row.id == item.id) {
                return Err(Fault::invalid(
                    &at("item"),
                    format!("{} is not unfinished in this sprint.", item.reference()),
                ));
            }
            if destinations.iter().any(|(id, _)| *id == item.id) {
                return Err(Fault::invalid(&at("item"), format!("{} is named twice.", item.reference())));
            }
            let to = match (carry.to, &carry.sprint) {
                (Destination::Backlog, None) => None,
                (Destination::Backlog, Some(_)) => {
                    return Err(Fault::invalid(&at("sprint"), "What goes back to the backlog goes into no sprint."));
                }
                (Destination::Sprint, None) => {
                    return Err(Fault::invalid(&at("sprint"), "Say which sprint it goes into."));
                }
                (Destination::Sprint, Some(name)) => Some(planned(cx, on, name, &at("sprint"))?),
            };
            destinations.push((item.id, to));
        }
        let forgotten: Vec<&str> = unfinished
            .iter()
            .filter(|row| !destinations.iter().any(|(id, _)| *id == row.id))
            .map(|row| row.reference.as_str())
            .collect();
        if forgotten.is_empty() {
            Ok(destinations)
        } else {
            Err(Fault::invalid("carry_over", format!("Say where these go: {}.", forgotten.join(", "))))
        }
    }
}

fn planned(cx: &Cx<'_>, on: &Header, name: &ObjectName, field: &str) -> Result<ObjectId, Fault> {
    let wrong = || Fault::invalid(field, "There is no such planned sprint.");
    let header = Header::seen_kind(cx, name, Kind::Sprint).map_err(|fault| fault.or_missing(wrong()))?;
    let state: Option<(String,)> =
        cx.maybe("SELECT state FROM sprint WHERE object_id = $1 AND product_id = $2", args![header.id, on.product_id])?;
    header.living()?;
    if state.is_some_and(|(state,)| state == "planned") { Ok(header.id) } else { Err(wrong()) }
}

/// Cancels a sprint whose goal makes no sense any more. What is unfinished goes back to the backlog.
#[derive(Debug, Serialize, Deserialize)]
pub struct CancelSprint {
    pub sprint: ObjectName,
    pub reason: Words,
}

impl Change for CancelSprint {
    const NAME: &'static str = "cancel_sprint";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.sprint.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::SprintCancel)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        if on.kind != Kind::Sprint {
            return Err(Fault::not_found("sprint"));
        }
        on.living()?;
        let before = sprint(cx, &id.into())?;
        if before.state.is_over() {
            return Err(Fault::broken("sprint-over", format!("{} is {} already.", before.name, before.state)));
        }
        let rows = rows_in(cx, &on)?;
        let unfinished = rows.iter().filter(|row| row.category.is_open()).map(|row| (row.id, None)).collect();
        end_stays(cx, &on, &unfinished, "back to the backlog")?;
        cx.exec(
            "UPDATE sprint SET state = 'cancelled', verdict_note = $1, closed_at = $2 WHERE object_id = $3",
            args![&self.reason, cx.now, id],
        )?;
        let changes = Changes::new().field("state", &before.state.as_str(), &"cancelled").set("reason", &self.reason);
        on.record(cx, "cancelled", changes)?;
        Ok(id)
    }
}
