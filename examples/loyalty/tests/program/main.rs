//! The program, run as a person would run it.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests, not an API")]

#[cfg(unix)]
mod postgres;

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// Runs the program in a directory; a word in quotes is one.
fn loyalty(directory: &Path, line: &str) -> Output {
    let quoted = line.split('"').enumerate();
    let words = quoted.flat_map(|(index, part)| match index % 2 {
        0 => part.split_whitespace().collect(),
        _ => vec![part],
    });
    Command::new(env!("CARGO_BIN_EXE_loyalty"))
        .current_dir(directory)
        .args(words)
        .output()
        .unwrap()
}

/// What it prints if all is well.
fn printed(directory: &Path, line: &str) -> String {
    let output = loyalty(directory, line);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{line}");
    assert!(output.status.success(), "{line}");
    String::from_utf8(output.stdout).unwrap()
}

/// What it says if all is not.
fn complaint(directory: &Path, line: &str) -> String {
    let output = loyalty(directory, line);
    assert_eq!(output.status.code(), Some(1), "{line}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{line}");
    String::from_utf8(output.stderr).unwrap()
}

/// A tree without what differs between two runs: ids, positions, and the order of what was done at once.
fn stable(tree: &str) -> String {
    let (mut above, mut paths) = (Vec::new(), Vec::new());
    for line in tree.lines().filter(|line| !line.starts_with('│')) {
        let text = line.trim_start_matches(['│', '├', '└', '─', ' ']);
        let depth = (line.chars().count() - text.chars().count()) / 3;
        let (text, _) = text.rsplit_once(", command ").unwrap();
        let (_, text) = text.split_once(' ').unwrap();
        above.truncate(depth);
        above.push(format!("{}]", without_positions(text)));
        paths.push(above.clone());
    }
    paths.sort();
    let lines = paths.iter().map(|path| {
        let indent = "  ".repeat(path.len() - 1);
        format!("{indent}{}\n", path.last().unwrap())
    });
    lines.collect()
}

/// `started by event 13` is `started by event` here.
fn without_positions(text: &str) -> String {
    let mut parts = text.split("event ");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str("event");
        kept.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    kept
}

#[test]
fn the_demonstration_shows_it_all() {
    let directory = TempDir::new().unwrap();
    let shown = printed(directory.path(), "demo");
    for expected in [
        "4 members settled, 0 were settled before; 3 levels rose.\n  M-001 is silver\n  M-002 is gold\n  M-004 is platinum\n",
        "support has answered M-001:silver; all have answered.\n",
        "support has answered M-002:gold; it waits for logistics.\n",
        "\nM-002:gold  waiting\n  answered: payment, support\n  waits for: logistics\n  until: 2026-11-03T02:00:00Z\n",
        "\nM-002:gold  completed\n  answered: payment, support\n  escalated: logistics\n",
        "\nM-004:platinum  completed\n  escalated: payment, logistics, support\n",
        "\nM-002, Björn Petrov: bronze to gold, without silver\n",
        "\nM-004, Dragan Ilić: bronze to platinum, without silver and gold\n",
    ] {
        assert!(shown.contains(expected), "{expected}\n\n{shown}");
    }
}

#[test]
fn the_demonstration_and_a_night_may_be_run_twice() {
    let directory = TempDir::new().unwrap();
    let directory = directory.path();
    printed(directory, "demo");
    let before = printed(directory, "audit M-002");
    printed(directory, "demo");
    assert_eq!(
        printed(directory, "nightly --cut-off 2026-11-01"),
        "Night to 2026-11-01: 0 members settled, 4 were settled before; 0 levels rose.\n"
    );
    assert_eq!(printed(directory, "audit M-002"), before);
    // 400 points more by then.
    assert_eq!(
        printed(directory, "nightly --cut-off 2026-11-02"),
        "Night to 2026-11-02: 4 members settled, 0 were settled before; 1 level rose.\n  M-003 is silver\n"
    );
}

#[test]
fn the_audit_is_a_tree_from_the_night_to_its_last_consequence() {
    let directory = TempDir::new().unwrap();
    printed(directory.path(), "demo");
    let audit = printed(directory.path(), "audit M-002");
    assert!(audit.contains("│  all of it is the work `M-002, night to 2026-11-01`\n"));
    assert_eq!(stable(&audit), include_str!("audit.txt"), "{audit}");
}

#[test]
fn a_deadline_passes_between_two_runs() {
    let directory = TempDir::new().unwrap();
    let directory = directory.path();
    let night = "--now 2026-11-02T02:00:00Z";
    printed(directory, r#"join M-007 "Gro Lund""#);
    printed(
        directory,
        r#"earn M-007 1200 "order 1" --now 2026-10-30T12:00:00Z"#,
    );
    printed(directory, &format!("nightly --cut-off 2026-11-02 {night}"));
    assert_eq!(
        printed(directory, &format!("answer support M-007:silver {night}")),
        "support has answered M-007:silver; it waits for payment, logistics.\n"
    );
    let waiting = "1 upgrade\n\nM-007:silver  waiting\n  answered: support\n  \
                   waits for: payment, logistics\n  until: 2026-11-04T02:00:00Z\n";
    assert_eq!(
        printed(directory, &format!("sagas waiting {night}")),
        waiting
    );
    assert_eq!(
        printed(directory, "sagas --now 2026-11-04T02:00:00Z"),
        "1 upgrade\n\nM-007:silver  completed\n  answered: support\n  escalated: payment, logistics\n"
    );
    assert_eq!(
        printed(directory, "skipped"),
        "Nobody has skipped a level.\n"
    );
}

#[test]
fn what_cannot_be_done_is_told_with_what_can() {
    let directory = TempDir::new().unwrap();
    let directory = directory.path();
    let none = "loyalty: there is no scheme at sqlite:loyalty.db yet: \
                run `loyalty demo` or `loyalty join MEMBER NAME` first\n";
    assert_eq!(complaint(directory, "skipped"), none);
    assert!(!directory.join("loyalty.db").exists());
    printed(directory, "join M-1 Ada");
    for (line, said) in [
        (
            "join M-1 Ada",
            "joining M-1 was not done: Member `M-1` exists already",
        ),
        (
            "earn M-1 0 order",
            "earning for M-1 was not done: no points are earned: give 1 or more",
        ),
        (
            "earn M-2 5 order",
            "there is no member `M-2`: run `loyalty join M-2 NAME` first",
        ),
        (
            "audit M-2",
            "there is no member `M-2`: run `loyalty join M-2 NAME` first",
        ),
        (
            "answer payment gold",
            "`gold` is no upgrade such as `M-001:gold`",
        ),
        (
            "answer payment M-1:gold",
            "the answer of payment was not done: `M-1:gold` is not asked for, or is answered: \
             `loyalty sagas waiting` shows what is",
        ),
    ] {
        assert_eq!(complaint(directory, line), format!("loyalty: {said}\n"));
    }
    let usage = loyalty(directory, "sattle");
    assert_eq!(usage.status.code(), Some(2));
}
