//! What must hold after a kill, and how often it was looked at.

mod follower;
mod image;
mod linear;
mod money;
mod promises;
mod sagas;
mod states;
mod views;
mod windows;

pub(crate) use follower::{Follower, Seen};
pub(crate) use image::Image;
pub(crate) use money::compare_money;
pub(crate) use promises::{compare, is_told, look_up};
pub(crate) use sagas::{CarriedOut, Sagas};
pub(crate) use states::compare_states;
pub(crate) use views::{Compared, Kept, Reader, Shelf, Watched, compare_views};
pub(crate) use windows::compare_order;

/// Something that must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Check {
    /// What was acknowledged is recorded, and its events stand where the answer said.
    Lost,
    /// No command took effect twice.
    Doubled,
    /// Each recorded command has all its events, side by side, with what they say.
    Whole,
    /// What was refused is not recorded.
    Refused,
    /// Each event is of a command that was sent.
    Stray,
    /// Positions are 1..n, and the versions of each stream 1..m.
    Hole,
    /// A reader beside the writers meets each event, in the order of the log.
    Skipped,
    /// What the app loads is the fold of the log, and so is each snapshot.
    State,
    /// No balance was ever below zero, and no wallet took more than its limit.
    Negative,
    /// All accounts together, and what is under way between them, are what came from outside, after each commit.
    Money,
    /// The operations on each account have an order that agrees with the times of sending and answering.
    Order,
    /// A command without an answer, sent again, takes effect once; one that had taken effect is told so.
    Retry,
    /// The store opens after a kill, can be read, and its engine finds no damage.
    Opens,
    /// A process goes on beside one that is killed or stopped, and once what it stood on is back; told to end, it answers
    /// everything and ends in good order.
    Survivor,
    /// No answer is an error that nothing here can cause.
    Answer,
    /// The documents and index entries of a read model are the fold of the log up to its position.
    Folded,
    /// A document that is read while it is folded is the fold of the log up to the position that comes with it.
    Given,
    /// No read model is ahead of the log, and one that appends fold is where the log is, always.
    Position,
    /// After a trial all read models are folded to the end of the log.
    Behind,
    /// Each transfer that was asked for has one saga, begun by it.
    Started,
    /// Each saga comes to its end by itself.
    Ended,
    /// A saga says that it completed if the money was debited and credited, once, and that it was undone if nothing is left
    /// of it; and nothing of it comes after that.
    Outcome,
    /// What all wallets hold, and what is under way between them, is what came from outside, after each event.
    Moved,
    /// What a saga sends is recorded before it takes effect, takes effect once, and is answered as it was; nothing takes
    /// effect after its time was up.
    Attempt,
    /// No deadline is missed before it is due.
    Early,
}

impl Check {
    /// All of them.
    pub const ALL: [Self; 25] = [
        Self::Lost,
        Self::Doubled,
        Self::Whole,
        Self::Refused,
        Self::Stray,
        Self::Hole,
        Self::Skipped,
        Self::State,
        Self::Negative,
        Self::Money,
        Self::Order,
        Self::Retry,
        Self::Opens,
        Self::Survivor,
        Self::Answer,
        Self::Folded,
        Self::Given,
        Self::Position,
        Self::Behind,
        Self::Started,
        Self::Ended,
        Self::Outcome,
        Self::Moved,
        Self::Attempt,
        Self::Early,
    ];

    /// What fails, and what it is one of.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Lost => ("lost", "acknowledged commands"),
            Self::Doubled => ("doubled", "commands in effect"),
            Self::Whole => ("not whole", "commands in the log"),
            Self::Refused => ("recorded", "refused commands"),
            Self::Stray => ("never sent", "commands in the log"),
            Self::Hole => ("out of line", "positions and versions"),
            Self::Skipped => ("skipped", "events that a reader followed"),
            Self::State => ("other than the fold", "states and snapshots"),
            Self::Negative => ("below zero or above a limit", "balances, one an event"),
            Self::Money => ("not conserved", "sums of money, one a commit"),
            Self::Order => ("without an order", "operations on an account"),
            Self::Retry => ("answered wrongly", "commands sent again"),
            Self::Opens => ("damaged", "openings after a trial"),
            Self::Survivor => ("stopped", "processes that had to go on"),
            Self::Answer => ("contradictory", "commands sent"),
            Self::Folded => ("other than the fold", "rows of read models"),
            Self::Given => ("other than the fold", "documents read meanwhile"),
            Self::Position => ("out of step", "positions of read models"),
            Self::Behind => ("left behind", "looks at all read models"),
            Self::Started => ("without its one saga", "transfers"),
            Self::Ended => ("not at their end", "sagas"),
            Self::Outcome => ("other than what happened", "ends of sagas"),
            Self::Moved => ("not conserved", "sums of all wallets, one an event"),
            Self::Attempt => (
                "other than recorded",
                "steps of sagas, their effects and answers",
            ),
            Self::Early => ("too early", "deadlines that sagas missed"),
        }
    }
}

/// Something that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What should have held.
    pub check: Check,
    /// What was seen.
    pub text: String,
}

/// How often each check was made, and what was found.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    trials: [u64; Check::ALL.len()],
    /// What did not hold.
    pub findings: Vec<Finding>,
}

impl Tally {
    /// Counts a trial, and keeps the text if it does not hold.
    pub(crate) fn hold(&mut self, check: Check, holds: bool, text: impl FnOnce() -> String) {
        self.hold_many(check, 1);
        if !holds {
            self.find(check, text());
        }
    }

    /// Counts trials whose findings are told apart from them.
    pub(crate) fn hold_many(&mut self, check: Check, trials: u64) {
        if let Some(counted) = self.trials.get_mut(check as usize) {
            *counted += trials;
        }
    }

    pub(crate) fn find(&mut self, check: Check, text: String) {
        self.findings.push(Finding { check, text });
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (mine, others) in self.trials.iter_mut().zip(other.trials) {
            *mine += others;
        }
        self.findings.extend(other.findings.iter().cloned());
    }

    /// How often this was tried.
    #[must_use]
    pub fn trials(&self, check: Check) -> u64 {
        self.trials.get(check as usize).copied().unwrap_or(0)
    }

    /// How often this was found.
    #[must_use]
    pub fn found(&self, check: Check) -> usize {
        let of_it = |finding: &&Finding| finding.check == check;
        self.findings.iter().filter(of_it).count()
    }
}
