//! A command on its way out of the caller's hands.

use std::future::{Future, IntoFuture};
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::oneshot;
use tracing::trace;
use uuid::Uuid;

use super::App;
use super::digest::digest;
use crate::aggregate::{AggregateRoot, Command, CommandContext};
use crate::dispatch::{Answer, Core, Dispatcher, Job, Refusal, Stamp};
use crate::error::SendError;
use crate::store::{InvalidId, StreamName, check_text};

/// A command that is about to be sent: await it, or say more about it first.
#[must_use = "a command is sent when it is awaited"]
pub struct SendCommand<C: Command> {
    core: Arc<Core>,
    dispatcher: Option<Arc<Dispatcher<C::Aggregate>>>,
    id: String,
    command: C,
    command_id: Option<Uuid>,
    correlation: Option<String>,
    causation: Option<String>,
    actor: Option<String>,
}

impl<C: Command> SendCommand<C> {
    pub(super) fn new(app: &App, id: String, command: C) -> Self {
        Self {
            core: Arc::clone(&app.core),
            dispatcher: app.dispatcher(),
            id,
            command,
            command_id: None,
            correlation: None,
            causation: None,
            actor: None,
        }
    }

    /// Gives the command an id, under which it takes effect once however often it is sent.
    ///
    /// An id counts for one aggregate: two commands of one request may share it. A retry must be the same command, by
    /// its name and its JSON.
    pub fn command_id(mut self, id: Uuid) -> Self {
        self.command_id = Some(id);
        self
    }

    /// Says what larger piece of work the command belongs to. Stored with each event.
    pub fn correlation(mut self, correlation: impl Into<String>) -> Self {
        self.correlation = Some(correlation.into());
        self
    }

    /// Says what brought the command about, such as the id of a message. Stored with each event.
    pub fn causation(mut self, causation: impl Into<String>) -> Self {
        self.causation = Some(causation.into());
        self
    }

    /// Says who sends the command. Stored with each event.
    pub fn actor(mut self, actor: impl Into<String>) -> Self {
        self.actor = Some(actor.into());
        self
    }

    /// Hands the command over.
    fn submit(self) -> Result<(Uuid, oneshot::Receiver<Answer<C::Aggregate>>), ErrorOf<C>> {
        let aggregate = <C::Aggregate as AggregateRoot>::NAME;
        let dispatcher = self
            .dispatcher
            .ok_or(SendError::Unregistered { aggregate })?;
        let invalid = |what| move |source: InvalidId| SendError::InvalidText { what, source };
        let stream = StreamName::new(aggregate, &self.id).map_err(invalid("id"))?;
        let texts = [
            (&self.correlation, "correlation"),
            (&self.causation, "causation"),
            (&self.actor, "actor"),
        ];
        for (text, what) in texts {
            text.as_deref()
                .map_or(Ok(()), check_text)
                .map_err(invalid(what))?;
        }
        let stamp = match self.command_id {
            Some(id) => {
                let digest = digest(C::NAME, &self.command).map_err(SendError::Unencodable)?;
                Stamp {
                    id,
                    digest: Some(digest),
                }
            }
            None => Stamp {
                id: self.core.ids.next(),
                digest: None,
            },
        };
        let permit = self
            .core
            .admission
            .admit()
            .map_err(|refusal| match refusal {
                Refusal::Full => SendError::Overloaded,
                Refusal::Closed => SendError::ShuttingDown,
            })?;
        trace!(name: "gesta.send", command = C::NAME, %stream, command_id = %stamp.id, "sending a command");
        let ctx = CommandContext {
            stream,
            time: self.core.clock.now(),
            ids: Arc::clone(&self.core.ids),
            command_id: stamp.id,
            correlation: self.correlation,
            actor: self.actor,
        };
        let (reply, answer) = oneshot::channel();
        let command = Box::new(self.command);
        dispatcher.submit(Job {
            command,
            ctx,
            causation: self.causation,
            stamp,
            attempts: 0,
            reply,
            permit,
        });
        Ok((stamp.id, answer))
    }
}

type ErrorOf<C> = SendError<<<C as Command>::Aggregate as AggregateRoot>::Error>;

impl<C: Command> IntoFuture for SendCommand<C> {
    type Output = Answer<C::Aggregate>;
    type IntoFuture = Sending<C>;

    fn into_future(self) -> Sending<C> {
        Sending(State::Unsent(self))
    }
}

/// The answer to a command, once it is there.
#[must_use = "a command is sent when it is awaited"]
pub struct Sending<C: Command>(State<C>);

enum State<C: Command> {
    Unsent(SendCommand<C>),
    Sent {
        command_id: Uuid,
        answer: oneshot::Receiver<Answer<C::Aggregate>>,
    },
    Done,
}

// Nothing in it is pinned: the command is moved out of it before it is used.
impl<C: Command> Unpin for Sending<C> {}

impl<C: Command> Future for Sending<C> {
    type Output = Answer<C::Aggregate>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (command_id, mut answer) = match mem::replace(&mut self.0, State::Done) {
            State::Unsent(command) => match command.submit() {
                Ok(sent) => sent,
                Err(error) => return Poll::Ready(Err(error)),
            },
            State::Sent { command_id, answer } => (command_id, answer),
            // Polled after its end; there is nothing to wait for.
            State::Done => return Poll::Pending,
        };
        match Pin::new(&mut answer).poll(cx) {
            Poll::Ready(Ok(answer)) => Poll::Ready(answer),
            // The runtime ended between the command and its answer.
            Poll::Ready(Err(_)) => Poll::Ready(Err(SendError::OutcomeUnknown { command_id })),
            Poll::Pending => {
                self.0 = State::Sent { command_id, answer };
                Poll::Pending
            }
        }
    }
}
