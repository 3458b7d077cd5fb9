//! The suite `di`: `krepis-di` beside Rust's containers, and `krepis:di` beside JavaScript's on three runtimes.
//!
//! A Rust figure comes from one program (`xtask/peers/di-rust`) that times all crates in turn. A JavaScript figure comes
//! from a process for each library and runtime that measures nothing else, so that no figure is spoiled by the types that
//! another has shown to the engine: the `.mjs` files beside this one. Both time batches of calls and consume the results.
//! "by hand" makes the same objects without a container.

mod js;
mod rust;

pub(super) use js::JS;

use super::{Context, Group, Program, Suite};

pub(crate) const SUITE: Suite = Suite {
    name: "di",
    groups: &[
        Group { id: "rust-singleton", title: "singleton, Rust", run: rust::singleton },
        Group { id: "rust-scoped", title: "scoped, warm, Rust", run: rust::scoped },
        Group { id: "rust-scope", title: "fresh scope, Rust", run: rust::scope },
        Group { id: "rust-transient", title: "transient, Rust", run: rust::transient },
        Group { id: "rust-build", title: "build, Rust", run: rust::build },
        Group { id: "js-singleton", title: "singleton, JavaScript", run: js::singleton },
        Group { id: "js-scoped", title: "scoped, warm, JavaScript", run: js::scoped },
        Group { id: "js-scope", title: "fresh scope, JavaScript", run: js::scope },
        Group { id: "js-transient", title: "transient, JavaScript", run: js::transient },
        Group { id: "js-build", title: "build, JavaScript", run: js::build },
    ],
    programs,
    libraries,
};

fn programs(context: &Context) -> Vec<(&'static str, Program)> {
    JS.runtimes(context)
}

fn libraries() -> Vec<(String, String)> {
    rust::RUST.versions().into_iter().chain(JS.versions()).collect()
}
