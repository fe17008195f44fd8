use foldhash::{HashMap, HashSet};
use std::collections::{BTreeSet, VecDeque};

/// What waits for what, of things that stand in an order: by their places. Each wait is a gate: all on its one side is done
/// before any on its other.
#[derive(Debug, Default)]
pub(crate) struct Blocking {
    gates: Vec<Gate>,
    /// The gates one waits at, and those one keeps closed until it is done.
    before: HashMap<usize, Vec<usize>>,
    after: HashMap<usize, Vec<usize>>,
}

#[derive(Debug)]
struct Gate {
    first: usize,
    then: Vec<usize>,
}

impl Blocking {
    /// Nothing of `then` can be done before all of `first`. What stands on both sides waits for the others.
    pub fn add(&mut self, first: &[usize], then: &[usize]) {
        let blocked: HashSet<usize> = then.iter().copied().collect();
        let first: HashSet<usize> = first.iter().copied().filter(|at| !blocked.contains(at)).collect();
        if first.is_empty() {
            return;
        }
        let gate = self.gates.len();
        first.iter().for_each(|at| self.after.entry(*at).or_default().push(gate));
        blocked.iter().for_each(|at| self.before.entry(*at).or_default().push(gate));
        self.gates.push(Gate { first: first.len(), then: blocked.into_iter().collect() });
    }

    /// The gates one waits at.
    pub fn before(&self, at: usize) -> &[usize] {
        self.before.get(&at).map_or(&[], Vec::as_slice)
    }

    /// The gates that wait for one.
    pub fn after(&self, at: usize) -> &[usize] {
        self.after.get(&at).map_or(&[], Vec::as_slice)
    }
}

/// The order in which so many things can be done: that in which they stand, but what is blocked comes when the last of what
/// blocks it is done. What blocks itself in a circle comes last, as it stands.
pub(crate) fn in_possible_order(many: usize, blocking: &Blocking) -> Vec<usize> {
    if blocking.gates.is_empty() {
        return (0..many).collect();
    }
    let mut closed: Vec<usize> = blocking.gates.iter().map(|gate| gate.first).collect();
    let mut waits: HashMap<usize, usize> = blocking.before.iter().map(|(at, gates)| (*at, gates.len())).collect();
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
            for gate in blocking.after(next) {
                closed[*gate] -= 1;
                if closed[*gate] > 0 {
                    continue;
                }
                let mut freed = BTreeSet::new();
                for blocked in &blocking.gates[*gate].then {
                    let Some(left) = waits.get_mut(blocked) else { continue };
                    *left -= 1;
                    if *left == 0 && held.remove(blocked) {
                        freed.insert(*blocked);
                    }
                }
                free.extend(freed);
            }
        }
    }
    order.extend(held);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(many: usize, gates: &[(&[usize], &[usize])]) -> Vec<usize> {
        let mut blocking = Blocking::default();
        gates.iter().for_each(|(first, then)| blocking.add(first, then));
        in_possible_order(many, &blocking)
    }

    #[test]
    fn what_is_blocked_comes_right_after_the_last_that_blocks_it() {
        assert_eq!(order(4, &[]), [0, 1, 2, 3]);
        assert_eq!(order(4, &[(&[2], &[0])]), [1, 2, 0, 3]);
        assert_eq!(order(5, &[(&[2], &[0]), (&[3], &[0]), (&[0], &[1])]), [2, 3, 0, 1, 4]);
        assert_eq!(order(4, &[(&[0], &[3]), (&[0], &[3])]), [0, 1, 2, 3], "said twice, it waits once");
        assert_eq!(order(5, &[(&[2, 3], &[1, 0])]), [2, 3, 0, 1, 4], "all of one epic before any of another");
    }

    #[test]
    fn a_part_that_its_whole_blocks_waits_for_the_other_parts() {
        assert_eq!(order(4, &[(&[0, 1, 2], &[0])]), [1, 2, 0, 3]);
        assert_eq!(order(2, &[(&[0], &[0])]), [0, 1]);
    }

    #[test]
    fn a_circle_comes_last() {
        assert_eq!(order(4, &[(&[1], &[0]), (&[0], &[1])]), [2, 3, 0, 1]);
    }
}
