//! The packages: a process for each library, runtime and figure, and several rounds of those.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use serde::Deserialize;

use super::{programs, rounds};
use crate::bench::peers;
use crate::bench::process::Invocation;
use crate::bench::results::{Benchmark, KREPIS, Unit};
use crate::bench::rounds::{Candidate, Quantity, Rounds, interleave_series};
use crate::bench::suites::{Context, Program};
use crate::workspace;

pub(super) const RUNTIMES: [&str; 2] = ["node", "bun"];

/// Beside every library's program.
const SHARED: [&str; 2] = ["harness.mjs", "services.mjs"];

struct Library {
    name: &'static str,
    /// The package that it is, if it has to be installed.
    package: Option<&'static str>,
    /// Its program, beside this file.
    program: &'static str,
    /// Whether it has something to build.
    builds: bool,
}

/// The one of [`LIBRARIES`] that is part of Krepis, and runs there alone.
const OURS: &str = "krepis:di";

const LIBRARIES: &[Library] = &[
    Library { name: OURS, package: None, program: "ours.mjs", builds: true },
    Library { name: "awilix", package: Some("awilix"), program: "awilix.mjs", builds: true },
    Library { name: "inversify", package: Some("inversify"), program: "inversify.mjs", builds: true },
    Library { name: "tsyringe", package: Some("tsyringe"), program: "tsyringe.mjs", builds: true },
    Library { name: "NestJS", package: Some("@nestjs/core"), program: "nestjs.mjs", builds: true },
    Library { name: "by hand", package: None, program: "by-hand.mjs", builds: false },
];

/// The line that a program prints.
#[derive(Debug, Deserialize)]
struct Line {
    #[serde(default)]
    samples_ns: Vec<f64>,
    error: Option<String>,
}

pub(super) fn singleton(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "A singleton that exists, in one process with nothing else to do.";
    run(context, "singleton", quantity("di-js-singleton", "singleton, JavaScript", about))
}

pub(super) fn scoped(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "A scoped service that its scope already holds. NestJS answers with a promise, which is awaited; \
                 inversify's scope is a child container.";
    run(context, "scoped", quantity("di-js-scoped", "scoped, warm, JavaScript", about))
}

pub(super) fn scope(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "A scope is opened, Handler(Repo, Session) with Repo(Session) is asked for, and the scope is disposed of, \
                 awaited where that is a promise (awilix, tsyringe). inversify shares within one get and NestJS within a \
                 context id: neither has anything to dispose of.";
    run(context, "scope", quantity("di-js-scope", "fresh scope, a chain of 3, JavaScript", about))
}

pub(super) fn transient(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "A new object with two singletons. NestJS answers with a promise, which is awaited.";
    run(context, "transient", quantity("di-js-transient", "transient with 2 dependencies, JavaScript", about))
}

pub(super) fn build(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "A container with 1,000 classes, each with up to two others; the classes and their metadata exist before. \
                 awilix, inversify and tsyringe register and validate nothing; NestJS also makes every singleton.";
    run(context, "build", quantity("di-js-build", "build 1,000 services, JavaScript", about))
}

/// The versions that are pinned.
pub(super) fn versions() -> Vec<(String, String)> {
    LIBRARIES
        .iter()
        .filter_map(|library| {
            let package = peers::package(library.package?);
            package.installed().ok()?;
            Some((library.name.to_owned(), package.version.to_owned()))
        })
        .collect()
}

fn quantity(id: &'static str, title: &'static str, about: &'static str) -> Quantity {
    Quantity { id, title, about, unit: Unit::Nanoseconds }
}

fn run(context: &Context, figure: &str, quantity: Quantity) -> Result<Vec<Benchmark>> {
    let candidates = candidates(context, figure)?;
    // A process compiles and lays out memory in its own way: several of them, each with rounds of its own.
    let processes = Rounds { uncounted: 0, counted: if context.quick { 1 } else { 3 } };
    Ok(interleave_series(&context.progress, processes, candidates, [quantity], |_, invocation| {
        let (_, output) = invocation.output(context.pinning, &context.scratch)?;
        Ok([samples(&output)?])
    }))
}

/// Every library on every runtime, Krepis' own on Krepis first.
fn candidates(context: &Context, figure: &str) -> Result<Vec<Candidate<Invocation>>> {
    let mut candidates = Vec::new();
    for library in LIBRARIES.iter().filter(|library| library.builds || figure != "build") {
        let entry = prepare(context, library, figure)?;
        for (runtime, program) in programs(context) {
            let subject = match (library.name, runtime) {
                (OURS, KREPIS) => KREPIS.to_owned(),
                (OURS, _) => continue,
                (library, runtime) => format!("{library} on {runtime}"),
            };
            let what =
                entry.clone().and_then(|entry| program.map(|program| Invocation::new(program).args([entry])));
            candidates.push(Candidate { subject, what });
        }
    }
    Ok(candidates)
}

/// A folder for the library in which its packages are found, and the module that starts the figure.
fn prepare(context: &Context, library: &Library, figure: &str) -> Result<Program> {
    let modules = match library.package.map(|name| peers::package(name).installed()) {
        Some(Err(reason)) => return Ok(Err(reason)),
        Some(Ok(modules)) => Some(modules),
        None => None,
    };
    let folder = context.scratch.join("di").join(library.program.trim_end_matches(".mjs"));
    if !folder.exists() {
        fs::create_dir_all(&folder)?;
        let programs = workspace::root().join("xtask/src/bench/suites/di");
        for file in SHARED.into_iter().chain([library.program]) {
            fs::copy(programs.join(file), folder.join(file))
                .with_context(|| format!("cannot copy {file}"))?;
        }
        if let Some(modules) = modules {
            link(&modules, &folder.join("node_modules"))?;
        }
    }
    let entry = folder.join(format!("{figure}.entry.mjs"));
    let batch_ms = if context.quick { 2 } else { 20 };
    let start = format!(
        "import {{ measure }} from \"./harness.mjs\";\n\
         measure(() => import(\"./{}\"), \"{figure}\", {{ rounds: {}, batchMs: {batch_ms} }});\n",
        library.program,
        rounds(context)
    );
    fs::write(&entry, start)?;
    Ok(Ok(entry))
}

#[cfg(unix)]
fn link(modules: &Path, to: &Path) -> Result<()> {
    std::os::unix::fs::symlink(modules, to).with_context(|| format!("cannot make {}", to.display()))
}

#[cfg(windows)]
fn link(modules: &Path, to: &Path) -> Result<()> {
    std::os::windows::fs::symlink_dir(modules, to).with_context(|| format!("cannot make {}", to.display()))
}

fn samples(output: &str) -> Result<Vec<f64>> {
    let text = output.lines().last().ok_or_else(|| anyhow!("ended without a figure"))?;
    let line: Line =
        serde_json::from_str(text).with_context(|| format!("expected a figure as JSON, found {text:?}"))?;
    match line.error {
        Some(error) => bail!(error),
        None if line.samples_ns.is_empty() => bail!("took no samples"),
        None => Ok(line.samples_ns),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_prints_is_samples_or_why_not() {
        assert_eq!(samples("{\"figure\":\"x\",\"samples_ns\":[2.5,1]}\n").unwrap(), [2.5, 1.0]);
        let check = |output: &str, expected: &str| {
            assert_eq!(samples(output).unwrap_err().to_string(), expected);
        };
        check("", "ended without a figure");
        check("{\"figure\":\"x\",\"error\":\"Error: no util\"}", "Error: no util");
        check("{\"samples_ns\":[]}", "took no samples");
        check("oops", "expected a figure as JSON, found \"oops\"");
    }

    #[test]
    fn every_library_has_its_program() {
        let folder = workspace::root().join("xtask/src/bench/suites/di");
        for file in LIBRARIES.iter().map(|library| library.program).chain(SHARED) {
            assert!(folder.join(file).is_file(), "{file}");
        }
    }
}
