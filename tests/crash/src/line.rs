//! What the child tells the parent, a line at a time.

use std::fmt;
use std::str::{FromStr, SplitWhitespace};

use uuid::Uuid;

use crate::Failure;
use crate::order::Order;
use crate::transfers::Wish;

/// A command id and the account that it is for: both halves of a transfer have one id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub id: Uuid,
    pub account: u32,
}

/// The answer to a command that took effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ack {
    pub version: u64,
    pub position: u64,
    pub events: u32,
    pub duplicate: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Acked(Ack),
    /// The aggregate said no.
    Rejected,
    /// The library says that it did not take effect, and never will.
    NotTaken,
    /// The library says that it does not know.
    Unknown,
    /// An error that nothing here can cause.
    Wrong,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The process is there, the store not yet opened.
    Up,
    /// The store is open.
    Open,
    /// A command is about to be sent.
    Sent(Key, Order),
    Answered(Key, Answer),
    /// A transfer of this id is about to be asked for.
    Asked(Uuid, Wish),
    Told(Uuid, Answer),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id, self.account)
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Up => f.write_str("up"),
            Self::Open => f.write_str("open"),
            Self::Sent(key, order) => write!(f, "sent {key} {order}"),
            Self::Answered(key, answer) => {
                write!(f, "{} {key}", answer.name())?;
                answer.write(f)
            }
            Self::Asked(id, wish) => write!(f, "asked {id} {wish}"),
            Self::Told(id, answer) => {
                write!(f, "told {id} {}", answer.name())?;
                answer.write(f)
            }
        }
    }
}

impl Answer {
    fn name(self) -> &'static str {
        match self {
            Self::Acked(_) => "acked",
            Self::Rejected => "rejected",
            Self::NotTaken => "not-taken",
            Self::Unknown => "unknown",
            Self::Wrong => "wrong",
        }
    }

    fn write(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Acked(ack) = self else {
            return Ok(());
        };
        let (version, position) = (ack.version, ack.position);
        write!(f, " {version} {position} {} {}", ack.events, ack.duplicate)
    }
}

impl FromStr for Line {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        let mut words = text.split_whitespace();
        let name = words.next().unwrap_or_default();
        let line = match name {
            "up" => Self::Up,
            "open" => Self::Open,
            "sent" => Self::Sent(key(&mut words)?, word(&mut words)?),
            "asked" => Self::Asked(word(&mut words)?, word(&mut words)?),
            "told" => {
                let (id, name) = (word(&mut words)?, word::<String>(&mut words)?);
                Self::Told(id, answer(&name, &mut words)?)
            }
            _ => Self::Answered(key(&mut words)?, answer(name, &mut words)?),
        };
        match words.next() {
            None => Ok(line),
            Some(word) => Err(format!("`{word}` follows the end of a line").into()),
        }
    }
}

fn answer(name: &str, words: &mut SplitWhitespace<'_>) -> Result<Answer, Failure> {
    Ok(match name {
        "acked" => Answer::Acked(Ack {
            version: word(words)?,
            position: word(words)?,
            events: word(words)?,
            duplicate: word(words)?,
        }),
        "rejected" => Answer::Rejected,
        "not-taken" => Answer::NotTaken,
        "unknown" => Answer::Unknown,
        "wrong" => Answer::Wrong,
        _ => return Err(format!("`{name}` begins no line").into()),
    })
}

fn key(words: &mut SplitWhitespace<'_>) -> Result<Key, Failure> {
    Ok(Key {
        id: word(words)?,
        account: word(words)?,
    })
}

fn word<T: FromStr>(words: &mut SplitWhitespace<'_>) -> Result<T, Failure>
where
    T::Err: Into<Failure>,
{
    let word = words.next().ok_or("a line ends too early")?;
    word.parse().map_err(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Instant;
    use crate::stamped::Stamped;

    #[test]
    fn what_is_said_is_what_is_read() {
        let key = Key {
            id: Uuid::from_u128(7),
            account: 3,
        };
        let ack = Ack {
            version: 1,
            position: 2,
            events: 3,
            duplicate: true,
        };
        let orders = [
            Order::Open,
            Order::Deposit(5),
            Order::Spread { cents: 5, parts: 2 },
            Order::Exchange(5),
            Order::Out { cents: 5, to: 2 },
            Order::In(5),
            Order::Look,
        ];
        let answers = [
            Answer::Acked(ack),
            Answer::Rejected,
            Answer::NotTaken,
            Answer::Unknown,
            Answer::Wrong,
        ];
        let sent = orders.map(|order| Line::Sent(key, order));
        let answered = answers.map(|answer| Line::Answered(key, answer));
        let wish = Wish {
            from: 1,
            to: 2,
            cents: 3,
        };
        let told = answers.map(|answer| Line::Told(key.id, answer));
        for line in [Line::Up, Line::Open, Line::Asked(key.id, wish)]
            .into_iter()
            .chain(sent)
            .chain(answered)
            .chain(told)
        {
            let at = Instant::now();
            let stamped = Stamped { at, line };
            assert_eq!(stamped.to_string().parse::<Stamped>().unwrap(), stamped);
        }
    }

    #[test]
    fn half_a_line_is_none() {
        for text in [
            "",
            "5",
            "up",
            "5 sent",
            "5 acked 3",
            "5 up up",
            "5 open-up",
            "5 told",
        ] {
            assert!(text.parse::<Stamped>().is_err(), "{text}");
        }
    }
}
