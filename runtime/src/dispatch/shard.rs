//! Some of the aggregates of one type that are in memory, least recently used first.

use hashlink::LinkedHashMap;

use super::entity::Entity;
use crate::aggregate::Aggregate;
use crate::store::StreamName;

/// How many aggregates are looked at, from the least recently used, to find one that may go.
const LOOK_AT: usize = 16;

/// Aggregates by stream, in the order of their last use.
pub(crate) struct Shard<A: Aggregate> {
    entities: LinkedHashMap<StreamName, Entity<A>>,
    capacity: usize,
}

impl<A: Aggregate> Shard<A> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            entities: LinkedHashMap::new(),
            capacity: capacity.max(1),
        }
    }

    /// The aggregate of this stream, which is now the most recently used.
    pub(crate) fn touch(&mut self, stream: &StreamName) -> Option<&mut Entity<A>> {
        self.entities.to_back(stream)
    }

    pub(crate) fn get(&mut self, stream: &StreamName) -> Option<&mut Entity<A>> {
        self.entities.get_mut(stream)
    }

    pub(crate) fn remove(&mut self, stream: &StreamName) -> Option<Entity<A>> {
        self.entities.remove(stream)
    }

    /// Takes an aggregate in, and lets those go for which there is no room.
    ///
    /// One that commands wait for stays, so there may be more than the capacity for as long as that lasts.
    pub(crate) fn insert(&mut self, entity: Entity<A>) {
        while self.entities.len() >= self.capacity {
            let mut oldest = self.entities.iter().take(LOOK_AT);
            let Some(stream) =
                oldest.find_map(|(stream, entity)| entity.is_idle().then(|| stream.clone()))
            else {
                break;
            };
            self.entities.remove(&stream);
        }
        self.entities.insert(entity.stream.clone(), entity);
    }
}
