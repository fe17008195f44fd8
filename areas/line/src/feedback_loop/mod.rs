//! The loop: from what a customer said to the customer knowing what became of it, and who waits for that.

mod http;
mod moments;
mod times;

use access::{Cx, Fault};
use moments::{Heard, heard};
use object::{Product, Stub, stubs};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use vocabulary::*;
use web::{Cursor, Page};

pub use http::routes;
pub use times::{LoopLeg, LoopStation, LoopTimes};

/// Feedback whose customer waits for an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingFeedback {
    pub feedback: Stub,
    pub customer: Option<Stub>,
    /// The station it comes to next.
    pub waits_for: LoopStation,
    /// Since it was received.
    pub days: i64,
    pub times: LoopTimes,
}

/// How much feedback waits for one station.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingFor {
    pub station: LoopStation,
    pub count: usize,
}

/// How long the product takes to answer, and who waits longest. Declined and postponed are answers, too.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedbackLoop {
    /// From each station to the next, and last the whole way.
    pub legs: Vec<LoopLeg>,
    pub told: usize,
    pub declined: usize,
    pub postponed: usize,
    pub waiting: Vec<WaitingFor>,
    /// Feedback without an answer, the longest received first.
    pub rows: Vec<WaitingFeedback>,
    /// The cursor of the next page; null on the last.
    pub next: Option<String>,
}

/// A product's loop, with a page of those who wait.
pub fn feedback_loop(cx: &Cx<'_>, name: &ProductName, page: &Page) -> Result<FeedbackLoop, Fault> {
    let product = Product::load(cx, name)?;
    let all = heard(cx, product.id)?;
    let legs = times::legs(all.iter().map(|heard| &heard.times));
    let many = |state: &str| all.iter().filter(|heard| heard.state == state).count();
    let (told, declined, postponed) = (many("told"), many("declined"), many("postponed"));
    let mut waiting: Vec<(&Heard, LoopStation)> =
        all.iter().filter_map(|heard| Some((heard, heard.waits_for()?))).collect();
    waiting.sort_unstable_by_key(|(heard, _)| heard.place());
    let mut counted: BTreeMap<LoopStation, usize> = BTreeMap::new();
    for (_, station) in &waiting {
        *counted.entry(*station).or_default() += 1;
    }
    if let Some(cursor) = &page.after {
        let day: Date =
            cursor.key.parse().map_err(|_| Fault::invalid("cursor", "this is not a cursor from an earlier page"))?;
        waiting.retain(|(heard, _)| heard.place() > (day, ObjectId(cursor.id)));
    }
    waiting.truncate(page.limit + 1);
    let ids: Vec<ObjectId> = waiting.iter().flat_map(|(heard, _)| [Some(heard.id), heard.customer]).flatten().collect();
    let stubs = stubs(cx, &ids)?;
    let page = page.cut(waiting, |(heard, _)| Cursor::new(heard.times.received_on, heard.id));
    let row = |(heard, waits_for): (&Heard, LoopStation)| {
        Some(WaitingFeedback {
            feedback: stubs.get(&heard.id)?.clone(),
            customer: heard.customer.and_then(|id| stubs.get(&id).cloned()),
            waits_for,
            days: heard.times.days_until(cx.now),
            times: heard.times.clone(),
        })
    };
    Ok(FeedbackLoop {
        legs,
        told,
        declined,
        postponed,
        waiting: counted.into_iter().map(|(station, count)| WaitingFor { station, count }).collect(),
        rows: page.rows.into_iter().filter_map(row).collect(),
        next: page.next,
    })
}
