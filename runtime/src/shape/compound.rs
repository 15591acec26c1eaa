//! What stands in sequences, maps, structs and enums.

use std::any::type_name;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem::discriminant;

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::giver::give;
use super::refusal::Refusal;
use super::tree::{Ask, Edge, Id, Node, Place, Tree};

fn below(id: Id, edge: Edge) -> Place {
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
        let Elements { id, next, .. } = self.0;
        if next == self.0.length {
            return Ok(None);
        }
        give(self.0.tree, below(id, Edge::Key(next)), seed).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Refusal> {
        let Elements { id, next, .. } = self.0;
        self.0.next += 1;
        give(self.0.tree, below(id, Edge::Value(next)), seed)
    }
}

/// The fields of a struct, each by its name.
pub(super) struct Named<'t> {
    tree: &'t mut Tree,
    id: Id,
    /// The names still to come, the next one last.
    names: Vec<&'static str>,
    name: &'static str,
    tag: Option<usize>,
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

    /// Notes the variant that the first of two fields names: serde reads adjacently tagged enums like that, and what
    /// the second field holds depends on it. A struct of two fields, the first of them an enum, looks the same.
    fn note_tag(&mut self, place: Place) {
        let pair = |node: &Node| matches!(node.ask, Ask::Struct([_, _]));
        if self.names.len() != 1 || !self.tree.node(self.id).is_some_and(pair) {
            return;
        }
        let named = |(id, node): &(Id, &Node)| names_a_variant(self.tree, *id, node);
        let tag = self.tree.at(place).find(named);
        if let Some((id, choice)) = tag.map(|(id, node)| (id, node.choice)) {
            self.tag = Some(choice);
            self.tree.edit(self.id, |node| node.tag = Some(id));
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
        let (name, tag) = (self.name, self.tag);
        let place = below(self.id, Edge::Field { name, tag });
        let read = give(self.tree, place, seed)?;
        self.note_tag(place);
        Ok(read)
    }
}

/// The variant of an enum, and its content.
pub(super) struct Variants<'t> {
    pub(super) tree: &'t mut Tree,
    pub(super) id: Id,
    pub(super) choice: usize,
    pub(super) name: &'static str,
}

impl Variants<'_> {
    fn place(&self) -> Place {
        below(self.id, Edge::Variant(self.choice))
    }

    fn done(self) {
        self.tree.edit(self.id, |node| node.done.push(self.choice));
    }

    /// Enters the content, reads it, and blames it if that fails.
    fn content<V, T>(
        self,
        ask: Ask,
        read: impl FnOnce(&mut Tree, Id) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let before = self.tree.log.len();
        let place = self.place();
        let entered = self.tree.enter(place, ask, type_name::<V>());
        let result = entered.and_then(|id| read(self.tree, id));
        match &result {
            Ok(_) => self.done(),
            Err(_) => self.tree.blame(before, place.parent),
        }
        result
    }
}

/// What tells a variant from others, by the value that its name was read into. Two names of one variant give the same.
fn identity<T>(read: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    discriminant(read).hash(&mut hasher);
    hasher.finish()
}

impl<'de> EnumAccess<'de> for Variants<'_> {
    type Error = Refusal;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Refusal> {
        let read = seed.deserialize(StrDeserializer::<Refusal>::new(self.name))?;
        let this = (self.choice, identity(&read));
        self.tree.edit(self.id, |node| {
            if !node.variants.contains(&this) {
                node.variants.push(this);
            }
            node.only_variant = size_of::<S::Value>() == 0;
        });
        Ok((read, self))
    }
}

impl<'de> VariantAccess<'de> for Variants<'_> {
    type Error = Refusal;

    fn unit_variant(self) -> Result<(), Refusal> {
        self.content::<(), ()>(Ask::Nothing, |_, _| Ok(()))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Refusal> {
        let read = give(self.tree, self.place(), seed)?;
        self.done();
        Ok(read)
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.content::<V, _>(Ask::Tuple(length), |tree, id| {
            visitor.visit_seq(Elements::new(tree, id, length))
        })
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.content::<V, _>(Ask::Struct(fields), |tree, id| {
            visitor.visit_map(Named::new(tree, id))
        })
    }
}
