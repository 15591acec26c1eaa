//! Commands that may be sent twice, and take effect once.

use gesta::Uuid;

/// Made once, at random.
const NAMESPACE: Uuid = Uuid::from_u128(0x4d0c_93b1_0a6e_4f7b_9d52_c81e_77f0_2a36);

/// The id of a command: the same for the same words, whoever sends it and when.
#[must_use]
pub fn command_id(words: &[&str]) -> Uuid {
    // No word has a line feed: the store keeps no id with one.
    Uuid::new_v5(&NAMESPACE, words.join("\n").as_bytes())
}
