//! Which steps stand before which.

use std::collections::BTreeSet;

/// What a step waits for: so many of these, each by its number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Waits {
    pub(crate) steps: Vec<usize>,
    pub(crate) count: usize,
}

/// The steps, by their numbers.
pub(crate) struct Graph {
    waits: Vec<Waits>,
}

impl Graph {
    pub(crate) fn new(waits: Vec<Waits>) -> Self {
        Self { waits }
    }

    fn behind(&self, step: usize) -> &[usize] {
        self.waits.get(step).map_or(&[], |waits| &waits.steps)
    }

    /// Steps that wait for each other, each for the one that follows it, and the last for the first.
    pub(crate) fn cycle(&self) -> Option<Vec<usize>> {
        let mut left = BTreeSet::new();
        (0..self.waits.len()).find_map(|step| self.cycle_from(step, &mut Vec::new(), &mut left))
    }

    /// `left` are steps that no cycle can be found from.
    fn cycle_from(
        &self,
        step: usize,
        path: &mut Vec<usize>,
        left: &mut BTreeSet<usize>,
    ) -> Option<Vec<usize>> {
        if left.contains(&step) {
            return None;
        }
        if let Some(start) = path.iter().position(|each| *each == step) {
            return Some(path.split_off(start));
        }
        path.push(step);
        let steps = self.behind(step).iter();
        let cycle = steps
            .copied()
            .find_map(|next| self.cycle_from(next, path, left));
        path.pop();
        left.insert(step);
        cycle
    }

    /// Of each step, those that are done before it begins, whichever of the steps that it waits for are done first. There
    /// is no cycle.
    pub(crate) fn before(&self) -> Vec<BTreeSet<usize>> {
        let mut before: Vec<Option<BTreeSet<usize>>> = vec![None; self.waits.len()];
        for step in 0..self.waits.len() {
            self.fill(step, &mut before);
        }
        before.into_iter().map(Option::unwrap_or_default).collect()
    }

    fn fill(&self, step: usize, before: &mut [Option<BTreeSet<usize>>]) -> BTreeSet<usize> {
        if let Some(Some(known)) = before.get(step) {
            return known.clone();
        }
        let ways: Vec<BTreeSet<usize>> = self
            .behind(step)
            .iter()
            .map(|next| {
                let mut way = self.fill(*next, before);
                way.insert(*next);
                way
            })
            .collect();
        let count = self.waits.get(step).map_or(0, |waits| waits.count);
        let found = in_any(count, &ways);
        if let Some(place) = before.get_mut(step) {
            *place = Some(found.clone());
        }
        found
    }
}

/// What is in one of the ways at least, whichever `count` of them are gone.
fn in_any(count: usize, ways: &[BTreeSet<usize>]) -> BTreeSet<usize> {
    let without = |step: &usize| ways.iter().filter(|way| !way.contains(step)).count();
    let all: BTreeSet<usize> = ways.iter().flatten().copied().collect();
    all.into_iter()
        .filter(|step| without(step) < count)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(steps: &[(usize, &[usize])]) -> Graph {
        let waits = steps.iter().map(|(count, steps)| Waits {
            steps: steps.to_vec(),
            count: *count,
        });
        Graph::new(waits.collect())
    }

    #[test]
    fn a_line_has_all_before() {
        let before = graph(&[(0, &[]), (1, &[0]), (1, &[1])]).before();
        assert_eq!(
            before,
            [vec![], vec![0], vec![0, 1]].map(BTreeSet::from_iter)
        );
    }

    #[test]
    fn of_any_branch_none_is_certain_but_what_all_stand_behind() {
        // 0, then 1 and 2 beside each other, then 3 behind any of them.
        let before = graph(&[(0, &[]), (1, &[0]), (1, &[0]), (1, &[1, 2])]).before();
        assert_eq!(before[3], BTreeSet::from([0]));
        let before = graph(&[(0, &[]), (1, &[0]), (1, &[0]), (2, &[1, 2])]).before();
        assert_eq!(before[3], BTreeSet::from([0, 1, 2]));
    }

    #[test]
    fn two_of_three_leave_none_certain_but_what_two_stand_behind() {
        // 3 and 4 stand behind 0; of 3, 4 and 1, any two have 3 or 4 among them.
        let before = graph(&[
            (0, &[]),
            (0, &[]),
            (0, &[]),
            (1, &[0]),
            (1, &[0]),
            (2, &[3, 4, 1]),
        ]);
        assert_eq!(before.before()[5], BTreeSet::from([0]));
    }

    #[test]
    fn a_cycle_is_found_and_what_stands_behind_it_is_none() {
        assert_eq!(
            graph(&[(1, &[1]), (1, &[2]), (1, &[1])]).cycle(),
            Some(vec![1, 2])
        );
        assert_eq!(graph(&[(1, &[0])]).cycle(), Some(vec![0]));
        assert_eq!(graph(&[(0, &[]), (1, &[0]), (2, &[0, 1])]).cycle(), None);
    }
}
