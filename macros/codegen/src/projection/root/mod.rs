//! `#[projection]` on the struct: what it is folded from, what it is called, what it is found by.

mod check;
mod expand;
mod model;
mod parse;

use crate::stages::Stages;

pub(super) use parse::KEYS;

pub(super) const ROOT: Stages<parse::ParsedRoot, model::Root> = Stages {
    parse: parse::parse,
    model: |parsed, _| model::Root::from(parsed),
    check: check::check,
    expand: |checked| expand::expand(checked),
    fallback: expand::fallback,
};
