use crate::coverage::{Coverage, Reach, Told, in_numbers, told};
use crate::graph::Graph;
use crate::marks::Marks;
use access::{Cx, Fault};
use foldhash::HashSet;
use object::{Header, Product, Stub, stubs};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
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

/// One thing in the picture, with what is to be known of it there.
#[derive(Debug, Serialize, ToSchema)]
pub struct PictureStop {
    #[serde(flatten)]
    pub stub: Stub,
    pub note: Option<String>,
    /// Items of an epic or a release, voices for what feedback asks for, people told of a release.
    pub count: Option<usize>,
    /// Flags of drift on it that nobody has looked at.
    pub drift: usize,
    /// Contradictions it stands in that nobody has accepted.
    pub contradictions: usize,
    /// An active objective with nothing in flight.
    pub starved: bool,
    /// Open work that has no why and is not exempt.
    pub orphan: bool,
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
    pub relation: String,
}

/// The product's line from vision to who was told. Edges lead from what lies nearer to the vision to what lies below.
#[derive(Debug, Serialize, ToSchema)]
pub struct Picture {
    pub columns: Vec<PictureColumn>,
    pub edges: Vec<Edge>,
    /// Of the whole product, whatever is shown.
    pub coverage: Coverage,
}

/// What the picture is narrowed to: what lies on threads through all of these.
#[derive(Debug, Default)]
pub struct Focus {
    pub objective: Option<ObjectName>,
    /// Through what advances it.
    pub theme: Option<ObjectName>,
    /// Through what feedback of its customers asks for.
    pub segment: Option<Label>,
    pub release: Option<ObjectName>,
}

/// What one column shows; the rest is counted.
const SHOWN: usize = 200;

/// A product's line, or what of it lies in the focus.
pub fn picture(cx: &Cx<'_>, name: &ProductName, focus: &Focus) -> Result<Picture, Fault> {
    let product = Product::load(cx, name)?;
    let graph = Graph::load(cx, product.id)?;
    let reach = Reach::of(&graph);
    let told = told(cx, product.id)?;
    let marks = Marks::load(cx, &product, &graph)?;
    let coverage = in_numbers(&graph, &reach, &marks, &told);
    let kept = focus.keeps(cx, product.id, &graph)?;
    let column = |ids: &mut dyn Iterator<Item = ObjectId>| -> (Vec<ObjectId>, usize) {
        let mut ids: Vec<ObjectId> = ids.filter(|id| kept.as_ref().is_none_or(|kept| kept.contains(id))).collect();
        let more = ids.len().saturating_sub(SHOWN);
        ids.truncate(SHOWN);
        (ids, more)
    };
    let of = |kind| column(&mut graph.upper.of(kind));
    let columns = [
        (Level::Vision, of(Kind::Vision)),
        (Level::Objectives, of(Kind::Objective)),
        (Level::Opportunities, of(Kind::Opportunity)),
        (Level::Initiatives, of(Kind::Initiative)),
        (Level::Work, column(&mut work_to_show(&graph).into_iter())),
        (Level::Releases, column(&mut graph.upper.of(Kind::Release).rev())),
    ];
    let all: Vec<ObjectId> = columns.iter().flat_map(|(_, (ids, _))| ids.iter().copied()).collect();
    let stubs = stubs(cx, &all)?;
    let orphans = graph.works().filter(|work| work.is_orphan()).filter_map(|work| work.id).collect();
    let known = Known { counts: counts(&graph), marks, starved: reach.starved.into_iter().collect(), orphans };
    let told = told_column(&columns[5].1.0, &stubs, &told);
    let shown = |(level, (ids, more)): (Level, (Vec<ObjectId>, usize))| {
        let stops = ids.iter().filter_map(|id| Some(known.stop(stubs.get(id)?))).collect();
        PictureColumn { level, stops, more }
    };
    let columns = columns.into_iter().map(shown).chain([told]).collect();
    Ok(Picture { columns, edges: edges(&graph, &stubs), coverage })
}

impl Focus {
    /// What stays in the picture; everything where it is not narrowed.
    fn keeps(&self, cx: &Cx<'_>, product: ProductId, graph: &Graph) -> Result<Option<HashSet<ObjectId>>, Fault> {
        let mut through: Vec<Vec<ObjectId>> = Vec::new();
        if let Some(name) = &self.objective {
            through.push(vec![named(cx, product, name, Kind::Objective)?]);
        }
        if let Some(name) = &self.theme {
            let theme = named(cx, product, name, Kind::Theme)?;
            through.push(graph.advances.iter().filter(|(_, to)| *to == theme).map(|(from, _)| *from).collect());
        }
        if let Some(segment) = &self.segment {
            let said = said_in(cx, product, segment)?;
            through.push(graph.asks.iter().filter(|(from, _)| said.contains(from)).map(|(_, about)| *about).collect());
        }
        if let Some(name) = &self.release {
            through.push(vec![named(cx, product, name, Kind::Release)?]);
        }
        let threads = through.iter().map(|some| graph.through(some));
        Ok(threads.reduce(|mut kept, thread| {
            kept.retain(|id| thread.contains(id));
            kept
        }))
    }
}

fn named(cx: &Cx<'_>, product: ProductId, name: &ObjectName, kind: Kind) -> Result<ObjectId, Fault> {
    let missing = || Fault::invalid(kind.noun(), format!("There is no such {} in this product.", kind.noun()));
    let header = Header::seen_kind(cx, name, kind).map_err(|fault| fault.or_missing(missing()))?;
    if header.product_id == product { Ok(header.id) } else { Err(missing()) }
}

/// What customers of a segment said. Whom one may not see is in no segment.
fn said_in(cx: &Cx<'_>, product: ProductId, segment: &Label) -> Result<HashSet<ObjectId>, Fault> {
    let mut sql = Sql::new(
        "SELECT f.object_id FROM customer c JOIN feedback f ON f.customer_id = c.object_id
         JOIN object k ON k.id = c.object_id WHERE TRUE",
    );
    sql.push(object::seen!(cx, product, "k")).with(" AND c.segment = ", segment).with(" AND f.product_id = ", product);
    let rows: Vec<(ObjectId,)> = cx.rows(sql.text(), sql.args())?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// What stops show beside their stubs.
pub(crate) struct Known {
    pub counts: HashMap<ObjectId, usize>,
    pub marks: Marks,
    pub starved: HashSet<ObjectId>,
    pub orphans: HashSet<ObjectId>,
}

impl Known {
    pub(crate) fn stop(&self, stub: &Stub) -> PictureStop {
        PictureStop {
            note: None,
            count: self.counts.get(&stub.id).copied(),
            drift: self.marks.drift(stub.id),
            contradictions: self.marks.contradictions(stub.id),
            starved: self.starved.contains(&stub.id),
            orphan: self.orphans.contains(&stub.id),
            stub: stub.clone(),
        }
    }
}

/// Epics, and items that have a link of their own or that feedback asks for; what hangs on the line comes first.
fn work_to_show(graph: &Graph) -> Vec<ObjectId> {
    let hung = graph.hung();
    let work = graph.works().filter(|w| w.category != Category::Cancelled);
    let mut shown: Vec<_> =
        work.filter_map(|w| w.id.map(|id| (!hung.contains(&id), w.category == Category::Done, id))).collect();
    shown.sort_unstable();
    shown.into_iter().map(|(_, _, id)| id).collect()
}

pub(crate) fn counts(graph: &Graph) -> HashMap<ObjectId, usize> {
    let mut counts: HashMap<ObjectId, usize> = HashMap::new();
    for (_, about) in &graph.asks {
        *counts.entry(*about).or_default() += 1;
    }
    for (work, many) in &graph.work {
        for whole in [work.parent, work.release].into_iter().flatten() {
            *counts.entry(whole).or_default() += many;
        }
    }
    counts
}

fn told_column(releases: &[ObjectId], stubs: &HashMap<ObjectId, Stub>, told: &Told) -> PictureColumn {
    let stop = |release: &ObjectId| {
        let told = told.get(release)?.len();
        let (stub, note, count) = (stubs.get(release)?.clone(), Some(format!("{told} told")), Some(told));
        Some(PictureStop { stub, note, count, drift: 0, contradictions: 0, starved: false, orphan: false })
    };
    PictureColumn { level: Level::Told, stops: releases.iter().filter_map(stop).collect(), more: 0 }
}

fn edges(graph: &Graph, shown: &HashMap<ObjectId, Stub>) -> Vec<Edge> {
    let mut edges = Vec::new();
    let mut add = |from: ObjectId, to: ObjectId, relation: &str| {
        if shown.contains_key(&from) && shown.contains_key(&to) {
            edges.push(Edge { from, to, relation: relation.to_owned() });
        }
    };
    for vision in graph.upper.of(Kind::Vision) {
        for objective in &graph.upper.live {
            add(vision, *objective, "guided_by");
        }
    }
    for (from, to, relation) in &graph.links {
        add(*to, *from, relation.as_str());
    }
    // An item that is not drawn itself leads its epic to the release.
    let starts = graph.works().filter(|work| work.category != Category::Cancelled).filter_map(|work| {
        let drawn = [work.id, work.parent].into_iter().flatten().find(|id| shown.contains_key(id));
        drawn.zip(work.release)
    });
    for (start, release) in starts.collect::<BTreeSet<_>>() {
        add(start, release, "shipped_in");
    }
    edges
}
