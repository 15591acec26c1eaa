//! Reading a journal into the bank: many operations at once, and yet always with the same result.
//!
//! The operations of one account run in the order of the journal, one after another; accounts run beside each other.
//! The deposit of a transfer waits for its withdrawal, which stands further up, so that nobody waits in a circle.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use gesta::{App, Command, Committed, SendError};
use tokio::sync::{Semaphore, SetOnce};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::account::{Account, Deposit, Open, Refused, Withdraw};
use crate::error::{BankError, with_causes};
use crate::journal::{Journal, Line, Operation};
use crate::outcome::{Outcome, is_refusal};
use crate::refusals::{REFUSALS, Refuse, refusals};

/// How many commands are under way at once.
const AT_ONCE: usize = 64;

/// A journal that was read into the bank.
#[derive(Debug)]
pub struct Imported {
    /// What became of each line of the journal, in order.
    pub outcomes: Vec<Outcome>,
    /// How many commands were sent.
    pub commands: u64,
    /// How many events they added.
    pub events: u64,
    /// How long it took.
    pub elapsed: Duration,
}

/// Reads the journal into the bank, and calls `progress` after each line.
///
/// # Errors
/// If the bank cannot be read or written. What was done stays done.
pub async fn import(
    app: &App,
    journal: &Journal,
    progress: impl Fn() + Send + Sync + 'static,
) -> Result<Imported, BankError> {
    let start = Instant::now();
    let import = Arc::new(Import {
        app: app.clone(),
        outcomes: journal.lines.iter().map(|_| SetOnce::new()).collect(),
        lines: journal.lines.clone(),
        refused_before: refusals(app).await?.reasons,
        gate: Semaphore::new(AT_ONCE),
        commands: AtomicU64::new(0),
        events: AtomicU64::new(0),
        progress: Box::new(progress),
    });
    let mut accounts = JoinSet::new();
    for indices in by_account(&journal.lines) {
        accounts.spawn(Arc::clone(&import).run_account(indices));
    }
    // The first error drops the set, and with it all that waits for the line that failed.
    while let Some(account) = accounts.join_next().await {
        account??;
    }
    Ok(Imported {
        outcomes: import
            .outcomes
            .iter()
            .filter_map(SetOnce::get)
            .cloned()
            .collect(),
        commands: import.commands.load(Ordering::Relaxed),
        events: import.events.load(Ordering::Relaxed),
        elapsed: start.elapsed(),
    })
}

/// For each account the places of its lines.
fn by_account(lines: &[Line]) -> Vec<Vec<usize>> {
    let mut accounts = BTreeMap::<_, Vec<_>>::new();
    for (index, line) in lines.iter().enumerate() {
        accounts.entry(&line.account).or_default().push(index);
    }
    accounts.into_values().collect()
}

/// The id of the command that a line becomes: the same in every run, so that it takes effect once.
fn command_id(line: &Line, purpose: &str) -> Uuid {
    const NAMESPACE: Uuid = Uuid::from_u128(0x6765_7374_6100_4000_8000_0000_6261_6e6b);
    Uuid::new_v5(&NAMESPACE, format!("{purpose}/{}", line.id).as_bytes())
}

struct Import {
    app: App,
    lines: Vec<Line>,
    /// What became of each line, once it is known.
    outcomes: Vec<SetOnce<Outcome>>,
    refused_before: BTreeMap<String, String>,
    gate: Semaphore,
    commands: AtomicU64,
    events: AtomicU64,
    progress: Box<dyn Fn() + Send + Sync>,
}

impl Import {
    async fn run_account(self: Arc<Self>, indices: Vec<usize>) -> Result<(), BankError> {
        for index in indices {
            if let (Some(line), Some(place)) = (self.lines.get(index), self.outcomes.get(index)) {
                let outcome = self.run(line).await?;
                // Nobody else sets it.
                let _ = place.set(outcome);
                (self.progress)();
            }
        }
        Ok(())
    }

    async fn run(&self, line: &Line) -> Result<Outcome, BankError> {
        if let Some(withdrawal) = line.after.and_then(|index| self.outcomes.get(index))
            && !withdrawal.wait().await.is_done()
        {
            return Ok(Outcome::NothingToBring {
                withdrawal: self.number(line.after),
            });
        }
        if let Some(reason) = self.refused(line) {
            return Ok(Outcome::RefusedBefore { reason });
        }
        let _permit = self.gate.acquire().await;
        match self.send(line).await {
            Ok(done) if done.duplicate => Ok(Outcome::DoneBefore),
            Ok(_) => Ok(Outcome::Done),
            Err(error) if is_refusal(&error) => self.refuse(line, with_causes(&error)).await,
            Err(source) => Err(BankError::Interrupted {
                line: line.number,
                source: Box::new(source),
            }),
        }
    }

    /// Why the line, or the one that it repeats, was refused before.
    fn refused(&self, line: &Line) -> Option<String> {
        let first = line
            .repeats
            .and_then(|index| self.outcomes.get(index)?.get());
        match first {
            Some(Outcome::Refused { reason }) => Some(reason.clone()),
            _ => self.refused_before.get(&line.id).cloned(),
        }
    }

    async fn send(&self, line: &Line) -> Result<Committed, SendError<Refused>> {
        let done = match line.operation.clone() {
            Operation::Open { owner } => self.send_as(line, Open { owner }).await,
            Operation::Deposit { cents } => self.send_as(line, Deposit { cents }).await,
            Operation::Withdraw { cents, memo } => {
                self.send_as(line, Withdraw { cents, memo }).await
            }
        };
        self.count(done)
    }

    /// Sends the command with all that the line says beside it.
    async fn send_as<C>(&self, line: &Line, command: C) -> Result<Committed, SendError<Refused>>
    where
        C: Command<Aggregate = Account>,
    {
        let id = command_id(line, "do");
        let mut command = self.app.send(&line.account, command).command_id(id);
        if let Some(transfer) = &line.transfer {
            command = command.correlation(transfer);
        }
        if let Some(withdrawal) = line.after.and_then(|index| self.lines.get(index)) {
            command = command.causation(&withdrawal.id);
        }
        if let Some(clerk) = &line.clerk {
            command = command.actor(clerk);
        }
        command.await
    }

    /// Records a refusal, before the account's next line runs.
    async fn refuse(&self, line: &Line, reason: String) -> Result<Outcome, BankError> {
        let refuse = Refuse {
            line: line.id.clone(),
            reason: reason.clone(),
        };
        let id = command_id(line, "refuse");
        let recorded = self.app.send(REFUSALS, refuse).command_id(id).await;
        match self.count(recorded) {
            Ok(_) => Ok(Outcome::Refused { reason }),
            Err(source) => Err(BankError::Unrecorded {
                line: line.number,
                source: Box::new(source),
            }),
        }
    }

    fn count<E>(&self, answer: Result<Committed, E>) -> Result<Committed, E> {
        self.commands.fetch_add(1, Ordering::Relaxed);
        if let Ok(done) = &answer
            && !done.duplicate
        {
            self.events
                .fetch_add(u64::from(done.events), Ordering::Relaxed);
        }
        answer
    }

    /// Where in the file a line stands.
    fn number(&self, index: Option<usize>) -> usize {
        index
            .and_then(|index| self.lines.get(index))
            .map_or(0, |line| line.number)
    }
}
