use gesta::prelude::*;

#[value]
pub struct Label {
    pub text: String,
}

fn main() {}
