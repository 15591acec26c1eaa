//! An event that is not taken: it is tried again, then the projection stops there, or the key is parked.

use std::collections::HashSet;
use std::time::Duration;

use tracing::{error, warn};

use super::OnError;
use super::owner::{Owner, Stopped};
use super::route::Trouble;
use crate::feed::{FeedError, said};
use crate::store::views::Fault;

/// How often an event is tried, and how long the first pause is; each next one is four times as long.
const ATTEMPTS: u32 = 4;
const PAUSE: Duration = Duration::from_millis(20);
/// Parked events are read in pages of so many.
pub(super) const PARKED: u32 = 1_000;

/// An event that was not taken, and is tried again once all before it is written.
pub(super) struct Facing {
    pub(super) position: u64,
    attempts: u32,
}

impl Facing {
    /// Up to where events may be folded before the next write.
    pub(super) fn limit(facing: Option<&Self>, folded: u64) -> u64 {
        match facing {
            // By itself, so that it takes nothing with it.
            Some(facing) if folded + 1 >= facing.position => facing.position.max(folded + 1),
            Some(facing) => facing.position - 1,
            None => u64::MAX,
        }
    }
}

impl Owner<'_> {
    /// Goes back to what is written, and decides how to go on.
    pub(super) async fn face(&mut self, trouble: Trouble) -> Result<(), Stopped> {
        let before = self.facing.take();
        let attempts = match before {
            Some(facing) if facing.position == trouble.position => facing.attempts + 1,
            _ => 1,
        };
        self.start_again().await?;
        let (projection, position) = (&self.registration.declaration.projection, trouble.position);
        if attempts < ATTEMPTS {
            warn!(%projection, position, attempts, "a projection does not take an event; it is tried again");
            tokio::time::sleep(PAUSE * 4_u32.pow(attempts - 1)).await;
            self.facing = Some(Facing { position, attempts });
            return Ok(());
        }
        if self.parks(&trouble) {
            error!(%projection, position, "a key of a projection is parked");
            self.fold.park(&trouble, attempts);
            return Ok(());
        }
        error!(%projection, position, "a projection stops at an event");
        let error = trouble.said();
        self.stop(Fault { position, error }).await
    }

    /// An inline projection never parks: appends know of no parked key, and would fold what follows.
    fn parks(&self, trouble: &Trouble) -> bool {
        let parks = self.registration.on_error == OnError::Park;
        parks && trouble.key.is_some() && self.registration.inline.is_none()
    }

    /// Stands still in front of what is damaged.
    pub(super) async fn stop_at(&mut self, damage: &FeedError) -> Result<(), Stopped> {
        if self.folded > self.state.position {
            self.write(false).await?;
        }
        let position = self.folded + 1;
        error!(projection = %self.registration.declaration.projection, position, %damage, "a projection stops: the store is damaged");
        let error = said(damage);
        self.stop(Fault { position, error }).await
    }

    async fn stop(&mut self, fault: Fault) -> Result<(), Stopped> {
        let position = fault.position;
        self.set_fault(Some(fault)).await?;
        Err(Stopped::At(position))
    }

    /// Goes on after a fault whose event, at `least` here or behind, is in what is written. Where tables are set up there is
    /// a fault at position 0, which only a write overcomes.
    pub(super) async fn forget_fault(&mut self, least: u64) -> Result<(), Stopped> {
        let fault = self.state.fault.as_ref();
        let is_past = |fault: &Fault| (least..=self.state.position).contains(&fault.position);
        match fault.is_some_and(is_past) {
            true => self.set_fault(None).await,
            false => Ok(()),
        }
    }

    async fn set_fault(&mut self, fault: Option<Fault>) -> Result<(), Stopped> {
        let (generation, token) = (self.state.id, self.state.token);
        if !self
            .views()?
            .set_fault(generation, token, fault.as_ref())
            .await?
        {
            return Err(Stopped::Lost);
        }
        self.state.fault = fault;
        self.lease.expect(&self.state);
        self.shared.look().await?;
        Ok(())
    }

    /// Forgets what is not written.
    pub(super) async fn start_again(&mut self) -> Result<(), Stopped> {
        let mut keys = HashSet::new();
        let mut after: Option<(String, u64)> = None;
        loop {
            let cursor = after
                .as_ref()
                .map(|(key, position)| (key.as_str(), *position));
            let page = self.views()?.parked(self.state.id, cursor, PARKED).await?;
            let Some(last) = page.last() else { break };
            after = Some((last.key.clone(), last.position));
            keys.extend(page.into_iter().map(|each| each.key));
        }
        self.fold.reset(keys);
        self.folded = self.state.position;
        Ok(())
    }
}
