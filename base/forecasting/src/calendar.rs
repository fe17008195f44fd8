use crate::history::day_of;
use std::str::FromStr;
use vocabulary::Date;

/// Days off, the first and the last included, as `2026-12-24..2027-01-03` or one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Away {
    pub from: Date,
    pub to: Date,
}

impl FromStr for Away {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        match (from.trim().parse(), to.trim().parse()) {
            (Ok(from), Ok(to)) if from <= to => Ok(Self { from, to }),
            _ => Err("Say a day, or a first and a last one as 2026-12-24..2027-01-03."),
        }
    }
}

/// With how much of itself a team works on which days. A week of work is seven days on which all of it does: what was
/// finished in a week with two holidays was finished in five sevenths of one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Calendar {
    /// Apart, and one after the other.
    stretches: Vec<Stretch>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Stretch {
    first: i32,
    last: i32,
    /// The part of the team that is off, up to 1.
    off: f64,
    /// Days of work lost in all stretches before.
    lost: f64,
}

impl Calendar {
    /// From days off, each with the part of the team that takes them: 1 where nobody works. Parts of a day add up.
    pub fn new(off: impl IntoIterator<Item = (Away, f64)>) -> Self {
        let ends = |(away, part): (Away, f64)| [(day_of(away.from), part), (day_of(away.to) + 1, -part)];
        let mut changes: Vec<(i32, f64)> = off.into_iter().flat_map(ends).collect();
        changes.sort_unstable_by(|one, other| one.0.cmp(&other.0).then(other.1.total_cmp(&one.1)));
        let mut stretches: Vec<Stretch> = Vec::new();
        let (mut part, mut lost) = (0.0f64, 0.0);
        for (at, (day, change)) in changes.iter().enumerate() {
            part += change;
            let Some((until, _)) = changes.get(at + 1).filter(|next| next.0 > *day) else { continue };
            let off = part.min(1.0);
            if off > 1e-9 {
                stretches.push(Stretch { first: *day, last: until - 1, off, lost });
                lost += off * f64::from(until - day);
            }
        }
        Self { stretches }
    }

    /// With more days on which nobody works.
    pub fn closed(&self, away: &[Away]) -> Self {
        let date = crate::history::date_of;
        let own = self.stretches.iter().map(|s| (Away { from: date(s.first), to: date(s.last) }, s.off));
        Self::new(own.chain(away.iter().map(|away| (*away, 1.0))))
    }

    /// Days of work lost up to the evening of a day.
    fn lost(&self, day: i32) -> f64 {
        let begun = self.stretches.partition_point(|stretch| stretch.first <= day);
        let last = begun.checked_sub(1).map(|at| self.stretches[at]);
        last.map_or(0.0, |s| s.lost + s.off * f64::from(day.min(s.last) - s.first + 1))
    }

    /// Days of work since 1970 on the evening of a day, to the nearest.
    pub(crate) fn at(&self, day: i32) -> i32 {
        (f64::from(day) - self.lost(day)).round() as i32
    }

    /// Days of work after the evening of one day, up to that of another.
    pub(crate) fn worked(&self, after: i32, to: i32) -> f64 {
        f64::from(to - after) - (self.lost(to) - self.lost(after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn off(text: &str, part: f64) -> (Away, f64) {
        (text.parse().unwrap(), part)
    }

    fn day(text: &str) -> i32 {
        day_of(text.parse().unwrap())
    }

    #[test]
    fn days_off_count_once_and_only_where_they_lie() {
        let away = ["2026-12-24..2027-01-03", "2027-01-01", "2027-01-04..2027-01-05"].map(|text| off(text, 1.0));
        let calendar = Calendar::new(away);
        let worked = |after: &str, to: &str| calendar.worked(day(after), day(to));
        assert_eq!(worked("2026-12-01", "2026-12-23"), 22.0);
        assert_eq!(worked("2026-12-01", "2026-12-25"), 22.0);
        assert_eq!(worked("2026-12-01", "2027-01-06"), 23.0);
        assert_eq!(worked("2026-12-30", "2027-01-06"), 1.0);
        assert_eq!(worked("2027-01-05", "2027-01-06"), 1.0);
        assert!("2027-01-03..2026-12-24".parse::<Away>().is_err());
    }

    #[test]
    fn parts_of_a_team_add_up_to_all_of_it() {
        let two = [off("2026-12-01..2026-12-10", 0.25), off("2026-12-06..2026-12-20", 0.5)];
        let calendar = Calendar::new(two);
        let worked = |after: &str, to: &str| calendar.worked(day(after), day(to));
        assert_eq!(worked("2026-11-30", "2026-12-05"), 3.75);
        assert_eq!(worked("2026-12-05", "2026-12-10"), 1.25);
        assert_eq!(worked("2026-12-10", "2026-12-22"), 7.0);
        let closed = calendar.closed(&["2026-12-09..2026-12-12".parse().unwrap()]);
        assert_eq!(closed.worked(day("2026-12-08"), day("2026-12-13")), 0.5);
        assert_eq!(closed.closed(&[]), closed);
    }
}
