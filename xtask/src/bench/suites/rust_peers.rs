//! A program in Rust that measures several crates in turn, and prints a line of JSON for each figure and crate:
//! `{"name": "singleton", "peer": "shaku", "samples": [...]}`, or an `"error"` in the place of the samples.

use std::fs;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::{Context, Program};
use crate::bench::cpu::Pinning;
use crate::bench::process::Invocation;
use crate::bench::results::{Benchmark, Entry, KREPIS, Outcome, Unit};
use crate::bench::stats::Stats;
use crate::bench::targets;
use crate::workspace;

/// The program of a suite.
pub(super) struct RustPeers {
    /// Its package's manifest, relative to the workspace.
    pub(super) manifest: &'static str,
    /// The crates that it measures, by the names of their packages.
    pub(super) crates: &'static [&'static str],
    /// What the ids of its benchmarks begin with, before the name of the figure.
    pub(super) prefix: &'static str,
}

pub(super) struct Figure {
    /// What the program calls it.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) about: &'static str,
    pub(super) unit: Unit,
}

/// What the program prints for one peer.
#[derive(Debug, Deserialize)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) peer: String,
    #[serde(default)]
    pub(super) samples: Vec<f64>,
    pub(super) error: Option<String>,
}

impl RustPeers {
    /// Runs the program with `args` and the figures' names; one benchmark for each figure.
    pub(super) fn measure(
        &self,
        context: &Context,
        program: &Program,
        args: &[String],
        figures: &[Figure],
    ) -> Vec<Benchmark> {
        self.measure_on(context, context.pinning, program, args, figures)
    }

    /// The same with threads that are to run at the same time: on all cores.
    pub(super) fn measure_threads(
        &self,
        context: &Context,
        program: &Program,
        args: &[String],
        figures: &[Figure],
    ) -> Vec<Benchmark> {
        self.measure_on(context, Pinning::detect(false), program, args, figures)
    }

    fn measure_on(
        &self,
        context: &Context,
        pinning: Pinning,
        program: &Program,
        args: &[String],
        figures: &[Figure],
    ) -> Vec<Benchmark> {
        let lines = match program {
            Ok(program) => {
                let names = figures.iter().map(|figure| figure.name);
                let invocation = Invocation::new(program).args(args).args(names);
                lines(context, pinning, &invocation).map_err(|error| Outcome::Failed(format!("{error:#}")))
            }
            Err(reason) => Err(Outcome::Missing(reason.clone())),
        };
        figures.iter().map(|figure| self.benchmark(figure, &lines)).collect()
    }

    /// The crates' versions, of the lock file that the program is built with.
    pub(super) fn versions(&self) -> Vec<(String, String)> {
        let file = workspace::root().join(self.manifest).with_file_name("Cargo.lock");
        let lock = fs::read_to_string(file).unwrap_or_default();
        self.crates.iter().filter_map(|name| Some(((*name).to_owned(), locked(&lock, name)?))).collect()
    }

    /// Krepis first, whatever the program says; then every peer that it has measured, in its order.
    fn benchmark(&self, figure: &Figure, lines: &Result<Vec<Line>, Outcome>) -> Benchmark {
        let absent =
            |subject: &str, outcome: &Outcome| Entry { subject: subject.into(), outcome: outcome.clone() };
        let mut entries: Vec<Entry> = match lines {
            Ok(lines) => lines.iter().filter(|line| line.name == figure.name).map(entry).collect(),
            Err(outcome) => self.crates.iter().map(|peer| absent(peer, outcome)).collect(),
        };
        let own = entries.iter().position(|entry| entry.subject == KREPIS);
        let own = own.map(|index| entries.remove(index)).unwrap_or_else(|| match lines {
            Ok(_) => absent(KREPIS, &Outcome::Missing(format!("not in {}", self.manifest))),
            Err(outcome) => absent(KREPIS, outcome),
        });
        entries.insert(0, own);
        let id = format!("{}{}", self.prefix, figure.name);
        Benchmark {
            title: figure.title.to_owned(),
            about: figure.about.to_owned(),
            unit: figure.unit,
            entries,
            goals: targets::goals(&id),
            notes: Vec::new(),
            bytes: None,
            chart: None,
            id,
        }
    }
}

/// The version of a package in a lock file.
fn locked(lock: &str, name: &str) -> Option<String> {
    let (_, package) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
    Some(package.split_once('"')?.0.to_owned())
}

/// What such a program prints.
pub(super) fn lines(context: &Context, pinning: Pinning, invocation: &Invocation) -> Result<Vec<Line>> {
    let (_, output) = invocation.output(pinning, &context.scratch)?;
    let line = |text: &str| {
        serde_json::from_str(text).with_context(|| format!("expected a figure as JSON, found {text:?}"))
    };
    output.lines().map(line).collect()
}

fn entry(line: &Line) -> Entry {
    let outcome = match (&line.error, Stats::of(line.samples.clone())) {
        (Some(error), _) => Outcome::Failed(error.clone()),
        (None, Some(stats)) => Outcome::Measured(stats),
        (None, None) => Outcome::Failed("the program took no samples".to_owned()),
    };
    Entry { subject: line.peer.clone(), outcome }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEERS: RustPeers =
        RustPeers { manifest: "peers/Cargo.toml", crates: &["shaku", "more-di"], prefix: "di-rust-" };
    const FIGURE: Figure = Figure { name: "scoped", title: "", about: "", unit: Unit::Nanoseconds };

    fn parsed(text: &str) -> Vec<Line> {
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn lines_become_entries_with_krepis_first() {
        let lines = parsed(
            "{\"name\":\"scoped\",\"peer\":\"shaku\",\"samples\":[3.0,1.0,2.0]}\n\
             {\"name\":\"other\",\"peer\":\"shaku\",\"samples\":[9.0]}\n\
             {\"name\":\"scoped\",\"peer\":\"more-di\",\"error\":\"worn out\"}\n\
             {\"name\":\"scoped\",\"peer\":\"krepis\",\"samples\":[0.5]}",
        );
        let benchmark = PEERS.benchmark(&FIGURE, &Ok(lines));
        let subjects: Vec<_> = benchmark.entries.iter().map(|entry| entry.subject.as_str()).collect();
        assert_eq!((benchmark.id.as_str(), subjects), ("di-rust-scoped", vec!["krepis", "shaku", "more-di"]));
        assert_eq!(benchmark.stats("shaku").unwrap().median, 2.0);
        assert!(matches!(&benchmark.entries[2].outcome, Outcome::Failed(why) if why == "worn out"));
    }

    #[test]
    fn without_a_program_all_are_missing() {
        let benchmark = PEERS.benchmark(&FIGURE, &Err(Outcome::Missing("not built".to_owned())));
        assert_eq!(benchmark.entries.len(), 1 + PEERS.crates.len());
        for entry in &benchmark.entries {
            assert!(matches!(&entry.outcome, Outcome::Missing(why) if why == "not built"));
        }
    }

    #[test]
    fn what_the_program_does_not_know_is_missing() {
        let benchmark = PEERS.benchmark(&FIGURE, &Ok(Vec::new()));
        assert!(matches!(&benchmark.entries[..], [Entry { subject, outcome: Outcome::Missing(why) }]
                if subject == KREPIS && why == "not in peers/Cargo.toml"));
    }

    #[test]
    fn versions_are_those_of_the_lock_file() {
        let lock = "[[package]]\nname = \"a\"\nversion = \"1.2.3\"\n\n[[package]]\nname = \"a-b\"\nversion = \"4.5.6\"\n";
        assert_eq!(locked(lock, "a").as_deref(), Some("1.2.3"));
        assert_eq!(locked(lock, "a-b").as_deref(), Some("4.5.6"));
        assert_eq!(locked(lock, "b"), None);
    }
}
