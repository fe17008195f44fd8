use access::{Cx, Fault};
use foldhash::{HashMap, HashMapExt};
use object::Product;
use roadmap::Period;
use std::collections::HashSet;
use store::{Sql, args};
use vocabulary::*;

/// Something that is done when the last of its items is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ahead {
    pub id: ObjectId,
    /// Items of it that are still to be done.
    pub items: u32,
    /// Items to be done up to the last of them, in the order of the backlog, itself included.
    pub place: u32,
}

/// What is still to be done, in the order in which it will be.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    /// Stories, bugs, tasks and spikes that are open.
    pub open: u32,
    /// What has open items of the epics, initiatives, releases and open promises, and items that are promised by themselves;
    /// what is done first comes first.
    pub things: Vec<Ahead>,
}

/// `without` is what is left out, with all its items.
pub(crate) fn queue(cx: &Cx<'_>, product: &Product, without: &HashSet<ObjectId>) -> Result<Queue, Fault> {
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
    let mut sql = Sql::new(
        "SELECT i.object_id, i.parent_id, i.release_id FROM item i
         WHERE i.open = TRUE AND i.kind NOT IN ('epic', 'subtask')",
    );
    sql.with(" AND i.product_id = ", product.id).push(object::seen!(cx, product.id, "i"));
    sql.push(" ORDER BY i.rank, i.object_id");
    let open: Vec<(ObjectId, Option<ObjectId>, Option<ObjectId>)> = cx.rows(sql.text(), sql.args())?;
    let mut things: HashMap<ObjectId, Ahead> = HashMap::new();
    let mut place = 0;
    for (item, epic, release) in open {
        let planned = || [Some(item), epic].into_iter().flatten().flat_map(delivered_by).chain(epic).chain(release);
        let itself = promised.contains_key(&item).then_some(item);
        let promises = || planned().chain(itself).filter_map(|id| promised.get(&id)).flatten().copied();
        let wholes = || planned().chain(itself).chain(promises());
        if !without.is_empty() && (without.contains(&item) || wholes().any(|id| without.contains(&id))) {
            continue;
        }
        place += 1;
        for id in wholes() {
            let thing = things.entry(id).or_insert(Ahead { id, items: 0, place: 0 });
            // Linked by itself and by its epic, it is still one item.
            if thing.place < place {
                (thing.items, thing.place) = (thing.items + 1, place);
            }
        }
    }
    let mut things: Vec<Ahead> = things.into_values().collect();
    things.sort_unstable_by_key(|thing| (thing.place, thing.id));
    Ok(Queue { open: place, things })
}

/// Things, and the open promises about each.
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

/// What a question leaves out, by its references.
pub(crate) fn named(cx: &Cx<'_>, product: &Product, references: &[Reference]) -> Result<HashSet<ObjectId>, Fault> {
    let numbers: HashSet<i64> = references.iter().map(|reference| reference.number).collect();
    let mut sql = Sql::new("SELECT o.id FROM object o WHERE o.product_id = ");
    sql.with("", product.id).within(" AND o.number IN", numbers.iter().copied());
    sql.push(object::seen!(cx, product.id, "o"));
    let found: HashSet<ObjectId> =
        cx.rows::<(ObjectId,)>(sql.text(), sql.args())?.into_iter().map(|(id,)| id).collect();
    if references.iter().any(|reference| reference.key != product.key) || found.len() < numbers.len() {
        return Err(Fault::invalid("without", "There is no such thing in this product."));
    }
    Ok(found)
}
