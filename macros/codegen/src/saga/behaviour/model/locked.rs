//! The steps at which, by the lock, sagas may stand.

use std::collections::BTreeSet;

use super::Behaviour;
use crate::lock::Locked;

/// A step that the lock holds.
pub(crate) struct LockedStep {
    pub(crate) saga: String,
    pub(crate) version: u32,
    pub(crate) step: String,
}

impl Behaviour {
    /// The locked steps that have no name here, nor had, of all sagas: which one this is, only the struct says.
    pub(crate) fn steps_of_others(&self) -> Vec<LockedStep> {
        let Some(lock) = self.locked.as_ref().and_then(Locked::lock) else {
            return Vec::new();
        };
        let known = self.known_steps();
        let mut others = Vec::new();
        for (name, saga) in &lock.sagas {
            others.extend(saga.steps.difference(&known).map(|step| LockedStep {
                saga: name.clone(),
                version: saga.version,
                step: step.clone(),
            }));
        }
        others
    }

    /// The names of the steps, with those that they had before.
    fn known_steps(&self) -> BTreeSet<String> {
        let steps = self.steps();
        let names = steps.flat_map(|(method, step)| {
            let was = step.keys.was.iter().map(syn::LitStr::value);
            was.chain([method.name()])
        });
        names.collect()
    }
}
