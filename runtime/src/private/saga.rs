//! What the two halves of a saga say of each other.

use std::fmt::Display;

use crate::saga::{SagaRoot, Trigger};
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
