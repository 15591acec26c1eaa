use serde::{Deserialize, Serialize};

use super::{check, seen};

/// A text that holds what `$accept` says.
macro_rules! checked {
    ($name:ident($from:ty = $named:literal): $accept:expr) => {
        #[derive(Debug, Clone, Serialize, Deserialize)]
        #[serde(try_from = $named, into = $named)]
        struct $name($from);

        impl TryFrom<$from> for $name {
            type Error = String;

            fn try_from(value: $from) -> Result<Self, String> {
                let accept: fn(&$from) -> bool = $accept;
                accept(&value)
                    .then(|| Self(value))
                    .ok_or_else(|| concat!("no ", stringify!($name)).to_owned())
            }
        }

        impl From<$name> for $from {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

checked!(Email(String = "String"): |text| text.contains('@'));
checked!(Even(u32 = "u32"): |number| number % 2 == 0);
checked!(Nothing(String = "String"): |_| false);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Customer {
    mail: Email,
    limit: Even,
    name: String,
    other: Option<Email>,
}

#[test]
fn each_place_has_the_candidate_that_it_takes() {
    check::<Customer>(
        "{limit: u32, mail: string, name: string, other: string?}",
        r#"{"mail":"a@example.com","limit":0,"name":"text","other":"a@example.com"}"#,
    );
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "(u8, u8)", into = "(u8, u8)")]
struct Growing(u8, u8);

impl TryFrom<(u8, u8)> for Growing {
    type Error = &'static str;

    fn try_from((from, to): (u8, u8)) -> Result<Self, Self::Error> {
        match from > 5 && from < to {
            true => Ok(Self(from, to)),
            false => Err("it does not grow"),
        }
    }
}

impl From<Growing> for (u8, u8) {
    fn from(growing: Growing) -> Self {
        (growing.0, growing.1)
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Vec<u8>", into = "Vec<u8>")]
struct Two(Vec<u8>);

impl TryFrom<Vec<u8>> for Two {
    type Error = &'static str;

    fn try_from(all: Vec<u8>) -> Result<Self, Self::Error> {
        match all.len() {
            2 => Ok(Self(all)),
            _ => Err("not two"),
        }
    }
}

impl From<Two> for Vec<u8> {
    fn from(two: Two) -> Self {
        two.0
    }
}

#[test]
fn values_are_tried_together_if_one_does_not_do() {
    check::<Growing>("(u8, u8)", "[10,100]");
    check::<Two>("[u8]", "[1,0]");
}

#[derive(Debug, Serialize, Deserialize)]
struct Order {
    id: u8,
    address: Address,
    total: Total,
}
#[derive(Debug, Serialize, Deserialize)]
struct Address {
    zip: Nothing,
    city: String,
}
#[derive(Debug, Serialize, Deserialize)]
enum Total {
    Free,
    Cents(u64),
}

#[test]
fn what_refuses_everything_is_named_and_the_rest_is_seen() {
    let (wire, sample) = seen::<Order>();
    assert_eq!(
        wire,
        "{address: {city: string, zip: string}, id: u8, total: enum {Cents(u64), Free}}"
    );
    assert_eq!(
        sample,
        "no sample of `address.zip`, which is read as `string`: no Nothing"
    );
}

#[derive(Debug, Serialize, Deserialize)]
struct Around {
    optional: Option<Nothing>,
    several: Vec<Nothing>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    left_out: Option<Address>,
    either: Either,
    last: u8,
}
#[derive(Debug, Serialize, Deserialize)]
enum Either {
    No(Nothing),
    Yes(Email),
}

#[test]
fn what_refuses_everything_is_gone_around() {
    check::<Around>(
        "{either: enum {No(string), Yes(string)}, last: u8, \
         left_out: {city: string, zip: string}?, optional: string?, several: [string]}",
        r#"{"optional":null,"several":[],"either":{"Yes":"a@example.com"},"last":1}"#,
    );
}

#[derive(Debug, Serialize, Deserialize)]
struct Several {
    a: Nothing,
    pair: (u8, Nothing, Either),
    either: Either,
    bad: Bad,
}
#[derive(Debug, Serialize, Deserialize)]
enum Bad {
    One(Nothing),
    Two { no: Nothing, total: Total },
}

#[test]
fn several_that_refuse_everything_hide_only_what_follows_in_a_tuple() {
    let (wire, sample) = seen::<Several>();
    assert_eq!(
        wire,
        "{a: string, bad: enum {One(string), Two{no: string, total: enum {Cents(u64), Free}}}, \
         either: enum {No(string), Yes(string)}, pair: (u8, string, ?)}"
    );
    assert!(sample.ends_with("no Nothing"), "{sample}");
}

#[derive(Debug, Serialize)]
struct Grumpy;

impl<'de> Deserialize<'de> for Grumpy {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom("not today"))
    }
}

#[test]
fn a_type_may_refuse_without_a_look() {
    let (wire, sample) = seen::<Grumpy>();
    assert_eq!(wire, "?");
    assert_eq!(
        sample,
        "no sample of the type, which is read as `?`: not today"
    );
    let (wire, _) = seen::<(u8, Grumpy, Option<u8>)>();
    assert_eq!(wire, "(u8, ?, ?)");
}
