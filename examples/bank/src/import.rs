//! Reading a journal into the bank: many operations at once, and yet always with the same result.
//!
//! The operations of one account run in the order of the journal, one after another; accounts run beside each other. A
//! transfer is an operation of both of its accounts. The deposit of a transfer on two lines waits for its withdrawal.
//! Whoever waits, waits for what stands further up, so that nobody waits in a circle.

mod transfer;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use gesta::{App, Command, Committed, SendError};
use tokio::sync::{Semaphore, SetOnce};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::account::{Account, Deposit, Freeze, Open, Refused, Withdraw};
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
    /// How many events the log has more than before.
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
    let (start, before) = (Instant::now(), app.position().await?);
    let import = Arc::new(Import {
        app: app.clone(),
        outcomes: journal.lines.iter().map(|_| SetOnce::new()).collect(),
        receivers: receivers(&journal.lines),
        lines: journal.lines.clone(),
        refused_before: refusals(app).await?.reasons,
        gate: Semaphore::new(AT_ONCE),
        commands: AtomicU64::new(0),
        progress: Box::new(progress),
    });
    let mut accounts = JoinSet::new();
    for (account, indices) in by_account(&journal.lines) {
        accounts.spawn(Arc::clone(&import).run_account(account.to_owned(), indices));
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
        events: app.position().await?.saturating_sub(before),
        elapsed: start.elapsed(),
    })
}

/// For each account the places of its lines, those that bring money to it included.
fn by_account(lines: &[Line]) -> BTreeMap<&str, Vec<usize>> {
    let mut accounts = BTreeMap::<_, Vec<_>>::new();
    for (index, line) in lines.iter().enumerate() {
        for account in line.accounts() {
            accounts.entry(account).or_default().push(index);
        }
    }
    accounts
}

/// For each transfer the place of the line before it on the account that the money goes to.
fn receivers(lines: &[Line]) -> Vec<Option<usize>> {
    let mut latest = HashMap::new();
    let mut receivers = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        let receiver = line.operation.receiver();
        receivers.push(receiver.and_then(|to| latest.get(to).copied()));
        latest.extend(line.accounts().map(|account| (account, index)));
    }
    receivers
}

/// The id of the command that a line becomes: the same in every run, so that it takes effect once.
fn command_id(line: &Line, purpose: &str) -> Uuid {
    const NAMESPACE: Uuid = Uuid::from_u128(0x6765_7374_6100_4000_8000_0000_6261_6e6b);
    Uuid::new_v5(&NAMESPACE, format!("{purpose}/{}", line.id).as_bytes())
}

struct Import {
    app: App,
    lines: Vec<Line>,
    /// For each transfer the line that its receiver has to be done with.
    receivers: Vec<Option<usize>>,
    /// What became of each line, once it is known.
    outcomes: Vec<SetOnce<Outcome>>,
    refused_before: BTreeMap<String, String>,
    gate: Semaphore,
    commands: AtomicU64,
    progress: Box<dyn Fn() + Send + Sync>,
}

impl Import {
    async fn run_account(
        self: Arc<Self>,
        account: String,
        indices: Vec<usize>,
    ) -> Result<(), BankError> {
        for index in indices {
            if let (Some(line), Some(place)) = (self.lines.get(index), self.outcomes.get(index)) {
                if line.account != account {
                    // The account that the money comes from does it.
                    place.wait().await;
                    continue;
                }
                self.wait_for(self.receivers.get(index).copied().flatten())
                    .await;
                let outcome = self.run(line).await?;
                // Nobody else sets it.
                let _ = place.set(outcome);
                (self.progress)();
            }
        }
        Ok(())
    }

    /// What became of a line, once that is known.
    async fn wait_for(&self, index: Option<usize>) -> Option<&Outcome> {
        Some(self.outcomes.get(index?)?.wait().await)
    }

    async fn run(&self, line: &Line) -> Result<Outcome, BankError> {
        if let Some(withdrawal) = self.wait_for(line.after).await
            && !withdrawal.is_done()
        {
            return Ok(Outcome::NothingToBring {
                withdrawal: self.number(line.after),
            });
        }
        if let Some(reason) = self.refused(line) {
            return Ok(Outcome::RefusedBefore { reason });
        }
        let _permit = self.gate.acquire().await;
        let sent = match line.operation.clone() {
            Operation::Transfer { cents, to } => return self.transfer(line, &to, cents).await,
            Operation::Open { owner } => self.send(line, Open { owner }).await,
            Operation::Deposit { cents } => self.send(line, Deposit { cents }).await,
            Operation::Withdraw { cents, memo } => self.send(line, Withdraw { cents, memo }).await,
            Operation::Freeze => self.send(line, Freeze {}).await,
        };
        match sent {
            Ok(done) if done.duplicate => Ok(Outcome::DoneBefore),
            Ok(_) => Ok(Outcome::Done),
            Err(error) if is_refusal(&error) => self.refuse(line, with_causes(&error)).await,
            Err(error) => Err(BankError::interrupted(line.number, error)),
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

    /// Sends the command with all that the line says beside it.
    async fn send<C>(&self, line: &Line, command: C) -> Result<Committed, SendError<Refused>>
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
        self.count(command.await)
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
        answer
    }

    /// Where in the file a line stands.
    fn number(&self, index: Option<usize>) -> usize {
        index
            .and_then(|index| self.lines.get(index))
            .map_or(0, |line| line.number)
    }
}
