use crate::{Change, Granted, Header, Stub, header, relations};
use access::{Changes, Cx, Event, Fault, record};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::{Sql, args};
use utoipa::ToSchema;
use vocabulary::*;

/// Links of one object that are listed; more than this on one object is no use to anybody.
const MOST: i64 = 1000;

#[derive(Debug, Serialize, ToSchema)]
pub struct Link {
    pub id: LinkId,
    pub relation: Relation,
    /// Whether this object is the relation's `from` or its `to`.
    pub direction: &'static str,
    /// The relation read from this object.
    pub label: &'static str,
    pub object: Stub,
}

pub(crate) fn list(cx: &Cx<'_>, object: ObjectId) -> Result<Vec<Link>, Fault> {
    let stored = cx.rows(
        "SELECT id, relation, from_id, to_id FROM link WHERE from_id = $1
         UNION ALL SELECT id, relation, from_id, to_id FROM link WHERE to_id = $1 AND from_id <> $1
         ORDER BY id LIMIT $2",
        args![object, MOST],
    )?;
    read_from(cx, object, stored)
}

/// One link, read from one of its ends.
pub(crate) fn one(cx: &Cx<'_>, object: ObjectId, id: LinkId) -> Result<Link, Fault> {
    let stored = cx.rows("SELECT id, relation, from_id, to_id FROM link WHERE id = $1", args![id])?;
    read_from(cx, object, stored)?.pop().ok_or(Fault::not_found("link"))
}

type Stored = (LinkId, Relation, ObjectId, ObjectId);

fn read_from(cx: &Cx<'_>, object: ObjectId, stored: Vec<Stored>) -> Result<Vec<Link>, Fault> {
    let others: Vec<ObjectId> = stored.iter().map(|row| if row.2 == object { row.3 } else { row.2 }).collect();
    let stubs = header::stubs(cx, &others)?;
    Ok(stored
        .into_iter()
        .zip(others)
        .filter_map(|((id, relation, from, _), other)| {
            let rule = relations::rule(relation);
            let is_from = from == object;
            Some(Link {
                id,
                relation,
                direction: if is_from { "from" } else { "to" },
                label: if is_from { rule.label } else { rule.inverse },
                object: stubs.get(&other)?.clone(),
            })
        })
        .collect())
}

/// Links of a page of objects that are read at once.
const MOST_LINKED: i64 = 20_000;

/// What each of some objects is joined to by these relations, in the order of linking.
pub fn linked(
    cx: &Cx<'_>,
    from: impl IntoIterator<Item = ObjectId>,
    relations: &[Relation],
) -> Result<HashMap<ObjectId, Vec<Stub>>, Fault> {
    let mut sql = Sql::new("SELECT from_id, to_id FROM link");
    sql.within(" WHERE from_id IN", from).within(" AND relation IN", relations.iter().copied());
    sql.with(" ORDER BY id LIMIT ", MOST_LINKED);
    by_first(cx, cx.rows(sql.text(), sql.args())?)
}

/// The second of each pair, gathered under the first. What the actor may not see is left out.
pub fn by_first(cx: &Cx<'_>, pairs: Vec<(ObjectId, ObjectId)>) -> Result<HashMap<ObjectId, Vec<Stub>>, Fault> {
    let mut seconds: Vec<ObjectId> = pairs.iter().map(|pair| pair.1).collect();
    seconds.sort_unstable();
    seconds.dedup();
    let stubs = header::stubs(cx, &seconds)?;
    let mut gathered: HashMap<ObjectId, Vec<Stub>> = HashMap::new();
    for (first, second) in pairs {
        if let Some(stub) = stubs.get(&second) {
            gathered.entry(first).or_default().push(stub.clone());
        }
    }
    Ok(gathered)
}

/// Joins two objects of one product by a relation that fits their kinds.
#[derive(Debug, Serialize, Deserialize)]
pub struct AddLink {
    pub from: ObjectName,
    pub relation: Relation,
    pub to: ObjectName,
}

impl Change for AddLink {
    const NAME: &'static str = "add_link";
    type On = Header;
    /// Its `from`, and the link.
    type Outcome = (ObjectId, LinkId);
    fn on(&self) -> ObjectName {
        self.from.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Link)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<(ObjectId, LinkId), Fault> {
        let from = on.id;
        let to =
            Header::seen(cx, &self.to).map_err(|f| f.or_missing(Fault::invalid("to", "There is no such object.")))?;
        let link = insert_link(cx, &on, self.relation, &to)?
            .ok_or_else(|| Fault::broken("linked-already", "These two are linked so already."))?;
        let changes = Changes::new().set(relations::rule(self.relation).label, &to.reference());
        on.record(cx, "linked", changes)?;
        Ok((from, link))
    }
}

/// Makes a link of something that is being changed, and tells its other end of it; the event of `from` is the caller's.
/// `None` when the link is there already.
pub fn insert_link(cx: &Cx<'_>, from: &Header, relation: Relation, to: &Header) -> Result<Option<LinkId>, Fault> {
    from.living()?;
    to.living()?;
    let link = store_link(cx, from, relation, to)?;
    if link.is_some() {
        tell_linked(cx, to, relations::rule(relation).inverse, from)?;
    }
    Ok(link)
}

/// An event for an end of a link that is made from elsewhere: its history and whoever looks at it hear of it, and its
/// own version stays.
pub fn tell_linked(cx: &Cx<'_>, end: &Header, label: &str, other: &Header) -> Result<(), Fault> {
    tell(cx, end, "linked", Changes::new().set(label, &other.reference()))
}

fn tell(cx: &Cx<'_>, end: &Header, verb: &str, changes: Changes) -> Result<(), Fault> {
    record(cx, Event { scope: end.product_id.0, verb, object: Some(end.id), version: end.version, changes })?;
    Ok(())
}

/// Checks and stores a link; the events of both ends are the caller's. `None` when it is there already.
pub fn store_link(cx: &Cx<'_>, from: &Header, relation: Relation, to: &Header) -> Result<Option<LinkId>, Fault> {
    let rule = relations::rule(relation);
    if from.product_id != to.product_id {
        return Err(Fault::invalid("to", "Both ends of a link lie in one product."));
    }
    if from.id == to.id {
        return Err(Fault::invalid("to", "A thing cannot be linked to itself."));
    }
    if !rule.from.contains(&from.kind) || !rule.to.contains(&to.kind) {
        return Err(Fault::invalid(
            "relation",
            format!("“{}” does not join {} to {}.", rule.label, from.kind.one(), to.kind.one()),
        ));
    }
    let id = LinkId::new();
    let added = cx.exec(
        "INSERT INTO link (id, product_id, relation, from_id, to_id, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (from_id, to_id, relation) DO NOTHING",
        args![id, from.product_id, relation, from.id, to.id, cx.now, cx.person()],
    )?;
    Ok((added > 0).then_some(id))
}

/// Refuses that something becomes of a kind which one of its links does not join.
pub fn links_fit(cx: &Cx<'_>, on: &Header, kind: Kind) -> Result<(), Fault> {
    let held: Vec<(Relation, bool)> = cx.rows(
        "SELECT DISTINCT relation, TRUE FROM link WHERE from_id = $1
         UNION ALL SELECT DISTINCT relation, FALSE FROM link WHERE to_id = $1",
        args![on.id],
    )?;
    for (relation, is_from) in held {
        let rule = relations::rule(relation);
        let (joined, label) = if is_from { (rule.from, rule.label) } else { (rule.to, rule.inverse) };
        if !joined.contains(&kind) {
            return Err(Fault::broken(
                "link-does-not-fit",
                format!(
                    "{} is linked by “{label}”, which no {} can be. Remove the link first.",
                    on.reference(),
                    kind.noun()
                ),
            ));
        }
    }
    Ok(())
}

/// Removes a link of something that is being changed, and tells its other end of it; the event of `on` is the
/// caller's. Answers the relation as it reads from `on`, and the other end; nothing when the link is gone already.
pub fn delete_link(cx: &Cx<'_>, on: &Granted<Header>, id: LinkId) -> Result<Option<(&'static str, Header)>, Fault> {
    let found: Option<(Relation, ObjectId, ObjectId)> = cx.maybe(
        "SELECT relation, from_id, to_id FROM link WHERE id = $1 AND (from_id = $2 OR to_id = $2)",
        args![id, on.id],
    )?;
    let Some((relation, from, to)) = found else { return Ok(None) };
    let rule = relations::rule(relation);
    let (other, label, inverse) =
        if from == on.id { (to, rule.label, rule.inverse) } else { (from, rule.inverse, rule.label) };
    let other = Header::seen(cx, &other.into())?;
    cx.exec("DELETE FROM link WHERE id = $1", args![id])?;
    tell(cx, &other, "unlinked", Changes::new().unset(inverse, &on.reference()))?;
    Ok(Some((label, other)))
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RemoveLink {
    pub link: LinkId,
    pub from: ObjectId,
}

impl Change for RemoveLink {
    const NAME: &'static str = "remove_link";
    type On = Header;
    type Outcome = ();
    fn on(&self) -> ObjectName {
        self.from.into()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Link)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<(), Fault> {
        let (label, to) = delete_link(cx, &on, self.link)?.ok_or(Fault::not_found("link"))?;
        on.record(cx, "unlinked", Changes::new().unset(label, &to.reference()))?;
        Ok(())
    }
}

pub(crate) fn remove(cx: &Cx<'_>, link: LinkId) -> Result<(), Fault> {
    let missing = || Fault::not_found("link");
    let found: Option<(ObjectId,)> = cx.maybe("SELECT from_id FROM link WHERE id = $1", args![link])?;
    let (from,) = found.ok_or_else(missing)?;
    Header::seen(cx, &from.into()).map_err(|fault| fault.or_missing(missing()))?;
    crate::carry_out(cx, &RemoveLink { link, from })
}
