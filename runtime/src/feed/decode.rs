//! From stored rows to what projections take.

use std::collections::HashMap;
use std::fmt;

use hashlink::DefaultHashBuilder;

use crate::dispatch::caught;
use crate::event::{Encoded, Lifted, Recorded};
use crate::source::{AnyEvent, Decode, Subscriber, Subscriptions};
use crate::store::{LogEvent, StoredEvent};

/// A stored event on its way to those who take it.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) recorded: Recorded,
    pub(crate) decoded: Decoded,
}

/// What a stored event is today.
pub(crate) enum Decoded {
    Events(Lifted<Box<dyn AnyEvent>>),
    /// Nobody here knows how to read it, or wants to.
    Foreign,
    /// The name that it is stored under, and why it cannot be read.
    Unreadable {
        name: String,
        error: String,
    },
}

/// How the rows of each aggregate are read, and those of events that are subscribed to by themselves.
#[derive(Default)]
pub(crate) struct Decoders {
    aggregates: HashMap<&'static str, Decode, DefaultHashBuilder>,
    events: HashMap<&'static str, Decode, DefaultHashBuilder>,
}

impl Decoders {
    pub(crate) fn add_aggregate(&mut self, name: &'static str, decode: Decode) {
        self.aggregates.insert(name, decode);
    }

    pub(crate) fn add<S: Subscriber>(&mut self, subscriptions: &Subscriptions<S>) {
        for (name, of) in &subscriptions.aggregates {
            self.aggregates.insert(name, of.decode);
        }
        for of in subscriptions.events.values() {
            let names = of.names.iter().map(|name| (*name, of.decode));
            self.events.extend(names);
        }
    }

    pub(crate) fn decode(&self, events: Vec<StoredEvent>) -> Vec<Delivery> {
        let one = |stored: StoredEvent| stored.lend(|event| self.one(event));
        events.into_iter().map(one).collect()
    }

    /// An event in the stream of an aggregate that is known is what that aggregate says, and nothing else.
    pub(super) fn one(&self, stored: LogEvent<'_>) -> Delivery {
        let aggregate = self.aggregates.get(stored.stream.aggregate());
        let decode = aggregate.or_else(|| self.events.get(stored.name));
        let decoded = decode.map_or(Decoded::Foreign, |decode| read(*decode, &stored));
        let LogEvent {
            position,
            stream,
            version,
            meta,
            ..
        } = stored;
        Delivery {
            recorded: Recorded::new((), stream, version, position, meta),
            decoded,
        }
    }
}

fn read(decode: Decode, stored: &LogEvent<'_>) -> Decoded {
    let encoded = Encoded {
        name: stored.name,
        version: stored.schema,
        json: stored.json,
    };
    let error = match caught(|| decode(encoded)) {
        Ok(Ok(events)) => return Decoded::Events(events),
        Ok(Err(error)) => said(&error),
        Err(message) => format!("the code that reads it panicked: {message}"),
    };
    let name = stored.name.to_owned();
    Decoded::Unreadable { name, error }
}

/// An error with its causes.
pub(crate) fn said(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let causes: Vec<_> = causes.map(ToString::to_string).collect();
    causes.join(": ")
}

impl fmt::Debug for Decoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Events(events) => f
                .debug_list()
                .entries(events.as_slice().iter().map(|each| each.event().name()))
                .finish(),
            Self::Foreign => f.write_str("Foreign"),
            Self::Unreadable { error, .. } => f.debug_tuple("Unreadable").field(error).finish(),
        }
    }
}
