//! Undoing an import by its batch.

use super::apply::{Trace, Was, put_cells, remember, stored_changes};
use super::batches::{self, Batch};
use super::outlook::{chunked, same_level, state_key};
use super::{SOURCE, unreadable};
use access::{Changes, Cx, Fault};
use backlog::{NEEDED, Stored, may_become, may_contain};
use object::{Change, Comment, EditObject, Granted, Header, Product, delete_link};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use store::args;
use utoipa::ToSchema;
use vocabulary::*;

/// Takes back what an import did: what it made is archived and its external key forgotten, what it changed is as
/// before. What somebody worked on since is left alone and named.
#[derive(Debug, Serialize, Deserialize)]
pub struct UndoImport {
    pub product: ProductId,
    pub batch: BatchId,
}

/// The import as it stands now, and what could not be undone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UndoneImport)]
pub struct Undone {
    #[serde(flatten)]
    pub batch: Batch,
    pub left_alone: Vec<LeftAlone>,
}

/// An item that stays as it is, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeftAlone {
    pub id: ObjectId,
    pub reference: String,
    pub title: String,
    pub reason: &'static str,
}

/// Undoes an import one may see; its rights are those of importing.
pub fn undo(cx: &Cx<'_>, id: BatchId) -> Result<Undone, Fault> {
    let (_, product) = batches::found(cx, id)?;
    object::carry_out(cx, &UndoImport { product, batch: id })
}

impl Change for UndoImport {
    const NAME: &'static str = "undo_import";
    type On = Product;
    type Outcome = Undone;
    fn on(&self) -> ProductName {
        self.product.into()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(Decision::Import)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<Undone, Fault> {
        let cx = &Cx { batch: Some(self.batch), ..Cx::new(cx.conn, cx.actor, cx.now) };
        let (batch, product) = batches::found(cx, self.batch)?;
        if product != on.id {
            return Err(Fault::not_found("import"));
        }
        if batch.undone_at.is_some() {
            return Err(Fault::broken("undone-already", "This import was undone already."));
        }
        refuse_before_later(cx, on.id, &batch)?;
        let workflow = Workflow::load(cx, &on, self.batch)?;
        let touched = touched(cx, self.batch)?;
        let mut work = Work { cx, on: &on, left: Vec::new(), workflow, touched, at: batch.at };
        let (made, changed): (Vec<Done>, Vec<Done>) = done(cx, self.batch)?.into_iter().partition(|item| item.created);
        let links: HashSet<LinkId> = made.iter().chain(&changed).flat_map(|item| &item.trace.links).copied().collect();
        let mut held = Vec::new();
        for item in changed {
            held.extend(work.restore(item)?);
        }
        work.put_away(made, &links)?;
        // What the batch made part of them is out of the way by now.
        for item in held {
            if let Some(item) = work.restore(item)? {
                work.leave(&*on.also(cx, item.item)?, HOLDS);
            }
        }
        let Work { left: left_alone, workflow, .. } = work;
        let mut states = Vec::new();
        for (name, category) in &workflow.added {
            let Some((instead, meaning)) = workflow.instead_of(name, *category) else { continue };
            if backlog::remove_state(cx, on.id, name, (instead, *meaning))? {
                states.push(name.clone());
            }
        }
        cx.exec("UPDATE import_batch SET undone_at = $1 WHERE id = $2", args![cx.now, self.batch])?;
        let changes = Changes::new().unset("file", &batch.file).set("left_alone", &left_alone.len());
        on.record(cx, "undid an import", if states.is_empty() { changes } else { changes.unset("states", &states) })?;
        Ok(Undone { batch: Batch { undone_at: Some(cx.now), ..batch }, left_alone })
    }
}

/// What a later import changed too can be taken back only after that one.
fn refuse_before_later(cx: &Cx<'_>, product: ProductId, batch: &Batch) -> Result<(), Fault> {
    let later: Option<(String, Ts)> = cx.maybe(
        "SELECT b.file, b.at FROM import_batch b
         WHERE b.product_id = $1 AND b.undone_at IS NULL AND (b.at, b.id) > ($2, $3)
         AND EXISTS (SELECT 1 FROM import_change d JOIN import_change c ON c.object_id = d.object_id
                     WHERE d.batch_id = b.id AND c.batch_id = $3)
         ORDER BY b.at DESC, b.id DESC LIMIT 1",
        args![product, batch.at, batch.id],
    )?;
    let Some((file, at)) = later else { return Ok(()) };
    Err(Fault::broken(
        "later-import",
        format!("The import of “{file}” on {} touched the same items later: undo that one first.", at.date()),
    ))
}

/// One item of the batch.
struct Done {
    item: ObjectId,
    created: bool,
    trace: Trace,
}

/// The items of a batch that somebody worked on since. Imports that were undone have left nothing behind.
fn touched(cx: &Cx<'_>, batch: BatchId) -> Result<HashSet<ObjectId>, Fault> {
    let items: Vec<(ObjectId,)> = cx.rows(
        "SELECT DISTINCT c.object_id FROM import_change c
         JOIN activity a ON a.object_id = c.object_id AND a.version > c.version_after
         LEFT JOIN import_batch b ON b.id = a.batch_id
         WHERE c.batch_id = $1 AND (b.id IS NULL OR (b.id <> $1 AND b.undone_at IS NULL))",
        args![batch],
    )?;
    Ok(items.into_iter().map(|(id,)| id).collect())
}

fn done(cx: &Cx<'_>, batch: BatchId) -> Result<Vec<Done>, Fault> {
    let stored: Vec<(ObjectId, bool, String)> = cx.rows(
        "SELECT object_id, created, before FROM import_change WHERE batch_id = $1 ORDER BY object_id",
        args![batch],
    )?;
    let read = |(item, created, trace): (ObjectId, bool, String)| {
        Ok(Done { item, created, trace: serde_json::from_str(&trace).map_err(unreadable)? })
    };
    stored.into_iter().map(read).collect()
}

/// The workflow as it will be without the states that the batch added and that it can do without.
struct Workflow {
    added: Vec<(String, Category)>,
    kept: Vec<(String, Category)>,
}

impl Workflow {
    fn load(cx: &Cx<'_>, product: &Product, batch: BatchId) -> Result<Self, Fault> {
        let new = batches::remembered(cx, batch)?.states.into_iter().filter(|state| state.new);
        let added: Vec<String> = new.map(|state| state_key(&state.name)).collect();
        let (mut added, mut kept) = backlog::states(cx, product.id)?
            .into_iter()
            .map(|state| (state.name.to_string(), state.category))
            .partition::<Vec<_>, _>(|(name, _)| added.contains(&name.to_lowercase()));
        for needed in NEEDED {
            let means = |(_, category): &(String, Category)| *category == needed;
            if !kept.iter().any(means) {
                kept.extend(added.iter().position(means).map(|last| added.remove(last)));
            }
        }
        Ok(Self { added, kept })
    }

    /// The state itself where it stays, otherwise the first of the same meaning.
    fn instead_of(&self, name: &str, category: Category) -> Option<&(String, Category)> {
        let same = self.kept.iter().find(|(kept, _)| kept == name);
        same.or_else(|| self.kept.iter().find(|(_, meaning)| *meaning == category)).or(self.kept.first())
    }

    fn settle(&self, stored: &mut Stored) {
        if let Some((name, category)) = self.instead_of(&stored.state, stored.category).cloned() {
            (stored.state, stored.category) = (name, category);
        }
    }
}

struct Work<'w> {
    cx: &'w Cx<'w>,
    on: &'w Granted<Product>,
    left: Vec<LeftAlone>,
    workflow: Workflow,
    touched: HashSet<ObjectId>,
    /// When the import was.
    at: Ts,
}

const CHANGED: &str = "It was changed since.";
const LINKED: &str = "It was linked to something since.";
const HOLDS: &str = "Something that stays is part of it.";
const OVER: &str = "The sprint it ended in is over.";
const OTHER_KIND: &str = "It is in a sprint or linked as what it was before cannot be.";
const SHIPPED: &str = "It shipped.";

impl Work<'_> {
    fn leave(&mut self, item: &Header, reason: &'static str) {
        let (reference, title) = (item.reference(), item.title.clone());
        self.left.push(LeftAlone { id: item.id, reference, title, reason });
    }

    /// An item that the batch changed, as it was before; given back while it may not be that for what is part of it.
    fn restore(&mut self, mut done: Done) -> Result<Option<Done>, Fault> {
        let cx = self.cx;
        if let Some(fingerprint) = done.trace.noted {
            remember(cx, done.item, &fingerprint)?;
            return Ok(None);
        }
        let on = self.on.also(cx, done.item)?;
        let Some(was) = done.trace.was.take().filter(|_| !self.touched.contains(&on.id)) else {
            self.leave(&on, CHANGED);
            return Ok(None);
        };
        if !same_level(on.kind, was.kind) && has_parts(cx, on.id)? {
            done.trace.was = Some(was);
            return Ok(Some(done));
        }
        let now = backlog::stored(cx, on.id)?;
        if let Some(reason) = self.holds_fast(on.id, &now, &was.stored)? {
            self.leave(&on, reason);
            return Ok(None);
        }
        if was.kind != on.kind {
            match may_become(cx, &on, was.kind) {
                Err(Fault::Broken { .. }) => {
                    self.leave(&on, OTHER_KIND);
                    return Ok(None);
                }
                allowed => allowed?,
            }
        }
        let Was { title, body, kind, mut stored, cells, fingerprint } = was;
        let wrong = |message| Fault::invalid("batch", message);
        let text = EditObject::text(
            on.id,
            Some(Title::try_from(title).map_err(wrong)?),
            Some(Body::try_from(body).map_err(wrong)?),
        );
        let mut changes = text.store(cx, &on)?;
        if kind != on.kind {
            backlog::set_kind(cx, &on, kind)?;
            changes = changes.field("kind", &on.kind, &kind);
        }
        self.workflow.settle(&mut stored);
        if let Some(parent) = stored.parent_id {
            let whole = Header::seen(cx, &parent.into())?;
            let fits = may_contain(whole.kind, kind).is_ok() && on.fits_in(&whole).is_ok();
            stored.parent_id = fits.then_some(parent);
        }
        backlog::overwrite(cx, &on, &now, &stored)?;
        if let Some(sprint) = done.trace.sprint {
            backlog::return_to_what_is_over(cx, on.id, sprint, self.at)?;
            changes = changes.set("sprint_id", &sprint);
        }
        put_cells(cx, on.id, cells.as_deref())?;
        for comment in done.trace.comments {
            Comment::take_back(cx, &on, comment)?;
        }
        for link in done.trace.links {
            delete_link(cx, &on, link)?;
        }
        remember(cx, on.id, &fingerprint)?;
        on.record(cx, "set back", stored_changes(changes, &now, &stored))?;
        Ok(None)
    }

    /// Why an item cannot be in the state it was in before: its sprint ended with it, or customers have it.
    fn holds_fast(&self, item: ObjectId, now: &Stored, was: &Stored) -> Result<Option<&'static str>, Fault> {
        let (over, shipped): (bool, bool) = self.cx.one(
            "SELECT (s.state IS NOT NULL AND s.state IN ('closed', 'cancelled')),
                    (i.accepted_at IS NOT NULL AND r.shipped_at IS NOT NULL)
             FROM item i LEFT JOIN sprint s ON s.object_id = i.sprint_id LEFT JOIN release r ON r.object_id = i.release_id
             WHERE i.object_id = $1",
            args![item],
        )?;
        let reopened = was.category.is_open() && !now.category.is_open();
        let unfinished = was.category != Category::Done && now.category == Category::Done;
        Ok(match () {
            () if over && reopened => Some(OVER),
            () if shipped && (unfinished || was.accepted_at.is_none()) => Some(SHIPPED),
            () => None,
        })
    }

    /// Archives what the batch made, apart from what somebody worked on, linked or put something into.
    fn put_away(&mut self, made: Vec<Done>, links: &HashSet<LinkId>) -> Result<(), Fault> {
        let cx = self.cx;
        let ids: Vec<ObjectId> = made.iter().map(|item| item.item).collect();
        let mut stays: HashMap<ObjectId, &'static str> = HashMap::new();
        let ends: [&'static str; 2] =
            ["SELECT id, from_id FROM link WHERE from_id IN", "SELECT id, to_id FROM link WHERE to_id IN"];
        for end in ends {
            let found = chunked::<(LinkId, ObjectId)>(cx, end, &ids)?;
            stays.extend(found.into_iter().filter(|(link, _)| !links.contains(link)).map(|(_, item)| (item, LINKED)));
        }
        let mut items = Vec::with_capacity(made.len());
        for item in made {
            let on = self.on.also(cx, item.item)?;
            if self.touched.contains(&on.id) {
                stays.insert(on.id, CHANGED);
            }
            items.push((on, item.trace));
        }
        let parts: Vec<(ObjectId, ObjectId)> =
            chunked(cx, "SELECT object_id, parent_id FROM item WHERE parent_id IN", &ids)?;
        let own: HashSet<ObjectId> = ids.into_iter().collect();
        // Sub-task, story, epic: what stays keeps what it is part of, up to three levels.
        for _ in 0..3 {
            for (part, whole) in &parts {
                if !own.contains(part) || stays.contains_key(part) {
                    stays.entry(*whole).or_insert(HOLDS);
                }
            }
        }
        for (on, trace) in items {
            match stays.get(&on.id) {
                Some(reason) => self.leave(&on, reason),
                None => self.archive(on, trace)?,
            }
        }
        Ok(())
    }

    fn archive(&self, on: Granted<Header>, trace: Trace) -> Result<(), Fault> {
        let cx = self.cx;
        for link in trace.links {
            delete_link(cx, &on, link)?;
        }
        // Apart from what it was part of, so that it keeps nothing else from being taken back.
        let before = backlog::stored(cx, on.id)?;
        let mut stored = Stored { parent_id: None, ..before.clone() };
        self.workflow.settle(&mut stored);
        if stored != before {
            backlog::overwrite(cx, &on, &before, &stored)?;
        }
        let changes = on.put_away(cx, true)?;
        cx.exec("DELETE FROM external_key WHERE object_id = $1 AND source = $2", args![on.id, SOURCE])?;
        on.record(cx, "taken back", stored_changes(changes, &before, &stored))?;
        Ok(())
    }
}

fn has_parts(cx: &Cx<'_>, item: ObjectId) -> Result<bool, Fault> {
    let part: Option<(ObjectId,)> = cx.maybe("SELECT object_id FROM item WHERE parent_id = $1 LIMIT 1", args![item])?;
    Ok(part.is_some())
}
