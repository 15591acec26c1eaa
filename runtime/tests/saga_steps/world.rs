//! A desk that does what it is told, and sagas that tell it.

use gesta::prelude::*;
use gesta::{Call, Step};

#[event]
pub struct Asked {}

#[event]
pub struct Came {
    pub what: String,
}

#[event]
pub struct Did {
    pub what: String,
}

#[aggregate]
#[derive(Debug, Default)]
pub struct Desk {}

#[aggregate]
impl Desk {
    #[command(upsert)]
    pub fn act(&self, what: String) -> Did {
        Did { what }
    }

    #[apply]
    fn asked(&mut self, _: &Asked) {}

    #[apply]
    fn came(&mut self, _: &Came) {}

    #[apply]
    fn did(&mut self, _: &Did) {}
}

pub fn act(what: &str) -> Call<Act> {
    let what = what.to_owned();
    Act { what }.to("desk")
}

pub fn came(what: &str) -> Came {
    Came { what: what.into() }
}

/// A step that has its own name done.
pub fn step<S>(name: &'static str) -> Step<S> {
    Step::call(name, move |_, _| act(name))
}

/// The same, with a way back.
pub fn undone<S>(name: &'static str, undo: &'static str) -> Step<S> {
    step(name).undo(undo, move |_, _| act(undo))
}

/// A saga that an `Asked` starts: `saga!(Name as "Stored" v1, [Event => trigger, ..], graph)`.
macro_rules! saga {
    ($name:ident, [$($event:ty => $trigger:expr),* $(,)?], $graph:expr) => {
        saga!($name as stringify!($name), 1, [
            Asked => Trigger::start::<Asked, _>(|_, _| Self::default()),
            $($event => $trigger),*
        ], $graph);
    };
    ($name:ident as $stored:expr, $version:expr, [$($event:ty => $trigger:expr),* $(,)?], $graph:expr) => {
        #[derive(Default, serde::Serialize, serde::Deserialize)]
        #[allow(dead_code, reason = "not every saga notes something")]
        pub struct $name {
            pub notes: Vec<String>,
        }

        impl gesta::Subscriber for $name {
            type Handler = gesta::Trigger<Self>;
        }

        impl gesta::SagaRoot for $name {
            const NAME: &'static str = $stored;
            const VERSION: u32 = $version;
        }

        $(impl gesta::On<$event> for $name {
            fn handler() -> gesta::Trigger<Self> {
                $trigger
            }
        })*

        impl gesta::Saga for $name {
            fn graph() -> gesta::Graph<Self> {
                $graph
            }

            fn subscribe(to: &mut gesta::Subscriptions<Self>) {
                $(to.event::<$event>();)*
            }
        }
    };
}
