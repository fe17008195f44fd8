use access::{Actor, Cx, Fault};
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use std::path::PathBuf;
use store::{Conn, Db, Location, Options};
use vocabulary::{OrganisationId, Ts};

const SQLITE_READERS: usize = 3;
const POSTGRES_CLIENTS: usize = 12;

/// Where the data lies.
#[derive(Args, Clone)]
pub struct Place {
    /// The folder of the data: an embedded SQLite database and the attached files
    #[arg(long, global = true, value_name = "DIR", env = "THROUGHLINE_DATA")]
    data: Option<PathBuf>,
    /// A PostgreSQL database instead of the embedded one, as in postgres://user:password@host/name
    #[arg(long, global = true, value_name = "URL", env = "THROUGHLINE_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
}

impl Place {
    fn location(&self) -> (Location, usize) {
        match &self.database_url {
            Some(url) => (Location::Postgres(url.clone()), POSTGRES_CLIENTS),
            None => (Location::Folder(self.folder()), SQLITE_READERS),
        }
    }

    /// Opens data that must be there. A mistyped folder is an error and stays as it is.
    pub fn open_existing(&self) -> Result<Db> {
        if !self.location().0.is_there() {
            bail!("there is no data in {}", self.folder().display());
        }
        let db = self.open()?;
        founded(&db)?;
        Ok(db)
    }

    /// Opens the data, or begins anew where there is none.
    pub fn open(&self) -> Result<Db> {
        let (location, connections) = self.location();
        Db::open(&location, Options { connections }).map_err(|error| match &self.database_url {
            // An address may hold a password.
            Some(_) => anyhow!("cannot open the PostgreSQL database: {error}"),
            None => anyhow!("cannot open the data in {}: {error}", self.folder().display()),
        })
    }

    /// Where attached files lie; beside the database, or in the folder given along with one elsewhere.
    pub fn files(&self) -> PathBuf {
        self.folder().join("files")
    }

    pub fn folder(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| PathBuf::from("data"))
    }
}

/// Reads as the console: whoever can read the data may see all of it.
pub fn read<T, F>(db: &Db, closure: F) -> Result<T>
where
    F: Fn(&Cx<'_>) -> Result<T, Fault> + Send + 'static,
    T: Send + 'static,
{
    let organisation = founded(db)?;
    Ok(db.read_now(move |conn| as_console(conn, organisation, &closure))?)
}

/// Changes as the console.
pub fn write<T, F>(db: &Db, closure: F) -> Result<T>
where
    F: Fn(&Cx<'_>) -> Result<T, Fault> + Send + 'static,
    T: Send + 'static,
{
    let organisation = founded(db)?;
    Ok(db.write_now(move |conn| as_console(conn, organisation, &closure))?)
}

fn as_console<T>(
    conn: &Conn<'_>,
    organisation: OrganisationId,
    closure: impl Fn(&Cx<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    closure(&Cx::new(conn, &Actor::console(organisation), Ts::now()))
}

/// The organisation whose data this is; an error where there is none.
pub fn founded(db: &Db) -> Result<OrganisationId> {
    let found = db.read_now(people::organisation).context("the organisation cannot be read")?;
    match found {
        Some((id, _)) => Ok(id),
        None => bail!("there is no organisation here yet; start `throughline serve` and open the setup link it prints"),
    }
}
