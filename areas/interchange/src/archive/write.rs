use super::columns::{Column, Fate, TABLES, Table, Type, Within};
use super::{
    ATTACHMENTS, ArchiveError, BACKUP, Contents, FORMAT, FileEntry, MANIFEST, Manifest, OPEN_DATA, Progress,
    TableEntry, hex, is_hash, table_path,
};
use crate::file::replace_file;
use serde_json::{Map, Number, Value};
use sha2::{Digest, Sha256};
use std::io::{Read, Seek, Write};
use std::path::Path;
use store::{Conn, Db, Engine, StoreError, Val, args};
use vocabulary::{ProductId, Ts};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

const CHUNK: usize = 1000;

/// Writes an archive of what the database holds at one moment, while others go on writing.
pub fn export<W: Write + Seek>(
    conn: &Conn<'_>,
    files: &Path,
    contents: Contents,
    made_at: Ts,
    out: W,
    progress: Progress<'_>,
) -> Result<Manifest, ArchiveError> {
    conn.in_snapshot(|| Export::of(conn, contents, out, progress)?.run(files, made_at))
}

/// [`export`] into a file that only its owner may read. The file appears when it is complete; one that was there before
/// stays until then.
pub fn export_to_file(
    db: &Db,
    files: &Path,
    contents: Contents,
    made_at: Ts,
    file: &Path,
    progress: impl Fn(u64, u64) + Send + 'static,
) -> Result<Manifest, ArchiveError> {
    let (files, file) = (files.to_owned(), file.to_owned());
    db.read_now(move |conn| replace_file(&file, |out| export(conn, &files, contents, made_at, out, &progress)))
}

struct Export<'e, 'c, W: Write + Seek> {
    conn: &'e Conn<'c>,
    product: Option<ProductId>,
    name: String,
    private: bool,
    zip: ZipWriter<W>,
    files: Vec<FileEntry>,
    done: u64,
    total: u64,
    progress: Progress<'e>,
}

impl<'e, 'c, W: Write + Seek> Export<'e, 'c, W> {
    fn of(conn: &'e Conn<'c>, contents: Contents, out: W, progress: Progress<'e>) -> Result<Self, ArchiveError> {
        let (product, name) = match contents {
            Contents::Backup => (None, BACKUP.to_owned()),
            Contents::OpenData => (None, OPEN_DATA.to_owned()),
            Contents::Product(id) => {
                let key: Option<(String,)> = conn.maybe("SELECT key FROM product WHERE id = $1", args![id])?;
                (Some(id), key.ok_or_else(|| ArchiveError::refused("There is no such product."))?.0)
            }
        };
        Ok(Self {
            conn,
            product,
            name,
            private: contents == Contents::Backup,
            zip: ZipWriter::new(out),
            files: Vec::new(),
            done: 0,
            total: 0,
            progress,
        })
    }

    fn run(mut self, files: &Path, made_at: Ts) -> Result<Manifest, ArchiveError> {
        let tables: Vec<Selection> = TABLES
            .iter()
            .filter_map(|table| Selection::of(table, self.conn.engine(), self.product, self.private))
            .collect();
        let hashes = self.attachments()?;
        self.total = hashes.len() as u64;
        for table in &tables {
            let (rows,): (i64,) = self.conn.one(&table.count, &table.args)?;
            self.total += u64::try_from(rows).unwrap_or(0);
        }
        let mut entries = Vec::with_capacity(tables.len());
        for table in &tables {
            entries.push(TableEntry { name: table.name.to_owned(), rows: self.table(table)? });
        }
        let mut missing = Vec::new();
        for hash in hashes {
            if !self.attachment(files, &hash)? {
                missing.push(hash);
            }
            self.step(1);
        }
        let manifest = Manifest {
            format: FORMAT,
            product_version: env!("CARGO_PKG_VERSION").to_owned(),
            made_at,
            engine: match self.conn.engine() {
                Engine::Sqlite => "sqlite".to_owned(),
                Engine::Postgres => "postgres".to_owned(),
            },
            contents: self.name,
            tables: entries,
            files: self.files,
            missing_attachments: missing,
        };
        self.zip.start_file(MANIFEST, compressed())?;
        serde_json::to_writer_pretty(&mut self.zip, &manifest).map_err(std::io::Error::from)?;
        self.zip.finish()?.flush()?;
        Ok(manifest)
    }

    fn step(&mut self, by: u64) {
        self.done += by;
        (self.progress)(self.done, self.total);
    }

    fn table(&mut self, table: &Selection) -> Result<u64, ArchiveError> {
        let path = table_path(table.name);
        self.zip.start_file(&path, compressed())?;
        let mut out = Summed::new(&mut self.zip);
        let mut rows = 0;
        let mut after: Option<Vec<Val>> = None;
        loop {
            let chunk = table.chunk(self.conn, after.as_deref())?;
            for row in &chunk {
                serde_json::to_writer(&mut out, &table.json(row)?).map_err(std::io::Error::from)?;
                out.write_all(b"\n")?;
            }
            rows += chunk.len() as u64;
            self.done += chunk.len() as u64;
            (self.progress)(self.done, self.total);
            match chunk.last() {
                Some(last) if chunk.len() == CHUNK => after = Some(table.key(last)),
                _ => break,
            }
        }
        let entry = out.entry(path);
        self.files.push(entry);
        Ok(rows)
    }

    /// The contents of attachments that are not deleted, each once.
    fn attachments(&self) -> Result<Vec<String>, ArchiveError> {
        let rows: Vec<(String,)> = match self.product {
            None => self.conn.rows(
                "SELECT DISTINCT content_hash FROM attachment WHERE deleted_at IS NULL ORDER BY content_hash",
                &[],
            )?,
            Some(product) => self.conn.rows(
                "SELECT DISTINCT a.content_hash FROM attachment a JOIN object o ON o.id = a.object_id
                 WHERE a.deleted_at IS NULL AND o.product_id = $1 ORDER BY a.content_hash",
                args![product],
            )?,
        };
        Ok(rows.into_iter().map(|(hash,)| hash).collect())
    }

    fn attachment(&mut self, files: &Path, hash: &str) -> Result<bool, ArchiveError> {
        if !is_hash(hash) {
            return Ok(false);
        }
        let mut content = match std::fs::File::open(object::content_path(files, hash)) {
            Ok(content) => content,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let path = format!("{ATTACHMENTS}{hash}");
        self.zip.start_file(&path, stored())?;
        let mut out = Summed::new(&mut self.zip);
        let mut buffer = vec![0; 64 << 10];
        loop {
            match content.read(&mut buffer)? {
                0 => break,
                read => out.write_all(&buffer[..read])?,
            }
        }
        let entry = out.entry(path);
        if entry.sha256 != hash {
            return Err(ArchiveError::refused(format!(
                "The attachment {hash} is damaged on disk; run `throughline doctor` and put its file back or remove it."
            )));
        }
        self.files.push(entry);
        Ok(true)
    }
}

/// The same rows make the same bytes: no entry carries a time of its own.
fn compressed() -> SimpleFileOptions {
    stored().compression_method(CompressionMethod::Deflated)
}

/// Attachments are mostly compressed already.
fn stored() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o600)
        .large_file(true)
}

/// Counts and hashes what passes.
struct Summed<W> {
    out: W,
    size: u64,
    sum: Sha256,
}

impl<W: Write> Summed<W> {
    fn new(out: W) -> Self {
        Self { out, size: 0, sum: Sha256::new() }
    }

    fn entry(self, path: String) -> FileEntry {
        FileEntry { path, size: self.size, sha256: hex(self.sum.finalize()) }
    }
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

/// One table's statements.
struct Selection {
    name: &'static str,
    columns: Vec<&'static Column>,
    /// Places of the key's columns in the row.
    key: Vec<usize>,
    count: String,
    first: String,
    next: String,
    args: Vec<Val>,
}

impl Selection {
    fn of(table: &'static Table, engine: Engine, product: Option<ProductId>, private: bool) -> Option<Self> {
        if table.is_private() && !private {
            return None;
        }
        let columns: Vec<&Column> =
            table.columns.iter().filter(|column| private || column.fate == Fate::Exported).collect();
        let key: Vec<usize> =
            table.key.iter().filter_map(|name| columns.iter().position(|column| column.name == *name)).collect();
        let filter = match (product, table.within) {
            (None, _) | (Some(_), Within::Everywhere) => None,
            (Some(_), Within::Rows(rows)) => Some(rows.to_owned()),
            (Some(_), Within::Named) => Some(format!("id IN ({})", named_people())),
            (Some(_), Within::Nowhere) => return None,
        };
        let args: Vec<Val> = product.filter(|_| filter.is_some()).map(Val::from).into_iter().collect();
        // Bytewise on both engines, whatever the database's language is: the same rows come in the same order.
        let ordered: Vec<String> = key
            .iter()
            .map(|place| match (columns[*place].ty, engine) {
                (Type::Text, Engine::Postgres) => format!("{} COLLATE \"C\"", columns[*place].name),
                _ => columns[*place].name.to_owned(),
            })
            .collect();
        let ordered = ordered.join(", ");
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        let (names, name) = (names.join(", "), table.name);
        let filter = filter.unwrap_or_else(|| "TRUE".to_owned());
        let after: Vec<String> = (0..key.len()).map(|i| format!("${}", args.len() + i + 1)).collect();
        Some(Self {
            name,
            count: format!("SELECT count(*) FROM {name} WHERE {filter}"),
            first: format!("SELECT {names} FROM {name} WHERE {filter} ORDER BY {ordered} LIMIT {CHUNK}"),
            next: format!(
                "SELECT {names} FROM {name} WHERE {filter} AND ({ordered}) > ({}) ORDER BY {ordered} LIMIT {CHUNK}",
                after.join(", ")
            ),
            columns,
            key,
            args,
        })
    }

    fn chunk(&self, conn: &Conn<'_>, after: Option<&[Val]>) -> Result<Vec<Vec<Val>>, StoreError> {
        let (sql, args) = match after {
            None => (&self.first, self.args.clone()),
            Some(after) => (&self.next, [self.args.as_slice(), after].concat()),
        };
        conn.query(sql, &args, |row| {
            self.columns.iter().enumerate().map(|(i, column)| row.val(i, column.ty.holds())).collect()
        })
    }

    fn key(&self, row: &[Val]) -> Vec<Val> {
        self.key.iter().map(|place| row[*place].clone()).collect()
    }

    fn json(&self, row: &[Val]) -> Result<Map<String, Value>, ArchiveError> {
        self.columns
            .iter()
            .zip(row)
            .map(|(column, value)| {
                let told = tell(column.ty, value).ok_or_else(|| {
                    ArchiveError::refused(format!(
                        "{}.{} holds a number that JSON cannot write.",
                        self.name, column.name
                    ))
                })?;
                Ok((column.name.to_owned(), told))
            })
            .collect()
    }
}

fn tell(ty: Type, value: &Val) -> Option<Value> {
    Some(match value {
        Val::Null => Value::Null,
        Val::Int(micros) if ty == Type::Time => match Ts(*micros).to_string() {
            // A moment no calendar knows stays a number.
            text if super::read::moment(&text) == Some(*micros) => Value::String(text),
            _ => Value::from(*micros),
        },
        Val::Int(number) => Value::from(*number),
        Val::Real(number) => Value::Number(Number::from_f64(*number)?),
        Val::Bool(flag) => Value::Bool(*flag),
        Val::Text(text) => Value::String(text.clone()),
        Val::Id(id) => Value::String(id.to_string()),
    })
}

/// Everyone whom a row of the product names: members, authors, owners.
fn named_people() -> String {
    let mut selects = Vec::new();
    for table in TABLES {
        if let Within::Rows(rows) = table.within {
            for column in table.columns.iter().filter(|column| column.ty == Type::Person) {
                selects.push(format!("SELECT {0} FROM {1} WHERE {0} IS NOT NULL AND {rows}", column.name, table.name));
            }
        }
    }
    selects.join(" UNION ")
}
