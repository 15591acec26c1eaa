//! What the projections of an app have in common.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::watch;
use uuid::Uuid;

use super::fold::Fold;
use super::inline::Inlined;
use super::{Mode, OnError};
use crate::feed::Feed;
use crate::store::tables::Teardown;
use crate::store::views::{Declaration, Generation, ViewStore, Which, unsupported};
use crate::store::{Store, StoreError};

/// A projection of the app, of whatever type it is.
pub(crate) struct Registration {
    pub(crate) type_id: TypeId,
    pub(crate) declaration: Declaration,
    pub(crate) mode: Mode,
    pub(crate) on_error: OnError,
    /// What deletes its tables, if it is kept in tables of the user's own.
    pub(crate) teardown: Option<Teardown>,
    pub(crate) inline: Option<Arc<dyn Inlined>>,
    pub(crate) folder: Box<dyn Fn() -> Box<dyn Fold> + Send + Sync>,
}

impl Registration {
    pub(crate) fn which(&self) -> Which {
        Which {
            projection: self.declaration.projection.clone(),
            version: self.declaration.version,
        }
    }
}

/// What each task of the projections holds.
pub(crate) struct Shared {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) feed: Arc<Feed>,
    pub(crate) runtime: Handle,
    /// Who this process is, to those who hold leases.
    pub(crate) owner: Uuid,
    pub(crate) lease: Duration,
    progress: Mutex<HashMap<u64, Progress>>,
    progressed: watch::Sender<()>,
    /// What is in the store, as it was seen last.
    board: watch::Sender<Arc<Vec<Generation>>>,
    /// Changes when somebody here changed something that others look at now and then.
    nudges: watch::Sender<()>,
    waiting: AtomicUsize,
    looking: tokio::sync::Mutex<()>,
    /// How many looks were begun.
    looks: AtomicU64,
    /// The projections of which a generation is about to pass the one that answers.
    passing: watch::Sender<Vec<String>>,
}

/// How far a generation has come that is folded here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Progress {
    pub(crate) position: u64,
    /// Events a second, over about the last seconds; 0 as long as nobody knows.
    pub(crate) rate: f64,
    at: Instant,
}

/// Whether the app goes on. It does not once the sender is gone.
pub(crate) type Going = watch::Receiver<bool>;

/// Waits for the end of the app.
pub(crate) async fn ended(going: &mut Going) {
    let _ = going.wait_for(|going| !going).await;
}

/// Whether the app has ended.
pub(crate) fn has_ended(going: &Going) -> bool {
    !*going.borrow() || going.has_changed().is_err()
}

impl Shared {
    pub(crate) fn new(
        store: Arc<dyn Store>,
        feed: Arc<Feed>,
        runtime: Handle,
        owner: Uuid,
        lease: Duration,
    ) -> Arc<Self> {
        Arc::new(Self {
            store,
            feed,
            runtime,
            owner,
            lease,
            progress: Mutex::default(),
            progressed: watch::Sender::new(()),
            board: watch::Sender::new(Arc::default()),
            nudges: watch::Sender::new(()),
            waiting: AtomicUsize::new(0),
            looking: tokio::sync::Mutex::default(),
            looks: AtomicU64::new(0),
            passing: watch::Sender::default(),
        })
    }

    pub(crate) fn views(&self) -> Result<&dyn ViewStore, StoreError> {
        self.store.views().ok_or_else(unsupported)
    }

    /// Says how far a generation has come.
    pub(crate) fn publish(&self, generation: u64, position: u64) {
        let now = Instant::now();
        let mut progress = self.all_progress();
        let entry = progress.entry(generation).or_insert(Progress {
            position,
            rate: 0.0,
            at: now,
        });
        let seconds = now.duration_since(entry.at).as_secs_f64();
        if seconds > 0.5 {
            // Positions are far below 2^52 for as long as anybody waits for an estimate.
            #[expect(clippy::cast_precision_loss, reason = "an estimate")]
            let rate = position.saturating_sub(entry.position) as f64 / seconds;
            let weight = if entry.rate > 0.0 { 0.3 } else { 1.0 };
            entry.rate += (rate - entry.rate) * weight;
            entry.at = now;
        }
        entry.position = position;
        drop(progress);
        self.progressed.send_replace(());
    }

    /// It is folded here no more.
    pub(crate) fn retract(&self, generation: u64) {
        self.all_progress().remove(&generation);
        self.progressed.send_replace(());
    }

    pub(crate) fn progress(&self, generation: u64) -> Option<Progress> {
        self.all_progress().get(&generation).copied()
    }

    fn all_progress(&self) -> MutexGuard<'_, HashMap<u64, Progress>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn progressed(&self) -> watch::Receiver<()> {
        self.progressed.subscribe()
    }

    pub(crate) fn nudge(&self) {
        self.nudges.send_replace(());
    }

    pub(crate) fn nudges(&self) -> watch::Receiver<()> {
        self.nudges.subscribe()
    }

    pub(crate) fn board(&self) -> watch::Receiver<Arc<Vec<Generation>>> {
        self.board.subscribe()
    }

    /// Looks which generations there are. One look follows another, so that none shows what was before the last.
    pub(crate) async fn look(&self) -> Result<Arc<Vec<Generation>>, StoreError> {
        let _one = self.looking.lock().await;
        self.look_now().await
    }

    async fn look_now(&self) -> Result<Arc<Vec<Generation>>, StoreError> {
        let generations = Arc::new(self.views()?.generations().await?);
        self.board.send_replace(Arc::clone(&generations));
        Ok(generations)
    }

    /// The same, in a task of its own: whoever waits for it may be dropped. All who ask while somebody looks share the
    /// next look.
    pub(crate) async fn look_soon(self: &Arc<Self>) -> Result<Arc<Vec<Generation>>, StoreError> {
        let (shared, before) = (Arc::clone(self), self.looks.load(Ordering::Acquire));
        let looking = self.runtime.spawn(async move {
            let _one = shared.looking.lock().await;
            if shared.looks.load(Ordering::Acquire) > before {
                return Ok(Arc::clone(&shared.board.borrow()));
            }
            shared.looks.fetch_add(1, Ordering::AcqRel);
            shared.look_now().await
        });
        looking
            .await
            .unwrap_or_else(|gone| Err(StoreError::unavailable(gone)))
    }

    /// Somebody waits for events to be folded: batches are then not made larger by waiting for more.
    pub(crate) fn wait(self: &Arc<Self>) -> Waiting {
        self.waiting.fetch_add(1, Ordering::AcqRel);
        self.progressed.send_replace(());
        Waiting(Arc::clone(self))
    }

    pub(crate) fn is_waited_for(&self) -> bool {
        self.waiting.load(Ordering::Acquire) > 0
    }

    /// A generation has come to the end of the log, but the one that answers is always a few events ahead of it.
    pub(crate) fn pass(self: &Arc<Self>, projection: &str) -> Passing {
        let projection = projection.to_owned();
        self.passing
            .send_modify(|passing| passing.push(projection.clone()));
        Passing(Arc::clone(self), projection)
    }

    /// Waits until no generation of the projection is about to pass.
    pub(crate) async fn passed(&self, projection: &str) {
        let mut passing = self.passing.subscribe();
        let _ = passing
            .wait_for(|passing| passing.iter().all(|each| each != projection))
            .await;
    }
}

/// A generation that is about to pass, until this is dropped.
pub(crate) struct Passing(Arc<Shared>, String);

impl Drop for Passing {
    fn drop(&mut self) {
        self.0.passing.send_modify(|passing| {
            let found = passing.iter().position(|each| *each == self.1);
            found.map(|index| passing.swap_remove(index));
        });
    }
}

/// Somebody who waits, until this is dropped.
pub(crate) struct Waiting(Arc<Shared>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}
