use crate::graph::{Graph, Work};
use access::{Cx, Fault};
use object::{Product, Stub, stubs};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use store::args;
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
    /// Open work that reaches no objective.
    pub orphans: usize,
    pub initiatives_without_work: usize,
    pub objectives_without_work: usize,
    /// Feedback whose release shipped and who was not told.
    pub shipped_not_told: usize,
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
    let told = tellings(cx, product.id)?;
    let releases = shipped_releases(cx, product.id)?;
    let coverage = coverage(&graph, &upper, &releases, &told);

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
    let counts = counts(&graph, &told);
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
    shown.push(told_column(&releases, &stubs, &told));
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
        let stored: Vec<(ObjectId, Kind, Option<String>)> = cx.rows(
            "SELECT o.id, o.kind, j.status FROM object o LEFT JOIN objective j ON j.object_id = o.id
             WHERE o.product_id = $1 AND o.archived_at IS NULL
               AND o.kind IN ('vision', 'objective', 'opportunity', 'initiative')
             ORDER BY o.number",
            args![product],
        )?;
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
fn shipped_releases(cx: &Cx<'_>, product: ProductId) -> Result<Vec<(ObjectId, Option<Ts>)>, Fault> {
    Ok(cx.rows(
        "SELECT r.object_id, r.shipped_at FROM release r JOIN object o ON o.id = r.object_id
         WHERE r.product_id = $1 AND o.archived_at IS NULL ORDER BY o.number DESC LIMIT 1000",
        args![product],
    )?)
}

fn tellings(cx: &Cx<'_>, product: ProductId) -> Result<HashMap<ObjectId, HashSet<ObjectId>>, Fault> {
    let mut told: HashMap<ObjectId, HashSet<ObjectId>> = HashMap::new();
    for (release, feedback) in cx.rows::<(ObjectId, ObjectId)>(
        "SELECT t.release_id, t.feedback_id FROM telling t JOIN release r ON r.object_id = t.release_id
         WHERE r.product_id = $1",
        args![product],
    )? {
        told.entry(release).or_default().insert(feedback);
    }
    Ok(told)
}

fn coverage(
    graph: &Graph,
    upper: &Upper,
    releases: &[(ObjectId, Option<Ts>)],
    told: &HashMap<ObjectId, HashSet<ObjectId>>,
) -> Coverage {
    let reach = graph.below(upper.live.iter().copied());
    let share = |wanted: &dyn Fn(&Work) -> bool| {
        let mut share = Share::default();
        for work in graph.work.iter().filter(|w| w.counts() && wanted(w)) {
            share.total += 1;
            share.reached += usize::from(reach.contains(&work.id));
        }
        share
    };
    let open = share(&|w| w.category.is_open());
    let wanted: HashSet<ObjectId> =
        graph.work.iter().filter(|w| w.category != Category::Cancelled).map(|w| w.id).collect();
    let delivered: HashSet<ObjectId> = graph
        .links
        .iter()
        .filter(|(from, _, relation)| *relation == Relation::Delivers && wanted.contains(from))
        .map(|(_, to, _)| *to)
        .collect();
    let worked_for = graph.above(wanted.iter().copied());
    let audiences = graph.audiences();
    Coverage {
        orphans: open.total - open.reached,
        open,
        sprint: share(&|w| w.in_running_sprint && w.category != Category::Cancelled),
        delivered: share(&|w| w.category == Category::Done),
        initiatives_without_work: upper
            .all
            .iter()
            .filter(|(id, kind)| *kind == Kind::Initiative && !delivered.contains(id))
            .count(),
        objectives_without_work: upper.active.iter().filter(|id| !worked_for.contains(id)).count(),
        shipped_not_told: releases
            .iter()
            .filter(|(_, shipped)| shipped.is_some())
            .filter_map(|(release, _)| Some((audiences.get(release)?, told.get(release))))
            .map(|(asked, told)| asked.iter().filter(|id| told.is_none_or(|told| !told.contains(id))).count())
            .sum(),
    }
}

/// Epics, and items that hang on the line by themselves.
fn work_to_show(graph: &Graph) -> Vec<ObjectId> {
    let linked: HashSet<ObjectId> =
        graph.links.iter().filter(|(_, _, r)| *r != Relation::AsksFor).map(|(from, _, _)| *from).collect();
    let mut shown: Vec<&Work> = graph
        .work
        .iter()
        .filter(|w| w.category != Category::Cancelled && (w.kind == Kind::Epic || linked.contains(&w.id)))
        .collect();
    shown.sort_by_key(|w| (!linked.contains(&w.id), w.category == Category::Done, w.id));
    shown.into_iter().map(|w| w.id).collect()
}

fn counts(graph: &Graph, told: &HashMap<ObjectId, HashSet<ObjectId>>) -> HashMap<ObjectId, usize> {
    let mut counts: HashMap<ObjectId, usize> = HashMap::new();
    for work in &graph.work {
        for whole in [work.parent, work.release].into_iter().flatten() {
            *counts.entry(whole).or_default() += 1;
        }
    }
    for (about, voices) in &graph.asked_by {
        counts.entry(*about).or_insert(voices.len());
    }
    for (release, people) in told {
        counts.entry(*release).or_insert(people.len());
    }
    counts
}

fn told_column(
    releases: &[(ObjectId, Option<Ts>)],
    stubs: &HashMap<ObjectId, Stub>,
    told: &HashMap<ObjectId, HashSet<ObjectId>>,
) -> PictureColumn {
    let stops = releases
        .iter()
        .take(SHOWN)
        .filter_map(|(release, _)| {
            let people = told.get(release)?.len();
            let stub = stubs.get(release)?.clone();
            Some(PictureStop { note: Some(format!("{people} told")), stub, count: Some(people) })
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
        if *relation != Relation::AsksFor {
            add(*to, *from, relation.as_str());
        }
    }
    let mut shipped: HashSet<(ObjectId, ObjectId)> = HashSet::new();
    for work in &graph.work {
        let Some(release) = work.release else { continue };
        // An item that is not drawn itself leads its epic to the release.
        for start in [Some(work.id), work.parent].into_iter().flatten() {
            if shown.contains_key(&start) && shipped.insert((start, release)) {
                add(start, release, "shipped_in");
                break;
            }
        }
    }
    edges
}
