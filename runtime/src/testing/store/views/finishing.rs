//! The switch from one generation to the next.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::task::JoinHandle;

use crate::store::views::{Answered, Generation, Stage, ViewBatch};

use super::super::Harness;
use super::super::subject::{broken, holds, same};
use super::subject::{EVERYTHING, Views, batch, declaration, documents, which};

/// Finishing makes a generation the one that answers, and drops the one that was; not if it is behind.
///
/// # Panics
/// If the store breaks this.
pub async fn a_generation_is_finished_once(harness: &impl Harness) {
    let (here, log) = Views::fresh(harness).await;
    let there = Views::open(harness, &log).await;
    let mut first = here.held("Statement", 1).await;
    here.move_to(&mut first, 5).await;
    same(
        "what is not there is not finished",
        here.finish(&absent()).await,
        false,
    );
    here.make_ready(&first).await;
    same(
        "what is ready is not finished",
        here.finish(&first).await,
        false,
    );
    let built = there.rebuild(&declaration("Statement", 1)).await;
    let mut built = there.hold(built.id).await;
    let older = Generation {
        token: 0,
        ..built.clone()
    };
    same(
        "an older token finishes nothing",
        there.finish(&older).await,
        false,
    );
    for behind in [0, 4] {
        if behind > 0 {
            there.move_to(&mut built, behind).await;
        }
        same(
            "what is behind is not finished",
            there.finish(&built).await,
            false,
        );
        same(
            "then nothing changes",
            stages(&here).await,
            [Stage::Ready, Stage::Building],
        );
    }
    let other = here.held("Statement", 2).await;
    here.make_ready(&other).await;
    let named_alike = here.held("statement", 1).await;
    here.make_ready(&named_alike).await;
    there.move_to(&mut built, 5).await;
    there.make_ready(&built).await;
    let wanted = [Stage::Dropped, Stage::Ready, Stage::Ready, Stage::Ready];
    let rule = "finishing drops what was ready of the same projection and version, and no other";
    same(rule, stages(&here).await, wanted);
    same(
        "the other is given up",
        here.generation(first.id).await.owner,
        None,
    );
    let kept = there.generation(built.id).await;
    let still = (kept.owner, kept.token, kept.position);
    same(
        "who finishes it holds it still",
        still,
        (built.owner, built.token, 5),
    );
    same(
        "what was replaced takes no batch",
        here.write(&batch(&first, 6)).await,
        false,
    );
    there.move_to(&mut built, 6).await;
}

fn absent() -> Generation {
    Generation {
        id: 77,
        declaration: declaration("Statement", 1),
        stage: Stage::Building,
        paused: false,
        position: 0,
        token: 0,
        owner: None,
        fault: None,
    }
}

async fn stages<const N: usize>(store: &Views) -> [Stage; N] {
    let generations = store.generations().await;
    let stages: Vec<_> = generations
        .iter()
        .map(|generation| generation.stage)
        .collect();
    let count = stages.len();
    let rule = "there are as many generations as were made";
    same(rule, count, N);
    stages.try_into().unwrap_or([Stage::Building; N])
}

const ROUNDS: u64 = 25;
const KEYS: u64 = 20;

/// Who asks while one generation takes the place of another is answered from the one or from the other.
///
/// # Panics
/// If the store breaks this.
pub async fn readers_see_the_old_or_the_new(harness: &impl Harness) {
    let (writer, log) = Views::fresh(harness).await;
    let first = writer.declare(&declaration("Statement", 1)).await;
    build(&writer, first.id).await;
    let mut readers = Vec::new();
    for _ in 0..2 {
        readers.push(Reader::start(Views::open(harness, &log).await));
    }
    for _ in 0..ROUNDS {
        let built = writer.rebuild(&declaration("Statement", 1)).await;
        build(&writer, built.id).await;
        writer.sweep_away(built.id - 1, 7).await;
        for reader in &readers {
            reader.has_read_on().await;
        }
    }
    for reader in readers {
        reader.end().await;
    }
}

struct Reader {
    ended: Arc<AtomicBool>,
    reads: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Reader {
    fn start(store: Views) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let reads = Arc::new(AtomicU64::new(0));
        let task = tokio::spawn(read(store, Arc::clone(&ended), Arc::clone(&reads)));
        Self { ended, reads, task }
    }

    async fn has_read_on(&self) {
        let before = self.reads.load(Ordering::Acquire);
        while self.reads.load(Ordering::Acquire) == before && !self.task.is_finished() {
            tokio::task::yield_now().await;
        }
    }

    async fn end(self) {
        self.ended.store(true, Ordering::Release);
        let read = self.task.await.is_ok();
        holds(
            "readers beside a rebuild are answered as they should be",
            read,
        );
    }
}

/// Builds it in two batches. A document says which generation it is of, and where that stands.
async fn build(store: &Views, id: u64) {
    let mut held = store.hold(id).await;
    for position in [1, 2] {
        let all = (0..KEYS).map(|key| (format!("{key:02}"), document(id, position)));
        let next = ViewBatch {
            upserts: documents(all),
            ..batch(&held, position)
        };
        store.fold(&mut held, next).await;
    }
    store.make_ready(&held).await;
}

fn document(generation: u64, position: u64) -> String {
    format!("[{generation},{position}]")
}

async fn read(store: Views, ended: Arc<AtomicBool>, reads: Arc<AtomicU64>) {
    let which = which("Statement", 1);
    let mut last = 0;
    while !ended.load(Ordering::Acquire) {
        let rule = "there is an answer at every moment";
        let found = answered(rule, store.view(&which, "07").await);
        let rule = "the answer is never from an older generation";
        holds(rule, found.generation >= last);
        last = found.generation;
        let wanted = document(found.generation, found.position);
        let rule = "a document, its generation and the position are of one moment";
        same(rule, found.answer, Some(wanted));
        let rule = "there is a page at every moment";
        let found = answered(rule, store.page(&which, &EVERYTHING).await);
        let wanted = document(found.generation, found.position);
        let documents = found.answer.documents.iter();
        let whole = documents.filter(|(_, json)| *json == wanted).count();
        same("a page is whole, and of one moment", whole as u64, KEYS);
        let count = store.count(&which, None).await.map(|found| found.answer);
        same("a count is whole", count, Some(KEYS));
        reads.fetch_add(1, Ordering::AcqRel);
        tokio::task::yield_now().await;
    }
}

fn answered<T>(rule: &str, found: Option<Answered<T>>) -> Answered<T> {
    match found {
        Some(found) => found,
        None => broken(rule),
    }
}
