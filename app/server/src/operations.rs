//! What the operator asks: is it up, can it answer, how is it doing.

use crate::edge::Peer;
use crate::routes::App;
use access::Fault;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Duration;
use store::args;
use web::{Problem, Proof};

const READY_TIMEOUT: Duration = Duration::from_secs(2);
const BUCKETS: &[f64] = &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];

/// The process's one recorder.
pub(crate) fn recorder() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new().set_buckets(BUCKETS).unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another recorder of metrics stands in this process already");
        }
        handle
    })
}

pub(crate) async fn healthz() -> &'static str {
    "up\n"
}

pub(crate) async fn readyz(State(app): State<App>) -> Response {
    let read = app.house.db.read(|conn| conn.maybe::<(i64,)>("SELECT number FROM schema_migration LIMIT 1", args![]));
    match tokio::time::timeout(READY_TIMEOUT, read).await {
        Ok(Ok(_)) => "ready\n".into_response(),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database answers too slowly\n").into_response(),
    }
}

/// For whoever asks from this machine itself, or is an admin.
pub(crate) async fn metrics(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // A proxy on this machine asks for others.
    let forwarded = headers.contains_key("x-forwarded-for") || headers.contains_key(header::FORWARDED);
    let local = peer.is_some_and(|Extension(peer)| peer.0.ip().to_canonical().is_loopback()) && !forwarded;
    if !local {
        let credential = Proof::of(&headers, app.house.is_https()).credential();
        let (now, authenticate) = (app.house.clock.now(), app.house.authenticate);
        app.house
            .db
            .read(move |conn| match authenticate(conn, &credential, now)?.admin {
                true => Ok(()),
                false => Err(Fault::AdminsOnly),
            })
            .await?;
    }
    let text = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((text, recorder().render()).into_response())
}
