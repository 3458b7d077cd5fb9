//! What programs call: `krepis:text` and the packages of ours, and what the language has by itself, on each runtime.

use anyhow::Result;

use super::{file, folder, inputs};
use crate::bench::results::{Benchmark, Unit};
use crate::bench::rounds::Quantity;
use crate::bench::suites::Context;
use crate::bench::suites::js_peers::{Asked, JsPeers, JsProgram, OwnPackage, Runs};

/// What `functions.mjs` makes of the four functions.
const FIGURES: &[&str] = &[
    "normalize-small",
    "normalize-10k",
    "normalize-100k",
    "normalize-mixed",
    "words-small",
    "words",
    "unicode-words",
    "ten-graphemes-small",
    "graphemes-1m",
    "graphemes-10m",
    "bytes-1m",
    "characters-1m",
    "first-words-1m",
    "columns-1m",
    "tokens",
    "sizes-normalize",
    "sizes-words",
    "sizes-graphemes",
    "sizes-tokens",
];

pub(super) const WASM: OwnPackage = OwnPackage {
    subject: "krepis wasm on node",
    runtime: "node",
    name: "elysia-text-wasm",
    folder: "elysia-text/wasm",
    product: "*.wasm",
    command: "cargo xtask wasm",
};

pub(super) const NAPI: OwnPackage = OwnPackage {
    subject: "krepis N-API on node",
    runtime: "node",
    name: "elysia-text-node",
    folder: "elysia-text/node",
    product: "*.node",
    command: "cargo xtask addon",
};

pub(in crate::bench::suites) const JS: JsPeers = JsPeers {
    suite: "text",
    runtimes: &["node", "bun"],
    shared: &["functions.mjs", "package.mjs"],
    programs: &[
        JsProgram { runs: Runs::Ours(None), package: None, file: "ours.mjs", figures: FIGURES },
        JsProgram { runs: Runs::Package(&WASM), package: None, file: "wasm.mjs", figures: FIGURES },
        JsProgram { runs: Runs::Package(&NAPI), package: None, file: "napi.mjs", figures: FIGURES },
        JsProgram {
            runs: Runs::Library("String normalize"),
            package: None,
            file: "normalize.mjs",
            figures: &[
                "normalize-small",
                "normalize-10k",
                "normalize-100k",
                "normalize-mixed",
                "sizes-normalize",
            ],
        },
        JsProgram {
            runs: Runs::Library("String split"),
            package: None,
            file: "split.mjs",
            figures: &["words", "sizes-words"],
        },
        JsProgram {
            runs: Runs::Library("Intl.Segmenter"),
            package: None,
            file: "segmenter.mjs",
            figures: &[
                "unicode-words",
                "graphemes-1m",
                "graphemes-10m",
                "tokens",
                "sizes-graphemes",
                "sizes-tokens",
            ],
        },
    ],
};

pub(super) fn normalize(context: &Context) -> Result<Vec<Benchmark>> {
    let small = "31 characters of ASCII, NFC. The package in WebAssembly leaves forms to the host.";
    let mixed = "100 KB of UTF-8 in many scripts, composed and decomposed, NFC.";
    let mut all =
        one(context, "normalize-small", "text-js-normalize-small", "NFC, 31 bytes, JavaScript", small)?;
    let (ten, hundred) = ("NFC, 10 KB of ASCII, JavaScript", "NFC, 100 KB of ASCII, JavaScript");
    all.extend(one(context, "normalize-10k", "text-js-normalize-10k", ten, "One byte a character.")?);
    all.extend(one(context, "normalize-100k", "text-js-normalize-100k", hundred, "One byte a character.")?);
    let title = "NFC, 100 KB that need work, JavaScript";
    all.extend(one(context, "normalize-mixed", "text-js-normalize-mixed", title, mixed)?);
    Ok(all)
}

pub(super) fn words(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "10,000 words of English prose between white space. String split: text.split(/\\s+/).length.";
    let mut all = one(context, "words", "text-js-words", "10,000 words, JavaScript", about)?;
    let about = "The same text by UAX #29. Intl.Segmenter: the segments like words, counted.";
    let title = "10,000 words of UAX #29, JavaScript";
    all.extend(one(context, "unicode-words", "text-js-unicode-words", title, about)?);
    Ok(all)
}

pub(super) fn truncate(context: &Context) -> Result<Vec<Benchmark>> {
    let about =
        "English prose; the first 100 clusters as a string. Intl.Segmenter: where the 101st segment begins.";
    let (one, ten) = ("text-js-graphemes-1m", "text-js-graphemes-10m");
    let titles = ["100 grapheme clusters of 1 MB, JavaScript", "100 grapheme clusters of 10 MB, JavaScript"];
    let mut all = measure(context, &[Asked::figure("graphemes-1m")], one, titles[0], about)?;
    let about = "The same of ten times as much.";
    all.extend(measure(context, &[Asked::figure("graphemes-10m")], ten, titles[1], about)?);
    let suffixed = |figure, suffix| Asked { suffix, ..Asked::figure(figure) };
    let units = [
        suffixed("bytes-1m", " bytes"),
        suffixed("characters-1m", " characters"),
        suffixed("columns-1m", " columns"),
        suffixed("first-words-1m", " words"),
    ];
    let (title, about) =
        ("other units of 1 MB, JavaScript", "100 bytes, characters or columns, or 20 words.");
    all.extend(measure(context, &units, "text-js-units-1m", title, about)?);
    Ok(all)
}

pub(super) fn tokenize(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "English prose, every token in a loop. Intl.Segmenter: every segment of words, the white space among them.";
    one(context, "tokens", "text-js-tokens", "1,000 tokens, JavaScript", about)
}

/// A table of one figure, with the size of the text that it is about.
fn one(
    context: &Context,
    figure: &str,
    id: &'static str,
    title: &'static str,
    about: &'static str,
) -> Result<Vec<Benchmark>> {
    let text = match figure.rsplit_once('-') {
        Some(("normalize", name)) => inputs::text(name),
        None => inputs::text(figure),
        Some(_) => inputs::text("words"),
    };
    let mut benchmarks = measure(context, &[Asked::figure(figure)], id, title, about)?;
    for benchmark in &mut benchmarks {
        benchmark.bytes = text.as_ref().map(|text| text.len() as u64);
    }
    Ok(benchmarks)
}

pub(super) fn measure(
    context: &Context,
    asked: &[Asked<'_>],
    id: &'static str,
    title: &'static str,
    about: &'static str,
) -> Result<Vec<Benchmark>> {
    for name in inputs::NAMED {
        file(&folder(context), name)?;
    }
    JS.measure(context, asked, Quantity { id, title, about, unit: Unit::Nanoseconds })
}
