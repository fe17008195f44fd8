//! What is in a sprint, and since when: what enters after the start is a change of scope and is kept as one.

use crate::sprint::sprint;
use access::{Changes, Cx, Fault};
use object::{Change, Granted, Header};
use serde::{Deserialize, Serialize};
use store::args;
use vocabulary::*;

/// The sprint, when its contents may still change.
fn open_sprint(cx: &Cx<'_>, on: &Header, name: &ObjectName) -> Result<crate::Sprint, Fault> {
    let header = Header::seen_kind(cx, name, Kind::Sprint)?;
    if header.product_id != on.product_id {
        return Err(Fault::not_found("sprint"));
    }
    header.living()?;
    let sprint = sprint(cx, &header.id.into())?;
    if sprint.state.is_over() {
        let message = format!("{} is {}; its contents stay as they are.", sprint.name, sprint.state);
        return Err(Fault::broken("sprint-over", message));
    }
    Ok(sprint)
}

fn leave(cx: &Cx<'_>, item: ObjectId, sprint: ObjectId) -> Result<(), Fault> {
    cx.exec(
        "UPDATE sprint_scope SET removed_at = $1, removed_by = $2,
             final_points = (SELECT points FROM item WHERE object_id = sprint_scope.item_id),
             done_at = (SELECT done_at FROM item WHERE object_id = sprint_scope.item_id)
         WHERE sprint_id = $3 AND item_id = $4 AND removed_at IS NULL",
        args![cx.now, cx.person(), sprint, item],
    )?;
    Ok(())
}

/// Where unfinished items go when their sprint ends: into another one, or back to the backlog.
pub(crate) type Destinations = Vec<(ObjectId, Option<ObjectId>)>;

/// Ends the stays in a sprint that is over and keeps how they ended, whatever becomes of the items later. What is done
/// stays; what is given up or put away leaves without counting; everything else goes to its destination.
pub(crate) fn end_stays(
    cx: &Cx<'_>,
    on: &Granted<Header>,
    destinations: &Destinations,
    verb: &str,
) -> Result<(), Fault> {
    let sprint = on.id;
    let given_up: Vec<(ObjectId,)> = cx.rows(
        "SELECT i.object_id FROM item i JOIN object o ON o.id = i.object_id
         WHERE i.sprint_id = $1 AND (i.category = 'cancelled' OR o.archived_at IS NOT NULL)",
        args![sprint],
    )?;
    cx.exec(
        "UPDATE sprint_scope SET outcome = 'done',
             final_points = (SELECT points FROM item WHERE object_id = sprint_scope.item_id),
             done_at = (SELECT done_at FROM item WHERE object_id = sprint_scope.item_id)
         WHERE sprint_id = $1 AND removed_at IS NULL AND item_id IN
             (SELECT i.object_id FROM item i JOIN object o ON o.id = i.object_id
              WHERE i.sprint_id = $1 AND i.category = 'done' AND o.archived_at IS NULL)",
        args![sprint],
    )?;
    for (item, to) in destinations {
        cx.exec(
            "UPDATE sprint_scope SET outcome = $1 WHERE sprint_id = $2 AND item_id = $3 AND removed_at IS NULL",
            args![if to.is_some() { "to_sprint" } else { "to_backlog" }, sprint, *item],
        )?;
    }
    let leaving = destinations.iter().map(|(item, to)| (*item, *to, verb));
    for (item, to, verb) in leaving.chain(given_up.into_iter().map(|(item,)| (item, None, "left the sprint"))) {
        let item = on.also(cx, item)?;
        transfer(cx, &item, to)?;
        item.record(cx, verb, Changes::new().field("sprint_id", &Some(sprint), &to))?;
    }
    Ok(())
}

fn enter(cx: &Cx<'_>, item: ObjectId, sprint: ObjectId, points: Option<f64>) -> Result<(), Fault> {
    cx.exec(
        "INSERT INTO sprint_scope (sprint_id, item_id, added_at, added_by, committed, points)
         VALUES ($1, $2, $3, $4, FALSE, $5)",
        args![sprint, item, cx.now, cx.person(), points],
    )?;
    Ok(())
}

/// Moves an item from where it is into a sprint, or into none; the event is the caller's. Answers where it was.
pub(crate) fn transfer(cx: &Cx<'_>, on: &Granted<Header>, to: Option<ObjectId>) -> Result<Option<ObjectId>, Fault> {
    let (from, points): (Option<ObjectId>, Option<f64>) = cx
        .maybe("SELECT sprint_id, points FROM item WHERE object_id = $1", args![on.id])?
        .ok_or(Fault::not_found("item"))?;
    if from != to {
        if let Some(from) = from {
            leave(cx, on.id, from)?;
        }
        if let Some(to) = to {
            enter(cx, on.id, to, points)?;
        }
        backlog::set_sprint(cx, on, to)?;
    }
    Ok(from)
}

#[derive(Debug, Serialize, Deserialize)]
pub struct PutInSprint {
    pub item: ObjectName,
    pub sprint: ObjectName,
}

impl Change for PutInSprint {
    const NAME: &'static str = "put_in_sprint";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.item.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::SprintScope)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        let sprint = open_sprint(cx, &on, &self.sprint)?;
        let item = backlog::stored(cx, id)?;
        if on.kind == Kind::Epic {
            return Err(Fault::invalid("item", "An epic is too large for a sprint; take its stories."));
        }
        if !item.category.is_open() {
            return Err(Fault::broken("item-finished", "A finished item does not go into a sprint."));
        }
        on.living()?;
        if sprint.items.total >= backlog::MOST_IN_A_SET as i64 {
            return Err(Fault::broken("sprint-full", "A sprint holds at most 2,000 items."));
        }
        let from = transfer(cx, &on, Some(sprint.id))?;
        on.record(cx, "put into the sprint", Changes::new().field("sprint_id", &from, &Some(sprint.id)))?;
        Ok(id)
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub struct TakeOutOfSprint {
    pub item: ObjectName,
    pub sprint: ObjectName,
}

impl Change for TakeOutOfSprint {
    const NAME: &'static str = "take_out_of_sprint";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.item.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::SprintScope)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        let sprint = open_sprint(cx, &on, &self.sprint)?;
        let inside: Option<(ObjectId,)> =
            cx.maybe("SELECT object_id FROM item WHERE object_id = $1 AND sprint_id = $2", args![id, sprint.id])?;
        inside.ok_or_else(|| Fault::broken("not-in-sprint", format!("This item is not in {}.", sprint.name)))?;
        let from = transfer(cx, &on, None)?;
        on.record(cx, "taken out of the sprint", Changes::new().field("sprint_id", &from, &None))?;
        Ok(id)
    }
}
