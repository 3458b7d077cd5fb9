//! An application of 1,000 ES modules: its start with empty caches, and with what the runtime keeps between runs. The suite
//! `modules` has it in other languages too.

use anyhow::Result;

use super::subjects::scripts;
use crate::bench::process::Invocation;
use crate::bench::results::{Benchmark, Unit};
use crate::bench::rounds::{Candidate, Quantity};
use crate::bench::suites::Context;
use crate::bench::suites::application::{Application, Kept, Language, cold, warm};

const WALL: Kept<1> = |run| [run.wall.as_nanos() as f64];

pub(super) fn run(context: &Context) -> Result<Vec<Benchmark>> {
    let app = Application::generate(&context.scratch.join("app"), Language::EsModules)?;
    let scripts = || scripts(context, &app.entry);

    let quantity = Quantity {
        id: "modules-cold",
        title: "1,000 modules, cold",
        about: "The whole process, with the runtime's own caches empty; the files are in the kernel's.",
        unit: Unit::Nanoseconds,
    };
    let mut benchmarks = cold(context, &app, scripts(), [quantity], WALL);

    let quantity = Quantity {
        id: "modules-warm",
        title: "1,000 modules, warm",
        about: "The same with the caches that earlier runs left, Node's compile cache among them.",
        unit: Unit::Nanoseconds,
    };
    let cache = context.scratch.join("node-compile-cache");
    let with_cache = |candidate: Candidate<Invocation>| Candidate {
        what: candidate.what.map(|invocation| invocation.env("NODE_COMPILE_CACHE", &cache)),
        ..candidate
    };
    let candidates = scripts().into_iter().map(with_cache).collect();
    benchmarks.extend(warm(context, &app, candidates, [quantity], WALL));
    Ok(benchmarks)
}
