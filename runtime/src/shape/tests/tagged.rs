use serde::{Deserialize, Serialize};

use super::super::search::search;
use super::{check, wire};

#[derive(Debug, Serialize, Deserialize)]
enum Inner {
    A(u8),
    B(String),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "content")]
enum Adjacent {
    Named { a: u64, inner: Inner },
    Text(String),
    Unit,
}
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
enum Alike {
    A(u8),
    B(u8),
}

#[derive(Debug, Serialize, Deserialize)]
struct Pair {
    side: Side,
    other: Side,
}
#[derive(Debug, Serialize, Deserialize)]
enum Side {
    A,
    B,
}

#[test]
fn adjacent_content_stands_with_its_tag() {
    check::<Adjacent>(
        "({content: any, type: Unit} | {content: string, type: Text} \
         | {content: {.., a: u64, inner: enum {A(u8), B(string)}}, type: Named})",
        r#"{"type":"Named","content":{"a":1,"inner":{"A":1}}}"#,
    );
    check::<Alike>("{c: u8, t: enum {A, B}}", r#"{"t":"A","c":1}"#);
    check::<Pair>(
        "{other: enum {A, B}, side: enum {A, B}}",
        r#"{"side":"A","other":"A"}"#,
    );
    assert_eq!(
        search::<Pair>().tree.nodes.len(),
        7,
        "`other` does not depend on `side`"
    );
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Internal {
    Named { a: u64, b: bool },
    Other { a: bool, text: String },
    Unit,
}
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u64),
    Named { a: u64 },
}

#[test]
fn what_describes_itself_is_any() {
    check::<Internal>(
        "{.., a: any, b: any, text: any, type: enum {Named, Other, Unit}}",
        r#"{"type":"Named","a":1,"b":true}"#,
    );
    check::<Untagged>("any", "1");
    check::<serde_json::Value>("any", r#""text""#);
    check::<Box<serde_json::value::RawValue>>("any", "null");
}

#[derive(Debug, Serialize, Deserialize)]
struct Around {
    before: Inner,
    several: Vec<Adjacent>,
    #[serde(flatten)]
    flat: Internal,
    after: Inner,
}

#[test]
fn tagged_enums_are_seen_where_they_stand() {
    check::<Around>(
        "{.., a: any, after: enum {A(u8), B(string)}, b: any, before: enum {A(u8), B(string)}, \
         several: [({content: any, type: Unit} | {content: string, type: Text} \
         | {content: {.., a: u64, inner: enum {A(u8), B(string)}}, type: Named})], \
         text: any, type: enum {Named, Other, Unit}}",
        r#"{"before":{"A":1},"several":[{"type":"Named","content":{"a":1,"inner":{"A":1}}}],"type":"Named","a":1,"b":true,"after":{"A":1}}"#,
    );
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
enum Formula {
    Sum(Box<Formula>, Box<Formula>),
    Number(u8),
}
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "t")]
enum Condition {
    Not { of: Box<Condition> },
    Equal { to: u8 },
}

#[test]
fn tagged_enums_that_contain_themselves_end() {
    check::<Formula>(
        "({c: (.., ..), t: Sum} | {c: u8, t: Number})",
        r#"{"t":"Sum","c":[{"t":"Number","c":1},{"t":"Number","c":1}]}"#,
    );
    check::<Condition>(
        "{.., of: any, t: enum {Equal, Not}, to: any}",
        r#"{"t":"Equal","to":1}"#,
    );
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "t", deny_unknown_fields)]
enum Strict {
    A { x: u8 },
    B { y: u8 },
}
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "t", content = "c", deny_unknown_fields)]
enum StrictPair {
    A { x: u8, unseen: Option<u8> },
    B(Inner),
    C,
}

#[test]
fn unknown_fields_may_be_denied() {
    check::<Strict>("{.., t: enum {A, B}, x: any, y: any}", r#"{"t":"A","x":1}"#);
    check::<StrictPair>(
        "({c: any, t: C} | {c: enum {A(u8), B(string)}, t: B} | {c: {.., x: u8}, t: A})",
        r#"{"t":"A","c":{"x":1,"unseen":null}}"#,
    );
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Named {
    A { a: u8 },
    B { b: u8 },
}

#[test]
fn an_untagged_enum_keeps_to_itself_what_it_misses() {
    assert_eq!(wire::<Option<Named>>(), "any?");
    assert!(search::<Named>().sample.is_none());
}
