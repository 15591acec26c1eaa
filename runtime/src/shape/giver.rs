//! The deserializer: notes what it is asked for, and hands out what the tree says.

use std::any::type_name;
use std::iter;

use serde::de::value::MapDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, Visitor};

use super::candidates::{
    ANY, Any, BOOLS, BYTE, BYTES, CHARS, FLOATS, LENGTHS, SHORT, TEXTS, WHOLE, pick,
};
use super::compound::{Elements, Entries, Named};
use super::node::{Ask, Edge, Id, Place};
use super::refusal::Refusal;
use super::tree::Tree;
use super::variants::Variants;

/// The name by which serde_json asks for JSON that it does not look into.
const RAW_JSON: &str = "$serde_json::private::RawValue";

/// The value at one place.
pub(super) struct Giver<'t> {
    pub(super) tree: &'t mut Tree,
    pub(super) place: Place,
}

/// Has a seed read the value at a place, and sees who is to blame if it does not.
pub(super) fn give<'de, S: DeserializeSeed<'de>>(
    tree: &mut Tree,
    place: Place,
    seed: S,
) -> Result<S::Value, Refusal> {
    let before = tree.log.len();
    let giver = Giver {
        tree: &mut *tree,
        place,
    };
    let read = seed.deserialize(giver);
    if read.is_err() {
        tree.blame(before, place.parent);
    }
    read
}

impl<'t> Giver<'t> {
    fn enter<V>(&mut self, ask: Ask) -> Result<Id, Refusal> {
        self.tree.enter(self.place, ask, type_name::<V>())
    }

    /// The candidate to hand out. Later elements and keys start further down the list, so that they differ.
    fn choose<V>(&mut self, ask: Ask) -> Result<(Id, usize), Refusal> {
        let id = self.enter::<V>(ask)?;
        let around = self.place.parent.and_then(|parent| self.tree.node(parent));
        let first = match (around.map(|node| node.ask), self.place.edge) {
            (Some(Ask::Seq), Edge::Element(at)) | (_, Edge::Key(at)) => at,
            _ => 0,
        };
        let choice = self.tree.node(id).map_or(0, |node| node.choice);
        Ok((id, choice + first))
    }

    fn leaf<V, T: Copy>(&mut self, name: &'static str, candidates: &[T]) -> Result<T, Refusal> {
        let options = candidates.len();
        let (_, choice) = self.choose::<V>(Ask::Leaf { name, options })?;
        pick(candidates, choice).ok_or(Refusal::Spent)
    }

    fn text<V>(&mut self, ask: Ask) -> Result<&'static str, Refusal> {
        let (id, choice) = self.choose::<V>(ask)?;
        let known = self.tree.node(id).map_or(&[][..], |node| node.texts);
        let candidates = if known.is_empty() { TEXTS } else { known };
        pick(candidates, choice).ok_or(Refusal::Spent)
    }

    fn below(self, parent: Id, edge: Edge) -> Self {
        let parent = Some(parent);
        let place = Place { parent, edge };
        Self { place, ..self }
    }

    fn length<V>(&mut self, ask: Ask) -> Result<(Id, usize), Refusal> {
        let id = self.enter::<V>(ask)?;
        let choice = self.tree.node(id).map_or(0, |node| node.choice);
        Ok((id, pick(LENGTHS, choice).unwrap_or(0)))
    }

    fn seq<'de, V: Visitor<'de>>(
        self,
        visitor: V,
        id: Id,
        length: usize,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_seq(Elements::new(self.tree, id, length))
    }
}

/// Methods that hand out one of a list of values.
macro_rules! leaves {
    ($($method:ident($name:literal: $type:ty) = $candidates:expr => $visit:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
            let value = self.leaf::<V, _>($name, $candidates)?;
            visitor.$visit(<$type>::try_from(value).map_err(de::Error::custom)?)
        }
    )*};
}

fn up_to(count: usize) -> &'static [i64] {
    WHOLE.get(..count).unwrap_or(WHOLE)
}

impl<'de> Deserializer<'de> for Giver<'_> {
    type Error = Refusal;

    leaves! {
        deserialize_bool("bool": bool) = BOOLS => visit_bool;
        deserialize_i8("i8": i8) = up_to(BYTE) => visit_i8;
        deserialize_i16("i16": i16) = up_to(SHORT) => visit_i16;
        deserialize_i32("i32": i32) = WHOLE => visit_i32;
        deserialize_i64("i64": i64) = WHOLE => visit_i64;
        deserialize_i128("i128": i128) = WHOLE => visit_i128;
        deserialize_u8("u8": u8) = up_to(BYTE) => visit_u8;
        deserialize_u16("u16": u16) = up_to(SHORT) => visit_u16;
        deserialize_u32("u32": u32) = WHOLE => visit_u32;
        deserialize_u64("u64": u64) = WHOLE => visit_u64;
        deserialize_u128("u128": u128) = WHOLE => visit_u128;
        deserialize_f32("f32": f32) = FLOATS => visit_f32;
        deserialize_f64("f64": f64) = FLOATS => visit_f64;
        deserialize_char("char": char) = CHARS => visit_char;
        deserialize_bytes("bytes": &[u8]) = BYTES => visit_bytes;
        deserialize_byte_buf("bytes": &[u8]) = BYTES => visit_bytes;
    }

    fn deserialize_str<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_str(self.text::<V>(Ask::Text)?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        if let (Edge::Key(_), Some(map)) = (self.place.edge, self.place.parent) {
            self.tree.edit(map, |node| node.open = true);
            return Err(Refusal::Names);
        }
        self.deserialize_str(visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
        self.enter::<V>(Ask::Unit)?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
        let id = self.enter::<V>(Ask::Option)?;
        if self.tree.node(id).is_some_and(|node| node.choice > 0) {
            return visitor.visit_none();
        }
        visitor.visit_some(self.below(id, Edge::Some))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        if name == RAW_JSON {
            self.enter::<V>(Ask::Any)?;
            return visitor.visit_map(MapDeserializer::new(iter::once((name, "null"))));
        }
        let id = self.enter::<V>(Ask::Newtype)?;
        visitor.visit_newtype_struct(self.below(id, Edge::Inner))
    }

    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
        let (id, length) = self.length::<V>(Ask::Seq)?;
        self.seq(visitor, id, length)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        mut self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let id = self.enter::<V>(Ask::Tuple(length))?;
        self.seq(visitor, id, length)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
        let (id, length) = self.length::<V>(Ask::Map)?;
        if self.tree.node(id).is_some_and(|node| node.open) {
            return visitor.visit_map(Named::new(self.tree, id));
        }
        visitor.visit_map(Entries::new(self.tree, id, length))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let id = self.enter::<V>(Ask::Struct(fields))?;
        visitor.visit_map(Named::new(self.tree, id))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let id = self.enter::<V>(Ask::Enum(variants))?;
        let choice = self.tree.node(id).map_or(0, |node| node.choice);
        let name = variants.get(choice).copied();
        let name = name.ok_or_else(|| de::Error::custom("it has no variants"))?;
        visitor.visit_enum(Variants {
            tree: self.tree,
            id,
            choice,
            name,
        })
    }

    fn deserialize_any<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
        let (id, choice) = self.choose::<V>(Ask::Any)?;
        let known = self.tree.node(id).and_then(|node| pick(node.texts, choice));
        match known
            .map(Any::Text)
            .or(pick(ANY, choice))
            .unwrap_or(Any::Null)
        {
            Any::Text(text) => visitor.visit_str(text),
            Any::Whole(number) => visitor.visit_u64(number),
            Any::Float(number) => visitor.visit_f64(number),
            Any::Bool(value) => visitor.visit_bool(value),
            Any::Null => visitor.visit_unit(),
            Any::Map => visitor.visit_map(Named::new(self.tree, id)),
            Any::Seq(length) => self.seq(visitor, id, length),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
        self.enter::<V>(Ask::Any)?;
        visitor.visit_unit()
    }
}
