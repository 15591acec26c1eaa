//! Command lines, and what they mean.

use super::*;

fn parse(line: &str) -> Result<Args, String> {
    let words = line.split_whitespace().map(OsString::from);
    Args::parse(words).map_err(|error| error.to_string())
}

#[test]
fn nothing_reads_the_journal_that_comes_with_it() {
    let args = parse("").unwrap();
    assert_eq!(args.store, "sqlite:bank.db");
    assert!(matches!(args.task, Task::Import { journal } if journal.ends_with("journal.csv")));
}

#[test]
fn options_stand_where_they_like() {
    let account = "A-1".to_owned();
    for line in ["--store memory: history A-1", "history --store=memory: A-1"] {
        let args = parse(line).unwrap();
        assert_eq!(args.store, "memory:");
        assert_eq!(
            args.task,
            Task::History {
                account: account.clone()
            }
        );
    }
    let journal = PathBuf::from("j.csv");
    assert_eq!(
        parse("--journal j.csv").unwrap().task,
        Task::Import { journal }
    );
    assert_eq!(parse("history --help").unwrap().task, Task::Help);
    assert_eq!(parse("verify").unwrap().task, Task::Verify);
    assert_eq!(parse("rebuild").unwrap().task, Task::Rebuild);
    let status = None;
    assert_eq!(parse("sagas").unwrap().task, Task::Sagas { status });
    let status = Some(SagaStatus::Stuck);
    assert_eq!(parse("sagas stuck").unwrap().task, Task::Sagas { status });
}

#[test]
fn a_transfer_is_looked_at_or_helped_on() {
    let saga = |order| Task::Saga {
        id: "T-1".to_owned(),
        order,
    };
    let step = "credit".to_owned();
    for (line, order) in [
        ("saga T-1", None),
        ("saga T-1 retry", Some(Order::Retry)),
        ("saga T-1 skip credit", Some(Order::Skip { step })),
        ("saga T-1 compensate", Some(Order::Compensate)),
    ] {
        let args = parse(line).unwrap();
        assert_eq!((args.task, args.by), (saga(order), None), "{line}");
    }
    let args = parse("--by carol saga T-1 retry").unwrap();
    assert_eq!(args.task, saga(Some(Order::Retry)));
    assert_eq!(args.by.as_deref(), Some("carol"));
}

#[test]
fn an_order_that_is_none_is_told_what_to_write() {
    let error = |line| parse(line).unwrap_err();
    assert_eq!(error("saga"), "`saga` needs a transfer: bank saga J-00636");
    assert_eq!(
        error("saga T-1 skip"),
        "`skip` needs a step: bank saga T-1 skip credit"
    );
    assert_eq!(
        error("saga T-1 undo"),
        "`undo` is not understood here: known are retry, skip STEP and compensate"
    );
    assert_eq!(error("saga T-1 retry now"), "`now` is not understood here");
    assert_eq!(error("saga T-1 skip a b"), "`b` is not understood here");
    assert_eq!(error("saga T-1 --journal j"), "`saga` reads no journal");
    for line in ["saga T-1 --by carol", "--by carol", "sagas --by carol"] {
        assert_eq!(
            error(line),
            "`--by` says who helps a transfer on: bank saga J-00636 retry --by WHO"
        );
    }
}

#[test]
fn nobody_helps_a_transfer_on_without_a_name() {
    let words = ["saga", "T-1", "retry", "--by", ""].map(OsString::from);
    let error = Args::parse(words).unwrap_err();
    assert_eq!(error.to_string(), "`--by` needs a name");
}

#[test]
fn what_is_not_understood_is_named() {
    let error = |line| parse(line).unwrap_err();
    assert_eq!(error("histroy A-1"), "`histroy` is not understood here");
    assert_eq!(error("history A-1 A-2"), "`A-2` is not understood here");
    assert_eq!(
        error("history"),
        "`history` needs an account: bank history A-001"
    );
    assert_eq!(
        error("history A-1 --journal j"),
        "`history` reads no journal"
    );
    assert_eq!(error("verify --journal j"), "`verify` reads no journal");
    assert_eq!(error("rebuild --journal j"), "`rebuild` reads no journal");
    assert_eq!(error("sagas --journal j"), "`sagas` reads no journal");
    assert_eq!(error("sagas stuck all"), "`all` is not understood here");
    assert_eq!(
        error("sagas stuk"),
        "`stuk` is no status: known are running, waiting, compensating, completed, compensated, stuck"
    );
    assert_eq!(error("rebuild all"), "`all` is not understood here");
    assert_eq!(error("verify all"), "`all` is not understood here");
    assert_eq!(error("--stroe x"), "invalid option '--stroe'");
    assert_eq!(error("--store"), "missing argument for option '--store'");
}
