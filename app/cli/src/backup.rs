use crate::export;
use crate::place::Place;
use anyhow::Result;
use clap::Args;
use interchange::archive::Contents;
use std::path::PathBuf;

#[derive(Args)]
pub struct Backup {
    /// The file to write. It holds password hashes and tokens' hashes: keep it where only you can read it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Print what was written as JSON
    #[arg(long)]
    json: bool,
}

impl Backup {
    pub fn run(&self, place: &Place) -> Result<()> {
        export::archive(&place.open_existing()?, place, Contents::Backup, &self.out, self.json)
    }
}
