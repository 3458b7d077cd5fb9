//! The native groups: thin bindings from internal JavaScript to Rust.

pub(crate) mod modules;
pub(crate) mod stack;
pub(crate) mod stdio;
pub(crate) mod tasks;
pub(crate) mod timers;
