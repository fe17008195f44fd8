use crate::conn::Inner;
use crate::db::{Backup, Verdict, Work};
use crate::{Conn, Options, StoreError, Wake, migrate};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::sync::broadcast;

/// Writes that may share one commit, and how long the first of them may wait for the others.
const GROUP: usize = 64;
const GROUP_TIME: Duration = Duration::from_millis(2);
/// Work that may wait for a thread before callers are told to come back later.
const QUEUE: usize = 1024;
/// Before 3.51.3 a race while the write-ahead log is reset can lose commits.
const OLDEST: i32 = 3_051_003;

pub(crate) struct Threads {
    writer: Sender<Box<dyn Work>>,
    readers: Sender<Box<dyn Work>>,
}

impl Threads {
    pub(crate) fn start(file: &Path, options: Options, wakes: broadcast::Sender<Wake>) -> Result<Self, StoreError> {
        if rusqlite::version_number() < OLDEST {
            return Err(StoreError::Other(format!("SQLite {} is too old; 3.51.3 is needed", rusqlite::version())));
        }
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(|e| StoreError::Unavailable(e.to_string()))?;
            private(folder)?;
        }
        let writer = open(file, false)?;
        migrate::sqlite(&writer, file)?;
        let (write_work, waiting_writes) = bounded::<Box<dyn Work>>(QUEUE);
        let (read_work, waiting_reads) = bounded::<Box<dyn Work>>(QUEUE);
        spawn("db-writer", move || write_loop(&writer, &waiting_writes, &wakes))?;
        for number in 0..options.connections.max(1) {
            let reader = open(file, true)?;
            let waiting = waiting_reads.clone();
            spawn(&format!("db-reader-{number}"), move || read_loop(&reader, &waiting))?;
        }
        Ok(Self { writer: write_work, readers: read_work })
    }

    pub(crate) fn take(&self, work: Box<dyn Work>) -> Result<(), StoreError> {
        let queue = if work.writes() { &self.writer } else { &self.readers };
        queue.try_send(work).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => StoreError::Unavailable("the database thread has stopped".into()),
        })
    }
}

#[cfg(unix)]
fn private(folder: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
        .map_err(|e| StoreError::Unavailable(format!("{}: {e}", folder.display())))
}

#[cfg(not(unix))]
fn private(_: &Path) -> Result<(), StoreError> {
    Ok(())
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<(), StoreError> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .map(drop)
        .map_err(|e| StoreError::Unavailable(e.to_string()))
}

fn open(file: &Path, read_only: bool) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(file, flags).map_err(fault)?;
    conn.busy_timeout(Duration::from_secs(5)).map_err(fault)?;
    conn.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-12000;
         PRAGMA journal_size_limit=67108864; PRAGMA wal_autocheckpoint=2000;",
    )
    .map_err(fault)?;
    // What a savepoint remembers of a large write goes to a file: in memory SQLite walks all of it at every statement.
    conn.execute_batch(if read_only {
        "PRAGMA temp_store=MEMORY; PRAGMA query_only=ON"
    } else {
        "PRAGMA temp_store=FILE"
    })
    .map_err(fault)?;
    conn.set_prepared_statement_cache_capacity(256);
    Ok(conn)
}

fn write_loop(conn: &Connection, waiting: &Receiver<Box<dyn Work>>, wakes: &broadcast::Sender<Wake>) {
    while let Ok(first) = waiting.recv() {
        // Without a transaction no waiting write may run: its savepoint would commit by itself.
        if let Err(error) = run(conn, "BEGIN IMMEDIATE") {
            tracing::error!(%error, "a write transaction could not begin");
            first.answer(Some(error));
            continue;
        }
        let began = Instant::now();
        let mut done: Vec<Box<dyn Work>> = Vec::new();
        let mut woken: Vec<Wake> = Vec::new();
        let mut next = Some(first);
        while let Some(work) = next {
            done.push(run_in_savepoint(conn, work, &mut woken));
            next = (done.len() < GROUP && began.elapsed() < GROUP_TIME).then(|| waiting.try_recv().ok()).flatten();
        }
        let failure = run(conn, "COMMIT").err().map(|error| {
            tracing::error!(%error, "a commit failed");
            drop(run(conn, "ROLLBACK"));
            error.to_string()
        });
        let committed = failure.is_none();
        for work in done {
            work.answer(failure.clone().map(StoreError::Unavailable));
        }
        if committed {
            for wake in woken {
                // Nobody listening is no failure.
                drop(wakes.send(wake));
            }
        }
    }
}

fn run_in_savepoint(conn: &Connection, mut work: Box<dyn Work>, woken: &mut Vec<Wake>) -> Box<dyn Work> {
    let outcome = run(conn, "SAVEPOINT work").map(|()| {
        let scoped = Conn::new(Inner::Sqlite(conn));
        let verdict = work.run(&scoped);
        (verdict, scoped.take_wakes())
    });
    match outcome {
        Ok((Verdict::Keep, wakes)) => match run(conn, "RELEASE work") {
            Ok(()) => woken.extend(wakes),
            Err(error) => tracing::error!(%error, "a savepoint could not be released"),
        },
        Ok(_) => {
            if let Err(error) = run(conn, "ROLLBACK TO work").and_then(|()| run(conn, "RELEASE work")) {
                tracing::error!(%error, "a savepoint could not be rolled back");
            }
        }
        Err(error) => tracing::error!(%error, "a savepoint could not be set"),
    }
    work
}

fn read_loop(conn: &Connection, waiting: &Receiver<Box<dyn Work>>) {
    while let Ok(mut work) = waiting.recv() {
        if let Err(error) = run(conn, "BEGIN") {
            work.answer(Some(error));
            continue;
        }
        work.run(&Conn::new(Inner::Sqlite(conn)));
        if let Err(error) = run(conn, "COMMIT") {
            tracing::warn!(%error, "a read transaction did not end cleanly");
            drop(run(conn, "ROLLBACK"));
        }
        work.answer(None);
    }
}

fn run(conn: &Connection, sql: &str) -> Result<(), StoreError> {
    conn.prepare_cached(sql).and_then(|mut statement| statement.execute([])).map(drop).map_err(fault)
}

pub(crate) fn copy(from: &Path, to: &Path, progress: Backup<'_>) -> Result<(), StoreError> {
    let source = open(from, true)?;
    let mut target = Connection::open(to).map_err(fault)?;
    let backup = rusqlite::backup::Backup::new(&source, &mut target).map_err(fault)?;
    loop {
        let step = backup.step(1000).map_err(fault)?;
        let done = backup.progress();
        let total = u64::try_from(done.pagecount).unwrap_or(0);
        progress(total.saturating_sub(u64::try_from(done.remaining).unwrap_or(0)), total);
        match step {
            rusqlite::backup::StepResult::Done => return Ok(()),
            rusqlite::backup::StepResult::More => {}
            _ => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

pub(crate) fn fault(error: rusqlite::Error) -> StoreError {
    let text = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => StoreError::Constraint(text),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
        Some(
            ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase,
        ) => StoreError::Unavailable(text),
        _ => StoreError::Other(text),
    }
}
