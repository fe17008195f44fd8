//! Live updates: what happens in a product, as server-sent events. The activity table is the truth; a commit only wakes.

use crate::routes::App;
use access::{Cx, Fault};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use object::{Activity, History, Product};
use serde::Deserialize;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::{StoreError, Wake, args};
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::Instant;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::*;
use web::{Credential, House, Op, Page, Path, Problem, Query};

const STREAMS_PER_PERSON: usize = 6;
/// Further behind than this, a browser loads its page anew faster than it catches up.
const HORIZON: i64 = 5000;
const BATCH: u32 = 100;
/// A revoked person is out after this long, event or not.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Commits in a burst are told together.
const GATHER: Duration = Duration::from_millis(50);
/// How long a reader may leave a full buffer unread.
const UNREAD: Duration = Duration::from_secs(20);

/// Who listens, and whether the server is about to stop.
pub(crate) struct Live {
    streams: Mutex<HashMap<PersonId, usize>>,
    closing: watch::Receiver<bool>,
}

impl Live {
    pub fn new(closing: watch::Receiver<bool>) -> Self {
        Self { streams: Mutex::new(HashMap::new()), closing }
    }

    fn seat(self: &Arc<Self>, person: PersonId) -> Result<Seat, Fault> {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let held = streams.entry(person).or_default();
        if *held >= STREAMS_PER_PERSON {
            return Err(Fault::TooMany { seconds: LOOK_AGAIN.as_secs() });
        }
        *held += 1;
        Ok(Seat { live: self.clone(), person })
    }
}

/// One open stream of a person; dropping it makes room for another.
struct Seat {
    live: Arc<Live>,
    person: PersonId,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut streams = self.live.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = streams.get_mut(&self.person) {
            *held -= 1;
            if *held == 0 {
                streams.remove(&self.person);
            }
        }
    }
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(stream_events))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct EventsQuery {
    /// Begin after this event; now unless said. `Last-Event-ID` goes before it.
    #[param(minimum = 0)]
    after: Option<i64>,
}

/// What happens in a product, as it happens
///
/// `event: activity` carries an Activity, its `id` the place in the product's order of events; `event: reset` says that
/// too much was missed and the page is to be loaded anew. A comment comes every 15 seconds.
#[utoipa::path(get, path = "/products/{product}/events", tag = "products",
    params(("product" = String, Path, description = "key or id"), EventsQuery),
    responses((status = 200, body = String, content_type = "text/event-stream")), extensions(("x-permission" = json!("see"))))]
async fn stream_events(
    State(live): State<Arc<Live>>,
    op: Op,
    Path(name): Path<ProductName>,
    Query(asked): Query<EventsQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = last_event_id(&headers)?.or(asked.after);
    // Before the first look: what commits between the two is then told twice at most, and never lost.
    let wakes = op.house.db.wakes();
    let mut window = Window { house: op.house, credential: op.credential, product: name, place: i64::MAX };
    let now = window.look().await?;
    let seat = live.seat(now.person)?;
    window.product = now.product.into();
    window.place = now.reached;

    let mut greeting = String::new();
    match asked {
        Some(after) if (now.reached - HORIZON..=now.reached).contains(&after) => window.place = after,
        Some(_) => write_event(&mut greeting, now.reached, Some("reset"), "{}"),
        // Browsers come back to the place they were told last, even when nothing has happened yet.
        None => write_event(&mut greeting, now.reached, None, ""),
    }
    let (chunks, body) = mpsc::channel(2);
    let closing = live.closing.clone();
    tokio::spawn(async move {
        let _seat = seat;
        if say(&chunks, greeting).await.is_ok() {
            tell(window, now.product, chunks, wakes, closing).await;
        }
    });
    Ok((
        [
            (header::CONTENT_TYPE, "text/event-stream"),
            (header::CACHE_CONTROL, "no-store"),
            (HeaderName::from_static("x-accel-buffering"), "no"),
        ],
        Body::from_stream(ReceiverStream::new(body).map(Ok::<Bytes, Infallible>)),
    )
        .into_response())
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<i64>, Fault> {
    match headers.get("last-event-id") {
        None => Ok(None),
        Some(value) if value.is_empty() => Ok(None),
        Some(value) => {
            let number = value.to_str().ok().and_then(|text| text.trim().parse().ok());
            number.map(Some).ok_or_else(|| Fault::invalid("Last-Event-ID", "Last-Event-ID is the id of an event."))
        }
    }
}

/// The listener has gone, or reads nothing.
struct Gone;

async fn say(chunks: &mpsc::Sender<Bytes>, text: String) -> Result<(), Gone> {
    if text.is_empty() {
        return Ok(());
    }
    chunks.send_timeout(text.into(), UNREAD).await.map_err(|_| Gone)
}

/// Tells one listener what happens until they leave, lose their right to hear it, or the server stops.
async fn tell(
    mut window: Window,
    product: ProductId,
    chunks: mpsc::Sender<Bytes>,
    mut wakes: broadcast::Receiver<Wake>,
    mut closing: watch::Receiver<bool>,
) {
    let mut spoke = Instant::now();
    loop {
        // Rights are looked at in every read; a fault of any kind ends the stream, and the browser comes back.
        let Ok(news) = window.look().await else { return };
        let mut text = String::new();
        for event in &news.events {
            let Ok(json) = serde_json::to_string(event) else { return };
            write_event(&mut text, event.seq, Some("activity"), &json);
        }
        if news.events.last().map_or(window.place, |last| last.seq) < news.reached && news.reached > window.place {
            // The rest was not for these eyes, and need not be looked at again.
            write_event(&mut text, news.reached, None, "");
        }
        if text.is_empty() && spoke.elapsed() >= HEARTBEAT {
            text.push_str(": still here\n\n");
        }
        if !text.is_empty() {
            spoke = Instant::now();
        }
        if say(&chunks, text).await.is_err() {
            return;
        }
        window.place = window.place.max(news.reached);
        if news.more {
            continue;
        }
        tokio::select! {
            () = woken(&mut wakes, product) => tokio::time::sleep(GATHER).await,
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            () = chunks.closed() => return,
            () = stopping(&mut closing) => return,
        }
    }
}

async fn stopping(closing: &mut watch::Receiver<bool>) {
    // A server that is gone has stopped too.
    drop(closing.wait_for(|closing| *closing).await);
}

async fn woken(wakes: &mut broadcast::Receiver<Wake>, product: ProductId) {
    loop {
        match wakes.recv().await {
            Ok(wake) if wake.scope != product.0 => {}
            // Missing some wakes is one more reason to look.
            Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return,
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// An event of the stream; without a name it only tells the place.
fn write_event(text: &mut String, id: i64, name: Option<&str>, data: &str) {
    text.push_str(&format!("id: {id}\n"));
    if let Some(name) = name {
        text.push_str(&format!("event: {name}\ndata: {data}\n"));
    }
    text.push('\n');
}

/// What one listener may hear, and how far they have heard it.
struct Window {
    house: House,
    credential: Credential,
    product: ProductName,
    place: i64,
}

struct News {
    person: PersonId,
    product: ProductId,
    events: Vec<Activity>,
    /// Every event up to here was told or is not for these eyes.
    reached: i64,
    more: bool,
}

impl Window {
    async fn look(&self) -> Result<News, Fault> {
        let (credential, name, place) = (self.credential.clone(), self.product.clone(), self.place);
        let (now, authenticate) = (self.house.clock.now(), self.house.authenticate);
        self.house
            .db
            .read(move |conn| {
                let actor = authenticate(conn, &credential, now)?;
                let cx = Cx::new(conn, &actor, now);
                let person = cx.person().ok_or(Fault::Unauthenticated)?;
                let product = Product::load(&cx, &name)?.id;
                // Read before the events: what the counter knows of, the events show.
                let (counted,): (i64,) = cx.one("SELECT seq FROM scope_counter WHERE scope_id = $1", args![product])?;
                if counted <= place {
                    return Ok(News { person, product, events: Vec::new(), reached: counted, more: false });
                }
                let page = History::Since(product, place).read(&cx, &Page::of(Some(BATCH), None)?)?;
                let last_told = page.rows.last().map_or(place, |event| event.seq);
                let (reached, more) = match page.next {
                    Some(cursor) => (place_of(&cursor)?, true),
                    None => (counted.max(last_told), false),
                };
                Ok(News { person, product, events: page.rows, reached, more })
            })
            .await
    }
}

fn place_of(cursor: &str) -> Result<i64, Fault> {
    let page = Page::of(None, Some(cursor))?;
    let cursor = page.after.ok_or_else(|| StoreError::Other("a page names no next one".into()))?;
    cursor.number()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_six_seats() {
        let (_stop, closing) = watch::channel(false);
        let live = Arc::new(Live::new(closing));
        let person = PersonId::new();
        let mut seats: Vec<Seat> = (0..STREAMS_PER_PERSON).map(|_| live.seat(person).unwrap()).collect();
        assert!(matches!(live.seat(person), Err(Fault::TooMany { .. })));
        assert!(live.seat(PersonId::new()).is_ok());
        seats.pop();
        assert!(live.seat(person).is_ok());
    }

    #[test]
    fn an_event_reads_as_the_standard_says() {
        let mut text = String::new();
        write_event(&mut text, 7, Some("activity"), "{}");
        write_event(&mut text, 8, None, "");
        assert_eq!(text, "id: 7\nevent: activity\ndata: {}\n\nid: 8\n\n");
    }
}
