//! The sagas of an app.

use std::any::{Any, TypeId};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::call::Sends;
use super::context::Resources;
use super::engine::Engine;
use super::instance::Definition;
use super::runner::{Runner, rows};
use super::{Saga, SagaRoot};
use crate::dispatch::{Core, Dispatchers};
use crate::feed::Decoders;
use crate::projection::{Going, Shared};
use crate::store::StoreError;
use crate::store::views::Which;

/// What all sagas of an app work with.
pub(crate) struct Parts {
    pub(crate) core: Arc<Core>,
    pub(crate) dispatchers: Arc<Dispatchers>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) resources: Arc<Resources>,
    /// Whether deadlines are kept by the clock of the store.
    pub(crate) follows_store: bool,
}

/// A saga of an app, of whatever type it is.
pub(crate) struct Registration {
    pub(crate) type_id: TypeId,
    pub(crate) name: &'static str,
    /// What is wrong with its steps.
    pub(crate) mistake: Option<String>,
    pub(crate) sends: Vec<Sends>,
    /// The types of the events that it takes, and their names.
    pub(crate) takes: Vec<(TypeId, &'static str)>,
    start: fn(&Parts, Going) -> Option<Starting>,
}

/// A saga whose events are about to be taken.
struct Starting {
    kind: Kind,
    declaring: std::pin::Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send>>,
    running: std::pin::Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// The sagas of one type.
pub(crate) struct Kind {
    type_id: TypeId,
    /// Its `Arc<Engine<..>>`.
    engine: Box<dyn Any + Send + Sync>,
    pub(crate) rows: Which,
}

impl Registration {
    pub(crate) fn of<S: Saga>(decoders: &mut Decoders) -> Self {
        let definition = Definition::<S>::new();
        decoders.add(&definition.subscriptions);
        let takes = definition.subscriptions.events.iter();
        Self {
            type_id: TypeId::of::<S>(),
            name: <S as SagaRoot>::NAME,
            mistake: definition.graph.mistake(),
            sends: definition.sends.into_values().collect(),
            takes: takes
                .filter_map(|(type_id, of)| Some((*type_id, *of.names.first()?)))
                .collect(),
            start: start::<S>,
        }
    }
}

fn start<S: Saga>(parts: &Parts, going: Going) -> Option<Starting> {
    let engine = Engine::<S>::new(parts, going.clone())?;
    let runner = |engine: &Arc<Engine<S>>| Runner {
        engine: Arc::clone(engine),
        going: going.clone(),
    };
    let (declarer, runner) = (runner(&engine), runner(&engine));
    Some(Starting {
        kind: Kind {
            type_id: TypeId::of::<S>(),
            engine: Box::new(engine),
            rows: rows::<S>(),
        },
        declaring: Box::pin(async move { declarer.declare().await }),
        running: Box::pin(runner.run()),
    })
}

/// All sagas of an app, and the tasks that drive them.
pub(crate) struct Sagas {
    pub(crate) kinds: Vec<Kind>,
    going: watch::Sender<bool>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Sagas {
    /// Begins to take events and to send commands.
    pub(crate) async fn start(
        parts: Parts,
        registrations: Vec<Registration>,
    ) -> Result<Self, StoreError> {
        let going = watch::Sender::new(true);
        let (mut kinds, mut tasks) = (Vec::new(), Vec::new());
        for registration in registrations {
            let Some(starting) = (registration.start)(&parts, going.subscribe()) else {
                continue;
            };
            starting.declaring.await?;
            kinds.push(starting.kind);
            tasks.push(parts.core.runtime.spawn(starting.running));
        }
        Ok(Self {
            kinds,
            going,
            tasks: Mutex::new(tasks),
        })
    }

    pub(crate) fn engine<S: Saga>(&self) -> Option<Arc<Engine<S>>> {
        let mut kinds = self.kinds.iter();
        let kind = kinds.find(|kind| kind.type_id == TypeId::of::<S>())?;
        kind.engine.downcast_ref().map(Arc::clone)
    }

    /// Takes no more events, calls off all effects, and gives all leases up. What was sent is answered.
    pub(crate) async fn end(&self) {
        self.going.send_replace(false);
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            let _ = task.await;
        }
    }
}

impl Drop for Sagas {
    fn drop(&mut self) {
        self.going.send_replace(false);
    }
}
