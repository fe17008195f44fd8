use crate::{Book, Client};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// What the history of APP tells, read through the API.
#[derive(Default)]
pub struct Records {
    seq: i64,
    objects: HashMap<String, Vec<Told>>,
    references: BTreeSet<String>,
    created: HashMap<String, usize>,
    wrong: Vec<String>,
}

/// An object after one of its events.
#[derive(Clone, Default)]
struct Told {
    verb: String,
    kind: String,
    fields: HashMap<&'static str, Value>,
}

const FIELDS: [&str; 3] = ["title", "points", "sprint_id"];

impl Records {
    pub async fn read(client: &Client) -> Self {
        let mut records = Self::default();
        records.catch_up(client).await;
        records
    }

    /// Reads what has happened since.
    pub async fn catch_up(&mut self, client: &Client) {
        let mut news = Vec::new();
        let mut cursor = String::new();
        'pages: loop {
            // The newest come first.
            let page = client.get(&format!("/products/APP/activity?limit=1000{cursor}")).await.ok(200);
            for event in page["rows"].as_array().expect("rows") {
                if event["seq"].as_i64() <= Some(self.seq) {
                    break 'pages;
                }
                news.push(event.clone());
            }
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        for event in news.iter().rev() {
            self.take(event);
        }
    }

    fn take(&mut self, event: &Value) {
        let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
        self.seq += 1;
        if event["seq"] != self.seq {
            self.wrong.push(format!("the event {} stands where {} belongs", event["seq"], self.seq));
        }
        let object = text("object_id");
        if object.is_empty() {
            return;
        }
        let told = self.objects.entry(object).or_default();
        if event["version"] != told.len() as i64 + 1 {
            self.wrong.push(format!("{event}: version {} was to come", told.len() + 1));
        }
        let mut now = told.last().cloned().unwrap_or_default();
        (now.verb, now.kind) = (text("verb"), text("kind"));
        for field in FIELDS {
            if let Some(after) = event["changes"][field].get(1) {
                now.fields.insert(field, after.clone());
            }
        }
        if now.verb == "created" {
            *self.created.entry(now.fields["title"].to_string()).or_default() += 1;
        }
        told.push(now);
        self.references.insert(text("reference"));
    }

    /// What was acknowledged and is not in the history.
    pub fn missing<'b>(&self, book: &'b Book) -> Vec<&'b crate::Entry> {
        let is_told = |entry: &crate::Entry| {
            let after = usize::try_from(entry.version - 1).ok().and_then(|at| self.objects.get(&entry.object)?.get(at));
            after.is_some_and(|after| {
                let has = |(field, value): &(&str, Value)| after.fields.get(field).unwrap_or(&Value::Null) == value;
                after.verb == entry.verb && entry.field.as_ref().is_none_or(has)
            })
        };
        book.entries.iter().filter(|entry| !is_told(entry)).collect()
    }

    /// Where the history is not one story, where the items are not as it tells, and where their order is not one.
    pub async fn contradictions(&self, client: &Client) -> Vec<String> {
        let mut wrong = self.wrong.clone();
        for number in 1..=self.objects.len() {
            if !self.references.contains(&format!("APP-{number}")) {
                wrong.push(format!("nothing is APP-{number}, and there are {} objects", self.objects.len()));
            }
        }
        let twice = self.created.iter().filter(|(_, times)| **times > 1);
        wrong.extend(twice.map(|(title, times)| format!("{title} was created {times} times")));

        let rows = client.rows("/products/APP/items").await;
        let items = self.objects.values().filter(|told| told[0].kind == "story").count();
        if rows.len() != items {
            wrong.push(format!("{} items are listed, {items} were created", rows.len()));
        }
        for pair in rows.windows(2) {
            if pair[0]["rank"].as_str() >= pair[1]["rank"].as_str() {
                wrong.push(format!("{} and {} have no order", pair[0], pair[1]));
            }
        }
        for row in rows {
            let told = self.objects.get(row["id"].as_str().unwrap_or_default()).map_or(&[][..], Vec::as_slice);
            let is_as_told = told.last().is_some_and(|last| {
                FIELDS.iter().all(|field| row[*field] == *last.fields.get(field).unwrap_or(&Value::Null))
            });
            if row["version"] != told.len() || !is_as_told {
                wrong.push(format!("{row} is not what its history tells"));
            }
        }
        wrong
    }
}
