//! What people want of generations.

use crate::store::views::{Control, Fault, Stage};

use super::super::Harness;
use super::super::subject::{holds, same};
use super::subject::{LONG, Views, batch, fault, owner};

/// Pause, resume and drop do what they say, where they fit.
///
/// # Panics
/// If the store breaks this.
pub async fn people_control_generations(harness: &impl Harness) {
    let (here, log) = Views::fresh(harness).await;
    let there = Views::open(harness, &log).await;
    let mut held = here.held("Statement", 1).await;
    let standing = |paused, fault: Option<Fault>| (paused, fault);
    let read = || async {
        let generation = there.generation(1).await;
        standing(generation.paused, generation.fault)
    };
    for control in [Control::Pause, Control::Pause] {
        holds(
            "what is being built may be paused",
            there.control(1, control).await,
        );
        same("a pause is seen", read().await, standing(true, None));
    }
    let rule = "a pause keeps nobody from writing what was read before";
    here.move_to(&mut held, 3).await;
    same(rule, there.generation(1).await.position, 3);
    holds(
        "a fault is set",
        here.set_fault(1, 1, Some(&fault(4))).await,
    );
    same(
        "a fault is seen",
        read().await,
        standing(true, Some(fault(4))),
    );
    holds(
        "a fault is replaced",
        here.set_fault(1, 1, Some(&fault(u64::from(u32::MAX))))
            .await,
    );
    let other = Some(fault(u64::from(u32::MAX)));
    same("a fault is replaced", read().await, standing(true, other));
    holds("a fault is cleared", here.set_fault(1, 1, None).await);
    same("a fault is cleared", read().await, standing(true, None));
    here.set_fault(1, 1, Some(&fault(4))).await;
    holds(
        "what stands may go on",
        there.control(1, Control::Resume).await,
    );
    same(
        "going on ends pause and fault",
        read().await,
        standing(false, None),
    );
    holds(
        "what goes on may go on",
        there.control(1, Control::Resume).await,
    );
    here.make_ready(&held).await;
    holds(
        "what is ready may be paused",
        there.control(1, Control::Pause).await,
    );
    holds(
        "what is ready may go on",
        there.control(1, Control::Resume).await,
    );
    only_what_nobody_needs_is_dropped(&here).await;
    for control in [Control::Pause, Control::Resume, Control::Drop] {
        same(
            "what is not there takes no control",
            here.control(77, control).await,
            false,
        );
        same(
            "what is dropped takes no control",
            here.control(1, control).await,
            false,
        );
    }
}

/// Of three versions, the first of which is ready.
async fn only_what_nobody_needs_is_dropped(store: &Views) {
    let dropped = |id| store.control(id, Control::Drop);
    let older = store.generation(1).await;
    store.release(1, older.token).await;
    same("what answers alone is not dropped", dropped(1).await, false);
    let newer = store.held("Statement", 2).await;
    same(
        "what is being built replaces nothing",
        dropped(1).await,
        false,
    );
    store.make_ready(&newer).await;
    store.release(newer.id, newer.token).await;
    same(
        "the highest version is not dropped",
        dropped(newer.id).await,
        false,
    );
    let other = store.held("Other", 3).await;
    store.make_ready(&other).await;
    same(
        "other projections replace nothing",
        dropped(newer.id).await,
        false,
    );
    let held = store.claim(1, owner(1), LONG).await;
    holds("what is ready is held", held.is_some());
    same(
        "what somebody holds is not dropped",
        dropped(1).await,
        false,
    );
    store.release(1, held.map_or(0, |held| held.token)).await;
    holds(
        "an older version that nobody holds is dropped",
        dropped(1).await,
    );
    same(
        "it is dropped",
        store.generation(1).await.stage,
        Stage::Dropped,
    );

    let built = store.held("Statement", 3).await;
    holds(
        "what is being built is dropped, whoever holds it",
        dropped(built.id).await,
    );
    let written = store.write(&batch(&built, 1)).await;
    same("nothing is written to what is dropped", written, false);
    same(
        "what is dropped is not finished",
        store.finish(&built).await,
        false,
    );
    let set = store
        .set_fault(built.id, built.token, Some(&fault(1)))
        .await;
    same("what is dropped takes no fault", set, false);
}
