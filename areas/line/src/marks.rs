use crate::contradictions::knowable;
use crate::graph::Graph;
use access::{Cx, Fault};
use foldhash::{HashMap, HashMapExt, HashSet};
use object::Product;
use store::{Sql, args};
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
    pub(crate) fn load(cx: &Cx<'_>, of: &Product, graph: &Graph) -> Result<Self, Fault> {
        let product = of.id;
        // There may be many thousands: they are counted by an index, and looked up in what was read of the product.
        let flags: Vec<(ObjectId, ObjectId, i64)> = cx.rows(
            "SELECT object_id, source_id, count(*) FROM drift WHERE product_id = $1 AND confirmed_at IS NULL
             GROUP BY object_id, source_id",
            args![product],
        )?;
        let mut sql = Sql::new("SELECT o.id FROM object o WHERE TRUE");
        sql.push(object::seen!(cx, product, "o"));
        sql.within(" AND o.id IN", flags.iter().map(|flag| flag.1).collect::<HashSet<_>>());
        let sources: HashSet<ObjectId> =
            cx.rows::<(ObjectId,)>(sql.text(), sql.args())?.into_iter().map(|row| row.0).collect();
        let mut drift: HashMap<ObjectId, usize> = HashMap::new();
        for (object, source, many) in flags {
            if graph.undecided.contains(&object) && sources.contains(&source) {
                *drift.entry(object).or_default() += usize::try_from(many).unwrap_or_default();
            }
        }

        let mut sql = Sql::new(
            "SELECT c.rule, c.one_id, c.other_id FROM contradiction c JOIN object o ON o.id = c.one_id
             JOIN object s ON s.id = c.other_id WHERE TRUE",
        );
        sql.push(object::seen!(cx, product, "o")).push(object::seen!(cx, product, "s"));
        sql.with(" AND (c.accepted_until IS NULL OR c.accepted_until < ", cx.now.date());
        sql.with(") AND c.product_id = ", product);
        let mut pairs: Vec<(String, ObjectId, ObjectId)> = cx.rows(sql.text(), sql.args())?;
        if let Some(known) = knowable(cx, of)? {
            pairs.retain(|(rule, one, other)| known.contains_key(&(rule.as_str(), *one, *other)));
        }
        let mut contradictions: HashMap<ObjectId, usize> = HashMap::new();
        for end in pairs.iter().flat_map(|(_, one, other)| HashSet::from_iter([*one, *other])) {
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
