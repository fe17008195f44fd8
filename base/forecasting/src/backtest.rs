use crate::forecast::Forecast;
use crate::history::{History, WINDOW};
use crate::pace::{MOST_WEEKS, Pace};
use crate::tempo::{Look, Tempo, learn, lessons};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Below so many past forecasts their shares say little.
pub const FEWEST_FORECASTS: usize = 15;

/// The share of past forecasts that came true by their date of each likelihood.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct CameTrue {
    #[serde(rename = "50")]
    pub p50: f64,
    #[serde(rename = "85")]
    pub p85: f64,
    #[serde(rename = "95")]
    pub p95: f64,
}

/// How often forecasts of a history's past, made as today's are made and with no more than was known then, came true.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Backtest {
    /// Forecasts made, one a week, each of six weeks' work. One of which the history does not tell whether it came true is
    /// none.
    pub forecasts: usize,
    pub coverage: CameTrue,
    /// How many came true by their 85 % date.
    pub true_by_85: usize,
    /// The median time to the 85 % date, against that of resampling twelve weeks with no more ado; the price of coming true
    /// more often.
    pub width_vs_naive: f64,
    /// How often the naive forecast came true.
    pub naive_coverage: CameTrue,
    /// Forecasts by the likelihood they had given to what happened, in tenths: as many in each where likelihoods are right.
    pub tenths: [usize; 10],
}

/// One forecast of the past.
struct Past {
    /// Days to its date of 50, 85 and 95 percent.
    days: [i32; 3],
    naive: [i32; 3],
    took: Option<i32>,
    /// Days the history goes on.
    left: i32,
    /// The likelihood it gave to being done when it was.
    given: Option<f64>,
}

const PERCENTS: [f64; 3] = [0.5, 0.85, 0.95];

/// Makes a forecast for each past week, learning from those before. Nothing where there is none whose outcome is known.
pub fn backtest(history: &History) -> Option<Backtest> {
    let (first, last) = (history.first_day()?, history.last_day()?);
    let looks: BTreeMap<i32, Look> = (first + 7 * WINDOW as i32..=last)
        .step_by(7)
        .filter_map(|day| Look::at(history, day).map(|look| (day, look)))
        .collect();
    let beyond = 7 * MOST_WEEKS as i32;
    let past: Vec<Past> = looks
        .values()
        .map(|look| {
            let tempo = learn(lessons(look.day).filter_map(|day| looks.get(&day)), look.day);
            let ours = Forecast::on(look.day, look.pace.clone(), tempo);
            let naive = Forecast::on(look.day, Pace::new(&look.weeks, look.items), Tempo::steady());
            let days = |by: &Forecast| PERCENTS.map(|p| by.days(look.items.into(), p).unwrap_or(beyond));
            Past {
                days: days(&ours),
                naive: days(&naive),
                took: look.took,
                left: last - look.day,
                given: look.took.map(|took| ours.within(look.items.into(), took)),
            }
        })
        .collect();
    // What is not done and not yet due is neither true nor false; it is left out of all three.
    let known: Vec<&Past> = past.iter().filter(|p| p.took.is_some() || p.left >= p.days[2].max(p.naive[2])).collect();
    if known.is_empty() {
        return None;
    }
    let came_true = |which: fn(&Past) -> &[i32; 3], at: usize| {
        known.iter().filter(|past| past.took.is_some_and(|took| took <= which(past)[at])).count()
    };
    let coverage = |which: fn(&Past) -> &[i32; 3]| {
        let [p50, p85, p95] = [0, 1, 2].map(|at| came_true(which, at) as f64 / known.len() as f64);
        CameTrue { p50, p85, p95 }
    };
    let mut tenths = [0; 10];
    for past in &known {
        // Never done within what is known: later than all it called likely.
        let given = past.given.unwrap_or(1.0);
        tenths[((given * 10.0) as usize).min(9)] += 1;
    }
    Some(Backtest {
        forecasts: known.len(),
        coverage: coverage(|past| &past.days),
        true_by_85: came_true(|past| &past.days, 1),
        width_vs_naive: median(known.iter().map(|past| past.days[1]))
            / median(known.iter().map(|past| past.naive[1])).max(1.0),
        naive_coverage: coverage(|past| &past.naive),
        tenths,
    })
}

fn median(values: impl Iterator<Item = i32>) -> f64 {
    let mut sorted: Vec<i32> = values.collect();
    sorted.sort_unstable();
    match sorted.len() {
        0 => 0.0,
        n if n % 2 == 1 => f64::from(sorted[n / 2]),
        n => (f64::from(sorted[n / 2 - 1]) + f64::from(sorted[n / 2])) / 2.0,
    }
}
