//! The attributes of [Gesta](https://docs.rs/gesta). Depend on `gesta`, which re-exports them.
