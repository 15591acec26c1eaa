//! Read models are built anew while commands are sent.

use std::time::Duration;

use gesta::App;
use tokio::task::JoinHandle;

use crate::random::Random;
use crate::read_models::ReadModels;

/// One life in so many has rebuilds.
const LIVES: u64 = 3;
/// A pause lasts for up to so many microseconds.
const PAUSE: u64 = 1 << 18;

/// Begins one rebuild after another, or none at all.
pub fn begin(read_models: ReadModels, app: &App, mut random: Random) -> JoinHandle<()> {
    let app = app.clone();
    tokio::spawn(async move {
        if read_models == ReadModels::None || !random.one_in(LIVES) {
            return;
        }
        loop {
            tokio::time::sleep(Duration::from_micros(random.below(PAUSE))).await;
            if let Err(error) = read_models.rebuild(&app, &mut random).await {
                eprintln!("a rebuild does not begin: {error}");
            }
        }
    })
}
