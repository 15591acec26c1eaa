//! How much of what is done is transfers.

use std::fmt;
use std::str::FromStr;

use super::{LIMIT, cents};
use crate::Failure;
use crate::random::Random;

/// What part transfers have in the load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transfers {
    /// None, and nobody would carry them out.
    None,
    /// Some, beside all else that clients do.
    Beside,
    /// Clients do nothing else, and each awaits the end of what it asked for.
    Alone,
}

impl Transfers {
    const NAMED: [(Self, &'static str); 3] = [
        (Self::None, "none"),
        (Self::Beside, "beside"),
        (Self::Alone, "alone"),
    ];

    /// Whether sagas carry them out.
    pub fn are_carried_out(self) -> bool {
        self != Self::None
    }

    /// How many wallets there are: few, so that commands queue up behind each other, or as many as in a small bank.
    pub fn wallets(self) -> u32 {
        match self {
            Self::None | Self::Beside => 10,
            Self::Alone => 1_000,
        }
    }

    /// How much a client wants to be moved: small as often as large, or so much that it is refused as often as not, since a
    /// wallet among many is seldom met.
    pub fn cents(self, random: &mut Random) -> u64 {
        match self {
            Self::None | Self::Beside => cents(random),
            Self::Alone => 1 + random.below(LIMIT.cast_unsigned()),
        }
    }
}

impl fmt::Display for Transfers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = Self::NAMED.into_iter().find(|(each, _)| each == self);
        f.write_str(named.map_or("", |(_, name)| name))
    }
}

impl FromStr for Transfers {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        let named = Self::NAMED.into_iter().find(|(_, name)| *name == text);
        named
            .map(|(each, _)| each)
            .ok_or_else(|| format!("`{text}` is no part of a load").into())
    }
}
