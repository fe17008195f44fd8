use std::env;
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
pub(crate) struct Database {
    pub location: Location,
    /// The data's folder; with PostgreSQL only the attached files.
    pub folder: TempDir,
    drop_on: Option<(String, String)>,
}

impl Database {
    /// None when this machine has no such engine; in CI that is a failure.
    pub fn create(engine: Engine) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        if engine == Engine::Sqlite {
            let location = Location::Folder(folder.path().to_owned());
            return Some(Self { location, folder, drop_on: None });
        }
        let Ok(cluster) = env::var(CLUSTER) else {
            assert!(env::var("CI").is_err(), "{CLUSTER} is not set, and CI tests both engines");
            println!("SKIPPED: set {CLUSTER} to the address of a PostgreSQL cluster to run this test on it");
            return None;
        };
        let name = format!("check_{}", uuid::Uuid::now_v7().simple());
        execute(&cluster, &format!("CREATE DATABASE {name}"));
        let (base, _) = cluster.rsplit_once('/').expect("an address that ends in a database's name");
        Some(Self { location: Location::Postgres(format!("{base}/{name}")), folder, drop_on: Some((cluster, name)) })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((cluster, name)) = &self.drop_on {
            execute(cluster, &format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

fn execute(cluster: &str, sql: &str) {
    let mut client = postgres::Client::connect(cluster, postgres::NoTls).expect("the PostgreSQL cluster answers");
    client.batch_execute(sql).expect(sql);
}
