use serde::{Deserialize, Serialize};

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
