//! The steps of a saga, and which waits for which.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use serde::Serialize;

use super::call::{AnyCall, IntoCall, Sends};
use super::context::{EffectContext, Failure, SagaContext};
use super::event::Part;
use crate::event::Event;
use crate::projection::HandlerError;

pub(crate) type Made = Result<Option<AnyCall>, HandlerError>;
type Make<S> = Box<dyn Fn(&S, &SagaContext) -> Made + Send + Sync>;
type MakeOfFailure<S> = Box<dyn Fn(&S, &SagaContext, &Failure) -> Made + Send + Sync>;

/// A method besides those of the steps: a way back, what is done instead, an end.
pub(crate) struct Way<S> {
    pub(crate) name: &'static str,
    pub(crate) does: Does<S>,
}

pub(crate) enum Does<S> {
    Call(MakeOfFailure<S>),
    /// A way back only.
    Effect(Run<S>),
}

impl<S> Way<S> {
    fn new<R: IntoCall>(
        name: &'static str,
        make: impl Fn(&S, &SagaContext) -> R + Send + Sync + 'static,
    ) -> Self {
        Self::of_failure(name, move |saga, ctx, _| make(saga, ctx))
    }

    fn of_failure<R: IntoCall>(
        name: &'static str,
        make: impl Fn(&S, &SagaContext, &Failure) -> R + Send + Sync + 'static,
    ) -> Self {
        let make = move |saga: &S, ctx: &SagaContext, failure: &Failure| {
            make(saga, ctx, failure).into_call()
        };
        Self {
            name,
            does: Does::Call(Box::new(make)),
        }
    }
}

/// What an effect gives, as it is recorded.
pub type Effect = Result<String, HandlerError>;

/// An effect under way.
pub type EffectFuture<'a> = Pin<Box<dyn Future<Output = Effect> + Send + 'a>>;

/// What an effect may return: a `Result` of something that has JSON, which is recorded.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what an effect returns",
    label = "expected a `Result<..>`",
    note = "return `Result<(), E>`, or `Result<T, E>` with a `T: serde::Serialize` that later steps find in `ctx.result(..)`"
)]
pub trait IntoEffect {
    /// Its JSON, or why it did not come about.
    ///
    /// # Errors
    /// The effect's own, or that it has no JSON.
    fn into_effect(self) -> Effect;
}

impl<T: Serialize, E: Into<HandlerError>> IntoEffect for Result<T, E> {
    fn into_effect(self) -> Effect {
        Ok(serde_json::to_string(&self.map_err(Into::into)?)?)
    }
}

pub(crate) type Run<S> =
    Box<dyn for<'a> Fn(&'a S, &'a EffectContext) -> EffectFuture<'a> + Send + Sync>;

/// What a step does.
pub(crate) enum Act<S> {
    Call(Make<S>),
    Effect(Run<S>),
    /// The stored name of the event that it waits for.
    Await(&'static str),
}

/// Which steps stand before a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    pub(crate) steps: Vec<&'static str>,
    /// How many of them must be done.
    pub(crate) count: usize,
}

impl After {
    /// All of these must be done before. None: the step is one of the first.
    #[must_use]
    pub fn all(steps: &[&'static str]) -> Self {
        Self::count(steps.len(), steps)
    }

    /// One of these must be done before.
    #[must_use]
    pub fn any_of(steps: &[&'static str]) -> Self {
        Self::count(1, steps)
    }

    /// So many of these must be done before.
    #[must_use]
    pub fn count(count: usize, steps: &[&'static str]) -> Self {
        Self {
            steps: steps.to_vec(),
            count,
        }
    }
}

/// How often what is refused is tried again, and after what time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Retry {
    /// So often after the first attempt.
    pub(crate) times: u32,
    /// So long after the first attempt; twice as long after each further one, up to a minute or this, if it is longer.
    pub(crate) backoff: Duration,
}

impl Retry {
    pub(crate) const NONE: Self = Self {
        times: 0,
        backoff: Duration::ZERO,
    };
    /// Of what must come about: ways back, ends, and steps after a pivot.
    pub(crate) const PATIENT: Self = Self {
        times: 10,
        backoff: Duration::from_millis(200),
    };
}

/// A step of a saga.
#[must_use = "add it to the graph"]
pub struct Step<S> {
    pub(crate) name: &'static str,
    pub(crate) was: &'static [&'static str],
    pub(crate) after: After,
    pub(crate) act: Act<S>,
    pub(crate) undo: Option<Way<S>>,
    pub(crate) is_pivot: bool,
    pub(crate) retry: Option<Retry>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) on_timeout: Option<Way<S>>,
    pub(crate) sends: Vec<Sends>,
}

impl<S> Step<S> {
    fn new(name: &'static str, act: Act<S>) -> Self {
        Self {
            name,
            was: &[],
            after: After::all(&[]),
            act,
            undo: None,
            is_pivot: false,
            retry: None,
            timeout: None,
            on_timeout: None,
            sends: Vec::new(),
        }
    }

    /// A step that sends a command. Pure: it may be asked again.
    pub fn call<R: IntoCall>(
        name: &'static str,
        call: impl Fn(&S, &SagaContext) -> R + Send + Sync + 'static,
    ) -> Self {
        let make = move |saga: &S, ctx: &SagaContext| call(saga, ctx).into_call();
        let mut step = Self::new(name, Act::Call(Box::new(make)));
        R::sends(&mut step.sends);
        step
    }

    /// A step that does something outside of the store, at least once.
    pub fn effect(
        name: &'static str,
        run: impl for<'a> Fn(&'a S, &'a EffectContext) -> EffectFuture<'a> + Send + Sync + 'static,
    ) -> Self {
        Self::new(name, Act::Effect(Box::new(run)))
    }

    /// A step that waits for an event, which a [`Trigger`](super::Trigger) takes.
    pub fn awaits<E: Event>(name: &'static str) -> Self {
        Self::new(name, Act::Await(E::NAME))
    }

    /// Names that the step had before.
    pub fn was(self, was: &'static [&'static str]) -> Self {
        Self { was, ..self }
    }

    /// Which steps stand before it.
    pub fn after(self, after: After) -> Self {
        Self { after, ..self }
    }

    /// What undoes it.
    pub fn undo<R: IntoCall>(
        mut self,
        name: &'static str,
        undo: impl Fn(&S, &SagaContext) -> R + Send + Sync + 'static,
    ) -> Self {
        self.undo = Some(Way::new(name, undo));
        R::sends(&mut self.sends);
        self
    }

    /// What undoes it outside of the store, at least once.
    ///
    /// It is tried until it is done, under a key of its own. Where nobody knows whether the step came about, it is to see to
    /// that: the step's own key is [`SagaContext::effect_key`].
    pub fn undo_effect(
        self,
        name: &'static str,
        run: impl for<'a> Fn(&'a S, &'a EffectContext) -> EffectFuture<'a> + Send + Sync + 'static,
    ) -> Self {
        let does = Does::Effect(Box::new(run));
        Self {
            undo: Some(Way { name, does }),
            ..self
        }
    }

    /// Once it is done, nothing is undone: what follows is tried until it is done, too.
    pub fn pivot(self) -> Self {
        Self {
            is_pivot: true,
            ..self
        }
    }

    /// How often it is tried again where it is refused; without this it is not.
    pub fn retry(self, times: u32, backoff: Duration) -> Self {
        Self {
            retry: Some(Retry { times, backoff }),
            ..self
        }
    }

    /// How long it may take, with all attempts.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self {
            timeout: Some(timeout),
            ..self
        }
    }

    /// What is done in its place where it takes too long; without this it fails.
    pub fn on_timeout<R: IntoCall>(
        mut self,
        name: &'static str,
        instead: impl Fn(&S, &SagaContext) -> R + Send + Sync + 'static,
    ) -> Self {
        self.on_timeout = Some(Way::new(name, instead));
        R::sends(&mut self.sends);
        self
    }
}

/// The steps of a saga, and its ends.
#[must_use = "a saga gives it"]
pub struct Graph<S> {
    pub(crate) steps: Vec<Step<S>>,
    pub(crate) completed: Option<Way<S>>,
    pub(crate) failed: Option<Way<S>>,
    /// What its ends send.
    pub(crate) sends: Vec<Sends>,
}

impl<S> Default for Graph<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Graph<S> {
    /// No steps yet.
    pub fn new() -> Self {
        Self {
            steps: Vec::new(),
            completed: None,
            failed: None,
            sends: Vec::new(),
        }
    }

    /// One more step.
    pub fn step(mut self, step: Step<S>) -> Self {
        self.steps.push(step);
        self
    }

    /// What is sent once all steps are done, before the saga ends.
    pub fn completed<R: IntoCall>(
        mut self,
        name: &'static str,
        call: impl Fn(&S, &SagaContext) -> R + Send + Sync + 'static,
    ) -> Self {
        self.completed = Some(Way::new(name, call));
        R::sends(&mut self.sends);
        self
    }

    /// What is sent once all that was done is undone, before the saga ends.
    pub fn failed<R: IntoCall>(
        mut self,
        name: &'static str,
        call: impl Fn(&S, &SagaContext, &Failure) -> R + Send + Sync + 'static,
    ) -> Self {
        self.failed = Some(Way::of_failure(name, call));
        R::sends(&mut self.sends);
        self
    }
}

impl<S> Graph<S> {
    /// The names of the steps, with those that they had before: at these, one under way may stand.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        let steps = self.steps.iter();
        let names = steps.flat_map(|step| [step.name].into_iter().chain(step.was.iter().copied()));
        names.collect()
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Step<S>> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// The name of a part: that of its method.
    pub(crate) fn name_of(&self, part: &Part) -> String {
        let step = part.step().and_then(|step| self.find(step));
        let name = match part {
            Part::Undo(_) => step.and_then(|step| Some(step.undo.as_ref()?.name)),
            Part::Instead(_) => step.and_then(|step| Some(step.on_timeout.as_ref()?.name)),
            Part::Completed => self.completed.as_ref().map(|way| way.name),
            Part::Failed => self.failed.as_ref().map(|way| way.name),
            _ => None,
        };
        name.map_or_else(|| part.to_string(), str::to_owned)
    }

    /// What is run of a part, if it is an effect.
    pub(crate) fn effect(&self, part: &Part) -> Option<&Run<S>> {
        let step = self.find(part.step()?)?;
        match (part, &step.act, &step.undo) {
            (Part::Step(_), Act::Effect(run), _) => Some(run),
            (Part::Undo(_), _, Some(undo)) => match &undo.does {
                Does::Effect(run) => Some(run),
                Does::Call(_) => None,
            },
            _ => None,
        }
    }

    /// What is wrong with the steps, as one that writes them by hand may get them.
    pub(crate) fn mistake(&self) -> Option<String> {
        let mut begun: Vec<&str> = Vec::new();
        for step in &self.steps {
            let name = step.name;
            if self.steps.iter().filter(|other| other.name == name).count() > 1 {
                return Some(format!("two steps are named `{name}`"));
            }
            let mut after = step.after.steps.iter();
            if let Some(unknown) = after.find(|name| self.find(name).is_none()) {
                return Some(format!(
                    "`{name}` stands behind `{unknown}`, which is no step"
                ));
            }
            let (count, of) = (step.after.count, step.after.steps.len());
            if count > of || (count == 0 && of > 0) {
                return Some(format!("`{name}` waits for {count} of {of} steps"));
            }
        }
        // Each round begins what may begin, as the saga would.
        loop {
            let mut steps = self.steps.iter();
            let ready = steps.find(|step| {
                let done = step.after.steps.iter().filter(|name| begun.contains(*name));
                !begun.contains(&step.name) && done.count() >= step.after.count
            });
            match ready {
                Some(step) => begun.push(step.name),
                None => break,
            }
        }
        let mut steps = self.steps.iter();
        let never = steps.find(|step| !begun.contains(&step.name))?;
        Some(format!(
            "`{}` waits for itself, and never begins",
            never.name
        ))
    }

    /// Those that no other waits for.
    pub(crate) fn last_steps(&self) -> impl Iterator<Item = &Step<S>> {
        let waits_for = |name| {
            self.steps
                .iter()
                .any(|step| step.after.steps.contains(&name))
        };
        self.steps.iter().filter(move |step| !waits_for(step.name))
    }
}
