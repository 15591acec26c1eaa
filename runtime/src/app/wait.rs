//! Waiting for read models.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{App, SendCommand};
use crate::aggregate::Command;
use crate::dispatch::Answer;
use crate::projection::{Projection, Projections};
use crate::store::views::Which;

/// How long is waited at most, unless somebody says otherwise.
const TIMEOUT: Duration = Duration::from_secs(5);

impl App {
    /// Waits until each projection that was registered has folded all events up to a position, such as that of a
    /// [`Committed`](crate::Committed): whoever asks then sees them. `false` if that takes longer than `timeout`.
    ///
    /// It does not matter which process folds them. Dropping the future is safe.
    pub async fn wait(&self, position: u64, timeout: Duration) -> bool {
        let until = Instant::now() + timeout;
        for registration in &self.projections.registrations {
            let which = registration.which();
            if !self.projections.wait(&which, position, until).await {
                return false;
            }
        }
        true
    }
}

/// A command, and the read models that are to show what it did before its answer comes.
#[must_use = "a command is sent when it is awaited"]
pub struct WaitFor<C: Command> {
    command: SendCommand<C>,
    projections: Arc<Projections>,
    which: Vec<Which>,
    timeout: Duration,
}

impl<C: Command> SendCommand<C> {
    /// Waits, once the command is done, until a read model has folded its events: who asks it then, reads his own writes.
    ///
    /// At most five seconds, or what [`timeout`](WaitFor::timeout) says. The command does not fail if that is too short:
    /// [`Committed::visible`](crate::Committed::visible) is `false` then.
    ///
    /// ```
    /// # use gesta::{App, Command, Document, SendError};
    /// # async fn example<C, Statement: Document>(bank: &App, deposit: C) -> Result<(), Box<dyn std::error::Error>>
    /// # where C: Command, C::Aggregate: gesta::AggregateRoot<Id = String> {
    /// let done = bank.send("alice", deposit).wait_for::<Statement>().await?;
    /// if done.visible {
    ///     let statement = bank.view::<Statement>("alice").await?;
    /// #   let _ = statement;
    /// }
    /// # Ok(()) }
    /// ```
    pub fn wait_for<P: Projection>(self) -> WaitFor<C> {
        let projections = Arc::clone(&self.projections);
        let waiting = WaitFor {
            command: self,
            projections,
            which: Vec::new(),
            timeout: TIMEOUT,
        };
        waiting.wait_for::<P>()
    }
}

impl<C: Command> WaitFor<C> {
    /// Waits for another read model, too.
    pub fn wait_for<P: Projection>(mut self) -> Self {
        self.which.push(Which {
            projection: P::NAME.to_owned(),
            version: P::VERSION,
        });
        self
    }

    /// How long is waited for all of them together, after the command is done.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

impl<C: Command> IntoFuture for WaitFor<C> {
    type Output = Answer<C::Aggregate>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut done = self.command.await?;
            let until = Instant::now() + self.timeout;
            for which in &self.which {
                done.visible &= self.projections.wait(which, done.position, until).await;
            }
            Ok(done)
        })
    }
}
