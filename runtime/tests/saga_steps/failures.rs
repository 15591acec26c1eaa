//! What a failed test of a saga says.

use std::panic::{UnwindSafe, catch_unwind};

use gesta::prelude::*;
use gesta::{After, Graph, SagaStatus, Trigger};

use crate::world::*;

saga!(
    Row,
    [],
    Graph::new()
        .step(undone("a", "not_a").retry(1, std::time::Duration::from_millis(200)))
        .step(step("b").after(After::all(&["a"])))
);

/// What the failing test says. Its last line feed is cut off.
fn message<T>(test: impl FnOnce() -> T + UnwindSafe) -> String {
    let payload = catch_unwind(|| drop(test())).err();
    let message = payload.and_then(|payload| payload.downcast_ref::<String>().cloned());
    message.unwrap_or_default().trim_end().to_owned()
}

#[test]
fn of_other_calls() {
    let message = message(|| Row::given("s", Asked {}).accepted("a").sends(act("c")));
    assert_eq!(
        message,
        r#"the saga did not do what the test expects

  given:    Desk/s: 1 Asked
  history:  started by event 1
            a: sent Desk.act to desk
            a: done
            b: sent Desk.act to desk
- expected: Desk.act to desk
+ actual:   Desk.act to desk

  Desk.act to desk {
-   "what": "c"
+   "what": "b"
  }"#
    );
}

#[test]
fn of_what_is_not_under_way() {
    let message = message(|| Row::given("s", Asked {}).rejected("a", "no").accepted("a"));
    assert_eq!(
        message,
        r#"the saga did not do what the test expects

  given:    Desk/s: 1 Asked
  history:  started by event 1
            a: sent Desk.act to desk
            a: no; again at 2000-01-01T00:00:00.2Z
- expected: an answer to `a`
+ actual:   under way: a (again in 200ms)"#
    );
}

#[test]
fn of_something_else() {
    let given = || Row::given("s", Asked {});
    let last = |message: String| {
        message
            .lines()
            .rev()
            .take(2)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    for (message, expected, actual) in [
        (
            message(|| given().is(SagaStatus::Stuck)),
            "stuck",
            "running",
        ),
        (message(|| given().starts_nothing()), "no saga", "running"),
        (
            message(|| Row::given_nothing().is(SagaStatus::Running)),
            "running",
            "no saga",
        ),
        (
            message(|| given().due_never().due_in("3s")),
            "due in 3s",
            "never due",
        ),
        (message(|| given().waits_for(["b"])), "b", "under way: a"),
        (
            message(|| given().stuck_at("a", "no")),
            "stuck at a: no",
            "running",
        ),
        (
            message(|| given().gives("a", 1)),
            "an effect `a`",
            "under way: a",
        ),
        (
            message(|| given().refuses_to_compensate("no")),
            "no",
            "it does so",
        ),
    ] {
        let expected = [
            format!("+ actual:   {actual}"),
            format!("- expected: {expected}"),
        ];
        assert_eq!(last(message), expected);
    }
}

#[test]
fn of_what_cannot_be_asked() {
    let retried = message(|| Row::given("s", Asked {}).retry());
    assert!(retried.starts_with("the saga `s` is not stuck\n\n  given:    Desk/s: 1 Asked\n"));
    let other = message(|| Row::given("s", Asked {}).when("t", Asked {}));
    assert!(
        other.starts_with("the event at position 2 is one of the saga `t`"),
        "{other}"
    );
    let time = message(|| Row::given("s", Asked {}).after("soon"));
    assert!(time.starts_with("`soon` is no time such as"), "{time}");
}

thread_local!(static CALLS: std::cell::Cell<u32> = const { std::cell::Cell::new(0) });

saga!(
    Fickle,
    [],
    Graph::new().step(gesta::Step::call("a", |_: &Self, _| {
        CALLS.set(CALLS.get() + 1);
        act(&CALLS.get().to_string())
    }))
);

#[test]
fn of_a_step_that_is_not_pure() {
    let message = message(|| Fickle::given("s", Asked {}));
    assert!(
        message.starts_with("the same input does not always bring about the same"),
        "{message}"
    );
}

#[derive(serde::Serialize, serde::Deserialize)]
pub struct Knot {}

impl gesta::Subscriber for Knot {
    type Handler = Trigger<Self>;
}

impl gesta::SagaRoot for Knot {
    const NAME: &'static str = "Knot";
}

impl gesta::Saga for Knot {
    fn graph() -> Graph<Self> {
        Graph::new().step(step("a").after(After::all(&["a"])))
    }

    fn subscribe(_: &mut gesta::Subscriptions<Self>) {}
}

#[test]
fn of_steps_that_cannot_be() {
    let message = message(Knot::given_nothing);
    assert_eq!(
        message,
        "the steps of Knot cannot be: `a` waits for itself, and never begins"
    );
}
