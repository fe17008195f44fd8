use crate::Period;
use access::{Can, Changes, Cx, Fault, Rights};
use object::{Change, EditObject, Granted, Header, NewObject, Product, Stub, insert_link, linked, relations};
use serde::{Deserialize, Serialize};
use store::{Sql, StoreError, args};
use utoipa::ToSchema;
use vocabulary::*;
use web::{Cursor, Page, Rows};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PromiseState {
    Open,
    Kept,
    Broken,
    Withdrawn,
}

impl PromiseState {
    const ALL: [Self; 4] = [Self::Open, Self::Kept, Self::Broken, Self::Withdrawn];

    fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Kept => "kept",
            Self::Broken => "broken",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn stored(text: &str) -> Result<Self, StoreError> {
        let found = Self::ALL.into_iter().find(|state| state.as_str() == text);
        found.ok_or_else(|| StoreError::Other(format!("no state of a promise: {text}")))
    }
}

/// What was promised to whom, by when, and how sure one is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Promise {
    pub id: ObjectId,
    pub reference: String,
    pub version: i64,
    pub title: String,
    pub body: String,
    pub audience: String,
    pub due: String,
    /// The last day of the period it is due in.
    #[schema(value_type = Option<String>, format = "date")]
    pub due_on: Option<Date>,
    /// 0 to 10.
    pub confidence: Option<i64>,
    pub state: PromiseState,
    /// The initiatives, epics, stories and releases it is about.
    pub about: Vec<Stub>,
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
}

/// A product's promises: open ones first, in the order they were made.
pub fn promises(cx: &Cx<'_>, name: &ProductName, page: &Page) -> Result<(Rows<Promise>, Can), Fault> {
    let product = Product::load(cx, name)?;
    let can = Rights::load(cx, product.id)?.can(&[Decision::Roadmap]);
    let mut sql = select();
    sql.with(" WHERE p.product_id = ", product.id).push(" AND o.archived_at IS NULL");
    sql.push(object::seen!(cx, product.id, "o"));
    if let Some(cursor) = &page.after {
        sql.push(" AND (").push(STANDS).with(", o.id) > (", cursor.key.as_str()).with(", ", cursor.id).push(")");
    }
    sql.push(" ORDER BY ").push(STANDS).with(", o.id LIMIT ", page.limit + 1);
    let rows = page.cut(read(cx, &sql, &can)?, |promise| {
        Cursor::new(if promise.state == PromiseState::Open { "1" } else { "2" }, promise.id)
    });
    Ok((rows, can))
}

/// Where a promise stands in the list, as text that sorts.
const STANDS: &str = "CASE p.state WHEN 'open' THEN '1' ELSE '2' END";

/// One promise.
pub fn promise(cx: &Cx<'_>, name: &ObjectName) -> Result<Promise, Fault> {
    let header = Header::seen_kind(cx, name, Kind::Promise)?;
    let can = Rights::load(cx, header.product_id)?.can(&[Decision::Roadmap]);
    let mut sql = select();
    sql.with(" WHERE o.id = ", header.id);
    read(cx, &sql, &can)?.pop().ok_or(Fault::not_found("promise"))
}

fn select() -> Sql {
    Sql::new(
        "SELECT o.id, k.key, o.number, o.version, o.title, o.body, p.audience, p.due, p.confidence, p.state
         FROM promise p JOIN object o ON o.id = p.object_id JOIN product k ON k.id = p.product_id",
    )
}

fn read(cx: &Cx<'_>, sql: &Sql, can: &Can) -> Result<Vec<Promise>, Fault> {
    let mut found = cx.query(sql.text(), sql.args(), |row| {
        let due: String = row.get(7)?;
        Ok(Promise {
            id: row.get(0)?,
            reference: format!("{}-{}", row.get::<String>(1)?, row.get::<i64>(2)?),
            version: row.get(3)?,
            title: row.get(4)?,
            body: row.get(5)?,
            audience: row.get(6)?,
            due_on: Period::try_from(due.clone()).ok().and_then(|due| Some(due.days()?.1)),
            due,
            confidence: row.get(8)?,
            state: PromiseState::stored(&row.get::<String>(9)?)?,
            about: Vec::new(),
            can: can.clone(),
        })
    })?;
    let mut about = linked(cx, found.iter().map(|promise| promise.id), &[Relation::Promises])?;
    for promise in &mut found {
        promise.about = about.remove(&promise.id).unwrap_or_default();
    }
    Ok(found)
}

fn check(confidence: Option<i64>) -> Result<(), Fault> {
    if confidence.is_some_and(|confidence| !(0..=10).contains(&confidence)) {
        return Err(Fault::invalid("confidence", "Confidence is a number from 0 to 10."));
    }
    Ok(())
}

/// Writes a promise into the ledger.
#[derive(Debug, Serialize, Deserialize)]
pub struct AddPromise {
    pub product: ProductName,
    pub title: Title,
    pub body: Body,
    pub audience: Label,
    pub due: Period,
    pub confidence: Option<i64>,
    /// What it is about.
    pub about: Option<ObjectName>,
}

impl Change for AddPromise {
    const NAME: &'static str = "add_promise";
    type On = Product;
    type Outcome = ObjectId;
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(Decision::Roadmap)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<ObjectId, Fault> {
        check(self.confidence)?;
        let promise = on.create(cx, NewObject::new(cx, Kind::Promise, self.title.as_str(), self.body.as_str()))?;
        cx.exec(
            "INSERT INTO promise (object_id, product_id, audience, due, confidence, state)
             VALUES ($1, $2, $3, $4, $5, 'open')",
            args![promise.id, on.id, &self.audience, self.due.as_str(), self.confidence],
        )?;
        let mut changes =
            Changes::new().set("title", &self.title).set("audience", &self.audience).set("due", &self.due.as_str());
        if let Some(name) = &self.about {
            let missing = || Fault::invalid("about", "There is no such thing in this product.");
            let about = Header::seen(cx, name).map_err(|fault| fault.or_missing(missing()))?;
            if about.product_id != on.id {
                return Err(missing());
            }
            insert_link(cx, &promise, Relation::Promises, &about)?;
            changes = changes.set(relations::rule(Relation::Promises).label, &about.reference());
        }
        Ok(promise.record_created(cx, "created", changes)?.id)
    }
}

/// Changes a promise's words, audience, date or confidence, or says what became of it.
#[derive(Debug, Serialize, Deserialize)]
pub struct EditPromise {
    pub promise: ObjectName,
    pub version: Option<i64>,
    pub title: Option<Title>,
    pub body: Option<Body>,
    pub audience: Option<Label>,
    pub due: Option<Period>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "object::present")]
    pub confidence: Option<Option<i64>>,
    pub state: Option<PromiseState>,
}

impl Change for EditPromise {
    const NAME: &'static str = "edit_promise";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.promise.clone()
    }
    fn decision(&self, _: &Cx<'_>, on: &Header) -> Result<Decision, Fault> {
        if on.kind == Kind::Promise { Ok(Decision::Roadmap) } else { Err(Fault::not_found("promise")) }
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        let before = promise(cx, &id.into())?;
        on.at_version(self.version, || {
            Ok(serde_json::to_value(&before).map_err(|e| StoreError::Other(e.to_string()))?)
        })?;
        let confidence = self.confidence.unwrap_or(before.confidence);
        check(confidence)?;
        let audience = self.audience.as_ref().map_or(before.audience.as_str(), Label::as_str);
        let due = self.due.as_ref().map_or(before.due.as_str(), Period::as_str);
        let state = self.state.unwrap_or(before.state);
        let changes = EditObject::text(id, self.title.clone(), self.body.clone()).store(cx, &on)?;
        cx.exec(
            "UPDATE promise SET audience = $1, due = $2, confidence = $3, state = $4 WHERE object_id = $5",
            args![audience, due, confidence, state.as_str(), id],
        )?;
        let changes = changes
            .field("audience", &before.audience.as_str(), &audience)
            .field("due", &before.due.as_str(), &due)
            .field("confidence", &before.confidence, &confidence)
            .field("state", &before.state, &state);
        on.record(cx, "edited", changes)?;
        Ok(id)
    }
}
