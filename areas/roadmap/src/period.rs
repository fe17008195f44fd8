use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::Date;

/// An imprecise date: a year, half, quarter, month or day, as people plan with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "2026-Q4", pattern = r"^20\d\d(-(H[12]|Q[1-4]|(0[1-9]|1[0-2])(-\d\d)?))?$")]
pub struct Period(String);

impl Period {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first and the last day of it.
    pub fn days(&self) -> Option<(Date, Date)> {
        bounds(&self.0)
    }
}

impl TryFrom<String> for Period {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let text = text.trim().to_owned();
        bounds(&text)
            .ok_or("say a year, half, quarter, month or day: 2026, 2026-H2, 2026-Q4, 2026-11 or 2026-11-24")?;
        Ok(Self(text))
    }
}
impl From<Period> for String {
    fn from(period: Period) -> String {
        period.0
    }
}

/// The first and the last day of a period from 2000 to 2099.
fn bounds(text: &str) -> Option<(Date, Date)> {
    let (year, rest) = text.split_at_checked(4)?;
    if !text.is_ascii() || !year.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let year: i16 = year.parse().ok().filter(|year| (2000..2100).contains(year))?;
    let months =
        |first: i8, last: i8| Some((Date::new(year, first, 1).ok()?, Date::new(year, last, 1).ok()?.last_of_month()));
    let rest = rest.strip_prefix('-').or_else(|| rest.is_empty().then_some(""))?;
    match rest.as_bytes() {
        [] if text.len() == 4 => months(1, 12),
        [b'H', half @ b'1'..=b'2'] => {
            let first = (*half as i8 - b'1' as i8) * 6 + 1;
            months(first, first + 5)
        }
        [b'Q', quarter @ b'1'..=b'4'] => {
            let first = (*quarter as i8 - b'1' as i8) * 3 + 1;
            months(first, first + 2)
        }
        [b'0'..=b'1', b'0'..=b'9'] => {
            let month = rest.parse().ok()?;
            months(month, month)
        }
        [_, _, b'-', _, _] => {
            let day: Date = text.parse().ok()?;
            Some((day, day))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Result<(String, String), String> {
        let days = Period::try_from(text.to_owned())?.days();
        days.map(|(first, last)| (first.to_string(), last.to_string())).ok_or_else(|| "no days".to_owned())
    }

    #[test]
    fn imprecise_dates_have_bounds() {
        let between = |first: &str, last: &str| Ok((first.to_owned(), last.to_owned()));
        assert_eq!(period("2026"), between("2026-01-01", "2026-12-31"));
        assert_eq!(period("2026-H2"), between("2026-07-01", "2026-12-31"));
        assert_eq!(period("2026-Q4"), between("2026-10-01", "2026-12-31"));
        assert_eq!(period("2028-02"), between("2028-02-01", "2028-02-29"));
        assert_eq!(period("2026-11-24"), between("2026-11-24", "2026-11-24"));
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for text in ["", "soon", "2026-", "2026-Q5", "2026-H0", "2026-13", "2026-02-30", "26-Q1", "2026Q1", "２０２６"]
        {
            assert!(period(text).is_err(), "{text}");
        }
    }
}
