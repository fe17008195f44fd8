//! Looks each product over after changes and on each new day, in the background: what contradicts what, and what was agreed
//! against something that has changed since.

use access::{Actor, Cx, Fault};
use std::collections::BTreeSet;
use std::time::Duration;
use store::{Wake, args};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::time::{Instant, timeout};
use vocabulary::*;
use web::House;

/// Changes in a burst are looked over together.
const GATHER: Duration = Duration::from_millis(50);
/// Plans come to contradict what is likely as days pass, too: so often it is asked whether there is a new one.
const ANEW: Duration = Duration::from_secs(3600);
/// Looking takes at most one part in so many of the time, however much is changed.
const SHARE: u32 = 5;

/// Looks over what is behind, and then whatever changes.
pub(crate) async fn look_over_changes(house: House) {
    let mut wakes = house.db.wakes();
    let mut due = products(&house).await;
    loop {
        let began = Instant::now();
        for product in std::mem::take(&mut due) {
            if let Err(error) = look_over(&house, product).await {
                tracing::warn!(%error, %product, "a product could not be looked over; it is with its next change");
            }
        }
        tokio::time::sleep(GATHER.max(began.elapsed() * SHARE)).await;
        due = match timeout(ANEW, next(&mut wakes)).await {
            Ok(Some(woken)) => woken,
            Ok(None) => return,
            Err(_) => products(&house).await,
        };
    }
}

/// Waits for a change, and takes those that came with it.
async fn next(wakes: &mut Receiver<Wake>) -> Option<BTreeSet<ProductId>> {
    let mut woken = BTreeSet::new();
    loop {
        match wakes.recv().await {
            Ok(wake) => drop(woken.insert(ProductId(wake.scope))),
            // The ones that were missed come with their next change.
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return None,
        }
        if wakes.is_empty() && !woken.is_empty() {
            return Some(woken);
        }
    }
}

async fn products(house: &House) -> BTreeSet<ProductId> {
    match house.db.read(|conn| conn.rows::<(ProductId,)>("SELECT id FROM product", &[])).await {
        Ok(ids) => ids.into_iter().map(|(id,)| id).collect(),
        Err(error) => {
            tracing::warn!(%error, "the products could not be listed; each is looked over when it changes");
            BTreeSet::new()
        }
    }
}

/// Looks a product over until nothing is left of what has happened in it.
async fn look_over(house: &House, product: ProductId) -> Result<(), Fault> {
    let now = house.clock.now();
    loop {
        let found = house.db.read(move |conn| {
            let organisation: Option<(OrganisationId,)> = conn.maybe("SELECT id FROM organisation", &[])?;
            // The organisation has a scope of its own, which is no product.
            let is_product: Option<(ProductId,)> =
                conn.maybe("SELECT id FROM product WHERE id = $1", args![product])?;
            let (Some((organisation,)), Some(_)) = (organisation, is_product) else { return Ok(None) };
            let console = Actor::console(organisation);
            Ok::<_, Fault>(line::look(&Cx::new(conn, &console, now), product)?.map(|look| (organisation, look)))
        });
        let Some((organisation, look)) = found.await? else { return Ok(()) };
        let note = house.db.write(move |conn| {
            let console = Actor::console(organisation);
            line::note(&Cx::new(conn, &console, now), &look)
        });
        if !note.await? {
            return Ok(());
        }
    }
}
