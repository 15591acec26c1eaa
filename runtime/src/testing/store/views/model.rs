//! Calls of any kind, beside the store in memory.

use std::ops::{Bound, Range};
use std::sync::Arc;

use crate::store::MemoryStore;
use crate::store::views::{
    Control, Cursor, Declaration, Generation, IndexRange, ParkedEvent, Request, Stage, ViewBatch,
    ViewQuery, Which,
};

use super::super::Harness;
use super::super::model::random;
use super::super::subject::same;
use super::subject::{
    EVERYTHING, LONG, Views, batch, declaration, entry, fault, owner, parked, which,
};

/// One call of a plan. What the numbers mean depends on the call; any will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Which call it is.
    pub call: u8,
    /// Which generation, or which projection and version.
    pub of: u8,
    /// Which document.
    pub key: u8,
    /// What is written, or asked for.
    pub value: u8,
    /// How far the token or the position is off; 0 in most steps, so that most calls change something.
    pub off: u8,
}

/// The calls that a plan says, on two handles of a store in turn, have the answers that the store in memory gives, and
/// leave the same.
///
/// # Panics
/// If an answer, or what is left, differs.
pub async fn agrees_with_memory(harness: &impl Harness, plan: &[Step]) {
    let (here, log) = Views::fresh(harness).await;
    let there = Views::open(harness, &log).await;
    let model = Views(Arc::new(MemoryStore::new()));
    for (number, (step, store)) in plan
        .iter()
        .zip([&here, &there].into_iter().cycle())
        .enumerate()
    {
        // Both are asked the same, whatever the one has made of the calls before.
        let asked = Asked::of(&model, *step).await;
        let rule = format!("step {number}, {step:?}, has the answer of the store in memory");
        same(&rule, asked.call(store).await, asked.call(&model).await);
        let rule = format!("step {number}, {step:?}, leaves what it leaves in memory");
        same(&rule, store.generations().await, model.generations().await);
    }
    let rule = "all that is kept is what is kept in memory";
    same(rule, everything(&there).await, everything(&model).await);
}

/// A step, for what there is when it is made.
struct Asked {
    step: Step,
    /// The generation that it is of, and what a batch would write to it.
    kept: Option<(Generation, ViewBatch)>,
}

impl Asked {
    async fn of(model: &Views, step: Step) -> Self {
        let generations = model.generations().await;
        let place = usize::from(step.of) % generations.len().max(1);
        let kept = match generations.into_iter().nth(place) {
            Some(kept) => {
                let next = change(model, &kept, step).await;
                Some((kept, next))
            }
            None => None,
        };
        Self { step, kept }
    }

    /// Makes the call, and tells its answer.
    async fn call(&self, store: &Views) -> String {
        match &self.kept {
            Some((kept, next)) => call(store, self.step, kept, next).await,
            None => format!("{:?}", store.declare(&declared(self.step)).await),
        }
    }
}

async fn call(store: &Views, step: Step, kept: &Generation, next: &ViewBatch) -> String {
    let token = kept.token.saturating_sub(u64::from(step.off));
    let by = owner(u128::from(step.value % 2));
    match step.call % 20 {
        0 => format!("{:?}", store.declare(&declared(step)).await),
        1 => format!("{:?}", store.rebuild(&declared(step)).await),
        2 | 3 => format!("{:?}", store.claim(kept.id, by, LONG).await),
        4 => format!("{:?}", store.renew(kept.id, token, LONG).await),
        5 => format!("{:?}", store.release(kept.id, token).await),
        6 | 7 => {
            let finished = Generation {
                token,
                ..kept.clone()
            };
            format!("{:?}", store.finish(&finished).await)
        }
        8 => {
            let fault = fault(u64::from(step.value) + 1);
            let fault = step.key.is_multiple_of(2).then_some(&fault);
            format!("{:?}", store.set_fault(kept.id, token, fault).await)
        }
        9 => format!("{:?}", store.control(kept.id, control(step)).await),
        // How many steps that takes is the store's own business.
        10 if kept.stage == Stage::Dropped => {
            store.sweep_away(kept.id, 1 + u32::from(step.value)).await;
            String::new()
        }
        10 => format!("{:?}", store.sweep(kept.id, 9).await),
        11 => format!(
            "{:?}",
            store.request(kept.id, &key(step.key), request(step)).await
        ),
        12 => {
            let page = query(step);
            format!("{:?}", store.page(&asked(step), &page).await)
        }
        13 => {
            let range = (!step.value.is_multiple_of(4)).then(|| range(step));
            format!("{:?}", store.count(&asked(step), range.as_ref()).await)
        }
        14 => format!("{:?}", store.view(&asked(step), &key(step.key)).await),
        15 => {
            let key = key(step.key);
            let after = step
                .value
                .is_multiple_of(2)
                .then_some((key.as_str(), u64::from(step.value)));
            format!("{:?}", store.parked(kept.id, after, step.off.into()).await)
        }
        _ => format!("{:?}", store.write(next).await),
    }
}

fn projection(number: u8) -> &'static str {
    if number.is_multiple_of(2) {
        "Statement"
    } else {
        "Other"
    }
}

fn declared(step: Step) -> Declaration {
    declaration(projection(step.key), 1 + u32::from(step.value % 3))
}

fn asked(step: Step) -> Which {
    which(projection(step.of), 1 + u32::from(step.off % 4))
}

fn control(step: Step) -> Control {
    match step.value % 4 {
        0 => Control::Pause,
        1 => Control::Resume,
        _ => Control::Drop,
    }
}

fn request(step: Step) -> Request {
    match step.value {
        0..100 => Request::Retry,
        value => Request::Skip(u64::from(value % 4)),
    }
}

fn key(number: u8) -> String {
    let letters = ["a", "B", "\u{e4}", "'", "\"", "\\", "\u{1f642}", "a/b"];
    letters
        .iter()
        .cycle()
        .skip(number.into())
        .take(1 + usize::from(number % 3))
        .copied()
        .collect()
}

/// A document has the first of its bytes in one index, and its length in the other.
fn values(json: &str) -> [Vec<u8>; 2] {
    [
        json.bytes().skip(1).take(1).collect(),
        vec![u8::try_from(json.len()).unwrap_or(u8::MAX), 0],
    ]
}

/// Puts and takes away some documents with their entries, and parks and unparks some events.
async fn change(model: &Views, kept: &Generation, step: Step) -> ViewBatch {
    let from = kept.position.saturating_add((step.off / 2).into());
    let token = kept.token.saturating_sub((step.off % 2).into());
    let mut next = ViewBatch {
        token,
        from,
        ..batch(kept, from + u64::from(step.value % 3))
    };
    let keys: Vec<_> = (0..1 + step.value % 5)
        .map(|more| key(step.key.wrapping_add(more)))
        .collect();
    let before = model.documents(kept.id, &keys).await;
    let mut seen = Vec::new();
    for (number, (key, before)) in (0_u8..).zip(keys.into_iter().zip(before)) {
        if seen.contains(&key) {
            continue;
        }
        let old = before.iter().flat_map(|json| (0..).zip(values(json)));
        next.old_entries
            .extend(old.map(|(index, value)| entry(index, &value, &key)));
        if step.value.wrapping_add(number).is_multiple_of(4) {
            next.deletes.push(key.clone());
        } else {
            let json = format!("[{}]", 7_u32.pow(u32::from(step.value % 7)));
            let new = (0..).zip(values(&json));
            next.new_entries
                .extend(new.map(|(index, value)| entry(index, &value, &key)));
            next.upserts.push((key.clone(), json));
        }
        seen.push(key);
    }
    park(&mut next, step);
    next
}

fn park(next: &mut ViewBatch, step: Step) {
    let (key, position) = (key(step.key), u64::from(step.value % 4));
    match step.value % 5 {
        0 => next.parked.push(parked(&key, position, Some("no"))),
        1 => next.parked.push(ParkedEvent {
            attempts: step.value.into(),
            request: Some(request(step)),
            ..parked(&key, position, None)
        }),
        2 => next.unparked.push((key, position)),
        _ => {}
    }
}

fn range(step: Step) -> IndexRange {
    let bound = |kind: u8, value: u8| match kind % 3 {
        0 => Bound::Unbounded,
        1 => Bound::Included(vec![value % 24]),
        _ => Bound::Excluded(vec![value % 24, 0]),
    };
    IndexRange {
        index: u32::from(step.value % 2),
        from: bound(step.value / 2, step.key),
        to: bound(step.value / 6, step.key.wrapping_add(step.value)),
    }
}

fn query(step: Step) -> ViewQuery {
    let ranged = !step.value.is_multiple_of(3);
    let after = Cursor {
        value: if ranged {
            vec![step.key % 24, 0]
        } else {
            Vec::new()
        },
        key: key(step.value),
    };
    ViewQuery {
        range: ranged.then(|| range(step)),
        after: step.value.is_multiple_of(2).then_some(after),
        reverse: step.key.is_multiple_of(2),
        limit: u32::from(step.key % 5),
    }
}

/// All that can be read.
async fn everything(store: &Views) -> Vec<String> {
    let mut all = Vec::new();
    let keys: Vec<_> = (0..24).map(key).collect();
    for kept in store.generations().await {
        let documents = store.documents(kept.id, &keys).await;
        let parked = store.parked(kept.id, None, u32::MAX).await;
        all.push(format!("{kept:?} {documents:?} {parked:?}"));
    }
    for projection in ["Statement", "Other"] {
        for version in 1..4 {
            let which = which(projection, version);
            let mut queries = vec![EVERYTHING];
            queries.extend((0..2).map(|index| ViewQuery {
                range: Some(super::subject::range(
                    index,
                    Bound::Unbounded,
                    Bound::Unbounded,
                )),
                ..EVERYTHING
            }));
            for query in queries {
                all.push(format!("{:?}", store.page(&which, &query).await));
            }
        }
    }
    all
}

/// What [`agrees_with_memory`] says, for a random plan from each of these seeds.
///
/// # Panics
/// If the store and the one in memory differ.
pub async fn random_calls_agree_with_memory(harness: &impl Harness, seeds: Range<u64>) {
    for seed in seeds {
        let mut below = random(seed);
        let mut plan = Vec::new();
        for _ in 0..150 {
            plan.push(Step {
                call: below(256),
                of: below(8),
                key: below(24),
                value: below(256),
                off: if below(4) > 0 { 0 } else { below(4) },
            });
        }
        agrees_with_memory(harness, &plan).await;
    }
}
