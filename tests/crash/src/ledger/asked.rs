//! What is known of the transfers that were asked for.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::line::{Ack, Answer};
use crate::transfers::Wish;

/// The transfers by id, which is also that of the command that asks.
pub(crate) type Wishes = BTreeMap<Uuid, Asked>;

/// What was asked for, and how often it was granted.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub wish: Wish,
    pub acks: Vec<Ack>,
    /// How often it got an error that nothing here can cause.
    pub wrong: u32,
}

pub(super) fn asked(wishes: &mut Wishes, id: Uuid, wish: Wish) {
    wishes.entry(id).or_insert(Asked {
        wish,
        acks: Vec::new(),
        wrong: 0,
    });
}

pub(super) fn told(wishes: &mut Wishes, id: Uuid, answer: Answer) {
    // A child says what it asks for before it asks.
    let Some(asked) = wishes.get_mut(&id) else {
        return;
    };
    match answer {
        Answer::Acked(ack) => asked.acks.push(ack),
        Answer::Rejected | Answer::Wrong => asked.wrong += 1,
        Answer::NotTaken | Answer::Unknown => {}
    }
}
