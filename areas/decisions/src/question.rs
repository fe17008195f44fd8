use crate::concerns::{about, only_about};
use crate::log::LogDecision;
use access::{Changes, Cx, Fault, Rights};
use backlog::AddCriterion;
use object::{Change, Granted, Header, NewObject, PersonRef, Product, Stub, carry_out, insert_link, people, stubs};
use serde::{Deserialize, Serialize};
use store::{Sql, args};
use utoipa::{IntoParams, ToSchema};
use vocabulary::*;
use web::{Cursor, Page, Rows};

/// A question to a role.
#[derive(Debug, Serialize, ToSchema)]
pub struct Question {
    pub id: ObjectId,
    pub reference: String,
    pub version: i64,
    pub title: String,
    pub body: String,
    pub role: Role,
    /// Who answers, by name; of the role beside it where nobody holds it.
    pub to: Vec<String>,
    pub by: Option<PersonRef>,
    pub at: Ts,
    pub about: Vec<Stub>,
    pub answer: Option<String>,
    pub answered_at: Option<Ts>,
    pub answered_by: Option<PersonRef>,
    pub archived: bool,
    pub may_answer: bool,
    pub own: bool,
}

/// How fast a role answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResponseTime {
    pub role: Role,
    pub open: usize,
    /// Answered in the last 90 days.
    pub answered: usize,
    /// Hours from question to answer: half of them took no longer.
    pub median_hours: Option<f64>,
    pub p85_hours: Option<f64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Questions {
    pub rows: Vec<Question>,
    pub next: Option<String>,
    pub response: Vec<ResponseTime>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QuestionState {
    Open,
    Answered,
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionFilter {
    /// Open ones unless said.
    #[param(inline)]
    pub state: Option<QuestionState>,
    #[param(inline)]
    pub role: Option<Role>,
    /// Only those about this object, by id or reference.
    #[param(value_type = Option<String>)]
    pub about: Option<ObjectName>,
    /// At most so many rows; 50 unless said, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A product's questions: the open ones that wait longest first, the answered ones newest first.
pub(crate) fn questions(cx: &Cx<'_>, name: &ProductName, asked: &QuestionFilter) -> Result<Questions, Fault> {
    let page = Page::of(asked.limit, asked.cursor.as_deref())?;
    let product = Product::load(cx, name)?;
    let mut sql = select();
    let state = asked.state.unwrap_or(QuestionState::Open);
    sql.with(" WHERE q.product_id = ", product.id).push(match state {
        QuestionState::Open => " AND q.answered_at IS NULL AND o.archived_at IS NULL",
        QuestionState::Answered => " AND q.answered_at IS NOT NULL",
    });
    sql.push(object::seen!(cx, product.id, "o"));
    if let Some(role) = asked.role {
        sql.with(" AND q.role = ", role);
    }
    only_about(cx, &mut sql, asked.about.as_ref())?;
    let (after, order) = match state {
        QuestionState::Open => (" AND (o.created_at, o.id) > (", " ORDER BY o.created_at, o.id LIMIT "),
        QuestionState::Answered => (" AND (q.answered_at, o.id) < (", " ORDER BY q.answered_at DESC, o.id DESC LIMIT "),
    };
    if let Some(cursor) = &page.after {
        sql.with(after, cursor.number()?).with(", ", cursor.id).push(")");
    }
    sql.with(order, page.limit + 1);
    let rights = Rights::load(cx, product.id)?;
    let Rows { rows, next } =
        page.cut(read(cx, &product, &rights, &sql)?, |row| Cursor::new(row.answered_at.unwrap_or(row.at).0, row.id));
    Ok(Questions { rows, next, response: response(cx, &product)? })
}

/// One question.
pub(crate) fn question(cx: &Cx<'_>, name: &ObjectName) -> Result<Question, Fault> {
    let header = Header::seen_kind(cx, name, Kind::Question)?;
    let product = Product::load(cx, &header.product_id.into())?;
    let mut sql = select();
    sql.with(" WHERE o.id = ", header.id);
    read(cx, &product, &Rights::load(cx, product.id)?, &sql)?.pop().ok_or(Fault::not_found("question"))
}

/// The open questions that the actor answers, the oldest first.
pub fn questions_to_answer(
    cx: &Cx<'_>,
    product: &Product,
    rights: &Rights,
    limit: usize,
) -> Result<Vec<Question>, Fault> {
    let mut sql = select();
    sql.with(" WHERE q.product_id = ", product.id).push(" AND q.answered_at IS NULL AND o.archived_at IS NULL");
    sql.within(" AND q.role IN", Role::ALL.iter().copied().filter(|role| rights.acts_as(*role)));
    sql.push(object::seen!(cx, product.id, "o")).with(" ORDER BY o.created_at, o.id LIMIT ", limit);
    read(cx, product, rights, &sql)
}

fn select() -> Sql {
    Sql::new(
        "SELECT o.id, o.number, o.version, o.title, o.body, q.role, o.owner_id, o.created_at, q.answer, q.answered_at,
            q.answered_by, o.archived_at
         FROM question q JOIN object o ON o.id = q.object_id",
    )
}

fn read(cx: &Cx<'_>, product: &Product, rights: &Rights, sql: &Sql) -> Result<Vec<Question>, Fault> {
    let mut found = cx.query(sql.text(), sql.args(), |row| {
        let (role, owner): (Role, Option<PersonId>) = (row.get(5)?, row.get(6)?);
        let archived = row.get::<Option<Ts>>(11)?.is_some();
        let answered_at: Option<Ts> = row.get(9)?;
        let question = Question {
            id: row.get(0)?,
            reference: product.reference(row.get(1)?),
            version: row.get(2)?,
            title: row.get(3)?,
            body: row.get(4)?,
            role,
            to: rights.acting(role).people,
            by: None,
            at: row.get(7)?,
            about: Vec::new(),
            answer: row.get(8)?,
            answered_at,
            answered_by: None,
            archived,
            may_answer: answered_at.is_none() && !archived && rights.acts_as(role),
            own: owner.is_some() && owner == cx.person(),
        };
        Ok((question, owner, row.get::<Option<PersonId>>(10)?))
    })?;
    let links = about(cx, found.iter().map(|row| row.0.id))?;
    let stubs = stubs(cx, &links.values().flatten().copied().collect::<Vec<_>>())?;
    let people = people(cx, found.iter().flat_map(|row| [row.1, row.2]))?;
    for (question, by, answered_by) in &mut found {
        question.by = by.and_then(|id| people.get(&id).cloned());
        question.answered_by = answered_by.and_then(|id| people.get(&id).cloned());
        let about = links.get(&question.id).into_iter().flatten();
        question.about = about.filter_map(|id| stubs.get(id).cloned()).collect();
    }
    Ok(found.into_iter().map(|row| row.0).collect())
}

/// How fast each role answered in the last 90 days.
fn response(cx: &Cx<'_>, product: &Product) -> Result<Vec<ResponseTime>, Fault> {
    let mut sql = Sql::new(
        "SELECT q.role, o.created_at, q.answered_at FROM question q JOIN object o ON o.id = q.object_id
         WHERE o.archived_at IS NULL",
    );
    sql.push(object::seen!(cx, product.id, "o")).with(" AND q.product_id = ", product.id);
    sql.with(" AND (q.answered_at IS NULL OR q.answered_at > ", cx.now.plus_days(-90)).push(") LIMIT 10000");
    let rows: Vec<(Role, Ts, Option<Ts>)> = cx.rows(sql.text(), sql.args())?;
    let of = |role: &Role| {
        let own = || rows.iter().filter(|row| row.0 == *role);
        let mut hours: Vec<f64> = own().filter_map(|row| Some((row.2?.0 - row.1.0) as f64 / 3_600_000_000.0)).collect();
        hours.sort_unstable_by(f64::total_cmp);
        // The nearest rank: the smallest value that so many are no larger than.
        let share = |percent: usize| hours.get((hours.len() * percent).div_ceil(100).max(1) - 1).copied();
        ResponseTime {
            role: *role,
            open: own().filter(|row| row.2.is_none()).count(),
            answered: hours.len(),
            median_hours: share(50),
            p85_hours: share(85),
        }
    };
    Ok(Role::ALL.iter().map(of).filter(|time| time.open + time.answered > 0).collect())
}

/// Asks a role.
#[derive(Debug, Serialize, Deserialize)]
pub struct AskQuestion {
    pub product: ProductName,
    pub title: Title,
    pub body: Body,
    pub role: Role,
    pub about: Option<ObjectName>,
}

impl Change for AskQuestion {
    const NAME: &'static str = "ask_question";
    type On = Product;
    type Outcome = ObjectId;
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(Decision::Question)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<ObjectId, Fault> {
        if !self.role.is_team() {
            return Err(Fault::invalid("role", "Questions go to somebody of the team or the product manager."));
        }
        let wrong = || Fault::invalid("about", "There is no such thing in this product.");
        let about = match &self.about {
            Some(name) => Some(Header::seen(cx, name).map_err(|fault| fault.or_missing(wrong()))?),
            None => None,
        };
        if about.as_ref().is_some_and(|about| about.product_id != on.id) {
            return Err(wrong());
        }
        let new = NewObject::new(cx, Kind::Question, self.title.as_str(), self.body.as_str()).part_of(about.as_ref());
        let question = on.create(cx, new)?;
        cx.exec(
            "INSERT INTO question (object_id, product_id, role) VALUES ($1, $2, $3)",
            args![question.id, on.id, self.role],
        )?;
        if let Some(about) = &about {
            insert_link(cx, &question, Relation::Concerns, about)?;
        }
        let changes = Changes::new().set("title", &self.title).set("role", &self.role.noun());
        Ok(question.record_created(cx, "asked", changes)?.id)
    }
}

/// What an answer becomes in the same step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Becomes {
    /// An acceptance criterion of the item it is about.
    Criterion,
    /// An entry of the decision log.
    Decision,
}

/// Answers a question. Answered again, the answer is replaced.
#[derive(Debug, Serialize, Deserialize)]
pub struct AnswerQuestion {
    pub question: ObjectName,
    /// Nothing takes the answer back.
    pub answer: Option<Words>,
}

impl Change for AnswerQuestion {
    const NAME: &'static str = "answer_question";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.question.clone()
    }
    fn decision(&self, _: &Cx<'_>, on: &Header) -> Result<Decision, Fault> {
        if on.kind == Kind::Question { Ok(Decision::Question) } else { Err(Fault::not_found("question")) }
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        on.living()?;
        let id = on.id;
        let (role, before): (Role, Option<String>) =
            cx.one("SELECT role, answer FROM question WHERE object_id = $1", args![id])?;
        let rights = Rights::load(cx, on.product_id)?;
        if !rights.acts_as(role) {
            let to = access::Decider::names(&[rights.acting(role)]);
            return Err(Fault::broken("not-asked", format!("This was asked of {to}; only they answer.")));
        }
        let answer = self.answer.as_ref().map(Words::as_str);
        let by = answer.and(cx.person());
        cx.exec(
            "UPDATE question SET answer = $1, answered_at = $2, answered_by = $3 WHERE object_id = $4",
            args![answer, answer.map(|_| cx.now), by, id],
        )?;
        object::search::renew(cx, id)?;
        let changes = Changes::new().field("answer", &before.as_deref(), &answer);
        on.record(cx, if answer.is_some() { "answered" } else { "took the answer back" }, changes)?;
        Ok(id)
    }
}

/// Answers, and makes what the answer becomes.
pub(crate) fn answer(
    cx: &Cx<'_>,
    name: &ObjectName,
    words: Words,
    becomes: Option<Becomes>,
) -> Result<Question, Fault> {
    let id = carry_out(cx, &AnswerQuestion { question: name.clone(), answer: Some(words.clone()) })?;
    let settled = question(cx, &id.into())?;
    match becomes {
        None => {}
        Some(Becomes::Criterion) => {
            let item = settled.about.iter().find(|stub| stub.kind.is_item());
            let item = item.ok_or_else(|| {
                Fault::invalid("becomes", "The question is about no item, so its answer is no criterion.")
            })?;
            carry_out(cx, &AddCriterion { item: item.id.into(), text: words, position: None })?;
        }
        Some(Becomes::Decision) => {
            let text = |text: &str| Body::try_from(text).map_err(|why| Fault::invalid("body", why));
            let title = Title::try_from(settled.title.as_str()).map_err(|why| Fault::invalid("title", why))?;
            let product = Header::seen(cx, &id.into())?.product_id;
            carry_out(
                cx,
                &LogDecision {
                    product: product.into(),
                    title,
                    context: text(&settled.body)?,
                    options: Body::default(),
                    choice: words,
                    concerns: settled.about.iter().map(|stub| stub.id.into()).collect(),
                    settles: Some(id),
                },
            )?;
        }
    }
    Ok(settled)
}
