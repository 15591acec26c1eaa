//! The task that holds the sagas of one type, takes their events from the log, and wakes those that are due.

mod delivering;
mod finding;
mod holder;

use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tracing::{debug, info, warn};

use super::engine::Engine;
use super::{Saga, SagaRoot};
use crate::feed::FeedError;
use crate::projection::{Going, Lease, ended, has_ended, sheltered};
use crate::store::StoreError;
use crate::store::views::{Declaration, Fault, Generation, Stage, ViewBatch, ViewStore, Which};
use holder::Holder;

/// How long it takes until the store is asked again after an error.
const RETRY: Duration = Duration::from_millis(250);
/// The longest time until somebody looks at the clock.
const TICK: Duration = Duration::from_millis(100);
/// Why the sagas of a type are not driven by this process, for now.
#[derive(Debug, Error)]
enum Stopped {
    #[error("another process has them")]
    Lost,
    #[error("the app ends")]
    App,
    #[error("the event at position {position}: {error}")]
    At { position: u64, error: String },
    #[error(transparent)]
    Feed(#[from] FeedError),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Feed(error.into())
    }
}

pub(crate) struct Runner<S: Saga> {
    pub(crate) engine: Arc<Engine<S>>,
    pub(crate) going: Going,
}

/// The name under which is kept how far the log was taken.
pub(crate) fn triggers<S: Saga>() -> String {
    format!("{}.triggers", <S as SagaRoot>::NAME)
}

fn declaration<S: Saga>() -> Declaration {
    Declaration {
        projection: triggers::<S>(),
        // Whatever the version of the saga: its programs take turns.
        version: 1,
        fingerprint: 0,
        indexes: String::new(),
    }
}

/// The rows that sagas are found by.
pub(crate) fn rows<S: Saga>() -> Which {
    Which {
        projection: <S as SagaRoot>::NAME.to_owned(),
        version: 1,
    }
}

impl<S: Saga> Runner<S> {
    fn views(&self) -> Result<&dyn ViewStore, StoreError> {
        self.engine.shared.views()
    }

    /// Begins where the log ends, the first time that there are such sagas: what happened before starts none.
    pub(crate) async fn declare(&self) -> Result<(), StoreError> {
        let (views, shared) = (self.views()?, &self.engine.shared);
        self.engine.clock.set(views).await?;
        loop {
            let declared = views.declare(&declaration::<S>()).await?;
            if declared.stage != Stage::Building {
                return Ok(());
            }
            let claimed = views.claim(declared.id, shared.owner, shared.lease).await?;
            let Some(claimed) = claimed else {
                // Another process does it.
                tokio::time::sleep(shared.lease / 8).await;
                continue;
            };
            let head = views.head().await?;
            let batch = ViewBatch {
                generation: claimed.id,
                token: claimed.token,
                from: claimed.position,
                to: head.max(claimed.position),
                ..ViewBatch::default()
            };
            if views.write(&batch).await? {
                views.finish(claimed.id, claimed.token).await?;
                views.release(claimed.id, claimed.token).await?;
            }
        }
    }

    pub(crate) async fn run(mut self) {
        while !has_ended(&self.going) {
            match sheltered(self.claim()).await {
                Ok(Some(claimed)) => self.hold(claimed).await,
                Ok(None) => self.rest(self.engine.shared.lease / 4).await,
                Err(error) => {
                    warn!(%error, saga = <S as SagaRoot>::NAME, "the sagas cannot be claimed");
                    self.rest(RETRY).await;
                }
            }
        }
        self.engine.flights.call_off_all().await;
    }

    async fn claim(&self) -> Result<Option<Generation>, StoreError> {
        let (views, shared) = (self.views()?, &self.engine.shared);
        let declared = views.declare(&declaration::<S>()).await?;
        views.claim(declared.id, shared.owner, shared.lease).await
    }

    async fn rest(&mut self, duration: Duration) {
        tokio::select! {
            () = tokio::time::sleep(duration) => {}
            () = ended(&mut self.going) => {}
        }
    }

    async fn hold(&mut self, claimed: Generation) {
        let (generation, token) = (claimed.id, claimed.token);
        debug!(saga = <S as SagaRoot>::NAME, token, "claimed the sagas");
        let stopped = match sheltered(async { Ok::<_, StoreError>(self.held(claimed).await) }).await
        {
            Ok(stopped) => stopped,
            Err(panic) => panic.into(),
        };
        self.engine.timers.clear();
        self.engine.shared.retract(generation);
        match &stopped {
            Stopped::App => {}
            Stopped::Lost => {
                info!(
                    saga = <S as SagaRoot>::NAME,
                    "another process has the sagas"
                );
                // It runs them, too, and what it gives up is not to run on here.
                self.engine.flights.call_off_all().await;
            }
            Stopped::At { position, error } => {
                warn!(
                    saga = <S as SagaRoot>::NAME,
                    position, error, "the sagas stand still"
                );
                let fault = Fault {
                    position: *position,
                    error: error.clone(),
                };
                self.tell(generation, token, Some(&fault)).await;
            }
            Stopped::Feed(error) => {
                warn!(saga = <S as SagaRoot>::NAME, %error, "the sagas are interrupted");
            }
        }
        // Another program may get over what this one does not.
        if let Ok(views) = self.views()
            && let Err(error) = sheltered(views.release(generation, token)).await
        {
            debug!(%error, "a lease is not released; it runs out");
        }
        match stopped {
            Stopped::App | Stopped::Lost => {}
            Stopped::At { .. } => {
                self.rest(self.engine.shared.lease.min(Duration::from_secs(1)))
                    .await
            }
            Stopped::Feed(_) => self.rest(RETRY).await,
        }
    }

    async fn tell(&self, generation: u64, token: u64, fault: Option<&Fault>) {
        if let Ok(views) = self.views()
            && let Err(error) = sheltered(views.set_fault(generation, token, fault)).await
        {
            debug!(%error, "a fault is not written down");
        }
    }

    async fn held(&mut self, claimed: Generation) -> Stopped {
        let mut lease = Lease::keep(&self.engine.shared, &claimed);
        let mut going = self.going.clone();
        let engine = Arc::clone(&self.engine);
        let mut holder = Holder::new(self, claimed);
        tokio::select! {
            biased;
            () = ended(&mut going) => Stopped::App,
            () = lost(&mut lease) => Stopped::Lost,
            stopped = holder.hold() => stopped,
            () = wake(&engine) => Stopped::App,
        }
    }
}

/// Waits until the lease is another's.
async fn lost(lease: &mut Lease) {
    while lease.seen.borrow_and_update().is_some() {
        lease.changed().await;
    }
}

/// Looks after sagas whose time has come, for ever.
async fn wake<S: Saga>(engine: &Arc<Engine<S>>) {
    loop {
        let now = engine.clock.now();
        while let Some(id) = engine.timers.pop(now) {
            let firing = Arc::clone(engine);
            engine.beside(async move { firing.fire(&id).await }).await;
        }
        let until = engine.timers.next().map(|due| due.duration_since(now));
        tokio::select! {
            () = tokio::time::sleep(until.map_or(TICK, |until| until.min(TICK))) => {}
            () = engine.timers.changed() => {}
        }
    }
}
