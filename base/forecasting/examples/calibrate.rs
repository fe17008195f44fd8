//! How often forecasts of many histories came true: `cargo run --release -p throughline-forecasting --example calibrate
//! FOLDER`, a folder of files with one date of completion a line. The tables of `docs/forecast.md` are its output.
#![expect(clippy::print_stdout, reason = "a command line tool speaks to its terminal")]

use std::error::Error;
use std::fs;
use throughline_forecasting::{Backtest, CameTrue, FEWEST_FORECASTS, History, backtest, read_dates};
use vocabulary::Date;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("name a folder of files with dates")?;
    let mut files: Vec<_> = fs::read_dir(folder)?.map(|file| file.map(|file| file.path())).collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|kind| kind == "csv"));
    files.sort();
    let mut all: Vec<Backtest> = Vec::new();
    println!("| history | items | forecasts | 50 % | 85 % | 95 % | width | plain 50 % | 85 % | 95 % |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for file in &files {
        let dates = read_dates(&fs::read_to_string(file)?, Date::MAX)?;
        let name = file.file_stem().unwrap_or_default().to_string_lossy().replace('_', " ");
        let history = History::new(&dates);
        let found =
            history.last().and_then(|last| backtest(&history, last)).filter(|past| past.forecasts >= FEWEST_FORECASTS);
        let Some(past) = found else {
            println!("| {name} | {} | too few | | | | | | | |", dates.len());
            continue;
        };
        row(&name, dates.len(), past.forecasts, past.coverage, past.width_vs_naive, past.naive_coverage);
        all.push(past);
    }
    let mean = |of: &dyn Fn(&Backtest) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
    let coverage = |of: fn(&Backtest) -> CameTrue| CameTrue {
        p50: mean(&|past| of(past).p50),
        p85: mean(&|past| of(past).p85),
        p95: mean(&|past| of(past).p95),
    };
    let forecasts = all.iter().map(|past| past.forecasts).sum();
    let (ours, naive) = (coverage(|past| past.coverage), coverage(|past| past.naive_coverage));
    row("**mean**", 0, forecasts, ours, mean(&|past| past.width_vs_naive), naive);
    let tenths: Vec<String> = (0..10)
        .map(|tenth| {
            let share = mean(&|past| past.tenths[tenth] as f64 / past.forecasts as f64);
            format!("{:.0} %", share * 100.0)
        })
        .collect();
    println!("\nLikelihood given to what happened, in tenths: {}", tenths.join(", "));
    Ok(())
}

fn row(name: &str, items: usize, forecasts: usize, ours: CameTrue, width: f64, naive: CameTrue) {
    let share = |share: f64| format!("{:.0} %", share * 100.0);
    let items = if items == 0 { String::new() } else { items.to_string() };
    let shares = [ours.p50, ours.p85, ours.p95].map(share).join(" | ");
    let plain = [naive.p50, naive.p85, naive.p95].map(share).join(" | ");
    println!("| {name} | {items} | {forecasts} | {shares} | {width:.2} | {plain} |");
}
