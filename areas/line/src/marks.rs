use access::{Cx, Fault};
use std::collections::{HashMap, HashSet};
use store::Sql;
use vocabulary::*;

/// Where drift is to be confirmed and what contradicts something else, as far as one may see both ends.
#[derive(Default)]
pub(crate) struct Marks {
    drift: HashMap<ObjectId, usize>,
    contradictions: HashMap<ObjectId, usize>,
    pub all_drift: usize,
    pub all_contradictions: usize,
}

impl Marks {
    pub(crate) fn load(cx: &Cx<'_>, product: ProductId) -> Result<Self, Fault> {
        let mut sql = Sql::new(
            "SELECT d.object_id, count(*) FROM drift d JOIN object o ON o.id = d.object_id
             JOIN object s ON s.id = d.source_id WHERE d.confirmed_at IS NULL AND",
        );
        sql.push(crate::drift::UNDECIDED);
        sql.push(object::seen!(cx, product, "o")).push(object::seen!(cx, product, "s"));
        sql.with(" AND d.product_id = ", product).push(" GROUP BY d.object_id");
        let flags: Vec<(ObjectId, i64)> = cx.rows(sql.text(), sql.args())?;
        let counted = |(id, many): (ObjectId, i64)| (id, usize::try_from(many).unwrap_or_default());
        let drift: HashMap<ObjectId, usize> = flags.into_iter().map(counted).collect();

        let mut sql = Sql::new(
            "SELECT c.one_id, c.other_id FROM contradiction c JOIN object o ON o.id = c.one_id
             JOIN object s ON s.id = c.other_id WHERE TRUE",
        );
        sql.push(object::seen!(cx, product, "o")).push(object::seen!(cx, product, "s"));
        sql.with(" AND (c.accepted_until IS NULL OR c.accepted_until < ", cx.now.date());
        sql.with(") AND c.product_id = ", product);
        let pairs: Vec<(ObjectId, ObjectId)> = cx.rows(sql.text(), sql.args())?;
        let mut contradictions: HashMap<ObjectId, usize> = HashMap::new();
        for end in pairs.iter().flat_map(|(one, other)| HashSet::from([*one, *other])) {
            *contradictions.entry(end).or_default() += 1;
        }
        let (all_drift, all_contradictions) = (drift.values().sum(), pairs.len());
        Ok(Self { drift, contradictions, all_drift, all_contradictions })
    }

    pub(crate) fn drift(&self, id: ObjectId) -> usize {
        self.drift.get(&id).copied().unwrap_or_default()
    }

    pub(crate) fn contradictions(&self, id: ObjectId) -> usize {
        self.contradictions.get(&id).copied().unwrap_or_default()
    }
}
