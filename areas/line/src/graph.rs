//! A product's line in memory, for what looks at all of it at once: coverage, the picture and its threads.

use crate::drift::UNDECIDED;
use access::{Cx, Fault};
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use object::relations::{TABLE, Upstream};
use store::{Sql, args};
use vocabulary::*;

/// Where the sprint of an item stands that is not over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Sprinting {
    Planned,
    Running,
}

/// Work as the graph needs it: one item, or as many as are alike in everything that is asked here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Work {
    /// Of an epic, and of what has a link of its own, or feedback that asks for it.
    pub id: Option<ObjectId>,
    pub kind: Kind,
    pub category: Category,
    pub parent: Option<ObjectId>,
    /// What the parent of a sub-task is part of.
    above_parent: Option<ObjectId>,
    pub sprint: Option<Sprinting>,
    pub release: Option<ObjectId>,
    pub class: Option<ExemptClass>,
    pub why: bool,
}

impl Work {
    /// Stories, bugs, tasks and spikes count; epics and sub-tasks would count twice.
    pub(crate) fn counts(&self) -> bool {
        !matches!(self.kind, Kind::Epic | Kind::Subtask)
    }

    /// By what it hangs on the line: itself, or what it is part of.
    pub(crate) fn hangs_by(&self) -> Option<ObjectId> {
        self.id.or(self.parent)
    }

    /// Itself and what it is part of.
    pub(crate) fn wholes(&self) -> impl Iterator<Item = ObjectId> {
        [self.id, self.parent, self.above_parent].into_iter().flatten()
    }

    /// Open work that is begun, or planned for a sprint.
    pub(crate) fn is_in_flight(&self) -> bool {
        self.kind != Kind::Epic && self.category.is_open() && (self.sprint.is_some() || self.category.is_underway())
    }

    /// Open work that has no why and needs one.
    pub(crate) fn is_orphan(&self) -> bool {
        self.category.is_open() && !self.why && self.class.is_none()
    }
}

/// What of a product is no work, as far as one may see it: of each kind in the order in which it came.
#[derive(Debug, Default)]
pub(crate) struct Upper {
    pub all: Vec<(ObjectId, Kind)>,
    /// Objectives that are not dropped.
    pub live: Vec<ObjectId>,
    pub active: Vec<ObjectId>,
    pub dropped: Vec<ObjectId>,
    pub shipped: HashSet<ObjectId>,
}

impl Upper {
    pub(crate) fn of(&self, kind: Kind) -> impl DoubleEndedIterator<Item = ObjectId> + '_ {
        self.all.iter().filter(move |(_, k)| *k == kind).map(|(id, _)| *id)
    }
}

/// What is put away is no work, no voice and no way any more; what one may not see is no work and no voice.
#[derive(Default)]
pub(crate) struct Graph {
    /// Work, and how many items are alike in it.
    pub work: Vec<(Work, usize)>,
    /// Below → above: by the links that lead upwards, by being part of something, an objective by its product's vision, and
    /// a release by what is in it.
    pub above: HashMap<ObjectId, Vec<ObjectId>>,
    /// The same, read the other way round.
    pub under: HashMap<ObjectId, Vec<ObjectId>>,
    pub upper: Upper,
    /// The links that lead upwards.
    pub links: Vec<(ObjectId, ObjectId, Relation)>,
    /// Feedback, and what it asks for.
    pub asks: Vec<(ObjectId, ObjectId)>,
    /// What advances a theme, and the theme.
    pub advances: Vec<(ObjectId, ObjectId)>,
    /// What is put away of all that links join, feedback apart.
    pub away: HashSet<ObjectId>,
    /// What can still become another thing: see [`crate::drift::UNDECIDED`].
    pub undecided: HashSet<ObjectId>,
}

impl Graph {
    pub(crate) fn load(cx: &Cx<'_>, product: ProductId) -> Result<Self, Fault> {
        let ends = "SELECT l.from_id, l.to_id FROM link l WHERE l.relation = $1 AND l.product_id = $2";
        let mut links: Vec<(ObjectId, ObjectId, Relation)> = Vec::new();
        for relation in TABLE.iter().filter(|rule| rule.upstream == Upstream::To).map(|rule| rule.relation) {
            let ends: Vec<(ObjectId, ObjectId)> = cx.rows(ends, args![relation, product])?;
            links.extend(ends.into_iter().map(|(from, to)| (from, to, relation)));
        }
        let mut asks: Vec<(ObjectId, ObjectId)> = cx.rows(ends, args![Relation::AsksFor, product])?;
        let mut advances: Vec<(ObjectId, ObjectId)> = cx.rows(ends, args![Relation::Advances, product])?;
        let silent = silent(cx, product)?;
        asks.retain(|(feedback, _)| !silent.contains(feedback));

        let mut away = HashSet::new();
        let mut undecided = HashSet::new();
        let upper = load_upper(cx, product, &mut away, &mut undecided)?;
        let linked = links.iter().map(|(from, ..)| *from).chain(asks.iter().map(|(_, about)| *about));
        let linked = linked.chain(advances.iter().map(|(from, _)| *from)).collect();
        let work = load_work(cx, product, &linked, &mut away, &mut undecided)?;
        advances.retain(|(from, theme)| !away.contains(from) && !away.contains(theme));

        let parts: Vec<(ObjectId, ObjectId)> = cx.rows(
            "SELECT u.object_id, u.parent_id FROM opportunity u JOIN object o ON o.id = u.object_id
             WHERE o.product_id = $1 AND o.kind = 'opportunity' AND u.parent_id IS NOT NULL",
            args![product],
        )?;
        let mut graph = Self { work, upper, links, asks, advances, away, undecided, ..Self::default() };
        graph.join(&parts);
        Ok(graph)
    }

    /// Finds what lies above what.
    fn join(&mut self, parts: &[(ObjectId, ObjectId)]) {
        let linked = self.links.iter().map(|(from, to, _)| (*from, *to));
        let living = |(below, over): &(ObjectId, ObjectId)| !self.away.contains(below) && !self.away.contains(over);
        // Many items hang alike.
        let nested = self.works().flat_map(|w| [w.id.zip(w.parent), w.parent.zip(w.above_parent)]).flatten();
        let shipping = self.works().filter(|work| work.category != Category::Cancelled);
        let shipping = shipping.filter_map(|work| work.release.zip(work.hangs_by()));
        let hanging: HashSet<_> = nested.chain(shipping).collect();
        let visions =
            self.upper.of(Kind::Vision).flat_map(|vision| self.upper.live.iter().map(move |id| (*id, vision)));
        let joined = linked.chain(parts.iter().copied()).filter(living).chain(hanging).chain(visions);
        let (mut above, mut under): (HashMap<_, Vec<_>>, HashMap<_, Vec<_>>) = (HashMap::new(), HashMap::new());
        for (below, over) in joined {
            above.entry(below).or_default().push(over);
            under.entry(over).or_default().push(below);
        }
        (self.above, self.under) = (above, under);
    }

    pub(crate) fn works(&self) -> impl Iterator<Item = &Work> {
        self.work.iter().map(|(work, _)| work)
    }

    /// What hangs on the line by a link of its own.
    pub(crate) fn hung(&self) -> HashSet<ObjectId> {
        self.links.iter().filter(|(_, to, _)| !self.away.contains(to)).map(|(from, ..)| *from).collect()
    }

    /// Everything from which one of `tops` is reached, the tops included.
    pub(crate) fn below(&self, tops: impl IntoIterator<Item = ObjectId>) -> HashSet<ObjectId> {
        spread(tops, |id| self.under.get(id))
    }

    /// Everything above some objects, themselves included.
    pub(crate) fn above(&self, starts: impl IntoIterator<Item = ObjectId>) -> HashSet<ObjectId> {
        spread(starts, |id| self.above.get(id))
    }

    /// Everything on the threads through some objects, themselves included: what lies above them, and what below.
    pub(crate) fn through(&self, some: &[ObjectId]) -> HashSet<ObjectId> {
        let mut all = self.above(some.iter().copied());
        all.extend(self.below(some.iter().copied()));
        all
    }

    /// The feedback that asks for what is in each release that shipped, counted as `releases::audiences` counts it, in
    /// memory: by an item of it, what that is part of, the initiatives these deliver and the opportunities any of them
    /// address.
    pub(crate) fn asked_in_releases(&self) -> HashMap<ObjectId, HashSet<ObjectId>> {
        let ways = |relation: Relation| {
            let mut ways: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
            for (from, to, _) in self.links.iter().filter(|link| link.2 == relation) {
                ways.entry(*from).or_default().push(*to);
            }
            ways
        };
        let (delivers, addresses) = (ways(Relation::Delivers), ways(Relation::Addresses));
        let mut voices: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
        for (feedback, about) in &self.asks {
            voices.entry(*about).or_default().push(*feedback);
        }
        let mut stops: HashMap<ObjectId, HashSet<ObjectId>> = HashMap::new();
        for work in self.works().filter(|work| work.category != Category::Cancelled) {
            if let Some(release) = work.release.filter(|release| self.upper.shipped.contains(release)) {
                stops.entry(release).or_default().extend(work.wholes());
            }
        }
        for reached in stops.values_mut() {
            for ways in [&delivers, &addresses] {
                let next: Vec<ObjectId> = reached.iter().filter_map(|id| ways.get(id)).flatten().copied().collect();
                reached.extend(next);
            }
        }
        let asked =
            |reached: HashSet<ObjectId>| reached.iter().filter_map(|id| voices.get(id)).flatten().copied().collect();
        stops.into_iter().map(|(release, reached)| (release, asked(reached))).collect()
    }
}

/// Feedback that is put away or not to be seen.
fn silent(cx: &Cx<'_>, product: ProductId) -> Result<HashSet<ObjectId>, Fault> {
    let mut sql = Sql::new("SELECT o.id FROM object o WHERE o.kind = 'feedback' AND (o.archived_at IS NOT NULL");
    if !cx.actor.is_team(product) {
        sql.push(" OR o.visibility = 'team'");
    }
    sql.with(") AND o.product_id = ", product);
    let rows: Vec<(ObjectId,)> = cx.rows(sql.text(), sql.args())?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

fn load_upper(
    cx: &Cx<'_>,
    product: ProductId,
    away: &mut HashSet<ObjectId>,
    undecided: &mut HashSet<ObjectId>,
) -> Result<Upper, Fault> {
    let mut upper = Upper::default();
    let mut sql = Sql::new("SELECT o.id, o.kind, o.visibility, o.archived_at IS NOT NULL, j.status, r.shipped_at,");
    sql.push(UNDECIDED).push(
        " FROM object o LEFT JOIN objective j ON j.object_id = o.id LEFT JOIN release r ON r.object_id = o.id
         WHERE o.kind IN ('vision', 'objective', 'opportunity', 'initiative', 'promise', 'theme', 'sprint', 'release')",
    );
    sql.with(" AND o.product_id = ", product).push(" ORDER BY o.number");
    cx.query(sql.text(), sql.args(), |row| {
        let (id, kind, visibility): (ObjectId, Kind, Visibility) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if row.get(3)? {
            away.insert(id);
        } else if cx.actor.reads(product, visibility) {
            upper.all.push((id, kind));
            undecided.extend(row.get::<bool>(6)?.then_some(id));
            match row.get::<Option<String>>(4)?.as_deref() {
                Some("dropped") => upper.dropped.push(id),
                Some(status) => {
                    upper.live.push(id);
                    upper.active.extend((status == "active").then_some(id));
                }
                None => {}
            }
            upper.shipped.extend(row.get::<Option<Ts>>(5)?.map(|_| id));
        }
        Ok(())
    })?;
    Ok(upper)
}

/// Reads a product's work in one walk; `linked` is what has a link of its own.
fn load_work(
    cx: &Cx<'_>,
    product: ProductId,
    linked: &HashSet<ObjectId>,
    away: &mut HashSet<ObjectId>,
    undecided: &mut HashSet<ObjectId>,
) -> Result<Vec<(Work, usize)>, Fault> {
    let sprints: Vec<(ObjectId, String)> = cx.rows(
        "SELECT object_id, state FROM sprint WHERE product_id = $1 AND state IN ('planned', 'active')",
        args![product],
    )?;
    let going = |state: &str| if state == "active" { Sprinting::Running } else { Sprinting::Planned };
    let sprints: HashMap<ObjectId, Sprinting> = sprints.iter().map(|(id, state)| (*id, going(state))).collect();
    let mut sql = Sql::new(
        "SELECT i.object_id, i.kind, i.category, i.parent_id, CASE WHEN i.kind = 'subtask' THEN
                (SELECT w.parent_id FROM item w WHERE w.object_id = i.parent_id AND NOT w.archived) END,
                i.sprint_id, i.release_id, i.exempt, i.why, i.archived FROM item i WHERE TRUE",
    );
    sql.push(object::seen!(cx, product, "i"));
    sql.with(" AND i.product_id = ", product);
    let (mut work, mut alike) = (Vec::new(), HashMap::<Work, usize>::new());
    cx.query(sql.text(), sql.args(), |row| {
        let (id, kind): (ObjectId, Kind) = (row.get(0)?, row.get(1)?);
        if row.get(9)? {
            away.insert(id);
            return Ok(());
        }
        let like = Work {
            id: Some(id).filter(|id| kind == Kind::Epic || linked.contains(id)),
            kind,
            category: row.get(2)?,
            parent: row.get(3)?,
            above_parent: row.get(4)?,
            sprint: row.get::<Option<ObjectId>>(5)?.and_then(|sprint| sprints.get(&sprint).copied()),
            release: row.get(6)?,
            class: ExemptClass::of(kind, row.get(7)?),
            why: row.get(8)?,
        };
        undecided.extend(like.category.is_open().then_some(id));
        match like.id {
            Some(_) => work.push((like, 1)),
            None => *alike.entry(like).or_default() += 1,
        }
        Ok(())
    })?;
    work.extend(alike);
    Ok(work)
}

pub(crate) fn spread<'g>(
    starts: impl IntoIterator<Item = ObjectId>,
    next: impl Fn(&ObjectId) -> Option<&'g Vec<ObjectId>>,
) -> HashSet<ObjectId> {
    let mut open: Vec<ObjectId> = starts.into_iter().collect();
    let mut seen: HashSet<ObjectId> = open.iter().copied().collect();
    while let Some(id) = open.pop() {
        for other in next(&id).into_iter().flatten() {
            if seen.insert(*other) {
                open.push(*other);
            }
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(ObjectId, ObjectId)]) -> Graph {
        let links = edges.iter().map(|(from, to)| (*from, *to, Relation::Delivers)).collect();
        let mut graph = Graph { links, ..Graph::default() };
        graph.join(&[]);
        graph
    }

    fn story(id: Option<ObjectId>, parent: Option<ObjectId>, release: Option<ObjectId>) -> Work {
        let (kind, category) = (Kind::Story, Category::Done);
        Work { id, kind, category, parent, above_parent: None, sprint: None, release, class: None, why: true }
    }

    #[test]
    fn what_reaches_an_objective_lies_below_it() {
        let [objective, initiative, epic, story, orphan] = std::array::from_fn(|_| ObjectId::new());
        let graph = graph(&[(story, epic), (epic, initiative), (initiative, objective), (orphan, epic)]);
        assert_eq!(graph.below([objective]).len(), 5);
        assert_eq!(graph.above([story]), HashSet::from_iter([story, epic, initiative, objective]));
    }

    #[test]
    fn circles_end() {
        let [a, b] = std::array::from_fn(|_| ObjectId::new());
        assert_eq!(graph(&[(a, b), (b, a)]).below([a]).len(), 2);
    }

    #[test]
    fn a_thread_leads_up_and_down_and_to_no_sibling() {
        let [objective, one, other, epic, release] = std::array::from_fn(|_| ObjectId::new());
        let mut graph = graph(&[(one, objective), (other, objective), (epic, one)]);
        graph.work.push((story(None, Some(epic), Some(release)), 3));
        graph.join(&[]);
        assert_eq!(graph.through(&[one]), HashSet::from_iter([objective, one, epic, release]));
        assert_eq!(graph.through(&[release]), HashSet::from_iter([objective, one, epic, release]));
    }

    #[test]
    fn what_is_put_away_leads_nowhere() {
        let [objective, initiative, epic] = std::array::from_fn(|_| ObjectId::new());
        let mut graph = graph(&[(initiative, objective), (epic, initiative)]);
        graph.away.insert(initiative);
        graph.join(&[]);
        assert_eq!(graph.below([objective]), HashSet::from_iter([objective]));
        assert!(!graph.hung().contains(&epic));
    }

    #[test]
    fn a_release_is_asked_for_by_all_that_leads_to_it() {
        let [release, planned, epic, initiative, voice, twice, elsewhere] = std::array::from_fn(|_| ObjectId::new());
        let mut graph = graph(&[(epic, initiative)]);
        graph.work.push((story(None, Some(epic), Some(release)), 2));
        graph.work.push((story(Some(elsewhere), None, Some(planned)), 1));
        graph.upper.shipped.insert(release);
        graph.asks = vec![(voice, epic), (twice, epic), (twice, initiative), (voice, elsewhere)];
        assert_eq!(graph.asked_in_releases(), HashMap::from_iter([(release, HashSet::from_iter([voice, twice]))]));
    }
}
