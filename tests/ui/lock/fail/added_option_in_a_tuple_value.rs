use gesta::prelude::*;

#[value]
pub struct Route(pub String, pub Option<String>);

fn main() {}
