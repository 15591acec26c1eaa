//! Each rule by which a change is judged.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at what it does not expect"
)]

use gesta_lock::{EventKey, Impact, Lock, LockEntry, difference};
use proptest::prelude::*;

/// The report on what a change of one text into the other means.
fn report(before: &str, after: &str) -> String {
    let lock = |text: &str| text.parse::<Lock>().unwrap();
    difference(&lock(before), &lock(after)).to_string()
}

/// The same where only the lines of one entry differ, without the entry's name.
fn edited(entry: &str, was: &str, now: &str) -> String {
    let before = format!("{entry}\n{was}");
    let said = report(&before, &format!("{entry}\n{now}"));
    said.replace(&format!(" {entry}: "), " ")
        .trim_end()
        .to_owned()
}

fn event(was: &str, now: &str) -> String {
    edited("event Paid v1", was, now)
}

fn value(was: &str, now: &str) -> String {
    edited("value Currency", was, now)
}

#[test]
fn nothing_has_changed() {
    let text = "aggregate A\n    B\n\nevent B v1\n    c: u8\n";
    assert_eq!(report(text, text), "nothing has changed\n");
    let lock: Lock = text.parse().unwrap();
    assert_eq!(difference(&lock, &lock).impact(), None);
}

#[test]
fn what_is_new_is_compatible() {
    let before = "aggregate A\n    One\nevent One v1";
    let after = "aggregate A\n    One\n    Two\naggregate B\nevent One v1\nevent One v2\nevent Two v1\nvalue C";
    assert_eq!(
        report(before, after),
        "compatible     aggregate A: `Two` is new\n\
         compatible     aggregate B is new\n\
         compatible     event One v2 is new\n\
         compatible     event Two v1 is new\n\
         compatible     value C is new\n"
    );
}

#[test]
fn what_is_gone_is_breaking() {
    let before = "aggregate A\n    One\n    Two\naggregate B\nevent One v1\nevent One v2\nvalue C";
    let after = "aggregate A\n    One\nevent One v2";
    assert_eq!(
        report(before, after),
        "breaking       aggregate A: `Two` is gone: its streams may still have it; restore the line, and if nothing \
         applies it any more, write `#[aggregate(retired(\"Two\"))]`\n\
         breaking       aggregate B is gone: what was stored of it cannot be checked any more; restore the entry, and \
         keep the name with `#[aggregate(name = \"B\")]`\n\
         breaking       event One v1 is gone: what was stored in it cannot be checked any more; restore the entry\n\
         breaking       value C is gone: what was stored in it cannot be checked any more; restore the entry\n"
    );
}

#[test]
fn a_saga_that_grows_is_compatible() {
    let after = "saga Pay v2\n    credit\n    debit\nsaga Ship v1";
    assert_eq!(
        report("saga Pay v1\n    debit", after),
        "compatible     saga Pay: it is at version 2, and was at 1: older programs leave it alone\n\
         compatible     saga Pay: the step `credit` is new\n\
         compatible     saga Ship is new\n"
    );
}

#[test]
fn a_saga_that_loses_a_step_is_breaking_whatever_its_version() {
    let gone = "breaking       saga Pay: the step `debit` is gone: those that stand at it get stuck; write \
                `#[step(was = [\"debit\"])]` above the step that it is called now\n";
    let before = "saga Pay v1\n    debit";
    assert_eq!(report(before, "saga Pay v1"), gone);
    assert!(report(before, "saga Pay v2").ends_with(gone));
}

#[test]
fn a_saga_that_is_gone_or_taken_back_is_breaking() {
    assert_eq!(
        report("saga Pay v2\nsaga Ship v1\n    a", "saga Pay v1"),
        "breaking       saga Pay: it is at version 1, and was at 2: those of version 2 stand still; write \
         `#[saga(version = 2)]`\n\
         breaking       saga Ship is gone: those under way stand still; restore the entry, and keep the name with \
         `#[saga(name = \"Ship\")]`\n"
    );
}

#[test]
fn a_field_that_may_be_missing_is_compatible() {
    let added = "was added: it may be missing in what was stored";
    for field in ["memo: Option<String>", "memo: u8 #[serde(default)]"] {
        let now = format!("    cents: u64\n    {field}");
        let expected = format!("compatible     `{field}` {added}");
        assert_eq!(event("    cents: u64", &now), expected);
        assert_eq!(value("    cents: u64", &now), expected);
    }
}

#[test]
fn a_field_that_may_not_be_missing_needs_an_upcast() {
    let now = "    cents: u64\n    memo: String";
    assert_eq!(
        event("    cents: u64", now),
        "needs upcast   `memo: String` was added; \
         write `#[event(version = 2)]` and `#[since(2, default)]` on the field"
    );
    assert_eq!(
        value("    cents: u64", now),
        "needs upcast   `memo: String` was added; make it an `Option<..>`, or write `#[serde(default)]` on it"
    );
}

#[test]
fn a_tuple_is_as_long_as_it_is() {
    let said = value("    0: u64", "    0: u64\n    1: Option<u64>");
    assert!(
        said.starts_with("needs upcast   `1: Option<u64>` was added"),
        "{said}"
    );
}

#[test]
fn a_removed_field_needs_an_upcast() {
    assert_eq!(
        event(
            "    cents: u64\n    note: String #[serde(default)]",
            "    cents: u64"
        ),
        "needs upcast   `note: String #[serde(default)]` was removed; \
         write `#[event(version = 2)]` and `#[removed(2, note: String)]`"
    );
    let said = value("    note: Option<u8>", "");
    assert!(
        said.starts_with("needs upcast   `note: Option<u8>` was removed; change it back"),
        "{said}"
    );
}

#[test]
fn a_renamed_field_is_shown_the_way() {
    let said = event("    note: String", "    memo: String");
    let (added, removed) = said.split_once('\n').unwrap();
    assert!(
        added.ends_with("`#[since(2, default)]` on the field, or, if it was `note`, `#[renamed(2, was = \"note\")]`"),
        "{added}"
    );
    assert!(
        removed.contains("`#[removed(2, note: String)]`"),
        "{removed}"
    );
}

#[test]
fn a_changed_type_needs_an_upcast_even_where_it_is_wider() {
    assert_eq!(
        event("    cents: u32", "    cents: u64"),
        "needs upcast   `cents: u32` became `cents: u64`; \
         write `#[event(version = 2)]` and `#[changed(2, from = u32, with = ..)]` on the field"
    );
    assert_eq!(
        value("    Other(u32)", "    Other(u64)"),
        "needs upcast   `Other(u32)` became `Other(u64)`; change it back, or make it a type of another name, \
         and write `#[changed(.., from = Currency, with = ..)]` on the fields of events that get it"
    );
}

#[test]
fn a_changed_attribute_needs_an_upcast() {
    let attribute = "    #[serde(transparent)]";
    assert_eq!(
        event("", attribute),
        "needs upcast   `#[serde(transparent)]` was added; change it back, or keep the struct as `PaidV1` \
         and write `#[event(version = 2, from = PaidV1)]`"
    );
    let said = event(attribute, "");
    assert!(
        said.starts_with("needs upcast   `#[serde(transparent)]` was removed; change"),
        "{said}"
    );
    let said = event("    a: u8", "    a: u8 #[serde(rename = \"b\")]");
    assert!(
        said.starts_with("needs upcast   `a: u8` became `a: u8 #[serde(rename"),
        "{said}"
    );
}

#[test]
fn a_version_that_has_another_after_it_is_history() {
    let rest = "event Paid v2\n    cents: u64\n";
    let said = report(
        &format!("{rest}event Paid v1\n    cents: u8"),
        &format!("{rest}event Paid v1\n    cents: u16"),
    );
    assert_eq!(
        said,
        "needs upcast   event Paid v1: `cents: u8` became `cents: u16`; \
         change it back: what is stored as v1 does not change any more\n"
    );
}

#[test]
fn a_new_variant_is_compatible() {
    assert_eq!(
        value("    Eur", "    Eur\n    Other(String)"),
        "compatible     the variant `Other(String)` is new"
    );
}

#[test]
fn a_variant_that_is_gone_is_breaking() {
    assert_eq!(
        value("    Eur\n    Named { a: u8 }", "    Eur"),
        "breaking       the variant `Named { a: u8 }` is gone: what was stored with it cannot be read; restore it, \
         or write `#[serde(alias = \"Named\")]` on a variant of the same contents"
    );
}

#[test]
fn an_enum_that_becomes_a_struct_is_breaking() {
    let said = value("    Eur", "    code: String");
    assert!(
        said.starts_with("breaking ") && said.contains("needs upcast   `code: String`"),
        "{said}"
    );
}

#[test]
fn another_wire_under_the_same_declaration_needs_an_upcast() {
    let wire =
        |wire: &str| format!("    at: Time\n  wire   {wire}\n  golden {{\"at\":\"{wire}\"}}");
    assert_eq!(
        event(&wire("{at: string}"), &wire("{at: u64}")),
        "needs upcast   it was stored as `{at: string}` and is stored as `{at: u64}`; change it back, or keep the \
         struct as `PaidV1` and write `#[event(version = 2, from = PaidV1)]`"
    );
}

#[test]
fn another_wire_beside_a_compatible_change_needs_an_upcast() {
    let was = "    at: Time\n  wire {at: string}";
    let added = "    at: Time\n    memo: Option<u8>\n";
    let said = event(
        was,
        &format!("{added}  wire {{at: string, memo: option<u8>}}"),
    );
    assert_eq!(said.lines().count(), 1, "{said}");
    let said = event(was, &format!("{added}  wire {{at: u64, memo: option<u8>}}"));
    assert!(
        said.contains("needs upcast   it was stored as `{at: string}`"),
        "{said}"
    );
}

#[test]
fn a_wire_that_has_grown_with_a_value_is_compatible() {
    let wire = |variants: &str| format!("    of: Currency\n  wire {{of: enum {{{variants}}}}}");
    assert_eq!(
        event(&wire("Eur"), &wire("Eur, Usd")),
        "compatible     it is stored as `{of: enum {Eur, Usd}}`, and what was stored as `{of: enum {Eur}}` is read"
    );
}

#[test]
fn a_wire_known_on_one_side_is_compatible() {
    let known = "    a: u8\n  wire {a: u8}";
    assert_eq!(
        event("    a: u8", known),
        "compatible     how it is stored is known now"
    );
    assert_eq!(
        event(known, "    a: u8"),
        "compatible     how it is stored is not known any more"
    );
}

#[test]
fn another_golden_payload_is_compatible_in_the_same_shape() {
    let another = "compatible     it has another golden payload of the same shape";
    assert_eq!(event("  golden {\"a\":1}", "  golden {\"a\":2}"), another);
    // Where the wire is known, it is what counts: the payload may show another variant.
    let known = |golden: &str| format!("  wire enum {{A, B}}\n  golden {golden}");
    assert_eq!(value(&known("\"A\""), &known("{\"B\":1}")), another);
    assert_eq!(
        event("  golden {\"a\":1}", "  golden {\"a\":\"1\"}"),
        "needs upcast   its golden payload was `{\"a\":1}` and is `{\"a\":\"1\"}`; change it back, or keep the struct as \
         `PaidV1` and write `#[event(version = 2, from = PaidV1)]`"
    );
}

#[test]
fn a_golden_payload_on_one_side_is_compatible() {
    assert_eq!(
        event("", "  golden 1"),
        "compatible     it has a golden payload now"
    );
    assert_eq!(
        event("  golden 1", ""),
        "compatible     it has no golden payload any more; `GESTA_LOCK=accept cargo test` writes one"
    );
}

#[test]
fn the_worst_is_the_impact_and_changes_name_their_entry() {
    let before: Lock = "event A v1\nevent B v1".parse().unwrap();
    let after: Lock = "event B v1\n    a: u8\nevent C v1".parse().unwrap();
    let difference = difference(&before, &after);
    assert_eq!(difference.impact(), Some(Impact::Breaking));
    let changes = difference.changes.iter();
    let named: Vec<_> = changes
        .map(|change| (change.impact, change.entry.clone()))
        .collect();
    let event = |name: &str| LockEntry::Event(EventKey::new(name, 1));
    assert_eq!(
        named,
        [
            (Impact::Breaking, event("A")),
            (Impact::NeedsUpcast, event("B")),
            (Impact::Compatible, event("C")),
        ]
    );
}

/// Locks that have much in common.
fn lock() -> impl Strategy<Value = Lock> {
    let line = prop::sample::select(vec![
        "    a: u8",
        "    a: u16",
        "    b: Option<u8>",
        "    Eur",
        "    Other(u8)",
        "    #[serde(default)]",
        "  wire {a: u8}",
        "  wire enum {Eur}",
        "  golden 1",
        "  golden \"a\"",
        "event E v1",
        "event E v2",
        "value V",
        "value W",
        "aggregate A",
        "aggregate B",
        "saga S v1",
        "saga S v2",
        "saga T v1",
    ]);
    let lines = prop::collection::vec(line, 0..10).prop_map(|lines| lines.join("\n"));
    lines.prop_filter_map("no lock", |text| {
        format!("value First\n{text}").parse().ok()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_change_is_found_and_nothing_else(before in lock(), after in lock()) {
        let found = difference(&before, &after);
        prop_assert_eq!(found.changes.is_empty(), before == after);
        prop_assert_eq!(found.impact().is_none(), before == after);
        prop_assert!(difference(&before, &before).changes.is_empty());
        let entries: Vec<_> = found.changes.iter().map(|change| &change.entry).collect();
        prop_assert!(entries.is_sorted(), "{}", found);
    }
}
