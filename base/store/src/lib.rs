//! The only code that knows the database engines. SQLite (embedded) and PostgreSQL behind one connection, one SQL text
//! with `$n` placeholders and one row.
//!
//! The core is synchronous: a transaction is a closure that runs on a database thread. On SQLite one writer thread takes
//! the waiting writes into one commit, each in its own savepoint, and answers after it (group commit). On PostgreSQL a
//! pool of threads holds one client each, and a write that fails to serialise runs again.
//!
//! A write that changes rows without settling its debt (an activity, see `access::record`) is refused at commit.

mod conn;
mod db;
mod migrate;
mod postgres_engine;
mod sqlite_engine;
mod value;

pub use conn::{Conn, Engine, Sql};
pub use db::{Backup, Db, Location, Options, Wake};
pub use value::{FromRow, FromVal, Holds, Row, Val};

use std::io;
use std::path::Path;

/// What can go wrong below the rules.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The queue of waiting writes is full.
    #[error("the database is busy")]
    Busy,
    /// The database cannot be reached or cannot write (disk full, I/O error, lost connection).
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// Two transactions met; the engine asks to run this one again.
    #[error("the transaction met another one")]
    Conflict,
    /// A unique or foreign key said no.
    #[error("a constraint refused the change: {0}")]
    Constraint(String),
    /// A value the database cannot hold or compare.
    #[error("a value does not fit: {0}")]
    Unfit(String),
    /// A write changed rows but recorded no activity.
    #[error("a change without its event was refused")]
    ChangeWithoutEvent,
    #[error("database: {0}")]
    Other(String),
}

/// Makes a folder that only its owner may read, or closes one that is there.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    #[cfg(unix)]
    std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// Makes the names of what lies in a folder durable, as `sync_all` does a file's content.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    // Elsewhere a folder cannot be opened, and its names are durable with the file.
    if cfg!(unix) { std::fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

/// `args![a, b]`: the typed arguments of one statement.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::Val::from($value)),*] };
}
