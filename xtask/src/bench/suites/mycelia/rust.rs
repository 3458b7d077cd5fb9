//! The crates: one program with all of them, asked for the figures of a group.

use anyhow::Result;

use super::per_second;
use crate::bench::build;
use crate::bench::results::{Benchmark, Unit};
use crate::bench::suites::Context;
use crate::bench::suites::js_peers::rounds;
use crate::bench::suites::rust_peers::{Figure, RustPeers};

pub(super) const RUST: RustPeers = RustPeers {
    manifest: build::MYCELIA_PEERS,
    crates: &["matchit", "wayfind", "path-tree", "actix-router", "tokio", "kameo", "ractor"],
    prefix: "mycelia-rust-",
};

pub(super) fn matches(context: &Context) -> Result<Vec<Benchmark>> {
    let figures = [
        nanoseconds(
            "match-130",
            "route match, matchit's 130 routes, Rust",
            "matchit's own benchmark, the API of GitHub: every route in turn, a parameter as long as its name.",
        ),
        nanoseconds(
            "match-130-life",
            "route match, 130 routes, longer parameters, Rust",
            "The same routes with parameters such as some-owner-1234.",
        ),
        nanoseconds(
            "match-hub",
            "route match, 720 routes, Rust",
            "A table of the size of GitHub's API, with what repositories, organisations and users have.",
        ),
        nanoseconds(
            "match-3000",
            "route match, 3,000 routes, Rust",
            "Sixty services with fifty routes each. actix-router looks at one route after the other.",
        ),
    ];
    Ok(timed(context, &figures))
}

pub(super) fn send(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "Sent and handled, a thousand sent before they are handled; the body is a u64. krepis: to a target that \
                 was found before; batch: a thousand in one call; by address: the table is asked for each; sequence: a \
                 thousand by address in one call. kameo: bounded tell; ractor: cast, which has no bound.";
    Ok(per_second(timed(context, &[rate("send", "messages a second, one thread, Rust", about)])))
}

pub(super) fn across(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "Sent on one thread and handled on another, as fast as they are taken, into queues for 8,192 (ractor's \
                 has no bound). krepis: one worker; batch: a thousand in one call.";
    let figures = [rate("across", "messages a second, across threads, Rust", about)];
    Ok(per_second(threads(context, &figures)))
}

pub(super) fn ask(context: &Context) -> Result<Vec<Benchmark>> {
    let about =
        "A question, its handling and the answer, one after the other. tokio: a oneshot for the answer.";
    Ok(per_second(timed(context, &[rate("ask", "questions a second, one thread, Rust", about)])))
}

pub(super) fn latency(context: &Context) -> Result<Vec<Benchmark>> {
    let figures = [
        nanoseconds(
            "latency",
            "from sending to handling, across threads, Rust",
            "One message every 20 us, so that the other thread may sleep in between: the median and the 99th percentile \
             of 5,000.",
        ),
        nanoseconds(
            "round-trip",
            "question and answer, across threads, Rust",
            "One after the other, awaited by a thread of its own: the median and the 99th percentile of 1,000.",
        ),
    ];
    Ok(threads(context, &figures))
}

pub(super) fn heap(context: &Context) -> Result<Vec<Benchmark>> {
    let messages = if context.quick { 10_000 } else { 1_000_000 };
    let args = [rounds(context).min(3).to_string(), messages.to_string()];
    let program = context.mycelia_peers.clone().map(|[_, heap]| heap);
    let figures = [
        Figure {
            name: "queued",
            title: "memory of a queued message, Rust",
            about: "What the heap has grown by when a million messages of a u64 wait, with everything that belongs to their \
                    queue, for each of them.",
            unit: Unit::Bytes,
        },
        Figure {
            name: "send-allocations",
            title: "allocations per message, Rust",
            about: "How often a message that is sent and handled on one thread asks the heap for memory, after 10,000 of them.",
            unit: Unit::Count,
        },
        Figure {
            name: "ask-allocations",
            title: "allocations per question, Rust",
            about: "The same for a question and its answer.",
            unit: Unit::Count,
        },
    ];
    Ok(RUST.measure(context, &program, &args, &figures))
}

fn nanoseconds(name: &'static str, title: &'static str, about: &'static str) -> Figure {
    Figure { name, title, about, unit: Unit::Nanoseconds }
}

/// Taken in nanoseconds, as all that the program prints: see [`per_second`].
fn rate(name: &'static str, title: &'static str, about: &'static str) -> Figure {
    Figure { name, title, about, unit: Unit::PerSecond }
}

fn timed(context: &Context, figures: &[Figure]) -> Vec<Benchmark> {
    let program = context.mycelia_peers.clone().map(|[time, _]| time);
    RUST.measure(context, &program, &[rounds(context).to_string()], figures)
}

fn threads(context: &Context, figures: &[Figure]) -> Vec<Benchmark> {
    let program = context.mycelia_peers.clone().map(|[time, _]| time);
    RUST.measure_threads(context, &program, &[rounds(context).to_string()], figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_has_its_version() {
        assert_eq!(RUST.versions().len(), RUST.crates.len());
    }
}
