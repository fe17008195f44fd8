use crate::history::day_of;
use std::str::FromStr;
use vocabulary::Date;

/// Days on which nobody works, the first and the last included, as `2026-12-24..2027-01-03` or one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Away {
    from: Date,
    to: Date,
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

/// Days since 1970 on which nobody works, as ranges that do not touch.
pub(crate) fn days(away: &[Away]) -> Vec<(i32, i32)> {
    let mut each: Vec<(i32, i32)> = away.iter().map(|away| (day_of(away.from), day_of(away.to))).collect();
    each.sort_unstable();
    let mut days: Vec<(i32, i32)> = Vec::new();
    for (from, to) in each {
        match days.last_mut().filter(|(_, last)| from <= *last + 1) {
            Some((_, last)) => *last = to.max(*last),
            None => days.push((from, to)),
        }
    }
    days
}

/// How many of the days after one, up to another, are worked on.
pub(crate) fn worked(away: &[(i32, i32)], after: i32, to: i32) -> i32 {
    let lost: i32 = away.iter().map(|(first, last)| (to.min(*last) - after.max(first - 1)).max(0)).sum();
    to - after - lost
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_away_count_once_and_only_where_they_lie() {
        let away: Vec<Away> =
            ["2026-12-24..2027-01-03", "2027-01-01", "2027-01-04..2027-01-05"].map(|text| text.parse().unwrap()).into();
        let days = days(&away);
        let day = |text: &str| day_of(text.parse().unwrap());
        assert_eq!(days, [(day("2026-12-24"), day("2027-01-05"))]);
        let worked = |after: &str, to: &str| worked(&days, day(after), day(to));
        assert_eq!(worked("2026-12-01", "2026-12-23"), 22);
        assert_eq!(worked("2026-12-01", "2026-12-25"), 22);
        assert_eq!(worked("2026-12-01", "2027-01-06"), 23);
        assert_eq!(worked("2026-12-30", "2027-01-06"), 1);
        assert_eq!(worked("2027-01-05", "2027-01-06"), 1);
        assert!("2027-01-03..2026-12-24".parse::<Away>().is_err());
    }
}
