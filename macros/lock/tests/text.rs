//! What is written is read back, and what is read was written.

use std::collections::{BTreeMap, BTreeSet};

use gesta_lock::{EventKey, Lock, LockErrorKind, Saga, Shape};
use proptest::collection::{btree_map, btree_set};
use proptest::option;
use proptest::prelude::*;

const WHOLE: &str = include_str!("whole.lock");

/// What a parser may stumble over.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[A-Za-z0-9_.-]{1,6}",
        2 => ".{0,4}",
        1 => any::<char>().prop_map(String::from),
        3 => prop::sample::select(vec![
            " ", "    ", ":", ": ", "#", "#[serde(a)]", "(", " {", "\"", "\\", "\\\"", "\n", "\r\n", "\t", " v2",
            "wire", "golden ", "event", "\u{2028}", "\u{feff}", "<<<<<<<", "",
        ]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

fn shape() -> impl Strategy<Value = Shape> {
    (
        btree_set(text(), 0..3),
        btree_map(text(), text(), 0..4),
        option::of(text()),
        option::of(text()),
    )
        .prop_map(|(attributes, fields, wire, golden)| Shape {
            attributes,
            fields,
            wire,
            golden,
        })
}

fn lock() -> impl Strategy<Value = Lock> {
    let key = (text(), 1..=u32::MAX).prop_map(|(name, version)| EventKey { name, version });
    let saga = (1..=u32::MAX, btree_set(text(), 0..3));
    let saga = saga.prop_map(|(version, steps)| Saga { version, steps });
    (
        btree_map(text(), btree_set(text(), 0..3), 0..3),
        btree_map(key, shape(), 0..4),
        btree_map(text(), shape(), 0..3),
        btree_map(text(), saga, 0..3),
    )
        .prop_map(|(aggregates, events, values, sagas)| Lock {
            aggregates,
            events,
            values,
            sagas,
        })
}

/// Texts that are nearly a lock.
fn lines() -> impl Strategy<Value = String> {
    let start = prop::sample::select(vec![
        "event ",
        "event A v1",
        "value ",
        "aggregate A",
        "saga ",
        "saga A v1",
        "    ",
        "  ",
        "    a: ",
        "  wire ",
        "  golden ",
        "#",
        "",
    ]);
    let line = (start, text()).prop_map(|(start, text)| format!("{start}{text}\n"));
    prop::collection::vec(line, 0..8).prop_map(|lines| lines.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(lock in lock()) {
        let text = lock.to_string();
        prop_assert_eq!(text.parse(), Ok(lock.clone()), "{}", text);
        let windows = text.replace('\n', "\r\n");
        prop_assert_eq!(windows.parse(), Ok(lock));
    }

    #[test]
    fn any_text_is_read_or_refused(text in prop_oneof![any::<String>(), lines()]) {
        if let Ok(lock) = text.parse::<Lock>() {
            let written = lock.to_string();
            prop_assert_eq!(written.parse(), Ok(lock.clone()));
            prop_assert_eq!(written.parse::<Lock>().map(|lock| lock.to_string()), Ok(written));
        }
    }
}

fn texts(texts: &[&str]) -> BTreeSet<String> {
    texts.iter().copied().map(String::from).collect()
}

fn fields(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
    let fields = fields.iter().copied();
    fields
        .map(|(key, text)| (key.into(), text.into()))
        .collect()
}

#[test]
fn the_file_is_what_people_review() {
    let mut lock = Lock::default();
    let names = texts(&["AccountOpened", "With drawn"]);
    lock.aggregates.insert("Account".into(), names);
    let withdrawn = Shape {
        attributes: texts(&["#[serde(deny_unknown_fields)]"]),
        fields: fields(&[("cents", "u64"), ("a: b", "String"), ("pair", "(u8, u8)")]),
        wire: Some("{cents: u64}".into()),
        golden: Some(r#"{"cents":1}"#.into()),
    };
    for version in [10, 2] {
        let key = EventKey::new("With drawn", version);
        lock.events.insert(key, withdrawn.clone());
    }
    let currency = Shape {
        fields: fields(&[
            ("Eur", ""),
            ("Named", "{ a: u64 }"),
            ("Other", "(String)"),
            ("Usd", "#[serde(rename = \"usd\")]"),
        ]),
        wire: Some("enum {Eur}".into()),
        ..Shape::default()
    };
    lock.values.insert("Currency".into(), currency);
    let saga = Saga {
        version: 2,
        steps: texts(&["debit", "credit"]),
    };
    lock.sagas.insert("MoveMoney".into(), saga);
    assert_eq!(lock.to_string(), WHOLE);
    assert_eq!(WHOLE.parse(), Ok(lock));
}

#[test]
fn comments_and_blank_lines_are_dropped_anywhere() {
    let lock = "\u{feff}# a\nvalue A\n# b\n\n    a: u8  \n \t\n#c\n  wire u8";
    let lock: Lock = lock.parse().unwrap();
    assert_eq!(lock.values["A"].fields, fields(&[("a", "u8")]));
    assert_eq!(lock.values["A"].wire.as_deref(), Some("u8"));
}

#[test]
fn a_line_that_is_wrong_is_named() {
    use LockErrorKind::*;
    let line = str::to_owned;
    for (text, number, kind) in [
        ("event A v1\n\nevent A v1", 3, Duplicate(line("event A v1"))),
        ("value A\nvalue A", 2, Duplicate(line("value A"))),
        ("value A\n    a: b\n    a: c", 3, Duplicate(line("a: c"))),
        ("value A\n    #[a]\n    #[a]", 3, Duplicate(line("#[a]"))),
        ("aggregate A\n    B\n    B", 3, Duplicate(line("B"))),
        ("saga A v1\n    b\n    b", 3, Duplicate(line("b"))),
        ("saga A v1\nsaga A v2", 2, Duplicate(line("saga A v2"))),
        ("value A\n  wire a\n  wire b", 3, Duplicate(line("wire b"))),
        ("# x\nevents A v1", 2, UnknownEntry(line("events A v1"))),
        ("owner: String", 1, UnknownEntry(line("owner: String"))),
        ("    owner: String", 1, NoEntry),
        ("value A\n   a: b", 2, Indentation),
        ("value A\n\ta: b", 2, Indentation),
        ("value A\n      a: b", 2, Indentation),
        ("value", 1, Name),
        ("value \"A", 1, Name),
        ("event v1", 1, Version),
        ("event A", 1, Version),
        ("event A v0", 1, Version),
        ("event A v+1", 1, Version),
        ("event A v", 1, Version),
        ("event A v4294967296", 1, Version),
        ("saga A", 1, Version),
        ("saga A v0", 1, Version),
        ("value A v1", 1, Unreadable(line("value A v1"))),
        ("aggregate A\n    B: c", 2, Unreadable(line("B: c"))),
        ("aggregate A\n  wire a", 2, Unreadable(line("wire a"))),
        ("saga A v1\n    b: c", 2, Unreadable(line("b: c"))),
        ("saga A v1\n  wire a", 2, Unreadable(line("wire a"))),
        ("value A\n    a:", 2, Unreadable(line("a:"))),
        ("value A\n    a b", 2, Unreadable(line("a b"))),
        ("value A\n  wires a", 2, Unreadable(line("wires a"))),
        ("value A\n<<<<<<< HEAD\n", 2, Conflict),
        ("value A\n=======\n", 2, Conflict),
        (">>>>>>> topic\n", 1, Conflict),
    ] {
        let error = text.parse::<Lock>().unwrap_err();
        assert_eq!((error.line, error.kind), (number, kind), "{text}");
    }
}

#[test]
fn an_error_says_what_to_do() {
    let said = |text: &str| text.parse::<Lock>().unwrap_err().to_string();
    assert_eq!(
        said("\nevent A"),
        "line 2: the entry has no version: `v1`, `v2`, .. follows its name; \
         restore the file from version control, or mend the line"
    );
    assert_eq!(
        said("<<<<<<< HEAD"),
        "line 1: git left the two sides of a merge here; \
         resolve the merge, then run `GESTA_LOCK=accept cargo test`"
    );
}
