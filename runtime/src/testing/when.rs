//! What became of the command that is tested.

use super::fail::fail;
use super::given::Given;
use super::shown::{Shown, report};
use super::stored::{Stored, expected_events};
use crate::aggregate::{Aggregate, Command, IntoEvents};

pub(super) enum Outcome<E> {
    Events(Vec<Stored>),
    Rejected(E),
    AlreadyExists,
    NotFound,
}

/// What became of a command, to be compared with what was expected.
#[must_use = "a command proves nothing until the test says what is to become of it"]
pub struct When<A: Aggregate> {
    given: Given<A>,
    command: String,
    outcome: Outcome<A::Error>,
}

impl<A: Aggregate> When<A> {
    pub(super) fn new(given: Given<A>, command: String, outcome: Outcome<A::Error>) -> Self {
        Self {
            given,
            command,
            outcome,
        }
    }

    /// The command gave these events: whatever a command may return.
    ///
    /// Events are compared as they are stored, by name, version and JSON, so they need no `PartialEq`.
    ///
    /// # Panics
    /// If it gave others, or was not taken.
    #[track_caller]
    pub fn then(self, events: impl IntoEvents<A>) -> Given<A> {
        let expected = Shown::events(&expected_events(events));
        self.accepted_as(|events| events.lines == expected.lines, &expected)
    }

    /// The command was taken and gave no event.
    ///
    /// # Panics
    /// If it gave one, or was not taken.
    #[track_caller]
    pub fn then_nothing(self) -> Given<A> {
        let expected = Shown::events(&[]);
        self.accepted_as(|events| events.lines.is_empty(), &expected)
    }

    /// The command was taken, whatever events it gave.
    ///
    /// # Panics
    /// If it was not taken.
    #[track_caller]
    pub fn accepted(self) -> Given<A> {
        self.accepted_as(|_| true, &Shown::words("accepted"))
    }

    /// The command was taken; looks at the state after its events.
    ///
    /// # Panics
    /// If it was not taken.
    #[track_caller]
    pub fn state(self, look: impl FnOnce(&A)) -> Given<A> {
        self.accepted().state(look)
    }

    /// The command was taken; sends the next one.
    ///
    /// # Panics
    /// If it was not taken.
    #[track_caller]
    pub fn when<C: Command<Aggregate = A>>(self, command: C) -> When<A> {
        self.accepted().when(command)
    }

    /// The aggregate rejected the command with this error.
    ///
    /// # Panics
    /// If it did not, or with another one.
    #[track_caller]
    pub fn rejected(self, error: A::Error) -> Given<A>
    where
        A::Error: PartialEq,
    {
        match &self.outcome {
            Outcome::Rejected(actual) if *actual == error => self.given,
            _ => self.differs(&Shown::rejection(&error)),
        }
    }

    /// The aggregate rejected the command; looks at the error. For errors without `PartialEq`.
    ///
    /// # Panics
    /// If it did not.
    #[track_caller]
    pub fn rejected_with(self, look: impl FnOnce(&A::Error)) -> Given<A> {
        match &self.outcome {
            Outcome::Rejected(error) => look(error),
            _ => self.differs(&Shown::words("rejected")),
        }
        self.given
    }

    /// The command was to create the aggregate, and it exists.
    ///
    /// # Panics
    /// If anything else became of it.
    #[track_caller]
    pub fn already_exists(self) -> Given<A> {
        match self.outcome {
            Outcome::AlreadyExists => self.given,
            _ => self.differs(&Shown::words(ALREADY_EXISTS)),
        }
    }

    /// The command needs an aggregate that exists, and it does not.
    ///
    /// # Panics
    /// If anything else became of it.
    #[track_caller]
    pub fn not_found(self) -> Given<A> {
        match self.outcome {
            Outcome::NotFound => self.given,
            _ => self.differs(&Shown::words(NOT_FOUND)),
        }
    }

    #[track_caller]
    fn accepted_as(self, fits: impl FnOnce(&Shown) -> bool, expected: &Shown) -> Given<A> {
        match self.outcome {
            Outcome::Events(events) if fits(&Shown::events(&events)) => {
                self.given.followed_by(events)
            }
            _ => self.differs(expected),
        }
    }

    /// Fails the test with what was expected and what came.
    #[track_caller]
    fn differs(&self, expected: &Shown) -> ! {
        let actual = match &self.outcome {
            Outcome::Events(events) => Shown::events(events),
            Outcome::Rejected(error) => Shown::rejection(error),
            Outcome::AlreadyExists => Shown::words(ALREADY_EXISTS),
            Outcome::NotFound => Shown::words(NOT_FOUND),
        };
        fail(&report(
            "the command did not do what the test expects",
            &[("given", &self.given.names()), ("when", &self.command)],
            ["expected", "actual"],
            [expected, &actual],
        ))
    }
}

const ALREADY_EXISTS: &str = "AlreadyExists: the command creates, and something was given";
const NOT_FOUND: &str = "NotFound: the command does not create, and nothing was given";
