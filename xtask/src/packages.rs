//! Programs that the checks need from the operating system.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

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

pub fn on_path(names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file()))
}

pub fn is_root() -> bool {
    cfg!(unix) && id(&["-u"]) == Some(0)
}

/// The user and group number of an account.
pub fn account(name: &str) -> Option<(u32, u32)> {
    Some((id(&["-u", name])?, id(&["-g", name])?))
}

fn id(args: &[&str]) -> Option<u32> {
    let printed = Command::new("id").args(args).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(printed.stdout).ok()?.trim().parse().ok()
}

/// The folder of PostgreSQL's programs: Debian keeps them off the PATH.
pub fn postgresql() -> Result<PathBuf> {
    let initdb = need("PostgreSQL", "postgresql", || {
        let versions = Path::new("/usr/lib/postgresql").read_dir().ok().into_iter().flatten().flatten();
        let newest = versions.filter_map(|v| v.file_name().to_str()?.parse::<u32>().ok()).max();
        let debian = newest.map(|v| format!("/usr/lib/postgresql/{v}/bin/initdb").into());
        debian.filter(|file: &PathBuf| file.is_file()).or_else(|| on_path(&["initdb"]))
    })?;
    Ok(initdb.parent().context("initdb lies in a folder")?.to_owned())
}
