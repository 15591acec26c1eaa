//! One aggregate in memory: its state, and the commands that wait for it.

use std::collections::VecDeque;
use std::sync::Arc;

use super::job::Job;
use super::lineage::Lineage;
use crate::aggregate::Aggregate;
use crate::store::{CommandKey, StreamName};

/// An aggregate in memory, with its mailbox.
pub(crate) struct Entity<A: Aggregate> {
    pub(crate) stream: StreamName,
    pub(crate) phase: Phase<A>,
    /// Commands that are to be decided again; they came before all that wait.
    refused: VecDeque<Job<A>>,
    waiting: VecDeque<Job<A>>,
    /// Whether the last command with an id of its caller's was a retry. Those to come are then looked up first: a
    /// retry that is decided like a new command costs the state.
    pub(crate) expects_retries: bool,
}

/// Whether the state is there.
pub(crate) enum Phase<A> {
    /// An errand to the store has it, or will bring it.
    Away,
    /// It is there, though perhaps void: see [`Lineage::is_broken`].
    Ready(Live<A>),
}

/// A state that runs ahead of the store by the decisions of its lineage.
pub(crate) struct Live<A> {
    pub(crate) state: A,
    pub(crate) version: u64,
    pub(crate) lineage: Arc<Lineage>,
}

impl<A> Live<A> {
    /// A state as it was read.
    pub(crate) fn read(state: A, version: u64) -> Self {
        Self {
            state,
            version,
            lineage: Arc::new(Lineage::at(version)),
        }
    }
}

impl<A: Aggregate> Entity<A> {
    /// An aggregate that is not read yet.
    pub(crate) fn away(stream: StreamName) -> Self {
        let (refused, waiting) = (VecDeque::new(), VecDeque::new());
        Self {
            stream,
            phase: Phase::Away,
            refused,
            waiting,
            expects_retries: false,
        }
    }

    /// Whether the store is asked about a command before it is decided.
    ///
    /// Only while nothing is under way: what is decided meanwhile must not overtake it.
    pub(crate) fn asks_first(&self, job: &Job<A>) -> bool {
        self.expects_retries && job.stamp.is_given() && self.is_idle()
    }

    /// The commands that wait under an id of their caller's.
    pub(crate) fn given_ids(&self) -> Vec<CommandKey> {
        let jobs = self
            .refused
            .iter()
            .chain(&self.waiting)
            .filter(|job| job.stamp.is_given());
        jobs.map(|job| CommandKey {
            command_id: job.stamp.id,
            stream: self.stream.clone(),
        })
        .collect()
    }

    pub(crate) fn has_waiting(&self) -> bool {
        !self.refused.is_empty() || !self.waiting.is_empty()
    }

    /// Whether nothing is lost if it goes.
    pub(crate) fn is_idle(&self) -> bool {
        match &self.phase {
            Phase::Away => false,
            Phase::Ready(live) => {
                live.lineage.is_settled() && self.refused.is_empty() && self.waiting.is_empty()
            }
        }
    }

    pub(crate) fn has_room(&self, mailbox: usize) -> bool {
        self.waiting.len() < mailbox
    }

    pub(crate) fn wait(&mut self, job: Job<A>) {
        self.waiting.push_back(job);
    }

    pub(crate) fn decide_again(&mut self, job: Job<A>) {
        self.refused.push_back(job);
    }

    /// Puts back a command that was taken out to be decided.
    pub(crate) fn decide_first(&mut self, job: Job<A>) {
        self.refused.push_front(job);
    }

    /// All commands that wait.
    pub(crate) fn into_jobs(self) -> impl Iterator<Item = Job<A>> {
        self.refused.into_iter().chain(self.waiting)
    }

    /// The next command to decide.
    pub(crate) fn next(&mut self) -> Option<Job<A>> {
        self.refused
            .pop_front()
            .or_else(|| self.waiting.pop_front())
    }
}
