//! A product's items as a table for a spreadsheet. The archive is the form that loses nothing.

use crate::archive::{ArchiveError, Progress};
use crate::file::replace_file;
use csv::{QuoteStyle, WriterBuilder};
use std::io::Write;
use std::path::Path;
use store::{Conn, Db, Row, StoreError, args};
use vocabulary::{ObjectId, OrderKey, ProductId, Ts};

const HEADERS: [&str; 14] = [
    "Reference",
    "Kind",
    "Title",
    "State",
    "Category",
    "Points",
    "Assignee",
    "Parent",
    "Sprint",
    "Release",
    "Created",
    "Done",
    "Accepted",
    "Description",
];

const CHUNK: i64 = 1000;

/// Writes the items that are not archived, in the order of the backlog; answers how many.
pub fn export_items_csv(
    conn: &Conn<'_>,
    product: ProductId,
    out: impl Write,
    progress: Progress<'_>,
) -> Result<u64, StoreError> {
    conn.in_snapshot(|| {
        write(conn, product, out, progress).map_err(|error| match error {
            WriteError::Store(error) => error,
            WriteError::Csv(error) => StoreError::Unavailable(error.to_string()),
        })
    })
}

/// [`export_items_csv`] into a file that only its owner may read.
pub fn export_items_csv_to_file(
    db: &Db,
    product: ProductId,
    file: &Path,
    progress: impl Fn(u64, u64) + Send + 'static,
) -> Result<u64, ArchiveError> {
    let file = file.to_owned();
    db.read_now(move |conn| replace_file(&file, |out| Ok(export_items_csv(conn, product, out, &progress)?)))
}

#[derive(Debug, thiserror::Error)]
enum WriteError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Csv(#[from] csv::Error),
}

impl From<std::io::Error> for WriteError {
    fn from(error: std::io::Error) -> Self {
        Self::Csv(error.into())
    }
}

fn write(conn: &Conn<'_>, product: ProductId, mut out: impl Write, progress: Progress<'_>) -> Result<u64, WriteError> {
    let (all,): (i64,) = conn.one(
        "SELECT count(*) FROM item i JOIN object o ON o.id = i.object_id
         WHERE i.product_id = $1 AND o.archived_at IS NULL",
        args![product],
    )?;
    // Without this mark spreadsheets take the file for another encoding.
    out.write_all("\u{feff}".as_bytes())?;
    let mut csv = WriterBuilder::new().quote_style(QuoteStyle::Always).from_writer(out);
    csv.write_record(HEADERS)?;
    let (mut count, mut rank, mut id) = (0, String::new(), uuid::Uuid::nil());
    loop {
        let rows = conn.query(
            "SELECT p.key, i.number, i.kind, o.title, i.state, i.category, i.points, a.name, u.number, s.title, r.title,
                    o.created_at, i.done_at, i.accepted_at, o.body, i.rank, i.object_id
             FROM item i JOIN object o ON o.id = i.object_id JOIN product p ON p.id = i.product_id
             LEFT JOIN person a ON a.id = i.assignee_id
             LEFT JOIN item u ON u.object_id = i.parent_id
             LEFT JOIN object s ON s.id = i.sprint_id
             LEFT JOIN object r ON r.id = i.release_id
             WHERE i.product_id = $1 AND (i.rank, i.object_id) > ($2, $3) AND o.archived_at IS NULL
             ORDER BY i.rank, i.object_id LIMIT $4",
            args![product, rank, id, CHUNK],
            record,
        )?;
        for (cells, ..) in &rows {
            csv.write_record(cells.iter().map(|cell| guarded(cell)))?;
        }
        count += rows.len() as u64;
        progress(count, all.unsigned_abs());
        match rows.into_iter().last() {
            Some((_, last_rank, last)) => (rank, id) = (last_rank.as_str().to_owned(), last.0),
            None => break,
        }
    }
    csv.flush()?;
    Ok(count)
}

fn record(row: &Row<'_>) -> Result<([String; 14], OrderKey, ObjectId), StoreError> {
    let key: String = row.get(0)?;
    let text = |column: usize| row.get::<Option<String>>(column).map(Option::unwrap_or_default);
    let time = |column: usize| row.get::<Option<Ts>>(column).map(|time| time.map(to_the_second).unwrap_or_default());
    let cells = [
        format!("{key}-{}", row.get::<i64>(1)?),
        text(2)?,
        text(3)?,
        text(4)?,
        text(5)?,
        row.get::<Option<f64>>(6)?.map(|points| points.to_string()).unwrap_or_default(),
        text(7)?,
        row.get::<Option<i64>>(8)?.map(|number| format!("{key}-{number}")).unwrap_or_default(),
        text(9)?,
        text(10)?,
        time(11)?,
        time(12)?,
        time(13)?,
        text(14)?,
    ];
    Ok((cells, row.get(15)?, row.get(16)?))
}

/// Spreadsheets do not know fractions of a second.
fn to_the_second(time: Ts) -> String {
    Ts(time.0 - time.0.rem_euclid(1_000_000)).to_string()
}

/// A cell that a spreadsheet would take for a formula begins with an apostrophe instead.
fn guarded(cell: &str) -> String {
    let runs = cell.starts_with(['\t', '\r']) || cell.trim_start().starts_with(['=', '+', '-', '@']);
    if runs { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_formula_stays_as_it_is() {
        for cell in ["", "a = b", "3.5", "'quoted'", "Zażółć", "1-2"] {
            assert_eq!(guarded(cell), cell);
        }
        for cell in ["=1+1", " =1", "\t=1", "+49", "-2", "@SUM(A1)", "\rx", "\u{a0}=1"] {
            assert_eq!(guarded(cell), format!("'{cell}"));
        }
    }

    proptest! {
        #[test]
        fn no_cell_begins_like_a_formula_and_none_is_lost(cell in "[ \t\r\n=+@'\"a-]{0,6}|\\PC{0,12}") {
            let out = guarded(&cell);
            prop_assert!(!out.starts_with(['\t', '\r']));
            prop_assert!(!out.trim_start().starts_with(['=', '+', '-', '@']));
            prop_assert!(out == cell || out.strip_prefix('\'') == Some(cell.as_str()));
        }
    }
}
