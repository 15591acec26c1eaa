use std::fmt;

use serde::de::{EnumAccess, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::super::search::{MAX_PASSES, search};
use super::{seen, trace, wire};

macro_rules! wide {
    (struct $name:ident($type:ty): $($field:ident)*) => {
        #[derive(Debug, Serialize, Deserialize)]
        struct $name { $($field: $type),* }
    };
    (enum $name:ident($type:ty): $($variant:ident)*) => {
        #[derive(Debug, Serialize, Deserialize)]
        enum $name { $($variant($type)),* }
    };
}

wide! {
    struct Wide(std::net::IpAddr):
    f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15 f16 f17 f18 f19 f20 f21 f22 f23 f24 f25 f26 f27 f28 f29
    f30 f31 f32 f33 f34 f35 f36 f37 f38 f39 f40 f41 f42 f43 f44 f45 f46 f47 f48 f49 f50 f51 f52 f53 f54 f55 f56
    f57 f58 f59 f60 f61 f62 f63 f64 f65 f66 f67 f68 f69 f70 f71 f72 f73 f74 f75 f76 f77 f78 f79 f80 f81 f82 f83
    f84 f85 f86 f87 f88 f89 f90 f91 f92 f93 f94 f95 f96 f97 f98 f99 f100 f101 f102 f103 f104 f105 f106 f107 f108
    f109 f110 f111 f112 f113 f114 f115 f116 f117 f118 f119 f120 f121 f122 f123 f124 f125 f126 f127 f128 f129 f130
    f131 f132 f133 f134 f135 f136 f137 f138 f139 f140 f141 f142 f143 f144 f145 f146 f147 f148 f149 f150 f151 f152
    f153 f154 f155 f156 f157 f158 f159 f160 f161 f162 f163 f164 f165 f166 f167 f168 f169 f170 f171 f172 f173 f174
    f175 f176 f177 f178 f179 f180 f181 f182 f183 f184 f185 f186 f187 f188 f189 f190 f191 f192 f193 f194 f195 f196
    f197 f198 f199
}

wide! {
    enum Many(Option<u8>):
    V0 V1 V2 V3 V4 V5 V6 V7 V8 V9 V10 V11 V12 V13 V14 V15 V16 V17 V18 V19 V20 V21 V22 V23 V24 V25 V26 V27 V28 V29
    V30 V31 V32 V33 V34 V35 V36 V37 V38 V39 V40 V41 V42 V43 V44 V45 V46 V47 V48 V49 V50 V51 V52 V53 V54 V55 V56
    V57 V58 V59 V60 V61 V62 V63 V64 V65 V66 V67 V68 V69 V70 V71 V72 V73 V74 V75 V76 V77 V78 V79 V80 V81 V82 V83
    V84 V85 V86 V87 V88 V89 V90 V91 V92 V93 V94 V95 V96 V97 V98 V99
}

wide! {
    enum ManyOfMany(Many):
    V0 V1 V2 V3 V4 V5 V6 V7 V8 V9 V10 V11 V12 V13 V14 V15 V16 V17 V18 V19 V20 V21 V22 V23 V24 V25 V26 V27 V28 V29
    V30 V31 V32 V33 V34 V35 V36 V37 V38 V39 V40 V41 V42 V43 V44 V45 V46 V47 V48 V49 V50 V51 V52 V53 V54 V55 V56
    V57 V58 V59 V60 V61 V62 V63 V64 V65 V66 V67 V68 V69 V70 V71 V72 V73 V74 V75 V76 V77 V78 V79 V80 V81 V82 V83
    V84 V85 V86 V87 V88 V89 V90 V91 V92 V93 V94 V95 V96 V97 V98 V99
}

#[test]
fn wide_types_take_a_bounded_number_of_passes() {
    let wide = search::<Wide>();
    assert!(
        wide.sample.is_some() && wide.passes < 2_500,
        "{}",
        wide.passes
    );
    let many = search::<Many>();
    assert!(
        many.sample.is_some() && many.passes < 210,
        "{}",
        many.passes
    );
    let wire = trace::<Vec<Many>>().wire.to_string();
    assert!(wire.contains("V99(u8?)"), "{wire}");
}

#[test]
fn too_wide_types_end_at_the_bound() {
    let search = search::<ManyOfMany>();
    assert!(search.passes <= MAX_PASSES, "{}", search.passes);
    assert!(search.sample.is_some());
}

#[derive(Debug, Serialize)]
struct Endless;

impl<'de> Deserialize<'de> for Endless {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <(Box<Endless>, u8)>::deserialize(deserializer).map(|_| Self)
    }
}

#[test]
fn a_type_without_an_end_has_no_sample() {
    let (wire, sample) = seen::<Endless>();
    assert_eq!(wire, "((.., ?), ?)");
    assert!(sample.contains("it is nested without an end"), "{sample}");
}

/// Types that ask for things as the rules of serde do not have it.
struct Rude;

impl<'de> Visitor<'de> for Rude {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing in particular")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        while map.next_key::<String>()?.is_some() {}
        map.next_value::<u8>()?;
        map.next_value::<u8>().map(|_| self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self, A::Error> {
        while seq.next_element::<u8>()?.is_some() {}
        seq.next_element::<String>().map(|_| self)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Self, A::Error> {
        data.variant::<String>().map(|_| self)
    }
}

macro_rules! rude {
    ($($name:ident = $ask:ident($($argument:expr),*);)*) => {$(
        struct $name;

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.$ask($($argument,)* Rude).map(|_| Self)
            }
        }
    )*};
}

rude! {
    Map = deserialize_map();
    Struct = deserialize_struct("Rude", &["a", "b"]);
    Seq = deserialize_seq();
    Enum = deserialize_enum("Rude", &["A", "B"]);
    Number = deserialize_u64();
    Any = deserialize_any();
}

#[test]
fn types_that_break_the_rules_end_as_well() {
    assert_eq!(wire::<Map>(), "{string => u8}");
    assert_eq!(wire::<Struct>(), "{a: ?, b: u8}");
    assert_eq!(wire::<Seq>(), "[u8]");
    assert_eq!(wire::<Enum>(), "enum {A(?), B(?)}");
    assert_eq!(wire::<Number>(), "u64");
    assert_eq!(wire::<Any>(), "any");
    let none = trace::<Number>().sample.err().unwrap().to_string();
    assert_eq!(
        none,
        "no sample of the type, which is read as `u64`: \
         invalid type: integer `1`, expected nothing in particular"
    );
}

#[test]
fn the_fingerprint_stays() {
    let wire = trace::<(u64, String)>().wire;
    assert_eq!(wire.to_string(), "(u64, string)");
    assert_eq!(wire.fingerprint(), 12_771_731_787_015_870_720);
}
