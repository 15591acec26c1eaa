//! When to kill.

use std::time::Duration;

use crate::random::Random;

/// One life in so many ends while the process starts.
const AT_START: u64 = 6;
/// One life in so many has a process beside it.
const IN_COMPANY: u64 = 5;

/// An event, and how long after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub after: Event,
    pub delay: Duration,
}

/// What the wait begins with: a line that the child says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// The process is there, and about to open the store.
    Up,
    /// So many commands are answered.
    Answers(u64),
}

/// How a life ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kill {
    pub moment: Moment,
    pub company: Option<Company>,
}

/// What becomes of the process beside it, after it has gone on for a while.
#[derive(Debug, Clone, Copy)]
pub(super) enum Company {
    Killed(Duration),
    Stopped,
}

impl Kill {
    pub(super) fn draw(random: &mut Random, alone: bool) -> Self {
        let moment = if random.one_in(AT_START) {
            Moment::at_start(random, 14)
        } else {
            Moment::under_load(random)
        };
        let in_company = random.one_in(IN_COMPANY) && !alone;
        let company = in_company.then(|| Company::draw(random));
        Self { moment, company }
    }

    /// On a file that does not exist yet.
    pub(super) fn while_migrating(random: &mut Random, alone: bool) -> Self {
        let in_company = random.one_in(2) && !alone;
        Self {
            // Making the tables takes much longer than finding them made.
            moment: Moment::at_start(random, 16),
            company: in_company.then(|| Company::draw(random)),
        }
    }
}

impl Company {
    fn draw(random: &mut Random) -> Self {
        if random.one_in(2) {
            Self::Killed(delay(random, 17))
        } else {
            Self::Stopped
        }
    }
}

impl Moment {
    pub(super) fn at_start(random: &mut Random, bits: u64) -> Self {
        Self {
            after: Event::Up,
            delay: delay(random, bits),
        }
    }

    fn under_load(random: &mut Random) -> Self {
        Self {
            after: Event::Answers(1 + random.below(150)),
            delay: delay(random, 17),
        }
    }
}

/// Up to 2^bits microseconds, short ones as often as long ones.
pub(super) fn delay(random: &mut Random, bits: u64) -> Duration {
    let limit = 1 << (1 + random.below(bits));
    Duration::from_micros(random.below(limit))
}
