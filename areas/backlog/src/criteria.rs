use crate::{progress, rules};
use access::{Changes, Cx, Fault};
use object::{Change, Granted, Header, PersonRef, text_decision};
use serde::{Deserialize, Serialize};
use store::args;
use utoipa::ToSchema;
use vocabulary::*;

/// A condition an item must satisfy to be accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct Criterion {
    pub id: CriterionId,
    pub text: String,
    pub position: i64,
    pub accepted_at: Option<Ts>,
    pub accepted_by: Option<PersonRef>,
    /// Why it was returned, when it was.
    pub returned_reason: Option<String>,
    pub version: i64,
}

/// More criteria than this is a story to split.
const MOST: usize = 200;

pub(crate) fn of(cx: &Cx<'_>, item: ObjectId) -> Result<Vec<Criterion>, Fault> {
    let stored: Vec<(CriterionId, String, i64, Option<Ts>, Option<PersonId>, Option<String>, i64)> = cx.rows(
        "SELECT id, text, position, accepted_at, accepted_by, returned_reason, version FROM criterion
         WHERE item_id = $1 ORDER BY position, id",
        args![item],
    )?;
    let people = object::people(cx, stored.iter().map(|row| row.4))?;
    Ok(stored
        .into_iter()
        .map(|(id, text, position, accepted_at, by, returned_reason, version)| Criterion {
            id,
            text,
            position,
            accepted_at,
            accepted_by: by.and_then(|id| people.get(&id).cloned()),
            returned_reason,
            version,
        })
        .collect())
}

/// One of an item's criteria, at the version the caller saw last where that is said.
pub(crate) fn at_version(all: &[Criterion], id: CriterionId, expected: Option<i64>) -> Result<&Criterion, Fault> {
    let criterion = all.iter().find(|criterion| criterion.id == id).ok_or(Fault::not_found("criterion"))?;
    match expected {
        Some(expected) if expected != criterion.version => Err(Fault::Stale {
            expected,
            current_version: criterion.version,
            current: Box::new(serde_json::to_value(criterion).unwrap_or_default()),
        }),
        _ => Ok(criterion),
    }
}

/// The item of a criterion the actor may see.
pub(crate) fn item_of(cx: &Cx<'_>, id: CriterionId) -> Result<ObjectId, Fault> {
    let found: Option<(ObjectId,)> = cx.maybe("SELECT item_id FROM criterion WHERE id = $1", args![id])?;
    let (item,) = found.ok_or(Fault::not_found("criterion"))?;
    Header::seen(cx, &item.into()).map_err(|fault| fault.or_missing(Fault::not_found("criterion")))?;
    Ok(item)
}

#[derive(Debug, Serialize, Deserialize)]
pub struct AddCriterion {
    pub item: ObjectName,
    pub text: Words,
    /// Its place among the others, from 1; the last unless said.
    pub position: Option<i64>,
}

impl Change for AddCriterion {
    const NAME: &'static str = "add_criterion";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.item.clone()
    }
    fn decision(&self, cx: &Cx<'_>, on: &Header) -> Result<Decision, Fault> {
        rules::is_item(on)?;
        text_decision(cx, on)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        on.living()?;
        let id = on.id;
        let all = of(cx, id)?;
        if all.len() >= MOST {
            return Err(Fault::broken("too-many-criteria", format!("An item has at most {MOST} criteria; split it.")));
        }
        let (criterion, last) = (CriterionId::new(), all.last().map_or(0, |criterion| criterion.position));
        cx.exec(
            "INSERT INTO criterion (id, item_id, position, text, version) VALUES ($1, $2, $3, $4, 1)",
            args![criterion, id, last + 1, &self.text],
        )?;
        if let Some(position) = self.position {
            reposition(cx, &all, criterion, position)?;
        }
        // What was accepted did not have it.
        progress::lose_acceptance(cx, &on)?;
        on.record(cx, "added a criterion", Changes::new().set("criterion", &self.text))?;
        Ok(id)
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct EditCriterion {
    pub item: ObjectId,
    pub criterion: CriterionId,
    pub version: Option<i64>,
    pub text: Option<Words>,
    pub position: Option<i64>,
}

impl Change for EditCriterion {
    const NAME: &'static str = "edit_criterion";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.item.into()
    }
    fn decision(&self, cx: &Cx<'_>, on: &Header) -> Result<Decision, Fault> {
        text_decision(cx, on)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        let all = of(cx, id)?;
        let before = at_version(&all, self.criterion, self.version)?;
        let text = self.text.as_ref().map_or(before.text.as_str(), Words::as_str);
        let reworded = text != before.text;
        // What was accepted was the earlier wording.
        cx.exec(
            "UPDATE criterion SET text = $1, version = version + 1,
                 accepted_at = CASE WHEN $2 THEN NULL ELSE accepted_at END,
                 accepted_by = CASE WHEN $2 THEN NULL ELSE accepted_by END WHERE id = $3",
            args![text, reworded, self.criterion],
        )?;
        if reworded {
            progress::lose_acceptance(cx, &on)?;
        }
        if let Some(position) = self.position {
            reposition(cx, &all, self.criterion, position)?;
        }
        let changes = Changes::new().field("criterion", &before.text.as_str(), &text).field(
            "position",
            &before.position,
            &self.position.unwrap_or(before.position),
        );
        on.record(cx, "edited a criterion", changes)?;
        Ok(id)
    }
}

fn reposition(cx: &Cx<'_>, all: &[Criterion], moved: CriterionId, position: i64) -> Result<(), Fault> {
    let mut order: Vec<CriterionId> = all.iter().map(|c| c.id).filter(|id| *id != moved).collect();
    if position < 1 {
        return Err(Fault::invalid("position", "The first place is 1."));
    }
    let at = usize::try_from(position - 1).unwrap_or(usize::MAX);
    order.insert(at.min(order.len()), moved);
    for (place, id) in order.iter().enumerate() {
        cx.exec("UPDATE criterion SET position = $1 WHERE id = $2", args![place + 1, *id])?;
    }
    Ok(())
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RemoveCriterion {
    pub item: ObjectId,
    pub criterion: CriterionId,
    pub version: Option<i64>,
}

impl Change for RemoveCriterion {
    const NAME: &'static str = "remove_criterion";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.item.into()
    }
    fn decision(&self, cx: &Cx<'_>, on: &Header) -> Result<Decision, Fault> {
        text_decision(cx, on)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        let all = of(cx, id)?;
        let text = &at_version(&all, self.criterion, self.version)?.text;
        cx.exec("DELETE FROM criterion WHERE id = $1", args![self.criterion])?;
        on.record(cx, "removed a criterion", Changes::new().unset("criterion", text))?;
        Ok(id)
    }
}
