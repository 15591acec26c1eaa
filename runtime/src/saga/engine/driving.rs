//! From what a saga waits for to the next decision on it.

use std::collections::HashSet;
use std::sync::Arc;

use tracing::warn;

use super::flights::Begun;
use super::{Engine, Halt};
use crate::saga::event::{Asks, Part};
use crate::saga::instance::Input;
use crate::saga::progress::{Pending, Progress};
use crate::saga::{Saga, SagaRoot};

impl<S: Saga> Engine<S> {
    /// Sends all that a saga waits for an answer to, gives it the answers, and goes on with what it asks for then.
    pub(crate) async fn drive(self: &Arc<Self>, id: &str, progress: Progress) {
        self.flights.call_off(id, &progress).await;
        if let Some(first) = self.set_out(id, &progress) {
            self.follow(id.to_owned(), progress, first).await;
        }
    }

    /// Takes note of the next deadline, and follows all that is to be sent in tasks of their own, but for the last: a saga
    /// of one step after the other is one task. What the saga does not wait for any more is called off before: one of those
    /// that begin may be its undo.
    fn set_out(self: &Arc<Self>, id: &str, progress: &Progress) -> Option<Sent> {
        self.timers.schedule(id, progress.due());
        let mut begun = self.begun(id, progress);
        let last = begun.pop();
        for sent in begun {
            let (engine, id, progress) = (Arc::clone(self), id.to_owned(), progress.clone());
            self.core.runtime.spawn(async move {
                // The future would contain itself, if it were not behind a pointer.
                Box::pin(engine.follow(id, progress, sent)).await;
            });
        }
        last
    }

    /// What is to be sent, and is not being sent here already.
    fn begun(&self, id: &str, progress: &Progress) -> Vec<Sent> {
        if progress.stuck.is_some() {
            return Vec::new();
        }
        let now = self.clock.now();
        let is_to_begin = |pending: &Pending| {
            // Of an effect whose time is up, the deadline is all that is to come.
            let is_late = pending.due.is_some_and(|due| due <= now);
            pending.is_in_flight() && !(is_late && matches!(pending.to, Asks::Effect))
        };
        let pending = progress.pending.iter();
        let in_flight = pending.filter(|(_, pending)| is_to_begin(pending));
        let sent = in_flight.filter_map(|(part, pending)| {
            Some(Sent {
                begun: self.flights.begin(id, part, pending)?,
                part: part.clone(),
                pending: pending.clone(),
            })
        });
        sent.collect()
    }

    /// Those of which something is sent here.
    pub(crate) fn driven(&self) -> HashSet<String> {
        self.flights.sagas()
    }

    /// Sends, gives the saga the answer, and goes on with what it asks for then.
    async fn follow(self: &Arc<Self>, id: String, mut progress: Progress, mut sent: Sent) {
        loop {
            let Sent {
                part,
                pending,
                mut begun,
            } = sent;
            let answered = self.answer(&id, &progress, &part, &pending, &begun).await;
            let Some(answer) = answered else {
                return;
            };
            begun.land();
            let because = self.because(&id, &progress, &part, &pending);
            let input = Input::Answer(part, pending.attempt, answer);
            let next = self.advance(&id, input, because).await;
            drop(begun);
            progress = match next {
                Ok(progress) => progress,
                Err(Halt::Over) => return,
                Err(Halt::Saga(error)) => {
                    return warn!(saga = <S as SagaRoot>::NAME, id, %error, "a saga does not go on");
                }
            };
            self.flights.call_off(&id, &progress).await;
            let Some(next) = self.set_out(&id, &progress) else {
                return;
            };
            sent = next;
        }
    }
}

/// An attempt to follow.
struct Sent {
    part: Part,
    pending: Pending,
    begun: Begun,
}
