//! Dates as Jira instances write them: any order, any separator, month names of many languages, with or without a time.
//! An export names no time zone, so times without an offset are taken as UTC.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportDateOrder)]
pub enum DateOrder {
    Dmy,
    Mdy,
    Ymd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub date: Date,
    /// Microseconds since 1970 in UTC.
    pub at: i64,
    pub has_time: bool,
}

/// No date of any layout is longer; longer cells are not worth reading.
const MAX_BYTES: usize = 120;
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;

pub fn parse(text: &str, order: DateOrder) -> Option<Moment> {
    read(text)?.moment(order)
}

/// Counts which orders can read the all-number dates of a column; one `13/04/2026` decides for all its neighbours.
#[derive(Debug, Clone, Copy, Default)]
pub struct Orders {
    seen: u32,
    dmy: u32,
    mdy: u32,
    ymd: u32,
}

impl Orders {
    pub fn add(&mut self, text: &str) {
        let Some(reading) = read(text).filter(|reading| matches!(reading.date, DateParts::Numbers(_))) else { return };
        self.seen += 1;
        self.dmy += u32::from(reading.moment(DateOrder::Dmy).is_some());
        self.mdy += u32::from(reading.moment(DateOrder::Mdy).is_some());
        self.ymd += u32::from(reading.moment(DateOrder::Ymd).is_some());
    }

    pub fn and(self, other: Orders) -> Orders {
        Orders {
            seen: self.seen + other.seen,
            dmy: self.dmy + other.dmy,
            mdy: self.mdy + other.mdy,
            ymd: self.ymd + other.ymd,
        }
    }

    /// The orders that read most, likeliest first; none when no date depends on the order. A two-digit year first is
    /// rare enough to be considered only where nothing else reads every value.
    pub fn candidates(self) -> Vec<DateOrder> {
        let most = self.dmy.max(self.mdy);
        if most == 0 && self.ymd == 0 {
            return Vec::new();
        }
        if most < self.seen && self.ymd > most {
            return vec![DateOrder::Ymd];
        }
        let counts = [(DateOrder::Dmy, self.dmy), (DateOrder::Mdy, self.mdy)];
        counts.into_iter().filter(|(_, count)| *count == most).map(|(order, _)| order).collect()
    }
}

#[derive(Debug, Clone, Copy)]
struct Number {
    value: u32,
    digits: usize,
}

#[derive(Debug, Clone, Copy)]
enum DateParts {
    Known(Date),
    Numbers([Number; 3]),
}

#[derive(Debug, Clone, Copy)]
struct Reading {
    date: DateParts,
    time: Option<Time>,
    offset: Offset,
}

impl Reading {
    fn moment(&self, order: DateOrder) -> Option<Moment> {
        let date = match self.date {
            DateParts::Known(date) => date,
            DateParts::Numbers([a, b, c]) => {
                let (year, month, day) = match order {
                    DateOrder::Dmy => (c, b, a),
                    DateOrder::Mdy => (c, a, b),
                    DateOrder::Ymd => (a, b, c),
                };
                civil(year, month.value, day)?
            }
        };
        let time = self.time.unwrap_or_else(Time::midnight);
        let at = self.offset.to_timestamp(DateTime::from_parts(date, time)).ok()?.as_microsecond();
        Some(Moment { date, at, has_time: self.time.is_some() })
    }
}

fn civil(year: Number, month: u32, day: Number) -> Option<Date> {
    let year = match (year.digits, year.value) {
        (4, value) => value,
        (2, value @ 0..=69) => 2000 + value,
        (2, value) => 1900 + value,
        _ => return None,
    };
    if day.digits > 2 {
        return None;
    }
    let year = i16::try_from(year).ok().filter(|year| YEARS.contains(year))?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day.value).ok()?).ok()
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number { value: u32, digits: usize },
    Word(String),
    Mark(char),
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut joined = false;
    for c in text.chars() {
        // Marks of writing direction surround dates in right-to-left exports.
        if matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}') {
            continue;
        }
        if c.is_whitespace() {
            joined = false;
            continue;
        }
        if let Some(digit) = c.to_digit(10) {
            match tokens.last_mut() {
                Some(Token::Number { value, digits }) if joined => {
                    if *digits == 9 {
                        return None;
                    }
                    *value = *value * 10 + digit;
                    *digits += 1;
                }
                _ => tokens.push(Token::Number { value: digit, digits: 1 }),
            }
        } else if matches!(c, '年' | '月' | '日') {
            tokens.push(Token::Word(c.to_string()));
            joined = false;
            continue;
        } else if c.is_alphabetic() || (0x300..0x370).contains(&u32::from(c)) || matches!(c, '\'' | '’' | '׳' | '״')
        {
            match tokens.last_mut() {
                Some(Token::Word(word)) if joined => word.extend(c.to_lowercase()),
                _ => tokens.push(Token::Word(c.to_lowercase().collect())),
            }
        } else {
            tokens.push(Token::Mark(c));
        }
        joined = true;
    }
    Some(tokens)
}

fn read(text: &str) -> Option<Reading> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_BYTES {
        return None;
    }
    let mut tokens = tokens(text)?;
    let (time, offset) = take_time(&mut tokens)?;
    Some(Reading { date: date_parts(&tokens)?, time, offset })
}

/// Takes time, half of the day and offset out of the tokens and leaves the date.
fn take_time(tokens: &mut Vec<Token>) -> Option<(Option<Time>, Offset)> {
    let afternoon = take_half_of_day(tokens);
    let colon = tokens
        .windows(3)
        .position(|three| matches!(three, [Token::Number { .. }, Token::Mark(':'), Token::Number { .. }]));
    let Some(start) = colon else {
        return if afternoon.is_some() { None } else { Some((None, Offset::UTC)) };
    };
    let number = |index: usize| match tokens.get(index) {
        Some(Token::Number { value, digits }) => Some(Number { value: *value, digits: *digits }),
        _ => None,
    };
    let mark = |index: usize| match tokens.get(index) {
        Some(Token::Mark(c)) => Some(*c),
        _ => None,
    };
    let (mut hour, minute) = (number(start)?.value, number(start + 2)?.value);
    let mut end = start + 3;
    let (mut second, mut nanos) = (0, 0);
    if let (Some(':'), Some(found)) = (mark(end), number(end + 1)) {
        second = found.value;
        end += 2;
        if let (Some('.' | ','), Some(fraction)) = (mark(end), number(end + 1)) {
            nanos = fraction.value.checked_mul(10_u32.pow(9_u32.checked_sub(fraction.digits as u32)?))?;
            end += 2;
        }
    }
    let mut offset = 0;
    if let (Some(sign @ ('+' | '-')), Some(found)) = (mark(end), number(end + 1)) {
        let (hours, minutes) = match (found.digits, mark(end + 2), number(end + 3)) {
            (4, _, _) => (found.value / 100, found.value % 100),
            (2, Some(':'), Some(minutes)) => (found.value, minutes.value),
            (2, _, _) => (found.value, 0),
            _ => return None,
        };
        end += if found.digits == 2 && mark(end + 2) == Some(':') { 4 } else { 2 };
        offset = i32::try_from(hours * 3600 + minutes * 60).ok()? * if sign == '-' { -1 } else { 1 };
    } else if matches!(tokens.get(end), Some(Token::Word(zone)) if matches!(zone.as_str(), "z" | "utc" | "gmt")) {
        end += 1;
    }
    match afternoon {
        Some(true) if hour < 12 => hour += 12,
        Some(false) if hour == 12 => hour = 0,
        _ => {}
    }
    let part = |value: u32| i8::try_from(value).ok();
    let time = Time::new(part(hour)?, part(minute)?, part(second)?, i32::try_from(nanos).ok()?).ok()?;
    tokens.drain(start..end);
    Some((Some(time), Offset::from_seconds(offset).ok()?))
}

/// `Some(true)` for an afternoon word, which is removed.
fn take_half_of_day(tokens: &mut Vec<Token>) -> Option<bool> {
    for index in 0..tokens.len() {
        let Token::Word(word) = &tokens[index] else { continue };
        let (afternoon, mut length) = match word.trim_matches(['\'', '’']) {
            "am" | "vm" | "vorm" | "午前" | "上午" | "sa" | "오전" | "дп" | "לפנה״צ" | "לפנה''צ" => {
                (false, 1)
            }
            "pm" | "nm" | "nachm" | "午後" | "下午" | "ch" | "오후" | "пп" | "אחה״צ" | "אחה''צ" => {
                (true, 1)
            }
            // `a.m.` and `a. m.` come as letter, mark, letter.
            half @ ("a" | "p") => match tokens.get(index + 1..index + 3) {
                Some([Token::Mark('.'), Token::Word(m)]) if m == "m" => (half == "p", 3),
                _ => continue,
            },
            _ => continue,
        };
        if tokens.get(index + length) == Some(&Token::Mark('.')) {
            length += 1;
        }
        tokens.drain(index..index + length);
        return Some(afternoon);
    }
    None
}

#[derive(Debug, Clone, Copy)]
enum Part {
    Number(Number),
    Month(u32),
}

fn date_parts(tokens: &[Token]) -> Option<DateParts> {
    let mut parts: Vec<Part> = Vec::with_capacity(3);
    let mut month_is_next = false;
    for token in tokens {
        match token {
            Token::Number { value, .. } if month_is_next => {
                parts.push(Part::Month(*value));
                month_is_next = false;
            }
            Token::Number { value, digits } => parts.push(Part::Number(Number { value: *value, digits: *digits })),
            Token::Mark('/' | '-' | '.' | ',') => {}
            Token::Mark(_) => return None,
            // 4月: the number before it was the month.
            Token::Word(word) if matches!(word.as_str(), "月" | "월") => match parts.last_mut() {
                Some(part) => *part = Part::Month(part.number()?.value),
                None => return None,
            },
            Token::Word(word) if matches!(word.as_str(), "thg" | "tháng" | "th") => month_is_next = true,
            Token::Word(word) => match (chinese_number(word), month(word)) {
                (Some(value), _) => parts.push(Part::Number(Number { value, digits: 2 })),
                (None, Some(month)) => parts.push(Part::Month(month)),
                (None, None) if IGNORED.contains(&word.as_str()) => {}
                (None, None) => return None,
            },
        }
        if parts.len() > 3 {
            return None;
        }
    }
    let &[a, b, c] = parts.as_slice() else { return None };
    let (month, first, second) = match (a, b, c) {
        (Part::Number(a), Part::Number(b), Part::Number(c)) if a.digits == 4 => {
            return civil(a, b.value, c).map(DateParts::Known);
        }
        (Part::Number(a), Part::Number(b), Part::Number(c)) => return Some(DateParts::Numbers([a, b, c])),
        (Part::Month(month), Part::Number(first), Part::Number(second))
        | (Part::Number(first), Part::Month(month), Part::Number(second))
        | (Part::Number(first), Part::Number(second), Part::Month(month)) => (month, first, second),
        _ => return None,
    };
    let (day, year) = if first.digits > 2 { (second, first) } else { (first, second) };
    civil(year, month, day).map(DateParts::Known)
}

impl Part {
    fn number(self) -> Option<Number> {
        match self {
            Part::Number(number) => Some(number),
            Part::Month(_) => None,
        }
    }
}

/// Words that stand in written-out dates and say nothing.
const IGNORED: [&str; 16] =
    ["t", "de", "del", "of", "г", "года", "r", "年", "日", "일", "년", "năm", "ngày", "lúc", "um", "at"];

fn chinese_number(word: &str) -> Option<u32> {
    const DIGITS: [&str; 12] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];
    DIGITS.iter().position(|digit| *digit == word).map(|index| index as u32 + 1)
}

/// English, Spanish, Polish, Dutch, German, French, Portuguese, Italian, Russian, Hebrew; any unambiguous beginning of
/// at least three letters counts, since every locale shortens differently.
#[rustfmt::skip]
const MONTHS: [&[&str]; 12] = [
    &["january", "januari", "januar", "jänner", "janvier", "janeiro", "enero", "stycznia", "styczeń", "gennaio", "января", "январь", "ינואר"],
    &["february", "februari", "februar", "février", "fevrier", "fevereiro", "febrero", "lutego", "luty", "febbraio", "февраля", "февраль", "פברואר"],
    &["march", "maart", "mrt", "märz", "mrz", "mars", "março", "marco", "marzo", "marca", "marzec", "марта", "март", "מרץ"],
    &["april", "avril", "abril", "kwietnia", "kwiecień", "aprile", "апреля", "апрель", "אפריל"],
    &["may", "mei", "mai", "maio", "mayo", "maja", "maj", "maggio", "мая", "май", "מאי"],
    &["june", "juni", "juin", "junho", "junio", "czerwca", "czerwiec", "giugno", "июня", "июнь", "יוני"],
    &["july", "juli", "juillet", "julho", "julio", "lipca", "lipiec", "luglio", "июля", "июль", "יולי"],
    &["august", "augustus", "août", "aout", "agosto", "sierpnia", "sierpień", "августа", "август", "אוגוסט"],
    &["september", "septembre", "setembro", "septiembre", "setiembre", "września", "wrzesień", "settembre", "сентября", "сентябрь", "ספטמבר"],
    &["october", "oktober", "octobre", "outubro", "octubre", "października", "październik", "ottobre", "октября", "октябрь", "אוקטובר"],
    &["november", "novembre", "novembro", "noviembre", "listopada", "listopad", "ноября", "ноябрь", "נובמבר"],
    &["december", "dezember", "décembre", "decembre", "dezembro", "diciembre", "grudnia", "grudzień", "dicembre", "декабря", "декабрь", "דצמבר"],
];

fn month(word: &str) -> Option<u32> {
    let word = word.trim_end_matches(['\'', '’', '׳']);
    word.chars().nth(2)?;
    let mut found = None;
    for (index, names) in MONTHS.iter().enumerate() {
        if names.contains(&word) {
            return Some(index as u32 + 1);
        }
        if names.iter().any(|name| name.starts_with(word)) {
            if found.is_some() {
                return None;
            }
            found = Some(index as u32 + 1);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(text: &str) -> Option<String> {
        let moment = parse(text, DateOrder::Dmy)?;
        Some(jiff::Timestamp::from_microsecond(moment.at).unwrap().to_string())
    }

    #[test]
    fn layouts_and_languages() {
        for (text, expected) in [
            ("20/Jul/23 3:25 PM", "2023-07-20T15:25:00Z"),
            ("07/Aug/23 12:05 AM", "2023-08-07T00:05:00Z"),
            ("2/Jan/06 15:04", "2006-01-02T15:04:00Z"),
            ("2006-01-02 15:04", "2006-01-02T15:04:00Z"),
            ("2006-01-02 15:04:05", "2006-01-02T15:04:05Z"),
            ("2023-08-17 08:42:42.23", "2023-08-17T08:42:42.23Z"),
            ("2/Jan/2006 3:04 PM", "2006-01-02T15:04:00Z"),
            ("Jan/2/06 3:04 PM", "2006-01-02T15:04:00Z"),
            ("2/Jan/06", "2006-01-02T00:00:00Z"),
            ("21/Apr/26", "2026-04-21T00:00:00Z"),
            ("2026-04-21T15:04:05.123+0200", "2026-04-21T13:04:05.123Z"),
            ("2026-04-21T15:04:05-05:30", "2026-04-21T20:34:05Z"),
            ("2026-04-21T15:04:05Z", "2026-04-21T15:04:05Z"),
            ("21/abr/26 3:04 PM", "2026-04-21T15:04:00Z"),
            ("25/ago/26 03:45 p. m.", "2026-08-25T15:45:00Z"),
            ("25/ago/26 03:45\u{202f}p.\u{a0}m.", "2026-08-25T15:45:00Z"),
            ("06 abr 2026, 0:36", "2026-04-06T00:36:00Z"),
            ("21 de abr. de 2026", "2026-04-21T00:00:00Z"),
            ("5/paź/25 2:10 PM", "2025-10-05T14:10:00Z"),
            ("5/wrz/25 2:10 PM", "2025-09-05T14:10:00Z"),
            ("16 mrt. 2026 09:00", "2026-03-16T09:00:00Z"),
            ("16/mei/26 9:00 a.m.", "2026-05-16T09:00:00Z"),
            ("21/thg 4/26 3:04 CH", "2026-04-21T15:04:00Z"),
            ("21/Thg4/26 3:04 SA", "2026-04-21T03:04:00Z"),
            ("21 tháng 4, 2026", "2026-04-21T00:00:00Z"),
            ("\u{200f}21/אפר׳/26 3:04 אחה״צ", "2026-04-21T15:04:00Z"),
            ("21/ינו/26 3:04 PM", "2026-01-21T15:04:00Z"),
            ("21. Dez. 2025 08:15", "2025-12-21T08:15:00Z"),
            ("3/févr./26 10:00 AM", "2026-02-03T10:00:00Z"),
            ("3/août/26", "2026-08-03T00:00:00Z"),
            ("3/out/26", "2026-10-03T00:00:00Z"),
            ("3/giu/26", "2026-06-03T00:00:00Z"),
            ("21/апр/26 3:04 PM", "2026-04-21T15:04:00Z"),
            ("21 мая 2026 г.", "2026-05-21T00:00:00Z"),
            ("21/4月/26 3:04 午後", "2026-04-21T15:04:00Z"),
            ("2026年4月21日 15:04", "2026-04-21T15:04:00Z"),
            ("21/四月/26 3:04 下午", "2026-04-21T15:04:00Z"),
            ("2026/04/21 午後3:04", "2026-04-21T15:04:00Z"),
            ("13/04/2026 15:04", "2026-04-13T15:04:00Z"),
            ("31.12.1999", "1999-12-31T00:00:00Z"),
        ] {
            assert_eq!(iso(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "soon",
            "32/Jan/26",
            "30/Feb/26",
            "2026-13-01",
            "21/Foo/26",
            "12:30",
            "3:04 PM",
            "45000",
            "1/2",
            "1/2/3/4",
            "21/Apr/26 25:00",
            "0000-00-00",
            "21/jui/26",
            "99999999999",
            "21/Apr/0001",
        ] {
            assert_eq!(iso(text), None, "{text}");
        }
    }

    fn candidates(values: &[&str]) -> Vec<DateOrder> {
        let mut orders = Orders::default();
        values.iter().for_each(|value| orders.add(value));
        orders.candidates()
    }

    #[test]
    fn one_clear_value_decides_for_the_column() {
        assert_eq!(candidates(&["04/05/26", "13/05/26"]), [DateOrder::Dmy]);
        assert_eq!(candidates(&["04/05/26", "05/13/26 3:00 PM"]), [DateOrder::Mdy]);
        assert_eq!(candidates(&["04/05/26", "05/06/2026"]), [DateOrder::Dmy, DateOrder::Mdy]);
        assert_eq!(candidates(&["98-05-26", "97-06-30"]), [DateOrder::Ymd]);
        assert_eq!(candidates(&["04/05/26", "13/05/26", "rubbish", "99/99/26"]), [DateOrder::Dmy]);
        assert!(candidates(&["2026-05-04", "21/Apr/26"]).is_empty());
    }
}
