use access::{Changes, Cx, Fault};
use object::{Change, Granted, Header, PersonRef};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::{Sql, StoreError, args};
use utoipa::ToSchema;
use vocabulary::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = KeyResultUnit)]
pub enum Unit {
    Number,
    Percent,
    Currency,
    YesNo,
}

impl Unit {
    fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Percent => "percent",
            Self::Currency => "currency",
            Self::YesNo => "yes_no",
        }
    }

    fn stored(text: &str) -> Result<Self, StoreError> {
        [Self::Number, Self::Percent, Self::Currency, Self::YesNo]
            .into_iter()
            .find(|unit| unit.as_str() == text)
            .ok_or_else(|| StoreError::Other(format!("no unit: {text}")))
    }
}

/// Measurable evidence of reaching an objective.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyResult {
    pub id: KeyResultId,
    pub title: String,
    pub unit: Unit,
    pub baseline: f64,
    pub target: f64,
    /// The last reading, or the baseline.
    pub current: f64,
    /// How sure its owner is, 0 to 10, at the last reading.
    pub confidence: Option<i64>,
    /// The last hundred readings, oldest first.
    pub history: Vec<CheckIn>,
}

/// One reading.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckIn {
    pub at: Ts,
    pub value: f64,
    pub confidence: Option<i64>,
    pub note: String,
    pub by: Option<PersonRef>,
}

/// Readings shown of one key result.
const READINGS: i64 = 100;
/// More key results than this make an objective nobody remembers.
const MOST: i64 = 20;

/// The key results of some objectives, with their readings: two queries.
pub(crate) fn of(cx: &Cx<'_>, objectives: &[ObjectId]) -> Result<HashMap<ObjectId, Vec<KeyResult>>, Fault> {
    let mut results: HashMap<ObjectId, Vec<KeyResult>> = HashMap::new();
    if objectives.is_empty() {
        return Ok(results);
    }
    let mut history = readings(cx, objectives)?;
    let mut sql =
        Sql::new("SELECT objective_id, id, title, unit, baseline, target FROM key_result WHERE objective_id IN");
    sql.within("", objectives.iter().copied()).push(" ORDER BY objective_id, position, id");
    let stored: Vec<(ObjectId, KeyResultId, String, String, f64, f64)> = cx.rows(sql.text(), sql.args())?;
    for (objective, id, title, unit, baseline, target) in stored {
        let history = history.remove(&id).unwrap_or_default();
        let last = history.last();
        results.entry(objective).or_default().push(KeyResult {
            id,
            title,
            unit: Unit::stored(&unit)?,
            baseline,
            target,
            current: last.map_or(baseline, |reading| reading.value),
            confidence: last.and_then(|reading| reading.confidence),
            history,
        });
    }
    Ok(results)
}

fn readings(cx: &Cx<'_>, objectives: &[ObjectId]) -> Result<HashMap<KeyResultId, Vec<CheckIn>>, Fault> {
    let mut sql = Sql::new(
        "SELECT key_result_id, at, value, confidence, note, by_id FROM (
             SELECT c.key_result_id, c.at, c.value, c.confidence, c.note, c.by_id,
                    row_number() OVER (PARTITION BY c.key_result_id ORDER BY c.at DESC) AS place
             FROM check_in c JOIN key_result k ON k.id = c.key_result_id WHERE k.objective_id IN",
    );
    sql.within("", objectives.iter().copied())
        .with(") newest WHERE place <= ", READINGS)
        .push(" ORDER BY key_result_id, at");
    let stored: Vec<(KeyResultId, Ts, f64, Option<i64>, String, Option<PersonId>)> = cx.rows(sql.text(), sql.args())?;
    let people = object::people(cx, stored.iter().map(|row| row.5))?;
    let mut history: HashMap<KeyResultId, Vec<CheckIn>> = HashMap::new();
    for (id, at, value, confidence, note, by) in stored {
        let by = by.and_then(|id| people.get(&id).cloned());
        history.entry(id).or_default().push(CheckIn { at, value, confidence, note, by });
    }
    Ok(history)
}

/// A reading or a target: any number people can mean.
pub(crate) fn number(field: &str, value: f64) -> Result<f64, Fault> {
    if value.is_finite() && value.abs() <= 1e15 {
        Ok(value)
    } else {
        Err(Fault::invalid(field, "This number is too large."))
    }
}

/// The objective of a key result the actor may see.
pub(crate) fn objective_of(cx: &Cx<'_>, id: KeyResultId) -> Result<ObjectId, Fault> {
    let found: Option<(ObjectId,)> = cx.maybe("SELECT objective_id FROM key_result WHERE id = $1", args![id])?;
    let (objective,) = found.ok_or(Fault::not_found("key result"))?;
    Header::seen(cx, &objective.into()).map_err(|fault| fault.or_missing(Fault::not_found("key result")))?;
    Ok(objective)
}

#[derive(Debug, Serialize, Deserialize)]
pub struct AddKeyResult {
    pub objective: ObjectName,
    pub title: Title,
    pub unit: Unit,
    pub baseline: f64,
    pub target: f64,
}

impl Change for AddKeyResult {
    const NAME: &'static str = "add_key_result";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.objective.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Objectives)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        if on.kind != Kind::Objective {
            return Err(Fault::not_found("objective"));
        }
        on.living()?;
        let (count, last): (i64, i64) =
            cx.one("SELECT count(*), COALESCE(max(position), 0) FROM key_result WHERE objective_id = $1", args![id])?;
        if count >= MOST {
            return Err(Fault::broken("too-many-key-results", format!("An objective has at most {MOST} key results.")));
        }
        cx.exec(
            "INSERT INTO key_result (id, objective_id, position, title, unit, baseline, target, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            args![
                KeyResultId::new(),
                id,
                last + 1,
                &self.title,
                self.unit.as_str(),
                number("baseline", self.baseline)?,
                number("target", self.target)?,
                cx.now
            ],
        )?;
        let changes =
            Changes::new().set("key_result", &self.title).set("baseline", &self.baseline).set("target", &self.target);
        on.record(cx, "added a key result", changes)?;
        Ok(id)
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct EditKeyResult {
    pub objective: ObjectId,
    pub version: Option<i64>,
    pub key_result: KeyResultId,
    pub title: Option<Title>,
    pub unit: Option<Unit>,
    pub baseline: Option<f64>,
    pub target: Option<f64>,
}

impl Change for EditKeyResult {
    const NAME: &'static str = "edit_key_result";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.objective.into()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Objectives)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        on.at_version(self.version, || {
            let current = crate::objective(cx, &id.into())?;
            Ok(serde_json::to_value(current).map_err(|e| StoreError::Other(e.to_string()))?)
        })?;
        let (title, unit, baseline, target): (String, String, f64, f64) = cx
            .maybe("SELECT title, unit, baseline, target FROM key_result WHERE id = $1", args![self.key_result])?
            .ok_or(Fault::not_found("key result"))?;
        let new_title = self.title.as_ref().map_or(title.as_str(), Title::as_str);
        let new_unit = self.unit.map_or_else(|| unit.clone(), |unit| unit.as_str().to_owned());
        let new_baseline = number("baseline", self.baseline.unwrap_or(baseline))?;
        let new_target = number("target", self.target.unwrap_or(target))?;
        cx.exec(
            "UPDATE key_result SET title = $1, unit = $2, baseline = $3, target = $4 WHERE id = $5",
            args![new_title, &new_unit, new_baseline, new_target, self.key_result],
        )?;
        // The event is the objective's: it says which of its key results this is.
        let named = if new_title == title {
            Changes::new().set("key_result", &title)
        } else {
            Changes::new().field("key_result", &title.as_str(), &new_title)
        };
        let changes = named.field("unit", &unit, &new_unit).field("baseline", &baseline, &new_baseline).field(
            "target",
            &target,
            &new_target,
        );
        on.record(cx, "changed a key result", changes)?;
        Ok(id)
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RemoveKeyResult {
    pub objective: ObjectId,
    pub key_result: KeyResultId,
}

impl Change for RemoveKeyResult {
    const NAME: &'static str = "remove_key_result";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.objective.into()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Objectives)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        let (title,): (String,) = cx
            .maybe("SELECT title FROM key_result WHERE id = $1", args![self.key_result])?
            .ok_or(Fault::not_found("key result"))?;
        cx.exec("DELETE FROM check_in WHERE key_result_id = $1", args![self.key_result])?;
        cx.exec("DELETE FROM key_result WHERE id = $1", args![self.key_result])?;
        on.record(cx, "removed a key result", Changes::new().unset("key_result", &title))?;
        Ok(id)
    }
}

/// Takes a reading of a key result.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TakeReading {
    pub objective: ObjectId,
    pub key_result: KeyResultId,
    pub value: f64,
    pub confidence: Option<i64>,
    pub note: Body,
}

impl Change for TakeReading {
    const NAME: &'static str = "check_in";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.objective.into()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Objectives)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        on.living()?;
        let id = on.id;
        if self.confidence.is_some_and(|confidence| !(0..=10).contains(&confidence)) {
            return Err(Fault::invalid("confidence", "Confidence is a number from 0 to 10."));
        }
        let (title, before): (String, f64) = cx
            .maybe(
                "SELECT k.title, COALESCE((SELECT c.value FROM check_in c WHERE c.key_result_id = k.id
                     ORDER BY c.at DESC LIMIT 1), k.baseline) FROM key_result k WHERE k.id = $1",
                args![self.key_result],
            )?
            .ok_or(Fault::not_found("key result"))?;
        // Two readings in one microsecond would be one: the later stands.
        cx.exec(
            "INSERT INTO check_in (key_result_id, at, value, confidence, note, by_id) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (key_result_id, at) DO UPDATE SET value = excluded.value, confidence = excluded.confidence,
                 note = excluded.note, by_id = excluded.by_id",
            args![self.key_result, cx.now, number("value", self.value)?, self.confidence, &self.note, cx.person()],
        )?;
        let mut changes = Changes::new().set("key_result", &title).field("value", &before, &self.value);
        if let Some(confidence) = self.confidence {
            changes = changes.set("confidence", &confidence);
        }
        on.record(cx, "checked in", changes)?;
        Ok(id)
    }
}

impl CheckIn {
    /// Takes a reading, for what fills a product (the sample organisation).
    pub fn take(
        cx: &Cx<'_>,
        key_result: KeyResultId,
        value: f64,
        confidence: Option<i64>,
        note: &str,
    ) -> Result<ObjectId, Fault> {
        let note = Body::try_from(note).map_err(|message| Fault::invalid("note", message))?;
        let objective = objective_of(cx, key_result)?;
        object::carry_out(cx, &TakeReading { objective, key_result, value, confidence, note })
    }
}
