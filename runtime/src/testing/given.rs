//! What happened before the command that is tested.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::fail::or_fail;
use super::shown::names;
use super::stored::{Stored, encoded, expected_events, through_json};
use super::when::{Outcome, When};
use super::{SequentialIds, VirtualClock};
use crate::aggregate::{
    Aggregate, AggregateId, Command, CommandContext, Existence, IntoEvents, IntoId,
};
use crate::store::StreamName;
use crate::time::{Clock, Timestamp};

/// Starts a test of an aggregate: given these events, when this command comes, then these events follow.
///
/// Every [`Aggregate`] has it; there is nothing to implement. The prelude brings it into scope.
pub trait GivenWhenThen: Aggregate {
    /// An aggregate that these events happened to: whatever a command may return.
    ///
    /// Each event is encoded, decoded and applied, as if it came out of a store.
    ///
    /// # Panics
    /// If an event does not survive this.
    #[track_caller]
    fn given(events: impl IntoEvents<Self>) -> Given<Self> {
        Given::nothing().and(events)
    }

    /// An aggregate that nothing happened to: it does not exist.
    fn given_nothing() -> Given<Self> {
        Given::nothing()
    }
}

impl<A: Aggregate> GivenWhenThen for A {}

/// An aggregate with its past, ready for the command that is tested.
///
/// Assertions give it back, with what the command changed, so that one test may go on with a second command. What a
/// command learns from its [`CommandContext`] is the test's to say:
///
/// ```
/// use gesta::prelude::*;
/// use gesta::Timestamp;
///
/// #[event]
/// pub struct Noted { pub text: String, pub time: Timestamp, pub author: Option<String> }
///
/// #[aggregate]
/// #[derive(Default)]
/// pub struct Diary {}
///
/// #[aggregate]
/// impl Diary {
///     #[command(upsert)]
///     pub fn note(&self, ctx: &CommandContext, text: String) -> Noted {
///         Noted { text, time: ctx.now(), author: ctx.actor().map(str::to_owned) }
///     }
///
///     #[apply]
///     fn noted(&mut self, _: &Noted) {}
/// }
///
/// let dawn = Timestamp::from_micros(1_000_000);
/// Diary::given_nothing()
///     .at(dawn)
///     .actor("ann")
///     .when(Note { text: "rain".into() })
///     .then(Noted { text: "rain".into(), time: dawn, author: Some("ann".into()) });
/// ```
pub struct Given<A> {
    state: A,
    past: Vec<Stored>,
    clock: VirtualClock,
    ids: SequentialIds,
    id: String,
    actor: Option<String>,
    correlation: Option<String>,
    commands: u64,
}

impl<A: Aggregate> Given<A> {
    fn nothing() -> Self {
        Self {
            state: A::default(),
            past: Vec::new(),
            clock: VirtualClock::default(),
            ids: SequentialIds::default(),
            // Text that is an id for `String` and for every number alike.
            id: "1".to_owned(),
            actor: None,
            correlation: None,
            commands: 0,
        }
    }

    /// Further events that happened.
    ///
    /// # Panics
    /// If an event does not survive being encoded, decoded and applied.
    #[must_use]
    #[track_caller]
    pub fn and(self, events: impl IntoEvents<A>) -> Self {
        let events = expected_events(events);
        self.followed_by(events)
    }

    /// The time at which the command is decided: 2000-01-01T00:00:00Z if nothing else is said.
    #[must_use]
    pub fn at(self, time: Timestamp) -> Self {
        self.clock.set(time);
        self
    }

    /// Lets time pass.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        self.clock.advance(duration);
        self
    }

    /// The id of the aggregate: `1` if nothing else is said.
    #[must_use]
    pub fn id(mut self, id: impl IntoId<A::Id>) -> Self {
        self.id = id.into_id().into_text();
        self
    }

    /// Who sends the command.
    #[must_use]
    pub fn actor(mut self, actor: impl Into<String>) -> Self {
        self.actor = Some(actor.into());
        self
    }

    /// What larger piece of work the command belongs to.
    #[must_use]
    pub fn correlation(mut self, correlation: impl Into<String>) -> Self {
        self.correlation = Some(correlation.into());
        self
    }

    /// Sends the command to the aggregate.
    ///
    /// What is decided is the command as it comes back from its JSON, as a saga would send it. Ids that the command
    /// asks for are [`SequentialIds::nth`] 1, 2, 3.
    ///
    /// # Panics
    /// If the command does not survive being encoded and decoded.
    #[track_caller]
    pub fn when<C: Command<Aggregate = A>>(mut self, command: C) -> When<A> {
        let (command, json) = or_fail(through_json(&command));
        self.commands += 1;
        let outcome = match C::EXISTENCE {
            Existence::Create if self.exists() => Outcome::AlreadyExists,
            Existence::Require if !self.exists() => Outcome::NotFound,
            _ => match command.decide(&self.state, &self.context()) {
                Ok(events) => Outcome::Events(or_fail(encoded::<A>(&events))),
                Err(error) => Outcome::Rejected(error),
            },
        };
        When::new(self, format!("{} {json}", C::NAME), outcome)
    }

    /// Looks at the state.
    pub fn state(self, look: impl FnOnce(&A)) -> Self {
        look(&self.state);
        self
    }

    fn exists(&self) -> bool {
        !self.past.is_empty()
    }

    #[track_caller]
    fn context(&self) -> CommandContext {
        let stream = StreamName::new(A::NAME, &self.id);
        CommandContext {
            stream: or_fail(stream.map_err(|error| format!("the id cannot be stored: {error}"))),
            time: self.clock.now(),
            ids: Arc::new(self.ids.clone()),
            command_id: command_id(self.commands),
            correlation: self.correlation.clone(),
            actor: self.actor.clone(),
        }
    }

    /// The names of what happened.
    pub(super) fn names(&self) -> String {
        names(self.past.iter().map(|event| event.name))
    }

    /// Takes events in as a store would hand them out.
    #[track_caller]
    pub(super) fn followed_by(mut self, events: Vec<Stored>) -> Self {
        for event in events {
            self.state.apply(&or_fail(event.decode()));
            self.past.push(event);
        }
        if let Some(snapshots) = A::snapshots() {
            // What a snapshot would not bring back is missing from here on.
            self.state = or_fail(snapshots.round_trip(&self.state).map_err(|error| {
                format!(
                    "the state of `{}` does not survive a snapshot: {error}",
                    A::NAME
                )
            }));
        }
        self
    }
}

/// The id of the `n`th command of a test: far from the ids that commands hand out.
pub(super) fn command_id(n: u64) -> Uuid {
    Uuid::from_u64_pair(1 << 60, n)
}
