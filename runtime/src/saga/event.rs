//! What is stored of a saga: what it took, what it sent, what came of it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::context::Failure;
use crate::event::{Event, EventObject, EventOf, EventType, Events};
use crate::time::Timestamp;

/// JSON text, as it was made.
pub(crate) type Json = Box<RawValue>;

/// Something that a saga sends, runs or waits for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    /// A step.
    Step(String),
    /// What is done in the place of a step that took too long.
    Instead(String),
    /// The way back of a step.
    Undo(String),
    /// What an `#[on]` method asked for: the position of the event, and the number of the call.
    On(u64, u32),
    /// Taking the event at this position.
    Event(u64),
    /// What is sent once all is done.
    Completed,
    /// What is sent once all is undone.
    Failed,
}

impl Part {
    /// The step that it is of.
    pub(crate) fn step(&self) -> Option<&str> {
        match self {
            Self::Step(step) | Self::Instead(step) | Self::Undo(step) => Some(step),
            _ => None,
        }
    }

    pub(crate) fn step_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Step(step) | Self::Instead(step) | Self::Undo(step) => Some(step),
            _ => None,
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Step(step) => f.write_str(step),
            Self::Instead(step) => write!(f, "on_timeout of {step}"),
            Self::Undo(step) => write!(f, "undo of {step}"),
            Self::On(position, number) => write!(f, "call {number} for event {position}"),
            Self::Event(position) => write!(f, "event {position}"),
            Self::Completed => f.write_str("completed"),
            Self::Failed => f.write_str("failed"),
        }
    }
}

/// What is asked of whom.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Asks {
    /// An aggregate, to take a command.
    Command(Target),
    /// The world outside.
    Effect,
    /// Nobody: the event of this name is to come.
    Event(String),
}

/// A command with its address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Target {
    pub(crate) aggregate: String,
    pub(crate) id: String,
    pub(crate) command: String,
    pub(crate) json: Json,
}

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident { $($(#[$attribute:meta])* $field:ident: $type:ty),* $(,)? })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Serialize, Deserialize)]
            pub(crate) struct $name { $($(#[$attribute])* pub(crate) $field: $type),* }

            impl Event for $name {
                const NAME: &'static str = stringify!($name);
                const VERSION: u32 = 1;
            }

            impl EventOf<SagaEvent> for $name {}

            impl From<$name> for SagaEvent {
                fn from(event: $name) -> Self {
                    Self::$name(event)
                }
            }
        )*

        /// The events of a saga.
        #[derive(Debug, Clone)]
        #[expect(clippy::enum_variant_names, reason = "they are the names of the events")]
        pub(crate) enum SagaEvent { $($name($name)),* }

        impl Events for SagaEvent {
            const TYPES: &'static [EventType<Self>] = &[$(EventType::of::<$name>()),*];

            fn event(&self) -> &dyn EventObject {
                match self {
                    $(Self::$name(event) => event),*
                }
            }
        }

        /// Hands each type of event on.
        macro_rules! each_event {
            ($then:ident) => { $($then!($name);)* };
        }
        pub(crate) use each_event;
    };
}

events! {
    /// An event has started it.
    SagaStarted {
        version: u32,
        at: Timestamp,
        /// The position of the event.
        by: u64,
        /// Its first state; none, if it could not be made.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
        state: Option<Json>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        correlation: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        actor: Option<String>,
        /// Whether it has no steps, and ends with what it sends.
        #[serde(default, skip_serializing_if = "is_false")]
        alone: bool,
    }
    /// It has taken an event.
    SagaTook {
        /// The position of the event.
        by: u64,
        /// The state, if it has changed.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
        state: Option<Json>,
        /// The step that waited for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<String>,
        /// Whether the saga ends with it.
        #[serde(default, skip_serializing_if = "is_false")]
        end: bool,
    }
    /// An event has come that it takes once it goes on.
    SagaDeferred { by: u64 }
    /// It has sent a command, begun an effect, or waits for an event.
    SagaSent {
        part: Part,
        attempt: u32,
        to: Asks,
        /// When it must have come about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Timestamp>,
        /// The command id of the commit.
        commit: Uuid,
    }
    /// What it sent came about. The attempt is 0 where there was nothing to do.
    SagaAccepted {
        part: Part,
        attempt: u32,
        /// What an effect gave.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
        result: Option<Json>,
    }
    /// What it sent did not come about.
    SagaRefused {
        part: Part,
        attempt: u32,
        error: String,
        /// When it is tried again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        again: Option<Timestamp>,
    }
    /// What it sent took too long.
    SagaTimedOut { part: Part, attempt: u32 }
    /// It has failed: what was done is undone.
    SagaUndoing { failure: Failure }
    /// It cannot go on by itself.
    SagaStuck { part: Part, attempt: u32, error: String }
    /// Somebody has let it go on.
    SagaResumed {
        /// Whether what it was stuck or waited at was left out.
        #[serde(default, skip_serializing_if = "is_false")]
        skipped: bool,
    }
    /// A step has another name by now.
    SagaRenamed { was: String, now: String }
    /// It is at its end.
    SagaEnded { completed: bool }
}

/// What is written is there, `null` too: it is what a unit struct is, and what an effect that gives nothing gave.
pub(crate) fn present<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// An event in words.
pub(crate) fn described(event: &SagaEvent) -> String {
    match event {
        SagaEvent::SagaStarted(event) => format!("started by event {}", event.by),
        SagaEvent::SagaTook(event) => match &event.step {
            Some(step) => format!("event {} came, which `{step}` waits for", event.by),
            None => format!("took event {}", event.by),
        },
        SagaEvent::SagaDeferred(event) => format!("event {} waits until it goes on", event.by),
        SagaEvent::SagaSent(event) => described_sent(event),
        SagaEvent::SagaAccepted(event) if event.attempt == 0 => {
            format!("{}: nothing to do", event.part)
        }
        SagaEvent::SagaAccepted(event) => format!("{}: done", event.part),
        SagaEvent::SagaRefused(event) => match event.again {
            Some(again) => format!("{}: {}; again at {again}", event.part, event.error),
            None => format!("{}: {}", event.part, event.error),
        },
        SagaEvent::SagaTimedOut(event) => format!("{}: took too long", event.part),
        SagaEvent::SagaUndoing(event) => format!("undoing what is done, for {}", event.failure),
        SagaEvent::SagaStuck(event) => format!("stuck at {}: {}", event.part, event.error),
        SagaEvent::SagaResumed(event) if event.skipped => "goes on without waiting".to_owned(),
        SagaEvent::SagaResumed(_) => "goes on".to_owned(),
        SagaEvent::SagaRenamed(event) => format!("`{}` is named `{}` by now", event.was, event.now),
        SagaEvent::SagaEnded(event) if event.completed => "completed".to_owned(),
        SagaEvent::SagaEnded(_) => "compensated".to_owned(),
    }
}

fn described_sent(event: &SagaSent) -> String {
    let (part, attempt) = (&event.part, event.attempt);
    let attempt = match attempt {
        1 => String::new(),
        more => format!(" (attempt {more})"),
    };
    match &event.to {
        Asks::Command(target) => {
            format!("{part}{attempt}: sent {} to {}", target.command, target.id)
        }
        Asks::Effect => format!("{part}{attempt}: begun"),
        Asks::Event(name) => format!("{part}: waits for {name}"),
    }
}
