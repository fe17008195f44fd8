//! The one place through which every deciding change passes.
//!
//! A change is a value: it can be written down, shown, and applied. With the right it is applied at once; without it
//! the door answers who decides; and where it may be proposed, the same value is kept until its decider applies it.

use crate::{Header, NewObject, Product};
use access::{Changes, Cx, Event, Fault, Kept, Rights, Verdict, record, take_turn};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::ops::Deref;
use store::{Engine, StoreError, args};
use vocabulary::*;

/// What a change is about: a product or an object, loaded in this transaction by a name from the request.
pub trait Ground: Sized {
    type Name;
    /// Loads it for a change, in its product's turn (see [`access::take_turn`]), or answers that it does not exist (for this actor).
    fn load(cx: &Cx<'_>, name: &Self::Name) -> Result<Self, Fault>;
    fn product(&self) -> ProductId;
    fn version(&self) -> i64;
    /// The object it is, if it is one.
    fn object(&self) -> Option<ObjectId>;
    /// As it stands, for one who saw an earlier version.
    fn current(&self, cx: &Cx<'_>) -> Result<Value, Fault>;
}

/// A deciding change as a value.
pub trait Change: Serialize + DeserializeOwned {
    /// How a written-down change is recognised, as in `estimate_item`.
    const NAME: &'static str;
    type On: Ground;
    type Outcome;
    fn on(&self) -> <Self::On as Ground>::Name;
    /// Which line of the decision table it falls under; may depend on the state of things.
    fn decision(&self, cx: &Cx<'_>, on: &Self::On) -> Result<Decision, Fault>;
    /// Other lines it falls under as well, for what comes along with it.
    fn further(&self) -> Vec<Decision> {
        Vec::new()
    }
    /// Checks the rules, stores, records.
    fn apply(&self, cx: &Cx<'_>, on: Granted<Self::On>) -> Result<Self::Outcome, Fault>;
}

/// Proof that the actor may make the change, checked in this transaction. Only [`carry_out`] makes one.
#[derive(Debug)]
pub struct Granted<G>(G);

impl<G> Deref for Granted<G> {
    type Target = G;
    fn deref(&self) -> &G {
        &self.0
    }
}

/// Loads, decides, applies.
pub fn carry_out<C: Change>(cx: &Cx<'_>, change: &C) -> Result<C::Outcome, Fault> {
    carry_out_agreed(cx, change, &[])
}

/// [`carry_out`], where what needs several roles has been agreed to by some of them.
fn carry_out_agreed<C: Change>(cx: &Cx<'_>, change: &C, agreed: &[Role]) -> Result<C::Outcome, Fault> {
    let (ground, decisions) = weigh(cx, change)?;
    let rights = Rights::load(cx, ground.product())?;
    for decision in &decisions {
        if !rights.agreed(*decision, agreed) {
            rights.require(*decision).map_err(|fault| kept(cx, &rights, &decisions, change, fault))?;
        }
    }
    at_if_match(cx, &ground)?;
    tracing::debug!(change = C::NAME, "carried out");
    change.apply(cx, Granted(ground))
}

/// What a change is about, and every line of the decision table it falls under.
fn weigh<C: Change>(cx: &Cx<'_>, change: &C) -> Result<(C::On, Vec<Decision>), Fault> {
    let ground = C::On::load(cx, &change.on())?;
    let mut decisions = vec![change.decision(cx, &ground)?];
    decisions.extend(change.further());
    Ok((ground, decisions))
}

/// A refusal with the change itself, where it is asked to be proposed and nothing of it is denied.
fn kept<C: Change>(cx: &Cx<'_>, rights: &Rights, decisions: &[Decision], change: &C, fault: Fault) -> Fault {
    let denied = || decisions.iter().any(|decision| matches!(rights.decide(*decision), Verdict::Deny(_)));
    match fault {
        Fault::Refused { decision, deciders, kept: None } if cx.proposes && !denied() => {
            let kept = serde_json::to_value(change).ok();
            let kept = kept.map(|with| Box::new(Kept { change: C::NAME.to_owned(), with }));
            Fault::Refused { decision, deciders, kept }
        }
        other => other,
    }
}

/// A kind of change, by its name: how what was written down becomes a change again.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    pub name: &'static str,
    about: fn(&Cx<'_>, &Value) -> Result<About, Fault>,
    carry_out: fn(&Cx<'_>, &Value, &[Role]) -> Result<(), Fault>,
    try_out: fn(&Cx<'_>, &Value) -> Result<(), Fault>,
}

/// What a written-down change is about, and whose it is to decide.
#[derive(Debug, Clone)]
pub struct About {
    pub product: ProductId,
    /// `None` for the product itself, as of what is added to it.
    pub object: Option<ObjectId>,
    pub decisions: Vec<Decision>,
    /// The change as it is written down, without what it does not know.
    pub with: Value,
}

impl Known {
    pub const fn of<C: Change>() -> Self {
        Self {
            name: C::NAME,
            about: |cx, with| {
                let change = read::<C>(with)?;
                let (ground, decisions) = weigh(cx, &change)?;
                let with = serde_json::to_value(&change).map_err(|e| StoreError::Other(e.to_string()))?;
                Ok(About { product: ground.product(), object: ground.object(), decisions, with })
            },
            carry_out: |cx, with, agreed| carry_out_agreed(cx, &read::<C>(with)?, agreed).map(drop),
            try_out: |cx, with| {
                let change = read::<C>(with)?;
                let ground = C::On::load(cx, &change.on())?;
                change.apply(cx, Granted(ground)).map(drop)
            },
        }
    }

    pub fn about(&self, cx: &Cx<'_>, with: &Value) -> Result<About, Fault> {
        (self.about)(cx, with)
    }

    /// Through the door, as the actor; `agreed` are the roles that said yes to what needs several.
    pub fn carry_out(&self, cx: &Cx<'_>, with: &Value, agreed: &[Role]) -> Result<(), Fault> {
        (self.carry_out)(cx, with, agreed)
    }
}

fn read<C: Change>(with: &Value) -> Result<C, Fault> {
    C::deserialize(with).map_err(|why| Fault::invalid("change", format!("This is no {}: {why}.", C::NAME)))
}

/// An event that a change would leave.
#[derive(Debug, Clone)]
pub struct WouldBe {
    pub verb: String,
    pub object: Option<ObjectId>,
    pub changes: Value,
}

/// Tries changes out, one after the other, whosever they are: answers the events that each would leave, and what `look`
/// sees once all are made. Everything is taken back.
pub fn try_out<T>(
    cx: &Cx<'_>,
    product: ProductId,
    changes: &[(Known, &Value)],
    look: impl FnOnce(&Cx<'_>) -> Result<T, Fault>,
) -> Result<(Vec<Vec<WouldBe>>, T), Fault> {
    cx.in_trial(|| {
        let mut left = Vec::with_capacity(changes.len());
        for (known, with) in changes {
            let (before,): (i64,) = cx.one("SELECT seq FROM scope_counter WHERE scope_id = $1", args![product])?;
            (known.try_out)(cx, with)?;
            let events: Vec<(String, Option<ObjectId>, String)> = cx.rows(
                "SELECT verb, object_id, changes FROM activity WHERE scope_id = $1 AND seq > $2 ORDER BY seq",
                args![product, before],
            )?;
            let would_be = |(verb, object, changes): (String, Option<ObjectId>, String)| WouldBe {
                verb,
                object,
                changes: serde_json::from_str(&changes).unwrap_or_default(),
            };
            left.push(events.into_iter().map(would_be).collect());
        }
        Ok((left, look(cx)?))
    })
}

/// Refuses when the request names another version of what it changes than the one that is current.
pub fn at_if_match<G: Ground>(cx: &Cx<'_>, ground: &G) -> Result<(), Fault> {
    at_version(cx, ground, cx.if_match)
}

/// Refuses when the caller saw another version than the one that is current (412 with the current state).
pub fn at_version<G: Ground>(cx: &Cx<'_>, ground: &G, seen: Option<i64>) -> Result<(), Fault> {
    match seen {
        Some(expected) if expected != ground.version() => {
            let current = Box::new(ground.current(cx)?);
            Err(Fault::Stale { expected, current_version: ground.version(), current })
        }
        _ => Ok(()),
    }
}

impl Granted<Product> {
    /// Makes a new object of this product. Its own row and its event are still owed.
    pub fn create(&self, cx: &Cx<'_>, new: NewObject<'_>) -> Result<Granted<Header>, Fault> {
        Ok(Granted(new.insert(cx, &self.0)?))
    }

    /// Another object of the same product that this change touches as well (a split, an import, a carry-over).
    pub fn also(&self, cx: &Cx<'_>, object: ObjectId) -> Result<Granted<Header>, Fault> {
        also(cx, self.0.id, object)
    }

    /// Raises the product's version and writes an event about the product itself.
    pub fn record(self, cx: &Cx<'_>, verb: &str, changes: Changes) -> Result<(), Fault> {
        let version = self.0.version + 1;
        cx.exec("UPDATE product SET version = $1 WHERE id = $2", args![version, self.0.id])?;
        record(cx, Event { scope: self.0.id.0, verb, object: None, version, changes })?;
        Ok(())
    }
}

impl Granted<Header> {
    /// Another object of the same product that this change touches as well.
    pub fn also(&self, cx: &Cx<'_>, object: ObjectId) -> Result<Granted<Header>, Fault> {
        also(cx, self.0.product_id, object)
    }

    /// Refuses when the caller saw another version than the one that is current (412 with the current state).
    pub fn at_version(
        &self,
        expected: Option<i64>,
        current: impl FnOnce() -> Result<Value, Fault>,
    ) -> Result<(), Fault> {
        match expected {
            Some(expected) if expected != self.0.version => {
                Err(Fault::Stale { expected, current_version: self.0.version, current: Box::new(current()?) })
            }
            _ => Ok(()),
        }
    }

    /// Raises the object's version and writes the event; the ordinary end of every change. Answers the new version.
    pub fn record(self, cx: &Cx<'_>, verb: &str, changes: Changes) -> Result<i64, Fault> {
        let header = self.0;
        let version = header.version + 1;
        cx.exec("UPDATE object SET version = $1, updated_at = $2 WHERE id = $3", args![version, cx.now, header.id])?;
        record(cx, Event { scope: header.product_id.0, verb, object: Some(header.id), version, changes })?;
        Ok(version)
    }

    /// Writes the event of a creation: the object is new and keeps its first version.
    pub fn record_created(self, cx: &Cx<'_>, verb: &str, changes: Changes) -> Result<Header, Fault> {
        let header = self.0;
        record(
            cx,
            Event { scope: header.product_id.0, verb, object: Some(header.id), version: header.version, changes },
        )?;
        Ok(header)
    }
}

/// What was read, in the product's turn: on PostgreSQL read again, for it may have changed while this one waited.
pub(crate) fn in_turn<G>(
    cx: &Cx<'_>,
    product: ProductId,
    read: G,
    again: impl FnOnce(G) -> Result<G, Fault>,
) -> Result<G, Fault> {
    match cx.engine() {
        Engine::Sqlite => Ok(read),
        Engine::Postgres => {
            take_turn(cx, product.0)?;
            again(read)
        }
    }
}

fn also(cx: &Cx<'_>, product: ProductId, object: ObjectId) -> Result<Granted<Header>, Fault> {
    let header = Header::seen(cx, &object.into())?;
    if header.product_id == product { Ok(Granted(header)) } else { Err(Fault::not_found("object in this product")) }
}
