use crate::audience;
use access::{Can, Changes, Cx, Fault, Rights};
use object::{Change, EditObject, Granted, Header, NewObject, PersonRef, Product, people, present};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use store::{Sql, StoreError, args};
use utoipa::ToSchema;
use vocabulary::*;
use web::{Cursor, Page, Rows};

/// What ships together.
#[derive(Debug, Serialize, ToSchema)]
pub struct Release {
    pub id: ObjectId,
    pub reference: String,
    pub version: i64,
    pub name: String,
    /// Its notes, in Markdown.
    pub body: String,
    #[schema(value_type = Option<String>, format = "date")]
    pub planned_on: Option<Date>,
    pub shipped_at: Option<Ts>,
    pub shipped_by: Option<PersonRef>,
    pub items: ReleaseItems,
    pub audience: ReleaseAudience,
    /// Decision → `"yes"`, or the sentence that names who decides.
    #[schema(value_type = HashMap<String, String>)]
    pub can: Can,
}

/// Items that are to ship: neither cancelled nor put away.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct ReleaseItems {
    pub total: i64,
    pub accepted: i64,
}

/// Pieces of feedback that ask for what is in the release, and those whose customers know.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct ReleaseAudience {
    pub asked: i64,
    pub told: i64,
}

const SELECT: &str = "SELECT o.id, o.number, o.version, o.title, r.planned_on, r.shipped_at, r.shipped_by, o.body
    FROM release r JOIN object o ON o.id = r.object_id";

/// The day a list of releases is sorted by: what has none comes before all days.
const DAY: &str = "COALESCE(r.planned_on, '9999')";

/// A product's releases: those without a date yet, then the newest planned first.
pub fn list(cx: &Cx<'_>, name: &ProductName, page: &Page) -> Result<Rows<Release>, Fault> {
    let product = Product::load(cx, name)?;
    let mut sql = Sql::new(SELECT);
    sql.with(" WHERE r.product_id = ", product.id).push(" AND o.archived_at IS NULL");
    sql.push(object::seen!(cx, product.id, "o"));
    if let Some(cursor) = &page.after {
        sql.push(" AND (").push(DAY).with(", o.id) < (", cursor.key.as_str()).with(", ", cursor.id).push(")");
    }
    sql.push(" ORDER BY ").push(DAY).with(" DESC, o.id DESC LIMIT ", page.limit + 1);
    let rows = shown(cx, product.id, &product.key, &sql)?;
    Ok(page.cut(rows, |release| {
        Cursor::new(release.planned_on.map_or_else(|| "9999".to_owned(), |day| day.to_string()), release.id)
    }))
}

/// One release.
pub fn release(cx: &Cx<'_>, name: &ObjectName) -> Result<Release, Fault> {
    one(cx, &Header::seen_kind(cx, name, Kind::Release)?)
}

fn one(cx: &Cx<'_>, header: &Header) -> Result<Release, Fault> {
    let mut sql = Sql::new(SELECT);
    sql.with(" WHERE r.object_id = ", header.id);
    shown(cx, header.product_id, &header.key, &sql)?.into_iter().next().ok_or(Fault::not_found("release"))
}

pub(crate) fn as_json(cx: &Cx<'_>, header: &Header) -> Result<Value, Fault> {
    Ok(serde_json::to_value(one(cx, header)?).map_err(|e| StoreError::Other(e.to_string()))?)
}

fn shown(cx: &Cx<'_>, product: ProductId, key: &ProductKey, sql: &Sql) -> Result<Vec<Release>, Fault> {
    type Stored = (ObjectId, i64, i64, String, Option<Date>, Option<Ts>, Option<PersonId>, String);
    let stored: Vec<Stored> = cx.rows(sql.text(), sql.args())?;
    let ids: Vec<ObjectId> = stored.iter().map(|row| row.0).collect();
    let items = counts(cx, product, &ids)?;
    let audiences = audience::audiences(cx, product, &ids)?;
    let people = people(cx, stored.iter().map(|row| row.6))?;
    let can =
        Rights::load(cx, product)?.can(&[Decision::Release, Decision::Announce, Decision::Comment, Decision::Link]);
    Ok(stored
        .into_iter()
        .map(|(id, number, version, name, planned_on, shipped_at, shipped_by, body)| Release {
            id,
            reference: format!("{key}-{number}"),
            version,
            name,
            body,
            planned_on,
            shipped_at,
            shipped_by: shipped_by.and_then(|id| people.get(&id).cloned()),
            items: items.get(&id).copied().unwrap_or_default(),
            audience: audiences.get(&id).copied().unwrap_or_default(),
            can: can.clone(),
        })
        .collect())
}

fn counts(cx: &Cx<'_>, product: ProductId, releases: &[ObjectId]) -> Result<HashMap<ObjectId, ReleaseItems>, Fault> {
    let mut sql = Sql::new(
        "SELECT i.release_id, count(*), count(i.accepted_at) FROM item i JOIN object o ON o.id = i.object_id
         WHERE i.category <> 'cancelled' AND o.archived_at IS NULL AND i.release_id IN",
    );
    sql.within("", releases.iter().copied());
    sql.push(object::seen!(cx, product, "o"));
    sql.push(" GROUP BY i.release_id");
    let rows: Vec<(ObjectId, i64, i64)> = cx.rows(sql.text(), sql.args())?;
    Ok(rows.into_iter().map(|(id, total, accepted)| (id, ReleaseItems { total, accepted })).collect())
}

/// Changing a release in any way is one decision.
pub(crate) fn decision(on: &Header) -> Result<Decision, Fault> {
    if on.kind == Kind::Release { Ok(Decision::Release) } else { Err(Fault::not_found("release")) }
}

/// When a release shipped, if it did.
pub(crate) fn shipped_at(cx: &Cx<'_>, release: ObjectId) -> Result<Option<Ts>, Fault> {
    let (at,): (Option<Ts>,) = cx.one("SELECT shipped_at FROM release WHERE object_id = $1", args![release])?;
    Ok(at)
}

/// Plans a release.
#[derive(Debug, Serialize, Deserialize)]
pub struct AddRelease {
    pub product: ProductName,
    pub name: Title,
    pub body: Body,
    pub planned_on: Option<Date>,
}

impl Change for AddRelease {
    const NAME: &'static str = "add_release";
    type On = Product;
    type Outcome = ObjectId;
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(Decision::Release)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<ObjectId, Fault> {
        check_planned(self.planned_on)?;
        let new = NewObject::new(cx, Kind::Release, self.name.as_str(), self.body.as_str());
        let header = on.create(cx, new)?;
        cx.exec(
            "INSERT INTO release (object_id, product_id, planned_on) VALUES ($1, $2, $3)",
            args![header.id, header.product_id, self.planned_on],
        )?;
        let changes = Changes::new().set("title", &self.name).field("planned_on", &None, &self.planned_on);
        Ok(header.record_created(cx, "created", changes)?.id)
    }
}

/// Changes a release's name, notes or day.
#[derive(Debug, Serialize, Deserialize)]
pub struct EditRelease {
    pub release: ObjectName,
    pub version: Option<i64>,
    pub name: Option<Title>,
    pub body: Option<Body>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub planned_on: Option<Option<Date>>,
}

impl Change for EditRelease {
    const NAME: &'static str = "edit_release";
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
        let id = on.id;
        let (before,): (Option<Date>,) = cx.one("SELECT planned_on FROM release WHERE object_id = $1", args![id])?;
        let planned_on = self.planned_on.unwrap_or(before);
        check_planned(self.planned_on.flatten())?;
        let changes = EditObject::text(id, self.name.clone(), self.body.clone()).store(cx, &on)?;
        cx.exec("UPDATE release SET planned_on = $1 WHERE object_id = $2", args![planned_on, id])?;
        on.record(cx, "edited", changes.field("planned_on", &before, &planned_on))?;
        Ok(id)
    }
}

fn check_planned(on: Option<Date>) -> Result<(), Fault> {
    match on {
        Some(on) if !(1970..=2999).contains(&on.year()) => {
            Err(Fault::invalid("planned_on", "The planned day lies between 1970 and 2999."))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planned_day_is_a_day_people_plan_for() {
        for (day, fine) in [("2026-10-01", true), ("1969-12-31", false), ("3000-01-01", false)] {
            assert_eq!(check_planned(Some(day.parse().unwrap())).is_ok(), fine, "{day}");
        }
        assert!(check_planned(None).is_ok());
    }
}
