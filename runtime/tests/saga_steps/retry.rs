//! Further attempts and deadlines.

use std::time::Duration;

use gesta::prelude::*;
use gesta::{After, Graph, SagaStatus, Trigger};

use crate::world::*;

const FIRST: Duration = Duration::from_millis(200);

saga!(Patient, [], Graph::new().step(step("a").retry(2, FIRST)));

#[test]
fn what_is_refused_is_tried_again_after_twice_the_time() {
    Patient::given("s", Asked {})
        .rejected("a", "no")
        .sends_nothing()
        .is(SagaStatus::Waiting)
        .due_in("200ms")
        .after("199ms")
        .sends_nothing()
        .after("1ms")
        .sends(act("a"))
        .due_never()
        .rejected("a", "no")
        .due_in("400ms")
        .after("400ms")
        .sends(act("a"))
        // That was the last.
        .rejected("a", "no")
        .is(SagaStatus::Compensated);
}

#[test]
fn an_attempt_that_succeeds_ends_it() {
    Patient::given("s", Asked {})
        .rejected("a", "no")
        .after(FIRST)
        .accepted("a")
        .is(SagaStatus::Completed);
}

saga!(
    Stubborn,
    [],
    Graph::new().step(step("a").retry(100, Duration::from_secs(20)))
);

#[test]
fn the_time_between_attempts_grows_to_a_minute() {
    Stubborn::given("s", Asked {})
        .rejected("a", "no")
        .after("20s")
        .rejected("a", "no")
        .after("40s")
        .rejected("a", "no")
        .due_in("60s")
        .after("60s")
        .rejected("a", "no")
        .due_in("60s");
}

saga!(
    Hasty,
    [],
    Graph::new()
        .step(undone("a", "not_a"))
        .step(
            step("b")
                .after(After::all(&["a"]))
                .retry(100, FIRST)
                .timeout(Duration::from_secs(1))
        )
        .failed("sorry", |_, _, failure| {
            assert!(failure.is_timeout());
            act(failure.message())
        })
);

#[test]
fn a_step_that_takes_too_long_fails() {
    Hasty::given("s", Asked {})
        .due_never()
        .accepted("a")
        .due_in("1s")
        .after("999ms")
        .sends_nothing()
        .after("1ms")
        .sends(act("not_a"))
        .is(SagaStatus::Compensating)
        .accepted("not_a")
        .sends(act("it took too long"));
}

#[test]
fn the_time_of_a_step_is_that_of_all_its_attempts() {
    Hasty::given("s", Asked {})
        .accepted("a")
        .after("300ms")
        .rejected("b", "no")
        .due_in("200ms")
        // At 500 ms it is tried again; at 1 s its time is up.
        .after("500ms")
        .sends(act("b"))
        .due_in("200ms")
        .rejected("b", "no")
        .due_in("200ms")
        .after("200ms")
        .sends(act("not_a"));
}

#[test]
fn deadlines_come_each_at_its_time() {
    Hasty::given("s", Asked {})
        .accepted("a")
        .rejected("b", "no")
        .after("10s")
        .sends((act("b"), act("not_a")));
}

saga!(
    Otherwise,
    [],
    Graph::new()
        .step(
            undone("a", "not_a")
                .timeout(Duration::from_secs(30))
                .on_timeout("instead", |_, _| act("instead"))
        )
        .step(step("b").after(After::all(&["a"])))
);

#[test]
fn something_else_is_done_in_the_place_of_what_takes_too_long() {
    Otherwise::given("s", Asked {})
        .after("30s")
        .sends(act("instead"))
        .is(SagaStatus::Running)
        .accepted("instead")
        .sends(act("b"))
        // What undoes the step does not undo what was done in its place.
        .rejected("b", "no")
        .sends_nothing()
        .is(SagaStatus::Compensated);
    Otherwise::given("s", Asked {})
        .after("30s")
        .rejected("instead", "no")
        .is(SagaStatus::Compensated);
}

saga!(Late, [Came => Trigger::step("wait", |_: &mut Self, _: &Came, _| {})], Graph::new()
    .step(step("x").retry(1, FIRST))
    .step(gesta::Step::awaits::<Came>("wait").timeout(FIRST)));

#[test]
fn what_failed_at_the_same_time_is_not_tried_again() {
    Late::given("s", Asked {})
        .rejected("x", "no")
        // The deadline of the one is the moment of the other's next attempt.
        .after(FIRST)
        .is(SagaStatus::Compensated);
}

saga!(Spare, [Came => Trigger::step("wait", |_: &mut Self, _: &Came, _| {})], Graph::new()
    .step(step("a"))
    .step(gesta::Step::awaits::<Came>("wait").timeout(Duration::from_secs(60)))
    .step(step("one").after(After::any_of(&["a", "wait"])))
    .completed("bye", |_, _| act("bye")));

#[test]
fn what_is_no_longer_waited_for_has_no_deadline() {
    Spare::given("s", Asked {})
        .accepted("a")
        .accepted("one")
        .sends(act("bye"))
        .due_never()
        .after("60s")
        .accepted("bye")
        .is(SagaStatus::Completed);
}
