//! From typed events to stored text and back.

use std::any::TypeId;
use std::fmt::Debug;

use thiserror::Error;

use super::{Event, EventOf};

/// The events of one aggregate as an enum, one variant per event.
///
/// `#[aggregate]` writes the enum and this implementation, from the `#[apply]` methods.
pub trait Events: Debug + Clone + Send + Sync + Sized + 'static {
    /// The type of each event of the enum.
    const TYPES: &'static [EventType<Self>];

    /// The event that this variant holds.
    fn event(&self) -> &dyn EventObject;

    /// Reads a stored event back.
    ///
    /// # Errors
    /// [`DecodeError::Unknown`] if no variant has this name, and what [`Encoded::decode`] says of its payload.
    fn decode(stored: Encoded<'_>) -> Result<Self, DecodeError> {
        let mut types = Self::TYPES.iter();
        match types.find(|each| each.key.name == stored.name) {
            Some(found) => (found.decode)(stored),
            None => Err(stored.unknown()),
        }
    }
}

/// An [`Event`] whose type is not known: its name, its version, its JSON.
///
/// Implemented for every event; there is nothing to write.
pub trait EventObject: Debug {
    /// [`Event::NAME`].
    fn name(&self) -> &'static str;
    /// [`Event::VERSION`].
    fn version(&self) -> u32;
    /// The JSON text that is stored.
    ///
    /// # Errors
    /// What the event's `Serialize` says, such as a map whose keys are no strings.
    fn to_json(&self) -> Result<String, serde_json::Error>;
}

impl<E: Event> EventObject for E {
    fn name(&self) -> &'static str {
        E::NAME
    }

    fn version(&self) -> u32 {
        E::VERSION
    }

    fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// One of the events of the enum `T`: what identifies it, and how it is read back.
#[derive(Debug, Clone, Copy)]
pub struct EventType<T> {
    pub(crate) key: EventKey,
    decode: fn(Encoded<'_>) -> Result<T, DecodeError>,
}

impl<T> EventType<T> {
    /// The type `E`.
    #[must_use]
    pub const fn of<E: EventOf<T>>() -> Self {
        Self {
            key: EventKey::of::<E>(),
            decode: |stored| stored.decode::<E>().map(Into::into),
        }
    }
}

/// What identifies an event type: the name and version it is stored under, and its Rust type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventKey {
    /// [`Event::NAME`].
    pub name: &'static str,
    /// [`Event::VERSION`].
    pub version: u32,
    /// The type of the event, to tell two that claim one name.
    pub type_id: TypeId,
}

impl EventKey {
    /// The key of an event type.
    #[must_use]
    pub const fn of<E: Event>() -> Self {
        Self {
            name: E::NAME,
            version: E::VERSION,
            type_id: TypeId::of::<E>(),
        }
    }
}

/// An event as it is stored: a name, a version, a JSON text.
#[derive(Debug, Clone, Copy)]
pub struct Encoded<'a> {
    /// The stored name.
    pub name: &'a str,
    /// The stored version of the event's shape.
    pub version: u32,
    /// The stored JSON.
    pub json: &'a str,
}

impl Encoded<'_> {
    /// Reads the payload as an `E`.
    ///
    /// # Errors
    /// [`DecodeError::Version`] if it was stored in another version than `E` has,
    /// [`DecodeError::Payload`] if the JSON is not an `E`.
    pub fn decode<E: Event>(self) -> Result<E, DecodeError> {
        if self.version != E::VERSION {
            return Err(DecodeError::Version {
                name: self.name.to_owned(),
                stored: self.version,
                known: E::VERSION,
            });
        }
        serde_json::from_str(self.json).map_err(|source| DecodeError::Payload {
            name: self.name.to_owned(),
            version: self.version,
            source,
        })
    }

    /// The error for a name that no event of the aggregate has.
    #[must_use]
    pub fn unknown(self) -> DecodeError {
        DecodeError::Unknown {
            name: self.name.to_owned(),
            version: self.version,
        }
    }
}

/// A stored event that today's code cannot read. It stops whoever reads it; it is never skipped.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The aggregate has no event of this name. Bring back the struct and its `#[apply]`, or deploy the version of
    /// the program that has it.
    #[error("no event is named `{name}` (version {version})")]
    Unknown {
        /// The stored name.
        name: String,
        /// The stored version.
        version: u32,
    },
    /// The event was stored in a version that today's struct does not have. Deploy the version of the program that
    /// wrote it.
    #[error("event `{name}` is stored in version {stored}, the program knows version {known}")]
    Version {
        /// The stored name.
        name: String,
        /// The stored version.
        stored: u32,
        /// The version of today's struct.
        known: u32,
    },
    /// The payload is not of the event's shape: the struct changed, or the row is damaged. Compare the struct with
    /// the stored JSON.
    #[error("the payload of event `{name}` (version {version}) does not decode")]
    Payload {
        /// The stored name.
        name: String,
        /// The stored version.
        version: u32,
        /// What serde_json found.
        source: serde_json::Error,
    },
}
