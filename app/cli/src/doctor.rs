use crate::place::Place;
use crate::{progress, show};
use anyhow::{Result, bail};
use clap::Args;
use interchange::doctor::{Check, examine_all};

#[derive(Args)]
pub struct Doctor {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub fn run(&self, place: &Place) -> Result<()> {
        let (bar, progress) = progress::bar("examining");
        let report = examine_all(&place.open_existing()?, &place.files(), progress);
        bar.finish_and_clear();
        let report = report?;
        if self.json {
            show::json(&report)?;
        } else {
            for check in &report.checks {
                show::line(&format!("{:<7}  {}", verdict(check), check.name))?;
                for found in &check.found {
                    show::line(&format!("           {found}"))?;
                }
            }
        }
        let wrong = report.checks.iter().filter(|check| !check.ok && !check.warning).count();
        if wrong > 0 {
            bail!("{wrong} of {} checks found something wrong", report.checks.len());
        }
        Ok(())
    }
}

fn verdict(check: &Check) -> &'static str {
    match (check.ok, check.warning) {
        (true, _) => "ok",
        (false, true) => "warning",
        (false, false) => "wrong",
    }
}
