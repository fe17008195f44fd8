use crate::password::{self, Password};
use access::Fault;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use store::{StoreError, args};
use tokio::sync::Semaphore;
use vocabulary::Ts;
use web::{Credential, House, hash_token};

/// Where a request came from; the server says it, knowing which proxies to believe.
#[derive(Debug, Clone, Copy)]
pub struct ClientIp(pub IpAddr);

impl ClientIp {
    /// The address that its requests count for: an IPv6 customer holds a whole /64, and one of it is no other visitor.
    pub fn network(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(v6) => v6
                .to_ipv4_mapped()
                .map_or_else(|| IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))), IpAddr::V4),
        }
    }
}

/// Attempts per account and minute, over all addresses: enough for a person, too few for a list of passwords, and never
/// a way to lock somebody out from elsewhere for long.
const PER_ACCOUNT: NonZeroU32 = NonZeroU32::new(20).unwrap();
/// Each hash takes 19 MiB and a core.
const HASHES_AT_ONCE: usize = 2;
/// How often the time a session or token was last used is written down.
const SEEN_SECONDS: i64 = 300;
/// Credentials whose last use is remembered in memory.
const REMEMBERED: usize = 50_000;

/// What signing in needs beside the database: limits, a bound on hashing, the setup code. One per server.
pub struct Desk {
    /// The address people reach this server by; links begin with it.
    pub(crate) origin: String,
    pub(crate) secure: bool,
    setup_code: Option<String>,
    by_address: Option<DefaultKeyedRateLimiter<IpAddr>>,
    by_account: DefaultKeyedRateLimiter<String>,
    hashing: Semaphore,
    seen: Mutex<HashMap<u64, Ts>>,
}

impl Desk {
    /// `attempts_per_minute` bounds sign-ins from one address; zero does not bound them.
    pub fn new(origin: &str, attempts_per_minute: u32, setup_code: Option<&str>) -> Arc<Self> {
        Arc::new(Self {
            origin: origin.trim_end_matches('/').to_owned(),
            secure: origin.starts_with("https://"),
            setup_code: setup_code.map(hash_token),
            by_address: NonZeroU32::new(attempts_per_minute).map(|n| RateLimiter::keyed(Quota::per_minute(n))),
            by_account: RateLimiter::keyed(Quota::per_minute(PER_ACCOUNT)),
            hashing: Semaphore::new(HASHES_AT_ONCE),
            seen: Mutex::new(HashMap::new()),
        })
    }

    pub(crate) fn is_setup_code(&self, code: &str) -> bool {
        self.setup_code.as_ref().is_some_and(|right| *right == hash_token(code.trim()))
    }

    /// Counts an attempt from an address. Outside any transaction: a refused attempt counts too.
    pub(crate) fn attempt_from(&self, ip: ClientIp) -> Result<(), Fault> {
        self.by_address.as_ref().map_or(Ok(()), |limiter| take(limiter, &ip.network()))
    }

    /// Counts an attempt at an account.
    pub(crate) fn attempt_at(&self, account: &str) -> Result<(), Fault> {
        take(&self.by_account, &account.to_owned())
    }

    /// Compares a password with a stored hash, on a thread of its own.
    pub(crate) async fn matches(&self, password: Password, stored: Option<String>) -> Result<bool, Fault> {
        self.hashing(move || Ok(password::matches(&password, stored.as_deref()))).await
    }

    pub(crate) async fn hash(&self, password: Password) -> Result<String, Fault> {
        self.hashing(move || password::hash_checked(&password)).await
    }

    async fn hashing<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let _turn = self.hashing.acquire().await.map_err(|e| StoreError::Unavailable(e.to_string()))?;
        tokio::task::spawn_blocking(work).await.map_err(|e| StoreError::Other(e.to_string()))?
    }

    /// Whether the last use of this credential (by any number that stands for it) is to be written down again.
    pub fn is_due(&self, credential: u64, now: Ts) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.get(&credential).is_some_and(|at| now < at.plus_seconds(SEEN_SECONDS)) {
            return false;
        }
        if seen.len() >= REMEMBERED {
            seen.clear();
        }
        seen.insert(credential, now);
        true
    }

    /// Whether a credential was used here before, and not refused since.
    pub fn is_known(&self, credential: u64) -> bool {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&credential)
    }

    /// Takes note that a credential is none.
    pub fn forget(&self, credential: u64) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).remove(&credential);
    }

    /// Writes down that a session or token was used. Requests that only read cannot do it themselves.
    pub async fn write_seen(house: House, credential: Credential) {
        let (find, update, hash) = match credential {
            Credential::Session(hash) => (
                "SELECT seen_at FROM session WHERE token_hash = $1 AND seen_at < $2",
                "UPDATE session SET seen_at = $1 WHERE token_hash = $2",
                hash,
            ),
            Credential::Token(hash) => (
                "SELECT COALESCE(last_used_at, 0) FROM access_token
                 WHERE token_hash = $1 AND COALESCE(last_used_at, 0) < $2",
                "UPDATE access_token SET last_used_at = $1 WHERE token_hash = $2",
                hash,
            ),
            Credential::None => return,
        };
        let now = house.clock.now();
        let known = hash.clone();
        let stale =
            house.db.read(move |conn| conn.maybe::<(Ts,)>(find, args![&known, now.plus_seconds(-SEEN_SECONDS)])).await;
        let written = match stale {
            Ok(Some(_)) => house.db.write(move |conn| conn.exec_unrecorded(update, args![now, &hash])).await.map(drop),
            other => other.map(drop),
        };
        if let Err(error) = written {
            tracing::warn!(%error, "the last use of a credential was not written down");
        }
    }

    /// Forgets attempts that no longer count.
    pub fn tidy(&self) {
        self.by_account.retain_recent();
        if let Some(limiter) = &self.by_address {
            limiter.retain_recent();
        }
    }
}

fn take<K: Clone + Eq + std::hash::Hash>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), Fault> {
    limiter.check_key(key).map_err(|not_until| {
        let wait = not_until.wait_time_from(DefaultClock::default().now());
        Fault::TooMany { seconds: wait.as_secs() + 1 }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_refused_after_its_share() {
        let desk = Desk::new("http://127.0.0.1:7400", 3, None);
        let ip = ClientIp(IpAddr::from([192, 0, 2, 1]));
        for _ in 0..3 {
            desk.attempt_from(ip).unwrap();
        }
        assert!(matches!(desk.attempt_from(ip), Err(Fault::TooMany { seconds: 1..=21 })));
        desk.attempt_from(ClientIp(IpAddr::from([192, 0, 2, 2]))).unwrap();
    }

    #[test]
    fn one_ipv6_network_is_one_address() {
        let ip = |text: &str| ClientIp(text.parse().unwrap()).network();
        assert_eq!(ip("2001:db8::1"), ip("2001:db8::ffff:1"));
        assert_ne!(ip("2001:db8::1"), ip("2001:db8:0:1::1"));
        assert_eq!(ip("::ffff:192.0.2.1"), ip("192.0.2.1"));
    }

    #[test]
    fn a_use_is_written_down_every_five_minutes() {
        let desk = Desk::new("http://127.0.0.1:7400", 0, None);
        assert!(desk.is_due(1, Ts(0)));
        assert!(!desk.is_due(1, Ts(0).plus_seconds(299)));
        assert!(desk.is_due(1, Ts(0).plus_seconds(300)));
    }
}
