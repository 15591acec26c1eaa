//! What is being sent here, and not answered yet.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use crate::saga::event::{Asks, Part};
use crate::saga::progress::{Pending, Progress};

type Attempt = (Part, u32);

/// All that is under way of the sagas of one type, by the ids of the sagas.
#[derive(Default)]
pub(crate) struct Flights(Mutex<HashMap<String, BTreeMap<Attempt, Flight>>>);

struct Flight {
    /// What runs here can be called off; a command is with its aggregate.
    is_effect: bool,
    off: Arc<Notify>,
    landed: watch::Receiver<()>,
}

impl Flight {
    fn call_off(&self) -> Option<watch::Receiver<()>> {
        self.is_effect.then(|| {
            self.off.notify_one();
            self.landed.clone()
        })
    }
}

impl Flights {
    /// Takes note of an attempt, unless it is under way already.
    pub(super) fn begin(
        self: &Arc<Self>,
        id: &str,
        part: &Part,
        pending: &Pending,
    ) -> Option<Begun> {
        let attempt = (part.clone(), pending.attempt);
        let mut all = self.all();
        let of_saga = all.entry(id.to_owned()).or_default();
        if of_saga.contains_key(&attempt) {
            return None;
        }
        let (off, (landing, landed)) = (Arc::default(), watch::channel(()));
        let flight = Flight {
            is_effect: matches!(pending.to, Asks::Effect),
            off: Arc::clone(&off),
            landed,
        };
        of_saga.insert(attempt.clone(), flight);
        Some(Begun {
            flights: Arc::clone(self),
            id: id.to_owned(),
            attempt,
            off,
            landing: Some(landing),
        })
    }

    /// Calls off the effects that the saga does not wait for. Once this returns, nothing of them runs.
    pub(super) async fn call_off(&self, id: &str, progress: &Progress) {
        let landing = self.all().get(id).map(|of_saga| {
            let flights = of_saga.iter();
            let off = flights.filter(|((part, attempt), _)| !progress.awaits(part, *attempt));
            off.filter_map(|(_, flight)| flight.call_off()).collect()
        });
        all_landed(landing.unwrap_or_default()).await;
    }

    /// Calls off all effects. Once this returns, nothing of them runs.
    pub(crate) async fn call_off_all(&self) {
        let landing = {
            let all = self.all();
            let flights = all.values().flat_map(BTreeMap::values);
            flights.filter_map(Flight::call_off).collect()
        };
        all_landed(landing).await;
    }

    /// The sagas of which something is under way.
    pub(super) fn sagas(&self) -> HashSet<String> {
        self.all().keys().cloned().collect()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, BTreeMap<Attempt, Flight>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn all_landed(landing: Vec<watch::Receiver<()>>) {
    for mut landed in landing {
        // Nothing is ever said: the sender is gone once the effect is.
        let _ = landed.changed().await;
    }
}

/// An attempt that is under way until this is dropped.
pub(super) struct Begun {
    flights: Arc<Flights>,
    id: String,
    attempt: Attempt,
    off: Arc<Notify>,
    /// Gone once nothing of it runs.
    landing: Option<watch::Sender<()>>,
}

impl Begun {
    /// Waits until it is called off.
    pub(super) async fn called_off(&self) {
        self.off.notified().await;
    }

    /// There is an answer, and nothing runs any more.
    pub(super) fn land(&mut self) {
        self.landing = None;
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        let mut all = self.flights.all();
        if let Some(of_saga) = all.get_mut(&self.id) {
            of_saga.remove(&self.attempt);
            if of_saga.is_empty() {
                all.remove(&self.id);
            }
        }
    }
}
