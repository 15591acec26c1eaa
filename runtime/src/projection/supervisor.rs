//! The task that sees to it that all generations of a projection are folded, and the old ones deleted.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::JoinHandle;
use tokio::time::Instant;
use tracing::{debug, warn};

use super::runner::Runner;
use super::shared::{Going, Registration, Shared, ended, has_ended};
use super::shelter::sheltered;
use crate::feed::said;
use crate::store::StoreError;
use crate::store::tables::TABLES;
use crate::store::views::{Control, Generation, Stage, ViewStore, unsupported};

/// So many documents of an old generation are deleted in one transaction.
const SWEPT: u32 = 500;

pub(crate) struct Supervisor {
    pub(crate) shared: Arc<Shared>,
    pub(crate) registration: Arc<Registration>,
    pub(crate) going: Going,
    running: HashMap<u64, JoinHandle<()>>,
    /// Since when generations whose tables are to be deleted are known to be dropped.
    dropped: HashMap<u64, Instant>,
    /// Whether it stood still when it was seen last.
    is_stopped: bool,
}

impl Supervisor {
    pub(crate) fn new(shared: Arc<Shared>, registration: Arc<Registration>, going: Going) -> Self {
        Self {
            shared,
            registration,
            going,
            running: HashMap::new(),
            dropped: HashMap::new(),
            is_stopped: false,
        }
    }

    /// Runs until the app ends and all that it started has ended, too.
    pub(crate) async fn run(mut self) {
        let mut board = self.shared.board();
        while !has_ended(&self.going) {
            let generations = Arc::clone(&board.borrow_and_update());
            let tidied = sheltered(self.tidy(&generations)).await;
            if let Err(error) = &tidied {
                let projection = &self.registration.declaration.projection;
                warn!(%error, %projection, "the generations of a projection are not seen to");
            }
            // What is swept, is swept to its end.
            if matches!(tidied, Ok(true)) {
                continue;
            }
            tokio::select! {
                _ = board.changed() => {}
                () = ended(&mut self.going) => {}
            }
        }
        for (_, runner) in self.running {
            let _ = runner.await;
        }
    }

    /// Whether there is more to do at once.
    async fn tidy(&mut self, generations: &[Generation]) -> Result<bool, StoreError> {
        let registration = Arc::clone(&self.registration);
        let declaration = &registration.declaration;
        let mut of_this = generations
            .iter()
            .filter(|each| each.declaration.projection == declaration.projection);
        let own = |each: &&Generation| {
            each.declaration.version == declaration.version && each.stage != Stage::Dropped
        };
        let (live, others): (Vec<_>, Vec<_>) = of_this.by_ref().partition(own);
        self.running.retain(|_, runner| !runner.is_finished());
        for each in &live {
            self.ensure_running(each.id);
        }
        if live.is_empty() && self.is_stopped && others.iter().any(|each| self.is_newer(each)) {
            // Built anew, it would but stop there again.
            return Ok(false);
        }
        if live.is_empty() {
            self.shared.views()?.declare(declaration).await?;
            self.shared.look().await?;
            return Ok(true);
        }
        self.is_stopped = live.iter().all(|each| each.fault.is_some());
        let is_ready = live.iter().any(|each| each.stage == Stage::Ready);
        let mut more = false;
        for other in others {
            more |= self.retire(other, is_ready).await?;
        }
        if more {
            self.shared.look().await?;
        }
        Ok(more)
    }

    /// Whether it answers in place of this version.
    fn is_newer(&self, other: &Generation) -> bool {
        other.stage == Stage::Ready
            && other.declaration.version > self.registration.declaration.version
    }

    fn ensure_running(&mut self, generation: u64) {
        let (shared, registration, going) = (&self.shared, &self.registration, &self.going);
        self.running.entry(generation).or_insert_with(|| {
            let runner = Runner {
                shared: Arc::clone(shared),
                registration: Arc::clone(registration),
                generation,
                going: going.clone(),
                stopped: None,
            };
            shared.runtime.spawn(runner.run())
        });
    }

    /// Deletes what nobody wants any more; versions before this one, once this one is ready and nobody folds them.
    async fn retire(&mut self, other: &Generation, is_ready: bool) -> Result<bool, StoreError> {
        let is_older = other.declaration.version < self.registration.declaration.version;
        match other.stage {
            Stage::Dropped if !self.tear_down(other).await => Ok(false),
            Stage::Dropped => {
                self.dropped.remove(&other.id);
                self.shared.views()?.sweep(other.id, SWEPT).await?;
                Ok(true)
            }
            Stage::Building | Stage::Ready if is_ready && is_older && other.owner.is_none() => {
                let dropped = self
                    .shared
                    .views()?
                    .control(other.id, Control::Drop)
                    .await?;
                debug!(
                    generation = other.id,
                    dropped, "an older version of a projection is let go"
                );
                Ok(dropped)
            }
            Stage::Building | Stage::Ready => Ok(false),
        }
    }

    /// Whether it has no tables any more. They stay for the time of a lease: somebody may just have asked for their names.
    async fn tear_down(&mut self, other: &Generation) -> bool {
        let has_tables = other.declaration.indexes == TABLES;
        let Some(teardown) = self.registration.teardown.filter(|_| has_tables) else {
            return true;
        };
        let since = *self.dropped.entry(other.id).or_insert_with(Instant::now);
        if since.elapsed() < self.shared.lease {
            return false;
        }
        let torn = match self.shared.views().map(ViewStore::tables) {
            Ok(Some(tables)) => tables.tear_down(other.id, teardown).await,
            Ok(None) => Err(unsupported().into()),
            Err(error) => Err(error.into()),
        };
        if let Err(error) = &torn {
            let projection = &self.registration.declaration.projection;
            let (error, generation) = (said(error), other.id);
            warn!(%error, %projection, generation, "tables of an old generation are not deleted");
        }
        torn.is_ok()
    }
}
