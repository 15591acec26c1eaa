//! Values by which documents are found, as bytes that are in the same order.

use std::marker::PhantomData;

use uuid::Uuid;

use crate::time::Timestamp;

/// How long a value in an index may be.
pub(crate) const MAX_VALUE_BYTES: usize = 512;

/// One of the indexes of a projection, over values of the type `T`.
///
/// `#[projection]` makes one for each `#[index]` field: `Statement::OWNER` for `owner`.
#[derive(Debug)]
pub struct Index<P, T> {
    pub(crate) number: u32,
    of: PhantomData<fn(P) -> T>,
}

impl<P, T> Clone for Index<P, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P, T> Copy for Index<P, T> {}

impl<P, T> Index<P, T> {
    /// The index whose name has this place in [`Document::INDEXES`](super::Document::INDEXES).
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self {
            number,
            of: PhantomData,
        }
    }
}

/// What a document is found by: a number for the index, and the bytes of the value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexEntries(pub(crate) Vec<(u32, Vec<u8>)>);

impl IndexEntries {
    /// Adds the value that the document has in an index.
    pub fn add<T: IndexValue + ?Sized>(&mut self, index: u32, value: &T) {
        let mut bytes = Vec::new();
        value.write(&mut bytes);
        self.0.push((index, bytes));
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        let longest = self.0.iter().map(|(_, value)| value.len()).max();
        match longest {
            Some(bytes) if bytes > MAX_VALUE_BYTES => Err(format!(
                "a value in an index has {bytes} bytes, at most {MAX_VALUE_BYTES} are taken"
            )),
            _ => Ok(()),
        }
    }
}

/// A value that documents are found by and ordered by.
#[diagnostic::on_unimplemented(
    message = "documents cannot be found by a `{Self}`",
    label = "no order that a store keeps",
    note = "an `#[index]` field is an integer, a `bool`, a `String`, a `Uuid`, a `Timestamp`, or an `Option` of one; for another type implement `IndexValue`"
)]
pub trait IndexValue {
    /// Writes bytes whose order is that of the values, at most 512 of them.
    fn write(&self, to: &mut Vec<u8>);
}

macro_rules! unsigned {
    ($($int:ty),*) => { $(impl IndexValue for $int {
        fn write(&self, to: &mut Vec<u8>) {
            to.extend(self.to_be_bytes());
        }
    })* };
}

macro_rules! signed {
    ($($int:ty),*) => { $(impl IndexValue for $int {
        fn write(&self, to: &mut Vec<u8>) {
            // Negative numbers come first, so the sign counts the other way round.
            to.extend((self ^ <$int>::MIN).to_be_bytes());
        }
    })* };
}

unsigned!(u8, u16, u32, u64, u128);
signed!(i8, i16, i32, i64, i128);

impl IndexValue for bool {
    fn write(&self, to: &mut Vec<u8>) {
        to.push(u8::from(*self));
    }
}

impl IndexValue for str {
    fn write(&self, to: &mut Vec<u8>) {
        to.extend(self.as_bytes());
    }
}

impl IndexValue for String {
    fn write(&self, to: &mut Vec<u8>) {
        self.as_str().write(to);
    }
}

impl IndexValue for Uuid {
    fn write(&self, to: &mut Vec<u8>) {
        to.extend(self.as_bytes());
    }
}

impl IndexValue for Timestamp {
    fn write(&self, to: &mut Vec<u8>) {
        self.as_micros().write(to);
    }
}

impl<T: IndexValue> IndexValue for Option<T> {
    fn write(&self, to: &mut Vec<u8>) {
        to.push(u8::from(self.is_some()));
        if let Some(value) = self {
            value.write(to);
        }
    }
}

impl<T: IndexValue + ?Sized> IndexValue for &T {
    fn write(&self, to: &mut Vec<u8>) {
        (**self).write(to);
    }
}

/// What may stand for a value of an index: the value, a reference to it, and `&str` for a `String`.
pub trait AsIndexed<T> {}

impl<T> AsIndexed<T> for T {}
impl<T> AsIndexed<T> for &T {}
impl AsIndexed<String> for &str {}
