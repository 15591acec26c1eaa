//! The process that is killed.

mod asking;
mod client;
mod rebuilds;
mod voice;

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use gesta::App;

use crate::arguments::Arguments;
use crate::line::Line;
use crate::random::Random;
use crate::read_models::ReadModels;
use crate::transfers::Transfers;
use crate::{Failure, database, sabotage, transfers};
use client::Client;

/// Up to so many clients each send a command, wait for the answer, and send the next.
const CLIENTS: u64 = 32;

/// What the clients of a process share.
struct World {
    app: App,
    /// Whether clients ask for transfers too.
    transfers: Transfers,
    /// Set when the parent closes our standard input, or dies.
    stop: AtomicBool,
    /// Gives the commands that other processes send too, under the same ids.
    common: Random,
    common_sent: AtomicU64,
}

/// Runs the child: `--store ADDRESS --seed N --common N --read-models WHICH --transfers WHICH [--sabotage NAME]`.
///
/// # Errors
/// If the store does not open or close, or the arguments are wrong.
pub fn main(words: impl Iterator<Item = String>) -> Result<(), Failure> {
    voice::say(Line::Up);
    let arguments = Arguments::parse(
        words,
        &[
            "store",
            "seed",
            "common",
            "read-models",
            "transfers",
            "sabotage",
        ],
    )?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(run(&arguments))
}

async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let address = arguments.required::<String>("store")?;
    let seeds = Random::new(arguments.required("seed")?);
    // One connection must be enough for all that reads.
    let readers = if seeds.fork(CLIENTS + 1).one_in(3) {
        1
    } else {
        4
    };
    let store = match arguments.get("sabotage")? {
        Some(sabotage) => sabotage::open(sabotage, &address, readers).await?,
        None => database::open(&address, readers).await?,
    };
    let read_models: ReadModels = arguments.required("read-models")?;
    let mut app = read_models.fold(App::builder().store(store));
    let transfers: Transfers = arguments.required("transfers")?;
    if transfers.are_carried_out() {
        app = transfers::carry_out(app);
    }
    let app = app.start().await?;
    let world = Arc::new(World {
        app,
        transfers,
        stop: AtomicBool::new(false),
        common: Random::new(arguments.required("common")?),
        common_sent: AtomicU64::new(0),
    });
    voice::say(Line::Open);
    listen(&world);
    let rebuilds = rebuilds::begin(read_models, &world.app, seeds.fork(CLIENTS + 2));
    // Many make large batches, few make many of them.
    let count = match transfers {
        // Each awaits what it has asked for.
        Transfers::Alone => 4 * CLIENTS,
        _ => CLIENTS >> seeds.fork(CLIENTS).below(4),
    };
    let clients = (0..count).map(|client| Client::new(&world, seeds.fork(client)));
    let clients: Vec<_> = clients.map(|client| tokio::spawn(client.run())).collect();
    for client in clients {
        client.await?;
    }
    rebuilds.abort();
    Ok(world.app.shutdown().await?)
}

/// Stops the clients once the parent has closed our standard input. In a thread, since it may never do so.
fn listen(world: &Arc<World>) {
    let world = Arc::clone(world);
    std::thread::spawn(move || {
        let mut nothing = Vec::new();
        std::io::stdin().read_to_end(&mut nothing).ok();
        world.stop.store(true, Ordering::SeqCst);
    });
}
