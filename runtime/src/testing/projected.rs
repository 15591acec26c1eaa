//! What a projection makes of the events that are given.

use std::fmt::Display;
use std::marker::PhantomData;
use std::ops::Bound;
use std::sync::Arc;
use std::time::Duration;

use super::fail::{fail, or_fail};
use super::kept::Kept;
use super::past::Past;
use super::shown::{Shown, report};
use super::stored::expected_events;
use super::ways::Folding;
use crate::aggregate::{Aggregate, AggregateId, IntoEvents, IntoId};
use crate::projection::{AsIndexed, Document, Fold, Folder, Index, IndexValue, declaration_of};
use crate::source::Subscriptions;
use crate::store::views::{Fault, IndexRange};
use crate::time::Timestamp;

/// Starts a test of a projection: given these events, it shows these documents.
///
/// Every [`Document`] has it; there is nothing to implement. The prelude brings it into scope.
pub trait GivenThen: Document {
    /// Events that happened to the aggregate `A` with this id: whatever a command of it may return.
    ///
    /// `A` need not be written where all of the events are of one aggregate only.
    ///
    /// # Panics
    /// If an event does not survive its storage, or the id cannot be stored.
    #[must_use = "events prove nothing until the test says what is shown"]
    #[track_caller]
    fn given<A: Aggregate>(id: impl IntoId<A::Id>, events: impl IntoEvents<A>) -> Projected<Self> {
        Self::given_nothing().and(id, events)
    }

    /// Nothing happened yet: say when and by whom it does, and then [`and`](Projected::and) what.
    #[must_use = "nothing is proved until the test says what is shown"]
    fn given_nothing() -> Projected<Self> {
        Projected::nothing()
    }
}

impl<P: Document> GivenThen for P {}

/// What a projection makes of the events that are given, to be compared with what was expected.
///
/// Events are folded at the first assertion that follows them, in every way that may come, and all must give the same
/// documents: one by one; in one batch; by processes that end before they write, so that each event comes twice and each
/// document is read from its JSON. So a test that passes proves that the handlers do their part for each event to count
/// once, and one that fails says in which way it does not. The order of the fields of a JSON object means nothing.
///
/// What [`Recorded`](crate::Recorded) tells an `#[on]` method is the test's to say. Positions are 1, 2, 3, in the order in
/// which events are given, and versions in that of their aggregate:
///
/// ```
/// use std::time::Duration;
/// use gesta::prelude::*;
/// use gesta::Timestamp;
///
/// #[event]
/// pub struct Noted { pub text: String }
///
/// #[aggregate]
/// #[derive(Default)]
/// pub struct Diary {}
///
/// #[aggregate]
/// impl Diary {
///     #[apply]
///     fn noted(&mut self, _: &Noted) {}
/// }
///
/// #[projection(of(Diary))]
/// pub struct LastPage { text: String, time: Option<Timestamp>, author: Option<String>, position: u64 }
///
/// #[projection]
/// impl LastPage {
///     #[on]
///     fn noted(&mut self, event: &Noted, recorded: &Recorded) {
///         self.text = event.text.clone();
///         self.time = Some(recorded.meta.time);
///         self.author = recorded.meta.actor.clone();
///         self.position = recorded.position;
///     }
/// }
///
/// let dawn = Timestamp::from_micros(1_000_000);
/// LastPage::given_nothing()
///     .at(dawn)
///     .actor("ann")
///     .and("1980", [Noted { text: "rain".into() }, Noted { text: "sun".into() }])
///     .shows("1980", LastPage {
///         text: "sun".into(),
///         time: Some(dawn),
///         author: Some("ann".into()),
///         position: 2,
///     });
/// ```
pub struct Projected<P> {
    past: Past,
    /// What the events gave, until there are others.
    kept: Option<Kept>,
    of: PhantomData<fn() -> P>,
}

impl<P: Document> Projected<P> {
    fn nothing() -> Self {
        Self {
            past: Past::default(),
            kept: None,
            of: PhantomData,
        }
    }

    /// Further events that happened: to this aggregate, after all that was given before.
    ///
    /// # Panics
    /// If an event does not survive its storage, or the id cannot be stored.
    #[must_use = "events prove nothing until the test says what is shown"]
    #[track_caller]
    pub fn and<A: Aggregate>(mut self, id: impl IntoId<A::Id>, events: impl IntoEvents<A>) -> Self {
        let (id, events) = (id.into_id().into_text(), expected_events::<A>(events));
        or_fail(self.past.add::<A>(&id, events));
        self.kept = None;
        self
    }

    /// The time of the events that follow: 2000-01-01T00:00:00Z if nothing else is said.
    #[must_use]
    pub fn at(self, time: Timestamp) -> Self {
        self.past.clock.set(time);
        self
    }

    /// Lets time pass.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        self.past.clock.advance(duration);
        self
    }

    /// Who sends the commands that the events that follow come from.
    #[must_use]
    pub fn actor(mut self, actor: impl Into<String>) -> Self {
        self.past.actor = Some(actor.into());
        self
    }

    /// What larger piece of work the events that follow belong to.
    #[must_use]
    pub fn correlation(mut self, correlation: impl Into<String>) -> Self {
        self.past.correlation = Some(correlation.into());
        self
    }

    /// The document of this key is this one.
    ///
    /// Documents are compared as they are stored, by their JSON, so they need no `PartialEq`.
    ///
    /// # Panics
    /// If it is another, if there is none, or if the events do not always give the same documents.
    #[track_caller]
    pub fn shows(self, key: impl Display, document: P) -> Self {
        let json = serde_json::to_string(&document);
        let json = or_fail(json.map_err(|error| format!("the document has no JSON: {error}")));
        self.check_document(&key.to_string(), &Shown::document(P::NAME, &json))
    }

    /// There is no document of this key.
    ///
    /// # Panics
    /// If there is one, or if the events do not always give the same documents.
    #[track_caller]
    pub fn shows_nothing(self, key: impl Display) -> Self {
        self.check_document(&key.to_string(), &Shown::words("no document"))
    }

    /// These are the keys of all documents, in whatever order.
    ///
    /// # Panics
    /// If there are others, or if the events do not always give the same documents.
    #[track_caller]
    pub fn shows_keys<K: Display>(self, keys: impl IntoIterator<Item = K>) -> Self {
        self.check_keys(&[], keys, |kept| {
            Ok(kept.documents.keys().cloned().collect())
        })
    }

    /// These are the keys of the documents that have this value in an index, in whatever order.
    ///
    /// # Panics
    /// If there are others, or if the events do not always give the same documents.
    #[track_caller]
    pub fn found_by<T, V, K>(
        self,
        index: Index<P, T>,
        value: V,
        keys: impl IntoIterator<Item = K>,
    ) -> Self
    where
        V: IndexValue + AsIndexed<T>,
        K: Display,
    {
        let mut bytes = Vec::new();
        value.write(&mut bytes);
        let number = usize::try_from(index.number).unwrap_or(usize::MAX);
        let name = P::INDEXES.get(number).copied().unwrap_or_default();
        self.check_keys(&[("index", name)], keys, |kept| {
            let found = kept.query(Some(IndexRange {
                index: index.number,
                from: Bound::Included(bytes.clone()),
                to: Bound::Included(bytes),
            }))?;
            Ok(found.into_iter().map(|(key, _)| key).collect())
        })
    }

    /// The projection does not take the event at this position, and says this, with its causes, each behind a colon.
    ///
    /// What follows in the test follows on the events before it: this one and those behind it are left out.
    ///
    /// # Panics
    /// If it takes all events, or fails at another or with another error.
    #[track_caller]
    pub fn fails(mut self, position: u64, error: &str) -> Self {
        let expected = Shown::fault(&Fault {
            position,
            error: error.to_owned(),
        });
        let fault = self.kept().fault.as_ref();
        let actual = fault.map_or_else(|| Shown::words("takes all events"), Shown::fault);
        self.check(&[], &expected, &actual);
        self.past.end_before(position);
        self.kept = None;
        self
    }

    #[track_caller]
    fn check_document(mut self, key: &str, expected: &Shown) -> Self {
        let actual = self.kept().shown(key);
        let actual = self.unless_it_fails(actual);
        self.check(&[("key", key)], expected, &actual);
        self
    }

    #[track_caller]
    fn check_keys<K: Display>(
        mut self,
        circumstances: &[(&str, &str)],
        keys: impl IntoIterator<Item = K>,
        actual: impl FnOnce(&Kept) -> Result<Vec<String>, String>,
    ) -> Self {
        let mut keys: Vec<_> = keys.into_iter().map(|key| key.to_string()).collect();
        keys.sort();
        let actual = Shown::keys(or_fail(actual(self.kept())));
        let actual = self.unless_it_fails(actual);
        self.check(circumstances, &Shown::keys(keys), &actual);
        self
    }

    fn unless_it_fails(&self, shown: Shown) -> Shown {
        let fault = self.kept.as_ref().and_then(|kept| kept.fault.as_ref());
        fault.map_or(shown, Shown::fault)
    }

    #[track_caller]
    fn check(&self, circumstances: &[(&str, &str)], expected: &Shown, actual: &Shown) {
        if expected != actual {
            let given = self.past.lines();
            let all = [&[("given", given.as_str())], circumstances].concat();
            fail(&report(
                "the projection did not do what the test expects",
                &all,
                ["expected", "actual"],
                [expected, actual],
            ));
        }
    }

    #[track_caller]
    fn kept(&mut self) -> &Kept {
        let kept = match self.kept.take() {
            Some(kept) => kept,
            None => or_fail(self.fold()),
        };
        self.kept.insert(kept)
    }

    fn fold(&self) -> Result<Kept, String> {
        let folding = Folding {
            declaration: declaration_of::<P>(),
            batch: Arc::new(self.past.batch()),
            given: self.past.lines(),
            folder: &folder::<P>,
            again: |json| serde_json::to_string(&serde_json::from_str::<P>(json)?),
        };
        folding.fold()
    }
}

/// On one core, which needs no runtime; with handlers that nobody else has.
fn folder<P: Document>() -> Box<dyn Fold> {
    let mut subscriptions = Subscriptions::default();
    P::subscribe(&mut subscriptions);
    Box::new(Folder::<P>::new(Arc::new(subscriptions)))
}
