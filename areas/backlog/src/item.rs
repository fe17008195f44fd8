use crate::criteria::{self, Criterion};
use crate::rules::{self, Readiness};
use crate::workflow;
use access::{Can, Cx, Fault, Rights};
use object::{Header, Object, PersonRef, Product, Stub, relations, search};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::iter::repeat;
use std::str::FromStr;
use store::{Sql, args};
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
    pub parent_id: Option<ObjectId>,
    /// The parent's title.
    pub epic: Option<String>,
    pub sprint_id: Option<ObjectId>,
    pub release_id: Option<ObjectId>,
    /// Whether a link leads from it, or from what it is part of, towards the vision; none does to what is put away.
    pub why: bool,
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
    pub rank: String,
    pub parent_id: Option<ObjectId>,
    pub parent: Option<Stub>,
    pub children: Vec<Stub>,
    pub sprint_id: Option<ObjectId>,
    pub sprint: Option<Stub>,
    pub release_id: Option<ObjectId>,
    pub release: Option<Stub>,
    pub why: bool,
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
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub can: Can,
}

const COLUMNS: &str = "SELECT i.object_id, i.number, o.title, i.kind, i.state, i.category, i.points, i.assignee_id,
    i.parent_id, i.sprint_id, i.release_id, i.blocked_reason IS NOT NULL, i.accepted_at IS NOT NULL,
    o.archived_at IS NOT NULL, o.version, i.rank";
const ITEMS_FIRST: &str = " FROM item i JOIN object o ON o.id = i.object_id ";
const LIVING: &str = " AND o.archived_at IS NULL";
const ARCHIVED: &str = " AND o.archived_at IS NOT NULL";
/// Where few objects are looked for, they lead to the items.
const MATCHES_FIRST: &str = " FROM object o CROSS JOIN item i ";
/// An item's parent, for [`push_why`].
const PARENT: &str = "LEFT JOIN item g ON g.object_id = i.parent_id";

/// Whether an item `i` has a why: a link of its own towards the vision, or one of what it is part of (`g` is its parent).
/// What is put away is no why, and gives none on. [`look_up`] says the same of rows that are read.
fn push_why(sql: &mut Sql) {
    sql.push(
        "(EXISTS (SELECT 1 FROM link l JOIN object t ON t.id = l.to_id AND t.archived_at IS NULL
         WHERE l.from_id = i.object_id AND l.relation IN",
    );
    sql.push(relations::UPWARDS).push(
        ") OR (i.parent_id IS NOT NULL AND EXISTS (SELECT 1 FROM link l
         JOIN object t ON t.id = l.to_id AND t.archived_at IS NULL
         JOIN object f ON f.id = l.from_id AND f.archived_at IS NULL
         WHERE l.from_id IN (i.parent_id, g.parent_id) AND l.relation IN",
    );
    sql.push(relations::UPWARDS).push(")))");
}

/// Begins a select of rows; what follows narrows them. What is the team's is nobody else's.
fn rows_from(cx: &Cx<'_>, tables: &'static str, filter: &Filter) -> Sql {
    let mut sql = Sql::new(COLUMNS);
    sql.push(tables);
    if filter.has_why.is_some() {
        sql.push(PARENT);
    }
    sql.push(" WHERE TRUE");
    let hidden = cx.actor.products_without_team();
    if !hidden.is_empty() {
        sql.within(" AND NOT (o.visibility = 'team' AND o.product_id IN", hidden).push(")");
    }
    sql
}

/// Reads the rows of a select of one product, whose key is given.
fn read(cx: &Cx<'_>, key: &ProductKey, sql: &Sql) -> Result<Vec<Row>, Fault> {
    let mut rows = cx.query(sql.text(), sql.args(), |row| {
        Ok(Row {
            id: row.get(0)?,
            reference: format!("{key}-{}", row.get::<i64>(1)?),
            title: row.get(2)?,
            kind: row.get(3)?,
            state: row.get(4)?,
            category: row.get(5)?,
            points: row.get(6)?,
            assignee_id: row.get(7)?,
            parent_id: row.get(8)?,
            epic: None,
            sprint_id: row.get(9)?,
            release_id: row.get(10)?,
            why: false,
            blocked: row.get(11)?,
            accepted: row.get(12)?,
            archived: row.get(13)?,
            version: row.get(14)?,
            rank: row.get(15)?,
        })
    })?;
    for some in rows.chunks_mut(AT_ONCE) {
        look_up(cx, some)?;
    }
    Ok(rows)
}

/// Rows whose surroundings are looked up at a time.
const AT_ONCE: usize = 200;

/// Looks up the titles of what rows are part of, and whether they have a why: once for all of them, as many share their
/// epic.
fn look_up(cx: &Cx<'_>, rows: &mut [Row]) -> Result<(), Fault> {
    let wholes = wholes(cx, rows)?;
    let asked: BTreeSet<ObjectId> = rows.iter().map(|row| row.id).chain(wholes.keys().copied()).collect();
    let mut sql = Sql::new(
        "SELECT l.from_id FROM link l JOIN object t ON t.id = l.to_id AND t.archived_at IS NULL WHERE l.relation IN",
    );
    sql.push(relations::UPWARDS).within(" AND l.from_id IN", asked);
    let linked: HashSet<ObjectId> =
        cx.rows::<(ObjectId,)>(sql.text(), sql.args())?.into_iter().map(|(id,)| id).collect();
    let gives = |id: ObjectId| linked.contains(&id) && wholes.get(&id).is_some_and(|whole| !whole.archived);
    for row in rows {
        let epic = row.parent_id.and_then(|id| wholes.get(&id));
        let above = [row.parent_id, epic.and_then(|epic| epic.parent)];
        row.why = linked.contains(&row.id) || above.into_iter().flatten().any(gives);
        row.epic = epic.map(|epic| epic.title.clone());
    }
    Ok(())
}

/// What rows are part of.
struct Whole {
    title: String,
    archived: bool,
    parent: Option<ObjectId>,
}

/// What rows are part of, and what that is part of in turn: an epic is part of nothing.
fn wholes(cx: &Cx<'_>, rows: &[Row]) -> Result<HashMap<ObjectId, Whole>, Fault> {
    let mut wholes = HashMap::new();
    let mut above: BTreeSet<ObjectId> = rows.iter().filter_map(|row| row.parent_id).collect();
    while !above.is_empty() {
        let mut sql = Sql::new(
            "SELECT o.id, o.title, o.archived_at IS NOT NULL,
                    CASE WHEN o.kind <> 'epic' THEN (SELECT parent_id FROM item WHERE object_id = o.id) END
             FROM object o WHERE o.id IN",
        );
        sql.within("", std::mem::take(&mut above));
        let found = cx.query(sql.text(), sql.args(), |row| {
            Ok((row.get(0)?, Whole { title: row.get(1)?, archived: row.get(2)?, parent: row.get(3)? }))
        })?;
        for (id, whole) in found {
            above.extend(whole.parent.filter(|parent| !wholes.contains_key(parent)));
            wholes.insert(id, whole);
        }
    }
    Ok(wholes)
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

/// Whether only what is open, or only what is not, is asked for; states of one sort say it, too: the indexes know it.
fn openness(cx: &Cx<'_>, product: &Product, filter: &Filter) -> Result<Option<bool>, Fault> {
    if filter.open.is_some() || filter.states.is_empty() {
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
/// Reading texts is given up where not one in so many matches.
const HARDLY: usize = 16;
/// Places of the order read at a time while walking it.
const STRIDE: usize = 4000;

/// Items that hold the words. Where many do, a page is full after a few places of the order: so their texts are looked at
/// first, and the index, which collects all matches before it answers, only where few do.
fn matching(cx: &Cx<'_>, product: &Product, filter: &Filter, page: &Page, text: &str) -> Result<Vec<Row>, Fault> {
    if !search::is_key(text) {
        let (words, strides) = (search::Words::of(text)?, [1, 1, 2, 4, 8].map(|pages| pages * (page.limit + 1)));
        let found = walk(cx, product, filter, page, strides, true, |place| words.are_in(&place.title, &place.body))?;
        if let Some(rows) = found {
            return Ok(rows);
        }
    }
    let numbers = search::matching_numbers(cx, product, text, ALL)?;
    if numbers.len() <= FEW {
        return select(cx, product, filter, page, Some(&numbers));
    }
    let numbers: HashSet<i64> = numbers.into_iter().collect();
    let found = walk(cx, product, filter, page, repeat(STRIDE), false, |place| numbers.contains(&place.number))?;
    Ok(found.unwrap_or_default())
}

fn narrow(sql: &mut Sql, product: &Product, filter: &Filter) {
    sql.with(" AND i.product_id = ", product.id);
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
    if let Some(has_why) = filter.has_why {
        sql.push(if has_why { " AND " } else { " AND NOT " });
        push_why(sql);
    }
}

fn push_archived(sql: &mut Sql, filter: &Filter) {
    sql.push(if filter.archived { ARCHIVED } else { LIVING });
}

fn select(
    cx: &Cx<'_>,
    product: &Product,
    filter: &Filter,
    page: &Page,
    numbers: Option<&[i64]>,
) -> Result<Vec<Row>, Fault> {
    let tables = if numbers.is_some() { MATCHES_FIRST } else { ITEMS_FIRST };
    let mut sql = rows_from(cx, tables, filter);
    push_archived(&mut sql, filter);
    narrow(&mut sql, product, filter);
    if let Some(numbers) = numbers {
        sql.with(" AND i.object_id = o.id AND o.product_id = ", product.id);
        sql.within(" AND o.number IN", numbers.iter().copied());
    }
    push_after(&mut sql, page.after.as_ref());
    sql.with(" ORDER BY i.rank, i.object_id LIMIT ", page.limit + 1);
    read(cx, &product.key, &sql)
}

/// A place of the order; its texts only where they were asked for.
struct Place {
    rank: String,
    id: ObjectId,
    number: i64,
    title: String,
    body: String,
}

/// Follows the order in strides and keeps what matches, until the page is full or the order ends. `None` when the strides
/// end first, or when they read texts and hardly one matches.
fn walk(
    cx: &Cx<'_>,
    product: &Product,
    filter: &Filter,
    page: &Page,
    strides: impl IntoIterator<Item = usize>,
    texts: bool,
    matches: impl Fn(&Place) -> bool,
) -> Result<Option<Vec<Row>>, Fault> {
    let mut after = page.after.clone();
    let mut rows = Vec::new();
    for stride in strides {
        let mut sql = Sql::new(if texts {
            "SELECT i.rank, i.object_id, i.number, o.title, o.body FROM item i JOIN object o ON o.id = i.object_id "
        } else {
            "SELECT i.rank, i.object_id, i.number, '', '' FROM item i "
        });
        if filter.has_why.is_some() {
            sql.push(PARENT);
        }
        sql.push(" WHERE TRUE");
        narrow(&mut sql, product, filter);
        push_after(&mut sql, after.as_ref());
        sql.with(" ORDER BY i.rank, i.object_id LIMIT ", stride);
        let places = cx.query(sql.text(), sql.args(), |row| {
            let (rank, id, number) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(Place { rank, id, number, title: row.get(3)?, body: row.get(4)? })
        })?;
        let hits: Vec<ObjectId> = places.iter().filter(|place| matches(place)).map(|place| place.id).collect();
        for some in hits.chunks(page.limit + 1) {
            rows.extend(those(cx, product, filter, some)?);
            if rows.len() > page.limit {
                return Ok(Some(rows));
            }
        }
        match places.last() {
            Some(_) if texts && hits.len() * HARDLY < places.len() => return Ok(None),
            Some(last) if places.len() == stride => after = Some(Cursor::new(&last.rank, last.id)),
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
    let mut sql = rows_from(cx, ITEMS_FIRST, filter);
    push_archived(&mut sql, filter);
    narrow(&mut sql, product, filter);
    sql.within(" AND i.object_id IN", ids.iter().copied()).push(" ORDER BY i.rank, i.object_id");
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
    let mut sql = rows_from(cx, ITEMS_FIRST, &Filter::default());
    let column = if set.kind == Kind::Sprint { " AND i.sprint_id = " } else { " AND i.release_id = " };
    sql.push(LIVING).with(column, set.id).with(" ORDER BY i.rank, i.object_id LIMIT ", MOST_IN_A_SET);
    read(cx, &set.key, &sql)
}

/// One item as a row, put away or not.
pub fn row(cx: &Cx<'_>, item: ObjectId) -> Result<Row, Fault> {
    row_of(cx, &Header::seen(cx, &item.into())?)
}

fn row_of(cx: &Cx<'_>, item: &Header) -> Result<Row, Fault> {
    let mut sql = rows_from(cx, ITEMS_FIRST, &Filter::default());
    sql.with(" AND i.object_id = ", item.id);
    read(cx, &item.key, &sql)?.pop().ok_or(Fault::not_found("item"))
}

/// How much open work has no why: as many as the list shows that is narrowed so.
pub fn open_without_why(cx: &Cx<'_>, product: &Product) -> Result<i64, Fault> {
    let mut sql = Sql::new("SELECT count(*)");
    sql.push(ITEMS_FIRST).push(PARENT).push(" WHERE TRUE").push(LIVING);
    if !cx.actor.is_team(product.id) {
        sql.push(" AND o.visibility <> 'team'");
    }
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
        parent_id,
        epic: _,
        sprint_id,
        release_id,
        why,
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
        rank,
        parent_id,
        parent: stub(parent_id),
        children: children.iter().filter_map(|(id,)| stubs.get(id).cloned()).collect(),
        sprint_id,
        sprint: stub(sprint_id),
        release_id,
        release: stub(release_id),
        why,
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
