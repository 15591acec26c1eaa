//! What stands in sequences, maps and structs.

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

use super::giver::give;
use super::node::{Ask, Edge, Id, Node, Place};
use super::refusal::Refusal;
use super::tree::Tree;

pub(super) fn below(id: Id, edge: Edge) -> Place {
    let parent = Some(id);
    Place { parent, edge }
}

/// The elements of a sequence or a tuple.
pub(super) struct Elements<'t> {
    tree: &'t mut Tree,
    id: Id,
    next: usize,
    length: usize,
}

impl<'t> Elements<'t> {
    pub(super) fn new(tree: &'t mut Tree, id: Id, length: usize) -> Self {
        Self {
            tree,
            id,
            next: 0,
            length,
        }
    }
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Refusal;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Refusal> {
        if self.next == self.length {
            return Ok(None);
        }
        let place = below(self.id, Edge::Element(self.next));
        self.next += 1;
        give(self.tree, place, seed).map(Some)
    }
}

/// The entries of a map.
pub(super) struct Entries<'t>(Elements<'t>);

impl<'t> Entries<'t> {
    pub(super) fn new(tree: &'t mut Tree, id: Id, length: usize) -> Self {
        Self(Elements::new(tree, id, length))
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Refusal;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Refusal> {
        let Elements {
            id, next, length, ..
        } = self.0;
        if next == length {
            return Ok(None);
        }
        self.0.next += 1;
        give(self.0.tree, below(id, Edge::Key(next)), seed).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Refusal> {
        let at = self.0.next.saturating_sub(1);
        give(self.0.tree, below(self.0.id, Edge::Value(at)), seed)
    }
}

/// The fields of a struct, each by its name.
pub(super) struct Named<'t> {
    tree: &'t mut Tree,
    id: Id,
    /// The names still to come, the next one last.
    names: Vec<&'static str>,
    name: &'static str,
    /// The enum that the field before named a variant of, and which variant.
    tag: Option<(Id, usize)>,
}

impl<'t> Named<'t> {
    pub(super) fn new(tree: &'t mut Tree, id: Id) -> Self {
        let order = tree.node(id).map(|node| node.fields.order());
        let mut names = order.unwrap_or_default();
        names.reverse();
        Self {
            tree,
            id,
            names,
            name: "",
            tag: None,
        }
    }

    /// The variant that tells how the next field is read. serde reads adjacently tagged enums like that: two fields, of
    /// which the first names a variant, and a seed that knows it. A seed of no size knows nothing.
    fn tag_for<S>(&mut self) -> Option<usize> {
        let (tag, choice) = self.tag.filter(|_| size_of::<S>() > 0)?;
        self.tree.edit(self.id, |node| node.tag = Some(tag));
        Some(choice)
    }

    fn note_tag(&mut self, place: Place) {
        let pair = |node: &Node| matches!(node.ask, Ask::Struct([_, _]));
        if self.tree.node(self.id).is_some_and(pair) {
            let named = |(id, node): &(Id, &Node)| names_a_variant(self.tree, *id, node);
            let tag = self.tree.at(place).find(named);
            self.tag = tag.map(|(id, node)| (id, node.choice));
        }
    }
}

fn names_a_variant(tree: &Tree, id: Id, node: &Node) -> bool {
    let mut content = tree.at(below(id, Edge::Variant(node.choice)));
    matches!(node.ask, Ask::Enum(_)) && content.any(|(_, node)| node.ask == Ask::Nothing)
}

impl<'de> MapAccess<'de> for Named<'_> {
    type Error = Refusal;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Refusal> {
        let Some(name) = self.names.pop() else {
            return Ok(None);
        };
        self.name = name;
        self.tree
            .edit(self.id, |node| node.fields.given = Some(name));
        seed.deserialize(StrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Refusal> {
        let (name, tag) = (self.name, self.tag_for::<S>());
        let place = below(self.id, Edge::Field { name, tag });
        let read = give(self.tree, place, seed)?;
        self.note_tag(place);
        Ok(read)
    }
}
