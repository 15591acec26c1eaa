//! From an address, or a store, to a store.

use std::sync::Arc;

use super::{MemoryStore, Store, StoreError};

const KNOWN: &str = "known are `memory:`, `sqlite:path` and `postgres://user@host/database`";

/// What [`AppBuilder::store`](crate::AppBuilder::store) takes: an address, or a store that is open already.
pub trait IntoStore {
    /// What to open, or what is open.
    fn into_source(self) -> StoreSource;
}

/// A store that is open, or the address of one that [`start`](crate::AppBuilder::start) opens.
#[non_exhaustive]
pub enum StoreSource {
    /// `memory:`, `sqlite:path`, or `postgres://..`.
    Address(String),
    /// A store that is open, and that whoever opened it closes.
    Open(Arc<dyn Store>),
    /// A database that `start` connects to.
    #[cfg(feature = "postgres")]
    Postgres(Box<super::PostgresBuilder>),
}

impl IntoStore for &str {
    fn into_source(self) -> StoreSource {
        StoreSource::Address(self.to_owned())
    }
}

impl IntoStore for String {
    fn into_source(self) -> StoreSource {
        StoreSource::Address(self)
    }
}

impl IntoStore for Arc<dyn Store> {
    fn into_source(self) -> StoreSource {
        StoreSource::Open(self)
    }
}

impl<S: Store> IntoStore for S {
    fn into_source(self) -> StoreSource {
        StoreSource::Open(Arc::new(self))
    }
}

#[cfg(feature = "postgres")]
impl IntoStore for super::PostgresBuilder {
    fn into_source(self) -> StoreSource {
        StoreSource::Postgres(Box::new(self))
    }
}

/// Connects to the pool's database as the pool does, on connections of its own: a transaction that the pool's other users
/// left open must not be read in.
#[cfg(feature = "postgres")]
impl IntoStore for sqlx::PgPool {
    fn into_source(self) -> StoreSource {
        let options = sqlx::PgPool::connect_options(&self);
        super::PostgresBuilder::connecting(options.as_ref().clone()).into_source()
    }
}

impl StoreSource {
    /// Whether Gesta opens it, and is to close it.
    pub(crate) fn is_ours(&self) -> bool {
        !matches!(self, Self::Open(_))
    }

    /// Opens the store, if it is not open.
    pub(crate) async fn open(self) -> Result<Arc<dyn Store>, StoreError> {
        let address = match self {
            Self::Open(store) => return Ok(store),
            Self::Address(address) => address,
            #[cfg(feature = "postgres")]
            Self::Postgres(builder) => return Ok(Arc::new(builder.open().await?)),
        };
        match address.split_once(':') {
            Some(("memory", "")) => Ok(Arc::new(MemoryStore::new())),
            Some(("memory", _)) => Err(refused("memory:..", "nothing follows `memory:`")),
            #[cfg(feature = "sqlite")]
            Some(("sqlite", rest)) => Ok(Arc::new(super::SqliteStore::from_address(rest).await?)),
            #[cfg(not(feature = "sqlite"))]
            Some(("sqlite", _)) => Err(refused("sqlite:..", "switch on gesta's feature `sqlite`")),
            #[cfg(feature = "postgres")]
            Some(("postgres" | "postgresql", _)) => {
                Ok(Arc::new(super::PostgresStore::connect(&address).await?))
            }
            #[cfg(not(feature = "postgres"))]
            Some(("postgres" | "postgresql", _)) => Err(refused(
                "postgres:..",
                "switch on gesta's feature `postgres`",
            )),
            // Only the scheme is shown: what follows may hold a password.
            Some((scheme, _)) => Err(refused(&format!("{scheme}:.."), KNOWN)),
            None => Err(refused(
                if address.contains('@') {
                    ".."
                } else {
                    &address
                },
                &format!("it has no scheme; {KNOWN}"),
            )),
        }
    }
}

fn refused(address: &str, reason: &str) -> StoreError {
    StoreError::Address {
        address: address.to_owned(),
        reason: reason.to_owned(),
    }
}
