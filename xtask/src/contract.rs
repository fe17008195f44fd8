//! api/openapi.json, printed by the binary, and the UI's types generated from it: both committed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    house::{Build, House, output, run},
    ui,
};

struct Files {
    document: PathBuf,
    types: PathBuf,
}

fn committed(house: &House) -> Files {
    Files { document: house.root.join("api/openapi.json"), types: house.web().join("src/api/schema.d.ts") }
}

pub fn write(house: &House) -> Result<()> {
    let mut printer = house.cargo(["run", "--quiet", "-p", "throughline-cli", "--", "openapi"]);
    generate(house, &mut printer, &committed(house))
}

/// Fails when what is committed is not what the binary says.
pub fn check(house: &House) -> Result<()> {
    let folder = house.target.join("contract");
    let made = Files { document: folder.join("openapi.json"), types: folder.join("schema.d.ts") };
    generate(house, house.throughline(Build::Checked).arg("openapi"), &made)?;
    let committed = committed(house);
    for (made, committed) in [(&made.document, &committed.document), (&made.types, &committed.types)] {
        if fs::read(made)? != fs::read(committed).unwrap_or_default() {
            let name = committed.strip_prefix(&house.root)?.display();
            bail!("{name} is stale: run `cargo xtask openapi` and commit it");
        }
    }
    Ok(())
}

fn generate(house: &House, printer: &mut Command, files: &Files) -> Result<()> {
    write_file(&files.document, &output(printer)?)?;
    write_file(&files.types, b"")?;
    // A package of its own: the generator needs an older TypeScript than the UI.
    let tool = house.web().join("tools/api-gen");
    ui::install(&tool)?;
    run(ui::npx(&tool).arg("openapi-typescript").arg(&files.document).arg("-o").arg(&files.types))
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().context("a file has a folder")?;
    fs::create_dir_all(folder)?;
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}
