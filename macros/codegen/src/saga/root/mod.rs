//! `#[saga]` on the struct: what a saga remembers, what it is called.

mod check;
mod expand;
mod model;
mod parse;

use crate::stages::Stages;

pub(super) use parse::KEYS;

pub(super) const ROOT: Stages<parse::ParsedRoot, model::Root> = Stages {
    parse: parse::parse,
    model: model::Root::new,
    check: check::check,
    expand: |checked| expand::expand(checked),
    fallback: expand::fallback,
};
