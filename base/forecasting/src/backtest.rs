use crate::forecast::Forecast;
use crate::history::{FEWEST_WEEKS, History, WINDOW};
use crate::pace::{MOST_WEEKS, Pace};
use crate::tempo::{Look, Tempo, learn, lessons};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use vocabulary::Date;

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
    /// Forecasts of six weeks' work, one made each week, whose 85 % date is over.
    pub forecasts: usize,
    /// How many of them came true by it.
    pub true_by_85: usize,
    /// Of the forecasts whose date of that likelihood is over, the share that came true by it.
    pub coverage: CameTrue,
    /// The median time to the 85 % date, against that of resampling the same weeks with no more ado; the price of coming
    /// true more often.
    pub width_vs_naive: f64,
    /// How often the naive forecast came true.
    pub naive_coverage: CameTrue,
    /// Forecasts whose 95 % date is over by the likelihood they had given to what happened, in tenths: as many in each where
    /// likelihoods are right.
    pub tenths: [usize; 10],
}

/// One forecast of the past.
struct Past {
    /// Days to its date of 50, 85 and 95 percent.
    days: [i32; 3],
    naive: [i32; 3],
    took: Option<i32>,
    /// Days that are over since.
    over: i32,
    /// The likelihood it gave to being done when it was.
    given: Option<f64>,
}

const PERCENTS: [f64; 3] = [0.5, 0.85, 0.95];

/// Makes a forecast for each past week, learning from those before. `until` is the day up to which the history tells what
/// was finished. Nothing where the 85 % date of none is over.
pub fn backtest(history: &History, until: Date) -> Option<Backtest> {
    let (first, until) = (history.first_day()?, history.at(until));
    // The first looks only teach.
    let looks: BTreeMap<i32, Look> = (first + 7 * FEWEST_WEEKS as i32..=until)
        .step_by(7)
        .filter_map(|day| Look::at(history, day).map(|look| (day, look)))
        .collect();
    let beyond = 7 * MOST_WEEKS as i32;
    let past: Vec<Past> = looks
        .range(first + 7 * WINDOW as i32..)
        .map(|(_, look)| {
            let tempo = learn(lessons(look.day).filter_map(|day| looks.get(&day)), look.day);
            let ours = Forecast::on(look.pace.clone(), tempo);
            let naive = Forecast::on(Pace::new(&look.weeks, look.items), Tempo::steady());
            let days = |by: &Forecast| PERCENTS.map(|p| by.days(look.items, p).unwrap_or(beyond));
            let over = until - look.day;
            let took = look.took.filter(|took| *took <= over);
            let given = took.map(|took| ours.within(look.items, took));
            Past { days: days(&ours), naive: days(&naive), took, over, given }
        })
        .collect();
    // What is not yet due is neither true nor false, also where it is done already: what is late would be missing beside it.
    let due = |which: fn(&Past) -> &[i32; 3], at: usize| {
        let due = past.iter().filter(move |past| past.over >= which(past)[at]);
        let came_true = due.clone().filter(|past| past.took.is_some_and(|took| took <= which(past)[at])).count();
        (came_true, due.count())
    };
    let coverage = |which: fn(&Past) -> &[i32; 3]| {
        let [p50, p85, p95] = [0, 1, 2].map(|at| {
            let (came_true, due) = due(which, at);
            came_true as f64 / due.max(1) as f64
        });
        CameTrue { p50, p85, p95 }
    };
    let (true_by_85, forecasts) = due(|past| &past.days, 1);
    if forecasts == 0 {
        return None;
    }
    let mut tenths = [0; 10];
    for past in past.iter().filter(|past| past.over >= past.days[2]) {
        // Not done within what is known: later than all it called likely.
        let given = past.given.unwrap_or(1.0);
        tenths[((given * 10.0) as usize).min(9)] += 1;
    }
    Some(Backtest {
        forecasts,
        true_by_85,
        coverage: coverage(|past| &past.days),
        width_vs_naive: median(past.iter().map(|past| past.days[1]))
            / median(past.iter().map(|past| past.naive[1])).max(1.0),
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
