//! From what a saga waits for to the next decision on it.

use std::collections::HashSet;
use std::sync::{Arc, MutexGuard, PoisonError};

use tracing::warn;

use super::{Engine, Halt};
use crate::saga::event::Part;
use crate::saga::instance::Input;
use crate::saga::progress::{Pending, Progress};
use crate::saga::{Saga, SagaRoot};

impl<S: Saga> Engine<S> {
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
}
