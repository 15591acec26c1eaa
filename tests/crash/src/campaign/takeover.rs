//! What a stopped process held is taken over by the other one, and how soon.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gesta::store::Store;
use gesta::store::views::{Generation, Stage};
use tokio::task::JoinHandle;
use tokio::time::sleep;
use uuid::Uuid;

use super::run::Run;
use crate::report::Takeover;
use crate::{Failure, database};

/// What is not taken over in this time, is not.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(2);
/// Appends write it, whoever holds it.
const INLINE: &str = "Balance";

/// A look at who holds what.
pub(super) struct Holders {
    store: Arc<dyn Store>,
    /// The name of the process that was alone at first.
    first: Option<Uuid>,
}

impl Holders {
    /// Finds out what the one process that runs calls itself. It has all leases soon.
    pub(super) fn find(run: &Run<'_>, address: &str) -> Result<Self, Failure> {
        run.runtime.block_on(async {
            let store = database::open_beside(address).await?;
            let start = Instant::now();
            loop {
                let live = live(&*store).await?;
                let mut owners = live.iter().map(|each| each.owner);
                let first = owners.next().flatten();
                if first.is_some() && owners.all(|owner| owner == first) {
                    return Ok(Self { store, first });
                }
                if start.elapsed() > PATIENCE {
                    return Err(format!("nobody holds all of {live:?}").into());
                }
                sleep(POLL).await;
            }
        })
    }

    /// Whether the first process holds more than the other, or the other more than the first.
    pub(super) fn holds_most(&self, run: &Run<'_>, is_first: bool) -> Result<bool, Failure> {
        let live = run.runtime.block_on(live(&*self.store))?;
        let owned = live.iter().filter(|each| each.owner.is_some());
        let (all, own) = owned.fold((0, 0), |(all, own), each| {
            let is_own = (each.owner == self.first) == is_first;
            (all + 1, own + u32::from(is_own))
        });
        Ok(2 * own > all)
    }

    /// Watches what the first process holds, or the other, from now on: it stands still.
    pub(super) fn watch(
        &self,
        run: &Run<'_>,
        is_first: bool,
    ) -> JoinHandle<Result<Taken, Failure>> {
        let (store, first, since) = (Arc::clone(&self.store), self.first, Instant::now());
        run.runtime.spawn(async move {
            let mut held = live(&*store).await?;
            held.retain(|each| {
                let (owner, name) = (each.owner, &each.declaration.projection);
                owner.is_some() && (owner == first) == is_first && name != INLINE
            });
            watch(&*store, held, since).await
        })
    }

    pub(super) fn close(self, run: &Run<'_>) -> Result<(), Failure> {
        Ok(run.runtime.block_on(self.store.close())?)
    }
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// How long it took, for each read model that was taken over.
    pub after: Vec<Takeover>,
    /// Those that nobody took over.
    pub left: Vec<Generation>,
}

async fn live(store: &dyn Store) -> Result<Vec<Generation>, Failure> {
    let views = store.views().ok_or("a store without read models")?;
    let mut all = views.generations().await?;
    all.retain(|each| each.stage != Stage::Dropped);
    Ok(all)
}

async fn watch(
    store: &dyn Store,
    mut held: Vec<Generation>,
    since: Instant,
) -> Result<Taken, Failure> {
    let mut taken = Taken::default();
    let mut claimed = HashMap::new();
    while !held.is_empty() && since.elapsed() < PATIENCE {
        sleep(POLL).await;
        let live = live(store).await?;
        let after = since.elapsed();
        held.retain(|before| {
            // One that was replaced by a rebuild is nobody's.
            let Some(now) = live.iter().find(|each| each.id == before.id) else {
                return false;
            };
            if now.token == before.token {
                return true;
            }
            let claimed = *claimed.entry(before.id).or_insert(after);
            let is_written = now.position > before.position;
            if is_written {
                let written = after;
                taken.after.push(Takeover { claimed, written });
            }
            !is_written
        });
    }
    taken.left = held;
    Ok(taken)
}
