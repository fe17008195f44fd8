use access::{Can, Changes, Cx, Fault, Rights};
use object::{Change, EditObject, Granted, Header, NewObject, Product, insert_link};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use store::{Sql, StoreError, args};
use utoipa::ToSchema;
use vocabulary::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SprintState {
    Planned,
    Active,
    Closed,
    Cancelled,
}

impl SprintState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Active => "active",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }
}
impl fmt::Display for SprintState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl FromStr for SprintState {
    type Err = StoreError;
    fn from_str(text: &str) -> Result<Self, StoreError> {
        [Self::Planned, Self::Active, Self::Closed, Self::Cancelled]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| StoreError::Other(format!("no sprint state: {text}")))
    }
}

/// Whether the goal was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Met,
    Partly,
    Missed,
}

impl Verdict {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Partly => "partly",
            Self::Missed => "missed",
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SprintPoints {
    /// In the sprint when it started.
    pub committed: f64,
    pub done: f64,
    pub total: f64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SprintItems {
    pub total: i64,
    pub done: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Sprint {
    pub id: ObjectId,
    pub reference: String,
    pub version: i64,
    pub name: String,
    pub goal: String,
    #[schema(value_type = String, format = "date")]
    pub starts: Date,
    #[schema(value_type = String, format = "date")]
    pub ends: Date,
    pub state: SprintState,
    /// Points the team means to take in.
    pub capacity: Option<f64>,
    pub verdict: Option<String>,
    pub verdict_note: Option<String>,
    pub started_at: Option<Ts>,
    pub closed_at: Option<Ts>,
    pub points: SprintPoints,
    pub items: SprintItems,
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub can: Can,
}

/// Sprints that a list holds at most; at two weeks each, eight years.
const MOST: i64 = 200;

/// What the actor may decide about sprints of a product.
pub(crate) fn can(cx: &Cx<'_>, product: ProductId) -> Result<Can, Fault> {
    Ok(Rights::load(cx, product)?.can(&[
        Decision::SprintGoal,
        Decision::SprintScope,
        Decision::SprintRun,
        Decision::SprintCancel,
        Decision::Progress,
        Decision::Acceptance,
        Decision::Estimate,
    ]))
}

/// A product's sprints, the latest first.
pub fn sprints(cx: &Cx<'_>, name: &ProductName) -> Result<(Vec<Sprint>, Can), Fault> {
    let product = Product::load(cx, name)?;
    let mut sql = select();
    sql.with(" WHERE s.product_id = ", product.id).push(" AND o.archived_at IS NULL");
    if !cx.actor.is_team(product.id) {
        sql.push(" AND o.visibility <> 'team'");
    }
    sql.with(" ORDER BY s.starts DESC, o.number DESC LIMIT ", MOST);
    let can = can(cx, product.id)?;
    Ok((read(cx, &sql, &can)?, can))
}

/// One sprint.
pub fn sprint(cx: &Cx<'_>, name: &ObjectName) -> Result<Sprint, Fault> {
    let header = Header::seen_kind(cx, name, Kind::Sprint)?;
    let mut sql = select();
    sql.with(" WHERE s.object_id = ", header.id);
    read(cx, &sql, &can(cx, header.product_id)?)?.into_iter().next().ok_or(Fault::not_found("sprint"))
}

/// What stays in a closed sprint is what its scope says; in an open one it is what lies in it now. What was given up or
/// put away unfinished is no part of it.
fn select() -> Sql {
    Sql::new(
        "SELECT s.object_id, k.key, o.number, o.version, o.title, s.goal, s.starts, s.ends, s.state, s.capacity,
            s.verdict, s.verdict_note, s.started_at, s.closed_at,
            COALESCE((SELECT sum(c.points) FROM sprint_scope c WHERE c.sprint_id = s.object_id AND c.committed = TRUE), 0.0),
            COALESCE((SELECT sum(i.points) FROM item i WHERE i.sprint_id = s.object_id AND i.category = 'done'), 0.0),
            COALESCE((SELECT sum(i.points) FROM item i WHERE i.sprint_id = s.object_id AND (i.open = TRUE OR i.category = 'done')), 0.0),
            (SELECT count(*) FROM item i WHERE i.sprint_id = s.object_id AND (i.open = TRUE OR i.category = 'done')),
            (SELECT count(*) FROM item i WHERE i.sprint_id = s.object_id AND i.category = 'done')
         FROM sprint s JOIN object o ON o.id = s.object_id JOIN product k ON k.id = s.product_id",
    )
}

fn read(cx: &Cx<'_>, sql: &Sql, can: &Can) -> Result<Vec<Sprint>, Fault> {
    Ok(cx.query(sql.text(), sql.args(), |row| {
        Ok(Sprint {
            id: row.get(0)?,
            reference: format!("{}-{}", row.get::<String>(1)?, row.get::<i64>(2)?),
            version: row.get(3)?,
            name: row.get(4)?,
            goal: row.get(5)?,
            starts: row.get(6)?,
            ends: row.get(7)?,
            state: row.get::<String>(8)?.parse()?,
            capacity: row.get(9)?,
            verdict: row.get(10)?,
            verdict_note: row.get(11)?,
            started_at: row.get(12)?,
            closed_at: row.get(13)?,
            points: SprintPoints { committed: row.get(14)?, done: row.get(15)?, total: row.get(16)? },
            items: SprintItems { total: row.get(17)?, done: row.get(18)? },
            can: can.clone(),
        })
    })?)
}

/// The longest sprint, in days; Scrum says a month or less.
const LONGEST: i32 = 31;

pub(crate) fn check_dates(starts: Date, ends: Date) -> Result<(), Fault> {
    let days = (ends - starts).get_days();
    if days < 0 {
        Err(Fault::invalid("ends", "A sprint ends after it starts."))
    } else if days > LONGEST {
        Err(Fault::invalid("ends", "A sprint is a month or less."))
    } else {
        Ok(())
    }
}

/// Plans a new sprint.
#[derive(Debug, Serialize, Deserialize)]
pub struct PlanSprint {
    pub product: ProductName,
    pub name: Option<Title>,
    pub goal: Body,
    pub starts: Date,
    pub ends: Date,
    pub capacity: Option<Points>,
    pub objective: Option<ObjectName>,
}

impl Change for PlanSprint {
    const NAME: &'static str = "plan_sprint";
    type On = Product;
    type Outcome = ObjectId;
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(Decision::SprintRun)
    }
    fn further(&self) -> Vec<Decision> {
        if self.goal.as_str().is_empty() { Vec::new() } else { vec![Decision::SprintGoal] }
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<ObjectId, Fault> {
        check_dates(self.starts, self.ends)?;
        let (count,): (i64,) = cx.one("SELECT count(*) FROM sprint WHERE product_id = $1", args![on.id])?;
        let name = self.name.as_ref().map_or_else(|| format!("Sprint {}", count + 1), |name| name.to_string());
        let header = on.create(cx, NewObject::new(cx, Kind::Sprint, &name, ""))?;
        cx.exec(
            "INSERT INTO sprint (object_id, product_id, goal, starts, ends, state, capacity)
             VALUES ($1, $2, $3, $4, $5, 'planned', $6)",
            args![header.id, on.id, &self.goal, self.starts, self.ends, self.capacity],
        )?;
        if let Some(objective) = &self.objective {
            let to = Header::seen_kind(cx, objective, Kind::Objective)
                .ok()
                .filter(|to| to.product_id == on.id)
                .ok_or_else(|| Fault::invalid("objective", "There is no such objective in this product."))?;
            insert_link(cx, &header, Relation::Serves, &to)?;
        }
        let changes = Changes::new()
            .set("title", &name)
            .set("goal", &self.goal)
            .set("starts", &self.starts)
            .set("ends", &self.ends);
        Ok(header.record_created(cx, "planned", changes)?.id)
    }
}

/// Changes a sprint's name, goal, dates or capacity.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct EditSprint {
    pub sprint: ObjectName,
    pub version: Option<i64>,
    pub name: Option<Title>,
    pub goal: Option<Body>,
    pub starts: Option<Date>,
    pub ends: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "object::present")]
    pub capacity: Option<Option<Points>>,
}

impl Change for EditSprint {
    const NAME: &'static str = "edit_sprint";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.sprint.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(if self.goal.is_some() { Decision::SprintGoal } else { Decision::SprintRun })
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        let before = sprint(cx, &id.into())?;
        on.at_version(self.version, || {
            Ok(serde_json::to_value(&before).map_err(|e| StoreError::Other(e.to_string()))?)
        })?;
        let (starts, ends) = (self.starts.unwrap_or(before.starts), self.ends.unwrap_or(before.ends));
        check_dates(starts, ends)?;
        let goal = self.goal.as_ref().map_or(before.goal.as_str(), Body::as_str);
        let capacity = self.capacity.map_or(before.capacity, |points| points.map(Points::get));
        let changes = EditObject::text(id, self.name.clone(), None).store(cx, &on)?;
        cx.exec(
            "UPDATE sprint SET goal = $1, starts = $2, ends = $3, capacity = $4 WHERE object_id = $5",
            args![goal, starts, ends, capacity, id],
        )?;
        let changes = changes
            .field("goal", &before.goal.as_str(), &goal)
            .field("starts", &before.starts, &starts)
            .field("ends", &before.ends, &ends)
            .field("capacity", &before.capacity, &capacity);
        on.record(cx, "edited", changes)?;
        Ok(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sprint_is_a_month_or_less() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert!(check_dates(day("2026-11-02"), day("2026-11-13")).is_ok());
        assert!(check_dates(day("2026-11-13"), day("2026-11-02")).is_err());
        assert!(check_dates(day("2026-11-01"), day("2026-12-15")).is_err());
    }
}
