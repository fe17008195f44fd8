use crate::forecast::first_that;

/// Beyond ten years nothing is said.
pub(crate) const MOST_WEEKS: usize = 520;
/// The sum is cut into so many cells at most; with more items a cell holds several.
const CELLS: u32 = 4000;
/// What is done so surely counts as done.
const SURE: f64 = 0.9995;
/// What is so unlikely is left out at either end of a sum; after ten years it is still less than a millionth together.
const UNLIKELY: f64 = 1e-12;
/// What is less likely is not counted, in an answer.
const NEVER: f64 = 1e-9;

/// How likely so many items are done within so many weeks, when each week brings as many as one drawn from the history:
/// the distribution of the sum, by repeated convolution.
#[derive(Debug, Clone)]
pub struct Pace {
    /// Items to a cell.
    size: f64,
    /// After each number of weeks, the probability that at least so many cells are full.
    full: Vec<Vec<f64>>,
}

impl Pace {
    /// From items finished in each of some weeks; it can tell of up to `most` items.
    pub fn new(weeks: &[u32], most: u32) -> Self {
        let most = most.max(1);
        let size = f64::from(most.div_ceil(CELLS));
        let top = (f64::from(most) / size).ceil() as usize;
        let steps = steps(weeks, size, top);
        let mut sum = vec![0.0; top + 1];
        sum[0] = 1.0;
        let mut full = vec![at_least(&sum)];
        // The cells between which the sum lies; outside it is nothing.
        let (mut low, mut high) = (0, 0);
        while full.len() <= MOST_WEEKS && full.last().is_some_and(|now| now[top] < SURE) {
            let mut next = vec![0.0; top + 1];
            for &(step, share) in &steps {
                // What would go beyond the last cell stays in it.
                let inside = (top + 1 - step).clamp(low, high + 1);
                for (to, from) in next[(low + step).min(top)..].iter_mut().zip(&sum[low..inside]) {
                    *to += share * from;
                }
                next[top] += share * sum[inside..=high].iter().sum::<f64>();
            }
            let reached = |step: Option<&(usize, f64)>, from: usize| top.min(from + step.map_or(0, |step| step.0));
            (low, high) = (reached(steps.first(), low), reached(steps.last(), high));
            sum = next;
            while low < high && sum[low] < UNLIKELY {
                sum[low] = 0.0;
                low += 1;
            }
            while high > low && sum[high] < UNLIKELY {
                sum[high] = 0.0;
                high -= 1;
            }
            full.push(at_least(&sum));
        }
        Self { size, full }
    }

    /// The probability that `items` are done within so many weeks, parts of weeks included.
    pub fn done(&self, items: f64, weeks: f64) -> f64 {
        let last = self.full.len() - 1;
        let whole = weeks.max(0.0).floor();
        if whole >= last as f64 {
            return if last < MOST_WEEKS { 1.0 } else { self.after(last, items) };
        }
        let (before, after) = (self.after(whole as usize, items), self.after(whole as usize + 1, items));
        before + (after - before) * (weeks.max(0.0) - whole)
    }

    /// How likely so many items are done within any number of weeks.
    pub(crate) fn column(&self, items: f64) -> Column {
        let weeks = self.full.len();
        let last = weeks as i32 - 1;
        let first_with = |least: f64| first_that(0, last, |week| self.after(week as usize, items) >= least) as usize;
        let from = first_with(NEVER).saturating_sub(1);
        let to = (first_with(1.0 - NEVER) + 1).min(weeks);
        let mut likelihoods: Vec<f64> = (from..to).map(|week| self.after(week, items)).collect();
        // What is sure enough at the end of the tables counts as done, as in `done`.
        if let Some(last) = likelihoods.last_mut().filter(|_| to < weeks || weeks <= MOST_WEEKS) {
            *last = 1.0;
        }
        Column { from: from as f64, likelihoods }
    }

    fn after(&self, weeks: usize, items: f64) -> f64 {
        let full = &self.full[weeks];
        let cells = (items / self.size).clamp(0.0, (full.len() - 1) as f64);
        let (low, part) = (cells.floor(), cells.fract());
        let low = low as usize;
        if part == 0.0 { full[low] } else { full[low] + (full[low + 1] - full[low]) * part }
    }
}

/// How likely some number of items is done after each of some weeks.
pub(crate) struct Column {
    /// Before that it is impossible.
    from: f64,
    /// Week by week; what the last one says holds for ever after.
    likelihoods: Vec<f64>,
}

impl Column {
    /// Before so many weeks it is 0, and from so many on `after`.
    pub(crate) fn open(&self) -> (f64, f64) {
        (self.from, self.from + self.likelihoods.len().saturating_sub(1) as f64)
    }

    pub(crate) fn after(&self) -> f64 {
        self.likelihoods.last().copied().unwrap_or(0.0)
    }

    /// Between these two, parts of weeks included.
    pub(crate) fn within(&self, weeks: f64) -> f64 {
        let at = weeks - self.from;
        let whole = at as usize;
        let (before, after) = (self.likelihoods[whole], self.likelihoods[whole + 1]);
        before + (after - before) * (at - whole as f64)
    }
}

/// How many cells a week fills, and how often; what lies between two cells is shared by them.
fn steps(weeks: &[u32], size: f64, top: usize) -> Vec<(usize, f64)> {
    let mut shares = vec![0.0; top + 1];
    for count in weeks {
        let cells = (f64::from(*count) / size).min(top as f64);
        let (low, part) = (cells.floor() as usize, cells.fract());
        shares[low] += (1.0 - part) / weeks.len() as f64;
        if part > 0.0 {
            shares[low + 1] += part / weeks.len() as f64;
        }
    }
    shares.into_iter().enumerate().filter(|(_, share)| *share > 0.0).collect()
}

fn at_least(sum: &[f64]) -> Vec<f64> {
    let mut total = 0.0;
    let mut full: Vec<f64> = sum
        .iter()
        .rev()
        .map(|share| {
            total += share;
            total
        })
        .collect();
    full.reverse();
    full
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coins_are_counted_exactly() {
        // A week brings nothing or one item: three items need three weeks at least.
        let pace = Pace::new(&[0, 1], 3);
        let done: Vec<f64> = (0..=5).map(|weeks| pace.done(3.0, f64::from(weeks))).collect();
        assert_eq!(done[..4], [0.0, 0.0, 0.0, 0.125]);
        assert!((done[4] - 5.0 / 16.0).abs() < 1e-12 && (done[5] - 0.5).abs() < 1e-12);
        assert!((pace.done(3.0, 3.5) - (0.125 + 5.0 / 16.0) / 2.0).abs() < 1e-12);
        assert_eq!(pace.done(0.0, 0.0), 1.0);
    }

    #[test]
    fn many_items_share_cells_and_hardly_change_the_answer() {
        let weeks = [40, 55, 61, 38, 70, 52];
        let (fine, coarse) = (Pace::new(&weeks, 1000), Pace::new(&weeks, 9000));
        for week in [15.0, 18.0, 19.0, 20.0, 25.0] {
            assert!((fine.done(1000.0, week) - coarse.done(1000.0, week)).abs() < 0.02, "{week}");
        }
    }

    #[test]
    fn nothing_a_week_is_never_done() {
        assert_eq!(Pace::new(&[0, 0, 0], 5).done(5.0, 1e9), 0.0);
    }
}
