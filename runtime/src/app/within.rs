//! A command inside a database transaction of the caller's own.

use std::any::Any;
use std::sync::Arc;

use sqlx::PgConnection;

use crate::aggregate::Aggregate;
use crate::dispatch::{Committed, Core, Decision, Dispatcher, Job, Kind, fold, load};
use crate::error::{LoadError, SendError};
use crate::store::{CommandKey, PostgresStore, Recording, StoreError, StreamName};

/// What became of the command.
enum Done {
    Now(Committed),
    Before(Recording),
}

/// Decides the command and writes its events in the transaction; the job is answered in any case.
pub(super) async fn perform<A: Aggregate>(
    dispatcher: &Dispatcher<A>,
    mut job: Job<A>,
    transaction: &mut PgConnection,
) {
    match decide(dispatcher, &mut job, transaction).await {
        Ok(Done::Now(committed)) => job.answer(Ok(committed)),
        Ok(Done::Before(recording)) => job.answer_recorded(recording),
        Err(error) => job.answer(Err(error)),
    }
}

async fn decide<A: Aggregate>(
    dispatcher: &Dispatcher<A>,
    job: &mut Job<A>,
    transaction: &mut PgConnection,
) -> Result<Done, SendError<A::Error>> {
    let store = postgres(&dispatcher.core).map_err(SendError::Store)?;
    let stream = job.ctx.stream.clone();
    // Before the counter is locked, since a lock keeps everybody else waiting.
    let (mut state, mut version) = load_beside::<A>(&dispatcher.core, &stream).await?;
    let key = CommandKey {
        command_id: job.stamp.id,
        stream,
    };
    let found = store.lock_within(transaction, &key).await;
    let found = found.map_err(SendError::Store)?;
    if let Some(recording) = found.known {
        return Ok(Done::Before(recording));
    }
    while version < found.version {
        let page = store.read_within(transaction, &key.stream, version).await;
        let page = page.map_err(SendError::Store)?;
        for stored in &page.events {
            fold(&mut state, version, stored).map_err(SendError::Load)?;
            version = stored.version;
        }
        if page.is_last() {
            break;
        }
    }
    if version != found.version {
        return Err(SendError::Conflict { attempts: 1 });
    }
    let decided = dispatcher.decide_alone(state, version, job);
    let Decision {
        commit,
        kind,
        refusal,
    } = decided.map_err(|message| SendError::Panicked { message })?;
    if let Some(refusal) = refusal {
        return Err(refusal);
    }
    let position = match (kind, &dispatcher.core.inline) {
        (Kind::Check, _) => Ok(found.position),
        (Kind::Write, None) => store.append_within(transaction, &commit).await,
        (Kind::Write, Some(inline)) => {
            let folded = store.append_and_fold_within(transaction, &commit, &**inline);
            folded.await
        }
    };
    Ok(Done::Now(Committed {
        version: commit.version(),
        position: position.map_err(SendError::of_store)?,
        events: u32::try_from(commit.events.len()).unwrap_or(u32::MAX),
        duplicate: false,
        visible: true,
    }))
}

fn postgres(core: &Core) -> Result<&PostgresStore, StoreError> {
    let store: &dyn Any = &*core.store;
    store.downcast_ref().ok_or_else(|| {
        StoreError::failed(
            "the store of the app is not in a PostgreSQL database, which `within` needs",
        )
    })
}

/// Reads what is committed, on a connection of the store's own.
async fn load_beside<A: Aggregate>(
    core: &Core,
    stream: &StreamName,
) -> Result<(A, u64), SendError<A::Error>> {
    let (store, stream) = (Arc::clone(&core.store), stream.clone());
    let reading = core
        .runtime
        .spawn(async move { load::<A>(&*store, &stream).await });
    let read = reading
        .await
        .unwrap_or_else(|gone| Err(LoadError::Store(StoreError::unavailable(gone))));
    read.map_err(SendError::Load)
}
