//! The events of one account, as a table.

use gesta::{App, LoadError, Recorded};

use crate::account::{Account, AccountEvent};
use crate::money::{grouped, show};
use crate::table::{Side, table};

/// Reads the events of an account and lays them out; `None` if there is no such account.
///
/// # Errors
/// If the bank cannot be read.
pub async fn history(app: &App, account: &str) -> Result<Option<String>, LoadError> {
    let mut events = app.history::<Account>(account);
    let (mut rows, mut owner, mut balance) = (vec![heading()], String::new(), 0);
    while let Some(recorded) = events.next().await {
        let recorded = recorded?;
        let amount = match &recorded.event {
            AccountEvent::AccountOpened(opened) => {
                owner.clone_from(&opened.owner);
                String::new()
            }
            AccountEvent::Deposited(deposited) => {
                balance += deposited.cents;
                format!("+{}", show(deposited.cents))
            }
            AccountEvent::Withdrawn(withdrawn) => {
                balance -= withdrawn.cents;
                format!("-{}", show(withdrawn.cents))
            }
            AccountEvent::AccountFrozen(_) => String::new(),
        };
        rows.push(row(recorded, amount, balance));
    }
    if rows.len() == 1 {
        return Ok(None);
    }
    use Side::{Left, Right};
    let table = table(
        [Right, Right, Left, Left, Right, Right, Left, Left, Left],
        &rows,
    );
    let events = match rows.len() - 1 {
        1 => "1 event".to_owned(),
        many => format!("{} events", grouped(many)),
    };
    let balance = show(balance);
    Ok(Some(format!(
        "{account}, {owner}: {events}, balance {balance}\n\n{table}"
    )))
}

fn heading() -> [String; 9] {
    [
        "version", "position", "time", "event", "amount", "balance", "transfer", "clerk", "memo",
    ]
    .map(str::to_owned)
}

fn row(recorded: Recorded<AccountEvent>, amount: String, balance: u64) -> [String; 9] {
    let (event, memo) = match recorded.event {
        AccountEvent::AccountOpened(_) => ("opened", String::new()),
        AccountEvent::Deposited(_) => ("deposited", String::new()),
        AccountEvent::Withdrawn(withdrawn) => ("withdrawn", withdrawn.memo),
        AccountEvent::AccountFrozen(_) => ("frozen", String::new()),
    };
    [
        recorded.version.to_string(),
        recorded.position.to_string(),
        format!("{:.6}", recorded.meta.time),
        event.to_owned(),
        amount,
        show(balance),
        recorded.meta.correlation.unwrap_or_default(),
        recorded.meta.actor.unwrap_or_default(),
        memo,
    ]
}
