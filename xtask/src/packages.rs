//! Programs that the checks need from the operating system.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result, bail};
pub use test_postgres::on_path;
use test_postgres::{Programs, is_root};

use crate::house::{output, run};

/// Finds the program, after installing Debian's package where that is possible and allowed.
pub fn need(what: &str, package: &str, find: impl Fn() -> Option<PathBuf>) -> Result<PathBuf> {
    if let Some(found) = find() {
        return Ok(found);
    }
    if !is_root() || on_path(&["apt-get"]).is_none() {
        bail!(
            "{what} is missing and only root may install it: on Debian, `apt-get install {package}`, then run this again"
        );
    }
    let apt = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").arg("--quiet=2");
        command
    };
    run(apt().arg("update"))?;
    run(apt().args(["install", "--yes", "--no-install-recommends", package]))?;
    find().with_context(|| format!("{what} is still missing after installing {package}"))
}

pub fn chromium() -> Result<PathBuf> {
    need("Chromium", "chromium", || on_path(&["chromium", "chromium-browser", "google-chrome"]))
}

/// A Python that can make virtual environments.
pub fn python() -> Result<PathBuf> {
    need("Python 3 with venv", "python3-venv", || {
        let python = on_path(&["python3"])?;
        output(Command::new(&python).args(["-c", "import venv, ensurepip"])).ok().map(|_| python)
    })
}

pub fn postgresql() -> Result<Programs> {
    need("PostgreSQL", "postgresql", Programs::folder)?;
    Programs::find()
}
