//! What a command may return.

use super::Aggregate;

/// What a command of the aggregate `A` may return: an event of `A`, or `A`'s event enum; an `Option`, a tuple, an
/// array or a `Vec` of these; a `Result` of any of these.
///
/// `#[aggregate]` implements it for each event that the aggregate applies. There is no implementation for `()`, so a
/// stray `;` after the event does not compile.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event of `{A}`",
    label = "not applied by `{A}`",
    note = "if `{Self}` is an event, write `#[apply] fn ..(&mut self, event: &{Self}) {{ .. }}` in the `#[aggregate] impl {A}` block",
    note = "what can be returned is an event, an `Option`, a tuple, an array or a `Vec` of events, or a `Result` of one of these"
)]
pub trait IntoEvents<A: Aggregate> {
    /// Adds the events to `events`, in order.
    ///
    /// # Errors
    /// The refusal, if this is one.
    fn add_to(self, events: &mut Vec<A::Event>) -> Result<(), A::Error>;
}

impl<A: Aggregate, T: IntoEvents<A>> IntoEvents<A> for Option<T> {
    fn add_to(self, events: &mut Vec<A::Event>) -> Result<(), A::Error> {
        self.map_or(Ok(()), |some| some.add_to(events))
    }
}

impl<A: Aggregate, T: IntoEvents<A>> IntoEvents<A> for Vec<T> {
    fn add_to(self, events: &mut Vec<A::Event>) -> Result<(), A::Error> {
        self.into_iter().try_for_each(|each| each.add_to(events))
    }
}

impl<A: Aggregate, T: IntoEvents<A>, const N: usize> IntoEvents<A> for [T; N] {
    fn add_to(self, events: &mut Vec<A::Event>) -> Result<(), A::Error> {
        self.into_iter().try_for_each(|each| each.add_to(events))
    }
}

impl<A: Aggregate, T: IntoEvents<A>, E> IntoEvents<A> for Result<T, E>
where
    E: Refusal<A>,
{
    fn add_to(self, events: &mut Vec<A::Event>) -> Result<(), A::Error> {
        self.map_err(Refusal::refuse)?.add_to(events)
    }
}

/// What a command of the aggregate `A` may refuse with: `A`'s error, and what becomes one through `From`.
///
/// Implemented for all of these; there is nothing to write.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error of `{A}`",
    label = "a refusal that `{A}` does not know",
    note = "write `#[aggregate(error = {Self})]` above `struct {A}`, or `impl From<{Self}>` for the error that it has"
)]
pub trait Refusal<A: Aggregate> {
    /// The aggregate's error.
    fn refuse(self) -> A::Error;
}

#[diagnostic::do_not_recommend]
impl<A: Aggregate, E> Refusal<A> for E
where
    A::Error: From<E>,
{
    fn refuse(self) -> A::Error {
        self.into()
    }
}

macro_rules! tuple {
    ($(#[$attribute:meta])* $($name:ident)+) => {
        $(#[$attribute])*
        impl<A: Aggregate, $($name: IntoEvents<A>),+> IntoEvents<A> for ($($name,)+) {
            #[allow(non_snake_case, reason = "the type parameters name the bindings")]
            fn add_to(self, events: &mut Vec<A::Event>) -> Result<(), A::Error> {
                let ($($name,)+) = self;
                $($name.add_to(events)?;)+
                Ok(())
            }
        }
    };
}

// The compiler lists implementations when one is missing: one tuple is enough there, beside the events.
tuple!(
    #[diagnostic::do_not_recommend]
    T1
);
tuple!(T1 T2);
tuple!(#[diagnostic::do_not_recommend] T1 T2 T3);
tuple!(#[diagnostic::do_not_recommend] T1 T2 T3 T4);
tuple!(#[diagnostic::do_not_recommend] T1 T2 T3 T4 T5);
tuple!(#[diagnostic::do_not_recommend] T1 T2 T3 T4 T5 T6);
tuple!(#[diagnostic::do_not_recommend] T1 T2 T3 T4 T5 T6 T7);
tuple!(#[diagnostic::do_not_recommend] T1 T2 T3 T4 T5 T6 T7 T8);
