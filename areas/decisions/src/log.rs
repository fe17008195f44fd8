use crate::concerns::{about, only_about};
use access::{Changes, Cx, Fault};
use object::{Change, Granted, Header, NewObject, PersonRef, Product, Stub, insert_link, people, stubs, to_html};
use serde::{Deserialize, Serialize};
use store::{Sql, args};
use utoipa::{IntoParams, ToSchema};
use vocabulary::*;
use web::{Cursor, Page, Rows};

/// What was decided, by whom, of what, and what it touches.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionRecord {
    pub id: ObjectId,
    pub reference: String,
    pub version: i64,
    pub title: String,
    /// What it was about, in Markdown.
    pub context: String,
    pub context_html: String,
    /// What there was to choose from.
    pub options: String,
    pub choice: String,
    pub decided_at: Ts,
    pub decided_by: Option<PersonRef>,
    /// The proposal it decided.
    pub proposal: Option<Stub>,
    /// What it touches.
    pub concerns: Vec<Stub>,
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogFilter {
    /// Only those that touch this object, by id or reference.
    #[param(value_type = Option<String>)]
    pub about: Option<ObjectName>,
    /// At most so many rows; 50 unless said, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// The decision log, the newest first.
pub(crate) fn log(cx: &Cx<'_>, name: &ProductName, asked: &LogFilter) -> Result<Rows<DecisionRecord>, Fault> {
    let page = Page::of(asked.limit, asked.cursor.as_deref())?;
    let product = Product::load(cx, name)?;
    let mut sql = select();
    sql.with(" WHERE d.product_id = ", product.id).push(" AND o.archived_at IS NULL");
    sql.push(object::seen!(cx, product.id, "o"));
    only_about(cx, &mut sql, asked.about.as_ref())?;
    if let Some(cursor) = &page.after {
        sql.with(" AND (d.decided_at, o.id) < (", cursor.number()?).with(", ", cursor.id).push(")");
    }
    sql.with(" ORDER BY d.decided_at DESC, o.id DESC LIMIT ", page.limit + 1);
    let Rows { rows, next } = page.cut(read(cx, &product, &sql)?, |row| Cursor::new(row.decided_at.0, row.id));
    Ok(Rows { rows, next })
}

/// One decision.
pub(crate) fn record(cx: &Cx<'_>, name: &ObjectName) -> Result<DecisionRecord, Fault> {
    let header = Header::seen_kind(cx, name, Kind::Decision)?;
    let product = Product::load(cx, &header.product_id.into())?;
    let mut sql = select();
    sql.with(" WHERE o.id = ", header.id);
    read(cx, &product, &sql)?.pop().ok_or(Fault::not_found("decision"))
}

fn select() -> Sql {
    Sql::new(
        "SELECT o.id, o.number, o.version, o.title, o.body, d.options, d.choice, d.decided_at, d.decided_by, d.proposal_id
         FROM decision d JOIN object o ON o.id = d.object_id",
    )
}

fn read(cx: &Cx<'_>, product: &Product, sql: &Sql) -> Result<Vec<DecisionRecord>, Fault> {
    let mut found = cx.query(sql.text(), sql.args(), |row| {
        let context: String = row.get(4)?;
        let record = DecisionRecord {
            id: row.get(0)?,
            reference: product.reference(row.get(1)?),
            version: row.get(2)?,
            title: row.get(3)?,
            context_html: to_html(&context),
            context,
            options: row.get(5)?,
            choice: row.get(6)?,
            decided_at: row.get(7)?,
            decided_by: None,
            proposal: None,
            concerns: Vec::new(),
        };
        Ok((record, row.get::<Option<PersonId>>(8)?, row.get::<Option<ObjectId>>(9)?))
    })?;
    let links = about(cx, found.iter().map(|row| row.0.id))?;
    let ids = links.values().flatten().copied().chain(found.iter().filter_map(|row| row.2));
    let stubs = stubs(cx, &ids.collect::<Vec<_>>())?;
    let people = people(cx, found.iter().map(|row| row.1))?;
    for (record, by, proposal) in &mut found {
        record.decided_by = by.and_then(|id| people.get(&id).cloned());
        record.proposal = proposal.and_then(|id| stubs.get(&id).cloned());
        let about = links.get(&record.id).into_iter().flatten();
        record.concerns = about.filter_map(|id| stubs.get(id).cloned()).collect();
    }
    Ok(found.into_iter().map(|row| row.0).collect())
}

/// Writes a decision down: by hand, or when a proposal or a question is settled.
#[derive(Debug, Serialize, Deserialize)]
pub struct LogDecision {
    pub product: ProductName,
    pub title: Title,
    pub context: Body,
    pub options: Body,
    pub choice: Words,
    pub concerns: Vec<ObjectName>,
    /// What was settled by it: whoever could do that writes it down.
    pub settles: Option<ObjectId>,
}

/// Things that one decision touches.
pub(crate) const MOST_CONCERNS: usize = 100;

impl Change for LogDecision {
    const NAME: &'static str = "log_decision";
    type On = Product;
    type Outcome = ObjectId;
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(if self.settles.is_some() { Decision::Propose } else { Decision::Log })
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<ObjectId, Fault> {
        if self.concerns.len() > MOST_CONCERNS {
            return Err(Fault::invalid("concerns", format!("A decision touches at most {MOST_CONCERNS} things.")));
        }
        let mut touched = Vec::with_capacity(self.concerns.len());
        let mut narrowest = NewObject::SHOWN_TO;
        for (i, name) in self.concerns.iter().enumerate() {
            let field = format!("concerns[{i}]");
            let wrong = || Fault::invalid(&field, "There is no such thing in this product.");
            let header = Header::seen(cx, name).map_err(|fault| fault.or_missing(wrong()))?;
            if header.product_id != on.id {
                return Err(wrong());
            }
            narrowest = narrowest.min(header.visibility);
            touched.push(header);
        }
        let new = NewObject::new(cx, Kind::Decision, self.title.as_str(), self.context.as_str());
        let record = on.create(cx, NewObject { visibility: narrowest, ..new })?;
        let proposal = match self.settles {
            Some(id) => Some(Header::seen(cx, &id.into())?).filter(|header| header.kind == Kind::Proposal),
            None => None,
        };
        cx.exec(
            "INSERT INTO decision (object_id, product_id, options, choice, decided_at, decided_by, proposal_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            args![record.id, on.id, &self.options, &self.choice, cx.now, cx.person(), proposal.map(|header| header.id)],
        )?;
        object::search::renew(cx, record.id)?;
        for header in touched.iter().filter(|header| header.archived_at.is_none()) {
            insert_link(cx, &record, Relation::Concerns, header)?;
        }
        let changes = Changes::new().set("title", &self.title).set("choice", &self.choice);
        Ok(record.record_created(cx, "decided", changes)?.id)
    }
}
