use crate::amount::Amount;
use crate::calendar::{Away, Calendar};
use crate::curve::Curve;
use crate::history::{History, NotEnough, date_of, day_of};
use crate::items::MOST_ITEMS;
use crate::pace::{MOST_WEEKS, Pace};
use crate::tempo::{Look, Tempo, learn, lessons, without_piles};
use serde::Serialize;
use utoipa::ToSchema;
use vocabulary::Date;

/// The likelihoods a forecast names, in percent.
pub const LIKELIHOODS: [u8; 4] = [50, 70, 85, 95];

/// One answer for each of [`LIKELIHOODS`]; none where it lies more than ten years ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Quantiles<T> {
    #[serde(rename = "50")]
    pub p50: T,
    #[serde(rename = "70")]
    pub p70: T,
    #[serde(rename = "85")]
    pub p85: T,
    #[serde(rename = "95")]
    pub p95: T,
}

impl<T> Quantiles<T> {
    /// Asked in the order of the likelihoods.
    pub(crate) fn of(mut each: impl FnMut(f64) -> T) -> Self {
        let [p50, p70, p85, p95] = LIKELIHOODS.map(|percent| each(f64::from(percent) / 100.0));
        Self { p50, p70, p85, p95 }
    }

    /// With its percentages.
    pub fn each(&self) -> [(u8, &T); 4] {
        let values = [&self.p50, &self.p70, &self.p85, &self.p95];
        std::array::from_fn(|at| (LIKELIHOODS[at], values[at]))
    }
}

/// What is known of a date.
#[derive(Debug, Serialize, ToSchema)]
pub struct ByThen {
    #[schema(value_type = String, format = "date")]
    pub date: Date,
    /// Of all items being done.
    pub likelihood: f64,
    /// Likelihood in percent → so many items are done, or more.
    #[schema(value_type = HashMap<String, u32>)]
    pub how_many: Quantiles<u32>,
}

/// What a history says on one day about what lies ahead.
#[derive(Debug, Clone)]
pub struct Forecast {
    day: i32,
    weeks: Vec<u32>,
    pace: Pace,
    tempo: Tempo,
    calendar: Calendar,
    /// How many weeks' work the team does in one, against today.
    speed: f64,
}

impl Forecast {
    /// For up to `most` items from the evening of a day on.
    pub fn new(history: &History, day: Date, most: u32) -> Result<Self, NotEnough> {
        let at = history.at(day);
        let weeks = history.window(at)?;
        let looks: Vec<Look> = lessons(at).filter_map(|day| Look::at(history, day)).collect();
        let tempo = learn(looks.iter(), at);
        let (pace, calendar) = (Pace::new(&without_piles(&weeks), most), history.calendar().clone());
        Ok(Self { day: day_of(day), pace, weeks, tempo, calendar, speed: 1.0 })
    }

    /// From day 0 of a past in which every day is worked.
    pub(crate) fn on(pace: Pace, tempo: Tempo) -> Self {
        Self { day: 0, weeks: Vec::new(), pace, tempo, calendar: Calendar::default(), speed: 1.0 }
    }

    /// With more days on which nobody works.
    pub fn without(self, away: &[Away]) -> Self {
        Self { calendar: self.calendar.closed(away), ..self }
    }

    /// As if the team did so many weeks' work in one.
    pub fn at_speed(self, speed: f64) -> Self {
        Self { speed, ..self }
    }

    /// The same for up to `most` items, without learning anew.
    pub fn again(&self, most: u32) -> Self {
        let pace = Pace::new(&without_piles(&self.weeks), most);
        let (weeks, tempo, calendar) = (self.weeks.clone(), self.tempo.clone(), self.calendar.clone());
        Self { day: self.day, weeks, pace, tempo, calendar, speed: self.speed }
    }

    pub(crate) fn day(&self) -> i32 {
        self.day
    }

    pub(crate) fn pace(&self) -> &Pace {
        &self.pace
    }

    pub(crate) fn tempo(&self) -> &Tempo {
        &self.tempo
    }

    pub(crate) fn speed(&self) -> f64 {
        self.speed
    }

    /// Items finished in the weeks it rests on, the oldest first.
    pub fn weeks(&self) -> &[u32] {
        &self.weeks
    }

    /// How likely so many items are done by the evening of a date.
    pub fn likelihood(&self, amount: impl Amount, by: Date) -> f64 {
        self.within(amount, day_of(by) - self.day)
    }

    pub(crate) fn within(&self, amount: impl Amount, days: i32) -> f64 {
        Curve::of(self, amount).within(days)
    }

    /// How much is worked within so many days, in weeks as those of the past.
    pub(crate) fn weeks_of_work(&self, days: i32) -> f64 {
        self.speed * self.calendar.worked(self.day, self.day + days.max(0)) / 7.0
    }

    /// Days until so much is done with so much likelihood.
    pub(crate) fn days(&self, amount: impl Amount, likelihood: f64) -> Option<i32> {
        let curve = Curve::of(self, amount);
        first_day(0, |days| curve.within(days) >= likelihood)
    }

    /// By when so much is done.
    pub fn when(&self, amount: impl Amount) -> Quantiles<Option<Date>> {
        let curve = Curve::of(self, amount);
        dates(self.day, |days| curve.within(days))
    }

    /// How likely items are done by a date, and how many are.
    pub fn by(&self, items: impl Amount, date: Date) -> ByThen {
        ByThen { date, likelihood: self.likelihood(items, date), how_many: self.how_many(date) }
    }

    /// How many items are done by a date.
    pub fn how_many(&self, by: Date) -> Quantiles<u32> {
        let days = (day_of(by) - self.day).clamp(0, 7 * MOST_WEEKS as i32);
        // Twice the best of its weeks, each week, is more than half of all futures bring.
        let best = without_piles(&self.weeks).into_iter().max().unwrap_or(0);
        let most = f64::from(best) * 2.0 * self.speed.max(1.0) * (f64::from(days) / 7.0).ceil();
        let most = (most as u32).min(MOST_ITEMS);
        let far = self.again(most);
        Quantiles::of(|likelihood| {
            (first_that(0, most as i32, |items| far.within(items as u32, days) < likelihood) - 1).max(0) as u32
        })
    }
}

/// Teams that work side by side, each through what is its own, at its own pace: what several of them work on is done when
/// the last of them is.
#[derive(Debug, Clone)]
pub struct Parallel(Vec<Forecast>);

impl Parallel {
    /// All from the same day on.
    pub fn new(teams: Vec<Forecast>) -> Self {
        Self(teams)
    }

    pub fn teams(&self) -> &[Forecast] {
        &self.0
    }

    /// How likely all is done by the evening of a date; to each team how much it has to do, nothing where it has no part.
    pub fn likelihood<A: Amount>(&self, amounts: &[Option<A>], by: Date) -> f64 {
        let days = day_of(by) - self.day();
        self.curves(amounts).map(|curve| curve.within(days)).product()
    }

    /// By when all is done.
    pub fn when<A: Amount>(&self, amounts: &[Option<A>]) -> Quantiles<Option<Date>> {
        let curves: Vec<Curve<'_>> = self.curves(amounts).collect();
        dates(self.day(), |days| curves.iter().map(|curve| curve.within(days)).product())
    }

    fn curves<A: Amount>(&self, amounts: &[Option<A>]) -> impl Iterator<Item = Curve<'_>> {
        self.0.iter().zip(amounts).filter_map(|(team, amount)| Some(Curve::of(team, (*amount)?)))
    }

    fn day(&self) -> i32 {
        self.0.first().map_or(0, Forecast::day)
    }
}

/// The dates from a day on by which something is likely that grows likelier every day.
fn dates(day: i32, within: impl Fn(i32) -> f64) -> Quantiles<Option<Date>> {
    let mut from = Some(0);
    Quantiles::of(|likelihood| {
        from = first_day(from?, |days| within(days) >= likelihood);
        from.map(|days| date_of(day + days))
    })
}

/// The first day from one on of which something is so, up to ten years ahead.
fn first_day(from: i32, is_so: impl Fn(i32) -> bool) -> Option<i32> {
    const MOST: i32 = 7 * MOST_WEEKS as i32;
    // Most answers lie near: one looks further and further ahead, and then in between.
    let (mut low, mut step) = (from, 14);
    while low + step < MOST && !is_so(low + step) {
        low += step + 1;
        step *= 2;
    }
    let first = first_that(low, (low + step).min(MOST), is_so);
    (first <= MOST).then_some(first)
}

/// The smallest from `low` to `most` of which something is true that is true of all larger ones; one more than `most` where of
/// none.
pub(crate) fn first_that(low: i32, most: i32, is_so: impl Fn(i32) -> bool) -> i32 {
    let (mut low, mut high) = (low, most + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_so(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use jiff::civil::date;

    /// Five items each week, on its Wednesday.
    fn steady() -> History {
        let last = date(2026, 11, 25);
        History::new(&(0..100).map(|n| last.saturating_sub((n / 5).weeks())).collect::<Vec<_>>())
    }

    #[test]
    fn a_steady_team_is_forecast_narrowly() {
        let forecast = Forecast::new(&steady(), date(2026, 11, 25), 25).unwrap();
        let when = forecast.when(25);
        // Five weeks; what it did so often it will do again, but for what nobody knows.
        let days = |date: &Option<Date>| (date.unwrap() - date_of(forecast.day)).get_days();
        assert!((30..=36).contains(&days(&when.p50)), "{when:?}");
        assert!(days(&when.p85) <= 49 && days(&when.p95) <= 63, "{when:?}");
        assert_eq!(forecast.when(0).p95, Some(date(2026, 11, 25)));
    }

    #[test]
    fn likelihoods_and_amounts_agree_with_dates() {
        let forecast = Forecast::new(&steady(), date(2026, 11, 25), 60).unwrap();
        for (percent, date) in forecast.when(30).each() {
            let by = date.unwrap();
            assert!(forecast.likelihood(30, by) >= f64::from(percent) / 100.0);
            assert!(forecast.likelihood(30, by.yesterday().unwrap()) < f64::from(percent) / 100.0);
            let many = forecast.how_many(by);
            let many = many.each().into_iter().find(|(p, _)| *p == percent).unwrap().1;
            assert!(*many >= 30, "{many} by {by}");
        }
    }
}
