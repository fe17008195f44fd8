use crate::release::ReleaseAudience;
use access::{Cx, Fault};
use feedback::CustomerRef;
use object::{Header, PersonRef, Stub, people, stubs};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use store::Sql;
use utoipa::ToSchema;
use vocabulary::*;

/// A piece of feedback that asks for something in a release.
#[derive(Debug, Serialize, ToSchema)]
pub struct AudienceRow {
    pub feedback: Stub,
    pub customer: Option<CustomerRef>,
    /// What it asks for, through which it reaches the release.
    pub because: Vec<Stub>,
    pub told: Option<Told>,
}

/// That the customer was told.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Told {
    pub at: Ts,
    pub by: Option<PersonRef>,
    pub text: String,
    pub channel: Option<String>,
}

/// Pieces of feedback that are shown; those still waiting come first.
const MOST: usize = 5000;
/// Ways by which they may reach the release, all together.
const MOST_WAYS: usize = 20_000;
/// Releases whose audiences are counted in one statement.
const AT_ONCE: usize = 100;

/// Who asks for what is in some releases, as `reached (release_id, feedback_id, because_id)`. Feedback reaches a release
/// through an item in it, what that item is part of, the initiatives these deliver and the opportunities any of them
/// address. What was told stays in the audience even when the link is gone; what is put away does not enter it.
/// (`CROSS JOIN` has SQLite start from the release instead of reading every link.)
fn reached(releases: &[ObjectId]) -> Sql {
    let mut sql = Sql::new(
        "WITH RECURSIVE work (release_id, id) AS (
             SELECT i.release_id, i.object_id FROM item i JOIN object o ON o.id = i.object_id
             WHERE i.category <> 'cancelled' AND o.archived_at IS NULL AND i.release_id IN",
    );
    sql.within("", releases.iter().copied()).push(
        "    UNION
             SELECT w.release_id, i.parent_id FROM work w JOIN item i ON i.object_id = w.id
             WHERE i.parent_id IS NOT NULL
         ),
         aim (release_id, id) AS (
             SELECT release_id, id FROM work
             UNION
             SELECT w.release_id, l.to_id FROM work w JOIN link l ON l.from_id = w.id AND l.relation = 'delivers'
         ),
         stop (release_id, id) AS (
             SELECT release_id, id FROM aim
             UNION
             SELECT a.release_id, l.to_id FROM aim a JOIN link l ON l.from_id = a.id AND l.relation = 'addresses'
         ),
         reached (release_id, feedback_id, because_id) AS (
             SELECT s.release_id, l.from_id, l.to_id
             FROM stop s CROSS JOIN link l JOIN object o ON o.id = l.from_id AND o.archived_at IS NULL
             WHERE l.to_id = s.id AND l.relation = 'asks_for'
             UNION
             SELECT t.release_id, t.feedback_id, NULL FROM telling t WHERE t.release_id IN",
    );
    sql.within("", releases.iter().copied()).push(") ");
    sql
}

/// How many asked for what is in each release, and how many of them were told. A release nobody asked for is left out.
pub fn audiences(
    cx: &Cx<'_>,
    product: ProductId,
    releases: &[ObjectId],
) -> Result<HashMap<ObjectId, ReleaseAudience>, Fault> {
    let mut counted = HashMap::with_capacity(releases.len());
    for some in releases.chunks(AT_ONCE) {
        let mut sql = reached(some);
        sql.push(
            "SELECT r.release_id, count(DISTINCT r.feedback_id), count(DISTINCT t.feedback_id)
             FROM reached r JOIN object o ON o.id = r.feedback_id
             LEFT JOIN telling t ON t.release_id = r.release_id AND t.feedback_id = r.feedback_id WHERE TRUE",
        );
        sql.push(object::seen!(cx, product, "o")).push(" GROUP BY r.release_id");
        let rows: Vec<(ObjectId, i64, i64)> = cx.rows(sql.text(), sql.args())?;
        counted.extend(rows.into_iter().map(|(id, asked, told)| (id, ReleaseAudience { asked, told })));
    }
    Ok(counted)
}

/// Who is to be told of a release, and who was.
pub fn audience(cx: &Cx<'_>, name: &ObjectName) -> Result<Vec<AudienceRow>, Fault> {
    of(cx, &Header::seen_kind(cx, name, Kind::Release)?)
}

struct Found {
    feedback: ObjectId,
    customer: Option<CustomerRef>,
    because: Vec<ObjectId>,
    told: Option<(Told, Option<PersonId>)>,
}

pub(crate) fn of(cx: &Cx<'_>, release: &Header) -> Result<Vec<AudienceRow>, Fault> {
    let mut sql = reached(&[release.id]);
    sql.push(
        "SELECT r.feedback_id, r.because_id, t.told_at, t.told_by, t.text, t.channel,
                c.id, c.number, c.title, u.segment, u.value, c.visibility
         FROM reached r JOIN feedback f ON f.object_id = r.feedback_id JOIN object o ON o.id = r.feedback_id
         LEFT JOIN telling t ON t.release_id = r.release_id AND t.feedback_id = r.feedback_id
         LEFT JOIN object c ON c.id = f.customer_id LEFT JOIN customer u ON u.object_id = f.customer_id
         WHERE TRUE",
    );
    sql.push(object::seen!(cx, release.product_id, "o")).push(
        " ORDER BY CASE WHEN t.told_at IS NULL THEN 0 ELSE 1 END, f.received_on DESC, r.feedback_id DESC, r.because_id",
    )
    .with(" LIMIT ", MOST_WAYS);
    let mut found: Vec<Found> = Vec::new();
    cx.query(sql.text(), sql.args(), |row| {
        let feedback: ObjectId = row.get(0)?;
        let because: Option<ObjectId> = row.get(1)?;
        if let Some(last) = found.last_mut().filter(|last| last.feedback == feedback) {
            last.because.extend(because);
            return Ok(());
        }
        let told = match row.get::<Option<Ts>>(2)? {
            Some(at) => {
                let channel = row.get::<Option<String>>(5)?.filter(|channel| !channel.is_empty());
                Some((Told { at, by: None, text: row.get(4)?, channel }, row.get(3)?))
            }
            None => None,
        };
        let visibility: Option<Visibility> = row.get(11)?;
        let customer = match row.get::<Option<ObjectId>>(6)? {
            Some(id) if visibility.is_some_and(|v| cx.actor.reads(release.product_id, v)) => Some(CustomerRef {
                id,
                reference: format!("{}-{}", release.key, row.get::<i64>(7)?),
                name: row.get(8)?,
                segment: row.get(9)?,
                value: row.get(10)?,
            }),
            _ => None,
        };
        found.push(Found { feedback, customer, because: because.into_iter().collect(), told });
        Ok(())
    })?;
    found.truncate(MOST);
    let people = people(cx, found.iter().map(|row| row.told.as_ref().and_then(|(_, by)| *by)))?;
    let ids: HashSet<ObjectId> =
        found.iter().flat_map(|row| row.because.iter().copied().chain([row.feedback])).collect();
    let stubs = stubs(cx, &ids.into_iter().collect::<Vec<_>>())?;
    Ok(found
        .into_iter()
        .filter_map(|row| {
            Some(AudienceRow {
                feedback: stubs.get(&row.feedback)?.clone(),
                customer: row.customer,
                because: row.because.iter().filter_map(|id| stubs.get(id).cloned()).collect(),
                told: row.told.map(|(told, by)| Told { by: by.and_then(|id| people.get(&id).cloned()), ..told }),
            })
        })
        .collect())
}
