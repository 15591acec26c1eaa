//! `#[aggregate]` on the impl block: the commands, and what events do to the state.

mod check;
mod command;
mod expand;
mod model;
mod parse;
mod usable;

use crate::stages::Stages;

pub(super) const BEHAVIOUR: Stages<parse::ParsedImpl, model::Behaviour> = Stages {
    parse: parse::parse,
    model: |parsed, _| model::Behaviour::from(parsed),
    check: check::check,
    expand: |checked| expand::expand(checked),
    fallback: expand::fallback,
};
