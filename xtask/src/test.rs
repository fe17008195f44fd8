//! Every check there is, one after the other: a failed one stops only the steps that need it.

use std::{
    collections::BTreeSet,
    env,
    fs::{self, File},
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Result;
use test_postgres::{Cluster, Keeps};

use crate::{
    contract,
    house::{Build, House, run as run_command},
    packages, robustness, ui,
};

struct Step {
    name: &'static str,
    title: &'static str,
    needs: &'static [&'static str],
    run: fn(&House) -> Result<()>,
}

const STEPS: &[Step] = &[
    Step { name: "fmt", title: "rustfmt", needs: &[], run: fmt },
    Step { name: "web-check", title: "types and lints of the web UI", needs: &[], run: web_check },
    Step { name: "web-unit", title: "unit tests of the web UI", needs: &[], run: web_unit },
    Step { name: "ui", title: "build of the web UI", needs: &[], run: ui::build },
    Step { name: "clippy", title: "clippy", needs: &[], run: clippy },
    Step { name: "doc", title: "documentation without warnings", needs: &[], run: doc },
    Step { name: "rust", title: "Rust tests, on SQLite and PostgreSQL", needs: &[], run: rust },
    Step { name: "binary", title: "the binary the next steps run", needs: &["ui"], run: binary },
    Step { name: "openapi", title: "the committed contract is current", needs: &["binary"], run: contract::check },
    Step { name: "schemathesis", title: "schemathesis: nothing answers 5xx", needs: &["binary"], run: robustness::run },
    Step { name: "e2e", title: "end-to-end tests in Chromium", needs: &["binary"], run: e2e },
];

pub fn names() -> Vec<&'static str> {
    STEPS.iter().map(|step| step.name).collect()
}

enum Outcome {
    Passed,
    Failed,
    Skipped,
}

pub fn run(house: &House, only: &[String]) -> Result<ExitCode> {
    // Two runs at once would take each other's cluster and packages away.
    fs::create_dir_all(&house.target)?;
    let lock = File::create(house.target.join("xtask-test.lock"))?;
    lock.lock()?;

    let wanted = with_needs(only);
    let mut done: Vec<(&Step, Outcome, Duration)> = Vec::new();
    for step in STEPS.iter().filter(|step| wanted.is_empty() || wanted.contains(step.name)) {
        let since = Instant::now();
        let broken = done.iter().find(|(s, o, _)| step.needs.contains(&s.name) && !matches!(o, Outcome::Passed));
        let outcome = match broken {
            Some((needed, ..)) => {
                println!("\n==> {}: skipped, it needs {}", step.name, needed.name);
                Outcome::Skipped
            }
            None => attempt(house, step, since),
        };
        done.push((step, outcome, since.elapsed()));
    }
    Ok(summary(&done))
}

fn attempt(house: &House, step: &Step, since: Instant) -> Outcome {
    println!("\n==> {}: {}", step.name, step.title);
    match (step.run)(house) {
        Ok(()) => {
            println!("==> {} passed in {:.1} s", step.name, since.elapsed().as_secs_f64());
            Outcome::Passed
        }
        Err(error) => {
            println!("==> {} FAILED after {:.1} s: {error:#}", step.name, since.elapsed().as_secs_f64());
            Outcome::Failed
        }
    }
}

/// Needs stand before the steps that need them, so one pass from the end finds them all.
fn with_needs(only: &[String]) -> BTreeSet<&'static str> {
    let mut wanted = BTreeSet::new();
    for step in STEPS.iter().rev() {
        if wanted.contains(step.name) || only.iter().any(|name| name == step.name) {
            wanted.insert(step.name);
            wanted.extend(step.needs);
        }
    }
    wanted
}

fn summary(done: &[(&Step, Outcome, Duration)]) -> ExitCode {
    println!();
    for (step, outcome, time) in done {
        let word = match outcome {
            Outcome::Passed => "passed",
            Outcome::Failed => "FAILED",
            Outcome::Skipped => "skipped",
        };
        println!("{:<14} {word:<8} {:>7.1} s", step.name, time.as_secs_f64());
    }
    let count = |wanted: fn(&Outcome) -> bool| done.iter().filter(|(_, outcome, _)| wanted(outcome)).count();
    let passed = count(|o| matches!(o, Outcome::Passed));
    let failed = count(|o| matches!(o, Outcome::Failed));
    let skipped = count(|o| matches!(o, Outcome::Skipped));
    let skipped = if skipped == 0 { String::new() } else { format!(", {skipped} skipped") };
    println!("\n{passed} passed, {failed} failed{skipped}");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn fmt(house: &House) -> Result<()> {
    run_command(&mut house.cargo(["fmt", "--all", "--check"]))
}

fn web_check(house: &House) -> Result<()> {
    ui::install(&house.web())?;
    run_command(ui::npm(&house.web()).args(["run", "--silent", "check"]))
}

fn web_unit(house: &House) -> Result<()> {
    ui::install(&house.web())?;
    run_command(ui::npm(&house.web()).args(["test", "--silent"]))
}

fn clippy(house: &House) -> Result<()> {
    run_command(&mut house.cargo(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn doc(house: &House) -> Result<()> {
    run_command(house.cargo(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))
}

fn rust(house: &House) -> Result<()> {
    const URL: &str = "THROUGHLINE_TEST_POSTGRES";
    let given = env::var(URL).ok();
    let cluster = match given {
        None => Some(Cluster::start(packages::postgresql()?, &house.target, "throughline-postgres", Keeps::Nothing)?),
        Some(_) => None,
    };
    let url = given.or_else(|| cluster.as_ref().map(|c| c.url.clone())).unwrap_or_default();
    if packages::on_path(&["cargo-nextest"]).is_some() {
        run_command(house.cargo(["nextest", "run", "--workspace", "--no-fail-fast"]).env(URL, &url))?;
        // The one kind of test that nextest does not run.
        run_command(house.cargo(["test", "--workspace", "--doc", "--quiet"]).env(URL, &url))
    } else {
        run_command(house.cargo(["test", "--workspace"]).env(URL, &url))
    }
}

fn binary(house: &House) -> Result<()> {
    house.build(Build::Checked)
}

fn e2e(house: &House) -> Result<()> {
    ui::install(&house.web())?;
    let mut playwright = ui::npx(&house.web());
    playwright.args(["playwright", "test"]);
    playwright.env("THROUGHLINE_BIN", house.binary(Build::Checked)).env("THROUGHLINE_CHROMIUM", packages::chromium()?);
    run_command(&mut playwright)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_step_brings_what_it_needs() {
        assert_eq!(with_needs(&["e2e".to_owned()]), BTreeSet::from(["binary", "e2e", "ui"]));
        assert_eq!(with_needs(&["fmt".to_owned()]), BTreeSet::from(["fmt"]));
        assert!(with_needs(&[]).is_empty());
    }

    #[test]
    fn needs_stand_before_the_steps_that_need_them() {
        for (at, step) in STEPS.iter().enumerate() {
            for need in step.needs {
                assert!(STEPS[..at].iter().any(|earlier| earlier.name == *need), "{} needs {need}", step.name);
            }
        }
    }
}
