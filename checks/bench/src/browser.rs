//! What a key and a page cost in a browser: measured by web/bench in real Chromium.

use crate::report::Report;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

#[derive(Deserialize)]
struct Figure {
    what: String,
    p50: f64,
    p95: f64,
}

/// Runs one of the files of web/bench, and adds the milliseconds it found.
fn run(report: &mut Report, web: &Path, file: &str, env: &[(&str, &OsStr)], items: u32, reach: f64) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let out = folder.path().join("figures.json");
    let mut command = Command::new("npx");
    command.args(["playwright", "test", file, "--config", "bench/playwright.config.ts", "--reporter", "dot"]);
    command.env("THROUGHLINE_BENCH_OUT", &out).envs(env.iter().copied());
    // The table alone goes to the standard output.
    let output = command.current_dir(web).output().context("npx could not be started")?;
    if !output.status.success() {
        bail!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    }
    let figures: Vec<Figure> = serde_json::from_slice(&std::fs::read(&out)?)?;
    for Figure { what, p50, p95 } in figures {
        report.add(&format!("{what}, p50"), Some(items), p50, "ms", None);
        report.add(&format!("{what}, p95"), Some(items), p95, "ms", Some(reach));
    }
    Ok(())
}

/// A backlog as large as the interface must stay quick with.
const ITEMS: u32 = 10_000;

/// From a key to what it did, in the backlog of a sample of its own.
pub fn keys(report: &mut Report, binary: &Path, web: &Path, quick: bool) -> Result<()> {
    let items = ITEMS.to_string();
    let env = [
        ("THROUGHLINE_BIN", binary.as_os_str()),
        ("THROUGHLINE_BENCH_ITEMS", items.as_ref()),
        ("THROUGHLINE_BENCH_PRESSES", if quick { "40" } else { "200" }.as_ref()),
    ];
    run(report, web, "keys.bench.ts", &env, ITEMS, 50.0)
}

/// From the address of the whole line to its picture. `sample` tells of the server and its people, as the demo does.
pub fn line(report: &mut Report, web: &Path, sample: &serde_json::Value, items: u32, quick: bool) -> Result<()> {
    let sample = sample.to_string();
    let env = [
        ("THROUGHLINE_BENCH_SAMPLE", sample.as_ref()),
        ("THROUGHLINE_BENCH_VISITS", if quick { "8" } else { "30" }.as_ref()),
    ];
    run(report, web, "line.bench.ts", &env, items, 1000.0)
}
