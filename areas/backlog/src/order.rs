//! The one order of the backlog. Moving an item writes one row, under any number of people moving.

use access::{Changes, Cx, Event, Fault, record};
use object::{Change, Granted, Header, Product};
use serde::{Deserialize, Serialize};
use store::args;
use utoipa::ToSchema;
use vocabulary::*;

/// Where in the order: one of the four.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(untagged, deny_unknown_fields, expecting = "a place is one of before, after, at or index")]
pub enum Place {
    /// Just above this item.
    Before {
        #[schema(value_type = String)]
        before: ObjectName,
    },
    /// Just below this item.
    After {
        #[schema(value_type = String)]
        after: ObjectName,
    },
    At {
        at: End,
    },
    /// So many-th in the open backlog, counted from 1.
    Index {
        #[schema(minimum = 1, maximum = 10000000)]
        index: i64,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum End {
    Top,
    Bottom,
}

/// A key for a place in the order, `moved` standing aside.
pub fn place(cx: &Cx<'_>, product: &Product, place: &Place, moved: Option<ObjectId>) -> Result<OrderKey, Fault> {
    let (low, high) = match place {
        Place::At { at: End::Top } => (None, edge(cx, product, moved, true)?),
        Place::At { at: End::Bottom } => (edge(cx, product, moved, false)?, None),
        Place::Before { before } => {
            let high = key_of(cx, product, before, moved)?;
            (neighbour(cx, product, &high, moved, false)?, Some(high))
        }
        Place::After { after } => {
            let low = key_of(cx, product, after, moved)?;
            let high = neighbour(cx, product, &low, moved, true)?;
            (Some(low), high)
        }
        Place::Index { index } => match at_index(cx, product, *index, moved)? {
            Some(high) => (neighbour(cx, product, &high, moved, false)?, Some(high)),
            None => (edge(cx, product, moved, false)?, None),
        },
    };
    OrderKey::between(low.as_ref(), high.as_ref())
        .ok_or_else(|| Fault::broken("no-room", "There is no room at this place; try again."))
}

type Key = (OrderKey,);

fn edge(cx: &Cx<'_>, product: &Product, moved: Option<ObjectId>, top: bool) -> Result<Option<OrderKey>, Fault> {
    let sql = if top {
        "SELECT rank FROM item WHERE product_id = $1 AND object_id <> $2 ORDER BY rank LIMIT 1"
    } else {
        "SELECT rank FROM item WHERE product_id = $1 AND object_id <> $2 ORDER BY rank DESC LIMIT 1"
    };
    Ok(cx.maybe::<Key>(sql, args![product.id, aside(moved)])?.map(|(key,)| key))
}

fn neighbour(
    cx: &Cx<'_>,
    product: &Product,
    key: &OrderKey,
    moved: Option<ObjectId>,
    below: bool,
) -> Result<Option<OrderKey>, Fault> {
    let sql = if below {
        "SELECT rank FROM item WHERE product_id = $1 AND rank > $2 AND object_id <> $3 ORDER BY rank LIMIT 1"
    } else {
        "SELECT rank FROM item WHERE product_id = $1 AND rank < $2 AND object_id <> $3 ORDER BY rank DESC LIMIT 1"
    };
    Ok(cx.maybe::<Key>(sql, args![product.id, key, aside(moved)])?.map(|(key,)| key))
}

fn key_of(cx: &Cx<'_>, product: &Product, name: &ObjectName, moved: Option<ObjectId>) -> Result<OrderKey, Fault> {
    let wrong = || Fault::invalid("place", "There is no such item in this backlog.");
    let header = Header::seen(cx, name).map_err(|fault| fault.or_missing(wrong()))?;
    if moved == Some(header.id) {
        return Err(Fault::invalid("place", "An item cannot be placed beside itself."));
    }
    let found: Option<Key> =
        cx.maybe("SELECT rank FROM item WHERE object_id = $1 AND product_id = $2", args![header.id, product.id])?;
    Ok(found.ok_or_else(wrong)?.0)
}

fn at_index(cx: &Cx<'_>, product: &Product, index: i64, moved: Option<ObjectId>) -> Result<Option<OrderKey>, Fault> {
    if index < 1 {
        return Err(Fault::invalid("index", "The first place is 1."));
    }
    let found: Option<Key> = cx.maybe(
        "SELECT rank FROM item WHERE product_id = $1 AND open = TRUE AND object_id <> $2 ORDER BY rank, object_id
         LIMIT 1 OFFSET $3",
        args![product.id, aside(moved), index - 1],
    )?;
    Ok(found.map(|(key,)| key))
}

/// Where an open item stands in the backlog, counted from 1.
pub fn standing(cx: &Cx<'_>, item: ObjectId) -> Result<Option<i64>, Fault> {
    let found: Option<(i64,)> = cx.maybe(
        "SELECT (SELECT count(*) FROM item a WHERE a.product_id = i.product_id AND a.open = TRUE
                 AND (a.rank, a.object_id) <= (i.rank, i.object_id))
         FROM item i WHERE i.object_id = $1 AND i.open = TRUE",
        args![item],
    )?;
    Ok(found.map(|(place,)| place))
}

/// The open items from a place on, counted from 1.
pub fn standing_from(cx: &Cx<'_>, product: ProductId, place: i64, many: i64) -> Result<Vec<ObjectId>, Fault> {
    let found: Vec<(ObjectId,)> = cx.rows(
        "SELECT object_id FROM item WHERE product_id = $1 AND open = TRUE ORDER BY rank, object_id LIMIT $2 OFFSET $3",
        args![product, many, place - 1],
    )?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

fn aside(moved: Option<ObjectId>) -> uuid::Uuid {
    moved.map_or(uuid::Uuid::nil(), |id| id.0)
}

/// Moves an item in the order.
#[derive(Debug, Serialize, Deserialize)]
pub struct RankItem {
    pub item: ObjectName,
    pub place: Place,
}

impl Change for RankItem {
    const NAME: &'static str = "rank_item";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.item.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Order)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let product = Product::load(cx, &on.product_id.into())?;
        let (before,): Key =
            cx.maybe("SELECT rank FROM item WHERE object_id = $1", args![on.id])?.ok_or(Fault::not_found("item"))?;
        let id = on.id;
        let key = place(cx, &product, &self.place, Some(id))?;
        cx.exec("UPDATE item SET rank = $1 WHERE object_id = $2", args![&key, id])?;
        on.record(cx, "moved in the order", Changes::new().field("rank", &before, &key))?;
        if key.is_long() {
            rebalance(cx, &product, &key)?;
        }
        Ok(id)
    }
}

/// Items on each side of a crowded place that get new keys.
const NEIGHBOURHOOD: i64 = 200;

/// Gives a crowded neighbourhood short keys again. The order stays as it is.
fn rebalance(cx: &Cx<'_>, product: &Product, crowded: &OrderKey) -> Result<(), Fault> {
    let mut around: Vec<(ObjectId, OrderKey)> = cx.rows(
        "SELECT object_id, rank FROM item WHERE product_id = $1 AND rank <= $2 ORDER BY rank DESC LIMIT $3",
        args![product.id, crowded, NEIGHBOURHOOD],
    )?;
    around.reverse();
    let after: Vec<(ObjectId, OrderKey)> = cx.rows(
        "SELECT object_id, rank FROM item WHERE product_id = $1 AND rank > $2 ORDER BY rank LIMIT $3",
        args![product.id, crowded, NEIGHBOURHOOD],
    )?;
    around.extend(after);
    let low = match around.first() {
        Some((_, first)) => neighbour(cx, product, first, None, false)?,
        None => return Ok(()),
    };
    let high = match around.last() {
        Some((_, last)) => neighbour(cx, product, last, None, true)?,
        None => None,
    };
    let keys = Spread::keys(low.as_ref(), high.as_ref(), around.len())
        .ok_or_else(|| Fault::broken("no-room", "There is no room at this place; try again."))?;
    for ((id, _), key) in around.iter().zip(&keys) {
        cx.exec("UPDATE item SET rank = $1 WHERE object_id = $2", args![key, *id])?;
    }
    let changes = Changes::new().set("items", &around.len());
    record(
        cx,
        Event { scope: product.id.0, verb: "renumbered the order", object: None, version: product.version, changes },
    )?;
    Ok(())
}
