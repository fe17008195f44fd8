use crate::app::{Who, furnish};
use crate::{Client, Database, Role};
use access::{Actor, Cx};
use std::collections::HashMap;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};
use store::{Db, Options};
use vocabulary::{OrganisationId, Ts};

const PATIENCE: Duration = Duration::from_secs(60);

/// The program `throughline` as its users have it, with data of its own.
pub struct Program {
    binary: PathBuf,
    pub database: Database,
}

impl Program {
    pub fn new(binary: impl Into<PathBuf>, database: Database) -> Self {
        Self { binary: binary.into(), database }
    }

    /// Founds an organisation as [`crate::TestApp::furnished`] does, and answers everybody's tokens.
    pub fn furnish(&self) -> Tokens {
        let db = Db::open(&self.database.location, Options { connections: 1 }).expect("a fresh database opens");
        let organisation = OrganisationId::new();
        let furnished = db.write_now(move |conn| furnish(&Cx::new(conn, &Actor::console(organisation), Ts::now())));
        Tokens(furnished.expect("the organisation is founded").1)
    }

    /// A command of the program, as in `doctor`, on its data.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(words).env("RUST_LOG", "error").stdin(Stdio::null());
        self.database.give_to(&mut command);
        command
    }

    /// Runs a command to its end, which must be a good one.
    #[track_caller]
    pub fn run(&self, words: &[&str]) -> Output {
        let output = self.command(words).output().expect("the program starts");
        let told = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
        assert!(output.status.success(), "{words:?}: {}\n{}\n{}", output.status, told[0], told[1]);
        output
    }

    /// Starts the server at a free port and waits until it is ready.
    pub async fn serve(&self) -> Server {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let origin = format!("http://127.0.0.1:{port}");
        let mut command = self.command(&["serve", "--api-rate", "0"]);
        let process = command.arg("--listen").arg(format!("127.0.0.1:{port}")).stdout(Stdio::null()).spawn();
        let mut server = Server { process: process.expect("the program starts"), client: Client::new(&origin) };
        server.ready().await;
        server
    }
}

/// What everybody signs their requests with.
pub struct Tokens(HashMap<Who, String>);

/// A server as a process of its own.
pub struct Server {
    process: Child,
    client: Client,
}

impl Server {
    /// The client of somebody who holds this one role in APP.
    pub fn as_(&self, tokens: &Tokens, role: Role) -> Client {
        self.client.with_token(&tokens.0[&Who::Role(role)])
    }

    /// Waits until it answers that it is ready.
    pub async fn ready(&mut self) {
        let began = Instant::now();
        loop {
            let asked = self.client.try_send(self.client.request(reqwest::Method::GET, "//readyz")).await;
            if asked.is_ok_and(|answer| answer.status.is_success()) {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "the server was not ready within {PATIENCE:?}");
            let ended = self.process.try_wait().expect("the state of the server");
            assert!(ended.is_none(), "the server ended ({})", ended.unwrap_or_default());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Ends the process where it stands (SIGKILL).
    pub fn kill(&mut self) {
        self.process.kill().and_then(|()| self.process.wait()).expect("the server is killed");
    }

    /// Asks it to stop, as an operator does (SIGTERM).
    pub async fn stop(&mut self) -> ExitStatus {
        let asked = Command::new("kill").arg(self.process.id().to_string()).status();
        assert!(asked.is_ok_and(|status| status.success()), "the server is asked to stop");
        let began = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().expect("the state of the server") {
                return status;
            }
            assert!(began.elapsed() < PATIENCE, "the server did not stop within {PATIENCE:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended already cannot be killed, and need not be.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
