use crate::{Change, Granted, Header, header, parts, search, view};
use access::{Changes, Cx, Fault, Via};
use serde::{Deserialize, Serialize};
use store::args;
use vocabulary::*;

/// Which decision the text of a kind falls under.
pub fn edit_decision(kind: Kind) -> Decision {
    match kind {
        Kind::Vision => Decision::Vision,
        Kind::Objective => Decision::Objectives,
        Kind::Opportunity => Decision::Opportunities,
        Kind::Initiative => Decision::Roadmap,
        Kind::Customer | Kind::Feedback => Decision::Triage,
        Kind::Epic | Kind::Story | Kind::Bug | Kind::Task | Kind::Spike | Kind::Subtask => Decision::Story,
        Kind::Sprint => Decision::SprintGoal,
        Kind::Release => Decision::Release,
        Kind::Theme => Decision::Objectives,
        Kind::Promise => Decision::Roadmap,
        // The words of a question are its asker's, those of a proposal its proposer's: their rooms see to it.
        Kind::Question => Decision::Question,
        Kind::Proposal => Decision::Propose,
        Kind::Decision => Decision::Comment,
    }
}

/// Which decision the text of a thing falls under as things are: developers write what is in a running sprint, too.
pub fn text_decision(cx: &Cx<'_>, on: &Header) -> Result<Decision, Fault> {
    if on.kind.is_item() {
        let running: Option<(ObjectId,)> = cx.maybe(
            "SELECT s.object_id FROM item i JOIN sprint s ON s.object_id = i.sprint_id
             WHERE i.object_id = $1 AND s.state = 'active'",
            args![on.id],
        )?;
        if running.is_some() {
            return Ok(Decision::StoryInSprint);
        }
    }
    Ok(edit_decision(on.kind))
}

/// A patch's field: absent leaves it, null clears it.
pub fn present<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(d: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(d).map(Some)
}

/// Changes what every object has: title, text, owner, visibility.
#[derive(Debug, Serialize, Deserialize)]
pub struct EditObject {
    pub object: ObjectName,
    pub version: Option<i64>,
    pub title: Option<Title>,
    pub body: Option<Body>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub owner_id: Option<Option<PersonId>>,
    pub visibility: Option<Visibility>,
}

impl EditObject {
    /// An edit of title and text only.
    pub fn text(object: ObjectId, title: Option<Title>, body: Option<Body>) -> Self {
        Self { object: object.into(), version: None, title, body, owner_id: None, visibility: None }
    }

    /// Stores the edit and answers what it changed; the event is the caller's.
    pub fn store(&self, cx: &Cx<'_>, on: &Granted<Header>) -> Result<Changes, Fault> {
        let (body,): (String,) = cx.one("SELECT body FROM object WHERE id = $1", args![on.id])?;
        let title = self.title.as_ref().map_or(on.title.as_str(), Title::as_str);
        let new_body = self.body.as_ref().map_or(body.as_str(), Body::as_str);
        let owner = self.owner_id.unwrap_or(on.owner_id);
        let visibility = self.visibility.unwrap_or(on.visibility);
        if let Some(owner) = owner.filter(|_| self.owner_id.is_some()) {
            let member: Option<(PersonId,)> = cx.maybe(
                "SELECT person_id FROM member WHERE product_id = $1 AND person_id = $2 LIMIT 1",
                args![on.product_id, owner],
            )?;
            member.ok_or_else(|| Fault::invalid("owner_id", "The owner must be a member of the product."))?;
        }
        if visibility != on.visibility {
            parts::may_be_shown(cx, on, visibility)?;
        }
        cx.exec(
            "UPDATE object SET title = $1, body = $2, owner_id = $3, visibility = $4 WHERE id = $5",
            args![title, new_body, owner, visibility, on.id],
        )?;
        if title != on.title || new_body != body {
            search::renew(cx, on.id)?;
        }
        Ok(Changes::new()
            .field("title", &on.title.as_str(), &title)
            .field("body", &body.as_str(), &new_body)
            .field("owner_id", &on.owner_id, &owner)
            .field("visibility", &on.visibility, &visibility))
    }
}

impl Change for EditObject {
    const NAME: &'static str = "edit_object";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.object.clone()
    }
    fn decision(&self, cx: &Cx<'_>, on: &Header) -> Result<Decision, Fault> {
        // Whose it is and who sees it are no words of it.
        let only_words = self.owner_id.is_none() && self.visibility.is_none();
        if only_words { text_decision(cx, on) } else { Ok(edit_decision(on.kind)) }
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        on.at_version(self.version, || view::as_json(cx, &on))?;
        on.are_own_words(cx)?;
        let id = on.id;
        if on.kind == Kind::Vision && (self.title.is_some() || self.body.is_some()) {
            return Err(Fault::broken(
                "vision-is-published",
                "The vision's words are changed by publishing a new version.",
            ));
        }
        let changes = self.store(cx, &on)?;
        on.record(cx, "edited", changes)?;
        Ok(id)
    }
}

/// Puts an object away, or brings it back. What is archived keeps its links and its history.
#[derive(Debug, Serialize, Deserialize)]
pub struct Archive {
    pub object: ObjectName,
    pub archived: bool,
}

impl Change for Archive {
    const NAME: &'static str = "archive";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.object.clone()
    }
    fn decision(&self, _: &Cx<'_>, on: &Header) -> Result<Decision, Fault> {
        Ok(edit_decision(on.kind))
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        on.are_own_words(cx)?;
        if on.kind == Kind::Proposal {
            return Err(Fault::broken("withdraw-instead", "A proposal is withdrawn by whoever made it, not archived."));
        }
        let id = on.id;
        let changes = on.put_away(cx, self.archived)?;
        on.record(cx, if self.archived { "archived" } else { "restored" }, changes)?;
        Ok(id)
    }
}

impl Header {
    /// Refuses to change what is somebody's own: a question, a proposal's reason, what was written down of a decision.
    fn are_own_words(&self, cx: &Cx<'_>) -> Result<(), Fault> {
        let own = matches!(self.kind, Kind::Question | Kind::Proposal | Kind::Decision);
        if !own || self.owner_id == cx.person() || cx.actor.via == Via::Console {
            return Ok(());
        }
        let whose = header::person(cx, self.owner_id)?.map_or_else(|| "its author".to_owned(), |person| person.name);
        Err(Fault::broken("not-your-words", format!("{} is {whose}'s: only they change it.", self.reference())))
    }
}

impl Granted<Header> {
    /// Archives the object or brings it back; the event is the caller's.
    pub fn put_away(&self, cx: &Cx<'_>, archived: bool) -> Result<Changes, Fault> {
        if archived && self.kind == Kind::Sprint {
            self.is_no_open_sprint(cx)?;
        }
        let at = archived.then_some(cx.now);
        cx.exec("UPDATE object SET archived_at = $1 WHERE id = $2", args![at, self.id])?;
        if self.kind.is_item() {
            // An archived item is no longer open work; one that comes back is, unless it was finished.
            cx.exec(
                "UPDATE item SET open = ($1 AND category NOT IN ('done', 'cancelled')) WHERE object_id = $2",
                args![!archived, self.id],
            )?;
        }
        Ok(Changes::new().field("archived", &self.archived_at.is_some(), &archived))
    }

    /// Refuses a sprint that work is in or may still come into: what is put away does not run.
    fn is_no_open_sprint(&self, cx: &Cx<'_>) -> Result<(), Fault> {
        let (state, held): (String, Option<i64>) = cx.one(
            "SELECT s.state, (SELECT min(i.number) FROM item i WHERE i.sprint_id = s.object_id)
             FROM sprint s WHERE s.object_id = $1",
            args![self.id],
        )?;
        let title = &self.title;
        match (state.as_str(), held) {
            ("active", _) => {
                Err(Fault::broken("sprint-running", format!("{title} is running; close or cancel it first.")))
            }
            ("planned", Some(number)) => Err(Fault::broken(
                "sprint-holds-items",
                format!("{}-{number} is in {title}; take out what is in it first, or cancel it.", self.key),
            )),
            _ => Ok(()),
        }
    }
}
