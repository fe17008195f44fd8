use crate::key_result::{self, KeyResult};
use access::{Can, Changes, Cx, Fault, Rights};
use object::{Change, EditObject, Granted, Header, NewObject, PersonRef, Product, Stub, linked};
use serde::{Deserialize, Serialize};
use store::{Sql, StoreError, args};
use utoipa::ToSchema;
use vocabulary::*;
use web::{Cursor, Page, Rows};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ObjectiveStatus)]
pub enum Status {
    Active,
    Achieved,
    Missed,
    Dropped,
}

impl Status {
    fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Achieved => "achieved",
            Self::Missed => "missed",
            Self::Dropped => "dropped",
        }
    }

    fn stored(text: &str) -> Result<Self, StoreError> {
        [Self::Active, Self::Achieved, Self::Missed, Self::Dropped]
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| StoreError::Other(format!("no status of an objective: {text}")))
    }
}

/// A qualitative aim with its measurable evidence.
#[derive(Debug, Serialize, ToSchema)]
pub struct Objective {
    pub id: ObjectId,
    pub reference: String,
    pub version: i64,
    pub title: String,
    pub body: String,
    /// As people name it: `2026-Q4`.
    pub period: Option<String>,
    pub status: Status,
    pub owner: Option<PersonRef>,
    pub key_results: Vec<KeyResult>,
    /// Initiatives that serve it.
    pub initiatives: i64,
    /// The themes it advances.
    pub themes: Vec<Stub>,
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
}

/// What a period begins with in a cursor.
const PERIOD: &str = "period ";

/// A product's objectives, the newest period first.
pub fn objectives(cx: &Cx<'_>, name: &ProductName, page: &Page) -> Result<(Rows<Objective>, Can), Fault> {
    let product = Product::load(cx, name)?;
    let can = Rights::load(cx, product.id)?.can(&[Decision::Objectives]);
    let mut sql = select(cx, product.id);
    sql.with(" WHERE o.product_id = ", product.id).push(" AND o.archived_at IS NULL");
    sql.push(object::seen!(cx, product.id, "o"));
    if let Some(cursor) = &page.after {
        // A period may be empty, a cursor's key may not.
        let period = cursor.key.strip_prefix(PERIOD).unwrap_or_default();
        sql.with(" AND (j.period < ", period)
            .with(" OR (j.period = ", period)
            .with(" AND o.id > ", cursor.id)
            .push("))");
    }
    sql.with(" ORDER BY j.period DESC, o.id LIMIT ", page.limit + 1);
    let rows = page.cut(read(cx, &sql, &can)?, |objective| {
        Cursor::new(format!("{PERIOD}{}", objective.period.as_deref().unwrap_or_default()), objective.id)
    });
    Ok((rows, can))
}

/// One objective.
pub fn objective(cx: &Cx<'_>, name: &ObjectName) -> Result<Objective, Fault> {
    let header = Header::seen_kind(cx, name, Kind::Objective)?;
    let can = Rights::load(cx, header.product_id)?.can(&[Decision::Objectives]);
    let mut sql = select(cx, header.product_id);
    sql.with(" WHERE o.id = ", header.id);
    read(cx, &sql, &can)?.into_iter().next().ok_or(Fault::not_found("objective"))
}

fn select(cx: &Cx<'_>, product: ProductId) -> Sql {
    let mut sql = Sql::new(
        "SELECT o.id, k.key, o.number, o.version, o.title, o.body, j.period, j.status, o.owner_id,
            (SELECT count(*) FROM link l JOIN object n ON n.id = l.from_id
             WHERE l.to_id = o.id AND l.relation = 'serves' AND n.kind = 'initiative' AND n.archived_at IS NULL",
    );
    sql.push(object::seen!(cx, product, "n"));
    sql.push(") FROM objective j JOIN object o ON o.id = j.object_id JOIN product k ON k.id = o.product_id");
    sql
}

fn read(cx: &Cx<'_>, sql: &Sql, can: &Can) -> Result<Vec<Objective>, Fault> {
    let stored = cx.query(sql.text(), sql.args(), |row| {
        let objective = Objective {
            id: row.get(0)?,
            reference: format!("{}-{}", row.get::<String>(1)?, row.get::<i64>(2)?),
            version: row.get(3)?,
            title: row.get(4)?,
            body: row.get(5)?,
            period: Some(row.get(6)?).filter(|period: &String| !period.is_empty()),
            status: Status::stored(&row.get::<String>(7)?)?,
            owner: None,
            key_results: Vec::new(),
            initiatives: row.get(9)?,
            themes: Vec::new(),
            can: can.clone(),
        };
        Ok((objective, row.get::<Option<PersonId>>(8)?))
    })?;
    let people = object::people(cx, stored.iter().map(|(_, owner)| *owner))?;
    let ids: Vec<ObjectId> = stored.iter().map(|(objective, _)| objective.id).collect();
    let mut results = key_result::of(cx, &ids)?;
    let mut themes = linked(cx, ids, &[Relation::Advances])?;
    Ok(stored
        .into_iter()
        .map(|(objective, owner)| Objective {
            owner: owner.and_then(|id| people.get(&id).cloned()),
            key_results: results.remove(&objective.id).unwrap_or_default(),
            themes: themes
                .remove(&objective.id)
                .unwrap_or_default()
                .into_iter()
                .filter(|theme| !theme.archived)
                .collect(),
            ..objective
        })
        .collect())
}

/// Sets a new objective.
#[derive(Debug, Serialize, Deserialize)]
pub struct AddObjective {
    pub product: ProductName,
    pub title: Title,
    pub body: Body,
    pub period: Option<Label>,
}

impl Change for AddObjective {
    const NAME: &'static str = "add_objective";
    type On = Product;
    type Outcome = ObjectId;
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(Decision::Objectives)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<ObjectId, Fault> {
        let header = on.create(cx, NewObject::new(cx, Kind::Objective, self.title.as_str(), self.body.as_str()))?;
        let period = self.period.as_ref().map_or_else(|| quarter(cx.now.date()), |period| period.to_string());
        cx.exec(
            "INSERT INTO objective (object_id, period, status) VALUES ($1, $2, 'active')",
            args![header.id, &period],
        )?;
        let changes = Changes::new().set("title", &self.title).set("period", &period);
        Ok(header.record_created(cx, "created", changes)?.id)
    }
}

fn quarter(date: Date) -> String {
    format!("{}-Q{}", date.year(), (date.month() - 1) / 3 + 1)
}

/// Changes an objective's words, period or status.
#[derive(Debug, Serialize, Deserialize)]
pub struct EditObjective {
    pub objective: ObjectName,
    pub version: Option<i64>,
    pub title: Option<Title>,
    pub body: Option<Body>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "object::present")]
    pub period: Option<Option<Label>>,
    pub status: Option<Status>,
}

impl Change for EditObjective {
    const NAME: &'static str = "edit_objective";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.objective.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Objectives)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        let before = objective(cx, &id.into())?;
        on.at_version(self.version, || {
            Ok(serde_json::to_value(&before).map_err(|e| StoreError::Other(e.to_string()))?)
        })?;
        let changes = EditObject::text(id, self.title.clone(), self.body.clone()).store(cx, &on)?;
        let period = match &self.period {
            Some(period) => period.as_ref().map(Label::as_str),
            None => before.period.as_deref(),
        };
        let status = self.status.unwrap_or(before.status);
        cx.exec(
            "UPDATE objective SET period = $1, status = $2 WHERE object_id = $3",
            args![period.unwrap_or_default(), status.as_str(), id],
        )?;
        let changes =
            changes.field("period", &before.period.as_deref(), &period).field("status", &before.status, &status);
        on.record(cx, "edited", changes)?;
        Ok(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_lies_in_its_quarter() {
        assert_eq!(quarter("2026-11-24".parse().unwrap()), "2026-Q4");
        assert_eq!(quarter("2026-01-01".parse().unwrap()), "2026-Q1");
    }
}
