//! The task that folds one generation, while this process holds it.

use std::sync::Arc;
use std::time::Duration;

use tracing::{debug, info, warn};

use super::fold::Fold;
use super::owner::{Ended, Owner};
use super::shared::{Going, Registration, Shared, ended, has_ended};
use super::shelter::sheltered;
use crate::store::StoreError;
use crate::store::views::{Generation, Stage};

/// How long it takes until the store is asked again after an error.
const RETRY: Duration = Duration::from_millis(250);

pub(crate) struct Runner {
    pub(crate) shared: Arc<Shared>,
    pub(crate) registration: Arc<Registration>,
    pub(crate) generation: u64,
    pub(crate) going: Going,
    /// The position at which this process stopped, and leaves it to others to go on.
    pub(crate) stopped: Option<u64>,
}

impl Runner {
    /// Folds whenever nobody else does, until the app ends or the generation is dropped.
    pub(crate) async fn run(mut self) {
        let mut fold = (self.registration.folder)();
        let mut board = self.shared.board();
        while !has_ended(&self.going) {
            if self.stands_still(&board.borrow_and_update()) {
                tokio::select! {
                    _ = board.changed() => {}
                    () = ended(&mut self.going) => {}
                }
                continue;
            }
            match sheltered(self.claim()).await {
                Ok(Some(claimed)) => self.own(&mut *fold, claimed).await,
                Ok(None) if self.is_gone() => return,
                Ok(None) => self.rest(self.shared.lease / 4).await,
                Err(error) => {
                    warn!(%error, projection = self.name(), "a projection cannot be claimed");
                    self.rest(RETRY).await;
                }
            }
        }
    }

    fn name(&self) -> &str {
        &self.registration.declaration.projection
    }

    async fn claim(&self) -> Result<Option<Generation>, StoreError> {
        let (views, shared) = (self.shared.views()?, &self.shared);
        views
            .claim(self.generation, shared.owner, shared.lease)
            .await
    }

    async fn release(&self, generation: u64, token: u64) -> Result<(), StoreError> {
        self.shared.views()?.release(generation, token).await
    }

    fn is_gone(&self) -> bool {
        let board = self.shared.board();
        let board = board.borrow();
        let found = board.iter().find(|each| each.id == self.generation);
        found.is_none_or(|found| found.stage == Stage::Dropped)
    }

    /// Whether it still stands where this process stopped. Nobody tries there again whose code did not take the event, until
    /// somebody says so, or has gone on from there.
    fn stands_still(&mut self, board: &[Generation]) -> bool {
        let found = board.iter().find(|each| each.id == self.generation);
        let fault = found.and_then(|found| found.fault.as_ref());
        self.stopped = self
            .stopped
            .filter(|at| fault.is_some_and(|fault| fault.position == *at));
        self.stopped.is_some()
    }

    async fn release_claim(&self, generation: u64, token: u64) {
        if let Err(error) = sheltered(self.release(generation, token)).await {
            debug!(%error, "a lease is not released; it runs out");
        }
    }

    async fn rest(&mut self, duration: Duration) {
        tokio::select! {
            () = tokio::time::sleep(duration) => {}
            () = ended(&mut self.going) => {}
        }
    }

    async fn own(&mut self, fold: &mut dyn Fold, claimed: Generation) {
        let (generation, token) = (claimed.id, claimed.token);
        debug!(
            projection = self.name(),
            generation,
            token,
            position = claimed.position,
            "claimed a projection"
        );
        let mut owner = Owner::new(
            &self.shared,
            &self.registration,
            self.going.clone(),
            fold,
            claimed,
        );
        let outcome = sheltered(owner.run()).await;
        drop(owner);
        self.shared.retract(generation);
        match outcome {
            Ok(Ended::App) => self.release_claim(generation, token).await,
            Ok(Ended::Stopped(position)) => {
                self.stopped = Some(position);
                self.release_claim(generation, token).await;
            }
            Ok(Ended::Lost) => info!(
                projection = self.name(),
                generation, "another process has the projection"
            ),
            Err(error) => {
                warn!(%error, projection = self.name(), generation, "a projection is interrupted");
                self.rest(RETRY).await;
            }
        }
    }
}
