use crate::criteria::{self, Criterion};
use crate::rules::{self, Readiness};
use crate::workflow;
use access::{Can, Cx, Fault, Rights};
use object::{Header, Object, PersonRef, Product, Stub, search};
use serde::Serialize;
use std::collections::{BTreeSet, HashSet};
use std::iter::repeat;
use std::str::FromStr;
use store::{Sql, StoreError, args};
use utoipa::ToSchema;
use vocabulary::*;
use web::{Cursor, Page};

/// An item as lists show it; small, so that ten thousand of them travel well.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Row {
    pub id: ObjectId,
    pub reference: String,
    pub title: String,
    pub kind: Kind,
    /// The state as the workflow calls it, and what that means.
    pub state: String,
    pub category: Category,
    pub points: Option<f64>,
    pub assignee_id: Option<PersonId>,
    /// The team whose work it is; that of what it is part of where it has none of its own.
    pub team_id: Option<TeamId>,
    pub parent_id: Option<ObjectId>,
    /// The parent's title.
    pub epic: Option<String>,
    pub sprint_id: Option<ObjectId>,
    pub release_id: Option<ObjectId>,
    /// Whether a link leads from it, or from what it is part of, towards the vision; none does to what is put away.
    pub why: bool,
    /// The class of work by which it needs no why; a bug of which none is said is a defect.
    pub exempt: Option<ExemptClass>,
    pub blocked: bool,
    pub accepted: bool,
    pub archived: bool,
    pub version: i64,
    /// Its place in the product's one order; compared bytewise.
    pub rank: String,
}

/// An item as its side panel shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Item {
    #[serde(flatten)]
    pub object: Object,
    pub state: String,
    pub category: Category,
    pub points: Option<f64>,
    pub assignee: Option<PersonRef>,
    pub assignee_id: Option<PersonId>,
    /// The team whose work it is; that of what it is part of where it has none of its own.
    pub team_id: Option<TeamId>,
    pub rank: String,
    pub parent_id: Option<ObjectId>,
    pub parent: Option<Stub>,
    pub children: Vec<Stub>,
    pub sprint_id: Option<ObjectId>,
    pub sprint: Option<Stub>,
    pub release_id: Option<ObjectId>,
    pub release: Option<Stub>,
    pub why: bool,
    pub exempt: Option<ExemptClass>,
    pub blocked: bool,
    pub blocked_reason: Option<String>,
    pub criteria: Vec<Criterion>,
    pub ready: Readiness,
    pub started_at: Option<Ts>,
    pub done_at: Option<Ts>,
    pub accepted: bool,
    pub accepted_at: Option<Ts>,
    pub accepted_by: Option<PersonRef>,
}

/// What a list of items is narrowed to.
#[derive(Debug, Default, Clone)]
pub struct Filter {
    pub states: Vec<String>,
    pub categories: Vec<Category>,
    pub kinds: Vec<Kind>,
    pub assignee: Option<Assignee>,
    pub team: Option<OfTeam>,
    pub sprint: Option<Within>,
    pub release: Option<Within>,
    pub parent: Option<Within>,
    pub open: Option<bool>,
    pub accepted: Option<bool>,
    pub has_why: Option<bool>,
    /// What is put away, instead of what is not.
    pub archived: bool,
    pub words: Option<String>,
}

/// What items are in: one thing, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    Nothing,
    Object(ObjectId),
}

impl FromStr for Within {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "none" => Ok(Self::Nothing),
            id => id.parse().map(Self::Object).map_err(|_| "Say an id, or “none”."),
        }
    }
}

/// Whose work items are: a team's own, or no team's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfTeam {
    None,
    Team(TeamId),
}

impl FromStr for OfTeam {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "none" => Ok(Self::None),
            id => id.parse().map(Self::Team).map_err(|_| "Say a team's id, or “none”."),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignee {
    Nobody,
    Person(PersonId),
}

/// A page of items, with what the reader may decide about the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemPage {
    pub rows: Vec<Row>,
    pub next: Option<String>,
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
}

/// What a row shows, in the order of [`Row`]; all of it stands beside the item.
const COLUMNS: &str = "SELECT i.object_id, i.number, i.title, i.kind, i.state, i.category, i.points, i.assignee_id,
    i.parent_id, i.epic, i.sprint_id, i.release_id, i.why, i.blocked_reason IS NOT NULL, i.accepted_at IS NOT NULL,
    i.archived, i.version, i.rank, i.exempt, i.team_id";
const ITEMS: &str = " FROM item i WHERE TRUE";
/// Where few are looked for by id or number, their objects lead to the items: SQLite would walk the whole order.
const OBJECTS_FIRST: &str = " FROM object o CROSS JOIN item i WHERE i.object_id = o.id";
const LIVING: &str = " AND NOT i.archived";

/// Begins a select of rows; what follows narrows them. What is the team's is nobody else's.
fn rows_from(cx: &Cx<'_>, tables: &'static str) -> Sql {
    let mut sql = Sql::new(COLUMNS);
    sql.push(tables);
    let hidden = cx.actor.products_without_team();
    if !hidden.is_empty() {
        sql.within(" AND NOT (i.visibility = 'team' AND i.product_id IN", hidden).push(")");
    }
    sql
}

/// Reads the rows of a select of one product, whose key is given.
fn read(cx: &Cx<'_>, key: &ProductKey, sql: &Sql) -> Result<Vec<Row>, Fault> {
    Ok(cx.query(sql.text(), sql.args(), |row| {
        let kind: Kind = row.get(3)?;
        Ok(Row {
            id: row.get(0)?,
            reference: format!("{key}-{}", row.get::<i64>(1)?),
            title: row.get(2)?,
            kind,
            state: row.get(4)?,
            category: row.get(5)?,
            points: row.get(6)?,
            assignee_id: row.get(7)?,
            team_id: row.get(19)?,
            parent_id: row.get(8)?,
            epic: row.get(9)?,
            sprint_id: row.get(10)?,
            release_id: row.get(11)?,
            why: row.get(12)?,
            exempt: ExemptClass::of(kind, row.get(18)?),
            blocked: row.get(13)?,
            accepted: row.get(14)?,
            archived: row.get(15)?,
            version: row.get(16)?,
            rank: row.get(17)?,
        })
    })?)
}

/// Items in the order of the backlog.
pub fn list(cx: &Cx<'_>, name: &ProductName, filter: &Filter, page: &Page) -> Result<ItemPage, Fault> {
    let product = Product::load(cx, name)?;
    let filter = &Filter { open: openness(cx, &product, filter)?, ..filter.clone() };
    let rows = match &filter.words {
        None => select(cx, &product, filter, page, None)?,
        Some(words) => matching(cx, &product, filter, page, words)?,
    };
    let rows = page.cut(rows, |row| Cursor::new(&row.rank, row.id));
    let can = Rights::load(cx, product.id)?.can(&[
        Decision::Order,
        Decision::Story,
        Decision::Estimate,
        Decision::Progress,
        Decision::SprintScope,
        Decision::Acceptance,
        Decision::Release,
        Decision::Link,
    ]);
    Ok(ItemPage { rows: rows.rows, next: rows.next, can })
}

/// Whether only what is open, or only what is not, is asked for. States of one sort say it, too, for the indexes that
/// know it; one state alone has its own.
fn openness(cx: &Cx<'_>, product: &Product, filter: &Filter) -> Result<Option<bool>, Fault> {
    let has_an_index = filter.states.len() == 1 && filter.assignee.is_none();
    if filter.open.is_some() || filter.states.is_empty() || has_an_index {
        return Ok(filter.open);
    }
    let states = workflow::states(cx, product.id)?;
    let sort =
        |name: &String| states.iter().find(|state| state.name.as_str() == name).map(|state| state.category.is_open());
    let sorts: BTreeSet<Option<bool>> = filter.states.iter().map(sort).collect();
    Ok(if sorts.len() == 1 { sorts.into_iter().flatten().next() } else { None })
}

/// Up to so many matches are looked up one by one; more are picked out while walking the order.
const FEW: usize = 400;
/// All matches of a search.
const ALL: usize = 1_000_000;
/// A word that one text in so many holds is common.
const COMMON: usize = 8;
/// Places of the order whose texts are read at a time, in pages, until a page of matches is full.
const TEXTS: [usize; 4] = [2, 8, 16, 32];
/// Places of the order read at a time where their texts are not.
const STRIDE: usize = 4000;

/// Items that hold the words. Where many do, a page is full after a few places of the order, and their texts are read;
/// the index, which collects all matches before it answers, is asked only where few do.
fn matching(cx: &Cx<'_>, product: &Product, filter: &Filter, page: &Page, text: &str) -> Result<Vec<Row>, Fault> {
    let words = search::Words::of(text)?;
    // What a text names by its key need not hold the key's words.
    if !search::is_key(text) && search::share(cx, product, Kind::ITEMS, &words)? * COMMON as f64 >= 1.0 {
        let strides = TEXTS.map(|pages| pages * (page.limit + 1));
        if let Some(rows) = walk(cx, product, filter, page, strides, &Look::AtTexts(&words))? {
            return Ok(rows);
        }
    }
    let numbers = search::matching_numbers(cx, product, text, ALL)?;
    if numbers.len() <= FEW {
        return select(cx, product, filter, page, Some(&numbers));
    }
    let look = Look::AtNumbers(numbers.into_iter().collect());
    Ok(walk(cx, product, filter, page, repeat(STRIDE), &look)?.unwrap_or_default())
}

fn narrow(sql: &mut Sql, product: &Product, filter: &Filter) {
    sql.push(if filter.archived { " AND i.archived" } else { LIVING });
    let whole = [filter.sprint, filter.release, filter.parent].iter().any(|it| matches!(it, Some(Within::Object(_))));
    if whole {
        // What is in one thing is found by that thing: written so, SQLite does not walk the product's whole order instead.
        sql.with(" AND (i.product_id = ", product.id).push(") = TRUE");
    } else {
        sql.with(" AND i.product_id = ", product.id);
    }
    if let Some(open) = filter.open {
        sql.with(" AND i.open = ", open);
    }
    if !filter.states.is_empty() {
        sql.within(" AND i.state IN", filter.states.iter());
    }
    if !filter.categories.is_empty() {
        sql.within(" AND i.category IN", filter.categories.iter().copied());
    }
    if !filter.kinds.is_empty() {
        sql.within(" AND i.kind IN", filter.kinds.iter().copied());
    }
    match filter.assignee {
        Some(Assignee::Nobody) => {
            sql.push(" AND i.assignee_id IS NULL");
        }
        Some(Assignee::Person(person)) => {
            sql.with(" AND i.assignee_id = ", person);
        }
        None => {}
    }
    match filter.team {
        Some(OfTeam::None) => sql.push(" AND i.team_id IS NULL"),
        Some(OfTeam::Team(team)) => sql.with(" AND i.team_id = ", team),
        None => sql,
    };
    for (column, nothing, within) in [
        (" AND i.sprint_id = ", " AND i.sprint_id IS NULL", filter.sprint),
        (" AND i.release_id = ", " AND i.release_id IS NULL", filter.release),
        (" AND i.parent_id = ", " AND i.parent_id IS NULL", filter.parent),
    ] {
        match within {
            Some(Within::Object(id)) => sql.with(column, id),
            Some(Within::Nothing) => sql.push(nothing),
            None => sql,
        };
    }
    if let Some(accepted) = filter.accepted {
        sql.push(if accepted { " AND i.accepted_at IS NOT NULL" } else { " AND i.accepted_at IS NULL" });
    }
    match filter.has_why {
        Some(true) => sql.push(" AND i.why = TRUE"),
        // Work of an exempt class needs none.
        Some(false) => sql.push(" AND i.why = FALSE AND i.exempt IS NULL AND i.kind <> 'bug'"),
        None => sql,
    };
}

fn select(
    cx: &Cx<'_>,
    product: &Product,
    filter: &Filter,
    page: &Page,
    numbers: Option<&[i64]>,
) -> Result<Vec<Row>, Fault> {
    let mut sql = rows_from(cx, if numbers.is_some() { OBJECTS_FIRST } else { ITEMS });
    narrow(&mut sql, product, filter);
    if let Some(numbers) = numbers {
        sql.with(" AND o.product_id = ", product.id).within(" AND o.number IN", numbers.iter().copied());
    }
    push_after(&mut sql, page.after.as_ref());
    sql.with(" ORDER BY i.rank, i.object_id LIMIT ", page.limit + 1);
    read(cx, &product.key, &sql)
}

/// How a place of the order is known to match.
enum Look<'w> {
    AtTexts(&'w search::Words),
    AtNumbers(HashSet<i64>),
}

impl Look<'_> {
    /// Begins a select of places: where they are, and what is looked at.
    fn places(&self) -> Sql {
        Sql::new(match self {
            Self::AtTexts(_) => {
                "SELECT i.rank, i.object_id, o.title, o.body FROM item i JOIN object o ON o.id = i.object_id WHERE TRUE"
            }
            Self::AtNumbers(_) => "SELECT i.rank, i.object_id, i.number FROM item i WHERE TRUE",
        })
    }

    fn matches(&self, place: &store::Row<'_>) -> Result<bool, StoreError> {
        Ok(match self {
            Self::AtTexts(words) => words.are_in(&place.get::<String>(2)?, &place.get::<String>(3)?),
            Self::AtNumbers(numbers) => numbers.contains(&place.get::<i64>(2)?),
        })
    }
}

/// Follows the order in strides and keeps what matches, until the page is full or the order ends. `None` when the strides
/// end first.
fn walk(
    cx: &Cx<'_>,
    product: &Product,
    filter: &Filter,
    page: &Page,
    strides: impl IntoIterator<Item = usize>,
    look: &Look<'_>,
) -> Result<Option<Vec<Row>>, Fault> {
    let mut after = page.after.clone();
    let mut rows = Vec::new();
    for stride in strides {
        let mut sql = look.places();
        narrow(&mut sql, product, filter);
        push_after(&mut sql, after.as_ref());
        sql.with(" ORDER BY i.rank, i.object_id LIMIT ", stride);
        let mut hits: Vec<ObjectId> = Vec::new();
        let places: Vec<(String, ObjectId)> = cx.query(sql.text(), sql.args(), |row| {
            let id = row.get(1)?;
            if look.matches(row)? {
                hits.push(id);
            }
            Ok((row.get(0)?, id))
        })?;
        for some in hits.chunks(page.limit + 1) {
            rows.extend(those(cx, product, filter, some)?);
            if rows.len() > page.limit {
                return Ok(Some(rows));
            }
        }
        match places.last() {
            // Common elsewhere, not here.
            Some(_) if places.len() == stride && hits.is_empty() && matches!(look, Look::AtTexts(_)) => {
                return Ok(None);
            }
            Some((rank, id)) if places.len() == stride => after = Some(Cursor::new(rank, *id)),
            _ => return Ok(Some(rows)),
        }
    }
    Ok(None)
}

fn push_after(sql: &mut Sql, cursor: Option<&Cursor>) {
    if let Some(cursor) = cursor {
        sql.with(" AND (i.rank, i.object_id) > (", cursor.key.as_str()).with(", ", cursor.id).push(")");
    }
}

/// Those of some items that the filter lets through, in the order of the backlog.
fn those(cx: &Cx<'_>, product: &Product, filter: &Filter, ids: &[ObjectId]) -> Result<Vec<Row>, Fault> {
    let mut sql = rows_from(cx, OBJECTS_FIRST);
    narrow(&mut sql, product, filter);
    sql.within(" AND o.id IN", ids.iter().copied()).push(" ORDER BY i.rank, i.object_id");
    read(cx, &product.key, &sql)
}

/// The items the reader named, as far as the filter lets them through, in the order of the backlog.
pub(crate) fn named(cx: &Cx<'_>, product: &ProductName, ids: &[ObjectId], filter: &Filter) -> Result<ItemPage, Fault> {
    let product = Product::load(cx, product)?;
    Ok(ItemPage { rows: those(cx, &product, filter, ids)?, next: None, can: Can::new() })
}

/// Items no set of which is larger: what one sprint or release may hold.
pub const MOST_IN_A_SET: usize = 2000;

/// Rows of what a sprint or a release holds, in the order of the backlog, without what is put away.
pub fn rows_in(cx: &Cx<'_>, set: &Header) -> Result<Vec<Row>, Fault> {
    let mut sql = rows_from(cx, ITEMS);
    let column = if set.kind == Kind::Sprint { " AND i.sprint_id = " } else { " AND i.release_id = " };
    sql.push(LIVING).with(column, set.id).with(" ORDER BY i.rank, i.object_id LIMIT ", MOST_IN_A_SET);
    read(cx, &set.key, &sql)
}

/// One item as a row, put away or not.
pub fn row(cx: &Cx<'_>, item: ObjectId) -> Result<Row, Fault> {
    row_of(cx, &Header::seen(cx, &item.into())?)
}

fn row_of(cx: &Cx<'_>, item: &Header) -> Result<Row, Fault> {
    let mut sql = rows_from(cx, ITEMS);
    sql.with(" AND i.object_id = ", item.id);
    read(cx, &item.key, &sql)?.pop().ok_or(Fault::not_found("item"))
}

/// How much open work has no why: as many as the list shows that is narrowed so.
pub fn open_without_why(cx: &Cx<'_>, product: &Product) -> Result<i64, Fault> {
    let mut sql = Sql::new("SELECT count(*)");
    sql.push(ITEMS);
    sql.push(object::seen!(cx, product.id, "i"));
    narrow(&mut sql, product, &Filter { open: Some(true), has_why: Some(false), ..Filter::default() });
    let (count,): (i64,) = cx.one(sql.text(), sql.args())?;
    Ok(count)
}

/// One item with its criteria and what it is part of.
pub fn item(cx: &Cx<'_>, name: &ObjectName) -> Result<Item, Fault> {
    let header = Header::seen(cx, name)?.of_kinds(Kind::ITEMS, "item")?;
    let row = row_of(cx, &header)?;
    let (blocked_reason, started_at, done_at, accepted_at, accepted_by): (
        Option<String>,
        Option<Ts>,
        Option<Ts>,
        Option<Ts>,
        Option<PersonId>,
    ) = cx.one(
        "SELECT blocked_reason, started_at, done_at, accepted_at, accepted_by FROM item WHERE object_id = $1",
        args![header.id],
    )?;
    let children: Vec<(ObjectId,)> = cx
        .rows("SELECT object_id FROM item WHERE parent_id = $1 ORDER BY rank, object_id LIMIT 500", args![header.id])?;
    let around: Vec<ObjectId> = [row.parent_id, row.sprint_id, row.release_id]
        .into_iter()
        .flatten()
        .chain(children.iter().map(|(id,)| *id))
        .collect();
    let stubs = if around.is_empty() { Default::default() } else { object::stubs(cx, &around)? };
    let stub = |id: Option<ObjectId>| id.and_then(|id| stubs.get(&id).cloned());
    let criteria = criteria::of(cx, header.id)?;
    let people = object::people(cx, [row.assignee_id, accepted_by])?;
    let person = |id: Option<PersonId>| id.and_then(|id| people.get(&id).cloned());
    let ready = rules::readiness(&row, criteria.len(), blocked_reason.as_deref());
    let Row {
        id: _,
        reference: _,
        title: _,
        kind: _,
        state,
        category,
        points,
        assignee_id,
        team_id,
        parent_id,
        epic: _,
        sprint_id,
        release_id,
        why,
        exempt,
        blocked,
        accepted,
        archived: _,
        version: _,
        rank,
    } = row;
    Ok(Item {
        object: object::object(cx, &header.id.into())?,
        state,
        category,
        points,
        assignee: person(assignee_id),
        assignee_id,
        team_id,
        rank,
        parent_id,
        parent: stub(parent_id),
        children: children.iter().filter_map(|(id,)| stubs.get(id).cloned()).collect(),
        sprint_id,
        sprint: stub(sprint_id),
        release_id,
        release: stub(release_id),
        why,
        exempt,
        blocked,
        blocked_reason,
        criteria,
        ready,
        started_at,
        done_at,
        accepted,
        accepted_at,
        accepted_by: person(accepted_by),
    })
}
