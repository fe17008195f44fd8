//! What a key costs in a browser: measured by web/bench in real Chromium.

use crate::report::Report;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::path::Path;
use std::process::Command;

#[derive(Deserialize)]
struct Figure {
    what: String,
    p50: f64,
    p95: f64,
}

/// A backlog as large as the interface must stay quick with.
const ITEMS: u32 = 10_000;
const REACH: f64 = 50.0;

pub fn measure(report: &mut Report, binary: &Path, web: &Path, quick: bool) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let out = folder.path().join("figures.json");
    let mut command = Command::new("npx");
    command.args(["playwright", "test", "--config", "bench/playwright.config.ts", "--reporter", "dot"]);
    command.env("THROUGHLINE_BIN", binary).env("THROUGHLINE_BENCH_OUT", &out);
    command.env("THROUGHLINE_BENCH_ITEMS", ITEMS.to_string());
    command.env("THROUGHLINE_BENCH_PRESSES", if quick { "40" } else { "200" });
    // The table alone goes to the standard output.
    let output = command.current_dir(web).output().context("npx could not be started")?;
    if !output.status.success() {
        bail!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    }
    let figures: Vec<Figure> = serde_json::from_slice(&std::fs::read(&out)?)?;
    for Figure { what, p50, p95 } in figures {
        report.add(&format!("{what}, p50"), Some(ITEMS), p50, "ms", None);
        report.add(&format!("{what}, p95"), Some(ITEMS), p95, "ms", Some(REACH));
    }
    Ok(())
}
