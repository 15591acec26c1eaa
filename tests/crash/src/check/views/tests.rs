use uuid::Uuid;

use super::*;
use crate::check::image::Entry;
use crate::line::Key;

const KEY: Key = Key {
    id: Uuid::nil(),
    account: 1,
};

fn entry(position: u64, delta: i64) -> Entry {
    Entry {
        position,
        key: KEY,
        delta,
    }
}

/// The account has 5 cents, then 2.
fn image() -> Image {
    Image {
        end: 2,
        log: vec![entry(1, 5), entry(2, -3)],
        ..Image::default()
    }
}

fn purse(position: u64, cents: i64, events: u64) -> Kept {
    let document = format!(
        r#"{{"cents":{cents},"is_odd":{},"events":{events}}}"#,
        cents % 2 != 0
    );
    let value = (cents.cast_unsigned() ^ (1 << 63)).to_be_bytes().to_vec();
    let is_odd = u8::from(cents % 2 != 0);
    Kept {
        projection: "Purse".to_owned(),
        is_ready: true,
        position,
        documents: [("1".to_owned(), document)].into(),
        entries: [
            (0, value, "1".to_owned()),
            (1, vec![is_odd], "1".to_owned()),
        ]
        .into(),
        ..Kept::default()
    }
}

fn found(head: u64, kept: Kept) -> Vec<Check> {
    let watched = Watched {
        shelves: vec![Shelf {
            head,
            kept: vec![kept],
        }],
        given: Vec::new(),
    };
    let mut tally = Tally::default();
    compare_views(&image(), &watched, &mut tally);
    tally.findings.iter().map(|finding| finding.check).collect()
}

#[test]
fn rows_are_compared_with_the_fold_up_to_their_position() {
    assert_eq!(found(2, purse(1, 5, 1)), []);
    assert_eq!(found(2, purse(2, 2, 2)), []);
    assert_eq!(found(2, purse(2, 5, 1)), [Check::Folded]);
    assert_eq!(found(2, purse(1, 2, 2)), [Check::Folded]);
}

#[test]
fn an_index_that_is_not_that_of_the_documents_is_found() {
    let mut kept = purse(2, 2, 2);
    kept.entries.extend(purse(1, 5, 1).entries);
    assert_eq!(found(2, kept), [Check::Folded]);
}

#[test]
fn a_position_beyond_the_log_is_found() {
    let ahead = Kept {
        position: 3,
        ..purse(2, 2, 2)
    };
    assert_eq!(found(2, ahead), [Check::Position, Check::Position]);
}

#[test]
fn an_inline_read_model_behind_the_log_is_found() {
    let balance = |is_ready| Kept {
        projection: INLINE.to_owned(),
        is_ready,
        position: 1,
        documents: [("1".to_owned(), r#"{"cents":5,"version":1}"#.to_owned())].into(),
        ..Kept::default()
    };
    assert_eq!(found(2, balance(true)), [Check::Position]);
    assert_eq!(found(2, balance(false)), []);
}

#[test]
fn a_document_that_says_another_position_is_found() {
    for (position, expected) in [(2, 0), (1, 1)] {
        let given = Given {
            projection: "Purse",
            key: "1".to_owned(),
            position,
            document: purse(2, 2, 2).documents.remove("1"),
        };
        let watched = Watched {
            shelves: Vec::new(),
            given: vec![given],
        };
        let mut tally = Tally::default();
        compare_views(&image(), &watched, &mut tally);
        assert_eq!(tally.found(Check::Given), expected);
    }
}
