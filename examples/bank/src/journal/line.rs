//! One line of the journal.

use super::Problem;
use crate::money;

/// A line that is an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it stands in the file, counted from 1.
    pub number: usize,
    /// What tells it from every other line, whatever file it is in.
    pub id: String,
    /// The account.
    pub account: String,
    /// What is to be done.
    pub operation: Operation,
    /// The transfer that it is one half of. A whole one is an [`Operation::Transfer`].
    pub transfer: Option<String>,
    /// Who entered it.
    pub clerk: Option<String>,
    /// The operation that stood under this id before, word for word: its place among the journal's lines.
    pub repeats: Option<usize>,
    /// The withdrawal whose money a deposit brings: its place among the journal's lines.
    pub after: Option<usize>,
}

/// What is to be done with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Open it.
    Open {
        /// For whom.
        owner: String,
    },
    /// Put money in.
    Deposit {
        /// How much.
        cents: u64,
    },
    /// Take money out.
    Withdraw {
        /// How much.
        cents: u64,
        /// What for; empty if nobody said.
        memo: String,
    },
    /// Take money out and bring it to another account, both or neither.
    Transfer {
        /// How much.
        cents: u64,
        /// The account that it goes to.
        to: String,
    },
    /// Let no money in or out any more.
    Freeze,
}

impl Operation {
    /// Its name in the journal.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Deposit { .. } => "deposit",
            Self::Withdraw { .. } => "withdraw",
            Self::Transfer { .. } => "transfer",
            Self::Freeze => "freeze",
        }
    }

    /// How much money it moves.
    #[must_use]
    pub fn cents(&self) -> Option<u64> {
        match self {
            Self::Open { .. } | Self::Freeze => None,
            Self::Deposit { cents }
            | Self::Withdraw { cents, .. }
            | Self::Transfer { cents, .. } => Some(*cents),
        }
    }

    /// The account that it brings money to from another.
    #[must_use]
    pub fn receiver(&self) -> Option<&str> {
        match self {
            Self::Transfer { to, .. } => Some(to),
            _ => None,
        }
    }

    /// `to` is what stands under `transfer`.
    fn parse(name: &str, value: &str, to: &str, memo: &str) -> Result<Self, Problem> {
        let cents = || match money::parse(value) {
            _ if value.is_empty() => Err(Problem::NoAmount),
            parsed => parsed.map_err(|problem| Problem::Amount {
                text: value.to_owned(),
                problem,
            }),
        };
        match name {
            "open" | "deposit" | "transfer" | "freeze" if !memo.is_empty() => Err(Problem::Memo),
            "open" if value.is_empty() => Err(Problem::NoOwner),
            "open" => Ok(Self::Open {
                owner: value.to_owned(),
            }),
            "deposit" => cents().map(|cents| Self::Deposit { cents }),
            "withdraw" => cents().map(|cents| Self::Withdraw {
                cents,
                memo: memo.to_owned(),
            }),
            "transfer" if to.is_empty() => Err(Problem::NoReceiver),
            "transfer" => cents().map(|cents| Self::Transfer {
                cents,
                to: to.to_owned(),
            }),
            "freeze" if !value.is_empty() => Err(Problem::FreezeValue),
            "freeze" => Ok(Self::Freeze),
            _ => Err(Problem::UnknownOperation {
                name: name.to_owned(),
            }),
        }
    }
}

impl Line {
    /// The accounts that it concerns: two, if it is a transfer between them.
    pub fn accounts(&self) -> impl Iterator<Item = &str> {
        let receiver = self.operation.receiver();
        let other = receiver.filter(|&receiver| receiver != self.account);
        std::iter::once(self.account.as_str()).chain(other)
    }

    /// `columns` is 6, or 7 in a journal with memos.
    pub(super) fn parse(number: usize, bytes: &[u8], columns: usize) -> Result<Self, Problem> {
        let text = std::str::from_utf8(bytes).map_err(|_| Problem::NotUtf8)?;
        let fields: Vec<_> = text.split(',').collect();
        let (id, operation, account, value, transfer, clerk, memo) = match *fields.as_slice() {
            [id, operation, account, value, transfer, clerk] if columns == 6 => {
                (id, operation, account, value, transfer, clerk, "")
            }
            [id, operation, account, value, transfer, clerk, memo] if columns == 7 => {
                (id, operation, account, value, transfer, clerk, memo)
            }
            _ => {
                return Err(Problem::FieldCount {
                    needed: columns,
                    found: fields.len(),
                });
            }
        };
        if id.is_empty() {
            return Err(Problem::NoId);
        }
        if account.is_empty() {
            return Err(Problem::NoAccount);
        }
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let operation = Operation::parse(operation, value, transfer, memo)?;
        let half = operation.receiver().map_or(some(transfer), |_| None);
        Ok(Self {
            number,
            id: id.to_owned(),
            account: account.to_owned(),
            operation,
            transfer: half,
            clerk: some(clerk),
            repeats: None,
            after: None,
        })
    }

    /// Whether both lines are one and the same, entered twice.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        let bare = |line: &Self| Self {
            number: 0,
            repeats: None,
            after: None,
            ..line.clone()
        };
        bare(self) == bare(other)
    }
}
