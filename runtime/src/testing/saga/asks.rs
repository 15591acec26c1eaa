//! What people ask of a saga.

use super::machine::{Input, Trouble};
use super::{Driven, Shown};
use crate::saga::{Order, Saga};
use crate::testing::stored::with_causes;

impl<S: Saga> Driven<S> {
    /// Somebody lets it try again what it is stuck at.
    ///
    /// # Panics
    /// If it is not stuck.
    #[must_use = "it proves nothing until the test says what is sent"]
    #[track_caller]
    pub fn retry(self) -> Self {
        self.order(&Order::Retry)
    }

    /// Somebody lets it go on without this step.
    ///
    /// # Panics
    /// If it does not stand there, or the step is in flight.
    #[must_use = "it proves nothing until the test says what is sent"]
    #[track_caller]
    pub fn skip(self, step: &str) -> Self {
        self.order(&Order::Skip(step.to_owned()))
    }

    /// Somebody lets it undo all that is done.
    ///
    /// # Panics
    /// If it cannot.
    #[must_use = "it proves nothing until the test says what is sent"]
    #[track_caller]
    pub fn compensate(self) -> Self {
        self.order(&Order::Compensate)
    }

    /// Whoever asks for another attempt is told why there is none: so, or with more words.
    ///
    /// # Panics
    /// If it is tried again, or for another reason.
    #[track_caller]
    pub fn refuses_to_retry(self, why: &str) -> Self {
        self.refuses(&Order::Retry, why)
    }

    /// Whoever wants to go on without this step is told why it cannot be: so, or with more words.
    ///
    /// # Panics
    /// If it goes on, or for another reason.
    #[track_caller]
    pub fn refuses_to_skip(self, step: &str, why: &str) -> Self {
        self.refuses(&Order::Skip(step.to_owned()), why)
    }

    /// Whoever wants all to be undone is told why it cannot be: so, or with more words.
    ///
    /// # Panics
    /// If it is undone, or for another reason.
    #[track_caller]
    pub fn refuses_to_compensate(self, why: &str) -> Self {
        self.refuses(&Order::Compensate, why)
    }

    #[track_caller]
    fn order(self, order: &Order) -> Self {
        let now = self.now();
        self.input(|machine| machine.give(now, Input::Order(order)))
    }

    #[track_caller]
    fn refuses(mut self, order: &Order, why: &str) -> Self {
        let now = self.now();
        self.before = self.machine.decided.len();
        let actual = match self.machine.give(now, Input::Order(order)) {
            Err(Trouble::Refused(error)) => with_causes(&error),
            Err(Trouble::Broken(message)) => message,
            Ok(()) => "it does so".to_owned(),
        };
        if !actual.contains(why) {
            self.differs(&Shown::words(why), &Shown::words(&actual));
        }
        self
    }
}
