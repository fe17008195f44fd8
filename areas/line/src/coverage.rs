//! Coverage: how much of the work reaches an objective, what the rest is, and what the work of the last sprints was for.

use crate::graph::{Graph, Work};
use crate::marks::Marks;
use access::{Cx, Fault};
use backlog::ExemptBudget;
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use object::relations::UPWARDS;
use object::{Product, Stub, stubs};
use serde::Serialize;
use store::Sql;
use utoipa::ToSchema;
use vocabulary::*;

/// Work that reaches an objective that is not dropped. Exempt work stands apart, whether it reaches one or not.
#[derive(Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Share {
    pub reached: usize,
    /// All that is not exempt.
    pub total: usize,
    pub exempt: usize,
}

/// How much of the work reaches an objective that is not dropped, and where the line is broken: in numbers, of the whole
/// product.
#[derive(Debug, Serialize, ToSchema)]
pub struct Coverage {
    pub open: Share,
    pub sprint: Share,
    pub delivered: Share,
    /// Open items that have no why and are not exempt.
    pub orphans: usize,
    pub initiatives_without_work: usize,
    /// Active objectives with nothing in flight.
    pub starved: usize,
    /// Open items all of whose objectives are dropped.
    pub on_dropped: usize,
    /// Feedback that waits to be told of a release that shipped, as far as one may see what leads from one to the other.
    pub shipped_not_told: usize,
    /// Flags of drift that nobody has looked at.
    pub drift: usize,
    /// Contradictions that nobody has accepted.
    pub contradictions: usize,
}

/// Work of a class that needs no why, and its budget.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct ExemptShare {
    pub class: ExemptClass,
    pub open: usize,
    /// Finished in the sprints looked at.
    pub finished: usize,
    /// In percent of all that was finished in them; null where nothing was.
    pub share: Option<f64>,
    /// In percent; null where none is set.
    pub budget: Option<i64>,
    /// Null without a budget, or where too few items are finished to say.
    pub over_budget: Option<bool>,
}

/// What a theme was to get of the work, and what it got.
#[derive(Debug, Serialize, ToSchema)]
pub struct ThemeShare {
    pub theme: Stub,
    /// In percent; null where none is set.
    pub target_share: Option<i64>,
    /// Finished items that advance it. One that advances several themes counts in equal parts for each.
    pub items: f64,
    /// In percent of all that was finished; null where nothing was.
    pub share: Option<f64>,
}

/// Objectives that nothing works on.
#[derive(Debug, Serialize, ToSchema)]
pub struct StarvedObjectives {
    pub count: usize,
    /// The first 200.
    pub objectives: Vec<Stub>,
}

/// Open items all of whose objectives are dropped.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkOnDropped {
    pub count: usize,
    /// The first 20, in the order of the backlog.
    pub items: Vec<Stub>,
}

/// How much of the work reaches an objective that is not dropped, what the rest is, and what the work of the last sprints
/// was for. Stories, bugs, tasks and spikes count; epics and sub-tasks would count twice.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoverageReport {
    pub open: Share,
    pub sprint: Share,
    pub delivered: Share,
    /// Open items that have no why and are not exempt.
    pub orphans: usize,
    /// Active objectives that no open work reaches that is in progress or in a planned or running sprint.
    pub starved: StarvedObjectives,
    pub on_dropped: WorkOnDropped,
    /// The closed sprints looked at, the latest first.
    pub sprints: Vec<Stub>,
    /// Items finished in them, each once.
    pub finished: usize,
    /// Whether that is too few to say anything about shares.
    pub too_few: bool,
    /// From how many finished items on shares say something.
    pub enough: usize,
    pub exempt: Vec<ExemptShare>,
    /// An item advances a theme by a link of its own, of what it is part of, or of an initiative or objective it reaches.
    pub themes: Vec<ThemeShare>,
    /// Finished items that advance no theme.
    pub without_theme: usize,
}

/// From so many finished items on shares say something: the standard error of a share of 30 is at most 9 points.
const ENOUGH: usize = 30;
/// Stubs of a list in the answer.
const MOST: usize = 200;
/// Items on dropped objectives that are shown.
const ON_DROPPED_SHOWN: usize = 20;
/// Wholes in whose parts the items on dropped objectives are looked for.
const WHOLES: usize = 400;

/// What the graph alone tells.
pub(crate) struct Reach {
    live: HashSet<ObjectId>,
    /// What reaches objectives, and only dropped ones.
    dropped: HashSet<ObjectId>,
    pub starved: Vec<ObjectId>,
}

impl Reach {
    pub(crate) fn of(graph: &Graph) -> Self {
        let live = graph.below(graph.upper.live.iter().copied());
        let mut dropped = graph.below(graph.upper.dropped.iter().copied());
        dropped.retain(|id| !live.contains(id));
        let flying = graph.works().filter(|work| work.is_in_flight()).filter_map(Work::hangs_by);
        let served = graph.above(flying.collect::<HashSet<_>>());
        let starved = graph.upper.active.iter().copied().filter(|id| !served.contains(id)).collect();
        Self { live, dropped, starved }
    }

    fn share(&self, graph: &Graph, wanted: impl Fn(&Work) -> bool) -> Share {
        let mut share = Share::default();
        for (work, many) in graph.work.iter().filter(|(work, _)| work.counts() && wanted(work)) {
            if work.class.is_some() {
                share.exempt += many;
            } else {
                share.total += many;
                share.reached += if work.hangs_by().is_some_and(|id| self.live.contains(&id)) { *many } else { 0 };
            }
        }
        share
    }

    fn open(&self, graph: &Graph) -> Share {
        self.share(graph, |work| work.category.is_open())
    }

    fn sprint(&self, graph: &Graph) -> Share {
        let runs = |work: &Work| work.sprint == Some(crate::graph::Sprinting::Running);
        self.share(graph, |work| runs(work) && work.category != Category::Cancelled)
    }

    fn delivered(&self, graph: &Graph) -> Share {
        self.share(graph, |work| work.category == Category::Done)
    }

    /// Open work on dropped objectives alone.
    fn on_dropped<'g>(&'g self, graph: &'g Graph) -> impl Iterator<Item = (&'g Work, usize)> {
        let open = graph.work.iter().filter(|(work, _)| work.counts() && work.category.is_open());
        let hangs = |work: &Work| work.hangs_by().is_some_and(|id| self.dropped.contains(&id));
        open.filter(move |(work, _)| hangs(work)).map(|(work, many)| (work, *many))
    }
}

fn orphans(graph: &Graph) -> usize {
    graph.work.iter().filter(|(work, _)| work.is_orphan()).map(|(_, many)| many).sum()
}

pub(crate) fn in_numbers(graph: &Graph, reach: &Reach, marks: &Marks, told: &Told) -> Coverage {
    let wanted = graph.works().filter(|work| work.category != Category::Cancelled);
    let wanted: HashSet<ObjectId> = wanted.filter_map(Work::hangs_by).collect();
    let delivering = graph.links.iter().filter(|link| link.2 == Relation::Delivers && wanted.contains(&link.0));
    let delivered: HashSet<ObjectId> = delivering.map(|(_, to, _)| *to).collect();
    let untold = |(release, asked): (ObjectId, HashSet<ObjectId>)| match told.get(&release) {
        Some(told) => asked.difference(told).count(),
        None => asked.len(),
    };
    Coverage {
        open: reach.open(graph),
        sprint: reach.sprint(graph),
        delivered: reach.delivered(graph),
        orphans: orphans(graph),
        initiatives_without_work: graph.upper.of(Kind::Initiative).filter(|id| !delivered.contains(id)).count(),
        starved: reach.starved.len(),
        on_dropped: reach.on_dropped(graph).map(|(_, many)| many).sum(),
        shipped_not_told: graph.asked_in_releases().into_iter().map(untold).sum(),
        drift: marks.all_drift,
        contradictions: marks.all_contradictions,
    }
}

/// Release → the feedback that was told of it.
pub(crate) type Told = HashMap<ObjectId, HashSet<ObjectId>>;

pub(crate) fn told(cx: &Cx<'_>, product: ProductId) -> Result<Told, Fault> {
    let mut sql = Sql::new(
        "SELECT t.release_id, t.feedback_id FROM release r JOIN telling t ON t.release_id = r.object_id
         JOIN object o ON o.id = t.feedback_id WHERE TRUE",
    );
    sql.push(object::seen!(cx, product, "o")).with(" AND r.product_id = ", product);
    let mut told = Told::new();
    for (release, feedback) in cx.rows::<(ObjectId, ObjectId)>(sql.text(), sql.args())? {
        told.entry(release).or_default().insert(feedback);
    }
    Ok(told)
}

/// A product's coverage, with the shares of the work of its last closed sprints.
pub fn coverage(cx: &Cx<'_>, name: &ProductName, sprints: usize) -> Result<CoverageReport, Fault> {
    let product = Product::load(cx, name)?;
    let graph = Graph::load(cx, product.id)?;
    let reach = Reach::of(&graph);
    let sprints = last_closed(cx, product.id, sprints)?;
    let done = finished(cx, product.id, &sprints)?;
    let targets = targets(cx, product.id)?;
    let (advanced, without_theme) = advanced(&graph, &done, &targets.iter().map(|theme| theme.0).collect());
    let dropped = first_on_dropped(cx, product.id, &graph, &reach)?;
    let starved = reach.starved.iter().copied().take(MOST);
    let shown: Vec<ObjectId> = starved
        .clone()
        .chain(dropped.iter().copied())
        .chain(sprints.iter().copied())
        .chain(targets.iter().map(|t| t.0))
        .collect();
    let stubs = stubs(cx, &shown)?;
    let of = |ids: &mut dyn Iterator<Item = ObjectId>| ids.filter_map(|id| stubs.get(&id).cloned()).collect::<Vec<_>>();
    let theme = |(id, target_share): &(ObjectId, Option<i64>)| {
        let items = advanced.get(id).copied().unwrap_or_default();
        let share = percent(items, done.len());
        Some(ThemeShare {
            theme: stubs.get(id)?.clone(),
            target_share: *target_share,
            items: rounded(items, 100.0),
            share,
        })
    };
    Ok(CoverageReport {
        open: reach.open(&graph),
        sprint: reach.sprint(&graph),
        delivered: reach.delivered(&graph),
        orphans: orphans(&graph),
        starved: StarvedObjectives { count: reach.starved.len(), objectives: of(&mut starved.into_iter()) },
        on_dropped: WorkOnDropped {
            count: reach.on_dropped(&graph).map(|(_, many)| many).sum(),
            items: of(&mut dropped.into_iter()),
        },
        sprints: of(&mut sprints.into_iter()),
        finished: done.len(),
        too_few: done.len() < ENOUGH,
        enough: ENOUGH,
        exempt: exempt(&graph, &done, &backlog::exempt_budgets(cx, product.id)?),
        themes: targets.iter().filter_map(theme).collect(),
        without_theme,
    })
}

fn last_closed(cx: &Cx<'_>, product: ProductId, many: usize) -> Result<Vec<ObjectId>, Fault> {
    let mut sql = Sql::new(
        "SELECT s.object_id FROM sprint s JOIN object o ON o.id = s.object_id
         WHERE s.state = 'closed' AND o.archived_at IS NULL",
    );
    sql.push(object::seen!(cx, product, "o")).with(" AND s.product_id = ", product);
    sql.with(" ORDER BY s.ends DESC, s.object_id DESC LIMIT ", many);
    let rows: Vec<(ObjectId,)> = cx.rows(sql.text(), sql.args())?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// An item that was done when a sprint was closed.
struct Finished {
    id: ObjectId,
    parent: Option<ObjectId>,
    class: Option<ExemptClass>,
}

fn finished(cx: &Cx<'_>, product: ProductId, sprints: &[ObjectId]) -> Result<Vec<Finished>, Fault> {
    let mut sql = Sql::new(
        "SELECT DISTINCT s.item_id, i.kind, i.parent_id, i.exempt FROM sprint_scope s
         JOIN item i ON i.object_id = s.item_id
         WHERE s.outcome = 'done' AND NOT i.archived AND i.kind NOT IN ('epic', 'subtask')",
    );
    sql.push(object::seen!(cx, product, "i")).within(" AND s.sprint_id IN", sprints.iter().copied());
    Ok(cx.query(sql.text(), sql.args(), |row| {
        let class = ExemptClass::of(row.get(1)?, row.get(3)?);
        Ok(Finished { id: row.get(0)?, parent: row.get(2)?, class })
    })?)
}

fn targets(cx: &Cx<'_>, product: ProductId) -> Result<Vec<(ObjectId, Option<i64>)>, Fault> {
    let mut sql = Sql::new(
        "SELECT t.object_id, t.target_share FROM theme t JOIN object o ON o.id = t.object_id WHERE o.archived_at IS NULL",
    );
    sql.push(object::seen!(cx, product, "o")).with(" AND t.product_id = ", product);
    sql.with(" ORDER BY o.number LIMIT ", MOST);
    Ok(cx.rows(sql.text(), sql.args())?)
}

/// How many of some finished items advance each theme, and how many advance none.
fn advanced(graph: &Graph, done: &[Finished], themes: &HashSet<ObjectId>) -> (HashMap<ObjectId, f64>, usize) {
    let mut advancing: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
    for (what, theme) in graph.advances.iter().filter(|(_, theme)| themes.contains(theme)) {
        advancing.entry(*what).or_default().push(*theme);
    }
    // Many items are parts of the same.
    let mut known: HashMap<ObjectId, HashSet<ObjectId>> = HashMap::new();
    let (mut advanced, mut without) = (HashMap::new(), 0);
    for item in done {
        let itself = graph.above.contains_key(&item.id) || advancing.contains_key(&item.id);
        let reached = (if itself { Some(item.id) } else { item.parent }).map(|start| {
            known.entry(start).or_insert_with(|| {
                let above = graph.above([start]);
                above.iter().filter_map(|id| advancing.get(id)).flatten().copied().collect()
            })
        });
        match reached.filter(|themes| !themes.is_empty()) {
            None => without += 1,
            Some(themes) => {
                for theme in themes.iter() {
                    *advanced.entry(*theme).or_default() += 1.0 / themes.len() as f64;
                }
            }
        }
    }
    (advanced, without)
}

fn exempt(graph: &Graph, done: &[Finished], budgets: &[ExemptBudget]) -> Vec<ExemptShare> {
    let row = |class: &ExemptClass| {
        let is_open = |work: &Work| work.counts() && work.category.is_open() && work.class == Some(*class);
        let finished = done.iter().filter(|item| item.class == Some(*class)).count();
        let share = percent(finished as f64, done.len());
        let budget = budgets.iter().find(|budget| budget.class == *class).map(|budget| budget.share);
        let over_budget =
            share.zip(budget).filter(|_| done.len() >= ENOUGH).map(|(share, budget)| share > budget as f64);
        let open = graph.work.iter().filter(|(work, _)| is_open(work)).map(|(_, many)| many).sum();
        ExemptShare { class: *class, open, finished, share, budget, over_budget }
    };
    ExemptClass::ALL.iter().map(row).collect()
}

/// The first open items on dropped objectives alone, in the order of the backlog.
fn first_on_dropped(cx: &Cx<'_>, product: ProductId, graph: &Graph, reach: &Reach) -> Result<Vec<ObjectId>, Fault> {
    let (mut alone, mut wholes) = (HashSet::new(), HashSet::new());
    for (work, _) in reach.on_dropped(graph) {
        match work.id {
            Some(id) => alone.insert(id),
            None => work.parent.is_some_and(|parent| wholes.insert(parent)),
        };
    }
    if alone.is_empty() && wholes.is_empty() {
        return Ok(Vec::new());
    }
    let first = |ids: HashSet<ObjectId>| {
        let mut ids: Vec<ObjectId> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.truncate(WHOLES);
        ids
    };
    let mut sql = Sql::new(
        "SELECT i.object_id FROM item i WHERE i.open = TRUE AND NOT i.archived AND i.kind NOT IN ('epic', 'subtask')",
    );
    sql.push(object::seen!(cx, product, "i"));
    sql.within(" AND (i.object_id IN", first(alone)).within(" OR i.parent_id IN", first(wholes));
    // A part with a link of its own is judged by itself.
    sql.push(" AND NOT EXISTS (SELECT 1 FROM link l WHERE l.from_id = i.object_id AND l.relation IN");
    sql.push(UPWARDS).with(")) ORDER BY i.rank, i.object_id LIMIT ", ON_DROPPED_SHOWN);
    let rows: Vec<(ObjectId,)> = cx.rows(sql.text(), sql.args())?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

fn percent(part: f64, whole: usize) -> Option<f64> {
    (whole > 0).then(|| rounded(part / whole as f64 * 100.0, 10.0))
}

fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids<const N: usize>() -> [ObjectId; N] {
        std::array::from_fn(|_| ObjectId::new())
    }

    #[test]
    fn an_item_counts_in_equal_parts_for_the_themes_it_advances() {
        let [trust, growth, hidden, initiative, epic, own, part, stray] = ids();
        let above = HashMap::from_iter([(epic, vec![initiative]), (own, vec![epic])]);
        let advances = vec![(initiative, trust), (own, growth), (own, hidden)];
        let graph = Graph { above, advances, ..Graph::default() };
        let item = |id, parent| Finished { id, parent, class: None };
        let done = [item(own, Some(epic)), item(part, Some(epic)), item(stray, None)];
        let (advanced, without) = advanced(&graph, &done, &HashSet::from_iter([trust, growth]));
        assert_eq!(advanced, HashMap::from_iter([(trust, 1.5), (growth, 0.5)]));
        assert_eq!(without, 1);
    }

    #[test]
    fn a_budget_is_judged_from_enough_items_on() {
        let [id] = ids();
        let done = |many: usize, defects: usize| -> Vec<Finished> {
            let class = |n: usize| (n < defects).then_some(ExemptClass::Defect);
            (0..many).map(|n| Finished { id, parent: None, class: class(n) }).collect()
        };
        let budgets = [ExemptBudget { class: ExemptClass::Defect, share: 20 }];
        let over = |many, defects| exempt(&Graph::default(), &done(many, defects), &budgets)[0].over_budget;
        assert_eq!((over(29, 29), over(30, 7), over(30, 6)), (None, Some(true), Some(false)));
        let rows = exempt(&Graph::default(), &[], &budgets);
        assert_eq!((rows[0].share, rows[0].budget, rows[1].budget), (None, Some(20), None));
    }

    #[test]
    fn percents_have_one_decimal() {
        assert_eq!((percent(1.0, 3), percent(0.0, 0)), (Some(33.3), None));
    }
}
