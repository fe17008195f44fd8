use crate::Registry;
use crate::effects::{self, Effect, Standing};
use access::{Cx, Decider, Fault, Kept, Rights, Verdict};
use object::{
    About, Change, Granted, Header, Known, NewObject, Product, Stub, WouldBe, carry_out, insert_link, spoken, stubs,
    try_out,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use store::{StoreError, args};
use vocabulary::*;
use web::Proposed;

/// One row of a proposal: what would be different. It can be accepted without the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Part {
    /// `0` for the whole of the first change, `0.title` for one field of it.
    pub id: String,
    pub change: String,
    pub object: Option<ObjectId>,
    pub verb: String,
    /// Field → `[before, after]`, in words.
    pub fields: Vec<(String, Value, Value)>,
    /// Events beyond the one that is shown.
    pub further: usize,
}

/// What trying the changes out showed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Shown {
    pub parts: Vec<Part>,
    pub effects: Vec<Effect>,
}

/// Open proposals one person may have in one product.
const MOST_OPEN: i64 = 200;
/// Changes in one proposal.
pub(crate) const MOST_CHANGES: usize = 50;

/// Keeps a change that was refused at the door as a proposal to whoever decides.
pub fn propose(cx: &Cx<'_>, registry: Registry, kept: &Kept, reason: &str) -> Result<Proposed, Fault> {
    let about = registry.find(&kept.change)?.about(cx, &kept.with)?;
    let id = make(cx, registry, about.product, std::slice::from_ref(kept), reason)?;
    proposed(cx, id)
}

/// Says to whom a proposal goes.
pub(crate) fn proposed(cx: &Cx<'_>, id: ObjectId) -> Result<Proposed, Fault> {
    let header = Header::seen(cx, &id.into())?;
    let (decisions,): (String,) = cx.one("SELECT decisions FROM proposal WHERE object_id = $1", args![id])?;
    let rights = Rights::load(cx, header.product_id)?;
    Ok(Proposed {
        id,
        reference: header.reference(),
        to: names(&rights, &read_decisions(&decisions)),
        title: header.title,
        version: header.version,
    })
}

pub(crate) fn read_decisions(stored: &str) -> Vec<Decision> {
    stored.split(',').filter_map(|word| word.parse().ok()).collect()
}

/// Those who decide, by name.
pub(crate) fn names(rights: &Rights, decisions: &[Decision]) -> String {
    let mut deciders: Vec<Decider> = Vec::new();
    for decision in decisions {
        let people = rights.names_of(*decision);
        let role = rights.deciding(*decision).first().copied();
        deciders.extend(role.map(|role| Decider { role, people }));
    }
    Decider::names(&deciders)
}

/// Makes a proposal of some changes.
pub(crate) fn make(
    cx: &Cx<'_>,
    registry: Registry,
    product: ProductId,
    changes: &[Kept],
    reason: &str,
) -> Result<ObjectId, Fault> {
    let product = Product::load(cx, &product.into())?;
    access::take_turn(cx, product.id.0)?;
    let prepared = Prepared::of(cx, registry, &product, changes)?;
    let name = ProductName::Id(product.id);
    carry_out(cx, &MakeProposal { product: name, reason: reason.to_owned(), prepared })
}

/// Changes that were tried out, ready to be kept.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Prepared {
    pub title: String,
    pub changes: Vec<Kept>,
    pub decisions: Vec<Decision>,
    pub about: Vec<ObjectId>,
    pub shown: Shown,
    pub seen_seq: i64,
}

impl Prepared {
    /// Tries the changes out as things stand. Refuses what could not be carried out, or would change nothing.
    pub fn of(cx: &Cx<'_>, registry: Registry, product: &Product, changes: &[Kept]) -> Result<Self, Fault> {
        let mut known: Vec<(Known, About)> = Vec::with_capacity(changes.len());
        for (i, kept) in changes.iter().enumerate() {
            let found = registry.find(&kept.change)?;
            let about = found.about(cx, &kept.with)?;
            if about.product != product.id {
                return Err(Fault::invalid(&format!("changes[{i}]"), "This change is about another product."));
            }
            known.push((found, about));
        }
        let mut decisions: Vec<Decision> = known.iter().flat_map(|(_, about)| about.decisions.clone()).collect();
        decisions.sort_unstable();
        decisions.dedup();
        let mut about: Vec<ObjectId> = known.iter().filter_map(|(_, about)| about.object).collect();
        about.sort_unstable();
        about.dedup();
        let order = known.iter().any(|(known, _)| effects::changes_order(known.name));
        let items: Vec<ObjectId> =
            known.iter().filter(|(known, _)| known.name == "rank_item").filter_map(|(_, about)| about.object).collect();
        let before = Standing::look(cx, product, &items, order)?;
        let run: Vec<(Known, &Value)> = known.iter().map(|(known, about)| (*known, &about.with)).collect();
        let (left, after) = try_out(cx, product.id, &run, |cx| Standing::look(cx, product, &items, order))?;
        let mut way = Vec::new();
        for item in &items {
            way.extend(effects::make_way(cx, product.id, before.place(*item), after.place(*item))?);
        }
        let parts = parts(cx, &known, &left)?;
        if parts.is_empty() {
            return Err(Fault::invalid("change", "This would change nothing."));
        }
        let (seen_seq,): (i64,) = cx.one("SELECT seq FROM scope_counter WHERE scope_id = $1", args![product.id])?;
        let stubs = stubs(cx, &about)?;
        let title = title(&known, &parts, &after, &stubs);
        let shown = Shown { parts, effects: effects::between(&before, &after, way) };
        let changes = known.into_iter().map(|(known, about)| Kept { change: known.name.to_owned(), with: about.with });
        Ok(Self { title, changes: changes.collect(), decisions, about, shown, seen_seq })
    }
}

/// What an edit's value calls differently than its event.
const ALIASES: &[(&str, &str)] = &[("problem", "body"), ("statement", "title"), ("name", "title"), ("text", "body")];

/// The key of a change's value under which an event's field was given.
fn key_of<'k>(with: &'k Value, field: &str) -> Option<&'k str> {
    let given = with.as_object()?;
    let named = |key: &str| given.get_key_value(key).filter(|(_, value)| !value.is_null()).map(|(key, _)| key.as_str());
    named(field).or_else(|| ALIASES.iter().filter(|(_, event)| *event == field).find_map(|(key, _)| named(key)))
}

/// The rows of a proposal: an edit has one for each field, everything else one for each change. A row of one field that
/// was given as such is named by it, so that it can be accepted with another value.
fn parts(cx: &Cx<'_>, known: &[(Known, About)], left: &[Vec<WouldBe>]) -> Result<Vec<Part>, Fault> {
    let mut parts = Vec::new();
    for (i, ((known, about), events)) in known.iter().zip(left).enumerate() {
        let own = events.iter().rev().find(|event| event.object == about.object && about.object.is_some());
        let Some(event) = own.or_else(|| events.first()) else { continue };
        let mut said = spoken(cx, &[&event.changes])?;
        let said = said.pop().unwrap_or_default();
        let fields: Vec<(String, Value, Value)> = said
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(field, pair)| Some((field.clone(), pair.get(0)?.clone(), pair.get(1)?.clone())))
            .collect();
        let is_edit = known.name.starts_with("edit_");
        if is_edit && fields.is_empty() {
            continue;
        }
        let further = events.len() - 1;
        let part = |id: String, fields, further| Part {
            id,
            change: known.name.to_owned(),
            object: about.object,
            verb: event.verb.clone(),
            fields,
            further,
        };
        let keys: Vec<&str> = fields.iter().filter_map(|field| key_of(&about.with, &field.0)).collect();
        let is_alone = keys.len() == 1;
        if keys.len() == fields.len() && (is_alone || (is_edit && !keys.is_empty())) {
            let further = if is_alone { further } else { 0 };
            parts.extend(keys.iter().zip(fields).map(|(key, field)| part(format!("{i}.{key}"), vec![field], further)));
        } else {
            parts.push(part(i.to_string(), fields, further));
        }
    }
    Ok(parts)
}

/// A proposal in one line, as its decider reads it in a list.
fn title(known: &[(Known, About)], parts: &[Part], after: &Standing, stubs: &HashMap<ObjectId, Stub>) -> String {
    let Some((first, about)) = known.first() else { return String::new() };
    let stub = about.object.and_then(|id| stubs.get(&id));
    let it = stub.map_or_else(String::new, |stub| format!("{} {}", stub.reference, stub.title));
    let fields: Vec<&(String, Value, Value)> = parts.iter().flat_map(|part| &part.fields).collect();
    let new = |name: &str| {
        let field = fields.iter().find(|field| field.0 == name)?;
        field.2.as_str().map(str::to_owned).or_else(|| field.2.as_f64().map(|number| number.to_string()))
    };
    let words = first.name.replace('_', " ");
    let mut title = match first.name {
        "rank_item" => match about.object.and_then(|item| after.place(item)) {
            Some(place) => format!("Move {it} to place {place}"),
            None => format!("Move {it} in the order"),
        },
        "estimate_item" => match new("points") {
            Some(points) => format!("Estimate {it} at {points}"),
            None => format!("Take the estimate of {it} away"),
        },
        "move_item" => format!("Move {it} to {}", new("state").unwrap_or_default()),
        "place_initiative" => match new("lane") {
            Some(lane) => format!("Move {it} to {lane}"),
            None => format!("Move {it} within its lane"),
        },
        name if name.starts_with("edit_") => {
            let mut names: Vec<String> =
                fields.iter().map(|field| field.0.replace("_id", "").replace('_', " ")).collect();
            names.dedup();
            format!("Change {} of {it}", names.join(", "))
        }
        name if name.starts_with("add_") || name.starts_with("plan_") => {
            let what = new("title").or_else(|| new("name")).or_else(|| new("text")).unwrap_or_else(|| it.clone());
            format!("{}: {what}", capital(&words))
        }
        _ if it.is_empty() => capital(&words),
        _ => format!("{}: {it}", capital(&words)),
    };
    if known.len() > 1 {
        title = format!("{title}, and {} more", known.len() - 1);
    }
    title.chars().take(Title::MAX).collect()
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Writes a proposal down. What it holds was tried out before.
#[derive(Debug, Serialize, Deserialize)]
struct MakeProposal {
    product: ProductName,
    reason: String,
    prepared: Prepared,
}

impl Change for MakeProposal {
    const NAME: &'static str = "make_proposal";
    type On = Product;
    type Outcome = ObjectId;
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(Decision::Propose)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<ObjectId, Fault> {
        let Prepared { title, changes, decisions, about, shown, seen_seq } = &self.prepared;
        let rights = Rights::load(cx, on.id)?;
        for decision in decisions {
            if let Verdict::Deny(deciders) = rights.decide(*decision) {
                return Err(Fault::Refused { decision: *decision, deciders, kept: None });
            }
        }
        let (open,): (i64,) = cx.one(
            "SELECT count(*) FROM proposal p JOIN object o ON o.id = p.object_id
             WHERE p.product_id = $1 AND p.state = 'open' AND o.owner_id = $2",
            args![on.id, cx.person()],
        )?;
        if open >= MOST_OPEN {
            return Err(Fault::broken(
                "too-many-proposals",
                format!("{MOST_OPEN} of your proposals wait to be decided. Withdraw some first."),
            ));
        }
        let mut narrowest = NewObject::SHOWN_TO;
        let mut touched = Vec::with_capacity(about.len());
        for id in about {
            let header = Header::seen(cx, &(*id).into())?;
            narrowest = narrowest.min(header.visibility);
            touched.push(header);
        }
        let new = NewObject { visibility: narrowest, ..NewObject::new(cx, Kind::Proposal, title, &self.reason) };
        let proposal = on.create(cx, new)?;
        let words: Vec<&str> = decisions.iter().map(|decision| decision.as_str()).collect();
        cx.exec(
            "INSERT INTO proposal (object_id, product_id, state, via, changes, decisions, shown, seen_seq)
             VALUES ($1, $2, 'open', $3, $4, $5, $6, $7)",
            args![proposal.id, on.id, cx.actor.via.as_str(), json(changes)?, words.join(","), json(shown)?, *seen_seq],
        )?;
        // What is put away is changed by no link; bringing it back may still be proposed.
        for header in touched.iter().filter(|header| header.archived_at.is_none()) {
            insert_link(cx, &proposal, Relation::Concerns, header)?;
        }
        let made = access::Changes::new().set("title", title);
        Ok(proposal.record_created(cx, "proposed", made)?.id)
    }
}

pub(crate) fn json<T: Serialize>(value: &T) -> Result<String, Fault> {
    Ok(serde_json::to_string(value).map_err(|e| StoreError::Other(e.to_string()))?)
}

pub(crate) fn unjson<T: for<'de> Deserialize<'de>>(stored: &str) -> Result<T, StoreError> {
    serde_json::from_str(stored).map_err(|e| StoreError::Other(format!("a proposal cannot be read: {e}")))
}
