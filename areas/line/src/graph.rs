//! A product's line in memory, for what looks at all of it at once: coverage and the picture.

use access::{Cx, Fault};
use object::relations::UPWARDS;
use std::collections::{HashMap, HashSet};
use store::{Sql, args};
use vocabulary::*;

/// Work as the graph needs it: one item, or as many as are alike in everything that is asked here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Work {
    /// Of an epic, and of what hangs on the line by a link of its own.
    pub id: Option<ObjectId>,
    pub kind: Kind,
    pub category: Category,
    pub parent: Option<ObjectId>,
    /// What the parent of a sub-task is part of.
    above_parent: Option<ObjectId>,
    pub in_running_sprint: bool,
    pub release: Option<ObjectId>,
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
}

/// What is put away is no work, no voice and no way any more; what one may not see is no work and no voice.
pub(crate) struct Graph {
    /// Work → how many items.
    pub work: HashMap<Work, usize>,
    /// Below → above, by the links that lead upwards and by being part of something.
    pub above: HashMap<ObjectId, Vec<ObjectId>>,
    /// What feedback asks for → how many pieces of it.
    pub voices: HashMap<ObjectId, usize>,
    /// The links that lead upwards.
    pub links: Vec<(ObjectId, ObjectId, Relation)>,
}

impl Graph {
    pub(crate) fn load(cx: &Cx<'_>, product: ProductId) -> Result<Self, Fault> {
        // What is the team's counts for nobody else, though the line leads on through it.
        let seen = object::seen!(cx, product, "o");
        let mut sql = Sql::new(
            "SELECT l.from_id, l.to_id, l.relation FROM link l
             JOIN object f ON f.id = l.from_id AND f.archived_at IS NULL
             JOIN object t ON t.id = l.to_id AND t.archived_at IS NULL
             WHERE l.relation IN",
        );
        sql.push(UPWARDS).with(" AND l.product_id = ", product);
        let links: Vec<(ObjectId, ObjectId, Relation)> = cx.rows(sql.text(), sql.args())?;
        let work = load_work(cx, product, &links.iter().map(|(from, ..)| *from).collect())?;
        let mut sql = Sql::new(
            "SELECT l.to_id, count(*) FROM link l JOIN object o ON o.id = l.from_id
             WHERE l.relation = 'asks_for' AND o.archived_at IS NULL",
        );
        sql.push(seen).with(" AND l.product_id = ", product).push(" GROUP BY l.to_id");
        let voices: Vec<(ObjectId, i64)> = cx.rows(sql.text(), sql.args())?;
        let parts: Vec<(ObjectId, ObjectId)> = cx.rows(
            "SELECT u.object_id, u.parent_id FROM opportunity u JOIN object o ON o.id = u.object_id
             JOIN object p ON p.id = u.parent_id
             WHERE o.product_id = $1 AND o.archived_at IS NULL AND p.archived_at IS NULL",
            args![product],
        )?;
        let mut above: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
        let linked = links.iter().map(|(from, to, _)| (*from, *to));
        let nested = work.keys().flat_map(|w| [w.id.zip(w.parent), w.parent.zip(w.above_parent)]).flatten();
        for (below, over) in linked.chain(parts).chain(nested) {
            above.entry(below).or_default().push(over);
        }
        let voices = voices.into_iter().map(|(about, count)| (about, count as usize)).collect();
        Ok(Self { work, above, voices, links })
    }

    /// Everything from which one of `tops` is reached, the tops included.
    pub(crate) fn below(&self, tops: impl IntoIterator<Item = ObjectId>) -> HashSet<ObjectId> {
        let mut under: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
        for (from, to) in self.above.iter().flat_map(|(from, to)| to.iter().map(move |to| (*from, *to))) {
            under.entry(to).or_default().push(from);
        }
        spread(tops, |id| under.get(id))
    }

    /// Everything above some objects, themselves included.
    pub(crate) fn above(&self, starts: impl IntoIterator<Item = ObjectId>) -> HashSet<ObjectId> {
        spread(starts, |id| self.above.get(id))
    }
}

/// Reads a product's work in one walk; `linked` is what has a link of its own that leads upwards.
fn load_work(cx: &Cx<'_>, product: ProductId, linked: &HashSet<ObjectId>) -> Result<HashMap<Work, usize>, Fault> {
    let running: Vec<(ObjectId,)> =
        cx.rows("SELECT object_id FROM sprint WHERE product_id = $1 AND state = 'active'", args![product])?;
    let mut sql = Sql::new(
        "SELECT i.object_id, i.kind, i.category, i.parent_id, CASE WHEN i.kind = 'subtask' THEN
                (SELECT w.parent_id FROM item w WHERE w.object_id = i.parent_id AND NOT w.archived) END,
                i.sprint_id, i.release_id FROM item i WHERE NOT i.archived",
    );
    sql.push(object::seen!(cx, product, "i"));
    sql.with(" AND i.product_id = ", product);
    let mut work: HashMap<Work, usize> = HashMap::new();
    cx.query(sql.text(), sql.args(), |row| {
        let (id, kind, sprint): (ObjectId, Kind, Option<ObjectId>) = (row.get(0)?, row.get(1)?, row.get(5)?);
        let like = Work {
            id: Some(id).filter(|id| kind == Kind::Epic || linked.contains(id)),
            kind,
            category: row.get(2)?,
            parent: row.get(3)?,
            above_parent: row.get(4)?,
            in_running_sprint: sprint.is_some_and(|sprint| running.contains(&(sprint,))),
            release: row.get(6)?,
        };
        *work.entry(like).or_default() += 1;
        Ok(())
    })?;
    Ok(work)
}

fn spread<'g>(
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
        let mut above: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
        for (from, to) in edges {
            above.entry(*from).or_default().push(*to);
        }
        Graph { work: HashMap::new(), above, voices: HashMap::new(), links: Vec::new() }
    }

    #[test]
    fn what_reaches_an_objective_lies_below_it() {
        let [objective, initiative, epic, story, orphan] = std::array::from_fn(|_| ObjectId::new());
        let graph = graph(&[(story, epic), (epic, initiative), (initiative, objective), (orphan, epic)]);
        assert_eq!(graph.below([objective]).len(), 5);
        assert_eq!(graph.above([story]), HashSet::from([story, epic, initiative, objective]));
    }

    #[test]
    fn circles_end() {
        let [a, b] = std::array::from_fn(|_| ObjectId::new());
        assert_eq!(graph(&[(a, b), (b, a)]).below([a]).len(), 2);
    }
}
