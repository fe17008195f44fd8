use crate::customer::{self, CustomerRef, patched, unwritable};
use crate::triage::FeedbackState;
use access::{Changes, Cx, Fault};
use object::{Change, EditObject, Granted, Header, NewObject, Product, Stub, insert_link, linked, present, search};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use store::{Sql, args};
use utoipa::ToSchema;
use vocabulary::*;
use web::{Cursor, Page, Rows};

/// What a customer said, in their words.
#[derive(Debug, Serialize, ToSchema)]
pub struct Feedback {
    pub id: ObjectId,
    pub reference: String,
    pub version: i64,
    pub title: String,
    pub body: String,
    pub customer: Option<CustomerRef>,
    /// How it came in: a call, a mail, a review.
    pub channel: Option<String>,
    /// How much it matters to the customer, from 1 to 5.
    pub importance: Option<i64>,
    #[schema(value_type = String, format = "date")]
    pub received_on: Date,
    pub state: FeedbackState,
    /// Why it was declined or put off.
    pub reason: Option<String>,
    /// What it asks for.
    pub linked: Vec<Stub>,
}

/// Which feedback to list.
#[derive(Debug, Default)]
pub struct Filter {
    pub state: Option<FeedbackState>,
    pub words: Option<String>,
    pub customer: Option<ObjectName>,
}

const SELECT: &str = "SELECT o.id, o.number, o.version, o.title, f.channel, f.importance, f.received_on, f.state,
           f.reason, c.id, c.number, c.title, u.segment, u.value, c.visibility, o.body
    FROM feedback f JOIN object o ON o.id = f.object_id
    LEFT JOIN object c ON c.id = f.customer_id LEFT JOIN customer u ON u.object_id = f.customer_id";

/// A product's feedback, newest first.
pub fn list(cx: &Cx<'_>, name: &ProductName, filter: &Filter, page: &Page) -> Result<Rows<Feedback>, Fault> {
    let product = Product::load(cx, name)?;
    let mut sql = Sql::new(SELECT);
    sql.with(" WHERE f.product_id = ", product.id).push(" AND o.archived_at IS NULL");
    sql.push(object::seen!(cx, product.id, "o"));
    if let Some(state) = filter.state {
        sql.with(" AND f.state = ", state);
    }
    if let Some(name) = &filter.customer {
        sql.with(" AND f.customer_id = ", customer::named(cx, product.id, name)?.id);
    }
    if let Some(words) = filter.words.as_deref().filter(|words| !words.trim().is_empty()) {
        search::keep_matches(cx, &mut sql, &product, words)?;
    }
    if let Some(cursor) = &page.after {
        let day: Date =
            cursor.key.parse().map_err(|_| Fault::invalid("cursor", "this is not a cursor from an earlier page"))?;
        sql.with(" AND (f.received_on, f.object_id) < (", day).with(", ", cursor.id).push(")");
    }
    sql.push(" ORDER BY f.received_on DESC, f.object_id DESC").with(" LIMIT ", page.limit + 1);
    let rows = shown(cx, product.id, &product.key, &sql)?;
    Ok(page.cut(rows, |feedback| Cursor::new(feedback.received_on, feedback.id)))
}

/// One piece of feedback.
pub fn feedback(cx: &Cx<'_>, name: &ObjectName) -> Result<Feedback, Fault> {
    one(cx, &Header::seen_kind(cx, name, Kind::Feedback)?)
}

fn one(cx: &Cx<'_>, header: &Header) -> Result<Feedback, Fault> {
    let mut sql = Sql::new(SELECT);
    sql.with(" WHERE f.object_id = ", header.id);
    shown(cx, header.product_id, &header.key, &sql)?.into_iter().next().ok_or(Fault::not_found("feedback"))
}

pub(crate) fn as_json(cx: &Cx<'_>, header: &Header) -> Result<Value, Fault> {
    Ok(serde_json::to_value(one(cx, header)?).map_err(unwritable)?)
}

fn shown(cx: &Cx<'_>, product: ProductId, key: &ProductKey, sql: &Sql) -> Result<Vec<Feedback>, Fault> {
    let mut rows = cx.query(sql.text(), sql.args(), |row| {
        let visibility: Option<Visibility> = row.get(14)?;
        let customer = match row.get::<Option<ObjectId>>(9)? {
            Some(id) if visibility.is_some_and(|v| cx.actor.reads(product, v)) => Some(CustomerRef {
                id,
                reference: format!("{key}-{}", row.get::<i64>(10)?),
                name: row.get(11)?,
                segment: row.get(12)?,
                value: row.get(13)?,
            }),
            _ => None,
        };
        Ok(Feedback {
            id: row.get(0)?,
            reference: format!("{key}-{}", row.get::<i64>(1)?),
            version: row.get(2)?,
            title: row.get(3)?,
            channel: row.get::<Option<String>>(4)?.filter(|channel| !channel.is_empty()),
            importance: row.get(5)?,
            received_on: row.get(6)?,
            state: row.get(7)?,
            reason: row.get(8)?,
            customer,
            body: row.get(15)?,
            linked: Vec::new(),
        })
    })?;
    let mut linked = linked(cx, rows.iter().map(|row| row.id), &[Relation::AsksFor])?;
    for row in &mut rows {
        row.linked = linked.remove(&row.id).unwrap_or_default();
    }
    Ok(rows)
}

/// Changing feedback in any way is triage.
pub(crate) fn decision(on: &Header) -> Result<Decision, Fault> {
    if on.kind == Kind::Feedback { Ok(Decision::Triage) } else { Err(Fault::not_found("feedback")) }
}

/// Brings in what a customer said.
#[derive(Debug, Serialize, Deserialize)]
pub struct AddFeedback {
    pub product: ProductName,
    pub body: Words,
    pub title: Option<Title>,
    pub customer: Option<ObjectName>,
    pub customer_name: Option<Title>,
    pub channel: Option<Label>,
    pub importance: Option<i64>,
    pub received_on: Option<Date>,
    pub link: Option<ObjectName>,
}

impl Change for AddFeedback {
    const NAME: &'static str = "add_feedback";
    type On = Product;
    type Outcome = ObjectId;
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(Decision::Feedback)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<ObjectId, Fault> {
        let today = cx.now.date();
        let received_on = self.received_on.unwrap_or(today);
        check_importance(self.importance)?;
        check_received(received_on, today)?;
        let customer = match (&self.customer, &self.customer_name) {
            (Some(_), Some(_)) => {
                return Err(Fault::invalid("customer_name", "Give the customer or a name, not both."));
            }
            (Some(name), None) => {
                let customer = customer::named(cx, on.id, name)?;
                customer.living()?;
                Some(customer)
            }
            (None, Some(name)) => Some(customer::called(cx, &on, name)?),
            (None, None) => None,
        };
        let title =
            self.title.as_ref().map_or_else(|| first_line(self.body.as_str()), |title| title.as_str().to_owned());
        let header = on.create(cx, NewObject::new(cx, Kind::Feedback, &title, self.body.as_str()))?;
        cx.exec(
            "INSERT INTO feedback (object_id, product_id, customer_id, channel, importance, received_on, state)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            args![
                header.id,
                header.product_id,
                customer.as_ref().map(|customer| customer.id),
                self.channel.as_ref().map_or("", Label::as_str),
                self.importance,
                received_on,
                FeedbackState::New
            ],
        )?;
        let mut changes = Changes::new().set("title", &title);
        if let Some(customer) = &customer {
            changes = changes.set("customer", &customer.reference());
        }
        if let Some(asked) = &self.link {
            let to = Header::seen(cx, asked)
                .map_err(|fault| fault.or_missing(Fault::invalid("link", "There is no such object.")))?;
            insert_link(cx, &header, Relation::AsksFor, &to).map_err(about_the_link)?;
            changes = changes.set("asks for", &to.reference());
        }
        Ok(header.record_created(cx, "created", changes)?.id)
    }
}

/// The rules of links speak of the link's own fields; here it is one field.
fn about_the_link(fault: Fault) -> Fault {
    match fault {
        Fault::Invalid { message, .. } => Fault::invalid("link", message),
        other => other,
    }
}

const TITLE_LENGTH: usize = 120;

/// A title for what was said without one.
fn first_line(body: &str) -> String {
    let line = body.trim().lines().next().unwrap_or_default().trim_end();
    if line.chars().count() <= TITLE_LENGTH {
        return line.to_owned();
    }
    let cut: String = line.chars().take(TITLE_LENGTH - 1).collect();
    format!("{}…", cut.trim_end())
}

fn check_importance(importance: Option<i64>) -> Result<(), Fault> {
    match importance {
        Some(importance) if !(1..=5).contains(&importance) => {
            Err(Fault::invalid("importance", "The importance is a number from 1 to 5."))
        }
        _ => Ok(()),
    }
}

fn check_received(on: Date, today: Date) -> Result<(), Fault> {
    // East of Greenwich it is tomorrow already.
    let latest = today.tomorrow().unwrap_or(today);
    if on.year() >= 1970 && on <= latest {
        Ok(())
    } else {
        Err(Fault::invalid("received_on", "The day it was received lies between 1970 and today."))
    }
}

/// Changes what is kept of a piece of feedback.
#[derive(Debug, Serialize, Deserialize)]
pub struct EditFeedback {
    pub feedback: ObjectName,
    pub version: Option<i64>,
    pub title: Option<Title>,
    pub body: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub customer: Option<Option<ObjectName>>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub channel: Option<Option<Label>>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub importance: Option<Option<i64>>,
    pub received_on: Option<Date>,
}

impl Change for EditFeedback {
    const NAME: &'static str = "edit_feedback";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.feedback.clone()
    }
    fn decision(&self, _: &Cx<'_>, on: &Header) -> Result<Decision, Fault> {
        decision(on)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        on.at_version(self.version, || as_json(cx, &on))?;
        let id = on.id;
        let before: (Option<ObjectId>, Option<String>, Option<i64>, Date) = cx.one(
            "SELECT customer_id, channel, importance, received_on FROM feedback WHERE object_id = $1",
            args![id],
        )?;
        let (customer_before, channel_before, importance_before, received_before) = before;
        let customer = match &self.customer {
            Some(Some(name)) => {
                let customer = customer::named(cx, on.product_id, name)?;
                if customer_before != Some(customer.id) {
                    customer.living()?;
                }
                Some(customer.id)
            }
            Some(None) => None,
            None => customer_before,
        };
        let channel_before = channel_before.filter(|channel| !channel.is_empty());
        let channel = patched(&self.channel, channel_before.clone());
        let importance = self.importance.unwrap_or(importance_before);
        let received_on = self.received_on.unwrap_or(received_before);
        check_importance(importance)?;
        if self.received_on.is_some() {
            check_received(received_on, cx.now.date())?;
        }
        let body = self.body.as_ref().map(|body| Body::try_from(body.as_str()));
        let body = body.transpose().map_err(|message| Fault::invalid("body", message))?;
        let changes = EditObject::text(id, self.title.clone(), body).store(cx, &on)?;
        cx.exec(
            "UPDATE feedback SET customer_id = $1, channel = $2, importance = $3, received_on = $4 WHERE object_id = $5",
            args![customer, channel.as_deref().unwrap_or(""), importance, received_on, id],
        )?;
        let references = references(cx, &on.key, [customer_before, customer])?;
        let reference = |id: Option<ObjectId>| id.and_then(|id| references.get(&id).cloned());
        let changes = changes
            .field("customer", &reference(customer_before), &reference(customer))
            .field("channel", &channel_before, &channel)
            .field("importance", &importance_before, &importance)
            .field("received_on", &received_before, &received_on);
        on.record(cx, "edited", changes)?;
        Ok(id)
    }
}

/// How the history names customers: by reference, which tells nothing to those who may not see them.
fn references(cx: &Cx<'_>, key: &ProductKey, ids: [Option<ObjectId>; 2]) -> Result<HashMap<ObjectId, String>, Fault> {
    let mut sql = Sql::new("SELECT id, number FROM object WHERE");
    sql.within(" id IN", ids.into_iter().flatten());
    let rows: Vec<(ObjectId, i64)> = cx.rows(sql.text(), sql.args())?;
    Ok(rows.into_iter().map(|(id, number)| (id, format!("{key}-{number}"))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_first_line_and_fits() {
        assert_eq!(first_line("\n  Replay a webhook \nWe lose events."), "Replay a webhook");
        assert_eq!(first_line(&"ä".repeat(120)), "ä".repeat(120));
        let long = first_line(&"wort ".repeat(60));
        assert!(long.chars().count() <= TITLE_LENGTH && long.ends_with("wort…"), "{long}");
    }

    #[test]
    fn importance_goes_from_one_to_five() {
        assert!(
            check_importance(None).is_ok() && check_importance(Some(1)).is_ok() && check_importance(Some(5)).is_ok()
        );
        assert!(check_importance(Some(0)).is_err() && check_importance(Some(6)).is_err());
    }

    #[test]
    fn feedback_is_not_received_in_the_future() {
        let today: Date = "2026-03-01".parse().unwrap();
        for (day, fine) in [("2026-03-02", true), ("2026-03-03", false), ("1970-01-01", true), ("1969-12-31", false)] {
            assert_eq!(check_received(day.parse().unwrap(), today).is_ok(), fine, "{day}");
        }
    }
}
