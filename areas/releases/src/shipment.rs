use crate::release::{as_json, decision, shipped_at};
use access::{Changes, Cx, Fault};
use object::{Change, Granted, Header};
use serde::{Deserialize, Serialize};
use store::args;
use vocabulary::*;

/// Ships a release: everything in it is accepted, and from now on it is closed.
#[derive(Debug, Serialize, Deserialize)]
pub struct Ship {
    pub release: ObjectName,
    pub version: Option<i64>,
}

impl Change for Ship {
    const NAME: &'static str = "ship";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.release.clone()
    }
    fn decision(&self, _: &Cx<'_>, on: &Header) -> Result<Decision, Fault> {
        decision(on)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        on.at_version(self.version, || as_json(cx, &on))?;
        on.living()?;
        let id = on.id;
        if let Some(at) = shipped_at(cx, id)? {
            return Err(Fault::broken("release-shipped", format!("{} shipped on {}.", on.reference(), at.date())));
        }
        let items: Vec<(i64, Option<Ts>)> = cx.rows(
            "SELECT o.number, i.accepted_at FROM item i JOIN object o ON o.id = i.object_id
             WHERE i.release_id = $1 AND i.category <> 'cancelled' AND o.archived_at IS NULL ORDER BY i.rank, o.id",
            args![id],
        )?;
        ready(&on.key, &items)?;
        leave_behind(cx, &on)?;
        cx.exec(
            "UPDATE release SET shipped_at = $1, shipped_by = $2 WHERE object_id = $3",
            args![cx.now, cx.person(), id],
        )?;
        on.record(cx, "shipped", Changes::new().set("shipped_at", &cx.now).set("items", &items.len()))?;
        Ok(id)
    }
}

/// What was given up or put away does not ship; should it come back, it is in no release that shipped without it.
fn leave_behind(cx: &Cx<'_>, on: &Granted<Header>) -> Result<(), Fault> {
    let left: Vec<(ObjectId,)> = cx.rows(
        "SELECT i.object_id FROM item i JOIN object o ON o.id = i.object_id
         WHERE i.release_id = $1 AND (i.category = 'cancelled' OR o.archived_at IS NOT NULL)",
        args![on.id],
    )?;
    for (item,) in left {
        let item = on.also(cx, item)?;
        backlog::set_release(cx, &item, None)?;
        item.record(cx, "left behind by a release", Changes::new().unset("release", &on.reference()))?;
    }
    Ok(())
}

/// References that a refusal names before it counts the rest.
const NAMED: usize = 10;

/// Whether a release with these items (number, acceptance) may ship.
fn ready(key: &ProductKey, items: &[(i64, Option<Ts>)]) -> Result<(), Fault> {
    if items.is_empty() {
        return Err(Fault::broken(
            "release-empty",
            "There is nothing in this release. Put accepted items into it first.",
        ));
    }
    let open: Vec<i64> = items.iter().filter(|(_, accepted)| accepted.is_none()).map(|(number, _)| *number).collect();
    if open.is_empty() {
        return Ok(());
    }
    let mut named = open.iter().take(NAMED).map(|number| format!("{key}-{number}")).collect::<Vec<_>>().join(", ");
    if open.len() > NAMED {
        named.push_str(&format!(" and {} more", open.len() - NAMED));
    }
    Err(Fault::broken(
        "items-not-accepted",
        format!("Not accepted yet: {named}. Accept them, or take them out of the release."),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> ProductKey {
        ProductKey::try_from("APP".to_owned()).unwrap()
    }

    #[test]
    fn only_accepted_items_ship() {
        assert!(ready(&key(), &[(1, Some(Ts(1))), (2, Some(Ts(2)))]).is_ok());
        let refusal = ready(&key(), &[(1, Some(Ts(1))), (2, None), (3, None)]).unwrap_err();
        assert!(matches!(refusal, Fault::Broken { rule: "items-not-accepted", .. }));
        assert!(refusal.to_string().contains("APP-2, APP-3."), "{refusal}");
    }

    #[test]
    fn many_are_named_and_the_rest_counted() {
        let items: Vec<_> = (1..=13).map(|number| (number, None)).collect();
        assert!(ready(&key(), &items).unwrap_err().to_string().contains("APP-10 and 3 more."));
    }

    #[test]
    fn nothing_does_not_ship() {
        assert!(matches!(ready(&key(), &[]), Err(Fault::Broken { rule: "release-empty", .. })));
    }
}
