use crate::conn::Inner;
use crate::db::{Verdict, Work};
use crate::{Conn, Options, StoreError, Val, Wake, migrate};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
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
    work: Sender<Box<dyn Work>>,
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
        let (work, waiting) = bounded::<Box<dyn Work>>(QUEUE);
        let mut client = Some(first);
        for number in 0..options.connections.max(1) {
            let waiting = waiting.clone();
            let url = url.to_owned();
            let client = client.take();
            spawn(&format!("db-{number}"), move || work_loop(&url, client, &waiting))?;
        }
        let stopping = Arc::new(AtomicBool::new(false));
        let (url, stop) = (url.to_owned(), stopping.clone());
        spawn("db-listener", move || listen(&url, &wakes, &stop))?;
        Ok(Self { work, stopping })
    }

    pub(crate) fn take(&self, work: Box<dyn Work>) -> Result<(), StoreError> {
        self.work.try_send(work).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => StoreError::Unavailable("the database threads have stopped".into()),
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

fn work_loop(url: &str, mut client: Option<PgClient>, waiting: &Receiver<Box<dyn Work>>) {
    while let Ok(mut work) = waiting.recv() {
        if !work.is_awaited() {
            continue;
        }
        let connected = client.take().filter(|c| !c.is_closed()).map_or_else(|| PgClient::connect(url), Ok);
        match connected {
            Err(error) => work.answer(Some(error)),
            Ok(connected) => {
                let failure = if work.writes() { write(&connected, &mut *work) } else { read(&connected, &mut *work) };
                work.answer(failure);
                client = Some(connected);
            }
        }
    }
}

fn read(client: &PgClient, work: &mut dyn Work) -> Option<StoreError> {
    work.run(&Conn::new(Inner::Postgres(client)));
    None
}

fn write(client: &PgClient, work: &mut dyn Work) -> Option<StoreError> {
    for attempt in 0..TRIES {
        if let Err(error) = client.batch("BEGIN") {
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
