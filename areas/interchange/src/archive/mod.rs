//! The archive: everything Throughline keeps, in a form that needs no Throughline to be read and no particular engine
//! to be restored.
//!
//! A zip with `manifest.json`, `tables/<table>.ndjson` (one JSON object per row, columns by name, times in RFC 3339) and
//! `attachments/<SHA-256>`. What each table and column is stands in [`columns`].

pub mod columns;
mod read;
mod write;

pub use read::restore;
pub use write::{export, export_to_file};

use access::Fault;
use serde::{Deserialize, Serialize};
use store::StoreError;
use vocabulary::{ProductId, Ts};

/// Raised when an older reader could misread a newer archive.
pub const FORMAT: u32 = 1;

/// What an archive is to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contents {
    /// All of it, secrets too: a backup.
    Backup,
    /// All that is not secret.
    OpenData,
    /// One product and the people it names, without secrets.
    Product(ProductId),
}

/// The first thing to read in an archive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    pub product_version: String,
    pub made_at: Ts,
    pub engine: String,
    /// `backup`, `open data` or the key of the one product.
    pub contents: String,
    pub tables: Vec<TableEntry>,
    pub files: Vec<FileEntry>,
    /// Attachments whose content was not to be found when the archive was made.
    pub missing_attachments: Vec<String>,
}

impl Manifest {
    /// Whether people can sign in with what is in it.
    pub fn has_secrets(&self) -> bool {
        self.contents == BACKUP
    }
}

const BACKUP: &str = "backup";
const OPEN_DATA: &str = "open data";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableEntry {
    pub name: String,
    pub rows: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileEntry {
    pub path: String,
    pub size: u64,
    pub sha256: String,
}

/// Told while the work goes on: rows and files done, and how many there are.
pub type Progress<'p> = &'p dyn Fn(u64, u64);

#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A sentence for whoever asked.
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("the archive is damaged: {0}")]
    Zip(#[from] zip::result::ZipError),
}

impl ArchiveError {
    fn refused(sentence: impl Into<String>) -> Self {
        Self::Refused(sentence.into())
    }
}

impl From<ArchiveError> for Fault {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::Fault(fault) => fault,
            ArchiveError::Store(error) => error.into(),
            ArchiveError::Refused(sentence) => Fault::broken("archive", sentence),
            ArchiveError::Io(error) => StoreError::Unavailable(error.to_string()).into(),
            ArchiveError::Zip(error) => StoreError::Other(error.to_string()).into(),
        }
    }
}

const MANIFEST: &str = "manifest.json";
const ATTACHMENTS: &str = "attachments/";

fn table_path(table: &str) -> String {
    format!("tables/{table}.ndjson")
}

fn hex(digest: impl AsRef<[u8]>) -> String {
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a text is a SHA-256 in hex; nothing else becomes the name of a file.
fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
