use ipnet::IpNet;
use std::path::PathBuf;
use std::sync::Arc;
use store::Db;
use vocabulary::Clock;
use web::{House, Limits};

/// How one server is set up.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address people reach this server by, as in `https://line.example.org`; links begin with it, and browsers'
    /// writes must come from it.
    pub origin: String,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Requests a minute that one session or token may send; zero does not bound them.
    pub api_rate: u32,
    /// Sign-ins a minute from one address; zero does not bound them.
    pub sign_in_rate: u32,
    /// Connections open at once.
    pub connections: usize,
    /// The one-time code with which an empty server is set up.
    pub setup_code: Option<String>,
}

impl Config {
    pub fn new(origin: impl Into<String>) -> Self {
        Self {
            origin: origin.into(),
            trusted_proxies: Vec::new(),
            api_rate: 6000,
            sign_in_rate: 3,
            connections: 2000,
            setup_code: None,
        }
    }

    pub(crate) fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }
}

/// What the rooms' handlers stand on; attachments lie in `files`.
pub fn house(db: Db, files: PathBuf, clock: Clock, config: &Config) -> House {
    House {
        db,
        clock,
        limits: Limits::default(),
        files: Arc::new(files),
        authenticate: people::authenticate,
        propose: |cx, kept| decisions::propose(cx, crate::routes::CHANGES, kept, ""),
        // A plain-http server is reached by many names (localhost, an address); there the request's own host counts.
        public_origin: config.is_https().then(|| config.origin.trim_end_matches('/').into()),
    }
}
