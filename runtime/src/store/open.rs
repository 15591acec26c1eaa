//! From an address, or a store, to a store.

use std::sync::Arc;

use super::{MemoryStore, Store, StoreError};

/// What [`AppBuilder::store`](crate::AppBuilder::store) takes: an address, or a store that is open already.
pub trait IntoStore {
    /// What to open, or what is open.
    fn into_source(self) -> StoreSource;
}

/// A store that is open, or the address of one that [`start`](crate::AppBuilder::start) opens.
pub enum StoreSource {
    /// `memory:`, or `sqlite:path`.
    Address(String),
    /// A store that is open, and that whoever opened it closes.
    Open(Arc<dyn Store>),
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

impl StoreSource {
    /// Whether Gesta opens it, and is to close it.
    pub(crate) fn is_ours(&self) -> bool {
        matches!(self, Self::Address(_))
    }

    /// Opens the store, if it is not open.
    pub(crate) async fn open(self) -> Result<Arc<dyn Store>, StoreError> {
        let address = match self {
            Self::Open(store) => return Ok(store),
            Self::Address(address) => address,
        };
        match address.split_once(':') {
            Some(("memory", "")) => Ok(Arc::new(MemoryStore::new())),
            Some(("memory", _)) => Err(refused("memory:..", "nothing follows `memory:`")),
            #[cfg(feature = "sqlite")]
            Some(("sqlite", rest)) => Ok(Arc::new(super::SqliteStore::from_address(rest).await?)),
            #[cfg(not(feature = "sqlite"))]
            Some(("sqlite", _)) => Err(refused("sqlite:..", "switch on gesta's feature `sqlite`")),
            // Only the scheme is shown: what follows may hold a password.
            Some((scheme, _)) => Err(refused(
                &format!("{scheme}:.."),
                "known are `memory:` and `sqlite:path`",
            )),
            None => Err(refused(
                if address.contains('@') {
                    ".."
                } else {
                    &address
                },
                "it has no scheme; known are `memory:` and `sqlite:path`",
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
