use crate::place::{self, Place};
use crate::{progress, show};
use access::{Actor, Cx, Fault};
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use interchange::import::{Answers, ImportJira, Report, answers, undo};
use interchange::jira::{ColumnFate, Encoding, Fate, Mapping, Rejection, Unreadable, Warning};
use object::carry_out;
use people::{Email, NewProduct, PersonState};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Duration;
use store::{Db, StoreError};
use vocabulary::{BatchId, Label, PersonId, ProductKey, ProductName, Role, Ts};

#[derive(Args)]
pub struct Import {
    #[command(subcommand)]
    source: Source,
}

#[derive(Subcommand)]
enum Source {
    /// Issues that Jira exported as CSV (all fields); the same file again changes nothing
    Jira(Jira),
    /// Take back what an import did; what was worked on since is left alone and named
    Undo(Undo),
}

#[derive(Args)]
struct Jira {
    /// The export
    file: PathBuf,
    /// The product, as in APP; made when there is none
    #[arg(long, value_name = "KEY", value_parser = |text: &str| ProductKey::try_from(text.to_owned()))]
    product: ProductKey,
    /// What a new product is called; its key unless said
    #[arg(long, value_parser = |text: &str| Label::try_from(text))]
    name: Option<Label>,
    /// Who becomes product manager and product owner of a new product; may be given again; the admins unless said
    #[arg(long, value_name = "EMAIL", value_parser = |text: &str| text.parse::<Email>())]
    owner: Vec<Email>,
    /// Answers in JSON: {"columns": {"4": "custom"}, "people": {"Ada": "ID"}, "states": {"QA": "in_review"}, "date_order": "dmy"}
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// What the file is written in, as in windows-1252; UTF-8 unless said or marked
    #[arg(long, value_name = "NAME")]
    encoding: Option<Encoding>,
    /// Only say what would happen
    #[arg(long)]
    dry_run: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

impl Import {
    pub fn run(&self, place: &Place) -> Result<()> {
        match &self.source {
            Source::Jira(jira) => jira.run(place),
            Source::Undo(undo) => undo.run(place),
        }
    }
}

impl Jira {
    fn run(&self, place: &Place) -> Result<()> {
        let given = self.mapping()?;
        let bytes = std::fs::read(&self.file).with_context(|| format!("{} cannot be read", self.file.display()))?;
        let db = place.open_existing()?;
        let product = ProductName::Key(self.product.clone());
        let name = product.clone();
        let before = place::read(&db, move |cx| match answers(cx, &name) {
            Err(Fault::NotFound { .. }) => Ok(None),
            found => found.map(Some),
        })?;
        let is_new = before.is_none();
        let before: Answers = before.unwrap_or_default();
        let file = self.file.to_string_lossy();
        let import = match ImportJira::read(product, &file, bytes, given, &before) {
            Ok(import) => import,
            Err(wrong @ Unreadable::NotText { .. }) => {
                bail!("{file}: {wrong} (--encoding windows-1252, say.) Nothing was imported.")
            }
            Err(unreadable) => bail!("{file}: {unreadable} Nothing was imported."),
        };
        let new = is_new.then(|| self.beginning()).transpose()?;
        let report = if self.dry_run { preview(&db, import, new)? } else { carry_out_with_bar(&db, import, new)? };
        if self.json { show::json(&report) } else { print(&report) }
    }

    fn mapping(&self) -> Result<Mapping> {
        let mut mapping = match &self.mapping {
            Some(file) => {
                let text = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
                serde_json::from_slice(&text).with_context(|| format!("{} is no mapping", file.display()))?
            }
            None => Mapping::default(),
        };
        mapping.encoding = self.encoding.or(mapping.encoding);
        Ok(mapping)
    }

    fn beginning(&self) -> Result<Beginning> {
        let name = self.name.clone().map_or_else(|| Label::try_from(self.product.as_str()), Ok);
        let product = NewProduct { key: self.product.clone(), name: name.map_err(anyhow::Error::msg)?, roles: None };
        Ok(Beginning { product, owners: self.owner.clone() })
    }
}

/// A product that an import makes, and who is to hold it.
struct Beginning {
    product: NewProduct,
    owners: Vec<Email>,
}

impl Beginning {
    fn carry_out(&self, cx: &Cx<'_>) -> Result<(), Fault> {
        let owners = self.owners(cx)?;
        let product = people::create_product(cx, &self.product)?;
        for person in owners {
            people::set_roles(cx, &product, person, &[Role::ProductManager, Role::ProductOwner])?;
        }
        Ok(())
    }

    /// Without them nobody would see what was imported.
    fn owners(&self, cx: &Cx<'_>) -> Result<Vec<PersonId>, Fault> {
        if !self.owners.is_empty() {
            return self.owners.iter().map(|email| Ok(people::by_email(cx, email)?.id)).collect();
        }
        let people = people::list_people(cx)?.into_iter();
        Ok(people.filter(|one| one.admin && one.state == PersonState::Active).map(|admin| admin.id).collect())
    }
}

#[derive(Args)]
struct Undo {
    /// The batch, as the import printed it
    batch: BatchId,
    /// Print the import and what was left alone as JSON
    #[arg(long)]
    json: bool,
}

impl Undo {
    fn run(&self, place: &Place) -> Result<()> {
        let db = place.open_existing()?;
        let batch = self.batch;
        let undone = place::write(&db, move |cx| undo(cx, batch))?;
        if self.json {
            return show::json(&undone);
        }
        show::line(&format!(
            "The import of {} is undone; left alone: {}.",
            undone.batch.file,
            undone.left_alone.len()
        ))?;
        let left = undone.left_alone.into_iter().map(|left| vec![left.reference, left.title, left.reason.to_owned()]);
        show::table(&left.collect::<Vec<_>>())
    }
}

fn carry_out_with_bar(db: &Db, import: ImportJira, new: Option<Beginning>) -> Result<Report> {
    let rows = import.plan.rows.len() as u64;
    let done = import.done.clone();
    let (bar, move_to) = progress::bar("importing");
    let work = db.clone();
    let writing = std::thread::spawn(move || {
        place::write(&work, move |cx| {
            if let Some(new) = &new {
                new.carry_out(cx)?;
            }
            carry_out(cx, &import)
        })
    });
    while !writing.is_finished() {
        move_to(done.load(Ordering::Relaxed) as u64, rows);
        std::thread::sleep(Duration::from_millis(50));
    }
    bar.finish_and_clear();
    writing.join().unwrap_or_else(|_| bail!("the import stopped unexpectedly; nothing was changed"))
}

/// How a look into a product that does not exist yet ends: with everything taken back.
enum Looked {
    At(Box<Report>),
    Failed(Fault),
}

impl From<StoreError> for Looked {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

fn preview(db: &Db, import: ImportJira, new: Option<Beginning>) -> Result<Report> {
    let report = match new {
        None => place::read(db, move |cx| import.preview(cx))?,
        Some(new) => {
            let organisation = place::founded(db)?;
            let looked = db.write_now(move |conn| {
                let actor = Actor::console(organisation);
                let cx = Cx::new(conn, &actor, Ts::now());
                new.carry_out(&cx).map_err(Looked::Failed)?;
                // An error, so that the product is not kept.
                Err::<(), _>(import.preview(&cx).map_or_else(Looked::Failed, |report| Looked::At(Box::new(report))))
            });
            match looked {
                Err(Looked::At(report)) => *report,
                Err(Looked::Failed(fault)) => return Err(fault.into()),
                Ok(()) => bail!("the look ahead did not end"),
            }
        }
    };
    Ok(Report { dry_run: true, ..report })
}

/// Warnings and rejections that are printed; --json prints all.
const LISTED: usize = 20;

fn print(report: &Report) -> Result<()> {
    let did = if report.dry_run { "would be " } else { "" };
    let Report { file, rows, created, updated, unchanged, .. } = report;
    show::line(&format!(
        "{file}: {rows} rows; {created} {did}created, {updated} {did}updated, {unchanged} unchanged, {} rejected.",
        report.rejected.len()
    ))?;
    let cells = |cells: &[&dyn ToString]| cells.iter().map(|cell| cell.to_string()).collect::<Vec<_>>();
    let section = |title: &str, rows: Vec<Vec<String>>| -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        show::line(&format!("\n{title}"))?;
        show::table(&rows)
    };
    let empty = report.columns.iter().filter(|column| column.fate == Fate::Empty).count();
    let filled = report.columns.iter().filter(|column| column.fate != Fate::Empty);
    section("Columns", filled.map(|column| cells(&[&fate(column), &column.header, &column.filled])).collect())?;
    if empty > 0 {
        show::line(&format!("{empty} columns are empty."))?;
    }
    let kinds = report.kinds.iter().map(|found| cells(&[&found.kind.noun(), &found.name, &found.rows]));
    section("Kinds", kinds.collect())?;
    let new = |new: bool| if new { "new" } else { "" };
    let states = report.states.iter().map(|found| cells(&[&found.category, &found.name, &found.rows, &new(found.new)]));
    section("States", states.collect())?;
    let people = report.people.iter().map(|found| {
        let who = match (&found.person, &found.suggested) {
            (Some(person), _) => format!("is {}", person.name),
            (None, Some(person)) => format!("kept as a name; may be {} ({})", person.name, person.id),
            (None, None) => "kept as a name".to_owned(),
        };
        cells(&[&found.name, &found.cells, &who])
    });
    section("People", people.collect())?;
    let rejected = report.rejected.iter().take(LISTED).map(|Rejection { row, column, reason }| {
        cells(&[&format!("row {row}"), &column.as_deref().unwrap_or_default(), reason])
    });
    section("Rejected", rejected.collect())?;
    let warnings = report.warnings.iter().take(LISTED).map(|Warning { row, column, message }| {
        let row = row.map_or_else(|| "file".to_owned(), |row| format!("row {row}"));
        cells(&[&row, &column.as_deref().unwrap_or_default(), message])
    });
    section("Warnings", warnings.collect())?;
    let more = report.rejected.len().saturating_sub(LISTED) + report.warnings.len().saturating_sub(LISTED);
    if more > 0 {
        show::line(&format!("… and {more} more; --json prints all."))?;
    }
    if let Some(batch) = report.batch_id {
        show::line(&format!("\n`throughline import undo {batch}` takes it back."))?;
    }
    Ok(())
}

fn fate(column: &ColumnFate) -> &'static str {
    match column.fate {
        Fate::Mapped => "mapped",
        Fate::Custom => "custom value",
        Fate::Ignored => "ignored",
        Fate::Empty => "empty",
    }
}
