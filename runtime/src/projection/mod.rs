//! Read models: what is folded from the events of any number of aggregates, to be asked.

mod app;
mod documents;
mod facing;
mod fold;
mod handler;
mod index;
mod inline;
mod key;
mod lease;
mod live;
mod owner;
mod requests;
mod route;
mod runner;
mod shared;
mod shelter;
mod supervisor;
mod tables;
mod then;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use handler::DocumentHandler;
pub use index::{AsIndexed, Index, IndexEntries, IndexValue};
pub use key::Keys;
pub use tables::{TableHandler, Tables};
pub use then::{HandlerError, IntoThen, Then};

pub(crate) use app::{Projections, Refused, asked};
pub(crate) use fold::{Fold, FoldError, Folder};
pub(crate) use lease::Lease;
pub(crate) use live::{Folded, Live};
pub(crate) use shared::{Going, Registration, Shared, ended, has_ended};
pub(crate) use shelter::sheltered;

use std::any::TypeId;
use std::sync::Arc;

use crate::feed::Decoders;
use crate::source::{Subscriber, Subscriptions};
use crate::store::tables::TABLES;
use crate::store::views::Declaration;
use crate::store::views::Inline;
use inline::{InlineDocuments, InlineProjections};
use tables::TableFolder;

/// What a projection is: its name, its version, the events it takes. The struct's half of a [`Projection`].
///
/// `#[projection(of(..))]` on the struct implements it.
#[diagnostic::on_unimplemented(
    message = "the struct `{Self}` is not declared a projection",
    label = "not a projection",
    note = "write `#[projection(of(..))]` above `struct {Self}` too, not only above its `impl`"
)]
pub trait ProjectionRoot: Subscriber {
    /// The name that it is stored under: letters, digits, `_`, `-` and `.`, at most 100 of them.
    const NAME: &'static str;
    /// Which version of its code this is, counted from 1. What is folded by another version is built anew.
    const VERSION: u32 = 1;
    /// What becomes of it where an event cannot be taken.
    const ON_ERROR: OnError = OnError::Stop;
    /// A number that changes with the struct.
    const FINGERPRINT: u64 = 0;

    /// Subscribes to all that `of(..)` names.
    fn subscribe(to: &mut Subscriptions<Self>);

    /// What it is kept as: `Kind::documents()` for a [`Document`], `Kind::tables()` for [`Tables`].
    fn kind() -> Kind<Self>;
}

/// A read model that is folded from events: the impl's half, beside [`ProjectionRoot`].
///
/// `#[projection]` on the impl block implements it, and [`On`](crate::On) for each `#[on]` method.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `#[projection] impl` block",
    label = "no behaviour: not one event is handled",
    note = "write `#[projection]` above `impl {Self}`, and `#[on]` on its methods"
)]
pub trait Projection: ProjectionRoot {
    /// A number that changes with the `#[on]` methods.
    const HANDLERS_FINGERPRINT: u64 = 0;
}

/// A projection of documents: one for each key, kept as JSON.
///
/// `#[projection(of(..))]` on the struct implements it.
pub trait Document:
    Projection
    + Subscriber<Handler = DocumentHandler<Self>>
    + Default
    + Serialize
    + DeserializeOwned
    + Send
    + Sync
{
    /// When events are folded.
    const MODE: Mode = Mode::Async;
    /// The names of the `#[index]` fields.
    const INDEXES: &'static [&'static str] = &[];

    /// Says under which values the document is found.
    fn index(&self, entries: &mut IndexEntries) {
        let _ = entries;
    }
}

/// What a projection is kept as.
pub struct Kind<P: Subscriber> {
    register: fn(Arc<Subscriptions<P>>) -> Registration,
}

impl<P: Document> Kind<P> {
    /// One document for each key.
    #[must_use]
    pub fn documents() -> Self {
        Self {
            register: |subscriptions| Registration {
                type_id: TypeId::of::<P>(),
                declaration: declaration::<P>(P::INDEXES),
                mode: P::MODE,
                on_error: P::ON_ERROR,
                teardown: None,
                inline: (P::MODE == Mode::Inline)
                    .then(|| Arc::new(InlineDocuments(Arc::clone(&subscriptions))) as _),
                folder: Box::new(move || Box::new(Folder::new(Arc::clone(&subscriptions)))),
            },
        }
    }
}

impl<P: Tables + Subscriber<Handler = TableHandler>> Kind<P> {
    /// Tables of the user's own.
    #[must_use]
    pub fn tables() -> Self {
        Self {
            register: |subscriptions| Registration {
                type_id: TypeId::of::<P>(),
                declaration: declaration::<P>(&[TABLES]),
                mode: Mode::Async,
                on_error: P::ON_ERROR,
                teardown: Some(tables::teardown::<P>),
                inline: None,
                folder: Box::new(move || Box::new(TableFolder::new(Arc::clone(&subscriptions)))),
            },
        }
    }
}

/// What the app keeps of a projection; how its events are read is added to what is known.
pub(crate) fn register<P: Projection>(decoders: &mut Decoders) -> Registration {
    let mut subscriptions = Subscriptions::<P>::default();
    P::subscribe(&mut subscriptions);
    decoders.add(&subscriptions);
    (P::kind().register)(Arc::new(subscriptions))
}

fn declaration<P: Projection>(indexes: &[&str]) -> Declaration {
    let fingerprint = P::FINGERPRINT.rotate_left(1) ^ P::HANDLERS_FINGERPRINT;
    Declaration {
        projection: P::NAME.to_owned(),
        version: P::VERSION,
        fingerprint: fingerprint.cast_signed(),
        indexes: indexes.join(","),
    }
}

/// Those that are folded in the transaction of an append.
pub(crate) fn inline(
    registered: &[Arc<Registration>],
    decoders: &Arc<Decoders>,
) -> Option<Arc<dyn Inline>> {
    let inline = registered.iter().filter_map(|each| {
        let inlined = each.inline.as_ref().map(Arc::clone)?;
        Some((each.which(), inlined))
    });
    InlineProjections::of(inline.collect(), decoders)
}

/// What an app would keep of a projection, registered or not; it takes no event.
pub(crate) fn registration_of<P: Projection>() -> Registration {
    (P::kind().register)(Arc::default())
}

/// How a projection is declared, registered or not.
pub(crate) fn declaration_of<P: Projection>() -> Declaration {
    registration_of::<P>().declaration
}

/// When the events of a projection are folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// Soon after they are durable, by one process at a time.
    Async,
    /// In the transaction that appends them; a failure rejects the command.
    Inline,
    /// When somebody asks; nothing is stored.
    Live,
}

/// What becomes of a projection where an event cannot be taken, however often it is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnError {
    /// It stops at this event, visibly.
    Stop,
    /// The key is parked with this event and those that follow for it; all other keys go on.
    Park,
}
