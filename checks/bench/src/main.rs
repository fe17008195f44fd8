//! What the server costs and how fast it answers, on a large product, beside what it must reach.
//!
//! Started by `cargo xtask bench`. It is no test: a busy machine makes every figure worse, so the machine's load stands
//! beside each row, and CPU time, which load disturbs least, comes first.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks to its terminal")]

mod browser;
mod forecast;
mod jira;
mod load;
mod plan;
mod report;
mod rows;
mod server;
mod wire;

use anyhow::{Context, Result};
use clap::Parser;
use report::Report;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(Parser)]
#[command(name = "bench", about = "Measures the release binary named by THROUGHLINE_BIN")]
struct Options {
    /// Sizes of the product, in items, one after the other
    #[arg(long, value_delimiter = ',', default_value = "10000,100000")]
    items: Vec<u32>,
    /// Short rows: for a first look
    #[arg(long)]
    quick: bool,
    /// Only rows whose name holds this text
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
    /// The web UI, built and with its packages installed
    #[arg(long, default_value = "web")]
    web: PathBuf,
    /// Connections at once
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=256))]
    connections: u16,
}

/// How much one row asks for.
#[derive(Clone, Copy)]
pub struct Effort {
    pub connections: usize,
    pub time: Duration,
    pub import_rows: usize,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let binary = std::env::var_os("THROUGHLINE_BIN").context("THROUGHLINE_BIN names the binary to measure")?;
    let binary = std::path::absolute(Path::new(&binary))?;
    let effort = Effort {
        connections: options.connections.into(),
        time: Duration::from_millis(if options.quick { 1500 } else { 5000 }),
        import_rows: if options.quick { 2_000 } else { 20_000 },
    };
    let mut report = Report::default();
    for items in &options.items {
        rows::measure(&mut report, &binary, *items, effort, options.only.as_deref())
            .with_context(|| format!("with {items} items"))?;
    }
    if options.only.as_deref().is_none_or(|only| "key to paint".contains(only)) {
        browser::keys(&mut report, &binary, &options.web, options.quick).context("in the browser")?;
    }
    if options.only.as_deref().is_none_or(|only| "exact forecast".contains(only)) {
        forecast::measure(&mut report)?;
    }
    if options.only.as_deref().is_none_or(|only| "plan".contains(only)) {
        plan::measure(&mut report, &binary, &options.web, effort, options.quick)?;
    }
    let scripts = server::script_bytes(&options.web.join("dist"))?;
    report.add("scripts on first load, gzip", None, scripts as f64 / 1000.0, "kB", Some(250.0));
    match options.json {
        true => println!("{}", report.json()?),
        false => print!("{}", report.markdown()),
    }
    Ok(())
}
