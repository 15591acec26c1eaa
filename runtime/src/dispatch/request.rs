//! A command before it is admitted.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::admission::Refusal;
use super::dispatcher::Dispatcher;
use super::job::{Answer, Decide, Job, Stamp};
use crate::aggregate::{Aggregate, AggregateRoot, CommandContext};
use crate::error::SendError;
use crate::store::StreamName;
use crate::time::Timestamp;

/// A command, and all that is stored beside its events.
pub(crate) struct Request<A: Aggregate> {
    pub(crate) stream: StreamName,
    pub(crate) command: Box<dyn Decide<A>>,
    pub(crate) stamp: Stamp,
    pub(crate) correlation: Option<String>,
    pub(crate) causation: Option<String>,
    pub(crate) actor: Option<String>,
}

/// A command that is ready to be decided, and where its answer comes.
pub(crate) struct Admitted<A: Aggregate> {
    pub(crate) job: Job<A>,
    pub(crate) answer: oneshot::Receiver<Answer<A>>,
}

impl<A: Aggregate> Dispatcher<A> {
    /// Counts the command among those that are under way.
    ///
    /// # Errors
    /// [`SendError::Overloaded`] and [`SendError::ShuttingDown`].
    pub(crate) fn admit(
        &self,
        request: Request<A>,
    ) -> Result<Admitted<A>, SendError<<A as AggregateRoot>::Error>> {
        let permit = self
            .core
            .admission
            .admit()
            .map_err(|refusal| match refusal {
                Refusal::Full => SendError::Overloaded,
                Refusal::Closed => SendError::ShuttingDown,
            })?;
        let ctx = CommandContext {
            stream: request.stream,
            // Told each time that it is decided.
            time: Timestamp::default(),
            ids: Arc::clone(&self.core.ids),
            command_id: request.stamp.id,
            correlation: request.correlation,
            actor: request.actor,
        };
        let (reply, answer) = oneshot::channel();
        let job = Job {
            command: request.command,
            ctx,
            causation: request.causation,
            stamp: request.stamp,
            conflicts: 0,
            has_panicked: false,
            reply,
            permit,
        };
        Ok(Admitted { job, answer })
    }

    /// Sends a command and waits for its answer.
    ///
    /// # Errors
    /// Those of [`App::send`](crate::App::send).
    pub(crate) async fn perform(self: &Arc<Self>, request: Request<A>) -> Answer<A> {
        let command_id = request.stamp.id;
        let Admitted { job, answer } = self.admit(request)?;
        self.submit(job);
        // No answer at all: the runtime has ended.
        let unknown = SendError::OutcomeUnknown { command_id };
        answer.await.unwrap_or(Err(unknown))
    }
}
