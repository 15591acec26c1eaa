//! Names and versions under which something is stored.

use syn::{LitInt, LitStr};

/// The rule of `StreamName::new`, which is that of the names of projections and sagas too.
pub(crate) fn can_name_streams(name: &LitStr) -> bool {
    let name = name.value();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    (1..=100).contains(&name.len()) && name.bytes().all(allowed)
}

/// Versions of code are counted from 1.
pub(crate) fn is_a_version(version: &LitInt) -> bool {
    matches!(version.base10_parse::<u32>(), Ok(1..))
}
