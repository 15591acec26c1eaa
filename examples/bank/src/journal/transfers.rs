//! A transfer on two lines is a withdrawal and, further down, a deposit of the same amount. Anything else would make money.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::{Line, Operation, Problem};

#[derive(Default)]
pub(super) struct Transfers {
    begun: HashMap<String, Transfer>,
}

struct Transfer {
    /// The place of the withdrawal among the journal's lines, and its number in the file.
    withdrawal: (usize, usize),
    cents: u64,
    /// The number of the deposit in the file.
    deposited: Option<usize>,
}

impl Transfers {
    /// The place of the withdrawal that this line, the `index`th, has to wait for.
    pub(super) fn check(&mut self, line: &Line, index: usize) -> Result<Option<usize>, Problem> {
        let Some(name) = &line.transfer else {
            return Ok(None);
        };
        let known = self.begun.entry(name.clone());
        match (&line.operation, known) {
            (Operation::Open { .. } | Operation::Transfer { .. } | Operation::Freeze, _) => {
                Err(Problem::NoHalf)
            }
            (Operation::Withdraw { cents, .. }, Entry::Vacant(new)) => {
                new.insert(Transfer {
                    withdrawal: (index, line.number),
                    cents: *cents,
                    deposited: None,
                });
                Ok(None)
            }
            (Operation::Withdraw { .. }, Entry::Occupied(first)) => Err(Problem::WithdrawnTwice {
                line: first.get().withdrawal.1,
            }),
            (Operation::Deposit { .. }, Entry::Vacant(_)) => Err(Problem::NothingWithdrawn),
            (Operation::Deposit { cents }, Entry::Occupied(mut begun)) => {
                begun.get_mut().deposit(*cents, line.number).map(Some)
            }
        }
    }
}

impl Transfer {
    fn deposit(&mut self, cents: u64, number: usize) -> Result<usize, Problem> {
        let (index, line) = self.withdrawal;
        if let Some(line) = self.deposited {
            return Err(Problem::DepositedTwice { line });
        }
        if cents != self.cents {
            return Err(Problem::OtherAmount {
                line,
                cents: self.cents,
            });
        }
        self.deposited = Some(number);
        Ok(index)
    }
}
