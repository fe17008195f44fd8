use access::{Cx, Fault, Rights, Verdict};
use decisions::{Proposal, Question, proposals_to_decide, questions_to_answer};
use line::{ContradictionRow, DriftRow, changes_to_confirm, contradictions_to_resolve};
use object::{Product, Stub, stubs};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use store::{Sql, args};
use utoipa::ToSchema;
use vocabulary::*;

/// What an entry asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    Proposal,
    Question,
    Blocked,
    Acceptance,
    Contradiction,
    Drift,
    SprintToClose,
    CheckIn,
    PromiseDue,
    Feedback,
}

impl Sort {
    const ALL: [Sort; 10] = [
        Sort::Proposal,
        Sort::Question,
        Sort::Blocked,
        Sort::Acceptance,
        Sort::Contradiction,
        Sort::Drift,
        Sort::SprintToClose,
        Sort::CheckIn,
        Sort::PromiseDue,
        Sort::Feedback,
    ];

    /// Whether somebody or something stands still until it is settled.
    fn holds_up(self) -> bool {
        matches!(self, Sort::Proposal | Sort::Question | Sort::Blocked | Sort::Acceptance)
    }
}

/// One thing that needs the reader.
#[derive(Debug, Serialize, ToSchema)]
pub struct Entry {
    pub sort: Sort,
    /// What it is about.
    pub object: Option<Stub>,
    /// The version of `object`, where settling the entry changes it.
    pub version: Option<i64>,
    pub title: String,
    /// Why it is here, in one sentence.
    pub note: String,
    /// Since when it waits.
    pub since: Ts,
    /// How much waits for it.
    pub blocks: i64,
    pub proposal: Option<Box<Proposal>>,
    pub question: Option<Box<Question>>,
    pub contradiction: Option<Box<ContradictionRow>>,
    pub drift: Option<Box<DriftToConfirm>>,
}

/// One change, with what was agreed against it as it was before.
#[derive(Debug, Serialize, ToSchema)]
pub struct DriftToConfirm {
    pub source: Stub,
    pub field: String,
    pub before: String,
    pub after: String,
    pub at: Ts,
    /// How much below it is to be confirmed, by the reader and by others.
    pub objects: i64,
}

/// How many of one sort there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct SortCount {
    pub sort: Sort,
    pub listed: usize,
    /// Whether there are more than are listed.
    pub more: bool,
}

/// What needs the reader today in one product.
#[derive(Debug, Serialize, ToSchema)]
pub struct Home {
    pub rows: Vec<Entry>,
    pub sorts: Vec<SortCount>,
    /// The reader's roles here.
    pub roles: Vec<Role>,
}

/// Entries of one sort that are listed.
const LISTED: usize = 20;
/// One more is asked for, to know that there are more.
const ASKED: usize = LISTED + 1;
/// Days after which a key result wants its next reading.
const CHECK_IN_DAYS: i64 = 14;
/// Days before a promise is due when it shows.
const PROMISE_DAYS: i64 = 14;

impl Entry {
    fn of(sort: Sort, object: Option<Stub>, title: impl Into<String>, note: impl Into<String>, since: Ts) -> Self {
        Self {
            sort,
            object,
            version: None,
            title: title.into(),
            note: note.into(),
            since,
            blocks: 0,
            proposal: None,
            question: None,
            contradiction: None,
            drift: None,
        }
    }
}

pub fn home(cx: &Cx<'_>, name: &ProductName) -> Result<Home, Fault> {
    let product = Product::load(cx, name)?;
    let rights = Rights::load(cx, product.id)?;
    let may = |decision: Decision| rights.decide(decision) == Verdict::Allow;
    let mut rows = Vec::new();
    rows.extend(proposals_to_decide(cx, &product, &rights, ASKED)?.into_iter().map(of_proposal));
    rows.extend(questions_to_answer(cx, &product, &rights, ASKED)?.into_iter().map(of_question));
    rows.extend(contradictions_to_resolve(cx, &product, ASKED)?.into_iter().map(of_contradiction));
    rows.extend(changes_to_confirm(cx, &product, &rights, ASKED)?.into_iter().map(of_drift));
    if may(Decision::Acceptance) {
        rows.extend(to_accept(cx, &product)?);
    }
    if may(Decision::SprintRun) {
        rows.extend(blocked(cx, &product)?);
        rows.extend(to_close(cx, &product)?);
    }
    if may(Decision::Objectives) {
        rows.extend(check_ins(cx, &product)?);
    }
    if may(Decision::Roadmap) {
        rows.extend(promises(cx, &product)?);
    }
    if may(Decision::Triage) {
        rows.extend(to_triage(cx, &product)?);
    }
    let mut listed: HashMap<Sort, usize> = HashMap::new();
    let mut more: HashSet<Sort> = HashSet::new();
    rows.retain(|entry| {
        let count = listed.entry(entry.sort).or_default();
        let fits = *count < LISTED;
        if fits {
            *count += 1;
        } else {
            more.insert(entry.sort);
        }
        fits
    });
    add_versions(cx, &mut rows)?;
    // What holds others up, then what waits longest.
    rows.sort_by_key(|entry| (!entry.sort.holds_up(), -entry.blocks, entry.since, entry.sort));
    let count = |sort: Sort| {
        let listed = listed.get(&sort).copied()?;
        Some(SortCount { sort, listed, more: more.contains(&sort) })
    };
    let sorts = Sort::ALL.into_iter().filter_map(count).collect();
    Ok(Home { rows, sorts, roles: cx.actor.roles(product.id).collect() })
}

/// Says of what is changed from here on which version it stands.
fn add_versions(cx: &Cx<'_>, rows: &mut [Entry]) -> Result<(), Fault> {
    let changed = |entry: &Entry| match entry.sort {
        Sort::Blocked | Sort::PromiseDue => entry.object.as_ref().map(|object| object.id),
        _ => None,
    };
    let mut sql = Sql::new("SELECT id, version FROM object WHERE id IN");
    sql.within("", rows.iter().filter_map(changed));
    let versions: HashMap<ObjectId, i64> = cx.rows(sql.text(), sql.args())?.into_iter().collect();
    for entry in rows {
        entry.version = changed(entry).and_then(|id| versions.get(&id).copied());
    }
    Ok(())
}

fn of_proposal(proposal: Proposal) -> Entry {
    let by = proposal.by.as_ref().map_or("Somebody", |person| person.name.as_str());
    let by = if proposal.by_agent { format!("An agent of {by}") } else { by.to_owned() };
    let note = match proposal.reason.lines().next().filter(|line| !line.is_empty()) {
        Some(reason) => format!("{by} proposes: {reason}"),
        None => format!("{by} proposes it."),
    };
    let object = proposal.about.first().cloned();
    let blocks = 1 + proposal.others.len() as i64;
    let (title, at) = (proposal.title.clone(), proposal.at);
    Entry { blocks, proposal: Some(Box::new(proposal)), ..Entry::of(Sort::Proposal, object, title, note, at) }
}

fn of_question(question: Question) -> Entry {
    let by = question.by.as_ref().map_or("Somebody", |person| person.name.as_str());
    let note = format!("{by} asks the {}.", question.role.noun());
    let object = question.about.first().cloned();
    let (title, at) = (question.title.clone(), question.at);
    Entry { blocks: 1, question: Some(Box::new(question)), ..Entry::of(Sort::Question, object, title, note, at) }
}

fn of_contradiction(row: ContradictionRow) -> Entry {
    let (object, title, since) = (Some(row.one.clone()), row.title.to_owned(), row.since);
    let note = row.sentence.clone();
    Entry { contradiction: Some(Box::new(row)), ..Entry::of(Sort::Contradiction, object, title, note, since) }
}

fn of_drift((row, objects): (DriftRow, i64)) -> Entry {
    let DriftRow { source, field, before, after, at, .. } = row;
    let title = format!("{} {} has changed", source.reference, source.title);
    let what = field.replace('_', " ");
    let note = match objects {
        1 => format!("Its {what} is not what one thing below was agreed against."),
        many => format!("Its {what} is not what {many} things below were agreed against."),
    };
    let drift = DriftToConfirm { source: source.clone(), field, before, after, at, objects };
    Entry { drift: Some(Box::new(drift)), ..Entry::of(Sort::Drift, Some(source), title, note, at) }
}

/// A row that names an object: its id, since when, a text and how much waits for it.
type Found = (ObjectId, Ts, Option<String>, i64);

fn entries(
    cx: &Cx<'_>,
    sort: Sort,
    sql: &Sql,
    note: impl Fn(&Stub, Option<&str>, i64) -> String,
) -> Result<Vec<Entry>, Fault> {
    let found: Vec<Found> = cx.rows(sql.text(), sql.args())?;
    let stubs = stubs(cx, &found.iter().map(|row| row.0).collect::<Vec<_>>())?;
    let made = found.into_iter().filter_map(|(id, since, text, blocks)| {
        let stub = stubs.get(&id)?;
        let note = note(stub, text.as_deref(), blocks);
        Some(Entry { blocks, ..Entry::of(sort, Some(stub.clone()), stub.title.clone(), note, since) })
    });
    Ok(made.collect())
}

/// What was finished lately and is not yet accepted.
fn to_accept(cx: &Cx<'_>, product: &Product) -> Result<Vec<Entry>, Fault> {
    let mut sql = Sql::new(
        "SELECT i.object_id, i.done_at, s.title, CAST(0 AS BIGINT) FROM item i LEFT JOIN object s ON s.id = i.sprint_id
         WHERE i.category = 'done' AND i.accepted_at IS NULL AND NOT i.archived AND i.kind NOT IN ('epic', 'subtask')",
    );
    sql.push(object::seen!(cx, product.id, "i")).with(" AND i.product_id = ", product.id);
    // Older than that, nobody waits any more; and what was finished when it was imported is no news.
    sql.with(" AND i.done_at > ", cx.now.plus_days(-60)).push(
        " AND NOT EXISTS (SELECT 1 FROM import_batch b JOIN import_change c ON c.batch_id = b.id
             WHERE b.product_id = i.product_id AND b.at >= i.done_at AND c.object_id = i.object_id)",
    );
    sql.push(" ORDER BY i.done_at, i.object_id").with(" LIMIT ", ASKED);
    entries(cx, Sort::Acceptance, &sql, |_, sprint, _| match sprint {
        Some(sprint) => format!("Finished in {sprint}, not yet accepted."),
        None => "Finished, not yet accepted.".to_owned(),
    })
}

/// Work that stands still, with how many open items wait for it.
fn blocked(cx: &Cx<'_>, product: &Product) -> Result<Vec<Entry>, Fault> {
    let mut sql = Sql::new(
        "SELECT i.object_id, i.blocked_at, i.blocked_reason,
            1 + (SELECT count(*) FROM link l JOIN item w ON w.object_id = l.to_id
                 WHERE l.from_id = i.object_id AND l.relation = 'blocks' AND w.open = TRUE)
         FROM item i WHERE i.open = TRUE AND i.blocked_at IS NOT NULL",
    );
    sql.push(object::seen!(cx, product.id, "i")).with(" AND i.product_id = ", product.id);
    sql.push(" ORDER BY i.blocked_at, i.object_id").with(" LIMIT ", ASKED);
    entries(cx, Sort::Blocked, &sql, |_, reason, blocks| {
        let held = match blocks {
            2.. => format!(", holds up {} more", blocks - 1),
            _ => String::new(),
        };
        format!("Blocked{held}: {}", reason.unwrap_or_default())
    })
}

/// Sprints that are over by the calendar and still run.
fn to_close(cx: &Cx<'_>, product: &Product) -> Result<Vec<Entry>, Fault> {
    let mut sql = Sql::new(
        "SELECT s.object_id, s.ends FROM sprint s JOIN object o ON o.id = s.object_id
         WHERE s.state = 'active' AND o.archived_at IS NULL",
    );
    sql.push(object::seen!(cx, product.id, "o")).with(" AND s.product_id = ", product.id);
    sql.with(" AND s.ends < ", cx.now.date().to_string()).push(" ORDER BY s.ends, s.object_id").with(" LIMIT ", ASKED);
    let over: Vec<(ObjectId, String)> = cx.rows(sql.text(), sql.args())?;
    let stubs = stubs(cx, &over.iter().map(|row| row.0).collect::<Vec<_>>())?;
    let made = over.into_iter().filter_map(|(id, ends)| {
        let stub = stubs.get(&id)?;
        let since = Ts::start_of(ends.parse().ok()?).plus_days(1);
        let note = format!("It ended on {ends} and is still running.");
        Some(Entry::of(Sort::SprintToClose, Some(stub.clone()), stub.title.clone(), note, since))
    });
    Ok(made.collect())
}

/// Key results of active objectives that nobody has read for a while; one entry for each objective.
fn check_ins(cx: &Cx<'_>, product: &Product) -> Result<Vec<Entry>, Fault> {
    let mut sql = Sql::new(
        "SELECT r.object_id, min(r.last), CAST(NULL AS TEXT), count(*) FROM (
             SELECT j.object_id, COALESCE((SELECT max(c.at) FROM check_in c WHERE c.key_result_id = k.id), k.created_at) AS last
             FROM key_result k JOIN objective j ON j.object_id = k.objective_id JOIN object o ON o.id = j.object_id
             WHERE j.status = 'active' AND o.archived_at IS NULL",
    );
    sql.push(object::seen!(cx, product.id, "o")).with(" AND o.product_id = ", product.id).push(") r");
    sql.with(" WHERE r.last < ", cx.now.plus_days(-CHECK_IN_DAYS)).push(" GROUP BY r.object_id ORDER BY 2, 1");
    sql.with(" LIMIT ", ASKED);
    let mut found = entries(cx, Sort::CheckIn, &sql, |_, _, results| match results {
        1 => format!("One key result has had no reading for {CHECK_IN_DAYS} days or more."),
        _ => format!("{results} key results have had no reading for {CHECK_IN_DAYS} days or more."),
    })?;
    found.iter_mut().for_each(|entry| entry.blocks = 0);
    Ok(found)
}

/// Promises that are open and due soon, or overdue.
fn promises(cx: &Cx<'_>, product: &Product) -> Result<Vec<Entry>, Fault> {
    let open: Vec<(ObjectId, String, String, Ts)> = cx.rows(
        "SELECT p.object_id, p.due, p.audience, o.created_at FROM promise p JOIN object o ON o.id = p.object_id
         WHERE p.product_id = $1 AND p.state = 'open' AND o.archived_at IS NULL ORDER BY o.created_at LIMIT 1000",
        args![product.id],
    )?;
    let soon = cx.now.plus_days(PROMISE_DAYS).date();
    let today = cx.now.date();
    let due = |(id, due, audience, since): (ObjectId, String, String, Ts)| {
        let last = roadmap::Period::try_from(due).ok()?.days()?.1;
        (last <= soon).then_some((id, last, audience, since))
    };
    let mut due: Vec<_> = open.into_iter().filter_map(due).collect();
    due.sort_unstable_by_key(|row| (row.1, row.0));
    due.truncate(ASKED);
    let stubs = stubs(cx, &due.iter().map(|row| row.0).collect::<Vec<_>>())?;
    let made = due.into_iter().filter_map(|(id, last, audience, since)| {
        let stub = stubs.get(&id)?;
        let note = if last < today {
            format!("Promised to {audience} by {last}: overdue.")
        } else {
            format!("Promised to {audience} by {last}.")
        };
        Some(Entry::of(Sort::PromiseDue, Some(stub.clone()), stub.title.clone(), note, since))
    });
    Ok(made.collect())
}

/// Feedback nobody has looked at.
fn to_triage(cx: &Cx<'_>, product: &Product) -> Result<Vec<Entry>, Fault> {
    let mut sql = Sql::new(
        "SELECT f.object_id, o.created_at, c.title, CAST(0 AS BIGINT) FROM feedback f JOIN object o ON o.id = f.object_id
         LEFT JOIN object c ON c.id = f.customer_id WHERE f.state = 'new' AND o.archived_at IS NULL",
    );
    sql.push(object::seen!(cx, product.id, "o")).with(" AND f.product_id = ", product.id);
    sql.push(" ORDER BY f.received_on, f.object_id").with(" LIMIT ", ASKED);
    entries(cx, Sort::Feedback, &sql, |_, customer, _| match customer {
        Some(customer) => format!("{customer} waits to be triaged."),
        None => "Waits to be triaged.".to_owned(),
    })
}
