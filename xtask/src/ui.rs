//! The web UI: npm packages when the lock file changed, then Vite.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, bail};

use crate::house::{House, output, run};

const OLDEST_NODE: (u32, u32) = (20, 19);

pub fn build(house: &House) -> Result<()> {
    install(&house.web())?;
    run(npm(&house.web()).args(["run", "--silent", "build"]))
}

/// `npm ci`, unless the packages of this very lock file are there already.
pub fn install(folder: &Path) -> Result<()> {
    check_node()?;
    let lock = fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("{} has no package-lock.json", folder.display()))?;
    // Inside node_modules, so that deleting the packages deletes the stamp.
    let stamp = folder.join("node_modules/.installed-package-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    run(npm(folder).args(["ci", "--no-audit", "--no-fund", "--prefer-offline"])).context(
        "the npm packages could not be installed; npm comes with Node.js and needs the network or a filled cache",
    )?;
    fs::write(&stamp, lock)?;
    Ok(())
}

pub fn npm(folder: &Path) -> Command {
    node_tool("npm", folder)
}

pub fn npx(folder: &Path) -> Command {
    node_tool("npx", folder)
}

fn node_tool(name: &str, folder: &Path) -> Command {
    let mut command = Command::new(if cfg!(windows) { format!("{name}.cmd") } else { name.to_owned() });
    command.current_dir(folder);
    command
}

fn check_node() -> Result<()> {
    let (major, minor) = OLDEST_NODE;
    let wanted = format!("the web interface is built with Node.js {major}.{minor} or later and npm: install them");
    let version = output(Command::new("node").arg("--version")).context(wanted.clone())?;
    let version = String::from_utf8_lossy(&version);
    if number(&version) < Some(OLDEST_NODE) {
        bail!("Node.js {} is too old; {wanted}", version.trim());
    }
    Ok(())
}

fn number(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim().trim_start_matches('v').split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_compare_as_numbers() {
        assert_eq!(number("v20.19.1\n"), Some((20, 19)));
        assert!(number("v20.9.0") < Some(OLDEST_NODE));
        assert!(number("v18.20.8") < Some(OLDEST_NODE));
        assert!(number("v24.0.0") > Some(OLDEST_NODE));
        assert!(number("nonsense") < Some(OLDEST_NODE));
    }
}
