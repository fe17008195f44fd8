use crate::databases::Database;
use crate::{Client, Engine};
use access::{Actor, Cx, Fault};
use interchange::doctor::examine;
use people::{Email, NewPerson, NewProduct, NewToken, TokenScope};
use server::Config;
use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;
use store::{Db, Options, StoreError};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use vocabulary::*;

/// The people every test begins with, beside one for each role in the product APP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// An admin of the organisation, member of no product.
    Admin,
    Role(Role),
    /// Product manager and product owner of the other product, OTHER.
    Stranger,
}

/// A running server with its database.
pub struct TestApp {
    pub db: Db,
    pub clock: Clock,
    pub organisation: OrganisationId,
    pub people: HashMap<Who, PersonId>,
    tokens: HashMap<Who, String>,
    /// A client that is nobody.
    pub client: Client,
    pub origin: String,
    pub config: Config,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<std::io::Result<()>>>,
    /// Where attached files lie, and with SQLite the database.
    pub folder: PathBuf,
}

/// The code of servers that wait for their setup.
pub const SETUP_CODE: &str = "the-code-of-this-test";
/// The password of people for whom a test sets one.
pub const PASSWORD: &str = "violet kettle under rain";

/// Runs a check over a fresh database of one engine.
pub fn run<F: Future<Output = ()>>(engine: Engine, check: impl FnOnce(TestApp) -> F) {
    let Some(database) = Database::create(engine) else { return };
    // A PostgreSQL client is blocking: it is opened outside the runtime, as the command line does.
    let db = Db::open(&database.location, Options { connections: 4 }).expect("a fresh database opens");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async { check(TestApp::start(&database, db).await).await });
    // The server lets go of the database before the database goes.
    drop(runtime);
    drop(database);
}

impl TestApp {
    async fn start(database: &Database, db: Db) -> Self {
        let clock = Clock::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let mut config = Config::new(&origin);
        config.setup_code = Some(SETUP_CODE.to_owned());
        config.api_rate = 0;
        let mut app = Self {
            db,
            clock,
            organisation: OrganisationId::new(),
            people: HashMap::new(),
            tokens: HashMap::new(),
            client: Client::new(&origin),
            origin,
            config,
            stop: None,
            server: None,
            folder: database.folder.path().to_owned(),
        };
        app.listen(listener);
        app
    }

    fn listen(&mut self, listener: TcpListener) {
        let (stop, stopped) = oneshot::channel::<()>();
        let files = self.folder.join("files");
        let house = server::house(self.db.clone(), files, self.clock.clone(), &self.config);
        let shutdown = async move { drop(stopped.await) };
        self.server = Some(tokio::spawn(server::run(listener, house, self.config.clone(), shutdown)));
        self.stop = Some(stop);
    }

    /// Stops the server gracefully and starts it again at another port, with another configuration.
    pub async fn restart(&mut self, change: impl FnOnce(&mut Config)) {
        self.stop().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        self.origin = format!("http://{}", listener.local_addr().expect("an address"));
        self.config.origin = self.origin.clone();
        change(&mut self.config);
        self.client = Client::new(&self.origin);
        self.listen(listener);
    }

    /// Stops the server gracefully.
    pub async fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(server) = self.server.take() {
            server.await.expect("the server does not panic").expect("the server stops without an error");
        }
    }

    /// Sets the clock, which stands still from now on.
    pub async fn at(mut self, moment: Ts) -> Self {
        self.clock = Clock::fixed(moment);
        self.restart(|_| {}).await;
        self
    }

    /// Founds an organisation with two products, APP and OTHER, and somebody with a token for each role of APP.
    pub async fn furnished(mut self) -> Self {
        let organisation = self.organisation;
        let now = self.clock.now();
        let (people, tokens) = self
            .db
            .write(move |conn| furnish(&Cx::new(conn, &Actor::console(organisation), now)))
            .await
            .expect("the organisation is founded");
        self.people = people;
        self.tokens = tokens;
        self
    }

    /// How many changes there have been, but for the looking over in the background, which comes when it may.
    pub async fn events(&self) -> i64 {
        let count = "SELECT count(*) FROM activity WHERE verb <> 'looked the line over'";
        self.db.read(move |conn| conn.one::<(i64,)>(count, &[])).await.expect("the activity can be read").0
    }

    /// Waits until everything that has happened is looked over in the background.
    pub async fn looked_over(&self) {
        for _ in 0..400 {
            let behind = self.db.read(|conn| {
                conn.rows::<(i64,)>(
                    "SELECT c.seq FROM scope_counter c JOIN product p ON p.id = c.scope_id
                     LEFT JOIN looked_over l ON l.product_id = p.id WHERE l.seq IS NULL OR l.seq < c.seq",
                    &[],
                )
            });
            if behind.await.expect("the looking over can be read").is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the line was not looked over in ten seconds");
    }

    /// Holds that `doctor` finds nothing wrong.
    pub async fn assert_healthy(&self) {
        let files = self.folder.join("files");
        let report = self.db.read(move |conn| conn.in_snapshot(|| examine(conn, &files))).await;
        let report = report.map_err(|error: StoreError| error.to_string()).expect("the data can be read");
        assert!(report.is_healthy(), "{report:#?}");
    }

    /// The client of somebody, with their token.
    pub fn of(&self, who: Who) -> Client {
        self.client.with_token(&self.tokens[&who])
    }

    /// The client of somebody who holds this one role in APP.
    pub fn as_(&self, role: Role) -> Client {
        self.of(Who::Role(role))
    }

    /// The admin in a browser: what no token may do, too.
    pub fn admin(&self) -> Client {
        self.client.with_cookie(&cookie(ADMINS_SESSION))
    }

    /// Somebody in a browser, in a session of its own.
    pub async fn in_session(&self, who: Who) -> Client {
        let (person, secret) = (self.people[&who], uuid::Uuid::now_v7().to_string());
        let value = secret.clone();
        self.console(move |cx| open_session(cx, person, &value)).await;
        self.client.with_cookie(&cookie(&secret))
    }

    /// Makes a change as the console, the way the command line does.
    pub async fn console<T, F>(&self, change: F) -> T
    where
        F: Fn(&Cx<'_>) -> Result<T, Fault> + Send + 'static,
        T: Send + 'static,
    {
        let (organisation, now) = (self.organisation, self.clock.now());
        self.db
            .write(move |conn| change(&Cx::new(conn, &Actor::console(organisation), now)))
            .await
            .expect("the console may do this")
    }

    /// Gives somebody [`PASSWORD`] and answers their address.
    pub async fn with_password(&self, who: Who) -> String {
        let person = self.people[&who];
        let hash = people::hash_password(PASSWORD).expect("a hash");
        self.console(move |cx| people::set_password(cx, person, &hash, None)).await;
        email_of(who)
    }

    /// Signs somebody in with a password of their own.
    pub async fn signed_in(&self, who: Who) -> Client {
        let email = self.with_password(who).await;
        let answer = self.client.post("/sessions", serde_json::json!({"email": email, "password": PASSWORD})).await;
        assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
        self.client.with_cookie(&answer.cookie())
    }
}

const ADMINS_SESSION: &str = "the-admins-session";

fn cookie(secret: &str) -> String {
    format!("{}={secret}", web::SESSION_COOKIE)
}

/// A session without the cost of a password.
fn open_session(cx: &Cx<'_>, person: PersonId, secret: &str) -> Result<(), Fault> {
    cx.exec_unrecorded(
        "INSERT INTO session (id, person_id, token_hash, user_agent, created_at, seen_at, expires_at)
         VALUES ($1, $2, $3, 'checks', $4, $4, $5)",
        store::args![SessionId::new(), person, web::hash_token(secret), cx.now, cx.now.plus_days(90)],
    )?;
    Ok(())
}

pub(crate) fn email_of(who: Who) -> String {
    match who {
        Who::Admin => "admin@example.org".into(),
        Who::Role(role) => format!("{role}@example.org"),
        Who::Stranger => "stranger@example.org".into(),
    }
}

pub(crate) fn furnish(cx: &Cx<'_>) -> Result<(HashMap<Who, PersonId>, HashMap<Who, String>), Fault> {
    let label = |text: &str| Label::try_from(text).map_err(|message| Fault::invalid("name", message));
    let product = |key: &str, name: &str| {
        let key = ProductKey::try_from(key.to_owned()).map_err(|message| Fault::invalid("key", message))?;
        people::create_product(cx, &NewProduct { key, name: label(name)?, roles: None })
    };
    people::create_organisation(cx, &label("Hooks & Co")?)?;
    let (app, other) = (product("APP", "Relay")?, product("OTHER", "Elsewhere")?);
    let everybody = [Who::Admin, Who::Stranger].into_iter().chain(Role::ALL.iter().copied().map(Who::Role));
    let (mut persons, mut tokens) = (HashMap::new(), HashMap::new());
    for who in everybody {
        let email = email_of(who);
        let name = email.split('@').next().unwrap_or_default().replace('_', " ");
        let email = Email::try_from(email).map_err(|message| Fault::invalid("email", message))?;
        let new =
            NewPerson { name: label(&name)?, email, admin: who == Who::Admin, password_hash: Some("none".into()) };
        let person = people::create_person(cx, &new)?.id;
        match who {
            Who::Admin => {}
            Who::Role(role) => drop(people::set_roles(cx, &app, person, &[role])?),
            Who::Stranger => {
                drop(people::set_roles(cx, &other, person, &[Role::ProductManager, Role::ProductOwner])?);
            }
        }
        let new = NewToken { name: label("checks")?, scope: TokenScope::Write, expires_on: None };
        let (_, token) = people::issue_token(cx, person, &new)?;
        if who == Who::Admin {
            open_session(cx, person, ADMINS_SESSION)?;
        }
        persons.insert(who, person);
        tokens.insert(who, token);
    }
    Ok((persons, tokens))
}
