//! Commands that a saga sends, of whatever type they are.

use std::any::TypeId;

use super::send::Sender;
use crate::aggregate::{AggregateRoot, Call, Command};
use crate::projection::HandlerError;

/// A command that is to be sent, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyCall {
    /// The aggregate that it is for.
    pub(crate) aggregate: &'static str,
    /// Which of them.
    pub(crate) id: String,
    /// [`Command::NAME`].
    pub(crate) command: &'static str,
    /// The command's JSON.
    pub(crate) json: String,
}

impl AnyCall {
    fn new<C: Command>(call: &Call<C>) -> Result<Self, HandlerError> {
        Ok(Self {
            aggregate: C::Aggregate::NAME,
            id: call.id.clone(),
            command: C::NAME,
            json: serde_json::to_string(&call.command)?,
        })
    }
}

/// A type of command that a saga sends.
#[derive(Debug, Clone, Copy)]
pub struct Sends {
    pub(crate) aggregate: &'static str,
    pub(crate) aggregate_type: TypeId,
    pub(crate) command: &'static str,
    pub(crate) sender: Sender,
}

impl Sends {
    /// The command `C`.
    #[must_use]
    pub fn of<C: Command>() -> Self {
        Self {
            aggregate: C::Aggregate::NAME,
            aggregate_type: TypeId::of::<C::Aggregate>(),
            command: C::NAME,
            sender: Sender::of::<C>(),
        }
    }
}

/// What a step, an undo or an end of a saga may return: a [`Call`]; an `Option` or a `Result` of one.
///
/// `None` says that there is nothing to do, and the step is done. An error fails the step.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a call",
    label = "expected a `Call<..>`",
    note = "return the command with its address: `Withdraw {{ cents: self.cents }}.to(&self.from)`, which is a `Call<Withdraw>`; an `Option` or a `Result` of one will do, too"
)]
pub trait IntoCall {
    /// The call, if there is one.
    ///
    /// # Errors
    /// Why it cannot be made.
    fn into_call(self) -> Result<Option<AnyCall>, HandlerError>;

    /// Adds the types of the commands that it may be.
    fn sends(to: &mut Vec<Sends>);
}

impl<C: Command> IntoCall for Call<C> {
    fn into_call(self) -> Result<Option<AnyCall>, HandlerError> {
        AnyCall::new(&self).map(Some)
    }

    fn sends(to: &mut Vec<Sends>) {
        to.push(Sends::of::<C>());
    }
}

impl<T: IntoCall> IntoCall for Option<T> {
    fn into_call(self) -> Result<Option<AnyCall>, HandlerError> {
        self.map_or(Ok(None), T::into_call)
    }

    fn sends(to: &mut Vec<Sends>) {
        T::sends(to);
    }
}

impl<T: IntoCall, E: Into<HandlerError>> IntoCall for Result<T, E> {
    fn into_call(self) -> Result<Option<AnyCall>, HandlerError> {
        self.map_err(Into::into)?.into_call()
    }

    fn sends(to: &mut Vec<Sends>) {
        T::sends(to);
    }
}

/// Ends a saga as completed, when an `#[on]` method returns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "the saga ends when it is returned"]
pub struct End;

/// What an `#[on]` method asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reaction {
    pub(crate) calls: Vec<AnyCall>,
    pub(crate) end: bool,
}

/// What an `#[on]` method of a saga may return: nothing, a [`Call`], an [`End`]; an `Option`, a tuple, an array, a `Vec` or a
/// `Result` of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what an `#[on]` method of a saga returns",
    label = "neither a `Call<..>` nor an `End`",
    note = "return nothing, `Call<..>`s, or `End`; an `Option`, a tuple, a `Vec` or a `Result` of them will do, too"
)]
pub trait IntoCalls {
    /// Adds what it asks for.
    ///
    /// # Errors
    /// Why the event could not be taken.
    fn add_to(self, reaction: &mut Reaction) -> Result<(), HandlerError>;

    /// Adds the types of the commands that there may be.
    fn sends(to: &mut Vec<Sends>) {
        let _ = to;
    }
}

impl IntoCalls for () {
    fn add_to(self, _: &mut Reaction) -> Result<(), HandlerError> {
        Ok(())
    }
}

impl IntoCalls for End {
    fn add_to(self, reaction: &mut Reaction) -> Result<(), HandlerError> {
        reaction.end = true;
        Ok(())
    }
}

impl<C: Command> IntoCalls for Call<C> {
    fn add_to(self, reaction: &mut Reaction) -> Result<(), HandlerError> {
        reaction.calls.push(AnyCall::new(&self)?);
        Ok(())
    }

    fn sends(to: &mut Vec<Sends>) {
        to.push(Sends::of::<C>());
    }
}

impl<T: IntoCalls, E: Into<HandlerError>> IntoCalls for Result<T, E> {
    fn add_to(self, reaction: &mut Reaction) -> Result<(), HandlerError> {
        self.map_err(Into::into)?.add_to(reaction)
    }

    fn sends(to: &mut Vec<Sends>) {
        T::sends(to);
    }
}

macro_rules! several {
    ($([$($generics:tt)*] $several:ty),+ $(,)?) => {$(
        impl<T: IntoCalls, $($generics)*> IntoCalls for $several {
            fn add_to(self, reaction: &mut Reaction) -> Result<(), HandlerError> {
                self.into_iter().try_for_each(|each| each.add_to(reaction))
            }

            fn sends(to: &mut Vec<Sends>) {
                T::sends(to);
            }
        }
    )+};
}

several!([] Option<T>, [] Vec<T>, [const N: usize] [T; N]);

macro_rules! tuple {
    ($($name:ident)+) => {
        impl<$($name: IntoCalls),+> IntoCalls for ($($name,)+) {
            #[allow(non_snake_case, reason = "the type parameters name the bindings")]
            fn add_to(self, reaction: &mut Reaction) -> Result<(), HandlerError> {
                let ($($name,)+) = self;
                $($name.add_to(reaction)?;)+
                Ok(())
            }

            fn sends(to: &mut Vec<Sends>) {
                $($name::sends(to);)+
            }
        }
    };
}

tuple!(T1 T2);
tuple!(T1 T2 T3);
tuple!(T1 T2 T3 T4);
tuple!(T1 T2 T3 T4 T5);
tuple!(T1 T2 T3 T4 T5 T6);
