use access::{Changes, Cx, Fault};
use object::{Change, EditObject, Granted, Header, NewObject, Product, present};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::{Sql, StoreError, args};
use utoipa::ToSchema;
use vocabulary::*;
use web::{Cursor, Page, Rows};

/// Who gives feedback: a company or a person outside.
#[derive(Debug, Serialize, ToSchema)]
pub struct Customer {
    pub id: ObjectId,
    pub reference: String,
    pub version: i64,
    pub name: String,
    pub segment: Option<String>,
    /// What the customer is worth, in the product's own measure (as yearly revenue).
    pub value: Option<f64>,
    /// Shown to the team only.
    pub email: Option<String>,
    /// Pieces of feedback, and how many of them have been told what came of them.
    pub feedback: i64,
    pub told: i64,
}

/// A customer beside their feedback.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CustomerRef {
    pub id: ObjectId,
    pub reference: String,
    pub name: String,
    pub segment: Option<String>,
    pub value: Option<f64>,
}

const SELECT: &str = "SELECT o.id, o.number, o.version, o.title, u.segment, u.value, u.email
    FROM customer u JOIN object o ON o.id = u.object_id";

/// The customers of a product, by name.
pub fn customers(cx: &Cx<'_>, name: &ProductName, page: &Page) -> Result<Rows<Customer>, Fault> {
    let product = Product::load(cx, name)?;
    let mut sql = Sql::new(SELECT);
    sql.with(" WHERE o.product_id = ", product.id).push(" AND o.kind = 'customer' AND o.archived_at IS NULL");
    sql.push(object::seen!(cx, product.id, "o"));
    if let Some(cursor) = &page.after {
        sql.with(" AND (lower(o.title), o.id) > (SELECT lower(c.title), c.id FROM object c WHERE c.id = ", cursor.id)
            .with(" AND c.kind = 'customer' AND c.product_id = ", product.id)
            .push(")");
    }
    sql.push(" ORDER BY lower(o.title), o.id").with(" LIMIT ", page.limit + 1);
    let rows = shown(cx, product.id, &product.key, &sql)?;
    Ok(page.cut(rows, |customer| Cursor::new("name", customer.id)))
}

/// One customer.
pub fn customer(cx: &Cx<'_>, name: &ObjectName) -> Result<Customer, Fault> {
    one(cx, &Header::seen_kind(cx, name, Kind::Customer)?)
}

fn one(cx: &Cx<'_>, header: &Header) -> Result<Customer, Fault> {
    let mut sql = Sql::new(SELECT);
    sql.with(" WHERE o.id = ", header.id);
    shown(cx, header.product_id, &header.key, &sql)?.into_iter().next().ok_or(Fault::not_found("customer"))
}

fn shown(cx: &Cx<'_>, product: ProductId, key: &ProductKey, sql: &Sql) -> Result<Vec<Customer>, Fault> {
    type Stored = (ObjectId, i64, i64, String, Option<String>, Option<f64>, Option<String>);
    let team = cx.actor.is_team(product);
    let stored: Vec<Stored> = cx.rows(sql.text(), sql.args())?;
    let counts = counts(cx, product, stored.iter().map(|row| row.0))?;
    Ok(stored
        .into_iter()
        .map(|(id, number, version, name, segment, value, email)| {
            let (feedback, told) = counts.get(&id).copied().unwrap_or_default();
            let reference = format!("{key}-{number}");
            Customer { id, reference, version, name, segment, value, email: email.filter(|_| team), feedback, told }
        })
        .collect())
}

fn counts(
    cx: &Cx<'_>,
    product: ProductId,
    customers: impl IntoIterator<Item = ObjectId>,
) -> Result<HashMap<ObjectId, (i64, i64)>, Fault> {
    let mut sql = Sql::new(
        "SELECT f.customer_id, count(*), count(CASE WHEN f.state = 'told' THEN 1 END)
         FROM feedback f JOIN object o ON o.id = f.object_id WHERE o.archived_at IS NULL",
    );
    sql.push(object::seen!(cx, product, "o"));
    sql.within(" AND f.customer_id IN", customers).push(" GROUP BY f.customer_id");
    let rows: Vec<(ObjectId, i64, i64)> = cx.rows(sql.text(), sql.args())?;
    Ok(rows.into_iter().map(|(id, feedback, told)| (id, (feedback, told))).collect())
}

/// A customer named in a request about this product.
pub(crate) fn named(cx: &Cx<'_>, product: ProductId, name: &ObjectName) -> Result<Header, Fault> {
    let missing = || Fault::invalid("customer", "There is no such customer in this product.");
    let header = Header::seen_kind(cx, name, Kind::Customer).map_err(|fault| fault.or_missing(missing()))?;
    if header.product_id == product { Ok(header) } else { Err(missing()) }
}

/// The customer of that name, whatever its case; made when there is none.
pub(crate) fn called(cx: &Cx<'_>, on: &Granted<Product>, name: &Title) -> Result<Header, Fault> {
    // The engines fold case differently, so the comparison is made here.
    let candidates: Vec<(ObjectId, String)> = cx.rows(
        "SELECT id, title FROM object WHERE product_id = $1 AND kind = 'customer' AND archived_at IS NULL
         AND CAST(length(title) AS BIGINT) = $2 ORDER BY number",
        args![on.id, name.as_str().chars().count()],
    )?;
    let wanted = name.as_str().to_lowercase();
    for (id, _) in candidates.into_iter().filter(|(_, title)| title.to_lowercase() == wanted) {
        match Header::seen(cx, &id.into()) {
            Err(Fault::NotFound { .. }) => {}
            seen => return seen,
        }
    }
    create(cx, on, name, &CustomerDetails::default())
}

/// What is known of a customer besides the name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CustomerDetails {
    pub segment: Option<Label>,
    pub value: Option<f64>,
    pub email: Option<Label>,
}

fn create(cx: &Cx<'_>, on: &Granted<Product>, name: &Title, details: &CustomerDetails) -> Result<Header, Fault> {
    check_value(details.value)?;
    check_email(details.email.as_ref())?;
    let header = on.create(cx, NewObject::new(cx, Kind::Customer, name.as_str(), ""))?;
    cx.exec(
        "INSERT INTO customer (object_id, segment, value, email) VALUES ($1, $2, $3, $4)",
        args![header.id, details.segment.as_ref(), details.value, details.email.as_ref()],
    )?;
    let changes = Changes::new().set("title", name).field("segment", &None, &details.segment).field(
        "value",
        &None,
        &details.value,
    );
    header.record_created(cx, "created", changes)
}

const MOST_VALUE: f64 = 1e15;

fn check_value(value: Option<f64>) -> Result<(), Fault> {
    match value {
        Some(value) if !(0.0..=MOST_VALUE).contains(&value) => {
            Err(Fault::invalid("value", "A customer's value is a number from 0 to 1,000,000,000,000,000."))
        }
        _ => Ok(()),
    }
}

fn check_email(email: Option<&Label>) -> Result<(), Fault> {
    match email {
        Some(email) if !is_email(email.as_str()) => {
            Err(Fault::invalid("email", "This is not an e-mail address; it looks like name@example.org."))
        }
        _ => Ok(()),
    }
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && !host.contains('@') && !text.contains(char::is_whitespace)
    })
}

/// Brings in a customer.
#[derive(Debug, Serialize, Deserialize)]
pub struct AddCustomer {
    pub product: ProductName,
    pub name: Title,
    pub details: CustomerDetails,
}

impl Change for AddCustomer {
    const NAME: &'static str = "add_customer";
    type On = Product;
    type Outcome = ObjectId;
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(Decision::Feedback)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<ObjectId, Fault> {
        Ok(create(cx, &on, &self.name, &self.details)?.id)
    }
}

/// Changes what is known of a customer.
#[derive(Debug, Serialize, Deserialize)]
pub struct EditCustomer {
    pub customer: ObjectName,
    pub version: Option<i64>,
    pub name: Option<Title>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub segment: Option<Option<Label>>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub value: Option<Option<f64>>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub email: Option<Option<Label>>,
}

impl Change for EditCustomer {
    const NAME: &'static str = "edit_customer";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.customer.clone()
    }
    fn decision(&self, _: &Cx<'_>, on: &Header) -> Result<Decision, Fault> {
        if on.kind != Kind::Customer {
            return Err(Fault::not_found("customer"));
        }
        Ok(Decision::Triage)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        on.at_version(self.version, || Ok(serde_json::to_value(one(cx, &on)?).map_err(unwritable)?))?;
        let id = on.id;
        let before: (Option<String>, Option<f64>, Option<String>) =
            cx.one("SELECT segment, value, email FROM customer WHERE object_id = $1", args![id])?;
        let segment = patched(&self.segment, before.0.clone());
        let value = self.value.unwrap_or(before.1);
        let email = patched(&self.email, before.2.clone());
        check_value(value)?;
        check_email(self.email.as_ref().and_then(Option::as_ref))?;
        let changes = EditObject::text(id, self.name.clone(), None).store(cx, &on)?;
        cx.exec(
            "UPDATE customer SET segment = $1, value = $2, email = $3 WHERE object_id = $4",
            args![segment.as_ref(), value, email.as_ref(), id],
        )?;
        let mut changes = changes.field("segment", &before.0, &segment).field("value", &before.1, &value);
        if before.2 != email {
            // The history is read by more people than the address.
            changes = changes.set("email", &if email.is_some() { "changed" } else { "removed" });
        }
        on.record(cx, "edited", changes)?;
        Ok(id)
    }
}

/// A patch's text where there is one, else what was there.
pub(crate) fn patched(patch: &Option<Option<Label>>, before: Option<String>) -> Option<String> {
    match patch {
        Some(new) => new.as_ref().map(|text| text.as_str().to_owned()),
        None => before,
    }
}

pub(crate) fn unwritable(error: serde_json::Error) -> StoreError {
    StoreError::Other(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_name_and_a_host() {
        for good in ["ana@example.org", "a.b+c@mail.example.org"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["ana", "@example.org", "ana@", "ana@b@c", "ana b@example.org"] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn a_value_is_bounded() {
        for good in [None, Some(0.0), Some(120_000.5)] {
            assert!(check_value(good).is_ok(), "{good:?}");
        }
        for bad in [-1.0, 1e16, f64::NAN, f64::INFINITY] {
            assert!(check_value(Some(bad)).is_err(), "{bad}");
        }
    }
}
