//! Finding a value that the type takes, and seeing all of what it reads.
//!
//! A pass has the type read what the tree says. When it refuses, the innermost value that failed is the culprit, and its
//! candidates are tried until it passes; the places before it keep theirs. So types that check what they read cost a few
//! passes for each of them, and not for each combination.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use super::fields::Fields;
use super::giver::give;
use super::node::{Ask, Edge, Id, Place};
use super::refusal::Refusal;
use super::tree::Tree;

/// How many passes a trace takes at most.
pub(super) const MAX_PASSES: usize = 4_000;

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
    pub(super) until: usize,
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
        let stuck = self.tree.node(culprit).is_some_and(|node| node.stuck);
        if !stuck && self.vary(culprit) {
            return true;
        }
        self.tree.edit(culprit, |node| node.stuck = true);
        self.escape(culprit, limit)
    }

    pub(super) fn spent(&self) -> bool {
        self.passes >= self.until.min(MAX_PASSES) || self.tree.spent()
    }

    /// Takes from the complaint what it says about names.
    pub(super) fn learn(&mut self, culprit: Id, refusal: &Refusal) -> bool {
        if let Refusal::Variant { variant, known } = refusal {
            return self.learn_texts(culprit, variant, known);
        }
        let learned = self.tree.edit(culprit, |node| match refusal {
            Refusal::Names => true,
            Refusal::Unknown(name) => node.fields.is_unknown(name),
            Refusal::Missing(name) if named(node.ask) => node.fields.is_missing(name),
            Refusal::Duplicate(name) => node.fields.came_twice(name),
            _ => false,
        });
        learned == Some(true)
    }

    /// Learns which texts may stand where `refused` stood: at the culprit, or in the field of it that came last, if the
    /// culprit read its fields before it looked at them.
    fn learn_texts(&mut self, culprit: Id, refused: &str, known: &'static [&'static str]) -> bool {
        let unknown = |id: &Id| {
            let node = self.tree.node(*id);
            node.is_some_and(|node| node.texts.is_empty() && node.text() == Some(refused))
        };
        let log = self.tree.log.iter().copied().rev();
        let mut inside = log.filter(|id| self.tree.is_inside(*id, culprit));
        let Some(id) = inside.find(unknown).filter(|_| !known.is_empty()) else {
            return false;
        };
        self.tree.edit(id, |node| {
            node.texts = known;
            node.choice = 0;
        });
        true
    }

    /// Has the values around the culprit do without it.
    fn escape(&mut self, culprit: Id, limit: Option<Id>) -> bool {
        let around: Vec<_> = self.tree.upwards(culprit).map(|(id, _)| id).collect();
        let pairs = around.iter().zip(around.iter().skip(1));
        pairs
            .take_while(|(_, outer)| Some(**outer) != limit)
            .any(|(inner, outer)| self.do_without(*outer, *inner))
    }

    fn do_without(&mut self, outer: Id, inner: Id) -> bool {
        let edge = self.tree.node(inner).map(|node| node.place.edge);
        let tag = self.tree.node(outer).and_then(|node| node.tag);
        match edge {
            Some(Edge::Field { name, .. }) => {
                let tag = tag.filter(|tag| *tag != inner);
                tag.is_some_and(|tag| self.try_others(tag, outer)) || self.leave_out(outer, name)
            }
            Some(Edge::Root | Edge::Inner) | None => false,
            Some(_) => self.try_others(outer, outer),
        }
    }

    /// Leaves a field out if the struct takes that; otherwise hands it out last, to see the other ones.
    fn leave_out(&mut self, outer: Id, name: &'static str) -> bool {
        let leave_out = |fields: &mut Fields| fields.left_out.push(name);
        self.tree.edit(outer, |node| leave_out(&mut node.fields));
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
