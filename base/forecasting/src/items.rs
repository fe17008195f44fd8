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
    pub fn most(self) -> u32 {
        self.high
    }

    /// The mean of what a function says of each number; of a wide range, of some that lie evenly in it.
    pub(crate) fn mean(self, of: impl Fn(u32) -> f64) -> f64 {
        let wide = self.high - self.low;
        if wide == 0 {
            return of(self.low);
        }
        let parts = wide.min(LOOKED_AT);
        let at = |part: u32| self.low + (u64::from(wide) * u64::from(part) / u64::from(parts)) as u32;
        (0..=parts).map(|part| of(at(part))).sum::<f64>() / f64::from(parts + 1)
    }
}

impl From<u32> for Items {
    fn from(number: u32) -> Self {
        Self { low: number, high: number }
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
    fn a_range_is_the_mean_of_its_numbers() {
        let mean = |text: &str| text.parse::<Items>().unwrap().mean(f64::from);
        assert_eq!((mean("7"), mean("10..20")), (7.0, 15.0));
        assert!((mean("1..1000000") - 500_000.5).abs() < 1.0);
        for wrong in ["0", "3..2", "1000001", "", "..", "x", "-1", "1..2..3"] {
            assert!(wrong.parse::<Items>().is_err(), "{wrong}");
        }
    }
}
