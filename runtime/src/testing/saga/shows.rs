//! What is to become of a saga.

use std::fmt::Display;

use super::{Driven, Shown};
use crate::saga::{Asks, IntoCalls, Reaction, Saga, SagaEvent, SagaStatus, Target};
use crate::testing::IntoDuration;
use crate::testing::fail::or_fail;
use crate::time::Timestamp;

impl<S: Saga> Driven<S> {
    /// These are the commands that the last line of the test brought about: one call, a tuple, a `Vec`, in whatever order.
    ///
    /// # Panics
    /// If there are others.
    #[track_caller]
    pub fn sends(self, calls: impl IntoCalls) -> Self {
        let mut expected = Reaction::default();
        or_fail(
            calls
                .add_to(&mut expected)
                .map_err(|error| error.to_string()),
        );
        let expected = expected.calls.into_iter().map(Target::try_from);
        let expected: Vec<_> = or_fail(expected.collect());
        self.check(&Shown::calls(&expected), &Shown::calls(&self.sent()));
        self
    }

    /// The last line of the test brought about no command.
    ///
    /// # Panics
    /// If it brought about one.
    #[track_caller]
    pub fn sends_nothing(self) -> Self {
        self.sends(())
    }

    /// The saga is doing this.
    ///
    /// # Panics
    /// If it is doing something else.
    #[track_caller]
    pub fn is(self, status: SagaStatus) -> Self {
        let progress = &self.machine.progress;
        if !progress.exists() || progress.status() != status {
            self.differs(&Shown::words(status.as_str()), &self.status());
        }
        self
    }

    /// Nothing has started a saga.
    ///
    /// # Panics
    /// If something has.
    #[track_caller]
    pub fn starts_nothing(self) -> Self {
        self.check(&Shown::words(NO_SAGA), &self.status());
        self
    }

    /// The saga has this state.
    ///
    /// States are compared as they are stored, by their JSON, so they need no `PartialEq`.
    ///
    /// # Panics
    /// If it has another, or none.
    #[track_caller]
    pub fn state(self, state: S) -> Self {
        let json = serde_json::to_string(&state);
        let json = or_fail(json.map_err(|error| format!("the state has no JSON: {error}")));
        let actual = self.machine.progress.state.as_ref();
        let actual = actual.map_or_else(
            || Shown::words("no state"),
            |state| Shown::document(S::NAME, state.get()),
        );
        self.check(&Shown::document(S::NAME, &json), &actual);
        self
    }

    /// All that is under way, by the names of steps and methods, in whatever order: commands that are not answered,
    /// effects, events that are awaited, and what waits for another attempt.
    ///
    /// # Panics
    /// If it is something else.
    #[track_caller]
    pub fn waits_for<K: Display>(self, names: impl IntoIterator<Item = K>) -> Self {
        let mut expected: Vec<_> = names.into_iter().map(|name| name.to_string()).collect();
        expected.sort();
        let pending = self.machine.progress.pending.keys();
        let actual = pending.map(|part| self.machine.definition.graph.name_of(part));
        let mut actual: Vec<_> = actual.collect();
        actual.sort();
        if expected != actual {
            self.differs(&Shown::words(&expected.join(", ")), &self.under_way());
        }
        self
    }

    /// The next deadline, or the next attempt, is so far away: a [`Duration`](std::time::Duration), or a text such as
    /// `"30s"`.
    ///
    /// # Panics
    /// If it is at another time, or there is none.
    #[track_caller]
    pub fn due_in(self, duration: impl IntoDuration) -> Self {
        let due = self.now() + or_fail(duration.into_duration());
        self.check(&self.due(Some(due)), &self.due(self.machine.progress.due()));
        self
    }

    /// No deadline and no further attempt is to come.
    ///
    /// # Panics
    /// If there is one.
    #[track_caller]
    pub fn due_never(self) -> Self {
        self.check(&self.due(None), &self.due(self.machine.progress.due()));
        self
    }

    /// The saga is stuck at the step or the method of this name, and says this, or this and more.
    ///
    /// # Panics
    /// If it is not, or says something else.
    #[track_caller]
    pub fn stuck_at(self, name: &str, message: &str) -> Self {
        let stuck = self.machine.progress.stuck.as_ref();
        let is_there = stuck.is_some_and(|stuck| {
            let names = [
                self.machine.definition.graph.name_of(&stuck.part),
                stuck.part.to_string(),
            ];
            let is_named = names.contains(&name.to_owned()) || stuck.part.step() == Some(name);
            is_named && stuck.error.contains(message)
        });
        if !is_there {
            let expected = Shown::words(&format!("stuck at {name}: {message}"));
            self.differs(&expected, &self.status());
        }
        self
    }

    fn sent(&self) -> Vec<Target> {
        let sent = self.new_events().filter_map(|event| match event {
            SagaEvent::SagaSent(sent) => match &sent.to {
                Asks::Command(target) => Some(target.clone()),
                _ => None,
            },
            _ => None,
        });
        sent.collect()
    }

    fn due(&self, due: Option<Timestamp>) -> Shown {
        Shown::words(&due.map_or_else(
            || "never due".to_owned(),
            |due| format!("due in {:?}", self.until(due)),
        ))
    }

    fn status(&self) -> Shown {
        let progress = &self.machine.progress;
        if !progress.exists() {
            return Shown::words(NO_SAGA);
        }
        let status = progress.status();
        Shown::words(&match &progress.stuck {
            Some(stuck) => {
                let name = self.machine.definition.graph.name_of(&stuck.part);
                format!("{status} at {name}: {}", stuck.error)
            }
            None => status.to_string(),
        })
    }
}

const NO_SAGA: &str = "no saga";
