//! The suite `context`: `krepis-context` beside what Rust programs carry a request's data in and encode it with, and
//! `krepis:context` beside the usual bag of fields in an `AsyncLocalStorage`, on four runtimes.
//!
//! Rust's figures come from two programs (`xtask/peers/context-rust`), one with a clock and one with an allocator that
//! counts. JavaScript's come from a process for each program, runtime and figure: the `.mjs` files beside this one.

mod js;
mod rust;

pub(super) use js::JS;

use super::{Context, Group, Program, Suite};

pub(crate) const SUITE: Suite = Suite {
    name: "context",
    groups: &[
        Group { id: "rust-life", title: "create and release, Rust", run: rust::life },
        Group { id: "rust-read", title: "read, Rust", run: rust::read },
        Group { id: "rust-codec", title: "encode and decode, Rust", run: rust::codec },
        Group { id: "rust-burst", title: "burst of 10,000, Rust", run: rust::burst },
        Group { id: "rust-heap", title: "heap, Rust", run: rust::heap },
        Group { id: "js-life", title: "create and release, JavaScript", run: js::life },
        Group { id: "js-field", title: "read and set, JavaScript", run: js::field },
        Group { id: "js-codec", title: "encode and decode, JavaScript", run: js::codec },
        Group { id: "js-crossing", title: "JavaScript over Rust", run: js::crossing },
        Group { id: "js-burst", title: "burst of 10,000, JavaScript", run: js::burst },
        Group { id: "js-heap", title: "heap, JavaScript", run: js::heap },
        Group { id: "storage", title: "AsyncLocalStorage", run: js::storage },
        Group { id: "await", title: "await", run: js::awaits },
    ],
    programs,
    libraries,
};

fn programs(context: &Context) -> Vec<(&'static str, Program)> {
    JS.runtimes(context)
}

fn libraries() -> Vec<(String, String)> {
    rust::RUST.versions()
}
