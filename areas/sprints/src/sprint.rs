use access::{Can, Changes, Cx, Fault, Rights};
use object::{Change, EditObject, Granted, Header, NewObject, Product, insert_link, relations};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use store::{Sql, StoreError, args};
use utoipa::ToSchema;
use vocabulary::*;
use web::{Cursor, Page, Rows};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SprintState {
    Planned,
    Active,
    Closed,
    Cancelled,
}

impl SprintState {
    /// What is over stays as it was.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Cancelled)
    }

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

#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct SprintPoints {
    /// In the sprint when it started.
    pub committed: f64,
    pub done: f64,
    pub total: f64,
}

#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
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
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
}

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
pub fn sprints(cx: &Cx<'_>, name: &ProductName, page: &Page) -> Result<(Rows<Sprint>, Can), Fault> {
    let product = Product::load(cx, name)?;
    let mut sql = Sql::new(SELECT);
    sql.with(" WHERE s.product_id = ", product.id).push(" AND o.archived_at IS NULL");
    sql.push(object::seen!(cx, product.id, "o"));
    if let Some(cursor) = &page.after {
        sql.with(" AND (s.starts, s.object_id) < (", cursor.key.as_str()).with(", ", cursor.id).push(")");
    }
    sql.with(" ORDER BY s.starts DESC, s.object_id DESC LIMIT ", page.limit + 1);
    let can = can(cx, product.id)?;
    Ok((page.cut(read(cx, product.id, &sql, &can)?, |sprint| Cursor::new(sprint.starts, sprint.id)), can))
}

/// One sprint.
pub fn sprint(cx: &Cx<'_>, name: &ObjectName) -> Result<Sprint, Fault> {
    let header = Header::seen_kind(cx, name, Kind::Sprint)?;
    let mut sql = Sql::new(SELECT);
    sql.with(" WHERE s.object_id = ", header.id);
    read(cx, header.product_id, &sql, &can(cx, header.product_id)?)?
        .into_iter()
        .next()
        .ok_or(Fault::not_found("sprint"))
}

const SELECT: &str = "SELECT s.object_id, k.key, o.number, o.version, o.title, s.goal, s.starts, s.ends, s.state,
    s.capacity, s.verdict, s.verdict_note, s.started_at, s.closed_at
    FROM sprint s JOIN object o ON o.id = s.object_id JOIN product k ON k.id = s.product_id";

fn read(cx: &Cx<'_>, product: ProductId, sql: &Sql, can: &Can) -> Result<Vec<Sprint>, Fault> {
    let mut found = cx.query(sql.text(), sql.args(), |row| {
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
            points: SprintPoints::default(),
            items: SprintItems::default(),
            can: can.clone(),
        })
    })?;
    let totals = totals(cx, product, found.iter().map(|sprint| sprint.id))?;
    for sprint in &mut found {
        (sprint.points, sprint.items) = totals.get(&sprint.id).copied().unwrap_or_default();
    }
    Ok(found)
}

/// Narrows a select of stays `c` in sprints to those of items that the reader may see.
pub(crate) fn seen(cx: &Cx<'_>, product: ProductId) -> &'static str {
    if cx.actor.is_team(product) {
        ""
    } else {
        " AND NOT EXISTS (SELECT 1 FROM object h WHERE h.id = c.item_id AND h.visibility = 'team')"
    }
}

/// What is in each sprint: as its items are now, or where it is over as they were at its end. What is given up or put
/// away is no part of it.
fn totals(
    cx: &Cx<'_>,
    product: ProductId,
    sprints: impl Iterator<Item = ObjectId>,
) -> Result<HashMap<ObjectId, (SprintPoints, SprintItems)>, Fault> {
    let mut sql = Sql::new(
        "SELECT sprint_id, sum(committed), sum(CASE WHEN counts THEN points END),
                sum(CASE WHEN done THEN points END), count(CASE WHEN counts THEN 1 END), count(CASE WHEN done THEN 1 END)
         FROM (
             SELECT c.sprint_id, CASE WHEN c.committed THEN c.points END AS committed,
                    c.outcome IS NOT NULL AS counts, c.outcome = 'done' AS done, c.final_points AS points
             FROM sprint_scope c JOIN sprint s ON s.object_id = c.sprint_id
             WHERE s.state IN ('closed', 'cancelled') AND c.sprint_id IN",
    );
    let sprints: Vec<ObjectId> = sprints.collect();
    sql.within("", sprints.iter().copied()).push(seen(cx, product)).push(
        "    UNION ALL
             SELECT c.sprint_id, CASE WHEN c.committed THEN c.points END,
                    o.archived_at IS NULL AND i.category <> 'cancelled', o.archived_at IS NULL AND i.category = 'done',
                    i.points
             FROM sprint_scope c JOIN sprint s ON s.object_id = c.sprint_id
             LEFT JOIN item i ON i.object_id = c.item_id AND c.removed_at IS NULL
             LEFT JOIN object o ON o.id = i.object_id
             WHERE s.state IN ('planned', 'active') AND c.sprint_id IN",
    );
    sql.within("", sprints.iter().copied()).push(seen(cx, product)).push(") c GROUP BY sprint_id");
    let rows = cx.query(sql.text(), sql.args(), |row| {
        let points = |column| Ok::<_, StoreError>(row.get::<Option<f64>>(column)?.unwrap_or_default());
        let points = SprintPoints { committed: points(1)?, total: points(2)?, done: points(3)? };
        Ok((row.get(0)?, (points, SprintItems { total: row.get(4)?, done: row.get(5)? })))
    })?;
    Ok(rows.into_iter().collect())
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
        let goal = (!self.goal.as_str().is_empty()).then_some(Decision::SprintGoal);
        goal.into_iter().chain(self.objective.as_ref().map(|_| Decision::Link)).collect()
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
        let mut changes = Changes::new()
            .set("title", &name)
            .set("goal", &self.goal)
            .set("starts", &self.starts)
            .set("ends", &self.ends);
        if let Some(objective) = &self.objective {
            let missing = || Fault::invalid("objective", "There is no such objective in this product.");
            let to = Header::seen_kind(cx, objective, Kind::Objective).map_err(|fault| fault.or_missing(missing()))?;
            if to.product_id != on.id {
                return Err(missing());
            }
            insert_link(cx, &header, Relation::Serves, &to)?;
            changes = changes.set(relations::rule(Relation::Serves).label, &to.reference());
        }
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
    fn further(&self) -> Vec<Decision> {
        let runs = self.name.is_some() || self.starts.is_some() || self.ends.is_some() || self.capacity.is_some();
        runs.then_some(Decision::SprintRun).into_iter().collect()
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        let before = sprint(cx, &id.into())?;
        on.at_version(self.version, || {
            Ok(serde_json::to_value(&before).map_err(|e| StoreError::Other(e.to_string()))?)
        })?;
        let plans = self.goal.is_some() || self.starts.is_some() || self.ends.is_some() || self.capacity.is_some();
        if plans && before.state.is_over() {
            let message = format!("{} is {}; what it set out to do stays as it was.", before.name, before.state);
            return Err(Fault::broken("sprint-over", message));
        }
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
