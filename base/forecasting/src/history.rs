use crate::calendar::Calendar;
use vocabulary::Date;

/// Weeks of history a forecast looks at.
pub const WINDOW: usize = 12;
/// A shorter history is looked at whole, when it has so many weeks.
pub(crate) const FEWEST_WEEKS: usize = 6;
/// Items in those weeks, and weeks with any, below which nothing can be said.
const FEWEST_ITEMS: u32 = 5;
const FEWEST_BUSY_WEEKS: usize = 3;

/// The days on which items were finished, told in days of work.
#[derive(Debug, Clone)]
pub struct History {
    /// Days since 1970, ascending, one for each item.
    days: Vec<i32>,
    /// The same in days of work: see [`Calendar`].
    worked: Vec<i32>,
    calendar: Calendar,
}

/// Why there is no forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotEnough {
    pub finished: u32,
    pub busy_weeks: usize,
    pub weeks: usize,
    pub last_finished: Option<Date>,
}

impl std::fmt::Display for NotEnough {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { finished, busy_weeks, weeks, last_finished } = self;
        let Some(last) = last_finished else {
            return write!(f, "Not enough history: nothing was finished yet.");
        };
        let of = if *weeks == 1 { "the last week".to_owned() } else { format!("the last {weeks} weeks") };
        let items = if *finished == 1 { "1 item".to_owned() } else { format!("{finished} items") };
        let busy = if *busy_weeks == 1 { "1 week".to_owned() } else { format!("{busy_weeks} different weeks") };
        write!(f, "Not enough history: in {of} ")?;
        if *finished == 0 {
            write!(f, "nothing was finished (the last item on {last})")?;
        } else {
            write!(f, "{items} {} finished, in {busy}", if *finished == 1 { "was" } else { "were" })?;
        }
        write!(
            f,
            ". A forecast needs {FEWEST_WEEKS} weeks since the first finished item, and of the last {WINDOW} weeks \
             {FEWEST_ITEMS} items in {FEWEST_BUSY_WEEKS} different ones."
        )
    }
}

pub(crate) fn day_of(date: Date) -> i32 {
    (date - Date::constant(1970, 1, 1)).get_days()
}

/// The date of a day, as far as there are dates.
pub(crate) fn date_of(day: i32) -> Date {
    use jiff::ToSpan;
    Date::constant(1970, 1, 1).saturating_add(day.days())
}

impl History {
    pub fn new(dates: &[Date]) -> Self {
        Self::with(dates, Calendar::default())
    }

    /// Of a team that did not work every day.
    pub fn with(dates: &[Date], calendar: Calendar) -> Self {
        let mut days: Vec<i32> = dates.iter().copied().map(day_of).collect();
        days.sort_unstable();
        let worked = days.iter().map(|day| calendar.at(*day)).collect();
        Self { days, worked, calendar }
    }

    pub(crate) fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The evening of a day, in days of work.
    pub(crate) fn at(&self, date: Date) -> i32 {
        self.calendar.at(day_of(date))
    }

    pub fn len(&self) -> usize {
        self.days.len()
    }

    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    pub fn first(&self) -> Option<Date> {
        self.days.first().copied().map(date_of)
    }

    pub fn last(&self) -> Option<Date> {
        self.days.last().copied().map(date_of)
    }

    pub(crate) fn first_day(&self) -> Option<i32> {
        self.worked.first().copied()
    }

    fn finished_by(&self, day: i32) -> usize {
        self.worked.partition_point(|finished| *finished <= day)
    }

    /// The day on which so many more items were finished than on the evening of a day.
    pub(crate) fn nth_after(&self, day: i32, items: u32) -> Option<i32> {
        self.worked.get(self.finished_by(day) + items as usize - 1).copied()
    }

    /// Items finished in each of the weeks that end with the evening of a day, the oldest first.
    pub(crate) fn weeks_to(&self, day: i32, weeks: usize) -> Vec<u32> {
        let evening = |back: usize| self.finished_by(day - 7 * back as i32);
        (0..weeks).rev().map(|back| (evening(back) - evening(back + 1)) as u32).collect()
    }

    /// Items finished in each of the weeks a forecast from the evening of a day on rests on, the oldest first.
    pub fn weeks(&self, day: Date) -> Result<Vec<u32>, NotEnough> {
        self.window(self.at(day))
    }

    /// The same in days of work.
    pub(crate) fn window(&self, day: i32) -> Result<Vec<u32>, NotEnough> {
        let age = self.first_day().map_or(0, |first| (day - first).max(0) / 7) as usize;
        let weeks = self.weeks_to(day, age.clamp(1, WINDOW));
        let finished: u32 = weeks.iter().sum();
        let busy_weeks = weeks.iter().filter(|count| **count > 0).count();
        if age < FEWEST_WEEKS || finished < FEWEST_ITEMS || busy_weeks < FEWEST_BUSY_WEEKS {
            let last_finished = self.finished_by(day).checked_sub(1).map(|at| date_of(self.days[at]));
            return Err(NotEnough { finished, busy_weeks, weeks: weeks.len(), last_finished });
        }
        Ok(weeks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn weeks_end_with_the_evening_of_their_day() {
        let dates =
            [date(2026, 11, 26), date(2026, 11, 20), date(2026, 11, 19), date(2026, 11, 12), date(2026, 11, 12)];
        let history = History::new(&dates);
        let day = day_of(date(2026, 11, 26));
        assert_eq!(history.weeks_to(day, 3), [2, 1, 2]);
        assert_eq!(history.weeks_to(day - 1, 2), [2, 2]);
        assert_eq!(history.nth_after(day - 7, 1).map(date_of), Some(date(2026, 11, 20)));
        assert_eq!(history.nth_after(day, 1), None);
    }

    #[test]
    fn too_little_is_said_in_a_sentence() {
        let today = day_of(date(2026, 11, 26));
        let says = |dates: &[Date]| History::new(dates).window(today).unwrap_err().to_string();
        let burst = vec![date(2026, 11, 20); 2000];
        let long_ago = vec![date(2025, 11, 20); 30];
        assert_eq!(says(&[]), "Not enough history: nothing was finished yet.");
        assert!(
            says(&[date(2026, 11, 25)])
                .starts_with("Not enough history: in the last week 1 item was finished, in 1 week.")
        );
        assert!(says(&burst).contains("2000 items were finished, in 1 week."));
        assert!(says(&long_ago).contains("in the last 12 weeks nothing was finished (the last item on 2025-11-20)."));
        assert!(says(&[date(2026, 12, 24)]).contains("nothing was finished yet"));
    }
}
