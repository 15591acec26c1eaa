//! What the two halves of a saga say of each other.

use std::fmt::Display;

use super::check::{refuse, same};
use super::text::Message;
use crate::lock::check_steps;
use crate::saga::{Saga, SagaRoot, Trigger};
use crate::source::Subscriber;

/// The struct's half of a saga.
#[diagnostic::on_unimplemented(
    message = "the struct `{Self}` is not declared a saga",
    label = "not a saga",
    note = "write `#[saga]` above `struct {Self}` too, not only above its `impl`"
)]
pub trait DeclaredSaga: SagaRoot + Subscriber<Handler = Trigger<Self>> {}

#[diagnostic::do_not_recommend]
impl<S: SagaRoot + Subscriber<Handler = Trigger<S>>> DeclaredSaga for S {}

/// The struct's half of a saga that remembers nothing.
#[diagnostic::on_unimplemented(
    message = "the struct `{Self}` is not declared a saga without state",
    label = "not a saga, or one with fields",
    note = "write `#[saga] struct {Self};`, without fields; or a `#[start]` method here, which fills them"
)]
pub trait Stateless: SagaRoot + Subscriber<Handler = Trigger<Self>> {}

/// The id of the saga that an event is for.
pub fn correlated(id: impl Display) -> String {
    id.to_string()
}

/// Does not compile if one of these steps, each of a saga at a version, is of this saga: it has none of that name.
///
/// # Panics
/// If one is: the panic is the compiler's error.
#[track_caller]
pub const fn assert_steps<S: DeclaredSaga>(locked: &[(&str, u32, &str)]) {
    let mut rest = locked;
    while let [(saga, version, step), others @ ..] = rest {
        if same(saga, S::NAME) && *version == S::VERSION {
            refuse(
                Message::EMPTY
                    .with("events.lock holds the step `")
                    .with(step)
                    .with("` of `")
                    .with(saga)
                    .with("` v")
                    .with_number(*version)
                    .with(", and no step is called so, or was\nhelp: instances under way may stand at `")
                    .with(step)
                    .with("`: write `#[step(was = [\"")
                    .with(step)
                    .with("\"])]` above the step that it is called now\nhelp: if it is gone, raise the version, `#[saga(version = ")
                    .with_number(version.saturating_add(1))
                    .with(")]` above the struct: those that stand at it get stuck, until someone skips it\nhelp: if it was never deployed, delete its line in events.lock"),
            );
        }
        rest = others;
    }
}

/// Fails unless the lock in this folder has the saga at its version, with all its steps.
///
/// # Panics
/// If it has not: this is for tests.
#[track_caller]
pub fn check_saga<S: Saga>(folder: &str) {
    check_steps(S::NAME, S::VERSION, &S::graph().names(), folder);
}
