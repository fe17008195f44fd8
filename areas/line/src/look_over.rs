//! What is looked over in the background after changes: what drifts from what it was agreed against, and contradictions of
//! the plan. All that takes long is read, beside the writers.

use crate::contradictions::Difference;
use crate::drift::Drift;
use access::{Changes, Cx, Event, Fault, record};
use object::Product;
use store::args;
use vocabulary::*;

/// What a look found.
#[derive(Debug)]
pub struct Look {
    product: Product,
    /// Every event up to here was looked over before, on this day.
    from: Option<(i64, Date)>,
    /// Every event up to here is looked over.
    upto: i64,
    /// Whether later ones wait.
    leaves_some: bool,
    drift: Drift,
    contradictions: Difference,
}

/// Looks a product over, as somebody who sees all of it. Nothing when nothing has happened since the last time and the day
/// is the same: plans come to contradict what is likely as days pass. What happened before the first time was agreed as
/// it is.
pub fn look(cx: &Cx<'_>, product: ProductId) -> Result<Option<Look>, Fault> {
    let (latest,): (i64,) = cx.one("SELECT seq FROM scope_counter WHERE scope_id = $1", args![product])?;
    let from = looked_over(cx, product)?;
    let (drift, upto) = match from {
        Some((seq, _)) if seq < latest => Drift::look(cx, product, seq, latest)?,
        Some((_, day)) if day == cx.now.date() => return Ok(None),
        _ => (Drift::default(), latest),
    };
    let product = Product::load(cx, &product.into())?;
    let leaves_some = upto < latest;
    // A contradiction is of the plan as it is: once is enough.
    let contradictions = if leaves_some { Difference::default() } else { Difference::look(cx, &product)? };
    Ok(Some(Look { product, from, upto, leaves_some, drift, contradictions }))
}

fn looked_over(cx: &Cx<'_>, product: ProductId) -> Result<Option<(i64, Date)>, Fault> {
    Ok(cx.maybe("SELECT seq, day FROM looked_over WHERE product_id = $1", args![product])?)
}

/// Writes down what a look found, and tells those who look at the product. Answers whether there is more to look over.
pub fn note(cx: &Cx<'_>, look: &Look) -> Result<bool, Fault> {
    let Look { product, from, upto, leaves_some, drift, contradictions } = look;
    access::take_turn(cx, product.id.0)?;
    // Another server was quicker.
    if looked_over(cx, product.id)? != *from {
        return Ok(true);
    }
    let drift = drift.store(cx, product.id)?;
    contradictions.store(cx, product.id)?;
    let (came, went) = (contradictions.came, contradictions.went());
    let mut upto = *upto;
    if came + went + drift.flagged + drift.lifted + drift.moved > 0 {
        let changes = Changes::new()
            .field("drift found", &0, &drift.flagged)
            .field("drift gone", &0, &drift.lifted)
            .field("contradictions found", &0, &came)
            .field("contradictions resolved", &0, &went);
        let verb = "looked the line over";
        let event = Event { scope: product.id.0, verb, object: None, version: product.version, changes };
        let own = record(cx, event)?;
        // Its own event is no reason to look again; what came between is.
        if own == upto + 1 {
            upto = own;
        }
    }
    cx.exec_unrecorded(
        "INSERT INTO looked_over (product_id, seq, day) VALUES ($1, $2, $3)
         ON CONFLICT (product_id) DO UPDATE SET seq = excluded.seq, day = excluded.day",
        args![product.id, upto, cx.now.date()],
    )?;
    Ok(*leaves_some)
}
