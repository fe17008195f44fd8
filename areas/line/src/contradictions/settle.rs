use super::plan::Plan;
use super::rules::{Pairs, find, told};
use access::{Cx, Fault};
use object::Product;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::{Sql, args};
use vocabulary::*;

/// Rows that one statement writes.
const AT_ONCE: usize = 50;

type Key = (String, ObjectId, ObjectId);

/// What has to be written for the stored contradictions of a product to be those of its plan.
#[derive(Debug, Default)]
pub(crate) struct Difference {
    gone: Vec<Key>,
    changed: Vec<(Key, String)>,
    /// How many came.
    pub came: usize,
}

impl Difference {
    /// How many went.
    pub fn went(&self) -> usize {
        self.gone.len()
    }

    /// Compares the plan with what is stored, for an actor who sees all of it. Reads only.
    pub fn look(cx: &Cx<'_>, product: &Product) -> Result<Self, Fault> {
        let now = found(cx, product)?;
        let stored: Vec<(String, ObjectId, ObjectId, String)> = cx.rows(
            "SELECT rule, one_id, other_id, sentence FROM contradiction WHERE product_id = $1",
            args![product.id],
        )?;
        let stored: BTreeMap<(&str, ObjectId, ObjectId), &str> =
            stored.iter().map(|(rule, one, other, says)| ((rule.as_str(), *one, *other), says.as_str())).collect();
        let gone = stored.keys().filter(|key| !now.contains_key(*key));
        let changed: Vec<_> = now.iter().filter(|(key, says)| stored.get(*key) != Some(&says.as_str())).collect();
        let owned = |(rule, one, other): &(&str, ObjectId, ObjectId)| ((*rule).to_owned(), *one, *other);
        Ok(Self {
            gone: gone.map(owned).collect(),
            came: changed.iter().filter(|(key, _)| !stored.contains_key(*key)).count(),
            changed: changed.into_iter().map(|(key, says)| (owned(key), says.clone())).collect(),
        })
    }

    /// Writes it. What still contradicts stays accepted as it was.
    pub fn store(&self, cx: &Cx<'_>, product: ProductId) -> Result<(), Fault> {
        for some in self.gone.chunks(AT_ONCE) {
            let mut sql = Sql::new("DELETE FROM contradiction");
            sql.with(" WHERE product_id = ", product).push(" AND (FALSE");
            for (rule, one, other) in some {
                sql.with(" OR (rule = ", rule.as_str()).with(" AND one_id = ", *one).with(" AND other_id = ", *other);
                sql.push(")");
            }
            sql.push(")");
            cx.exec_unrecorded(sql.text(), sql.args())?;
        }
        for some in self.changed.chunks(AT_ONCE) {
            let mut sql =
                Sql::new("INSERT INTO contradiction (product_id, rule, one_id, other_id, sentence, since) VALUES");
            for (place, ((rule, one, other), says)) in some.iter().enumerate() {
                sql.with(if place == 0 { " (" } else { ", (" }, product).with(", ", rule.as_str()).with(", ", *one);
                sql.with(", ", *other).with(", ", says.as_str()).with(", ", cx.now).push(")");
            }
            sql.push(" ON CONFLICT (product_id, rule, one_id, other_id) DO UPDATE SET sentence = excluded.sentence");
            cx.exec_unrecorded(sql.text(), sql.args())?;
        }
        Ok(())
    }
}

/// What contradicts what in a product, as far as the reader may see it, in sentences.
fn found(cx: &Cx<'_>, product: &Product) -> Result<Pairs, Fault> {
    let mut pairs = find(&Plan::load(cx, product)?);
    name(cx, product, &mut pairs)?;
    Ok(pairs)
}

/// What is stored was found among all there is. Others than the team may know only what follows from what they see:
/// this; none for the team, who may know all.
pub(crate) fn knowable(cx: &Cx<'_>, product: &Product) -> Result<Option<Pairs>, Fault> {
    if cx.actor.is_team(product.id) { Ok(None) } else { found(cx, product).map(Some) }
}

/// Puts what the things are called into the sentences.
fn name(cx: &Cx<'_>, product: &Product, pairs: &mut Pairs) -> Result<(), Fault> {
    let ids: Vec<ObjectId> =
        pairs.keys().flat_map(|(_, one, other)| [*one, *other]).collect::<BTreeSet<_>>().into_iter().collect();
    let mut names: HashMap<ObjectId, String> = HashMap::new();
    for some in ids.chunks(500) {
        let mut sql = Sql::new("SELECT id, number, title FROM object WHERE id IN");
        sql.within("", some.iter().copied());
        let rows: Vec<(ObjectId, i64, String)> = cx.rows(sql.text(), sql.args())?;
        names
            .extend(rows.into_iter().map(|(id, number, title)| (id, format!("{} {title}", product.reference(number)))));
    }
    let called = |id: &ObjectId| names.get(id).map_or("", String::as_str);
    for ((_, one, other), says) in pairs {
        *says = told(says, called(one), called(other));
    }
    Ok(())
}
