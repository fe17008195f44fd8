use crate::order::{Blocking, in_possible_order};
use access::{Cx, Fault};
use foldhash::{HashMap, HashMapExt, HashSet};
use object::Product;
use roadmap::Period;
use store::{Sql, args};
use vocabulary::*;

/// How much stands in a team's queue down to some place of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub items: u32,
    /// Epics that are not split yet.
    pub unsplit: u32,
}

impl Place {
    pub fn is_start(self) -> bool {
        self == Self::default()
    }
}

/// An epic, an initiative, a release or a promise that has open items, or a promised item.
#[derive(Debug, Clone)]
pub(crate) struct Ahead {
    pub id: ObjectId,
    pub items: u32,
    /// Its epics that are not split yet.
    pub unsplit: u32,
    /// In the one order in which all can be done, of items and epics that are not split yet.
    pub place: u32,
    /// In the queue of each team.
    pub places: Vec<Place>,
}

/// What is still to be done, in the order in which it can be.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    /// Stories, bugs, tasks and spikes that are open.
    pub open: u32,
    /// Open epics of which nothing is split off yet.
    pub unsplit: u32,
    /// All of it, in the queue of each team.
    pub places: Vec<Place>,
    /// What has open items of the epics, initiatives, releases and open promises, and items that are promised by themselves;
    /// what is done first comes first.
    pub things: Vec<Ahead>,
    /// All that was asked for by name, as one.
    pub chosen: Option<Ahead>,
    /// All of it in its order, each with what it is part of: the first has place 1.
    pub order: Vec<(ObjectId, Option<ObjectId>)>,
}

/// What a queue is asked for.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// What is left out, with all its items.
    pub without: HashSet<ObjectId>,
    /// What is asked for as one, with all its items.
    pub chosen: HashSet<ObjectId>,
    /// All that is to be told of, where it is not everything; of the queues then as much as that needs.
    pub only: Option<HashSet<ObjectId>>,
}

impl Ahead {
    fn new(id: ObjectId, workers: usize) -> Self {
        Self { id, items: 0, unsplit: 0, place: 0, places: vec![Place::default(); workers] }
    }

    /// With one more of what it is made of. Linked by itself and by its epic, it is still one item.
    fn take(&mut self, entry: &Open, place: u32, places: &[Place]) {
        if self.place < place {
            self.place = place;
            let count = if entry.is_epic { &mut self.unsplit } else { &mut self.items };
            *count += 1;
            reach(&mut self.places, places);
        }
    }
}

/// As far as both in each queue.
fn reach(places: &mut [Place], others: &[Place]) {
    for (place, other) in places.iter_mut().zip(others) {
        *place = Place { items: place.items.max(other.items), unsplit: place.unsplit.max(other.unsplit) };
    }
}

/// Who works through the backlog: one for all, or each through what is its own and, who is free first, what is nobody's.
#[derive(Debug, Clone)]
pub(crate) struct Worker {
    /// None where it is one for all.
    pub team: Option<TeamId>,
    /// Items a week.
    pub pace: f64,
}

/// An open item, or an open epic that is not split yet.
struct Open {
    id: ObjectId,
    parent: Option<ObjectId>,
    release: Option<ObjectId>,
    team: Option<TeamId>,
    is_epic: bool,
}

pub(crate) fn queue(cx: &Cx<'_>, product: &Product, workers: &[Worker], asked: &Asked) -> Result<Queue, Fault> {
    let delivers: Vec<(ObjectId, ObjectId)> = cx.rows(
        "SELECT l.from_id, l.to_id FROM link l
         WHERE l.product_id = $1 AND l.relation = 'delivers' AND l.to_id NOT IN (
             SELECT o.id FROM object o WHERE o.product_id = $1 AND o.kind = 'initiative' AND o.archived_at IS NOT NULL)
         ORDER BY l.from_id",
        args![product.id],
    )?;
    // Where the links of each begin.
    let mut first: HashMap<ObjectId, usize> = HashMap::with_capacity(delivers.len());
    for (i, (from, _)) in delivers.iter().enumerate() {
        first.entry(*from).or_insert(i);
    }
    let delivered_by = |work: ObjectId| {
        let links = first.get(&work).map_or(&[][..], |first| &delivers[*first..]);
        links.iter().take_while(move |(from, _)| *from == work).map(|(_, initiative)| *initiative)
    };
    let promised = promised(cx, product)?;
    let mut open = open(cx, product, workers.len() > 1)?;
    // What something open is of: its initiatives, its epic, its release, and the promises about any of these or itself.
    let parts_of = |entry: &Open| {
        let itself = Some(entry.id).filter(|id| entry.is_epic || promised.contains_key(id));
        let above = [Some(entry.id), entry.parent].into_iter().flatten().flat_map(delivered_by);
        above.chain(entry.parent).chain(entry.release).chain(itself)
    };
    let promises = |entry: &Open| parts_of(entry).filter_map(|id| promised.get(&id)).flatten().copied();
    let is_among = |entry: &Open, some: &HashSet<ObjectId>| {
        let mut wholes = parts_of(entry).chain(promises(entry));
        !some.is_empty() && (some.contains(&entry.id) || wholes.any(|id| some.contains(&id)))
    };
    open.retain(|entry| !is_among(entry, &asked.without));
    let blocking = blocking(cx, product, &open)?;
    let mut queue = Queue { places: vec![Place::default(); workers.len()], ..Queue::default() };
    let mut things: HashMap<ObjectId, Ahead> = HashMap::new();
    // What has to be done in each queue before a gate opens.
    let mut gates: HashMap<usize, Vec<Place>> = HashMap::new();
    let mut places = vec![Place::default(); workers.len()];
    for (place, at) in (1u32..).zip(in_possible_order(open.len(), &blocking)) {
        let entry = &open[at];
        let worker = worker(workers, &queue.places, entry.team);
        let own = &mut queue.places[worker];
        if entry.is_epic {
            (own.unsplit, queue.unsplit) = (own.unsplit + 1, queue.unsplit + 1);
        } else {
            (own.items, queue.open) = (own.items + 1, queue.open + 1);
        }
        queue.order.push((entry.id, entry.parent));
        places.fill(Place::default());
        places[worker] = *own;
        for gate in blocking.before(at).iter().filter_map(|gate| gates.get(gate)) {
            reach(&mut places, gate);
        }
        for gate in blocking.after(at) {
            reach(gates.entry(*gate).or_insert_with(|| vec![Place::default(); workers.len()]), &places);
        }
        let is_told = |id: &ObjectId| asked.only.as_ref().is_none_or(|only| only.contains(id));
        for id in parts_of(entry).chain(promises(entry)).filter(is_told) {
            things.entry(id).or_insert_with(|| Ahead::new(id, workers.len())).take(entry, place, &places);
        }
        if is_among(entry, &asked.chosen) {
            let chosen = queue.chosen.get_or_insert_with(|| Ahead::new(entry.id, workers.len()));
            chosen.take(entry, place, &places);
        }
    }
    queue.things = things.into_values().collect();
    if asked.only.is_some() {
        queue.places.fill(Place::default());
        queue.things.iter().for_each(|thing| reach(&mut queue.places, &thing.places));
    }
    queue.things.sort_unstable_by_key(|thing| (thing.place, thing.id));
    Ok(queue)
}

/// Whose a piece of work is: its team's, or of who is free first.
fn worker(workers: &[Worker], places: &[Place], team: Option<TeamId>) -> usize {
    let own = team.and_then(|team| workers.iter().position(|worker| worker.team == Some(team)));
    let busy = |at: &usize| f64::from(places[*at].items + places[*at].unsplit + 1) / workers[*at].pace;
    own.or_else(|| (0..workers.len()).min_by(|one, other| busy(one).total_cmp(&busy(other)))).unwrap_or_default()
}

/// What is open, in the order of the backlog.
fn open(cx: &Cx<'_>, product: &Product, with_teams: bool) -> Result<Vec<Open>, Fault> {
    let mut sql = Sql::new("SELECT i.object_id, i.parent_id, i.release_id, i.kind = 'epic'");
    sql.push(if with_teams {
        ", COALESCE(i.team_id, p.team_id) FROM item i LEFT JOIN item p ON p.object_id = i.parent_id"
    } else {
        " FROM item i"
    });
    sql.push(
        " WHERE i.open = TRUE AND i.kind <> 'subtask' AND (i.kind <> 'epic' OR NOT EXISTS (
             SELECT 1 FROM item c WHERE c.parent_id = i.object_id AND c.category <> 'cancelled' AND NOT c.archived))",
    );
    sql.with(" AND i.product_id = ", product.id).push(object::seen!(cx, product.id, "i"));
    sql.push(" ORDER BY i.rank, i.object_id");
    Ok(cx.query(sql.text(), sql.args(), |row| {
        Ok(Open {
            id: row.get(0)?,
            parent: row.get(1)?,
            release: row.get(2)?,
            is_epic: row.get(3)?,
            team: if with_teams { row.get(4)? } else { None },
        })
    })?)
}

/// What waits for what, by its places among what is open: an epic is all that is open of it.
fn blocking(cx: &Cx<'_>, product: &Product, open: &[Open]) -> Result<Blocking, Fault> {
    let links: Vec<(ObjectId, ObjectId)> =
        cx.rows("SELECT from_id, to_id FROM link WHERE product_id = $1 AND relation = 'blocks'", args![product.id])?;
    if links.is_empty() {
        return Ok(Blocking::default());
    }
    let ends: HashSet<ObjectId> = links.iter().flat_map(|(from, to)| [*from, *to]).collect();
    let mut of: HashMap<ObjectId, Vec<usize>> = HashMap::new();
    for (at, entry) in open.iter().enumerate() {
        for id in [Some(entry.id), entry.parent].into_iter().flatten().filter(|id| ends.contains(id)) {
            of.entry(id).or_default().push(at);
        }
    }
    let mut blocking = Blocking::default();
    for (from, to) in links {
        if let (Some(from), Some(to)) = (of.get(&from), of.get(&to)) {
            blocking.add(from, to);
        }
    }
    Ok(blocking)
}

/// Things, and the open promises about each. What has shipped is promised no more.
fn promised(cx: &Cx<'_>, product: &Product) -> Result<HashMap<ObjectId, Vec<ObjectId>>, Fault> {
    let mut sql = Sql::new(
        "SELECT l.to_id, l.from_id FROM promise p JOIN object o ON o.id = p.object_id
         JOIN link l ON l.from_id = p.object_id AND l.relation = 'promises'
         LEFT JOIN release r ON r.object_id = l.to_id
         WHERE p.state = 'open' AND o.archived_at IS NULL AND r.shipped_at IS NULL",
    );
    sql.with(" AND p.product_id = ", product.id).push(object::seen!(cx, product.id, "o"));
    let mut promised: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
    for (thing, promise) in cx.rows::<(ObjectId, ObjectId)>(sql.text(), sql.args())? {
        promised.entry(thing).or_default().push(promise);
    }
    Ok(promised)
}

/// The days things are meant to be done by: the last of an initiative's or of a promise's, the planned one of a release.
pub(crate) fn planned(cx: &Cx<'_>, things: &[Ahead]) -> Result<HashMap<ObjectId, Date>, Fault> {
    let ids = || things.iter().map(|thing| thing.id);
    let mut sql =
        Sql::new("SELECT object_id, planned_on, FALSE FROM release WHERE planned_on IS NOT NULL AND object_id IN");
    sql.within("", ids())
        .push(" UNION ALL SELECT object_id, ends, TRUE FROM initiative WHERE ends IS NOT NULL AND object_id IN");
    sql.within("", ids()).push(" UNION ALL SELECT object_id, due, TRUE FROM promise WHERE object_id IN");
    sql.within("", ids());
    let stored: Vec<(ObjectId, String, bool)> = cx.rows(sql.text(), sql.args())?;
    let day = |(id, text, is_period): (ObjectId, String, bool)| {
        let day = if is_period { Period::try_from(text).ok()?.days()?.1 } else { text.parse().ok()? };
        Some((id, day))
    };
    Ok(stored.into_iter().filter_map(day).collect())
}

/// Into how many items the product's epics were split, the latest of them.
pub(crate) fn split_epics(cx: &Cx<'_>, product: &Product) -> Result<Vec<u32>, Fault> {
    const LATEST: i64 = 40;
    let mut sql = Sql::new(
        "SELECT p.object_id, count(*) FROM item p JOIN item c ON c.parent_id = p.object_id
         WHERE p.kind = 'epic' AND c.category <> 'cancelled' AND NOT c.archived AND NOT p.archived",
    );
    sql.with(" AND p.product_id = ", product.id).push(object::seen!(cx, product.id, "c"));
    sql.push(" GROUP BY p.object_id ORDER BY p.object_id DESC").with(" LIMIT ", LATEST);
    let counts: Vec<(ObjectId, i64)> = cx.rows(sql.text(), sql.args())?;
    Ok(counts.into_iter().map(|(_, count)| u32::try_from(count).unwrap_or(u32::MAX)).collect())
}

/// What a question names by references, in one of its fields.
pub(crate) fn named(
    cx: &Cx<'_>,
    product: &Product,
    field: &str,
    references: &[Reference],
) -> Result<HashSet<ObjectId>, Fault> {
    let numbers: HashSet<i64> = references.iter().map(|reference| reference.number).collect();
    let mut sql = Sql::new("SELECT o.id FROM object o WHERE o.product_id = ");
    sql.with("", product.id).within(" AND o.number IN", numbers.iter().copied());
    sql.push(object::seen!(cx, product.id, "o"));
    let found: HashSet<ObjectId> =
        cx.rows::<(ObjectId,)>(sql.text(), sql.args())?.into_iter().map(|(id,)| id).collect();
    if references.iter().any(|reference| reference.key != product.key) || found.len() < numbers.len() {
        return Err(Fault::invalid(field, "There is no such thing in this product."));
    }
    Ok(found)
}
