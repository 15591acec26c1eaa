//! Sagas against the log, read by raw SQL: nothing in here uses their code.

mod attempts;
mod case;

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Check, Tally};
use crate::Failure;
use crate::database::{LogRow, log_after};
use crate::ledger::{Asked, Ledger};
use crate::transfers::{LIMIT, Wish};
use case::Case;

/// What became of the transfers.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct CarriedOut {
    pub requested: u64,
    pub completed: u64,
    pub compensated: u64,
    /// Deadlines that were missed.
    pub timed_out: u64,
}

impl CarriedOut {
    pub fn add(&mut self, other: Self) {
        self.requested += other.requested;
        self.completed += other.completed;
        self.compensated += other.compensated;
        self.timed_out += other.timed_out;
    }
}

/// The transfers as the log has them, up to a position.
#[derive(Debug, Default)]
pub(crate) struct Sagas {
    end: i64,
    cases: BTreeMap<String, Case>,
    wallets: BTreeMap<String, i64>,
    books: Books,
}

/// All wallets together.
#[derive(Debug, Default)]
struct Books {
    held: i64,
    brought: i64,
    under_way: i64,
}

impl Sagas {
    /// Reads on from where it ends, and looks at each event as it comes.
    pub async fn read_on(&mut self, address: &str, tally: &mut Tally) -> Result<(), Failure> {
        loop {
            let rows = log_after(address, self.end).await?;
            if rows.is_empty() {
                return Ok(());
            }
            for row in &rows {
                self.take(row, tally)?;
            }
        }
    }

    fn take(&mut self, row: &LogRow, tally: &mut Tally) -> Result<(), Failure> {
        self.end = row.position;
        let (aggregate, id) = row.stream.split_once('/').ok_or("a stream without an id")?;
        match aggregate {
            "Wallet" => self.take_of_wallet(row, id, tally),
            "Transfer" => self.take_of_transfer(row, id, tally),
            "MoveMoney" => self.take_of_saga(row, id, tally),
            _ => Ok(()),
        }
    }

    fn take_of_wallet(
        &mut self,
        row: &LogRow,
        wallet: &str,
        tally: &mut Tally,
    ) -> Result<(), Failure> {
        let json: Value = serde_json::from_str(&row.payload)?;
        let cents = json.get("cents").and_then(Value::as_i64).unwrap_or(0);
        let delta = if row.name == "Debited" { -cents } else { cents };
        self.weigh(row, wallet, delta, tally);
        if row.name == "Funded" {
            self.books.brought += delta;
        } else {
            let id = json.get("transfer").and_then(Value::as_str);
            let case = self.cases.entry(id.unwrap_or_default().to_owned());
            let case = case.or_default();
            self.books.under_way -= case.under_way();
            let is_right = case.count(row, wallet, &json);
            self.books.under_way += case.under_way();
            let is_awaited = case.attempts.effect(row);
            tally.hold(Check::Attempt, is_right && is_awaited, || {
                format!("{row:?} of {case:?}")
            });
        }
        let books = &self.books;
        let is_even = books.held + books.under_way == books.brought;
        tally.hold(Check::Moved, is_even, || {
            format!("after position {}: {books:?}", row.position)
        });
        Ok(())
    }

    fn weigh(&mut self, row: &LogRow, wallet: &str, delta: i64, tally: &mut Tally) {
        let balance = self.wallets.entry(wallet.to_owned()).or_default();
        *balance += delta;
        self.books.held += delta;
        let has_limit = matches!(row.name.as_str(), "Credited" | "Funded");
        let holds = *balance >= 0 && (!has_limit || *balance <= LIMIT);
        tally.hold(Check::Negative, holds, || {
            format!("wallet {wallet} has {balance} cents after {row:?}")
        });
    }

    fn take_of_transfer(
        &mut self,
        row: &LogRow,
        id: &str,
        tally: &mut Tally,
    ) -> Result<(), Failure> {
        let case = self.cases.entry(id.to_owned()).or_default();
        match row.name.as_str() {
            "TransferRequested" => {
                let json: Value = serde_json::from_str(&row.payload)?;
                case.wish = wish(&json);
                case.position = row.position;
                case.requested += 1;
                return Ok(());
            }
            "TransferCompleted" => case.completed += 1,
            _ => case.cancelled += 1,
        }
        let is_awaited = case.attempts.effect(row);
        tally.hold(Check::Attempt, is_awaited, || {
            format!("{row:?} of {case:?}")
        });
        Ok(())
    }

    fn take_of_saga(&mut self, row: &LogRow, id: &str, tally: &mut Tally) -> Result<(), Failure> {
        let json: Value = serde_json::from_str(&row.payload)?;
        let case = self.cases.entry(id.to_owned()).or_default();
        let told = |case: &Case| format!("{row:?} of {case:?}");
        if case.ended.is_some() {
            tally.hold(Check::Outcome, false, || told(case));
        }
        match row.name.as_str() {
            "SagaStarted" => {
                case.started += 1;
                let by = json.get("by").and_then(Value::as_i64);
                let is_one = case.requested == 1 && case.started == 1;
                let holds = is_one && by == Some(case.position);
                tally.hold(Check::Started, holds, || told(case));
            }
            "SagaSent" => {
                let is_new = case.attempts.sent(&json);
                tally.hold(Check::Attempt, is_new, || told(case));
            }
            "SagaAccepted" | "SagaRefused" | "SagaTimedOut" => {
                if row.name == "SagaTimedOut" {
                    case.timed_out += 1;
                    let due = case.attempts.due(&json);
                    let is_over = due.is_some_and(|due| due <= row.recorded_at);
                    tally.hold(Check::Early, is_over, || told(case));
                }
                let is_true = case.attempts.answered(&row.name, &json);
                tally.hold(Check::Attempt, is_true, || told(case));
            }
            "SagaEnded" => {
                let completed = json.get("completed").and_then(Value::as_bool) == Some(true);
                case.ended = Some(completed);
                let is_settled = case.is_settled(completed);
                tally.hold(Check::Outcome, is_settled, || told(case));
            }
            "SagaStuck" => case.is_stuck = true,
            _ => {}
        }
        Ok(())
    }

    /// Whether each saga has come to its end, or can go no further.
    pub fn are_finished(&self) -> bool {
        self.left() == 0
    }

    /// How many transfers are under way.
    pub fn left(&self) -> u64 {
        let unfinished = self.cases.values().filter(|case| !case.is_finished());
        unfinished.count() as u64
    }

    /// How many have come to their end.
    pub fn ended(&self) -> u64 {
        let ended = self.cases.values().filter(|case| case.ended.is_some());
        ended.count() as u64
    }

    /// Each transfer that was granted is there, and each that is there was asked for.
    pub fn compare(&self, ledger: &Ledger, tally: &mut Tally) {
        for (id, asked) in &ledger.wishes {
            let case = self.cases.get(&id.to_string());
            if let Some(ack) = asked.acks.first() {
                let position = case.map(|case| case.position.cast_unsigned());
                let is_there = position == Some(ack.position);
                tally.hold(Check::Lost, is_there, || {
                    format!("transfer {id}: {asked:?}, {case:?}")
                });
            }
            tally.hold(Check::Answer, is_plausible(asked), || {
                format!("transfer {id}: {asked:?}")
            });
        }
        for (id, case) in &self.cases {
            let asked = id.parse().ok().and_then(|id| ledger.wishes.get(&id));
            let is_asked = asked.is_some_and(|asked| Some(asked.wish) == case.wish);
            tally.hold(Check::Stray, is_asked, || {
                format!("transfer {id}: {asked:?}, {case:?}")
            });
        }
    }

    /// Whoever drives them has had all the time: each transfer has its one saga, and that has ended.
    pub fn compare_ends(&self, tally: &mut Tally) -> CarriedOut {
        let mut carried_out = CarriedOut::default();
        for (id, case) in &self.cases {
            let has_one = case.requested == 1 && case.started == 1;
            tally.hold(Check::Started, has_one, || {
                format!("transfer {id}: {case:?}")
            });
            let has_ended = case.ended.is_some() && !case.is_stuck;
            tally.hold(Check::Ended, has_ended, || {
                format!("transfer {id}: {case:?}")
            });
            carried_out.requested += 1;
            carried_out.completed += u64::from(case.ended == Some(true));
            carried_out.compensated += u64::from(case.ended == Some(false));
            carried_out.timed_out += case.timed_out;
        }
        carried_out
    }
}

fn wish(json: &Value) -> Option<Wish> {
    let number = |name| json.get(name).and_then(Value::as_u64);
    Some(Wish {
        from: u32::try_from(number("from")?).ok()?,
        to: u32::try_from(number("to")?).ok()?,
        cents: number("cents")?,
    })
}

/// Whether all answers agree.
fn is_plausible(asked: &Asked) -> bool {
    let mut told = asked.acks.iter().map(|ack| (ack.version, ack.position));
    let first = told.next();
    asked.wrong == 0 && told.all(|next| Some(next) == first)
}

#[cfg(test)]
mod tests;
