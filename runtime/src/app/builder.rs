//! Putting an app together.

use std::any::TypeId;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::runtime::Handle;

use super::App;
use crate::aggregate::{Aggregate, read};
use crate::dispatch::{Admission, Committer, Core, Desk, Dispatchers, Limits};
use crate::event::{DecodeError, Encoded, EventKey, Events};
use crate::feed::{Decoders, Feed};
use crate::projection::{self, OnError, Projection, Projections, Refused, Shared};
use crate::saga::{self, Instance, Resources, Row, Saga, Sagas};
use crate::source::decode_of;
use crate::store::views::Fault;
use crate::store::{IntoStore, StoreError, StoreSource, StreamName};
use crate::time::{Clock, Ids, SystemClock, TimeOrderedIds};

/// For how long a projection is held that is not renewed.
const LEASE: Duration = Duration::from_secs(5);

/// An app to be: a store and at least one aggregate, then [`start`](Self::start).
pub struct AppBuilder {
    store: Option<StoreSource>,
    /// One that is not the system's.
    clock: Option<Arc<dyn Clock>>,
    ids: Arc<dyn Ids>,
    limits: Limits,
    aggregates: Vec<Registration>,
    projections: Vec<Arc<projection::Registration>>,
    sagas: Vec<saga::Registration>,
    resources: Resources,
    decoders: Decoders,
    lease: Duration,
}

/// An aggregate to be served.
struct Registration {
    name: &'static str,
    type_id: TypeId,
    events: Vec<EventKey>,
    /// Reads an event of its streams.
    reader: fn(Encoded<'_>) -> Result<(), DecodeError>,
    /// Finds out the shape of its state, if it is kept in snapshots: not cheap, and the same ever after.
    prepare: fn(),
    /// Adds its dispatcher.
    dispatcher: fn(&mut Dispatchers, &Arc<Core>),
}

impl Registration {
    /// Each name that an event is stored under, or was, and the event's type.
    fn event_names(&self) -> impl Iterator<Item = (&'static str, TypeId)> {
        self.events
            .iter()
            .flat_map(|event| event.names().map(|name| (name, event.type_id)))
    }
}

impl AppBuilder {
    pub(super) fn new() -> Self {
        Self {
            store: None,
            clock: None,
            ids: Arc::new(TimeOrderedIds),
            limits: Limits::default(),
            aggregates: Vec::new(),
            projections: Vec::new(),
            sagas: Vec::new(),
            resources: Resources::new(),
            decoders: Decoders::default(),
            lease: LEASE,
        }
    }

    /// Where the events live: `"memory:"`, `"sqlite:bank.db"`, `"postgres://user@host/database"`, an `sqlx::PgPool`, whose
    /// database is then connected to, or a [`Store`](crate::store::Store) of your own.
    #[must_use]
    pub fn store(mut self, store: impl IntoStore) -> Self {
        self.store = Some(store.into_source());
        self
    }

    /// Serves the commands of an aggregate. Call it once for each; a second time changes nothing.
    #[must_use]
    pub fn aggregate<A: Aggregate>(mut self) -> Self {
        self.decoders.add_aggregate(A::NAME, decode_of::<A>());
        self.aggregates.push(Registration {
            name: A::NAME,
            type_id: TypeId::of::<A>(),
            events: A::Event::TYPES.iter().map(|each| each.key).collect(),
            reader: |stored| read::<A>(stored).map(drop),
            prepare: || {
                if let Some(snapshots) = A::snapshots() {
                    (snapshots.shape)();
                }
            },
            dispatcher: Dispatchers::add::<A>,
        });
        self
    }

    /// Folds the events of a projection, whenever no other process does. Call it once for each; a second time changes
    /// nothing.
    #[must_use]
    pub fn projection<P: Projection>(mut self) -> Self {
        let registration = projection::register::<P>(&mut self.decoders);
        let mut known = self.projections.iter();
        if known.all(|each| each.type_id != registration.type_id) {
            self.projections.push(Arc::new(registration));
        }
        self
    }

    /// Drives the sagas of a type, whenever no other process does. Call it once for each; a second time changes nothing.
    ///
    /// The first time that it is started on a store, what happened before starts no saga.
    #[must_use]
    pub fn saga<S: Saga>(mut self) -> Self {
        let mut known = self.sagas.iter();
        if known.all(|each| each.type_id != TypeId::of::<S>()) {
            let registration = saga::Registration::of::<S>(&mut self.decoders);
            self.sagas.push(registration);
            self = self.aggregate::<Instance<S>>().projection::<Row<S>>();
        }
        self
    }

    /// Gives effects of sagas something to work with, such as a client: see
    /// [`EffectContext::resource`](crate::EffectContext::resource). A second one of a type takes the place of the first.
    #[must_use]
    pub fn resource<T: Send + Sync + 'static>(mut self, resource: T) -> Self {
        self.resources.insert(TypeId::of::<T>(), Box::new(resource));
        self
    }

    /// For how long a process holds a projection, or the sagas of a type, that it does not renew; five seconds by default.
    ///
    /// Another process takes over so long after one was killed or cut off, at the latest after twice that.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// What tells the time; the operating system by default. Deadlines of sagas are then kept by the clock of the PostgreSQL
    /// server, if the store is one, so that they are the same for all processes.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// What makes identifiers; version 7 UUIDs by default.
    #[must_use]
    pub fn ids(mut self, ids: impl Ids) -> Self {
        self.ids = Arc::new(ids);
        self
    }

    /// What bounds the memory that the app takes; see [`Limits`] for how to write one.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Opens the store and starts to serve, on the tokio runtime that this is called in.
    ///
    /// Everything that the app does runs on that runtime, from wherever commands are sent. Dropping the future is safe.
    ///
    /// # Errors
    /// [`StartError`]; each variant says what to do.
    pub async fn start(self) -> Result<App, StartError> {
        self.check_names_are_unique()?;
        let runtime = Handle::try_current().map_err(|_| StartError::NoRuntime)?;
        let prepare: Vec<_> = self.aggregates.iter().map(|each| each.prepare).collect();
        // A panic would have been caught where the shape is traced.
        let _ = runtime
            .spawn_blocking(move || prepare.iter().for_each(|prepare| prepare()))
            .await;
        let follows_store = self.clock.is_none();
        let source = self.store.ok_or(StartError::NoStore)?;
        let owns_store = source.is_ours();
        // In a task of its own, so that a start that is given up leaves no transaction open.
        let opening = runtime.spawn(source.open()).await;
        let store = opening.unwrap_or_else(|gone| Err(StoreError::unavailable(gone)))?;
        let decoders = Arc::new(self.decoders);
        let inline = projection::inline(&self.projections, &decoders);
        let (queue, committer) = Committer::new(
            Desk {
                store: Arc::clone(&store),
                inline: inline.as_ref().map(Arc::clone),
            },
            owns_store,
        );
        runtime.spawn(committer.run());
        let core = Arc::new(Core {
            store,
            #[cfg(feature = "postgres")]
            inline,
            owns_store,
            clock: self.clock.unwrap_or_else(|| Arc::new(SystemClock)),
            ids: self.ids,
            limits: self.limits,
            admission: Admission::new(self.limits.commands),
            queue,
            runtime,
        });
        let feed = Feed::new(Arc::clone(&core.store), core.runtime.clone(), decoders);
        let shared = Shared::new(
            Arc::clone(&core.store),
            feed,
            core.runtime.clone(),
            // Not of the app's own source: two apps of a test may make the same ids.
            TimeOrderedIds.next(),
            self.lease,
        );
        let projections = core
            .runtime
            .spawn(Projections::start(shared, self.projections));
        let projections = projections
            .await
            .unwrap_or_else(|gone| Err(StoreError::unavailable(gone).into()))?;
        let mut dispatchers = Dispatchers::default();
        for each in &self.aggregates {
            (each.dispatcher)(&mut dispatchers, &core);
        }
        let dispatchers = Arc::new(dispatchers);
        let sagas = Sagas::start(
            saga::Parts {
                core: Arc::clone(&core),
                dispatchers: Arc::clone(&dispatchers),
                shared: Arc::clone(&projections.shared),
                resources: Arc::new(self.resources),
                follows_store,
            },
            self.sagas,
        );
        let sagas = core.runtime.spawn(sagas).await;
        let sagas = sagas.unwrap_or_else(|gone| Err(StoreError::unavailable(gone)))?;
        let readers = self.aggregates.iter();
        let readers = readers.map(|each| (each.name, each.reader)).collect();
        Ok(App {
            core,
            readers: Arc::new(readers),
            dispatchers,
            projections: Arc::new(projections),
            live: Arc::default(),
            sagas: Arc::new(sagas),
        })
    }

    fn check_names_are_unique(&self) -> Result<(), StartError> {
        let mut aggregates = HashMap::new();
        let mut events = HashMap::new();
        for each in &self.aggregates {
            StreamName::new(each.name, "any")
                .map_err(|_| StartError::AggregateName { name: each.name })?;
            match aggregates.entry(each.name) {
                Entry::Occupied(other) if *other.get() != each.type_id => {
                    return Err(StartError::AggregateTwice { name: each.name });
                }
                entry => *entry.or_insert(each.type_id) = each.type_id,
            }
            for (name, event) in each.event_names() {
                if *events.entry(name).or_insert(event) != event {
                    return Err(StartError::EventTwice { name });
                }
            }
        }
        self.check_projections()?;
        self.check_sagas()
    }

    fn check_sagas(&self) -> Result<(), StartError> {
        let (aggregates, events) = (self.aggregates.iter(), self.aggregates.iter());
        let aggregates: HashSet<_> = aggregates.map(|each| each.type_id).collect();
        let events = events.flat_map(|each| each.events.iter().map(|event| event.type_id));
        let events: HashSet<_> = events.collect();
        for each in &self.sagas {
            let saga = each.name;
            if let Some(mistake) = &each.mistake {
                let mistake = mistake.clone();
                return Err(StartError::SagaSteps { saga, mistake });
            }
            let mut sends = each.sends.iter();
            if let Some(sends) = sends.find(|each| !aggregates.contains(&each.aggregate_type)) {
                let (command, aggregate) = (sends.command, sends.aggregate);
                return Err(StartError::SagaSends {
                    saga,
                    command,
                    aggregate,
                });
            }
            let mut takes = each.takes.iter();
            if let Some((_, event)) = takes.find(|(type_id, _)| !events.contains(type_id)) {
                return Err(StartError::SagaTakes { saga, event });
            }
        }
        Ok(())
    }

    fn check_projections(&self) -> Result<(), StartError> {
        let mut names = HashSet::new();
        for each in &self.projections {
            let name = &each.declaration.projection;
            StreamName::new(name, "any")
                .map_err(|_| StartError::ProjectionName { name: name.clone() })?;
            if !names.insert(name) {
                return Err(StartError::ProjectionTwice { name: name.clone() });
            }
            if each.teardown.is_some() && each.on_error == OnError::Park {
                return Err(StartError::CannotPark { name: name.clone() });
            }
        }
        Ok(())
    }
}

impl From<Refused> for StartError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Store(error) => Self::Store(error),
            Refused::Indexes(name) => Self::IndexesChanged { name },
            Refused::Tables(name) => Self::NoTables { name },
            Refused::Fault(name, fault) => Self::Inline { name, fault },
        }
    }
}

/// Why an app does not start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// There is no store. Call [`store`](AppBuilder::store) before `start`.
    #[error("the app has no store: call `.store(\"sqlite:app.db\")` or `.store(\"memory:\")`")]
    NoStore,
    /// There is no tokio runtime. Call `start` in one, such as in a `#[tokio::main]` function.
    #[error("`start` was called outside a tokio runtime")]
    NoRuntime,
    /// The store does not open. See the cause.
    #[error("the store does not open")]
    Store(#[from] StoreError),
    /// An aggregate's name is not one that a store can keep. Use letters, digits, `_`, `-` and `.`.
    #[error("`{name}` cannot be the name of an aggregate")]
    AggregateName {
        /// The name.
        name: &'static str,
    },
    /// Two aggregates have one name. Give one of them another: `#[aggregate(name = "..")]`.
    #[error("two aggregates are named `{name}`")]
    AggregateTwice {
        /// The name.
        name: &'static str,
    },
    /// Two events have one name, or one has a name that another had. Give one of them another: `#[event(name = "..")]`.
    #[error("two events are named `{name}`")]
    EventTwice {
        /// The name.
        name: &'static str,
    },
    /// The steps of a saga are not sound; the attribute would not have let them pass. Mend them.
    #[error("the steps of the saga `{saga}` are not sound: {mistake}")]
    SagaSteps {
        /// The saga.
        saga: &'static str,
        /// What is wrong.
        mistake: String,
    },
    /// A saga sends a command to an aggregate that the app does not serve. Call `.aggregate::<..>()` on the builder.
    #[error(
        "the saga `{saga}` sends `{command}`, and the aggregate {aggregate} is not registered: call `.aggregate::<{aggregate}>()` before `start()`"
    )]
    SagaSends {
        /// The saga.
        saga: &'static str,
        /// The command.
        command: &'static str,
        /// The aggregate.
        aggregate: &'static str,
    },
    /// A saga takes an event that happens to no aggregate of the app, so that it would wait for ever. Call
    /// `.aggregate::<..>()` on the builder.
    #[error(
        "the saga `{saga}` takes `{event}`, which is an event of no registered aggregate: call `.aggregate::<..>()` before `start()`"
    )]
    SagaTakes {
        /// The saga.
        saga: &'static str,
        /// The stored name of the event.
        event: &'static str,
    },
    /// A projection's name is not one that a store can keep. Use letters, digits, `_`, `-` and `.`.
    #[error("`{name}` cannot be the name of a projection")]
    ProjectionName {
        /// The name.
        name: String,
    },
    /// Two projections have one name. Give one of them another: `#[projection(name = "..")]`.
    #[error("two projections are named `{name}`")]
    ProjectionTwice {
        /// The name.
        name: String,
    },
    /// A projection of tables parks keys where events cannot be taken, but has no keys. Leave `on_error = park` out.
    #[error("the projection `{name}` is kept in tables, and cannot park events")]
    CannotPark {
        /// The name.
        name: String,
    },
    /// A projection is kept in tables, and the store has none. Use an SQLite file or a PostgreSQL database.
    #[error(
        "the projection `{name}` is kept in tables, which the store has none of: call `.store(\"sqlite:app.db\")`"
    )]
    NoTables {
        /// The name.
        name: String,
    },
    /// A projection has other indexes than when its documents were folded, or was kept as documents and is kept in tables
    /// now. Raise its `version`, so that it is built anew.
    #[error("the indexes of the projection `{name}` changed: raise its `version`")]
    IndexesChanged {
        /// The name.
        name: String,
    },
    /// An inline projection does not take an event that is in the log. Mend the projection, and start again.
    #[error("the inline projection `{name}` does not take the event at position {}: {}", fault.position, fault.error)]
    Inline {
        /// The name.
        name: String,
        /// The event, and what was said of it.
        fault: Fault,
    },
}
