use access::{Can, Changes, Cx, Fault, Rights, row_of};
use object::{Change, Granted, PersonRef, Product, people};
use serde::{Deserialize, Serialize};
use store::args;
use utoipa::ToSchema;
use vocabulary::*;

/// One decision, lent to one person until a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct Delegation {
    pub id: DelegationId,
    pub decision: Decision,
    /// "order the backlog"
    pub sentence: &'static str,
    pub person: Option<PersonRef>,
    #[schema(value_type = String, format = "date")]
    pub until: String,
    pub given_by: Option<PersonRef>,
    pub given_at: Ts,
    /// Whether the reader may take it back.
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
}

/// The longest time for which a decision is lent, in days.
const LONGEST: i64 = 366;

/// What is lent today, the first to end first.
pub(crate) fn delegations(cx: &Cx<'_>, product: &ProductName) -> Result<Vec<Delegation>, Fault> {
    let product = Product::load(cx, product)?;
    let rights = Rights::load(cx, product.id)?;
    let stored: Vec<(DelegationId, String, PersonId, String, Option<PersonId>, Ts)> = cx.rows(
        "SELECT id, decision, person_id, until, given_by, given_at FROM delegation
         WHERE product_id = $1 AND until >= $2 ORDER BY until, id LIMIT 200",
        args![product.id, cx.now.date().to_string()],
    )?;
    let people = people(cx, stored.iter().flat_map(|row| [Some(row.2), row.4]))?;
    let read = |(id, word, person, until, by, given_at): (_, String, PersonId, _, Option<PersonId>, _)| {
        let decision: Decision = word.parse().ok()?;
        Some(Delegation {
            id,
            decision,
            sentence: row_of(decision).sentence,
            person: people.get(&person).cloned(),
            until,
            given_by: by.and_then(|id| people.get(&id).cloned()),
            given_at,
            can: rights.can(&[decision]),
        })
    };
    Ok(stored.into_iter().filter_map(read).collect())
}

/// Lends a decision to a member until a day.
#[derive(Debug, Serialize, Deserialize)]
pub struct Delegate {
    pub product: ProductName,
    pub decision: Decision,
    pub person: PersonId,
    pub until: Date,
}

impl Change for Delegate {
    const NAME: &'static str = "delegate";
    type On = Product;
    type Outcome = ();
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(self.decision)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<(), Fault> {
        if self.decision == Decision::WhoDecides {
            return Err(Fault::invalid("decision", "Who decides what is agreed on, and not lent."));
        }
        let today = cx.now.date();
        if self.until < today || self.until > cx.now.plus_days(LONGEST).date() {
            return Err(Fault::invalid("until", "A decision is lent until a day from today on, for a year at most."));
        }
        let name: Option<(String,)> = cx.maybe(
            "SELECT p.name FROM member m JOIN person p ON p.id = m.person_id
             WHERE m.product_id = $1 AND m.person_id = $2 AND p.state = 'active' LIMIT 1",
            args![on.id, self.person],
        )?;
        let (name,) = name.ok_or_else(|| Fault::invalid("person", "This person is not a member of the product."))?;
        // Lending it again moves the day.
        cx.exec(
            "DELETE FROM delegation WHERE product_id = $1 AND decision = $2 AND person_id = $3",
            args![on.id, self.decision.as_str(), self.person],
        )?;
        cx.exec(
            "INSERT INTO delegation (id, product_id, decision, person_id, until, given_at, given_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            args![
                DelegationId::new(),
                on.id,
                self.decision.as_str(),
                self.person,
                self.until.to_string(),
                cx.now,
                cx.person()
            ],
        )?;
        let what = format!("may {}", row_of(self.decision).sentence);
        on.record(cx, "lent a decision", Changes::new().set(&what, &format!("{name} until {}", self.until)))
    }
}

/// Takes a lent decision back.
#[derive(Debug, Serialize, Deserialize)]
pub struct EndDelegation {
    pub product: ProductName,
    pub delegation: DelegationId,
}

impl Change for EndDelegation {
    const NAME: &'static str = "end_delegation";
    type On = Product;
    type Outcome = ();
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, cx: &Cx<'_>, on: &Product) -> Result<Decision, Fault> {
        let found: Option<(String,)> = cx.maybe(
            "SELECT decision FROM delegation WHERE id = $1 AND product_id = $2",
            args![self.delegation, on.id],
        )?;
        found.and_then(|(word,)| word.parse().ok()).ok_or(Fault::not_found("delegation"))
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<(), Fault> {
        let (word, name, until): (String, String, String) = cx.one(
            "SELECT d.decision, p.name, d.until FROM delegation d JOIN person p ON p.id = d.person_id
             WHERE d.id = $1 AND d.product_id = $2",
            args![self.delegation, on.id],
        )?;
        cx.exec("DELETE FROM delegation WHERE id = $1", args![self.delegation])?;
        let what = word.parse().map_or(word, |decision| format!("may {}", row_of(decision).sentence));
        on.record(cx, "took a decision back", Changes::new().unset(&what, &format!("{name} until {until}")))
    }
}

/// The product of a delegation.
pub(crate) fn product_of(cx: &Cx<'_>, delegation: DelegationId) -> Result<ProductName, Fault> {
    let found: Option<(ProductId,)> = cx.maybe("SELECT product_id FROM delegation WHERE id = $1", args![delegation])?;
    let product = found.map(|(product,)| product).filter(|product| cx.actor.sees(*product));
    Ok(product.ok_or(Fault::not_found("delegation"))?.into())
}
