//! Who holds a generation, and for how long.

use crate::store::views::{Control, Stage};

use super::super::Harness;
use super::super::subject::{holds, same};
use super::subject::{LONG, SHORT, Views, batch, declaration, fault, owner};

/// While somebody holds a generation nobody else gets it, on any handle; each claim has a token above those before.
///
/// # Panics
/// If the store breaks this.
pub async fn a_generation_is_held_by_one(harness: &impl Harness) {
    let (here, log) = Views::fresh(harness).await;
    let there = Views::open(harness, &log).await;
    let made = here.declare(&declaration("Statement", 1)).await;
    same(
        "nobody holds what was just made",
        (made.owner, made.token),
        (None, 0),
    );

    let held = here.claim(made.id, owner(1), LONG).await;
    let wanted = crate::store::views::Generation {
        token: 1,
        owner: Some(owner(1)),
        ..made.clone()
    };
    let rule = "a claim gives the generation, its owner and the first token";
    same(rule, held.as_ref(), Some(&wanted));
    same(
        "all see who holds it",
        there.generation(made.id).await,
        wanted,
    );
    for handle in [&here, &there] {
        let taken = handle.claim(made.id, owner(2), LONG).await;
        same("what somebody holds is not given away", taken, None);
    }
    let again = here.claim(made.id, owner(1), LONG).await;
    let again = again.map(|held| (held.token, held.owner));
    same(
        "an owner that claims again gets a new token",
        again,
        Some((2, Some(owner(1)))),
    );
    older_token_does_nothing(&there, made.id, 1).await;
    same(
        "the last token is good",
        here.renew(made.id, 2, LONG).await.is_some(),
        true,
    );

    let other = here.declare(&declaration("Statement", 2)).await;
    let held = there.claim(other.id, owner(2), LONG).await;
    let held = held.map(|held| (held.id, held.token));
    same(
        "each generation is held by itself",
        held,
        Some((other.id, 1)),
    );
    same(
        "what is not there is not given",
        here.claim(77, owner(1), LONG).await,
        None,
    );
    same(
        "what is not there is not extended",
        here.renew(77, 0, LONG).await,
        None,
    );
}

/// Nothing that is tried under this token changes anything.
async fn older_token_does_nothing(views: &Views, id: u64, token: u64) {
    let before = views.generation(id).await;
    let mut stale = before.clone();
    stale.token = token;
    let rule = "under an older token";
    same(
        &format!("{rule} nothing is extended"),
        views.renew(id, token, LONG).await,
        None,
    );
    let written = views.write(&batch(&stale, stale.position + 1)).await;
    same(&format!("{rule} nothing is written"), written, false);
    same(
        &format!("{rule} nothing is finished"),
        views.finish(&stale).await,
        false,
    );
    let set = views.set_fault(id, token, Some(&fault(1))).await;
    same(&format!("{rule} no fault is set"), set, false);
    views.release(id, token).await;
    same(
        &format!("{rule} nothing changes"),
        views.generation(id).await,
        before,
    );
}

/// A lease is as long as it was last extended to.
///
/// # Panics
/// If the store breaks this.
pub async fn a_lease_is_extended(harness: &impl Harness) {
    let (store, _log) = Views::fresh(harness).await;
    let made = store.declare(&declaration("Statement", 1)).await;
    let short = store.claim(made.id, owner(1), SHORT).await;
    holds("a claim is given for a moment", short.is_some());
    let renewed = store.renew(made.id, 1, LONG).await;
    let renewed = renewed.map(|held| (held.token, held.owner));
    same(
        "renewing leaves token and owner",
        renewed,
        Some((1, Some(owner(1)))),
    );
    let taken = store.claim(made.id, owner(2), LONG).await;
    same("what was extended is not given away", taken, None);
    let renewed = store.renew(made.id, 1, SHORT).await;
    holds("a lease may be made shorter", renewed.is_some());
    take_over(&store, made.id).await;
}

/// Claims it for another owner as soon as that is possible, and gives the token.
async fn take_over(store: &Views, id: u64) -> u64 {
    loop {
        if let Some(held) = store.claim(id, owner(2), LONG).await {
            same(
                "whoever takes over is the owner",
                held.owner,
                Some(owner(2)),
            );
            return held.token;
        }
        tokio::task::yield_now().await;
    }
}

/// A claim that is given up is free at once, and not extended any more.
///
/// # Panics
/// If the store breaks this.
pub async fn a_claim_that_is_given_up_is_free(harness: &impl Harness) {
    let (store, _log) = Views::fresh(harness).await;
    let held = store.held("Statement", 1).await;
    store.release(held.id, held.token).await;
    let after = store.generation(held.id).await;
    same(
        "nobody holds what was given up",
        (after.owner, after.token),
        (None, 1),
    );
    let renewed = store.renew(held.id, held.token, LONG).await;
    same("what was given up is not extended", renewed, None);
    let taken = store.claim(held.id, owner(2), LONG).await;
    let taken = taken.map(|held| (held.token, held.owner));
    same(
        "what was given up is free",
        taken,
        Some((2, Some(owner(2)))),
    );
    older_token_does_nothing(&store, held.id, 1).await;
    store.release(77, 1).await;
}

/// A lease runs out by the clock of the store; then another gets the generation, with a higher token, and the one before
/// can do nothing to it.
///
/// # Panics
/// If the store breaks this.
pub async fn a_lease_that_ran_out_is_taken_over(harness: &impl Harness) {
    let (here, log) = Views::fresh(harness).await;
    let there = Views::open(harness, &log).await;
    let made = here.declare(&declaration("Statement", 1)).await;
    let claimed = here.claim(made.id, owner(1), SHORT).await;
    holds("a claim is given for a moment", claimed.is_some());
    while there.generation(made.id).await.owner.is_some() {
        tokio::task::yield_now().await;
    }
    let written = here
        .write(&batch(&claimed.unwrap_or(made.clone()), 1))
        .await;
    same(
        "whoever held it last may write until another claims it",
        written,
        true,
    );
    let token = take_over(&there, made.id).await;
    same("whoever takes over gets a higher token", token, 2);
    older_token_does_nothing(&here, made.id, 1).await;
    holds(
        "a ready lease is dropped",
        there.control(made.id, Control::Drop).await,
    );
    let after = there.generation(made.id).await;
    same(
        "nobody holds what is dropped",
        (after.stage, after.owner),
        (Stage::Dropped, None),
    );
    for handle in [&here, &there] {
        let taken = handle.claim(made.id, owner(2), LONG).await;
        same("what is dropped is not given", taken, None);
        same(
            "what is dropped is not extended",
            handle.renew(made.id, 2, LONG).await,
            None,
        );
    }
    older_token_does_nothing(&there, made.id, 2).await;
}
