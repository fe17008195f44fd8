use crate::conn::Inner;
use crate::db::{Verdict, Work};
use crate::{Conn, Options, StoreError, Val, Wake, migrate};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded, select};
use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::ToSql;
use postgres::{Client, NoTls, Statement};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::broadcast;

const QUEUE: usize = 1024;
/// How often a write that met another one is run again before its caller hears of it.
const TRIES: usize = 8;
const CHANNEL: &str = "throughline";
/// What another client has locked is waited for no longer than this; a large import keeps its product's turn for longer.
const LOCK_TIMEOUT: &str = "SET lock_timeout = '5s'";

/// One client with its prepared statements.
pub(crate) struct PgClient {
    client: RefCell<Client>,
    statements: RefCell<HashMap<String, Statement>>,
}

impl PgClient {
    pub(crate) fn connect(url: &str) -> Result<Self, StoreError> {
        let client = Client::connect(url, NoTls).map_err(|e| StoreError::Unavailable(e.to_string()))?;
        Ok(Self { client: RefCell::new(client), statements: RefCell::default() })
    }

    /// The client as work is done with it: it does not wait for ever.
    fn for_work(self) -> Result<Self, StoreError> {
        self.batch(LOCK_TIMEOUT)?;
        Ok(self)
    }

    fn prepared(&self, sql: &str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.borrow().get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.borrow_mut().prepare(sql).map_err(fault)?;
        let mut statements = self.statements.borrow_mut();
        if statements.len() >= 512 {
            statements.clear();
        }
        statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    pub(crate) fn query(&self, sql: &str, args: &[Val]) -> Result<Vec<postgres::Row>, StoreError> {
        let statement = self.prepared(sql)?;
        self.client.borrow_mut().query(&statement, &borrowed(args)).map_err(fault)
    }

    pub(crate) fn execute(&self, sql: &str, args: &[Val]) -> Result<u64, StoreError> {
        let statement = self.prepared(sql)?;
        self.client.borrow_mut().execute(&statement, &borrowed(args)).map_err(fault)
    }

    pub(crate) fn batch(&self, sql: &str) -> Result<(), StoreError> {
        self.client.borrow_mut().batch_execute(sql).map_err(fault)
    }

    fn is_closed(&self) -> bool {
        self.client.borrow().is_closed()
    }
}

fn borrowed(args: &[Val]) -> Vec<&(dyn ToSql + Sync)> {
    args.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

pub(crate) struct Threads {
    reads: Sender<Box<dyn Work>>,
    writes: Sender<Box<dyn Work>>,
    stopping: Arc<AtomicBool>,
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
    }
}

impl Threads {
    pub(crate) fn start(url: &str, options: Options, wakes: broadcast::Sender<Wake>) -> Result<Self, StoreError> {
        let first = PgClient::connect(url)?;
        migrate::postgres(&first)?;
        let mut client = Some(first.for_work()?);
        let (reads, reads_waiting) = bounded(QUEUE);
        let (writes, writes_waiting) = bounded(QUEUE);
        let reserved = for_reads(options.connections);
        for number in 0..options.connections.max(1) {
            let waiting =
                Waiting { reads: reads_waiting.clone(), writes: (number >= reserved).then(|| writes_waiting.clone()) };
            let url = url.to_owned();
            let client = client.take();
            spawn(&format!("db-{number}"), move || work_loop(&url, client, &waiting))?;
        }
        let stopping = Arc::new(AtomicBool::new(false));
        let (url, stop) = (url.to_owned(), stopping.clone());
        spawn("db-listener", move || listen(&url, &wakes, &stop))?;
        Ok(Self { reads, writes, stopping })
    }

    pub(crate) fn take(&self, work: Box<dyn Work>) -> Result<(), StoreError> {
        let queue = if work.writes() { &self.writes } else { &self.reads };
        queue.try_send(work).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => StoreError::Unavailable("the database threads have stopped".into()),
        })
    }
}

/// Of so many clients, those that only read: writes that wait for each other's turn leave them to the readers.
fn for_reads(connections: usize) -> usize {
    if connections < 2 { 0 } else { (connections / 4).max(1) }
}

/// What a client takes its work from.
struct Waiting {
    reads: Receiver<Box<dyn Work>>,
    writes: Option<Receiver<Box<dyn Work>>>,
}

impl Waiting {
    /// The next work; none once no more can come.
    fn next(&self) -> Option<Box<dyn Work>> {
        let Self { reads, writes: Some(writes) } = self else { return self.reads.recv().ok() };
        select! {
            recv(reads) -> work => work.or_else(|_| writes.recv()).ok(),
            recv(writes) -> work => work.or_else(|_| reads.recv()).ok(),
        }
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<(), StoreError> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .map(drop)
        .map_err(|e| StoreError::Unavailable(e.to_string()))
}

fn work_loop(url: &str, mut client: Option<PgClient>, waiting: &Waiting) {
    while let Some(mut work) = waiting.next() {
        if !work.is_awaited() {
            continue;
        }
        let kept = client.take().filter(|kept| !kept.is_closed());
        let done = kept.and_then(|kept| {
            let done = carry_out(&kept, &mut *work).ok()?;
            client = Some(kept);
            Some(done)
        });
        // A connection that was lost while nobody worked with it shows it only when somebody does.
        let failure = done.unwrap_or_else(|| match PgClient::connect(url).and_then(PgClient::for_work) {
            Err(error) => Some(error),
            Ok(fresh) => {
                let done = carry_out(&fresh, &mut *work);
                client = Some(fresh);
                done.unwrap_or_else(|NotBegun(error)| Some(error))
            }
        });
        work.answer(failure);
    }
}

/// The connection was lost before anything was done with it that lasts.
struct NotBegun(StoreError);

/// Does the work. Answers what kept it from being done.
fn carry_out(client: &PgClient, work: &mut dyn Work) -> Result<Option<StoreError>, NotBegun> {
    if !work.writes() {
        work.run(&Conn::new(Inner::Postgres(client)));
        return if client.is_closed() { Err(NotBegun(lost())) } else { Ok(None) };
    }
    match client.batch("BEGIN") {
        Err(error) if client.is_closed() => Err(NotBegun(error)),
        Err(error) => Ok(Some(error)),
        Ok(()) => Ok(write(client, work)),
    }
}

fn lost() -> StoreError {
    StoreError::Unavailable("the connection to the database was lost".into())
}

/// Writes in the transaction that has begun, and in another one when it met another write.
fn write(client: &PgClient, work: &mut dyn Work) -> Option<StoreError> {
    for attempt in 0..TRIES {
        if attempt > 0
            && let Err(error) = client.batch("BEGIN")
        {
            return Some(error);
        }
        let conn = Conn::new(Inner::Postgres(client));
        let verdict = work.run(&conn);
        if verdict == Verdict::Keep {
            let announced = conn.take_wakes().iter().try_for_each(|wake| {
                client
                    .execute(
                        "SELECT pg_notify($1, $2)",
                        &[CHANNEL.into(), format!("{}:{}", wake.scope, wake.seq).into()],
                    )
                    .map(drop)
            });
            match announced.and_then(|()| client.batch("COMMIT")) {
                Ok(()) => return None,
                Err(StoreError::Conflict) => {}
                Err(error) => {
                    drop(client.batch("ROLLBACK"));
                    return Some(error);
                }
            }
        }
        if let Err(error) = client.batch("ROLLBACK") {
            return Some(error);
        }
        if verdict == Verdict::Discard {
            return None;
        }
        std::thread::sleep(Duration::from_millis(2 << attempt));
    }
    Some(StoreError::Busy)
}

/// Hears of commits on every node, this one too, and wakes those who follow the activity here.
fn listen(url: &str, wakes: &broadcast::Sender<Wake>, stop: &AtomicBool) {
    while !stop.load(Ordering::SeqCst) {
        let heard = Client::connect(url, NoTls).and_then(|mut client| {
            client.batch_execute(&format!("LISTEN {CHANNEL}"))?;
            while !stop.load(Ordering::SeqCst) {
                let mut notifications = client.notifications();
                let mut batch = notifications.timeout_iter(Duration::from_millis(500));
                while let Some(notification) = batch.next()? {
                    if let Some(wake) = parse(notification.payload()) {
                        // Nobody listening is no failure.
                        drop(wakes.send(wake));
                    }
                }
            }
            Ok(())
        });
        if let Err(error) = heard {
            tracing::warn!(%error, "live updates lost the database; trying again");
            std::thread::sleep(Duration::from_secs(1));
        }
    }
}

fn parse(payload: &str) -> Option<Wake> {
    let (scope, seq) = payload.split_once(':')?;
    Some(Wake { scope: scope.parse().ok()?, seq: seq.parse().ok()? })
}

pub(crate) fn fault(error: postgres::Error) -> StoreError {
    let text = error.as_db_error().map_or_else(|| error.to_string(), |db| db.message().to_owned());
    match error.code() {
        Some(code) if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED => {
            StoreError::Conflict
        }
        Some(code) if *code == SqlState::LOCK_NOT_AVAILABLE => StoreError::Busy,
        Some(code) if code.code().starts_with("23") => StoreError::Constraint(text),
        // Data exceptions and program limits: a NUL, a number out of range, a text too long for the index.
        Some(code) if ["22", "54"].iter().any(|class| code.code().starts_with(class)) => StoreError::Unfit(text),
        Some(code) if ["08", "53", "57", "58"].iter().any(|class| code.code().starts_with(class)) => {
            StoreError::Unavailable(text)
        }
        Some(code) => StoreError::Other(format!("{}: {text}", code.code())),
        None => StoreError::Unavailable(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_clients_only_read_and_some_write() {
        assert_eq!([0, 1, 2, 4, 12].map(for_reads), [0, 0, 1, 1, 3]);
    }
}
