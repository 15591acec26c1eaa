//! From a recorded command to its answer.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use uuid::Uuid;

use super::event::Target;
use crate::aggregate::{Aggregate, AggregateRoot, Command, CommandContext, Existence};
use crate::dispatch::{Decide, Dispatcher, Dispatchers, Request, Stamp, digest};
use crate::error::SendError;
use crate::feed::said;
use crate::store::StreamName;

/// A command that a saga sends, and what is stored beside its events.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub(crate) target: Target,
    pub(crate) command_id: Uuid,
    pub(crate) correlation: Option<String>,
    pub(crate) causation: Option<String>,
    pub(crate) actor: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone)]
pub(crate) enum Told {
    Accepted,
    Refused(String),
    /// Its id is closed: it can never take effect.
    Closed,
}

/// Why nobody knows what became of it.
#[derive(Debug, Clone)]
pub(crate) enum Doubt {
    /// Not yet: it can be asked again.
    Unknown(String),
    /// The app ends.
    Over,
}

pub(crate) type Telling = Pin<Box<dyn Future<Output = Result<Told, Doubt>> + Send>>;

/// What is done with the commands of one type.
#[derive(Clone, Copy)]
pub(crate) struct Sender {
    pub(crate) send: fn(&Dispatchers, Outgoing) -> Telling,
    /// Sees to it that it never takes effect; [`Told::Accepted`] if it has.
    pub(crate) close: fn(&Dispatchers, Outgoing) -> Telling,
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender")
    }
}

impl Sender {
    pub(crate) fn of<C: Command>() -> Self {
        Self {
            send: |dispatchers, outgoing| {
                let dispatcher = dispatchers.of::<C::Aggregate>();
                Box::pin(async move { send::<C>(dispatcher, outgoing).await })
            },
            close: |dispatchers, outgoing| {
                let dispatcher = dispatchers.of::<C::Aggregate>();
                Box::pin(async move { close(dispatcher, outgoing).await })
            },
        }
    }
}

async fn send<C: Command>(
    dispatcher: Option<Arc<Dispatcher<C::Aggregate>>>,
    outgoing: Outgoing,
) -> Result<Told, Doubt> {
    let json = &outgoing.target.json;
    let command: C = match serde_json::from_str(json.get()) {
        Ok(command) => command,
        Err(error) => {
            return Ok(Told::Refused(format!(
                "the command does not decode: {error}"
            )));
        }
    };
    // Of what is recorded: the command may have a new field by now.
    let digest = match digest(C::NAME, json) {
        Ok(digest) => digest,
        Err(error) => return Ok(Told::Refused(error.to_string())),
    };
    perform(dispatcher, outgoing, Box::new(command), digest).await
}

async fn close<A: Aggregate>(
    dispatcher: Option<Arc<Dispatcher<A>>>,
    outgoing: Outgoing,
) -> Result<Told, Doubt> {
    let digest = digest(CLOSING, &()).unwrap_or_default();
    let told = perform(dispatcher, outgoing, Box::new(Closing), digest).await?;
    Ok(match told {
        Told::Accepted => Told::Closed,
        // Another command has the id: the one that was to be closed.
        Told::Closed => Told::Accepted,
        Told::Refused(error) => Told::Refused(error),
    })
}

async fn perform<A: Aggregate>(
    dispatcher: Option<Arc<Dispatcher<A>>>,
    outgoing: Outgoing,
    command: Box<dyn Decide<A>>,
    digest: i64,
) -> Result<Told, Doubt> {
    let Some(dispatcher) = dispatcher else {
        let error = format!("the aggregate {} is not registered", A::NAME);
        return Ok(Told::Refused(error));
    };
    let stream = match StreamName::new(<A as AggregateRoot>::NAME, &outgoing.target.id) {
        Ok(stream) => stream,
        Err(error) => return Ok(Told::Refused(said(&error))),
    };
    let request = Request {
        stream,
        command,
        stamp: Stamp {
            id: outgoing.command_id,
            digest: Some(digest),
        },
        correlation: outgoing.correlation,
        causation: outgoing.causation,
        actor: outgoing.actor,
    };
    match dispatcher.perform(request).await {
        Ok(_) => Ok(Told::Accepted),
        Err(error) => told(&error),
    }
}

fn told<E: std::error::Error + 'static>(error: &SendError<E>) -> Result<Told, Doubt> {
    match error {
        SendError::CommandIdReused { .. } => Ok(Told::Closed),
        SendError::ShuttingDown => Err(Doubt::Over),
        // The command is the fault, or the code that decides it.
        SendError::Rejected(_)
        | SendError::AlreadyExists { .. }
        | SendError::NotFound { .. }
        | SendError::InvalidText { .. }
        | SendError::TooLarge { .. }
        | SendError::Unencodable { .. }
        | SendError::Unreadable(_)
        | SendError::Unregistered { .. }
        | SendError::Inline { .. }
        | SendError::Panicked { .. } => Ok(Told::Refused(said(error))),
        _ => Err(Doubt::Unknown(said(error))),
    }
}

/// No command has this name: it has no `.`.
const CLOSING: &str = "gesta closes a command id";

/// Takes a command id, so that the command it belongs to cannot.
struct Closing;

impl<A: Aggregate> Decide<A> for Closing {
    fn name(&self) -> &'static str {
        CLOSING
    }

    fn existence(&self) -> Existence {
        Existence::Upsert
    }

    fn decide(&self, _: &A, _: &CommandContext) -> Result<Vec<A::Event>, A::Error> {
        Ok(Vec::new())
    }
}
