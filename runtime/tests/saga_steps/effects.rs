//! What is done outside of the store.

use std::time::Duration;

use gesta::prelude::*;
use gesta::{After, Graph, SagaStatus, Step, Trigger};

use crate::world::*;

/// What is run is not what these tests are about.
fn effect<S: Send + Sync + 'static>(name: &'static str) -> Step<S> {
    Step::effect(name, |_, _| Box::pin(async { Ok(String::new()) }))
}

saga!(
    Charge,
    [],
    Graph::new()
        .step(
            effect("charge")
                .undo("pay_back", |_, _| act("pay_back"))
                .retry(1, Duration::from_secs(1))
                .timeout(Duration::from_secs(10))
        )
        .step(
            Step::call("note", |_: &Self, ctx| {
                Ok::<_, gesta::NoResult>(act(&ctx.result::<String>("charge")?))
            })
            .after(After::all(&["charge"]))
        )
);

#[test]
fn what_an_effect_gives_is_known_later() {
    Charge::given("s", Asked {})
        .sends_nothing()
        .is(SagaStatus::Running)
        .waits_for(["charge"])
        .gives("charge", "receipt 7")
        .sends(act("receipt 7"))
        .rejected("note", "no")
        .sends(act("pay_back"));
}

#[test]
fn an_effect_that_gives_nothing_is_done() {
    Charge::given("s", Asked {})
        .accepted("charge")
        // There is no text in it.
        .is(SagaStatus::Compensating)
        .sends(act("pay_back"));
}

#[test]
fn an_effect_that_fails_is_tried_again_and_not_undone() {
    Charge::given("s", Asked {})
        .fails("charge", "declined")
        .is(SagaStatus::Waiting)
        .after("1s")
        .waits_for(["charge"])
        .fails("charge", "declined")
        .sends_nothing()
        .is(SagaStatus::Compensated);
}

#[test]
fn an_effect_that_takes_too_long_is_undone_as_if_it_had_come_about() {
    Charge::given("s", Asked {})
        .after("10s")
        .sends(act("pay_back"))
        .accepted("pay_back")
        .is(SagaStatus::Compensated);
}

/// Asks the outside under the key of a step.
fn ask(ctx: &SagaContext, step: &str) -> gesta::Call<Act> {
    act(&ctx.effect_key(step).to_string())
}

saga!(
    Keyed,
    [],
    Graph::new().step(
        effect("charge")
            .undo("ask", |_, ctx| ask(ctx, "charge"))
            .timeout(Duration::from_secs(10))
    )
);

saga!(
    Rekeyed as "Keyed",
    1,
    [Asked => Trigger::start::<Asked, _>(|_, _| Self::default())],
    Graph::new().step(
        effect("pay")
            .was(&["charge"])
            .undo("ask", |_, ctx| ask(ctx, "pay"))
            .timeout(Duration::from_secs(10))
    )
);

/// That of `charge` of the saga `s` of the type `Keyed`. Who changes it has the outside do things twice.
const KEY: &str = "18e434ea-215d-5f0a-be1b-df5cc5e72694";

#[test]
fn the_undo_of_an_effect_knows_its_key() {
    Keyed::given("s", Asked {}).after("10s").sends(act(KEY));
}

#[test]
fn the_key_stays_where_the_step_is_renamed() {
    let asked = Keyed::given("s", Asked {});
    asked.deployed::<Rekeyed>().after("10s").sends(act(KEY));
    // One that was never met under another name has its own.
    Rekeyed::given("s", Asked {})
        .after("10s")
        .sends(act("780cb798-0641-580b-9f0c-4ae35b6f3fe6"));
}

saga!(
    Refund,
    [],
    Graph::new()
        .step(
            effect("charge")
                .undo_effect("refund", |_, _| Box::pin(async { Ok(String::new()) }))
                .timeout(Duration::from_secs(10))
        )
        .step(step("note").after(After::all(&["charge"])))
        .failed("sorry", |_, _, _| act("sorry"))
);

#[test]
fn an_undo_outside_is_awaited_like_any_other() {
    Refund::given("s", Asked {})
        .gives("charge", "receipt 7")
        .rejected("note", "no")
        .sends_nothing()
        .is(SagaStatus::Compensating)
        .waits_for(["refund"])
        .due_never()
        .accepted("refund")
        .sends(act("sorry"))
        .accepted("sorry")
        .is(SagaStatus::Compensated);
}

#[test]
fn an_undo_outside_is_tried_until_it_is_done_or_stuck() {
    let undoing = Refund::given("s", Asked {}).after("10s");
    let mut undoing = undoing.waits_for(["refund"]);
    for _ in 0..10 {
        undoing = undoing
            .fails("refund", "no answer")
            .waits_for(["refund"])
            .after("1m")
            .is(SagaStatus::Compensating);
    }
    undoing
        .fails("refund", "no answer")
        .stuck_at("refund", "no answer")
        .sends_nothing()
        .retry()
        .waits_for(["refund"])
        .accepted("refund")
        .sends(act("sorry"));
}

saga!(
    Final,
    [],
    Graph::new()
        .step(undone("a", "not_a"))
        .step(
            effect("charge")
                .after(After::all(&["a"]))
                .pivot()
                .timeout(Duration::from_secs(10))
        )
        .step(step("b").after(After::all(&["charge"])))
);

#[test]
fn nobody_turns_back_where_a_pivot_has_come_about_perhaps() {
    Final::given("s", Asked {})
        .accepted("a")
        .after("10s")
        .sends_nothing()
        .stuck_at("charge", "it took too long")
        .retry()
        // Nothing stands on what is not certain.
        .waits_for(["charge"])
        .sends_nothing()
        .accepted("charge")
        .sends(act("b"))
        .accepted("b")
        .is(SagaStatus::Completed);
}
