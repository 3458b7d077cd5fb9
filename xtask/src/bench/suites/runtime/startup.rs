//! What it costs to begin: hello world, and the first response of a server.

use anyhow::{Result, ensure};

use super::subjects::{krepis_variant, program, scripts, servers};
use crate::bench::process::Server;
use crate::bench::results::{Benchmark, Unit};
use crate::bench::rounds::{Quantity, interleave};
use crate::bench::suites::Context;

/// CommonJS for all; Krepis also with an ES module and with TypeScript, which have to cost the same.
pub(super) fn hello(context: &Context) -> Result<Vec<Benchmark>> {
    let mut candidates = scripts(context, &program("hello.js"));
    candidates.splice(
        1..1,
        [
            krepis_variant(context, ".mjs", &program("hello.mjs")),
            krepis_variant(context, ".ts", &program("hello.ts")),
        ],
    );
    let quantities = [
        Quantity {
            id: "hello-wall",
            title: "hello world, whole process",
            about: "console.log(\"hello world\"): from before the process is spawned until it has been waited for.",
            unit: Unit::Nanoseconds,
        },
        Quantity {
            id: "hello-rss",
            title: "hello world, peak memory",
            about: "Peak resident memory of the same processes, as the kernel counts it.",
            unit: Unit::Bytes,
        },
    ];
    Ok(interleave(&context.progress, context.rounds(100), candidates, quantities, |_, invocation| {
        let (run, output) = invocation.output(context.pinning, &context.scratch)?;
        ensure!(output == "hello world\n", "expected \"hello world\" on stdout, found {output:?}");
        Ok([run.wall.as_nanos() as f64, run.peak_rss_bytes as f64])
    }))
}

pub(super) fn first_response(context: &Context) -> Result<Vec<Benchmark>> {
    let quantity = Quantity {
        id: "first-response",
        title: "spawn to first HTTP response",
        about: "A hello-world server, each runtime's own: from before it is spawned to the first bytes it answers.",
        unit: Unit::Nanoseconds,
    };
    Ok(interleave(&context.progress, context.rounds(30), servers(context), [quantity], |_, serve| {
        let server = Server::start(context.pinning, &context.scratch, serve)?;
        Ok([server.first_response.as_nanos() as f64])
    }))
}
