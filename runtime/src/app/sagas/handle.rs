//! One saga, looked at and helped on.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::SagaSummary;
use crate::dispatch::Core;
use crate::event::{Encoded, Events};
use crate::saga::{
    Because, Engine, Halt, Input, Order, Progress, Saga, SagaError, SagaEvent, SagaRoot, described,
};
use crate::store::{PageLimit, StoreError, StreamName, check_text};
use crate::time::Timestamp;

/// How often is looked at a saga that another process may have moved.
const LOOK: Duration = Duration::from_millis(50);

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

impl<S: Saga> SagaHandle<S> {
    pub(super) fn new(core: &Arc<Core>, engine: Option<Arc<Engine<S>>>, id: String) -> Self {
        Self {
            core: Arc::clone(core),
            engine,
            id,
            actor: None,
        }
    }

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

    /// Waits until it has ended or is stuck, at most so long, and says where it stands then.
    ///
    /// It need not have been started yet. Look at the status: it may still be under way.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use gesta::{App, Saga, SagaStatus};
    /// # async fn example<MoveMoney: Saga>(bank: &App) -> Result<(), gesta::SagaError> {
    /// let transfer = bank.saga::<MoveMoney>("t-1").ended(Duration::from_secs(5)).await?;
    /// if transfer.status != SagaStatus::Completed {
    ///     println!("{}: {:?}", transfer.status, transfer.error);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// Dropping the future is safe.
    ///
    /// # Errors
    /// [`SagaError::NotFound`] or [`SagaError::StandStill`] if no event has started it in that time, and others if it cannot
    /// be read.
    pub async fn ended(&self, timeout: Duration) -> Result<SagaSummary, SagaError> {
        self.until(timeout, |_| false).await
    }

    /// The same, but waits no longer than until it is where it is wanted.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use gesta::{App, Saga};
    /// # async fn example<MoveMoney: Saga>(bank: &App) -> Result<(), gesta::SagaError> {
    /// let transfer = bank.saga::<MoveMoney>("t-1");
    /// transfer.until(Duration::from_secs(5), |saga| !saga.done.is_empty()).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// Dropping the future is safe.
    ///
    /// # Errors
    /// [`SagaError::NotFound`] or [`SagaError::StandStill`] if no event has started it in that time, and others if it cannot
    /// be read.
    pub async fn until(
        &self,
        timeout: Duration,
        is_there: impl Fn(&SagaSummary) -> bool,
    ) -> Result<SagaSummary, SagaError> {
        let engine = self.engine()?;
        let until = Instant::now() + timeout;
        let watcher = engine.watch.on(&self.id);
        loop {
            // What happens while it is looked is not missed.
            let moved = watcher.moved.notified();
            let status = self.status().await;
            let goes_on = match &status {
                Ok(summary) => summary.status.goes_on() && !is_there(summary),
                Err(error) => matches!(error, SagaError::NotFound { .. }),
            };
            if !goes_on {
                return status;
            }
            if Instant::now() >= until {
                return self.explained(status).await;
            }
            tokio::select! {
                () = moved => {}
                () = tokio::time::sleep_until(until.min(Instant::now() + LOOK)) => {}
            }
        }
    }

    /// Why there is no saga, where something stands in the way of all.
    async fn explained(
        &self,
        status: Result<SagaSummary, SagaError>,
    ) -> Result<SagaSummary, SagaError> {
        if status.is_ok() {
            return status;
        }
        match self.engine()?.fault().await {
            Ok(Some(fault)) => Err(SagaError::StandStill {
                id: self.id.clone(),
                position: fault.position,
                error: fault.error,
            }),
            _ => status,
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

    /// Goes on as if this were done: a step that it waits at, or what it is stuck at, by the name that
    /// [`SagaSummary::at`] has for it, or by that of the method.
    ///
    /// A way back that is skipped leaves what the step did.
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

    fn engine(&self) -> Result<&Arc<Engine<S>>, SagaError> {
        self.engine.as_ref().ok_or(SagaError::Unregistered {
            saga: <S as SagaRoot>::NAME,
        })
    }

    async fn give(&self, input: Input) -> Result<Progress, SagaError> {
        let engine = self.engine()?;
        if let Some(actor) = &self.actor {
            check_text(actor).map_err(SagaError::InvalidActor)?;
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
