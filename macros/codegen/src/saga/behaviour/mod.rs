//! `#[saga]` on the impl block: what starts it, its steps, the events that it takes.

mod check;
mod expand;
mod model;
mod parse;

use crate::stages::Stages;

pub(super) const BEHAVIOUR: Stages<parse::ParsedImpl, model::Behaviour> = Stages {
    parse: parse::parse,
    model: model::Behaviour::new,
    check: check::check,
    expand: |checked| expand::expand(checked),
    fallback: expand::fallback,
};
