//! The attributes among names that are taken.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "examples, not an API"
)]

mod inside_a_macro;
mod modules_of_famous_names;
mod names_of_the_prelude;
mod no_prelude;
mod private;
