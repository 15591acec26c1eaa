//! The journal that comes with the example.

#![allow(missing_docs, reason = "tests, not an API")]

#[allow(dead_code, reason = "its main function writes the file")]
#[path = "../examples/generate_journal.rs"]
mod generate_journal;

use bank::journal::Journal;

const COMMITTED: &[u8] = include_bytes!("../journal.csv");

#[test]
fn it_is_what_its_generator_writes() {
    assert!(
        generate_journal::journal() == COMMITTED,
        "run `cargo run -p bank --example generate_journal`"
    );
}

#[test]
fn it_has_something_of_everything() {
    let journal = Journal::parse(COMMITTED).unwrap();
    let kinds: std::collections::HashSet<_> = journal
        .malformed
        .iter()
        .map(|line| std::mem::discriminant(&line.problem))
        .collect();
    assert_eq!(journal.malformed.len(), 29);
    assert_eq!(kinds.len(), 12);
    let repeated = journal.lines.iter().filter(|line| line.repeats.is_some());
    assert_eq!(repeated.count(), 33);
}
