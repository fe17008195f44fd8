use crate::release::{decision, shipped_at};
use access::{Changes, Cx, Fault};
use backlog::Row;
use object::{Change, Granted, Header};
use serde::{Deserialize, Serialize};
use store::args;
use vocabulary::*;

/// Items one release may hold; more than can be listed ships in nobody's sight.
const MOST: i64 = 2000;

/// What is in a release, in the order of the backlog.
pub fn items(cx: &Cx<'_>, name: &ObjectName) -> Result<Vec<Row>, Fault> {
    let release = Header::seen_kind(cx, name, Kind::Release)?;
    backlog::rows_in(cx, &release)
}

/// Puts an item into a release; it leaves the one it was in.
#[derive(Debug, Serialize, Deserialize)]
pub struct PutInRelease {
    pub release: ObjectName,
    pub item: ObjectName,
}

impl Change for PutInRelease {
    const NAME: &'static str = "put_in_release";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.release.clone()
    }
    fn decision(&self, _: &Cx<'_>, on: &Header) -> Result<Decision, Fault> {
        decision(on)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let item = item_of(cx, &on, &self.item)?;
        let id = item.id;
        let before = release_of(cx, id)?;
        if before == Some(on.id) {
            return Ok(id);
        }
        still_open(shipped_at(cx, on.id)?, &on.reference())?;
        let left = before.map(|release| on.also(cx, release)).transpose()?;
        if let Some(left) = &left {
            still_open(shipped_at(cx, left.id)?, &left.reference())?;
        }
        on.living()?;
        item.living()?;
        let (held,): (i64,) = cx.one(
            "SELECT count(*) FROM item i JOIN object o ON o.id = i.object_id
             WHERE i.release_id = $1 AND o.archived_at IS NULL",
            args![on.id],
        )?;
        if held >= MOST {
            return Err(Fault::broken(
                "release-full",
                format!("A release holds at most {MOST} items. Plan another one."),
            ));
        }
        backlog::set_release(cx, &item, Some(on.id))?;
        let reference = item.reference();
        let was = left.as_ref().map(|left| left.reference());
        item.record(cx, "put into a release", Changes::new().field("release", &was, &Some(on.reference())))?;
        if let Some(left) = left {
            left.record(cx, "gave up an item", Changes::new().set("item", &reference))?;
        }
        on.record(cx, "took in an item", Changes::new().set("item", &reference))?;
        Ok(id)
    }
}

/// Takes an item out of a release.
#[derive(Debug, Serialize, Deserialize)]
pub struct TakeOutOfRelease {
    pub release: ObjectName,
    pub item: ObjectName,
}

impl Change for TakeOutOfRelease {
    const NAME: &'static str = "take_out_of_release";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.release.clone()
    }
    fn decision(&self, _: &Cx<'_>, on: &Header) -> Result<Decision, Fault> {
        decision(on)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let item = item_of(cx, &on, &self.item)?;
        let id = item.id;
        if release_of(cx, id)? != Some(on.id) {
            return Err(Fault::not_found("item in this release"));
        }
        still_open(shipped_at(cx, on.id)?, &on.reference())?;
        backlog::set_release(cx, &item, None)?;
        let reference = item.reference();
        item.record(cx, "taken out of a release", Changes::new().unset("release", &on.reference()))?;
        on.record(cx, "gave up an item", Changes::new().set("item", &reference))?;
        Ok(id)
    }
}

fn item_of(cx: &Cx<'_>, on: &Granted<Header>, name: &ObjectName) -> Result<Granted<Header>, Fault> {
    let item = Header::seen(cx, name)?.of_kinds(Kind::ITEMS, "item")?;
    on.also(cx, item.id)
}

fn release_of(cx: &Cx<'_>, item: ObjectId) -> Result<Option<ObjectId>, Fault> {
    let (release,): (Option<ObjectId>,) = cx.one("SELECT release_id FROM item WHERE object_id = $1", args![item])?;
    Ok(release)
}

fn still_open(shipped_at: Option<Ts>, release: &str) -> Result<(), Fault> {
    match shipped_at {
        None => Ok(()),
        Some(at) => Err(Fault::broken(
            "release-shipped",
            format!("{release} shipped on {}; what is in it stays as it is.", at.date()),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shipped_is_closed() {
        assert!(still_open(None, "APP-1").is_ok());
        let day = Ts::start_of("2026-03-01".parse().unwrap());
        let refusal = still_open(Some(day), "APP-1").unwrap_err();
        assert_eq!(refusal.to_string(), "APP-1 shipped on 2026-03-01; what is in it stays as it is.");
    }
}
