//! Holding a generation.

use std::sync::Arc;

use tokio::sync::{oneshot, watch};
use tokio::time::Instant;

use super::shared::Shared;
use super::shelter::sheltered;
use crate::store::StoreError;
use crate::store::views::Generation;

/// The lease of a generation, renewed for as long as this lives.
pub(crate) struct Lease {
    /// What the store says of it; `None` once it is lost.
    pub(crate) seen: watch::Receiver<Option<Generation>>,
    tell: watch::Sender<Option<Generation>>,
    _end: oneshot::Sender<()>,
}

impl Lease {
    pub(crate) fn keep(shared: &Arc<Shared>, claimed: &Generation) -> Self {
        let (tell, seen) = watch::channel(Some(claimed.clone()));
        let (end, ended) = oneshot::channel();
        let (keeper, generation, token) = (Arc::clone(shared), claimed.id, claimed.token);
        let teller = tell.clone();
        shared.runtime.spawn(async move {
            renew(&keeper, generation, token, teller, ended).await;
        });
        let _end = end;
        Self { seen, tell, _end }
    }

    /// Takes note of what its owner has changed.
    pub(crate) fn expect(&self, state: &Generation) {
        self.tell.send_if_modified(|told| {
            if let Some(told) = told {
                told.clone_from(state);
            }
            false
        });
    }

    /// Waits until the store says something else of it, or it is lost.
    pub(crate) async fn changed(&mut self) {
        let _ = self.seen.changed().await;
    }
}

/// Renews it three times in the time that it lasts, and whenever something was changed here.
async fn renew(
    shared: &Shared,
    generation: u64,
    token: u64,
    tell: watch::Sender<Option<Generation>>,
    mut ended: oneshot::Receiver<()>,
) {
    let mut nudges = shared.nudges();
    let mut runs_out = Instant::now() + shared.lease;
    loop {
        tokio::select! {
            _ = &mut ended => return,
            () = tokio::time::sleep(shared.lease / 3) => {}
            Ok(()) = nudges.changed() => {}
        }
        let asked = Instant::now();
        let renewing = async {
            Ok::<_, StoreError>(
                shared
                    .views()?
                    .renew(generation, token, shared.lease)
                    .await?,
            )
        };
        let renewed = sheltered(renewing).await;
        match renewed {
            Ok(Some(seen)) => {
                runs_out = asked + shared.lease;
                let seen = Some(seen);
                tell.send_if_modified(|told| {
                    let is_new = differs(told.as_ref(), seen.as_ref());
                    told.clone_from(&seen);
                    is_new
                });
            }
            Err(error) if Instant::now() < runs_out => {
                tracing::debug!(%error, generation, "the lease of a projection is not renewed");
            }
            _ => {
                tell.send_replace(None);
                return;
            }
        }
    }
}

/// Whether something changed that is not its owner's doing.
fn differs(one: Option<&Generation>, other: Option<&Generation>) -> bool {
    let of = |seen: &Generation| (seen.paused, seen.stage, seen.fault.is_some());
    one.map(of) != other.map(of)
}
