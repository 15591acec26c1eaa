//! What drives the sagas of one type: gives them their inputs, and sends what they ask for.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tracing::{debug, warn};
use uuid::Uuid;

use super::all::Parts;
use super::call::Sends;
use super::clock::StoreClock;
use super::context::{EffectContext, Resources};
use super::error::SagaError;
use super::event::{Asks, Part};
use super::graph::Act;
use super::instance::{Advance, Definition, Input, Instance, Outlook};
use super::progress::{Pending, Progress};
use super::send::{Outgoing, Told};
use super::timers::Timers;
use super::turn::Answer;
use super::{Saga, SagaRoot};
use crate::dispatch::{Core, Dispatcher, Dispatchers, Request, Stamp, caught};
use crate::error::{LoadError, SendError};
use crate::feed::said;
use crate::projection::Shared;
use crate::store::StreamName;

/// So many sagas of one type are driven at once.
const AT_ONCE: usize = 4_096;
/// The times between two tries where nobody knows what became of the first.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(20),
    Duration::from_millis(50),
    Duration::from_millis(150),
    Duration::from_millis(500),
    Duration::from_secs(1),
];
/// How long somebody else has to say why he closed a command.
const CLOSED_BY: Duration = Duration::from_millis(500);
/// What is known of it if he does not.
const UNTOLD: &str = "it was refused by a process that ended before it could say why";

/// Why a saga is not driven on.
#[derive(Debug)]
pub(crate) enum Halt {
    /// It cannot be decided on.
    Saga(SagaError),
    /// The app ends.
    Over,
}

/// Who caused an input.
#[derive(Debug, Clone, Default)]
pub(crate) struct Because {
    pub(crate) correlation: Option<String>,
    pub(crate) causation: Option<String>,
    pub(crate) actor: Option<String>,
}

pub(crate) struct Engine<S: Saga> {
    pub(crate) definition: Arc<Definition<S>>,
    pub(crate) core: Arc<Core>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) room: Arc<Semaphore>,
    pub(crate) timers: Timers,
    pub(crate) clock: Arc<StoreClock>,
    dispatcher: Arc<Dispatcher<Instance<S>>>,
    dispatchers: Arc<Dispatchers>,
    resources: Arc<Resources>,
    /// What is being sent here, and not answered yet.
    sending: Mutex<HashSet<(String, Part, u32)>>,
}

impl<S: Saga> Engine<S> {
    pub(crate) fn new(parts: &Parts) -> Option<Arc<Self>> {
        let Parts {
            core,
            dispatchers,
            shared,
            resources,
            follows_store,
        } = parts;
        Some(Arc::new(Self {
            definition: Arc::new(Definition::new()),
            core: Arc::clone(core),
            shared: Arc::clone(shared),
            room: Arc::new(Semaphore::new(AT_ONCE)),
            timers: Timers::default(),
            clock: Arc::new(StoreClock::new(Arc::clone(&core.clock), *follows_store)),
            dispatcher: dispatchers.of::<Instance<S>>()?,
            dispatchers: Arc::clone(dispatchers),
            resources: Arc::clone(resources),
            sending: Mutex::default(),
        }))
    }

    /// Gives a saga an input, and says where it stands then. It is durable once this returns.
    pub(crate) async fn advance(
        &self,
        id: &str,
        input: Input,
        because: Because,
    ) -> Result<Progress, Halt> {
        let stream = StreamName::new(<S as SagaRoot>::NAME, id);
        let stream = stream.map_err(|error| Halt::Saga(error.into()))?;
        let mut pauses = PAUSES.iter().copied();
        loop {
            let outlook = Outlook::default();
            let command = Advance {
                definition: Arc::clone(&self.definition),
                input: input.clone(),
                outlook: outlook.clone(),
                clock: Arc::clone(&self.clock),
            };
            let request = Request {
                stream: stream.clone(),
                command: Box::new(command),
                stamp: Stamp {
                    id: self.core.ids.next(),
                    digest: None,
                },
                correlation: because.correlation.clone(),
                causation: because.causation.clone(),
                actor: because.actor.clone(),
            };
            let error = match self.dispatcher.perform(request).await {
                Ok(_) => match outlook.take() {
                    Some(progress) => return Ok(progress),
                    None => "nothing was decided".to_owned(),
                },
                Err(SendError::ShuttingDown) => return Err(Halt::Over),
                Err(SendError::Rejected(error)) => return Err(Halt::Saga(error)),
                Err(error) if is_lasting(&error) => {
                    return Err(Halt::Saga(SagaError::Unreachable(said(&error))));
                }
                Err(error) => said(&error),
            };
            debug!(%stream, error, "a saga is decided again");
            tokio::time::sleep(pauses.next().unwrap_or(Duration::from_secs(1))).await;
        }
    }

    /// Sends all that a saga waits for an answer to, gives it the answers, and goes on with what it asks for then.
    pub(crate) async fn drive(self: &Arc<Self>, id: &str, progress: Progress) {
        if let Some((part, pending)) = self.set_out(id, &progress) {
            self.follow(id.to_owned(), progress, part, pending).await;
        }
    }

    /// Takes note of the next deadline, and follows all that is to be sent in tasks of their own, but for the last: a saga
    /// of one step after the other is one task.
    fn set_out(self: &Arc<Self>, id: &str, progress: &Progress) -> Option<(Part, Pending)> {
        self.timers.schedule(id, progress.due());
        let mut begun = self.begun(id, progress);
        let last = begun.pop();
        for (part, pending) in begun {
            let (engine, id, progress) = (Arc::clone(self), id.to_owned(), progress.clone());
            self.core.runtime.spawn(async move {
                // The future would contain itself, if it were not behind a pointer.
                Box::pin(engine.follow(id, progress, part, pending)).await;
            });
        }
        last
    }

    /// What is to be sent, and is not being sent here already.
    fn begun(&self, id: &str, progress: &Progress) -> Vec<(Part, Pending)> {
        if progress.stuck.is_some() {
            return Vec::new();
        }
        let mut sending = self.sending();
        let pending = progress.pending.iter();
        let in_flight = pending.filter(|(_, pending)| pending.is_in_flight());
        in_flight
            .filter(|(part, pending)| {
                sending.insert((id.to_owned(), (*part).clone(), pending.attempt))
            })
            .map(|(part, pending)| (part.clone(), pending.clone()))
            .collect()
    }

    /// Those of which something is sent here.
    pub(crate) fn driven(&self) -> HashSet<String> {
        self.sending().iter().map(|(id, ..)| id.clone()).collect()
    }

    fn sending(&self) -> MutexGuard<'_, HashSet<(String, Part, u32)>> {
        self.sending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends, gives the saga the answer, and goes on with what it asks for then.
    async fn follow(
        self: &Arc<Self>,
        id: String,
        mut progress: Progress,
        mut part: Part,
        mut pending: Pending,
    ) {
        loop {
            let answered = self.answer(&id, &progress, &part, &pending).await;
            let next = match answered {
                Some(answer) => {
                    let because = self.because(&id, &progress, &part, &pending);
                    let input = Input::Answer(part.clone(), pending.attempt, answer);
                    self.advance(&id, input, because).await
                }
                None => Err(Halt::Over),
            };
            let sent = (id.clone(), part.clone(), pending.attempt);
            self.sending().remove(&sent);
            progress = match next {
                Ok(progress) => progress,
                Err(Halt::Over) => return,
                Err(Halt::Saga(error)) => {
                    return warn!(saga = <S as SagaRoot>::NAME, id, %error, "a saga does not go on");
                }
            };
            let Some(next) = self.set_out(&id, &progress) else {
                return;
            };
            (part, pending) = next;
        }
    }

    /// The answer to what was sent; `None` if its id is closed, or the app ends.
    async fn answer(
        &self,
        id: &str,
        progress: &Progress,
        part: &Part,
        pending: &Pending,
    ) -> Option<Answer> {
        match &pending.to {
            Asks::Command(_) => self.send(id, progress, part, pending).await,
            Asks::Effect => Some(self.run(id, progress, part, pending).await),
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
        let Some(sends) = self.definition.sends.get(outgoing.target.command.as_str()) else {
            let command = &outgoing.target.command;
            return Some(Answer::Unknown(format!(
                "no saga of this program sends {command}"
            )));
        };
        let mut pauses = PAUSES.iter().copied();
        loop {
            match (sends.sender.send)(&self.dispatchers, outgoing.clone()).await {
                Told::Accepted => return Some(Answer::Accepted(None)),
                Told::Refused(error) => return self.refused(sends, &outgoing, error).await,
                Told::Closed => {
                    // Whoever has closed it says why, unless that process is gone.
                    tokio::time::sleep(CLOSED_BY).await;
                    return Some(Answer::Refused(UNTOLD.to_owned()));
                }
                Told::Over => return None,
                Told::Unknown(error) => {
                    debug!(saga = <S as SagaRoot>::NAME, id, %part, error, "sent again");
                    tokio::time::sleep(pauses.next().unwrap_or(Duration::from_secs(1))).await;
                }
            }
        }
    }

    /// Makes sure that what was refused is not accepted later, when another process sends it that was stopped, or believed
    /// the saga to be its own: a refusal leaves nothing by which its id is known. What became of it then.
    async fn refused(&self, sends: &Sends, outgoing: &Outgoing, error: String) -> Option<Answer> {
        let mut pauses = PAUSES.iter().copied();
        loop {
            match (sends.sender.close)(&self.dispatchers, outgoing.clone()).await {
                // Where not even that can be recorded, nothing can.
                Told::Closed | Told::Refused(_) => return Some(Answer::Refused(error)),
                Told::Accepted => return Some(Answer::Accepted(None)),
                Told::Over => return None,
                Told::Unknown(_) => {
                    tokio::time::sleep(pauses.next().unwrap_or(Duration::from_secs(1))).await;
                }
            }
        }
    }

    /// Makes sure that a command that took too long never takes effect; what became of it then.
    pub(crate) async fn close(
        &self,
        id: &str,
        progress: &Progress,
        part: &Part,
        pending: &Pending,
    ) -> Option<Answer> {
        let outgoing = self.outgoing(id, progress, part, pending)?;
        let Some(sends) = self.definition.sends.get(outgoing.target.command.as_str()) else {
            let command = &outgoing.target.command;
            return Some(Answer::Unknown(format!(
                "no saga of this program sends {command}"
            )));
        };
        let mut pauses = PAUSES.iter().copied();
        loop {
            match (sends.sender.close)(&self.dispatchers, outgoing.clone()).await {
                Told::Closed => return Some(Answer::TimedOut),
                Told::Accepted => return Some(Answer::Accepted(None)),
                Told::Over => return None,
                // Not even that can be recorded: somebody has to mend the aggregate.
                Told::Refused(error) => return Some(Answer::Unknown(error)),
                Told::Unknown(error) => {
                    debug!(saga = <S as SagaRoot>::NAME, id, %part, error, "closed again");
                    tokio::time::sleep(pauses.next().unwrap_or(Duration::from_secs(1))).await;
                }
            }
        }
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

    /// Runs the effect of a step.
    async fn run(&self, id: &str, progress: &Progress, part: &Part, pending: &Pending) -> Answer {
        let step = part
            .step()
            .and_then(|step| self.definition.graph.find(step));
        let Some(Act::Effect(run)) = step.map(|step| &step.act) else {
            return Answer::Unknown("the step is no effect any more".to_owned());
        };
        let state = progress.state.as_ref().map(|state| state.get());
        let saga: S = match serde_json::from_str(state.unwrap_or("null")) {
            Ok(saga) => saga,
            Err(error) => return Answer::Unknown(error.to_string()),
        };
        let ctx = EffectContext {
            saga: progress.context(id, self.clock.now(), pending.attempt),
            // Of the step, and not of the attempt.
            key: self.id_of(id, progress, part, 0),
            resources: Arc::clone(&self.resources),
        };
        let running = sheltered(run(&saga, &ctx));
        match running.await {
            Ok(Ok(result)) => match serde_json::value::RawValue::from_string(result) {
                Ok(result) => Answer::Accepted(Some(result)),
                Err(error) => Answer::Refused(error.to_string()),
            },
            Ok(Err(error)) => Answer::Refused(said(&*error)),
            Err(panic) => Answer::Refused(format!("the code panicked: {panic}")),
        }
    }

    /// What an attempt is known by, whoever makes it and however often.
    fn id_of(&self, id: &str, progress: &Progress, part: &Part, attempt: u32) -> Uuid {
        let part = progress.as_first_named(part);
        command_id(<S as SagaRoot>::NAME, id, &part, attempt)
    }

    fn because(&self, id: &str, progress: &Progress, part: &Part, pending: &Pending) -> Because {
        Because {
            correlation: progress.correlation.clone(),
            causation: Some(self.id_of(id, progress, part, pending.attempt).to_string()),
            actor: progress.actor.clone(),
        }
    }

    /// Looks after a saga whose time has come.
    pub(crate) async fn fire(self: &Arc<Self>, id: &str) {
        if let Err(error) = self.fired(id).await {
            match error {
                Halt::Over => {}
                Halt::Saga(error) => {
                    warn!(saga = <S as SagaRoot>::NAME, id, %error, "a deadline is not looked after");
                }
            }
        }
    }

    async fn fired(self: &Arc<Self>, id: &str) -> Result<(), Halt> {
        let progress = self.advance(id, Input::Look, Because::default()).await?;
        let now = self.clock.now();
        for (part, pending) in &progress.pending {
            let is_due = pending.due.is_some_and(|due| due <= now);
            if !is_due || !pending.is_in_flight() || !matches!(pending.to, Asks::Command(_)) {
                continue;
            }
            if let Some(answer) = self.close(id, &progress, part, pending).await {
                let because = self.because(id, &progress, part, pending);
                let input = Input::Answer(part.clone(), pending.attempt, answer);
                self.advance(id, input, because).await?;
            }
        }
        let mut pending = progress.pending.values();
        let due = pending.find(|pending| pending.next_time().is_some_and(|time| time <= now));
        let because = Because {
            correlation: progress.correlation.clone(),
            actor: progress.actor.clone(),
            // What has set the deadline.
            causation: due.map(|pending| pending.commit.to_string()),
        };
        let progress = self.advance(id, Input::Tick, because).await?;
        self.drive(id, progress).await;
        Ok(())
    }

    /// Goes on with a saga wherever it stands.
    pub(crate) async fn resume(self: &Arc<Self>, id: &str) -> Result<(), Halt> {
        let progress = self.advance(id, Input::Look, Because::default()).await?;
        self.drive(id, progress).await;
        Ok(())
    }
}

/// A command id is made of the saga, the part and the attempt, so that it is the same whoever makes it.
pub(crate) fn command_id(saga: &str, id: &str, part: &Part, attempt: u32) -> Uuid {
    /// Made once, at random.
    const NAMESPACE: Uuid = Uuid::from_u128(0x9c1d_6f0e_52a7_4b8e_8f3c_1a7e_d240_6b5d);
    let part = serde_json::to_string(part).unwrap_or_default();
    Uuid::new_v5(
        &NAMESPACE,
        format!("{saga}/{id}\n{part}\n{attempt}").as_bytes(),
    )
}

/// Whether it is of no use to try it again.
fn is_lasting(error: &SendError<SagaError>) -> bool {
    matches!(
        error,
        SendError::TooLarge { .. }
            | SendError::Unencodable { .. }
            | SendError::Unreadable(_)
            | SendError::Panicked { .. }
            | SendError::InvalidText { .. }
            | SendError::Inline { .. }
    ) || matches!(error, SendError::Load(error) if !matches!(error, LoadError::Store(_)))
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
