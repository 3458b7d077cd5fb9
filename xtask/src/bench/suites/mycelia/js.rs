//! The packages: a program for each of their routers, and for each that has messages.

use anyhow::Result;

use crate::bench::results::{Benchmark, Unit};
use crate::bench::rounds::Quantity;
use crate::bench::suites::Context;
use crate::bench::suites::js_peers::{Asked, JsPeers, JsProgram, Runs};

/// What `tables.mjs` makes for every router.
const FIGURES: &[&str] = &[
    "static-22",
    "static-200",
    "param-22",
    "param-200",
    "several-22",
    "several-200",
    "wildcard-22",
    "wildcard-200",
    "miss-22",
    "miss-200",
    "mixed-22",
    "mixed-200",
    "cut-22",
    "cut-200",
];

pub(in crate::bench::suites) const JS: JsPeers = JsPeers {
    suite: "mycelia",
    runtimes: &["node", "bun"],
    shared: &["tables.mjs", "hono.mjs", "messages.mjs"],
    programs: &[
        JsProgram { runs: Runs::Ours(None), package: None, file: "ours.mjs", figures: FIGURES },
        router("find-my-way", "find-my-way", "find-my-way.mjs"),
        router("Hono RegExpRouter", "hono", "hono-reg-exp.mjs"),
        router("Hono TrieRouter", "hono", "hono-trie.mjs"),
        router("Hono SmartRouter", "hono", "hono-smart.mjs"),
        router("memoirist", "memoirist", "memoirist.mjs"),
        router("rou3", "rou3", "rou3.mjs"),
        router("rou3 compiled", "rou3", "rou3-compiled.mjs"),
        JsProgram {
            runs: Runs::Ours(None),
            package: None,
            file: "ours-kernel.mjs",
            figures: &[
                "send",
                "send-addresses",
                "send-batch",
                "send-sequence",
                "create",
                "create-address",
                "ask",
                "queued",
            ],
        },
        JsProgram {
            runs: Runs::Library("Moleculer"),
            package: Some("moleculer"),
            file: "moleculer.mjs",
            figures: &["send", "ask", "queued"],
        },
        JsProgram {
            runs: Runs::Library("EventEmitter"),
            package: None,
            file: "event-emitter.mjs",
            figures: &["send"],
        },
    ],
};

const fn router(name: &'static str, package: &'static str, file: &'static str) -> JsProgram {
    JsProgram { runs: Runs::Library(name), package: Some(package), file, figures: FIGURES }
}

pub(super) fn static_path(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "A path without parameters.";
    both(context, "static", ["mycelia-js-static-22", "mycelia-js-static-200"], about)
}

pub(super) fn param(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "A path with one parameter, which is read.";
    both(context, "param", ["mycelia-js-param-22", "mycelia-js-param-200"], about)
}

pub(super) fn several(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "A path with two parameters or three, which are read.";
    both(context, "several", ["mycelia-js-several-22", "mycelia-js-several-200"], about)
}

pub(super) fn wildcard(context: &Context) -> Result<Vec<Benchmark>> {
    let about =
        "A path with a wildcard at its end, and in the larger table a parameter before it; both are read.";
    both(context, "wildcard", ["mycelia-js-wildcard-22", "mycelia-js-wildcard-200"], about)
}

pub(super) fn miss(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "A path that no route takes.";
    both(context, "miss", ["mycelia-js-miss-22", "mycelia-js-miss-200"], about)
}

pub(super) fn mixed(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "All routes in turn, and one path in twelve that none takes. Parameters are captured and not read; Hono \
                 cuts them out when they are.";
    both(context, "mixed", ["mycelia-js-mixed-22", "mycelia-js-mixed-200"], about)
}

pub(super) fn cut(context: &Context) -> Result<Vec<Benchmark>> {
    let about =
        "All routes in turn, each path cut out of a URL before it is asked for: a text that was never seen.";
    both(context, "cut", ["mycelia-js-cut-22", "mycelia-js-cut-200"], about)
}

/// A kind of path in both tables.
fn both(
    context: &Context,
    kind: &str,
    ids: [&'static str; 2],
    about: &'static str,
) -> Result<Vec<Benchmark>> {
    let titles = ["22 routes, JavaScript", "200 routes, JavaScript"];
    let mut benchmarks = Vec::new();
    for ((id, title), size) in ids.into_iter().zip(titles).zip([22, 200]) {
        let quantity = Quantity { id, title, about, unit: Unit::Nanoseconds };
        benchmarks.extend(JS.measure(context, &[Asked::figure(&format!("{kind}-{size}"))], quantity)?);
    }
    Ok(benchmarks)
}
