//! What happens to every request before and after its handler: where it came from, how much it may send and for how
//! long, what is counted, and the headers of its answer.

use crate::headers;
use crate::routes::App;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use ipnet::IpNet;
use people::{ClientIp, Desk};
use std::hash::BuildHasher;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tracing::Instrument;
use web::{Limits, Problem, Proof};

/// The other end of the connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub SocketAddr);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const PATIENCE: Duration = Duration::from_secs(30);
/// For files, which come as fast as the sender's line lets them.
const FILE_PATIENCE: Duration = Duration::from_secs(600);

static REQUESTS: AtomicU64 = AtomicU64::new(0);

pub(crate) async fn edge(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    let ip = client(peer, request.headers(), &app.config.trusted_proxies);
    request.extensions_mut().insert(ClientIp(ip));

    let number = REQUESTS.fetch_add(1, Ordering::Relaxed);
    let id = format!("{:x}-{number:x}", app.started);
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).map(str::to_owned);
    let span = tracing::info_span!("request", id, %method, route);

    let is_api = request.uri().path().starts_with("/api/");
    let mut response = handle(&app, &route, ip, request, next).instrument(span.clone()).await;

    let status = response.status();
    let took = began.elapsed();
    if status.is_server_error() {
        tracing::warn!(parent: &span, status = status.as_u16(), ?took, "answered with a failure");
    } else {
        tracing::debug!(parent: &span, status = status.as_u16(), ?took, "answered");
    }
    metrics::histogram!(
        "http_request_duration_seconds",
        "method" => method_label(&method), "route" => route, "status" => status_label(status)
    )
    .record(took.as_secs_f64());

    let answer = response.headers_mut();
    headers::protect(answer, host.as_deref(), &app.config.origin, app.config.is_https());
    if let Ok(id) = HeaderValue::try_from(id) {
        answer.insert(REQUEST_ID, id);
    }
    if is_api {
        answer.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

async fn handle(app: &App, route: &str, ip: IpAddr, mut request: Request, next: Next) -> Response {
    // The credential itself is hashed only where it is looked up. Nothing else of the request changes who it counts for.
    let proof = Proof::of(request.headers(), app.config.is_https());
    let sender = (proof != Proof::Nothing).then(|| app.hasher.hash_one(proof));
    // What has not been answered yet counts for its address: a new invention each time is no way around the limit.
    let counted = sender
        .map(|sender| if app.desk.is_known(sender) { sender } else { app.hasher.hash_one(ClientIp(ip).network()) });
    if let (Some(limiter), Some(counted)) = (&app.api_rate, counted)
        && let Err(not_until) = limiter.check_key(&counted)
    {
        let wait = not_until.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
        return Problem::from(access::Fault::TooMany { seconds: wait }).into_response();
    }
    let due = sender.is_some_and(|sender| app.desk.is_due(sender, app.house.clock.now()));
    let credential = due.then(|| proof.credential());

    let limit = body_limit(route, &app.house.limits);
    if declared_length(request.headers()).is_some_and(|length| length > limit as u64) {
        let detail = format!("The body may hold at most {limit} bytes.");
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too large", detail).into_response();
    }
    DefaultBodyLimit::max(limit).apply(&mut request);

    let answer = async {
        match web::with_print(request).await {
            Ok(request) => next.run(request).await,
            Err(problem) => problem.into_response(),
        }
    };
    let response = match patience(route) {
        None => answer.await,
        Some(patience) => match tokio::time::timeout(patience, answer).await {
            Ok(response) => response,
            Err(_) => {
                let detail = "This took too long and was given up. A change may still have been made; look before you repeat it.";
                Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too-slow", "Too slow", detail).into_response()
            }
        },
    };
    if let Some(sender) = sender.filter(|_| response.status() == StatusCode::UNAUTHORIZED) {
        app.desk.forget(sender);
    }
    if let Some(credential) = credential.filter(|_| response.status().is_success()) {
        tokio::spawn(Desk::write_seen(app.house.clone(), credential));
    }
    response
}

fn body_limit(route: &str, limits: &Limits) -> usize {
    // A form's own lines come on top of its file.
    const FORM: usize = 64 << 10;
    if route.contains("/imports") {
        limits.import + FORM
    } else if route.ends_with("/attachments") {
        limits.attachment + FORM
    } else {
        limits.json
    }
}

fn patience(route: &str) -> Option<Duration> {
    if route.ends_with("/events") {
        None
    } else if route.contains("/imports") || route.ends_with("/attachments") || route.ends_with("/export") {
        Some(FILE_PATIENCE)
    } else {
        Some(PATIENCE)
    }
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The sender's address: of those in `X-Forwarded-For`, the last one that no trusted proxy stands at.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|net| net.contains(ip));
    let mut ip = peer.to_canonical();
    if !is_trusted(&ip) {
        return ip;
    }
    let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
    for hop in hops.into_iter().rev() {
        let Ok(before) = hop.parse::<IpAddr>() else { break };
        ip = before.to_canonical();
        if !is_trusted(&ip) {
            break;
        }
    }
    ip
}

fn method_label(method: &axum::http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        _ => "other",
    }
}

fn status_label(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", HeaderValue::from_static("203.0.113.9, 198.51.100.7"));
        headers.append("x-forwarded-for", HeaderValue::from_static("10.0.0.2"));
        let peer: IpAddr = "10.0.0.1".parse().unwrap();
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        assert_eq!(client(peer, &headers, &[]).to_string(), "10.0.0.1");
        assert_eq!(client(peer, &headers, &trusted).to_string(), "198.51.100.7");
        assert_eq!(client("192.0.2.1".parse().unwrap(), &headers, &trusted).to_string(), "192.0.2.1");
    }

    #[test]
    fn files_may_be_larger_and_slower_than_json() {
        let limits = Limits::default();
        assert_eq!(body_limit("/api/v1/products/{product}/items", &limits), limits.json);
        assert!(body_limit("/api/v1/objects/{object}/attachments", &limits) > limits.attachment);
        assert!(body_limit("/api/v1/products/{product}/imports/jira", &limits) > limits.import);
        assert_eq!(patience("/api/v1/products/{product}/events"), None);
    }
}
