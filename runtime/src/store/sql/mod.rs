//! What the stores that speak SQL share, whatever engine they speak it to.

pub(super) mod interned;
pub(super) mod judge;
pub(super) mod numbers;
pub(super) mod steps;
