use crate::conn::{Inner, Later};
use crate::db::{Backup, Verdict, Work};
use crate::{Conn, Options, StoreError, Wake, migrate};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use rusqlite::config::DbConfig;
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
            crate::private_folder(folder).map_err(|e| StoreError::Unavailable(format!("{}: {e}", folder.display())))?;
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
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-20000;
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
    // A plan depends on no value: otherwise SQLite prepares many a statement anew each time values are bound to it.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(fault)?;
    conn.set_prepared_statement_cache_capacity(256);
    Ok(conn)
}

fn write_loop(conn: &Connection, waiting: &Receiver<Box<dyn Work>>, wakes: &broadcast::Sender<Wake>) {
    while let Ok(first) = waiting.recv() {
        if !first.is_awaited() {
            continue;
        }
        // Without a transaction no waiting write may run: its savepoint would commit by itself.
        if let Err(error) = run(conn, "BEGIN IMMEDIATE") {
            tracing::error!(%error, "a write transaction could not begin");
            first.answer(Some(error));
            continue;
        }
        let began = Instant::now();
        let mut done: Vec<Box<dyn Work>> = Vec::new();
        let mut woken: Vec<Wake> = Vec::new();
        let mut later: Vec<Later> = Vec::new();
        let mut next = Some(first);
        let mut ran = Ok(());
        while let Some(mut work) = next {
            ran = run_in_savepoint(conn, &mut *work, &mut woken, &mut later);
            done.push(work);
            let room = ran.is_ok() && done.len() < GROUP && began.elapsed() < GROUP_TIME;
            next = room.then(|| waiting.try_recv().ok()).flatten().filter(|work| work.is_awaited());
        }
        let failure = ran.and_then(|()| end(conn, &later)).err().map(|error| {
            tracing::error!(%error, "a write transaction failed");
            if !conn.is_autocommit() {
                drop(run(conn, "ROLLBACK"));
            }
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

/// Runs one work of a group. An error is that of the whole group, which then is taken back and answered as one.
fn run_in_savepoint(
    conn: &Connection,
    work: &mut dyn Work,
    woken: &mut Vec<Wake>,
    later: &mut Vec<Later>,
) -> Result<(), StoreError> {
    run(conn, "SAVEPOINT work")?;
    let scoped = Conn::new(Inner::Sqlite(conn));
    let verdict = work.run(&scoped);
    if conn.is_autocommit() {
        // After a full disk or a failed write SQLite takes the transaction back by itself; the next savepoint would
        // begin one of its own and commit it.
        return Err(StoreError::Unavailable("the database took the transaction back".into()));
    }
    if verdict == Verdict::Keep {
        woken.extend(scoped.take_wakes());
        later.extend(scoped.take_later());
    } else {
        run(conn, "ROLLBACK TO work")?;
    }
    run(conn, "RELEASE work")
}

/// Runs what waited for the end of the group, and commits.
fn end(conn: &Connection, later: &[Later]) -> Result<(), StoreError> {
    let scoped = Conn::new(Inner::Sqlite(conn));
    for (sql, args) in later {
        scoped.exec_unrecorded(sql, args)?;
    }
    run(conn, "COMMIT")
}

fn read_loop(conn: &Connection, waiting: &Receiver<Box<dyn Work>>) {
    while let Ok(mut work) = waiting.recv() {
        if !work.is_awaited() {
            continue;
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Db, Location, args, db};
    use std::sync::{Mutex, mpsc};
    use std::thread::{self, JoinHandle};

    type Answer = JoinHandle<Result<(), StoreError>>;

    fn fresh() -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&Location::Folder(folder.path().to_owned()), Options::default()).unwrap();
        (folder, db)
    }

    fn found(conn: &Conn<'_>, name: &str) -> Result<(), StoreError> {
        let id = uuid::Uuid::now_v7();
        conn.exec_unrecorded("INSERT INTO organisation (id, name, created_at) VALUES ($1, $2, 0)", args![id, name])?;
        Ok(())
    }

    fn founded(db: &Db) -> Vec<String> {
        let names: Vec<(String,)> = db.read_now(|conn| conn.rows("SELECT name FROM organisation", &[])).unwrap();
        names.into_iter().map(|(name,)| name).collect()
    }

    /// A write that has begun and ends when it is told to.
    fn held(db: &Db, name: &'static str) -> (mpsc::Sender<()>, Answer) {
        let ((begin, begun), (end, ended)) = (mpsc::channel(), mpsc::channel());
        let (db, ended) = (db.clone(), Mutex::new(ended));
        let answer = thread::spawn(move || {
            db.write_now(move |conn| {
                begin.send(()).unwrap();
                ended.lock().unwrap().recv().unwrap();
                found(conn, name)
            })
        });
        begun.recv().unwrap();
        (end, answer)
    }

    fn until_waiting(db: &Db, writes: usize) {
        let db::Threads::Sqlite(threads) = &*db.threads else { panic!("this is SQLite") };
        while threads.writer.len() < writes {
            thread::yield_now();
        }
    }

    /// A full disk shows itself as a transaction that is gone; `ROLLBACK` within a work is the same to those after it.
    #[test]
    fn what_the_engine_takes_back_is_not_answered_as_kept() {
        let (_folder, db) = fresh();
        let (end, first) = held(&db, "first");
        let mut answers = vec![("first", first)];
        for (name, lost) in [("second", false), ("lost", true), ("fourth", false)] {
            let queued = answers.len();
            let to = db.clone();
            let write = move |conn: &Conn<'_>| {
                found(conn, name)?;
                if lost { conn.batch("ROLLBACK") } else { Ok(()) }
            };
            answers.push((name, thread::spawn(move || to.write_now(write))));
            until_waiting(&db, queued);
        }
        end.send(()).unwrap();
        let mut kept = Vec::new();
        for (name, answer) in answers {
            match answer.join().unwrap() {
                Ok(()) => kept.push(name),
                Err(StoreError::Unavailable(_)) => {}
                Err(other) => panic!("{name}: {other}"),
            }
        }
        assert_eq!(founded(&db), kept);
        assert!(!kept.contains(&"lost"));
        db.write_now(|conn| found(conn, "after")).unwrap();
    }

    #[test]
    fn what_waits_for_the_end_is_kept_with_its_write_and_dropped_with_it() {
        let (_folder, db) = fresh();
        let write = |number: usize, refused: bool| {
            db.write_now(move |conn| {
                for n in 0..number {
                    let values = args![uuid::Uuid::now_v7(), format!("{n}")];
                    conn.exec_at_end("INSERT INTO organisation (id, name, created_at) VALUES ($1, $2, 0)", values)?;
                }
                if refused { Err(StoreError::Busy) } else { Ok(()) }
            })
        };
        // More than wait at once: some of them were run already when the write is refused.
        write(600, true).unwrap_err();
        assert!(founded(&db).is_empty());
        write(600, false).unwrap();
        assert_eq!(founded(&db).len(), 600);
    }

    #[test]
    fn a_write_whose_caller_has_gone_is_not_begun() {
        let (_folder, db) = fresh();
        let (end, first) = held(&db, "first");
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut late = Box::pin(db.write(|conn| found(conn, "late")));
            assert!(futures_util::future::poll_immediate(&mut late).await.is_none());
        });
        end.send(()).unwrap();
        first.join().unwrap().unwrap();
        db.write_now(|conn| found(conn, "next")).unwrap();
        assert_eq!(founded(&db), ["first", "next"]);
    }
}
