use super::list::{Filter, open, own_kinds};
use access::{Changes, Cx, Event, Fault, Rights, Verdict, record};
use object::{Change, Granted, Header, Product, edit_decision};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::Sql;
use utoipa::ToSchema;
use vocabulary::*;

/// Flags that are settled at once.
pub(super) const MOST: usize = 500;
/// So many objects hear each for itself; of more than that only the product does.
const TELLS_EACH: usize = 50;

/// What was confirmed, or is open again.
#[derive(Debug, Serialize, ToSchema)]
pub struct DriftSettled {
    pub ids: Vec<DriftId>,
    /// How many more below the same change are the actor's to confirm.
    pub left: i64,
}

/// A flag that is to be settled.
struct Flag {
    id: DriftId,
    object: ObjectId,
    source: ObjectId,
    field: String,
    kind: Kind,
    version: i64,
}

type Stored = (DriftId, ObjectId, ObjectId, String, Kind, i64);

const COLUMNS: &str = "SELECT d.id, d.object_id, d.source_id, d.field, o.kind, o.version";

fn flags(cx: &Cx<'_>, sql: &Sql) -> Result<Vec<Flag>, Fault> {
    let stored: Vec<Stored> = cx.rows(sql.text(), sql.args())?;
    let flag = |(id, object, source, field, kind, version): Stored| Flag { id, object, source, field, kind, version };
    Ok(stored.into_iter().map(flag).collect())
}

/// Under which decision the settling of several falls: the first that is not the actor's, if there is one.
fn decision(cx: &Cx<'_>, on: &Product, flags: &[Flag]) -> Result<Decision, Fault> {
    let rights = Rights::load(cx, on.id)?;
    let decisions = || flags.iter().map(|flag| edit_decision(flag.kind));
    let others = decisions().find(|decision| rights.decide(*decision) != Verdict::Allow);
    others.or_else(|| decisions().next()).ok_or(Fault::not_found("drift to settle"))
}

/// Tells the objects whose flags were settled, or where they are many, the product.
fn tell(cx: &Cx<'_>, on: &Product, verb: &str, flags: &[Flag]) -> Result<(), Fault> {
    let mut objects: BTreeMap<ObjectId, (i64, BTreeSet<ObjectId>)> = BTreeMap::new();
    for flag in flags {
        objects.entry(flag.object).or_insert_with(|| (flag.version, BTreeSet::new())).1.insert(flag.source);
    }
    // The objects are as they were, and keep their versions.
    if objects.len() > TELLS_EACH {
        let changes = Changes::new().set("objects", &objects.len());
        record(cx, Event { scope: on.id.0, verb, object: None, version: on.version, changes })?;
        return Ok(());
    }
    for (object, (version, sources)) in objects {
        let changes = Changes::new().set("after_changes_of_ids", &sources);
        record(cx, Event { scope: on.id.0, verb, object: Some(object), version, changes })?;
    }
    Ok(())
}

/// Says that things still stand as they were agreed although something above them changed: those that are named, or all
/// below one change that the actor may decide.
#[derive(Debug, Serialize, Deserialize)]
pub struct ConfirmDrift {
    pub product: ProductName,
    pub ids: Vec<DriftId>,
    pub source: Option<ObjectName>,
    pub field: Option<String>,
}

impl ConfirmDrift {
    /// The flags that are meant, and how many there are.
    fn meant(&self, cx: &Cx<'_>, on: &Product) -> Result<(Vec<Flag>, i64), Fault> {
        let Some(source) = &self.source else {
            let mut sql = open(cx, on.id, COLUMNS, &Filter::default());
            sql.within(" AND d.id IN", self.ids.iter().copied()).push(" ORDER BY d.at, d.id");
            let named = flags(cx, &sql)?;
            let count = named.len() as i64;
            return Ok((named, count));
        };
        let filter = Filter { object: None, source: Some(Header::seen(cx, source)?.id), field: self.field.clone() };
        let select = |columns: &'static str, kinds: &[Kind]| {
            let mut sql = open(cx, on.id, columns, &filter);
            sql.within(" AND o.kind IN", kinds.iter().copied());
            sql
        };
        let first = |kinds: &[Kind]| {
            let mut sql = select(COLUMNS, kinds);
            sql.with(" ORDER BY d.at, d.id LIMIT ", MOST);
            flags(cx, &sql)
        };
        let mut kinds = own_kinds(&Rights::load(cx, on.id)?);
        let mut found = first(&kinds)?;
        // Whoever decides none of them proposes that they be confirmed.
        if found.is_empty() {
            kinds = Kind::ALL.to_vec();
            found = first(&kinds)?;
        }
        let count = select("SELECT count(*)", &kinds);
        let (count,): (i64,) = cx.one(count.text(), count.args())?;
        Ok((found, count))
    }
}

impl Change for ConfirmDrift {
    const NAME: &'static str = "confirm_drift";
    type On = Product;
    type Outcome = DriftSettled;
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, cx: &Cx<'_>, on: &Product) -> Result<Decision, Fault> {
        decision(cx, on, &self.meant(cx, on)?.0)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<DriftSettled, Fault> {
        let (flags, count) = self.meant(cx, &on)?;
        let ids: Vec<DriftId> = flags.iter().map(|flag| flag.id).collect();
        let mut sql = Sql::new("UPDATE drift SET");
        sql.with(" confirmed_at = ", cx.now).with(", confirmed_by = ", cx.person());
        sql.within(" WHERE id IN", ids.iter().copied());
        cx.exec(sql.text(), sql.args())?;
        tell(cx, &on, "confirmed", &flags)?;
        Ok(DriftSettled { left: count - ids.len() as i64, ids })
    }
}

/// Takes confirmations back. What has been flagged anew since then stays as it is.
#[derive(Debug, Serialize, Deserialize)]
pub struct ReopenDrift {
    pub product: ProductName,
    pub ids: Vec<DriftId>,
}

impl ReopenDrift {
    fn meant(&self, cx: &Cx<'_>, on: &Product) -> Result<Vec<Flag>, Fault> {
        let mut sql = Sql::new(COLUMNS);
        sql.push(" FROM drift d JOIN object o ON o.id = d.object_id JOIN object s ON s.id = d.source_id");
        sql.with(" WHERE d.confirmed_at IS NOT NULL AND d.product_id = ", on.id);
        sql.push(object::seen!(cx, on.id, "o")).push(object::seen!(cx, on.id, "s"));
        sql.within(" AND d.id IN", self.ids.iter().copied());
        sql.push(
            " AND NOT EXISTS (SELECT 1 FROM drift n WHERE n.object_id = d.object_id AND n.source_id = d.source_id
                  AND n.field = d.field AND n.confirmed_at IS NULL) ORDER BY d.at DESC, d.id DESC",
        );
        let mut found = flags(cx, &sql)?;
        // Of several that were confirmed of one field, the last.
        let mut once = BTreeSet::new();
        found.retain(|flag| once.insert((flag.object, flag.source, flag.field.clone())));
        Ok(found)
    }
}

impl Change for ReopenDrift {
    const NAME: &'static str = "reopen_drift";
    type On = Product;
    type Outcome = DriftSettled;
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, cx: &Cx<'_>, on: &Product) -> Result<Decision, Fault> {
        decision(cx, on, &self.meant(cx, on)?)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<DriftSettled, Fault> {
        let flags = self.meant(cx, &on)?;
        let ids: Vec<DriftId> = flags.iter().map(|flag| flag.id).collect();
        let mut sql = Sql::new("UPDATE drift SET confirmed_at = NULL, confirmed_by = NULL WHERE id IN");
        sql.within("", ids.iter().copied());
        cx.exec(sql.text(), sql.args())?;
        tell(cx, &on, "took the confirmation back", &flags)?;
        Ok(DriftSettled { left: 0, ids })
    }
}
