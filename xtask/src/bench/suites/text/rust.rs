//! The crate: one program, asked for the figures of a group.

use anyhow::Result;

use super::inputs;
use crate::bench::build;
use crate::bench::results::{Benchmark, Unit};
use crate::bench::suites::Context;
use crate::bench::suites::js_peers::rounds;
use crate::bench::suites::rust_peers::{Figure, RustPeers};

pub(super) const RUST: RustPeers = RustPeers {
    manifest: build::TEXT_PEERS,
    crates: &["unicode-normalization", "unicode-segmentation", "icu_normalizer", "icu_segmenter"],
    prefix: "text-rust-",
};

pub(super) fn normalize(context: &Context) -> Result<Vec<Benchmark>> {
    let small = "31 bytes of ASCII; the system before took 1.2 µs. unicode-normalization: its characters collected; quick \
                 check: nothing is collected of a text that is in the form.";
    let mixed = "100 KB of many scripts, composed, decomposed and with compatibility characters, so that every form changes \
                 it.";
    let figures = [
        figure("nfc-small", "NFC, 31 bytes, Rust", small),
        figure("nfc-10k", "NFC, 10 KB of ASCII, Rust", "The system before took 15 µs."),
        figure("nfc-100k", "NFC, 100 KB of ASCII, Rust", "The system before took 150 µs."),
        figure("nfc-mixed", "NFC, 100 KB that need work, Rust", mixed),
        figure("nfd-small", "NFD, 31 bytes, Rust", "31 bytes of ASCII."),
        figure("nfd-10k", "NFD, 10 KB of ASCII, Rust", "As above."),
        figure("nfd-100k", "NFD, 100 KB of ASCII, Rust", "As above."),
        figure("nfd-mixed", "NFD, 100 KB that need work, Rust", mixed),
        figure("nfkc-small", "NFKC, 31 bytes, Rust", "31 bytes of ASCII."),
        figure("nfkc-10k", "NFKC, 10 KB of ASCII, Rust", "As above."),
        figure("nfkc-100k", "NFKC, 100 KB of ASCII, Rust", "As above."),
        figure("nfkc-mixed", "NFKC, 100 KB that need work, Rust", mixed),
        figure("nfkd-mixed", "NFKD, 100 KB that need work, Rust", mixed),
    ];
    Ok(with_throughput(timed(context, &figures)))
}

pub(super) fn words(context: &Context) -> Result<Vec<Benchmark>> {
    let white_space = "10,000 words of English prose between white space, 51 KB; the system before took 200 µs. std: \
                       split_whitespace.";
    let unicode =
        "The same text by UAX #29. unicode-segmentation: unicode_words; icu_segmenter: segments like words.";
    let figures = [
        figure("words-words", "10,000 words, Rust", white_space),
        figure("unicode_words-words", "10,000 words of UAX #29, Rust", unicode),
    ];
    Ok(with_throughput(timed(context, &figures)))
}

pub(super) fn truncate(context: &Context) -> Result<Vec<Benchmark>> {
    let figures = [
        figure(
            "graphemes-1m",
            "100 grapheme clusters of 1 MB, Rust",
            "English prose; the system before took 5 µs. unicode-segmentation: grapheme_indices; icu_segmenter: boundaries.",
        ),
        figure(
            "graphemes-10m",
            "100 grapheme clusters of 10 MB, Rust",
            "The same of ten times as much: what is cut off costs nothing.",
        ),
        figure("bytes-1m", "100 bytes of 1 MB, Rust", "std: floor_char_boundary, which may split a cluster."),
        figure("bytes-10m", "100 bytes of 10 MB, Rust", "As above."),
        figure(
            "characters-1m",
            "100 characters of 1 MB, Rust",
            "std: char_indices, which may split a cluster.",
        ),
        figure("characters-10m", "100 characters of 10 MB, Rust", "As above."),
        figure("first_words-1m", "20 words of 1 MB, Rust", "std: split_whitespace."),
        figure("first_words-10m", "20 words of 10 MB, Rust", "As above."),
        figure("columns-1m", "100 columns of 1 MB, Rust", "Columns of a terminal."),
        figure("columns-10m", "100 columns of 10 MB, Rust", "As above."),
    ];
    Ok(timed(context, &figures))
}

pub(super) fn tokenize(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "English prose, 5 KB, whose words and marks are given with their kinds and offsets; the system before took 45 µs. \
                 unicode-segmentation and icu_segmenter: every segment, without a kind, the white space among them.";
    Ok(with_throughput(timed(context, &[figure("tokens-tokens", "1,000 tokens, Rust", about)])))
}

pub(super) fn graphemes(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "Every cluster, one after the other. std: code points, which are no clusters.";
    let figures = [
        figure("clusters-100k", "grapheme clusters of 100 KB of ASCII, Rust", about),
        figure("clusters-mixed", "grapheme clusters of 100 KB of many scripts, Rust", "As above."),
        figure("clusters-emojis", "grapheme clusters of 100 KB of emoji, Rust", "As above."),
    ];
    Ok(with_throughput(timed(context, &figures)))
}

pub(super) fn timed(context: &Context, figures: &[Figure]) -> Vec<Benchmark> {
    RUST.measure(context, &context.text_peers, &[rounds(context).to_string()], figures)
}

pub(super) fn figure(name: &'static str, title: &'static str, about: &'static str) -> Figure {
    Figure { name, title, about, unit: Unit::Nanoseconds }
}

/// With the size of the text that each is about.
fn with_throughput(mut benchmarks: Vec<Benchmark>) -> Vec<Benchmark> {
    for benchmark in &mut benchmarks {
        let text = benchmark.id.rsplit_once('-').and_then(|(_, name)| inputs::text(name));
        benchmark.bytes = text.map(|text| text.len() as u64);
    }
    benchmarks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_has_its_version() {
        assert_eq!(RUST.versions().len(), RUST.crates.len());
    }
}
