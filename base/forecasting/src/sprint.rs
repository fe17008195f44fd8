//! Will a sprint deliver what it took? Told by what became of earlier ones that stood alike at the same part of their time
//! (a forecast by analogy).

use serde::Serialize;
use utoipa::ToSchema;

/// Earlier sprints below which nothing is said.
pub const FEWEST_SPRINTS: usize = 6;
/// The most alike of them that are asked.
const ASKED: usize = 12;

/// How a sprint stands at some part of its time, in points or in items.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    pub scope: f64,
    pub done: f64,
}

/// How an earlier sprint stood at that part of its time, and how much it had delivered at its end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Earlier {
    pub then: Standing,
    pub delivered: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Delivery {
    /// Of delivering all that is in the sprint now.
    pub likelihood: f64,
    /// What is left undone at the end, as likely more as less; in the unit it was asked in.
    pub left: f64,
    /// Earlier sprints it was told by, and those of them that had delivered all.
    pub sprints: usize,
    pub delivered: usize,
}

impl Standing {
    fn share(self) -> f64 {
        self.done / self.scope
    }

    /// How unlike two are: in the share that is done, in what is left to do, in size.
    fn apart(self, other: Self) -> f64 {
        let left = |standing: Self| (standing.scope - standing.done).max(0.0) + 1.0;
        2.0 * (self.share() - other.share()).abs()
            + 0.5 * (left(self) / left(other)).ln().abs()
            + 0.3 * (self.scope / other.scope).ln().abs()
    }
}

/// Nothing where there are too few earlier sprints, or nothing is in this one.
pub fn will_deliver(now: Standing, earlier: &[Earlier]) -> Option<Delivery> {
    let told = |standing: Standing| standing.scope > 0.0;
    let mut alike: Vec<(f64, Earlier)> =
        earlier.iter().filter(|e| told(e.then)).map(|e| (now.apart(e.then), *e)).collect();
    if !told(now) || alike.len() < FEWEST_SPRINTS {
        return None;
    }
    alike.sort_by(|a, b| a.0.total_cmp(&b.0));
    alike.truncate(ASKED);
    // The more alike, the more it counts.
    let weighed: Vec<(f64, Earlier)> = alike.into_iter().map(|(apart, e)| (1.0 / (0.15 + apart), e)).collect();
    let all: f64 = weighed.iter().map(|(weight, _)| weight).sum();
    let did = |e: &Earlier| e.delivered >= e.then.scope;
    let share = weighed.iter().filter(|(_, e)| did(e)).map(|(weight, _)| weight).sum::<f64>() / all;
    let sprints = weighed.len();
    // As if one sprint more had delivered all and two had not: few sprints make nothing certain.
    let likelihood = (share * sprints as f64 + 1.0) / (sprints as f64 + 3.0);
    let mut undone: Vec<(f64, f64)> =
        weighed.iter().map(|(weight, e)| ((1.0 - e.delivered / e.then.scope).clamp(0.0, 1.0), *weight)).collect();
    undone.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut before = 0.0;
    let median = undone.into_iter().find(|(_, weight)| {
        before += weight;
        before >= all / 2.0
    });
    let left = median.map_or(0.0, |(share, _)| share * now.scope).min(now.scope - now.done).max(0.0);
    Some(Delivery { likelihood, left, sprints, delivered: weighed.iter().filter(|(_, e)| did(e)).count() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn earlier(done: f64, delivered: f64) -> Earlier {
        Earlier { then: Standing { scope: 20.0, done }, delivered }
    }

    #[test]
    fn sprints_that_stood_alike_tell() {
        // Half done at this point: all delivered. A tenth done: half left.
        let past: Vec<Earlier> =
            (0..8).map(|_| earlier(10.0, 20.0)).chain((0..8).map(|_| earlier(2.0, 10.0))).collect();
        let good = will_deliver(Standing { scope: 22.0, done: 11.0 }, &past).unwrap();
        let bad = will_deliver(Standing { scope: 22.0, done: 2.0 }, &past).unwrap();
        assert!(good.likelihood > 0.7 && good.left == 0.0, "{good:?}");
        assert!(bad.likelihood < 0.3 && (bad.left - 11.0).abs() < 1e-9, "{bad:?}");
        assert_eq!((good.sprints, good.delivered), (12, 8));
    }

    #[test]
    fn too_few_sprints_tell_nothing() {
        let past = vec![earlier(10.0, 20.0); FEWEST_SPRINTS - 1];
        assert_eq!(will_deliver(Standing { scope: 20.0, done: 1.0 }, &past), None);
        assert_eq!(will_deliver(Standing { scope: 0.0, done: 0.0 }, &vec![earlier(1.0, 2.0); 9]), None);
    }

    #[test]
    fn what_is_done_is_never_left() {
        let past = vec![earlier(2.0, 4.0); 9];
        let told = will_deliver(Standing { scope: 10.0, done: 9.0 }, &past).unwrap();
        assert_eq!(told.left, 1.0);
    }
}
