use crate::graph::spread;
use access::{Cx, Fault};
use object::Product;
use object::relations::UPWARDS;
use roadmap::Period;
use std::collections::{HashMap, HashSet};
use store::Sql;
use vocabulary::*;

/// What of a product's plan the rules look at, as far as the reader may see it. What is put away is no part of it.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// The first and the last day of each planned or running sprint.
    pub sprints: HashMap<ObjectId, (Date, Date)>,
    /// The objectives such a sprint serves.
    pub goals: Vec<(ObjectId, ObjectId)>,
    /// What is in such a sprint, finished or not.
    pub in_sprints: Vec<SprintItem>,
    /// What is open in a sprint, and open items that block it, each with the sprint it is in or what it is part of is in.
    pub blocked: Vec<Blocked>,
    pub releases: HashMap<ObjectId, Delivery>,
    /// What is open and part of something in a release that has not shipped.
    pub parts: Vec<Part>,
    /// Open items in releases that shipped: the release and the item.
    pub left_open: Vec<(ObjectId, ObjectId)>,
    pub initiatives: HashMap<ObjectId, Window>,
    /// Objectives, and whether they are dropped.
    pub objectives: HashMap<ObjectId, bool>,
    /// The vision, and others if there are any, the oldest first.
    pub visions: Vec<ObjectId>,
    /// What is promised, by promises that are open.
    pub promises: Vec<Promised>,
    /// What is to be done by a day and is less than 85 % likely to be: the day by which it is that likely, if there is one
    /// within ten years.
    pub late: HashMap<ObjectId, Option<Date>>,
}

#[derive(Debug)]
pub(crate) struct SprintItem {
    pub id: ObjectId,
    pub open: bool,
    pub sprint: ObjectId,
    pub release: Option<ObjectId>,
    /// What it is part of, and the sprint that is in.
    pub whole: Option<ObjectId>,
    pub whole_sprint: Option<ObjectId>,
    /// The initiatives it delivers, and the objectives it reaches, by itself or by what it is part of.
    pub initiatives: Vec<ObjectId>,
    pub objectives: Vec<ObjectId>,
}

#[derive(Debug)]
pub(crate) struct Blocked {
    pub item: ObjectId,
    pub sprint: ObjectId,
    pub by: ObjectId,
    pub by_sprint: Option<ObjectId>,
}

#[derive(Debug)]
pub(crate) struct Delivery {
    pub planned: Option<Date>,
    pub shipped: Option<Date>,
}

#[derive(Debug)]
pub(crate) struct Part {
    pub item: ObjectId,
    pub sprint: Option<ObjectId>,
    pub release: Option<ObjectId>,
    pub whole: ObjectId,
    pub whole_release: ObjectId,
}

/// The days between which an initiative is to be delivered, as far as they are said.
#[derive(Debug)]
pub(crate) struct Window {
    pub first: Option<Date>,
    pub last: Option<Date>,
}

#[derive(Debug)]
pub(crate) struct Promised {
    pub promise: ObjectId,
    /// The last day by which it is promised.
    pub due: Date,
    pub thing: ObjectId,
    /// Where it is an item.
    pub sprint: Option<ObjectId>,
    pub release: Option<ObjectId>,
}

impl Plan {
    pub(crate) fn load(cx: &Cx<'_>, product: &Product) -> Result<Self, Fault> {
        let mut plan = Self {
            sprints: sprints(cx, product.id)?,
            releases: releases(cx, product.id)?,
            initiatives: initiatives(cx, product.id)?,
            objectives: objectives(cx, product.id)?,
            visions: visions(cx, product.id)?,
            promises: promises(cx, product.id)?,
            blocked: blocked(cx, product.id)?,
            parts: parts(cx, product.id)?,
            left_open: left_open(cx, product.id)?,
            ..Self::default()
        };
        plan.load_sprint_items(cx, product.id)?;
        plan.late = forecast::late(cx, product, &plan.due())?;
        Ok(plan)
    }

    /// By when each thing is to be done at the earliest.
    fn due(&self) -> HashMap<ObjectId, Date> {
        let ends = self.initiatives.iter().filter_map(|(id, window)| Some((*id, window.last?)));
        let promised = self.promises.iter().map(|promised| (promised.thing, promised.due));
        let mut due: HashMap<ObjectId, Date> = HashMap::new();
        for (id, day) in ends.chain(promised) {
            due.entry(id).and_modify(|earliest| *earliest = day.min(*earliest)).or_insert(day);
        }
        due
    }

    /// By when an item is to be delivered: its sprint is over and its release is out.
    pub fn planned(&self, sprint: Option<ObjectId>, release: Option<ObjectId>) -> Option<Date> {
        let ends = sprint.and_then(|id| self.sprints.get(&id)).map(|(_, ends)| *ends);
        ends.max(release.and_then(|id| self.planned_release(id)))
    }

    /// The day for which a release is planned that has not shipped.
    pub fn planned_release(&self, id: ObjectId) -> Option<Date> {
        self.releases.get(&id).filter(|release| release.shipped.is_none())?.planned
    }

    fn load_sprint_items(&mut self, cx: &Cx<'_>, product: ProductId) -> Result<(), Fault> {
        type Stored =
            (ObjectId, bool, ObjectId, Option<ObjectId>, Option<ObjectId>, Option<ObjectId>, Option<ObjectId>);
        let mut sql = Sql::new(
            "SELECT i.object_id, i.open, i.sprint_id, i.release_id, p.object_id, p.sprint_id, g.object_id
             FROM sprint s JOIN item i ON i.sprint_id = s.object_id
             LEFT JOIN item p ON p.object_id = i.parent_id AND NOT p.archived
             LEFT JOIN item g ON g.object_id = p.parent_id AND NOT g.archived
             WHERE s.state IN ('planned', 'active') AND i.category <> 'cancelled' AND NOT i.archived",
        );
        sql.push(object::seen!(cx, product, "i")).with(" AND s.product_id = ", product).push(" ORDER BY i.object_id");
        let items: Vec<Stored> = cx.rows(sql.text(), sql.args())?;
        let wholes = items.iter().flat_map(|row| [Some(row.0), row.4, row.6]).flatten();
        let above = above(cx, product, wholes.chain(self.sprints.keys().copied()).collect())?;
        let goals = |sprint: ObjectId| above.get(&sprint).into_iter().flatten().map(move |goal| (sprint, *goal));
        self.goals =
            self.sprints.keys().copied().flat_map(goals).filter(|(_, id)| self.objectives.contains_key(id)).collect();
        let made = items.into_iter().map(|(id, open, sprint, release, whole, whole_sprint, top)| {
            let wholes = [Some(id), whole, top].into_iter().flatten();
            let direct: HashSet<ObjectId> = wholes.clone().filter_map(|id| above.get(&id)).flatten().copied().collect();
            let initiatives = direct.into_iter().filter(|id| self.initiatives.contains_key(id)).collect();
            let reached = spread(wholes, |id| above.get(id));
            let objectives = reached.into_iter().filter(|id| self.objectives.contains_key(id)).collect();
            SprintItem { id, open, sprint, release, whole, whole_sprint, initiatives, objectives }
        });
        self.in_sprints = made.collect();
        Ok(())
    }
}

/// What lies above some things by the links that lead upwards, step by step up to the objectives.
fn above(
    cx: &Cx<'_>,
    product: ProductId,
    starts: HashSet<ObjectId>,
) -> Result<HashMap<ObjectId, Vec<ObjectId>>, Fault> {
    let mut above: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
    let mut next: Vec<ObjectId> = starts.iter().copied().collect();
    let mut met = starts;
    while !next.is_empty() {
        let mut reached = Vec::new();
        for some in next.chunks(500) {
            let mut sql = Sql::new(
                "SELECT l.from_id, l.to_id FROM link l JOIN object t ON t.id = l.to_id
                 WHERE t.archived_at IS NULL AND l.relation IN",
            );
            sql.push(UPWARDS).push(object::seen!(cx, product, "t"));
            sql.within(" AND l.from_id IN", some.iter().copied()).push(
                " UNION ALL SELECT u.object_id, u.parent_id FROM opportunity u JOIN object t ON t.id = u.parent_id
                  WHERE t.archived_at IS NULL",
            );
            sql.push(object::seen!(cx, product, "t")).within(" AND u.object_id IN", some.iter().copied());
            for (from, to) in cx.rows::<(ObjectId, ObjectId)>(sql.text(), sql.args())? {
                above.entry(from).or_default().push(to);
                if met.insert(to) {
                    reached.push(to);
                }
            }
        }
        next = reached;
    }
    Ok(above)
}

fn sprints(cx: &Cx<'_>, product: ProductId) -> Result<HashMap<ObjectId, (Date, Date)>, Fault> {
    let mut sql = Sql::new(
        "SELECT s.object_id, s.starts, s.ends FROM sprint s JOIN object o ON o.id = s.object_id
         WHERE s.state IN ('planned', 'active') AND o.archived_at IS NULL",
    );
    sql.push(object::seen!(cx, product, "o")).with(" AND s.product_id = ", product);
    let rows: Vec<(ObjectId, Date, Date)> = cx.rows(sql.text(), sql.args())?;
    Ok(rows.into_iter().map(|(id, starts, ends)| (id, (starts, ends))).collect())
}

fn releases(cx: &Cx<'_>, product: ProductId) -> Result<HashMap<ObjectId, Delivery>, Fault> {
    let mut sql = Sql::new(
        "SELECT r.object_id, r.planned_on, r.shipped_at FROM release r JOIN object o ON o.id = r.object_id
         WHERE o.archived_at IS NULL",
    );
    sql.push(object::seen!(cx, product, "o")).with(" AND r.product_id = ", product);
    let rows: Vec<(ObjectId, Option<Date>, Option<Ts>)> = cx.rows(sql.text(), sql.args())?;
    let delivery =
        |(id, planned, shipped): (_, _, Option<Ts>)| (id, Delivery { planned, shipped: shipped.map(Ts::date) });
    Ok(rows.into_iter().map(delivery).collect())
}

/// Initiatives that have a window, be it open at one side.
fn initiatives(cx: &Cx<'_>, product: ProductId) -> Result<HashMap<ObjectId, Window>, Fault> {
    let mut sql = Sql::new(
        "SELECT n.object_id, n.starts, n.ends FROM initiative n JOIN object o ON o.id = n.object_id
         WHERE (n.starts IS NOT NULL OR n.ends IS NOT NULL) AND o.archived_at IS NULL",
    );
    sql.push(object::seen!(cx, product, "o")).with(" AND n.product_id = ", product);
    let rows: Vec<(ObjectId, Option<String>, Option<String>)> = cx.rows(sql.text(), sql.args())?;
    let window = |(id, starts, ends)| {
        (id, Window { first: days(starts).map(|days| days.0), last: days(ends).map(|days| days.1) })
    };
    Ok(rows.into_iter().map(window).collect())
}

fn objectives(cx: &Cx<'_>, product: ProductId) -> Result<HashMap<ObjectId, bool>, Fault> {
    let mut sql = Sql::new(
        "SELECT o.id, j.status = 'dropped' FROM object o JOIN objective j ON j.object_id = o.id
         WHERE o.kind = 'objective' AND o.archived_at IS NULL",
    );
    sql.push(object::seen!(cx, product, "o")).with(" AND o.product_id = ", product);
    let rows: Vec<(ObjectId, bool)> = cx.rows(sql.text(), sql.args())?;
    Ok(rows.into_iter().collect())
}

fn visions(cx: &Cx<'_>, product: ProductId) -> Result<Vec<ObjectId>, Fault> {
    let mut sql = Sql::new("SELECT o.id FROM object o WHERE o.kind = 'vision' AND o.archived_at IS NULL");
    sql.push(object::seen!(cx, product, "o")).with(" AND o.product_id = ", product);
    sql.push(" ORDER BY o.number LIMIT 20");
    let rows: Vec<(ObjectId,)> = cx.rows(sql.text(), sql.args())?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

fn promises(cx: &Cx<'_>, product: ProductId) -> Result<Vec<Promised>, Fault> {
    let mut sql = Sql::new(
        "SELECT p.object_id, p.due, l.to_id, i.sprint_id, i.release_id
         FROM promise p JOIN object o ON o.id = p.object_id
         JOIN link l ON l.from_id = p.object_id AND l.relation = 'promises'
         JOIN object t ON t.id = l.to_id LEFT JOIN item i ON i.object_id = l.to_id
         LEFT JOIN release r ON r.object_id = l.to_id
         WHERE p.state = 'open' AND o.archived_at IS NULL AND t.archived_at IS NULL
           AND (i.object_id IS NULL OR i.open = TRUE) AND r.shipped_at IS NULL",
    );
    sql.push(object::seen!(cx, product, "o")).push(object::seen!(cx, product, "t"));
    sql.with(" AND p.product_id = ", product);
    let rows: Vec<(ObjectId, String, ObjectId, Option<ObjectId>, Option<ObjectId>)> =
        cx.rows(sql.text(), sql.args())?;
    let promised = |(promise, due, thing, sprint, release)| {
        Some(Promised { promise, due: days(Some(due))?.1, thing, sprint, release })
    };
    Ok(rows.into_iter().filter_map(promised).collect())
}

/// A sub-task is in the sprint of what it is part of. Epics are in no sprint and so are never late for one.
fn blocked(cx: &Cx<'_>, product: ProductId) -> Result<Vec<Blocked>, Fault> {
    let mut sql = Sql::new(
        "SELECT i.object_id, s.object_id, b.object_id, COALESCE(b.sprint_id, p.sprint_id)
         FROM link l JOIN item i ON i.object_id = l.to_id LEFT JOIN item w ON w.object_id = i.parent_id
         JOIN sprint s ON s.object_id = COALESCE(i.sprint_id, w.sprint_id)
         JOIN item b ON b.object_id = l.from_id LEFT JOIN item p ON p.object_id = b.parent_id
         WHERE l.relation = 'blocks' AND s.state IN ('planned', 'active')
           AND i.open = TRUE AND b.open = TRUE AND b.kind <> 'epic'",
    );
    sql.push(object::seen!(cx, product, "i")).push(object::seen!(cx, product, "b"));
    sql.with(" AND l.product_id = ", product);
    let rows: Vec<(ObjectId, ObjectId, ObjectId, Option<ObjectId>)> = cx.rows(sql.text(), sql.args())?;
    Ok(rows.into_iter().map(|(item, sprint, by, by_sprint)| Blocked { item, sprint, by, by_sprint }).collect())
}

fn parts(cx: &Cx<'_>, product: ProductId) -> Result<Vec<Part>, Fault> {
    let mut sql = Sql::new(
        "SELECT i.object_id, i.sprint_id, i.release_id, p.object_id, p.release_id
         FROM release r JOIN item p ON p.release_id = r.object_id JOIN item i ON i.parent_id = p.object_id
         WHERE r.shipped_at IS NULL AND r.planned_on IS NOT NULL AND NOT p.archived
           AND i.open = TRUE AND (i.sprint_id IS NOT NULL OR i.release_id IS NOT NULL)",
    );
    sql.push(object::seen!(cx, product, "i")).with(" AND r.product_id = ", product);
    let rows: Vec<(ObjectId, Option<ObjectId>, Option<ObjectId>, ObjectId, ObjectId)> =
        cx.rows(sql.text(), sql.args())?;
    let part = |(item, sprint, release, whole, whole_release)| Part { item, sprint, release, whole, whole_release };
    Ok(rows.into_iter().map(part).collect())
}

fn left_open(cx: &Cx<'_>, product: ProductId) -> Result<Vec<(ObjectId, ObjectId)>, Fault> {
    let mut sql = Sql::new(
        "SELECT r.object_id, i.object_id FROM release r JOIN item i ON i.release_id = r.object_id
         WHERE r.shipped_at IS NOT NULL AND i.open = TRUE",
    );
    sql.push(object::seen!(cx, product, "i")).with(" AND r.product_id = ", product);
    Ok(cx.rows(sql.text(), sql.args())?)
}

/// The first and the last day of a stored period.
fn days(stored: Option<String>) -> Option<(Date, Date)> {
    Period::try_from(stored?).ok()?.days()
}
