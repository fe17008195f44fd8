use crate::amount::Amount;
use crate::forecast::Forecast;
use crate::pace::Column;

/// How likely one amount is done within any number of days: what is asked of it often is looked up in the tables once.
pub(crate) struct Curve<'f> {
    forecast: &'f Forecast,
    kept: f64,
    /// For each number it may be, with how likely that is.
    parts: Vec<(Column, f64)>,
}

impl<'f> Curve<'f> {
    pub(crate) fn of(forecast: &'f Forecast, amount: impl Amount) -> Self {
        let parts = amount.parts().into_iter().map(|(items, weight)| (forecast.pace().column(items), weight));
        Self { forecast, kept: amount.kept(), parts: parts.collect() }
    }

    pub(crate) fn within(&self, days: i32) -> f64 {
        let weeks = self.forecast.weeks_of_work(days) * self.kept;
        let tempo = self.forecast.tempo();
        let sum: f64 = self.parts.iter().map(|(column, weight)| weight * tempo.likelihood(column, weeks)).sum();
        sum.min(1.0)
    }
}
