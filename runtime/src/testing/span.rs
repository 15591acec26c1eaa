//! Times as tests write them.

use std::time::Duration;

/// How long something takes: a [`Duration`], or a text such as `"200ms"`, `"30s"`, `"5m"`, `"2h"`, `"14d"`.
pub trait IntoDuration {
    /// The duration.
    ///
    /// # Errors
    /// What is wrong with the text.
    fn into_duration(self) -> Result<Duration, String>;
}

impl IntoDuration for Duration {
    fn into_duration(self) -> Result<Duration, String> {
        Ok(self)
    }
}

impl IntoDuration for &str {
    fn into_duration(self) -> Result<Duration, String> {
        read(self)
            .ok_or_else(|| format!("`{self}` is no time such as `200ms`, `30s`, `5m`, `2h`, `14d`"))
    }
}

fn read(text: &str) -> Option<Duration> {
    let unit = text.find(|char: char| !char.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(unit)?;
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    let number: u64 = number.parse().ok()?;
    number.checked_mul(millis).map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_unit_are_a_time() {
        let read = |text: &str| text.into_duration().ok().map(|time| time.as_millis());
        assert_eq!(
            ["200ms", "30s", "5m", "2h", "14d"].map(read),
            [200, 30_000, 300_000, 7_200_000, 1_209_600_000].map(Some)
        );
        assert_eq!(["", "30", "s", "3 s", "3w", "-3s"].map(read), [None; 6]);
    }
}
