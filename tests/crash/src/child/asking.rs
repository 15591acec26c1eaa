//! Asking for transfers, which sagas carry out later, and for money to be transferred.

use std::sync::atomic::Ordering;
use std::time::Duration;

use uuid::Uuid;

use super::World;
use super::client::BACKOFF;
use super::voice::say;
use crate::line::{Answer, Line};
use crate::random::Random;
use crate::transfers::{Fund, MoveMoney, Transfers, Wish, cents, wallet};

/// A client that has waited for so long for a transfer to end goes on.
const PATIENCE: Duration = Duration::from_secs(5);

/// A transfer, one that is asked for twice at once, or money for a wallet.
pub(super) async fn any(world: &World, random: &mut Random) {
    let transfers = world.transfers;
    let (id, wish) = (random.uuid(), Wish::draw(random, transfers));
    match random.below(8) {
        0 => {
            tokio::join!(ask(world, id, wish), ask(world, id, wish));
        }
        // Where there is nothing else, wallets have what they need from the start.
        1 | 2 if transfers == Transfers::Beside => return fund(world, random).await,
        _ => ask(world, id, wish).await,
    }
    if transfers == Transfers::Alone {
        // Else they would pile up. Where it is not known here, the log knows.
        let saga = world.app.saga::<MoveMoney>(id.to_string());
        saga.ended(PATIENCE).await.ok();
    }
}

/// Whether the wallet takes it is for the log to say.
async fn fund(world: &World, random: &mut Random) {
    let (wallet, cents) = (wallet(random, world.transfers.wallets()), cents(random));
    world.app.send(wallet, Fund { cents }).await.ok();
}

/// Asks, and asks again under the same id for as long as there is no answer that tells.
async fn ask(world: &World, id: Uuid, wish: Wish) {
    loop {
        say(Line::Asked(id, wish));
        let answer = wish.send(&world.app, id).await;
        say(Line::Told(id, answer));
        let told = !matches!(answer, Answer::NotTaken | Answer::Unknown);
        if told || world.stop.load(Ordering::SeqCst) {
            return;
        }
        tokio::time::sleep(BACKOFF).await;
    }
}
