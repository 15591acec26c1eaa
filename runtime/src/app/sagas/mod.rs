//! Looking after sagas: which there are, where they stand, and what people ask of them.

mod handle;
mod query;

use std::fmt::Display;

pub use handle::{SagaHandle, SagaMoment};
pub use query::{SagaCursor, SagaPage, SagaQuery};

use super::App;
use crate::saga::{Progress, Saga, SagaStatus};
use crate::time::Timestamp;

/// Where a saga stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SagaSummary {
    /// The name of the saga.
    pub saga: String,
    /// Its id.
    pub id: String,
    /// What it is doing.
    pub status: SagaStatus,
    /// When it was started.
    pub started: Timestamp,
    /// The version of the code that started it.
    pub version: u32,
    /// What it is stuck at, or else the steps that are under way, in no order. By these names they are
    /// [skipped](SagaHandle::skip).
    pub at: Vec<String>,
    /// The steps that are done, in the order in which they were.
    pub done: Vec<String>,
    /// When something is due.
    pub due: Option<Timestamp>,
    /// Why it is stuck, or is or was undone.
    pub error: Option<String>,
}

impl SagaSummary {
    fn new(saga: &str, id: String, progress: &Progress) -> Self {
        let stuck = progress.stuck.as_ref();
        let stuck = stuck.map(|stuck| format!("{}: {}", stuck.part, stuck.error));
        let failure = || progress.failure.as_ref().map(ToString::to_string);
        Self {
            saga: saga.to_owned(),
            id,
            status: progress.status(),
            started: progress.started,
            version: progress.version,
            at: progress.at(),
            done: progress.done.iter().map(|done| done.step.clone()).collect(),
            due: progress.due(),
            error: stuck.or_else(failure),
        }
    }
}

impl App {
    /// One saga, to be looked at, or helped on.
    pub fn saga<S: Saga>(&self, id: impl Display) -> SagaHandle<S> {
        SagaHandle::new(&self.core, self.sagas.engine::<S>(), id.to_string())
    }

    /// The sagas of this app: await it, or say which before.
    ///
    /// They are found in a read model, which may be some milliseconds behind the sagas.
    ///
    /// ```
    /// # use gesta::{App, SagaStatus};
    /// # async fn example(bank: &App) -> Result<(), gesta::SagaError> {
    /// for stuck in bank.sagas().status(SagaStatus::Stuck).await? {
    ///     println!("{} {}: {:?}", stuck.saga, stuck.id, stuck.error);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn sagas(&self) -> SagaQuery {
        SagaQuery::new(&self.core, &self.sagas)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use serde::{Deserialize, Serialize};
    use uuid::Uuid;

    use super::*;
    use crate::saga::{Asks, Graph, IntoEffect, Part, Pending, SagaRoot, Step, Trigger};
    use crate::source::{Subscriber, Subscriptions};

    #[derive(Serialize, Deserialize)]
    struct Charge {}

    impl Subscriber for Charge {
        type Handler = Trigger<Self>;
    }

    impl SagaRoot for Charge {
        const NAME: &'static str = "Charge";
    }

    #[derive(Default)]
    struct Till(AtomicBool);

    impl Saga for Charge {
        fn graph() -> Graph<Self> {
            Graph::new().step(Step::effect("charge", |_, ctx| {
                Box::pin(async move {
                    ctx.resource::<Arc<Till>>()?
                        .0
                        .store(true, Ordering::Release);
                    Ok::<_, std::io::Error>(()).into_effect()
                })
            }))
        }

        fn subscribe(_: &mut Subscriptions<Self>) {}
    }

    #[tokio::test]
    async fn who_knows_less_than_the_saga_begins_no_effect() {
        let till = Arc::new(Till::default());
        let app = App::builder().store("memory:").saga::<Charge>();
        let app = app.resource(Arc::clone(&till)).start().await.unwrap();
        let engine = app.sagas.engine::<Charge>().unwrap();
        let mut outdated = Progress {
            state: serde_json::value::to_raw_value(&Charge {}).ok(),
            ..Progress::default()
        };
        let pending = Pending {
            attempt: 1,
            to: Asks::Effect,
            due: None,
            commit: Uuid::nil(),
            again: None,
        };
        outdated
            .pending
            .insert(Part::Step("charge".into()), pending);
        engine.drive("s", outdated).await;
        assert!(!till.0.load(Ordering::Acquire));
        app.shutdown().await.unwrap();
    }
}
