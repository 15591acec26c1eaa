//! What was asked for, at which place, and what is handed out there.

use std::collections::HashMap;

use super::node::{Ask, Id, Node, Place};
use super::refusal::Refusal;

/// How many values a trace asks for, over all its passes.
const MAX_STEPS: usize = 1_000_000;
/// How many different ones. It bounds the memory, and the text.
const MAX_NODES: usize = 50_000;

/// Everything that was asked, and what to hand out in the next pass.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    places: HashMap<Place, Vec<Id>>,
    /// The nodes that this pass came to.
    pub(super) log: Vec<Id>,
    /// The innermost value of this pass that was refused.
    pub(super) culprit: Option<Id>,
    steps: usize,
}

impl Tree {
    pub(super) fn begin(&mut self) {
        self.log.clear();
        self.culprit = None;
    }

    pub(super) fn spent(&self) -> bool {
        self.steps >= MAX_STEPS || self.nodes.len() >= MAX_NODES
    }

    pub(super) fn node(&self, id: Id) -> Option<&Node> {
        self.nodes.get(id)
    }

    /// Changes a node, if there is one.
    pub(super) fn edit<R>(&mut self, id: Id, change: impl FnOnce(&mut Node) -> R) -> Option<R> {
        self.nodes.get_mut(id).map(change)
    }

    pub(super) fn parent(&self, id: Id) -> Option<Id> {
        self.node(id)?.place.parent
    }

    /// The node and those around it, from the inside out.
    pub(super) fn upwards(&self, id: Id) -> impl Iterator<Item = (Id, &Node)> {
        let ids = std::iter::successors(Some(id), |id| self.parent(*id));
        ids.filter_map(|id| Some((id, self.node(id)?)))
    }

    pub(super) fn is_inside(&self, id: Id, outer: Id) -> bool {
        self.upwards(id).any(|(each, _)| each == outer)
    }

    /// What was asked at a place; more than one node if a type does not always ask for the same.
    pub(super) fn at(&self, place: Place) -> impl Iterator<Item = (Id, &Node)> {
        let ids = self.places.get(&place).into_iter().flatten();
        ids.filter_map(|id| Some((*id, self.node(*id)?)))
    }

    /// Notes that a type asks for something.
    pub(super) fn enter(
        &mut self,
        place: Place,
        ask: Ask,
        visitor: &'static str,
    ) -> Result<Id, Refusal> {
        self.steps += 1;
        if self.spent() {
            return Err(Refusal::Spent);
        }
        let found = self.at(place).find(|(_, node)| node.is(ask, visitor));
        let id = match found.map(|(id, _)| id) {
            Some(id) => id,
            None => self.add(place, ask, visitor),
        };
        self.log.push(id);
        match self.node(id) {
            Some(node) if node.refused => Err(Refusal::Deep),
            _ => Ok(id),
        }
    }

    fn add(&mut self, place: Place, ask: Ask, visitor: &'static str) -> Id {
        let id = self.nodes.len();
        let around = place.parent.into_iter().flat_map(|id| self.upwards(id));
        let around: Vec<_> = around.map(|(_, node)| node).collect();
        let node = Node::new(place, ask, visitor, &around);
        self.nodes.push(node);
        self.places.entry(place).or_default().push(id);
        if let Some(parent) = place.parent {
            self.edit(parent, |node| node.children.push(id));
        }
        id
    }

    /// Blames the value at whose place the log was this long, if nothing within it is to blame.
    pub(super) fn blame(&mut self, before: usize, around: Option<Id>) {
        let asked = self.log.get(before).copied();
        self.culprit = self.culprit.or(asked).or(around);
    }
}
