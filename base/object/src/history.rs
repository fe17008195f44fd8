use crate::{PersonRef, Stub, header};
use access::{Cx, Fault};
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;
use store::{Sql, StoreError};
use utoipa::ToSchema;
use uuid::Uuid;
use vocabulary::*;
use web::{Cursor, Page, Rows};

/// One event as people read it and as live updates carry it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Activity {
    /// Its place in the product's one order of events.
    pub seq: i64,
    pub product_id: Uuid,
    pub at: Ts,
    pub actor: Option<PersonRef>,
    pub via: String,
    pub verb: String,
    /// "moved: state Ready → In progress"
    pub sentence: String,
    pub object_id: Option<ObjectId>,
    pub reference: Option<String>,
    pub kind: Option<Kind>,
    pub title: Option<String>,
    /// The object's version after the change.
    pub version: i64,
    /// Field → `[before, after]`.
    #[schema(value_type = std::collections::HashMap<String, Vec<Value>>)]
    pub changes: Value,
    pub batch_id: Option<BatchId>,
}

/// Which events to read.
pub enum History {
    Object(ObjectId),
    /// Of a product, newest first.
    Product(ProductId),
    /// Of a product after a place, oldest first: what a reconnecting browser missed.
    Since(ProductId, i64),
}

impl History {
    pub fn read(&self, cx: &Cx<'_>, page: &Page) -> Result<Rows<Activity>, Fault> {
        let mut sql = Sql::new(
            "SELECT a.seq, a.scope_id, a.at, a.actor_id, a.via, a.verb, a.object_id, a.version, a.changes, a.batch_id,
                    o.number, o.kind, o.title, o.visibility, p.key
             FROM activity a LEFT JOIN object o ON o.id = a.object_id LEFT JOIN product p ON p.id = o.product_id WHERE",
        );
        match self {
            History::Object(id) => sql.with(" a.object_id = ", *id),
            History::Product(id) => sql.with(" a.scope_id = ", id.0),
            History::Since(id, seq) => sql.with(" a.scope_id = ", id.0).with(" AND a.seq > ", *seq),
        };
        if let Some(cursor) = &page.after {
            sql.with(" AND a.seq < ", cursor.number()?);
        }
        sql.push(if matches!(self, History::Since(..)) { " ORDER BY a.seq" } else { " ORDER BY a.seq DESC" });
        sql.with(" LIMIT ", page.limit + 1);
        let stored = cx.query(sql.text(), sql.args(), |row| {
            let changes: Value = serde_json::from_str(&row.get::<String>(8)?)
                .map_err(|e| StoreError::Other(format!("an event cannot be read: {e}")))?;
            let verb: String = row.get(5)?;
            let key: Option<String> = row.get(14)?;
            let number: Option<i64> = row.get(10)?;
            let visibility: Option<Visibility> = row.get(13)?;
            let event = Activity {
                seq: row.get(0)?,
                product_id: row.get(1)?,
                at: row.get(2)?,
                actor: None,
                via: row.get(4)?,
                sentence: String::new(),
                verb,
                object_id: row.get(6)?,
                reference: key.zip(number).map(|(key, number)| format!("{key}-{number}")),
                kind: row.get(11)?,
                title: row.get(12)?,
                version: row.get(7)?,
                changes,
                batch_id: row.get(9)?,
            };
            Ok((event, row.get::<Option<PersonId>>(3)?, visibility))
        })?;
        let named = Named::load(cx, stored.iter().map(|row| (row.1, &row.0.changes)))?;
        let visible = |event: &Activity, visibility: Option<Visibility>| {
            visibility.is_none_or(|v| cx.actor.reads(ProductId(event.product_id), v))
        };
        let more = stored.len() > page.limit;
        let last = stored.get(page.limit.saturating_sub(1)).map(|row| row.0.seq);
        let rows = stored
            .into_iter()
            .take(page.limit)
            .filter(|(event, _, visibility)| visible(event, *visibility))
            .map(|(event, actor, _)| Activity {
                actor: actor.and_then(|id| named.people.get(&id).cloned()),
                sentence: sentence(&event.verb, &named.speak(&event.changes)),
                ..event
            })
            .collect();
        let next = last.filter(|_| more).map(|seq| Cursor::new(seq, Uuid::nil()).to_string());
        Ok(Rows { rows, next })
    }
}

/// The changes of some events with names in place of ids.
pub fn spoken(cx: &Cx<'_>, changes: &[&Value]) -> Result<Vec<Value>, Fault> {
    let named = Named::load(cx, changes.iter().map(|changes| (None, *changes)))?;
    Ok(changes.iter().map(|changes| named.speak(changes)).collect())
}

/// The people and things that a page of events speaks of by their ids: two queries.
struct Named {
    people: HashMap<PersonId, PersonRef>,
    things: HashMap<ObjectId, Stub>,
}

impl Named {
    fn load<'e>(cx: &Cx<'_>, events: impl Iterator<Item = (Option<PersonId>, &'e Value)>) -> Result<Self, Fault> {
        let mut ids: Vec<Uuid> = Vec::new();
        let mut people: Vec<Option<PersonId>> = Vec::new();
        for (actor, changes) in events {
            people.push(actor);
            for (_, pair) in changes.as_object().into_iter().flatten().filter(|(field, _)| holds_ids(field)) {
                let values = pair.as_array().into_iter().flatten();
                let each = values.flat_map(|value| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice));
                ids.extend(each.filter_map(|id| id.as_str()?.parse::<Uuid>().ok()));
            }
        }
        ids.sort_unstable();
        ids.dedup();
        people.extend(ids.iter().map(|id| Some(PersonId(*id))));
        let things: Vec<ObjectId> = ids.into_iter().map(ObjectId).collect();
        let things = if things.is_empty() { HashMap::new() } else { header::stubs(cx, &things)? };
        Ok(Self { people: header::people(cx, people)?, things })
    }

    /// The changes with names in place of ids, and without what a name already says.
    fn speak(&self, changes: &Value) -> Value {
        let one = |value: &Value| -> Value {
            let Some(id) = value.as_str().and_then(|text| text.parse::<Uuid>().ok()) else { return value.clone() };
            let person = self.people.get(&PersonId(id)).map(|person| person.name.clone());
            person
                .or_else(|| self.things.get(&ObjectId(id)).map(|stub| stub.title.clone()))
                .map_or(Value::Null, Value::from)
        };
        let name = |value: &Value| match value.as_array() {
            Some(ids) => {
                let names: Vec<Value> = ids.iter().map(one).collect();
                names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ").into()
            }
            None => one(value),
        };
        let spoken = changes.as_object().into_iter().flatten().filter(|(field, _)| field.as_str() != "category").map(
            |(field, pair)| {
                let pair = match pair.as_array() {
                    Some(values) if holds_ids(field) => values.iter().map(name).collect(),
                    _ => pair.clone(),
                };
                (field.clone(), pair)
            },
        );
        Value::Object(spoken.collect())
    }
}

/// Whether a field holds an id, or a list of them.
fn holds_ids(field: &str) -> bool {
    field.ends_with("_id") || field.ends_with("_ids")
}

/// An event in words: the verb, and each field with what it was and what it is.
pub fn sentence(verb: &str, changes: &Value) -> String {
    let fields: Vec<String> = changes
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, pair)| {
            let (before, after) = (pair.get(0)?, pair.get(1)?);
            let name = name.trim_end_matches("_ids").trim_end_matches("_id").replace('_', " ");
            if matches!(name.as_str(), "body" | "text" | "comment" | "rank") {
                return Some(format!("{name} changed")).filter(|_| name == "body");
            }
            Some(match (plain(before), plain(after)) {
                (None, Some(after)) => format!("{name} {after}"),
                (Some(before), None) => format!("{name} {before} → none"),
                (Some(before), Some(after)) => format!("{name} {before} → {after}"),
                (None, None) => return None,
            })
        })
        .collect();
    if fields.is_empty() { verb.to_owned() } else { format!("{verb}: {}", fields.join(", ")) }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) if text.chars().count() > 80 => {
            Some(format!("{}…", text.chars().take(80).collect::<String>()))
        }
        Value::String(text) => Some(text.clone()),
        Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        Value::Number(number) => Some(number.to_string().trim_end_matches(".0").to_owned()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_sentence_names_what_changed() {
        assert_eq!(sentence("estimated", &json!({"points": [3.0, 5.0]})), "estimated: points 3 → 5");
        assert_eq!(sentence("created", &json!({"title": [null, "Replay"]})), "created: title Replay");
        assert_eq!(sentence("moved in the order", &json!({"rank": ["a1", "a2"]})), "moved in the order");
    }
}
