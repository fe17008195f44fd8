use crate::rules;
use crate::workflow::{self, WorkflowState};
use access::{Changes, Cx, Fault};
use object::{Change, Granted, Header};
use serde::{Deserialize, Serialize};
use store::args;
use vocabulary::*;

/// Estimates an item, or takes its estimate away.
#[derive(Debug, Serialize, Deserialize)]
pub struct EstimateItem {
    pub item: ObjectName,
    pub points: Option<Points>,
}

impl Change for EstimateItem {
    const NAME: &'static str = "estimate_item";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.item.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Estimate)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        let (before,): (Option<f64>,) =
            cx.maybe("SELECT points FROM item WHERE object_id = $1", args![id])?.ok_or(Fault::not_found("item"))?;
        cx.exec("UPDATE item SET points = $1 WHERE object_id = $2", args![self.points, id])?;
        on.record(cx, "estimated", Changes::new().field("points", &before, &self.points.map(Points::get)))?;
        Ok(id)
    }
}

/// Moves an item to another state of the workflow.
#[derive(Debug, Serialize, Deserialize)]
pub struct MoveItem {
    pub item: ObjectName,
    pub state: String,
}

impl Change for MoveItem {
    const NAME: &'static str = "move_item";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.item.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Progress)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        rules::is_item(&on)?;
        let state = workflow::state_named(cx, on.product_id, &self.state)?;
        let changes = enter_state(cx, &on, &state)?;
        on.record(cx, "moved", changes)?;
        Ok(id)
    }
}

/// Puts an item into a state and keeps the times of starting and finishing; the event is the caller's.
///
/// What leaves the done states is no longer accepted, and no longer in a sprint that is over.
pub fn enter_state(cx: &Cx<'_>, on: &Granted<Header>, state: &WorkflowState) -> Result<Changes, Fault> {
    let (before, was, started, done, accepted): (String, Category, Option<Ts>, Option<Ts>, Option<Ts>) = cx
        .maybe("SELECT state, category, started_at, done_at, accepted_at FROM item WHERE object_id = $1", args![on.id])?
        .ok_or(Fault::not_found("item"))?;
    let now_done = state.category == Category::Done;
    let started = started.or(state.category.is_underway().then_some(cx.now));
    let done = if now_done { done.filter(|_| was == Category::Done).or(Some(cx.now)) } else { None };
    let accepted_after = accepted.filter(|_| now_done || was != Category::Done);
    if accepted.is_some() && accepted_after.is_none() {
        lose_acceptance(cx, on)?;
    }
    let open = state.category.is_open() && on.archived_at.is_none();
    cx.exec(
        "UPDATE item SET state = $1, category = $2, open = $3, started_at = $4, done_at = $5 WHERE object_id = $6",
        args![&state.name, state.category, open, started, done, on.id],
    )?;
    let mut changes = Changes::new()
        .field("state", &before.as_str(), &state.name.as_str())
        .field("category", &was, &state.category)
        .field("accepted", &accepted.is_some(), &accepted_after.is_some());
    if state.category.is_open() && !was.is_open() {
        let left = leave_what_is_over(cx, on.id)?;
        changes = changes.field("sprint_id", &left, &None);
    }
    Ok(changes)
}

/// Takes an item's acceptance away. What shipped stays accepted: customers have it.
pub(crate) fn lose_acceptance(cx: &Cx<'_>, on: &Granted<Header>) -> Result<(), Fault> {
    let shipped: Option<(String, Ts)> = cx.maybe(
        "SELECT o.title, r.shipped_at FROM item i JOIN release r ON r.object_id = i.release_id
         JOIN object o ON o.id = r.object_id
         WHERE i.object_id = $1 AND i.accepted_at IS NOT NULL AND r.shipped_at IS NOT NULL",
        args![on.id],
    )?;
    if let Some((release, at)) = shipped {
        return Err(Fault::broken(
            "shipped",
            format!(
                "{} shipped with {release} on {} and stays accepted. Write down what is missing as a new item.",
                on.reference(),
                at.date()
            ),
        ));
    }
    cx.exec("UPDATE item SET accepted_at = NULL, accepted_by = NULL WHERE object_id = $1", args![on.id])?;
    Ok(())
}

/// Open work is in no sprint that is over: takes the item out of one, whose scope keeps how it ended. Answers which.
pub(crate) fn leave_what_is_over(cx: &Cx<'_>, item: ObjectId) -> Result<Option<ObjectId>, Fault> {
    let over: Option<(ObjectId,)> = cx.maybe(
        "SELECT s.object_id FROM item i JOIN sprint s ON s.object_id = i.sprint_id
         WHERE i.object_id = $1 AND s.state IN ('closed', 'cancelled')",
        args![item],
    )?;
    let Some((sprint,)) = over else { return Ok(None) };
    cx.exec("UPDATE item SET sprint_id = NULL WHERE object_id = $1", args![item])?;
    cx.exec(
        "UPDATE sprint_scope SET removed_at = $1, removed_by = $2
         WHERE sprint_id = $3 AND item_id = $4 AND removed_at IS NULL",
        args![cx.now, cx.person(), sprint, item],
    )?;
    Ok(Some(sprint))
}

/// Puts an item back into the sprint it left at that moment by being opened again.
pub fn return_to_what_is_over(cx: &Cx<'_>, item: ObjectId, sprint: ObjectId, left: Ts) -> Result<(), Fault> {
    cx.exec("UPDATE item SET sprint_id = $1 WHERE object_id = $2", args![sprint, item])?;
    cx.exec(
        "UPDATE sprint_scope SET removed_at = NULL, removed_by = NULL
         WHERE sprint_id = $1 AND item_id = $2 AND removed_at = $3",
        args![sprint, item, left],
    )?;
    Ok(())
}
