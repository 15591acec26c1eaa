//! Durations as people write them: `"200ms"`, `"30s"`, `"5m"`, `"2h"`, `"1d"`.

use syn::LitStr;
use syn::parse::{Parse, ParseStream};

/// How many milliseconds each unit has. `ms` comes before `s`, which it ends with.
const UNITS: [(&str, u64); 5] = [
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
];

/// A duration, and how it was written.
pub(crate) struct Duration {
    pub(crate) written: LitStr,
    /// `None` if it is none, or is nothing.
    pub(crate) millis: Option<u64>,
}

impl Parse for Duration {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let written: LitStr = input.parse()?;
        let millis = millis(&written.value());
        Ok(Self { written, millis })
    }
}

fn millis(text: &str) -> Option<u64> {
    let units = UNITS.iter();
    let (number, unit) = units
        .filter_map(|(name, unit)| Some((text.strip_suffix(name)?, unit)))
        .next()?;
    let is_plain = number.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = number.parse().ok().filter(|_| is_plain)?;
    number.checked_mul(*unit).filter(|millis| *millis > 0)
}

#[cfg(test)]
mod tests {
    use super::millis;

    #[test]
    fn a_number_and_a_unit_are_a_duration() {
        for (text, expected) in [
            ("200ms", 200),
            ("30s", 30_000),
            ("5m", 300_000),
            ("2h", 7_200_000),
            ("1d", 86_400_000),
        ] {
            assert_eq!(millis(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn all_else_is_none() {
        for text in [
            "",
            "30",
            "s",
            "0s",
            "-1s",
            "+1s",
            "1.5s",
            " 1s",
            "1 s",
            "1S",
            "1w",
            "1us",
            "99999999999999999d",
        ] {
            assert_eq!(millis(text), None, "{text}");
        }
    }
}
