//! The program, run as a person would run it.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests, not an API")]

mod fold;
#[cfg(unix)]
mod postgres;

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
    assert!(report.ends_with("\nAll 3,982 operations were new to the bank.\n"));
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
    let verdict = "All 3,982 operations were already in the bank; no balance changed.\n";
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
    for milliseconds in [40, 80, 120, 160, 200] {
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
    assert!(report.contains("\nMalformed lines (30)\n"));
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
        rebuilt.starts_with("200 statements rebuilt from 3,915 events in "),
        "{rebuilt}"
    );
    assert_eq!(section(&printed(directory, &[]), "Accounts"), before);
    complaint(directory, &["rebuild", "--store", "sqlite:none.db"], 1);
}
