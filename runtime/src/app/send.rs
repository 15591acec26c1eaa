//! A command on its way out of the caller's hands.

use std::future::{Future, IntoFuture};
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::oneshot;
#[cfg(feature = "postgres")]
use tracing::Instrument;
use tracing::{Span, debug, debug_span, error};
use uuid::Uuid;

use super::App;
use crate::aggregate::{AggregateRoot, Command};
use crate::dispatch::{self, Answer, Committed, Core, Dispatcher, Job, Request, Stamp, digest};
use crate::error::SendError;
use crate::projection::Projections;
use crate::store::{InvalidId, StreamName, check_text};

/// A command that is about to be sent: await it, or say more about it first.
#[must_use = "a command is sent when it is awaited"]
pub struct SendCommand<C: Command> {
    dispatcher: Option<Arc<Dispatcher<C::Aggregate>>>,
    id: String,
    command: C,
    command_id: Option<Uuid>,
    correlation: Option<String>,
    causation: Option<String>,
    actor: Option<String>,
    pub(super) projections: Arc<Projections>,
}

impl<C: Command> SendCommand<C> {
    pub(super) fn new(app: &App, id: String, command: C) -> Self {
        Self {
            dispatcher: app.dispatcher(),
            id,
            command,
            command_id: None,
            correlation: None,
            causation: None,
            actor: None,
            projections: Arc::clone(&app.projections),
        }
    }

    /// Gives the command an id, under which it takes effect once however often it is sent.
    ///
    /// The answer to a retry is the first outcome, with [`duplicate`](crate::Committed::duplicate) set, also where the
    /// command would be refused by now. A refusal is no outcome: a retry of a refused command is decided afresh.
    ///
    /// An id counts for one aggregate: two commands of one request may share it. A retry must be the same command, by
    /// its name and its JSON, else it is [`CommandIdReused`](crate::SendError::CommandIdReused). Without this call Gesta
    /// makes an id, and tells it only with [`OutcomeUnknown`](crate::SendError::OutcomeUnknown).
    pub fn command_id(mut self, id: Uuid) -> Self {
        self.command_id = Some(id);
        self
    }

    /// Says what larger piece of work the command belongs to. Stored with each event; 1 to
    /// [`MAX_TEXT_BYTES`](crate::store::MAX_TEXT_BYTES) bytes, without control characters.
    pub fn correlation(mut self, correlation: impl Into<String>) -> Self {
        self.correlation = Some(correlation.into());
        self
    }

    /// Says what brought the command about, such as the id of a message. Stored with each event; bounded like
    /// [`correlation`](Self::correlation).
    pub fn causation(mut self, causation: impl Into<String>) -> Self {
        self.causation = Some(causation.into());
        self
    }

    /// Says who sends the command. Stored with each event; bounded like [`correlation`](Self::correlation).
    pub fn actor(mut self, actor: impl Into<String>) -> Self {
        self.actor = Some(actor.into());
        self
    }

    /// Decides the command and writes its events inside a transaction of the caller's own, on a PostgreSQL database that is
    /// the store's: with it they become durable, or are gone. For rows that must change together with an aggregate.
    ///
    /// Every other command of every process waits from here to the end of the transaction, also after a refusal. So do all
    /// else before it, send nothing else meanwhile except in the same way, and commit at once: the server ends a
    /// transaction that does nothing for longer than the store's patience. Begin the transaction as `READ COMMITTED`, which
    /// is PostgreSQL's default.
    ///
    /// The answer is provisional until the caller commits. A refusal leaves the transaction as it was; after
    /// [`Store`](crate::SendError::Store) it can only be rolled back. Dropping the future leaves it in the middle of
    /// something: roll it back then, too.
    ///
    /// ```no_run
    /// # use gesta::{App, Command, SendError};
    /// # async fn example<C>(bank: &App, pool: &sqlx::PgPool, deposit: C) -> Result<(), Box<dyn std::error::Error>>
    /// # where C: Command, C::Aggregate: gesta::AggregateRoot<Id = String> {
    /// let mut transaction = pool.begin().await?;
    /// sqlx::query("UPDATE invoices SET paid = true WHERE id = 7").execute(&mut *transaction).await?;
    /// bank.send("alice", deposit).within(&mut transaction).await?;
    /// transaction.commit().await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of [`App::send`](crate::App::send); [`Store`](crate::SendError::Store) also where the app's store is no
    /// PostgreSQL database.
    #[cfg(feature = "postgres")]
    pub async fn within(self, transaction: &mut sqlx::PgConnection) -> Answer<C::Aggregate> {
        let Admitted {
            dispatcher,
            job,
            sent,
        } = self.admit()?;
        super::within::perform(&dispatcher, job, transaction)
            .instrument(sent.span.clone())
            .await;
        Sending(State::Sent(sent)).await
    }

    /// Hands the command over.
    fn submit(self) -> Result<Sent<C>, ErrorOf<C>> {
        let Admitted {
            dispatcher,
            job,
            sent,
        } = self.admit()?;
        sent.span.in_scope(|| dispatcher.submit(job));
        Ok(sent)
    }

    /// Checks the command and makes a job of it.
    fn admit(self) -> Result<Admitted<C>, ErrorOf<C>> {
        let aggregate = <C::Aggregate as AggregateRoot>::NAME;
        let dispatcher = self
            .dispatcher
            .as_ref()
            .map(Arc::clone)
            .ok_or(SendError::Unregistered { aggregate })?;
        let core = &dispatcher.core;
        let stream = self.check_texts()?;
        let stamp = self.stamp(core)?;
        let span = debug_span!("gesta.send", command = C::NAME, %stream, command_id = %stamp.id);
        let dispatch::Admitted { job, answer } = dispatcher.admit(Request {
            stream,
            command: Box::new(self.command),
            stamp,
            correlation: self.correlation,
            causation: self.causation,
            actor: self.actor,
        })?;
        let sent = Sent {
            command_id: stamp.id,
            answer,
            span,
        };
        Ok(Admitted {
            dispatcher,
            job,
            sent,
        })
    }

    /// Checks all that comes from outside and is stored as text.
    fn check_texts(&self) -> Result<StreamName, ErrorOf<C>> {
        let invalid = |what| move |source: InvalidId| SendError::InvalidText { what, source };
        let check = |text: &Option<String>, what| {
            text.as_deref()
                .map_or(Ok(()), check_text)
                .map_err(invalid(what))
        };
        check(&self.correlation, "correlation")?;
        check(&self.causation, "causation")?;
        check(&self.actor, "actor")?;
        StreamName::new(<C::Aggregate as AggregateRoot>::NAME, &self.id).map_err(invalid("id"))
    }

    fn stamp(&self, core: &Core) -> Result<Stamp, ErrorOf<C>> {
        Ok(match self.command_id {
            Some(id) => {
                let digest =
                    digest(C::NAME, &self.command).map_err(|source| SendError::Unencodable {
                        what: C::NAME,
                        source,
                    })?;
                Stamp {
                    id,
                    digest: Some(digest),
                }
            }
            None => Stamp {
                id: core.ids.next(),
                digest: None,
            },
        })
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

/// The answer to a command, once it is there: what awaiting a [`SendCommand`] polls.
///
/// The first poll hands the command over. Dropping it later takes leave of the answer, not of the command.
#[must_use = "a command is sent when it is awaited"]
pub struct Sending<C: Command>(State<C>);

enum State<C: Command> {
    Unsent(SendCommand<C>),
    Sent(Sent<C>),
    Done,
}

/// A command that is ready to be decided, and the end of it that the caller keeps.
struct Admitted<C: Command> {
    dispatcher: Arc<Dispatcher<C::Aggregate>>,
    job: Job<C::Aggregate>,
    sent: Sent<C>,
}

/// A command that was handed over.
struct Sent<C: Command> {
    command_id: Uuid,
    answer: oneshot::Receiver<Answer<C::Aggregate>>,
    span: Span,
}

// Nothing in it is pinned: the command is moved out of it before it is used.
impl<C: Command> Unpin for Sending<C> {}

impl<C: Command> Future for Sending<C> {
    type Output = Answer<C::Aggregate>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut sent = match mem::replace(&mut self.0, State::Done) {
            State::Unsent(command) => match command.submit() {
                Ok(sent) => sent,
                Err(error) => return Poll::Ready(Err(error)),
            },
            State::Sent(sent) => sent,
            // Polled after its end; there is nothing to wait for.
            State::Done => return Poll::Pending,
        };
        match Pin::new(&mut sent.answer).poll(cx) {
            Poll::Ready(answer) => {
                // No answer at all: the runtime ended between the command and its answer.
                let unknown = SendError::OutcomeUnknown {
                    command_id: sent.command_id,
                };
                let answer = answer.unwrap_or(Err(unknown));
                sent.span.in_scope(|| trace_answer::<C>(&answer));
                Poll::Ready(answer)
            }
            Poll::Pending => {
                self.0 = State::Sent(sent);
                Poll::Pending
            }
        }
    }
}

/// Tells what became of a command, but not why it was refused: an aggregate's error may quote what was sent.
fn trace_answer<C: Command>(answer: &Answer<C::Aggregate>) {
    match answer {
        Ok(Committed {
            version,
            position,
            events,
            duplicate,
            visible: _,
        }) => {
            debug!(version, position, events, duplicate, "the command is done");
        }
        Err(SendError::Rejected(_)) => debug!("the command is rejected"),
        Err(SendError::Panicked { .. }) => error!("the code of the aggregate panicked"),
        Err(error) => debug!(%error, "the command failed"),
    }
}
