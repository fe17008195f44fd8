use crate::Ground;
use crate::door::in_turn;
use access::{Cx, Fault};
use serde_json::{Value, json};
use store::{FromRow, Row, StoreError, args};
use vocabulary::*;

/// A product one may see.
#[derive(Debug, Clone)]
pub struct Product {
    pub id: ProductId,
    pub key: ProductKey,
    pub name: String,
    /// A small number, unique among products; the upper half of a search row's number.
    pub ordinal: i64,
    pub version: i64,
}

impl FromRow for Product {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { id: row.get(0)?, key: row.get(1)?, name: row.get(2)?, ordinal: row.get(3)?, version: row.get(4)? })
    }
}

impl Product {
    /// Loads a product by key or id; one the actor is no member of does not exist.
    pub fn load(cx: &Cx<'_>, name: &ProductName) -> Result<Self, Fault> {
        let found: Option<Product> = match name {
            ProductName::Id(id) => {
                cx.maybe("SELECT id, key, name, ordinal, version FROM product WHERE id = $1", args![*id])?
            }
            ProductName::Key(key) => {
                cx.maybe("SELECT id, key, name, ordinal, version FROM product WHERE key = $1", args![key])?
            }
        };
        found.filter(|product| cx.actor.sees(product.id)).ok_or(Fault::not_found("product"))
    }

    pub fn reference(&self, number: i64) -> String {
        format!("{}-{number}", self.key)
    }
}

impl Ground for Product {
    type Name = ProductName;
    fn load(cx: &Cx<'_>, name: &ProductName) -> Result<Self, Fault> {
        let product = Product::load(cx, name)?;
        in_turn(cx, product.id, product, |product| Product::load(cx, &product.id.into()))
    }
    fn product(&self) -> ProductId {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
    fn object(&self) -> Option<ObjectId> {
        None
    }
    fn current(&self, _: &Cx<'_>) -> Result<Value, Fault> {
        Ok(json!({"id": self.id, "key": self.key, "name": self.name, "version": self.version}))
    }
}
