//! What an import would do to the backlog as it stands. A dry run shows it, the import carries it out.

use super::answers::People;
use super::given::{End, Given, Lead, Sheet, Wish, parent_print};
use super::prints::{Part, Prints, print};
use super::{ImportJira, PersonRow, Report, SOURCE, StateRow, unreadable};
use crate::jira::{ColumnFate, Fate, Field, Planned, WARNINGS_LISTED, Warning};
use access::{Cx, Fault};
use backlog::{MOST_STATES, Stored, WorkflowState, may_contain};
use object::{Header, NewObject, Product};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::{FromRow, Sql, args};
use vocabulary::*;

pub(super) struct Outlook<'p> {
    pub sheet: Sheet<'p>,
    /// One for each row of the plan.
    pub given: Vec<Given<'p>>,
    /// Rows that become items, in the file's order.
    pub creates: Vec<Create>,
    pub updates: Vec<Update>,
    /// Items that stay as they are though the file says it otherwise than last time.
    pub noted: Vec<(ObjectId, Prints)>,
    unchanged: usize,
    people: People,
    states: States,
    notes: Notes,
}

/// A row that becomes an item.
pub(super) struct Create {
    pub row: usize,
    pub state: (String, Category),
    pub links: Vec<Wish>,
}

/// An item that the file changes, as it is and as it will be.
pub(super) struct Update {
    pub row: usize,
    pub current: Current,
    pub title: Option<Title>,
    pub body: Option<Body>,
    pub kind: Option<Kind>,
    /// Its parent apart, which may be an item that does not exist yet.
    pub stored: Stored,
    pub parent: Option<Option<End>>,
    pub cells: Option<Vec<(String, String)>>,
    /// Places in the row's comments.
    pub comments: Vec<usize>,
    pub links: Vec<Wish>,
    pub prints: Prints,
}

/// An item as it stands.
#[derive(Clone)]
pub(super) struct Current {
    pub id: ObjectId,
    pub kind: Kind,
    pub title: String,
    pub body: String,
    pub cells: Option<String>,
    pub fingerprint: String,
    pub stored: Stored,
    pub parent_kind: Option<Kind>,
    /// Accepted, and with the customers.
    pub shipped: bool,
}

/// An item whose external key is known.
struct Known {
    id: ObjectId,
    kind: Kind,
    shown_to: Visibility,
    /// What the file said last time.
    prints: Option<Prints>,
}

/// Warnings of the plan and of the comparison, together no more than are worth reading.
pub(super) struct Notes {
    listed: Vec<Warning>,
    unlisted: usize,
}

impl Notes {
    pub fn warn(&mut self, row: &Planned, column: &str, message: impl Into<String>) {
        self.push(Warning { row: Some(row.row), column: Some(column.to_owned()), message: message.into() });
    }

    fn file(&mut self, message: String) {
        self.push(Warning { row: None, column: None, message });
    }

    fn push(&mut self, warning: Warning) {
        if self.listed.len() < WARNINGS_LISTED { self.listed.push(warning) } else { self.unlisted += 1 }
    }

    fn all(&self) -> Vec<Warning> {
        let mut all = self.listed.clone();
        if self.unlisted > 0 {
            let message = format!("{} more warnings are not listed.", self.unlisted);
            all.push(Warning { row: None, column: None, message });
        }
        all
    }
}

/// The workflow, and what the file adds to it.
struct States {
    by_name: HashMap<String, (String, Category)>,
    first: Option<(String, Category)>,
    new: Vec<(Label, Category)>,
}

impl States {
    fn load(cx: &Cx<'_>, product: ProductId) -> Result<Self, Fault> {
        let states = backlog::states(cx, product)?;
        let named = |WorkflowState { name, category, .. }: &WorkflowState| (name.to_string(), *category);
        let first = states.iter().find(|state| state.category == Category::Backlog).or(states.first()).map(named);
        let by_name = states.iter().map(|state| (state.name.as_str().to_lowercase(), named(state))).collect();
        Ok(Self { by_name, first, new: Vec::new() })
    }

    /// The state of that name, whatever its case, with the meaning it has here; a new one where there is none.
    fn of(&mut self, row: &Planned) -> Result<(String, Category), Fault> {
        let Some(name) = &row.status_name else {
            return self
                .first
                .clone()
                .ok_or_else(|| Fault::broken("no-workflow", "This product has no workflow states."));
        };
        let label = state_label(name).map_err(|message| Fault::invalid("file", message))?;
        let known = self.by_name.entry(label.as_str().to_lowercase()).or_insert_with(|| {
            self.new.push((label.clone(), row.category));
            (label.to_string(), row.category)
        });
        Ok(known.clone())
    }

    /// What [`Self::of`] would mean; adds nothing.
    fn meaning(&self, row: &Planned) -> Category {
        let Some(name) = &row.status_name else {
            return self.first.as_ref().map_or(row.category, |(_, category)| *category);
        };
        let known = state_label(name).ok().and_then(|label| self.by_name.get(&label.as_str().to_lowercase()));
        known.map_or(row.category, |(_, category)| *category)
    }

    fn are_too_many(&self) -> Option<String> {
        (!self.new.is_empty() && self.by_name.len() > MOST_STATES).then(|| {
            format!(
                "With the states of this file the workflow would have {} states; {MOST_STATES} is the most. Is the \
                 column of the status the right one? Keep it as a custom value, or import with fewer states.",
                self.by_name.len()
            )
        })
    }
}

/// A state's name at the length a label may have.
fn state_label(name: &str) -> Result<Label, String> {
    Label::try_from(name.chars().take(Label::MAX).collect::<String>())
}

/// What a state of the file is found by in the workflow, which knows no two that differ in case alone.
pub(super) fn state_key(name: &str) -> String {
    state_label(name).map_or_else(|_| name.to_owned(), String::from).to_lowercase()
}

pub(super) fn look_ahead<'p>(cx: &Cx<'_>, product: &Product, import: &'p ImportJira) -> Result<Outlook<'p>, Fault> {
    let plan = &*import.plan;
    let people = People::load(cx, product)?;
    people.check(&import.mapping)?;
    let known = known(cx, product.id)?;
    let mut notes = Notes { listed: plan.warnings.clone(), unlisted: 0 };
    if plan.blank_rows > 0 {
        notes.file(format!("{} rows without any text were skipped.", plan.blank_rows));
    }
    let mut outlook = Outlook {
        sheet: Sheet::new(plan, &import.mapping),
        given: Vec::with_capacity(plan.rows.len()),
        creates: Vec::new(),
        updates: Vec::new(),
        noted: Vec::new(),
        unchanged: 0,
        people,
        states: States::load(cx, product.id)?,
        notes,
    };
    let keys: Vec<String> = plan.rows.iter().map(|row| row.key.to_uppercase()).collect();
    let kinds = outlook.kinds_after(cx, &plan.rows, &keys, &known)?;
    outlook.read_rows(&plan.rows, &keys, &known, &kinds)?;
    let differing = outlook.sort_out(&plan.rows, &keys, &known)?;
    outlook.compare(cx, product.id, differing, &kinds)?;
    if let Some(sentence) = outlook.states.are_too_many() {
        outlook.notes.file(sentence);
    }
    Ok(outlook)
}

fn known(cx: &Cx<'_>, product: ProductId) -> Result<HashMap<String, Known>, Fault> {
    let stored: Vec<(String, ObjectId, String, Kind, Visibility)> = cx.rows(
        "SELECT e.external_id, e.object_id, e.fingerprint, o.kind, o.visibility FROM external_key e
         JOIN object o ON o.id = e.object_id WHERE e.product_id = $1 AND e.source = $2",
        args![product, SOURCE],
    )?;
    let known = |(key, id, prints, kind, shown_to): (String, ObjectId, String, Kind, Visibility)| {
        (key.to_uppercase(), Known { id, kind, shown_to, prints: prints.parse().ok() })
    };
    Ok(stored.into_iter().map(known).collect())
}

/// Epics stand above stories, bugs, tasks and spikes, and these above sub-tasks.
pub(super) fn same_level(a: Kind, b: Kind) -> bool {
    let above = |kind| Kind::ITEMS.iter().filter(|other| may_contain(**other, kind).is_ok()).count();
    above(a) == above(b)
}

/// A row that is an item already and says something else than last time.
struct Differing {
    row: usize,
    id: ObjectId,
    before: Option<Prints>,
    prints: Prints,
}

impl Differing {
    fn changed(&self, part: Part) -> bool {
        self.before.as_ref().is_none_or(|before| before.of(part) != self.prints.of(part))
    }
}

impl<'p> Outlook<'p> {
    /// The kinds of known items once the import is done. What an item may not become, and what could not hold its parts,
    /// it does not; that is said once, and tried again when an export says another kind.
    fn kinds_after(
        &mut self,
        cx: &Cx<'_>,
        rows: &[Planned],
        keys: &[String],
        known: &HashMap<String, Known>,
    ) -> Result<HashMap<ObjectId, Kind>, Fault> {
        let mut kinds: HashMap<ObjectId, Kind> = known.values().map(|item| (item.id, item.kind)).collect();
        if !self.sheet.tells(Part::Kind) {
            return Ok(kinds);
        }
        let mut others = Vec::new();
        for (row, key) in rows.iter().zip(keys) {
            let Some(item) = known.get(key) else { continue };
            let said = item.prints.as_ref().map(|prints| prints.of(Part::Kind));
            if said == Some(print([row.kind.as_str()])) || row.kind == item.kind {
                continue;
            }
            others.push((row, item));
        }
        let ids: Vec<ObjectId> = others.iter().map(|(_, item)| item.id).collect();
        let whole: HashSet<ObjectId> =
            chunked::<(ObjectId,)>(cx, "SELECT DISTINCT parent_id FROM item WHERE parent_id IN", &ids)?
                .into_iter()
                .map(|(id,)| id)
                .collect();
        for (row, item) in others {
            let why = if !same_level(row.kind, item.kind) && whole.contains(&item.id) {
                Some(format!("as {} it could not hold what is part of it.", row.kind.one()))
            } else {
                match backlog::may_become(cx, &Header::seen(cx, &item.id.into())?, row.kind) {
                    Err(Fault::Broken { message, .. }) => Some(message),
                    allowed => allowed.map(|()| None)?,
                }
            };
            match why {
                Some(why) => {
                    let message = format!("{} stays of the kind {}: {why}", row.key, item.kind.noun());
                    self.notes.warn(row, self.sheet.header(Field::IssueType, "Issue Type"), message);
                }
                None => drop(kinds.insert(item.id, row.kind)),
            }
        }
        Ok(kinds)
    }

    fn read_rows(
        &mut self,
        rows: &'p [Planned],
        keys: &[String],
        known: &HashMap<String, Known>,
        kinds: &HashMap<ObjectId, Kind>,
    ) -> Result<(), Fault> {
        let by_key: HashMap<&str, usize> = keys.iter().enumerate().map(|(row, key)| (key.as_str(), row)).collect();
        // A new sub-task is shown as widely as its story, and that as its epic.
        let shown_to = |row: usize| {
            let mut row = &rows[row];
            for _ in 0..2 {
                let Some(whole) = row.parent_ref.as_deref().map(str::to_uppercase) else { break };
                if let Some(item) = known.get(&whole) {
                    return item.shown_to.min(NewObject::SHOWN_TO);
                }
                let Some(whole) = by_key.get(whole.as_str()) else { break };
                row = &rows[*whole];
            }
            NewObject::SHOWN_TO
        };
        let new = |row: usize| Lead { end: End::Row(row), kind: rows[row].kind, shown_to: shown_to(row) };
        let lead = |key: &str| {
            let key = key.to_uppercase();
            match known.get(&key) {
                Some(item) => Some(Lead {
                    end: End::Item(item.id),
                    kind: kinds.get(&item.id).copied().unwrap_or(item.kind),
                    shown_to: item.shown_to,
                }),
                None => by_key.get(key.as_str()).map(|row| new(*row)),
            }
        };
        for (index, row) in rows.iter().enumerate() {
            let own = lead(&keys[index]).unwrap_or_else(|| new(index));
            let given = self.sheet.give(row, own, &lead, &mut self.notes)?;
            self.given.push(given);
        }
        Ok(())
    }

    /// What is new, what says the same as last time, and what differs.
    fn sort_out(
        &mut self,
        rows: &[Planned],
        keys: &[String],
        known: &HashMap<String, Known>,
    ) -> Result<Vec<Differing>, Fault> {
        let mut differing = Vec::new();
        let mut wished: HashSet<(Relation, End, End)> = HashSet::new();
        for (row, key) in keys.iter().enumerate() {
            let Some(item) = known.get(key) else {
                let mut links = self.given[row].links.clone();
                links.retain(|wish| wished.insert((wish.relation, wish.from, wish.to)));
                let state = self.states.of(&rows[row])?;
                self.creates.push(Create { row, state, links });
                continue;
            };
            let mut prints = self.given[row].prints.clone();
            if let Some(before) = &item.prints {
                Part::ALL.into_iter().filter(|part| !self.sheet.tells(*part)).for_each(|part| {
                    prints.set(part, before.of(part));
                });
                prints.comments = union(&before.comments, &prints.comments);
                prints.links = union(&before.links, &prints.links);
                if *before == prints {
                    self.unchanged += 1;
                    continue;
                }
            }
            differing.push(Differing { row, id: item.id, before: item.prints.clone(), prints });
        }
        Ok(differing)
    }

    fn compare(
        &mut self,
        cx: &Cx<'_>,
        product: ProductId,
        differing: Vec<Differing>,
        kinds: &HashMap<ObjectId, Kind>,
    ) -> Result<(), Fault> {
        let ids: Vec<ObjectId> = differing.iter().map(|item| item.id).collect();
        let mut current = current(cx, &ids)?;
        let new_links = |item: &Differing| item.before.as_ref().is_none_or(|before| before.links != item.prints.links);
        let mut linked: HashSet<(Relation, End, End)> = HashSet::new();
        if differing.iter().any(new_links) {
            let mut sql = Sql::new("SELECT relation, from_id, to_id FROM link WHERE product_id = ");
            let relations = [Relation::Blocks, Relation::Duplicates, Relation::RelatesTo];
            sql.with("", product).within(" AND relation IN", relations);
            let links: Vec<(Relation, ObjectId, ObjectId)> = cx.rows(sql.text(), sql.args())?;
            linked.extend(links.into_iter().map(|(relation, from, to)| (relation, End::Item(from), End::Item(to))));
        }
        linked.extend(self.creates.iter().flat_map(|new| &new.links).map(|wish| (wish.relation, wish.from, wish.to)));
        for item in differing {
            let Some(current) = current.remove(&item.id) else { continue };
            let mut links = self.given[item.row].links.clone();
            links.retain(|wish| item.before.as_ref().is_none_or(|before| !before.links.contains(&wish.print)));
            links.retain(|wish| linked.insert((wish.relation, wish.from, wish.to)));
            let (id, prints) = (item.id, item.prints.clone());
            match self.update(cx.now, item, current, links, kinds)? {
                Some(update) => self.updates.push(update),
                None => {
                    self.unchanged += 1;
                    self.noted.push((id, prints));
                }
            }
        }
        Ok(())
    }

    /// What the file changes about an item; nothing where all it says is so already.
    fn update(
        &mut self,
        now: Ts,
        item: Differing,
        current: Current,
        links: Vec<Wish>,
        kinds: &HashMap<ObjectId, Kind>,
    ) -> Result<Option<Update>, Fault> {
        let given = &self.given[item.row];
        let changed = |part| self.sheet.tells(part) && item.changed(part);
        let title = Some(given.title.clone()).filter(|title| changed(Part::Title) && title.as_str() != current.title);
        let body = Some(given.body.clone()).filter(|body| changed(Part::Body) && body.as_str() != current.body);
        let kind = kinds.get(&item.id).copied().filter(|kind| *kind != current.kind);
        let mut stored = current.stored.clone();
        if changed(Part::Progress) {
            if current.shipped && stored.category == Category::Done && self.states.meaning(given.row) != Category::Done
            {
                let message = format!("{} shipped and stays {}.", given.row.key, stored.state);
                self.notes.warn(given.row, self.sheet.header(Field::Status, "Status"), message);
            } else {
                let (state, category) = self.states.of(given.row)?;
                advance(&mut stored, state, category, given.row, now);
            }
        }
        if changed(Part::Points) {
            stored.points = given.points;
        }
        if changed(Part::Assignee) {
            stored.assignee_id = given.assignee;
        }
        // What the file says as before and is not possible any more, people have changed here.
        let as_before = |before: &Prints| before.of(Part::Parent) == parent_print(given.row.parent_ref.as_deref());
        let is_outdated = given.parent.is_none() && item.before.as_ref().is_some_and(as_before);
        let mut parent = Some(given.parent).filter(|_| changed(Part::Parent) && !is_outdated);
        let above = current.stored.parent_id.zip(current.parent_kind);
        if let (Some(kind), None, Some((above, above_kind))) = (kind, parent, above) {
            let above_kind = kinds.get(&above).copied().unwrap_or(above_kind);
            if may_contain(above_kind, kind).is_err() {
                let message = format!(
                    "As {} it cannot be part of this {}; it stands by itself now.",
                    kind.one(),
                    above_kind.noun()
                );
                self.notes.warn(given.row, self.sheet.parent_column(), message);
                parent = Some(None);
            }
        }
        let parent = parent.filter(|parent| *parent != current.stored.parent_id.map(End::Item));
        let mut cells = None;
        if changed(Part::Cells) {
            let before: Vec<(String, String)> = match &current.cells {
                Some(cells) => serde_json::from_str(cells).map_err(unreadable)?,
                None => Vec::new(),
            };
            let new = given.cells.as_pairs().map(|(name, value)| (name.to_owned(), value.to_owned()));
            let other = before.iter().filter(|(name, _)| !self.sheet.has_column(name)).cloned();
            let after: Vec<(String, String)> = new.chain(other).collect();
            cells = Some(after).filter(|after| *after != before);
        }
        let mut old = item.before.as_ref().map(|before| before.comments.clone()).unwrap_or_default();
        let is_new = |(place, (print, _)): (usize, &(u64, _))| match old.iter().position(|known| known == print) {
            Some(at) => {
                old.swap_remove(at);
                None
            }
            None => Some(place),
        };
        let comments: Vec<usize> = given.comments.iter().enumerate().filter_map(is_new).collect();
        let nothing = title.is_none() && body.is_none() && kind.is_none() && parent.is_none() && cells.is_none();
        if nothing && comments.is_empty() && links.is_empty() && stored == current.stored {
            return Ok(None);
        }
        let Differing { row, prints, .. } = item;
        Ok(Some(Update { row, current, title, body, kind, stored, parent, cells, comments, links, prints }))
    }

    /// Says why it cannot be carried out, if it cannot.
    pub fn check(&self) -> Result<(), Fault> {
        self.states.are_too_many().map_or(Ok(()), |sentence| Err(Fault::invalid("file", sentence)))
    }

    pub fn new_states(&self) -> &[(Label, Category)] {
        &self.states.new
    }

    pub fn report(&self, import: &ImportJira, batch: Option<BatchId>) -> Report {
        let plan = &*import.plan;
        let person = |name: &str| self.people.by_id.get(&self.sheet.person(name)?).cloned();
        // Several spellings of one state become one state.
        let mut states: BTreeMap<String, StateRow> = BTreeMap::new();
        for found in &plan.states {
            let key = state_key(&found.name);
            let category = self.states.by_name.get(&key).map_or(found.category, |(_, category)| *category);
            let new = self.states.new.iter().any(|(name, _)| name.as_str().to_lowercase() == key);
            let row =
                states.entry(key).or_insert_with(|| StateRow { name: found.name.clone(), category, rows: 0, new });
            row.rows += found.rows;
        }
        Report {
            batch_id: batch,
            dry_run: false,
            file: import.file.clone(),
            rows: plan.rows.len() + plan.rejected.len(),
            created: self.creates.len(),
            updated: self.updates.len(),
            unchanged: self.unchanged,
            rejected: plan.rejected.clone(),
            warnings: self.notes.all(),
            columns: plan.columns.iter().map(fate).collect(),
            people: plan
                .people
                .iter()
                .map(|found| PersonRow {
                    name: found.name.clone(),
                    cells: found.cells,
                    person: person(&found.name),
                    suggested: self.people.suggested(&found.name),
                })
                .collect(),
            states: states.into_values().collect(),
            kinds: plan.kinds.clone(),
            date_orders: plan.date_orders.clone(),
            mapping: import.mapping.clone(),
        }
    }
}

/// Fields that do nothing here are understood, and kept as custom values.
fn fate(column: &ColumnFate) -> ColumnFate {
    const KEPT: &[Field] = &[
        Field::Priority,
        Field::Reporter,
        Field::DueDate,
        Field::FixVersions,
        Field::Labels,
        Field::Components,
        Field::Sprint,
    ];
    let kept = column.fate == Fate::Mapped && column.field.is_some_and(|field| KEPT.contains(&field));
    ColumnFate { fate: if kept { Fate::Custom } else { column.fate }, ..column.clone() }
}

/// Into another state, at the times the file names.
fn advance(stored: &mut Stored, state: String, category: Category, row: &Planned, now: Ts) {
    let was_done = stored.category == Category::Done;
    let is_done = category == Category::Done;
    let underway = is_done || matches!(category, Category::InProgress | Category::InReview);
    let created = row.created.map_or(now, Ts);
    stored.started_at = stored.started_at.or(underway.then_some(created));
    let finished = row.resolved.map(Ts).or(stored.done_at.filter(|_| was_done)).or(row.updated.map(Ts)).unwrap_or(now);
    stored.done_at = is_done.then_some(finished);
    if was_done && !is_done {
        (stored.accepted_at, stored.accepted_by) = (None, None);
    }
    (stored.state, stored.category) = (state, category);
}

/// A new item in its state.
pub(super) fn begun(state: &(String, Category), given: &Given<'_>, parent: Option<ObjectId>, now: Ts) -> Stored {
    let mut stored = Stored {
        state: String::new(),
        category: Category::Backlog,
        points: given.points,
        assignee_id: given.assignee,
        parent_id: parent,
        started_at: None,
        done_at: None,
        accepted_at: None,
        accepted_by: None,
    };
    advance(&mut stored, state.0.clone(), state.1, given.row, now);
    stored
}

/// Both lists, each print as often as the list that has it most.
fn union(known: &[u64], given: &[u64]) -> Vec<u64> {
    let mut rest = known.to_vec();
    let mut all = known.to_vec();
    for print in given {
        match rest.iter().position(|known| known == print) {
            Some(at) => drop(rest.swap_remove(at)),
            None => all.push(*print),
        }
    }
    all
}

/// Rows of a select over many ids, some hundred at a time.
pub(super) fn chunked<T: FromRow>(cx: &Cx<'_>, select: &'static str, ids: &[ObjectId]) -> Result<Vec<T>, Fault> {
    let mut rows = Vec::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let mut sql = Sql::new(select);
        sql.within("", some.iter().copied());
        rows.extend(cx.rows::<T>(sql.text(), sql.args())?);
    }
    Ok(rows)
}

impl FromRow for Current {
    fn from_row(row: &store::Row<'_>) -> Result<Self, store::StoreError> {
        Ok(Self {
            // The columns of an item come first.
            stored: Stored::from_row(row)?,
            id: row.get(9)?,
            kind: row.get(10)?,
            title: row.get(11)?,
            body: row.get(12)?,
            cells: row.get(13)?,
            fingerprint: row.get(14)?,
            parent_kind: row.get(15)?,
            shipped: row.get(16)?,
        })
    }
}

fn current(cx: &Cx<'_>, ids: &[ObjectId]) -> Result<HashMap<ObjectId, Current>, Fault> {
    let rows: Vec<Current> = chunked(
        cx,
        "SELECT i.state, i.category, i.points, i.assignee_id, i.parent_id, i.started_at, i.done_at, i.accepted_at,
                i.accepted_by, o.id, o.kind, o.title, o.body, v.cells, e.fingerprint, u.kind,
                (i.accepted_at IS NOT NULL AND r.shipped_at IS NOT NULL)
         FROM object o JOIN item i ON i.object_id = o.id JOIN external_key e ON e.object_id = o.id
         LEFT JOIN imported_values v ON v.object_id = o.id LEFT JOIN item u ON u.object_id = i.parent_id
         LEFT JOIN release r ON r.object_id = i.release_id
         WHERE o.id IN",
        ids,
    )?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}
