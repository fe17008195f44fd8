use crate::export::{attachments, rows, summary};
use crate::place::Place;
use crate::{progress, show};
use anyhow::{Context, Result};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

#[derive(Args)]
pub struct Restore {
    /// An archive made by `backup` or `export`, from either engine
    #[arg(value_name = "FILE")]
    archive: PathBuf,
    /// Print what was restored as JSON
    #[arg(long)]
    json: bool,
}

impl Restore {
    pub fn run(&self, place: &Place) -> Result<()> {
        let db = place.open()?;
        let (bar, progress) = progress::bar("restoring");
        let restored = interchange::archive::restore(&db, &place.files(), &self.archive, progress);
        bar.finish_and_clear();
        let restored = restored.with_context(|| format!("{} was not restored", self.archive.display()))?;
        if self.json {
            return show::json(&json!({
                "rows": rows(&restored), "attachments": attachments(&restored), "passwords": restored.has_secrets(),
            }));
        }
        show::line(&format!("{} restored", summary(&restored)))?;
        if !restored.has_secrets() {
            show::line(
                "Passwords were not in this archive: `throughline admin people link EMAIL` lets somebody choose one.",
            )?;
        }
        Ok(())
    }
}
