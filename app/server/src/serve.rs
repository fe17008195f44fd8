use crate::Config;
use crate::edge::Peer;
use crate::looking::look_over_changes;
use crate::operations;
use crate::routes::{App, assembled};
use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio_io_timeout::TimeoutStream;
use tower::Service;
use web::House;

/// From connecting to the first whole head of a request; hyper starts its own clock only with the first byte.
const FIRST_REQUEST: Duration = Duration::from_secs(12);
const HEAD: Duration = Duration::from_secs(10);
/// How long the other end may leave what we write unread.
const UNREAD: Duration = Duration::from_secs(30);
const DRAIN: Duration = Duration::from_secs(10);
const TIDY: Duration = Duration::from_secs(60);
const UPKEEP: Duration = Duration::from_secs(5);
const HEAD_BYTES: usize = 64 << 10;

/// Serves until `shutdown` completes, then lets running requests end, for ten seconds at most.
pub async fn run(
    listener: TcpListener,
    house: House,
    config: Config,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let (stop, closing) = watch::channel(false);
    let connections = Arc::new(Connections { most: config.connections.max(1), ..Connections::default() });
    let app = App::new(house, config, closing);
    let chores = tokio::spawn(chores(app.clone()));
    let looking = tokio::spawn(look_over_changes(app.house.clone()));
    let router = assembled(app);
    let builder = builder();
    let graceful = GracefulShutdown::new();

    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    if let Some(seat) = Connections::seat(&connections) {
                        tokio::spawn(connection(stream, peer, router.clone(), builder.clone(), graceful.watcher(), seat));
                    }
                }
                Err(error) => {
                    // Out of file descriptors, most likely: some will close.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            () = &mut shutdown => break,
        }
    }
    drop(listener);
    stop.send_replace(true);
    chores.abort();
    looking.abort();
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time and were cut off");
    }
    Ok(())
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(HEAD_BYTES).max_headers(100);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(10))
        .max_concurrent_streams(100)
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(100)
        .max_header_list_size(HEAD_BYTES as u32);
    builder
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    builder: Builder<TokioExecutor>,
    watcher: Watcher,
    seat: Seat,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, %peer, "TCP_NODELAY could not be set");
    }
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(UNREAD));
    let guest = seat.guest.clone();
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        guest.has_asked.store(true, Ordering::Relaxed);
        let (guest, answer) = (guest.clone(), router.clone().call(request));
        async move {
            let answer = answer.await;
            guest.was_answered.store(true, Ordering::Relaxed);
            answer
        }
    });
    let conn = watcher.watch(builder.serve_connection(TokioIo::new(Box::pin(stream)), service));
    tokio::pin!(conn);
    let silent = async {
        tokio::time::sleep(FIRST_REQUEST).await;
        if seat.guest.has_asked.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        ended = &mut conn => {
            if let Err(error) = ended {
                tracing::debug!(error, %peer, "a connection ended");
            }
        }
        () = silent => tracing::debug!(%peer, "a connection asked nothing and was closed"),
        () = seat.guest.close.notified() => tracing::debug!(%peer, "a connection made room for another"),
    }
}

async fn chores(app: App) {
    let mut upkeep = tokio::time::interval(UPKEEP);
    let mut tidy = tokio::time::interval(TIDY);
    loop {
        tokio::select! {
            _ = upkeep.tick() => operations::recorder().run_upkeep(),
            _ = tidy.tick() => {
                app.desk.tidy();
                if let Some(limiter) = &app.api_rate {
                    limiter.retain_recent();
                }
            }
        }
    }
}

/// The connections that are open, bounded.
#[derive(Default)]
struct Connections {
    most: usize,
    open: Mutex<(u64, BTreeMap<u64, Arc<Guest>>)>,
}

#[derive(Default)]
struct Guest {
    /// Whether it ever sent a whole head of a request.
    has_asked: AtomicBool,
    /// Whether it ever sent a whole request.
    was_answered: AtomicBool,
    close: Notify,
}

/// One connection's place among them.
struct Seat {
    connections: Arc<Connections>,
    number: u64,
    guest: Arc<Guest>,
}

impl Connections {
    /// Takes a place. When there is none, the connection that has been silent longest makes room; when all have
    /// been answered, the new one is refused.
    fn seat(connections: &Arc<Self>) -> Option<Seat> {
        let mut open = connections.open.lock().unwrap_or_else(PoisonError::into_inner);
        let (next, guests) = &mut *open;
        if guests.len() >= connections.most {
            let silent =
                guests.iter().find(|(_, guest)| !guest.was_answered.load(Ordering::Relaxed)).map(|(n, _)| *n)?;
            guests.remove(&silent)?.close.notify_one();
        }
        *next += 1;
        let guest = Arc::new(Guest::default());
        guests.insert(*next, guest.clone());
        Some(Seat { connections: connections.clone(), number: *next, guest })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.connections.open.lock().unwrap_or_else(PoisonError::into_inner).1.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_silent_connection_makes_room() {
        let connections = Arc::new(Connections { most: 2, ..Connections::default() });
        let speaking = Connections::seat(&connections).unwrap();
        speaking.guest.was_answered.store(true, Ordering::Relaxed);
        let silent = Connections::seat(&connections).unwrap();
        let third = Connections::seat(&connections).unwrap();
        third.guest.was_answered.store(true, Ordering::Relaxed);
        drop(silent);
        assert!(Connections::seat(&connections).is_none(), "both that are left have been answered");
        drop(speaking);
        assert!(Connections::seat(&connections).is_some());
    }
}
