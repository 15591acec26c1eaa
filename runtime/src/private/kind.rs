//! What a projection is kept as: both halves say it, and it does not compile unless they say the same.

use std::future::Future;

use crate::projection::{DocumentHandler, ProjectionRoot, TableHandler};
use crate::source::Subscriber;
use crate::store::tables::{SqlError, SqlFuture};

/// The struct's half of a projection of documents.
#[diagnostic::on_unimplemented(
    message = "the struct `{Self}` is not declared a projection of documents",
    label = "not a projection of documents",
    note = "write `#[projection(of(..))]` above `struct {Self}` too, not only above its `impl`"
)]
pub trait DocumentRoot: ProjectionRoot + Subscriber<Handler: HandlesDocuments<Self>> {}

#[diagnostic::do_not_recommend]
impl<P: ProjectionRoot + Subscriber<Handler: HandlesDocuments<P>>> DocumentRoot for P {}

/// The handlers of a projection of documents.
#[diagnostic::on_unimplemented(
    message = "`{P}` is declared with `sql`, and its methods fold documents",
    label = "kept in tables",
    note = "write `#[on] async fn name(event: &E, sql: &mut Sql)`, or leave out `sql` above `struct {P}`"
)]
pub trait HandlesDocuments<P> {
    /// The handler as that of the projection.
    fn of(handler: DocumentHandler<P>) -> Self;
}

impl<P> HandlesDocuments<P> for DocumentHandler<P> {
    fn of(handler: Self) -> Self {
        handler
    }
}

/// The struct's half of a projection of tables.
#[diagnostic::on_unimplemented(
    message = "the struct `{Self}` is not declared a projection of tables",
    label = "not a projection of tables",
    note = "write `#[projection(sql, of(..))]` above `struct {Self}` too, not only above its `impl`"
)]
pub trait TableRoot: ProjectionRoot + Subscriber<Handler: HandlesTables<Self>> {}

#[diagnostic::do_not_recommend]
impl<P: ProjectionRoot + Subscriber<Handler: HandlesTables<P>>> TableRoot for P {}

/// The handlers of a projection of tables.
#[diagnostic::on_unimplemented(
    message = "`{P}` is declared without `sql`, and its methods write tables",
    label = "kept as documents",
    note = "write `#[projection(sql, of(..))]` above `struct {P}`, or `#[on] fn name(&mut self, event: &E)` here"
)]
pub trait HandlesTables<P> {
    /// The handler as that of the projection.
    fn of(handler: TableHandler) -> Self;
}

impl<P> HandlesTables<P> for TableHandler {
    fn of(handler: Self) -> Self {
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
