use crate::amount::Amount;
use crate::forecast::{Forecast, Parallel, Quantiles};
use crate::history::date_of;
use crate::pace::MOST_WEEKS;
use crate::tempo::without_piles;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use vocabulary::Date;

/// Futures drawn at random, as most tools forecast: the exact answer with noise. Whoever doubts the one can hold the other
/// against it. The same seed draws the same futures.
#[derive(Debug, Clone)]
pub struct Futures {
    day: i32,
    drawn: u32,
    /// In how many of them all is done on each day, from the first evening on.
    by_day: Vec<u32>,
}

impl Parallel {
    /// Draws so many futures of what each team has to do.
    pub fn draw<A: Amount>(&self, amounts: &[Option<A>], futures: u32, seed: u64) -> Futures {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let teams: Vec<Draw<'_>> =
            self.teams().iter().zip(amounts).filter_map(|(team, amount)| Some(Draw::of(team, (*amount)?))).collect();
        let mut by_day = vec![0; 7 * MOST_WEEKS + 1];
        for _ in 0..futures {
            let last = teams.iter().map(|team| team.day(&mut random)).max().unwrap_or(0);
            if let Some(count) = by_day.get_mut(last) {
                *count += 1;
            }
        }
        Futures { day: self.teams().first().map_or(0, Forecast::day), drawn: futures, by_day }
    }
}

impl Futures {
    /// The share of futures in which all is done by the evening of so many days later.
    pub fn within(&self, days: usize) -> f64 {
        let done: u32 = self.by_day.iter().take(days + 1).sum();
        f64::from(done) / f64::from(self.drawn.max(1))
    }

    /// By when all is done.
    pub fn when(&self) -> Quantiles<Option<Date>> {
        Quantiles::of(|likelihood| {
            let mut done = 0;
            let wanted = likelihood * f64::from(self.drawn);
            let day = self.by_day.iter().position(|count| {
                done += count;
                f64::from(done) >= wanted
            });
            day.map(|day| date_of(self.day + day as i32))
        })
    }
}

/// What a team's futures are drawn from.
struct Draw<'f> {
    forecast: &'f Forecast,
    weeks: Vec<u32>,
    /// The factors on time, and how many items it may be.
    factors: Chances,
    parts: Chances,
    kept: f64,
    /// Weeks of work on the evening of each day.
    worked: Vec<f64>,
}

impl<'f> Draw<'f> {
    fn of(forecast: &'f Forecast, amount: impl Amount) -> Self {
        let days = 7 * MOST_WEEKS as i32;
        Self {
            weeks: without_piles(forecast.weeks()),
            factors: Chances::of(forecast.tempo().factors()),
            parts: Chances::of(amount.parts()),
            kept: amount.kept(),
            worked: (0..=days).map(|day| forecast.weeks_of_work(day)).collect(),
            forecast,
        }
    }

    /// The day on which one future is done; one beyond all where it is not within ten years.
    fn day(&self, random: &mut Xoshiro256PlusPlus) -> usize {
        let chances = random.next_u64();
        let factor = self.factors.drawn(chance(chances as u32));
        let items = self.parts.drawn(chance((chances >> 32) as u32));
        let Some(weeks) = self.weeks_for(items, random) else { return self.worked.len() };
        let needed = weeks / (factor * self.kept);
        self.first_evening(needed)
    }

    /// Weeks until so many items are done; within the last of them any time is as likely.
    fn weeks_for(&self, items: f64, random: &mut Xoshiro256PlusPlus) -> Option<f64> {
        let whole = items.floor();
        let chances = random.next_u64();
        let wanted = whole as u64 + u64::from(chance(chances as u32) < items - whole);
        if wanted == 0 {
            return Some(0.0);
        }
        let many = self.weeks.len() as u64;
        let (mut done, mut week) = (0, 0);
        while week < MOST_WEEKS {
            // One draw of 64 bits serves two weeks: each takes the product of its half with the number of weeks.
            let bits = random.next_u64();
            for half in [bits & 0xFFFF_FFFF, bits >> 32] {
                done += u64::from(self.weeks[((half * many) >> 32) as usize]);
                if done >= wanted {
                    return Some(week as f64 + chance((chances >> 32) as u32));
                }
                week += 1;
            }
        }
        None
    }

    /// The first evening on which so many weeks of work are done.
    fn first_evening(&self, needed: f64) -> usize {
        // Without days off it would be this one.
        let near = (needed * 7.0 / self.forecast.speed()).ceil();
        let mut day = if near < self.worked.len() as f64 { near as usize } else { return self.late(needed) };
        if day > 0 && self.worked[day - 1] >= needed {
            day -= 1;
        }
        if self.worked[day] >= needed { day } else { self.late(needed) }
    }

    fn late(&self, needed: f64) -> usize {
        self.worked.partition_point(|worked| *worked < needed)
    }
}

/// Values with how likely each is, to draw from.
struct Chances {
    /// Each with the chance up to which it is the one.
    values: Vec<(f64, f64)>,
    /// Where to begin looking, for each of evenly spaced chances.
    guide: Vec<usize>,
}

impl Chances {
    fn of(weighed: Vec<(f64, f64)>) -> Self {
        const GUIDES: usize = 512;
        let mut sum = 0.0;
        let up_to = |(value, weight): (f64, f64)| {
            sum += weight;
            (value, sum)
        };
        let values: Vec<(f64, f64)> = weighed.into_iter().map(up_to).collect();
        let begin = |at: usize| values.partition_point(|(_, up_to)| *up_to < at as f64 / GUIDES as f64);
        Self { guide: (0..=GUIDES).map(begin).collect(), values }
    }

    fn drawn(&self, chance: f64) -> f64 {
        let last = self.values.len() - 1;
        let mut at = self.guide[(chance * (self.guide.len() - 1) as f64) as usize];
        while at < last && self.values[at].1 < chance {
            at += 1;
        }
        self.values[at.min(last)].0
    }
}

/// From 0 to 1.
fn chance(bits: u32) -> f64 {
    f64::from(bits) / f64::from(u32::MAX)
}
