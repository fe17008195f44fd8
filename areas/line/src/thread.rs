use crate::coverage::Reach;
use crate::graph::{Graph, spread};
use crate::marks::Marks;
use crate::picture::{Edge, Known, PictureStop, counts};
use crate::trace::{Way, downward, follow};
use access::{Cx, Fault};
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use object::{Header, Product, stubs};
use serde::Serialize;
use store::Sql;
use utoipa::ToSchema;
use vocabulary::*;

/// Everything on the thread through one object, down to single items.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineThread {
    /// From the vision down; at most 500.
    pub stops: Vec<PictureStop>,
    /// They lead from what lies nearer to the vision to what lies below.
    pub edges: Vec<Edge>,
    /// How many more there are than are shown; of a very large thread, how many more were looked at.
    pub more: usize,
}

/// What one thread shows.
const SHOWN: usize = 500;
/// Objects looked at in one statement.
const AT_ONCE: usize = 200;

/// The thread through one object of a product: all that lies above it, and all that lies below.
pub fn thread(cx: &Cx<'_>, product: &ProductName, name: &ObjectName) -> Result<LineThread, Fault> {
    let product = Product::load(cx, product)?;
    let start = Header::seen(cx, name)?;
    if start.product_id != product.id {
        return Err(Fault::not_found("object"));
    }
    let below = follow(cx, start.id, Way::Down)?.order;
    let tops = if start.kind == Kind::Feedback { asked_by(cx, start.id)? } else { vec![start.id] };
    let mut met: Vec<ObjectId> = Vec::new();
    for top in &tops {
        met.extend(follow(cx, *top, Way::Up)?.order);
    }
    met.extend(below);
    let mut seen = HashSet::new();
    met.retain(|id| seen.insert(*id));

    let stubs = stubs(cx, &met)?;
    // What is put away is no way any more; what one may not see leads on.
    let is_way =
        |id: &ObjectId| seen.contains(id) && (*id == start.id || stubs.get(id).is_none_or(|stub| !stub.archived));
    let mut edges: Vec<(ObjectId, ObjectId, String)> = Vec::new();
    for some in met.chunks(AT_ONCE) {
        let sql = downward(some);
        let rows: Vec<(ObjectId, ObjectId, String)> = cx.rows(sql.text(), sql.args())?;
        edges.extend(rows.into_iter().filter(|(from, to, _)| is_way(from) && is_way(to)));
    }
    let on = on_thread(&edges, start.id, &tops);
    let mut shown: Vec<ObjectId> = met.iter().copied().filter(|id| on.contains(id) && stubs.contains_key(id)).collect();
    shown.sort_by_key(|id| stubs.get(id).map(|stub| depth(stub.kind)));
    let more = shown.len().saturating_sub(SHOWN);
    shown.truncate(SHOWN);

    let graph = Graph::load(cx, product.id)?;
    let known = Known {
        counts: counts(&graph),
        marks: Marks::load(cx, &product, &graph)?,
        starved: Reach::of(&graph).starved.into_iter().collect(),
        orphans: orphans(cx, &shown)?,
    };
    let drawn: HashSet<ObjectId> = shown.iter().copied().collect();
    edges.retain(|(from, to, _)| drawn.contains(from) && drawn.contains(to));
    let stops = shown.iter().filter_map(|id| Some(known.stop(stubs.get(id)?))).collect();
    let edges = edges.into_iter().map(|(from, to, relation)| Edge { from, to, relation }).collect();
    Ok(LineThread { stops, edges, more })
}

fn asked_by(cx: &Cx<'_>, feedback: ObjectId) -> Result<Vec<ObjectId>, Fault> {
    let mut sql = Sql::new("SELECT to_id FROM link WHERE relation = 'asks_for'");
    sql.with(" AND from_id = ", feedback).with(" ORDER BY created_at, id LIMIT ", AT_ONCE);
    let rows: Vec<(ObjectId,)> = cx.rows(sql.text(), sql.args())?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Who said it is no reason for it.
fn is_voice(relation: &str) -> bool {
    matches!(relation, "asks_for" | "said_by")
}

fn on_thread(edges: &[(ObjectId, ObjectId, String)], start: ObjectId, tops: &[ObjectId]) -> HashSet<ObjectId> {
    let (mut under, mut over): (HashMap<_, Vec<_>>, HashMap<_, Vec<_>>) = (HashMap::new(), HashMap::new());
    for (from, to, relation) in edges {
        under.entry(*from).or_default().push(*to);
        if !is_voice(relation) {
            over.entry(*to).or_default().push(*from);
        }
    }
    let mut on = spread([start], |id| under.get(id));
    let tops = tops.iter().copied().filter(|top| on.contains(top)).collect::<Vec<_>>();
    on.extend(spread(tops, |id| over.get(id)));
    on
}

/// How far down the line a kind lies.
fn depth(kind: Kind) -> usize {
    match kind {
        Kind::Customer => 0,
        Kind::Feedback => 1,
        Kind::Vision => 2,
        Kind::Objective => 3,
        Kind::Opportunity => 4,
        Kind::Initiative => 5,
        Kind::Epic => 6,
        Kind::Story | Kind::Bug | Kind::Task | Kind::Spike => 7,
        Kind::Subtask => 8,
        Kind::Sprint => 9,
        _ => 10,
    }
}

fn orphans(cx: &Cx<'_>, some: &[ObjectId]) -> Result<HashSet<ObjectId>, Fault> {
    let mut sql =
        Sql::new("SELECT object_id, kind, exempt FROM item WHERE open = TRUE AND why = FALSE AND object_id IN");
    sql.within("", some.iter().copied());
    let rows: Vec<(ObjectId, Kind, Option<ExemptClass>)> = cx.rows(sql.text(), sql.args())?;
    let without = rows.into_iter().filter(|(_, kind, stored)| ExemptClass::of(*kind, *stored).is_none());
    Ok(without.map(|(id, ..)| id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_leaves_siblings_and_goes_up_from_what_is_asked_for() {
        let [voice, asked, objective, sibling, below] = std::array::from_fn(|_| ObjectId::new());
        let edge = |from, to, relation: &str| (from, to, relation.to_owned());
        let edges = [
            edge(voice, asked, "asks_for"),
            edge(objective, asked, "serves"),
            edge(objective, sibling, "serves"),
            edge(asked, below, "addresses"),
        ];
        assert_eq!(on_thread(&edges, voice, &[asked]), HashSet::from_iter([voice, asked, objective, below]));
        assert_eq!(on_thread(&edges, asked, &[asked]), HashSet::from_iter([asked, objective, below]));
    }

    #[test]
    fn what_is_put_away_has_no_way_up() {
        let [voice, gone, objective] = std::array::from_fn(|_| ObjectId::new());
        let edges = [(objective, gone, "serves".to_owned())];
        assert_eq!(on_thread(&edges, voice, &[gone]), HashSet::from_iter([voice]));
    }
}
