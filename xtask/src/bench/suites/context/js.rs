//! The programs in JavaScript: Krepis' own, the bags, and `AsyncLocalStorage` by itself.

use anyhow::Result;

use super::rust;
use crate::bench::results::{Benchmark, Entry, KREPIS, Outcome, Unit};
use crate::bench::rounds::Quantity;
use crate::bench::stats::Stats;
use crate::bench::suites::Context;
use crate::bench::suites::js_peers::{Asked, JsPeers, JsProgram, Runs};
use crate::bench::targets;

pub(in crate::bench::suites) const JS: JsPeers = JsPeers {
    suite: "context",
    runtimes: &["node", "deno", "bun"],
    shared: &["record.mjs", "measures.mjs"],
    programs: &[
        JsProgram {
            runs: Runs::Ours(None),
            package: None,
            file: "ours.mjs",
            figures: &[
                "create",
                "batch",
                "child",
                "request",
                "carried",
                "lifecycle",
                "crossing",
                "read",
                "read-first",
                "set",
                "encode",
                "encode-new",
                "encode-flatbuffers",
                "decode",
                "decode-flatbuffers",
                "burst",
                "burst-p99",
                "garbage",
                "peak",
                "kept",
            ],
        },
        JsProgram {
            runs: Runs::Library("object"),
            package: None,
            file: "object.mjs",
            figures: &[
                "create",
                "child",
                "request",
                "carried",
                "lifecycle",
                "read",
                "set",
                "encode",
                "decode",
                "burst",
                "burst-p99",
                "garbage",
                "peak",
                "kept",
            ],
        },
        JsProgram {
            runs: Runs::Library("Map"),
            package: None,
            file: "map.mjs",
            figures: &[
                "create",
                "child",
                "request",
                "carried",
                "lifecycle",
                "read",
                "set",
                "encode",
                "burst",
                "burst-p99",
                "garbage",
                "peak",
                "kept",
            ],
        },
        JsProgram {
            runs: Runs::Runtime,
            package: None,
            file: "storage.mjs",
            figures: &["run", "get", "await", "await-loaded", "await-in-a-run"],
        },
        JsProgram {
            runs: Runs::Ours(Some("Context")),
            package: None,
            file: "ours.mjs",
            figures: &["run", "get"],
        },
        JsProgram {
            runs: Runs::Ours(Some("Variable")),
            package: None,
            file: "variable.mjs",
            figures: &["run", "get"],
        },
    ],
};

pub(super) fn life(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "A context without fields, and its end; in a batch, one of 64 that are made and let go of together. \
                 The bags are empty, and left to the collector, which is part of the time.";
    let create = nanoseconds("context-js-create", "create + release, JavaScript", about);
    let of_64 = Asked { suffix: " batch", ..Asked::figure("batch") };
    let mut all = JS.measure(context, &[Asked::figure("create"), of_64], create)?;
    let figures = [
        (
            "request",
            nanoseconds(
                "context-js-request",
                "request of 10 fields, JavaScript",
                "A context, ten fields set, each read, and its end.",
            ),
        ),
        (
            "child",
            nanoseconds(
                "context-js-child",
                "child + release, JavaScript",
                "A context below one with ten fields, with a field of its own. Bags are copied.",
            ),
        ),
        (
            "carried",
            nanoseconds(
                "context-js-carried",
                "request across an await, JavaScript",
                "A context with two fields is made the current one of an async function, which reads a field of the current \
                 one after an await. Bags are in an AsyncLocalStorage.",
            ),
        ),
        (
            "lifecycle",
            nanoseconds(
                "context-js-lifecycle",
                "100 fields, whole life, JavaScript",
                "A context, 100 fields set, each read, all encoded, and its end. krepis: Protobuf; object: the bytes of its \
                 JSON; Map: a structured clone.",
            ),
        ),
    ];
    for (figure, quantity) in figures {
        all.extend(JS.measure(context, &[Asked::figure(figure)], quantity)?);
    }
    Ok(all)
}

pub(super) fn field(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "A text out of ten fields, by a constant name, as a string; and by a new handle, which is made and \
                 disposed of, and has read nothing before. An object's field costs as good as nothing: the loop is the figure.";
    let read = nanoseconds("context-js-read", "field read, JavaScript", about);
    let about =
        "A number that differs each time. krepis appends, so a sixteenth of a create and release is in it.";
    let set = nanoseconds("context-js-set", "field set, JavaScript", about);
    let first = Asked { suffix: " by a new handle", ..Asked::figure("read-first") };
    let mut all = JS.measure(context, &[Asked::figure("read"), first], read)?;
    all.extend(JS.measure(context, &[Asked::figure("set")], set)?);
    Ok(all)
}

pub(super) fn codec(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "krepis: as bytes of Protobuf, of FlatBuffers, into an array that is used again, or (new array) into one of their own. object: the bytes of its JSON, with the one field of bytes as \
                 base64. Map: a structured clone, which is what a worker gets.";
    let encode = nanoseconds("context-js-encode", "encode, 10 fields, JavaScript", about);
    let about = "Those bytes, as from a stranger, as a context, which is released, or as an object.";
    let decode = nanoseconds("context-js-decode", "decode, 10 fields, JavaScript", about);
    let flat = |figure| Asked { suffix: " FlatBuffers", ..Asked::figure(figure) };
    let new = Asked { suffix: " new array", ..Asked::figure("encode-new") };
    let mut all = JS.measure(context, &[Asked::figure("encode"), new, flat("encode-flatbuffers")], encode)?;
    all.extend(JS.measure(context, &[Asked::figure("decode"), flat("decode-flatbuffers")], decode)?);
    Ok(all)
}

pub(super) fn crossing(context: &Context) -> Result<Vec<Benchmark>> {
    let about =
        "A context, one field set and read, and its end: what that takes in JavaScript more than in Rust.";
    let quantity = nanoseconds("context-js-crossing", "JavaScript over the same work in Rust", about);
    let mut all = JS.measure(context, &[Asked::figure("crossing")], quantity)?;
    let in_rust = rust::crossing(context);
    for benchmark in &mut all {
        over(benchmark, &in_rust);
    }
    Ok(all)
}

pub(super) fn burst(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "One creation with one field while 10,000 are kept alive: the median, and the 99th percentile of 1,000 groups \
                 of ten.";
    let quantity = nanoseconds("context-js-burst", "burst of 10,000, JavaScript", about);
    let p99 = Asked { suffix: " p99", ..Asked::figure("burst-p99") };
    JS.measure(context, &[Asked::figure("burst"), p99], quantity)
}

pub(super) fn heap(context: &Context) -> Result<Vec<Benchmark>> {
    let requests = if context.quick { 100_000 } else { 1_000_000 };
    let figures = [
        (
            "garbage",
            "context-js-garbage",
            "garbage per request, JavaScript",
            "By how much the young generation grows with a request of ten fields, until it is collected; \
             process.memoryUsage(), heapUsed and external.",
        ),
        (
            "peak",
            "context-js-peak",
            "peak heap over a million requests, JavaScript",
            "By how much the heap is larger at most, one request after the other, with collections whenever the runtime \
             finds that it is time.",
        ),
        (
            "kept",
            "context-js-kept",
            "heap after a million requests, JavaScript",
            "By how much it is larger afterwards, when all garbage has been collected.",
        ),
    ];
    let mut all = Vec::new();
    for (figure, id, title, about) in figures {
        let asked = Asked { requests, collects: true, ..Asked::figure(figure) };
        all.extend(JS.measure(context, &[asked], Quantity { id, title, about, unit: Unit::Bytes })?);
    }
    Ok(all)
}

pub(super) fn storage(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "AsyncLocalStorage: run with a function that gets the store. krepis Context: run with one that gets the \
                 current context; krepis Variable: the same with a variable.";
    let run = nanoseconds("context-storage-run", "run + get", about);
    let about = "The store, the current context or the variable's value, inside of a run.";
    let get = nanoseconds("context-storage-get", "get", about);
    let mut all = JS.measure(context, &[Asked::figure("run")], run)?;
    all.extend(JS.measure(context, &[Asked::figure("get")], get)?);
    Ok(all)
}

pub(super) fn awaits(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "await undefined, in a program that never loads node:async_hooks; in one that has a storage, outside of a \
                 run (loaded); and inside of one.";
    let quantity = nanoseconds("context-await", "await", about);
    let loaded = Asked { suffix: " loaded", ..Asked::figure("await-loaded") };
    let inside = Asked { suffix: " in a run", ..Asked::figure("await-in-a-run") };
    JS.measure(context, &[Asked::figure("await"), loaded, inside], quantity)
}

fn nanoseconds(id: &'static str, title: &'static str, about: &'static str) -> Quantity {
    Quantity { id, title, about, unit: Unit::Nanoseconds }
}

/// Makes the difference of what Krepis measured, and keeps both sides as variants of it.
fn over(benchmark: &mut Benchmark, in_rust: &Benchmark) {
    let side = |name: &str, outcome: Outcome| Entry { subject: format!("{KREPIS} {name}"), outcome };
    let outcome = |benchmark: &Benchmark| {
        let own = benchmark.entries.iter().find(|entry| entry.subject == KREPIS);
        own.map_or_else(|| Outcome::Missing("not measured".to_owned()), |entry| entry.outcome.clone())
    };
    let (script, native) = (outcome(benchmark), outcome(in_rust));
    let difference = match (&script, &native) {
        (Outcome::Measured(script), Outcome::Measured(native)) => {
            let samples = script.samples.iter().map(|sample| sample - native.median).collect();
            Stats::of(samples).map_or_else(|| Outcome::Missing("no samples".to_owned()), Outcome::Measured)
        }
        (Outcome::Measured(_), without) | (without, _) => without.clone(),
    };
    benchmark.entries = vec![
        Entry { subject: KREPIS.to_owned(), outcome: difference },
        side("JavaScript", script),
        side("Rust", native),
    ];
    benchmark.goals = targets::goals(&benchmark.id);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn benchmark(outcome: Outcome) -> Benchmark {
        Benchmark {
            id: "context-js-crossing".into(),
            title: String::new(),
            about: String::new(),
            unit: Unit::Nanoseconds,
            entries: vec![Entry { subject: KREPIS.to_owned(), outcome }],
            goals: Vec::new(),
            notes: Vec::new(),
            bytes: None,
            chart: None,
        }
    }

    fn measured(samples: &[f64]) -> Outcome {
        Outcome::Measured(Stats::of(samples.to_vec()).unwrap())
    }

    #[test]
    fn what_javascript_takes_more_is_measured_against_the_median_of_rust() {
        let mut crossing = benchmark(measured(&[100.0, 120.0, 110.0]));
        over(&mut crossing, &benchmark(measured(&[60.0, 70.0, 500.0])));
        let medians = ["krepis", "krepis JavaScript", "krepis Rust"]
            .map(|subject| crossing.stats(subject).unwrap().median);
        assert_eq!(medians, [40.0, 110.0, 70.0]);
        assert_eq!(crossing.goals.len(), 1);
    }

    #[test]
    fn without_one_side_there_is_no_difference() {
        let mut crossing = benchmark(measured(&[100.0]));
        over(&mut crossing, &benchmark(Outcome::Missing("not built".into())));
        assert!(matches!(&crossing.entries[0].outcome, Outcome::Missing(why) if why == "not built"));
        assert_eq!(crossing.stats("krepis JavaScript").unwrap().median, 100.0);
    }
}
