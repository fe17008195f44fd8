//! Every chore of the house: `cargo xtask --help`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks to its terminal")]

mod contract;
mod house;
mod packages;
mod robustness;
mod test;
mod ui;

use std::{ffi::OsString, fs, process::ExitCode};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand, builder::PossibleValuesParser};

use crate::house::{Build, House};

#[derive(Parser)]
#[command(bin_name = "cargo xtask", about = "The chores of Throughline, each one command")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Build everything and serve a sample organisation on http://127.0.0.1:7400
    Demo {
        /// How many backlog items the sample has
        #[arg(long)]
        items: Option<u32>,
        #[arg(long, default_value_t = 7400)]
        port: u16,
        /// Go on with the data of the last demo instead of making it anew
        #[arg(long)]
        keep: bool,
    },
    /// Build everything and serve your own data, kept in data/own
    Serve {
        /// Passed to `throughline serve`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Build the web UI into web/dist
    Ui,
    /// Write api/openapi.json and the UI's types made from it
    Openapi,
    /// Install what the checks need and is missing, then run every check
    Test {
        /// Only this step, with the steps it needs (may be given several times)
        #[arg(long, value_name = "STEP", value_parser = PossibleValuesParser::new(test::names()))]
        only: Vec<String>,
    },
    /// Measure the release binary and print the results as a table
    Bench {
        /// Passed to the benchmark
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().chore) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: Chore) -> Result<ExitCode> {
    let house = House::find()?;
    match chore {
        Chore::Demo { items, port, keep } => demo(&house, items, port, keep)?,
        Chore::Serve { args } => serve(&house, &args)?,
        Chore::Ui => ui::build(&house)?,
        Chore::Openapi => contract::write(&house)?,
        Chore::Test { only } => return test::run(&house, &only),
        Chore::Bench { args } => bench(&house, &args)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn demo(house: &House, items: Option<u32>, port: u16, keep: bool) -> Result<()> {
    ui::build(house)?;
    house.build(Build::Release)?;
    let data = house.root.join("data/demo");
    if !keep && data.exists() {
        fs::remove_dir_all(&data).with_context(|| format!("cannot delete {}", data.display()))?;
    }
    let mut command = house.throughline(Build::Release);
    command.arg("demo").arg("--data").arg(data).arg("--listen").arg(format!("127.0.0.1:{port}"));
    if let Some(items) = items {
        command.arg("--items").arg(items.to_string());
    }
    house::hand_over(command)
}

fn serve(house: &House, args: &[OsString]) -> Result<()> {
    ui::build(house)?;
    house.build(Build::Release)?;
    let mut command = house.throughline(Build::Release);
    command.arg("serve");
    let says_where = |arg: &OsString| {
        let arg = arg.to_string_lossy();
        arg.starts_with("--data")
    };
    if !args.iter().any(says_where) {
        command.arg("--data").arg(house.root.join("data/own"));
    }
    command.args(args);
    house::hand_over(command)
}

fn bench(house: &House, args: &[OsString]) -> Result<()> {
    ui::build(house)?;
    house.build(Build::Release)?;
    let mut command = house.cargo(["run", "--release", "--quiet", "-p", "throughline-bench", "--"]);
    command.args(args).env("THROUGHLINE_BIN", house.binary(Build::Release));
    command.env("THROUGHLINE_CHROMIUM", packages::chromium()?);
    house::run(&mut command)
}
