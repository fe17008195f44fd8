use crate::door::in_turn;
use crate::{Ground, Product, followers, search, view};
use access::{Cx, Fault};
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;
use store::{FromRow, Row, Sql, StoreError, args};
use utoipa::ToSchema;
use vocabulary::*;

/// What is common to all objects, without the body.
#[derive(Debug, Clone)]
pub struct Header {
    pub id: ObjectId,
    pub product_id: ProductId,
    pub key: ProductKey,
    pub ordinal: i64,
    pub number: i64,
    pub kind: Kind,
    pub title: String,
    pub owner_id: Option<PersonId>,
    pub visibility: Visibility,
    pub version: i64,
    pub archived_at: Option<Ts>,
}

const BY_ID: &str = "SELECT o.id, o.product_id, p.key, p.ordinal, o.number, o.kind, o.title, o.owner_id, o.visibility,
    o.version, o.archived_at FROM object o JOIN product p ON p.id = o.product_id WHERE o.id = $1";
const ID_OF: &str =
    "SELECT o.id FROM object o JOIN product p ON p.id = o.product_id WHERE p.key = $1 AND o.number = $2";

impl FromRow for Header {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get(0)?,
            product_id: row.get(1)?,
            key: row.get(2)?,
            ordinal: row.get(3)?,
            number: row.get(4)?,
            kind: row.get(5)?,
            title: row.get(6)?,
            owner_id: row.get(7)?,
            visibility: row.get(8)?,
            version: row.get(9)?,
            archived_at: row.get(10)?,
        })
    }
}

impl Header {
    pub fn reference(&self) -> String {
        format!("{}-{}", self.key, self.number)
    }

    /// Loads an object. What the actor may not see does not exist.
    pub fn seen(cx: &Cx<'_>, name: &ObjectName) -> Result<Self, Fault> {
        let missing = || Fault::not_found("object");
        let id = match name {
            ObjectName::Id(id) => *id,
            ObjectName::Reference(reference) => {
                let found: Option<(ObjectId,)> = cx.maybe(ID_OF, args![&reference.key, reference.number])?;
                found.ok_or_else(missing)?.0
            }
        };
        let header: Option<Header> = cx.maybe(BY_ID, args![id])?;
        header.filter(|h| cx.actor.sees(h.product_id) && cx.actor.reads(h.product_id, h.visibility)).ok_or_else(missing)
    }

    /// [`Header::seen`], of one kind.
    pub fn seen_kind(cx: &Cx<'_>, name: &ObjectName, kind: Kind) -> Result<Self, Fault> {
        Self::seen(cx, name)?.of_kind(kind)
    }

    /// Loads an object to change it or what hangs on it, in its product's turn.
    pub fn lock(cx: &Cx<'_>, name: &ObjectName) -> Result<Self, Fault> {
        let header = Self::seen(cx, name)?;
        in_turn(cx, header.product_id, header, |header| Self::seen(cx, &header.id.into()))
    }

    /// Refuses what is put away: nothing new comes to it.
    pub fn living(&self) -> Result<(), Fault> {
        match self.archived_at {
            None => Ok(()),
            Some(_) => {
                Err(Fault::broken("archived", format!("{} is archived. Bring it back first.", self.reference())))
            }
        }
    }

    pub fn of_kind(self, kind: Kind) -> Result<Self, Fault> {
        if self.kind == kind { Ok(self) } else { Err(Fault::not_found(kind.noun())) }
    }

    pub fn of_kinds(self, kinds: &[Kind], what: &'static str) -> Result<Self, Fault> {
        if kinds.contains(&self.kind) { Ok(self) } else { Err(Fault::not_found(what)) }
    }
}

impl Ground for Header {
    type Name = ObjectName;
    fn load(cx: &Cx<'_>, name: &ObjectName) -> Result<Self, Fault> {
        Header::lock(cx, name)
    }
    fn product(&self) -> ProductId {
        self.product_id
    }
    fn version(&self) -> i64 {
        self.version
    }
    fn object(&self) -> Option<ObjectId> {
        Some(self.id)
    }
    fn current(&self, cx: &Cx<'_>) -> Result<Value, Fault> {
        view::as_json(cx, self)
    }
}

/// The next number of a product, taken in this transaction.
pub fn number(cx: &Cx<'_>, product: ProductId) -> Result<i64, Fault> {
    let counted: Option<(i64,)> = cx.returning(
        "UPDATE scope_counter SET number = number + 1 WHERE scope_id = $1 RETURNING number",
        args![product],
    )?;
    Ok(counted.ok_or(Fault::not_found("product"))?.0)
}

/// What a new object starts with.
pub struct NewObject<'n> {
    pub kind: Kind,
    pub title: &'n str,
    pub body: &'n str,
    pub visibility: Visibility,
    /// The time it came to be; now, except for what is imported.
    pub created_at: Ts,
}

impl<'n> NewObject<'n> {
    /// Whom a new object is shown to that is part of nothing.
    pub const SHOWN_TO: Visibility = Visibility::Internal;

    pub fn new(cx: &Cx<'_>, kind: Kind, title: &'n str, body: &'n str) -> Self {
        Self { kind, title, body, visibility: Self::SHOWN_TO, created_at: cx.now }
    }

    /// As part of something it is shown to nobody who may not see the whole.
    pub fn part_of(self, whole: Option<&Header>) -> Self {
        let visibility = whole.map_or(self.visibility, |whole| self.visibility.min(whole.visibility));
        Self { visibility, ..self }
    }

    pub(crate) fn insert(self, cx: &Cx<'_>, product: &Product) -> Result<Header, Fault> {
        let header = Header {
            id: ObjectId::new(),
            product_id: product.id,
            key: product.key.clone(),
            ordinal: product.ordinal,
            number: number(cx, product.id)?,
            kind: self.kind,
            title: self.title.to_owned(),
            owner_id: cx.person(),
            visibility: self.visibility,
            version: 1,
            archived_at: None,
        };
        cx.exec(
            "INSERT INTO object (id, product_id, number, kind, title, owner_id, visibility, version, created_at,
             created_by, updated_at, archived_at, body)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $10, NULL, $11)",
            args![
                header.id,
                header.product_id,
                header.number,
                header.kind,
                self.title,
                header.owner_id,
                header.visibility,
                self.created_at,
                cx.person(),
                cx.now,
                self.body
            ],
        )?;
        search::add(cx, header.ordinal, header.number, self.title, self.body)?;
        if let Some(person) = cx.person().filter(|_| cx.batch.is_none()) {
            followers::follow(cx, header.id, person)?;
        }
        Ok(header)
    }
}

/// A person as others see them.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PersonRef {
    pub id: PersonId,
    pub name: String,
    pub initials: String,
}

/// The people behind some ids, for a page of rows: one query.
pub fn people(
    cx: &Cx<'_>,
    ids: impl IntoIterator<Item = Option<PersonId>>,
) -> Result<HashMap<PersonId, PersonRef>, Fault> {
    let mut wanted: Vec<PersonId> = ids.into_iter().flatten().collect();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::new("SELECT id, name FROM person WHERE id IN");
    sql.within("", wanted);
    let rows: Vec<(PersonId, String)> = cx.rows(sql.text(), sql.args())?;
    Ok(rows.into_iter().map(|(id, name)| (id, PersonRef { id, initials: initials(&name), name })).collect())
}

/// One person, if there is one.
pub fn person(cx: &Cx<'_>, id: Option<PersonId>) -> Result<Option<PersonRef>, Fault> {
    Ok(people(cx, [id])?.into_values().next())
}

/// An object in one line, as links, traces and pickers show it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Stub {
    pub id: ObjectId,
    pub reference: String,
    pub kind: Kind,
    pub title: String,
    /// The workflow state, or the state of an objective, opportunity, feedback, sprint or release.
    pub state: Option<String>,
    /// The meaning of an item's state.
    pub category: Option<Category>,
    pub archived: bool,
}

/// The stubs of some objects that the actor may see: one query.
pub fn stubs(cx: &Cx<'_>, ids: &[ObjectId]) -> Result<HashMap<ObjectId, Stub>, Fault> {
    let mut found = HashMap::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let mut sql = Sql::new(
            "SELECT o.id, p.key, o.number, o.kind, o.title, o.archived_at, o.product_id, o.visibility,
                    COALESCE(i.state, j.status, u.state, n.lane, f.state, s.state,
                             CASE WHEN r.shipped_at IS NOT NULL THEN 'shipped' WHEN r.object_id IS NOT NULL THEN 'planned' END),
                    i.category
             FROM object o JOIN product p ON p.id = o.product_id
             LEFT JOIN item i ON i.object_id = o.id
             LEFT JOIN objective j ON j.object_id = o.id
             LEFT JOIN opportunity u ON u.object_id = o.id
             LEFT JOIN initiative n ON n.object_id = o.id
             LEFT JOIN feedback f ON f.object_id = o.id
             LEFT JOIN sprint s ON s.object_id = o.id
             LEFT JOIN release r ON r.object_id = o.id
             WHERE o.id IN",
        );
        sql.within("", some.iter().copied());
        let rows = cx.query(sql.text(), sql.args(), |row| {
            let (product, visibility): (ProductId, Visibility) = (row.get(6)?, row.get(7)?);
            let stub = Stub {
                id: row.get(0)?,
                reference: format!("{}-{}", row.get::<String>(1)?, row.get::<i64>(2)?),
                kind: row.get(3)?,
                title: row.get(4)?,
                archived: row.get::<Option<Ts>>(5)?.is_some(),
                state: row.get(8)?,
                category: row.get(9)?,
            };
            Ok((product, visibility, stub))
        })?;
        for (product, visibility, stub) in rows {
            if cx.actor.sees(product) && cx.actor.reads(product, visibility) {
                found.insert(stub.id, stub);
            }
        }
    }
    Ok(found)
}
