//! Transfers that sagas carry out, beside the rest of the load and on aggregates of their own.

mod load;
mod saga;
mod transfer;
mod wallet;
mod wish;

use gesta::{AppBuilder, SagaRoot};

pub use load::Transfers;
pub use saga::MoveMoney;
pub use wallet::{Fund, LIMIT};
pub use wish::{Wish, cents, wallet};

use transfer::Transfer;
use wallet::Wallet;

/// Whether a read model is there for sagas: their rows, or how far their events were taken.
pub fn is_of_sagas(projection: &str) -> bool {
    let name = <MoveMoney as SagaRoot>::NAME;
    projection.split('.').next() == Some(name)
}

/// Registers all that transfers need with an app, which drives their sagas from then on.
pub fn carry_out(app: AppBuilder) -> AppBuilder {
    app.aggregate::<Wallet>()
        .aggregate::<Transfer>()
        .saga::<MoveMoney>()
}
