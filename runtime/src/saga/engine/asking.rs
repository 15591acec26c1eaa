//! What a saga sends, until it is known what became of it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::value::RawValue;
use tracing::debug;
use uuid::Uuid;

use super::flights::Begun;
use super::{Because, Engine, PAUSES};
use crate::dispatch::{Dispatchers, caught};
use crate::feed::said;
use crate::projection::ended;
use crate::saga::context::EffectContext;
use crate::saga::event::{Asks, Part};
use crate::saga::instance::Input;
use crate::saga::key::{command_id, effect_key};
use crate::saga::progress::{Pending, Progress};
use crate::saga::send::{Doubt, Outgoing, Sender, Telling, Told};
use crate::saga::turn::Answer;
use crate::saga::{Saga, SagaRoot};

/// How long somebody else has to say why he closed a command.
const CLOSED_BY: Duration = Duration::from_millis(500);
/// What is known of it if he does not.
const UNTOLD: &str = "it was refused by a process that ended before it could say why";

impl<S: Saga> Engine<S> {
    /// The answer to what was sent; `None` if its id is closed, it is called off, or the app ends.
    pub(super) async fn answer(
        &self,
        id: &str,
        progress: &Progress,
        part: &Part,
        pending: &Pending,
        begun: &Begun,
    ) -> Option<Answer> {
        match &pending.to {
            Asks::Command(_) => self.send(id, progress, part, pending).await,
            Asks::Effect => {
                // Whoever has given it up before it could be called off has done so by now.
                let now = self.advance(id, Input::Look, Because::default()).await;
                if !now.ok()?.awaits(part, pending.attempt) {
                    return None;
                }
                let mut going = self.going.clone();
                tokio::select! {
                    biased;
                    () = ended(&mut going) => None,
                    () = begun.called_off() => None,
                    answer = self.run(id, progress, part, pending) => Some(answer),
                }
            }
            Asks::Event(_) => None,
        }
    }

    async fn send(
        &self,
        id: &str,
        progress: &Progress,
        part: &Part,
        pending: &Pending,
    ) -> Option<Answer> {
        let outgoing = self.outgoing(id, progress, part, pending)?;
        let sender = match self.sender(&outgoing) {
            Ok(sender) => sender,
            Err(unknown) => return Some(unknown),
        };
        match self.told(sender.send, &outgoing).await? {
            Told::Accepted => Some(Answer::Accepted(None)),
            Told::Closed => {
                // Whoever has closed it says why, unless that process is gone.
                tokio::time::sleep(CLOSED_BY).await;
                Some(Answer::Refused(UNTOLD.to_owned()))
            }
            // A refusal leaves nothing by which its id is known: another process that was stopped, or believes the saga to
            // be its own, may send it again, and must not have it accepted.
            Told::Refused(error) => Some(match self.told(sender.close, &outgoing).await? {
                Told::Accepted => Answer::Accepted(None),
                // Where not even that can be recorded, nothing can.
                Told::Closed | Told::Refused(_) => Answer::Refused(error),
            }),
        }
    }

    /// Makes sure that a command that took too long never takes effect; what became of it then.
    pub(super) async fn close(
        &self,
        id: &str,
        progress: &Progress,
        part: &Part,
        pending: &Pending,
    ) -> Option<Answer> {
        let outgoing = self.outgoing(id, progress, part, pending)?;
        let sender = match self.sender(&outgoing) {
            Ok(sender) => sender,
            Err(unknown) => return Some(unknown),
        };
        Some(match self.told(sender.close, &outgoing).await? {
            Told::Closed => Answer::TimedOut,
            Told::Accepted => Answer::Accepted(None),
            // Not even that can be recorded: somebody has to mend the aggregate.
            Told::Refused(error) => Answer::Unknown(error),
        })
    }

    fn outgoing(
        &self,
        id: &str,
        progress: &Progress,
        part: &Part,
        pending: &Pending,
    ) -> Option<Outgoing> {
        let Asks::Command(target) = &pending.to else {
            return None;
        };
        Some(Outgoing {
            target: target.clone(),
            command_id: self.id_of(id, progress, part, pending.attempt),
            correlation: progress.correlation.clone(),
            causation: Some(pending.commit.to_string()),
            actor: progress.actor.clone(),
        })
    }

    /// What sends such commands. What was recorded by another version of the program may be none of this one's.
    fn sender(&self, outgoing: &Outgoing) -> Result<Sender, Answer> {
        let command = outgoing.target.command.as_str();
        match self.definition.sends.get(command) {
            Some(sends) => Ok(sends.sender),
            None => Err(Answer::Unknown(format!(
                "no saga of this program sends {command}"
            ))),
        }
    }

    /// Asks until it is known what became of it; `None` if the app ends.
    async fn told(
        &self,
        ask: fn(&Dispatchers, Outgoing) -> Telling,
        outgoing: &Outgoing,
    ) -> Option<Told> {
        let mut pauses = PAUSES.iter().copied();
        loop {
            match ask(&self.dispatchers, outgoing.clone()).await {
                Ok(told) => return Some(told),
                Err(Doubt::Over) => return None,
                Err(Doubt::Unknown(error)) => {
                    debug!(saga = <S as SagaRoot>::NAME, command = %outgoing.command_id, error, "asked again");
                    tokio::time::sleep(pauses.next().unwrap_or(Duration::from_secs(1))).await;
                }
            }
        }
    }

    /// Runs the effect of a step, or of its way back.
    async fn run(&self, id: &str, progress: &Progress, part: &Part, pending: &Pending) -> Answer {
        let Some(run) = self.definition.graph.effect(part) else {
            return Answer::Unknown(format!("`{part}` is no effect any more"));
        };
        let state = progress.state.as_ref().map(|state| state.get());
        let saga: S = match serde_json::from_str(state.unwrap_or("null")) {
            Ok(saga) => saga,
            Err(error) => return Answer::Unknown(error.to_string()),
        };
        let ctx = EffectContext {
            saga: progress.context::<S>(id, self.clock.now(), pending.attempt),
            key: effect_key(<S as SagaRoot>::NAME, id, &progress.as_first_named(part)),
            resources: Arc::clone(&self.resources),
        };
        match sheltered(run(&saga, &ctx)).await {
            Ok(Ok(result)) => match RawValue::from_string(result) {
                Ok(result) => Answer::Accepted(Some(result)),
                Err(error) => Answer::Refused(error.to_string()),
            },
            Ok(Err(error)) => Answer::Refused(said(&*error)),
            Err(panic) => Answer::Refused(format!("the code panicked: {panic}")),
        }
    }

    /// What an attempt is known by, whoever makes it and however often.
    pub(super) fn id_of(&self, id: &str, progress: &Progress, part: &Part, attempt: u32) -> Uuid {
        let part = progress.as_first_named(part);
        command_id(<S as SagaRoot>::NAME, id, &part, attempt)
    }
}

/// Keeps the panics of a user's code from the task that runs it.
pub(crate) async fn sheltered<T>(work: impl Future<Output = T>) -> Result<T, String> {
    let mut work = std::pin::pin!(work);
    std::future::poll_fn(|cx| match caught(|| work.as_mut().poll(cx)) {
        Ok(poll) => poll.map(Ok),
        Err(message) => std::task::Poll::Ready(Err(message)),
    })
    .await
}
