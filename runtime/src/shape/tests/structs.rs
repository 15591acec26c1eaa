use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::{check, same, wire};

#[derive(Debug, Serialize, Deserialize)]
struct Deposited {
    memo: String,
    cents: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Nested {
    before: Deposited,
    after: Option<Deposited>,
}

#[test]
fn a_struct_is_its_fields_by_name() {
    check::<Deposited>("{cents: u64, memo: string}", r#"{"memo":"text","cents":1}"#);
    check::<Nested>(
        "{after: {cents: u64, memo: string}?, before: {cents: u64, memo: string}}",
        r#"{"before":{"memo":"text","cents":1},"after":{"memo":"text","cents":1}}"#,
    );
}

#[derive(Debug, Serialize, Deserialize)]
struct Cents(u64);
#[derive(Debug, Serialize, Deserialize)]
struct Pair(u64, String);
#[derive(Debug, Serialize, Deserialize)]
struct Marker;
#[derive(Debug, Serialize, Deserialize)]
struct Empty {}

#[test]
fn newtypes_are_what_they_hold() {
    check::<Cents>("u64", "1");
    check::<Pair>("(u64, string)", r#"[1,"text"]"#);
    check::<Marker>("null", "null");
    check::<Empty>("{}", "{}");
    check::<Box<Rc2>>("u64", "1");
}

#[derive(Debug, Serialize, Deserialize)]
struct Rc2(Box<Cents>);

#[derive(Debug, Serialize, Deserialize)]
struct Plain {
    bool: bool,
    char: char,
    i8: i8,
    i128: i128,
    f32: f32,
    f64: f64,
    unit: (),
}

#[test]
fn plain_values_have_the_names_of_their_types() {
    check::<Plain>(
        "{bool: bool, char: char, f32: f32, f64: f64, i128: i128, i8: i8, unit: null}",
        r#"{"bool":true,"char":"a","i8":1,"i128":1,"f32":1.0,"f64":1.0,"unit":null}"#,
    );
}

#[test]
fn containers_hold_one_of_each() {
    check::<Option<Option<u8>>>("u8??", "1");
    check::<Vec<Cents>>("[u64]", "[1]");
    check::<Vec<Vec<u8>>>("[[u8]]", "[[1]]");
    check::<[u8; 3]>("(u8, u8, u8)", "[1,1,1]");
    check::<[bool; 8]>("(bool; 8)", "[true,true,true,true,true,true,true,true]");
    check::<(u8,)>("(u8,)", "[1]");
}

#[derive(Debug, Serialize, Deserialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Currency {
    Eur,
    Usd,
}

#[test]
fn keys_of_maps_are_what_they_are_read_as() {
    check::<HashMap<String, u64>>("{string => u64}", r#"{"text":1}"#);
    check::<BTreeMap<u32, Cents>>("{u32 => u64}", r#"{"1":1}"#);
    check::<BTreeMap<Currency, Vec<u8>>>("{enum {Eur, Usd} => [u8]}", r#"{"Eur":[1]}"#);
}

mod cents_as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(cents: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&cents.to_string())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attributes {
    first_name: String,
    #[serde(rename = "second name")]
    second: u8,
    #[serde(default)]
    count: u8,
    #[serde(skip)]
    _cache: u8,
    #[serde(with = "cents_as_text")]
    cents: u64,
}

#[test]
fn attributes_of_serde_are_followed() {
    check::<Attributes>(
        r#"{"second name": u8, cents: string, count: u8, firstName: string}"#,
        r#"{"firstName":"text","second name":1,"count":1,"cents":"1"}"#,
    );
}

#[derive(Debug, Serialize, Deserialize)]
struct Aliased {
    #[serde(alias = "amount", alias = "zents")]
    cents: u64,
    #[serde(alias = "note", alias = "a_note")]
    memo: String,
}

#[test]
fn aliases_are_left_out() {
    check::<Aliased>("{cents: u64, memo: string}", r#"{"cents":1,"memo":"text"}"#);
    same::<Aliased, Deposited>();
}

#[derive(Debug, Serialize, Deserialize)]
struct Page {
    number: u8,
    size: Option<u8>,
}
#[derive(Debug, Serialize, Deserialize)]
struct Flattened {
    query: Cents,
    #[serde(flatten)]
    page: Page,
}
#[derive(Debug, Serialize, Deserialize)]
struct Extra {
    name: String,
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
}

#[test]
fn of_a_flattened_field_only_what_it_needs_is_seen() {
    check::<Flattened>(
        "{.., number: any, query: u64}",
        r#"{"query":1,"number":1,"size":null}"#,
    );
    check::<Extra>("{.., name: string}", r#"{"name":"text"}"#);
}

#[derive(Debug, Serialize, Deserialize)]
struct List {
    value: u8,
    next: Option<Box<List>>,
}
#[derive(Debug, Serialize, Deserialize)]
struct Folder {
    files: Vec<File>,
}
#[derive(Debug, Serialize, Deserialize)]
struct File {
    links: BTreeMap<String, Folder>,
    copies: Vec<File>,
}

#[test]
fn types_that_contain_themselves_end() {
    check::<List>(
        "{next: ..?, value: u8}",
        r#"{"value":1,"next":{"value":1,"next":null}}"#,
    );
    assert_eq!(
        wire::<Folder>(),
        "{files: [{copies: [..], links: {string => ..2}}]}"
    );
    check::<Generic<Generic<u8>>>("{item: {item: u8}}", r#"{"item":{"item":1}}"#);
}

#[derive(Debug, Serialize, Deserialize)]
struct Generic<T> {
    item: T,
}
