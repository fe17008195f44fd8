use crate::history::History;
use crate::pace::{Column, Pace};

/// How widely the logarithm of the factor may be spread, and how likely each spread is for a team nothing is known of:
/// tuned on 27 public projects (`docs/forecast.md`).
pub(crate) const SPREADS: [f64; 7] = [0.1, 0.25, 0.4, 0.55, 0.7, 0.9, 1.2];
const PRIOR: [f64; 7] = [3.0, 5.0, 5.0, 3.0, 1.5, 0.6, 0.2];
/// Now and then a team is cut to a quarter: people leave, or something else comes first.
const SETBACK: f64 = 0.25;
const SETBACKS: f64 = 0.04;
/// The middles of 21 equally likely parts of the standard normal distribution.
const NORMAL: [f64; 21] = [
    -1.980_752, -1.465_234, -1.179_761, -0.967_422, -0.791_639, -0.637_484, -0.497_201, -0.366_106, -0.241_04,
    -0.119_648, 0.0, 0.119_648, 0.241_04, 0.366_106, 0.497_201, 0.637_484, 0.791_639, 0.967_422, 1.179_761, 1.465_234,
    1.980_752,
];
/// Work of so many weeks is what past forecasts are asked about, and as far as that they lie apart: what became of one says
/// little about the next otherwise.
pub(crate) const WEEKS_ASKED: i32 = 6;
/// So many past forecasts are learned from, the latest.
const LEARNED_FROM: usize = 20;
/// Factors that lie side by side are taken together up to this weight; fewer of the slowest, by which the dates of 85 and 95
/// percent are told.
const TOGETHER: f64 = 0.02;
const TOGETHER_SLOW: f64 = 0.004;
const SLOWEST: f64 = 0.16;
/// No single surprise counts for more.
const LEAST_LIKELY: f64 = 1e-4;
/// A week with more than twice the third-best closes a pile rather than works it off; the rest of the pile is no pace.
const PILE: u32 = 2;

/// How much faster or slower than today's pace a team may turn out to be: factors on time and their weights, a mixture of
/// lognormal distributions of several spreads and of a setback.
#[derive(Debug, Clone)]
pub(crate) struct Tempo {
    /// The smallest first.
    factors: Vec<(f64, f64)>,
}

impl Tempo {
    /// The pace stays exactly what it is.
    pub(crate) fn steady() -> Self {
        Self { factors: vec![(1.0, 1.0)] }
    }

    /// From how likely each of [`SPREADS`] is.
    pub(crate) fn of(spreads: [f64; SPREADS.len()]) -> Self {
        let total: f64 = spreads.iter().sum();
        let each = SPREADS.iter().zip(spreads).filter(|(_, weight)| *weight > 1e-3 * total);
        let each: Vec<(f64, f64)> = each.map(|(spread, weight)| (*spread, weight)).collect();
        let kept: f64 = each.iter().map(|(_, weight)| weight).sum();
        let usual = (1.0 - SETBACKS) / kept / NORMAL.len() as f64;
        let factors =
            each.iter().flat_map(|(spread, weight)| NORMAL.iter().map(move |z| ((spread * z).exp(), weight * usual)));
        Self { factors: gathered(factors.chain([(SETBACK, SETBACKS)]).collect()) }
    }

    /// How likely something is done within so many weeks of work at today's pace, given how likely it is where the pace stays.
    pub(crate) fn likelihood(&self, column: &Column, weeks: f64) -> f64 {
        let (from, to) = column.open();
        let begin = self.factors.partition_point(|(factor, _)| factor * weeks < from);
        let end = begin + self.factors[begin..].partition_point(|(factor, _)| factor * weeks < to);
        let between: f64 =
            self.factors[begin..end].iter().map(|(factor, weight)| weight * column.within(factor * weeks)).sum();
        between + column.after() * self.factors[end..].iter().map(|(_, weight)| weight).sum::<f64>()
    }

    /// The factors with their weights, the smallest first.
    pub(crate) fn factors(&self) -> Vec<(f64, f64)> {
        self.factors.clone()
    }

    /// The mean where the spread is known.
    fn of_spread(spread: f64, of: impl Fn(f64) -> f64) -> f64 {
        let usual = NORMAL.iter().map(|z| of((spread * z).exp())).sum::<f64>() / NORMAL.len() as f64;
        (1.0 - SETBACKS) * usual + SETBACKS * of(SETBACK)
    }
}

/// What lies side by side taken together, so that a forecast asks half as often.
fn gathered(mut factors: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    factors.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
    let mut gathered: Vec<(f64, f64)> = Vec::new();
    let mut sum = 0.0;
    for (factor, weight) in factors {
        sum += weight;
        let together = if sum < SLOWEST { TOGETHER_SLOW } else { TOGETHER };
        match gathered.last_mut().filter(|last| last.1 + weight <= together) {
            Some(last) => *last = ((last.0 * last.1 + factor * weight) / (last.1 + weight), last.1 + weight),
            None => gathered.push((factor, weight)),
        }
    }
    gathered
}

/// What came about in each of some weeks, with piles cut down.
pub fn without_piles(weeks: &[u32]) -> Vec<u32> {
    let mut sorted = weeks.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let most = sorted.get(2).map_or(u32::MAX, |third| PILE * (*third).max(1));
    weeks.iter().map(|count| (*count).min(most)).collect()
}

/// A forecast one could have made on a day of the past, of six weeks' work, and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    pub day: i32,
    pub items: u32,
    pub weeks: Vec<u32>,
    pub pace: Pace,
    /// Days until the items were done.
    pub took: Option<i32>,
}

impl Look {
    /// Nothing where the history of that day did not suffice.
    pub(crate) fn at(history: &History, day: i32) -> Option<Self> {
        let weeks = history.window(day).ok()?;
        let mean = f64::from(weeks.iter().sum::<u32>()) / weeks.len() as f64;
        let items = (mean * f64::from(WEEKS_ASKED)).round() as u32;
        let pace = Pace::new(&without_piles(&weeks), items);
        let took = history.nth_after(day, items).map(|done| done - day);
        Some(Self { day, items, weeks, pace, took })
    }

    /// How likely, with each spread, is what one knew of it on a later day: that it was done in the week it was, or that it
    /// was not done yet.
    fn likelihoods(&self, today: i32) -> [f64; SPREADS.len()] {
        let known = today - self.day;
        let done =
            |spread: f64, weeks: f64| Tempo::of_spread(spread, |f| self.pace.done(f64::from(self.items), f * weeks));
        SPREADS.map(|spread| match self.took.filter(|took| *took <= known) {
            Some(took) => {
                let week = f64::from((took + 6) / 7);
                done(spread, week) - done(spread, week - 1.0)
            }
            None => 1.0 - done(spread, f64::from(known) / 7.0),
        })
    }
}

/// What past forecasts teach on a day; `looks` are those of 6, 12, 18 … weeks ago, where there were any.
pub(crate) fn learn<'l>(looks: impl Iterator<Item = &'l Look>, today: i32) -> Tempo {
    let mut weights = PRIOR.map(f64::ln);
    for look in looks.take(LEARNED_FROM) {
        for (weight, likelihood) in weights.iter_mut().zip(look.likelihoods(today)) {
            *weight += likelihood.max(LEAST_LIKELY).ln();
        }
    }
    let most = weights.iter().copied().fold(f64::MIN, f64::max);
    Tempo::of(weights.map(|weight| (weight - most).exp()))
}

/// The days on which past forecasts are looked at that teach something on a day, the latest first.
pub(crate) fn lessons(day: i32) -> impl Iterator<Item = i32> {
    (1..=LEARNED_FROM as i32).map(move |back| day - 7 * WEEKS_ASKED * back)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pile_is_cut_down_and_an_ordinary_week_is_not() {
        assert_eq!(without_piles(&[3, 4, 2000, 5, 0, 1]), [3, 4, 8, 5, 0, 1]);
        assert_eq!(without_piles(&[3, 4, 6, 5, 0, 1]), [3, 4, 6, 5, 0, 1]);
        assert_eq!(without_piles(&[0, 0, 9]), [0, 0, 2]);
    }

    #[test]
    fn weights_of_factors_are_one_together() {
        let tempo = Tempo::of(PRIOR);
        let mean = |of: fn(f64) -> f64| tempo.factors.iter().map(|(factor, weight)| weight * of(*factor)).sum::<f64>();
        assert!((mean(|_| 1.0) - 1.0).abs() < 1e-9);
        assert!(mean(|f| f) > 1.0, "a lognormal factor is above one in the mean");
        assert!(tempo.factors.is_sorted_by(|one, other| one.0 <= other.0));
    }
}
