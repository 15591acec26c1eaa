//! The shapes that an event had before today's.

use serde::de::DeserializeOwned;

use super::{DecodeError, Encoded, Event};

/// Versions that the event `E` had before today's, and how they are read as an `E`.
///
/// `#[event]` writes them, from `#[since]`, `#[renamed]`, `#[changed]`, `#[removed]` and `from = ..`. By hand:
///
/// ```
/// use gesta::event::{Event, Former};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Clone, Serialize, Deserialize)]
/// struct Deposited { cents: u64, memo: String }
///
/// #[derive(Deserialize)]
/// struct V1 { cents: u64 }
///
/// impl From<V1> for Deposited {
///     fn from(old: V1) -> Self {
///         Self { cents: old.cents, memo: String::new() }
///     }
/// }
///
/// impl Event for Deposited {
///     const NAME: &'static str = "Deposited";
///     const VERSION: u32 = 2;
///     const FORMER: &'static [Former<Self>] = &[Former::shape::<V1>(1)];
/// }
///
/// # use gesta::event::Encoded;
/// let stored = Encoded { name: "Deposited", version: 1, json: r#"{"cents":5}"# };
/// assert_eq!(stored.decode::<Deposited>().unwrap().cents, 5);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Former<E> {
    first: u32,
    last: u32,
    read: fn(Encoded<'_>) -> Result<E, DecodeError>,
}

impl<E: Event> Former<E> {
    /// The one version that had the shape `S`.
    #[must_use]
    pub const fn shape<S: DeserializeOwned + Upcast<E>>(version: u32) -> Self {
        Self {
            first: version,
            last: version,
            read: |stored| stored.payload::<S>().map(Upcast::upcast),
        }
    }

    /// The versions that another event knows how to read: its own, and those before it.
    ///
    /// # Panics
    /// If the version of `Old` is not below that of `E`. It is called in constants, so that does not compile.
    #[must_use]
    pub const fn event<Old: Event + Upcast<E>>() -> Self {
        assert!(
            Old::VERSION < E::VERSION,
            "a former event has a lower version than the one that it becomes"
        );
        Self {
            first: 1,
            last: Old::VERSION,
            read: |stored| stored.decode::<Old>().map(Upcast::upcast),
        }
    }

    pub(super) const fn holds(&self, version: u32) -> bool {
        self.first <= version && version <= self.last
    }

    pub(super) fn read(&self, stored: Encoded<'_>) -> Result<E, DecodeError> {
        (self.read)(stored)
    }
}

/// A former shape of the event `E`: what becomes an `E` through `From`.
///
/// Implemented for all of these; there is nothing to write.
#[diagnostic::on_unimplemented(
    message = "nothing says how `{Self}` becomes `{E}`",
    label = "a former shape of `{E}`",
    note = "write `impl From<{Self}> for {E} {{ fn from(old: {Self}) -> Self {{ .. }} }}`"
)]
pub trait Upcast<E> {
    /// The event that it is today.
    fn upcast(self) -> E;
}

#[diagnostic::do_not_recommend]
impl<S: Into<E>, E> Upcast<E> for S {
    fn upcast(self) -> E {
        self.into()
    }
}
