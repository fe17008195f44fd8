use foldhash::{HashMap, HashSet};
use std::collections::{BTreeSet, VecDeque};

/// What waits for what, of things that stand in an order: by their places.
#[derive(Debug, Default)]
pub(crate) struct Blocking {
    blockers: HashMap<usize, Vec<usize>>,
    blocked: HashMap<usize, Vec<usize>>,
    pairs: HashSet<(usize, usize)>,
}

impl Blocking {
    /// `to` cannot be done before `from`.
    pub fn add(&mut self, from: usize, to: usize) {
        if from != to && self.pairs.insert((from, to)) {
            self.blockers.entry(to).or_default().push(from);
            self.blocked.entry(from).or_default().push(to);
        }
    }

    /// What one waits for.
    pub fn of(&self, at: usize) -> &[usize] {
        self.blockers.get(&at).map_or(&[], Vec::as_slice)
    }

    /// Whether one waits, or is waited for.
    pub fn touches(&self, at: usize) -> bool {
        self.blockers.contains_key(&at) || self.blocked.contains_key(&at)
    }
}

/// The order in which so many things can be done: that in which they stand, but what is blocked comes when the last of what
/// blocks it is done. What blocks itself in a circle comes last, as it stands.
pub(crate) fn in_possible_order(many: usize, blocking: &Blocking) -> Vec<usize> {
    let mut waits: HashMap<usize, usize> = blocking.blockers.iter().map(|(at, of)| (*at, of.len())).collect();
    let mut order = Vec::with_capacity(many);
    let mut held = BTreeSet::new();
    let mut free = VecDeque::new();
    for at in 0..many {
        if waits.get(&at).is_some_and(|waits| *waits > 0) {
            held.insert(at);
            continue;
        }
        free.push_back(at);
        while let Some(next) = free.pop_front() {
            order.push(next);
            for blocked in blocking.blocked.get(&next).into_iter().flatten() {
                let Some(left) = waits.get_mut(blocked) else { continue };
                *left -= 1;
                if *left == 0 && held.remove(blocked) {
                    free.push_back(*blocked);
                }
            }
        }
    }
    order.extend(held);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(many: usize, pairs: &[(usize, usize)]) -> Vec<usize> {
        let mut blocking = Blocking::default();
        pairs.iter().for_each(|(from, to)| blocking.add(*from, *to));
        in_possible_order(many, &blocking)
    }

    #[test]
    fn what_is_blocked_comes_right_after_the_last_that_blocks_it() {
        assert_eq!(order(4, &[]), [0, 1, 2, 3]);
        assert_eq!(order(4, &[(2, 0)]), [1, 2, 0, 3]);
        assert_eq!(order(5, &[(2, 0), (3, 0), (0, 1)]), [2, 3, 0, 1, 4]);
        assert_eq!(order(4, &[(0, 3), (0, 3)]), [0, 1, 2, 3], "said twice, it waits once");
    }

    #[test]
    fn a_circle_comes_last() {
        assert_eq!(order(4, &[(1, 0), (0, 1), (0, 0)]), [2, 3, 0, 1]);
    }
}
