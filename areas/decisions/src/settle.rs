//! What becomes of a proposal: accepted in all, in part or changed; declined; withdrawn; brought up to date.

use crate::Registry;
use crate::log::{LogDecision, MOST_CONCERNS};
use crate::proposal::{Moved, ORDER, Proposal, ProposalState, ProposedPart, proposal};
use crate::propose::{Prepared, json, read_decisions, unjson};
use access::{Changes, Cx, Fault, Kept, Needs, Rights, row_of};
use object::{Change, Granted, Header, Product, carry_out};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::args;
use utoipa::ToSchema;
use vocabulary::*;

/// How a proposal is accepted.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProposalAcceptance {
    /// The parts that are accepted, by their ids; all unless said.
    #[schema(min_items = 1, max_items = 500)]
    pub parts: Option<Vec<String>>,
    /// Other values for some fields of what is accepted, each by its change and name: `0.title` → the value in place of
    /// the one proposed.
    #[schema(value_type = Option<std::collections::HashMap<String, Value>>)]
    pub edits: Option<Map<String, Value>>,
    pub note: Option<Words>,
}

struct Waiting {
    header: Header,
    state: ProposalState,
    changes: Vec<Kept>,
    decisions: Vec<Decision>,
}

impl Waiting {
    /// An open proposal, in its product's turn, as its reader saw it last.
    fn open(cx: &Cx<'_>, name: &ObjectName, version: Option<i64>) -> Result<Self, Fault> {
        let waiting = Self::load(cx, name, version)?;
        match waiting.state {
            ProposalState::Open => Ok(waiting),
            other => Err(Fault::broken(
                "decided-already",
                format!("{} was {} already.", waiting.header.reference(), other.as_str()),
            )),
        }
    }

    fn load(cx: &Cx<'_>, name: &ObjectName, version: Option<i64>) -> Result<Self, Fault> {
        let header = Header::lock(cx, name)?.of_kind(Kind::Proposal)?;
        object::at_version(cx, &header, version)?;
        let (state, changes, decisions): (ProposalState, String, String) =
            cx.one("SELECT state, changes, decisions FROM proposal WHERE object_id = $1", args![header.id])?;
        let mut changes: Vec<Kept> = unjson(&changes)?;
        // They were made against earlier versions; whether what they change has moved since is looked at by field.
        changes.iter_mut().filter_map(|kept| kept.with.as_object_mut()).for_each(|with| drop(with.remove("version")));
        Ok(Self { header, state, changes, decisions: read_decisions(&decisions) })
    }
}

/// Accepts a proposal: carries its changes out through the door, as the one who accepts it, and writes the decision down.
/// Where several roles have to agree, the last of them carries it out.
pub(crate) fn accept(
    cx: &Cx<'_>,
    registry: Registry,
    name: &ObjectName,
    version: Option<i64>,
    acceptance: &ProposalAcceptance,
) -> Result<Proposal, Fault> {
    let waiting = Waiting::open(cx, name, version)?;
    let rights = Rights::load(cx, waiting.header.product_id)?;
    for decision in &waiting.decisions {
        rights.require_voice(*decision)?;
    }
    let as_it_was = proposal(cx, name)?;
    let chosen = Chosen::of(&waiting, &as_it_was, acceptance)?;
    let agreed = agree(cx, &waiting, &rights, &chosen)?;
    let Some(agreed) = agreed else { return proposal(cx, name) };
    for (i, kept) in &chosen.changes {
        let known = registry.find(&kept.change)?;
        let (proposed, chosen) = (known.about(cx, &waiting.changes[*i].with)?, known.about(cx, &kept.with)?);
        if (proposed.product, proposed.object) != (chosen.product, chosen.object) {
            return Err(Fault::invalid("edits", "What a proposal is about cannot be changed. Make another one."));
        }
        known.carry_out(cx, &kept.with, &agreed).map_err(|fault| within(fault, *i, waiting.changes.len()))?;
    }
    let id = waiting.header.id;
    close(cx, id, ProposalState::Accepted, acceptance.note.as_ref())?;
    log(cx, &waiting, &as_it_was, &chosen.said, acceptance.note.as_ref())?;
    proposal(cx, name)
}

/// Names the change of several that could not be carried out.
fn within(fault: Fault, i: usize, all: usize) -> Fault {
    match fault {
        Fault::Broken { rule, message } if all > 1 => {
            Fault::Broken { rule, message: format!("Change {}: {message}", i + 1) }
        }
        other => other,
    }
}

/// What is carried out of a proposal.
struct Chosen {
    changes: Vec<(usize, Kept)>,
    /// In words, for the decision log.
    said: String,
    in_part: bool,
}

impl Chosen {
    fn of(waiting: &Waiting, shown: &Proposal, acceptance: &ProposalAcceptance) -> Result<Self, Fault> {
        let all: Vec<&str> = shown.parts.iter().map(|part| part.id.as_str()).collect();
        let wanted: Vec<&str> = match &acceptance.parts {
            None => all.clone(),
            Some(parts) => {
                if let Some(other) = parts.iter().find(|id| !all.contains(&id.as_str())) {
                    return Err(Fault::invalid("parts", format!("“{other}” is no part of this proposal.")));
                }
                all.iter().copied().filter(|id| parts.iter().any(|part| part == id)).collect()
            }
        };
        if wanted.is_empty() {
            return Err(Fault::invalid("parts", "Choose at least one part, or decline the proposal."));
        }
        let touched: Vec<&ProposedPart> =
            shown.parts.iter().filter(|part| wanted.contains(&part.id.as_str())).collect();
        let fields: Vec<(Option<ObjectId>, &str)> = touched
            .iter()
            .flat_map(|part| part.fields.iter().map(|field| (part.object.as_ref().map(|s| s.id), field.field.as_str())))
            .collect();
        let is_placed = |id: ObjectId| {
            touched.iter().any(|part| part.object.as_ref().is_some_and(|stub| stub.id == id) && places(&part.change))
        };
        let moved = |moved: &&Moved| match moved.field.as_str() {
            ORDER => is_placed(moved.object.id),
            field => fields.contains(&(Some(moved.object.id), field)),
        };
        if let Some(moved) = shown.moved.iter().find(moved) {
            let who = moved.by.as_ref().map_or("somebody", |person| person.name.as_str());
            return Err(Fault::broken(
                "ground-moved",
                format!(
                    "{who} changed the {} of {} after this was proposed. Bring the proposal up to date first.",
                    if moved.field == ORDER { "place" } else { &moved.field },
                    moved.object.reference
                ),
            ));
        }
        let mut edits = Vec::new();
        for (id, value) in acceptance.edits.iter().flatten() {
            let no_field = || Fault::invalid("edits", format!("“{id}” is no field of a part that is accepted."));
            edits.push(Edit::of(id, value, &wanted, &waiting.changes).ok_or_else(no_field)?);
        }
        let changes = waiting
            .changes
            .iter()
            .enumerate()
            .filter_map(|(i, kept)| Some((i, cut(i, kept, &all, &wanted, &edits)?)))
            .collect();
        let in_part = wanted.len() < all.len();
        let said = match (in_part, edits.is_empty()) {
            (false, true) => "Accepted as proposed.".to_owned(),
            (false, false) => "Accepted with changes.".to_owned(),
            (true, true) => format!("Accepted in part: {} of {}.", wanted.len(), all.len()),
            (true, false) => format!("Accepted in part, with changes: {} of {}.", wanted.len(), all.len()),
        };
        Ok(Self { changes, said, in_part: in_part || !edits.is_empty() })
    }
}

/// Whether a change is about a place in an order.
fn places(change: &str) -> bool {
    matches!(change, "rank_item" | "place_initiative")
}

/// Another value for one field of one change.
struct Edit<'a> {
    change: usize,
    key: &'a str,
    value: &'a Value,
}

impl<'a> Edit<'a> {
    /// `0.title` as an edit of the first change. `None` where there is no such field in what is accepted.
    fn of(id: &'a str, value: &'a Value, wanted: &[&str], changes: &[Kept]) -> Option<Self> {
        let (step, key) = id.split_once('.')?;
        let change: usize = step.parse().ok()?;
        let is_there = wanted.contains(&id) || wanted.contains(&step);
        (is_there && changes.get(change)?.with.get(key).is_some()).then_some(Self { change, key, value })
    }
}

/// One change without the fields that are not accepted, and with those that are edited. `None` when nothing is left.
fn cut(i: usize, kept: &Kept, all: &[&str], wanted: &[&str], edits: &[Edit<'_>]) -> Option<Kept> {
    let (whole, prefix) = (i.to_string(), format!("{i}."));
    if !wanted.iter().any(|id| *id == whole || id.starts_with(&prefix)) {
        return None;
    }
    let mut with = kept.with.clone();
    let fields = with.as_object_mut()?;
    for key in all.iter().filter(|id| !wanted.contains(id)).filter_map(|id| id.strip_prefix(&prefix)) {
        fields.remove(key);
    }
    for edit in edits.iter().filter(|edit| edit.change == i) {
        fields.insert(edit.key.to_owned(), edit.value.clone());
    }
    Some(Kept { change: kept.change.clone(), with })
}

/// Takes note of the roles the actor speaks for, where several have to agree. Answers those that agreed once all did.
fn agree(cx: &Cx<'_>, waiting: &Waiting, rights: &Rights, chosen: &Chosen) -> Result<Option<Vec<Role>>, Fault> {
    let several: Vec<Decision> =
        waiting.decisions.iter().copied().filter(|decision| row_of(*decision).needs == Needs::AllOf).collect();
    if several.is_empty() {
        return Ok(Some(Vec::new()));
    }
    if chosen.in_part {
        return Err(Fault::broken("agreed-as-a-whole", "What several roles agree on is accepted as it is proposed."));
    }
    let id = waiting.header.id;
    let before: Vec<(Role,)> = cx.rows("SELECT role FROM approval WHERE proposal_id = $1", args![id])?;
    let mut agreed: Vec<Role> = before.into_iter().map(|(role,)| role).collect();
    let mut now = Vec::new();
    for role in several.iter().flat_map(|decision| rights.speaks_for(*decision)) {
        if !agreed.contains(&role) {
            agreed.push(role);
            now.push(role.noun());
            cx.exec(
                "INSERT INTO approval (proposal_id, role, person_id, at) VALUES ($1, $2, $3, $4)",
                args![id, role, cx.person(), cx.now],
            )?;
        }
    }
    if several.iter().all(|decision| rights.agreed(*decision, &agreed)) {
        return Ok(Some(agreed));
    }
    if now.is_empty() {
        return Err(Fault::broken("agreed-already", "You have agreed; others have yet to."));
    }
    carry_out(cx, &MarkProposal { proposal: id.into(), mark: Mark::Agreed(now.join(", ")) })?;
    Ok(None)
}

/// Writes an accepted or declined proposal into the decision log.
fn log(cx: &Cx<'_>, waiting: &Waiting, shown: &Proposal, said: &str, note: Option<&Words>) -> Result<(), Fault> {
    let choice = note.map_or_else(|| said.to_owned(), |note| format!("{said} {note}"));
    let text = |text: String| Body::try_from(text).map_err(|why| Fault::invalid("note", why));
    let by = shown.by.as_ref().map_or("somebody", |person| person.name.as_str());
    let mut context = format!("{by} proposed: {}.", shown.title);
    if !shown.reason.is_empty() {
        context.push_str("\n\n");
        context.push_str(&shown.reason);
    }
    carry_out(
        cx,
        &LogDecision {
            product: waiting.header.product_id.into(),
            title: Title::try_from(shown.title.as_str()).map_err(|why| Fault::invalid("title", why))?,
            context: text(context)?,
            options: text("As proposed, or as it stands.".to_owned())?,
            choice: Words::try_from(choice).map_err(|why| Fault::invalid("note", why))?,
            concerns: shown.about.iter().take(MOST_CONCERNS).map(|stub| stub.id.into()).collect(),
            settles: Some(waiting.header.id),
        },
    )?;
    Ok(())
}

/// Declines a proposal, with a reason its author reads.
pub(crate) fn decline(cx: &Cx<'_>, name: &ObjectName, version: Option<i64>, reason: &Words) -> Result<Proposal, Fault> {
    let waiting = Waiting::open(cx, name, version)?;
    let rights = Rights::load(cx, waiting.header.product_id)?;
    for decision in &waiting.decisions {
        rights.require_voice(*decision)?;
    }
    let shown = proposal(cx, name)?;
    close(cx, waiting.header.id, ProposalState::Declined, Some(reason))?;
    log(cx, &waiting, &shown, "Declined.", Some(reason))?;
    proposal(cx, name)
}

/// Takes one's own proposal back.
pub(crate) fn withdraw(cx: &Cx<'_>, name: &ObjectName, version: Option<i64>) -> Result<Proposal, Fault> {
    let waiting = Waiting::open(cx, name, version)?;
    own(cx, &waiting.header)?;
    close(cx, waiting.header.id, ProposalState::Withdrawn, None)?;
    proposal(cx, name)
}

fn own(cx: &Cx<'_>, header: &Header) -> Result<(), Fault> {
    if header.owner_id.is_some() && header.owner_id == cx.person() {
        Ok(())
    } else {
        Err(Fault::broken("not-your-proposal", "Only whoever made a proposal takes it back."))
    }
}

/// Opens a proposal again that was declined or withdrawn: the way back from both.
pub(crate) fn reopen(cx: &Cx<'_>, name: &ObjectName, version: Option<i64>) -> Result<Proposal, Fault> {
    let waiting = Waiting::load(cx, name, version)?;
    match waiting.state {
        ProposalState::Withdrawn => own(cx, &waiting.header)?,
        ProposalState::Declined => {
            let rights = Rights::load(cx, waiting.header.product_id)?;
            for decision in &waiting.decisions {
                rights.require_voice(*decision)?;
            }
        }
        ProposalState::Open => return Err(Fault::broken("open-already", "This proposal is open.")),
        ProposalState::Accepted => {
            return Err(Fault::broken(
                "decided-already",
                "It was carried out; what it changed is changed back by itself.",
            ));
        }
    }
    close(cx, waiting.header.id, ProposalState::Open, None)?;
    proposal(cx, name)
}

/// Tries a proposal out again as things stand now, so that its decider sees what it would do today.
pub(crate) fn rebase(
    cx: &Cx<'_>,
    registry: Registry,
    name: &ObjectName,
    version: Option<i64>,
) -> Result<Proposal, Fault> {
    let waiting = Waiting::open(cx, name, version)?;
    let rights = Rights::load(cx, waiting.header.product_id)?;
    if !crate::proposal::decides(&rights, &waiting.decisions) {
        own(cx, &waiting.header)?;
    }
    let product = Product::load(cx, &waiting.header.product_id.into())?;
    let prepared = Prepared::of(cx, registry, &product, &waiting.changes)?;
    carry_out(cx, &MarkProposal { proposal: waiting.header.id.into(), mark: Mark::Rebased(Box::new(prepared)) })?;
    proposal(cx, name)
}

fn close(cx: &Cx<'_>, id: ObjectId, state: ProposalState, answer: Option<&Words>) -> Result<(), Fault> {
    let answer = answer.map(|words| words.as_str().to_owned());
    carry_out(cx, &MarkProposal { proposal: id.into(), mark: Mark::State(state, answer) })
}

/// Writes down what became of a proposal; who may do so was asked before.
#[derive(Debug, Serialize, Deserialize)]
struct MarkProposal {
    proposal: ObjectName,
    mark: Mark,
}

#[derive(Debug, Serialize, Deserialize)]
enum Mark {
    State(ProposalState, Option<String>),
    Agreed(String),
    Rebased(Box<Prepared>),
}

impl Change for MarkProposal {
    const NAME: &'static str = "mark_proposal";
    type On = Header;
    type Outcome = ();
    fn on(&self) -> ObjectName {
        self.proposal.clone()
    }
    fn decision(&self, _: &Cx<'_>, on: &Header) -> Result<Decision, Fault> {
        if on.kind == Kind::Proposal { Ok(Decision::Propose) } else { Err(Fault::not_found("proposal")) }
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<(), Fault> {
        let id = on.id;
        match &self.mark {
            Mark::State(state, answer) => {
                let (before,): (ProposalState,) =
                    cx.one("SELECT state FROM proposal WHERE object_id = $1", args![id])?;
                let decided = (*state != ProposalState::Open).then_some(cx.now);
                cx.exec(
                    "UPDATE proposal SET state = $1, answer = $2, decided_at = $3, decided_by = $4 WHERE object_id = $5",
                    args![*state, answer.clone(), decided, decided.and(cx.person()), id],
                )?;
                let changes = Changes::new().field("state", &before, state);
                let changes = answer.as_ref().map_or(changes.clone(), |answer| changes.set("answer", answer));
                on.record(cx, if *state == ProposalState::Open { "opened again" } else { state.as_str() }, changes)?;
            }
            Mark::Agreed(roles) => {
                on.record(cx, "agreed to", Changes::new().set("as", roles))?;
            }
            Mark::Rebased(prepared) => {
                cx.exec(
                    "UPDATE proposal SET changes = $1, decisions = $2, shown = $3, seen_seq = $4 WHERE object_id = $5",
                    args![
                        json(&prepared.changes)?,
                        prepared.decisions.iter().map(|decision| decision.as_str()).collect::<Vec<_>>().join(","),
                        json(&prepared.shown)?,
                        prepared.seen_seq,
                        id
                    ],
                )?;
                cx.exec("UPDATE object SET title = $1 WHERE id = $2", args![&prepared.title, id])?;
                let changes = Changes::new().field("title", &on.title, &prepared.title);
                object::search::renew(cx, id)?;
                on.record(cx, "brought up to date", changes)?;
            }
        }
        Ok(())
    }
}
