//! Given/when/then for sagas: what happened, what came of it, and what the saga sends.

mod asks;
mod machine;
mod names;
mod shows;

use std::fmt::Display;
use std::time::Duration;

use machine::{Input, Machine, Trouble};
use serde::Serialize;

use super::IntoDuration;
use super::fail::{fail, or_fail};
use super::past::Past;
use super::shown::{Shown, report};
use super::stored::{expected_events, with_causes};
use crate::aggregate::{Aggregate, AggregateId, IntoEvents, IntoId};
use crate::saga::{Answer, Asks, Saga, SagaEvent, described};
use crate::time::{Clock, Timestamp};

/// Starts a test of a saga: given these events, it sends these commands.
///
/// Every [`Saga`] has it; there is nothing to implement. The prelude brings it into scope.
pub trait GivenSends: Saga {
    /// Events that happened to the aggregate `A` with this id: whatever a command of it may return.
    ///
    /// `A` need not be written where all of the events are of one aggregate only.
    ///
    /// # Panics
    /// If an event does not survive its storage, or the id cannot be stored.
    #[must_use = "events prove nothing until the test says what is sent"]
    #[track_caller]
    fn given<A: Aggregate>(id: impl IntoId<A::Id>, events: impl IntoEvents<A>) -> Driven<Self> {
        Self::given_nothing().when(id, events)
    }

    /// Nothing happened yet: say when and by whom it does, and then [`when`](Driven::when) what.
    ///
    /// # Panics
    /// If there is something wrong with the steps.
    #[must_use = "nothing is proved until the test says what is sent"]
    #[track_caller]
    fn given_nothing() -> Driven<Self> {
        Driven::nothing()
    }
}

impl<S: Saga> GivenSends for S {}

/// A saga under way, whose commands the test answers.
///
/// A test says what happened and what became of each thing that the saga sent, and compares what the saga sends next. Steps
/// are named by their methods, and so are ways back and ends. Nothing runs but the saga: no store, no app, no async, and no
/// time but what the test lets pass.
///
/// What may come twice is given twice: each event, each answer, each deadline; and answers of attempts before come late. All
/// that the saga decides is read back from its JSON. So a test that passes proves that each counts once.
///
/// ```
/// use gesta::prelude::*;
/// use gesta::SagaStatus;
/// # use std::time::Duration;
/// # use gesta::{After, Graph, On, Saga, SagaRoot, Step, Subscriber, Subscriptions, Trigger};
/// # #[event] pub struct Ordered { pub card: String }
/// # #[event] pub struct Shipped {}
/// # #[event] pub struct Cancelled {}
/// # #[event] pub struct Paid { pub cents: u64 }
/// # #[event] pub struct Returned { pub cents: u64 }
/// # #[aggregate] #[derive(Default)] pub struct Order {}
/// # #[aggregate] impl Order {
/// #     #[command(create)] pub fn place(&self, card: String) -> Ordered { Ordered { card } }
/// #     #[command] pub fn ship(&self) -> Shipped { Shipped {} }
/// #     #[command] pub fn cancel(&self) -> Cancelled { Cancelled {} }
/// #     #[apply] fn ordered(&mut self, _: &Ordered) {}
/// #     #[apply] fn shipped(&mut self, _: &Shipped) {}
/// #     #[apply] fn cancelled(&mut self, _: &Cancelled) {}
/// # }
/// # #[aggregate] #[derive(Default)] pub struct Card {}
/// # #[aggregate] impl Card {
/// #     #[command(upsert)] pub fn pay(&self, cents: u64) -> Paid { Paid { cents } }
/// #     #[command] pub fn give_back(&self, cents: u64) -> Returned { Returned { cents } }
/// #     #[apply] fn paid(&mut self, _: &Paid) {}
/// #     #[apply] fn returned(&mut self, _: &Returned) {}
/// # }
/// # #[derive(serde::Serialize, serde::Deserialize)]
/// # pub struct Fulfil { card: String }
/// # impl Subscriber for Fulfil { type Handler = Trigger<Self>; }
/// # impl SagaRoot for Fulfil { const NAME: &'static str = "Fulfil"; }
/// # impl On<Ordered> for Fulfil {
/// #     fn handler() -> Trigger<Self> {
/// #         Trigger::start::<Ordered, _>(|event, _| Self { card: event.card.clone() })
/// #     }
/// # }
/// # impl Saga for Fulfil {
/// #     fn graph() -> Graph<Self> {
/// #         Graph::new()
/// #             .step(Step::call("pay", |saga: &Self, _| Pay { cents: 5 }.to(&saga.card))
/// #                 .undo("give_back", |saga: &Self, _| GiveBack { cents: 5 }.to(&saga.card)))
/// #             .step(Step::call("ship", |_, ctx| Ship {}.to(ctx.id())).after(After::all(&["pay"]))
/// #                 .retry(1, Duration::from_millis(200)).timeout(Duration::from_secs(30)))
/// #     }
/// #     fn subscribe(to: &mut Subscriptions<Self>) { to.event::<Ordered>(); }
/// # }
///
/// Fulfil::given("o7", Ordered { card: "ann".into() })
///     .sends(Pay { cents: 5 }.to("ann"))
///     .accepted("pay")
///     .sends(Ship {}.to("o7"))
///     // It is tried again after 200 ms, and must be done after 30 s.
///     .rejected("ship", "out of stock")
///     .sends_nothing()
///     .is(SagaStatus::Waiting)
///     .after("200ms")
///     .sends(Ship {}.to("o7"))
///     .after("30s")
///     .sends(GiveBack { cents: 5 }.to("ann"))
///     .is(SagaStatus::Compensating)
///     .accepted("give_back")
///     .is(SagaStatus::Compensated);
/// ```
pub struct Driven<S: Saga> {
    past: Past,
    machine: Machine<S>,
    /// So much was decided before the last line of the test.
    before: usize,
}

impl<S: Saga> Driven<S> {
    #[track_caller]
    fn nothing() -> Self {
        let machine = Machine::<S>::new();
        if let Some(mistake) = machine.definition.graph.mistake() {
            fail(&format!("the steps of {} cannot be: {mistake}", S::NAME));
        }
        Self {
            past: Past::default(),
            machine,
            before: 0,
        }
    }

    /// Events happen: to this aggregate, after all that happened before.
    ///
    /// Those that the saga does not take change nothing.
    ///
    /// # Panics
    /// If an event does not survive its storage, the id cannot be stored, or the event is one of another saga.
    #[must_use = "it proves nothing until the test says what is sent"]
    #[track_caller]
    pub fn when<A: Aggregate>(
        mut self,
        id: impl IntoId<A::Id>,
        events: impl IntoEvents<A>,
    ) -> Self {
        let (id, events) = (id.into_id().into_text(), expected_events::<A>(events));
        or_fail(self.past.add::<A>(&id, events));
        let (now, before) = (self.now(), self.machine.position);
        let batch = self.past.batch();
        self.input(|machine| {
            let new = batch.events.iter();
            for delivery in new.filter(|each| each.recorded.position > before) {
                machine.take(now, delivery)?;
                machine.position = delivery.recorded.position;
            }
            Ok(())
        })
    }

    /// The time at which all that follows happens: 2000-01-01T00:00:00Z if nothing else is said.
    ///
    /// What was due before happens, as with [`after`](Self::after).
    ///
    /// # Panics
    /// If something does not hold that must always hold.
    #[must_use = "it proves nothing until the test says what is sent"]
    #[track_caller]
    pub fn at(self, time: Timestamp) -> Self {
        let passes = time.duration_since(self.now());
        let driven = self.after(passes);
        driven.past.clock.set(time);
        driven
    }

    /// Lets time pass: a [`Duration`], or a text such as `"30s"`.
    ///
    /// Deadlines and further attempts come in their order, each at its time. A command that took too long can no longer
    /// take effect.
    ///
    /// # Panics
    /// If the text is no time, or something does not hold that must always hold.
    #[must_use = "it proves nothing until the test says what is sent"]
    #[track_caller]
    pub fn after(self, duration: impl IntoDuration) -> Self {
        let end = self.now() + or_fail(duration.into_duration());
        let (clock, batch) = (self.past.clock.clone(), self.past.batch());
        self.input(|machine| {
            while let Some(due) = machine.progress.due().filter(|due| *due <= end) {
                clock.set(due.max(clock.now()));
                machine.fire(clock.now())?;
                machine.take_deferred(clock.now(), &batch.events)?;
            }
            clock.set(end);
            Ok(())
        })
    }

    /// Who sends the commands that the events that follow come from.
    #[must_use]
    pub fn actor(mut self, actor: impl Into<String>) -> Self {
        self.past.actor = Some(actor.into());
        self
    }

    /// What larger piece of work the events that follow belong to.
    #[must_use]
    pub fn correlation(mut self, correlation: impl Into<String>) -> Self {
        self.past.correlation = Some(correlation.into());
        self
    }

    /// What was sent under this name is done.
    ///
    /// The name is that of the step or of the method; of what an event asked for, that of the command, `Account.deposit`.
    ///
    /// # Panics
    /// If nothing of this name is under way.
    #[must_use = "it proves nothing until the test says what is sent"]
    #[track_caller]
    pub fn accepted(self, name: &str) -> Self {
        let result = match self.asked_under(name) {
            Asks::Effect => Some(&()),
            _ => None,
        };
        let result = result.map(serde_json::value::to_raw_value).transpose();
        self.answer(name, result.map(Answer::Accepted))
    }

    /// The effect of this step, or of this undo, gave this.
    ///
    /// # Panics
    /// If it is no effect that is under way, or the result has no JSON.
    #[must_use = "it proves nothing until the test says what is sent"]
    #[track_caller]
    pub fn gives<T: Serialize>(self, step: &str, result: T) -> Self {
        if !matches!(self.asked_under(step), Asks::Effect) {
            let actual = self.under_way();
            self.differs(&Shown::words(&format!("an effect `{step}`")), &actual);
        }
        let result = serde_json::value::to_raw_value(&result);
        self.answer(step, result.map(|result| Answer::Accepted(Some(result))))
    }

    /// What was sent under this name is refused, for this reason.
    ///
    /// # Panics
    /// If nothing of this name is under way.
    #[must_use = "it proves nothing until the test says what is sent"]
    #[track_caller]
    pub fn rejected(self, name: &str, error: impl Display) -> Self {
        self.asked_under(name);
        self.answer(name, Ok(Answer::Refused(error.to_string())))
    }

    /// The effect of this step, or of this undo, fails with this error.
    ///
    /// # Panics
    /// If nothing of this name is under way.
    #[must_use = "it proves nothing until the test says what is sent"]
    #[track_caller]
    pub fn fails(self, step: &str, error: impl Display) -> Self {
        self.rejected(step, error)
    }

    /// The program is replaced by one in which the saga is this one: what was under way goes on there.
    ///
    /// # Panics
    /// If there is something wrong with the steps.
    #[must_use = "it proves nothing until the test says what is sent"]
    #[track_caller]
    pub fn deployed<T: Saga>(self) -> Driven<T> {
        let mut driven = Driven::<T>::nothing();
        driven.before = self.machine.decided.len();
        driven.past = self.past;
        driven.machine = self.machine.replaced();
        let now = driven.now();
        match driven.machine.give(now, Input::Look) {
            Err(Trouble::Broken(message)) => fail(&driven.told(&message)),
            // It says so again to whoever asks.
            Err(Trouble::Refused(_)) | Ok(()) => driven,
        }
    }

    fn now(&self) -> Timestamp {
        self.past.clock.now()
    }

    /// What is under way under this name, and may be answered.
    #[track_caller]
    fn asked_under(&self, name: &str) -> &Asks {
        let Machine {
            definition,
            progress,
            ..
        } = &self.machine;
        match names::find(definition, progress, name) {
            Some((_, pending)) if pending.is_in_flight() && progress.stuck.is_none() => &pending.to,
            _ => self.differs(
                &Shown::words(&format!("an answer to `{name}`")),
                &self.under_way(),
            ),
        }
    }

    #[track_caller]
    fn answer(self, name: &str, answer: Result<Answer, serde_json::Error>) -> Self {
        let answer = or_fail(answer.map_err(|error| format!("the result has no JSON: {error}")));
        let now = self.now();
        self.input(|machine| {
            let found = names::find(&machine.definition, &machine.progress, name);
            let Some((part, pending)) = found else {
                return Ok(());
            };
            let (part, attempt) = (part.clone(), pending.attempt);
            machine.give(now, Input::Answer(&part, attempt, &answer))
        })
    }

    /// A line of the test that lets something happen.
    #[track_caller]
    fn input(mut self, give: impl FnOnce(&mut Machine<S>) -> Result<(), Trouble>) -> Self {
        self.before = self.machine.decided.len();
        let given = give(&mut self.machine).and_then(|()| {
            let (now, batch) = (self.past.clock.now(), self.past.batch());
            self.machine.take_deferred(now, &batch.events)
        });
        match given {
            Ok(()) => self,
            Err(Trouble::Refused(error)) => fail(&self.told(&with_causes(&error))),
            Err(Trouble::Broken(message)) => fail(&self.told(&message)),
        }
    }

    fn under_way(&self) -> Shown {
        let Machine {
            definition,
            progress,
            ..
        } = &self.machine;
        Shown::words(&names::under_way(definition, progress, self.now()))
    }

    /// What was sent since the last line of the test.
    fn new_events(&self) -> impl Iterator<Item = &SagaEvent> {
        self.machine.decided.iter().skip(self.before)
    }

    fn history(&self) -> String {
        let lines: Vec<_> = self.machine.decided.iter().map(described).collect();
        match lines.is_empty() {
            true => "nothing".to_owned(),
            false => lines.join("\n            "),
        }
    }

    fn told(&self, what: &str) -> String {
        let (given, history) = (self.past.lines(), self.history());
        format!("{what}\n\n  given:    {given}\n  history:  {history}\n")
    }

    #[track_caller]
    fn check(&self, expected: &Shown, actual: &Shown) {
        if expected != actual {
            self.differs(expected, actual);
        }
    }

    /// Fails the test with what was expected and what came.
    #[track_caller]
    fn differs(&self, expected: &Shown, actual: &Shown) -> ! {
        let (given, history) = (self.past.lines(), self.history());
        fail(&report(
            "the saga did not do what the test expects",
            &[("given", &given), ("history", &history)],
            ["expected", "actual"],
            [expected, actual],
        ))
    }

    fn until(&self, time: Timestamp) -> Duration {
        time.duration_since(self.now())
    }
}
