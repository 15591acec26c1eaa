//! The journal, folded line by line with maps and nothing else: what the bank has to come to.

use std::collections::{BTreeMap, HashMap, HashSet};

#[derive(Default)]
pub(crate) struct Fold {
    balances: BTreeMap<String, (String, u64)>,
    frozen: HashSet<String>,
    pub(crate) transfers: usize,
    /// How many took money that then was put back.
    pub(crate) put_back: usize,
    rejected: Vec<String>,
    pub(crate) malformed: Vec<usize>,
    pub(crate) accepted: usize,
    seen: HashMap<String, String>,
    /// Of each transfer: the line that withdrew, the amount, whether it was accepted.
    withdrawn: HashMap<String, (usize, u64, bool)>,
    deposited: HashSet<String>,
}

impl Fold {
    pub(crate) fn of(journal: &[u8]) -> Self {
        let mut fold = Self::default();
        for (index, line) in journal.split(|&byte| byte == b'\n').enumerate().skip(1) {
            if !line.is_empty() && fold.line(index + 1, line).is_none() {
                fold.malformed.push(index + 1);
            }
        }
        fold
    }

    /// `None` if it is malformed.
    fn line(&mut self, number: usize, line: &[u8]) -> Option<()> {
        let line = std::str::from_utf8(line).ok()?;
        let fields: Vec<_> = line.split(',').collect();
        let &[id, operation, account, value, transfer, _] = fields.as_slice() else {
            return None;
        };
        let cents = if matches!(operation, "open" | "freeze") {
            Some(0)
        } else {
            cents(value)
        };
        if id.is_empty() || account.is_empty() || value.is_empty() != (operation == "freeze") {
            return None;
        }
        if let Some(before) = self.seen.get(id) {
            return (before == line).then_some(());
        }
        let answer = match (operation, cents?) {
            ("open", _) if transfer.is_empty() => self.open(account, value),
            ("freeze", _) if transfer.is_empty() => self.freeze(account),
            ("transfer", _) if transfer.is_empty() => return None,
            ("transfer", cents) => self.transfer(account, transfer, cents),
            ("deposit", cents) if transfer.is_empty() => self.deposit(account, cents),
            ("deposit", cents) => {
                let &(withdrawal, amount, accepted) = self.withdrawn.get(transfer)?;
                if amount != cents || !self.deposited.insert(transfer.into()) {
                    return None;
                }
                match accepted {
                    true => self.deposit(account, cents),
                    false => Err(format!("its withdrawal, line {withdrawal}, was rejected")),
                }
            }
            ("withdraw", cents) => {
                let answer = self.withdraw(account, cents);
                let transfer = (!transfer.is_empty()).then(|| transfer.to_owned());
                let withdrawal = (number, cents, answer.is_ok());
                self.withdrawn
                    .extend(transfer.map(|name| (name, withdrawal)));
                answer
            }
            _ => return None,
        };
        self.seen.insert(id.into(), line.into());
        match answer {
            Ok(()) => self.accepted += 1,
            Err(reason) => {
                let amount = cents.filter(|&cents| cents > 0).map(money);
                let amount = amount.map_or(String::new(), |amount| format!(" {amount}"));
                self.rejected.push(format!(
                    "line {number} {id} {account} {operation}{amount} {reason}"
                ));
            }
        }
        Some(())
    }

    fn open(&mut self, account: &str, owner: &str) -> Result<(), String> {
        if self.balances.contains_key(account) {
            return Err(format!("Account `{account}` exists already"));
        }
        self.balances.insert(account.into(), (owner.into(), 0));
        Ok(())
    }

    fn balance(&mut self, account: &str) -> Result<&mut u64, String> {
        match self.balances.get_mut(account) {
            Some((_, balance)) => Ok(balance),
            None => Err(format!("there is no Account `{account}`")),
        }
    }

    fn freeze(&mut self, account: &str) -> Result<(), String> {
        self.balance(account)?;
        self.frozen.insert(account.into());
        Ok(())
    }

    fn transfer(&mut self, from: &str, to: &str, cents: u64) -> Result<(), String> {
        self.withdraw(from, cents)?;
        if let Err(why) = self.deposit(to, cents) {
            *self.balance(from)? += cents;
            self.put_back += 1;
            return Err(format!("{why}; the money was put back"));
        }
        self.transfers += 1;
        Ok(())
    }

    /// If the account is there, and not frozen.
    fn open_for(&mut self, account: &str) -> Result<&mut u64, String> {
        let is_frozen = self.frozen.contains(account);
        let balance = self.balance(account)?;
        (!is_frozen)
            .then_some(balance)
            .ok_or("the account is frozen".into())
    }

    fn deposit(&mut self, account: &str, cents: u64) -> Result<(), String> {
        self.open_for(account).map(|balance| *balance += cents)
    }

    fn withdraw(&mut self, account: &str, cents: u64) -> Result<(), String> {
        let balance = self.open_for(account)?;
        *balance = balance
            .checked_sub(cents)
            .ok_or(format!("{cents} cents requested, {balance} available"))?;
        Ok(())
    }

    /// The accounts as the report has them.
    pub(crate) fn accounts(&self) -> Vec<String> {
        let heading = format!("Accounts ({})", grouped(self.balances.len()));
        let rows = self.balances.iter();
        let rows =
            rows.map(|(account, (owner, cents))| format!("{account} {owner} {}", money(*cents)));
        let total = self.balances.values().map(|(_, cents)| cents).sum();
        std::iter::once(heading)
            .chain(rows)
            .chain([format!("total {}", money(total))])
            .collect()
    }

    /// The rejected operations as the report has them.
    pub(crate) fn rejected(&self) -> Vec<String> {
        let heading = format!("Rejected operations ({})", grouped(self.rejected.len()));
        std::iter::once(heading)
            .chain(self.rejected.iter().cloned())
            .collect()
    }
}

/// Cents, if the text is an amount of more than nothing.
fn cents(text: &str) -> Option<u64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "00"));
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || decimals.len() > 2 || whole.len() > 9 {
        return None;
    }
    let tens = if decimals.len() == 1 { 10 } else { 1 };
    let cents = whole.parse::<u64>().ok()? * 100 + decimals.parse::<u64>().ok()? * tens;
    (cents > 0).then_some(cents)
}

/// `1,234.50`, by way of a text.
fn money(cents: u64) -> String {
    format!("{}.{:02}", grouped((cents / 100) as usize), cents % 100)
}

pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
