use serde::{Deserialize, Serialize};

use super::super::search::search;
use super::check;

#[derive(Debug, Serialize, Deserialize)]
enum Kinds {
    Eur,
    Other(String),
    Pair(u64, u64),
    Named { a: u64 },
    Tuple((u64, u64)),
    Optional(Option<u8>),
}

#[test]
fn all_variants_are_seen() {
    check::<Kinds>(
        "enum {Eur, Named{a: u64}, Optional(u8?), Other(string), Pair(u64, u64), Tuple(u64, u64)}",
        r#""Eur""#,
    );
    check::<Vec<Kinds>>(
        "[enum {Eur, Named{a: u64}, Optional(u8?), Other(string), Pair(u64, u64), Tuple(u64, u64)}]",
        r#"["Eur"]"#,
    );
}

#[derive(Debug, Serialize, Deserialize)]
enum Outer {
    One(Inner),
    Two { inner: Inner, more: Vec<Inner> },
}
#[derive(Debug, Serialize, Deserialize)]
enum Inner {
    A(u8),
    B(String),
}

#[test]
fn enums_in_enums_are_seen() {
    check::<Outer>(
        "enum {One(enum {A(u8), B(string)}), \
         Two{inner: enum {A(u8), B(string)}, more: [enum {A(u8), B(string)}]}}",
        r#"{"One":{"A":1}}"#,
    );
    check::<Result<u8, String>>("enum {Err(string), Ok(u8)}", r#"{"Ok":1}"#);
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
enum Renamed {
    #[serde(rename = "eur", alias = "EUR")]
    Eur,
    Usd,
    #[serde(other)]
    Unknown,
}
#[derive(Debug, Serialize, Deserialize)]
enum Single {
    #[serde(alias = "B")]
    A,
}

#[test]
fn names_of_one_variant_stand_together() {
    check::<Renamed>("enum {EUR/eur, Unknown, Usd}", r#""eur""#);
    check::<Single>("enum {A/B}", r#""A""#);
}

#[derive(Debug, Serialize, Deserialize)]
enum Tree {
    Node(Box<Tree>, Box<Tree>),
    Leaf(u64),
}
#[derive(Debug, Serialize, Deserialize)]
enum Expression {
    Add(Box<Term>, Box<Term>),
    One,
}
#[derive(Debug, Serialize, Deserialize)]
struct Term {
    factor: Factor,
}
#[derive(Debug, Serialize, Deserialize)]
enum Factor {
    Nested(Box<Expression>),
    Number(u64),
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

#[test]
fn enums_that_contain_themselves_end() {
    check::<Tree>(
        "enum {Leaf(u64), Node(.., ..)}",
        r#"{"Node":[{"Leaf":1},{"Leaf":1}]}"#,
    );
    let term = "{factor: enum {Nested(..3), Number(u64)}}";
    let (wire, sample) = super::seen::<Expression>();
    assert_eq!(wire, format!("enum {{Add({term}, {term}), One}}"));
    serde_json::from_str::<Expression>(&sample).unwrap();
}

#[derive(Debug, Serialize, Deserialize)]
enum Never {}

#[test]
fn an_enum_without_variants_has_no_sample() {
    let (wire, sample) = super::seen::<Vec<Option<Never>>>();
    assert_eq!((&*wire, &*sample), ("[enum {}?]", "[null]"));
    let (wire, sample) = super::seen::<Never>();
    assert_eq!(wire, "enum {}");
    assert_eq!(
        sample,
        "no sample of the type, which is read as `enum {}`: it has no variants"
    );
}
