#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct A {}

#[event]
pub struct B {}

#[derive(Debug, thiserror::Error)]
#[error("no")]
pub struct No;

#[derive(Debug, thiserror::Error)]
#[error("refused")]
pub struct Refused(#[from] No);

#[aggregate(error = Refused)]
#[derive(Default)]
pub struct Thing;

#[aggregate]
impl Thing {
    #[command]
    fn one(&self) -> A {
        A {}
    }

    #[command]
    fn perhaps(&self) -> Option<A> {
        None
    }

    #[command]
    fn two(&self) -> (A, Option<B>) {
        (A {}, None)
    }

    #[command]
    fn three(&self) -> [A; 3] {
        [A {}, A {}, A {}]
    }

    #[command]
    fn any(&self) -> Vec<ThingEvent> {
        vec![A {}.into(), B {}.into()]
    }

    #[command]
    fn nothing(&self, how: u8) -> Result<(A, Vec<B>), Refused> {
        Err(No)?
    }

    #[command]
    fn other_error(&self) -> Result<ThingEvent, No> {
        Err(No)
    }

    #[command]
    fn opaque(&self) -> impl gesta::IntoEvents<Thing> + use<> {
        [A {}]
    }

    #[command]
    fn merge(&self, other: Option<Box<Self>>, mut count: u64) -> Option<A> {
        count += 1;
        other.filter(|_| count > 1).map(|_| A {})
    }

    #[apply]
    fn a(&mut self, _: &A) {}

    #[apply]
    fn b(&mut self, B {}: &B) {}
}

impl Clone for Thing {
    fn clone(&self) -> Self {
        Thing
    }
}

impl std::fmt::Debug for Thing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Thing")
    }
}

impl serde::Serialize for Thing {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl<'de> serde::Deserialize<'de> for Thing {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::Deserialize::deserialize(deserializer).map(|()| Thing)
    }
}

fn main() {
    let _ = Merge { other: None, count: 0 };
}
