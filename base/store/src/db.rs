use crate::{Conn, Engine, StoreError, migrate, postgres_engine, sqlite_engine};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::{broadcast, oneshot};
use uuid::Uuid;

/// Where the data lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A folder that holds `throughline.db`.
    Folder(PathBuf),
    /// `postgres://user:password@host/database`
    Postgres(String),
}

impl Location {
    /// Whether there is something to open; an address is asked only by opening it.
    pub fn is_there(&self) -> bool {
        match self {
            Self::Folder(folder) => database_file(folder).is_file(),
            Self::Postgres(_) => true,
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Read-only connections (SQLite) or clients for reads and writes (PostgreSQL).
    pub connections: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { connections: 3 }
    }
}

/// A scope (a product or the organisation) whose activity has reached `seq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wake {
    pub scope: Uuid,
    pub seq: i64,
}

/// What becomes of one unit of work when its closure has run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Keep,
    Discard,
    Again,
}

/// A closure on its way to a database thread and its answer on the way back.
pub(crate) trait Work: Send {
    fn run(&mut self, conn: &Conn<'_>) -> Verdict;
    /// Answers after the commit; a failure of the commit takes the place of the result.
    fn answer(self: Box<Self>, failure: Option<StoreError>);
    fn writes(&self) -> bool;
    /// Whether somebody still waits for it. What nobody waits for any more is not begun.
    fn is_awaited(&self) -> bool;
}

struct Task<F, T, E> {
    closure: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
    writes: bool,
}

impl<F, T, E> Work for Task<F, T, E>
where
    F: Fn(&Conn<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, conn: &Conn<'_>) -> Verdict {
        let result = catch_unwind(AssertUnwindSafe(|| (self.closure)(conn)))
            .unwrap_or_else(|_| Err(E::from(StoreError::Other("a rule panicked".into()))));
        if conn.conflicted() {
            self.result = Some(Err(E::from(StoreError::Conflict)));
            return Verdict::Again;
        }
        let result = match result {
            Ok(_) if self.writes && conn.owes_an_event() => Err(E::from(StoreError::ChangeWithoutEvent)),
            result => result,
        };
        let verdict = if result.is_ok() { Verdict::Keep } else { Verdict::Discard };
        self.result = Some(result);
        verdict
    }

    fn answer(self: Box<Self>, failure: Option<StoreError>) {
        let result = match (failure, self.result) {
            (Some(error), Some(Ok(_)) | None) => Err(E::from(error)),
            (_, Some(result)) => result,
            (None, None) => Err(E::from(StoreError::Other("the work was never run".into()))),
        };
        // The caller may have gone since it began; its write stands all the same.
        drop(self.reply.send(result));
    }

    fn writes(&self) -> bool {
        self.writes
    }

    fn is_awaited(&self) -> bool {
        !self.reply.is_closed()
    }
}

pub(crate) enum Threads {
    Sqlite(sqlite_engine::Threads),
    Postgres(postgres_engine::Threads),
}

/// The database: hand it closures.
#[derive(Clone)]
pub struct Db {
    pub(crate) threads: Arc<Threads>,
    wakes: broadcast::Sender<Wake>,
    location: Arc<Location>,
}

/// How far a backup has come, in pages.
pub type Backup<'a> = &'a mut dyn FnMut(u64, u64);

impl Db {
    /// Opens the database and brings it to the newest migration, with an automatic backup first where there is data.
    pub fn open(location: &Location, options: Options) -> Result<Self, StoreError> {
        let (wakes, _) = broadcast::channel(4096);
        let threads = match location {
            Location::Folder(folder) => {
                Threads::Sqlite(sqlite_engine::Threads::start(&database_file(folder), options, wakes.clone())?)
            }
            Location::Postgres(url) => Threads::Postgres(postgres_engine::Threads::start(url, options, wakes.clone())?),
        };
        Ok(Self { threads: Arc::new(threads), wakes, location: Arc::new(location.clone()) })
    }

    pub fn engine(&self) -> Engine {
        match &*self.threads {
            Threads::Sqlite(_) => Engine::Sqlite,
            Threads::Postgres(_) => Engine::Postgres,
        }
    }

    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Scopes whose activity moved, after each commit; the activity table is the truth, this only wakes.
    pub fn wakes(&self) -> broadcast::Receiver<Wake> {
        self.wakes.subscribe()
    }

    pub async fn read<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: Fn(&Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.hand_over(closure, false)?.await.unwrap_or_else(|_| Err(gone().into()))
    }

    /// Runs a closure in a write transaction and answers once it is durable. It may run more than once.
    pub async fn write<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: Fn(&Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.hand_over(closure, true)?.await.unwrap_or_else(|_| Err(gone().into()))
    }

    /// [`Db::read`] for the command line.
    pub fn read_now<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: Fn(&Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.hand_over(closure, false)?.blocking_recv().unwrap_or_else(|_| Err(gone().into()))
    }

    /// [`Db::write`] for the command line.
    pub fn write_now<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: Fn(&Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.hand_over(closure, true)?.blocking_recv().unwrap_or_else(|_| Err(gone().into()))
    }

    fn hand_over<T, E, F>(&self, closure: F, writes: bool) -> Result<oneshot::Receiver<Result<T, E>>, E>
    where
        F: Fn(&Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let work: Box<dyn Work> = Box::new(Task { closure, result: None, reply, writes });
        match &*self.threads {
            Threads::Sqlite(threads) => threads.take(work)?,
            Threads::Postgres(threads) => threads.take(work)?,
        }
        Ok(answer)
    }

    /// Copies a SQLite database to a file, consistent while writes go on.
    pub fn copy_to(&self, file: &Path, progress: Backup<'_>) -> Result<(), StoreError> {
        match &*self.location {
            Location::Folder(folder) => sqlite_engine::copy(&database_file(folder), file, progress),
            Location::Postgres(_) => Err(StoreError::Other("PostgreSQL is copied by an archive, not a file".into())),
        }
    }

    /// Every table of the product's schema, in an order in which each stands after those it refers to.
    pub fn tables() -> &'static [&'static str] {
        migrate::TABLES
    }
}

fn gone() -> StoreError {
    StoreError::Unavailable("the database thread has stopped".into())
}

pub(crate) fn database_file(folder: &Path) -> PathBuf {
    folder.join("throughline.db")
}
