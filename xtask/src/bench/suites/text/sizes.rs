//! The charts: every function over texts of 16 B to 16 MiB in five scripts, in Rust and in JavaScript.

use std::fs;

use anyhow::{Result, bail};

use super::inputs::{SCRIPTS, SIZES};
use super::js::JS;
use super::{file, folder, sized};
use crate::bench::process::Invocation;
use crate::bench::results::{Benchmark, Chart, KREPIS, Language, Line, Panel, Point, Unit};
use crate::bench::stats::Stats;
use crate::bench::suites::Context;
use crate::bench::suites::js_peers::{Asked, samples};
use crate::bench::suites::rust_peers;

/// Few, for the sake of so many points.
const ROUNDS: usize = 3;

const TITLES: [&str; 5] = ["ASCII", "Latin-1", "Cyrillic", "CJK", "Emoji"];

struct Function {
    id: &'static str,
    title: &'static str,
    about: &'static str,
    /// What Rust's program calls it, and what it is compared with there.
    rust: &'static str,
    peers: &'static [&'static str],
    /// What the programs in JavaScript call it.
    js: &'static str,
}

pub(super) fn normalize(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "GB/s of UTF-8 to NFC. All texts are in the form already. Above 100 GB/s, which the chart has no room for, a text \
                 is not looked at: one byte a character is always NFC.";
    chart(
        context,
        &Function {
            id: "text-sizes-normalize",
            title: "normalize, 16 B to 16 MiB",
            about,
            rust: "nfc",
            peers: &["unicode-normalization", "icu_normalizer"],
            js: "sizes-normalize",
        },
    )
}

pub(super) fn words(context: &Context) -> Result<Vec<Benchmark>> {
    chart(
        context,
        &Function {
            id: "text-sizes-words",
            title: "word count, 16 B to 16 MiB",
            about: "GB/s of UTF-8, words between white space.",
            rust: "words",
            peers: &["std"],
            js: "sizes-words",
        },
    )
}

pub(super) fn graphemes(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "GB/s of UTF-8 through truncate with a limit in grapheme clusters that the end of the text just meets: all of it \
                 is looked at. Intl.Segmenter: every segment.";
    chart(
        context,
        &Function {
            id: "text-sizes-graphemes",
            title: "truncate by grapheme clusters, 16 B to 16 MiB",
            about,
            rust: "cut",
            peers: &["unicode-segmentation", "icu_segmenter"],
            js: "sizes-graphemes",
        },
    )
}

pub(super) fn tokens(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "GB/s of UTF-8, every token in a loop. The peers: every segment of words, the white space among them.";
    chart(
        context,
        &Function {
            id: "text-sizes-tokens",
            title: "tokenize, 16 B to 16 MiB",
            about,
            rust: "tokens",
            peers: &["unicode-segmentation", "icu_segmenter"],
            js: "sizes-tokens",
        },
    )
}

fn chart(context: &Context, function: &Function) -> Result<Vec<Benchmark>> {
    let mut lengths = Vec::new();
    for script in SCRIPTS {
        for size in SIZES {
            lengths.push(fs::metadata(file(&folder(context), &sized(script, size))?)?.len());
        }
    }
    let candidates = JS.candidates(context, &Asked::figure(function.js))?;
    let steps = SCRIPTS.len() + candidates.len();

    let mut panels: Vec<_> =
        TITLES.iter().map(|title| Panel { title: (*title).to_owned(), lines: Vec::new() }).collect();
    for (index, script) in SCRIPTS.iter().enumerate() {
        context.progress.round(index + 1, steps);
        let lengths = &lengths[index * SIZES.len()..][..SIZES.len()];
        panels[index].lines = in_rust(context, function, script, lengths);
    }
    for (index, candidate) in candidates.into_iter().enumerate() {
        context.progress.round(SCRIPTS.len() + index + 1, steps);
        let times = candidate.what.and_then(|invocation| {
            in_javascript(context, &invocation).map_err(|error| format!("failed: {error:#}"))
        });
        for (panel, (script, lengths)) in panels.iter_mut().zip(lengths.chunks(SIZES.len()).enumerate()) {
            let (points, missing) = match &times {
                Ok(times) => (points(lengths, &times[script * SIZES.len()..]), None),
                Err(reason) => (Vec::new(), Some(reason.clone())),
            };
            let subject = candidate.subject.clone();
            panel.lines.push(Line { subject, language: Language::JavaScript, points, missing });
        }
    }
    Ok(vec![Benchmark {
        id: function.id.to_owned(),
        title: function.title.to_owned(),
        about: function.about.to_owned(),
        unit: Unit::Nanoseconds,
        entries: Vec::new(),
        goals: Vec::new(),
        notes: Vec::new(),
        bytes: None,
        chart: Some(Chart { panels }),
    }])
}

/// The lines of a script, one for each peer.
fn in_rust(context: &Context, function: &Function, script: &str, lengths: &[u64]) -> Vec<Line> {
    let names = SIZES.map(|size| format!("{}-{}", function.rust, sized(script, size)));
    let printed = context.text_peers.clone().and_then(|program| {
        let invocation = Invocation::new(program).args([rounds(context).to_string()]).args(&names);
        rust_peers::lines(context, context.pinning, &invocation).map_err(|error| format!("failed: {error:#}"))
    });
    let line = |peer: &&str| {
        let mut line =
            Line { subject: (*peer).to_owned(), language: Language::Rust, points: Vec::new(), missing: None };
        match &printed {
            Ok(printed) => {
                for (name, &bytes) in names.iter().zip(lengths) {
                    let found = printed.iter().find(|line| line.name == *name && line.peer == **peer);
                    let Some(found) = found else { continue };
                    line.missing = line.missing.or_else(|| found.error.clone());
                    let best = Stats::of(found.samples.clone()).map(|stats| stats.min);
                    line.points.extend(best.map(|nanoseconds| Point { bytes, nanoseconds }));
                }
            }
            Err(reason) => line.missing = Some(reason.clone()),
        }
        line
    };
    [KREPIS].iter().chain(function.peers).map(line).collect()
}

/// The times of all scripts' sizes in turn, zero where a size would have taken too long.
fn in_javascript(context: &Context, invocation: &Invocation) -> Result<Vec<f64>> {
    let (_, output) = invocation.output(context.pinning, &context.scratch)?;
    let times = samples(&output)?;
    if times.len() != SCRIPTS.len() * SIZES.len() {
        bail!("expected {} figures, found {}", SCRIPTS.len() * SIZES.len(), times.len());
    }
    Ok(times)
}

fn points(lengths: &[u64], times: &[f64]) -> Vec<Point> {
    let points = lengths.iter().zip(times).map(|(&bytes, &nanoseconds)| Point { bytes, nanoseconds });
    points.filter(|point| point.nanoseconds > 0.0).collect()
}

fn rounds(context: &Context) -> usize {
    if context.quick { 1 } else { ROUNDS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_that_was_not_measured_is_no_point() {
        let point = |bytes, nanoseconds| Point { bytes, nanoseconds };
        assert_eq!(points(&[16, 64, 256], &[4.0, 8.0, 0.0, 7.0]), [point(16, 4.0), point(64, 8.0)]);
    }
}
