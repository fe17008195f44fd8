use access::{Cx, Fault};
use object::relations::{TABLE, Upstream};
use std::collections::{HashMap, HashSet};
use store::Sql;
use vocabulary::*;

/// Whether a thing `o` can still become another one: it is not put away, finished, dropped or parked.
pub(crate) const UNDECIDED: &str = " (o.archived_at IS NULL AND CASE o.kind
    WHEN 'objective' THEN EXISTS (SELECT 1 FROM objective x WHERE x.object_id = o.id AND x.status = 'active')
    WHEN 'opportunity' THEN EXISTS (SELECT 1 FROM opportunity x WHERE x.object_id = o.id AND x.state IN ('open', 'pursued'))
    WHEN 'initiative' THEN TRUE
    WHEN 'promise' THEN EXISTS (SELECT 1 FROM promise x WHERE x.object_id = o.id AND x.state = 'open')
    WHEN 'sprint' THEN EXISTS (SELECT 1 FROM sprint x WHERE x.object_id = o.id AND x.state IN ('planned', 'active'))
    WHEN 'release' THEN EXISTS (SELECT 1 FROM release x WHERE x.object_id = o.id AND x.shipped_at IS NULL)
    ELSE EXISTS (SELECT 1 FROM item x WHERE x.object_id = o.id AND x.open) END)";

/// What is agreed against something above it.
const AGREED: &[Kind] = &[
    Kind::Objective,
    Kind::Opportunity,
    Kind::Initiative,
    Kind::Promise,
    Kind::Sprint,
    Kind::Release,
    Kind::Epic,
    Kind::Story,
    Kind::Bug,
    Kind::Task,
    Kind::Spike,
    Kind::Subtask,
];

struct Thing {
    kind: Kind,
    created_at: Ts,
    is_undecided: bool,
}

/// What of a product lies below what, and since when.
pub(crate) struct Below {
    /// What is not put away.
    things: HashMap<ObjectId, Thing>,
    under: HashMap<ObjectId, Vec<(ObjectId, Ts)>>,
    /// What is promised, by the promise.
    promised: HashMap<ObjectId, Vec<(ObjectId, Ts)>>,
}

impl Below {
    pub(crate) fn load(cx: &Cx<'_>, product: ProductId) -> Result<Self, Fault> {
        let mut sql = Sql::new("SELECT o.id, o.kind, o.created_at, COALESCE(i.parent_id, u.parent_id),");
        sql.push(UNDECIDED).push(
            " FROM object o LEFT JOIN item i ON i.object_id = o.id LEFT JOIN opportunity u ON u.object_id = o.id
             WHERE o.archived_at IS NULL AND",
        );
        sql.with(" o.product_id = ", product).within(" AND o.kind IN", AGREED.iter().copied());
        let stored: Vec<(ObjectId, Kind, Ts, Option<ObjectId>, bool)> = cx.rows(sql.text(), sql.args())?;
        let (mut things, mut under) = (HashMap::with_capacity(stored.len()), HashMap::<_, Vec<_>>::new());
        for (id, kind, created_at, whole, is_undecided) in stored {
            things.insert(id, Thing { kind, created_at, is_undecided });
            if let Some(whole) = whole {
                under.entry(whole).or_default().push((id, created_at));
            }
        }

        let upwards = TABLE.iter().filter(|rule| rule.upstream == Upstream::To).map(|rule| rule.relation);
        let mut sql = Sql::new("SELECT from_id, to_id, relation, created_at FROM link");
        sql.with(" WHERE product_id = ", product).within(" AND relation IN", upwards.chain([Relation::Promises]));
        let links: Vec<(ObjectId, ObjectId, Relation, Ts)> = cx.rows(sql.text(), sql.args())?;
        let mut promised = HashMap::<_, Vec<_>>::new();
        for (from, to, relation, at) in links {
            under.entry(to).or_default().push((from, at));
            if relation == Relation::Promises {
                promised.entry(from).or_default().push((to, at));
            }
        }
        Ok(Self { things, under, promised })
    }

    /// What was agreed against something as it was until `at`: all that lay below it then and is still undecided. Below a
    /// vision lie all objectives, below a promise what it promises.
    pub(crate) fn of(&self, source: ObjectId, kind: Kind, at: Ts) -> Vec<ObjectId> {
        let mut seen = HashSet::from([source]);
        let mut found = Vec::new();
        let mut next: Vec<(ObjectId, Ts)> = match kind {
            Kind::Vision => {
                let objectives = self.things.iter().filter(|(_, thing)| thing.kind == Kind::Objective);
                objectives.map(|(id, thing)| (*id, thing.created_at)).collect()
            }
            Kind::Promise => self.promised.get(&source).cloned().unwrap_or_default(),
            _ => self.under.get(&source).cloned().unwrap_or_default(),
        };
        while let Some((id, since)) = next.pop() {
            let Some(thing) = self.things.get(&id) else { continue };
            // What came to be in the same change knows of it.
            if since > at || thing.created_at >= at || !seen.insert(id) {
                continue;
            }
            if thing.is_undecided {
                found.push(id);
            }
            next.extend(self.under.get(&id).into_iter().flatten());
        }
        found.sort_unstable();
        found
    }
}
