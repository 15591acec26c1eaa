//! Where in a conversation a connection is cut.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

use super::conversation::{Commit, Conversation, Meaning};
use super::fault::{Counts, Cut, Point};

/// The cuts that are armed, for whichever connection gets there first.
#[derive(Debug, Default)]
pub(super) struct Cuts(Mutex<VecDeque<Cut>>);

impl Cuts {
    pub fn arm(&self, cut: Cut) {
        self.lock().push_back(cut);
    }

    fn arm_again(&self, cut: Cut) {
        self.lock().push_front(cut);
    }

    pub fn clear(&self) {
        self.lock().clear();
    }

    /// The next one, if this commit is meant and this is the place.
    fn take(&self, commit: &Commit, is_place: impl FnOnce(Point) -> bool) -> Option<Cut> {
        let fits = |cut: &mut Cut| commit.is_of(cut.needle.as_deref()) && is_place(cut.point);
        self.lock().pop_front_if(fits)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Cut>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What becomes of a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    Forward,
    ForwardAndCut,
    Withhold,
    /// In place of the message these bytes are the last.
    Cut(Vec<u8>),
}

/// One connection, and the cut that it is about to meet.
#[derive(Debug, Default)]
pub(super) struct Exchange {
    conversation: Conversation,
    /// The number of the answer at which it is cut.
    answer: Option<(Cut, u64)>,
    withheld: Vec<u8>,
}

impl Exchange {
    pub fn client_says(
        &mut self,
        frame: &[u8],
        cuts: &Cuts,
        counts: &watch::Sender<Counts>,
    ) -> Step {
        let is_text = frame.first() == Some(&b'Q');
        let (commit, number) = match self.conversation.client_says(frame) {
            Meaning::Other => return Step::Forward,
            Meaning::Carries(commit) => (commit, None),
            Meaning::Commits(commit, number) => (commit, Some(number)),
        };
        let cut = cuts.take(&commit, |point| match point {
            Point::HalfCommit(_) => number.is_none() || is_text,
            _ => number.is_some(),
        });
        let (Some(cut), number) = (cut, number.unwrap_or_default()) else {
            return Step::Forward;
        };
        let point = cut.point;
        let step = match point {
            Point::BeforeCommit => Step::Cut(Vec::new()),
            Point::HalfCommit(bytes) => Step::Cut(beginning(frame, bytes)),
            Point::AfterCommit => Step::ForwardAndCut,
            Point::BeforeAnswer | Point::HalfAnswer(_) => {
                self.answer = Some((cut, number));
                return Step::Forward;
            }
        };
        counts.send_modify(|counts| counts.count(point));
        step
    }

    pub fn server_says(&mut self, frame: &[u8], counts: &watch::Sender<Counts>) -> Step {
        let before = self.conversation.answered();
        let answered = self.conversation.server_says(frame);
        let Some((cut, number)) = &self.answer else {
            return Step::Forward;
        };
        let (point, number) = (cut.point, *number);
        if before + 1 < number {
            // It is the answer to something that was asked earlier.
            return Step::Forward;
        }
        self.withheld.extend(frame);
        if answered < number {
            return Step::Withhold;
        }
        let bytes = match point {
            Point::HalfAnswer(bytes) => bytes,
            _ => 0,
        };
        counts.send_modify(|counts| counts.count(point));
        self.answer = None;
        Step::Cut(beginning(&self.withheld, bytes))
    }

    /// The connection has ended. Where the answer that it was to be cut at never came, another one is cut.
    pub fn end(&mut self, cuts: &Cuts) {
        if let Some((cut, _)) = self.answer.take() {
            cuts.arm_again(cut);
        }
    }
}

/// So many bytes, and never all.
fn beginning(whole: &[u8], bytes: usize) -> Vec<u8> {
    let bytes = bytes.min(whole.len().saturating_sub(1));
    whole.iter().copied().take(bytes).collect()
}
