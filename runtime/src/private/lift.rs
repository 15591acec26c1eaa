//! What the conversions of old events call.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What is read of an event that had no fields: `null` of `struct Closed;`, `{}` of `struct Closed {}`.
pub struct NoFields;

impl<'de> Deserialize<'de> for NoFields {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(from).map(|_| Self)
    }
}

impl Serialize for NoFields {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_unit()
    }
}

/// The value that a field has since it changed.
pub fn changed<Old, New>(with: fn(Old) -> New, old: Old) -> New {
    with(old)
}

/// A value for a field that older events have not.
#[must_use]
pub fn default<T: HasDefault>() -> T {
    T::default_value()
}

/// What bare `default` stands for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no default",
    label = "no default for older events",
    note = "write a value: `#[since(.., default = ..)]`"
)]
pub trait HasDefault {
    /// [`Default::default`].
    fn default_value() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> HasDefault for T {
    fn default_value() -> Self {
        Self::default()
    }
}

/// The value of `default = ".."`.
#[must_use]
pub fn from_text<T: FromText>(text: &'static str) -> T {
    T::from_text(text)
}

/// What a text in quotes can be the default of.
#[diagnostic::on_unimplemented(
    message = "a text does not become a `{Self}`",
    label = "a text, not a `{Self}`",
    note = "write a value of its type, such as `default = 0` for a number"
)]
pub trait FromText {
    /// [`Into::into`].
    fn from_text(text: &'static str) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T> FromText for T
where
    &'static str: Into<T>,
{
    fn from_text(text: &'static str) -> Self {
        text.into()
    }
}
