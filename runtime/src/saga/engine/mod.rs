//! What drives the sagas of one type: gives them their inputs, and sends what they ask for.

mod asking;
mod driving;
mod flights;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tracing::{debug, warn};

use super::all::Parts;
use super::clock::StoreClock;
use super::context::Resources;
use super::error::SagaError;
use super::event::{Asks, Part};
use super::instance::{Advance, Definition, Input, Instance, Outlook};
use super::progress::{Pending, Progress};
use super::runner::triggers;
use super::timers::Timers;
use super::watch::Watch;
use super::{Saga, SagaRoot};
use crate::dispatch::{Core, Dispatcher, Dispatchers, Request, Stamp};
use crate::error::{LoadError, SendError};
use crate::feed::said;
use crate::projection::{Going, Shared};
use crate::store::views::Fault;
use crate::store::{StoreError, StreamName};
use flights::Flights;

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
    room: Arc<Semaphore>,
    pub(crate) timers: Timers,
    pub(crate) clock: Arc<StoreClock>,
    dispatcher: Arc<Dispatcher<Instance<S>>>,
    dispatchers: Arc<Dispatchers>,
    resources: Arc<Resources>,
    /// Whether the app goes on: nothing outside is done after its end.
    going: Going,
    pub(crate) flights: Arc<Flights>,
    /// Those who wait for sagas to come somewhere.
    pub(crate) watch: Watch,
}

impl<S: Saga> Engine<S> {
    pub(crate) fn new(parts: &Parts, going: Going) -> Option<Arc<Self>> {
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
            going,
            flights: Arc::default(),
            watch: Watch::default(),
        }))
    }

    /// What stands in the way of all sagas of the type, in whatever process.
    pub(crate) async fn fault(&self) -> Result<Option<Fault>, StoreError> {
        let generations = self.shared.look_soon().await?;
        let name = triggers::<S>();
        let mut all = generations.iter();
        Ok(all.find_map(|each| {
            each.fault
                .clone()
                .filter(|_| each.declaration.projection == name)
        }))
    }

    /// Does it beside others, as soon as no more than so many are under way.
    pub(crate) async fn beside(&self, work: impl Future<Output = ()> + Send + 'static) {
        // It is never closed.
        let room = Arc::clone(&self.room).acquire_owned().await;
        self.core.runtime.spawn(async move {
            work.await;
            drop(room);
        });
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
                    Some(progress) => {
                        self.watch.tell(id);
                        return Ok(progress);
                    }
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
