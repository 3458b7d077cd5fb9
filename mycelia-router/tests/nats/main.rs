//! Kernels that talk to each other by a real `nats-server`, which is killed now and then.
//!
//! `cargo test -p mycelia-router --features nats,context --test nats`. Needs `nats-server`, of Debian's package of that name.
#![allow(clippy::unwrap_used)] // Also in helpers.
#![cfg(not(miri))] // Miri starts no processes.

mod core;
mod node;
mod security;
mod server;
mod stream;
