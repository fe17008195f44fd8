//! From one object along the line, level by level, shortest path first.

use access::{Cx, Fault};
use object::relations::UPWARDS;
use object::{Header, Stub, stubs};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap, HashSet};
use store::Sql;
use utoipa::ToSchema;
use vocabulary::*;

/// A thing on the way, and how it was reached.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Stop {
    #[serde(flatten)]
    pub stub: Stub,
    /// Steps from the object asked about.
    pub distance: usize,
    /// The relation by which it was reached.
    pub relation: String,
    /// An objective's nearest key result, a release's date.
    pub note: Option<String>,
}

/// Who asked, in numbers.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Evidence {
    pub feedback: usize,
    pub customers: usize,
    pub segments: Vec<String>,
    /// The customers' value together.
    pub value: f64,
    /// The day the latest came in.
    pub latest: Option<String>,
}

#[derive(Debug, Default, Serialize, ToSchema)]
pub struct VoicesTold {
    pub asked: usize,
    pub told: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Trace {
    /// This object first, the end of the line last.
    pub path: Vec<Stop>,
    /// What else is reached, nearest first.
    pub others: Vec<Stop>,
    pub evidence: Evidence,
    /// The kinds the way should pass and does not.
    pub missing: Vec<Kind>,
    pub told: VoicesTold,
}

/// Objects looked at before a trace stops widening.
const MOST: usize = 2000;
/// What is shown beside the path.
const SHOWN: usize = 100;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Up,
    Down,
}

pub(crate) struct Reached {
    pub order: Vec<ObjectId>,
    from: HashMap<ObjectId, (usize, Option<ObjectId>, String)>,
}

/// Upwards: why is this done?
pub fn why(cx: &Cx<'_>, name: &ObjectName) -> Result<Trace, Fault> {
    let header = Header::seen(cx, name)?;
    let reached = follow(cx, header.id, Way::Up)?;
    let mut trace = assemble(
        cx,
        &header,
        &reached,
        &[Kind::Vision, Kind::Objective, Kind::Opportunity, Kind::Initiative, Kind::Epic],
    )?;
    let (evidence, told) = evidence(cx, header.product_id, &reached.order)?;
    trace.evidence = evidence;
    trace.told = told;
    trace.missing = missing_above(header.kind, &trace);
    Ok(trace)
}

/// Downwards: what came of it?
pub fn outcome(cx: &Cx<'_>, name: &ObjectName) -> Result<Trace, Fault> {
    let header = Header::seen(cx, name)?;
    let reached = follow(cx, header.id, Way::Down)?;
    let mut trace =
        assemble(cx, &header, &reached, &[Kind::Release, Kind::Sprint, Kind::Story, Kind::Epic, Kind::Initiative])?;
    let (evidence, told) = match header.kind {
        Kind::Feedback => of_feedback(cx, header.product_id, &[header.id])?,
        _ => evidence(cx, header.product_id, &follow(cx, header.id, Way::Up)?.order)?,
    };
    trace.evidence = evidence;
    trace.told = told;
    let shipped = trace.path.iter().chain(&trace.others).any(|stop| stop.stub.kind == Kind::Release);
    if !shipped && header.kind != Kind::Release {
        trace.missing.push(Kind::Release);
    }
    Ok(trace)
}

pub(crate) fn follow(cx: &Cx<'_>, start: ObjectId, way: Way) -> Result<Reached, Fault> {
    let mut reached = Reached { order: vec![start], from: HashMap::from([(start, (0, None, String::new()))]) };
    let mut front = vec![start];
    let mut distance = 0;
    while !front.is_empty() && reached.order.len() < MOST {
        distance += 1;
        let mut next = Vec::new();
        for some in front.chunks(200) {
            let sql = if way == Way::Up { upward(some) } else { downward(some) };
            for (here, there, relation) in cx.rows::<(ObjectId, ObjectId, String)>(sql.text(), sql.args())? {
                if reached.order.len() < MOST && !reached.from.contains_key(&there) {
                    reached.from.insert(there, (distance, Some(here), relation));
                    reached.order.push(there);
                    next.push(there);
                }
            }
        }
        front = next;
    }
    Ok(reached)
}

fn upward(from: &[ObjectId]) -> Sql {
    let mut sql = Sql::new("SELECT from_id, to_id, relation FROM link WHERE relation IN");
    sql.push(UPWARDS).within(" AND from_id IN", from.iter().copied());
    sql.within(
        " UNION ALL SELECT object_id, parent_id, 'part_of' FROM item WHERE parent_id IS NOT NULL AND object_id IN",
        from.iter().copied(),
    );
    sql.within(
        " UNION ALL SELECT object_id, parent_id, 'part_of' FROM opportunity WHERE parent_id IS NOT NULL AND object_id IN",
        from.iter().copied(),
    );
    sql.within(
        " UNION ALL SELECT release_id, object_id, 'shipped_in' FROM item WHERE release_id IN",
        from.iter().copied(),
    );
    sql.within(
        " UNION ALL SELECT o.id, v.id, 'guided_by' FROM object o
          JOIN object v ON v.product_id = o.product_id AND v.kind = 'vision' AND v.archived_at IS NULL
          WHERE o.kind = 'objective' AND o.id IN",
        from.iter().copied(),
    );
    sql
}

pub(crate) fn downward(from: &[ObjectId]) -> Sql {
    let mut sql = Sql::new("SELECT to_id, from_id, relation FROM link WHERE relation IN");
    sql.push(UPWARDS).within(" AND to_id IN", from.iter().copied());
    sql.within(
        " UNION ALL SELECT from_id, to_id, relation FROM link WHERE relation = 'asks_for' AND from_id IN",
        from.iter().copied(),
    );
    sql.within(
        " UNION ALL SELECT object_id, release_id, 'shipped_in' FROM item WHERE release_id IS NOT NULL AND object_id IN",
        from.iter().copied(),
    );
    sql.within(
        " UNION ALL SELECT object_id, sprint_id, 'worked_on_in' FROM item WHERE sprint_id IS NOT NULL AND object_id IN",
        from.iter().copied(),
    );
    sql.within(" UNION ALL SELECT parent_id, object_id, 'part_of' FROM item WHERE parent_id IN", from.iter().copied());
    sql.within(
        " UNION ALL SELECT parent_id, object_id, 'part_of' FROM opportunity WHERE parent_id IN",
        from.iter().copied(),
    );
    sql.within(
        " UNION ALL SELECT customer_id, object_id, 'said_by' FROM feedback WHERE customer_id IN",
        from.iter().copied(),
    );
    sql.within(
        " UNION ALL SELECT v.id, o.id, 'guided_by' FROM object v
          JOIN object o ON o.product_id = v.product_id AND o.kind = 'objective' AND o.archived_at IS NULL
          WHERE v.kind = 'vision' AND v.id IN",
        from.iter().copied(),
    );
    sql
}

fn assemble(cx: &Cx<'_>, header: &Header, reached: &Reached, ends: &[Kind]) -> Result<Trace, Fault> {
    let shown: Vec<ObjectId> = reached.order.iter().copied().take(SHOWN * 5).collect();
    let stubs = stubs(cx, &shown)?;
    let notes = notes(cx, &stubs)?;
    let stop = |id: &ObjectId| -> Option<Stop> {
        let (distance, _, relation) = reached.from.get(id)?;
        Some(Stop {
            stub: stubs.get(id)?.clone(),
            distance: *distance,
            relation: relation.clone(),
            note: notes.get(id).cloned(),
        })
    };
    // The shortest way to the best end that is reached: a vision rather than an objective, and so on.
    let end = ends
        .iter()
        .find_map(|kind| shown.iter().skip(1).find(|id| stubs.get(id).is_some_and(|stub| stub.kind == *kind)))
        .or(shown.first())
        .copied();
    let mut path = Vec::new();
    let mut here = end;
    while let Some(id) = here {
        path.extend(stop(&id));
        here = reached.from.get(&id).and_then(|(_, before, _)| *before);
    }
    path.reverse();
    let on_path: HashSet<ObjectId> = path.iter().map(|stop| stop.stub.id).collect();
    let others =
        shown.iter().filter(|id| **id != header.id && !on_path.contains(id)).filter_map(stop).take(SHOWN).collect();
    Ok(Trace { path, others, evidence: Evidence::default(), missing: Vec::new(), told: VoicesTold::default() })
}

fn notes(cx: &Cx<'_>, stubs: &HashMap<ObjectId, Stub>) -> Result<HashMap<ObjectId, String>, Fault> {
    let of_kind = |kind: Kind| stubs.values().filter(move |stub| stub.kind == kind).map(|stub| stub.id);
    let mut notes = HashMap::new();
    if of_kind(Kind::Objective).next().is_some() {
        let mut sql = Sql::new(
            "SELECT k.objective_id, k.title, k.baseline, k.target,
                    COALESCE((SELECT c.value FROM check_in c WHERE c.key_result_id = k.id ORDER BY c.at DESC LIMIT 1), k.baseline)
             FROM key_result k WHERE k.objective_id IN",
        );
        sql.within("", of_kind(Kind::Objective)).push(" ORDER BY k.objective_id, k.position");
        for (objective, title, baseline, target, current) in
            cx.rows::<(ObjectId, String, f64, f64, f64)>(sql.text(), sql.args())?
        {
            notes.entry(objective).or_insert_with(|| format!("{title}: {baseline} → {target}, now {current}"));
        }
    }
    if of_kind(Kind::Release).next().is_some() {
        let mut sql = Sql::new("SELECT object_id, planned_on, shipped_at FROM release WHERE object_id IN");
        sql.within("", of_kind(Kind::Release));
        for (release, planned, shipped) in cx.rows::<(ObjectId, Option<String>, Option<Ts>)>(sql.text(), sql.args())? {
            let note = match (shipped, planned) {
                (Some(at), _) => format!("shipped {}", at.date()),
                (None, Some(day)) => format!("planned for {day}"),
                (None, None) => continue,
            };
            notes.insert(release, note);
        }
    }
    Ok(notes)
}

/// What is put away is on the way still, and no why any more.
fn missing_above(kind: Kind, trace: &Trace) -> Vec<Kind> {
    let stops = trace.path.iter().chain(&trace.others).filter(|stop| !stop.stub.archived);
    let reached: HashSet<Kind> = stops.map(|stop| stop.stub.kind).collect();
    let expected: &[Kind] = match kind {
        kind if kind.is_item() => &[Kind::Initiative, Kind::Objective, Kind::Vision],
        Kind::Initiative => &[Kind::Opportunity, Kind::Objective, Kind::Vision],
        Kind::Opportunity | Kind::Sprint => &[Kind::Objective, Kind::Vision],
        Kind::Objective => &[Kind::Vision],
        _ => &[],
    };
    expected.iter().copied().filter(|kind| !reached.contains(kind)).collect()
}

/// What customers said about any of these. What is put away is not counted.
fn evidence(cx: &Cx<'_>, product: ProductId, about: &[ObjectId]) -> Result<(Evidence, VoicesTold), Fault> {
    let mut asked: Vec<ObjectId> = Vec::new();
    for some in about.chunks(500) {
        let mut sql = Sql::new(
            "SELECT DISTINCT l.from_id FROM link l JOIN object f ON f.id = l.from_id
             WHERE l.relation = 'asks_for' AND f.archived_at IS NULL AND l.to_id IN",
        );
        sql.within("", some.iter().copied());
        asked.extend(cx.rows::<(ObjectId,)>(sql.text(), sql.args())?.into_iter().map(|(id,)| id));
    }
    asked.sort_unstable();
    asked.dedup();
    of_feedback(cx, product, &asked)
}

/// What one may not see, feedback or customer, is not counted either.
fn of_feedback(cx: &Cx<'_>, product: ProductId, feedback: &[ObjectId]) -> Result<(Evidence, VoicesTold), Fault> {
    let mut evidence = Evidence::default();
    let mut told = VoicesTold::default();
    let mut segments = BTreeSet::new();
    let mut customers = HashSet::new();
    for some in feedback.chunks(500) {
        let mut sql = Sql::new(
            "SELECT f.customer_id, c.segment, c.value, f.received_on,
                    EXISTS (SELECT 1 FROM telling t WHERE t.feedback_id = f.object_id), o.visibility, k.visibility
             FROM feedback f JOIN object o ON o.id = f.object_id
             LEFT JOIN customer c ON c.object_id = f.customer_id LEFT JOIN object k ON k.id = f.customer_id
             WHERE f.object_id IN",
        );
        sql.within("", some.iter().copied());
        type Voice = (Option<ObjectId>, Option<String>, Option<f64>, String, bool, Visibility, Option<Visibility>);
        for (customer, segment, value, received, was_told, visible, known) in
            cx.rows::<Voice>(sql.text(), sql.args())?
        {
            if !cx.actor.reads(product, visible) {
                continue;
            }
            evidence.feedback += 1;
            told.asked += 1;
            told.told += usize::from(was_told);
            evidence.latest = evidence.latest.max(Some(received));
            if known.is_none_or(|known| !cx.actor.reads(product, known)) {
                continue;
            }
            segments.extend(segment);
            if let Some(customer) = customer
                && customers.insert(customer)
            {
                evidence.value += value.unwrap_or(0.0);
            }
        }
    }
    evidence.customers = customers.len();
    evidence.segments = segments.into_iter().collect();
    Ok((evidence, told))
}
