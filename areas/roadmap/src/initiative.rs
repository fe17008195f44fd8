use crate::Period;
use access::{Can, Changes, Cx, Event, Fault, Rights, record};
use object::{Change, EditObject, Granted, Header, NewObject, Product, Stub, insert_link, linked, relations};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::{Sql, StoreError, args};
use utoipa::ToSchema;
use vocabulary::*;
use web::{Cursor, Page, Rows};

/// A horizon instead of a date (Janna Bastow).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    Now,
    Next,
    Later,
}

impl Lane {
    fn as_str(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Next => "next",
            Self::Later => "later",
        }
    }
    fn place(self) -> u8 {
        match self {
            Self::Now => 1,
            Self::Next => 2,
            Self::Later => 3,
        }
    }
    fn stored(text: &str) -> Result<Self, StoreError> {
        [Self::Now, Self::Next, Self::Later]
            .into_iter()
            .find(|lane| lane.as_str() == text)
            .ok_or_else(|| StoreError::Other(format!("no lane: {text}")))
    }
}

/// Items that deliver an initiative, with all that is part of them.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct InitiativeItems {
    pub total: i64,
    pub done: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Initiative {
    pub id: ObjectId,
    pub reference: String,
    pub version: i64,
    pub title: String,
    /// What is wrong today: the object's text.
    pub problem: String,
    /// What will be different.
    pub outcome: String,
    pub lane: Lane,
    pub starts: Option<String>,
    pub ends: Option<String>,
    /// 0 to 10.
    pub confidence: Option<i64>,
    /// Its place in the lane; compared bytewise.
    pub rank: String,
    pub objective: Option<Stub>,
    pub opportunity: Option<Stub>,
    /// Pieces of feedback that ask for it or for the opportunity it addresses.
    pub voices: i64,
    pub items: InitiativeItems,
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
}

/// A lane's place on the roadmap, as text that sorts.
const PLACE: &str = "CASE n.lane WHEN 'now' THEN '1' WHEN 'next' THEN '2' ELSE '3' END";

/// A product's roadmap: now, next, later, each in its order.
pub fn initiatives(cx: &Cx<'_>, name: &ProductName, page: &Page) -> Result<(Rows<Initiative>, Can), Fault> {
    let product = Product::load(cx, name)?;
    let can = Rights::load(cx, product.id)?.can(&[Decision::Roadmap]);
    let mut sql = select(cx, product.id);
    sql.with(" WHERE n.product_id = ", product.id).push(" AND o.archived_at IS NULL");
    sql.push(object::seen!(cx, product.id, "o"));
    if let Some(cursor) = &page.after {
        let (place, rank) = cursor.key.split_once(' ').unwrap_or_default();
        sql.push(" AND (").push(PLACE).with(", n.rank, n.object_id) > (", place);
        sql.with(", ", rank).with(", ", cursor.id).push(")");
    }
    sql.push(" ORDER BY ").push(PLACE).with(", n.rank, n.object_id LIMIT ", page.limit + 1);
    let rows = page.cut(read(cx, product.id, &sql, &can)?, |initiative| {
        Cursor::new(format!("{} {}", initiative.lane.place(), initiative.rank), initiative.id)
    });
    Ok((rows, can))
}

/// One initiative.
pub fn initiative(cx: &Cx<'_>, name: &ObjectName) -> Result<Initiative, Fault> {
    let header = Header::seen_kind(cx, name, Kind::Initiative)?;
    let can = Rights::load(cx, header.product_id)?.can(&[Decision::Roadmap]);
    let mut sql = select(cx, header.product_id);
    sql.with(" WHERE o.id = ", header.id);
    read(cx, header.product_id, &sql, &can)?.into_iter().next().ok_or(Fault::not_found("initiative"))
}

fn select(cx: &Cx<'_>, product: ProductId) -> Sql {
    let mut sql = Sql::new(
        "SELECT o.id, k.key, o.number, o.version, o.title, o.body, n.outcome, n.lane, n.starts, n.ends, n.confidence,
            n.rank,
            (SELECT count(DISTINCT f.from_id) FROM link f JOIN object v ON v.id = f.from_id
             WHERE f.relation = 'asks_for' AND v.archived_at IS NULL AND (f.to_id = o.id
                OR f.to_id IN (SELECT a.to_id FROM link a WHERE a.from_id = o.id AND a.relation = 'addresses'))",
    );
    sql.push(object::seen!(cx, product, "v"));
    sql.push(") FROM initiative n JOIN object o ON o.id = n.object_id JOIN product k ON k.id = n.product_id");
    sql
}

fn read(cx: &Cx<'_>, product: ProductId, sql: &Sql, can: &Can) -> Result<Vec<Initiative>, Fault> {
    let mut found = cx.query(sql.text(), sql.args(), |row| {
        Ok(Initiative {
            id: row.get(0)?,
            reference: format!("{}-{}", row.get::<String>(1)?, row.get::<i64>(2)?),
            version: row.get(3)?,
            title: row.get(4)?,
            problem: row.get(5)?,
            outcome: row.get(6)?,
            lane: Lane::stored(&row.get::<String>(7)?)?,
            starts: row.get(8)?,
            ends: row.get(9)?,
            confidence: row.get(10)?,
            rank: row.get(11)?,
            objective: None,
            opportunity: None,
            voices: row.get(12)?,
            items: InitiativeItems::default(),
            can: can.clone(),
        })
    })?;
    let ids: Vec<ObjectId> = found.iter().map(|initiative| initiative.id).collect();
    let above = linked(cx, ids.iter().copied(), &[Relation::Serves, Relation::Addresses])?;
    let items = items(cx, product, &ids)?;
    for initiative in &mut found {
        let first = |kind| above.get(&initiative.id).into_iter().flatten().find(|stub| stub.kind == kind).cloned();
        (initiative.objective, initiative.opportunity) = (first(Kind::Objective), first(Kind::Opportunity));
        initiative.items = items.get(&initiative.id).copied().unwrap_or_default();
    }
    Ok(found)
}

fn items(cx: &Cx<'_>, product: ProductId, ids: &[ObjectId]) -> Result<HashMap<ObjectId, InitiativeItems>, Fault> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::new(
        "WITH RECURSIVE work (initiative_id, item_id) AS (
             SELECT l.to_id, l.from_id FROM link l WHERE l.relation = 'delivers' AND l.to_id IN",
    );
    sql.within("", ids.iter().copied()).push(
        "    UNION
             SELECT w.initiative_id, i.object_id FROM work w JOIN item i ON i.parent_id = w.item_id
         )
         SELECT w.initiative_id, count(*), count(CASE WHEN i.category = 'done' THEN 1 END)
         FROM work w JOIN item i ON i.object_id = w.item_id JOIN object o ON o.id = i.object_id
         WHERE i.kind NOT IN ('epic', 'subtask') AND i.category <> 'cancelled' AND o.archived_at IS NULL",
    );
    sql.push(object::seen!(cx, product, "o"));
    sql.push(" GROUP BY w.initiative_id");
    let rows: Vec<(ObjectId, i64, i64)> = cx.rows(sql.text(), sql.args())?;
    Ok(rows.into_iter().map(|(id, total, done)| (id, InitiativeItems { total, done })).collect())
}

fn check(starts: Option<&Period>, ends: Option<&Period>, confidence: Option<i64>) -> Result<(), Fault> {
    if let (Some((first, _)), Some((_, last))) = (starts.and_then(Period::days), ends.and_then(Period::days))
        && last < first
    {
        return Err(Fault::invalid("ends", "An initiative ends after it starts."));
    }
    if confidence.is_some_and(|confidence| !(0..=10).contains(&confidence)) {
        return Err(Fault::invalid("confidence", "Confidence is a number from 0 to 10."));
    }
    Ok(())
}

/// Puts a new initiative at the end of a lane.
#[derive(Debug, Serialize, Deserialize)]
pub struct AddInitiative {
    pub product: ProductName,
    pub title: Title,
    pub problem: Body,
    pub outcome: Body,
    pub lane: Lane,
    pub starts: Option<Period>,
    pub ends: Option<Period>,
    pub confidence: Option<i64>,
    pub objective: Option<ObjectName>,
    pub opportunity: Option<ObjectName>,
}

impl Change for AddInitiative {
    const NAME: &'static str = "add_initiative";
    type On = Product;
    type Outcome = ObjectId;
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(Decision::Roadmap)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<ObjectId, Fault> {
        check(self.starts.as_ref(), self.ends.as_ref(), self.confidence)?;
        let header = on.create(cx, NewObject::new(cx, Kind::Initiative, self.title.as_str(), self.problem.as_str()))?;
        let last = edge(cx, on.id, self.lane, header.id)?;
        let rank = OrderKey::between(last.as_ref(), None).ok_or_else(no_room)?;
        cx.exec(
            "INSERT INTO initiative (object_id, product_id, outcome, lane, rank, starts, ends, confidence)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            args![
                header.id,
                on.id,
                &self.outcome,
                self.lane.as_str(),
                &rank,
                self.starts.as_ref().map(Period::as_str),
                self.ends.as_ref().map(Period::as_str),
                self.confidence
            ],
        )?;
        let mut changes = Changes::new().set("title", &self.title).set("lane", &self.lane);
        for (name, relation, kind, field) in [
            (&self.objective, Relation::Serves, Kind::Objective, "objective"),
            (&self.opportunity, Relation::Addresses, Kind::Opportunity, "opportunity"),
        ] {
            if let Some(name) = name {
                let missing = || Fault::invalid(field, format!("There is no such {field} in this product."));
                let to = Header::seen_kind(cx, name, kind).map_err(|fault| fault.or_missing(missing()))?;
                if to.product_id != on.id {
                    return Err(missing());
                }
                insert_link(cx, &header, relation, &to)?;
                changes = changes.set(relations::rule(relation).label, &to.reference());
            }
        }
        Ok(header.record_created(cx, "created", changes)?.id)
    }
}

/// Changes an initiative's words, dates or confidence.
#[derive(Debug, Serialize, Deserialize)]
pub struct EditInitiative {
    pub initiative: ObjectName,
    pub version: Option<i64>,
    pub title: Option<Title>,
    pub problem: Option<Body>,
    pub outcome: Option<Body>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "object::present")]
    pub starts: Option<Option<Period>>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "object::present")]
    pub ends: Option<Option<Period>>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "object::present")]
    pub confidence: Option<Option<i64>>,
}

impl Change for EditInitiative {
    const NAME: &'static str = "edit_initiative";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.initiative.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Roadmap)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        let before = initiative(cx, &id.into())?;
        on.at_version(self.version, || {
            Ok(serde_json::to_value(&before).map_err(|e| StoreError::Other(e.to_string()))?)
        })?;
        let period = |given: &Option<Option<Period>>, stored: &Option<String>| match given {
            Some(given) => Ok(given.clone()),
            None => stored.clone().map(Period::try_from).transpose().map_err(StoreError::Other),
        };
        let starts = period(&self.starts, &before.starts)?;
        let ends = period(&self.ends, &before.ends)?;
        let confidence = self.confidence.unwrap_or(before.confidence);
        check(starts.as_ref(), ends.as_ref(), confidence)?;
        let outcome = self.outcome.as_ref().map_or(before.outcome.as_str(), Body::as_str);
        let (starts, ends) = (starts.map(String::from), ends.map(String::from));
        // The problem is the object's text, where search and the side panel find it.
        let changes = EditObject::text(id, self.title.clone(), self.problem.clone()).store(cx, &on)?;
        cx.exec(
            "UPDATE initiative SET outcome = $1, starts = $2, ends = $3, confidence = $4 WHERE object_id = $5",
            args![outcome, starts.as_ref(), ends.as_ref(), confidence, id],
        )?;
        let changes = changes
            .field("outcome", &before.outcome.as_str(), &outcome)
            .field("starts", &before.starts, &starts)
            .field("ends", &before.ends, &ends)
            .field("confidence", &before.confidence, &confidence);
        on.record(cx, "edited", changes)?;
        Ok(id)
    }
}

/// Moves an initiative to a lane, before or after another one there, or to its end.
#[derive(Debug, Serialize, Deserialize)]
pub struct PlaceInitiative {
    pub initiative: ObjectName,
    pub lane: Lane,
    pub before: Option<ObjectName>,
    pub after: Option<ObjectName>,
}

impl Change for PlaceInitiative {
    const NAME: &'static str = "place_initiative";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.initiative.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Roadmap)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        let product = Product::load(cx, &on.product_id.into())?;
        let (lane, rank): (String, OrderKey) = cx
            .maybe("SELECT lane, rank FROM initiative WHERE object_id = $1", args![id])?
            .ok_or(Fault::not_found("initiative"))?;
        let (low, high) = self.neighbours(cx, &product, id)?;
        let key = OrderKey::between(low.as_ref(), high.as_ref()).ok_or_else(no_room)?;
        cx.exec(
            "UPDATE initiative SET lane = $1, rank = $2 WHERE object_id = $3",
            args![self.lane.as_str(), &key, id],
        )?;
        let changes = Changes::new().field("lane", &lane.as_str(), &self.lane.as_str()).field("rank", &rank, &key);
        on.record(cx, "moved on the roadmap", changes)?;
        if key.is_long() {
            renumber(cx, &product, self.lane)?;
        }
        Ok(id)
    }
}

impl PlaceInitiative {
    fn neighbours(
        &self,
        cx: &Cx<'_>,
        product: &Product,
        moved: ObjectId,
    ) -> Result<(Option<OrderKey>, Option<OrderKey>), Fault> {
        match (&self.before, &self.after) {
            (Some(_), Some(_)) => Err(Fault::invalid("after", "Say before or after, not both.")),
            (None, None) => Ok((edge(cx, product.id, self.lane, moved)?, None)),
            (Some(name), None) => {
                let high = self.key_of(cx, product, name, moved, "before")?;
                let low: Option<(OrderKey,)> = cx.maybe(
                    "SELECT rank FROM initiative WHERE product_id = $1 AND lane = $2 AND rank < $3 AND object_id <> $4
                     ORDER BY rank DESC LIMIT 1",
                    args![product.id, self.lane.as_str(), &high, moved],
                )?;
                Ok((low.map(|(key,)| key), Some(high)))
            }
            (None, Some(name)) => {
                let low = self.key_of(cx, product, name, moved, "after")?;
                let high: Option<(OrderKey,)> = cx.maybe(
                    "SELECT rank FROM initiative WHERE product_id = $1 AND lane = $2 AND rank > $3 AND object_id <> $4
                     ORDER BY rank LIMIT 1",
                    args![product.id, self.lane.as_str(), &low, moved],
                )?;
                Ok((Some(low), high.map(|(key,)| key)))
            }
        }
    }

    fn key_of(
        &self,
        cx: &Cx<'_>,
        product: &Product,
        name: &ObjectName,
        moved: ObjectId,
        field: &str,
    ) -> Result<OrderKey, Fault> {
        let wrong = || Fault::invalid(field, "There is no such initiative in this lane.");
        let header = Header::seen_kind(cx, name, Kind::Initiative).map_err(|fault| fault.or_missing(wrong()))?;
        let found: Option<(OrderKey,)> = cx.maybe(
            "SELECT rank FROM initiative WHERE object_id = $1 AND product_id = $2 AND lane = $3 AND object_id <> $4",
            args![header.id, product.id, self.lane.as_str(), moved],
        )?;
        Ok(found.ok_or_else(wrong)?.0)
    }
}

fn no_room() -> Fault {
    Fault::broken("no-room", "There is no room at this place; try again.")
}

fn edge(cx: &Cx<'_>, product: ProductId, lane: Lane, moved: ObjectId) -> Result<Option<OrderKey>, Fault> {
    let found: Option<(OrderKey,)> = cx.maybe(
        "SELECT rank FROM initiative WHERE product_id = $1 AND lane = $2 AND object_id <> $3 ORDER BY rank DESC LIMIT 1",
        args![product, lane.as_str(), moved],
    )?;
    Ok(found.map(|(key,)| key))
}

/// Gives a crowded lane short keys again; the order stays as it is.
fn renumber(cx: &Cx<'_>, product: &Product, lane: Lane) -> Result<(), Fault> {
    let ids: Vec<(ObjectId,)> = cx.rows(
        "SELECT object_id FROM initiative WHERE product_id = $1 AND lane = $2 ORDER BY rank, object_id",
        args![product.id, lane.as_str()],
    )?;
    let keys = Spread::keys(None, None, ids.len()).ok_or_else(no_room)?;
    for ((id,), key) in ids.iter().zip(&keys) {
        cx.exec("UPDATE initiative SET rank = $1 WHERE object_id = $2", args![key, *id])?;
    }
    let changes = Changes::new().set("lane", &lane).set("initiatives", &ids.len());
    let (scope, version) = (product.id.0, product.version);
    record(cx, Event { scope, verb: "renumbered a lane", object: None, version, changes })?;
    Ok(())
}
