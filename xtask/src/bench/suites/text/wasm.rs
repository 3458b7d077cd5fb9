//! What the WebAssembly package weighs.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::js::WASM;
use crate::bench::peers;
use crate::bench::process::Invocation;
use crate::bench::results::{Benchmark, Entry, KREPIS, Outcome, Unit};
use crate::bench::stats::Stats;
use crate::bench::suites::Context;
use crate::bench::targets;

pub(super) fn size(context: &Context) -> Result<Vec<Benchmark>> {
    let [raw, compressed] = match WASM.built() {
        Err(reason) => [Outcome::Missing(reason.clone()), Outcome::Missing(reason)],
        Ok(module) => {
            let bytes =
                fs::metadata(&module).with_context(|| format!("cannot read {}", module.display()))?.len();
            [measured(bytes as f64), brotli(context, &module)]
        }
    };
    let entry = |subject: &str, outcome| Entry { subject: subject.to_owned(), outcome };
    let id = "text-wasm-size".to_owned();
    Ok(vec![Benchmark {
        title: "size of the WebAssembly module".to_owned(),
        about: "All four functions with the tables of Unicode; brotli at its best, as node:zlib has it."
            .to_owned(),
        unit: Unit::Bytes,
        entries: vec![entry(KREPIS, raw), entry("krepis brotli", compressed)],
        goals: targets::goals(&id),
        notes: Vec::new(),
        bytes: None,
        chart: None,
        id,
    }])
}

/// What is left of a file, by Node.
fn brotli(context: &Context, file: &Path) -> Outcome {
    const PROGRAM: &str = "const { readFileSync } = require('node:fs'); \
                           console.log(require('node:zlib').brotliCompressSync(readFileSync(process.argv[1])).length)";
    let node = match peers::package("node").installed() {
        Ok(node) => node,
        Err(reason) => return Outcome::Missing(reason),
    };
    let invocation = Invocation::new(node).args(["--eval", PROGRAM]).args([file]);
    let length = invocation.output(context.pinning, &context.scratch).and_then(|(_, output)| {
        let length = output.trim().parse::<u32>();
        length.with_context(|| format!("expected a length, found {output:?}"))
    });
    match length {
        Ok(length) => measured(f64::from(length)),
        Err(error) => Outcome::Failed(format!("{error:#}")),
    }
}

fn measured(bytes: f64) -> Outcome {
    Stats::of(vec![bytes]).map_or_else(|| Outcome::Missing("not measured".to_owned()), Outcome::Measured)
}
