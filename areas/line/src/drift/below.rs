use access::{Cx, Fault};
use object::relations::UPWARDS;
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

/// Things whose parts one statement reads.
const AT_ONCE: usize = 500;

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

/// Something that lies below another one.
#[derive(Debug, Clone, Copy)]
struct Part {
    id: ObjectId,
    /// Since when it lies there.
    since: Ts,
    created_at: Ts,
    is_undecided: bool,
}

/// What of a product lies below what, as far as it was asked for. What is put away does not.
pub(crate) struct Below {
    product: ProductId,
    under: HashMap<ObjectId, Vec<Part>>,
}

impl Below {
    pub(crate) fn new(product: ProductId) -> Self {
        Self { product, under: HashMap::new() }
    }

    /// What was agreed against something as it was until `at`: all that lay below it then and is still undecided. Below a
    /// vision lie all objectives, below a promise what it promises.
    pub(crate) fn of(&mut self, cx: &Cx<'_>, source: ObjectId, kind: Kind, at: Ts) -> Result<Vec<ObjectId>, Fault> {
        let mut seen = HashSet::from([source]);
        let mut found = Vec::new();
        let mut next = self.first(cx, source, kind)?;
        while !next.is_empty() {
            let mut reached = Vec::new();
            for part in next {
                // What came to be in the same change knows of it.
                if part.since > at || part.created_at >= at || !seen.insert(part.id) {
                    continue;
                }
                reached.push(part.id);
                found.extend(part.is_undecided.then_some(part.id));
            }
            self.load(cx, &reached)?;
            next = reached.iter().filter_map(|id| self.under.get(id)).flatten().copied().collect();
        }
        found.sort_unstable();
        Ok(found)
    }

    /// What lies directly below something that changed.
    fn first(&mut self, cx: &Cx<'_>, source: ObjectId, kind: Kind) -> Result<Vec<Part>, Fault> {
        let mut sql = Sql::new("SELECT o.id, o.id,");
        match kind {
            Kind::Vision => {
                sql.push(" o.created_at, o.created_at,").push(UNDECIDED).push(" FROM object o WHERE TRUE");
                sql.with(" AND o.kind = ", Kind::Objective).with(" AND o.product_id = ", self.product);
            }
            Kind::Promise => {
                sql.push(" l.created_at, o.created_at,").push(UNDECIDED);
                sql.push(" FROM link l JOIN object o ON o.id = l.to_id WHERE l.relation = 'promises'");
                sql.with(" AND l.from_id = ", source).within(" AND o.kind IN", AGREED.iter().copied());
            }
            _ => {
                self.load(cx, &[source])?;
                return Ok(self.under.get(&source).cloned().unwrap_or_default());
            }
        }
        sql.push(" AND o.archived_at IS NULL");
        Ok(parts(cx, &sql)?.into_iter().map(|(_, part)| part).collect())
    }

    /// Reads what lies directly below each of these, where that is not known yet.
    fn load(&mut self, cx: &Cx<'_>, wholes: &[ObjectId]) -> Result<(), Fault> {
        let unknown: Vec<ObjectId> = wholes.iter().copied().filter(|id| !self.under.contains_key(id)).collect();
        for some in unknown.chunks(AT_ONCE) {
            let some = || some.iter().copied();
            let mut sql = Sql::new("SELECT l.to_id, o.id, l.created_at, o.created_at,");
            sql.push(UNDECIDED).push(" FROM link l JOIN object o ON o.id = l.from_id WHERE o.archived_at IS NULL");
            sql.push(" AND (l.relation = 'promises' OR l.relation IN").push(UPWARDS).within(") AND l.to_id IN", some());
            sql.within(" AND o.kind IN", AGREED.iter().copied());
            for whole in [" FROM item p", " FROM opportunity p"] {
                sql.push(" UNION ALL SELECT p.parent_id, o.id, o.created_at, o.created_at,").push(UNDECIDED);
                sql.push(whole).push(" JOIN object o ON o.id = p.object_id WHERE o.archived_at IS NULL");
                sql.within(" AND p.parent_id IN", some());
            }
            for (whole, part) in parts(cx, &sql)? {
                self.under.entry(whole).or_default().push(part);
            }
        }
        for id in unknown {
            self.under.entry(id).or_default();
        }
        Ok(())
    }
}

/// Each part with what it is below.
fn parts(cx: &Cx<'_>, sql: &Sql) -> Result<Vec<(ObjectId, Part)>, Fault> {
    let rows: Vec<(ObjectId, ObjectId, Ts, Ts, bool)> = cx.rows(sql.text(), sql.args())?;
    let part = |(whole, id, since, created_at, is_undecided)| (whole, Part { id, since, created_at, is_undecided });
    Ok(rows.into_iter().map(part).collect())
}
