//! An aggregate of one event, by hand: it notes all that a command may know.

use std::convert::Infallible;

use gesta::event::{EventObject, EventOf, EventType, Events};
use gesta::{
    Aggregate, AggregateRoot, Command, CommandContext, Event, Existence, IntoEvents, Timestamp,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Noted {
    pub text: String,
    pub page: Uuid,
    pub time: Timestamp,
    pub diary: String,
    pub actor: Option<String>,
    pub correlation: Option<String>,
    /// Lost in storage, as by a mistaken attribute.
    #[serde(skip_deserializing)]
    pub lost: u32,
}

/// Notes the text.
#[derive(Serialize, Deserialize)]
pub struct Note {
    pub text: String,
    /// Lost in storage, as by a mistaken attribute.
    #[serde(skip_deserializing)]
    pub lost: u32,
}

/// Changes nothing.
#[derive(Serialize, Deserialize)]
pub struct Reread {}

#[derive(Default)]
pub struct Diary {
    pub texts: Vec<String>,
}

impl AggregateRoot for Diary {
    type Id = u64;
    type Error = Infallible;
    const NAME: &'static str = "Diary";
}

impl Aggregate for Diary {
    type Event = Noted;

    fn apply(&mut self, event: &Noted) {
        self.texts.push(event.text.clone());
    }
}

impl Event for Noted {
    const NAME: &'static str = "Noted";
    const VERSION: u32 = 3;
}

impl Events for Noted {
    const TYPES: &'static [EventType<Self>] = &[EventType::of::<Self>()];

    fn event(&self) -> &dyn EventObject {
        self
    }
}

impl EventOf<Self> for Noted {}

impl IntoEvents<Diary> for Noted {
    fn add_to(self, events: &mut Vec<Noted>) -> Result<(), Infallible> {
        events.push(self);
        Ok(())
    }
}

impl Command for Note {
    type Aggregate = Diary;
    const NAME: &'static str = "Diary.note";
    const EXISTENCE: Existence = Existence::Upsert;

    fn decide(&self, _: &Diary, ctx: &CommandContext) -> Result<Vec<Noted>, Infallible> {
        Ok(vec![Noted {
            text: self.text.clone(),
            page: ctx.new_id(),
            time: ctx.now(),
            diary: ctx.aggregate_id().to_owned(),
            actor: ctx.actor().map(str::to_owned),
            correlation: ctx.correlation().map(str::to_owned),
            lost: 0,
        }])
    }
}

impl Command for Reread {
    type Aggregate = Diary;
    const NAME: &'static str = "Diary.reread";
    const EXISTENCE: Existence = Existence::Require;

    fn decide(&self, _: &Diary, _: &CommandContext) -> Result<Vec<Noted>, Infallible> {
        Ok(Vec::new())
    }
}
