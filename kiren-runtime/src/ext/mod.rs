//! The native groups: thin bindings from internal JavaScript to Rust.

pub(crate) mod async_context;
pub(crate) mod buffer;
pub(crate) mod compression;
pub(crate) mod context;
pub(crate) mod crypto;
pub(crate) mod di;
pub(crate) mod encoding;
pub(crate) mod fetch;
pub(crate) mod fs;
pub(crate) mod hash;
pub(crate) mod http;
pub(crate) mod inspect;
pub(crate) mod modules;
pub(crate) mod os;
pub(crate) mod performance;
pub(crate) mod process;
pub(crate) mod services;
pub(crate) mod signals;
pub(crate) mod stack;
pub(crate) mod stdio;
pub(crate) mod structured_clone;
pub(crate) mod tasks;
pub(crate) mod timers;
pub(crate) mod types;
pub(crate) mod url;
pub(crate) mod wasm;
