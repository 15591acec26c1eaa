//! All projections of an app.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tracing::{debug, warn};

use super::Mode;
use super::shared::{Going, Registration, Shared, ended, has_ended};
use super::shelter::sheltered;
use super::supervisor::Supervisor;
use crate::store::StoreError;
use crate::store::views::{Control, Declaration, Fault, Generation, Stage, Which};

/// How often is looked at the store for what other processes do, while somebody waits for it.
const LOOK: Duration = Duration::from_millis(25);

pub(crate) struct Projections {
    pub(crate) shared: Arc<Shared>,
    pub(crate) registrations: Vec<Arc<Registration>>,
    going: watch::Sender<bool>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Projections {
    /// Declares all, and begins to fold.
    pub(crate) async fn start(
        shared: Arc<Shared>,
        registrations: Vec<Arc<Registration>>,
    ) -> Result<Self, Refused> {
        let kept = || registrations.iter().filter(|each| each.mode != Mode::Live);
        for registration in kept() {
            let declared = declare(&shared, &registration.declaration).await?;
            // Why it stood still may be mended, and without it there is no start.
            if registration.inline.is_some() && declared.stage == Stage::Building {
                shared
                    .views()?
                    .control(declared.id, Control::Resume)
                    .await?;
            }
        }
        let going = watch::Sender::new(true);
        let mut tasks = Vec::new();
        if kept().next().is_some() {
            shared.look().await?;
            let mut end = going.subscribe();
            shared.feed.watch(async move { ended(&mut end).await });
            tasks.push(
                shared
                    .runtime
                    .spawn(look(Arc::clone(&shared), going.subscribe())),
            );
        }
        for registration in kept() {
            let (shared, registration) = (Arc::clone(&shared), Arc::clone(registration));
            let supervisor = Supervisor::new(Arc::clone(&shared), registration, going.subscribe());
            tasks.push(shared.runtime.spawn(supervisor.run()));
        }
        let projections = Self {
            shared,
            registrations,
            going,
            tasks: Mutex::new(tasks),
        };
        projections.await_inline().await?;
        Ok(projections)
    }

    /// Waits until all that is to be folded in appends is ready for it.
    async fn await_inline(&self) -> Result<(), Refused> {
        let mut board = self.shared.board();
        let inline = self
            .registrations
            .iter()
            .filter(|each| each.inline.is_some());
        for which in inline.map(|each| each.which()) {
            loop {
                let seen = Arc::clone(&board.borrow_and_update());
                let mut own = seen.iter().filter(|each| {
                    each.declaration.projection == which.projection
                        && each.declaration.version == which.version
                });
                if own.clone().any(|each| each.stage == Stage::Ready) {
                    break;
                }
                if let Some(fault) = own.find_map(|each| each.fault.clone()) {
                    self.end().await;
                    return Err(Refused::Fault(which.projection, fault));
                }
                let _ = board.changed().await;
            }
        }
        Ok(())
    }

    /// Ends all, and gives all leases up.
    pub(crate) async fn end(&self) {
        self.going.send_replace(false);
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            let _ = task.await;
        }
    }

    /// Whether what this version of a projection is answered from has all events up to a position, by this time.
    pub(crate) async fn wait(&self, which: &Which, position: u64, until: Instant) -> bool {
        let mut of_it = self.registrations.iter();
        let of_it = of_it.find(|each| each.declaration.projection == which.projection);
        if of_it.is_some_and(|each| each.mode == Mode::Live) {
            return true;
        }
        let mut progressed = self.shared.progressed();
        let _waiting = self.shared.wait();
        loop {
            progressed.mark_unchanged();
            if self.has_come(which, position).await {
                return true;
            }
            if Instant::now() >= until {
                return false;
            }
            let pause = tokio::time::sleep_until(until.min(Instant::now() + LOOK));
            tokio::select! {
                _ = progressed.changed() => {}
                () = pause => {}
            }
        }
    }

    fn is_inline(&self, which: &Which) -> bool {
        let mut inline = self
            .registrations
            .iter()
            .filter(|each| each.inline.is_some());
        inline.any(|each| each.declaration.projection == which.projection)
    }

    async fn has_come(&self, which: &Which, position: u64) -> bool {
        let seen = Arc::clone(&self.shared.board().borrow());
        if let Some(asked) = asked(&seen, which)
            && let Some(progress) = self.shared.progress(asked.id)
        {
            if progress.position >= position {
                return true;
            }
            if !self.is_inline(which) {
                return false;
            }
        }
        // Somebody else folds it.
        let seen = self.shared.look_soon().await.unwrap_or_default();
        asked(&seen, which).is_some_and(|asked| asked.position >= position)
    }
}

impl Drop for Projections {
    fn drop(&mut self) {
        self.going.send_replace(false);
    }
}

/// The generation that answers questions.
pub(crate) fn asked<'a>(generations: &'a [Generation], which: &Which) -> Option<&'a Generation> {
    let ready = generations.iter().filter(|each| {
        each.stage == Stage::Ready && each.declaration.projection == which.projection
    });
    ready.max_by_key(|each| (each.declaration.version == which.version, each.id))
}

/// Why projections do not start.
pub(crate) enum Refused {
    Store(StoreError),
    Indexes(String),
    /// An inline projection does not take an event of the log.
    Fault(String, Fault),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

async fn declare(shared: &Shared, declaration: &Declaration) -> Result<Generation, Refused> {
    let declared = shared.views()?.declare(declaration).await?;
    let stored = &declared.declaration;
    let Declaration {
        projection,
        version,
        fingerprint,
        indexes,
    } = declaration;
    if stored.indexes != *indexes {
        return Err(Refused::Indexes(projection.clone()));
    }
    if stored.fingerprint != *fingerprint {
        warn!(%projection, version, "the code of a projection changed, and its version did not: what it folded before stays as it is");
    }
    Ok(declared)
}

/// Looks now and then which generations there are.
async fn look(shared: Arc<Shared>, mut going: Going) {
    let mut nudges = shared.nudges();
    while !has_ended(&going) {
        if let Err(error) = sheltered(shared.look()).await {
            debug!(%error, "the projections are not looked at");
        }
        tokio::select! {
            () = tokio::time::sleep(shared.lease / 4) => {}
            _ = nudges.changed() => {}
            () = ended(&mut going) => {}
        }
    }
}
