//! Events that changed: what was stored in an older shape is read as today's.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "tests, and the structs that they are about"
)]

mod fields;
