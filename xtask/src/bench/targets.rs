//! The goals, as data. Whether one is met is computed from what was measured, and from nothing else.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::results::{Benchmark, KREPIS, Unit};
use crate::wasm;

/// What a subject's median has to reach.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Goal {
    pub(crate) subject: Cow<'static, str>,
    pub(crate) bound: Bound,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Bound {
    Most(f64),
    Least(f64),
    /// At most `factor` times the peer's median.
    MostTimes {
        factor: f64,
        peer: Cow<'static, str>,
    },
    LeastTimes {
        factor: f64,
        peer: Cow<'static, str>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// Holds the value or the ratio that was measured.
    Met(f64),
    Missed(f64),
    /// The subject or the peer was not measured.
    Unknown,
}

const NANOSECOND: f64 = 1.0;
const MICROSECOND: f64 = 1e3;
const MILLISECOND: f64 = 1e6;
const MILLION: f64 = 1e6;
const MIB: f64 = 1024.0 * 1024.0;

/// The goals of the benchmark `id`.
pub(crate) fn goals(id: &str) -> Vec<Goal> {
    let times = |factor, peer| goal(KREPIS, Bound::MostTimes { factor, peer: Cow::Borrowed(peer) });
    let at_least_times = |factor, peer| goal(KREPIS, Bound::LeastTimes { factor, peer: Cow::Borrowed(peer) });
    let at_most = |limit| goal(KREPIS, Bound::Most(limit));
    let same_as_krepis =
        |subject| goal(subject, Bound::MostTimes { factor: 1.1, peer: Cow::Borrowed(KREPIS) });
    let gain =
        |subject, single| goal(subject, Bound::LeastTimes { factor: 1.4, peer: Cow::Borrowed(single) });
    match id {
        "hello-wall" => {
            vec![
                times(0.9, "bun"),
                times(0.35, "node"),
                same_as_krepis("krepis .mjs"),
                same_as_krepis("krepis .ts"),
            ]
        }
        "hello-rss" => {
            vec![
                times(0.85, "bun"),
                times(0.5, "node"),
                same_as_krepis("krepis .mjs"),
                same_as_krepis("krepis .ts"),
            ]
        }
        "first-response" => vec![times(1.0, "bun")],
        "fib" | "loop" => vec![times(1.0, "node")],
        "http-hello" => vec![at_least_times(1.2, "bun"), at_least_times(0.5, "hyper")],
        "http-rss-growth" => vec![at_most(16.0 * MIB)],
        "modules-cold" => vec![times(0.7, "node")],
        "modules-warm" => vec![times(1.0, "bun")],
        "timers" => vec![times(1.0, "bun")],
        "timer-drift" => vec![at_most(MILLISECOND)],
        "di-rust-singleton-ref" => vec![at_most(4.0 * NANOSECOND)],
        "di-rust-singleton-key" => vec![at_most(1.0 * NANOSECOND)],
        "di-rust-scope-chain" | "di-rust-scope-flat" => vec![at_most(60.0 * NANOSECOND)],
        "di-rust-build-1000" | "di-js-build" => vec![at_most(2.0 * MILLISECOND)],
        "di-js-singleton" => vec![at_most(3.0 * NANOSECOND)],
        "di-js-scoped" => vec![at_most(8.0 * NANOSECOND)],
        "di-js-scope" => vec![at_most(250.0 * NANOSECOND)],
        "context-rust-read" => vec![at_most(5.0 * NANOSECOND)],
        "context-rust-protobuf-encode" | "context-rust-flatbuffers-encode" => {
            vec![at_most(250.0 * NANOSECOND)]
        }
        "context-rust-burst" | "context-rust-burst-threads" | "context-js-burst" => {
            vec![goal("krepis p99", Bound::MostTimes { factor: 3.0, peer: Cow::Borrowed(KREPIS) })]
        }
        "context-rust-allocations" | "context-rust-burst-heap" => vec![at_most(0.0)],
        "context-js-create" => vec![at_most(150.0 * NANOSECOND)],
        "context-js-lifecycle" => vec![at_most(8.0 * MICROSECOND)],
        "context-js-crossing" => vec![at_most(50.0 * NANOSECOND)],
        "context-js-read" => vec![at_most(15.0 * NANOSECOND)],
        // Flat: about a byte for each of a million requests. What a handle takes of the young generation is shown beside it.
        "context-js-kept" => vec![at_most(MIB)],
        "context-await" => vec![same_as_krepis("krepis loaded"), same_as_krepis("krepis in a run")],
        "mycelia-rust-match-130" | "mycelia-rust-match-130-life" => vec![times(1.0, "matchit")],
        "mycelia-rust-send" => vec![
            goal(KREPIS, Bound::Least(30.0 * MILLION)),
            goal("krepis batch", Bound::Least(50.0 * MILLION)),
            gain("krepis batch", KREPIS),
            gain("krepis sequence", "krepis by address"),
        ],
        "mycelia-rust-across" => vec![goal(KREPIS, Bound::Least(5.0 * MILLION))],
        // A body is a `u64`.
        "mycelia-rust-queued" => vec![at_most(128.0 + 8.0)],
        "mycelia-messages-send" => vec![
            goal(KREPIS, Bound::Least(10.0 * MILLION)),
            gain("krepis batch", KREPIS),
            gain("krepis sequence", "krepis addresses"),
        ],
        "mycelia-messages-ask" => vec![goal(KREPIS, Bound::Least(3.0 * MILLION))],
        "mycelia-messages-create" => vec![at_most(40.0 * NANOSECOND)],
        // All have the same body, which is there before.
        "mycelia-messages-queued" => vec![at_most(128.0)],
        "modules-rust-relative" | "modules-rust-package" | "modules-rust-builtin" => {
            vec![at_most(60.0 * NANOSECOND), times(1.0, "oxc_resolver")]
        }
        "modules-rust-missing" => vec![goal("krepis watched", Bound::Most(60.0 * NANOSECOND))],
        "modules-rust-cold" | "modules-rust-cold-relative" => vec![times(1.0, "oxc_resolver")],
        "modules-rust-cycle" => vec![at_most(50.0 * NANOSECOND)],
        "modules-rust-export-table" => vec![at_most(500.0 * NANOSECOND)],
        "modules-js-cached" => vec![
            at_most(30.0 * NANOSECOND),
            same_as_krepis("krepis second spelling"),
            same_as_krepis("krepis package"),
        ],
        "modules-js-builtin" => {
            vec![at_most(100.0 * NANOSECOND), goal("krepis node:", Bound::Most(100.0 * NANOSECOND))]
        }
        "modules-js-mixed" => vec![at_most(60.0 * NANOSECOND)],
        "modules-js-cache-read" => vec![at_most(20.0 * NANOSECOND)],
        "modules-js-evict" => vec![at_most(60.0 * MICROSECOND)],
        "modules-js-resolve-relative" | "modules-js-resolve-package" => {
            vec![times(1.0, "node"), times(1.0, "enhanced-resolve on node")]
        }
        "modules-js-resolve-builtin"
        | "modules-js-import-resolve"
        | "modules-js-create-require"
        | "modules-js-circular"
        | "modules-js-first"
        | "modules-js-first-json"
        | "modules-js-import-cached"
        | "modules-js-import-first" => vec![times(1.0, "node")],
        "modules-esm-cold" | "modules-ts-cold" | "modules-cjs-cold" => vec![times(0.7, "node")],
        "modules-esm-warm" | "modules-ts-warm" | "modules-cjs-warm" => {
            vec![times(1.0, "bun"), times(0.7, "node compile cache")]
        }
        "modules-typescript-require-cold" | "modules-typescript-import-cold" => vec![times(1.0, "node")],
        "modules-typescript-require-warm" | "modules-typescript-import-warm" => {
            vec![times(1.0, "node compile cache")]
        }
        "text-rust-nfc-small" | "text-rust-nfd-small" | "text-rust-nfkc-small" => {
            vec![at_most(60.0 * NANOSECOND)]
        }
        "text-rust-nfc-10k" | "text-rust-nfd-10k" | "text-rust-nfkc-10k" => vec![at_most(MICROSECOND)],
        "text-rust-nfc-100k" | "text-rust-nfd-100k" | "text-rust-nfkc-100k" => {
            vec![at_most(10.0 * MICROSECOND)]
        }
        "text-rust-nfc-mixed" | "text-rust-nfd-mixed" | "text-rust-nfkc-mixed" | "text-rust-nfkd-mixed" => {
            vec![times(0.333, "unicode-normalization"), times(1.0, "icu_normalizer")]
        }
        "text-rust-words-words" => vec![at_most(10.0 * MICROSECOND)],
        "text-rust-unicode_words-words" => {
            vec![times(1.0, "unicode-segmentation"), times(1.0, "icu_segmenter")]
        }
        // Whatever it counts, and however much there is behind.
        id if id.starts_with("text-rust-") && (id.ends_with("-1m") || id.ends_with("-10m")) => {
            vec![at_most(200.0 * NANOSECOND)]
        }
        "text-rust-tokens-tokens" => vec![at_most(8.0 * MICROSECOND)],
        id if id.starts_with("text-rust-clusters-") => {
            vec![times(1.0, "unicode-segmentation"), times(1.0, "icu_segmenter")]
        }
        id if id.starts_with("text-rust-words-") => vec![times(1.0, "wc -w"), times(1.0, "wc -w, UTF-8")],
        id if id.starts_with("text-js-normalize-") => {
            vec![times(1.0, "String normalize on node"), times(1.0, "String normalize on bun")]
        }
        "text-js-words" => vec![times(1.0, "String split on node"), times(1.0, "String split on bun")],
        "text-js-unicode-words" | "text-js-graphemes-1m" | "text-js-graphemes-10m" | "text-js-tokens" => {
            vec![times(1.0, "Intl.Segmenter on node"), times(1.0, "Intl.Segmenter on bun")]
        }
        id if id.starts_with("text-native-") => vec![at_most(150.0 * NANOSECOND)],
        "text-wasm-size" => {
            let brotli = Bound::Most(wasm::MOST_BROTLI as f64);
            vec![at_most(wasm::MOST_RAW as f64), goal("krepis brotli", brotli)]
        }
        id if id.starts_with("modules-") && id.ends_with("-rss") => vec![times(1.0, "node")],
        id if id.starts_with("mycelia-js-") => {
            let routers = [
                "find-my-way on node",
                "Hono RegExpRouter on node",
                "Hono SmartRouter on node",
                "memoirist on node",
                "rou3 compiled on node",
                "find-my-way on bun",
                "Hono RegExpRouter on bun",
                "Hono SmartRouter on bun",
                "memoirist on bun",
                "rou3 compiled on bun",
            ];
            routers.map(|router| times(1.0, router)).into()
        }
        _ => Vec::new(),
    }
}

fn goal(subject: &'static str, bound: Bound) -> Goal {
    Goal { subject: Cow::Borrowed(subject), bound }
}

impl Goal {
    pub(crate) fn judge(&self, benchmark: &Benchmark) -> Verdict {
        let median = |subject: &str| benchmark.stats(subject).map(|stats| stats.median);
        let Some(own) = median(&self.subject) else { return Verdict::Unknown };
        let ratio = |peer: &str| median(peer).filter(|&peer| peer != 0.0).map(|peer| own / peer);
        let (measured, met) = match &self.bound {
            Bound::Most(limit) => (own, own <= *limit),
            Bound::Least(limit) => (own, own >= *limit),
            Bound::MostTimes { factor, peer } => match ratio(peer) {
                Some(ratio) => (ratio, ratio <= *factor),
                None => return Verdict::Unknown,
            },
            Bound::LeastTimes { factor, peer } => match ratio(peer) {
                Some(ratio) => (ratio, ratio >= *factor),
                None => return Verdict::Unknown,
            },
        };
        if met { Verdict::Met(measured) } else { Verdict::Missed(measured) }
    }

    /// `≤ 0.35 × node`, `≤ 16.0 MiB`.
    pub(crate) fn describe(&self, unit: Unit) -> String {
        match &self.bound {
            Bound::Most(limit) => format!("≤ {}", super::format::quantity(*limit, unit)),
            Bound::Least(limit) => format!("≥ {}", super::format::quantity(*limit, unit)),
            Bound::MostTimes { factor, peer } => format!("≤ {factor} × {peer}"),
            Bound::LeastTimes { factor, peer } => format!("≥ {factor} × {peer}"),
        }
    }
}

/// One verdict for several goals: missed if one is, unknown unless all are known.
pub(crate) fn overall(benchmark: &Benchmark, subject: &str) -> Option<Verdict> {
    let verdicts: Vec<_> = benchmark.goals_of(subject).map(|goal| goal.judge(benchmark)).collect();
    let missed = verdicts.iter().find(|verdict| matches!(verdict, Verdict::Missed(_)));
    missed
        .or_else(|| verdicts.iter().find(|verdict| **verdict == Verdict::Unknown))
        .or(verdicts.first())
        .copied()
}

#[cfg(test)]
mod tests {
    use super::super::results::{Entry, Outcome};
    use super::super::stats::Stats;
    use super::*;

    fn benchmark(unit: Unit, medians: &[(&str, Option<f64>)], goals: Vec<Goal>) -> Benchmark {
        let entries = medians.iter().map(|(subject, median)| Entry {
            subject: (*subject).to_owned(),
            outcome: match median {
                Some(value) => Outcome::Measured(Stats::of(vec![*value]).unwrap()),
                None => Outcome::Missing("not installed".into()),
            },
        });
        let (id, title, about) = ("id".into(), "title".into(), String::new());
        Benchmark {
            id,
            title,
            about,
            unit,
            entries: entries.collect(),
            goals,
            notes: Vec::new(),
            bytes: None,
            chart: None,
        }
    }

    #[test]
    fn a_goal_is_judged_by_the_measured_medians() {
        let check = |goal: &Goal, own, peer, expected| {
            let benchmark = benchmark(Unit::Nanoseconds, &[("krepis", own), ("bun", peer)], vec![]);
            assert_eq!(goal.judge(&benchmark), expected, "{own:?} against {peer:?}");
        };
        let at_most = goal("krepis", Bound::MostTimes { factor: 0.5, peer: "bun".into() });
        check(&at_most, Some(1.0), Some(2.0), Verdict::Met(0.5));
        check(&at_most, Some(3.0), Some(2.0), Verdict::Missed(1.5));
        check(&at_most, None, Some(2.0), Verdict::Unknown);
        check(&at_most, Some(1.0), None, Verdict::Unknown);
        check(&at_most, Some(1.0), Some(0.0), Verdict::Unknown);
        let at_least = goal("krepis", Bound::LeastTimes { factor: 2.0, peer: "bun".into() });
        check(&at_least, Some(4.0), Some(2.0), Verdict::Met(2.0));
        check(&at_least, Some(3.0), Some(2.0), Verdict::Missed(1.5));
        check(&goal("krepis", Bound::Most(2.0)), Some(2.0), None, Verdict::Met(2.0));
        check(&goal("krepis", Bound::Least(2.0)), Some(1.0), None, Verdict::Missed(1.0));
    }

    #[test]
    fn several_goals_are_met_together_or_not() {
        let both = || {
            ["bun", "node"]
                .map(|peer| goal("krepis", Bound::MostTimes { factor: 1.0, peer: peer.into() }))
                .into_iter()
                .collect::<Vec<_>>()
        };
        let check = |bun, node, expected| {
            let benchmark =
                benchmark(Unit::Bytes, &[("krepis", Some(2.0)), ("bun", bun), ("node", node)], both());
            assert_eq!(overall(&benchmark, "krepis"), expected);
        };
        check(Some(4.0), Some(2.0), Some(Verdict::Met(0.5)));
        check(Some(4.0), Some(1.0), Some(Verdict::Missed(2.0)));
        check(None, Some(1.0), Some(Verdict::Missed(2.0)));
        check(Some(4.0), None, Some(Verdict::Unknown));
        assert_eq!(overall(&benchmark(Unit::Bytes, &[("bun", Some(1.0))], both()), "bun"), None);
    }

    #[test]
    fn a_goal_reads_as_in_the_table() {
        let bound = Bound::MostTimes { factor: 0.35, peer: "node".into() };
        assert_eq!(goal("krepis", bound).describe(Unit::Nanoseconds), "≤ 0.35 × node");
        assert_eq!(goal("krepis", Bound::Most(16.0 * MIB)).describe(Unit::Bytes), "≤ 16.0 MiB");
        assert_eq!(goal("krepis", Bound::Most(MILLISECOND)).describe(Unit::Nanoseconds), "≤ 1.00 ms");
    }
}
