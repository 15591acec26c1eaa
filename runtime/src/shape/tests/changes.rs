use std::collections::BTreeSet;

use super::wire;

/// The wire text of the type `T` that is declared.
macro_rules! wire_of {
    ($($item:item)*) => {{
        $(
            #[derive(serde::Deserialize)]
            #[allow(dead_code, reason = "only serde looks into it")]
            $item
        )*
        wire::<T>()
    }};
}

#[test]
fn what_is_only_in_the_code_changes_nothing() {
    let base = wire_of! {
        struct T { owner: String, kind: Kind }
        enum Kind { Private, Company { name: String, since: u16 } }
    };
    let others = [
        wire_of! {
            struct T { kind: Box<Sort>, owner: Owner }
            struct Owner(String);
            enum Sort { Company { since: u16, name: String }, Private }
        },
        wire_of! {
            struct T { #[serde(default)] owner: String, #[serde(alias = "a", alias = "z")] kind: Kind }
            enum Kind { Private, Company(Company) }
            struct Company { #[serde(rename = "since")] founded: u16, name: String, #[serde(skip)] cache: u8 }
        },
    ];
    for other in others {
        assert_eq!(other, base);
    }
}

#[test]
fn each_change_of_what_is_read_shows() {
    let all = [
        wire_of! { struct T { a: u8, b: Kind } enum Kind { A, B(u8) } },
        wire_of! { struct T { a: u8 } },
        wire_of! { struct T { a: u8, b: Kind, c: u8 } enum Kind { A, B(u8) } },
        wire_of! { struct T { a: u16, b: Kind } enum Kind { A, B(u8) } },
        wire_of! { struct T { a: Option<u8>, b: Kind } enum Kind { A, B(u8) } },
        wire_of! { struct T { a: Vec<u8>, b: Kind } enum Kind { A, B(u8) } },
        wire_of! { struct T { renamed: u8, b: Kind } enum Kind { A, B(u8) } },
        wire_of! { struct T { a: u8, b: Kind } enum Kind { A, B(u8), C } },
        wire_of! { struct T { a: u8, b: Kind } enum Kind { A, B(u16) } },
        wire_of! { struct T { a: u8, b: Kind } enum Kind { A, B(u8, u8) } },
        wire_of! { struct T { a: u8, b: Kind } enum Kind { A, B { a: u8 } } },
        wire_of! { struct T { a: u8, b: Kind } enum Kind { A(u8), B(u8) } },
        wire_of! { struct T { a: u8, b: Kind } enum Kind { A, C(u8) } },
        wire_of! { struct T { a: u8, b: Vec<Kind> } enum Kind { A, B(u8) } },
        wire_of! { struct T { a: u8, b: Kind } #[serde(tag = "t")] enum Kind { A, B { a: u8 } } },
        wire_of! { struct T { a: u8, b: Kind } #[serde(tag = "t", content = "c")] enum Kind { A, B(u8) } },
        wire_of! { struct T { a: u8, b: Kind } #[serde(tag = "t", content = "c")] enum Kind { A, B(u16) } },
        wire_of! { struct T { a: u8, b: Kind } #[serde(tag = "t", content = "c")] enum Kind { A(u8), B(u16) } },
        wire_of! { struct T { a: u8, b: Kind } #[serde(tag = "t", content = "c")] enum Kind { A(u16), B(u8) } },
    ];
    let different: BTreeSet<_> = all.iter().collect();
    assert_eq!(different.len(), all.len(), "{all:#?}");
}

#[test]
fn what_contains_itself_shows_what_it_contains() {
    let all = [
        wire_of! { struct T { next: Next } struct Next { more: Option<Box<Next>> } },
        wire_of! { struct T { next: Next } struct Next { more: Option<Box<T>> } },
    ];
    assert_ne!(all[0], all[1]);
}
