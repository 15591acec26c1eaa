//! What the app makes of the log, against the fold by hand.

use gesta::store::{Store, StreamName};
use gesta::{App, LoadError};
use serde_json::json;

use super::image::{Image, State};
use super::{Check, Tally};
use crate::Failure;
use crate::account::Account;
use crate::order::ACCOUNTS;

/// Loads each account, from its snapshot if it has one, and compares.
pub(crate) async fn compare_states(
    app: &App,
    store: &dyn Store,
    image: &Image,
    tally: &mut Tally,
) -> Result<(), Failure> {
    for account in 0..ACCOUNTS {
        let folded = image.state(account);
        let loaded = match app.load::<Account>(account).await {
            Ok(loaded) => Ok(Some((loaded.state, loaded.version))),
            Err(LoadError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        };
        let agrees = match (&loaded, folded) {
            (Ok(Some((state, version))), Some((folded, end))) => {
                *version == end && json_of(folded) == json!(state)
            }
            (Ok(None), None) => true,
            _ => false,
        };
        tally.hold(Check::State, agrees, || {
            format!("account {account} is loaded as {loaded:?}, and folded as {folded:?}")
        });
        compare_snapshot(account, store, image, tally).await?;
    }
    Ok(())
}

async fn compare_snapshot(
    account: u32,
    store: &dyn Store,
    image: &Image,
    tally: &mut Tally,
) -> Result<(), Failure> {
    let stream = StreamName::new("Account", &account.to_string())?;
    let Some(snapshot) = store.read_snapshot(&stream).await? else {
        return Ok(());
    };
    // None if the snapshot is ahead of the log.
    let folded = image.state_at(account, snapshot.version).map(json_of);
    let kept = serde_json::from_str(&snapshot.json).ok();
    tally.hold(Check::State, folded.is_some() && folded == kept, || {
        format!("account {account} has {snapshot:?}, and is folded as {folded:?}")
    });
    Ok(())
}

fn json_of(state: State) -> serde_json::Value {
    json!({ "balance": state.balance, "movements": state.movements })
}
