//! Where events come from, and who takes them: what projections subscribe to.

use std::any::TypeId;
use std::collections::HashMap;

use hashlink::DefaultHashBuilder;

use crate::aggregate::{Aggregate, read};
use crate::event::{DecodeError, Encoded, Event, EventObject, EventOf, Events, Lifted};

/// Something that takes events, such as a projection, and what it takes one with.
///
/// `#[projection]` implements it.
pub trait Subscriber: Sized + 'static {
    /// What takes an event.
    type Handler: Send + Sync + 'static;
}

/// What a subscriber does with an event.
///
/// `#[projection]` implements it for each event that an `#[on]` method takes, and for those that are ignored.
#[diagnostic::on_unimplemented(
    message = "`{Self}` says nothing about the event `{E}`",
    label = "`{E}` is neither handled nor ignored",
    note = "write a method with `#[on]` that takes `event: &{E}`, or `ignore({E})` beside `of(..)`"
)]
pub trait On<E>: Subscriber {
    /// What takes the event.
    fn handler() -> Self::Handler;
}

/// Something that `of(..)` may name: an aggregate, with all its events, or an event, whatever it happened to.
///
/// `#[aggregate]` and `#[event]` implement it, so that whoever names an aggregate must say what becomes of each of its
/// events:
///
/// ```
/// # use gesta::{Aggregate, AggregateRoot, On, Source, Subscriber, Subscriptions, prelude::*};
/// # #[event] pub struct Deposited { pub cents: u64 }
/// struct Total;
///
/// fn subscribe<S: Subscriber + On<Deposited>>(to: &mut Subscriptions<S>) {
///     to.event::<Deposited>();
/// }
/// # let _ = (Total, );
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither an aggregate nor an event",
    label = "nothing happens to it",
    note = "`of(..)` names structs with `#[aggregate]` or `#[event]`"
)]
pub trait Source<S: Subscriber> {
    /// Says what becomes of each event.
    fn subscribe(to: &mut Subscriptions<S>);
}

/// A typed event whose type is not known.
pub(crate) trait AnyEvent: Send + Sync {
    fn event(&self) -> &dyn EventObject;
}

struct OfEnum<T>(T);

impl<T: Events> AnyEvent for OfEnum<T> {
    fn event(&self) -> &dyn EventObject {
        self.0.event()
    }
}

struct Alone<E>(E);

impl<E: Event> AnyEvent for Alone<E> {
    fn event(&self) -> &dyn EventObject {
        &self.0
    }
}

/// Reads what is stored as the events that it is today.
pub(crate) type Decode = fn(Encoded<'_>) -> Result<Lifted<Box<dyn AnyEvent>>, DecodeError>;

/// How the events in the streams of an aggregate are read.
pub(crate) fn decode_of<A: Aggregate>() -> Decode {
    |stored| Ok(read::<A>(stored)?.map(|event| Box::new(OfEnum(event)) as Box<dyn AnyEvent>))
}

/// All that a subscriber subscribed to, and what takes it.
pub struct Subscriptions<S: Subscriber> {
    pub(crate) aggregates: HashMap<&'static str, OfAggregate<S>, DefaultHashBuilder>,
    pub(crate) events: HashMap<TypeId, OfEvent<S>, DefaultHashBuilder>,
}

pub(crate) struct OfAggregate<S: Subscriber> {
    pub(crate) decode: Decode,
    handlers: Vec<(TypeId, S::Handler)>,
}

impl<S: Subscriber> OfAggregate<S> {
    pub(crate) fn handlers(&self) -> impl Iterator<Item = &S::Handler> {
        self.handlers.iter().map(|(_, handler)| handler)
    }
}

pub(crate) struct OfEvent<S: Subscriber> {
    /// Every name that it is stored under.
    pub(crate) names: Vec<&'static str>,
    /// For streams of aggregates that the app does not know.
    pub(crate) decode: Decode,
    handler: S::Handler,
}

impl<S: Subscriber> Default for Subscriptions<S> {
    fn default() -> Self {
        Self {
            aggregates: HashMap::default(),
            events: HashMap::default(),
        }
    }
}

impl<S: Subscriber> Subscriptions<S> {
    /// Subscribes to an aggregate: say of each of its events what takes it.
    pub fn aggregate<A: Aggregate>(&mut self) -> AggregateEvents<'_, S, A> {
        let of = self.aggregates.entry(A::NAME).or_insert(OfAggregate {
            decode: decode_of::<A>(),
            handlers: Vec::new(),
        });
        AggregateEvents {
            handlers: &mut of.handlers,
            of: std::marker::PhantomData,
        }
    }

    /// Subscribes to an event, in the streams of whatever aggregate.
    pub fn event<E: Event>(&mut self)
    where
        S: On<E>,
    {
        let names = std::iter::once(E::NAME).chain(E::WAS.iter().copied());
        self.events.insert(
            TypeId::of::<E>(),
            OfEvent {
                names: names.collect(),
                decode: |stored| Ok(Lifted::one(Box::new(Alone(stored.decode::<E>()?)))),
                handler: S::handler(),
            },
        );
    }

    /// Each of the handlers.
    pub(crate) fn handlers(&self) -> impl Iterator<Item = &S::Handler> {
        let of_events = self.events.values().map(|of| &of.handler);
        let of_aggregates = self.aggregates.values().flat_map(OfAggregate::handlers);
        of_events.chain(of_aggregates)
    }

    /// What takes an event that happened to such an aggregate.
    pub(crate) fn handler(&self, aggregate: &str, event: TypeId) -> Option<&S::Handler> {
        let of = self.aggregates.get(aggregate);
        let own = of.and_then(|of| of.handlers.iter().find(|(each, _)| *each == event));
        match own {
            Some((_, handler)) => Some(handler),
            None => self.events.get(&event).map(|of| &of.handler),
        }
    }

    /// Whether an event that is stored under this name, and cannot be read, may be one of those.
    pub(crate) fn may_want(&self, aggregate: &str, name: &str) -> bool {
        self.aggregates.contains_key(aggregate)
            || self.events.values().any(|of| of.names.contains(&name))
    }
}

/// The events of an aggregate that is subscribed to.
#[must_use = "say of each event what takes it"]
pub struct AggregateEvents<'a, S: Subscriber, A> {
    handlers: &'a mut Vec<(TypeId, S::Handler)>,
    of: std::marker::PhantomData<fn() -> A>,
}

impl<S: Subscriber, A: Aggregate> AggregateEvents<'_, S, A> {
    /// One more event, which the subscriber says what to do with.
    pub fn on<E: EventOf<A::Event>>(self) -> Self
    where
        S: On<E>,
    {
        self.handlers.push((TypeId::of::<E>(), S::handler()));
        self
    }
}
