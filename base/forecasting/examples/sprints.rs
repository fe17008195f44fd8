//! Whether sprints deliver what they took, told at 30, 50 and 80 % of their time: `cargo run --release -p
//! throughline-forecasting --example sprints FOLDER`, the folder with the files `ORG_iteration_30.csv` of Choetkiertikul et
//! al. (2017). Each board's sprints are told by its own earlier ones. The table of `docs/forecast.md` is its output.
#![expect(clippy::print_stdout, reason = "a command line tool speaks to its terminal")]

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use throughline_forecasting::{Earlier, Standing, will_deliver};

struct Sprint {
    board: String,
    number: u64,
    then: Standing,
    /// What was delivered in the end, less what was in the sprint then.
    difference: f64,
}

#[derive(Default)]
struct Sums {
    sprints: f64,
    ours: f64,
    mean: f64,
    median: f64,
    brier: f64,
    base: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("name the folder with the sprints")?;
    println!("| sprints | at | told | off by | mean | median | Brier score | base rate |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for organisation in ["apache", "jira", "mongodb"] {
        for at in [30, 50, 80] {
            let bytes = fs::read(format!("{folder}/{organisation}_iteration_{at}.csv"))?;
            let sums = judge(&read(&String::from_utf8_lossy(&bytes)));
            let mean = |sum: f64| sum / sums.sprints;
            println!(
                "| {organisation} | {at} % | {} | {:.1} | {:.1} | {:.1} | {:.3} | {:.3} |",
                sums.sprints,
                mean(sums.ours),
                mean(sums.mean),
                mean(sums.median),
                mean(sums.brier),
                mean(sums.base)
            );
        }
    }
    Ok(())
}

/// Sprints with anything in them, in the order of their numbers. A name may hold commas that nobody quoted; the sixteen
/// numbers stand at the end.
fn read(text: &str) -> Vec<Sprint> {
    let mut sprints: Vec<Sprint> = text
        .lines()
        .skip(1)
        .filter_map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let numbers: Vec<f64> = cells
                .get(cells.len().checked_sub(16)?..)?
                .iter()
                .map(|cell| cell.parse().ok())
                .collect::<Option<_>>()?;
            let (todo, underway, done) = (numbers[9], numbers[11], numbers[13]);
            let then = Standing { scope: todo + underway + done, done };
            let (board, number) = (cells[0].to_owned(), cells[1].parse().ok()?);
            (then.scope > 0.0).then_some(Sprint { board, number, then, difference: numbers[0] })
        })
        .collect();
    sprints.sort_by_key(|sprint| sprint.number);
    sprints
}

fn judge(sprints: &[Sprint]) -> Sums {
    let mut sums = Sums::default();
    let mut boards: HashMap<&str, Vec<&Sprint>> = HashMap::new();
    for sprint in sprints {
        let before = boards.entry(&sprint.board).or_default();
        let earlier: Vec<Earlier> = before
            .iter()
            .map(|past| Earlier { then: past.then, delivered: past.then.scope + past.difference })
            .collect();
        if let Some(told) = will_deliver(sprint.then, &earlier) {
            let mut past: Vec<f64> = before.iter().map(|past| past.difference).collect();
            past.sort_by(f64::total_cmp);
            let mean = past.iter().sum::<f64>() / past.len() as f64;
            let did = past.iter().filter(|difference| **difference >= 0.0).count() as f64 / past.len() as f64;
            let truth = f64::from(sprint.difference >= 0.0);
            sums.sprints += 1.0;
            sums.ours += (sprint.difference + told.left).abs();
            sums.mean += (sprint.difference - mean).abs();
            sums.median += (sprint.difference - past[past.len() / 2]).abs();
            sums.brier += (told.likelihood - truth).powi(2);
            sums.base += (did - truth).powi(2);
        }
        before.push(sprint);
    }
    sums
}
