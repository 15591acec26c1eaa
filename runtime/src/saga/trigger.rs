//! How a saga takes an event.

use std::fmt::Display;

use super::SagaRoot;
use super::call::{IntoCalls, Reaction, Sends};
use super::context::SagaContext;
use crate::dispatch::caught;
use crate::event::{Event, EventObject, Recorded, check_text};
use crate::projection::HandlerError;

type Start<S> =
    Box<dyn Fn(&dyn EventObject, &Recorded) -> Result<Option<S>, HandlerError> + Send + Sync>;
type React<S> = Box<
    dyn Fn(&mut S, &dyn EventObject, &Recorded, &SagaContext) -> Result<Reaction, HandlerError>
        + Send
        + Sync,
>;
type ReactAlone =
    Box<dyn Fn(&dyn EventObject, &Recorded) -> Result<Reaction, HandlerError> + Send + Sync>;
type Take<S> =
    Box<dyn Fn(&mut S, &dyn EventObject, &Recorded) -> Result<(), HandlerError> + Send + Sync>;
type IdOf = Box<dyn Fn(&dyn EventObject, &Recorded) -> Result<String, HandlerError> + Send + Sync>;

/// What an event does.
pub(crate) enum Takes<S> {
    /// It starts a saga.
    Start(Start<S>),
    /// A saga that is under way reacts to it.
    On(React<S>),
    /// It is a saga by itself, which has no state.
    Alone(ReactAlone),
    /// A step waits for it.
    Step(&'static str, Take<S>),
}

/// How a saga takes one type of event.
pub struct Trigger<S> {
    pub(crate) takes: Takes<S>,
    /// `None` if the saga's id is that of the aggregate that the event happened to.
    pub(crate) id: Option<IdOf>,
    pub(crate) sends: Vec<Sends>,
}

impl<S> Trigger<S> {
    fn new(takes: Takes<S>) -> Self {
        Self {
            takes,
            id: None,
            sends: Vec::new(),
        }
    }

    /// The event starts a saga, unless one of its id exists.
    pub fn start<E: Event, R: IntoStart<S>>(
        start: impl Fn(&E, &Recorded) -> R + Send + Sync + 'static,
    ) -> Self {
        Self::new(Takes::Start(Box::new(move |event, recorded| {
            start(taken(event)?, recorded).into_start()
        })))
    }

    /// A saga that is under way reacts to the event.
    pub fn on<E: Event, R: IntoCalls>(
        on: impl Fn(&mut S, &E, &Recorded, &SagaContext) -> R + Send + Sync + 'static,
    ) -> Self {
        let mut trigger = Self::new(Takes::On(Box::new(move |saga, event, recorded, ctx| {
            reaction(on(saga, taken(event)?, recorded, ctx))
        })));
        R::sends(&mut trigger.sends);
        trigger
    }

    /// Each such event is a saga by itself, without a state.
    pub fn alone<E: Event, R: IntoCalls>(
        on: impl Fn(&E, &Recorded) -> R + Send + Sync + 'static,
    ) -> Self {
        let mut trigger = Self::new(Takes::Alone(Box::new(move |event, recorded| {
            reaction(on(taken(event)?, recorded))
        })));
        R::sends(&mut trigger.sends);
        trigger
    }

    /// A step waits for the event.
    pub fn step<E: Event, R: IntoTaken>(
        step: &'static str,
        take: impl Fn(&mut S, &E, &Recorded) -> R + Send + Sync + 'static,
    ) -> Self {
        Self::new(Takes::Step(
            step,
            Box::new(move |saga, event, recorded| take(saga, taken(event)?, recorded).into_taken()),
        ))
    }

    /// The id of the saga that takes the event. `None` if no saga can have it, so that the event is for none that is under
    /// way: it is text of a user's, perhaps.
    ///
    /// # Errors
    /// Why the saga cannot be started, or nobody knows which it is.
    pub(crate) fn id_of(
        &self,
        event: &dyn EventObject,
        recorded: &Recorded,
    ) -> Result<Option<String>, String> {
        let id = match (&self.id, &self.takes) {
            (Some(id), _) => caught(|| id(event, recorded))
                .map_err(|panic| format!("the id of its saga: the code panicked: {panic}"))?
                .map_err(|error| format!("the id of its saga: {error}"))?,
            (None, Takes::Alone(_)) => recorded.position.to_string(),
            (None, _) => recorded.stream.id().to_owned(),
        };
        match (check_text(&id), &self.takes) {
            (Ok(()), _) => Ok(Some(id)),
            (Err(_), Takes::On(_) | Takes::Step(..)) => Ok(None),
            (Err(_), Takes::Start(start)) if starts_none(|| start(event, recorded)) => Ok(None),
            (Err(error), _) => Err(format!("the id of its saga cannot be one: {error}")),
        }
    }

    /// The id of the saga that takes the event; without this, that of the aggregate that the event happened to.
    #[must_use]
    pub fn correlate<E: Event, Id: Display>(
        self,
        id: impl Fn(&E, &Recorded) -> Id + Send + Sync + 'static,
    ) -> Self {
        Self {
            id: Some(Box::new(move |event, recorded| {
                Ok(id(taken(event)?, recorded).to_string())
            })),
            ..self
        }
    }
}

fn starts_none<S>(start: impl FnOnce() -> Result<Option<S>, HandlerError>) -> bool {
    matches!(caught(start), Ok(Ok(None)))
}

fn taken<E: Event>(event: &dyn EventObject) -> Result<&E, HandlerError> {
    let event = event.as_any().downcast_ref();
    event.ok_or_else(|| "the trigger is of another event".into())
}

fn reaction(returned: impl IntoCalls) -> Result<Reaction, HandlerError> {
    let mut reaction = Reaction::default();
    returned.add_to(&mut reaction)?;
    Ok(reaction)
}

/// What a `#[start]` method may return: the saga, an `Option` of it if not every such event starts one, or a `Result`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what a `#[start]` method of `{S}` returns",
    label = "expected `Self`",
    note = "return `Self`, or `Option<Self>` if not every such event starts a saga; a `Result` of one will do, too"
)]
pub trait IntoStart<S> {
    /// The saga, if there is to be one.
    ///
    /// # Errors
    /// Why the event could not be taken.
    fn into_start(self) -> Result<Option<S>, HandlerError>;
}

impl<S: SagaRoot> IntoStart<S> for S {
    fn into_start(self) -> Result<Option<S>, HandlerError> {
        Ok(Some(self))
    }
}

impl<S: SagaRoot> IntoStart<S> for Option<S> {
    fn into_start(self) -> Result<Option<S>, HandlerError> {
        Ok(self)
    }
}

impl<S: SagaRoot, T: IntoStart<S>, E: Into<HandlerError>> IntoStart<S> for Result<T, E> {
    fn into_start(self) -> Result<Option<S>, HandlerError> {
        self.map_err(Into::into)?.into_start()
    }
}

/// What a step that waits for an event may return: nothing, or a `Result`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what a step that awaits an event returns",
    label = "expected nothing, or a `Result<(), ..>`",
    note = "the step is done with the event; send commands in a step of its own, after this one"
)]
pub trait IntoTaken {
    /// Whether the event was taken.
    ///
    /// # Errors
    /// Why not: the step fails.
    fn into_taken(self) -> Result<(), HandlerError>;
}

impl IntoTaken for () {
    fn into_taken(self) -> Result<(), HandlerError> {
        Ok(())
    }
}

impl<E: Into<HandlerError>> IntoTaken for Result<(), E> {
    fn into_taken(self) -> Result<(), HandlerError> {
        self.map_err(Into::into)
    }
}
