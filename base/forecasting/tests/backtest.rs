//! What counts as having come true.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use throughline_forecasting::{History, backtest};

/// Three items each week, for so many weeks up to a day.
fn steady(weeks: i64, last: Date) -> Vec<Date> {
    (0..3 * weeks).map(|n| last.saturating_sub((7 * (n / 3)).days())).collect()
}

#[test]
fn a_team_that_stopped_is_not_flattered() {
    let stopped = date(2026, 6, 1);
    let history = History::new(&steady(60, stopped));
    let then = backtest(&history, stopped).unwrap();
    let now = backtest(&history, date(2026, 11, 26)).unwrap();
    assert_eq!(then.true_by_85, then.forecasts);
    // The forecasts of the last weeks are due by now, and nothing came of them.
    assert!(now.forecasts > then.forecasts && now.true_by_85 < now.forecasts, "{now:?}");
    assert!(now.coverage.p85 < then.coverage.p85);
}

#[test]
fn what_is_not_due_is_left_out_also_when_it_is_done() {
    // Twice the pace in the last four weeks: done early, but not due.
    let last = date(2026, 11, 26);
    let dates = [steady(30, last), steady(4, last)].concat();
    let past = backtest(&History::new(&dates), last).unwrap();
    let weeks_made = 30 - 12;
    assert!(past.forecasts <= weeks_made - 5, "{past:?}");
}

#[test]
fn nothing_is_told_before_a_forecast_is_due() {
    let last = date(2026, 11, 26);
    assert_eq!(backtest(&History::new(&steady(14, last)), last), None);
    assert_eq!(backtest(&History::new(&[]), last), None);
}
