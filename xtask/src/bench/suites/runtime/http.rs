//! A server under load: requests a second, latency, and what happens to its memory.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;

use super::subjects::{Serve, servers, servers_and_hyper};
use crate::bench::format;
use crate::bench::load;
use crate::bench::process::Server;
use crate::bench::results::{Benchmark, Unit};
use crate::bench::rounds::{Candidate, Quantity, Rounds, interleave};
use crate::bench::suites::Context;

const CONNECTIONS: u32 = 64;
/// Above this share of its core the generator, not the server, sets the pace.
const SATURATED: f64 = 0.95;

pub(super) fn hello(context: &Context) -> Result<Vec<Benchmark>> {
    let quantities = [
        Quantity {
            id: "http-hello",
            title: "HTTP hello, requests a second",
            about: "Each runtime's own server on one core, 64 keep-alive connections from wrk on another.",
            unit: Unit::PerSecond,
        },
        Quantity {
            id: "http-hello-p99",
            title: "HTTP hello, 99th percentile of latency",
            about: "Of the same requests, with all 64 connections busy.",
            unit: Unit::Nanoseconds,
        },
        Quantity {
            id: "http-hello-cpu",
            title: "HTTP hello, processor time of a request",
            about: "User and system time of the server for each of the same requests: what counts where wrk is the bottleneck.",
            unit: Unit::Nanoseconds,
        },
    ];
    let time = Duration::from_secs(if context.quick { 1 } else { 5 });
    let mut generator: BTreeMap<String, f64> = BTreeMap::new();
    let candidates = with_generator(servers_and_hyper(context));
    let mut benchmarks =
        interleave(&context.progress, context.rounds(5), candidates, quantities, |subject, serve| {
            let server = Server::start(context.pinning, &context.scratch, serve)?;
            load::run(server.port, CONNECTIONS, Duration::from_secs(1), &context.scratch)?;
            let before = server.cpu_time()?;
            let (load, share) = load::run(server.port, CONNECTIONS, time, &context.scratch)?;
            let requests = load.requests_per_second * time.as_secs_f64();
            let cpu = (server.cpu_time()? - before).as_nanos() as f64 / requests;
            let busiest = generator.entry(subject.to_owned()).or_default();
            *busiest = busiest.max(share);
            Ok([load.requests_per_second, load.p99.as_nanos() as f64, cpu])
        });
    benchmarks[0].notes = generator
        .iter()
        .filter(|(_, share)| **share > SATURATED)
        .map(|(subject, share)| {
            let share = format::percent(*share);
            format!("{subject}: wrk used {share} of its core, so this is the least that the server can do")
        })
        .collect();
    Ok(benchmarks)
}

pub(super) fn memory(context: &Context) -> Result<Vec<Benchmark>> {
    let quantities = [
        Quantity {
            id: "http-rss-growth",
            title: "memory growth under load",
            about: "Resident memory at the end of the run less that before the first of its requests.",
            unit: Unit::Bytes,
        },
        Quantity {
            id: "http-rss",
            title: "memory under load",
            about: "Resident memory at the end of the run.",
            unit: Unit::Bytes,
        },
    ];
    let candidates = with_generator(servers(context));
    let once = Rounds { uncounted: 0, counted: 1 };
    let mut benchmarks = interleave(&context.progress, once, candidates, quantities, |_, serve| {
        let server = Server::start(context.pinning, &context.scratch, serve)?;
        let before = server.rss_bytes()? as f64;
        load::run(server.port, CONNECTIONS, context.soak, &context.scratch)?;
        let after = server.rss_bytes()? as f64;
        Ok([after - before, after])
    });
    let seconds = context.soak.as_secs();
    for benchmark in &mut benchmarks {
        benchmark.notes.push(format!("{CONNECTIONS} connections for {seconds} s"));
    }
    Ok(benchmarks)
}

/// Without wrk there is nothing to measure with.
fn with_generator(mut candidates: Vec<Candidate<Serve>>) -> Vec<Candidate<Serve>> {
    if let Err(reason) = load::generator() {
        candidates.iter_mut().filter(|candidate| candidate.what.is_ok()).for_each(|candidate| {
            candidate.what = Err(reason.clone());
        });
    }
    candidates
}
