use super::columns::{Column, Fate, TABLES, Table, Type};
use super::{ATTACHMENTS, ArchiveError, FORMAT, FileEntry, MANIFEST, Manifest, Progress, hex, is_hash, table_path};
use access::{Actor, Cx};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use store::{Conn, Db, Holds, Val};
use vocabulary::{OrganisationId, Ts};
use zip::ZipArchive;

type Zip = ZipArchive<BufReader<File>>;

/// A small file must not unfold without end: more than this many times its size, beyond a free allowance, is refused.
const RATIO: u64 = 200;
const ALLOWANCE: u64 = 64 << 20;
const MOST_ENTRIES: usize = 200_000;
const LARGEST_MANIFEST: u64 = 64 << 20;
const LARGEST_ATTACHMENT: u64 = 1 << 30;
/// A row holds texts of bounded length; an import's report is the largest.
const LARGEST_ROW: u64 = 64 << 20;
/// Rows in one statement.
const AT_ONCE: usize = 100;

/// Restores an archive into an empty database and its folder of attachments: all of it, or nothing.
///
/// Names, sizes, checksums and counts are verified before the first row is written, and the search index is made anew.
pub fn restore(
    db: &Db,
    files: &Path,
    archive: &Path,
    progress: impl Fn(u64, u64) + Send + 'static,
) -> Result<Manifest, ArchiveError> {
    let file = File::open(archive)?;
    let size = file.metadata()?.len();
    let mut zip = ZipArchive::new(BufReader::new(file))
        .map_err(|error| ArchiveError::refused(format!("This is not an archive of Throughline: {error}.")))?;
    let manifest = verify(&mut zip, size)?;
    db.read_now(must_be_empty)?;
    keep_attachments(&mut zip, &manifest, files)?;
    let restored = manifest.clone();
    let zip = Mutex::new(zip);
    db.write_now(move |conn| {
        let mut zip = zip.lock().unwrap_or_else(PoisonError::into_inner);
        must_be_empty(conn)?;
        fill(conn, &mut zip, &manifest, &progress)
    })?;
    Ok(restored)
}

/// The moment an RFC 3339 text names, in microseconds.
pub(super) fn moment(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_microsecond)
}

fn must_be_empty(conn: &Conn<'_>) -> Result<(), ArchiveError> {
    for table in TABLES {
        let rows = conn.query(&format!("SELECT 1 FROM {} LIMIT 1", table.name), &[], |_| Ok(()))?;
        if !rows.is_empty() {
            return Err(ArchiveError::refused(format!(
                "There is data here already (in the table “{}”). Restore into an empty folder or an empty database.",
                table.name
            )));
        }
    }
    Ok(())
}

/// Reads the whole archive once and compares it with what its manifest says.
fn verify(zip: &mut Zip, archive_size: u64) -> Result<Manifest, ArchiveError> {
    if zip.len() > MOST_ENTRIES {
        return Err(ArchiveError::refused("This archive has more files than any archive of Throughline."));
    }
    let mut unfolded: u64 = 0;
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index)?;
        let (name, size) = (entry.name(), entry.size());
        let known = name == MANIFEST
            || name.strip_prefix(ATTACHMENTS).is_some_and(is_hash)
            || TABLES.iter().any(|table| name == table_path(table.name));
        if !known {
            return Err(ArchiveError::refused(format!(
                "This version does not know the file “{}” in the archive.",
                name.chars().take(100).collect::<String>()
            )));
        }
        let largest = match name {
            MANIFEST => LARGEST_MANIFEST,
            _ if name.starts_with(ATTACHMENTS) => LARGEST_ATTACHMENT,
            _ => u64::MAX,
        };
        unfolded = unfolded.saturating_add(size);
        if size > largest || unfolded > ALLOWANCE.saturating_add(archive_size.saturating_mul(RATIO)) {
            return Err(ArchiveError::refused(format!("The file “{name}” in the archive unfolds to far too much.")));
        }
    }
    let manifest = manifest(zip)?;
    compare(zip, &manifest)?;
    Ok(manifest)
}

fn manifest(zip: &mut Zip) -> Result<Manifest, ArchiveError> {
    let wrong =
        |why: &dyn std::fmt::Display| ArchiveError::refused(format!("The archive's manifest cannot be read: {why}."));
    let entry = zip
        .by_name(MANIFEST)
        .map_err(|_| ArchiveError::refused("This is not an archive of Throughline: it has no manifest."))?;
    let mut text = Vec::new();
    entry.take(LARGEST_MANIFEST).read_to_end(&mut text)?;
    let told: Value = serde_json::from_slice(&text).map_err(|error| wrong(&error))?;
    // The format is read first: a newer manifest may have another shape.
    match told.get("format").and_then(Value::as_u64) {
        Some(format) if format > u64::from(FORMAT) => Err(ArchiveError::refused(format!(
            "This archive was written by a newer version of Throughline (format {format}; this version reads {FORMAT}). \
             Restore it with that version."
        ))),
        Some(_) => serde_json::from_value(told).map_err(|error| wrong(&error)),
        None => Err(wrong(&"it names no format")),
    }
}

fn compare(zip: &mut Zip, manifest: &Manifest) -> Result<(), ArchiveError> {
    let mut named = HashSet::new();
    for file in &manifest.files {
        if !named.insert(file.path.as_str()) {
            return Err(ArchiveError::refused(format!("The manifest names “{}” twice.", file.path)));
        }
        if let Some(hash) = file.path.strip_prefix(ATTACHMENTS)
            && hash != file.sha256
        {
            return Err(ArchiveError::refused(format!(
                "The attachment “{hash}” has another content than its name says."
            )));
        }
    }
    for table in &manifest.tables {
        if super::columns::table(&table.name).is_none() {
            return Err(ArchiveError::refused(format!("This version does not know the table “{}”.", table.name)));
        }
        if !named.contains(table_path(&table.name).as_str()) {
            return Err(ArchiveError::refused(format!("The manifest names no file for the table “{}”.", table.name)));
        }
    }
    if let Some(stranger) = zip.file_names().find(|name| *name != MANIFEST && !named.contains(name)) {
        return Err(ArchiveError::refused(format!(
            "The archive holds “{stranger}”, which its manifest does not name."
        )));
    }
    let rows: BTreeMap<String, u64> =
        manifest.tables.iter().map(|table| (table_path(&table.name), table.rows)).collect();
    for file in &manifest.files {
        let found = sum(zip, file)?;
        if let Some(lines) = found {
            match rows.get(&file.path) {
                Some(rows) if *rows == lines => {}
                Some(rows) => {
                    return Err(ArchiveError::refused(format!(
                        "“{}” holds {lines} rows; the manifest says {rows}.",
                        file.path
                    )));
                }
                None if file.path.starts_with(ATTACHMENTS) => {}
                None => return Err(ArchiveError::refused(format!("The manifest counts no rows of “{}”.", file.path))),
            }
        }
    }
    Ok(())
}

/// Checks size and checksum of one file; answers its lines when it is a table.
fn sum(zip: &mut Zip, file: &FileEntry) -> Result<Option<u64>, ArchiveError> {
    let damaged = || ArchiveError::refused(format!("“{}” is damaged: it is not what was written.", file.path));
    let entry = zip
        .by_name(&file.path)
        .map_err(|_| ArchiveError::refused(format!("“{}” is missing from the archive.", file.path)))?;
    if entry.size() != file.size {
        return Err(damaged());
    }
    let is_table = !file.path.starts_with(ATTACHMENTS);
    // One byte more than promised is enough to know.
    let mut entry = entry.take(file.size.saturating_add(1));
    let (mut size, mut lines, mut hash) = (0, 0, Sha256::new());
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = entry.read(&mut buffer).map_err(|_| damaged())?;
        if read == 0 {
            break;
        }
        size += read as u64;
        hash.update(&buffer[..read]);
        if is_table {
            lines += buffer[..read].iter().filter(|byte| **byte == b'\n').count() as u64;
        }
    }
    if size != file.size || hex(hash.finalize()) != file.sha256 {
        Err(damaged())
    } else {
        Ok(is_table.then_some(lines))
    }
}

/// Contents are named by their hash: one that is there already is the same.
fn keep_attachments(zip: &mut Zip, manifest: &Manifest, files: &Path) -> Result<(), ArchiveError> {
    store::private_folder(files)?;
    for file in &manifest.files {
        let Some(hash) = file.path.strip_prefix(ATTACHMENTS).filter(|hash| is_hash(hash)) else { continue };
        let target = object::content_path(files, hash);
        let folder = target.parent().unwrap_or(files);
        std::fs::create_dir_all(folder)?;
        let mut part = tempfile::NamedTempFile::new_in(folder)?;
        std::io::copy(&mut zip.by_name(&file.path)?.take(file.size), part.as_file_mut())?;
        part.as_file_mut().flush()?;
        part.as_file().sync_all()?;
        part.persist(&target).map_err(|error| error.error)?;
        store::sync_folder(folder)?;
    }
    Ok(store::sync_folder(files)?)
}

fn fill(conn: &Conn<'_>, zip: &mut Zip, manifest: &Manifest, progress: Progress<'_>) -> Result<(), ArchiveError> {
    let total = manifest.tables.iter().map(|table| table.rows).sum();
    let mut done = 0;
    // In the order of the tables, not of the manifest: a row stands after those it refers to.
    for table in TABLES {
        if manifest.tables.iter().any(|named| named.name == table.name) {
            let mut rows = Filling::of(conn, table);
            let entry = zip.by_name(&table_path(table.name))?;
            read_rows(entry, table, |row| {
                rows.take(row)?;
                done += 1;
                if done % 1000 == 0 {
                    progress(done, total);
                }
                Ok(())
            })?;
            rows.finish()?;
        }
    }
    progress(total, total);
    // The archive of one product has no counter of the organisation's events.
    conn.exec_unrecorded(
        "INSERT INTO scope_counter (scope_id, seq, number)
         SELECT id, 0, 0 FROM organisation WHERE id NOT IN (SELECT scope_id FROM scope_counter)",
        &[],
    )?;
    index(conn)
}

fn read_rows(
    entry: impl Read,
    table: &'static Table,
    mut take: impl FnMut(Vec<Val>) -> Result<(), ArchiveError>,
) -> Result<(), ArchiveError> {
    let mut lines = BufReader::with_capacity(64 << 10, entry);
    let mut line = Vec::new();
    let mut number = 0_u64;
    loop {
        line.clear();
        (&mut lines).take(LARGEST_ROW).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(());
        }
        number += 1;
        let row = row(table, &line)
            .map_err(|why| ArchiveError::refused(format!("Row {number} of “{}”: {why}.", table.name)))?;
        take(row)?;
    }
}

fn row(table: &'static Table, line: &[u8]) -> Result<Vec<Val>, String> {
    let Value::Object(told) = serde_json::from_slice(line).map_err(|error| error.to_string())? else {
        return Err("it is not a JSON object".to_owned());
    };
    if let Some(stranger) = told.keys().find(|name| table.column(name).is_none()) {
        return Err(format!("this version does not know the column “{stranger}”"));
    }
    table
        .columns
        .iter()
        .map(|column| match told.get(column.name) {
            Some(value) => {
                heard(column.ty, value).ok_or_else(|| format!("“{}” is not what the column holds", column.name))
            }
            None if column.fate == Fate::Private => Ok(Val::Null),
            None => Err(format!("the column “{}” is missing", column.name)),
        })
        .collect()
}

fn heard(ty: Type, value: &Value) -> Option<Val> {
    Some(match (ty.holds(), value) {
        (_, Value::Null) => Val::Null,
        (Holds::Int, Value::String(text)) if ty == Type::Time => Val::Int(moment(text)?),
        (Holds::Int, Value::Number(number)) => Val::Int(number.as_i64()?),
        (Holds::Real, Value::Number(number)) => Val::Real(number.as_f64()?),
        (Holds::Bool, Value::Bool(flag)) => Val::Bool(*flag),
        (Holds::Text, Value::String(text)) => Val::Text(text.clone()),
        (Holds::Id, Value::String(text)) => Val::Id(text.parse().ok()?),
        _ => return None,
    })
}

/// Rows on their way into one table, many in a statement.
struct Filling<'f, 'c> {
    conn: &'f Conn<'c>,
    table: &'static Table,
    waiting: Vec<Val>,
    /// Rows that name a row of their own table, and which.
    own: Vec<(&'static Column, Val, Val)>,
}

impl<'f, 'c> Filling<'f, 'c> {
    fn of(conn: &'f Conn<'c>, table: &'static Table) -> Self {
        Self { conn, table, waiting: Vec::new(), own: Vec::new() }
    }

    fn take(&mut self, mut row: Vec<Val>) -> Result<(), ArchiveError> {
        for (place, column) in self.table.columns.iter().enumerate().filter(|(_, column)| column.own_table) {
            let named = std::mem::replace(&mut row[place], Val::Null);
            if named != Val::Null {
                // The key of such a table is its first column.
                self.own.push((column, row[0].clone(), named));
            }
        }
        self.waiting.extend(row);
        if self.waiting.len() >= AT_ONCE * self.table.columns.len() { self.insert() } else { Ok(()) }
    }

    fn insert(&mut self) -> Result<(), ArchiveError> {
        let width = self.table.columns.len();
        if self.waiting.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = self.table.columns.iter().map(|column| column.name).collect();
        let rows: Vec<String> = (0..self.waiting.len() / width)
            .map(|row| {
                let places: Vec<String> = (0..width).map(|column| format!("${}", row * width + column + 1)).collect();
                format!("({})", places.join(", "))
            })
            .collect();
        let sql = format!("INSERT INTO {} ({}) VALUES {}", self.table.name, names.join(", "), rows.join(", "));
        self.conn.exec_unrecorded(&sql, &self.waiting)?;
        self.waiting.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<(), ArchiveError> {
        self.insert()?;
        for (column, key, named) in self.own {
            let sql = format!("UPDATE {} SET {} = $1 WHERE {} = $2", self.table.name, column.name, self.table.key[0]);
            self.conn.exec_unrecorded(&sql, &[named, key])?;
        }
        Ok(())
    }
}

/// Makes the search index from titles and texts.
fn index(conn: &Conn<'_>) -> Result<(), ArchiveError> {
    let organisation: Option<(OrganisationId,)> = conn.maybe("SELECT id FROM organisation LIMIT 1", &[])?;
    let Some((organisation,)) = organisation else { return Ok(()) };
    let actor = Actor::console(organisation);
    let cx = Cx::new(conn, &actor, Ts::now());
    Ok(object::search::renew_all(&cx)?)
}

#[cfg(test)]
mod tests {
    use super::super::columns::table;
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_row_is_read_by_the_names_of_its_columns() {
        let member = table("member").unwrap();
        let id = Uuid::from_u128(7);
        let line = format!(r#"{{"role":"viewer","person_id":"{id}","product_id":"{id}","department":null}}"#);
        assert_eq!(row(member, line.as_bytes()).unwrap()[..3], [Val::Id(id), Val::Id(id), Val::Text("viewer".into())]);
        let unknown = format!(r#"{{"role":"viewer","person_id":"{id}","product_id":"{id}","boss":true}}"#);
        assert!(row(member, unknown.as_bytes()).unwrap_err().contains("boss"));
        assert!(row(member, b"{}").unwrap_err().contains("product_id"));
        assert!(row(member, b"[]").is_err());
        assert!(row(member, format!(r#"{{"role":1,"person_id":"{id}","product_id":"{id}"}}"#).as_bytes()).is_err());
    }

    #[test]
    fn moments_keep_their_microseconds() {
        for micros in [0, 1, -1, 1_764_000_000_123_456] {
            assert_eq!(moment(&Ts(micros).to_string()), Some(micros));
        }
    }
}
