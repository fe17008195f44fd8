use crate::concerns::{about, only_about};
use crate::effects::What;
use crate::propose::{Part, Shown, names, read_decisions, unjson};
use access::{Cx, Fault, Kept, Rights, row_of};
use object::{Header, PersonRef, Product, Stub, people, stubs};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use store::{FromRow, FromVal, Row, Sql, StoreError, Val, args};
use utoipa::{IntoParams, ToSchema};
use vocabulary::*;
use web::{Cursor, Page, Rows};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    Open,
    Accepted,
    Declined,
    Withdrawn,
}

impl ProposalState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }
}
impl From<ProposalState> for Val {
    fn from(state: ProposalState) -> Val {
        Val::Text(state.as_str().to_owned())
    }
}
impl FromVal for ProposalState {
    fn from_column(row: &Row<'_>, column: usize) -> Result<Self, StoreError> {
        Ok(match row.get::<String>(column)?.as_str() {
            "open" => Self::Open,
            "accepted" => Self::Accepted,
            "declined" => Self::Declined,
            _ => Self::Withdrawn,
        })
    }
}

/// A change that waits for whoever decides, or what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Proposal {
    pub id: ObjectId,
    pub reference: String,
    pub version: i64,
    pub title: String,
    /// Why, in its author's words.
    pub reason: String,
    pub state: ProposalState,
    pub by: Option<PersonRef>,
    /// Whether an agent made it in that person's name.
    pub by_agent: bool,
    pub at: Ts,
    pub decisions: Vec<Decision>,
    /// Who decides, by name.
    pub to: String,
    /// What it is about.
    pub about: Vec<Stub>,
    pub parts: Vec<ProposedPart>,
    pub effects: Vec<ProposedEffect>,
    /// What changed on the same ground since it was made: it has to be looked at again before it is accepted.
    pub moved: Vec<Moved>,
    /// Other open proposals about the same things.
    pub others: Vec<Stub>,
    /// Where several roles have to agree: the ones that did.
    pub approvals: Vec<Approval>,
    /// The roles that have yet to agree.
    pub awaited: Vec<Role>,
    pub answer: Option<String>,
    pub decided_at: Option<Ts>,
    pub decided_by: Option<PersonRef>,
    /// Whether the reader decides it.
    pub may_decide: bool,
    /// Whether it is the reader's own, to be withdrawn or brought up to date.
    pub own: bool,
}

/// One row of the difference; it can be accepted without the others.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposedPart {
    /// How it is named when only some are accepted.
    pub id: String,
    /// The kind of change, as in `edit_initiative`.
    pub change: String,
    pub object: Option<Stub>,
    pub verb: String,
    pub fields: Vec<FieldChange>,
    /// Things that change along with it and are not shown.
    pub further: usize,
    /// The value as it was given, for who accepts it changed.
    pub given: Option<Value>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FieldChange {
    pub field: String,
    pub before: Value,
    pub after: Value,
}

/// Something that would change along with what is proposed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposedEffect {
    pub object: Stub,
    pub what: What,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// A field that somebody changed since the proposal was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct Moved {
    pub object: Stub,
    pub field: String,
    pub by: Option<PersonRef>,
    pub at: Ts,
    pub now: Value,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Approval {
    pub role: Role,
    pub by: Option<PersonRef>,
    pub at: Ts,
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProposalFilter {
    /// Open ones unless said.
    pub state: Option<ProposalState>,
    /// Only those about this object, by id or reference.
    #[param(value_type = Option<String>)]
    pub about: Option<ObjectName>,
    /// Only those the reader made.
    pub own: Option<bool>,
    /// At most so many rows; 50 unless said, 200 at most.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// The most rows of one page: each holds a whole difference.
const MOST: u32 = 200;

/// A product's proposals: the open ones that wait longest first, the others by when they were decided, the latest first.
pub(crate) fn proposals(cx: &Cx<'_>, name: &ProductName, asked: &ProposalFilter) -> Result<Rows<Proposal>, Fault> {
    if asked.limit.is_some_and(|limit| limit > MOST) {
        return Err(Fault::invalid("limit", "limit is a number from 1 to 200"));
    }
    let page = Page::of(asked.limit, asked.cursor.as_deref())?;
    let product = Product::load(cx, name)?;
    let mut sql = select();
    let state = asked.state.unwrap_or(ProposalState::Open);
    sql.with(" WHERE p.product_id = ", product.id).with(" AND p.state = ", state);
    sql.push(object::seen!(cx, product.id, "o"));
    only_about(cx, &mut sql, asked.about.as_ref())?;
    if asked.own == Some(true) {
        sql.with(" AND o.owner_id = ", cx.person());
    }
    let (after, order) = match state {
        ProposalState::Open => (" AND (o.created_at, o.id) > (", " ORDER BY o.created_at, o.id LIMIT "),
        _ => (" AND (p.decided_at, o.id) < (", " ORDER BY p.decided_at DESC, o.id DESC LIMIT "),
    };
    if let Some(cursor) = &page.after {
        sql.with(after, cursor.number()?).with(", ", cursor.id).push(")");
    }
    sql.with(order, page.limit + 1);
    let stored = cx.rows::<Stored>(sql.text(), sql.args())?;
    let Rows { rows, next } = page.cut(stored, |row| Cursor::new(row.decided_at.unwrap_or(row.at).0, row.id));
    Ok(Rows { rows: read(cx, &product, &Rights::load(cx, product.id)?, rows)?, next })
}

/// One proposal.
pub(crate) fn proposal(cx: &Cx<'_>, name: &ObjectName) -> Result<Proposal, Fault> {
    let header = Header::seen_kind(cx, name, Kind::Proposal)?;
    let product = Product::load(cx, &header.product_id.into())?;
    let mut sql = select();
    sql.with(" WHERE o.id = ", header.id);
    let rows = cx.rows::<Stored>(sql.text(), sql.args())?;
    read(cx, &product, &Rights::load(cx, product.id)?, rows)?.pop().ok_or(Fault::not_found("proposal"))
}

/// The open proposals that the actor decides, the oldest first. Who has agreed already is not asked again.
pub fn proposals_to_decide(
    cx: &Cx<'_>,
    product: &Product,
    rights: &Rights,
    limit: usize,
) -> Result<Vec<Proposal>, Fault> {
    let open: Vec<(String,)> =
        cx.rows("SELECT DISTINCT decisions FROM proposal WHERE product_id = $1 AND state = 'open'", args![product.id])?;
    let own = open.into_iter().map(|row| row.0).filter(|decisions| decides(rights, &read_decisions(decisions)));
    let several = Decision::ALL.iter().filter(|decision| row_of(**decision).needs == access::Needs::AllOf);
    let voices: HashSet<Role> = several.flat_map(|decision| rights.speaks_for(*decision)).collect();
    let mut sql = select();
    sql.with(" WHERE p.product_id = ", product.id).push(" AND p.state = 'open'").within(" AND p.decisions IN", own);
    sql.push(" AND (SELECT count(*) FROM approval a WHERE a.proposal_id = p.object_id");
    sql.within(" AND a.role IN", voices.iter().copied()).with(") < ", voices.len().max(1));
    sql.push(object::seen!(cx, product.id, "o")).with(" ORDER BY o.created_at, o.id LIMIT ", limit);
    let rows = cx.rows::<Stored>(sql.text(), sql.args())?;
    read(cx, product, rights, rows)
}

/// Whether the actor is among those who decide all of these.
pub(crate) fn decides(rights: &Rights, decisions: &[Decision]) -> bool {
    !decisions.is_empty() && decisions.iter().all(|decision| !rights.speaks_for(*decision).is_empty())
}

pub(crate) struct Stored {
    pub id: ObjectId,
    pub at: Ts,
    number: i64,
    version: i64,
    pub title: String,
    reason: String,
    state: ProposalState,
    owner: Option<PersonId>,
    via: String,
    pub changes: String,
    decisions: String,
    shown: String,
    seen_seq: i64,
    answer: Option<String>,
    decided_at: Option<Ts>,
    decided_by: Option<PersonId>,
}

impl FromRow for Stored {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get(0)?,
            at: row.get(1)?,
            number: row.get(2)?,
            version: row.get(3)?,
            title: row.get(4)?,
            reason: row.get(5)?,
            state: row.get(6)?,
            owner: row.get(7)?,
            via: row.get(8)?,
            changes: row.get(9)?,
            decisions: row.get(10)?,
            shown: row.get(11)?,
            seen_seq: row.get(12)?,
            answer: row.get(13)?,
            decided_at: row.get(14)?,
            decided_by: row.get(15)?,
        })
    }
}

fn select() -> Sql {
    Sql::new(
        "SELECT o.id, o.created_at, o.number, o.version, o.title, o.body, p.state, o.owner_id, p.via, p.changes,
            p.decisions, p.shown, p.seen_seq, p.answer, p.decided_at, p.decided_by
         FROM proposal p JOIN object o ON o.id = p.object_id",
    )
}

/// An event on something a proposal is about.
struct Event {
    object: ObjectId,
    seq: i64,
    at: Ts,
    by: Option<PersonId>,
    changes: Value,
}

fn read(cx: &Cx<'_>, product: &Product, rights: &Rights, stored: Vec<Stored>) -> Result<Vec<Proposal>, Fault> {
    if stored.is_empty() {
        return Ok(Vec::new());
    }
    let shown: Vec<Shown> = stored.iter().map(|row| unjson(&row.shown)).collect::<Result<_, _>>()?;
    let changes: Vec<Vec<Kept>> = stored.iter().map(|row| unjson(&row.changes)).collect::<Result<_, _>>()?;
    let links = about(cx, stored.iter().map(|row| row.id))?;
    let approvals = approvals(cx, &stored)?;
    let events = events(cx, &stored, &links)?;
    let others = others(cx, &links)?;
    let shown_ids = shown.iter().flat_map(|shown| {
        shown.parts.iter().filter_map(|part| part.object).chain(shown.effects.iter().map(|effect| effect.object))
    });
    let ids: HashSet<ObjectId> =
        shown_ids.chain(links.values().flatten().copied()).chain(others.values().flatten().copied()).collect();
    let stubs = stubs(cx, &ids.into_iter().collect::<Vec<_>>())?;
    let named = stored.iter().flat_map(|row| [row.owner, row.decided_by]);
    let named = named.chain(events.iter().map(|event| event.by)).chain(approvals.values().flatten().map(|row| row.1));
    let people = people(cx, named.collect::<Vec<_>>())?;
    let person = |id: Option<PersonId>| id.and_then(|id| people.get(&id).cloned());
    let stub = |id: &ObjectId| stubs.get(id).cloned();
    let made = stored.into_iter().zip(shown).zip(changes).map(|((row, shown), changes)| {
        let decisions = read_decisions(&row.decisions);
        let about = links.get(&row.id).map_or(&[][..], Vec::as_slice);
        let open = row.state == ProposalState::Open;
        let moved = if open { moved(&row, &shown, about, &events) } else { Vec::new() };
        let agreed: Vec<Role> = approvals.get(&row.id).into_iter().flatten().map(|approval| approval.0).collect();
        let awaited: Vec<Role> = decisions
            .iter()
            .filter(|decision| open && row_of(**decision).needs == access::Needs::AllOf)
            .flat_map(|decision| rights.deciding(*decision))
            .filter(|role| !agreed.contains(role))
            .collect();
        let still = |decision: &Decision| {
            let voice = rights.speaks_for(*decision);
            let all = row_of(*decision).needs == access::Needs::AllOf;
            voice.iter().any(|role| !all || !agreed.contains(role))
        };
        Proposal {
            id: row.id,
            reference: product.reference(row.number),
            version: row.version,
            title: row.title,
            reason: row.reason,
            state: row.state,
            by: person(row.owner),
            by_agent: row.via == "agent",
            at: row.at,
            to: names(rights, &decisions),
            about: about.iter().filter_map(stub).collect(),
            parts: shown.parts.into_iter().map(|part| say(part, &changes, &stubs)).collect(),
            effects: shown
                .effects
                .into_iter()
                .filter_map(|effect| {
                    let (what, before, after) = (effect.what, effect.before, effect.after);
                    Some(ProposedEffect { object: stub(&effect.object)?, what, before, after })
                })
                .collect(),
            moved: moved
                .into_iter()
                .filter_map(|(event, field, now)| {
                    Some(Moved { object: stub(&event.object)?, field, by: person(event.by), at: event.at, now })
                })
                .collect(),
            others: others.get(&row.id).into_iter().flatten().filter_map(stub).collect(),
            approvals: approvals
                .get(&row.id)
                .into_iter()
                .flatten()
                .map(|(role, by, at)| Approval { role: *role, by: person(*by), at: *at })
                .collect(),
            awaited,
            answer: row.answer,
            decided_at: row.decided_at,
            decided_by: person(row.decided_by),
            may_decide: open && !decisions.is_empty() && decisions.iter().all(still),
            own: row.owner.is_some() && row.owner == cx.person(),
            decisions,
        }
    });
    Ok(made.collect())
}

/// The field that holds a place in an order.
pub(crate) const ORDER: &str = "rank";

fn say(part: Part, changes: &[Kept], stubs: &HashMap<ObjectId, Stub>) -> ProposedPart {
    let Part { id, change, object, verb, fields, further } = part;
    let (step, key) = id.split_once('.').map_or((id.as_str(), None), |(step, key)| (step, Some(key)));
    let with = step.parse().ok().and_then(|step: usize| changes.get(step)).map(|kept| &kept.with);
    let given = key.and_then(|key| with?.get(key)).cloned();
    // A place in an order is a key that says nothing to people; the effects say where it stands.
    let told = fields.into_iter().filter(|(field, ..)| field != ORDER);
    let fields = told.map(|(field, before, after)| FieldChange { field, before, after }).collect();
    ProposedPart { object: object.and_then(|id| stubs.get(&id).cloned()), id, change, verb, fields, further, given }
}

/// The last change of each field that a proposal would change, on the things it is about, since it was looked at.
fn moved<'e>(row: &Stored, shown: &Shown, about: &[ObjectId], events: &'e [Event]) -> Vec<(&'e Event, String, Value)> {
    let mut moved: Vec<(&Event, String, Value)> = Vec::new();
    let later = events.iter().filter(|event| event.seq > row.seen_seq && about.contains(&event.object));
    for event in later {
        let parts = shown.parts.iter().filter(|part| part.object == Some(event.object));
        for (field, ..) in parts.flat_map(|part| &part.fields) {
            let Some(now) = event.changes.get(field).and_then(|pair| pair.get(1)) else { continue };
            moved.retain(|(other, name, _)| other.object != event.object || name != field);
            let now = if field == ORDER { Value::Null } else { now.clone() };
            moved.push((event, field.clone(), now));
        }
    }
    moved
}

type Links = HashMap<ObjectId, Vec<ObjectId>>;

/// Other open proposals about the same things.
fn others(cx: &Cx<'_>, links: &Links) -> Result<Links, Fault> {
    let mut sql = Sql::new(
        "SELECT l.to_id, l.from_id FROM link l JOIN proposal p ON p.object_id = l.from_id
         WHERE l.relation = 'concerns' AND p.state = 'open' AND l.to_id IN",
    );
    sql.within("", links.values().flatten().copied()).push(" ORDER BY l.id LIMIT 1000");
    let open: Vec<(ObjectId, ObjectId)> = cx.rows(sql.text(), sql.args())?;
    let of = |proposal: ObjectId, about: &[ObjectId]| -> Vec<ObjectId> {
        let mut found: Vec<ObjectId> = Vec::new();
        for (_, other) in open.iter().filter(|(to, other)| about.contains(to) && *other != proposal) {
            if !found.contains(other) {
                found.push(*other);
            }
        }
        found
    };
    Ok(links.iter().map(|(proposal, about)| (*proposal, of(*proposal, about))).collect())
}

/// The events on what the proposals are about since the first of them was looked at.
fn events(cx: &Cx<'_>, stored: &[Stored], links: &Links) -> Result<Vec<Event>, Fault> {
    let since = stored.iter().filter(|row| row.state == ProposalState::Open).map(|row| row.seen_seq).min();
    let Some(since) = since else { return Ok(Vec::new()) };
    let mut sql = Sql::new("SELECT object_id, seq, at, actor_id, changes FROM activity WHERE object_id IN");
    sql.within("", links.values().flatten().copied()).with(" AND seq > ", since).push(" ORDER BY seq LIMIT 2000");
    let rows: Vec<(ObjectId, i64, Ts, Option<PersonId>, String)> = cx.rows(sql.text(), sql.args())?;
    let read = |(object, seq, at, by, changes): (_, _, _, _, String)| Event {
        object,
        seq,
        at,
        by,
        changes: serde_json::from_str(&changes).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(read).collect())
}

type Approvals = HashMap<ObjectId, Vec<(Role, Option<PersonId>, Ts)>>;

fn approvals(cx: &Cx<'_>, stored: &[Stored]) -> Result<Approvals, Fault> {
    let mut sql = Sql::new("SELECT proposal_id, role, person_id, at FROM approval WHERE proposal_id IN");
    sql.within("", stored.iter().map(|row| row.id)).push(" ORDER BY at, role");
    let mut approvals = Approvals::new();
    for (proposal, role, by, at) in cx.rows::<(ObjectId, Role, Option<PersonId>, Ts)>(sql.text(), sql.args())? {
        approvals.entry(proposal).or_default().push((role, by, at));
    }
    Ok(approvals)
}
