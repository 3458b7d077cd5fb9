//! What the WebAssembly package weighs.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::js::WASM;
use crate::bench::results::{Benchmark, Entry, KREPIS, Outcome, Unit};
use crate::bench::stats::Stats;
use crate::bench::suites::Context;
use crate::bench::targets;
use crate::wasm;

pub(super) fn size(_: &Context) -> Result<Vec<Benchmark>> {
    let notes = WASM.note().into_iter().collect();
    let sizes = WASM.built().map(|module| weigh(&module));
    let [raw, compressed] = match sizes {
        Err(reason) => [Outcome::Missing(reason.clone()), Outcome::Missing(reason)],
        Ok(sizes) => sizes?.map(|bytes| {
            Stats::of(vec![bytes as f64])
                .map_or_else(|| Outcome::Missing("not measured".to_owned()), Outcome::Measured)
        }),
    };
    let entry = |subject: &str, outcome| Entry { subject: subject.to_owned(), outcome };
    let id = "text-wasm-size".to_owned();
    Ok(vec![Benchmark {
        title: "size of the WebAssembly module".to_owned(),
        about: "All four functions with the tables of Unicode; brotli at its strongest.".to_owned(),
        unit: Unit::Bytes,
        entries: vec![entry(KREPIS, raw), entry("krepis brotli", compressed)],
        goals: targets::goals(&id),
        notes,
        bytes: None,
        chart: None,
        id,
    }])
}

/// Bytes, as they are and compressed.
fn weigh(module: &Path) -> Result<[usize; 2]> {
    let bytes = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    Ok([bytes.len(), wasm::brotli(&bytes)?])
}
