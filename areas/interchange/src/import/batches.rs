//! What an import answers, and the list of imports there were.

use super::answers::Remembered;
use super::unreadable;
use crate::jira::{ColumnFate, DateOrder, KindFound, Mapping, Rejection, Warning};
use access::{Cx, Fault};
use object::{PersonRef, Product};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Sql, StoreError};
use utoipa::ToSchema;
use vocabulary::*;
use web::{Cursor, Page, Rows};

/// What an import did, or would do.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ImportReport)]
pub struct Report {
    /// The batch by which it can be undone; none for a dry run, and where nothing was to be done.
    pub batch_id: Option<BatchId>,
    pub dry_run: bool,
    pub file: String,
    /// Rows of the file, without the header and blank ones: created + updated + unchanged + rejected.
    pub rows: usize,
    pub created: usize,
    pub updated: usize,
    pub unchanged: usize,
    pub rejected: Vec<Rejection>,
    pub warnings: Vec<Warning>,
    pub columns: Vec<ColumnFate>,
    pub people: Vec<PersonRow>,
    pub states: Vec<StateRow>,
    pub kinds: Vec<KindFound>,
    /// The orders in which the file's dates can be read, likeliest first.
    pub date_orders: Vec<DateOrder>,
    /// Every answer the file was read with: those given now and those given at earlier imports.
    pub mapping: Mapping,
}

/// A name in the file, whom it stands for, and whom it may stand for.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ImportPerson)]
pub struct PersonRow {
    pub name: String,
    pub cells: u32,
    pub person: Option<PersonRef>,
    pub suggested: Option<PersonRef>,
}

/// A state in the file, what it means here, and whether the workflow gets it by the import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportState)]
pub struct StateRow {
    pub name: String,
    pub category: Category,
    pub rows: u32,
    pub new: bool,
}

/// One import, by which everything it did can be undone.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ImportBatch)]
pub struct Batch {
    pub id: BatchId,
    pub source: String,
    pub file: String,
    pub at: Ts,
    pub by: Option<PersonRef>,
    pub created: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub rejected: i64,
    pub undone_at: Option<Ts>,
}

/// An import with what it reported.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportBatchWithReport)]
pub struct BatchWithReport {
    #[serde(flatten)]
    pub batch: Batch,
    #[schema(value_type = Report)]
    pub report: Value,
}

const COLUMNS: &str = "SELECT id, source, file, at, by_id, created, updated, unchanged, rejected, undone_at, product_id
    FROM import_batch";

fn read(cx: &Cx<'_>, sql: &Sql) -> Result<Vec<(Batch, ProductId)>, Fault> {
    let stored = cx.query(sql.text(), sql.args(), |row| {
        let batch = Batch {
            id: row.get(0)?,
            source: row.get(1)?,
            file: row.get(2)?,
            at: row.get(3)?,
            by: None,
            created: row.get(5)?,
            updated: row.get(6)?,
            unchanged: row.get(7)?,
            rejected: row.get(8)?,
            undone_at: row.get(9)?,
        };
        Ok((batch, row.get::<Option<PersonId>>(4)?, row.get(10)?))
    })?;
    let people = object::people(cx, stored.iter().map(|(_, by, _)| *by))?;
    let by = |id: Option<PersonId>| id.and_then(|id| people.get(&id).cloned());
    Ok(stored.into_iter().map(|(batch, id, product)| (Batch { by: by(id), ..batch }, product)).collect())
}

/// The imports into a product, newest first.
pub fn batches(cx: &Cx<'_>, product: &ProductName, page: &Page) -> Result<Rows<Batch>, Fault> {
    let product = Product::load(cx, product)?;
    let mut sql = Sql::new(COLUMNS);
    sql.with(" WHERE product_id = ", product.id);
    if let Some(cursor) = &page.after {
        sql.with(" AND (at, id) < (", cursor.number()?).with(", ", cursor.id).push(")");
    }
    sql.with(" ORDER BY at DESC, id DESC LIMIT ", page.limit + 1);
    let rows = read(cx, &sql)?.into_iter().map(|(batch, _)| batch).collect();
    Ok(page.cut(rows, |batch: &Batch| Cursor::new(batch.at.0, batch.id)))
}

/// An import and its product, for one who sees that.
pub(super) fn found(cx: &Cx<'_>, id: BatchId) -> Result<(Batch, ProductId), Fault> {
    let mut sql = Sql::new(COLUMNS);
    sql.with(" WHERE id = ", id);
    let found = read(cx, &sql)?.into_iter().next();
    found.filter(|(_, product)| cx.actor.sees(*product)).ok_or(Fault::not_found("import"))
}

/// One import with its report.
pub fn batch(cx: &Cx<'_>, id: BatchId) -> Result<BatchWithReport, Fault> {
    let (batch, _) = found(cx, id)?;
    Ok(BatchWithReport { batch, report: serde_json::from_str(&report(cx, id)?).map_err(unreadable)? })
}

pub(super) fn remembered(cx: &Cx<'_>, id: BatchId) -> Result<Remembered, Fault> {
    serde_json::from_str(&report(cx, id)?).map_err(unreadable)
}

fn report(cx: &Cx<'_>, id: BatchId) -> Result<String, StoreError> {
    let (report,): (String,) = cx.one("SELECT report FROM import_batch WHERE id = $1", store::args![id])?;
    Ok(report)
}
