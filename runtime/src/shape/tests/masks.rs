//! A property over types that accept some of the candidates, whichever.

use std::cell::Cell;
use std::thread_local;

use proptest::prelude::*;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use super::super::candidates::WHOLE;
use super::{seen, wire};

thread_local! {
    /// For each [`Picky`], which candidates it accepts, one a bit.
    static ACCEPTED: Cell<[u32; 3]> = const { Cell::new([u32::MAX; 3]) };
}

/// The bits of all candidates.
const ALL: u32 = (1 << WHOLE.len()) - 1;

#[derive(Debug, Serialize)]
struct Picky<const AT: usize>(i64);

impl<'de, const AT: usize> Deserialize<'de> for Picky<AT> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = i64::deserialize(deserializer)?;
        let bit = WHOLE.iter().position(|each| *each == value).unwrap();
        match ACCEPTED.get()[AT] & (1 << bit) {
            0 => Err(D::Error::custom(format!("picky {AT}"))),
            _ => Ok(Self(value)),
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Three {
    a: Picky<0>,
    b: Vec<Inner>,
    c: Picky<2>,
}
#[derive(Debug, Serialize, Deserialize)]
enum Inner {
    Some(Picky<1>),
}

fn first(accepted: u32) -> i64 {
    WHOLE[usize::try_from(accepted.trailing_zeros()).unwrap()]
}

proptest! {
    #[test]
    fn the_first_candidate_that_is_accepted_stands_in_the_sample(
        accepted in prop::array::uniform3(0..=ALL)
    ) {
        ACCEPTED.set([ALL; 3]);
        let all = wire::<Three>();
        ACCEPTED.set(accepted);
        let (wire, sample) = seen::<Three>();
        prop_assert_eq!(&wire, "{a: i64, b: [enum {Some(i64)}], c: i64}");
        prop_assert_eq!(wire, all, "what is accepted is not what is read");
        let [a, b, c] = accepted;
        let b = match b {
            0 => String::new(),
            _ => format!(r#"{{"Some":{}}}"#, first(b)),
        };
        match (a, c) {
            (0, _) | (_, 0) => prop_assert!(sample.contains(": picky "), "{}", sample),
            _ => {
                let expected = format!(r#"{{"a":{},"b":[{b}],"c":{}}}"#, first(a), first(c));
                prop_assert_eq!(&sample, &expected);
                let read: Three = serde_json::from_str(&sample).unwrap();
                prop_assert_eq!(serde_json::to_string(&read).unwrap(), sample);
            }
        }
    }
}
