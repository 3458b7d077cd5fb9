//! The crates: one program with all of them, asked for the figures of a group.

use anyhow::Result;

use crate::bench::build;
use crate::bench::results::{Benchmark, Unit};
use crate::bench::suites::js_peers::rounds;
use crate::bench::suites::rust_peers::{Figure, RustPeers};
use crate::bench::suites::{Context, Program};

pub(super) const RUST: RustPeers = RustPeers {
    manifest: build::CONTEXT_PEERS,
    crates: &["http", "opentelemetry", "prost", "flatbuffers", "rkyv", "flexbuffers"],
    prefix: "context-rust-",
};

pub(super) fn life(context: &Context) -> Result<Vec<Benchmark>> {
    timed(
        context,
        &[
            figure(
                "create",
                "create + release, Rust",
                "A context without fields. The peers take their memory with the first field: see the request.",
            ),
            figure(
                "request",
                "request of 10 fields, Rust",
                "A context, ten fields set, each read, and its end. http::Extensions has a type for each field, \
                 opentelemetry has them as the texts of its baggage, HashMap owns names and values.",
            ),
            figure(
                "child",
                "child + release, Rust",
                "A context below one with ten fields, with a field of its own. The maps are copied; opentelemetry shares \
                 the baggage and copies what is by type.",
            ),
            figure(
                "lifecycle",
                "100 fields, whole life, Rust",
                "A context, 100 fields set by names made at run time, each read, all encoded, and its end. krepis encodes \
                 Protobuf; the peers' fields are in a HashMap that each encodes in its way (http::Extensions holds the map, \
                 and prost encodes it). opentelemetry takes 64 at most.",
            ),
        ],
    )
}

pub(super) fn read(context: &Context) -> Result<Vec<Benchmark>> {
    timed(
        context,
        &[
            figure(
                "read",
                "field read, Rust",
                "A text out of ten fields, by a key that the compiler knows. http::Extensions looks for a type; prost, \
                 flatbuffers and rkyv look through their list, where it is the fifth.",
            ),
            figure(
                "read-name",
                "field read by name, Rust",
                "The same by a text that the compiler does not know.",
            ),
            figure(
                "current",
                "run + current, Rust",
                "A context is made the current one of the thread, the current one is asked for, and the former one is put back.",
            ),
        ],
    )
}

pub(super) fn codec(context: &Context) -> Result<Vec<Benchmark>> {
    timed(
        context,
        &[
            figure(
                "protobuf-encode",
                "Protobuf encode, 10 fields, Rust",
                "The record with its place in a trace, into memory that is there. prost encodes a message that is there.",
            ),
            figure(
                "protobuf-decode",
                "Protobuf decode, 10 fields, Rust",
                "The same bytes, as from a stranger: krepis into a context, which is released, prost into a message.",
            ),
            figure(
                "flatbuffers-encode",
                "FlatBuffers encode, 10 fields, Rust",
                "As above; rkyv archives a message that is there, flexbuffers writes a map by name.",
            ),
            figure(
                "flatbuffers-decode",
                "FlatBuffers decode, 10 fields, Rust",
                "krepis checks and copies into a context, which is released. The peers check, and read every field in place.",
            ),
        ],
    )
}

pub(super) fn burst(context: &Context) -> Result<Vec<Benchmark>> {
    timed(
        context,
        &[
            figure(
                "burst",
                "burst of 10,000, Rust",
                "One creation with one field while 10,000 are kept alive: the median, and the 99th percentile of 1,000 \
                 groups of ten.",
            ),
            figure(
                "burst-threads",
                "burst of 10,000 on 4 threads, Rust",
                "The same with 2,500 on each thread.",
            ),
        ],
    )
}

pub(super) fn heap(context: &Context) -> Result<Vec<Benchmark>> {
    let requests = if context.quick { 10_000 } else { 1_000_000 };
    let args = [rounds(context).min(3).to_string(), requests.to_string()];
    let program = heap_program(context);
    Ok(RUST.measure(
        context,
        &program,
        &args,
        &[
            Figure {
                name: "allocations",
                title: "allocations per request, Rust",
                about: "How often a warm request of ten fields asks the heap for memory.",
                unit: Unit::Count,
            },
            Figure {
                name: "allocated",
                title: "bytes allocated per request, Rust",
                about: "For how many bytes it asks.",
                unit: Unit::Bytes,
            },
            Figure {
                name: "peak",
                title: "peak heap over a million requests, Rust",
                about: "By how much the heap is larger at most, one request after the other. The block of krepis' pool, 33 MB \
                        of address space, is there before.",
                unit: Unit::Bytes,
            },
            Figure {
                name: "burst-heap",
                title: "heap taken by a later burst, Rust",
                about: "The same for 10,000 contexts alive at once, after the first such burst.",
                unit: Unit::Bytes,
            },
        ],
    ))
}

/// The same in Rust as [`super::js::crossing`] in JavaScript.
pub(super) fn crossing(context: &Context) -> Benchmark {
    let figures = [figure("crossing", "", "")];
    let mut benchmarks =
        RUST.measure(context, &time_program(context), &[rounds(context).to_string()], &figures);
    benchmarks.remove(0)
}

fn figure(name: &'static str, title: &'static str, about: &'static str) -> Figure {
    Figure { name, title, about, unit: Unit::Nanoseconds }
}

fn timed(context: &Context, figures: &[Figure]) -> Result<Vec<Benchmark>> {
    Ok(RUST.measure(context, &time_program(context), &[rounds(context).to_string()], figures))
}

fn time_program(context: &Context) -> Program {
    (*context.context_peers).clone().map(|[time, _]| time)
}

fn heap_program(context: &Context) -> Program {
    (*context.context_peers).clone().map(|[_, heap]| heap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_has_its_version() {
        assert_eq!(RUST.versions().len(), RUST.crates.len());
    }
}
