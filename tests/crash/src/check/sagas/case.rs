//! One transfer with its saga, as the log has them.

use serde_json::Value;

use super::attempts::Attempts;
use crate::database::LogRow;
use crate::transfers::Wish;

#[derive(Debug, Default)]
pub(super) struct Case {
    pub wish: Option<Wish>,
    /// Where in the log it was asked for.
    pub position: i64,
    pub requested: u32,
    pub started: u32,
    pub debited: u32,
    pub credited: u32,
    pub refunded: u32,
    pub completed: u32,
    pub cancelled: u32,
    pub timed_out: u64,
    pub is_stuck: bool,
    /// How it ended: whether all was done.
    pub ended: Option<bool>,
    pub attempts: Attempts,
}

impl Case {
    /// The money that has left one wallet and has come to no other, nor back.
    pub fn under_way(&self) -> i64 {
        let is_under_way = self.debited > 0 && self.credited == 0 && self.refunded == 0;
        let cents = self.wish.map_or(0, |wish| wish.cents.cast_signed());
        i64::from(is_under_way) * cents
    }

    pub fn is_finished(&self) -> bool {
        self.ended.is_some() || self.is_stuck
    }

    /// Counts an effect. False if it is not of this wallet, or of another amount.
    pub fn count(&mut self, row: &LogRow, wallet: &str, json: &Value) -> bool {
        let Some(wish) = self.wish else {
            return false;
        };
        let (counted, owner) = match row.name.as_str() {
            "Debited" => (&mut self.debited, wish.from),
            "Credited" => (&mut self.credited, wish.to),
            _ => (&mut self.refunded, wish.from),
        };
        *counted += 1;
        let cents = json.get("cents").and_then(Value::as_u64);
        wallet == owner.to_string() && cents == Some(wish.cents)
    }

    /// Whether what happened is what the saga says at its end.
    pub fn is_settled(&self, completed: bool) -> bool {
        let happened = [
            self.debited,
            self.credited,
            self.refunded,
            self.completed,
            self.cancelled,
        ];
        if completed {
            happened == [1, 1, 0, 1, 0]
        } else {
            happened == [0, 0, 0, 0, 1] || happened == [1, 0, 1, 0, 1]
        }
    }
}
