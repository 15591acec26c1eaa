//! `#[command]`, `#[apply]` and `#[upcast]` where no `#[aggregate]` reads them, `#[on]`, `#[setup]` and `#[teardown]` where
//! no `#[projection]` does, `#[start]`, `#[step]`, `#[undo]`, `#[completed]` and `#[failed]` where no `#[saga]` does,
//! `#[removed]` where no `#[event]` does.

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use crate::{fallback, messages};

/// Expands a `#[command]` outside of an `#[aggregate] impl`.
#[must_use]
pub fn command(item: TokenStream) -> TokenStream {
    misplaced(
        "command",
        &["aggregate"],
        "fn open(&self, owner: String) -> AccountOpened { .. }",
        item,
    )
}

/// Expands an `#[apply]` outside of an `#[aggregate] impl`.
#[must_use]
pub fn apply(item: TokenStream) -> TokenStream {
    misplaced(
        "apply",
        &["aggregate"],
        "fn opened(&mut self, event: &AccountOpened) { .. }",
        item,
    )
}

/// Expands an `#[upcast]` outside of an `#[aggregate] impl`.
#[must_use]
pub fn upcast(item: TokenStream) -> TokenStream {
    misplaced(
        "upcast",
        &["aggregate"],
        "fn opened(old: AccountCreated) -> AccountOpened { .. }",
        item,
    )
}

/// Expands a `#[removed(args)]` above an `#[event]`, or without one.
#[must_use]
pub fn removed(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let below = fallback::removed_below_event(&args, &item);
    diagnostics.push(messages::removed_outside_of_an_event(below.is_some()));
    diagnostics.beside(below.unwrap_or(item))
}

/// Expands an `#[on]` outside of a `#[projection] impl` and a `#[saga] impl`.
#[must_use]
pub fn on(item: TokenStream) -> TokenStream {
    misplaced(
        "on",
        &["projection", "saga"],
        "fn opened(&mut self, event: &AccountOpened) { .. }",
        item,
    )
}

/// Expands a `#[setup]` outside of a `#[projection] impl`.
#[must_use]
pub fn setup(item: TokenStream) -> TokenStream {
    misplaced(
        "setup",
        &["projection"],
        "async fn setup(sql: &mut Sql) -> Result<(), SqlError> { .. }",
        item,
    )
}

/// Expands a `#[teardown]` outside of a `#[projection] impl`.
#[must_use]
pub fn teardown(item: TokenStream) -> TokenStream {
    misplaced(
        "teardown",
        &["projection"],
        "async fn teardown(sql: &mut Sql) -> Result<(), SqlError> { .. }",
        item,
    )
}

/// Expands a `#[start]` outside of a `#[saga] impl`.
#[must_use]
pub fn start(item: TokenStream) -> TokenStream {
    of_saga(
        "start",
        "fn start(event: &TransferRequested) -> Self { .. }",
        item,
    )
}

/// Expands a `#[step]` outside of a `#[saga] impl`.
#[must_use]
pub fn step(item: TokenStream) -> TokenStream {
    of_saga("step", "fn debit(&self) -> Call<Withdraw> { .. }", item)
}

/// Expands an `#[undo]` outside of a `#[saga] impl`.
#[must_use]
pub fn undo(item: TokenStream) -> TokenStream {
    of_saga("undo", "fn refund(&self) -> Call<Deposit> { .. }", item)
}

/// Expands a `#[completed]` outside of a `#[saga] impl`.
#[must_use]
pub fn completed(item: TokenStream) -> TokenStream {
    of_saga(
        "completed",
        "fn complete(&self) -> Call<Complete> { .. }",
        item,
    )
}

/// Expands a `#[failed]` outside of a `#[saga] impl`.
#[must_use]
pub fn failed(item: TokenStream) -> TokenStream {
    of_saga(
        "failed",
        "fn cancel(&self, failure: &Failure) -> Call<Cancel> { .. }",
        item,
    )
}

fn of_saga(attribute: &str, example: &str, item: TokenStream) -> TokenStream {
    misplaced(attribute, &["saga"], example, item)
}

fn misplaced(attribute: &str, of: &[&str], example: &str, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    diagnostics.push(messages::outside_of_an_impl(attribute, of, example));
    diagnostics.beside(item)
}
