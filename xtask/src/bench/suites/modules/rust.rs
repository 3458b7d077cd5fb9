//! The crate: two programs, asked for the figures of a group.

use anyhow::Result;

use crate::bench::build;
use crate::bench::results::{Benchmark, Unit};
use crate::bench::suites::Context;
use crate::bench::suites::js_peers::rounds;
use crate::bench::suites::rust_peers::{Figure, RustPeers};

pub(super) const RUST: RustPeers = RustPeers {
    manifest: build::MODULES_PEERS,
    crates: &["oxc_resolver", "serde_json"],
    prefix: "modules-rust-",
};

pub(super) fn resolve(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "A specifier that was asked for before from the same file: krepis remembers the answer, oxc_resolver the files \
                 behind it.";
    let missing = "./nothing.js. krepis looks again whether what was missing still is; watched: with somebody who tells of \
                   changes, it need not.";
    let figures = [
        nanoseconds("relative", "resolve, a path, Rust", about),
        nanoseconds("package", "resolve, a package, Rust", "The same for a package with an exports map."),
        nanoseconds("builtin", "resolve, a built-in, Rust", "The same for node:fs."),
        nanoseconds("missing", "resolve, nothing there, Rust", missing),
    ];
    Ok(timed(context, &figures))
}

pub(super) fn cold(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "A new resolver, and 500 packages, each by its name and by a path within, and 500 files beside the one that \
                 asks: 1,500 specifiers. The directories are in the kernel's cache.";
    let figures = [
        nanoseconds("cold", "1,500 specifiers, cold, Rust", about),
        nanoseconds("cold-relative", "500 paths, cold, Rust", "A new resolver, and the 500 files alone."),
    ];
    Ok(timed(context, &figures))
}

pub(super) fn load(context: &Context) -> Result<Vec<Benchmark>> {
    let figures = [
        nanoseconds(
            "load-js",
            "load of JavaScript, Rust",
            "About 10 KB from a file to a module that is ready for the engine; std::fs: the file is read.",
        ),
        nanoseconds(
            "load-undeclared",
            "load of undeclared JavaScript, Rust",
            "The same for a file of which nothing but its text says that it is an ES module; compile cache: the answer is kept \
             on disk.",
        ),
        nanoseconds(
            "load-ts",
            "load of TypeScript, Rust",
            "The same for TypeScript, which is compiled; compile cache: what came out is kept on disk.",
        ),
        nanoseconds(
            "transpile",
            "compilation of TypeScript, Rust",
            "The same text without its file, with a source map.",
        ),
        nanoseconds(
            "code",
            "engine code out of the compile cache, Rust",
            "64 KB, found, read and checked; std::fs: a file of 64 KB is read.",
        ),
    ];
    Ok(timed(context, &figures))
}

pub(super) fn exports(context: &Context) -> Result<Vec<Benchmark>> {
    let figures = [
        nanoseconds(
            "export-table",
            "JSON to a table of exports and back, Rust",
            "Five names, one of them with a list. serde_json: its own Value.",
        ),
        nanoseconds(
            "export-file",
            "exports of a JSON file, Rust",
            "The same from a file that was read before: krepis looks whether it has changed. serde_json: reads and parses it.",
        ),
    ];
    Ok(timed(context, &figures))
}

pub(super) fn cycle(context: &Context) -> Result<Vec<Benchmark>> {
    let figures = [
        nanoseconds("cycle", "does an import close a cycle, Rust", "One does, 64 modules further up."),
        nanoseconds(
            "cycle-1000",
            "1,000 modules with a detector, Rust",
            "About 2,000 imports, each asked about and added, until the whole graph is known.",
        ),
    ];
    Ok(timed(context, &figures))
}

pub(super) fn heap(context: &Context) -> Result<Vec<Benchmark>> {
    let calls = if context.quick { 10_000 } else { 1_000_000 };
    let args = [rounds(context).min(3).to_string(), calls.to_string()];
    let program = context.modules_peers.clone().map(|[_, heap]| heap);
    let figures = [
        Figure {
            name: "relative-allocations",
            title: "allocations of a path that is known, Rust",
            about: "How often a specifier that was asked for before asks the heap for memory.",
            unit: Unit::Count,
        },
        Figure {
            name: "package-allocations",
            title: "allocations of a package that is known, Rust",
            about: "The same for a package.",
            unit: Unit::Count,
        },
        Figure {
            name: "known",
            title: "memory of a specifier that is known, Rust",
            about: "What the heap has grown by when a new resolver has found 1,500 specifiers, for each of them.",
            unit: Unit::Bytes,
        },
    ];
    Ok(RUST.measure(context, &program, &args, &figures))
}

fn nanoseconds(name: &'static str, title: &'static str, about: &'static str) -> Figure {
    Figure { name, title, about, unit: Unit::Nanoseconds }
}

fn timed(context: &Context, figures: &[Figure]) -> Vec<Benchmark> {
    let program = context.modules_peers.clone().map(|[time, _]| time);
    RUST.measure(context, &program, &[rounds(context).to_string()], figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_has_its_version() {
        assert_eq!(RUST.versions().len(), RUST.crates.len());
    }
}
