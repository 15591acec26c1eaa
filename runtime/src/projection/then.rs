//! What an `#[on]` method may return.

use std::error::Error;

/// What becomes of a document after an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Then {
    /// It is kept as it is now.
    Keep,
    /// It ends. A later event for its key begins a new one.
    Delete,
}

/// Why an event could not be taken.
pub type HandlerError = Box<dyn Error + Send + Sync>;

/// What an `#[on]` method may return: nothing, a [`Then`], or a `Result` of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what an `#[on]` method returns",
    label = "expected nothing, `Then`, or a `Result` of one of them",
    note = "return `()`, `Then::Keep` or `Then::Delete`; a `Result` stops the projection with its error"
)]
pub trait IntoThen {
    /// What becomes of the document.
    ///
    /// # Errors
    /// Why the event could not be taken.
    fn into_then(self) -> Result<Then, HandlerError>;
}

impl IntoThen for () {
    fn into_then(self) -> Result<Then, HandlerError> {
        Ok(Then::Keep)
    }
}

impl IntoThen for Then {
    fn into_then(self) -> Result<Then, HandlerError> {
        Ok(self)
    }
}

impl<T: IntoThen, E: Into<HandlerError>> IntoThen for Result<T, E> {
    fn into_then(self) -> Result<Then, HandlerError> {
        self.map_err(Into::into)?.into_then()
    }
}
