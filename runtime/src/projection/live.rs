//! Documents that nobody keeps: they are folded when somebody asks.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Document, ProjectionRoot};
use crate::source::Subscriptions;

/// What the documents that were asked for last may take.
const KEPT_BYTES: usize = 16 << 20;

/// A document at a version of its stream, as JSON: `None` if there is none.
#[derive(Clone)]
pub(crate) struct Folded {
    pub(crate) version: u64,
    pub(crate) json: Option<Arc<str>>,
}

/// What live projections keep in memory, so that only new events are folded.
#[derive(Default)]
pub(crate) struct Live(Mutex<State>);

#[derive(Default)]
struct State {
    subscriptions: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
    young: HashMap<(TypeId, String), Folded>,
    old: HashMap<(TypeId, String), Folded>,
    bytes: usize,
}

impl Live {
    pub(crate) fn subscriptions<P: ProjectionRoot>(&self) -> Arc<Subscriptions<P>> {
        let mut state = self.state();
        let made = state.subscriptions.entry(TypeId::of::<P>());
        let made = made.or_insert_with(|| {
            let mut subscriptions = Subscriptions::<P>::default();
            P::subscribe(&mut subscriptions);
            Arc::new(subscriptions)
        });
        Arc::clone(made).downcast().unwrap_or_default()
    }

    pub(crate) fn get<P: Document>(&self, key: &str) -> Option<Folded> {
        let mut state = self.state();
        let key = (TypeId::of::<P>(), key.to_owned());
        if let Some(found) = state.old.remove(&key) {
            state.put(key, found.clone());
            return Some(found);
        }
        state.young.get(&key).cloned()
    }

    pub(crate) fn put<P: Document>(&self, key: &str, folded: Folded) {
        self.state()
            .put((TypeId::of::<P>(), key.to_owned()), folded);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn put(&mut self, key: (TypeId, String), folded: Folded) {
        self.bytes += folded.json.as_ref().map_or(0, |json| json.len()) + key.1.len() + 128;
        self.young.insert(key, folded);
        if self.bytes > KEPT_BYTES {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
    }
}
