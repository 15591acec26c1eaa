//! What a command may return.

use super::Aggregate;

/// What a command of the aggregate `A` may return: an event of `A`, or `A`'s event enum; an `Option`, a tuple, an
/// array or a `Vec` of these; a `Result` of any of these.
///
/// `#[aggregate]` implements it for each event that the aggregate applies. There is no implementation for `()`, so a
/// stray `;` after the event does not compile.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event of `{A}`",
    label = "not an event of `{A}`, nor an `Option`, tuple, array, `Vec` or `Result` of its events",
    note = "return an event that an `#[apply]` method of `{A}` takes (is there a stray `;` after it?)"
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
    A::Error: From<E>,
{
    fn add_to(self, events: &mut Vec<A::Event>) -> Result<(), A::Error> {
        self?.add_to(events)
    }
}

macro_rules! tuples {
    ($($($name:ident)+;)*) => { $(
        impl<A: Aggregate, $($name: IntoEvents<A>),+> IntoEvents<A> for ($($name,)+) {
            #[allow(non_snake_case, reason = "the type parameters name the bindings")]
            fn add_to(self, events: &mut Vec<A::Event>) -> Result<(), A::Error> {
                let ($($name,)+) = self;
                $($name.add_to(events)?;)+
                Ok(())
            }
        }
    )* };
}

tuples! {
    T1;
    T1 T2;
    T1 T2 T3;
    T1 T2 T3 T4;
    T1 T2 T3 T4 T5;
    T1 T2 T3 T4 T5 T6;
    T1 T2 T3 T4 T5 T6 T7;
    T1 T2 T3 T4 T5 T6 T7 T8;
}
