use super::rules::{RULES, named};
use super::settle::knowable;
use access::{Can, Cx, Fault, Rights, Verdict};
use object::{Header, PersonRef, Product, Stub, people, stubs};
use serde::{Deserialize, Serialize};
use store::Sql;
use utoipa::ToSchema;
use vocabulary::*;

/// Two things in one plan that cannot both be true as they stand; where a thing contradicts its own forecast, both are it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContradictionRow {
    /// The rule's name, as in `work-on-dropped`.
    pub rule: &'static str,
    /// What the rule is about: "Work on a dropped objective".
    pub title: &'static str,
    /// What contradicts what, with the days.
    pub sentence: String,
    pub one: Stub,
    pub other: Stub,
    pub since: Ts,
    /// The decision that resolves it.
    pub decision: Decision,
    /// Who can resolve it.
    pub roles: Vec<Role>,
    /// Accepted knowingly up to this day, by whom, and why; null where it is open.
    #[schema(value_type = Option<String>, format = "date")]
    pub accepted_until: Option<Date>,
    pub accepted_by: Option<PersonRef>,
    pub reason: Option<String>,
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
}

/// What contradicts what, what has for longest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Contradictions {
    /// The first 500.
    pub rows: Vec<ContradictionRow>,
    pub total: i64,
}

/// Whether somebody accepted it, up to a day that is not over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ContradictionState {
    #[default]
    Open,
    Accepted,
    All,
}

const MOST: usize = 500;

const COLUMNS: &str =
    "SELECT c.rule, c.one_id, c.other_id, c.sentence, c.since, c.accepted_until, c.accepted_by, c.reason";

/// The contradictions whose both ends the reader may see.
fn select(cx: &Cx<'_>, product: ProductId, columns: &'static str, state: ContradictionState) -> Sql {
    let mut sql = Sql::new(columns);
    sql.push(" FROM contradiction c JOIN object o ON o.id = c.one_id JOIN object s ON s.id = c.other_id");
    sql.with(" WHERE c.product_id = ", product);
    sql.push(object::seen!(cx, product, "o")).push(object::seen!(cx, product, "s"));
    let today = cx.now.date();
    match state {
        ContradictionState::Open => {
            sql.with(" AND (c.accepted_until IS NULL OR c.accepted_until < ", today).push(")");
        }
        ContradictionState::Accepted => {
            sql.with(" AND c.accepted_until >= ", today);
        }
        ContradictionState::All => {}
    }
    sql
}

/// Reads at most so many of a [`select`] of [`COLUMNS`].
fn read(cx: &Cx<'_>, product: &Product, sql: &mut Sql, limit: usize) -> Result<Vec<ContradictionRow>, Fault> {
    let known = knowable(cx, product)?;
    sql.push(" ORDER BY c.since, c.rule, c.one_id, c.other_id");
    if known.is_none() {
        sql.with(" LIMIT ", limit);
    }
    type Stored = (String, ObjectId, ObjectId, String, Ts, Option<Date>, Option<PersonId>, Option<String>);
    let mut stored: Vec<Stored> = cx.rows(sql.text(), sql.args())?;
    if stored.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(known) = known {
        stored.retain_mut(|row| {
            let says = named(&row.0).and_then(|rule| known.get(&(rule.name, row.1, row.2)));
            says.is_some_and(|says| {
                row.3.clone_from(says);
                true
            })
        });
        stored.truncate(limit);
    }
    let stubs = stubs(cx, &stored.iter().flat_map(|row| [row.1, row.2]).collect::<Vec<_>>())?;
    let people = people(cx, stored.iter().map(|row| row.6))?;
    let rights = Rights::load(cx, product.id)?;
    let today = cx.now.date();
    let row = |(rule, one, other, sentence, since, until, by, reason): Stored| {
        let rule = named(&rule)?;
        // What was accepted until a day that is over is open again.
        let accepted_until = until.filter(|until| *until >= today);
        Some(ContradictionRow {
            rule: rule.name,
            title: rule.title,
            sentence,
            one: stubs.get(&one)?.clone(),
            other: stubs.get(&other)?.clone(),
            since,
            decision: rule.decision,
            roles: rights.deciding(rule.decision),
            accepted_until,
            accepted_by: by.filter(|_| accepted_until.is_some()).and_then(|id| people.get(&id).cloned()),
            reason: reason.filter(|_| accepted_until.is_some()),
            can: rights.can(&[rule.decision]),
        })
    };
    Ok(stored.into_iter().filter_map(row).collect())
}

pub(crate) fn contradictions(
    cx: &Cx<'_>,
    name: &ProductName,
    state: ContradictionState,
) -> Result<Contradictions, Fault> {
    let product = Product::load(cx, name)?;
    let mut list = select(cx, product.id, COLUMNS, state);
    if cx.actor.is_team(product.id) {
        let count = select(cx, product.id, "SELECT count(*)", state);
        let (total,) = cx.one(count.text(), count.args())?;
        return Ok(Contradictions { rows: read(cx, &product, &mut list, MOST)?, total });
    }
    let mut rows = read(cx, &product, &mut list, usize::MAX)?;
    let total = rows.len() as i64;
    rows.truncate(MOST);
    Ok(Contradictions { rows, total })
}

/// Those that name one object, accepted ones among them.
pub(crate) fn contradictions_of(cx: &Cx<'_>, name: &ObjectName) -> Result<Vec<ContradictionRow>, Fault> {
    let header = Header::seen(cx, name)?;
    let product = Product::load(cx, &header.product_id.into())?;
    let mut sql = select(cx, product.id, COLUMNS, ContradictionState::All);
    sql.with(" AND (c.one_id = ", header.id).with(" OR c.other_id = ", header.id).push(")");
    read(cx, &product, &mut sql, MOST)
}

/// One of them.
pub(crate) fn contradiction(
    cx: &Cx<'_>,
    product: &Product,
    rule: &str,
    one: ObjectId,
    other: ObjectId,
) -> Result<ContradictionRow, Fault> {
    let mut sql = select(cx, product.id, COLUMNS, ContradictionState::All);
    sql.with(" AND c.rule = ", rule).with(" AND c.one_id = ", one).with(" AND c.other_id = ", other);
    let found = read(cx, product, &mut sql, 1)?.pop();
    found.ok_or(Fault::not_found("contradiction"))
}

/// The open ones that are the reader's to resolve, what has waited for longest first.
pub fn contradictions_to_resolve(cx: &Cx<'_>, product: &Product, limit: usize) -> Result<Vec<ContradictionRow>, Fault> {
    let rights = Rights::load(cx, product.id)?;
    let own = RULES.iter().filter(|rule| rights.decide(rule.decision) == Verdict::Allow).map(|rule| rule.name);
    let mut sql = select(cx, product.id, COLUMNS, ContradictionState::Open);
    sql.within(" AND c.rule IN", own);
    read(cx, product, &mut sql, limit)
}
