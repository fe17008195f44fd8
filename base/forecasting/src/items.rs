use std::str::FromStr;

/// No forecast tells of more items.
pub const MOST_ITEMS: u32 = 1_000_000;
/// Numbers of a range that are looked at.
const LOOKED_AT: u32 = 20;

/// What is to be done: so many items, or any number of a range where some are not split yet, each as likely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Items {
    low: u32,
    high: u32,
}

impl Items {
    pub(crate) fn high(self) -> u32 {
        self.high
    }

    /// Each number; of a wide range, some that lie evenly in it.
    pub(crate) fn looked_at(self) -> impl Iterator<Item = u32> {
        let wide = self.high - self.low;
        let parts = wide.min(LOOKED_AT);
        let at = move |part: u32| (u64::from(wide) * u64::from(part) / u64::from(parts.max(1))) as u32;
        (0..=parts).map(move |part| self.low + at(part))
    }
}

impl FromStr for Items {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (low, high) = text.split_once("..").unwrap_or((text, text));
        let number = |text: &str| text.trim().parse().ok().filter(|number| (1..=MOST_ITEMS).contains(number));
        match (number(low), number(high)) {
            (Some(low), Some(high)) if low <= high => Ok(Self { low, high }),
            _ => Err("Say a number from 1 to 1,000,000, or a range as 30..45."),
        }
    }
}

impl std::fmt::Display for Items {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.low == self.high { write!(f, "{}", self.low) } else { write!(f, "{}..{}", self.low, self.high) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_looked_at_evenly() {
        let looked_at = |text: &str| text.parse::<Items>().unwrap().looked_at().collect::<Vec<_>>();
        assert_eq!((looked_at("7"), looked_at("9..11")), (vec![7], vec![9, 10, 11]));
        assert_eq!((looked_at("1..1000000").len(), looked_at("1..1000000")[20]), (21, 1_000_000));
        for wrong in ["0", "3..2", "1000001", "", "..", "x", "-1", "1..2..3"] {
            assert!(wrong.parse::<Items>().is_err(), "{wrong}");
        }
    }
}
