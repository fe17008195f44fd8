use crate::items::Items;

/// How much is to be done, as far as it is known.
pub trait Amount: Copy {
    /// The most it may be.
    fn most(self) -> u32;
    /// The numbers of items it may be, with how likely each is; together 1.
    fn parts(self) -> Vec<(f64, f64)>;
    /// The part of the pace that is left for it.
    fn kept(self) -> f64 {
        1.0
    }
}

impl Amount for u32 {
    fn most(self) -> u32 {
        self
    }
    fn parts(self) -> Vec<(f64, f64)> {
        vec![(f64::from(self), 1.0)]
    }
}

impl Amount for Items {
    fn most(self) -> u32 {
        self.high()
    }
    fn parts(self) -> Vec<(f64, f64)> {
        let numbers: Vec<u32> = self.looked_at().collect();
        numbers.iter().map(|number| (f64::from(*number), 1.0 / numbers.len() as f64)).collect()
    }
}

/// Into how many items a team splits an epic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    pub mean: f64,
    variance: f64,
}

/// From so many epics on something is learned of how they are split.
const FEWEST_SPLIT: usize = 5;

impl Split {
    /// From how many items earlier epics had; nothing where there are too few of them.
    pub fn learned(items: &[u32]) -> Option<Self> {
        if items.len() < FEWEST_SPLIT {
            return None;
        }
        let many = items.len() as f64;
        let mean = items.iter().copied().map(f64::from).sum::<f64>() / many;
        let variance = items.iter().map(|count| (f64::from(*count) - mean).powi(2)).sum::<f64>() / (many - 1.0);
        Some(Self { mean, variance })
    }
}

/// What stands in a queue down to some place: items, epics that are not split yet, and what comes in ahead of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scope {
    pub items: u32,
    pub unsplit: u32,
    split: Split,
    kept: f64,
}

impl Scope {
    /// `split` is how epics are split, where something is known of that; `ahead` is the part of what is finished that came
    /// in later and was put ahead of it.
    pub fn new(items: u32, unsplit: u32, split: Option<Split>, ahead: f64) -> Self {
        let split = split.unwrap_or(Split { mean: 1.0, variance: 0.0 });
        Self { items, unsplit, split, kept: (1.0 - ahead).max(0.0) }
    }
}

/// By so many standard deviations, the square root of three, Simpson's rule goes off the middle.
const REACH: f64 = 1.732_050_807_568_877_2;

impl Amount for Scope {
    fn most(self) -> u32 {
        self.parts().iter().map(|(items, _)| items.ceil() as u32).max().unwrap_or(0)
    }

    /// Sizes of epics are independent; their sum is taken at three points that have its mean and its variance.
    fn parts(self) -> Vec<(f64, f64)> {
        let (items, unsplit) = (f64::from(self.items), f64::from(self.unsplit));
        let middle = items + unsplit * self.split.mean;
        let spread = REACH * (unsplit * self.split.variance).sqrt();
        if spread == 0.0 {
            return vec![(middle, 1.0)];
        }
        // Of each epic at least one item comes.
        let low = (middle - spread).max(items + unsplit);
        vec![(low, 1.0 / 6.0), (middle, 2.0 / 3.0), (middle + spread, 1.0 / 6.0)]
    }

    fn kept(self) -> f64 {
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(amount: impl Amount, of: impl Fn(f64) -> f64) -> f64 {
        amount.parts().into_iter().map(|(items, weight)| weight * of(items)).sum()
    }

    #[test]
    fn what_is_not_split_yet_is_as_large_as_earlier_epics_were() {
        let split = Split::learned(&[3, 5, 7, 9, 6]).unwrap();
        assert_eq!(split.mean, 6.0);
        let scope = Scope::new(10, 2, Some(split), 0.25);
        assert!((mean(scope, |items| items) - 22.0).abs() < 1e-9 && scope.kept() == 0.75);
        let square = mean(scope, |items| (items - 22.0).powi(2));
        assert!((square - 2.0 * 5.0).abs() < 1e-9, "the variance of two epics, {square}");
        assert!(scope.most() >= 27);
        assert_eq!(Split::learned(&[3, 5, 7, 9]), None);
        assert_eq!(Scope::new(10, 2, None, 2.0).parts(), [(12.0, 1.0)]);
    }

    #[test]
    fn a_range_is_the_mean_of_its_numbers() {
        let mean = |text: &str| mean(text.parse::<Items>().unwrap(), |items| items);
        assert!((mean("7") - 7.0).abs() < 1e-9 && (mean("10..20") - 15.0).abs() < 1e-9);
        assert!((mean("1..1000000") - 500_000.5).abs() < 1.0);
    }
}
