use jiff::Timestamp;
use vocabulary::{Date, Ts};

/// A line that is no date one can count with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct BadDate {
    /// Counted from 1.
    pub line: usize,
    pub what: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Date,
    Time,
}

/// Reads the dates on which items were finished: one a line, in any order, as `2026-11-26` or as `2026-11-26T17:05:00Z`,
/// all in one form. The first line may be a heading. None may lie after `today`.
pub fn read_dates(text: &str, today: Date) -> Result<Vec<Date>, BadDate> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_end();
    let mut form: Option<Form> = None;
    let mut dates = Vec::new();
    for (line, cell) in text.lines().map(|line| line.trim().trim_matches('"')).enumerate().map(|(n, l)| (n + 1, l)) {
        let bad = |what: String| BadDate { line, what };
        if cell.is_empty() {
            return Err(bad("there is no date.".to_owned()));
        }
        let Some((date, found)) = date(cell) else {
            if line == 1 && !cell.contains(|c: char| c.is_ascii_digit()) {
                continue;
            }
            let cell: String = cell.chars().take(40).collect();
            return Err(bad(format!("“{cell}” is no date like 2026-11-26.")));
        };
        if *form.get_or_insert(found) != found {
            return Err(bad("dates and times are mixed; write all lines in one form.".to_owned()));
        }
        if date > today {
            return Err(bad(format!("{date} lies after {today}.")));
        }
        dates.push(date);
    }
    Ok(dates)
}

fn date(cell: &str) -> Option<(Date, Form)> {
    let is_plain = cell.len() == 10 && cell.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if is_plain {
        return Some((cell.parse().ok()?, Form::Date));
    }
    let time: Timestamp = cell.parse().ok()?;
    Some((Ts(time.as_microsecond()).date(), Form::Time))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn read(text: &str) -> Result<Vec<Date>, String> {
        read_dates(text, date(2026, 11, 26)).map_err(|bad| bad.to_string())
    }

    #[test]
    fn one_date_a_line_in_any_order() {
        let dates = vec![date(2026, 11, 26), date(2026, 2, 28)];
        assert_eq!(read("2026-11-26\n2026-02-28\n"), Ok(dates.clone()));
        assert_eq!(read("\u{feff}done\r\n\"2026-11-26\"\r\n2026-02-28\r\n\r\n"), Ok(dates.clone()));
        assert_eq!(read("2026-11-26T10:00:00Z\n2026-02-28T23:30:00-02:00"), Ok(vec![dates[0], date(2026, 3, 1)]));
        assert_eq!(read(""), Ok(vec![]));
    }

    #[test]
    fn what_is_no_date_is_named_with_its_line() {
        for (text, wanted) in [
            ("2026-11-26\n\n2026-02-28", "line 2: there is no date."),
            ("done\nyesterday", "line 2: “yesterday” is no date like 2026-11-26."),
            ("2026-11-26\n26.11.2026", "line 2: “26.11.2026” is no date like 2026-11-26."),
            ("2026-02-30", "line 1: “2026-02-30” is no date like 2026-11-26."),
            ("2026-11-26\n2026-02-28T10:00:00Z", "line 2: dates and times are mixed; write all lines in one form."),
            ("2026-11-27", "line 1: 2026-11-27 lies after 2026-11-26."),
        ] {
            assert_eq!(read(text), Err(wanted.to_owned()));
        }
    }
}
