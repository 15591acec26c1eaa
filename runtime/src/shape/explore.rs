//! Seeing what the sample does not have: the other variants of each enum.

use serde::de::DeserializeOwned;

use super::candidates::LENGTHS;
use super::node::{Ask, Edge, Id, Node};
use super::search::Search;

/// What a node hands out, to be put back.
struct Before {
    id: Id,
    choice: usize,
    left_out: Vec<&'static str>,
}

impl<T: DeserializeOwned> Search<T> {
    /// Reads every variant of every enum once. Enums that turn up on the way are read as well.
    pub(super) fn explore(&mut self) {
        let mut id = 0;
        while let Some(node) = self.tree.node(id) {
            match node.ask {
                _ if node.seen_above || node.within.is_some() => {}
                Ask::Enum(all) => (0..all.len()).for_each(|at| self.read_variant(id, at)),
                Ask::Text | Ask::Any => {
                    (0..node.texts.len()).for_each(|at| self.read_named(id, at))
                }
                _ => {}
            }
            id += 1;
        }
    }

    /// Reads a variant whose name stands among its fields, to learn which of these it needs.
    fn read_named(&mut self, id: Id, variant: usize) {
        let Some(around) = self.tree.parent(id).filter(|_| !self.spent()) else {
            return;
        };
        let mut before = self.lead_to(id);
        let inside = (0..self.tree.nodes.len()).filter(|id| self.tree.is_inside(*id, around));
        before.extend(inside.filter_map(|id| self.before(id)));
        self.choose(id, variant);
        self.fit(around, id);
        self.put_back(before);
    }

    fn read_variant(&mut self, id: Id, variant: usize) {
        let node = self.tree.node(id);
        let done = node.is_some_and(|node| node.done.contains(&variant));
        if self.spent() || done && !self.names_content(id) {
            return;
        }
        let before = self.lead_to(id);
        self.choose(id, variant);
        self.settle_within(id);
        self.put_back(before);
    }

    fn put_back(&mut self, before: Vec<Before>) {
        for before in before.into_iter().rev() {
            self.tree.edit(before.id, |node| {
                node.choice = before.choice;
                node.fields.left_out = before.left_out;
            });
        }
    }

    /// Whether the enum tells what the field after it holds, so that its variants are no end by themselves.
    fn names_content(&self, id: Id) -> bool {
        let around = self.tree.parent(id);
        let around = around.and_then(|around| self.tree.node(around));
        around.is_some_and(|around| around.tag == Some(id))
    }

    /// Passes until the variant is read to its end, or cannot be.
    fn settle_within(&mut self, id: Id) {
        let limit = match self.names_content(id) {
            true => self.tree.parent(id),
            false => Some(id),
        };
        while let Err(failure) = self.pass() {
            let inside = |outer| {
                let culprit = failure.culprit.filter(|culprit| *culprit != outer);
                culprit.is_some_and(|culprit| self.tree.is_inside(culprit, outer))
            };
            if !limit.is_some_and(inside) || !self.mend(&failure, limit) {
                return;
            }
        }
    }

    /// Has everything around a value hand out what leads to it.
    fn lead_to(&mut self, id: Id) -> Vec<Before> {
        let path = self.tree.upwards(id);
        let path: Vec<_> = path.map(|(id, node)| (id, node.place)).collect();
        let mut before: Vec<_> = path.iter().filter_map(|(id, _)| self.before(*id)).collect();
        for (_, place) in path {
            let Some(parent) = place.parent else { break };
            if let Edge::Field { tag: Some(tag), .. } = place.edge {
                let names = self.tree.node(parent).and_then(|node| node.tag);
                before.extend(names.and_then(|names| self.before(names)));
                names.into_iter().for_each(|names| self.choose(names, tag));
            }
            self.tree.edit(parent, |node| lead_over(node, place.edge));
        }
        before
    }

    fn before(&self, id: Id) -> Option<Before> {
        let node = self.tree.node(id)?;
        Some(Before {
            id,
            choice: node.choice,
            left_out: node.fields.left_out.clone(),
        })
    }
}

/// Has a node hand out what stands at an edge.
fn lead_over(node: &mut Node, edge: Edge) {
    match edge {
        Edge::Some => node.choice = 0,
        Edge::Element(at) | Edge::Key(at) | Edge::Value(at) if node.options() == LENGTHS.len() => {
            let has = LENGTHS.get(node.choice).is_some_and(|length| *length > at);
            let long = LENGTHS.iter().position(|length| *length > at);
            node.choice = if has { node.choice } else { long.unwrap_or(0) };
        }
        Edge::Field { name, .. } => node.fields.left_out.retain(|each| *each != name),
        Edge::Variant(at) => node.choice = at,
        _ => {}
    }
}
