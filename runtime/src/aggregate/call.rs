//! A command with its address.

use super::{AggregateId, AggregateRoot, Command, IntoId};

/// A command, and the aggregate that it is for: what the steps of a saga return.
///
/// [`Command::to`] makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a call is sent when it is returned"]
pub struct Call<C> {
    pub(crate) id: String,
    pub(crate) command: C,
}

impl<C: Command> Call<C> {
    pub(super) fn new(command: C, id: impl IntoId<<C::Aggregate as AggregateRoot>::Id>) -> Self {
        Self {
            id: id.into_id().into_text(),
            command,
        }
    }
}
