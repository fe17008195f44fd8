use serde::Serialize;
use utoipa::ToSchema;
use vocabulary::*;

/// Where feedback passes on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LoopStation {
    Received,
    Triaged,
    Decided,
    Shipped,
    Told,
}

/// When feedback passed each station; null where it has not, or where nobody knows when.
///
/// * triaged: its state left `new` for the first time;
/// * decided: it was declined or postponed, or something was committed that leads to what it asks for: an item entered a
///   sprint, or an initiative the lane `now`. What leads there is an item or an initiative it asks for, their parts and what
///   delivers them, or what addresses the opportunity it asks for;
/// * shipped: a release shipped with an item that leads to what it asks for;
/// * told: its customer was told of a release.
///
/// What was committed or shipped before the feedback asked for it counts from then on. What has passed a station has passed
/// those before it, too, at that moment at the latest.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LoopTimes {
    #[schema(value_type = String, format = "date")]
    pub received_on: Date,
    pub triaged_at: Option<Ts>,
    pub decided_at: Option<Ts>,
    pub shipped_at: Option<Ts>,
    pub told_at: Option<Ts>,
}

/// What is known of a piece of feedback.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub triaged: Option<Ts>,
    /// Declined or postponed, where that is still so.
    pub answered: Option<Ts>,
    pub committed: Option<Ts>,
    pub shipped: Option<Ts>,
    pub told: Option<Ts>,
}

impl LoopTimes {
    pub(super) fn of(received_on: Date, known: &Known) -> Self {
        let told_at = known.told;
        let shipped_at = first([known.shipped, told_at]);
        let decided_at = first([known.answered, known.committed, shipped_at]);
        let triaged_at = first([known.triaged, decided_at]);
        Self { received_on, triaged_at, decided_at, shipped_at, told_at }
    }

    fn at(&self, station: LoopStation) -> Option<Ts> {
        match station {
            LoopStation::Received => Some(Ts::start_of(self.received_on)),
            LoopStation::Triaged => self.triaged_at,
            LoopStation::Decided => self.decided_at,
            LoopStation::Shipped => self.shipped_at,
            LoopStation::Told => self.told_at,
        }
    }

    pub(super) fn days_until(&self, now: Ts) -> i64 {
        (now.0 - Ts::start_of(self.received_on).0).max(0) / DAY
    }
}

pub(super) fn first(times: impl IntoIterator<Item = Option<Ts>>) -> Option<Ts> {
    times.into_iter().flatten().min()
}

/// How long feedback takes from one station to another, in days. The day of receiving begins at midnight (UTC).
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct LoopLeg {
    pub from: LoopStation,
    pub to: LoopStation,
    /// How many have come to its end.
    pub count: usize,
    /// Half of them took at most so long; null where none has come to its end.
    pub median_days: Option<f64>,
    /// 85 of 100 took at most so long.
    pub p85_days: Option<f64>,
}

const LEGS: [(LoopStation, LoopStation); 5] = [
    (LoopStation::Received, LoopStation::Triaged),
    (LoopStation::Triaged, LoopStation::Decided),
    (LoopStation::Decided, LoopStation::Shipped),
    (LoopStation::Shipped, LoopStation::Told),
    (LoopStation::Received, LoopStation::Told),
];

pub(super) fn legs<'t>(all: impl Iterator<Item = &'t LoopTimes> + Clone) -> Vec<LoopLeg> {
    let leg = |(from, to): (LoopStation, LoopStation)| {
        let took = |times: &LoopTimes| Some((times.at(to)?.0 - times.at(from)?.0).max(0));
        let mut took: Vec<i64> = all.clone().filter_map(took).collect();
        took.sort_unstable();
        LoopLeg { from, to, count: took.len(), median_days: within(&took, 50), p85_days: within(&took, 85) }
    };
    LEGS.into_iter().map(leg).collect()
}

/// The shortest time that so many percent did not exceed, in days with one decimal.
fn within(sorted: &[i64], percent: usize) -> Option<f64> {
    let took = sorted.get((sorted.len() * percent).div_ceil(100).checked_sub(1)?)?;
    Some((*took as f64 / DAY as f64 * 10.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECEIVED: Date = Date::constant(2026, 3, 1);

    fn day(days: i64) -> Option<Ts> {
        Some(Ts::start_of(RECEIVED).plus_days(days))
    }

    #[test]
    fn a_later_station_says_that_the_earlier_ones_are_passed() {
        let times =
            LoopTimes::of(RECEIVED, &Known { triaged: day(9), shipped: day(5), told: day(7), ..Known::default() });
        let expected = LoopTimes {
            received_on: RECEIVED,
            triaged_at: day(5),
            decided_at: day(5),
            shipped_at: day(5),
            told_at: day(7),
        };
        assert_eq!(times, expected);
    }

    #[test]
    fn a_no_is_a_decision_and_ships_nothing() {
        let times = LoopTimes::of(RECEIVED, &Known { triaged: day(1), answered: day(2), ..Known::default() });
        assert_eq!((times.decided_at, times.shipped_at, times.told_at), (day(2), None, None));
    }

    #[test]
    fn a_leg_counts_those_who_finished_it() {
        let all: Vec<LoopTimes> = (0..10)
            .map(|n| {
                let told = if n < 4 { day(20) } else { None };
                let known = Known { triaged: day(n), committed: day(10), shipped: told, told, ..Known::default() };
                LoopTimes::of(RECEIVED, &known)
            })
            .collect();
        let legs = legs(all.iter());
        let numbers = |leg: &LoopLeg| (leg.count, leg.median_days, leg.p85_days);
        assert_eq!(numbers(&legs[0]), (10, Some(4.0), Some(8.0)));
        assert_eq!(numbers(&legs[1]), (10, Some(5.0), Some(9.0)));
        assert_eq!(numbers(&legs[2]), (4, Some(10.0), Some(10.0)));
        assert_eq!(numbers(&legs[3]), (4, Some(0.0), Some(0.0)));
        assert_eq!(numbers(&legs[4]), (4, Some(20.0), Some(20.0)));
    }

    #[test]
    fn a_leg_nobody_finished_has_no_length() {
        let leg = &legs([].iter())[3];
        assert_eq!((leg.count, leg.median_days, leg.p85_days), (0, None, None));
    }

    #[test]
    fn what_was_received_after_it_was_triaged_took_no_time() {
        let times = [LoopTimes::of(RECEIVED, &Known { triaged: day(-3), ..Known::default() })];
        assert_eq!(legs(times.iter())[0].median_days, Some(0.0));
        assert_eq!(times[0].days_until(Ts::start_of(RECEIVED).plus_days(2).plus_seconds(60)), 2);
    }
}
