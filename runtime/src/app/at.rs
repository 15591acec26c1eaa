//! The state that an aggregate had.

use crate::aggregate::Aggregate;
use crate::dispatch::load_until;
use crate::error::LoadError;
use crate::store::{PageLimit, Store, StreamName};
use crate::time::Timestamp;

/// A point in the history of an aggregate, for [`App::state_at`](crate::App::state_at).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// After so many events.
    Version(u64),
    /// After the last event whose [`time`](crate::Meta::time) is not later than this.
    ///
    /// No event of that time or of one before is missing. Where the clocks of several processes disagreed, an event with a
    /// later time may stand before it in the stream; then it is in the state, too.
    Time(Timestamp),
}

/// The state and its version, which is 0 if there was no event yet.
pub(super) async fn load_at<A: Aggregate>(
    at: At,
    store: &dyn Store,
    stream: &StreamName,
) -> Result<(A, u64), LoadError> {
    let wanted = match at {
        At::Version(version) => version,
        At::Time(time) => version_at(time, store, stream).await?,
    };
    match load_until(wanted, store, stream).await? {
        (_, version @ 1..) if version < wanted => Err(LoadError::NotReached { wanted, version }),
        read => Ok(read),
    }
}

/// How far the stream had come. Clocks may disagree, so that it is known only at the end of the stream.
async fn version_at(
    time: Timestamp,
    store: &dyn Store,
    stream: &StreamName,
) -> Result<u64, LoadError> {
    let (mut found, mut version) = (0, 0);
    loop {
        let page = store.read_stream(stream, version, PageLimit::default());
        let page = page.await.map_err(LoadError::Store)?;
        for stored in &page.events {
            version = stored.version;
            if stored.meta.time <= time {
                found = version;
            }
        }
        if page.is_last() {
            return Ok(found);
        }
    }
}
