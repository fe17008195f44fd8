//! What a proposed change would do beyond what it says: items that move aside, dates that slip.

use access::{Cx, Fault};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;
use vocabulary::*;

/// One thing that would change along with what is proposed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Effect {
    pub object: ObjectId,
    pub what: What,
    pub before: Option<String>,
    pub after: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Its place in the backlog, counted from 1.
    Place,
    /// The day by which it is done with a likelihood of 85 percent.
    Likely,
}

/// So many items that move aside are named.
const NAMED: i64 = 5;
/// So many dates that slip are named, those that slip most first.
const SLIPPED: usize = 10;

/// How things stand, before or after.
pub(crate) struct Standing {
    places: HashMap<ObjectId, Option<i64>>,
    likely: HashMap<ObjectId, Date>,
}

impl Standing {
    /// Of the items that change their place, and of everything the forecast tells of, where the order changes.
    pub fn look(cx: &Cx<'_>, product: &object::Product, moved: &[ObjectId], order: bool) -> Result<Self, Fault> {
        let mut places = HashMap::new();
        for item in moved {
            places.insert(*item, backlog::standing(cx, *item)?);
        }
        let likely = if order { forecast::likely(cx, product)? } else { HashMap::new() };
        Ok(Self { places, likely })
    }

    pub fn place(&self, item: ObjectId) -> Option<i64> {
        self.places.get(&item).copied().flatten()
    }
}

/// Whether a change touches what is done when.
pub(crate) fn changes_order(change: &str) -> bool {
    matches!(change, "rank_item" | "add_item" | "move_item" | "archive")
}

/// What differs between before and after. `aside` are the items that make way, by the places they stand at before.
pub(crate) fn between(before: &Standing, after: &Standing, aside: Vec<ObjectId>) -> Vec<Effect> {
    let mut effects: Vec<Effect> = Vec::new();
    let mut moved: Vec<_> = before.places.iter().collect();
    moved.sort_unstable_by_key(|(id, _)| **id);
    for (item, was) in moved {
        let is = after.place(*item);
        if *was != is {
            let said = |place: Option<i64>| place.map(|place| place.to_string());
            effects.push(Effect { object: *item, what: What::Place, before: said(*was), after: said(is) });
        }
    }
    let way = aside.into_iter().filter(|item| !before.places.contains_key(item));
    effects.extend(way.map(|object| Effect { object, what: What::Place, before: None, after: None }));
    let mut slipped: Vec<(i64, ObjectId, Date, Date)> = before
        .likely
        .iter()
        .filter_map(|(id, was)| {
            let is = after.likely.get(id)?;
            let days = days_between(*was, *is);
            (days != 0).then_some((days, *id, *was, *is))
        })
        .collect();
    slipped.sort_unstable_by_key(|(days, id, ..)| (std::cmp::Reverse(days.abs()), *id));
    let date = |day: Date| Some(day.to_string());
    effects.extend(slipped.into_iter().take(SLIPPED).map(|(_, object, was, is)| Effect {
        object,
        what: What::Likely,
        before: date(was),
        after: date(is),
    }));
    effects
}

fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// The items that make way when one goes from one place to another.
pub(crate) fn make_way(
    cx: &Cx<'_>,
    product: ProductId,
    from: Option<i64>,
    to: Option<i64>,
) -> Result<Vec<ObjectId>, Fault> {
    match (from, to) {
        (Some(from), Some(to)) if from != to => {
            let (first, many) = if to < from { (to, from - to) } else { (from + 1, to - from) };
            backlog::standing_from(cx, product, first, many.min(NAMED))
        }
        _ => Ok(Vec::new()),
    }
}
