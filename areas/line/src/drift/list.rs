use super::below::UNDECIDED;
use access::{Can, Cx, Fault, Rights, Verdict};
use object::{Header, PersonRef, Product, Stub, edit_decision, people, stubs};
use serde::Serialize;
use std::collections::HashMap;
use store::{Sql, args};
use utoipa::ToSchema;
use vocabulary::*;
use web::{Cursor, Page};

/// A field of something above that has changed since a thing was agreed against it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DriftRow {
    pub id: DriftId,
    /// What was agreed.
    pub object: Stub,
    /// What changed.
    pub source: Stub,
    /// Which field of it, as in its history; of a key result with its name, as in `target: Events lost`.
    pub field: String,
    /// What it was when the object was agreed. Of a long text, the part around the first difference.
    pub before: String,
    /// What it is now.
    pub after: String,
    /// When it changed last.
    pub at: Ts,
    /// Who changed it.
    pub by: Option<PersonRef>,
    /// The decision under which the object falls: whose it is to confirm.
    pub decision: Decision,
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
}

/// How much is to be confirmed below one change.
#[derive(Debug, Serialize, ToSchema)]
pub struct DriftBelow {
    pub source: Stub,
    pub field: String,
    pub total: i64,
    /// How many of them are the reader's to confirm.
    pub own: i64,
}

/// What is to be confirmed, what changed first at the top; what one change left stands together.
#[derive(Debug, Serialize, ToSchema)]
pub struct DriftList {
    pub rows: Vec<DriftRow>,
    /// The cursor of the next page; null on the last.
    pub next: Option<String>,
    pub total: i64,
    /// By the change, the most first; at most 100.
    pub below: Vec<DriftBelow>,
}

/// Which flags to read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub object: Option<ObjectId>,
    pub source: Option<ObjectId>,
    pub field: Option<String>,
}

const MOST_BELOW: usize = 100;

/// The open flags whose both ends the reader may see, of what is still undecided.
pub(super) fn open(cx: &Cx<'_>, product: ProductId, columns: &'static str, filter: &Filter) -> Sql {
    let mut sql = Sql::new(columns);
    sql.push(" FROM drift d JOIN object o ON o.id = d.object_id JOIN object s ON s.id = d.source_id");
    sql.with(" WHERE d.confirmed_at IS NULL AND d.product_id = ", product).push(" AND").push(UNDECIDED);
    sql.push(object::seen!(cx, product, "o")).push(object::seen!(cx, product, "s"));
    if let Some(object) = filter.object {
        sql.with(" AND d.object_id = ", object);
    }
    if let Some(source) = filter.source {
        sql.with(" AND d.source_id = ", source);
    }
    if let Some(field) = &filter.field {
        sql.with(" AND d.field = ", field);
    }
    sql
}

const COLUMNS: &str = "SELECT d.id, d.object_id, d.source_id, d.field, d.before, d.after, d.at, o.kind";

type Stored = (DriftId, ObjectId, ObjectId, String, String, String, Ts, Kind);

fn rows(cx: &Cx<'_>, rights: &Rights, stored: Vec<Stored>) -> Result<Vec<DriftRow>, Fault> {
    let stubs = stubs(cx, &stored.iter().flat_map(|row| [row.1, row.2]).collect::<Vec<_>>())?;
    let by = changed_by(cx, stored.iter().map(|row| (row.2, row.6)))?;
    let row = |(id, object, source, field, before, after, at, kind): Stored| {
        let decision = edit_decision(kind);
        Some(DriftRow {
            id,
            object: stubs.get(&object)?.clone(),
            source: stubs.get(&source)?.clone(),
            field,
            before,
            after,
            at,
            by: by.get(&(source, at)).cloned(),
            decision,
            can: rights.can(&[decision]),
        })
    };
    Ok(stored.into_iter().filter_map(row).collect())
}

/// Who changed these things at these moments.
fn changed_by(
    cx: &Cx<'_>,
    moments: impl Iterator<Item = (ObjectId, Ts)>,
) -> Result<HashMap<(ObjectId, Ts), PersonRef>, Fault> {
    let mut moments: Vec<(ObjectId, Ts)> = moments.collect();
    moments.sort_unstable();
    moments.dedup();
    if moments.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::new("SELECT DISTINCT object_id, at, actor_id FROM activity WHERE object_id IN");
    sql.within("", moments.iter().map(|moment| moment.0)).within(" AND at IN", moments.iter().map(|moment| moment.1));
    let acted: Vec<(ObjectId, Ts, Option<PersonId>)> = cx.rows(sql.text(), sql.args())?;
    let people = people(cx, acted.iter().map(|row| row.2))?;
    let named = |(object, at, by): (ObjectId, Ts, Option<PersonId>)| Some(((object, at), people.get(&by?)?.clone()));
    Ok(acted.into_iter().filter_map(named).collect())
}

/// The kinds whose drift the actor may confirm.
pub(super) fn own_kinds(rights: &Rights) -> Vec<Kind> {
    let own = |kind: &Kind| rights.decide(edit_decision(*kind)) == Verdict::Allow;
    Kind::ALL.iter().copied().filter(own).collect()
}

pub(crate) fn drift(
    cx: &Cx<'_>,
    name: &ProductName,
    object: Option<&ObjectName>,
    source: Option<&ObjectName>,
    field: Option<String>,
    page: &Page,
) -> Result<DriftList, Fault> {
    let product = Product::load(cx, name)?;
    let end = |name: Option<&ObjectName>| name.map(|name| Ok::<_, Fault>(Header::seen(cx, name)?.id)).transpose();
    let filter = Filter { object: end(object)?, source: end(source)?, field };
    let rights = Rights::load(cx, product.id)?;
    let mut sql = open(cx, product.id, COLUMNS, &filter);
    if let Some(cursor) = &page.after {
        let at = cursor.number()?;
        sql.with(" AND (d.at > ", at).with(" OR (d.at = ", at).with(" AND d.id > ", cursor.id).push("))");
    }
    sql.with(" ORDER BY d.at, d.id LIMIT ", page.limit + 1);
    let stored: Vec<Stored> = cx.rows(sql.text(), sql.args())?;
    let stored = page.cut(stored, |row| Cursor::new(row.6.0, row.0));
    let (below, total) = below(cx, &product, &rights, &filter)?;
    Ok(DriftList { rows: rows(cx, &rights, stored.rows)?, next: stored.next, total, below })
}

/// How much is to be confirmed below each change, and in all.
fn below(cx: &Cx<'_>, product: &Product, rights: &Rights, filter: &Filter) -> Result<(Vec<DriftBelow>, i64), Fault> {
    let own = own_kinds(rights);
    let mut sql = open(cx, product.id, "SELECT d.source_id, d.field, o.kind, count(*)", filter);
    sql.push(" GROUP BY d.source_id, d.field, o.kind");
    let counted: Vec<(ObjectId, String, Kind, i64)> = cx.rows(sql.text(), sql.args())?;
    let mut all: HashMap<(ObjectId, String), (i64, i64)> = HashMap::new();
    for (source, field, kind, count) in counted {
        let (total, yours) = all.entry((source, field)).or_default();
        *total += count;
        *yours += if own.contains(&kind) { count } else { 0 };
    }
    let in_all = all.values().map(|(total, _)| total).sum();
    let mut all: Vec<_> = all.into_iter().collect();
    all.sort_unstable_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    all.truncate(MOST_BELOW);
    let stubs = stubs(cx, &all.iter().map(|change| change.0.0).collect::<Vec<_>>())?;
    let row = |((source, field), (total, own)): ((ObjectId, String), (i64, i64))| {
        Some(DriftBelow { source: stubs.get(&source)?.clone(), field, total, own })
    };
    Ok((all.into_iter().filter_map(row).collect(), in_all))
}

/// What is to be confirmed on one object.
pub(crate) fn drift_of(cx: &Cx<'_>, name: &ObjectName) -> Result<Vec<DriftRow>, Fault> {
    let header = Header::seen(cx, name)?;
    let filter = Filter { object: Some(header.id), ..Filter::default() };
    let mut sql = open(cx, header.product_id, COLUMNS, &filter);
    sql.push(" ORDER BY d.at, d.id LIMIT 500");
    let stored = cx.rows(sql.text(), sql.args())?;
    rows(cx, &Rights::load(cx, header.product_id)?, stored)
}

/// The changes below which something is the actor's to confirm, the oldest first: each with one such flag, and how many are
/// open below it in all. Flags are counted without a look at each, for there may be many thousands.
pub fn changes_to_confirm(
    cx: &Cx<'_>,
    product: &Product,
    rights: &Rights,
    limit: usize,
) -> Result<Vec<(DriftRow, i64)>, Fault> {
    let own = own_kinds(rights);
    let changes: Vec<(ObjectId, String, i64)> = cx.rows(
        "SELECT source_id, field, count(*) FROM drift WHERE product_id = $1 AND confirmed_at IS NULL
         GROUP BY source_id, field ORDER BY min(at), source_id, field LIMIT $2",
        args![product.id, MOST_BELOW as i64],
    )?;
    let mut found = Vec::new();
    for (source, field, count) in changes {
        let filter = Filter { object: None, source: Some(source), field: Some(field) };
        let mut sql = open(cx, product.id, COLUMNS, &filter);
        sql.within(" AND o.kind IN", own.iter().copied()).push(" LIMIT 1");
        let first = rows(cx, rights, cx.rows(sql.text(), sql.args())?)?.pop();
        found.extend(first.map(|row| (row, count)));
        if found.len() == limit {
            break;
        }
    }
    Ok(found)
}
