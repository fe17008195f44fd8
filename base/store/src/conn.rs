use crate::postgres_engine::PgClient;
use crate::{FromRow, Row, StoreError, Val, Wake};
use std::cell::{Cell, RefCell};
use uuid::Uuid;

/// Which engine answers; for the one honest difference, full-text search, and for `doctor`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

pub(crate) enum Inner<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a PgClient),
}

/// One transaction's connection.
pub struct Conn<'a> {
    inner: Inner<'a>,
    changed: Cell<bool>,
    settled: Cell<bool>,
    conflicted: Cell<bool>,
    wakes: RefCell<Vec<Wake>>,
    later: RefCell<Vec<Later>>,
}

/// A statement that runs at the end of its group of writes.
pub(crate) type Later = (&'static str, Vec<Val>);

/// So many statements wait for the end at once; a large import has more.
const MOST_LATER: usize = 256;

impl<'a> Conn<'a> {
    pub(crate) fn new(inner: Inner<'a>) -> Self {
        Self {
            inner,
            changed: Cell::new(false),
            settled: Cell::new(false),
            conflicted: Cell::new(false),
            wakes: RefCell::new(Vec::new()),
            later: RefCell::new(Vec::new()),
        }
    }

    pub fn engine(&self) -> Engine {
        match self.inner {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// Every row of a select, made by `make`.
    pub fn query<T>(
        &self,
        sql: &str,
        args: &[Val],
        mut make: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        check_order(sql);
        let rows = match &self.inner {
            Inner::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(sql).map_err(crate::sqlite_engine::fault)?;
                let mut rows =
                    statement.query(rusqlite::params_from_iter(args)).map_err(crate::sqlite_engine::fault)?;
                let mut made = Vec::new();
                while let Some(row) = rows.next().map_err(crate::sqlite_engine::fault)? {
                    made.push(make(&Row::Sqlite(row))?);
                }
                Ok(made)
            }
            Inner::Postgres(client) => {
                client.query(sql, args).and_then(|rows| rows.iter().map(|row| make(&Row::Postgres(row))).collect())
            }
        };
        self.noting_conflict(rows)
    }

    /// Every row as a tuple or another [`FromRow`].
    pub fn rows<T: FromRow>(&self, sql: &str, args: &[Val]) -> Result<Vec<T>, StoreError> {
        self.query(sql, args, T::from_row)
    }

    /// The first row, if there is one.
    pub fn maybe<T: FromRow>(&self, sql: &str, args: &[Val]) -> Result<Option<T>, StoreError> {
        Ok(self.rows(sql, args)?.into_iter().next())
    }

    /// The one row there must be.
    pub fn one<T: FromRow>(&self, sql: &str, args: &[Val]) -> Result<T, StoreError> {
        self.maybe(sql, args)?.ok_or_else(|| StoreError::Other(format!("no row answered: {sql}")))
    }

    /// Runs a change and answers how many rows it touched. The transaction now owes an activity.
    pub fn exec(&self, sql: &str, args: &[Val]) -> Result<u64, StoreError> {
        self.changed.set(true);
        self.exec_unrecorded(sql, args)
    }

    /// A change that is no event of the field: sessions, rate counters, remembered answers, the search index.
    pub fn exec_unrecorded(&self, sql: &str, args: &[Val]) -> Result<u64, StoreError> {
        check_order(sql);
        let touched = match &self.inner {
            Inner::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(sql).map_err(crate::sqlite_engine::fault)?;
                statement
                    .execute(rusqlite::params_from_iter(args))
                    .map(|count| count as u64)
                    .map_err(crate::sqlite_engine::fault)
            }
            Inner::Postgres(client) => client.execute(sql, args),
        };
        self.noting_conflict(touched)
    }

    /// A change to the search index, which this transaction does not read again. SQLite's index goes to disk at every
    /// savepoint, and one stands around each write of a group: so the words of all of them come in at the group's end,
    /// in the same commit.
    pub fn exec_at_end(&self, sql: &'static str, args: &[Val]) -> Result<(), StoreError> {
        if let Inner::Postgres(_) = self.inner {
            return self.exec_unrecorded(sql, args).map(drop);
        }
        if self.later.borrow().len() == MOST_LATER {
            for (sql, args) in self.take_later() {
                self.exec_unrecorded(sql, &args)?;
            }
        }
        self.later.borrow_mut().push((sql, args.to_vec()));
        Ok(())
    }

    /// `INSERT … RETURNING` and `UPDATE … RETURNING` of bookkeeping rows (counters).
    pub fn returning<T: FromRow>(&self, sql: &str, args: &[Val]) -> Result<Option<T>, StoreError> {
        self.maybe(sql, args)
    }

    /// Several statements without arguments (migrations).
    pub fn batch(&self, sql: &str) -> Result<(), StoreError> {
        match &self.inner {
            Inner::Sqlite(conn) => conn.execute_batch(sql).map_err(crate::sqlite_engine::fault),
            Inner::Postgres(client) => client.batch(sql),
        }
    }

    /// Runs a read whose every statement sees the same moment, however long it takes. A read on SQLite does so anyway;
    /// on PostgreSQL each statement would see what was committed before it. Not for use within a write.
    pub fn in_snapshot<T, E: From<StoreError>>(&self, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let Inner::Postgres(client) = &self.inner else { return read() };
        client.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        let _end = EndOfSnapshot(client);
        read()
    }

    /// Tries something out within a write: whatever it changes is taken back, and only what it answers stays.
    pub fn in_trial<T, E: From<StoreError>>(&self, trial: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.batch("SAVEPOINT trial")?;
        let (changed, settled) = (self.changed.get(), self.settled.get());
        let (later, wakes) = (self.later.take(), self.wakes.borrow().clone());
        let found = trial();
        self.batch("ROLLBACK TO SAVEPOINT trial; RELEASE SAVEPOINT trial")?;
        self.changed.set(changed);
        self.settled.set(settled);
        self.later.replace(later);
        self.wakes.replace(wakes);
        found
    }

    /// Says that this transaction's changes have their event, and whom to wake after the commit.
    pub fn settle(&self, scope: Uuid, seq: i64) {
        self.settled.set(true);
        let mut wakes = self.wakes.borrow_mut();
        match wakes.iter_mut().find(|wake| wake.scope == scope) {
            Some(wake) => wake.seq = seq,
            None => wakes.push(Wake { scope, seq }),
        }
    }

    pub(crate) fn owes_an_event(&self) -> bool {
        self.changed.get() && !self.settled.get()
    }

    pub(crate) fn conflicted(&self) -> bool {
        self.conflicted.get()
    }

    pub(crate) fn take_wakes(&self) -> Vec<Wake> {
        self.wakes.take()
    }

    pub(crate) fn take_later(&self) -> Vec<Later> {
        self.later.take()
    }

    fn noting_conflict<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if matches!(result, Err(StoreError::Conflict)) {
            self.conflicted.set(true);
        }
        result
    }
}

/// Ends the read, also when it panics: the client goes on to serve others.
struct EndOfSnapshot<'c>(&'c PgClient);

impl Drop for EndOfSnapshot<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.0.batch("ROLLBACK") {
            tracing::warn!(%error, "a snapshot did not end cleanly");
        }
    }
}

/// SQLite numbers `$n` by first appearance, PostgreSQL by the number itself: they agree only when first uses ascend.
fn check_order(sql: &str) {
    if cfg!(debug_assertions) {
        let mut highest = 0;
        for piece in sql.split('$').skip(1) {
            let number: usize = piece
                .chars()
                .take_while(char::is_ascii_digit)
                .fold(0, |n, c| n * 10 + c.to_digit(10).unwrap_or(0) as usize);
            debug_assert!(number <= highest + 1, "placeholders must first appear in ascending order: {sql}");
            highest = highest.max(number);
        }
    }
}

/// Longer lists stay as they are: engines bound how many values a statement takes.
const LONGEST_FILLED: usize = 512;

/// A statement put together at run time from fixed pieces and typed values.
#[derive(Debug, Default, Clone)]
pub struct Sql {
    text: String,
    args: Vec<Val>,
}

impl Sql {
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), args: Vec::new() }
    }

    /// A fixed piece of text.
    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// A fixed piece of text followed by one value.
    pub fn with(&mut self, text: &'static str, value: impl Into<Val>) -> &mut Self {
        self.args.push(value.into());
        self.text.push_str(text);
        self.text.push('$');
        self.text.push_str(&self.args.len().to_string());
        self
    }

    /// `text ($1, $2, …)`; an empty list matches nothing. A list is filled up with its last value, so that few statements
    /// differ in nothing but its length: each is prepared once and kept.
    pub fn within<V: Into<Val>>(&mut self, text: &'static str, values: impl IntoIterator<Item = V>) -> &mut Self {
        self.text.push_str(text);
        self.text.push_str(" (");
        let before = self.args.len();
        self.args.extend(values.into_iter().map(Into::into));
        let count = self.args.len() - before;
        if let Some(last) = self.args.last().filter(|_| count > 0).cloned() {
            let filled = if count <= LONGEST_FILLED { count.next_power_of_two() } else { count };
            self.args.resize(before + filled, last);
        } else {
            self.text.push_str("NULL");
        }
        for number in before + 1..=self.args.len() {
            self.text.push_str(if number > before + 1 { ",$" } else { "$" });
            self.text.push_str(&number.to_string());
        }
        self.text.push(')');
        self
    }

    pub fn text(&self) -> &str {
        &self.text
    }
    pub fn args(&self) -> &[Val] {
        &self.args
    }
}
