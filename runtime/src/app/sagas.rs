//! Looking after sagas: which there are, where they stand, and what people ask of them.

use std::fmt::Display;
use std::future::{Future, IntoFuture};
use std::ops::Bound;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::App;
use crate::dispatch::Core;
use crate::event::{Encoded, Events};
use crate::projection::IndexValue;
use crate::saga::{
    Because, Engine, Halt, Input, Order, Progress, STATUS, Saga, SagaError, SagaEvent, SagaRoot,
    SagaStatus, Sagas, described,
};
use crate::store::views::{Cursor, IndexRange, ViewQuery, Which, unsupported};
use crate::store::{PageLimit, StoreError, StreamName, check_text};
use crate::time::Timestamp;

/// How many sagas are told of unless somebody says otherwise.
const LIMIT: usize = 100;
/// How many are read at once.
const PAGE: u32 = 200;

/// Where a saga stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SagaSummary {
    /// The name of the saga.
    pub saga: String,
    /// Its id.
    pub id: String,
    /// What it is doing.
    pub status: SagaStatus,
    /// When it was started.
    pub started: Timestamp,
    /// The version of the code that started it.
    pub version: u32,
    /// What it waits for: the steps that are under way, in no order.
    pub at: Vec<String>,
    /// The steps that are done, in the order in which they were.
    pub done: Vec<String>,
    /// When something is due.
    pub due: Option<Timestamp>,
    /// Why it is stuck, or is or was undone.
    pub error: Option<String>,
}

impl SagaSummary {
    fn new(saga: &str, id: String, progress: &Progress) -> Self {
        let stuck = progress.stuck.as_ref();
        let stuck = stuck.map(|stuck| format!("{}: {}", stuck.part, stuck.error));
        let failure = || progress.failure.as_ref().map(ToString::to_string);
        Self {
            saga: saga.to_owned(),
            id,
            status: progress.status(),
            started: progress.started,
            version: progress.version,
            at: progress.pending.keys().map(ToString::to_string).collect(),
            done: progress.done.iter().map(|done| done.step.clone()).collect(),
            due: progress.due(),
            error: stuck.or_else(failure),
        }
    }
}

/// Something that happened to a saga.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SagaMoment {
    /// Its place in the saga's history: 1, 2, 3.
    pub version: u64,
    /// Its place in the log.
    pub position: u64,
    /// When it was.
    pub time: Timestamp,
    /// Who brought it about.
    pub actor: Option<String>,
    /// What it was, in words.
    pub what: String,
}

/// One saga, to be looked at, or helped on.
///
/// All of this works from any process; the one that drives the sagas of this type hears of it at once.
#[must_use]
pub struct SagaHandle<S: Saga> {
    core: Arc<Core>,
    engine: Option<Arc<Engine<S>>>,
    id: String,
    actor: Option<String>,
}

impl App {
    /// One saga, to be looked at, or helped on.
    pub fn saga<S: Saga>(&self, id: impl Display) -> SagaHandle<S> {
        SagaHandle {
            core: Arc::clone(&self.core),
            engine: self.sagas.engine::<S>(),
            id: id.to_string(),
            actor: None,
        }
    }

    /// The sagas of this app: await it, or say which before.
    ///
    /// They are found in a read model, which may be some milliseconds behind the sagas.
    ///
    /// ```
    /// # use gesta::{App, SagaStatus};
    /// # async fn example(bank: &App) -> Result<(), gesta::SagaError> {
    /// for stuck in bank.sagas().status(SagaStatus::Stuck).await? {
    ///     println!("{} {}: {:?}", stuck.saga, stuck.id, stuck.error);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn sagas(&self) -> SagaQuery {
        SagaQuery {
            core: Arc::clone(&self.core),
            sagas: Arc::clone(&self.sagas),
            saga: None,
            status: None,
            age: None,
            limit: LIMIT,
        }
    }
}

impl<S: Saga> SagaHandle<S> {
    /// Says who asks. Stored with what comes of it.
    pub fn by(mut self, actor: impl Into<String>) -> Self {
        self.actor = Some(actor.into());
        self
    }

    /// Where it stands.
    ///
    /// Dropping the future is safe.
    ///
    /// # Errors
    /// [`SagaError::NotFound`] if no event has started it, and others if it cannot be read.
    pub async fn status(&self) -> Result<SagaSummary, SagaError> {
        let progress = self.give(Input::Look).await?;
        match progress.exists() {
            true => Ok(SagaSummary::new(
                <S as SagaRoot>::NAME,
                self.id.clone(),
                &progress,
            )),
            false => Err(SagaError::NotFound {
                id: self.id.clone(),
            }),
        }
    }

    /// Its state: what `#[start]` made, and events changed.
    ///
    /// # Errors
    /// [`SagaError::NotFound`] if no event has started it or it has no state, and others if it cannot be read.
    pub async fn state(&self) -> Result<S, SagaError> {
        let progress = self.give(Input::Look).await?;
        let id = || self.id.clone();
        let state = progress
            .state
            .ok_or_else(|| SagaError::NotFound { id: id() })?;
        serde_json::from_str(state.get()).map_err(|error| SagaError::Unreadable {
            id: id(),
            error: error.to_string(),
        })
    }

    /// All that happened to it, oldest first.
    ///
    /// Dropping the future is safe.
    ///
    /// # Errors
    /// [`SagaError::NotFound`] if no event has started it, and others if it cannot be read.
    pub async fn history(&self) -> Result<Vec<SagaMoment>, SagaError> {
        let stream = StreamName::new(<S as SagaRoot>::NAME, &self.id)?;
        let core = Arc::clone(&self.core);
        let reading = self
            .core
            .runtime
            .spawn(async move { history(&core, &stream).await });
        let moments = reading
            .await
            .unwrap_or_else(|gone| Err(StoreError::unavailable(gone).into()))?;
        match moments.is_empty() {
            true => Err(SagaError::NotFound {
                id: self.id.clone(),
            }),
            false => Ok(moments),
        }
    }

    /// Tries again what it is stuck at.
    ///
    /// # Errors
    /// [`SagaError::NotStuck`] if it goes on by itself; nothing changes then.
    pub async fn retry(&self) -> Result<SagaSummary, SagaError> {
        self.order(Order::Retry).await
    }

    /// Goes on as if this step were done: one that it is stuck at, or waits at.
    ///
    /// # Errors
    /// [`SagaError::NotThere`] and [`SagaError::InFlight`]; nothing changes then.
    pub async fn skip(&self, step: &str) -> Result<SagaSummary, SagaError> {
        self.order(Order::Skip(step.to_owned())).await
    }

    /// Gives it up: what is done is undone, once what is under way is answered.
    ///
    /// # Errors
    /// [`SagaError::PastPivot`] and [`SagaError::Ended`]; nothing changes then.
    pub async fn compensate(&self) -> Result<SagaSummary, SagaError> {
        self.order(Order::Compensate).await
    }

    async fn order(&self, order: Order) -> Result<SagaSummary, SagaError> {
        let progress = self.give(Input::Order(order)).await?;
        Ok(SagaSummary::new(
            <S as SagaRoot>::NAME,
            self.id.clone(),
            &progress,
        ))
    }

    async fn give(&self, input: Input) -> Result<Progress, SagaError> {
        let engine = self.engine.as_ref().ok_or(SagaError::Unregistered {
            saga: <S as SagaRoot>::NAME,
        })?;
        if let Some(actor) = &self.actor {
            check_text(actor)?;
        }
        let (engine, id) = (Arc::clone(engine), self.id.clone());
        let because = Because {
            actor: self.actor.clone(),
            ..Because::default()
        };
        let giving = self
            .core
            .runtime
            .spawn(async move { engine.advance(&id, input, because).await });
        let given = giving
            .await
            .map_err(|gone| SagaError::Unreachable(gone.to_string()))?;
        given.map_err(|halt| match halt {
            Halt::Saga(error) => error,
            Halt::Over => SagaError::Unreachable("the app is shutting down".to_owned()),
        })
    }
}

async fn history(core: &Core, stream: &StreamName) -> Result<Vec<SagaMoment>, SagaError> {
    let (mut moments, mut after) = (Vec::new(), 0);
    loop {
        let page = core
            .store
            .read_stream(stream, after, PageLimit::default())
            .await?;
        let is_last = page.is_last();
        for stored in page.events {
            after = stored.version;
            let encoded = Encoded {
                name: &stored.name,
                version: stored.schema,
                json: &stored.json,
            };
            let what = match SagaEvent::decode(encoded) {
                Ok(events) => events.as_slice().iter().map(described).collect(),
                Err(error) => error.to_string(),
            };
            moments.push(SagaMoment {
                version: stored.version,
                position: stored.position,
                time: stored.meta.time,
                actor: stored.meta.actor,
                what,
            });
        }
        if is_last {
            return Ok(moments);
        }
    }
}

/// Which sagas there are: await it, or say which before.
#[must_use = "nothing is asked before it is awaited"]
pub struct SagaQuery {
    core: Arc<Core>,
    sagas: Arc<Sagas>,
    saga: Option<&'static str>,
    status: Option<SagaStatus>,
    age: Option<Duration>,
    limit: usize,
}

impl SagaQuery {
    /// Those of this type.
    pub fn of<S: Saga>(mut self) -> Self {
        self.saga = Some(<S as SagaRoot>::NAME);
        self
    }

    /// Those that do this.
    pub fn status(mut self, status: SagaStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Those that were started at least so long ago.
    pub fn older_than(mut self, age: Duration) -> Self {
        self.age = Some(age);
        self
    }

    /// At most so many; a hundred unless somebody says otherwise.
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    async fn ask(self) -> Result<Vec<SagaSummary>, SagaError> {
        let mut found = Vec::new();
        let kinds = self.sagas.kinds.iter().map(|kind| &kind.rows);
        for rows in kinds.filter(|rows| self.saga.is_none_or(|saga| saga == rows.projection)) {
            self.find(rows, &mut found).await?;
        }
        Ok(found)
    }

    async fn find(&self, rows: &Which, found: &mut Vec<SagaSummary>) -> Result<(), SagaError> {
        let views = self.core.store.views().ok_or_else(unsupported)?;
        let until = self.age.map(|age| self.core.clock.now() - age);
        let mut after = None;
        while found.len() < self.limit {
            let answered = views.page(rows, &self.query(after)).await?;
            let page = answered.map(|answered| answered.answer).unwrap_or_default();
            for (id, json) in page.documents {
                let progress: Progress =
                    serde_json::from_str(&json).map_err(|error| SagaError::Unreadable {
                        id: id.clone(),
                        error: error.to_string(),
                    })?;
                if until.is_none_or(|until| progress.started <= until) && found.len() < self.limit {
                    found.push(SagaSummary::new(&rows.projection, id, &progress));
                }
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn query(&self, after: Option<Cursor>) -> ViewQuery {
        let range = self.status.map(|status| {
            let mut value = Vec::new();
            status.as_str().write(&mut value);
            IndexRange {
                index: STATUS,
                from: Bound::Included(value.clone()),
                to: Bound::Included(value),
            }
        });
        ViewQuery {
            range,
            after,
            reverse: false,
            limit: PAGE,
        }
    }
}

impl IntoFuture for SagaQuery {
    type Output = Result<Vec<SagaSummary>, SagaError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let runtime = self.core.runtime.clone();
            let asking = runtime.spawn(self.ask());
            asking
                .await
                .unwrap_or_else(|gone| Err(StoreError::unavailable(gone).into()))
        })
    }
}
