//! What a projection is kept as: both halves say it, and it does not compile unless they say the same. That the struct has
//! `sql` and the impl block writes no tables, `Kind::tables` says.

use std::future::Future;

use crate::projection::{Document, DocumentHandler, Mode, ProjectionRoot, TableHandler};
use crate::source::Subscriber;
use crate::store::tables::{SqlError, SqlFuture};

/// The struct's half of a projection, of whatever kind.
pub trait DeclaredRoot: ProjectionRoot + Subscriber<Handler: Handles<Self>> {}

#[diagnostic::do_not_recommend]
impl<P: ProjectionRoot + Subscriber<Handler: Handles<P>>> DeclaredRoot for P {}

/// The handlers of a projection, of either kind: handlers of the other are taken too, and do nothing, so that one error
/// is all that the compiler says where the two halves do not go together.
pub trait Handles<P>: Sized {
    /// When events are folded.
    const MODE: Mode;
    /// Whether it is kept in tables.
    const IN_TABLES: bool;

    /// One of the impl block that folds documents.
    fn folding(handler: DocumentHandler<P>) -> Self;

    /// One of the impl block that writes tables.
    fn writing(handler: TableHandler) -> Self;
}

impl<P: Document> Handles<P> for DocumentHandler<P> {
    const MODE: Mode = P::MODE;
    const IN_TABLES: bool = false;

    fn folding(handler: Self) -> Self {
        handler
    }

    fn writing(_: TableHandler) -> Self {
        Self::ignore()
    }
}

impl<P> Handles<P> for TableHandler {
    const MODE: Mode = Mode::Async;
    const IN_TABLES: bool = true;

    fn folding(_: DocumentHandler<P>) -> Self {
        Self::ignore()
    }

    fn writing(handler: Self) -> Self {
        handler
    }
}

/// What a method that writes tables returns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what a method that writes tables returns",
    label = "expected `Result<(), SqlError>`",
    note = "return `Result<(), SqlError>`, or a `Result<(), E>` with the error of the database or one of your own"
)]
pub trait Written {
    /// Whether it was written.
    ///
    /// # Errors
    /// Why not.
    fn written(self) -> Result<(), SqlError>;
}

#[diagnostic::do_not_recommend]
impl<E: Into<SqlError>> Written for Result<(), E> {
    fn written(self) -> Result<(), SqlError> {
        self.map_err(Into::into)
    }
}

/// What such a method does.
pub fn written<'a, T: Written + 'a>(method: impl Future<Output = T> + Send + 'a) -> SqlFuture<'a> {
    Box::pin(async { method.await.written() })
}
