//! Table and mapping to a plan: what every row would become. Every row is planned or rejected with a reason; every filled
//! cell lands in a field, is kept as a custom value, or stands in a column the person chose to ignore.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use vocabulary::{Category, Kind};

use super::columns::{self, Field};
use super::dates::{self, DateOrder, Moment, Orders};
use super::meanings;
use super::reader::{Row, Table};
use super::report::{
    ColumnFate, Fate, Keep, KindFound, Mapping, PersonFound, Rejection, StateFound, Target, Warning, Warnings,
};
use super::wiki;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Inward,
    Outward,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PlannedLink {
    /// The type in the header's brackets, as this instance spells it.
    pub kind: String,
    pub direction: Direction,
    pub key: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedComment {
    pub created: Option<i64>,
    pub author: Option<String>,
    pub body_markdown: String,
}

/// One row as an item. Times are microseconds since 1970 in UTC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Planned {
    pub row: u32,
    /// The external key by which a later import finds this item again.
    pub key: String,
    pub jira_id: Option<String>,
    pub kind_name: Option<String>,
    pub kind: Kind,
    pub summary: String,
    pub description_markdown: String,
    pub status_name: Option<String>,
    pub status_category: Option<String>,
    pub category: Category,
    pub resolution: Option<String>,
    pub priority: Option<String>,
    pub points: Option<f64>,
    pub assignee: Option<String>,
    pub reporter: Option<String>,
    pub created: Option<i64>,
    pub updated: Option<i64>,
    pub resolved: Option<i64>,
    pub due: Option<Date>,
    /// The key of the parent's row where the parent is in this file, otherwise the key or id as written.
    pub parent_ref: Option<String>,
    pub sprints: Vec<String>,
    pub fix_versions: Vec<String>,
    pub labels: Vec<String>,
    pub components: Vec<String>,
    pub comments: Vec<PlannedComment>,
    pub links: Vec<PlannedLink>,
    pub custom: Vec<(Arc<str>, String)>,
    /// Equal for two exports of an issue that has not changed, wherever its row and columns stand.
    pub fingerprint: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Plan {
    pub rows: Vec<Planned>,
    pub rejected: Vec<Rejection>,
    pub warnings: Vec<Warning>,
    pub columns: Vec<ColumnFate>,
    pub people: Vec<PersonFound>,
    pub states: Vec<StateFound>,
    pub kinds: Vec<KindFound>,
    /// The orders in which the file's dates can be read, likeliest first; more than one is a question to the person.
    pub date_orders: Vec<DateOrder>,
    pub blank_rows: u32,
}

pub fn plan(table: &Table, mapping: &Mapping) -> Plan {
    let mut warnings = table.warnings().clone();
    let columns = Columns::new(table, mapping, &mut warnings);
    let survey = Survey::new(table, mapping, &columns, &mut warnings);
    let mut planner = Planner {
        columns: &columns,
        survey: &survey,
        mapping,
        warnings,
        plan: Plan { rows: Vec::with_capacity(table.len()), blank_rows: table.blank_rows(), ..Plan::default() },
        first_rows: HashMap::new(),
        parents: Vec::new(),
    };
    for row in table.rows() {
        planner.add(&row);
    }
    planner.resolve_parents();
    planner.finish()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Field(Field),
    Custom,
    Ignore,
}

struct Column {
    name: Arc<str>,
    usage: Use,
    link_type: String,
    is_volatile: bool,
}

struct Columns(Vec<Column>);

impl Columns {
    fn new(table: &Table, mapping: &Mapping, warnings: &mut Warnings) -> Columns {
        let columns = (0..table.width()).map(|index| {
            let name = table.name(index);
            let usage = match mapping.columns.get(&index.to_string()) {
                Some(Target::Field(field)) => Use::Field(*field),
                Some(Target::Keep(Keep::Custom)) => Use::Custom,
                Some(Target::Keep(Keep::Ignore)) => Use::Ignore,
                None => columns::field(&name).map_or(Use::Custom, Use::Field),
            };
            Column {
                link_type: columns::link_type(&name).to_owned(),
                is_volatile: columns::is_volatile(&name),
                name: Arc::from(name.as_ref()),
                usage,
            }
        });
        let columns = Columns(columns.collect());
        for index in mapping.columns.keys() {
            if index.parse::<usize>().ok().filter(|index| *index < columns.0.len()).is_none() {
                warnings.file(format!("The mapping names column {index}, which this file does not have."));
            }
        }
        let has = |wanted| columns.0.iter().any(|column| column.usage == Use::Field(wanted));
        if !has(Field::Summary) && !has(Field::IssueKey) {
            warnings.file("No column was recognised as the summary or the issue key: choose them before importing.");
        }
        columns
    }
}

/// What only the whole file can tell: fill of the columns, order of the dates, names of account ids, meaning of states.
struct Survey {
    filled: Vec<u32>,
    orders: Vec<DateOrder>,
    candidates: Vec<DateOrder>,
    comment_order: DateOrder,
    accounts: HashMap<String, String>,
    categories: HashMap<String, String>,
}

impl Survey {
    fn new(table: &Table, mapping: &Mapping, columns: &Columns, warnings: &mut Warnings) -> Survey {
        let width = columns.0.len();
        let accounts_of = account_columns(columns);
        let mut is_account = vec![false; width];
        accounts_of.iter().for_each(|(id, name)| (is_account[*id], is_account[*name]) = (true, true));
        let mut filled = vec![0; width];
        let mut orders = vec![Orders::default(); width];
        let mut comments = Orders::default();
        let (mut accounts, mut categories) = (HashMap::new(), HashMap::new());
        for row in table.rows() {
            let (mut state, mut category) = (None, None);
            let mut people: HashMap<usize, &str> = HashMap::new();
            for (index, cell) in row.cells() {
                let cell = cell.trim();
                if cell.is_empty() {
                    continue;
                }
                filled[index] += 1;
                match columns.0[index].usage {
                    Use::Field(field) if field.is_date() => orders[index].add(cell),
                    Use::Field(Field::Comment) => {
                        if let Some((date, _)) = cell.split_once(';') {
                            comments.add(date);
                        }
                    }
                    Use::Field(Field::Status) => _ = state.get_or_insert(cell),
                    Use::Field(Field::StatusCategory) => _ = category.get_or_insert(cell),
                    _ => {}
                }
                if is_account[index] {
                    people.insert(index, cell);
                }
            }
            for (id, name) in &accounts_of {
                if let (Some(id), Some(name)) = (people.get(id), people.get(name)) {
                    accounts.entry((*id).to_owned()).or_insert_with(|| (*name).to_owned());
                }
            }
            if let (Some(state), Some(category)) = (state, category)
                && !categories.contains_key(state)
            {
                categories.insert(state.to_owned(), category.to_owned());
            }
        }
        let whole = orders.iter().copied().fold(comments, Orders::and).candidates();
        if whole.len() > 1 && mapping.date_order.is_none() {
            warnings
                .file("Dates like 04/05 can be read day first or month first; day first was taken. Choose the order.");
        }
        let usual = whole.first().copied().unwrap_or(DateOrder::Dmy);
        let decide = |orders: Orders| {
            mapping.date_order.unwrap_or_else(|| match orders.candidates().as_slice() {
                [only] => *only,
                _ => usual,
            })
        };
        Survey {
            filled,
            comment_order: decide(comments),
            orders: orders.into_iter().map(decide).collect(),
            candidates: whole,
            accounts,
            categories,
        }
    }
}

/// Pairs like `Assignee Id` and `Assignee`. Headers that repeat are left out: their order need not be the same.
fn account_columns(columns: &Columns) -> Vec<(usize, usize)> {
    let mut once: BTreeMap<String, Option<usize>> = BTreeMap::new();
    for (index, column) in columns.0.iter().enumerate() {
        once.entry(column.name.to_lowercase()).and_modify(|seen| *seen = None).or_insert(Some(index));
    }
    let id_of = |name: &str| {
        let forms =
            [format!("{name} id"), format!("id de la {name}"), format!("id del {name}"), format!("id de {name}")];
        let id = forms.iter().find_map(|form| once.get(form).copied().flatten())?;
        (columns.0[id].usage == Use::Custom).then_some(id)
    };
    let mut pairs: Vec<_> = once.iter().filter_map(|(name, index)| Some((id_of(name)?, (*index)?))).collect();
    pairs.sort_unstable();
    pairs
}

struct Planner<'p> {
    columns: &'p Columns,
    survey: &'p Survey,
    mapping: &'p Mapping,
    warnings: Warnings,
    plan: Plan,
    /// Keys, upper case, to the index of the row that has them.
    first_rows: HashMap<String, usize>,
    parents: Vec<(usize, Vec<ParentCell>)>,
}

struct ParentCell {
    column: usize,
    value: String,
}

/// The single-valued cells of a row before they are put together.
#[derive(Default)]
struct Singles<'t>(HashMap<Field, &'t str>);

impl<'t> Singles<'t> {
    /// False when another value stands there already.
    fn put(&mut self, field: Field, value: &'t str) -> bool {
        *self.0.entry(field).or_insert(value) == value
    }

    fn text(&self, field: Field) -> Option<String> {
        self.0.get(&field).map(|value| (*value).to_owned())
    }
}

impl Planner<'_> {
    fn add(&mut self, row: &Row<'_>) {
        let mut singles = Singles::default();
        let mut item = empty(row.number);
        let mut parents = Vec::new();
        let mut meaningful: Vec<(&str, &str)> = Vec::new();
        let columns = self.columns;
        for (index, raw) in row.cells() {
            let cell = raw.trim();
            let column = &columns.0[index];
            if cell.is_empty() || column.usage == Use::Ignore {
                continue;
            }
            if !column.is_volatile {
                meaningful.push((&column.name, cell));
            }
            let Use::Field(field) = column.usage else {
                item.custom.push((column.name.clone(), cell.to_owned()));
                continue;
            };
            let landed = match field {
                Field::Created => self.time(&mut item.created, index, row.number, cell),
                Field::Updated => self.time(&mut item.updated, index, row.number, cell),
                Field::Resolved => self.time(&mut item.resolved, index, row.number, cell),
                Field::DueDate => match self.moment(index, row.number, cell) {
                    Some(moment) => *item.due.get_or_insert(moment.date) == moment.date,
                    None => false,
                },
                Field::StoryPoints => match points(cell) {
                    Some(points) => *item.points.get_or_insert(points) == points,
                    None => {
                        self.warnings.cell(
                            row.number,
                            &column.name,
                            format!("\"{}\" is not a number of points; kept as a custom value.", short(cell)),
                        );
                        false
                    }
                },
                Field::Sprint => added(&mut item.sprints, cell.to_owned()),
                Field::FixVersions => added(&mut item.fix_versions, cell.to_owned()),
                Field::Components => added(&mut item.components, cell.to_owned()),
                // A Jira label has no spaces, so a cell with several words is several labels.
                Field::Labels => cell
                    .split(|c: char| c.is_whitespace() || c == ',')
                    .filter(|label| !label.is_empty())
                    .all(|label| added(&mut item.labels, label.to_owned())),
                Field::Comment => added(&mut item.comments, self.comment(cell)),
                Field::Parent | Field::EpicLink => {
                    added(&mut parents, ParentCell { column: index, value: cell.to_owned() })
                }
                Field::InwardLink | Field::OutwardLink => {
                    let direction = if field == Field::InwardLink { Direction::Inward } else { Direction::Outward };
                    let kind = column.link_type.clone();
                    added(&mut item.links, PlannedLink { kind, direction, key: cell.to_owned() })
                }
                Field::Summary
                | Field::IssueKey
                | Field::IssueId
                | Field::IssueType
                | Field::Status
                | Field::StatusCategory
                | Field::Priority
                | Field::Resolution
                | Field::Assignee
                | Field::Reporter
                | Field::Description => singles.put(field, cell),
            };
            if !landed {
                item.custom.push((column.name.clone(), cell.to_owned()));
            }
        }
        once(&mut item.sprints);
        once(&mut item.fix_versions);
        once(&mut item.components);
        once(&mut item.labels);
        once(&mut item.links);
        let summary =
            singles.text(Field::Summary).map(|summary| summary.split_whitespace().collect::<Vec<_>>().join(" "));
        let key = singles.text(Field::IssueKey);
        let Some(title) = summary.clone().or_else(|| key.clone()) else {
            let reason = "The row has neither a summary nor an issue key.".to_owned();
            self.plan.rejected.push(Rejection { row: row.number, column: None, reason });
            return;
        };
        if summary.is_none() {
            self.warnings.row(row.number, "The row has no summary; its key is taken as the title.");
        }
        item.summary = title;
        item.jira_id = singles.text(Field::IssueId);
        item.kind_name = singles.text(Field::IssueType);
        item.kind = meanings::kind(item.kind_name.as_deref().unwrap_or_default());
        item.description_markdown = singles
            .0
            .get(&Field::Description)
            .map(|text| wiki::to_markdown(text, &self.survey.accounts))
            .unwrap_or_default();
        item.status_name = singles.text(Field::Status);
        item.status_category = singles.text(Field::StatusCategory);
        item.resolution = singles.text(Field::Resolution);
        item.priority = singles.text(Field::Priority);
        item.assignee = singles.text(Field::Assignee);
        item.reporter = singles.text(Field::Reporter);
        self.decide_category(&mut item);
        item.fingerprint = fingerprint(&mut meaningful, &item);
        self.keep(item, key, parents);
    }

    fn keep(&mut self, mut item: Planned, key: Option<String>, parents: Vec<ParentCell>) {
        let by_content = key.is_none() && item.jira_id.is_none();
        item.key = match (key, &item.jira_id) {
            (Some(key), _) => key,
            (None, Some(id)) => format!("jira-id-{id}"),
            (None, None) => {
                let created = item.created.map(|at| at.to_string()).unwrap_or_default();
                format!("row-{}", hash([item.summary.as_str(), &created].into_iter(), 6))
            }
        };
        // Two rows without any key may share title and time and still be two issues.
        if by_content && self.first_with(&item.key).is_some_and(|first| first.fingerprint != item.fingerprint) {
            item.key = format!("{}-{}", item.key, &item.fingerprint[..8]);
        }
        if let Some(first) = self.first_with(&item.key) {
            let what = match by_content {
                true => "A row with the same values stands".to_owned(),
                false => format!("{} stands", item.key),
            };
            let reason = format!("{what} already in row {}, which is the one imported.", first.row);
            self.plan.rejected.push(Rejection { row: item.row, column: None, reason });
            return;
        }
        let index = self.plan.rows.len();
        self.first_rows.insert(item.key.to_uppercase(), index);
        if !parents.is_empty() {
            self.parents.push((index, parents));
        }
        self.plan.rows.push(item);
    }

    fn first_with(&self, key: &str) -> Option<&Planned> {
        self.plan.rows.get(*self.first_rows.get(&key.to_uppercase())?)
    }

    /// An issue closed as "Won't Do" stands in a state called Done; a state here has one meaning, so such an issue takes
    /// its resolution as state and keeps the other name as a custom value.
    fn decide_category(&mut self, item: &mut Planned) {
        let Some(name) = item.status_name.clone().or_else(|| item.status_category.clone()) else {
            item.category = Category::Backlog;
            return;
        };
        let broad = self.survey.categories.get(&name).map(String::as_str).or(item.status_category.as_deref());
        let answered = self.mapping.states.get(&name).copied();
        item.category = answered.or_else(|| meanings::category(&name, broad)).unwrap_or(Category::Backlog);
        let dropped = item.resolution.clone().filter(|resolution| meanings::is_cancelling(resolution));
        if let (Category::Done, Some(resolution)) = (item.category, dropped) {
            item.category = self.mapping.states.get(&resolution).copied().unwrap_or(Category::Cancelled);
            item.status_name = Some(resolution);
            item.custom.push((Arc::from("Status"), name));
        } else {
            item.status_name = Some(name);
        }
    }

    fn moment(&mut self, column: usize, row: u32, cell: &str) -> Option<Moment> {
        let moment = dates::parse(cell, self.survey.orders[column]);
        if moment.is_none() {
            let message = format!("\"{}\" is not a date that could be read; kept as a custom value.", short(cell));
            self.warnings.cell(row, &self.columns.0[column].name, message);
        }
        moment
    }

    fn time(&mut self, place: &mut Option<i64>, column: usize, row: u32, cell: &str) -> bool {
        self.moment(column, row, cell).is_some_and(|moment| *place.get_or_insert(moment.at) == moment.at)
    }

    /// `date;author;text` where the cell has that shape, otherwise the cell is the text.
    fn comment(&self, cell: &str) -> PlannedComment {
        let markdown = |text: &str| wiki::to_markdown(text, &self.survey.accounts);
        let mut parts = cell.splitn(3, ';');
        if let (Some(date), Some(author), Some(text)) = (parts.next(), parts.next(), parts.next())
            && author.len() <= 255
            && !author.contains('\n')
            && let Some(moment) = dates::parse(date, self.survey.comment_order).filter(|moment| moment.has_time)
        {
            let author = author.trim();
            let name = self.survey.accounts.get(author).map_or(author, String::as_str);
            let author = (!name.is_empty()).then(|| name.to_owned());
            return PlannedComment { created: Some(moment.at), author, body_markdown: markdown(text.trim_start()) };
        }
        PlannedComment { created: None, author: None, body_markdown: markdown(cell) }
    }

    /// A parent may be named by id, by key or as an epic, in several columns at once.
    fn resolve_parents(&mut self) {
        let mut rows: HashMap<String, usize> = self.first_rows.clone();
        for (index, item) in self.plan.rows.iter().enumerate() {
            if let Some(id) = &item.jira_id {
                rows.entry(id.to_uppercase()).or_insert(index);
            }
        }
        let mut landed: HashMap<usize, Vec<ParentCell>> = HashMap::new();
        let mut parent_of: Vec<Option<usize>> = vec![None; self.plan.rows.len()];
        for (index, cells) in std::mem::take(&mut self.parents) {
            let found = |cell: &ParentCell| rows.get(&cell.value.to_uppercase()).copied();
            let direct = |cell: &ParentCell| self.columns.0[cell.column].usage == Use::Field(Field::Parent);
            // A parent before an epic, one in this file before one elsewhere, a key before an id.
            let rank = |cell: &&ParentCell| (!direct(cell), found(cell).is_none(), !cell.value.contains('-'));
            let Some(chosen) = cells.iter().min_by_key(rank) else { continue };
            let target = found(chosen);
            let key = target.map_or_else(|| chosen.value.clone(), |parent| self.plan.rows[parent].key.clone());
            self.plan.rows[index].parent_ref = Some(key);
            parent_of[index] = target;
            let chosen = chosen.value.clone();
            let (same, others) =
                cells.into_iter().partition(|cell| cell.value == chosen || (target.is_some() && found(cell) == target));
            landed.insert(index, same);
            self.keep_as_custom(index, others);
        }
        for index in closing_circles(&parent_of) {
            let item = &mut self.plan.rows[index];
            let column = &self.columns.0[landed[&index][0].column].name;
            let message = format!("{} would be its own ancestor; the parent is kept as a custom value only.", item.key);
            self.warnings.cell(item.row, column, message);
            item.parent_ref = None;
            self.keep_as_custom(index, landed.remove(&index).unwrap_or_default());
        }
    }

    fn keep_as_custom(&mut self, index: usize, cells: Vec<ParentCell>) {
        let columns = self.columns;
        let named = cells.into_iter().map(|cell| (columns.0[cell.column].name.clone(), cell.value));
        self.plan.rows[index].custom.extend(named);
    }

    fn finish(mut self) -> Plan {
        let mut people: BTreeMap<&str, u32> = BTreeMap::new();
        let mut states: BTreeMap<(&str, Category), u32> = BTreeMap::new();
        let mut kinds: BTreeMap<(&str, Kind), u32> = BTreeMap::new();
        for item in &self.plan.rows {
            let authors = item.comments.iter().filter_map(|comment| comment.author.as_deref());
            for name in item.assignee.as_deref().into_iter().chain(item.reporter.as_deref()).chain(authors) {
                *people.entry(name).or_default() += 1;
            }
            if let Some(name) = &item.status_name {
                *states.entry((name, item.category)).or_default() += 1;
            }
            *kinds.entry((item.kind_name.as_deref().unwrap_or_default(), item.kind)).or_default() += 1;
        }
        let people = people.into_iter().map(|(name, cells)| PersonFound { name: name.to_owned(), cells }).collect();
        let states = states
            .into_iter()
            .map(|((name, category), rows)| StateFound { name: name.to_owned(), category, rows })
            .collect();
        let kinds =
            kinds.into_iter().map(|((name, kind), rows)| KindFound { name: name.to_owned(), kind, rows }).collect();
        self.plan.people = people;
        self.plan.states = states;
        self.plan.kinds = kinds;
        let fate = |(index, column): (usize, &Column)| {
            let filled = self.survey.filled[index];
            let (fate, field) = match column.usage {
                Use::Ignore => (Fate::Ignored, None),
                Use::Field(field) if filled > 0 => (Fate::Mapped, Some(field)),
                Use::Field(field) => (Fate::Empty, Some(field)),
                Use::Custom if filled > 0 => (Fate::Custom, None),
                Use::Custom => (Fate::Empty, None),
            };
            ColumnFate { index, header: column.name.to_string(), fate, field, filled }
        };
        self.plan.columns = self.columns.0.iter().enumerate().map(fate).collect();
        self.plan.date_orders = self.survey.candidates.clone();
        self.plan.rejected.sort_by_key(|rejection| rejection.row);
        self.plan.warnings = self.warnings.finish();
        self.plan
    }
}

fn empty(row: u32) -> Planned {
    Planned {
        row,
        key: String::new(),
        jira_id: None,
        kind_name: None,
        kind: Kind::Task,
        summary: String::new(),
        description_markdown: String::new(),
        status_name: None,
        status_category: None,
        category: Category::Backlog,
        resolution: None,
        priority: None,
        points: None,
        assignee: None,
        reporter: None,
        created: None,
        updated: None,
        resolved: None,
        due: None,
        parent_ref: None,
        sprints: Vec::new(),
        fix_versions: Vec::new(),
        labels: Vec::new(),
        components: Vec::new(),
        comments: Vec::new(),
        links: Vec::new(),
        custom: Vec::new(),
        fingerprint: String::new(),
    }
}

/// True, so that a cell which became part of a list counts as landed.
fn added<T>(values: &mut Vec<T>, value: T) -> bool {
    values.push(value);
    true
}

fn once<T: Clone + Eq + Hash>(values: &mut Vec<T>) {
    let mut seen = HashSet::new();
    if values.len() > 1 {
        values.retain(|value| seen.insert(value.clone()));
    }
}

/// `3.0` or `3,5`; anything below zero or beyond reason is not an estimate.
fn points(cell: &str) -> Option<f64> {
    cell.replace(',', ".").parse().ok().filter(|points: &f64| (0.0..=100_000.0).contains(points))
}

/// The rows whose parent must go so that no row is its own ancestor: one of each circle.
fn closing_circles(parent_of: &[Option<usize>]) -> Vec<usize> {
    let mut walk_that_saw = vec![usize::MAX; parent_of.len()];
    let mut closing = Vec::new();
    for start in 0..parent_of.len() {
        let mut at = start;
        while walk_that_saw[at] == usize::MAX {
            walk_that_saw[at] = start;
            let Some(parent) = parent_of[at] else { break };
            if walk_that_saw[parent] == start {
                closing.push(at);
            }
            at = parent;
        }
    }
    closing
}

fn short(cell: &str) -> String {
    let mut shown: String = cell.chars().take(60).collect();
    if shown.len() < cell.len() {
        shown.push('…');
    }
    shown
}

fn fingerprint(cells: &mut [(&str, &str)], item: &Planned) -> String {
    cells.sort_unstable();
    let read = format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        item.kind, item.category, item.status_name, item.points, item.created, item.updated, item.resolved, item.due
    );
    let texts = cells.iter().flat_map(|(name, value)| [*name, *value]).chain([read.as_str()]);
    hash(texts, 16)
}

/// Each text is preceded by its length, so that no two lists of texts run together alike.
fn hash<'t>(texts: impl Iterator<Item = &'t str>, bytes: usize) -> String {
    let mut hasher = Sha256::new();
    for text in texts {
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text);
    }
    hasher.finalize().iter().take(bytes).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(csv: &str) -> Plan {
        planned_with(csv, &Mapping::default())
    }

    fn planned_with(csv: &str, mapping: &Mapping) -> Plan {
        plan(&Table::read(csv.as_bytes(), None).unwrap(), mapping)
    }

    fn custom(item: &Planned) -> Vec<(&str, &str)> {
        item.custom.iter().map(|(name, value)| (name.as_ref(), value.as_str())).collect()
    }

    #[test]
    fn a_row_becomes_an_item() {
        let plan = planned(
            "Summary,Issue key,Issue id,Issue Type,Status,Assignee,Assignee Id,Created,Due date,Labels,Labels,Sprint,Sprint,\
             Custom field (Story Points),Inward issue link (Blocks),Comment,Time Spent,Status Category\n\
             \" Pay  by\ncard\",APP-1 ,10,Story,Peer check,Ada,id-1,21/Apr/26 3:04 PM,30/Apr/26,ui cart,,S 1,S 2,\"3,5\",APP-9,\
             \"21/Apr/26 3:05 PM;id-1;*ok* [~accountid:id-1]\",3600,In Progress\n",
        );
        let item = &plan.rows[0];
        assert_eq!((item.key.as_str(), item.summary.as_str(), item.row), ("APP-1", "Pay by card", 2));
        assert_eq!((item.kind, item.category), (Kind::Story, Category::InProgress));
        assert_eq!((item.points, item.due), (Some(3.5), Some(jiff::civil::date(2026, 4, 30))));
        assert_eq!(
            (item.labels.as_slice(), item.sprints.as_slice()),
            (&["ui", "cart"].map(String::from)[..], &["S 1", "S 2"].map(String::from)[..])
        );
        assert_eq!(
            item.links,
            [PlannedLink { kind: "Blocks".into(), direction: Direction::Inward, key: "APP-9".into() }]
        );
        assert_eq!(
            (item.comments[0].author.as_deref(), item.comments[0].body_markdown.as_str()),
            (Some("Ada"), "**ok** @Ada")
        );
        assert_eq!(item.comments[0].created, Some(item.created.unwrap() + 60_000_000));
        assert_eq!(custom(item), [("Assignee Id", "id-1"), ("Time Spent", "3600")]);
        assert_eq!(plan.people, [PersonFound { name: "Ada".into(), cells: 2 }]);
        assert_eq!(plan.columns.iter().filter(|column| column.fate == Fate::Empty).count(), 1);
        assert!(plan.warnings.is_empty() && plan.rejected.is_empty());
    }

    #[test]
    fn rows_without_a_key_get_one_and_duplicates_are_named() {
        let csv = "Summary,Issue key,Issue id,Description\nA,APP-1,,\nB,app-1 ,,\n,,,x\nC,,77,\nD,,,one\nD,,,two\nD,,,one\nD,,,two\n,APP-2,,\n";
        let plan = planned(csv);
        let keys: Vec<&str> = plan.rows.iter().map(|item| item.key.as_str()).collect();
        assert_eq!((keys[0], keys[1], keys[4]), ("APP-1", "jira-id-77", "APP-2"));
        assert!(keys[2].starts_with("row-") && keys[3].starts_with(keys[2]) && keys[2] != keys[3]);
        assert_eq!(plan.rows[4].summary, "APP-2");
        let rejected: Vec<(u32, &str)> = plan.rejected.iter().map(|found| (found.row, found.reason.as_str())).collect();
        assert_eq!(
            rejected,
            [
                (3, "app-1 stands already in row 2, which is the one imported."),
                (4, "The row has neither a summary nor an issue key."),
                (8, "A row with the same values stands already in row 6, which is the one imported."),
                (9, "A row with the same values stands already in row 7, which is the one imported."),
            ]
        );
    }

    #[test]
    fn parents_of_every_shape() {
        let csv = "Summary,Issue key,Issue id,Parent,Parent key,Custom field (Epic Link)\n\
                   Epic,APP-1,1,,,\nStory,APP-2,2,1,APP-1,\nSub,APP-3,3,2,,APP-1\nElsewhere,APP-4,4,99,OLD-9,\nBy epic,APP-5,5,,,app-1\n";
        let plan = planned(csv);
        let parents: Vec<Option<&str>> = plan.rows.iter().map(|item| item.parent_ref.as_deref()).collect();
        assert_eq!(parents, [None, Some("APP-1"), Some("APP-2"), Some("OLD-9"), Some("APP-1")]);
        assert_eq!(custom(&plan.rows[2]), [("Custom field (Epic Link)", "APP-1")]);
        assert_eq!(custom(&plan.rows[3]), [("Parent", "99")]);
    }

    #[test]
    fn no_row_is_its_own_ancestor() {
        let plan = planned("Summary,Issue key,Parent\nA,A-1,A-2\nB,A-2,A-3\nC,A-3,A-1\nD,A-4,A-4\nE,A-5,A-1\n");
        let parents: Vec<Option<&str>> = plan.rows.iter().map(|item| item.parent_ref.as_deref()).collect();
        assert_eq!(parents, [Some("A-2"), Some("A-3"), None, None, Some("A-1")]);
        assert_eq!(plan.warnings.iter().map(|warning| warning.row).collect::<Vec<_>>(), [Some(4), Some(5)]);
        assert_eq!(custom(&plan.rows[2]), [("Parent", "A-1")]);
    }

    #[test]
    fn what_was_dropped_is_not_done() {
        let csv = "Summary,Issue key,Status,Resolution,Status Category\nA,A-1,Done,Won't Do,Done\nB,A-2,Done,Done,Done\nC,A-3,In Progress,Won't Do,In Progress\n";
        let plan = planned(csv);
        let states: Vec<_> =
            plan.rows.iter().map(|item| (item.status_name.as_deref().unwrap(), item.category)).collect();
        assert_eq!(
            states,
            [("Won't Do", Category::Cancelled), ("Done", Category::Done), ("In Progress", Category::InProgress)]
        );
        assert_eq!(custom(&plan.rows[0]), [("Status", "Done")]);
        let mapping =
            Mapping { states: BTreeMap::from([("Done".to_owned(), Category::InReview)]), ..Mapping::default() };
        assert_eq!(planned_with(csv, &mapping).rows[1].category, Category::InReview);
    }

    #[test]
    fn ambiguous_dates_are_offered_and_answered() {
        let csv = "Summary,Issue key,Created,Due date\nA,A-1,04/05/26 1:00 PM,\nB,A-2,05/06/26 1:00 PM,soon\n";
        let plan = planned(csv);
        assert_eq!(plan.date_orders, [DateOrder::Dmy, DateOrder::Mdy]);
        assert_eq!(custom(&plan.rows[1]), [("Due date", "soon")]);
        assert_eq!(plan.warnings.len(), 2);
        let mapping = Mapping { date_order: Some(DateOrder::Mdy), ..Mapping::default() };
        let answered = planned_with(csv, &mapping);
        assert_eq!(answered.rows[0].created.unwrap() - plan.rows[0].created.unwrap(), -29 * 86_400_000_000);
        assert_ne!(answered.rows[0].fingerprint, plan.rows[0].fingerprint);
        // The created column is clear, so it decides for the due dates as well.
        let plan = planned("Summary,Issue key,Created,Due date\nA,A-1,04/25/26 1:00 PM,04/05/26\n");
        assert_eq!(
            (plan.date_orders.as_slice(), plan.rows[0].due),
            (&[DateOrder::Mdy][..], Some(jiff::civil::date(2026, 4, 5)))
        );
    }

    #[test]
    fn the_mapping_decides() {
        let mapping: Mapping = serde_json::from_str(
            r#"{"columns": {"0": "summary", "1": "ignore", "2": "custom", "9": "labels"}, "people": {"Ada": null}}"#,
        )
        .unwrap();
        let plan = planned_with("Titel,Secret,Status\nA,x,Done\n", &mapping);
        assert_eq!((plan.rows[0].summary.as_str(), custom(&plan.rows[0])), ("A", vec![("Status", "Done")]));
        assert_eq!(
            plan.columns.iter().map(|column| column.fate).collect::<Vec<_>>(),
            [Fate::Mapped, Fate::Ignored, Fate::Custom]
        );
        assert!(plan.warnings[0].message.contains("column 9"));
        assert!(serde_json::from_str::<Mapping>(r#"{"columns": {"0": "title"}}"#).is_err());
        assert!(serde_json::from_str::<Mapping>(r#"{"colums": {}}"#).is_err());
    }

    #[test]
    fn fingerprints_follow_the_content_only() {
        let one = planned("Summary,Issue key,Last Viewed,Labels\nA,A-1,21/Apr/26 1:00 PM,x\n");
        let moved = planned("Issue key,Watchers,Labels,Summary,Last Viewed\nB-1,,,B,\nA-1,,x,A,22/Apr/26 1:00 PM\n");
        let changed = planned("Summary,Issue key,Last Viewed,Labels\nA,A-1,21/Apr/26 1:00 PM,y\n");
        assert_eq!(one.rows[0].fingerprint, moved.rows[1].fingerprint);
        assert_ne!(one.rows[0].fingerprint, changed.rows[0].fingerprint);
    }

    #[test]
    fn the_other_value_of_a_field_is_kept() {
        let plan = planned(
            "Summary,Issue key,Custom field (Story Points),Custom field (Story point estimate)\nA,A-1,3,5\nB,A-2,3,3.0\nC,A-3,many,\n",
        );
        assert_eq!(custom(&plan.rows[0]), [("Custom field (Story point estimate)", "5")]);
        assert!(plan.rows[1].custom.is_empty());
        assert_eq!(custom(&plan.rows[2]), [("Custom field (Story Points)", "many")]);
    }
}
