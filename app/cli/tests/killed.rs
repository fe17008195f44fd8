//! A crash loses nothing that was acknowledged: the server is killed while many write, and PostgreSQL below it; what is
//! there after the next start is held against what was acknowledged.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a check that cannot go on fails, and tells its figures")]

use checks::{Book, Database, Engine, Load, Program, Records, Role, Server, Tokens, skip};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use test_postgres::{Cluster, Keeps, Programs};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

const WRITERS: u64 = 32;

async fn some_moment() {
    tokio::time::sleep(Duration::from_millis(rand::random_range(150..600))).await;
}

/// A server with its writers, through all of its crashes.
struct Trial<'p> {
    program: &'p Program,
    tokens: &'p Tokens,
    server: Server,
    load: Load,
    records: Records,
    rounds: u64,
    acknowledged: usize,
}

/// Writers at work.
struct Writers {
    over: Arc<AtomicBool>,
    work: JoinHandle<Book>,
}

impl Writers {
    async fn end(self) -> Book {
        self.over.store(true, Ordering::Relaxed);
        self.work.await.unwrap()
    }
}

impl<'p> Trial<'p> {
    async fn begin(program: &'p Program, tokens: &'p Tokens) -> Self {
        let server = program.serve().await;
        let owner = server.as_(tokens, Role::ProductOwner);
        let (load, book) = Load::begin(owner.clone(), server.as_(tokens, Role::Developer)).await;
        let records = Records::read(&owner).await;
        let mut trial = Self { program, tokens, server, load, records, rounds: 0, acknowledged: 0 };
        trial.check(book).await;
        trial
    }

    fn writers(&mut self) -> Writers {
        self.rounds += 1;
        let over = Arc::new(AtomicBool::new(false));
        let (load, seed, is_over) = (self.load.through_outages(), self.rounds, over.clone());
        let work =
            tokio::spawn(async move { load.run(WRITERS, seed, move |_| !is_over.load(Ordering::Relaxed)).await });
        Writers { over, work }
    }

    async fn kill_the_server(&mut self) {
        let writers = self.writers();
        some_moment().await;
        self.server.kill();
        let book = writers.end().await;
        self.start().await;
        self.check(book).await;
    }

    async fn stop_the_server(&mut self) {
        let writers = self.writers();
        some_moment().await;
        let status = self.server.stop().await;
        assert!(status.success(), "{status}");
        let book = writers.end().await;
        self.start().await;
        self.check(book).await;
    }

    /// The server goes on and finds PostgreSQL again by itself.
    async fn kill_postgres(&mut self, cluster: &mut Cluster) {
        let writers = self.writers();
        some_moment().await;
        cluster.kill().unwrap();
        some_moment().await;
        cluster.restart().unwrap();
        self.server.ready().await;
        some_moment().await;
        let book = writers.end().await;
        assert!(book.busy > 0, "nobody noticed that PostgreSQL was gone");
        self.check(book).await;
    }

    async fn start(&mut self) {
        self.server = self.program.serve().await;
        let (owner, developer) = (self.as_(Role::ProductOwner), self.as_(Role::Developer));
        self.load = self.load.at(owner, developer);
    }

    fn as_(&self, role: Role) -> checks::Client {
        self.server.as_(self.tokens, role)
    }

    /// Asks again for what was left open, and holds everything that was acknowledged against the history.
    async fn check(&mut self, mut book: Book) {
        let open = std::mem::take(&mut book.open);
        book.append(self.load.repeat(open).await);
        self.records.catch_up(&self.as_(Role::ProductOwner)).await;
        assert!(self.records.missing(&book).is_empty(), "lost: {:?}", self.records.missing(&book));
        self.acknowledged += book.entries.len();
    }

    async fn end(mut self) {
        assert_eq!(self.records.contradictions(&self.as_(Role::ProductOwner)).await, [""; 0]);
        println!("{} acknowledged over {} rounds, none lost", self.acknowledged, self.rounds);
        self.server.kill();
        self.program.run(&["doctor"]);
    }
}

fn program(database: Database) -> (Program, Tokens) {
    let program = Program::new(env!("CARGO_BIN_EXE_throughline"), database);
    let tokens = program.furnish();
    (program, tokens)
}

#[test]
fn killing_the_server_loses_nothing_on_sqlite() {
    let (program, tokens) = program(Database::create(Engine::Sqlite).unwrap());
    Runtime::new().unwrap().block_on(async {
        let mut trial = Trial::begin(&program, &tokens).await;
        while trial.rounds < 20 || trial.acknowledged < 10_000 {
            trial.kill_the_server().await;
        }
        trial.end().await;
    });
}

#[test]
fn killing_the_server_or_postgres_loses_nothing() {
    let Ok(programs) = Programs::find() else { return skip("this test kills a PostgreSQL of its own: install it") };
    let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut cluster = Cluster::start(programs, place, "throughline-postgres-killed", Keeps::Everything).unwrap();
    let (program, tokens) = program(Database::create_in(&cluster.url));
    Runtime::new().unwrap().block_on(async {
        let mut trial = Trial::begin(&program, &tokens).await;
        while trial.rounds < 8 || trial.acknowledged < 8_000 {
            trial.kill_the_server().await;
            trial.kill_postgres(&mut cluster).await;
        }
        trial.end().await;
    });
}

#[test]
fn stopping_the_server_loses_nothing_on_sqlite() {
    let (program, tokens) = program(Database::create(Engine::Sqlite).unwrap());
    stopping(&program, &tokens);
}

#[test]
fn stopping_the_server_loses_nothing_on_postgres() {
    let Some(database) = Database::create(Engine::Postgres) else { return };
    let (program, tokens) = program(database);
    stopping(&program, &tokens);
}

fn stopping(program: &Program, tokens: &Tokens) {
    Runtime::new().unwrap().block_on(async {
        let mut trial = Trial::begin(program, tokens).await;
        for _ in 0..4 {
            trial.stop_the_server().await;
        }
        trial.end().await;
    });
}
