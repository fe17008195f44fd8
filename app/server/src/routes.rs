use crate::edge::edge;
use crate::events::{self, Live};
use crate::{Config, contract, operations};
use axum::body::Bytes;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, middleware};
use decisions::Registry;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use people::Desk;
use std::hash::RandomState;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::timeout::RequestBodyTimeoutLayer;
use utoipa_axum::router::OpenApiRouter;
use web::{House, Problem};

/// What every handler and layer of this server shares.
#[derive(Clone, FromRef)]
pub(crate) struct App {
    pub house: House,
    pub desk: Arc<Desk>,
    pub live: Arc<Live>,
    pub config: Arc<Config>,
    pub api_rate: Option<Arc<DefaultKeyedRateLimiter<u64>>>,
    /// Seeded anew in each process, so that nobody outside can choose what meets in one place.
    pub hasher: RandomState,
    pub document: Bytes,
    pub registry: Registry,
    /// Tells the requests of this process from those of the one before.
    #[from_ref(skip)]
    pub started: u64,
}

impl App {
    pub fn new(house: House, config: Config, closing: watch::Receiver<bool>) -> Self {
        operations::recorder();
        let document = serde_json::to_vec(&contract::openapi()).unwrap_or_default();
        Self {
            desk: Desk::new(&config.origin, config.sign_in_rate, config.setup_code.as_deref()),
            live: Arc::new(Live::new(closing)),
            api_rate: NonZeroU32::new(config.api_rate).map(|n| Arc::new(RateLimiter::keyed(Quota::per_minute(n)))),
            hasher: RandomState::new(),
            document: document.into(),
            registry: CHANGES,
            started: house.clock.now().0.unsigned_abs() / 1_000_000,
            config: Arc::new(config),
            house,
        }
    }
}

/// Every change that can be proposed, room by room.
pub const CHANGES: Registry = Registry(&[
    object::CHANGES,
    strategy::CHANGES,
    discovery::CHANGES,
    roadmap::CHANGES,
    feedback::CHANGES,
    backlog::CHANGES,
    teams::CHANGES,
    sprints::CHANGES,
    releases::CHANGES,
    line::CHANGES,
]);

/// The routes of each room.
pub(crate) fn rooms() -> [OpenApiRouter<App>; 16] {
    [
        people::routes(),
        decisions::routes(),
        object::routes(),
        strategy::routes(),
        discovery::routes(),
        roadmap::routes(),
        feedback::routes(),
        backlog::routes(),
        teams::routes(),
        sprints::routes(),
        releases::routes(),
        line::routes(),
        forecast::routes(),
        home::routes(),
        interchange::routes(),
        events::routes(),
    ]
}

/// All rooms, under the address of this version of the contract.
pub(crate) fn documented() -> OpenApiRouter<App> {
    let all = rooms().into_iter().fold(OpenApiRouter::new(), OpenApiRouter::merge);
    OpenApiRouter::new().nest("/api/v1", all)
}

/// How long a body may keep its reader waiting for its next piece.
const STALLED: Duration = Duration::from_secs(12);

/// Everything this server answers. `closing` becomes true when it is about to stop.
pub fn router(house: House, config: Config, closing: watch::Receiver<bool>) -> Router {
    assembled(App::new(house, config, closing))
}

pub(crate) fn assembled(app: App) -> Router {
    let (rooms, _) = documented().split_for_parts();
    let worth_it = SizeAbove::new(1024)
        .and(NotForContentType::SSE)
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::const_new("application/octet-stream"));
    rooms
        .route("/api/openapi.json", get(document))
        .route("/healthz", get(operations::healthz))
        .route("/readyz", get(operations::readyz))
        .route("/metrics", get(operations::metrics))
        .fallback(elsewhere)
        .method_not_allowed_fallback(other_method)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(app.clone(), edge))
        .layer(RequestBodyTimeoutLayer::new(STALLED))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(worth_it))
        .with_state(app)
}

async fn document(State(document): State<Bytes>) -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], document).into_response()
}

/// What no route takes: the web UI's files, or nothing.
async fn elsewhere(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    // One page of the UI shows the API where people look for it.
    let page = path == "/api/docs";
    if !page && (path == "/api" || path.starts_with("/api/")) {
        let detail = "There is no such address in this API.";
        return Problem::new(StatusCode::NOT_FOUND, "not-found", "Not found", detail).into_response();
    }
    ui_files::serve(method, uri, headers).await
}

async fn other_method() -> Problem {
    let detail = "This address does not take this method.";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "Method not allowed", detail)
}

fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("of an unknown kind"), "a handler panicked");
    let detail = "Something went wrong on our side. The server's log says more.";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Our fault", detail).into_response()
}
