//! What the maths of a forecast costs, without a server.

use crate::report::Report;
use anyhow::{Context, Result, anyhow};
use forecasting::{Forecast, History, Parallel, Quantiles, Scope, Split, backtest};
use std::hint::black_box;
use std::time::Instant;
use vocabulary::{Date, Ts};

/// Weeks of history, two years of them, with about eight items each.
const WEEKS: [i64; 26] = [8, 5, 11, 0, 9, 7, 14, 6, 8, 10, 3, 12, 9, 8, 5, 11, 0, 9, 7, 14, 6, 8, 10, 3, 12, 9];

pub fn measure(report: &mut Report) -> Result<()> {
    let day: Date = "2026-11-26".parse().context("a date")?;
    let back = |days: i64| Ts::start_of(day).plus_days(-days).date();
    let weeks = WEEKS.iter().cycle().take(104).enumerate();
    let dates: Vec<Date> = weeks.flat_map(|(week, many)| vec![back(7 * week as i64); *many as usize]).collect();
    let history = History::new(&dates);
    let forecast = Forecast::new(&history, day, 120).map_err(|why| anyhow!("{why}"))?;
    let took = best(|| forecast.again(120).when(120));
    report.add("exact forecast of 120 items", None, took, "ms", Some(0.2));
    let took = best(|| Forecast::new(&history, day, 120));
    report.add("the same, with what the past of two years teaches", None, took, "ms", None);
    let took = best(|| backtest(&history, day));
    report.add("backtest of two years", None, took, "ms", None);
    let alone = Parallel::new(vec![forecast.clone()]);
    let took = best(|| alone.draw(&[Some(120u32)], 1_000_000, 7));
    report.add("a million futures of 120 items, drawn at random", None, took, "ms CPU", Some(60.0));
    let took = best(|| roadmap(&history, day));
    report.add("a roadmap: 300 initiatives, 10,000 items, 3 teams", Some(10_000), took, "ms", Some(50.0));
    Ok(())
}

/// When each of 300 initiatives is done, on the items of which three teams work in one order.
fn roadmap(history: &History, day: Date) -> Vec<Quantiles<Option<Date>>> {
    let each = 10_000 / 3;
    let teams = (0..3).filter_map(|_| Forecast::new(history, day, each + 100).ok());
    let teams = Parallel::new(teams.collect());
    let split = Split::learned(&[4, 6, 9, 5, 7, 12, 3]);
    let place = |n: u32, team: u32| Scope::new((each * n / 300 + 3 * team).min(each), 2, split, 0.2);
    (1..=300).map(|n| teams.when(&[0, 1, 2].map(|team| Some(place(n, team))))).collect()
}

/// The best of twenty, in milliseconds.
fn best<T>(run: impl Fn() -> T) -> f64 {
    let times = (0..20).map(|_| {
        let since = Instant::now();
        black_box(run());
        since.elapsed().as_secs_f64() * 1000.0
    });
    times.fold(f64::INFINITY, f64::min)
}
