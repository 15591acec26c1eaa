//! The code of the book. Every block of it stands in a file of this folder, compiled and run.

#![allow(missing_docs, reason = "examples, not an API")]

mod account;
mod blocks;
mod commands;
mod quickstart;
mod stores;
mod subscription;
mod testing;
