use std::env;
use std::process::Command;
use store::Location;
use tempfile::TempDir;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Names a PostgreSQL cluster in which databases may be created and dropped.
const CLUSTER: &str = "THROUGHLINE_TEST_POSTGRES";

/// A database of its own for one test, gone with it.
pub struct Database {
    pub location: Location,
    /// The data's folder; with PostgreSQL only the attached files.
    pub folder: TempDir,
    drop_on: Option<(String, String)>,
}

impl Database {
    /// None when this machine has no such engine; in CI that is a failure.
    pub fn create(engine: Engine) -> Option<Self> {
        if engine == Engine::Sqlite {
            let folder = tempfile::tempdir().expect("a temporary folder");
            return Some(Self { location: Location::Folder(folder.path().to_owned()), folder, drop_on: None });
        }
        let Ok(cluster) = env::var(CLUSTER) else {
            skip(&format!("set {CLUSTER} to the address of a PostgreSQL cluster to run this test on it"));
            return None;
        };
        Some(Self::create_in(&cluster))
    }

    /// A database in this cluster, which must outlive it.
    pub fn create_in(cluster: &str) -> Self {
        let name = format!("check_{}", uuid::Uuid::now_v7().simple());
        execute(cluster, &format!("CREATE DATABASE {name}"));
        let (base, _) = cluster.rsplit_once('/').expect("an address that ends in a database's name");
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { location: Location::Postgres(format!("{base}/{name}")), folder, drop_on: Some((cluster.into(), name)) }
    }

    /// Tells a command of the program to work on this database.
    pub fn give_to(&self, command: &mut Command) {
        command.arg("--data").arg(self.folder.path());
        if let Location::Postgres(url) = &self.location {
            command.arg("--database-url").arg(url);
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((cluster, name)) = &self.drop_on {
            execute(cluster, &format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

/// Says why a test does nothing here; in CI everything must run.
pub fn skip(why: &str) {
    assert!(env::var("CI").is_err(), "in CI no test is skipped: {why}");
    println!("SKIPPED: {why}");
}

fn execute(cluster: &str, sql: &str) {
    let mut client = postgres::Client::connect(cluster, postgres::NoTls).expect("the PostgreSQL cluster answers");
    client.batch_execute(sql).expect(sql);
}
