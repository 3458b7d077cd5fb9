//! `wc -w` of a file, beside `word_count` of the same bytes in memory.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use super::{file, folder, inputs, rust, sized};
use crate::bench::process::Invocation;
use crate::bench::results::{Benchmark, Entry, Outcome};
use crate::bench::rounds::{Candidate, Quantity, interleave};
use crate::bench::stats::Stats;
use crate::bench::suites::Context;

const PROGRAM: &str = "/usr/bin/wc";
const SIZE: usize = 32 << 20;

/// In the locale that has only bytes, and in one that has Unicode.
const LOCALES: [(&str, &str); 2] = [("wc -w", "C"), ("wc -w, UTF-8", "C.UTF-8")];

pub(super) fn words_of_a_file(context: &Context) -> Result<Vec<Benchmark>> {
    let texts = [
        (
            "ascii",
            rust::figure(
                "words-ascii.33554432",
                "words of 32 MiB of English, beside wc",
                "The processor's time of wc -w for the file, less that for an empty one; krepis and std: in memory.",
            ),
        ),
        (
            "cyrillic",
            rust::figure(
                "words-cyrillic.33554432",
                "words of 32 MiB of Russian, beside wc",
                "The same in Cyrillic.",
            ),
        ),
    ];
    let mut all = Vec::new();
    for (script, figure) in texts {
        let name = sized(script, SIZE);
        let path = file(&folder(context), &name)?;
        let words = inputs::text(&name).map_or(0, |text| text.split_whitespace().count());
        let mut benchmarks = rust::timed(context, &[figure]);
        for benchmark in &mut benchmarks {
            benchmark.entries.extend(counted(context, &path, words)?);
            benchmark.bytes = Some(fs::metadata(&path)?.len());
        }
        all.extend(benchmarks);
    }
    Ok(all)
}

/// The rows of the program, which counts the same words.
fn counted(context: &Context, path: &Path, words: usize) -> Result<Vec<Entry>> {
    let empty = folder(context).join("empty.txt");
    fs::write(&empty, "")?;
    let ask =
        |locale, file: &Path| Invocation::new(PROGRAM).args(["-w".as_ref(), file]).env("LC_ALL", locale);
    let there = || Path::new(PROGRAM).is_file();
    let candidates = LOCALES.map(|(subject, locale)| Candidate {
        subject: subject.to_owned(),
        what: there()
            .then(|| [ask(locale, path), ask(locale, &empty)])
            .ok_or_else(|| format!("there is no {PROGRAM}")),
    });
    let quantity = Quantity { id: "", title: "", about: "", unit: crate::bench::results::Unit::Nanoseconds };
    let mut series =
        interleave(&context.progress, context.rounds(20), candidates.into(), [quantity], |subject, asked| {
            let [whole, start] = asked;
            let (run, output) = whole.output(context.pinning, &context.scratch)?;
            let (nothing, _) = start.output(context.pinning, &context.scratch)?;
            let found = output.split_whitespace().next().and_then(|word| word.parse::<usize>().ok());
            let found = found.with_context(|| format!("expected a number, found {output:?}"))?;
            // Without Unicode it takes bytes above 7F for no part of a word, in some versions.
            ensure!(found == words || subject == LOCALES[0].0, "counted {found} words, not {words}");
            Ok([run.cpu.saturating_sub(nothing.cpu).as_nanos() as f64])
        });
    Ok(series.remove(0).entries.into_iter().map(positive).collect())
}

/// A difference below the clock's steps is no time.
fn positive(mut entry: Entry) -> Entry {
    if let Outcome::Measured(stats) = &entry.outcome {
        let samples: Vec<_> = stats.samples.iter().copied().filter(|&sample| sample > 0.0).collect();
        entry.outcome = Stats::of(samples)
            .map_or_else(|| Outcome::Failed("faster than the clock".to_owned()), Outcome::Measured);
    }
    entry
}
