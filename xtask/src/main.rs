//! Development tasks: `cargo xtask ci | v8 | types | wasm | addon | compat | bench`. Nothing here is needed to build or run Krepis.

mod addon;
mod bench;
mod ci;
mod compat;
mod npm;
mod types;
mod v8;
mod wasm;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Development tasks of Krepis
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Check everything that has to hold before a change is merged; `.ci/run` runs this
    Ci(ci::Args),
    /// Say which V8 archive this platform builds with, and verify its checksums
    V8,
    /// Check the TypeScript declarations, their tests and the examples with the real compiler
    Types(types::Args),
    /// Build the npm package `elysia-text-wasm`, and keep it within its size
    Wasm(wasm::Args),
    /// Build the Node-API addon of elysia-text into its npm package, and test that in Node and Bun
    Addon(addon::Args),
    /// Run real npm packages on Krepis and on Node, and write what works into `docs/compat.md`
    Compat(compat::Args),
    /// Measure Krepis beside its peers
    Bench(bench::Args),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().task {
        Task::Ci(args) => ci::run(&args),
        Task::V8 => v8::run(),
        Task::Types(args) => types::run(&args),
        Task::Wasm(args) => wasm::run(&args),
        Task::Addon(args) => addon::run(&args),
        Task::Compat(args) => compat::run(&args),
        Task::Bench(args) => bench::run(&args),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
