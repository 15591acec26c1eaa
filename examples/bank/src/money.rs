//! Money: cents in the program, `1,234.50` on paper.

use thiserror::Error;

/// The most that one operation may move. Far enough below `u64::MAX` that no balance overflows.
pub const MOST: u64 = 100_000_000_000;

/// Why a text is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotAnAmount {
    #[error("it is negative")]
    Negative,
    #[error("it is not a number")]
    NoNumber,
    #[error("it has more than two decimals")]
    TooFine,
    #[error("it is zero")]
    Zero,
    #[error("it is more than {}", show(MOST))]
    TooLarge,
}

/// Reads an amount such as `12`, `12.5` or `12.50`.
///
/// # Errors
/// If it is none, or more than [`MOST`].
pub fn parse(text: &str) -> Result<u64, NotAnAmount> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(decimals) {
        return Err(NotAnAmount::NoNumber);
    }
    if unsigned != text {
        return Err(NotAnAmount::Negative);
    }
    if decimals.len() > 2 {
        return Err(NotAnAmount::TooFine);
    }
    // What does not parse now has too many digits.
    let cents = format!("{whole}{decimals:0<2}").parse().unwrap_or(u64::MAX);
    match cents {
        0 => Err(NotAnAmount::Zero),
        1..=MOST => Ok(cents),
        _ => Err(NotAnAmount::TooLarge),
    }
}

/// Writes cents as an amount: `1,234.50`.
pub fn show(cents: u64) -> String {
    format!("{}.{:02}", grouped(cents / 100), cents % 100)
}

/// Writes a number with a comma at each thousand.
pub fn grouped(number: impl TryInto<u64>) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    if number < 1_000 {
        number.to_string()
    } else {
        format!("{},{:03}", grouped(number / 1_000), number % 1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read() {
        assert_eq!(parse("12"), Ok(1_200));
        assert_eq!(parse("12.5"), Ok(1_250));
        assert_eq!(parse("0.01"), Ok(1));
        assert_eq!(parse("0012.50"), Ok(1_250));
        assert_eq!(parse("1000000000.00"), Ok(MOST));
    }

    #[test]
    fn what_is_no_amount_says_why() {
        assert_eq!(parse("-5.00"), Err(NotAnAmount::Negative));
        assert_eq!(parse("1.234"), Err(NotAnAmount::TooFine));
        assert_eq!(parse("0.00"), Err(NotAnAmount::Zero));
        assert_eq!(parse("1000000000.01"), Err(NotAnAmount::TooLarge));
        assert_eq!(parse("99999999999999999999999"), Err(NotAnAmount::TooLarge));
        for text in [
            "", "abc", "-", "--5", "1.", ".5", "1.2.3", "+5", " 5", "1e3", "٣", "NaN",
        ] {
            assert_eq!(parse(text), Err(NotAnAmount::NoNumber), "{text}");
        }
    }

    #[test]
    fn amounts_are_shown_with_thousands() {
        assert_eq!(show(0), "0.00");
        assert_eq!(show(99_999), "999.99");
        assert_eq!(show(123_456_705), "1,234,567.05");
        assert_eq!(show(u64::MAX), "184,467,440,737,095,516.15");
    }
}
