//! Events: facts that happened, as typed structs, and as the rows they are stored in.

mod codec;
mod former;
mod lifted;
mod recorded;
mod stream;

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use codec::{DecodeError, Encoded, EventKey, EventObject, EventType, Events};
pub use former::{Former, Upcast};
pub use lifted::{Lifted, SplitInto};
pub use recorded::{Meta, Recorded};
pub(crate) use stream::check_text;
pub use stream::{InvalidId, MAX_TEXT_BYTES, StreamName};

/// Something that happened, as a struct of its own.
///
/// `#[event]` implements it. By hand:
///
/// ```
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Clone, Serialize, Deserialize)]
/// struct Deposited { cents: u64 }
///
/// impl gesta::Event for Deposited {
///     const NAME: &'static str = "Deposited";
///     const VERSION: u32 = 1;
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not an event",
    note = "write `#[event]` above `struct {Self}`"
)]
pub trait Event: Debug + Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name the event is stored under. It never changes, whatever becomes of the struct's name.
    const NAME: &'static str;
    /// Which shape of the event this struct is, counted from 1.
    const VERSION: u32;
    /// Names that it was stored under before.
    const WAS: &'static [&'static str] = &[];
    /// How each version before [`VERSION`](Self::VERSION) is read.
    const FORMER: &'static [Former<Self>] = &[];
    /// A number that changes when that does: a snapshot of a state that was folded otherwise is left aside.
    const HISTORY_FINGERPRINT: u64 = 0;
}

/// An event that the enum `T` has a variant for.
///
/// `#[aggregate]` implements it for each event that the aggregate applies. The compiler says at that place, and at no
/// other, that a struct is no event.
#[diagnostic::on_unimplemented(
    message = "`{T}` has no variant for `{Self}`",
    label = "not one of the events of `{T}`",
    note = "write `impl EventOf<{T}> for {Self} {{}}`, and `impl From<{Self}> for {T}`"
)]
pub trait EventOf<T>: Event + Into<T> {}
