//! Transfers that are stuck, and people who help them on.

use std::path::Path;
use std::time::Duration;

use bank::account::{Account, Deposit, Withdraw};
use bank::transfer::{Complete, Request, Transfer, TransferRequested};
use gesta::SagaStatus;
use gesta::prelude::*;
use tempfile::TempDir;

use super::{complaint, printed, section};

/// The saga of a bank that could not put money back: what did not arrive is stuck.
#[saga(name = "MoveMoney")]
struct OneWay {
    from: String,
    to: String,
    cents: u64,
}

#[saga]
impl OneWay {
    #[start]
    fn start(event: &TransferRequested) -> Self {
        Self {
            from: event.from.clone(),
            to: event.to.clone(),
            cents: event.cents,
        }
    }

    #[step(pivot)]
    fn debit(&self) -> Call<Withdraw> {
        let withdraw = Withdraw {
            cents: self.cents,
            memo: String::new(),
        };
        withdraw.to(&self.from)
    }

    #[step(retry(times = 1, backoff = "1ms"))]
    fn credit(&self) -> Call<Deposit> {
        Deposit { cents: self.cents }.to(&self.to)
    }

    #[completed]
    fn complete(&self, ctx: &SagaContext) -> Call<Complete> {
        Complete {}.to(ctx.id())
    }
}

const JOURNAL: &str = "id,operation,account,value,transfer,clerk\n\
    1,open,A,Ada,,\n2,deposit,A,20,,\n3,open,B,Bob,,\n4,freeze,B,,,\n";

/// A bank in which an earlier program has left a transfer stuck, since B is frozen.
fn stuck() -> TempDir {
    let directory = TempDir::new().unwrap();
    std::fs::write(directory.path().join("j.csv"), JOURNAL).unwrap();
    printed(directory.path(), &["--journal", "j.csv"]);
    let store = format!("sqlite:{}", directory.path().join("bank.db").display());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let earlier = App::builder()
            .store(store.as_str())
            .aggregate::<Account>()
            .aggregate::<Transfer>()
            .saga::<OneWay>();
        let earlier = earlier.start().await.unwrap();
        let request = Request {
            from: "A".into(),
            to: "B".into(),
            cents: 1_250,
        };
        earlier.send("T-1", request).await.unwrap();
        let transfer = earlier.saga::<OneWay>("T-1");
        let ended = transfer.ended(Duration::from_secs(20)).await.unwrap();
        assert_eq!(ended.status, SagaStatus::Stuck);
        earlier.shutdown().await.unwrap();
    });
    directory
}

/// What it prints, without the numbers and times of the history.
fn saga(directory: &Path, args: &[&str]) -> Vec<String> {
    let text = printed(directory, &[&["saga", "T-1"], args].concat());
    let rows = text.lines().map(|row| {
        let words = row.split_whitespace();
        let is_told = |word: &&str| !word.ends_with('Z') && word.parse::<u64>().is_err();
        words.filter(is_told).collect::<Vec<_>>().join(" ")
    });
    rows.collect()
}

fn accounts(directory: &Path) -> Vec<String> {
    let report = printed(directory, &["--journal", "j.csv"]);
    let mut rows = section(&report, "Accounts");
    rows.remove(0);
    rows
}

#[test]
fn what_is_stuck_is_shown_with_how_it_came_there() {
    let directory = stuck();
    let directory = directory.path();
    assert_eq!(
        accounts(directory),
        ["A Ada 7.50", "B Bob 0.00", "total 7.50"]
    );
    let shown = saga(directory, &[]);
    assert_eq!(
        shown[..7],
        [
            "MoveMoney T-1: stuck",
            "done: debit",
            "at: credit",
            "error: credit: the account is frozen",
            "to help it on: bank saga T-1 retry, skip STEP or compensate",
            "",
            "version position time by what",
        ]
    );
    assert_eq!(
        shown.last().unwrap(),
        "stuck at credit: the account is frozen"
    );
    // Nobody has done anything about it by looking.
    assert_eq!(saga(directory, &[]), shown);
}

#[test]
fn it_is_tried_again_as_the_program_does_it_today() {
    let directory = stuck();
    let directory = directory.path();
    let shown = saga(directory, &["retry", "--by", "carol"]);
    assert_eq!(shown[0], "MoveMoney T-1: compensated");
    assert!(shown.contains(&"carol goes on".to_owned()), "{shown:#?}");
    assert_eq!(
        accounts(directory),
        ["A Ada 20.00", "B Bob 0.00", "total 20.00"]
    );
}

#[test]
fn a_step_is_left_out_by_its_name() {
    let directory = stuck();
    let directory = directory.path();
    let error = complaint(directory, &["saga", "T-1", "skip", "debit"], 1);
    assert_eq!(
        error,
        "bank: nothing was done about the transfer `T-1`, see `bank saga T-1`: \
         the saga `T-1` does not stand at `debit`, but at `credit`\n"
    );
    let shown = saga(directory, &["skip", "credit"]);
    assert_eq!(shown[0], "MoveMoney T-1: completed");
    // Whoever skips it sees to the money.
    assert_eq!(
        accounts(directory),
        ["A Ada 7.50", "B Bob 0.00", "total 7.50"]
    );
}

#[test]
fn it_is_given_up_once() {
    let directory = stuck();
    let directory = directory.path();
    let shown = saga(directory, &["compensate", "--by", "carol"]);
    assert_eq!(shown[0], "MoveMoney T-1: compensated");
    let asked = |row: &String| row.starts_with("carol undoing what is done");
    assert!(shown.iter().any(asked), "{shown:#?}");
    assert_eq!(
        accounts(directory),
        ["A Ada 20.00", "B Bob 0.00", "total 20.00"]
    );
    for order in ["retry", "compensate"] {
        assert_eq!(
            complaint(directory, &["saga", "T-1", order], 1),
            "bank: nothing was done about the transfer `T-1`, see `bank saga T-1`: \
             the saga `T-1` has ended\n"
        );
    }
    assert_eq!(
        complaint(directory, &["saga", "T-2", "retry"], 1),
        "bank: there is no transfer `T-2` in this bank\n"
    );
}
