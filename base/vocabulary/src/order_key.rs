//! Order as text: a key between any two keys, so that moving one thing writes one row.
//!
//! Base 62, compared bytewise. A key is an integer part whose first letter says its length, then a fraction without a
//! trailing zero; appending ten thousand keys therefore stays short. Method: David Greenspan, "Implementing Fractional
//! Indexing" (observablehq.com/@dgreensp/implementing-fractional-indexing).

use serde::{Deserialize, Serialize};

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const FIRST: &str = "a0";

/// A place in an order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderKey(String);

impl OrderKey {
    /// A key longer than this asks for a rebalance of its neighbourhood.
    pub const LONG: usize = 40;

    /// Takes a key read from the database as it is.
    pub fn stored(key: String) -> Self {
        Self(key)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_long(&self) -> bool {
        self.0.len() > Self::LONG
    }

    /// Whether the key is one that [`OrderKey::between`] could have made: the whole integer part its first letter
    /// promises, digits only, and no trailing zero in the fraction.
    pub fn is_well_formed(&self) -> bool {
        split(&self.0).is_some_and(|(integer, fraction)| {
            integer.bytes().skip(1).chain(fraction.bytes()).all(|byte| digit(byte).is_some())
                && !fraction.ends_with('0')
        })
    }

    /// A key after `low` and before `high`; none stands for the end. `None` when the two leave no room or are out of order.
    pub fn between(low: Option<&OrderKey>, high: Option<&OrderKey>) -> Option<OrderKey> {
        let (low, high) = (low.map(|k| k.0.as_str()), high.map(|k| k.0.as_str()));
        if let (Some(l), Some(h)) = (low, high)
            && l >= h
        {
            return None;
        }
        between(low, high).map(OrderKey)
    }
}

/// `count` keys after `low` and before `high`, ascending and evenly spread.
pub struct Spread;

impl Spread {
    pub fn keys(low: Option<&OrderKey>, high: Option<&OrderKey>, count: usize) -> Option<Vec<OrderKey>> {
        let mut keys = Vec::with_capacity(count);
        if high.is_none() {
            let mut last = low.cloned();
            for _ in 0..count {
                let next = OrderKey::between(last.as_ref(), None)?;
                keys.push(next.clone());
                last = Some(next);
            }
        } else {
            Self::halve(low, high, count, &mut keys)?;
        }
        Some(keys)
    }

    fn halve(low: Option<&OrderKey>, high: Option<&OrderKey>, count: usize, keys: &mut Vec<OrderKey>) -> Option<()> {
        if count == 0 {
            return Some(());
        }
        let middle = OrderKey::between(low, high)?;
        let before = count / 2;
        Self::halve(low, Some(&middle), before, keys)?;
        keys.push(middle.clone());
        Self::halve(Some(&middle), high, count - before - 1, keys)
    }
}

fn digit(byte: u8) -> Option<usize> {
    DIGITS.iter().position(|d| *d == byte)
}

fn integer_length(head: u8) -> Option<usize> {
    match head {
        b'a'..=b'z' => Some(usize::from(head - b'a') + 2),
        b'A'..=b'Z' => Some(usize::from(b'Z' - head) + 2),
        _ => None,
    }
}

fn split(key: &str) -> Option<(&str, &str)> {
    let length = integer_length(*key.as_bytes().first()?)?;
    key.is_char_boundary(length).then(|| key.split_at_checked(length)).flatten()
}

fn increment(integer: &str) -> Option<String> {
    let (head, digits) = (integer.as_bytes()[0], &integer.as_bytes()[1..]);
    let mut digits = digits.to_vec();
    for place in (0..digits.len()).rev() {
        let next = digit(digits[place])? + 1;
        if next < 62 {
            digits[place] = DIGITS[next];
            return text(head, &digits);
        }
        digits[place] = DIGITS[0];
    }
    match head {
        b'Z' => Some(FIRST.to_owned()),
        b'z' => None,
        _ => {
            let head = head + 1;
            if head > b'a' {
                digits.push(DIGITS[0])
            } else {
                digits.truncate(digits.len() - 1)
            }
            text(head, &digits)
        }
    }
}

fn decrement(integer: &str) -> Option<String> {
    let (head, digits) = (integer.as_bytes()[0], &integer.as_bytes()[1..]);
    let mut digits = digits.to_vec();
    for place in (0..digits.len()).rev() {
        let value = digit(digits[place])?;
        if value > 0 {
            digits[place] = DIGITS[value - 1];
            return text(head, &digits);
        }
        digits[place] = DIGITS[61];
    }
    match head {
        b'a' => Some(format!("Z{}", char::from(DIGITS[61]))),
        b'A' => None,
        _ => {
            let head = head - 1;
            if head < b'Z' {
                digits.push(DIGITS[61])
            } else {
                digits.truncate(digits.len() - 1)
            }
            text(head, &digits)
        }
    }
}

fn text(head: u8, digits: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(digits.len() + 1);
    bytes.push(head);
    bytes.extend_from_slice(digits);
    String::from_utf8(bytes).ok()
}

/// A fraction strictly between two fractions; an empty low is zero, no high is one.
fn midpoint(low: &str, high: Option<&str>) -> Option<String> {
    if let Some(high) = high {
        let shared =
            low.bytes().chain(std::iter::repeat(DIGITS[0])).zip(high.bytes()).take_while(|(l, h)| l == h).count();
        if shared > 0 {
            let rest = midpoint(low.get(shared..).unwrap_or(""), Some(&high[shared..]))?;
            return Some(format!("{}{rest}", &high[..shared]));
        }
    }
    let low_digit = low.bytes().next().map_or(Some(0), digit)?;
    let high_digit = high.map_or(Some(62), |h| h.bytes().next().and_then(digit))?;
    if high_digit > low_digit + 1 {
        return Some(char::from(DIGITS[(low_digit + high_digit).div_ceil(2)]).to_string());
    }
    match high {
        Some(high) if high.len() > 1 => Some(high[..1].to_owned()),
        _ => {
            let rest = midpoint(low.get(1..).unwrap_or(""), None)?;
            Some(format!("{}{rest}", char::from(DIGITS[low_digit])))
        }
    }
}

fn between(low: Option<&str>, high: Option<&str>) -> Option<String> {
    match (low, high) {
        (None, None) => Some(FIRST.to_owned()),
        (None, Some(high)) => {
            let (integer, fraction) = split(high)?;
            if integer < high {
                return Some(integer.to_owned()).filter(|key| key.as_str() < high && !fraction.is_empty());
            }
            match decrement(integer) {
                Some(key) => Some(key),
                None => Some(format!("{integer}{}", midpoint("", Some(fraction))?)),
            }
        }
        (Some(low), None) => {
            let (integer, fraction) = split(low)?;
            match increment(integer) {
                Some(key) => Some(key),
                None => Some(format!("{integer}{}", midpoint(fraction, None)?)),
            }
        }
        (Some(low), Some(high)) => {
            let ((low_integer, low_fraction), (high_integer, high_fraction)) = (split(low)?, split(high)?);
            if low_integer == high_integer {
                return Some(format!("{low_integer}{}", midpoint(low_fraction, Some(high_fraction))?));
            }
            match increment(low_integer) {
                Some(key) if key.as_str() < high => Some(key),
                _ => Some(format!("{low_integer}{}", midpoint(low_fraction, None)?)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn appending_stays_short() {
        let mut last = None;
        for _ in 0..100_000 {
            let next = OrderKey::between(last.as_ref(), None).unwrap();
            assert!(last.as_ref().is_none_or(|l| *l < next));
            last = Some(next);
        }
        assert!(last.unwrap().as_str().len() <= 5);
    }

    #[test]
    fn out_of_order_neighbours_are_refused() {
        let a = OrderKey::stored("a1".into());
        let b = OrderKey::stored("a2".into());
        assert_eq!(OrderKey::between(Some(&b), Some(&a)), None);
        assert_eq!(OrderKey::between(Some(&a), Some(&a)), None);
    }

    #[test]
    fn a_key_that_between_never_makes_is_not_well_formed() {
        for text in ["", "a", "a!", "b0", "a10", "ä0", "1x", "a1é"] {
            assert!(!OrderKey::stored(text.into()).is_well_formed(), "{text}");
        }
    }

    #[test]
    fn prepending_works_for_long() {
        let mut first = OrderKey::between(None, None).unwrap();
        for _ in 0..10_000 {
            let next = OrderKey::between(None, Some(&first)).unwrap();
            assert!(next < first);
            first = next;
        }
    }

    proptest! {
        #[test]
        fn any_moves_keep_keys_distinct_and_ordered(places in prop::collection::vec(0.0f64..1.0, 1..400)) {
            let mut keys: Vec<OrderKey> = Vec::new();
            for place in places {
                let at = (place * (keys.len() + 1) as f64) as usize;
                let low = at.checked_sub(1).and_then(|i| keys.get(i));
                let key = OrderKey::between(low, keys.get(at)).expect("room between neighbours");
                keys.insert(at, key);
                prop_assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
            }
            prop_assert!(keys.iter().all(OrderKey::is_well_formed));
        }

        #[test]
        fn a_spread_fits_between_its_bounds(count in 0usize..300) {
            let (low, high) = (OrderKey::stored("a1".into()), OrderKey::stored("a1V".into()));
            let keys = Spread::keys(Some(&low), Some(&high), count).unwrap();
            prop_assert_eq!(keys.len(), count);
            let all: Vec<_> = std::iter::once(&low).chain(&keys).chain(std::iter::once(&high)).collect();
            prop_assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
