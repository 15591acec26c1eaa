//! What tells one instance of an aggregate from another.

use std::fmt::Display;
use std::str::FromStr;

/// The id of an aggregate: any type that is written as text and read back from it.
///
/// `String` is the default. A newtype becomes one with `#[derive(AggregateId)]`:
///
/// ```
/// # use gesta::prelude::*;
/// #[derive(Debug, Clone, PartialEq, AggregateId)]
/// pub struct AccountNumber(u32);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the id of an aggregate",
    label = "not an id",
    note = "an id is `String`, an integer, a `Uuid`, or a newtype of one with `#[derive(AggregateId)]`"
)]
pub trait AggregateId: Display + FromStr + Clone + Send + Sync + 'static {
    /// The id as text; override it only where the text is at hand already.
    fn into_text(self) -> String {
        self.to_string()
    }
}

impl AggregateId for String {
    fn into_text(self) -> String {
        self
    }
}

/// What may stand for an id in a call: the id, a reference to it, and `&str` for a `String`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name an aggregate whose id is a `{Id}`",
    label = "expected a `{Id}`"
)]
pub trait IntoId<Id> {
    /// The id.
    fn into_id(self) -> Id;
}

impl<Id: AggregateId> IntoId<Id> for Id {
    fn into_id(self) -> Id {
        self
    }
}

impl<Id: AggregateId> IntoId<Id> for &Id {
    fn into_id(self) -> Id {
        self.clone()
    }
}

impl IntoId<String> for &str {
    fn into_id(self) -> String {
        self.to_owned()
    }
}

macro_rules! ids {
    ($($id:ty),*) => { $(impl AggregateId for $id {})* };
}

ids!(u8, u16, u32, u64, u128, i8, i16, i32, i64, i128, uuid::Uuid);
