//! What a saga recorded that it sends, and what became of each: an attempt is recorded, takes effect or not, and is answered
//! as it was.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::database::LogRow;

/// The attempts of one saga, by part and number.
#[derive(Debug, Default)]
pub(super) struct Attempts(BTreeMap<(String, u64), Attempt>);

#[derive(Debug)]
struct Attempt {
    /// The commit in which it was recorded.
    commit: String,
    /// When it had to be answered.
    due: Option<i64>,
    /// How often it took effect.
    effects: u32,
    answer: Answer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    None,
    Accepted,
    /// Refused, and tried again unless its time is up before.
    Postponed,
    Refused,
    TimedOut,
}

/// The event that tells that a part of a saga took effect.
fn effect_of(part: &str) -> &'static str {
    match part {
        r#"{"step":"debit"}"# => "Debited",
        r#"{"step":"credit"}"# => "Credited",
        r#"{"undo":"debit"}"# => "Refunded",
        r#""completed""# => "TransferCompleted",
        r#""failed""# => "TransferCancelled",
        _ => "",
    }
}

fn named(json: &Value) -> (String, u64) {
    let attempt = json.get("attempt").and_then(Value::as_u64);
    let part = json.get("part").map(Value::to_string);
    (part.unwrap_or_default(), attempt.unwrap_or(0))
}

impl Attempts {
    /// Takes note that one is sent. False if that was recorded before, or it is nothing that this saga does.
    pub fn sent(&mut self, json: &Value) -> bool {
        let name = named(json);
        let is_known = !effect_of(&name.0).is_empty() && name.1 > 0;
        let commit = json.get("commit").and_then(Value::as_str);
        let attempt = Attempt {
            commit: commit.unwrap_or_default().to_owned(),
            due: json.get("due").and_then(Value::as_i64),
            effects: 0,
            answer: Answer::None,
        };
        let before = self.0.insert(name, attempt);
        is_known && before.is_none()
    }

    /// Takes note of an effect. False if it is of no attempt that is under way, or not the first.
    pub fn effect(&mut self, row: &LogRow) -> bool {
        let attempts = self.0.iter_mut().filter(|((part, _), attempt)| {
            effect_of(part) == row.name && Some(&attempt.commit) == row.causation.as_ref()
        });
        let Some((_, attempt)) = attempts.last() else {
            return false;
        };
        attempt.effects += 1;
        attempt.effects == 1 && attempt.answer == Answer::None
    }

    /// Takes note of an answer. False if it is none to an attempt that is under way, or not true.
    pub fn answered(&mut self, name: &str, json: &Value) -> bool {
        let (part, attempt) = named(json);
        if attempt == 0 {
            // There was nothing to do, which is no answer.
            return name == "SagaAccepted";
        }
        let Some(attempt) = self.0.get_mut(&(part, attempt)) else {
            return false;
        };
        let answer = match name {
            "SagaAccepted" => Answer::Accepted,
            "SagaTimedOut" => Answer::TimedOut,
            _ if json.get("again").is_some() => Answer::Postponed,
            _ => Answer::Refused,
        };
        let before = std::mem::replace(&mut attempt.answer, answer);
        let is_awaited = match answer {
            Answer::TimedOut => matches!(before, Answer::None | Answer::Postponed),
            _ => before == Answer::None,
        };
        is_awaited && attempt.effects == u32::from(answer == Answer::Accepted)
    }

    /// When the attempt that has timed out was due.
    pub fn due(&self, json: &Value) -> Option<i64> {
        self.0.get(&named(json))?.due
    }
}
