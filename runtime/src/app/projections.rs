//! What people see of projections, and what they do to them.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use super::App;
use crate::dispatch::Core;
use crate::projection::{
    Mode, Projection, Projections, Registration, declaration_of, registration_of,
};
use crate::store::views::{
    Control, Declaration, Fault, Generation, ParkedEvent, Request, Stage, unsupported,
};
use crate::store::{PageLimit, StoreError, StoredEvent};

/// How far a generation of a projection is. There is one for each version of its code, and one for each rebuild.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ProjectionStatus {
    /// The name of the projection.
    pub name: String,
    /// The version of its code.
    pub version: u32,
    /// The number of the generation: a rebuild has a higher one.
    pub generation: u64,
    /// What it does.
    pub state: ProjectionState,
    /// Every event up to this position is in it.
    pub position: u64,
    /// How many events of the log are not in it yet.
    pub behind: u64,
    /// For how long the first of those has been in the log, by the app's clock.
    pub lag: Duration,
    /// How long it will take at the speed of the last seconds; known only in the process that folds it.
    pub remaining: Option<Duration>,
    /// Whether some process holds it.
    pub is_owned: bool,
    /// Why it stands still, where it does not take an event.
    pub fault: Option<Fault>,
    /// Whether this program's code is not the code that folded it, though it has the same version.
    pub is_outdated: bool,
}

/// What a generation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProjectionState {
    /// It is being built; questions are answered by another, if there is one.
    Building,
    /// It answers questions, and follows the log.
    Ready,
    /// Somebody paused it.
    Paused,
    /// It stands still at an event that it does not take: see [`ProjectionStatus::fault`].
    Stopped,
    /// It is being deleted.
    Dropped,
}

/// An event that was kept apart with its key, because the projection did not take it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parked {
    /// The key of the document.
    pub key: String,
    /// Why it is not taken; `None` for an event that waits behind another of its key.
    pub error: Option<String>,
    /// How often it was tried.
    pub attempts: u32,
    /// The event as it is stored.
    pub event: StoredEvent,
}

/// Why a projection is not paused.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum PauseError {
    /// It is inline and answers, so that its events are folded in the transaction that appends them, and nothing changes.
    /// To fold it no more, leave it out of the programs that append.
    #[error("the inline projection `{projection}` is folded in each append, and cannot be paused")]
    Inline {
        /// The name of the projection.
        projection: &'static str,
    },
    /// The store failed. Try again later.
    #[error("the store did not pause the projection")]
    Store(#[from] StoreError),
}

/// One projection, to be rebuilt, paused, mended.
///
/// All of this works from any process; the one that folds the projection hears of it within the time of a lease.
pub struct ProjectionHandle<P> {
    core: Arc<Core>,
    projections: Arc<Projections>,
    of: PhantomData<fn() -> P>,
}

impl App {
    /// Every projection in the store, with each of its generations, oldest first: also those of other apps.
    ///
    /// Dropping the future is safe.
    ///
    /// # Errors
    /// What the store says.
    pub async fn projections(&self) -> Result<Vec<ProjectionStatus>, StoreError> {
        let (core, projections) = (Arc::clone(&self.core), Arc::clone(&self.projections));
        uncancelled(
            &self.core,
            async move { statuses(&core, &projections).await },
        )
        .await
    }

    /// The position of the log's last event; 0 if there is none.
    ///
    /// Dropping the future is safe.
    ///
    /// # Errors
    /// What the store says.
    pub async fn position(&self) -> Result<u64, StoreError> {
        let core = Arc::clone(&self.core);
        uncancelled(&self.core, async move {
            core.store.views().ok_or_else(unsupported)?.head().await
        })
        .await
    }

    /// One projection, to be rebuilt, paused, mended.
    #[must_use]
    pub fn projection<P: Projection>(&self) -> ProjectionHandle<P> {
        ProjectionHandle {
            core: Arc::clone(&self.core),
            projections: Arc::clone(&self.projections),
            of: PhantomData,
        }
    }
}

async fn statuses(
    core: &Core,
    projections: &Projections,
) -> Result<Vec<ProjectionStatus>, StoreError> {
    let views = core.store.views().ok_or_else(unsupported)?;
    let generations = views.generations().await?;
    let head = views.head().await?;
    let mut statuses = Vec::new();
    for generation in generations {
        statuses.push(status(core, projections, generation, head).await?);
    }
    Ok(statuses)
}

async fn status(
    core: &Core,
    projections: &Projections,
    generation: Generation,
    head: u64,
) -> Result<ProjectionStatus, StoreError> {
    let behind = head.saturating_sub(generation.position);
    let rate = projections.shared.progress(generation.id);
    let rate = rate.map_or(0.0, |progress| progress.rate);
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let remaining = (rate > 0.0).then(|| behind as f64 / rate);
    let registered = projections.registrations.iter();
    let registered = registered.map(|each| &each.declaration);
    let is_outdated = registered.into_iter().any(|declaration| {
        let stored = &generation.declaration;
        (&declaration.projection, declaration.version) == (&stored.projection, stored.version)
            && declaration.fingerprint != stored.fingerprint
    });
    Ok(ProjectionStatus {
        state: state(&generation),
        behind,
        lag: lag(core, generation.position, behind).await?,
        remaining: remaining.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
        is_owned: generation.owner.is_some(),
        is_outdated,
        generation: generation.id,
        position: generation.position,
        fault: generation.fault,
        name: generation.declaration.projection,
        version: generation.declaration.version,
    })
}

fn state(generation: &Generation) -> ProjectionState {
    match generation.stage {
        Stage::Dropped => ProjectionState::Dropped,
        _ if generation.paused => ProjectionState::Paused,
        _ if generation.fault.is_some() => ProjectionState::Stopped,
        Stage::Building => ProjectionState::Building,
        Stage::Ready => ProjectionState::Ready,
    }
}

async fn lag(core: &Core, position: u64, behind: u64) -> Result<Duration, StoreError> {
    if behind == 0 {
        return Ok(Duration::ZERO);
    }
    let next = one(core, position + 1).await?;
    let now = core.clock.now();
    Ok(next.map_or(Duration::ZERO, |next| now.duration_since(next.meta.time)))
}

async fn one(core: &Core, position: u64) -> Result<Option<StoredEvent>, StoreError> {
    let limit = PageLimit {
        events: 1,
        bytes: 1,
    };
    let page = core
        .store
        .read_log(position.saturating_sub(1), limit)
        .await?;
    Ok(page.events.into_iter().next())
}

impl<P: Projection> ProjectionHandle<P> {
    /// Begins to build the projection anew, beside the one that answers questions; once it has come as far, it takes over, in
    /// one transaction. Gives the number of the new generation; of the one that is being built, if one is.
    ///
    /// A raised `version` does the same by itself.
    ///
    /// # Errors
    /// What the store says.
    pub async fn rebuild(&self) -> Result<u64, StoreError> {
        let declaration = declaration_of::<P>();
        let core = Arc::clone(&self.core);
        let rebuilding = uncancelled(&self.core, async move {
            let views = core.store.views().ok_or_else(unsupported)?;
            views.rebuild(&declaration).await
        });
        let generation = rebuilding.await?.id;
        self.projections.shared.nudge();
        Ok(generation)
    }

    /// Lets a generation stand still: the one that is being built, else the one that answers questions, which then falls
    /// behind. `false` if there is none.
    ///
    /// # Errors
    /// [`PauseError::Inline`] for an inline projection that answers; else what the store says.
    pub async fn pause(&self) -> Result<bool, PauseError> {
        self.control(|found, registration| {
            let is_in_appends = registration.mode == Mode::Inline && found.stage == Stage::Ready;
            match is_in_appends {
                true => Err(PauseError::Inline {
                    projection: P::NAME,
                }),
                false => Ok(Some(Control::Pause)),
            }
        })
        .await
    }

    /// Lets it go on, after a pause or where it has stopped at an event.
    ///
    /// # Errors
    /// What the store says.
    pub async fn resume(&self) -> Result<bool, StoreError> {
        self.control(|_, _| Ok(Some(Control::Resume))).await
    }

    /// Gives up a rebuild: what is built so far is deleted. `false` if nothing is being built.
    ///
    /// # Errors
    /// What the store says.
    pub async fn cancel(&self) -> Result<bool, StoreError> {
        self.control(|found, _| {
            let is_building = found.stage == Stage::Building;
            Ok(is_building.then_some(Control::Drop))
        })
        .await
    }

    /// Does with the newest generation what is wanted for it, if something is.
    async fn control<E: From<StoreError> + Send + 'static>(
        &self,
        wanted: fn(&Generation, &Registration) -> Result<Option<Control>, E>,
    ) -> Result<bool, E> {
        let core = Arc::clone(&self.core);
        let registration = registration_of::<P>();
        let controlled = uncancelled::<_, E>(&self.core, async move {
            let views = core.store.views().ok_or_else(unsupported)?;
            let generations = views.generations().await?;
            let Some(found) = newest(&generations, &registration.declaration) else {
                return Ok(false);
            };
            match wanted(found, &registration)? {
                Some(control) => Ok(views.control(found.id, control).await?),
                None => Ok(false),
            }
        });
        let controlled = controlled.await?;
        self.projections.shared.nudge();
        Ok(controlled)
    }

    /// Events that are kept apart because they were not taken, and those of the same keys that came later: the first
    /// thousand, by key and position.
    ///
    /// # Errors
    /// What the store says.
    pub async fn parked(&self) -> Result<Vec<Parked>, StoreError> {
        let core = Arc::clone(&self.core);
        let declaration = declaration_of::<P>();
        let reading = uncancelled(&self.core, async move {
            let views = core.store.views().ok_or_else(unsupported)?;
            let mut parked = Vec::new();
            if let Some(found) = newest(&views.generations().await?, &declaration) {
                for event in views.parked(found.id, None, 1_000).await? {
                    parked.extend(with_event(&core, event).await?);
                }
            }
            Ok(parked)
        });
        reading.await
    }

    /// Tries the parked events of a key again, oldest first, as today's code reads them. `false` if the key is not parked.
    ///
    /// It is done soon, by the process that folds the projection: see [`parked`](Self::parked) for what became of it.
    ///
    /// # Errors
    /// What the store says.
    pub async fn retry(&self, key: impl std::fmt::Display) -> Result<bool, StoreError> {
        self.request(key.to_string(), Request::Retry).await
    }

    /// Leaves out a parked event for good, the first of its key, and tries those behind it. `false` if it is not that.
    ///
    /// # Errors
    /// What the store says.
    pub async fn skip(
        &self,
        key: impl std::fmt::Display,
        position: u64,
    ) -> Result<bool, StoreError> {
        self.request(key.to_string(), Request::Skip(position)).await
    }

    async fn request(&self, key: String, request: Request) -> Result<bool, StoreError> {
        let core = Arc::clone(&self.core);
        let declaration = declaration_of::<P>();
        let requesting = uncancelled(&self.core, async move {
            let views = core.store.views().ok_or_else(unsupported)?;
            match newest(&views.generations().await?, &declaration) {
                Some(found) => views.request(found.id, &key, request).await,
                None => Ok(false),
            }
        });
        let requested = requesting.await?;
        self.projections.shared.nudge();
        Ok(requested)
    }
}

/// The generation that is being built, else the one that answers questions.
fn newest<'a>(generations: &'a [Generation], declaration: &Declaration) -> Option<&'a Generation> {
    let own = generations.iter().filter(|each| {
        let Declaration {
            projection,
            version,
            ..
        } = &each.declaration;
        (projection, version) == (&declaration.projection, &declaration.version)
            && each.stage != Stage::Dropped
    });
    own.max_by_key(|each| each.id)
}

async fn with_event(core: &Core, parked: ParkedEvent) -> Result<Option<Parked>, StoreError> {
    let event = one(core, parked.position).await?;
    Ok(event.map(|event| Parked {
        key: parked.key,
        error: parked.error,
        attempts: parked.attempts,
        event,
    }))
}

/// Runs in a task of its own: whoever drops the future does not stop SQL half way.
async fn uncancelled<T: Send + 'static, E: From<StoreError> + Send + 'static>(
    core: &Core,
    work: impl Future<Output = Result<T, E>> + Send + 'static,
) -> Result<T, E> {
    let working = core.runtime.spawn(work);
    working
        .await
        .unwrap_or_else(|gone| Err(StoreError::unavailable(gone).into()))
}
