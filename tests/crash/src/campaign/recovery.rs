//! After a kill: a look at everything, then the retries that an application would make, then a look at those.

use std::sync::Arc;
use std::time::Duration;

use gesta::App;
use gesta::store::views::Stage;
use gesta::store::{Recording, Store};

use crate::check::{
    CarriedOut, Check, Compared, Image, Sagas, Seen, Tally, Watched, compare, compare_money,
    compare_order, compare_states, compare_views, is_told, look_up,
};
use crate::clock::Instant;
use crate::ledger::Ledger;
use crate::line::{Answer, Key, Line};
use crate::order::Order;
use crate::random::Random;
use crate::read_models::ReadModels;
use crate::stamped::Stamped;
use crate::transfers::{carry_out, is_of_sagas};
use crate::{Failure, database};

/// How many of the commands that were acknowledged long ago are sent again.
const OLD_RETRIES: usize = 8;

/// A read model that is not folded to the end of the log in this time stands still.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(2);
/// How often the log is read for what sagas have done since.
const LOOK: Duration = Duration::from_millis(20);
/// In one trial of so many the leases of dead processes run out by themselves; in the others nobody waits for that.
pub(super) const LEASES_RUN_OUT: u64 = 4;
/// After one trial of so many the sagas are carried to their end.
const SAGAS_END: u64 = 2;

/// What is counted after one kill.
#[derive(Default)]
pub(super) struct Counted {
    /// What other looks count too.
    pub looks: Tally,
    /// What only this one counts.
    pub once: Tally,
    pub unanswered: u64,
    pub unanswered_in_effect: u64,
    pub compared: Compared,
    /// Sagas that were under way when the trial ended.
    pub left: u64,
}

/// Looks, sends again, and looks again.
pub(super) async fn recover(
    (address, (read_models, transfers)): (&str, (ReadModels, bool)),
    ledger: &mut Ledger,
    random: &mut Random,
    counted: &mut Counted,
    mut watched: Watched,
) -> Result<(), Failure> {
    database::settle(address).await?;
    let store = database::open_beside(address).await?;
    // Before anybody folds on.
    watched.shelves.push(database::shelf(address).await?);
    if !random.one_in(LEASES_RUN_OUT) {
        release_all(&*store).await?;
    }
    // In the others the next process finds what is left of the sagas.
    let ends_sagas = transfers && random.one_in(SAGAS_END);
    let app = start(&store, read_models, ends_sagas).await?;
    let mut sagas = Sagas::default();
    sagas.read_on(address, &mut counted.looks).await?;
    counted.left = sagas.left();
    let tally = &mut counted.looks;
    let mut image = look_at_all(&app, &*store, ledger, tally).await?;

    let mut keys = send_all_again(&app, &*store, ledger, random, counted).await?;
    if ends_sagas {
        await_ends(address, &mut sagas, &mut counted.looks).await?;
    }
    sagas.compare(ledger, &mut counted.looks);
    let tally = &mut counted.looks;
    keys.extend(image.read_on(&*store, tally).await?);
    compare(keys, ledger, &image, &*store, tally).await?;
    compare_states(&app, &*store, &image, tally).await?;
    await_read_models((&*store, ends_sagas), image.end, &mut counted.once).await?;
    watched.shelves.push(database::shelf(address).await?);
    counted.compared = compare_views(&image, &watched, &mut counted.once);
    let (held, brought) = (image.money(), ledger.money());
    counted.once.hold(Check::Money, held == brought, || {
        format!("{brought} cents came from outside, the accounts hold {held}")
    });
    close(address, &app).await
}

/// Looks at everything there is, once.
pub(super) async fn look(
    (address, transfers): (&str, bool),
    ledger: &Ledger,
    seen: &Seen,
    tally: &mut Tally,
) -> Result<CarriedOut, Failure> {
    let store = database::open_beside(address).await?;
    let app = start(&store, ReadModels::None, transfers).await?;
    let mut carried_out = CarriedOut::default();
    if transfers {
        let mut sagas = Sagas::default();
        carried_out = await_ends(address, &mut sagas, tally).await?;
        sagas.compare(ledger, tally);
    }
    let image = look_at_all(&app, &*store, ledger, tally).await?;
    seen.compare(&image, tally);
    close(address, &app).await?;
    Ok(carried_out)
}

async fn start(
    store: &Arc<dyn Store>,
    read_models: ReadModels,
    transfers: bool,
) -> Result<App, Failure> {
    let mut app = read_models.fold(App::builder().store(Arc::clone(store)));
    if transfers {
        app = carry_out(app);
    }
    Ok(app.start().await?)
}

/// Waits until each saga has come to its end, as it does soon once somebody drives it.
async fn await_ends(
    address: &str,
    sagas: &mut Sagas,
    tally: &mut Tally,
) -> Result<CarriedOut, Failure> {
    let start = std::time::Instant::now();
    sagas.read_on(address, tally).await?;
    // What is wrong by now may keep one from its end, and says more.
    let may_end = |tally: &Tally| tally.findings.is_empty() && start.elapsed() < PATIENCE;
    while !sagas.are_finished() && may_end(tally) {
        tokio::time::sleep(LOOK).await;
        sagas.read_on(address, tally).await?;
    }
    Ok(sagas.compare_ends(tally))
}

/// Gives up what dead processes hold, as if the time had come.
pub(super) async fn release_all(store: &dyn Store) -> Result<(), Failure> {
    let views = store.views().ok_or("a store without read models")?;
    for held in views.generations().await? {
        views.release(held.id, held.token).await?;
    }
    Ok(())
}

/// Waits until all read models are folded to the end of the log, as they are soon once the lease of a dead process is over.
async fn await_read_models(
    (store, with_sagas): (&dyn Store, bool),
    end: u64,
    once: &mut Tally,
) -> Result<(), Failure> {
    let views = store.views().ok_or("a store without read models")?;
    let start = std::time::Instant::now();
    let behind = loop {
        let mut all = views.generations().await?;
        all.retain(|each| each.stage != Stage::Dropped);
        all.retain(|each| with_sagas || !is_of_sagas(&each.declaration.projection));
        all.retain(|each| each.position < end || each.stage != Stage::Ready);
        if all.is_empty() || start.elapsed() > PATIENCE {
            break all;
        }
        tokio::time::sleep(POLL).await;
    };
    once.hold(Check::Behind, behind.is_empty(), || {
        format!("the log ends at {end}, and {behind:?}")
    });
    Ok(())
}

async fn close(address: &str, app: &App) -> Result<(), Failure> {
    app.shutdown().await?;
    let complaints = database::complaints(address).await?;
    if complaints.is_empty() {
        return Ok(());
    }
    Err(complaints.into())
}

async fn look_at_all(
    app: &App,
    store: &dyn Store,
    ledger: &Ledger,
    tally: &mut Tally,
) -> Result<Image, Failure> {
    let mut image = Image::default();
    let mut keys = image.read_on(store, tally).await?;
    keys.extend(ledger.iter().map(|(key, _)| key));
    compare(keys, ledger, &image, store, tally).await?;
    compare_states(app, store, &image, tally).await?;
    compare_order(ledger, &image, tally);
    compare_money(ledger, &image, tally);
    Ok(image)
}

/// Sends again what has no answer and some of what has one, then ends the transfers that are half done.
async fn send_all_again(
    app: &App,
    store: &dyn Store,
    ledger: &mut Ledger,
    random: &mut Random,
    counted: &mut Counted,
) -> Result<Vec<Key>, Failure> {
    let waiting = ledger.waiting();
    counted.unanswered = waiting.len() as u64;
    let old = old(ledger, random);
    counted.unanswered_in_effect =
        send_again(app, store, ledger, &waiting, &mut counted.once).await?;
    send_again(app, store, ledger, &old, &mut counted.once).await?;
    let halves = ledger.open_transfers();
    send_again(app, store, ledger, &halves, &mut counted.once).await?;
    let all = waiting.iter().chain(&old).chain(&halves);
    Ok(all.map(|(key, _)| *key).collect())
}

/// Some commands that were acknowledged in whatever life.
fn old(ledger: &Ledger, random: &mut Random) -> Vec<(Key, Order)> {
    let acked = ledger
        .iter()
        .filter(|(_, entry)| entry.ack().is_some() && entry.waiting == 0);
    let acked: Vec<_> = acked.map(|(key, entry)| (key, entry.order)).collect();
    let some = (0..OLD_RETRIES).map(|_| random.below(acked.len() as u64));
    some.filter_map(|number| acked.get(usize::try_from(number).ok()?).copied())
        .collect()
}

/// Sends these under their ids, all at once, and says how many had taken effect before.
async fn send_again(
    app: &App,
    store: &dyn Store,
    ledger: &mut Ledger,
    orders: &[(Key, Order)],
    once: &mut Tally,
) -> Result<u64, Failure> {
    let keys: Vec<_> = orders.iter().map(|(key, _)| *key).collect();
    let before = look_up(store, &keys).await?;
    let mut sent = Vec::with_capacity(orders.len());
    for (key, order) in orders.iter().copied() {
        let (app, at) = (app.clone(), Instant::now());
        let sent_at = Stamped {
            at,
            line: Line::Sent(key, order),
        };
        let answered = tokio::spawn(async move {
            let answered = order.send(&app, key.account, key.id).await;
            (Instant::now(), answered)
        });
        sent.push((sent_at, answered));
    }
    let mut in_effect = 0;
    for ((key, order), (sent_at, answered)) in orders.iter().copied().zip(sent) {
        let (at, answered) = answered.await?;
        let answer = Answer::of(&answered);
        let known = before.get(&key).copied();
        in_effect += u64::from(known.is_some());
        once.hold(Check::Retry, is_right(known, answer), || {
            format!("{key} {order}: recorded was {known:?}, answered was {answered:?}")
        });
        // Nobody is left who could still answer what was sent before.
        ledger.give_up_waiting(key);
        let us = std::process::id();
        ledger.read(us, sent_at);
        ledger.read(
            us,
            Stamped {
                at,
                line: Line::Answered(key, answer),
            },
        );
    }
    Ok(in_effect)
}

/// What had taken effect is told again, as it was; what had not takes effect now, or is refused now.
fn is_right(known: Option<Recording>, answer: Answer) -> bool {
    match (known, answer) {
        (Some(known), Answer::Acked(ack)) => ack.duplicate && is_told(known, ack),
        (None, Answer::Acked(ack)) => !ack.duplicate,
        (None, Answer::Rejected) => true,
        _ => false,
    }
}
