use crate::place::{self, Place};
use crate::{progress, show};
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use interchange::archive::{Contents, Manifest, export_to_file};
use interchange::export_items_csv_to_file;
use object::Product;
use serde_json::json;
use std::path::{Path, PathBuf};
use store::Db;
use vocabulary::{ProductName, Ts};

#[derive(Args)]
pub struct Export {
    /// The product, as in APP
    #[arg(long, value_name = "KEY", required_unless_present = "all", conflicts_with = "all")]
    product: Option<ProductName>,
    /// All products and people, without passwords and tokens
    #[arg(long)]
    all: bool,
    /// json: a zip that loses nothing; csv: the items, for a spreadsheet
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Print what was written as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Json,
    Csv,
}

impl Export {
    pub fn run(&self, place: &Place) -> Result<()> {
        let db = place.open_existing()?;
        let contents = match &self.product {
            Some(name) => {
                let name = name.clone();
                Contents::Product(place::read(&db, move |cx| Product::load(cx, &name))?.id)
            }
            None => Contents::OpenData,
        };
        match (self.format, contents) {
            (Format::Json, contents) => archive(&db, place, contents, &self.out, self.json),
            (Format::Csv, Contents::Product(product)) => {
                let (bar, progress) = progress::bar("writing");
                let items = export_items_csv_to_file(&db, product, &self.out, progress);
                bar.finish_and_clear();
                let items = items.with_context(|| unwritten(&self.out))?;
                match self.json {
                    true => show::json(&json!({ "items": items, "file": self.out })),
                    false => show::line(&format!("{items} items in {}", self.out.display())),
                }
            }
            (Format::Csv, _) => bail!("a spreadsheet holds the items of one product: give --product"),
        }
    }
}

/// Writes an archive and says what is in it.
pub fn archive(db: &Db, place: &Place, contents: Contents, out: &Path, json: bool) -> Result<()> {
    let (bar, progress) = progress::bar("writing");
    let made = export_to_file(db, &place.files(), contents, Ts::now(), out, progress);
    bar.finish_and_clear();
    let made = made.with_context(|| unwritten(out))?;
    match json {
        true => show::json(&json!({
            "rows": rows(&made), "attachments": attachments(&made), "missing": made.missing_attachments, "file": out,
        }))?,
        false => show::line(&format!("{} in {}", summary(&made), out.display()))?,
    }
    if !made.missing_attachments.is_empty() {
        bail!(
            "the archive is complete but for {} attachments whose files are gone: {}",
            made.missing_attachments.len(),
            made.missing_attachments.join(", ")
        );
    }
    Ok(())
}

fn unwritten(out: &Path) -> String {
    format!("{} was not written", out.display())
}

pub fn rows(manifest: &Manifest) -> u64 {
    manifest.tables.iter().map(|table| table.rows).sum()
}

pub fn attachments(manifest: &Manifest) -> usize {
    manifest.files.len() - manifest.tables.len()
}

pub fn summary(manifest: &Manifest) -> String {
    format!("{} rows and {} attachments", rows(manifest), attachments(manifest))
}
