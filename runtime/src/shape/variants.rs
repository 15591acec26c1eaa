//! The variants of an enum, and what stands in them.

use std::any::type_name;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem::discriminant;

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, EnumAccess, VariantAccess, Visitor};

use super::compound::{Elements, Named, below};
use super::giver::give;
use super::node::{Ask, Edge, Id, Place};
use super::refusal::Refusal;
use super::tree::Tree;

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
        self.tree.edit(self.id, |node| {
            if !node.done.contains(&self.choice) {
                node.done.push(self.choice);
            }
        });
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
