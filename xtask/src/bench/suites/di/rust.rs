//! The crates: one program with all of them, asked for the figures of a group.

use anyhow::Result;

use crate::bench::build;
use crate::bench::results::{Benchmark, Unit};
use crate::bench::suites::Context;
use crate::bench::suites::js_peers::rounds;
use crate::bench::suites::rust_peers::{self, RustPeers};

pub(super) const RUST: RustPeers =
    RustPeers { manifest: build::DI_PEERS, crates: &["shaku", "ferrous-di", "more-di"], prefix: "di-rust-" };

struct Figure {
    name: &'static str,
    title: &'static str,
    about: &'static str,
}

pub(super) fn singleton(context: &Context) -> Result<Vec<Benchmark>> {
    figures(
        context,
        &[
            Figure {
                name: "singleton-ref",
                title: "singleton by type, Rust, &T",
                about: "A singleton that exists, by its type, as a reference. ferrous-di and more-di only hand out an Arc.",
            },
            Figure {
                name: "singleton",
                title: "singleton by type, Rust, Arc<T>",
                about: "The same as an Arc, which is dropped: counting up and down is the floor, as by hand.",
            },
            Figure {
                name: "singleton-key",
                title: "singleton by typed key, Rust",
                about: "The same by a key that knows its slot; no peer has one.",
            },
        ],
    )
}

pub(super) fn scoped(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "A scoped service that its scope already holds, as an Arc (krepis: as it hands it out). \
                 shaku's scope is a module of its own.";
    figures(context, &[Figure { name: "scoped", title: "scoped, warm, Rust", about }])
}

pub(super) fn scope(context: &Context) -> Result<Vec<Benchmark>> {
    figures(
        context,
        &[
            Figure {
                name: "scope-chain",
                title: "fresh scope, a chain of 3, Rust",
                about: "A scope is opened, Handler(Repo, Session) with Repo(Session) is asked for, and the scope ends. \
                        By hand: three Arcs, without a scope.",
            },
            Figure {
                name: "scope-flat",
                title: "fresh scope, 3 services, Rust",
                about: "The same with three services that do not know each other, asked for one by one.",
            },
        ],
    )
}

pub(super) fn transient(context: &Context) -> Result<Vec<Benchmark>> {
    let about =
        "A new object with two singletons. shaku returns it in a Box, ferrous-di and more-di in an Arc.";
    figures(context, &[Figure { name: "transient", title: "transient with 2 dependencies, Rust", about }])
}

pub(super) fn build(context: &Context) -> Result<Vec<Benchmark>> {
    figures(
        context,
        &[
            Figure {
                name: "build-1000",
                title: "build 1,000 services, Rust",
                about: "Registrations and build; each service needs up to two others. more-di validates what is declared, \
                        ferrous-di validates nothing, shaku is wired by the compiler.",
            },
            Figure {
                name: "build-10000",
                title: "build 10,000 services, Rust",
                about: "The same, ten times as many; more-di would need 10,000 Rust types.",
            },
        ],
    )
}

fn figures(context: &Context, figures: &[Figure]) -> Result<Vec<Benchmark>> {
    let figure = |&Figure { name, title, about }: &Figure| rust_peers::Figure {
        name,
        title,
        about,
        unit: Unit::Nanoseconds,
    };
    let figures: Vec<_> = figures.iter().map(figure).collect();
    Ok(RUST.measure(context, &context.di_peers, &[rounds(context).to_string()], &figures))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_has_its_version() {
        assert_eq!(RUST.versions().len(), RUST.crates.len());
    }
}
