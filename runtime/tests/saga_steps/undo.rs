//! Ways back.

use gesta::prelude::*;
use gesta::{After, Graph, SagaStatus, Trigger};

use crate::world::*;

saga!(
    Chain,
    [],
    Graph::new()
        .step(undone("a", "not_a"))
        .step(step("b").after(After::all(&["a"])))
        .step(undone("c", "not_c").after(After::all(&["b"])))
        .step(undone("d", "not_d").after(After::all(&["c"])))
        .failed("sorry", |_, _, failure| act(failure.step()))
);

#[test]
fn what_was_done_is_undone_in_reverse() {
    Chain::given("s", Asked {})
        .accepted("a")
        .accepted("b")
        .accepted("c")
        .rejected("d", "no")
        .sends(act("not_c"))
        .accepted("not_c")
        .sends(act("not_a"))
        .accepted("not_a")
        .sends(act("d"))
        .accepted("sorry")
        .is(SagaStatus::Compensated);
}

#[test]
fn what_was_not_done_is_not_undone() {
    Chain::given("s", Asked {})
        .rejected("a", "no")
        .sends(act("a"))
        .waits_for(["sorry"]);
}

saga!(
    Fork,
    [],
    Graph::new()
        .step(undone("a", "not_a"))
        .step(undone("b", "not_b"))
        .step(undone("c", "not_c"))
);

#[test]
fn the_order_is_that_in_which_steps_were_done() {
    Fork::given("s", Asked {})
        .accepted("c")
        .accepted("a")
        .rejected("b", "no")
        .sends(act("not_a"))
        .accepted("not_a")
        .sends(act("not_c"));
}

#[test]
fn what_is_in_flight_is_answered_before_anything_is_undone() {
    Fork::given("s", Asked {})
        .accepted("a")
        .rejected("b", "no")
        .sends_nothing()
        .is(SagaStatus::Compensating)
        .accepted("c")
        .sends(act("not_c"))
        .accepted("not_c")
        .sends(act("not_a"))
        .accepted("not_a")
        .is(SagaStatus::Compensated);
}

#[test]
fn somebody_may_ask_for_it() {
    Fork::given("s", Asked {})
        .accepted("a")
        .compensate()
        .sends_nothing()
        .rejected("b", "no")
        .accepted("c")
        .sends(act("not_c"))
        .compensate()
        .sends_nothing()
        .accepted("not_c")
        .accepted("not_a")
        .is(SagaStatus::Compensated)
        .refuses_to_compensate("has ended");
}

/// A saga whose way back was refused for the last time.
fn refused_to_the_end() -> gesta::testing::Driven<Fork> {
    let mut saga = Fork::given("s", Asked {})
        .accepted("a")
        .accepted("b")
        .rejected("c", "no")
        .sends(act("not_b"));
    for _ in 0..10 {
        saga = saga
            .rejected("not_b", "never")
            .is(SagaStatus::Compensating)
            .after("60s")
            .sends(act("not_b"));
    }
    saga.rejected("not_b", "never").stuck_at("not_b", "never")
}

#[test]
fn a_way_back_is_tried_until_it_is_stuck_and_then_again() {
    refused_to_the_end()
        .is(SagaStatus::Stuck)
        .due_never()
        .sends_nothing()
        .retry()
        .sends(act("not_b"))
        .rejected("not_b", "still not")
        .stuck_at("b", "")
        .retry()
        .accepted("not_b")
        .sends(act("not_a"))
        .refuses_to_retry("is not stuck")
        .accepted("not_a")
        .is(SagaStatus::Compensated);
}

#[test]
fn a_way_back_is_left_out() {
    for name in ["b", "not_b", "undo of b"] {
        refused_to_the_end()
            .refuses_to_skip("a", "does not stand at `a`, but at `undo of b`")
            .skip(name)
            .sends(act("not_a"))
            .accepted("not_a")
            .is(SagaStatus::Compensated);
    }
}

saga!(
    Told,
    [],
    Graph::new()
        .step(undone("a", "not_a"))
        .completed("bye", |_, _| act("bye"))
        .failed("sorry", |_, _, _| act("sorry"))
);

#[test]
fn nobody_undoes_what_was_perhaps_told_to_be_done() {
    Told::given("s", Asked {})
        .accepted("a")
        .sends(act("bye"))
        .refuses_to_compensate("the answer to `bye` is still to come")
        .rejected("bye", "no")
        .compensate()
        .sends(act("not_a"))
        .accepted("not_a")
        .sends(act("sorry"));
}
