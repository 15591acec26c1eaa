//! The task that sees to it that all generations of a projection are folded, and the old ones deleted.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::JoinHandle;
use tracing::{debug, warn};

use super::runner::Runner;
use super::shared::{Going, Registration, Shared, ended, has_ended};
use super::shelter::sheltered;
use crate::store::StoreError;
use crate::store::views::{Control, Generation, Stage};

/// So many documents of an old generation are deleted in one transaction.
const SWEPT: u32 = 500;

pub(crate) struct Supervisor {
    pub(crate) shared: Arc<Shared>,
    pub(crate) registration: Arc<Registration>,
    pub(crate) going: Going,
    running: HashMap<u64, JoinHandle<()>>,
}

impl Supervisor {
    pub(crate) fn new(shared: Arc<Shared>, registration: Arc<Registration>, going: Going) -> Self {
        Self {
            shared,
            registration,
            going,
            running: HashMap::new(),
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
        if live.is_empty() {
            self.shared.views()?.declare(declaration).await?;
            self.shared.look().await?;
            return Ok(true);
        }
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

    fn ensure_running(&mut self, generation: u64) {
        let (shared, registration, going) = (&self.shared, &self.registration, &self.going);
        self.running.entry(generation).or_insert_with(|| {
            let runner = Runner {
                shared: Arc::clone(shared),
                registration: Arc::clone(registration),
                generation,
                going: going.clone(),
            };
            shared.runtime.spawn(runner.run())
        });
    }

    /// Deletes what nobody wants any more; versions before this one, once this one is ready and nobody folds them.
    async fn retire(&self, other: &Generation, is_ready: bool) -> Result<bool, StoreError> {
        let views = self.shared.views()?;
        let is_older = other.declaration.version < self.registration.declaration.version;
        match other.stage {
            Stage::Dropped => {
                views.sweep(other.id, SWEPT).await?;
                Ok(true)
            }
            Stage::Building | Stage::Ready if is_ready && is_older && other.owner.is_none() => {
                let dropped = views.control(other.id, Control::Drop).await?;
                debug!(
                    generation = other.id,
                    dropped, "an older version of a projection is let go"
                );
                Ok(dropped)
            }
            Stage::Building | Stage::Ready => Ok(false),
        }
    }
}
