//! The dispatchers of an app.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::Arc;

use super::{Core, Dispatcher};
use crate::aggregate::Aggregate;

/// One dispatcher for each type of aggregate.
#[derive(Default)]
pub(crate) struct Dispatchers(HashMap<TypeId, Box<dyn Any + Send + Sync>>);

impl Dispatchers {
    /// Adds that of an aggregate; there is no second one for the same.
    pub(crate) fn add<A: Aggregate>(&mut self, core: &Arc<Core>) {
        let dispatcher = || Box::new(Arc::new(Dispatcher::<A>::new(Arc::clone(core)))) as _;
        self.0.entry(TypeId::of::<A>()).or_insert_with(dispatcher);
    }

    pub(crate) fn of<A: Aggregate>(&self) -> Option<Arc<Dispatcher<A>>> {
        let dispatcher = self.0.get(&TypeId::of::<A>())?;
        dispatcher
            .downcast_ref::<Arc<Dispatcher<A>>>()
            .map(Arc::clone)
    }
}
