use access::{Can, Changes, Cx, Fault, Rights};
use object::{Change, EditObject, Granted, Header, NewObject, Product, Stub, by_first};
use serde::{Deserialize, Serialize};
use store::{Sql, StoreError, args};
use utoipa::ToSchema;
use vocabulary::*;

/// What part of the effort is meant for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Theme {
    pub id: ObjectId,
    pub reference: String,
    pub version: i64,
    pub title: String,
    pub body: String,
    /// The share of the effort it is meant to have, in percent.
    pub target_share: Option<i64>,
    /// Objectives and initiatives that advance it; single items do so too and are not named here.
    pub advanced_by: Vec<Stub>,
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
}

/// A product's themes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Themes {
    pub rows: Vec<Theme>,
    /// What the target shares come to, in percent.
    pub targets: i64,
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
}

/// Themes of one product; more than these guide nobody.
const MOST: i64 = 200;

/// Objectives and initiatives that are named with the themes they advance.
const MOST_ADVANCING: i64 = 2_000;

pub fn themes(cx: &Cx<'_>, name: &ProductName) -> Result<Themes, Fault> {
    let product = Product::load(cx, name)?;
    let can = Rights::load(cx, product.id)?.can(&[Decision::Objectives]);
    let mut sql = select();
    sql.with(" WHERE t.product_id = ", product.id).push(" AND o.archived_at IS NULL");
    sql.push(object::seen!(cx, product.id, "o")).with(" ORDER BY o.number LIMIT ", MOST);
    let rows = read(cx, &sql, &can)?;
    Ok(Themes { targets: rows.iter().filter_map(|theme| theme.target_share).sum(), rows, can })
}

/// One theme.
pub fn theme(cx: &Cx<'_>, name: &ObjectName) -> Result<Theme, Fault> {
    let header = Header::seen_kind(cx, name, Kind::Theme)?;
    let can = Rights::load(cx, header.product_id)?.can(&[Decision::Objectives]);
    let mut sql = select();
    sql.with(" WHERE o.id = ", header.id);
    read(cx, &sql, &can)?.pop().ok_or(Fault::not_found("theme"))
}

fn select() -> Sql {
    Sql::new(
        "SELECT o.id, k.key, o.number, o.version, o.title, o.body, t.target_share
         FROM theme t JOIN object o ON o.id = t.object_id JOIN product k ON k.id = t.product_id",
    )
}

fn read(cx: &Cx<'_>, sql: &Sql, can: &Can) -> Result<Vec<Theme>, Fault> {
    let mut found = cx.query(sql.text(), sql.args(), |row| {
        Ok(Theme {
            id: row.get(0)?,
            reference: format!("{}-{}", row.get::<String>(1)?, row.get::<i64>(2)?),
            version: row.get(3)?,
            title: row.get(4)?,
            body: row.get(5)?,
            target_share: row.get(6)?,
            advanced_by: Vec::new(),
            can: can.clone(),
        })
    })?;
    let mut sql = Sql::new(
        "SELECT l.to_id, l.from_id FROM link l JOIN object o ON o.id = l.from_id
         WHERE l.relation = 'advances' AND o.kind IN ('objective', 'initiative') AND o.archived_at IS NULL",
    );
    sql.within(" AND l.to_id IN", found.iter().map(|theme| theme.id)).with(" ORDER BY l.id LIMIT ", MOST_ADVANCING);
    let mut advancing = by_first(cx, cx.rows(sql.text(), sql.args())?)?;
    for theme in &mut found {
        theme.advanced_by = advancing.remove(&theme.id).unwrap_or_default();
    }
    Ok(found)
}

fn check(share: Option<i64>) -> Result<(), Fault> {
    if share.is_some_and(|share| !(0..=100).contains(&share)) {
        return Err(Fault::invalid("target_share", "A share is a number of percent from 0 to 100."));
    }
    Ok(())
}

/// Names a theme.
#[derive(Debug, Serialize, Deserialize)]
pub struct AddTheme {
    pub product: ProductName,
    pub title: Title,
    pub body: Body,
    pub target_share: Option<i64>,
}

impl Change for AddTheme {
    const NAME: &'static str = "add_theme";
    type On = Product;
    type Outcome = ObjectId;
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(Decision::Objectives)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<ObjectId, Fault> {
        check(self.target_share)?;
        let (there,): (i64,) = cx.one(
            "SELECT count(*) FROM theme t JOIN object o ON o.id = t.object_id
             WHERE t.product_id = $1 AND o.archived_at IS NULL",
            args![on.id],
        )?;
        if there >= MOST {
            return Err(Fault::broken("too-many-themes", format!("A product has at most {MOST} themes.")));
        }
        let theme = on.create(cx, NewObject::new(cx, Kind::Theme, self.title.as_str(), self.body.as_str()))?;
        cx.exec(
            "INSERT INTO theme (object_id, product_id, target_share) VALUES ($1, $2, $3)",
            args![theme.id, on.id, self.target_share],
        )?;
        let changes = Changes::new().set("title", &self.title).set("target_share", &self.target_share);
        Ok(theme.record_created(cx, "created", changes)?.id)
    }
}

/// Changes a theme's words or its share.
#[derive(Debug, Serialize, Deserialize)]
pub struct EditTheme {
    pub theme: ObjectName,
    pub version: Option<i64>,
    pub title: Option<Title>,
    pub body: Option<Body>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "object::present")]
    pub target_share: Option<Option<i64>>,
}

impl Change for EditTheme {
    const NAME: &'static str = "edit_theme";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.theme.clone()
    }
    fn decision(&self, _: &Cx<'_>, on: &Header) -> Result<Decision, Fault> {
        if on.kind == Kind::Theme { Ok(Decision::Objectives) } else { Err(Fault::not_found("theme")) }
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        let before = theme(cx, &id.into())?;
        on.at_version(self.version, || {
            Ok(serde_json::to_value(&before).map_err(|e| StoreError::Other(e.to_string()))?)
        })?;
        let share = self.target_share.unwrap_or(before.target_share);
        check(share)?;
        let changes = EditObject::text(id, self.title.clone(), self.body.clone()).store(cx, &on)?;
        cx.exec("UPDATE theme SET target_share = $1 WHERE object_id = $2", args![share, id])?;
        on.record(cx, "edited", changes.field("target_share", &before.target_share, &share))?;
        Ok(id)
    }
}
