//! The read models as they have to be, folded by hand: nothing in here uses the code of the projections, or Gesta's.

use std::collections::{BTreeMap, BTreeSet};

use super::kept::Entry;
use crate::check::image::Entry as LogEntry;

/// What each read model has to hold after some position.
#[derive(Debug, Default)]
pub(super) struct Folded {
    versions: BTreeMap<u32, u64>,
    statements: BTreeMap<String, (i64, u64, u64)>,
    sizes: BTreeMap<String, (u64, u64)>,
    purses: BTreeMap<String, (i64, u64)>,
    balances: BTreeMap<String, (i64, u64)>,
}

impl Folded {
    /// Takes the next event of an account.
    pub fn take(&mut self, entry: LogEntry) {
        let LogEntry {
            position,
            key,
            delta,
        } = entry;
        let version = self.versions.entry(key.account).or_default();
        *version += 1;
        let account = key.account.to_string();

        let balance = self.balances.entry(account.clone()).or_default();
        *balance = (balance.0 + delta, *version);
        let statement = self.statements.entry(account.clone()).or_default();
        statement.0 += delta;
        statement.1 += 1;
        statement.2 = trail(statement.2, position);
        // That the account was opened is in no other.
        if delta == 0 {
            return;
        }
        let cents = delta.unsigned_abs();
        let bits = u64::BITS - cents.leading_zeros();
        for size in ["all".to_owned(), format!("below 2^{bits}")] {
            let size = self.sizes.entry(size).or_default();
            *size = (size.0 + cents, trail(size.1, position));
        }
        if delta < 0 && cents.is_multiple_of(4) {
            self.purses.remove(&account);
        } else {
            let purse = self.purses.entry(account).or_default();
            *purse = (purse.0 + delta, purse.1 + 1);
        }
    }

    /// The documents of a read model, by key.
    pub fn documents(&self, projection: &str) -> BTreeMap<String, String> {
        match projection {
            "Statement" => texts(&self.statements, |(balance, events, trail)| {
                format!(r#"{{"balance":{balance},"events":{events},"trail":{trail}}}"#)
            }),
            "Sizes" => texts(&self.sizes, |(sum, trail)| {
                format!(r#"{{"sum":{sum},"trail":{trail}}}"#)
            }),
            "Purse" => texts(&self.purses, |(cents, events)| {
                let is_odd = cents % 2 != 0;
                format!(r#"{{"cents":{cents},"is_odd":{is_odd},"events":{events}}}"#)
            }),
            "Balance" => texts(&self.balances, |(cents, version)| {
                format!(r#"{{"cents":{cents},"version":{version}}}"#)
            }),
            _ => BTreeMap::new(),
        }
    }

    /// What stands in its indexes: numbers with the highest byte first, and the sign turned round.
    pub fn entries(&self, projection: &str) -> BTreeSet<Entry> {
        if projection != "Purse" {
            return BTreeSet::new();
        }
        let purses = self.purses.iter();
        let both = purses.flat_map(|(key, (cents, _))| {
            let ordered = (cents.cast_unsigned() ^ (1 << 63)).to_be_bytes();
            let is_odd = u8::from(cents % 2 != 0);
            [
                (0, ordered.to_vec(), key.clone()),
                (1, vec![is_odd], key.clone()),
            ]
        });
        both.collect()
    }
}

fn trail(before: u64, position: u64) -> u64 {
    before.wrapping_mul(31).wrapping_add(position)
}

fn texts<T>(
    documents: &BTreeMap<String, T>,
    text: impl Fn(&T) -> String,
) -> BTreeMap<String, String> {
    let documents = documents.iter();
    documents
        .map(|(key, document)| (key.clone(), text(document)))
        .collect()
}
