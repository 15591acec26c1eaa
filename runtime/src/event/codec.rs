//! From typed events to stored text and back.

use std::any::{Any, TypeId};
use std::error::Error;
use std::fmt::Debug;

use serde::de::DeserializeOwned;

use super::{Event, EventOf, Lifted, SplitInto};

/// The events of one aggregate as an enum, one variant per event.
///
/// `#[aggregate]` writes the enum and this implementation, from the `#[apply]` and `#[upcast]` methods.
pub trait Events: Debug + Clone + Send + Sync + Sized + 'static {
    /// Each event that is stored in the aggregate's streams: those of the enum, and those that become some of these.
    const TYPES: &'static [EventType<Self>];

    /// The event that this variant holds.
    fn event(&self) -> &dyn EventObject;

    /// Reads what is stored as the events that it is today: one, or none, or several.
    ///
    /// # Errors
    /// [`DecodeError::Unknown`] if no event has this name; whoever reads a stream takes it for none if it is one of
    /// [`AggregateRoot::RETIRED`](crate::AggregateRoot::RETIRED). And what [`Encoded::decode`] says of its payload.
    fn decode(stored: Encoded<'_>) -> Result<Lifted<Self>, DecodeError> {
        let mut types = Self::TYPES.iter();
        match types.find(|each| is_same(each.key.name, stored.name)) {
            Some(found) => (found.decode)(stored),
            None => decode_renamed(stored),
        }
    }
}

/// Whether two names are equal. Most of an aggregate's begin alike, and some are of one length: the ends tell them apart
/// without a call.
#[inline]
fn is_same(a: &str, b: &str) -> bool {
    let end = |name: &str| name.as_bytes().last_chunk::<8>().copied();
    a.len() == b.len() && end(a) == end(b) && a == b
}

/// For a name of none of them: it may have been one's before.
#[cold]
fn decode_renamed<T: Events>(stored: Encoded<'_>) -> Result<Lifted<T>, DecodeError> {
    let mut types = T::TYPES.iter();
    match types.find(|each| each.key.was.contains(&stored.name)) {
        Some(found) => (found.decode)(stored),
        None => Err(stored.unknown()),
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
    /// The event, to be asked for its type.
    fn as_any(&self) -> &dyn Any;
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

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A type of event that the streams of an aggregate hold, and how it is read as events of the enum `T`.
#[derive(Debug, Clone, Copy)]
pub struct EventType<T> {
    pub(crate) key: EventKey,
    decode: fn(Encoded<'_>) -> Result<Lifted<T>, DecodeError>,
}

impl<T> EventType<T> {
    /// The event `E`, which the enum has a variant for.
    #[must_use]
    pub const fn of<E: EventOf<T>>() -> Self {
        Self {
            key: EventKey::of::<E>(),
            decode: |stored| match stored.decode::<E>() {
                Ok(event) => Ok(Lifted::one(event.into())),
                Err(error) => Err(error),
            },
        }
    }

    /// The event `E`, which is no longer applied: others stand for it.
    #[must_use]
    pub const fn split<E: SplitInto<T>>() -> Self {
        Self {
            key: EventKey::of::<E>(),
            decode: |stored| {
                let event = stored.decode::<E>()?;
                let events = event.split().map_err(|source| stored.unsplit(source))?;
                Ok(Lifted::several(events))
            },
        }
    }
}

/// What identifies an event type: the name and version it is stored under, and its Rust type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventKey {
    /// [`Event::NAME`].
    pub name: &'static str,
    /// [`Event::WAS`].
    pub was: &'static [&'static str],
    /// [`Event::VERSION`].
    pub version: u32,
    /// [`Event::HISTORY_FINGERPRINT`].
    pub history: u64,
    /// The type of the event, to tell two that claim one name.
    pub type_id: TypeId,
}

impl EventKey {
    /// The key of an event type.
    #[must_use]
    pub const fn of<E: Event>() -> Self {
        Self {
            name: E::NAME,
            was: E::WAS,
            version: E::VERSION,
            history: E::HISTORY_FINGERPRINT,
            type_id: TypeId::of::<E>(),
        }
    }

    /// Every name that it is stored under.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.was.iter().copied())
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
    /// Reads the payload as an `E`: in today's version, or in one of those before, which is lifted.
    ///
    /// # Errors
    /// [`DecodeError::Version`] if it was stored in a version that `E` does not know,
    /// [`DecodeError::Payload`] if the JSON has not the shape of its version.
    #[inline]
    pub fn decode<E: Event>(self) -> Result<E, DecodeError> {
        if self.version == E::VERSION {
            self.payload()
        } else {
            self.decode_former()
        }
    }

    fn decode_former<E: Event>(self) -> Result<E, DecodeError> {
        let mut former = E::FORMER.iter();
        match former.find(|former| former.holds(self.version)) {
            Some(former) => former.read(self),
            None => Err(DecodeError::Version {
                name: self.name.to_owned(),
                stored: self.version,
                known: E::VERSION,
            }),
        }
    }

    /// The payload, in the shape `S`.
    #[inline]
    pub(super) fn payload<S: DeserializeOwned>(self) -> Result<S, DecodeError> {
        match serde_json::from_str(self.json) {
            Ok(payload) => Ok(payload),
            Err(source) => Err(self.malformed(source)),
        }
    }

    #[cold]
    fn malformed(self, source: serde_json::Error) -> DecodeError {
        DecodeError::Payload {
            name: self.name.to_owned(),
            version: self.version,
            source,
        }
    }

    fn unsplit(self, source: Box<dyn Error + Send + Sync>) -> DecodeError {
        DecodeError::Split {
            name: self.name.to_owned(),
            version: self.version,
            source,
        }
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
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The aggregate has no event of this name. If it was renamed, write `#[event(was = [".."])]`; if it no longer
    /// matters, `#[aggregate(retired(".."))]`; if a newer program wrote it, deploy that.
    #[error("no event is named `{name}` (version {version})")]
    Unknown {
        /// The stored name.
        name: String,
        /// The stored version.
        version: u32,
    },
    /// The event was stored in a version that today's struct does not know: a newer program wrote it. Deploy that.
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
    /// An `#[upcast]` method did not say what the event is today. Mend the method.
    #[error("the `#[upcast]` of event `{name}` (version {version}) gives no events for it")]
    Split {
        /// The stored name.
        name: String,
        /// The stored version.
        version: u32,
        /// What it gave.
        source: Box<dyn Error + Send + Sync>,
    },
}
