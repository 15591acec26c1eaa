//! Events that start a saga, that it waits for, and that it reacts to.

use std::time::Duration;

use gesta::prelude::*;
use gesta::{After, Graph, SagaStatus, Step, Trigger};

use crate::world::*;

/// Notes the event, or fails halfway.
fn note(notes: &mut Vec<String>, event: &Came) -> Result<(), String> {
    notes.push(event.what.clone());
    match event.what.as_str() {
        "bad" => Err("that was bad".to_owned()),
        _ => Ok(()),
    }
}

saga!(Wait, [
    Came => Trigger::step("paid", |saga: &mut Self, event: &Came, _| note(&mut saga.notes, event)),
], Graph::new()
    .step(undone("a", "not_a"))
    .step(Step::awaits::<Came>("paid").after(After::all(&["a"])).timeout(Duration::from_secs(60)))
    .step(Step::call("b", |saga: &Self, _| act(&saga.notes.join(" "))).after(After::all(&["paid"])))
    .failed("sorry", |saga: &Self, _, _| act(&saga.notes.join(" "))));

fn noted(notes: &[&str]) -> Wait {
    Wait {
        notes: notes.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn a_step_waits_for_its_event() {
    Wait::given("s", Asked {})
        .accepted("a")
        .sends_nothing()
        .is(SagaStatus::Waiting)
        .due_in("60s")
        .when("s", came("money"))
        .sends(act("money"))
        .state(noted(&["money"]))
        // The step is done: it takes no second one.
        .when("s", came("more"))
        .state(noted(&["money"]))
        .accepted("b")
        .is(SagaStatus::Completed)
        .when("s", came("late"))
        .sends_nothing();
}

#[test]
fn an_event_may_come_before_its_step() {
    Wait::given("s", (Asked {}, came("money")))
        .state(noted(&["money"]))
        .is(SagaStatus::Running)
        .accepted("a")
        .sends(act("money"));
}

#[test]
fn an_event_that_comes_too_late_is_none_of_its_own() {
    Wait::given("s", Asked {})
        .accepted("a")
        .after("60s")
        .sends(act("not_a"))
        .when("s", came("money"))
        .sends_nothing()
        .state(noted(&[]));
}

#[test]
fn an_event_that_is_not_taken_fails_its_step_and_changes_nothing() {
    Wait::given("s", Asked {})
        .accepted("a")
        .when("s", came("bad"))
        .sends(act("not_a"))
        .accepted("not_a")
        .sends(act(""))
        .state(noted(&[]));
}

saga!(Bare, [
    Came => Trigger::step("paid", |saga: &mut Self, event: &Came, _| note(&mut saga.notes, event)),
], Graph::new()
    .step(Step::awaits::<Came>("paid"))
    .failed("sorry", |saga: &Self, _, _| act(&saga.notes.join(" "))));

#[test]
fn what_a_method_changes_before_it_fails_is_forgotten_at_once() {
    Bare::given("s", Asked {})
        .when("s", came("bad"))
        .sends(act(""));
}

#[test]
fn a_wait_is_left_out() {
    Wait::given("s", Asked {})
        .refuses_to_skip("a", "the answer to `a` is still to come")
        .accepted("a")
        .skip("paid")
        .sends(act(""));
}

saga!(React, [
    Came => Trigger::on(|saga: &mut Self, event: &Came, _, _| {
        note(&mut saga.notes, event)?;
        let last = event.what == "last";
        Ok::<_, String>(((act(&event.what), act("too")), last.then_some(gesta::End)))
    }),
], Graph::new().completed("bye", |_, _| act("bye")));

fn reacted(notes: &[&str]) -> React {
    React {
        notes: notes.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn an_event_brings_several_calls_about() {
    React::given("s", Asked {})
        .sends_nothing()
        .when("s", came("one"))
        .sends((act("one"), act("too")))
        .state(reacted(&["one"]))
        .accepted("call 1 for event 2")
        .is(SagaStatus::Running)
        .accepted("Desk.act")
        .sends_nothing()
        .when("s", came("last"))
        .sends(vec![act("last"), act("too")])
        .accepted("Desk.act")
        .sends_nothing()
        .accepted("Desk.act")
        // Only now is nothing under way.
        .sends(act("bye"))
        .accepted("bye")
        .is(SagaStatus::Completed);
}

#[test]
fn what_an_event_asked_for_is_stuck_where_it_is_refused_and_nothing_can_be_undone() {
    React::given("s", Asked {})
        .when("s", came("one"))
        .rejected("call 1 for event 2", "no")
        .stuck_at("call 1 for event 2", "no")
        .retry()
        .sends(act("one"))
        .waits_for(["call 1 for event 2", "call 2 for event 2"]);
}

#[test]
fn events_wait_in_their_order_while_it_is_stuck() {
    React::given("s", Asked {})
        .when("s", came("one"))
        .rejected("call 1 for event 2", "no")
        .when("s", came("two"))
        .sends_nothing()
        .when("s", came("three"))
        .sends_nothing()
        .state(reacted(&["one"]))
        .retry()
        .sends([act("one"), act("two"), act("too"), act("three"), act("too")])
        .state(reacted(&["one", "two", "three"]));
}

saga!(Mended as "React", 1, [
    Asked => Trigger::start::<Asked, _>(|_, _| Self::default()),
    Came => Trigger::on(|saga: &mut Self, event: &Came, _, _| {
        saga.notes.push(event.what.clone());
        act(&event.what)
    }),
], Graph::new());

#[test]
fn an_event_that_cannot_be_taken_is_taken_once_when_it_can() {
    React::given("s", Asked {})
        .when("s", came("bad"))
        .stuck_at("event 2", "that was bad")
        .state(reacted(&[]))
        .when("s", came("bad"))
        .when("s", came("good"))
        .retry()
        .stuck_at("event 2", "that was bad")
        // The second is left out by somebody, after the program is mended.
        .deployed::<Mended>()
        .retry()
        .sends([act("bad"), act("bad"), act("good")])
        .waits_for([
            "call 1 for event 2",
            "call 1 for event 3",
            "call 1 for event 4",
        ]);
}

#[test]
fn an_event_that_waited_and_cannot_be_taken_is_taken_once_when_it_can() {
    React::given("s", Asked {})
        .when("s", came("one"))
        .rejected("call 1 for event 2", "no")
        .when("s", came("bad"))
        .retry()
        .stuck_at("event 3", "that was bad")
        .deployed::<Mended>()
        .retry()
        .sends(act("bad"));
}

#[test]
fn an_event_that_cannot_be_taken_is_left_out() {
    React::given("s", Asked {})
        .when("s", came("bad"))
        .when("s", came("good"))
        .skip("event 2")
        .sends((act("good"), act("too")));
}

saga!(Alone as "Alone", 1, [
    Came => Trigger::alone(|event: &Came, _| match event.what.as_str() {
        "bad" => Err("that was bad"),
        what => Ok((act(what), act("too"))),
    }),
], Graph::new());

#[test]
fn an_event_is_a_saga_by_itself() {
    Alone::given("s", came("hello"))
        .sends((act("hello"), act("too")))
        .accepted("Desk.act")
        .is(SagaStatus::Running)
        .accepted("Desk.act")
        .is(SagaStatus::Completed);
    Alone::given("s", came("bad"))
        .stuck_at("event 1", "that was bad")
        .retry()
        .stuck_at("event 1", "that was bad")
        .skip("event 1")
        .is(SagaStatus::Completed);
}

saga!(Unstartable as "Start", 1, [
    Asked => Trigger::start::<Asked, Result<Self, &str>>(|_, _| Err("not today")),
    Came => Trigger::start::<Came, Self>(|event, _| panic!("no {}", event.what)),
], Graph::new().step(step("a")));

saga!(Startable as "Start", 1, [
    Asked => Trigger::start::<Asked, _>(|_, _| Self::default()),
    Came => Trigger::start::<Came, _>(|_, _| None::<Self>),
], Graph::new().step(step("a")));

#[test]
fn a_saga_that_cannot_be_started_is_stuck_and_starts_later() {
    Unstartable::given("s", Asked {})
        .stuck_at("event 1", "not today")
        .retry()
        .stuck_at("event 1", "not today")
        .deployed::<Startable>()
        .retry()
        .sends(act("a"))
        .accepted("a")
        .is(SagaStatus::Completed);
}

#[test]
fn a_start_that_panics_is_stuck_and_may_come_to_nothing_later() {
    Unstartable::given("s", came("luck"))
        .stuck_at("event 1", "no luck")
        .deployed::<Startable>()
        .retry()
        .sends_nothing()
        .is(SagaStatus::Compensated);
    Unstartable::given("s", Asked {})
        .skip("event 1")
        .is(SagaStatus::Compensated);
}

#[test]
fn not_every_event_starts_a_saga() {
    Startable::given("s", came("luck"))
        .starts_nothing()
        .when("s", Asked {})
        .sends(act("a"))
        // The saga exists: this starts no second one.
        .when("s", Asked {})
        .sends_nothing();
}

saga!(Correlated as "Correlated", 1, [
    Asked => Trigger::start::<Asked, _>(|_, _| Self::default()),
    Came => Trigger::on(|_: &mut Self, event: &Came, _, ctx| act(&format!("{} {}", ctx.id(), event.what)))
        .correlate(|event: &Came, _| event.what.clone()),
], Graph::new());

#[test]
fn an_event_says_which_saga_it_is_one_of() {
    Correlated::given("s", Asked {})
        .when("elsewhere", came("s"))
        .sends(act("s s"));
}
