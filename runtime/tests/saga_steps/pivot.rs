//! The point of no return.

use std::time::Duration;

use gesta::prelude::*;
use gesta::{After, Graph, SagaStatus, Trigger};

use crate::world::*;

saga!(
    Beyond,
    [],
    Graph::new()
        .step(undone("a", "not_a"))
        .step(step("p").after(After::all(&["a"])).pivot())
        .step(step("b").after(After::all(&["p"])))
        .step(
            step("c")
                .after(After::all(&["b"]))
                .retry(1, Duration::from_secs(1))
                .timeout(Duration::from_secs(5))
        )
);

#[test]
fn before_it_all_is_undone() {
    Beyond::given("s", Asked {})
        .accepted("a")
        .rejected("p", "no")
        .sends(act("not_a"));
}

#[test]
fn after_it_steps_are_tried_until_they_are_stuck() {
    let mut saga = Beyond::given("s", Asked {}).accepted("a").accepted("p");
    for pause in [
        200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 51_200, 60_000,
    ] {
        saga = saga
            .rejected("b", "no")
            .is(SagaStatus::Waiting)
            .due_in(Duration::from_millis(pause))
            .after(Duration::from_millis(pause))
            .sends(act("b"));
    }
    saga.rejected("b", "not at all")
        .stuck_at("b", "not at all")
        .refuses_to_compensate("is past its pivot `p`")
        .retry()
        .sends(act("b"))
        .accepted("b")
        .sends(act("c"))
        .accepted("c")
        .is(SagaStatus::Completed);
}

#[test]
fn after_it_what_takes_too_long_is_stuck_and_may_be_left_out() {
    Beyond::given("s", Asked {})
        .accepted("a")
        .accepted("p")
        .accepted("b")
        .rejected("c", "no")
        .after("1s")
        .sends(act("c"))
        .after("4s")
        .sends_nothing()
        .stuck_at("c", "it took too long")
        .skip("c")
        .is(SagaStatus::Completed);
}

saga!(
    Beside,
    [],
    Graph::new()
        .step(undone("a", "not_a"))
        .step(step("p").after(After::all(&["a"])).pivot())
        .step(step("b").after(After::all(&["a"])))
);

#[test]
fn while_it_is_in_flight_nobody_turns_back() {
    let saga = || {
        Beside::given("s", Asked {})
            .accepted("a")
            .sends((act("p"), act("b")))
            .refuses_to_compensate("the answer to `p` is still to come")
            .rejected("b", "no")
            .sends_nothing()
            .due_in("200ms")
    };
    saga()
        .accepted("p")
        .after("200ms")
        .sends(act("b"))
        .accepted("b")
        .is(SagaStatus::Completed);
    saga()
        .rejected("p", "no")
        .sends(act("not_a"))
        .accepted("not_a")
        .is(SagaStatus::Compensated);
}

saga!(
    Replaced,
    [],
    Graph::new()
        .step(
            step("p")
                .pivot()
                .timeout(Duration::from_secs(1))
                .on_timeout("instead", |_, _| act("instead"))
        )
        .step(step("b"))
);

#[test]
fn what_is_done_in_its_place_is_waited_for_too() {
    Replaced::given("s", Asked {})
        .after("1s")
        .sends(act("instead"))
        .rejected("b", "no")
        .due_in("200ms")
        .accepted("instead")
        .is(SagaStatus::Waiting)
        .refuses_to_compensate("is past its pivot `p`");
}
