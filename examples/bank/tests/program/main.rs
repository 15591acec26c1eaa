//! The program, run as a person would run it.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests, not an API")]

mod fold;
#[cfg(unix)]
mod postgres;
mod saga;

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use fold::Fold;
use tempfile::TempDir;

const JOURNAL: &[u8] = include_bytes!("../../journal.csv");

/// Runs the program in a directory.
fn bank(directory: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bank"))
        .current_dir(directory)
        .args(args)
        .output()
        .unwrap()
}

/// What it prints if all is well. Nothing but a terminal is shown a progress bar.
fn printed(directory: &Path, args: &[&str]) -> String {
    let output = bank(directory, args);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// What it says if all is not.
fn complaint(directory: &Path, args: &[&str], code: i32) -> String {
    let output = bank(directory, args);
    assert_eq!(output.status.code(), Some(code));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    String::from_utf8(output.stderr).unwrap()
}

/// The rows under a heading, with its number, each without the spaces between its words.
fn section(report: &str, heading: &str) -> Vec<String> {
    let lines = report.lines().skip_while(|line| !line.starts_with(heading));
    let rows = lines.take_while(|line| !line.is_empty());
    rows.map(|row| row.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn the_journal_gives_what_a_plain_fold_gives() {
    let directory = TempDir::new().unwrap();
    let report = printed(directory.path(), &[]);
    let fold = Fold::of(JOURNAL);
    assert_eq!(section(&report, "Accounts"), fold.accounts());
    assert_eq!(section(&report, "Rejected"), fold.rejected());
    assert_eq!(malformed(&report), fold.malformed);
    let summary = section(&report, "Summary");
    assert_eq!(
        summary[1],
        format!("accepted {}", fold::grouped(fold.accepted))
    );
    let (done, put_back) = (fold::grouped(fold.transfers), fold.put_back);
    let transfers =
        format!("transfers {done} carried out; of {put_back} others the money was put back");
    assert!(summary.contains(&transfers), "{transfers}: {summary:?}");
    assert!(fold.transfers > 500 && put_back > 10);
    assert!(report.ends_with("\nAll 3,983 operations were new to the bank.\n"));
}

/// The numbers of the malformed lines.
fn malformed(report: &str) -> Vec<usize> {
    let rows = section(report, "Malformed");
    let numbers = rows.iter().skip(1).map(|row| row.split(' ').nth(1));
    numbers
        .map(|number| number.unwrap().parse().unwrap())
        .collect()
}

#[test]
fn a_second_run_changes_nothing_and_says_so() {
    let directory = TempDir::new().unwrap();
    let (first, second) = (
        printed(directory.path(), &[]),
        printed(directory.path(), &[]),
    );
    for heading in ["Accounts", "Rejected", "Malformed"] {
        assert_eq!(section(&first, heading), section(&second, heading));
    }
    assert!(
        section(&second, "Summary")
            .iter()
            .any(|row| row.starts_with("events 0 "))
    );
    let verdict = "All 3,983 operations were already in the bank; no balance changed.\n";
    assert!(second.ends_with(verdict));
}

#[test]
fn a_journal_may_come_in_two_parts() {
    let directory = TempDir::new().unwrap();
    let half = JOURNAL.split_inclusive(|&byte| byte == b'\n').take(2_000);
    std::fs::write(
        directory.path().join("half.csv"),
        half.collect::<Vec<_>>().concat(),
    )
    .unwrap();
    printed(directory.path(), &["--journal", "half.csv"]);
    let report = printed(directory.path(), &[]);
    let fold = Fold::of(JOURNAL);
    assert_eq!(section(&report, "Accounts"), fold.accounts());
    assert_eq!(section(&report, "Rejected"), fold.rejected());
    assert!(report.ends_with("were new to the bank; it had the others already.\n"));
}

#[test]
fn a_run_that_is_killed_is_finished_by_the_next() {
    let directory = TempDir::new().unwrap();
    // The first has transfers under way by then.
    for milliseconds in [1_500, 40, 80, 120, 160] {
        let mut run = Command::new(env!("CARGO_BIN_EXE_bank"))
            .current_dir(directory.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        run.kill().unwrap();
        run.wait().unwrap();
    }
    let report = printed(directory.path(), &[]);
    let fold = Fold::of(JOURNAL);
    assert_eq!(section(&report, "Accounts"), fold.accounts());
    assert_eq!(section(&report, "Rejected"), fold.rejected());
}

#[test]
fn the_history_of_an_account_is_printed() {
    let directory = TempDir::new().unwrap();
    let journal = "id,operation,account,value,transfer,clerk,memo\n\
        1,open,A,Ada,,web,\n2,deposit,A,20,,,\n3,withdraw,A,12.50,T-1,web,rent\n";
    std::fs::write(directory.path().join("j.csv"), journal).unwrap();
    printed(directory.path(), &["--journal", "j.csv"]);
    let history = printed(directory.path(), &["history", "A"]);
    let mut lines = history.lines();
    assert_eq!(lines.next(), Some("A, Ada: 3 events, balance 7.50"));
    // The time is the only thing that is not known.
    let rows = lines.skip(1).map(|line| {
        let words = line.split_whitespace();
        words
            .filter(|word| !word.ends_with('Z'))
            .collect::<Vec<_>>()
            .join(" ")
    });
    assert_eq!(
        rows.collect::<Vec<_>>(),
        [
            "version position time event amount balance transfer clerk memo",
            "1 1 opened 0.00 web",
            "2 2 deposited +20.00 20.00",
            "3 3 withdrawn -12.50 7.50 T-1 web rent",
        ]
    );
}

const FROZEN: &str = "id,operation,account,value,transfer,clerk\n\
    1,open,A,Ada,,web\n2,deposit,A,20,,\n3,open,B,Bob,,\n4,transfer,A,12.50,B,web\n\
    5,freeze,B,,,\n6,transfer,A,2.50,B,app\n7,transfer,A,9,B,\n";

#[test]
fn what_a_frozen_account_does_not_take_is_put_back() {
    let directory = TempDir::new().unwrap();
    let directory = directory.path();
    std::fs::write(directory.join("j.csv"), FROZEN).unwrap();
    let report = printed(directory, &["--journal", "j.csv"]);
    assert_eq!(
        section(&report, "Accounts"),
        ["Accounts (2)", "A Ada 7.50", "B Bob 12.50", "total 20.00"]
    );
    assert_eq!(
        section(&report, "Rejected"),
        [
            "Rejected operations (2)",
            "line 7 6 A transfer 2.50 the account is frozen; the money was put back",
            "line 8 7 A transfer 9.00 900 cents requested, 750 available",
        ]
    );
    // What a transfer does to an account is told with its id, and with who asked for it.
    let history = printed(directory, &["history", "A"]);
    let told = |text: &str| history.lines().filter(|line| line.contains(text)).count();
    assert_eq!(
        (told("  4         web"), told("  6         app")),
        (1, 2),
        "{history}"
    );

    assert_eq!(
        section(&printed(directory, &["sagas"]), "Sagas"),
        [
            "Sagas (3)",
            "saga id status at done error",
            "MoveMoney 4 completed debit credit",
            "MoveMoney 6 compensated debit credit: the account is frozen",
            "MoveMoney 7 compensated debit: 900 cents requested, 750 available",
        ]
    );
    let put_back = printed(directory, &["sagas", "compensated"]);
    assert!(
        put_back.starts_with("Sagas (compensated, 2)\n"),
        "{put_back}"
    );
    assert_eq!(
        printed(directory, &["sagas", "stuck"]),
        "Sagas (stuck, 0)\n"
    );
    let error = complaint(directory, &["sagas", "--store", "sqlite:none.db"], 1);
    assert!(error.starts_with("bank: there is no bank at"), "{error}");
}

#[test]
fn what_is_not_there_is_a_clear_error() {
    let directory = TempDir::new().unwrap();
    let directory = directory.path();
    assert_eq!(
        complaint(directory, &["history", "A-001"], 1),
        "bank: there is no bank at sqlite:bank.db yet: run `bank` first\n"
    );
    assert!(!directory.join("bank.db").exists());
    printed(directory, &[]);
    assert_eq!(
        complaint(directory, &["history", "A-999"], 1),
        "bank: there is no account `A-999` in sqlite:bank.db\n"
    );
    assert!(
        complaint(directory, &["--journal", "no.csv"], 1)
            .starts_with("bank: cannot read the journal no.csv: ")
    );
    assert_eq!(
        complaint(directory, &["histroy", "A-001"], 2),
        "bank: `histroy` is not understood here\nSee `bank --help`.\n"
    );
}

#[test]
fn the_store_is_chosen_by_its_address() {
    let directory = TempDir::new().unwrap();
    let report = printed(directory.path(), &["--store", "memory:"]);
    assert!(report.contains("\nMalformed lines (29)\n"));
    assert!(!directory.path().join("bank.db").exists());
    let error = complaint(directory.path(), &["--store", "bank.db"], 1);
    assert!(error.starts_with("bank: cannot open bank.db: "), "{error}");
}

#[test]
fn verify_says_what_is_stored_and_what_is_not_read() {
    let directory = TempDir::new().unwrap();
    let directory = directory.path();
    let old = include_bytes!("../version-1.db");
    std::fs::write(directory.join("bank.db"), old).unwrap();
    let found = printed(directory, &["verify"]);
    assert!(found.contains("Account  Withdrawn v1\n"), "{found}");
    assert!(!found.contains("Withdrawn v2"), "{found}");

    let error = complaint(directory, &["verify", "--store", "sqlite:none.db"], 1);
    assert!(error.starts_with("bank: there is no bank at"), "{error}");
}

#[test]
fn rebuilt_statements_say_what_they_said() {
    let folder = TempDir::new().unwrap();
    let directory = folder.path();
    let before = section(&printed(directory, &[]), "Accounts");
    let rebuilt = printed(directory, &["rebuild"]);
    assert!(
        rebuilt.starts_with("200 statements rebuilt from 10,080 events in "),
        "{rebuilt}"
    );
    assert_eq!(section(&printed(directory, &[]), "Accounts"), before);
    complaint(directory, &["rebuild", "--store", "sqlite:none.db"], 1);
}
