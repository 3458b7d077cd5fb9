//! What a call from JavaScript costs over the same call in Rust, for a text of 31 characters: the N-API package in Node, and
//! `krepis:text`.

use anyhow::Result;

use super::{js, rust};
use crate::bench::results::{Benchmark, Entry, KREPIS, Outcome};
use crate::bench::stats::Stats;
use crate::bench::suites::Context;
use crate::bench::suites::js_peers::Asked;
use crate::bench::targets;

pub(super) fn calls(context: &Context) -> Result<Vec<Benchmark>> {
    let in_rust = rust::timed(
        context,
        &[
            rust::figure("nfc-small", "", ""),
            rust::figure("words-small", "", ""),
            rust::figure("ten_graphemes-small", "", ""),
        ],
    );
    let about = "31 characters; what the N-API package takes in Node, less what the crate takes in Rust at its best, and both. The system \
                 before took 0.5 µs.";
    let calls = [
        ("normalize-small", "text-native-normalize", "normalize from JavaScript over Rust"),
        ("words-small", "text-native-words", "wordCount from JavaScript over Rust"),
        ("ten-graphemes-small", "text-native-truncate", "truncate to 10 clusters from JavaScript over Rust"),
    ];
    let mut all = Vec::new();
    for ((figure, id, title), in_rust) in calls.into_iter().zip(&in_rust) {
        let mut benchmarks = js::measure(context, &[Asked::figure(figure)], id, title, about)?;
        benchmarks.iter_mut().for_each(|benchmark| over(benchmark, in_rust));
        all.extend(benchmarks);
    }
    // Once is enough.
    if let (Some(first), Some(note)) = (all.first_mut(), js::NAPI.note()) {
        first.notes.push(note);
    }
    Ok(all)
}

/// Makes the difference of what the package took, and keeps all sides as variants of it.
fn over(benchmark: &mut Benchmark, in_rust: &Benchmark) {
    let outcome = |benchmark: &Benchmark, subject: &str| {
        let entry = benchmark.entries.iter().find(|entry| entry.subject == subject);
        entry.map_or_else(|| Outcome::Missing("not measured".to_owned()), |entry| entry.outcome.clone())
    };
    let (native, rust) = (outcome(benchmark, js::NAPI.subject), outcome(in_rust, KREPIS));
    let own = outcome(benchmark, KREPIS);
    let variant = |name: &str, outcome| Entry { subject: format!("{KREPIS} {name}"), outcome };
    benchmark.entries = vec![
        Entry { subject: KREPIS.to_owned(), outcome: difference(&native, &rust) },
        variant("krepis:text", difference(&own, &rust)),
        variant("N-API on node, whole call", native),
        variant("krepis:text, whole call", own),
        variant("wasm on node, whole call", outcome(benchmark, js::WASM.subject)),
        variant("in Rust", rust),
    ];
    benchmark.goals = targets::goals(&benchmark.id);
}

fn difference(whole: &Outcome, part: &Outcome) -> Outcome {
    match (whole, part) {
        (Outcome::Measured(whole), Outcome::Measured(part)) => {
            let samples = whole.samples.iter().map(|sample| sample - part.min).collect();
            Stats::of(samples).map_or_else(|| Outcome::Missing("no samples".to_owned()), Outcome::Measured)
        }
        (Outcome::Measured(_), without) | (without, _) => without.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(samples: &[f64]) -> Outcome {
        Outcome::Measured(Stats::of(samples.to_vec()).unwrap())
    }

    #[test]
    fn a_call_is_measured_against_the_best_of_rust() {
        let Outcome::Measured(stats) =
            difference(&measured(&[100.0, 120.0]), &measured(&[70.0, 60.0, 500.0]))
        else {
            panic!("both sides were measured")
        };
        assert_eq!(stats.samples, [40.0, 60.0]);
        let missing = difference(&measured(&[1.0]), &Outcome::Missing("not built".to_owned()));
        assert!(matches!(missing, Outcome::Missing(why) if why == "not built"));
    }
}
