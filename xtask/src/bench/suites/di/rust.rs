//! The crates: one program with all of them, asked for the figures of a group.

use std::fs;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::rounds;
use crate::bench::build;
use crate::bench::process::Invocation;
use crate::bench::results::{Benchmark, Entry, KREPIS, Outcome, Unit};
use crate::bench::stats::Stats;
use crate::bench::suites::Context;
use crate::bench::targets;
use crate::workspace;

const PEERS: [&str; 3] = ["shaku", "ferrous-di", "more-di"];

struct Figure {
    /// What the program calls it; the benchmark's id is the same after `di-rust-`.
    name: &'static str,
    title: &'static str,
    about: &'static str,
}

/// What the program prints for one peer.
#[derive(Debug, Deserialize)]
struct Line {
    name: String,
    peer: String,
    #[serde(default)]
    samples_ns: Vec<f64>,
    error: Option<String>,
}

pub(super) fn singleton(context: &Context) -> Result<Vec<Benchmark>> {
    figures(
        context,
        &[
            Figure {
                name: "singleton-ref",
                title: "singleton by type, Rust, &T",
                about: "A singleton that exists, by its type, as a reference. ferrous-di and more-di only hand out an Arc.",
            },
            Figure {
                name: "singleton",
                title: "singleton by type, Rust, Arc<T>",
                about: "The same as an Arc, which is dropped: counting up and down is the floor, as by hand.",
            },
            Figure {
                name: "singleton-key",
                title: "singleton by typed key, Rust",
                about: "The same by a key that knows its slot; no peer has one.",
            },
        ],
    )
}

pub(super) fn scoped(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "A scoped service that its scope already holds, as an Arc (krepis: as it hands it out). \
                 shaku's scope is a module of its own.";
    figures(context, &[Figure { name: "scoped", title: "scoped, warm, Rust", about }])
}

pub(super) fn scope(context: &Context) -> Result<Vec<Benchmark>> {
    figures(
        context,
        &[
            Figure {
                name: "scope-chain",
                title: "fresh scope, a chain of 3, Rust",
                about: "A scope is opened, Handler(Repo, Session) with Repo(Session) is asked for, and the scope ends. \
                        By hand: three Arcs, without a scope.",
            },
            Figure {
                name: "scope-flat",
                title: "fresh scope, 3 services, Rust",
                about: "The same with three services that do not know each other, asked for one by one.",
            },
        ],
    )
}

pub(super) fn transient(context: &Context) -> Result<Vec<Benchmark>> {
    let about =
        "A new object with two singletons. shaku returns it in a Box, ferrous-di and more-di in an Arc.";
    figures(context, &[Figure { name: "transient", title: "transient with 2 dependencies, Rust", about }])
}

pub(super) fn build(context: &Context) -> Result<Vec<Benchmark>> {
    figures(
        context,
        &[
            Figure {
                name: "build-1000",
                title: "build 1,000 services, Rust",
                about: "Registrations and build; each service needs up to two others. more-di validates what is declared, \
                        ferrous-di validates nothing, shaku is wired by the compiler.",
            },
            Figure {
                name: "build-10000",
                title: "build 10,000 services, Rust",
                about: "The same, ten times as many; more-di would need 10,000 Rust types.",
            },
        ],
    )
}

/// The peers' versions, of the lock file that they are built with.
pub(super) fn versions() -> Vec<(String, String)> {
    let file = workspace::root().join(build::DI_PEERS).with_file_name("Cargo.lock");
    let lock = fs::read_to_string(file).unwrap_or_default();
    PEERS.iter().filter_map(|name| Some(((*name).to_owned(), locked(&lock, name)?))).collect()
}

/// The version of a package in a lock file.
fn locked(lock: &str, name: &str) -> Option<String> {
    let (_, package) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
    Some(package.split_once('"')?.0.to_owned())
}

fn figures(context: &Context, figures: &[Figure]) -> Result<Vec<Benchmark>> {
    let lines = match &*context.di_peers {
        Ok(program) => {
            let invocation = Invocation::new(program)
                .args([rounds(context).to_string()])
                .args(figures.iter().map(|figure| figure.name));
            lines(context, &invocation).map_err(|error| Outcome::Failed(format!("{error:#}")))
        }
        Err(reason) => Err(Outcome::Missing(reason.clone())),
    };
    Ok(figures.iter().map(|figure| benchmark(figure, &lines)).collect())
}

fn lines(context: &Context, invocation: &Invocation) -> Result<Vec<Line>> {
    let (_, output) = invocation.output(context.pinning, &context.scratch)?;
    let line = |text: &str| {
        serde_json::from_str(text).with_context(|| format!("expected a figure as JSON, found {text:?}"))
    };
    output.lines().map(line).collect()
}

/// Krepis first, whatever the program says; then every peer that it has measured, in its order.
fn benchmark(figure: &Figure, lines: &Result<Vec<Line>, Outcome>) -> Benchmark {
    let mut entries: Vec<Entry> = match lines {
        Ok(lines) => lines.iter().filter(|line| line.name == figure.name).map(entry).collect(),
        Err(outcome) => PEERS.map(|peer| Entry { subject: peer.to_owned(), outcome: outcome.clone() }).into(),
    };
    let own = entries.iter().position(|entry| entry.subject == KREPIS);
    let own = own.map(|index| entries.remove(index)).unwrap_or_else(|| Entry {
        subject: KREPIS.to_owned(),
        outcome: match lines {
            Ok(_) => Outcome::Missing("not in xtask/peers/di-rust".to_owned()),
            Err(outcome) => outcome.clone(),
        },
    });
    entries.insert(0, own);
    let id = format!("di-rust-{}", figure.name);
    Benchmark {
        title: figure.title.to_owned(),
        about: figure.about.to_owned(),
        unit: Unit::Nanoseconds,
        entries,
        goals: targets::goals(&id),
        notes: Vec::new(),
        id,
    }
}

fn entry(line: &Line) -> Entry {
    let outcome = match (&line.error, Stats::of(line.samples_ns.clone())) {
        (Some(error), _) => Outcome::Failed(error.clone()),
        (None, Some(stats)) => Outcome::Measured(stats),
        (None, None) => Outcome::Failed("the program took no samples".to_owned()),
    };
    Entry { subject: line.peer.clone(), outcome }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIGURE: Figure = Figure { name: "scoped", title: "", about: "" };

    fn parsed(text: &str) -> Vec<Line> {
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn lines_become_entries_with_krepis_first() {
        let lines = parsed(
            "{\"name\":\"scoped\",\"peer\":\"shaku\",\"samples_ns\":[3.0,1.0,2.0]}\n\
             {\"name\":\"other\",\"peer\":\"shaku\",\"samples_ns\":[9.0]}\n\
             {\"name\":\"scoped\",\"peer\":\"more-di\",\"error\":\"worn out\"}\n\
             {\"name\":\"scoped\",\"peer\":\"krepis\",\"samples_ns\":[0.5]}",
        );
        let benchmark = benchmark(&FIGURE, &Ok(lines));
        let subjects: Vec<_> = benchmark.entries.iter().map(|entry| entry.subject.as_str()).collect();
        assert_eq!((benchmark.id.as_str(), subjects), ("di-rust-scoped", vec!["krepis", "shaku", "more-di"]));
        assert_eq!(benchmark.stats("shaku").unwrap().median, 2.0);
        assert!(matches!(&benchmark.entries[2].outcome, Outcome::Failed(why) if why == "worn out"));
    }

    #[test]
    fn without_a_program_all_are_missing() {
        let benchmark = benchmark(&FIGURE, &Err(Outcome::Missing("not built".to_owned())));
        assert_eq!(benchmark.entries.len(), 1 + PEERS.len());
        for entry in &benchmark.entries {
            assert!(matches!(&entry.outcome, Outcome::Missing(why) if why == "not built"));
        }
    }

    #[test]
    fn versions_are_those_of_the_lock_file() {
        let lock = "[[package]]\nname = \"a\"\nversion = \"1.2.3\"\n\n[[package]]\nname = \"a-b\"\nversion = \"4.5.6\"\n";
        assert_eq!(locked(lock, "a").as_deref(), Some("1.2.3"));
        assert_eq!(locked(lock, "a-b").as_deref(), Some("4.5.6"));
        assert_eq!(locked(lock, "b"), None);
        assert_eq!(versions().len(), PEERS.len());
    }
}
