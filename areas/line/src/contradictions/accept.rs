use super::list::{ContradictionRow, contradiction};
use super::rules::{Rule, named};
use access::{Changes, Cx, Fault};
use object::{Change, Granted, Header, Product};
use serde::{Deserialize, Serialize};
use store::args;
use vocabulary::*;

/// The longest time for which a contradiction is accepted, in days.
const LONGEST: i64 = 366;

/// The rule a contradiction is of.
fn rule_of(name: &str) -> Result<&'static Rule, Fault> {
    named(name).ok_or_else(|| Fault::invalid("rule", format!("“{name}” is no rule.")))
}

/// The two things of a contradiction that stands, as the actor sees it.
fn pair(
    cx: &Cx<'_>,
    on: &Product,
    rule: &str,
    one: &ObjectName,
    other: &ObjectName,
) -> Result<ContradictionRow, Fault> {
    let missing = || Fault::not_found("contradiction");
    let end = |name| Header::seen(cx, name).map_err(|fault| fault.or_missing(missing()));
    contradiction(cx, on, rule, end(one)?.id, end(other)?.id)
}

/// Accepts a contradiction knowingly, up to and including a day.
#[derive(Debug, Serialize, Deserialize)]
pub struct AcceptContradiction {
    pub product: ProductName,
    pub rule: String,
    pub one: ObjectName,
    pub other: ObjectName,
    pub until: Date,
    pub reason: Words,
}

impl Change for AcceptContradiction {
    const NAME: &'static str = "accept_contradiction";
    type On = Product;
    type Outcome = ContradictionRow;
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(rule_of(&self.rule)?.decision)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<ContradictionRow, Fault> {
        if self.until <= cx.now.date() || self.until > cx.now.plus_days(LONGEST).date() {
            let message = "A contradiction is accepted until a day from tomorrow on, for a year at most.";
            return Err(Fault::invalid("until", message));
        }
        let before = pair(cx, &on, &self.rule, &self.one, &self.other)?;
        let (one, other) = (before.one.id, before.other.id);
        cx.exec(
            "UPDATE contradiction SET accepted_until = $1, accepted_by = $2, reason = $3
             WHERE product_id = $4 AND rule = $5 AND one_id = $6 AND other_id = $7",
            args![self.until, cx.person(), &self.reason, on.id, before.rule, one, other],
        )?;
        let changes = Changes::new()
            .set("contradiction", &before.title)
            .set("other_id", &other)
            .field("accepted_until", &before.accepted_until, &Some(self.until))
            .field("reason", &before.reason.as_deref(), &Some(self.reason.as_str()));
        on.also(cx, one)?.record(cx, "accepted a contradiction", changes)?;
        contradiction(cx, &on, before.rule, one, other)
    }
}

/// Takes back that a contradiction is accepted.
#[derive(Debug, Serialize, Deserialize)]
pub struct ReopenContradiction {
    pub product: ProductName,
    pub rule: String,
    pub one: ObjectName,
    pub other: ObjectName,
}

impl Change for ReopenContradiction {
    const NAME: &'static str = "reopen_contradiction";
    type On = Product;
    type Outcome = ();
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(rule_of(&self.rule)?.decision)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<(), Fault> {
        let before = pair(cx, &on, &self.rule, &self.one, &self.other)?;
        let Some(until) = before.accepted_until else { return Ok(()) };
        let (one, other) = (before.one.id, before.other.id);
        cx.exec(
            "UPDATE contradiction SET accepted_until = NULL, accepted_by = NULL, reason = NULL
             WHERE product_id = $1 AND rule = $2 AND one_id = $3 AND other_id = $4",
            args![on.id, before.rule, one, other],
        )?;
        let changes =
            Changes::new().set("contradiction", &before.title).set("other_id", &other).unset("accepted_until", &until);
        on.also(cx, one)?.record(cx, "no longer accepts a contradiction", changes)?;
        Ok(())
    }
}
