//! Finding a value that the type takes, and seeing all of what it reads.
//!
//! A pass has the type read what the tree says. When it refuses, the innermost value that failed is the culprit, and its
//! candidates are tried until it passes; the places before it keep theirs. So types that check what they read cost a few
//! passes for each of them, and not for each combination.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use super::giver::give;
use super::refusal::Refusal;
use super::tree::{Ask, Edge, Id, Place, Tree};

/// How many passes a trace takes at most.
pub(super) const MAX_PASSES: usize = 4_000;
/// How many of them go to one value that refuses what it gets.
const MAX_TRIES: usize = 500;

/// A value that was refused, and why.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) culprit: Option<Id>,
    pub(super) refusal: Refusal,
}

#[derive(Debug)]
pub(super) struct Search<T> {
    pub(super) tree: Tree,
    pub(super) passes: usize,
    /// The first value that was made.
    pub(super) sample: Option<T>,
    pub(super) failure: Option<Failure>,
    /// The pass at which to give up the value at hand.
    until: usize,
}

impl<T: DeserializeOwned> Search<T> {
    pub(super) fn new() -> Self {
        Self {
            tree: Tree::default(),
            passes: 0,
            sample: None,
            failure: None,
            until: MAX_PASSES,
        }
    }

    /// One pass.
    pub(super) fn pass(&mut self) -> Result<(), Failure> {
        self.passes += 1;
        self.tree.begin();
        let root = Place {
            parent: None,
            edge: Edge::Root,
        };
        match give(&mut self.tree, root, PhantomData::<T>) {
            Ok(made) => {
                self.sample.get_or_insert(made);
                Ok(())
            }
            Err(refusal) => Err(Failure {
                culprit: self.tree.culprit,
                refusal,
            }),
        }
    }

    /// Passes until nothing is refused, or nothing can be done about it.
    pub(super) fn settle(&mut self) {
        while let Err(failure) = self.pass() {
            if !self.mend(&failure, None) {
                self.failure = Some(failure);
                return;
            }
        }
    }

    /// Makes the culprit pass, or knows something new. Nothing around `limit` is changed, nor `limit` itself.
    pub(super) fn mend(&mut self, failure: &Failure, limit: Option<Id>) -> bool {
        let Some(culprit) = failure.culprit.filter(|_| !self.spent()) else {
            return false;
        };
        if self.learn(culprit, &failure.refusal) {
            return true;
        }
        let stuck = self
            .tree
            .edit(culprit, |node| std::mem::replace(&mut node.stuck, true));
        if stuck == Some(false) && self.vary(culprit) {
            self.tree.edit(culprit, |node| node.stuck = false);
            return true;
        }
        self.escape(culprit, limit)
    }

    fn spent(&self) -> bool {
        self.passes >= self.until.min(MAX_PASSES) || self.tree.spent()
    }

    /// Takes from the complaint what it says about names.
    fn learn(&mut self, culprit: Id, refusal: &Refusal) -> bool {
        let learned = self.tree.edit(culprit, |node| match *refusal {
            Refusal::Names => true,
            Refusal::Missing(name) if named(node.ask) => node.fields.is_missing(name),
            Refusal::Duplicate(name) => node.fields.came_twice(name),
            Refusal::Variant { known, .. } if node.texts.is_empty() => {
                node.texts = known;
                node.choice = 0;
                !known.is_empty()
            }
            _ => false,
        });
        learned == Some(true)
    }

    /// Tries other candidates within the culprit, the last one that was handed out first; then in pairs.
    fn vary(&mut self, culprit: Id) -> bool {
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
        self.tree.node(id).map_or(0, super::tree::Node::options)
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

    fn try_others(&mut self, suspect: Id, goal: Id) -> bool {
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
    fn reaches(&mut self, goal: Id) -> bool {
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

    /// Has the values around the culprit do without it.
    fn escape(&mut self, culprit: Id, limit: Option<Id>) -> bool {
        let mut inner = culprit;
        while let Some(outer) = self
            .tree
            .parent(inner)
            .filter(|outer| Some(*outer) != limit)
        {
            if self.do_without(outer, inner) {
                return true;
            }
            inner = outer;
        }
        false
    }

    fn do_without(&mut self, outer: Id, inner: Id) -> bool {
        let edge = self.tree.node(inner).map(|node| node.place.edge);
        match edge {
            Some(Edge::Field { name, .. }) => self.leave_out(outer, name),
            Some(Edge::Some | Edge::Element(_) | Edge::Key(_) | Edge::Value(_)) => {
                self.try_others(outer, outer)
            }
            Some(Edge::Variant(_)) => self.try_others(outer, outer),
            _ => false,
        }
    }

    /// Leaves a field out if the struct takes that; otherwise hands it out last, to see the other ones.
    fn leave_out(&mut self, outer: Id, name: &'static str) -> bool {
        self.tree
            .edit(outer, |node| node.fields.left_out.push(name));
        if self.reaches(outer) {
            return true;
        }
        let put_last = self.tree.edit(outer, |node| {
            node.fields.left_out.retain(|each| *each != name);
            node.fields.put_last(name)
        });
        put_last == Some(true)
    }
}

/// Whether it may have fields with names.
fn named(ask: Ask) -> bool {
    matches!(ask, Ask::Struct(_) | Ask::Map | Ask::Any)
}

/// Has `T` be read as often as it takes.
pub(super) fn search<T: DeserializeOwned>() -> Search<T> {
    let mut search = Search::new();
    search.settle();
    search.explore();
    search
}
