//! What the methods of a saga may know besides its state.

use std::any::{Any, TypeId, type_name};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use super::event::Part;
use super::key::effect_key;
use crate::aggregate::AggregateId;
use crate::time::Timestamp;

/// What a method of a saga may know besides the saga's state: its id, the time, what effects gave.
#[derive(Debug, Clone)]
pub struct SagaContext {
    pub(crate) saga: &'static str,
    pub(crate) id: String,
    pub(crate) time: Timestamp,
    pub(crate) attempt: u32,
    pub(crate) correlation: Option<String>,
    pub(crate) actor: Option<String>,
    /// By the name of the step, its JSON.
    pub(crate) results: BTreeMap<String, String>,
    /// The names that renamed steps had first, by those of today.
    pub(crate) named: BTreeMap<String, String>,
}

impl SagaContext {
    /// The id of the saga: what its events are correlated by.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The id of the saga, as the id of an aggregate.
    ///
    /// # Errors
    /// [`InvalidSagaId`] if the text is not one.
    pub fn id_as<Id: AggregateId>(&self) -> Result<Id, InvalidSagaId> {
        self.id.parse().map_err(|_| InvalidSagaId {
            id: self.id.clone(),
            wanted: type_name::<Id>(),
        })
    }

    /// The time at which the saga decides, by the app's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.time
    }

    /// Which attempt of the step this is: 1, 2, 3.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// What larger piece of work the saga belongs to: that of the event that started it.
    #[must_use]
    pub fn correlation(&self) -> Option<&str> {
        self.correlation.as_deref()
    }

    /// Who sent the command that the saga was started by.
    #[must_use]
    pub fn actor(&self) -> Option<&str> {
        self.actor.as_deref()
    }

    /// What the effect of a step gave.
    ///
    /// # Errors
    /// [`NoResult`] if that step is not done, is no effect, or gave something else.
    pub fn result<T: DeserializeOwned>(&self, step: &str) -> Result<T, NoResult> {
        let missing = || NoResult {
            step: step.to_owned(),
            source: None,
        };
        let json = self.results.get(step).ok_or_else(missing)?;
        serde_json::from_str(json).map_err(|source| NoResult {
            step: step.to_owned(),
            source: Some(source),
        })
    }

    /// The key under which the outside knows the effect of a step: the
    /// [`idempotency_key`](EffectContext::idempotency_key) that the effect itself was given, or would be.
    ///
    /// It is known before the effect is done, and where nobody knows whether it is: an undo of a step whose time was up asks
    /// the outside under this key. The step is named as it is today; of a name that is no effect's, the key is nobody's.
    #[must_use]
    pub fn effect_key(&self, step: &str) -> Uuid {
        let first = self.named.get(step).map_or(step, String::as_str);
        effect_key(self.saga, &self.id, &Part::Step(first.to_owned()))
    }
}

/// The id of a saga is not that of such an aggregate. Correlate the saga by an id of it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the id of the saga, `{id}`, is no `{wanted}`")]
pub struct InvalidSagaId {
    id: String,
    wanted: &'static str,
}

/// A step gave no such result. Ask for that of an effect that is done before.
#[derive(Debug, Error)]
#[error("the step `{step}` has given no such result")]
pub struct NoResult {
    step: String,
    source: Option<serde_json::Error>,
}

/// Why a saga is being undone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub(crate) step: String,
    pub(crate) message: String,
    pub(crate) is_timeout: bool,
}

impl Failure {
    /// The step that failed.
    #[must_use]
    pub fn step(&self) -> &str {
        &self.step
    }

    /// What was said: the refusal of the aggregate, the error of the effect, or that it took too long.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether the step took too long.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.is_timeout
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.step, self.message)
    }
}

/// What an effect may use: the app's resources, and a key under which the outside knows it again.
#[derive(Clone)]
pub struct EffectContext {
    pub(crate) saga: SagaContext,
    pub(crate) key: Uuid,
    pub(crate) resources: Arc<Resources>,
}

/// What [`AppBuilder::resource`](crate::AppBuilder::resource) was given, by its type.
pub(crate) type Resources = HashMap<TypeId, Box<dyn Any + Send + Sync>>;

impl EffectContext {
    /// The same for each run of this step of this saga, whatever crashes between: give it to the outside, which then does
    /// it once.
    #[must_use]
    pub fn idempotency_key(&self) -> Uuid {
        self.key
    }

    /// What the app was given with [`AppBuilder::resource`](crate::AppBuilder::resource): a client, a pool.
    ///
    /// # Errors
    /// [`NoSuchResource`] if it was given none of this type.
    pub fn resource<T: Send + Sync + 'static>(&self) -> Result<&T, NoSuchResource> {
        let found = self.resources.get(&TypeId::of::<T>());
        found
            .and_then(|found| found.downcast_ref())
            .ok_or(NoSuchResource {
                wanted: type_name::<T>(),
            })
    }

    /// The context of the saga.
    #[must_use]
    pub fn saga(&self) -> &SagaContext {
        &self.saga
    }
}

impl fmt::Debug for EffectContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EffectContext")
            .field("saga", &self.saga)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// The app has no such resource. Call `.resource(..)` on the builder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the app has no `{wanted}`: call `.resource(..)` before `start()`")]
pub struct NoSuchResource {
    wanted: &'static str,
}
