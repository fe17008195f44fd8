//! Carrying an outlook out, in one transaction.

use super::given::{End, Given, Wish, comment_text};
use super::outlook::{self, Create, Current, Outlook, Update, begun};
use super::{ImportJira, Report, SOURCE, unreadable};
use crate::jira::PlannedComment;
use access::{Changes, Cx, Fault};
use backlog::{Place, Stored};
use object::{Comment, EditObject, Granted, Header, NewObject, Product, relations, store_link, tell_linked};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use store::args;
use vocabulary::*;

/// What a batch did to an item, so that it can be undone.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Trace {
    /// The item before; nothing where the batch made it.
    pub was: Option<Was>,
    pub comments: Vec<CommentId>,
    pub links: Vec<LinkId>,
    /// The sprint that is over which the item left by being opened again.
    #[serde(default)]
    pub sprint: Option<ObjectId>,
    /// What the file had said before, where the item itself stays as it is.
    #[serde(default)]
    pub noted: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Was {
    pub title: String,
    pub body: String,
    pub kind: Kind,
    pub stored: Stored,
    pub cells: Option<String>,
    pub fingerprint: String,
}

pub(super) fn apply(cx: &Cx<'_>, on: Granted<Product>, import: &ImportJira) -> Result<Report, Fault> {
    let id = BatchId::new();
    let cx = &Cx { batch: Some(id), ..Cx::new(cx.conn, cx.actor, cx.now) };
    let outlook = outlook::look_ahead(cx, &on, import)?;
    outlook.check()?;
    let batch = (!outlook.creates.is_empty() || !outlook.updates.is_empty()).then_some(id);
    let report = outlook.report(import, batch);
    if let Some(batch) = batch {
        open_batch(cx, &on, batch, &report)?;
    }
    for (item, prints) in &outlook.noted {
        note(cx, batch, *item, &prints.to_string())?;
    }
    if batch.is_none() {
        return Ok(report);
    }
    for (name, category) in outlook.new_states() {
        backlog::add_state(cx, on.id, name, *category)?;
    }
    let mut work = Work { cx, on: &on, import, outlook: &outlook, batch: id, made: HashMap::new() };
    work.create()?;
    for update in &outlook.updates {
        work.update(update)?;
        work.tick();
    }
    let states: Vec<&Label> = outlook.new_states().iter().map(|(name, _)| name).collect();
    let mut changes = Changes::new().set("file", &report.file).set("created", &report.created);
    changes = changes.set("updated", &report.updated);
    if !states.is_empty() {
        changes = changes.set("states", &states);
    }
    on.record(cx, "imported", changes)?;
    Ok(report)
}

/// Remembers what the file says about an item that stays as it is.
fn note(cx: &Cx<'_>, batch: Option<BatchId>, item: ObjectId, prints: &str) -> Result<(), Fault> {
    if let Some(batch) = batch {
        let (version, before): (i64, String) = cx.one(
            "SELECT o.version, e.fingerprint FROM external_key e JOIN object o ON o.id = e.object_id
             WHERE e.object_id = $1 AND e.source = $2",
            args![item, SOURCE],
        )?;
        put_trace(cx, batch, item, version, false, &Trace { noted: Some(before), ..Trace::default() })?;
    }
    remember(cx, item, prints)
}

/// What the file said last; no change of the item, so no event is owed.
pub(super) fn remember(cx: &Cx<'_>, item: ObjectId, prints: &str) -> Result<(), Fault> {
    cx.exec_unrecorded(
        "UPDATE external_key SET fingerprint = $1 WHERE object_id = $2 AND source = $3",
        args![prints, item, SOURCE],
    )?;
    Ok(())
}

fn put_trace(
    cx: &Cx<'_>,
    batch: BatchId,
    item: ObjectId,
    version: i64,
    created: bool,
    trace: &Trace,
) -> Result<(), Fault> {
    cx.exec(
        "INSERT INTO import_change (batch_id, object_id, created, version_after, before) VALUES ($1, $2, $3, $4, $5)",
        args![batch, item, created, version, serde_json::to_string(trace).map_err(unreadable)?],
    )?;
    Ok(())
}

fn open_batch(cx: &Cx<'_>, on: &Product, id: BatchId, report: &Report) -> Result<(), Fault> {
    cx.exec(
        "INSERT INTO import_batch (id, product_id, source, file, at, by_id, created, updated, unchanged, rejected, report)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        args![
            id,
            on.id,
            SOURCE,
            &report.file,
            cx.now,
            cx.person(),
            report.created,
            report.updated,
            report.unchanged,
            report.rejected.len(),
            serde_json::to_string(report).map_err(unreadable)?
        ],
    )?;
    Ok(())
}

struct Work<'w> {
    cx: &'w Cx<'w>,
    on: &'w Granted<Product>,
    import: &'w ImportJira,
    outlook: &'w Outlook<'w>,
    batch: BatchId,
    /// The items that rows became.
    made: HashMap<usize, Header>,
}

impl<'w> Work<'w> {
    fn tick(&self) {
        self.import.done.fetch_add(1, Ordering::Relaxed);
    }

    fn given(&self, row: usize) -> &'w Given<'w> {
        &self.outlook.given[row]
    }

    /// The new items: at the bottom of the order as the file has them, made so that each stands after what it is part of.
    fn create(&mut self) -> Result<(), Fault> {
        let bottom = Place::At { at: backlog::End::Bottom };
        let mut key: Option<OrderKey> = None;
        let mut creates: Vec<(&Create, OrderKey)> = Vec::with_capacity(self.outlook.creates.len());
        for new in &self.outlook.creates {
            let next = match &key {
                None => backlog::place(self.cx, self.on, &bottom, None)?,
                Some(last) => OrderKey::between(Some(last), None)
                    .ok_or_else(|| Fault::broken("no-room", "There is no room at the end of the order."))?,
            };
            creates.push((new, next.clone()));
            key = Some(next);
        }
        creates.sort_by_key(|(new, _)| match self.given(new.row).row.kind {
            Kind::Epic => 0,
            Kind::Subtask => 2,
            _ => 1,
        });
        for (new, rank) in creates {
            let header = self.make(new, &rank)?;
            self.made.insert(new.row, header);
            self.tick();
        }
        for new in &self.outlook.creates {
            let Some(item) = self.made.get(&new.row) else { continue };
            let mut trace = Trace::default();
            for wish in &new.links {
                trace.links.extend(self.link(wish, End::Row(new.row))?);
            }
            self.trace(item.id, item.version, true, &trace)?;
        }
        Ok(())
    }

    fn make(&self, new: &Create, rank: &OrderKey) -> Result<Header, Fault> {
        let (cx, given) = (self.cx, self.given(new.row));
        let whole = given.parent.map(|whole| self.header(whole)).transpose()?;
        let object = NewObject::new(cx, given.row.kind, given.title.as_str(), given.body.as_str());
        let object = NewObject { created_at: given.row.created.map_or(cx.now, Ts), ..object.part_of(whole.as_ref()) };
        let item = self.on.create(cx, object)?;
        backlog::insert(cx, &item, &begun(&new.state, given, whole.map(|whole| whole.id), cx.now), rank)?;
        cx.exec(
            "INSERT INTO external_key (product_id, source, external_id, object_id, fingerprint) VALUES ($1, $2, $3, $4, $5)",
            args![self.on.id, SOURCE, &given.row.key, item.id, given.prints.to_string()],
        )?;
        let cells: Vec<(&str, &str)> = given.cells.as_pairs().collect();
        if !cells.is_empty() {
            put_cells(cx, item.id, Some(&serde_json::to_string(&cells).map_err(unreadable)?))?;
        }
        for (_, comment) in &given.comments {
            self.comment(&item, given, comment)?;
        }
        let changes = Changes::new().set("title", &given.title).set("state", &new.state.0);
        item.record_created(cx, "imported", changes)
    }

    fn header(&self, end: End) -> Result<Header, Fault> {
        match end {
            End::Row(row) => self.made.get(&row).cloned().ok_or(Fault::not_found("item")),
            End::Item(id) => Header::seen(self.cx, &id.into()),
        }
    }

    fn comment(&self, on: &Granted<Header>, given: &Given<'_>, comment: &PlannedComment) -> Result<CommentId, Fault> {
        let author = comment.author.as_deref().and_then(|name| self.outlook.sheet.person(name));
        let at = comment.created.or(given.row.created).map_or(self.cx.now, Ts);
        Comment::import(self.cx, on, author, &comment_text(comment, author.is_some()), at)
    }

    /// Makes a link that `own` wishes for. Its other end hears of it where it is no item of this very import.
    fn link(&self, wish: &Wish, own: End) -> Result<Option<LinkId>, Fault> {
        let (from, to) = (self.header(wish.from)?, self.header(wish.to)?);
        let link = store_link(self.cx, &from, wish.relation, &to)?;
        if link.is_some() {
            let rule = relations::rule(wish.relation);
            for (end, label, header, other) in
                [(wish.from, rule.label, &from, &to), (wish.to, rule.inverse, &to, &from)]
            {
                if end != own && matches!(end, End::Item(_)) {
                    tell_linked(self.cx, header, label, other)?;
                }
            }
        }
        Ok(link)
    }

    fn update(&self, update: &Update) -> Result<(), Fault> {
        let (cx, given, current) = (self.cx, self.given(update.row), &update.current);
        let on = self.on.also(cx, current.id)?;
        let id = on.id;
        let mut changes = Changes::new();
        if update.title.is_some() || update.body.is_some() {
            changes = EditObject::text(id, update.title.clone(), update.body.clone()).store(cx, &on)?;
        }
        if let Some(kind) = update.kind {
            backlog::set_kind(cx, &on, kind)?;
            changes = changes.field("kind", &current.kind, &kind);
        }
        let mut stored = update.stored.clone();
        if let Some(parent) = update.parent {
            stored.parent_id = parent.map(|whole| self.header(whole)).transpose()?.map(|whole| whole.id);
        }
        let mut trace = Trace { was: Some(Was::of(current)), ..Trace::default() };
        if stored != current.stored {
            trace.sprint = backlog::overwrite(cx, &on, &current.stored, &stored)?;
            changes = stored_changes(changes, &current.stored, &stored).field("sprint_id", &trace.sprint, &None);
        }
        if let Some(cells) = &update.cells {
            put_cells(cx, id, Some(&serde_json::to_string(cells).map_err(unreadable)?))?;
            changes = changes.set("custom_values", &cells.len());
        }
        for place in &update.comments {
            trace.comments.push(self.comment(&on, given, given.comments[*place].1)?);
        }
        if !trace.comments.is_empty() {
            changes = changes.set("comments", &trace.comments.len());
        }
        for wish in &update.links {
            trace.links.extend(self.link(wish, End::Item(id))?);
        }
        if !trace.links.is_empty() {
            changes = changes.set("links", &trace.links.len());
        }
        remember(cx, id, &update.prints.to_string())?;
        let version = on.record(cx, "imported", changes)?;
        self.trace(id, version, false, &trace)
    }

    fn trace(&self, item: ObjectId, version: i64, created: bool, trace: &Trace) -> Result<(), Fault> {
        put_trace(self.cx, self.batch, item, version, created, trace)
    }
}

impl Was {
    fn of(current: &Current) -> Self {
        let Current { id: _, kind, title, body, cells, fingerprint, stored, parent_kind: _, shipped: _ } =
            current.clone();
        Self { title, body, kind, stored, cells, fingerprint }
    }
}

/// What differs between an item's columns, for its event.
pub(super) fn stored_changes(changes: Changes, before: &Stored, after: &Stored) -> Changes {
    changes
        .field("state", &before.state, &after.state)
        .field("category", &before.category, &after.category)
        .field("points", &before.points, &after.points)
        .field("assignee_id", &before.assignee_id, &after.assignee_id)
        .field("parent_id", &before.parent_id, &after.parent_id)
        .field("started_at", &before.started_at, &after.started_at)
        .field("done_at", &before.done_at, &after.done_at)
        .field("accepted", &before.accepted_at.is_some(), &after.accepted_at.is_some())
}

/// Keeps an item's custom values in place of those it had.
pub(super) fn put_cells(cx: &Cx<'_>, item: ObjectId, cells: Option<&str>) -> Result<(), Fault> {
    match cells {
        Some(cells) => cx.exec(
            "INSERT INTO imported_values (object_id, source, cells) VALUES ($1, $2, $3)
             ON CONFLICT (object_id) DO UPDATE SET source = excluded.source, cells = excluded.cells",
            args![item, SOURCE, cells],
        )?,
        None => cx.exec("DELETE FROM imported_values WHERE object_id = $1", args![item])?,
    };
    Ok(())
}
