//! The generated code that the book shows is what the attributes write today.

use std::fs;
use std::path::Path;

const FILE: &str = "book/expanded.rs";
const HEADER: &str =
    "// Written by `expansion.rs` from `account.rs`: what the attributes make of it.\n\n";

/// What the book includes: the anchor, the first items to pass by and then to begin with, the item to end with.
const ANCHORS: &[(&str, &[&str], &str)] = &[
    ("event", &["pub struct Deposited"], "const _"),
    ("root", &["pub struct Account ", "const _"], "const _"),
    ("enum", &["pub enum AccountEvent"], "pub enum AccountEvent"),
    (
        "command_struct",
        &["pub struct Withdraw "],
        "pub struct Withdraw ",
    ),
    (
        "events",
        &["Events for AccountEvent"],
        "Events for AccountEvent",
    ),
    (
        "aggregate",
        &["Aggregate for Account"],
        "Aggregate for Account",
    ),
    (
        "apply",
        &["EventOf<AccountEvent> for Deposited"],
        "IntoEvents<Account> for Deposited",
    ),
    ("command", &["Command for Withdraw"], "Command for Withdraw"),
];

#[test]
fn the_book_shows_what_the_attributes_write_today() {
    let code = gesta::testing::expansion("book/account.rs");
    let lines: Vec<&str> = code.lines().collect();
    let expanded = format!("{HEADER}{}", with_anchors(&lines));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    if std::env::var_os("GESTA_BOOK").is_some_and(|value| value == "overwrite") {
        fs::write(path, expanded).unwrap();
    } else {
        let shown = fs::read_to_string(path).unwrap_or_default();
        assert!(
            shown == expanded,
            "the attributes write other code than {FILE}: run `GESTA_BOOK=overwrite cargo test -p gesta-tests --test \
             book`, look at the difference, and read book/src/account.md again"
        );
    }
}

fn with_anchors(lines: &[&str]) -> String {
    let find = |from: usize, text: &str| {
        let found = lines[from..].iter().position(|line| line.contains(text));
        from + found.unwrap_or_else(|| panic!("the attributes write no `{text}`"))
    };
    let mut marks = vec![];
    for (anchor, firsts, last) in ANCHORS {
        let begin = firsts.iter().fold(0, |from, text| find(from, text));
        let end = end_of_item(lines, find(begin, last));
        marks.push((
            start_of_item(lines, begin),
            format!("// ANCHOR: {anchor}\n"),
        ));
        marks.push((end + 1, format!("// ANCHOR_END: {anchor}\n")));
    }
    let mut text = String::new();
    for (number, line) in lines.iter().enumerate() {
        let here = marks.iter().filter(|(at, _)| *at == number);
        here.for_each(|(_, mark)| text += &format!("{}{mark}", indent(line)));
        text += &format!("{line}\n");
    }
    text
}

fn indent(line: &str) -> &str {
    &line[..line.len() - line.trim_start().len()]
}

/// The first line of the item whose name stands on this line: that after the end of the item before it.
fn start_of_item(lines: &[&str], at: usize) -> usize {
    let before = lines[..at].iter().rposition(|line| {
        line.len() > indent(line).len()
            && indent(line).len() <= indent(lines[at]).len()
            && line.ends_with(['}', ';', '{'])
    });
    before.map_or(0, |before| before + 1)
}

/// The line that closes the item.
fn end_of_item(lines: &[&str], at: usize) -> usize {
    let closes = |line: &&str| indent(line) == indent(lines[at]) && line.trim().starts_with('}');
    at + lines[at..].iter().position(closes).unwrap()
}

// ANCHOR: snapshot
#[test]
fn what_is_generated_is_what_was_reviewed() {
    insta::assert_snapshot!(gesta::testing::expansion("book/door.rs"));
}
// ANCHOR_END: snapshot
