//! When what happened to a product's feedback, and to what it asks for: each question asked once for the whole product.

use super::times::{Known, LoopStation, LoopTimes, first};
use access::{Cx, Fault};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use store::{Sql, StoreError, args};
use vocabulary::*;

/// A piece of feedback and its way so far.
pub(super) struct Heard {
    pub id: ObjectId,
    pub customer: Option<ObjectId>,
    pub state: String,
    pub times: LoopTimes,
}

impl Heard {
    /// The station it comes to next; none once its customer has an answer.
    pub fn waits_for(&self) -> Option<LoopStation> {
        let times = &self.times;
        match self.state.as_str() {
            "new" if times.triaged_at.is_none() => Some(LoopStation::Triaged),
            "new" | "triaged" if times.decided_at.is_none() => Some(LoopStation::Decided),
            "new" | "triaged" if times.shipped_at.is_none() => Some(LoopStation::Shipped),
            "new" | "triaged" => Some(LoopStation::Told),
            _ => None,
        }
    }

    /// Its place among those who wait.
    pub fn place(&self) -> (Date, ObjectId) {
        (self.times.received_on, self.id)
    }
}

type Moments = HashMap<ObjectId, Ts>;

/// All feedback of a product that one may see and that is not put away.
pub(super) fn heard(cx: &Cx<'_>, product: ProductId) -> Result<Vec<Heard>, Fault> {
    let away = away(cx, product)?;
    let rows: Vec<(ObjectId, Option<ObjectId>, String, Date)> = cx.rows(
        "SELECT object_id, customer_id, state, received_on FROM feedback WHERE product_id = $1",
        args![product],
    )?;
    let triage = triage(cx, product)?;
    let told = told(cx, product)?;
    let ways = Ways::load(cx, product, away)?;
    let committed = ways.up(sprinted(cx, product)?, begun(cx, product)?);
    let shipped = ways.up(shipped(cx, product)?, Moments::new());
    let asks: Vec<(ObjectId, ObjectId, Ts)> = cx.rows(
        "SELECT from_id, to_id, created_at FROM link WHERE relation = 'asks_for' AND product_id = $1",
        args![product],
    )?;
    let committed = of_feedback(&asks, &committed);
    let shipped = of_feedback(&asks, &shipped);
    let one = |(id, customer, state, received_on): (ObjectId, Option<ObjectId>, String, Date)| {
        let (triaged, answered) = triage.get(&id).copied().unwrap_or_default();
        let is_answered = matches!(state.as_str(), "declined" | "postponed");
        let known = Known {
            // What was put back waits for triage again.
            triaged: triaged.filter(|_| state != "new"),
            answered: answered.filter(|_| is_answered),
            committed: committed.get(&id).copied(),
            shipped: shipped.get(&id).copied().filter(|_| !is_answered),
            told: told.get(&id).copied(),
        };
        Heard { id, customer, state, times: LoopTimes::of(received_on, &known) }
    };
    Ok(rows.into_iter().filter(|row| !ways.away.contains(&row.0)).map(one).collect())
}

/// What is put away, or not to be seen.
fn away(cx: &Cx<'_>, product: ProductId) -> Result<HashSet<ObjectId>, Fault> {
    let mut sql = Sql::new("SELECT o.id FROM object o WHERE (o.archived_at IS NOT NULL");
    if !cx.actor.is_team(product) {
        sql.push(" OR o.visibility = 'team'");
    }
    sql.with(") AND o.product_id = ", product);
    Ok(cx.rows::<(ObjectId,)>(sql.text(), sql.args())?.into_iter().map(|(id,)| id).collect())
}

/// An event that moved feedback or an initiative.
#[derive(Deserialize)]
struct Moved<'e> {
    #[serde(borrow)]
    state: Option<(Option<&'e str>, Option<&'e str>)>,
    #[serde(borrow)]
    lane: Option<(Option<&'e str>, Option<&'e str>)>,
}

impl<'e> Moved<'e> {
    fn read(changes: &'e str) -> Result<Self, StoreError> {
        serde_json::from_str(changes).map_err(|e| StoreError::Other(e.to_string()))
    }
}

/// When feedback left `new` for the first time, and when it was last declined or postponed.
fn triage(cx: &Cx<'_>, product: ProductId) -> Result<HashMap<ObjectId, (Option<Ts>, Option<Ts>)>, Fault> {
    let mut found: HashMap<ObjectId, (Option<Ts>, Option<Ts>)> = HashMap::new();
    cx.query(
        r#"SELECT a.object_id, a.at, a.changes FROM feedback f JOIN activity a ON a.object_id = f.object_id
           WHERE f.product_id = $1 AND f.state <> 'new' AND a.changes LIKE '%"state":[%'"#,
        args![product],
        |row| {
            let (id, at): (ObjectId, Ts) = (row.get(0)?, row.get(1)?);
            let changes: String = row.get(2)?;
            if let Some((before, after)) = Moved::read(&changes)?.state {
                let (triaged, answered) = found.entry(id).or_default();
                if before == Some("new") {
                    *triaged = first([*triaged, Some(at)]);
                }
                if matches!(after, Some("declined" | "postponed")) {
                    *answered = (*answered).max(Some(at));
                }
            }
            Ok(())
        },
    )?;
    Ok(found)
}

/// When each customer was first told.
fn told(cx: &Cx<'_>, product: ProductId) -> Result<Moments, Fault> {
    let mut sql = Sql::new(
        "SELECT t.feedback_id, t.told_at FROM release r JOIN telling t ON t.release_id = r.object_id
         JOIN object o ON o.id = r.object_id WHERE TRUE",
    );
    sql.push(object::seen!(cx, product, "o")).with(" AND r.product_id = ", product);
    Ok(earliest(cx.rows::<(ObjectId, Ts)>(sql.text(), sql.args())?))
}

/// An item, what it is part of, and when something happened to it.
type Part = (ObjectId, Option<ObjectId>, Option<ObjectId>, Ts);

/// When items came into a sprint. What is cancelled since waits for a decision again.
fn sprinted(cx: &Cx<'_>, product: ProductId) -> Result<Vec<Part>, Fault> {
    let mut sql = Sql::new(
        "SELECT i.object_id, i.parent_id, w.parent_id, s.added_at FROM sprint p
         JOIN object o ON o.id = p.object_id JOIN sprint_scope s ON s.sprint_id = p.object_id
         JOIN item i ON i.object_id = s.item_id LEFT JOIN item w ON w.object_id = i.parent_id
         WHERE i.category <> 'cancelled'",
    );
    sql.push(object::seen!(cx, product, "o")).with(" AND p.product_id = ", product);
    Ok(cx.rows(sql.text(), sql.args())?)
}

/// When releases shipped, with each item in them.
fn shipped(cx: &Cx<'_>, product: ProductId) -> Result<Vec<Part>, Fault> {
    let mut sql = Sql::new(
        "SELECT i.object_id, i.parent_id, w.parent_id, r.shipped_at FROM release r
         JOIN object o ON o.id = r.object_id
         JOIN item i ON i.release_id = r.object_id LEFT JOIN item w ON w.object_id = i.parent_id
         WHERE r.shipped_at IS NOT NULL AND o.archived_at IS NULL AND i.category <> 'cancelled'",
    );
    sql.push(object::seen!(cx, product, "o")).with(" AND r.product_id = ", product);
    Ok(cx.rows(sql.text(), sql.args())?)
}

/// When initiatives first entered the lane `now`.
fn begun(cx: &Cx<'_>, product: ProductId) -> Result<Moments, Fault> {
    let mut begun = Vec::new();
    cx.query(
        r#"SELECT a.object_id, a.at, a.changes FROM initiative n JOIN activity a ON a.object_id = n.object_id
           WHERE n.product_id = $1 AND a.changes LIKE '%"lane":[%'"#,
        args![product],
        |row| {
            let changes: String = row.get(2)?;
            if let Some((_, Some("now"))) = Moved::read(&changes)?.lane {
                begun.push((row.get(0)?, row.get(1)?));
            }
            Ok(())
        },
    )?;
    Ok(earliest(begun))
}

fn earliest(rows: impl IntoIterator<Item = (ObjectId, Ts)>) -> Moments {
    let mut moments = Moments::new();
    for (id, at) in rows {
        note(&mut moments, id, at);
    }
    moments
}

fn note(moments: &mut Moments, id: ObjectId, at: Ts) {
    moments.entry(id).and_modify(|first| *first = (*first).min(at)).or_insert(at);
}

/// The links by which something leads to what feedback asks for: as in the audience of a release.
struct Ways {
    delivers: Vec<(ObjectId, ObjectId)>,
    addresses: Vec<(ObjectId, ObjectId)>,
    /// Through these nothing leads on.
    away: HashSet<ObjectId>,
}

impl Ways {
    fn load(cx: &Cx<'_>, product: ProductId, away: HashSet<ObjectId>) -> Result<Self, Fault> {
        let ends = "SELECT from_id, to_id FROM link WHERE relation = $1 AND product_id = $2";
        Ok(Self {
            delivers: cx.rows(ends, args![Relation::Delivers, product])?,
            addresses: cx.rows(ends, args![Relation::Addresses, product])?,
            away,
        })
    }

    /// When something first happened to each thing that is led to: to an item, to what it is part of, to what these
    /// deliver, and to what any of them addresses. `beside` are moments of initiatives themselves.
    fn up(&self, parts: Vec<Part>, beside: Moments) -> Moments {
        let is_there = |id: &ObjectId| !self.away.contains(id);
        let mut moments = beside;
        moments.retain(|id, _| is_there(id));
        for (item, parent, above, at) in parts {
            for id in [Some(item), parent, above].into_iter().flatten().take_while(is_there) {
                note(&mut moments, id, at);
            }
        }
        for ways in [&self.delivers, &self.addresses] {
            let led: Vec<(ObjectId, Ts)> =
                ways.iter().filter_map(|(from, to)| Some((*to, *moments.get(from)?))).collect();
            for (to, at) in led.into_iter().filter(|(to, _)| is_there(to)) {
                note(&mut moments, to, at);
            }
        }
        moments
    }
}

/// When it first happened to something feedback asks for; not before it asked.
fn of_feedback(asks: &[(ObjectId, ObjectId, Ts)], moments: &Moments) -> Moments {
    earliest(asks.iter().filter_map(|(feedback, about, asked)| Some((*feedback, (*moments.get(about)?).max(*asked)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_to_a_part_leads_up_to_what_is_asked_for() {
        let [subtask, story, epic, initiative, opportunity, other] = std::array::from_fn(|_| ObjectId::new());
        let delivers = vec![(epic, initiative)];
        let addresses = vec![(initiative, opportunity), (other, story)];
        let mut ways = Ways { delivers, addresses, away: HashSet::new() };
        let moments =
            ways.up(vec![(subtask, Some(story), Some(epic), Ts(7)), (story, Some(epic), None, Ts(5))], Moments::new());
        let expected = [(subtask, 7), (story, 5), (epic, 5), (initiative, 5), (opportunity, 5)];
        assert_eq!(moments, expected.into_iter().map(|(id, at)| (id, Ts(at))).collect());
        let begun = ways.up(Vec::new(), Moments::from([(initiative, Ts(3))]));
        assert_eq!(begun, Moments::from([(initiative, Ts(3)), (opportunity, Ts(3))]));
        // Through what is put away nothing leads on.
        ways.away.insert(initiative);
        assert_eq!(ways.up(Vec::new(), Moments::from([(initiative, Ts(3))])), Moments::new());
        ways.away.insert(story);
        assert_eq!(
            ways.up(vec![(subtask, Some(story), Some(epic), Ts(7))], Moments::new()),
            Moments::from([(subtask, Ts(7))])
        );
    }

    #[test]
    fn nothing_happens_to_feedback_before_it_asks() {
        let [early, late, one, two] = std::array::from_fn(|_| ObjectId::new());
        let asks = [(early, one, Ts(1)), (early, two, Ts(1)), (late, one, Ts(9))];
        let moments = Moments::from([(one, Ts(5)), (two, Ts(4))]);
        assert_eq!(of_feedback(&asks, &moments), Moments::from([(early, Ts(4)), (late, Ts(9))]));
    }

    #[test]
    fn who_has_an_answer_waits_no_more() {
        let heard = |state: &str, known: &Known| {
            let times = LoopTimes::of("2026-03-01".parse().unwrap(), known);
            Heard { id: ObjectId::new(), customer: None, state: state.to_owned(), times }.waits_for()
        };
        let committed = Known { committed: Some(Ts(1)), ..Known::default() };
        let shipped = Known { shipped: Some(Ts(1)), ..Known::default() };
        assert_eq!(heard("new", &Known::default()), Some(LoopStation::Triaged));
        assert_eq!(heard("triaged", &Known::default()), Some(LoopStation::Decided));
        assert_eq!(heard("triaged", &committed), Some(LoopStation::Shipped));
        assert_eq!(heard("triaged", &shipped), Some(LoopStation::Told));
        for state in ["told", "declined", "postponed"] {
            assert_eq!(heard(state, &Known::default()), None);
        }
    }
}
