use gesta::prelude::*;

#[event]
pub struct DoorOpened {}
