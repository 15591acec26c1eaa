//! What an attempt is known by.

use uuid::Uuid;

use super::event::Part;

/// A command id is made of the saga, the part and the attempt, so that it is the same whoever makes it.
pub(crate) fn command_id(saga: &str, id: &str, part: &Part, attempt: u32) -> Uuid {
    /// Made once, at random.
    const NAMESPACE: Uuid = Uuid::from_u128(0x9c1d_6f0e_52a7_4b8e_8f3c_1a7e_d240_6b5d);
    let part = serde_json::to_string(part).unwrap_or_default();
    Uuid::new_v5(
        &NAMESPACE,
        format!("{saga}/{id}\n{part}\n{attempt}").as_bytes(),
    )
}

/// Of an effect, whichever attempt it is.
pub(crate) fn effect_key(saga: &str, id: &str, part: &Part) -> Uuid {
    command_id(saga, id, part, 0)
}
