use crate::order::{End, Place, place};
use crate::{progress, rules, workflow};
use access::{Changes, Cx, Fault};
use object::{
    Change, EditObject, Granted, Header, NewObject, Product, insert_link, links_fit, relations, text_decision,
};
use serde::{Deserialize, Serialize};
use store::{FromRow, StoreError, args};
use teams::team_name;
use vocabulary::*;

/// A new item, at the bottom of the backlog unless a place is given.
#[derive(Debug, Serialize, Deserialize)]
pub struct AddItem {
    pub product: ProductName,
    pub kind: Kind,
    pub title: Title,
    pub body: Body,
    pub points: Option<Points>,
    pub assignee_id: Option<PersonId>,
    pub parent: Option<ObjectName>,
    pub state: Option<String>,
    pub initiative: Option<ObjectName>,
    pub place: Option<Place>,
}

impl Change for AddItem {
    const NAME: &'static str = "add_item";
    type On = Product;
    type Outcome = ObjectId;
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        // The whole team finds bugs and cuts tasks; what is a story or an epic is the product owner's.
        Ok(match self.kind {
            Kind::Bug | Kind::Task | Kind::Subtask => Decision::Progress,
            _ => Decision::Story,
        })
    }
    fn further(&self) -> Vec<Decision> {
        let at_the_bottom = matches!(self.place, None | Some(Place::At { at: End::Bottom }));
        let placed = (!at_the_bottom).then_some(Decision::Order);
        placed.into_iter().chain(self.points.map(|_| Decision::Estimate)).collect()
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<ObjectId, Fault> {
        if !self.kind.is_item() {
            return Err(Fault::invalid("kind", "An item is an epic, story, bug, task, spike or subtask."));
        }
        let state = match &self.state {
            Some(name) => workflow::state_named(cx, on.id, name)?,
            None => workflow::first_state(cx, on.id, Category::Backlog)?,
        };
        let parent = self.parent.as_ref().map(|parent| parent_for(cx, on.id, parent, self.kind)).transpose()?;
        if let Some(person) = self.assignee_id {
            member(cx, on.id, person, "assignee_id")?;
        }
        let new = NewObject::new(cx, self.kind, self.title.as_str(), self.body.as_str()).part_of(parent.as_ref());
        let header = on.create(cx, new)?;
        let bottom = Place::At { at: End::Bottom };
        let rank = place(cx, &on, self.place.as_ref().unwrap_or(&bottom), None)?;
        insert(
            cx,
            &header,
            &Stored {
                state: state.name.as_str().to_owned(),
                category: state.category,
                points: self.points.map(Points::get),
                assignee_id: self.assignee_id,
                parent_id: parent.as_ref().map(|parent| parent.id),
                started_at: state.category.is_underway().then_some(cx.now),
                done_at: (state.category == Category::Done).then_some(cx.now),
                accepted_at: None,
                accepted_by: None,
            },
            &rank,
        )?;
        let mut changes = Changes::new().set("title", &self.title).set("state", &state.name).set("rank", &rank);
        if let Some(initiative) = &self.initiative {
            let to = Header::seen(cx, initiative)
                .and_then(|header| header.of_kind(Kind::Initiative))
                .map_err(|fault| fault.or_missing(Fault::invalid("initiative", "There is no such initiative.")))?;
            insert_link(cx, &header, Relation::Delivers, &to)?;
            changes = changes.set(relations::rule(Relation::Delivers).label, &to.reference());
        }
        Ok(header.record_created(cx, "created", changes)?.id)
    }
}

fn parent_for(cx: &Cx<'_>, product: ProductId, name: &ObjectName, child: Kind) -> Result<Header, Fault> {
    let wrong = || Fault::invalid("parent", "There is no such item in this backlog.");
    let parent = Header::seen(cx, name).map_err(|fault| fault.or_missing(wrong()))?;
    if parent.product_id != product || !parent.kind.is_item() {
        return Err(wrong());
    }
    parent.living()?;
    rules::may_contain(parent.kind, child)?;
    Ok(parent)
}

fn member(cx: &Cx<'_>, product: ProductId, person: PersonId, field: &str) -> Result<(), Fault> {
    let found: Option<(PersonId,)> = cx.maybe(
        "SELECT m.person_id FROM member m JOIN person p ON p.id = m.person_id
         WHERE m.product_id = $1 AND m.person_id = $2 AND p.state <> 'revoked' LIMIT 1",
        args![product, person],
    )?;
    found.map(drop).ok_or_else(|| Fault::invalid(field, "This person is not a member of the product."))
}

/// The columns of an item that are written together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    pub state: String,
    pub category: Category,
    pub points: Option<f64>,
    pub assignee_id: Option<PersonId>,
    pub parent_id: Option<ObjectId>,
    pub started_at: Option<Ts>,
    pub done_at: Option<Ts>,
    pub accepted_at: Option<Ts>,
    pub accepted_by: Option<PersonId>,
}

/// Writes a new item's row; its event is the caller's.
pub fn insert(cx: &Cx<'_>, on: &Granted<Header>, new: &Stored, rank: &OrderKey) -> Result<(), Fault> {
    cx.exec(
        "INSERT INTO item (object_id, product_id, kind, number, rank, state, category, open, points, assignee_id,
             parent_id, started_at, done_at, accepted_at, accepted_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        args![
            on.id,
            on.product_id,
            on.kind,
            on.number,
            rank,
            &new.state,
            new.category,
            new.category.is_open(),
            new.points,
            new.assignee_id,
            new.parent_id,
            new.started_at,
            new.done_at,
            new.accepted_at,
            new.accepted_by
        ],
    )?;
    Ok(())
}

/// An item's columns as they are.
pub fn stored(cx: &Cx<'_>, item: ObjectId) -> Result<Stored, Fault> {
    let found: Vec<Stored> = cx.rows(
        "SELECT state, category, points, assignee_id, parent_id, started_at, done_at, accepted_at, accepted_by
         FROM item WHERE object_id = $1",
        args![item],
    )?;
    found.into_iter().next().ok_or(Fault::not_found("item"))
}

impl FromRow for Stored {
    fn from_row(row: &store::Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            state: row.get(0)?,
            category: row.get(1)?,
            points: row.get(2)?,
            assignee_id: row.get(3)?,
            parent_id: row.get(4)?,
            started_at: row.get(5)?,
            done_at: row.get(6)?,
            accepted_at: row.get(7)?,
            accepted_by: row.get(8)?,
        })
    }
}

/// Writes an item's columns over; its event is the caller's. Answers the sprint that is over which an item leaves by
/// being opened again.
pub fn overwrite(cx: &Cx<'_>, on: &Granted<Header>, before: &Stored, new: &Stored) -> Result<Option<ObjectId>, Fault> {
    cx.exec(
        "UPDATE item SET state = $1, category = $2, open = $3, points = $4, assignee_id = $5, parent_id = $6,
             started_at = $7, done_at = $8, accepted_at = $9, accepted_by = $10 WHERE object_id = $11",
        args![
            &new.state,
            new.category,
            new.category.is_open() && on.archived_at.is_none(),
            new.points,
            new.assignee_id,
            new.parent_id,
            new.started_at,
            new.done_at,
            new.accepted_at,
            new.accepted_by,
            on.id
        ],
    )?;
    let reopened = new.category.is_open() && !before.category.is_open();
    if reopened { progress::leave_what_is_over(cx, on.id) } else { Ok(None) }
}

/// Changes an item's text, kind, assignee, team, parent, what blocks it or the class by which it needs no why.
#[derive(Debug, Serialize, Deserialize)]
pub struct EditItem {
    pub item: ObjectName,
    pub version: Option<i64>,
    pub title: Option<Title>,
    pub body: Option<Body>,
    pub kind: Option<Kind>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "object::present")]
    pub assignee_id: Option<Option<PersonId>>,
    pub team_id: Option<Option<TeamId>>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "object::present")]
    pub parent: Option<Option<ObjectName>>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "object::present")]
    pub blocked_reason: Option<Option<Words>>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "object::present")]
    pub exempt: Option<Option<ExemptClass>>,
}

impl Change for EditItem {
    const NAME: &'static str = "edit_item";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.item.clone()
    }
    fn decision(&self, cx: &Cx<'_>, on: &Header) -> Result<Decision, Fault> {
        rules::is_item(on)?;
        // Who does it and what blocks it is the team's daily business.
        let is_put = self.kind.is_some() || self.parent.is_some() || self.exempt.is_some();
        let words = self.title.is_some() || self.body.is_some() || is_put;
        if words { text_decision(cx, on) } else { Ok(Decision::Progress) }
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        on.at_version(self.version, || {
            let current = crate::item(cx, &on.id.into())?;
            Ok(serde_json::to_value(current).map_err(|e| store::StoreError::Other(e.to_string()))?)
        })?;
        let id = on.id;
        type Before =
            (Option<PersonId>, Option<TeamId>, Option<ObjectId>, Option<String>, Option<Ts>, Option<ExemptClass>);
        let stored: Option<Before> = cx.maybe(
            "SELECT assignee_id, team_id, parent_id, blocked_reason, blocked_at, exempt FROM item WHERE object_id = $1",
            args![id],
        )?;
        let (assignee, team, parent, blocked, blocked_at, exempt) = stored.ok_or(Fault::not_found("item"))?;
        let mut changes = EditObject::text(id, self.title.clone(), self.body.clone()).store(cx, &on)?;
        let kind = self.kind.unwrap_or(on.kind);
        let new_parent = match &self.parent {
            Some(Some(name)) => {
                let whole = parent_for(cx, on.product_id, name, kind)?;
                on.fits_in(&whole)?;
                Some(whole.id)
            }
            Some(None) => None,
            None => parent,
        };
        if kind != on.kind {
            self.change_kind(cx, &on, kind, new_parent)?;
        }
        if let Some(Some(person)) = self.assignee_id {
            member(cx, on.product_id, person, "assignee_id")?;
        }
        let new_assignee = self.assignee_id.unwrap_or(assignee);
        let new_team = self.team_id.unwrap_or(team);
        let called = |team: Option<TeamId>| team.map(|team| team_name(cx, on.product_id, team)).transpose();
        let team_names = (called(team)?, called(new_team)?);
        let new_blocked = match &self.blocked_reason {
            Some(reason) => reason.as_ref().map(|words| words.as_str().to_owned()),
            None => blocked.clone(),
        };
        let new_blocked_at = new_blocked.as_ref().map(|_| blocked_at.unwrap_or(cx.now));
        let new_exempt = self.exempt.unwrap_or(exempt);
        cx.exec(
            "UPDATE item SET kind = $1, assignee_id = $2, team_id = $3, parent_id = $4, blocked_reason = $5,
                 blocked_at = $6, exempt = $7
             WHERE object_id = $8",
            args![kind, new_assignee, new_team, new_parent, new_blocked.as_ref(), new_blocked_at, new_exempt, id],
        )?;
        changes = changes
            .field("kind", &on.kind, &kind)
            .field("assignee_id", &assignee, &new_assignee)
            .field("team", &team_names.0, &team_names.1)
            .field("parent_id", &parent, &new_parent)
            .field("blocked_reason", &blocked, &new_blocked)
            .field("exempt", &exempt, &new_exempt);
        on.record(cx, "edited", changes)?;
        Ok(id)
    }
}

impl EditItem {
    fn change_kind(
        &self,
        cx: &Cx<'_>,
        on: &Granted<Header>,
        kind: Kind,
        parent: Option<ObjectId>,
    ) -> Result<(), Fault> {
        may_become(cx, on, kind)?;
        if let Some(parent) = parent {
            let (parent,): (Kind,) = cx.one("SELECT kind FROM item WHERE object_id = $1", args![parent])?;
            rules::may_contain(parent, kind)?;
        }
        for (child,) in cx.rows::<(Kind,)>("SELECT DISTINCT kind FROM item WHERE parent_id = $1", args![on.id])? {
            rules::may_contain(kind, child)?;
        }
        set_kind(cx, on, kind)
    }
}

/// Whether an item may be one of another kind, apart from what it is part of and what is part of it.
pub fn may_become(cx: &Cx<'_>, on: &Header, kind: Kind) -> Result<(), Fault> {
    if !kind.is_item() {
        return Err(Fault::invalid("kind", "An item is an epic, story, bug, task, spike or subtask."));
    }
    if kind == Kind::Epic {
        let planned: Option<(ObjectId,)> =
            cx.maybe("SELECT sprint_id FROM item WHERE object_id = $1 AND sprint_id IS NOT NULL", args![on.id])?;
        if planned.is_some() {
            let message =
                format!("{} is in a sprint, for which an epic is too large. Take it out first.", on.reference());
            return Err(Fault::broken("in-a-sprint", message));
        }
    }
    links_fit(cx, on, kind)
}

/// Makes an item one of another kind that it [may become](may_become); that what it is part of and what is part of it
/// still fits, the caller knows.
pub fn set_kind(cx: &Cx<'_>, on: &Granted<Header>, kind: Kind) -> Result<(), Fault> {
    cx.exec("UPDATE object SET kind = $1 WHERE id = $2", args![kind, on.id])?;
    cx.exec("UPDATE item SET kind = $1 WHERE object_id = $2", args![kind, on.id])?;
    Ok(())
}

/// Puts an item into a sprint or takes it out; the scope's rows and the event are the caller's.
pub fn set_sprint(cx: &Cx<'_>, on: &Granted<Header>, sprint: Option<ObjectId>) -> Result<(), Fault> {
    cx.exec("UPDATE item SET sprint_id = $1 WHERE object_id = $2", args![sprint, on.id])?;
    Ok(())
}

/// Puts an item into a release or takes it out; the event is the caller's.
pub fn set_release(cx: &Cx<'_>, on: &Granted<Header>, release: Option<ObjectId>) -> Result<(), Fault> {
    cx.exec("UPDATE item SET release_id = $1 WHERE object_id = $2", args![release, on.id])?;
    Ok(())
}
