//! Which step begins when.

use gesta::prelude::*;
use gesta::{After, Graph, SagaStatus, Trigger};

use crate::world::*;

saga!(
    Row,
    [],
    Graph::new()
        .step(step("a"))
        .step(step("b").after(After::all(&["a"])))
        .completed("bye", |_, _| act("bye"))
        .failed("sorry", |_, _, failure| act(&failure.to_string()))
);

#[test]
fn a_step_begins_once_the_one_before_is_done() {
    Row::given("s", Asked {})
        .sends(act("a"))
        .is(SagaStatus::Running)
        .due_never()
        .accepted("a")
        .sends(act("b"))
        .waits_for(["b"])
        .accepted("b")
        .sends(act("bye"))
        .accepted("bye")
        .sends_nothing()
        .is(SagaStatus::Completed)
        .waits_for([""; 0]);
}

#[test]
fn what_failed_is_told() {
    Row::given("s", Asked {})
        .accepted("a")
        .rejected("b", "out of order")
        .sends(act("b: out of order"))
        .is(SagaStatus::Compensating)
        .accepted("sorry")
        .is(SagaStatus::Compensated)
        .refuses_to_retry("has ended");
}

#[test]
fn an_event_that_no_saga_is_there_for_starts_none() {
    Row::given("s", came("early")).starts_nothing();
}

saga!(
    Join,
    [],
    Graph::new()
        .step(step("a"))
        .step(step("b"))
        .step(step("both").after(After::all(&["a", "b"])))
);

#[test]
fn all_that_stand_before_must_be_done() {
    Join::given("s", Asked {})
        .sends((act("a"), act("b")))
        .accepted("b")
        .sends_nothing()
        .accepted("a")
        .sends(act("both"))
        .accepted("both")
        .is(SagaStatus::Completed);
}

saga!(
    Either,
    [],
    Graph::new()
        .step(undone("a", "not_a"))
        .step(undone("b", "not_b"))
        .step(step("one").after(After::any_of(&["a", "b"])))
);

#[test]
fn one_of_those_before_is_enough() {
    Either::given("s", Asked {})
        .accepted("b")
        .sends(act("one"))
        .accepted("one")
        // What is in flight is answered before the end.
        .is(SagaStatus::Running)
        .accepted("a")
        .sends_nothing()
        .is(SagaStatus::Completed);
}

#[test]
fn what_is_not_needed_may_fail() {
    Either::given("s", Asked {})
        .rejected("a", "no")
        .sends_nothing()
        .is(SagaStatus::Running)
        .accepted("b")
        .sends(act("one"));
    Either::given("s", Asked {})
        .rejected("a", "no")
        .rejected("b", "no, too")
        .is(SagaStatus::Compensated);
}

saga!(
    TwoOfThree,
    [],
    Graph::new()
        .step(step("a"))
        .step(step("b"))
        .step(step("c"))
        .step(step("two").after(After::count(2, &["a", "b", "c"])))
);

#[test]
fn so_many_of_those_before_are_enough() {
    TwoOfThree::given("s", Asked {})
        .accepted("a")
        .sends_nothing()
        .rejected("b", "no")
        .sends_nothing()
        .accepted("c")
        .sends(act("two"));
    TwoOfThree::given("s", Asked {})
        .rejected("a", "no")
        .rejected("b", "no")
        .is(SagaStatus::Compensating);
}

saga!(
    Detour,
    [],
    Graph::new()
        .step(step("a"))
        .step(step("far"))
        .step(step("b").after(After::all(&["far"])))
        .step(step("one").after(After::any_of(&["a", "b"])))
);

#[test]
fn what_leads_only_to_what_is_not_needed_may_fail() {
    Detour::given("s", Asked {})
        .rejected("far", "no")
        .is(SagaStatus::Running)
        .accepted("a")
        .sends(act("one"))
        .accepted("one")
        .is(SagaStatus::Completed);
}

saga!(
    Choosy,
    [],
    Graph::new()
        .step(
            gesta::Step::call("maybe", |_: &Self, _| None::<gesta::Call<Act>>)
                .undo("unmaybe", |_, _| act("unmaybe"))
        )
        .step(
            gesta::Step::call("wrong", |_: &Self, _| Err::<gesta::Call<Act>, _>(
                "nothing to send"
            ))
            .after(After::all(&["maybe"]))
        )
);

#[test]
fn a_step_may_have_nothing_to_do_and_its_error_fails_it() {
    Choosy::given("s", Asked {})
        .sends_nothing()
        .is(SagaStatus::Compensated);
}
