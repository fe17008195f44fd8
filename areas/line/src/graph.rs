//! A product's line in memory, for what looks at all of it at once: coverage and the picture.

use access::{Cx, Fault};
use std::collections::{HashMap, HashSet};
use store::args;
use vocabulary::*;

/// An item as the graph needs it.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    pub id: ObjectId,
    pub kind: Kind,
    pub category: Category,
    pub parent: Option<ObjectId>,
    pub in_running_sprint: bool,
    pub release: Option<ObjectId>,
}

impl Work {
    /// Stories, bugs, tasks and spikes count; epics and sub-tasks would count twice.
    pub(crate) fn counts(&self) -> bool {
        !matches!(self.kind, Kind::Epic | Kind::Subtask)
    }
}

/// What is put away is no work and no voice any more; links lead on through it.
pub(crate) struct Graph {
    pub work: Vec<Work>,
    /// Below → above, by `serves`, `addresses`, `delivers` and by being part of something.
    pub above: HashMap<ObjectId, Vec<ObjectId>>,
    /// What feedback asks for → the feedback.
    pub asked_by: HashMap<ObjectId, Vec<ObjectId>>,
    pub links: Vec<(ObjectId, ObjectId, Relation)>,
}

impl Graph {
    pub(crate) fn load(cx: &Cx<'_>, product: ProductId) -> Result<Self, Fault> {
        let work = cx.query(
            "SELECT i.object_id, i.kind, i.category, i.parent_id, i.release_id, s.state
             FROM item i JOIN object o ON o.id = i.object_id LEFT JOIN sprint s ON s.object_id = i.sprint_id
             WHERE i.product_id = $1 AND o.archived_at IS NULL",
            args![product],
            |row| {
                Ok(Work {
                    id: row.get(0)?,
                    kind: row.get(1)?,
                    category: row.get(2)?,
                    parent: row.get(3)?,
                    release: row.get(4)?,
                    in_running_sprint: row.get::<Option<String>>(5)?.is_some_and(|state| state == "active"),
                })
            },
        )?;
        let links: Vec<(ObjectId, ObjectId, Relation)> = cx.rows(
            "SELECT l.from_id, l.to_id, l.relation FROM link l JOIN object f ON f.id = l.from_id
             WHERE l.product_id = $1 AND (l.relation IN ('serves', 'addresses', 'delivers')
                   OR (l.relation = 'asks_for' AND f.archived_at IS NULL))",
            args![product],
        )?;
        let parts: Vec<(ObjectId, ObjectId)> = cx.rows(
            "SELECT u.object_id, u.parent_id FROM opportunity u JOIN object o ON o.id = u.object_id
             WHERE o.product_id = $1 AND u.parent_id IS NOT NULL",
            args![product],
        )?;
        let mut above: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
        let mut asked_by: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
        for (from, to, relation) in &links {
            if *relation == Relation::AsksFor {
                asked_by.entry(*to).or_default().push(*from);
            } else {
                above.entry(*from).or_default().push(*to);
            }
        }
        for (part, whole) in parts.into_iter().chain(work.iter().filter_map(|w| Some((w.id, w.parent?)))) {
            above.entry(part).or_default().push(whole);
        }
        Ok(Self { work, above, asked_by, links })
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

    /// Who asked for what is in each release: for an item in it, for what that is part of, for the initiatives these
    /// deliver, or for the opportunities any of them address. The same way leads to who is told of a release.
    pub(crate) fn audiences(&self) -> HashMap<ObjectId, HashSet<ObjectId>> {
        let parents: HashMap<ObjectId, ObjectId> = self.work.iter().filter_map(|w| Some((w.id, w.parent?))).collect();
        let mut aims: HashMap<(Relation, ObjectId), Vec<ObjectId>> = HashMap::new();
        for (from, to, relation) in &self.links {
            aims.entry((*relation, *from)).or_default().push(*to);
        }
        let mut releases: HashMap<ObjectId, HashSet<ObjectId>> = HashMap::new();
        for work in self.work.iter().filter(|work| work.category != Category::Cancelled) {
            let Some(release) = work.release else { continue };
            let whole = std::iter::successors(Some(work.id), |id| parents.get(id).copied());
            releases.entry(release).or_default().extend(whole);
        }
        for about in releases.values_mut() {
            for relation in [Relation::Delivers, Relation::Addresses] {
                let further: Vec<ObjectId> =
                    about.iter().filter_map(|id| aims.get(&(relation, *id))).flatten().copied().collect();
                about.extend(further);
            }
            *about = about.iter().filter_map(|id| self.asked_by.get(id)).flatten().copied().collect();
        }
        releases
    }
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
        Graph { work: Vec::new(), above, asked_by: HashMap::new(), links: Vec::new() }
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
