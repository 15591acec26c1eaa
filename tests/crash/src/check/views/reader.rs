//! One who asks read models while they are folded.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gesta::store::Store;
use gesta::store::views::Which;
use tokio::task::JoinHandle;

use super::kept::{Given, Watched};
use crate::order::ACCOUNTS;
use crate::random::Random;
use crate::{Failure, database};

/// How long it waits between two questions.
const PAUSE: Duration = Duration::from_millis(4);
/// After so many documents it looks at all rows.
const DOCUMENTS: u64 = 12;

/// A reader that is at it.
pub(crate) struct Reader {
    done: Arc<AtomicBool>,
    task: JoinHandle<Result<Watched, Failure>>,
}

impl Reader {
    pub async fn start(address: String, random: Random) -> Result<Self, Failure> {
        let store = database::open_beside(&address).await?;
        let done = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(read(store, address, random, Arc::clone(&done)));
        Ok(Self { done, task })
    }

    /// What it has seen.
    pub async fn end(self) -> Result<Watched, Failure> {
        self.done.store(true, Ordering::SeqCst);
        self.task.await?
    }
}

async fn read(
    store: Arc<dyn Store>,
    address: String,
    mut random: Random,
    done: Arc<AtomicBool>,
) -> Result<Watched, Failure> {
    let mut watched = Watched::default();
    while !done.load(Ordering::SeqCst) {
        if random.one_in(DOCUMENTS) {
            // The server is away, perhaps.
            watched.shelves.extend(database::shelf(&address).await.ok());
        } else {
            watched.given.extend(ask(&*store, &mut random).await);
        }
        tokio::time::sleep(PAUSE).await;
    }
    store.close().await?;
    Ok(watched)
}

/// One document, through the store; none if no read model answers.
async fn ask(store: &dyn Store, random: &mut Random) -> Option<Given> {
    let account = random.below(u64::from(ACCOUNTS)).to_string();
    let (projection, key) = match random.below(4) {
        0 => ("Statement", account),
        1 => ("Sizes", "all".to_owned()),
        2 => ("Purse", account),
        _ => ("Balance", account),
    };
    let which = Which {
        projection: projection.to_owned(),
        version: 1,
    };
    let answered = store.views()?.view(&which, &key).await.ok()??;
    Some(Given {
        projection,
        key,
        position: answered.position,
        document: answered.answer,
    })
}
