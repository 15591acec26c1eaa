//! Trying other candidates for a value that was refused.

use serde::de::DeserializeOwned;

use super::node::{Id, Node};
use super::refusal::Refusal;
use super::search::Search;

/// How many passes go to one value that refuses what it gets.
const MAX_TRIES: usize = 500;

impl<T: DeserializeOwned> Search<T> {
    /// Tries other candidates within the culprit, the last one that was handed out first; then in pairs.
    pub(super) fn vary(&mut self, culprit: Id) -> bool {
        let until = self.until;
        self.until = until.min(self.passes + MAX_TRIES);
        let suspects = self.suspects(culprit, 0);
        let found = self.try_each(&suspects, culprit) || self.try_pairs(&suspects, culprit);
        self.until = until;
        found
    }

    /// What was handed out within a value in the last pass and has other candidates, the last one first.
    fn suspects(&self, outer: Id, from: Id) -> Vec<Id> {
        let log = self.tree.log.iter().copied().rev();
        let inside = log.filter(|id| *id >= from && self.tree.is_inside(*id, outer));
        inside.filter(|id| self.options(*id) > 1).collect()
    }

    fn options(&self, id: Id) -> usize {
        self.tree.node(id).map_or(0, Node::options)
    }

    fn try_each(&mut self, suspects: &[Id], goal: Id) -> bool {
        suspects
            .iter()
            .any(|suspect| self.try_others(*suspect, goal))
    }

    fn try_pairs(&mut self, suspects: &[Id], goal: Id) -> bool {
        (1..suspects.len()).any(|at| {
            let (later, earlier) = suspects.split_at(at);
            earlier.first().is_some_and(|suspect| {
                self.try_with(*suspect, |search| search.try_each(later, goal))
            })
        })
    }

    pub(super) fn try_others(&mut self, suspect: Id, goal: Id) -> bool {
        self.try_with(suspect, |search| {
            let known = search.tree.nodes.len();
            search.reaches(goal) || {
                let fresh = search.suspects(goal, known);
                search.try_each(&fresh, goal)
            }
        })
    }

    /// Tries the other candidates of a value in turn, and leaves the one that does.
    fn try_with(&mut self, suspect: Id, mut does: impl FnMut(&mut Self) -> bool) -> bool {
        let before = self.tree.node(suspect).map_or(0, |node| node.choice);
        for choice in (0..self.options(suspect)).filter(|choice| *choice != before) {
            if self.spent() {
                break;
            }
            self.choose(suspect, choice);
            if does(self) {
                return true;
            }
        }
        self.choose(suspect, before);
        false
    }

    /// Tries to have the goal pass with what one value within it is.
    pub(super) fn fit(&mut self, goal: Id, fixed: Id) {
        if !self.reaches(goal) {
            let mut suspects = self.suspects(goal, 0);
            suspects.retain(|suspect| *suspect != fixed && *suspect != goal);
            self.try_each(&suspects, goal);
        }
    }

    pub(super) fn choose(&mut self, id: Id, choice: usize) {
        self.tree.edit(id, |node| node.choice = choice);
    }

    /// Whether the goal passes. What fails deeper within it is mended on the way.
    pub(super) fn reaches(&mut self, goal: Id) -> bool {
        while let Err(failure) = self.pass() {
            let Some(culprit) = failure.culprit else {
                return false;
            };
            if !self.tree.is_inside(culprit, goal) {
                return !matches!(failure.refusal, Refusal::Spent);
            }
            let mended = match culprit == goal {
                true => self.learn(goal, &failure.refusal) && !self.spent(),
                false => self.mend(&failure, Some(goal)),
            };
            if !mended {
                return false;
            }
        }
        true
    }
}
