use crate::place::Place;
use crate::show;
use anyhow::{Context, Result, bail};
use clap::Args;
use server::Config;
use std::net::SocketAddr;
use store::Db;
use tokio::net::TcpListener;
use vocabulary::Clock;

#[derive(Args)]
pub struct Serve {
    #[command(flatten)]
    pub listening: Listening,
}

/// How a server is reached; every command that serves has these.
#[derive(Args, Clone)]
pub struct Listening {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7400", env = "THROUGHLINE_LISTEN")]
    pub listen: SocketAddr,
    /// The address people reach the server by, as in `https://line.example.org`; http:// and the listening address unless said
    #[arg(long, value_name = "URL", env = "THROUGHLINE_PUBLIC_ORIGIN", value_parser = origin)]
    public_origin: Option<String>,
    /// Serve plain http to other machines: passwords and sessions cross the network readable
    #[arg(long, env = "THROUGHLINE_ALLOW_HTTP")]
    allow_http: bool,
    /// A proxy, or a network of proxies, whose X-Forwarded-For is believed (may be given several times)
    #[arg(long = "trusted-proxy", value_name = "NETWORK", env = "THROUGHLINE_TRUSTED_PROXIES", value_delimiter = ',', value_parser = network)]
    trusted_proxies: Vec<server::IpNet>,
    /// Requests a minute that one session or token may send; 0 does not bound them
    #[arg(long, value_name = "NUMBER", default_value_t = 6000, env = "THROUGHLINE_API_RATE")]
    api_rate: u32,
    /// Sign-ins a minute from one address; 0 does not bound them
    #[arg(long, value_name = "NUMBER", default_value_t = 3, env = "THROUGHLINE_SIGN_IN_RATE")]
    sign_in_rate: u32,
    /// Connections open at once
    #[arg(long, value_name = "NUMBER", default_value_t = 2000, env = "THROUGHLINE_CONNECTIONS")]
    connections: usize,
}

impl Serve {
    pub fn run(&self, place: &Place) -> Result<()> {
        self.listening.check()?;
        let db = place.open()?;
        let mut config = self.listening.config();
        if db.read_now(people::setup_is_needed)? {
            let code = people::setup_code()?;
            // In the fragment, which browsers send to nobody and no log keeps.
            show::line(&format!("Set up Throughline at {}/setup#code={code}", config.origin))?;
            config.setup_code = Some(code);
        }
        serve(place, db, &self.listening, config)
    }
}

impl Listening {
    pub fn origin(&self) -> String {
        self.public_origin.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }

    pub fn config(&self) -> Config {
        Config {
            trusted_proxies: self.trusted_proxies.clone(),
            api_rate: self.api_rate,
            sign_in_rate: self.sign_in_rate,
            connections: self.connections,
            ..Config::new(self.origin())
        }
    }

    /// Refuses to be reached over a network in the clear, unless that is what is wanted.
    pub fn check(&self) -> Result<()> {
        let https = self.public_origin.as_ref().is_some_and(|origin| origin.starts_with("https://"));
        if self.listen.ip().is_loopback() || https || self.allow_http {
            return Ok(());
        }
        bail!(
            "{} is reached from other machines; give --public-origin https://… of the proxy in front, or --allow-http",
            self.listen
        )
    }
}

/// Serves until the process is told to stop.
pub fn serve(place: &Place, db: Db, listening: &Listening, config: Config) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let house = server::house(db, place.files(), Clock::default(), &config);
    runtime.block_on(async {
        let listener = TcpListener::bind(listening.listen)
            .await
            .with_context(|| format!("cannot listen at {}", listening.listen))?;
        tracing::info!(address = %listener.local_addr()?, origin = config.origin, "serving");
        server::run(listener, house, config, told_to_stop()?).await.context("the server stopped")
    })?;
    tracing::info!("stopped");
    Ok(())
}

#[cfg(unix)]
fn told_to_stop() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn told_to_stop() -> Result<impl Future<Output = ()>> {
    Ok(async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(%error, "Ctrl-C cannot be heard");
            std::future::pending().await
        }
    })
}

fn origin(text: &str) -> Result<String, String> {
    let origin = text.trim_end_matches('/');
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")).unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    if host.is_empty() || !host.chars().all(plain) {
        return Err("an origin is https:// or http:// and a host, without a path".into());
    }
    Ok(origin.to_ascii_lowercase())
}

fn network(text: &str) -> Result<server::IpNet, String> {
    let one = text.parse::<std::net::IpAddr>().map(server::IpNet::from);
    one.or_else(|_| text.parse()).map_err(|_| "a network is an address, or one like 10.0.0.0/8".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_have_no_path() {
        assert_eq!(origin("https://Line.example.org/").unwrap(), "https://line.example.org");
        for wrong in ["line.example.org", "https://", "https://a/b", "ftp://a", "https://a b"] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_proxy_is_an_address_or_a_network() {
        assert_eq!(network("10.0.0.1").unwrap().to_string(), "10.0.0.1/32");
        assert_eq!(network("10.0.0.0/8").unwrap().to_string(), "10.0.0.0/8");
        assert!(network("proxy").is_err());
    }
}
