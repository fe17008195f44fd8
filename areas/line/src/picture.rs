use crate::graph::{Graph, Work};
use access::{Cx, Fault};
use object::{Product, Stub, stubs};
use releases::ReleaseAudience;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap, HashSet};
use store::Sql;
use utoipa::ToSchema;
use vocabulary::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Vision,
    Objectives,
    Opportunities,
    Initiatives,
    Work,
    Releases,
    Told,
}

/// One thing in the picture.
#[derive(Debug, Serialize, ToSchema)]
pub struct PictureStop {
    #[serde(flatten)]
    pub stub: Stub,
    pub note: Option<String>,
    /// Items of an epic, voices of an opportunity, people told of a release.
    pub count: Option<usize>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PictureColumn {
    pub level: Level,
    pub stops: Vec<PictureStop>,
    /// How many more there are than are shown.
    pub more: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Edge {
    pub from: ObjectId,
    pub to: ObjectId,
    pub relation: &'static str,
}

#[derive(Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Share {
    pub reached: usize,
    pub total: usize,
}

/// How much of the work reaches an objective that is not dropped, and where the line is broken.
#[derive(Debug, Serialize, ToSchema)]
pub struct Coverage {
    pub open: Share,
    pub sprint: Share,
    pub delivered: Share,
    /// Open items that have no why, as the backlog lists them.
    pub orphans: i64,
    pub initiatives_without_work: usize,
    pub objectives_without_work: usize,
    /// Feedback that waits to be told of a release that shipped, as the releases count it.
    pub shipped_not_told: i64,
}

/// The product's line from vision to who was told. Edges lead from what lies nearer to the vision to what lies below.
#[derive(Debug, Serialize, ToSchema)]
pub struct Picture {
    pub columns: Vec<PictureColumn>,
    pub edges: Vec<Edge>,
    pub coverage: Coverage,
}

/// What one column shows; the rest is counted.
const SHOWN: usize = 200;

pub fn picture(cx: &Cx<'_>, name: &ProductName) -> Result<Picture, Fault> {
    let product = Product::load(cx, name)?;
    let graph = Graph::load(cx, product.id)?;
    let upper = Upper::load(cx, product.id)?;
    let releases = all_releases(cx, product.id)?;
    let shipped: Vec<ObjectId> = releases.iter().filter(|(_, shipped)| shipped.is_some()).map(|(id, _)| *id).collect();
    let audiences = releases::audiences(cx, product.id, &shipped)?;
    let orphans = backlog::open_without_why(cx, &product)?;
    let coverage = coverage(&graph, &upper, orphans, &audiences);

    let work = work_to_show(&graph);
    let work_shown: Vec<ObjectId> = work.iter().copied().take(SHOWN).collect();
    let release_ids: Vec<ObjectId> = releases.iter().map(|r| r.0).take(SHOWN).collect();
    let ids = |kind: Kind| -> Vec<ObjectId> {
        upper.all.iter().filter(|(_, k)| *k == kind).map(|(id, _)| *id).take(SHOWN).collect()
    };
    let columns = [
        (Level::Vision, ids(Kind::Vision), 0),
        (Level::Objectives, ids(Kind::Objective), upper.beyond(Kind::Objective)),
        (Level::Opportunities, ids(Kind::Opportunity), upper.beyond(Kind::Opportunity)),
        (Level::Initiatives, ids(Kind::Initiative), upper.beyond(Kind::Initiative)),
        (Level::Work, work_shown, work.len().saturating_sub(SHOWN)),
        (Level::Releases, release_ids, releases.len().saturating_sub(SHOWN)),
    ];
    let all: Vec<ObjectId> = columns.iter().flat_map(|(_, ids, _)| ids.iter().copied()).collect();
    let stubs = stubs(cx, &all)?;
    let counts = counts(&graph);
    let mut shown: Vec<PictureColumn> = columns
        .into_iter()
        .map(|(level, ids, more)| PictureColumn {
            level,
            stops: ids
                .into_iter()
                .filter_map(|id| {
                    Some(PictureStop { stub: stubs.get(&id)?.clone(), note: None, count: counts.get(&id).copied() })
                })
                .collect(),
            more,
        })
        .collect();
    shown.push(told_column(&releases, &stubs, &audiences));
    let edges = edges(&graph, &upper, &stubs);
    Ok(Picture { columns: shown, edges, coverage })
}

/// Vision, objectives, opportunities and initiatives of a product.
struct Upper {
    all: Vec<(ObjectId, Kind)>,
    /// Objectives that are not dropped.
    live: Vec<ObjectId>,
    active: Vec<ObjectId>,
}

impl Upper {
    fn load(cx: &Cx<'_>, product: ProductId) -> Result<Self, Fault> {
        let mut sql = Sql::new(
            "SELECT o.id, o.kind, j.status FROM object o LEFT JOIN objective j ON j.object_id = o.id
             WHERE o.archived_at IS NULL AND o.kind IN ('vision', 'objective', 'opportunity', 'initiative')",
        );
        sql.push(object::seen!(cx, product, "o")).with(" AND o.product_id = ", product).push(" ORDER BY o.number");
        let stored: Vec<(ObjectId, Kind, Option<String>)> = cx.rows(sql.text(), sql.args())?;
        let status = |wanted: fn(&str) -> bool| -> Vec<ObjectId> {
            stored.iter().filter(|row| row.2.as_deref().is_some_and(wanted)).map(|row| row.0).collect()
        };
        let (live, active) = (status(|s| s != "dropped"), status(|s| s == "active"));
        Ok(Self { all: stored.into_iter().map(|row| (row.0, row.1)).collect(), live, active })
    }

    fn beyond(&self, kind: Kind) -> usize {
        self.all.iter().filter(|(_, k)| *k == kind).count().saturating_sub(SHOWN)
    }
}

/// Releases, the newest first, and when they shipped.
fn all_releases(cx: &Cx<'_>, product: ProductId) -> Result<Vec<(ObjectId, Option<Ts>)>, Fault> {
    let mut sql = Sql::new(
        "SELECT r.object_id, r.shipped_at FROM release r JOIN object o ON o.id = r.object_id WHERE o.archived_at IS NULL",
    );
    sql.push(object::seen!(cx, product, "o")).with(" AND r.product_id = ", product).push(" ORDER BY o.number DESC");
    Ok(cx.rows(sql.text(), sql.args())?)
}

type Audiences = HashMap<ObjectId, ReleaseAudience>;

fn coverage(graph: &Graph, upper: &Upper, orphans: i64, audiences: &Audiences) -> Coverage {
    let reach = graph.below(upper.live.iter().copied());
    let share = |wanted: &dyn Fn(&Work) -> bool| {
        let mut share = Share::default();
        for (work, many) in graph.work.iter().filter(|(w, _)| w.counts() && wanted(w)) {
            share.total += many;
            share.reached += if work.hangs_by().is_some_and(|id| reach.contains(&id)) { *many } else { 0 };
        }
        share
    };
    let wanted: HashSet<ObjectId> =
        graph.work.keys().filter(|w| w.category != Category::Cancelled).filter_map(Work::hangs_by).collect();
    let delivered: HashSet<ObjectId> = graph
        .links
        .iter()
        .filter(|(from, _, relation)| *relation == Relation::Delivers && wanted.contains(from))
        .map(|(_, to, _)| *to)
        .collect();
    let worked_for = graph.above(wanted.iter().copied());
    Coverage {
        orphans,
        open: share(&|w| w.category.is_open()),
        sprint: share(&|w| w.in_running_sprint && w.category != Category::Cancelled),
        delivered: share(&|w| w.category == Category::Done),
        initiatives_without_work: upper
            .all
            .iter()
            .filter(|(id, kind)| *kind == Kind::Initiative && !delivered.contains(id))
            .count(),
        objectives_without_work: upper.active.iter().filter(|id| !worked_for.contains(id)).count(),
        shipped_not_told: audiences.values().map(|audience| audience.asked - audience.told).sum(),
    }
}

/// Epics, and items that hang on the line by themselves.
fn work_to_show(graph: &Graph) -> Vec<ObjectId> {
    let linked: HashSet<ObjectId> = graph.links.iter().map(|(from, _, _)| *from).collect();
    let work = graph.work.keys().filter(|w| w.category != Category::Cancelled);
    let mut shown: Vec<_> =
        work.filter_map(|w| w.id.map(|id| (!linked.contains(&id), w.category == Category::Done, id))).collect();
    shown.sort_unstable();
    shown.into_iter().map(|(_, _, id)| id).collect()
}

fn counts(graph: &Graph) -> HashMap<ObjectId, usize> {
    let mut counts = graph.voices.clone();
    for (work, many) in &graph.work {
        for whole in [work.parent, work.release].into_iter().flatten() {
            *counts.entry(whole).or_default() += many;
        }
    }
    counts
}

fn told_column(
    releases: &[(ObjectId, Option<Ts>)],
    stubs: &HashMap<ObjectId, Stub>,
    audiences: &Audiences,
) -> PictureColumn {
    let stops = releases
        .iter()
        .take(SHOWN)
        .filter_map(|(release, _)| {
            let told = audiences.get(release).map(|audience| audience.told).filter(|told| *told > 0)?;
            let stub = stubs.get(release)?.clone();
            Some(PictureStop { note: Some(format!("{told} told")), stub, count: Some(told as usize) })
        })
        .collect();
    PictureColumn { level: Level::Told, stops, more: 0 }
}

fn edges(graph: &Graph, upper: &Upper, shown: &HashMap<ObjectId, Stub>) -> Vec<Edge> {
    let mut edges = Vec::new();
    let mut add = |from: ObjectId, to: ObjectId, relation: &'static str| {
        if shown.contains_key(&from) && shown.contains_key(&to) {
            edges.push(Edge { from, to, relation });
        }
    };
    let visions = upper.all.iter().filter(|(_, kind)| *kind == Kind::Vision);
    for (vision, _) in visions {
        for objective in &upper.live {
            add(*vision, *objective, "guided_by");
        }
    }
    for (from, to, relation) in &graph.links {
        add(*to, *from, relation.as_str());
    }
    // An item that is not drawn itself leads its epic to the release.
    let starts = graph.work.keys().filter_map(|work| {
        let drawn = [work.id, work.parent].into_iter().flatten().find(|id| shown.contains_key(id));
        drawn.zip(work.release)
    });
    for (start, release) in starts.collect::<BTreeSet<_>>() {
        add(start, release, "shipped_in");
    }
    edges
}
