use crate::Problem;
use access::{Actor, Cx, Fault, Kept, Via};
use axum::body::Bytes;
use axum::extract::{FromRef, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use store::{Conn, Db, StoreError, args};
use tokio::sync::Semaphore;
use utoipa::ToSchema;
use vocabulary::{Clock, ObjectId, Ts};

pub const SESSION_COOKIE: &str = "sid";
/// The session's cookie over https; its prefix makes browsers refuse one that a neighbouring host sets.
pub const SECURE_SESSION_COOKIE: &str = "__Host-sid";
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// What a request brings to prove who asks, as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Proof<'r> {
    Session(&'r str),
    Token(&'r str),
    Nothing,
}

impl<'r> Proof<'r> {
    /// The token or the session's cookie among the headers. Over https no cookie counts that plain http could have set.
    pub fn of(headers: &'r HeaderMap, https: bool) -> Self {
        if let Some(value) = headers.get(header::AUTHORIZATION) {
            // A bearer request never falls back to a cookie.
            let token = value.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
            return token.map_or(Self::Nothing, |token| Self::Token(token.trim()));
        }
        let cookie = if https { SECURE_SESSION_COOKIE } else { SESSION_COOKIE };
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == cookie)
            .map_or(Self::Nothing, |(_, value)| Self::Session(value))
    }

    pub fn credential(self) -> Credential {
        match self {
            Self::Session(value) => Credential::Session(hash_token(value)),
            Self::Token(token) => Credential::Token(hash_token(token)),
            Self::Nothing => Credential::None,
        }
    }
}

/// A [`Proof`] as it is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// SHA-256 of the session cookie's value.
    Session(String),
    /// SHA-256 of a bearer token.
    Token(String),
    None,
}

/// SHA-256 in hex: what is stored of tokens, codes and session cookies.
pub fn hash_token(token: &str) -> String {
    hash(token.as_bytes())
}

fn hash(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    Sha256::digest(bytes)
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|nibble| char::from(DIGITS[usize::from(nibble)]))
        .collect()
}

/// Keeps a change as a proposal, and says to whom.
pub type Propose = fn(&Cx<'_>, &Kept) -> Result<Proposed, Fault>;

/// What is answered (202) when a change waits for whoever decides.
#[derive(Debug, Serialize, ToSchema)]
pub struct Proposed {
    pub id: ObjectId,
    /// The proposal's reference, as in `APP-77`.
    pub reference: String,
    /// What is proposed, in one line.
    pub title: String,
    /// Who decides.
    pub to: String,
    pub version: i64,
}

pub type Authenticate = fn(&Conn<'_>, &Credential, Ts) -> Result<Actor, Fault>;

/// Largest request bodies, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub json: usize,
    pub attachment: usize,
    pub import: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { json: 1 << 20, attachment: 25 << 20, import: 64 << 20 }
    }
}

/// What every handler stands on.
#[derive(Clone)]
pub struct House {
    pub db: Db,
    pub clock: Clock,
    pub limits: Limits,
    /// Where attachments lie.
    pub files: Arc<std::path::PathBuf>,
    /// How people sign in; the room of people gives it.
    pub authenticate: Authenticate,
    /// What becomes of a change that is not one's to decide; the room of decisions gives it.
    pub propose: Propose,
    /// The address people reach this server by; browsers' writes must come from it.
    pub public_origin: Option<Arc<str>>,
}

impl House {
    /// Whether people reach this server over https.
    pub fn is_https(&self) -> bool {
        self.public_origin.as_deref().is_some_and(|origin| origin.starts_with("https://"))
    }
}

/// One request's operation: who asks, and on what conditions.
pub struct Op {
    pub house: House,
    pub credential: Credential,
    if_match: Option<i64>,
    /// Whether the change itself carries `If-Match`; if not, the door holds it against what is changed.
    taken: AtomicBool,
    asked: Asked,
    idempotency_key: Option<(String, String)>,
    /// `Prefer: propose` (RFC 7240): what is not one's to decide is to be proposed.
    proposes: bool,
}

/// The body of a request with `If-Match`, once it is read: a conflict answers with both versions.
#[derive(Clone, Default)]
pub(crate) struct Asked(Arc<OnceLock<Bytes>>);

impl Asked {
    pub fn note(&self, body: &Bytes) {
        // A request has one body; a second would change nothing.
        drop(self.0.set(body.clone()));
    }

    fn answer(&self, fault: Fault) -> Problem {
        let stale = matches!(fault, Fault::Stale { .. });
        let yours = self.0.get().filter(|_| stale).and_then(|body| serde_json::from_slice(body).ok());
        Problem { yours, ..fault.into() }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Op
where
    House: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let house = House::from_ref(state);
        let proof = Proof::of(&parts.headers, house.is_https());
        same_origin(&parts.method, &parts.headers, house.public_origin.as_deref(), proof)?;
        let credential = proof.credential();
        let if_match = parts.headers.get(header::IF_MATCH).map(version).transpose()?;
        let asked = Asked::default();
        if if_match.is_some() {
            parts.extensions.insert(asked.clone());
        }
        let idempotency_key = match parts.headers.get(IDEMPOTENCY_KEY) {
            Some(value) => {
                let body = parts.extensions.get::<BodyPrint>().map_or("", |print| print.0.as_str());
                Some((idempotency_key(value)?, format!("{} {} {body}", parts.method, parts.uri)))
            }
            None => None,
        };
        let taken = AtomicBool::new(false);
        Ok(Self { house, credential, if_match, taken, asked, idempotency_key, proposes: proposes(&parts.headers) })
    }
}

/// SHA-256 of a JSON body.
#[derive(Clone)]
struct BodyPrint(String);

/// Takes the print of the body of a request with an `Idempotency-Key`, so that the key stands for that very request. A
/// form with a file goes by its address alone: it may be large and is not read before it is known who sends it.
pub async fn with_print(request: Request) -> Result<Request, Problem> {
    if !request.headers().contains_key(IDEMPOTENCY_KEY) || !crate::extract::is_json(request.headers()) {
        return Ok(request);
    }
    let (mut parts, body) = request.into_parts();
    let bytes = crate::extract::whole(Request::from_parts(parts.clone(), body)).await?;
    parts.extensions.insert(BodyPrint(hash(&bytes)));
    Ok(Request::from_parts(parts, bytes.into()))
}

/// OWASP's defence by Fetch metadata: a browser's write must come from our own pages.
fn same_origin(
    method: &Method,
    headers: &HeaderMap,
    public_origin: Option<&str>,
    proof: Proof<'_>,
) -> Result<(), Problem> {
    if method.is_safe() || matches!(proof, Proof::Token(_)) {
        return Ok(());
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let own = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => {
            let host = text("host").unwrap_or_default();
            public_origin.map_or_else(
                || origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")) == Some(host),
                |own| own == origin,
            )
        }
        // A browser that sends a cookie along says where from; a script has no cookie worth stealing.
        (None, None) => proof == Proof::Nothing,
    };
    if own {
        Ok(())
    } else {
        Err(Problem::new(
            StatusCode::FORBIDDEN,
            "cross-site",
            "Cross-site request",
            "Changes are taken only from this server's own pages.",
        ))
    }
}

/// Whether one of the preferences of a request is to propose.
fn proposes(headers: &HeaderMap) -> bool {
    let all = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(',')).any(|preference| preference.trim().eq_ignore_ascii_case("propose"))
}

fn version(value: &HeaderValue) -> Result<i64, Problem> {
    value.to_str().ok().and_then(|text| text.trim().trim_matches('"').parse().ok()).ok_or_else(|| {
        Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            "Invalid request",
            "If-Match holds a version, as in \"7\".",
        )
        .field("If-Match")
    })
}

fn idempotency_key(value: &HeaderValue) -> Result<String, Problem> {
    value.to_str().ok().filter(|key| (1..=200).contains(&key.len())).map(str::to_owned).ok_or_else(|| {
        Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            "Invalid request",
            "Idempotency-Key holds one to 200 printable characters.",
        )
        .field("Idempotency-Key")
    })
}

/// A JSON answer of a known shape, already written out on the database thread.
pub struct Said<T> {
    status: StatusCode,
    json: Vec<u8>,
    shape: PhantomData<fn() -> T>,
}

impl<T: Serialize> Said<T> {
    pub fn new(status: StatusCode, value: &T) -> Result<Self, Fault> {
        let json = serde_json::to_vec(value).map_err(|e| StoreError::Other(e.to_string()))?;
        Ok(Self { status, json, shape: PhantomData })
    }
}

impl<T> IntoResponse for Said<T> {
    fn into_response(self) -> Response {
        if self.status == StatusCode::NO_CONTENT {
            return self.status.into_response();
        }
        (self.status, [(header::CONTENT_TYPE, "application/json")], self.json).into_response()
    }
}

pub type Answer<T> = Result<Said<T>, Problem>;

/// Answers that are worked out at once; others wait, so that what they hold in memory is bounded.
static THINKING: Semaphore = Semaphore::const_new(4);

impl Op {
    /// The version the caller last saw, when it said so, for a change that carries it.
    pub fn if_match(&self) -> Option<i64> {
        self.taken.store(true, Ordering::Relaxed);
        self.if_match
    }

    /// The version the caller changes; a text edit must say it.
    pub fn expected_version(&self) -> Result<i64, Fault> {
        self.if_match().ok_or(Fault::VersionMissing)
    }

    /// Looks something up for the one who asks, before or beside the operation itself.
    pub async fn ask<T, F>(&self, question: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: Fn(&Cx<'_>) -> Result<T, Fault> + Send + 'static,
    {
        let (authenticate, credential, now) =
            (self.house.authenticate, self.credential.clone(), self.house.clock.now());
        let asked = self.house.db.read(move |conn| {
            let actor = authenticate(conn, &credential, now)?;
            question(&Cx::new(conn, &actor, now))
        });
        Ok(asked.await?)
    }

    /// Reads, as the one who asks.
    pub async fn read<T, F>(self, read: F) -> Answer<T>
    where
        T: Serialize + 'static,
        F: Fn(&Cx<'_>) -> Result<T, Fault> + Send + 'static,
    {
        let Self { house, credential, .. } = self;
        let now = house.clock.now();
        let said = house
            .db
            .read(move |conn| {
                let actor = (house.authenticate)(conn, &credential, now)?;
                Said::new(StatusCode::OK, &read(&Cx::new(conn, &actor, now))?)
            })
            .await?;
        Ok(said)
    }

    /// Reads, as the one who asks, and works the answer out beside the database: for what takes longer than reading.
    pub async fn work_out<I, T, F, G>(self, read: F, work_out: G) -> Answer<T>
    where
        I: Send + 'static,
        T: Serialize + 'static,
        F: Fn(&Cx<'_>) -> Result<I, Fault> + Send + 'static,
        G: FnOnce(I) -> T + Send + 'static,
    {
        let found = self.ask(read).await?;
        let _turn = THINKING.acquire().await.map_err(|e| Fault::from(StoreError::Other(e.to_string())))?;
        let said = tokio::task::spawn_blocking(move || Said::new(StatusCode::OK, &work_out(found)));
        Ok(said.await.map_err(|e| Fault::from(StoreError::Other(e.to_string())))??)
    }

    /// Changes, as the one who asks, in one transaction.
    pub async fn write<T, F>(self, change: F) -> Answer<T>
    where
        T: Serialize + 'static,
        F: Fn(&Cx<'_>) -> Result<T, Fault> + Send + 'static,
    {
        self.change(StatusCode::OK, change).await
    }

    /// Creates. With an `Idempotency-Key`, a repeated request is answered as the first one was and does nothing more.
    pub async fn create<T, F>(self, change: F) -> Answer<T>
    where
        T: Serialize + 'static,
        F: Fn(&Cx<'_>) -> Result<T, Fault> + Send + 'static,
    {
        self.change(StatusCode::CREATED, change).await
    }

    /// Removes; answers nothing.
    pub async fn remove<F>(self, change: F) -> Answer<()>
    where
        F: Fn(&Cx<'_>) -> Result<(), Fault> + Send + 'static,
    {
        self.change(StatusCode::NO_CONTENT, change).await
    }

    async fn change<T, F>(self, status: StatusCode, change: F) -> Answer<T>
    where
        T: Serialize + 'static,
        F: Fn(&Cx<'_>) -> Result<T, Fault> + Send + 'static,
    {
        let Self { house, credential, if_match, taken, asked, idempotency_key, proposes } = self;
        let if_match = if_match.filter(|_| !taken.into_inner());
        let (now, db, propose) = (house.clock.now(), house.db.clone(), house.propose);
        let remembers = idempotency_key.filter(|_| status == StatusCode::CREATED);
        let (again, house_again) = (credential.clone(), house.clone());
        let said = db
            .write(move |conn| {
                let actor = who_changes(&house, &credential, conn, now)?;
                let proposes = proposes || actor.via == Via::Agent;
                let cx = Cx { if_match, proposes, ..Cx::new(conn, &actor, now) };
                let Some((key, request)) = &remembers else {
                    return Said::new(status, &change(&cx)?);
                };
                match remembered(&cx, key, request)? {
                    Some(said) => Ok(said),
                    None => {
                        let said = Said::new(status, &change(&cx)?)?;
                        remember(&cx, key, request, &said)?;
                        Ok(said)
                    }
                }
            })
            .await;
        let said = match said {
            // Whatever the change did until it was refused is taken back; what is kept of it is a change of its own.
            Err(Fault::Refused { kept: Some(kept), .. }) => {
                db.write(move |conn| {
                    let actor = who_changes(&house_again, &again, conn, now)?;
                    let Said { status, json, .. } =
                        Said::new(StatusCode::ACCEPTED, &propose(&Cx::new(conn, &actor, now), &kept)?)?;
                    Ok(Said { status, json, shape: PhantomData })
                })
                .await
            }
            said => said,
        };
        said.map_err(|fault: Fault| asked.answer(fault))
    }
}

fn who_changes(house: &House, credential: &Credential, conn: &Conn<'_>, now: Ts) -> Result<Actor, Fault> {
    let actor = (house.authenticate)(conn, credential, now)?;
    if actor.read_only { Err(Fault::ReadOnly) } else { Ok(actor) }
}

fn remembered<T>(cx: &Cx<'_>, key: &str, request: &str) -> Result<Option<Said<T>>, Fault> {
    let found: Option<(String, i64, String)> = cx.maybe(
        "SELECT request_hash, status, response FROM idempotency_key WHERE person_id = $1 AND key = $2",
        args![cx.person(), key],
    )?;
    let Some((asked, status, response)) = found else { return Ok(None) };
    if asked != request {
        return Err(Fault::broken("idempotency-key-reused", "This Idempotency-Key was used for another request."));
    }
    let status = u16::try_from(status).ok().and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::OK);
    Ok(Some(Said { status, json: response.into_bytes(), shape: PhantomData }))
}

fn remember<T>(cx: &Cx<'_>, key: &str, request: &str, said: &Said<T>) -> Result<(), Fault> {
    let response = String::from_utf8_lossy(&said.json).into_owned();
    cx.exec_unrecorded(
        "INSERT INTO idempotency_key (person_id, key, request_hash, status, response, at) VALUES ($1, $2, $3, $4, $5, $6)",
        args![cx.person(), key, request, i64::from(said.status.as_u16()), response, cx.now],
    )?;
    // Kept for a day.
    cx.exec_unrecorded("DELETE FROM idempotency_key WHERE at < $1", args![cx.now.plus_days(-1)])?;
    Ok(())
}
