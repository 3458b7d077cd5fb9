//! The result of a run, as every suite fills it and every report prints it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::stats::Stats;
use super::targets::Goal;

/// The subject that the goals are about.
pub(crate) const KREPIS: &str = "krepis";

/// One suite, run once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Results {
    pub(crate) suite: String,
    /// Seconds since 1970.
    pub(crate) taken_at: u64,
    /// Shortened by `--quick`: the figures say that it runs, not how fast.
    pub(crate) quick: bool,
    pub(crate) machine: BTreeMap<String, String>,
    /// What each subject printed of its version.
    pub(crate) versions: BTreeMap<String, String>,
    pub(crate) benchmarks: Vec<Benchmark>,
}

/// One quantity, measured for several subjects.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Benchmark {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) about: String,
    pub(crate) unit: Unit,
    pub(crate) entries: Vec<Entry>,
    #[serde(default)]
    pub(crate) goals: Vec<Goal>,
    /// What a reader has to know to trust or doubt the figures.
    #[serde(default)]
    pub(crate) notes: Vec<String>,
    /// Bytes that one call goes through: what a time is as a throughput.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bytes: Option<u64>,
    /// In the place of entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) chart: Option<Chart>,
}

/// Throughput over the size of the input, in a panel for each kind of input.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Chart {
    pub(crate) panels: Vec<Panel>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Panel {
    pub(crate) title: String,
    pub(crate) lines: Vec<Line>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) subject: String,
    /// What it is called from.
    pub(crate) language: Language,
    /// By size; a subject that is too slow for the large ones ends earlier.
    pub(crate) points: Vec<Point>,
    /// Why there are no points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) missing: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Language {
    Rust,
    JavaScript,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Point {
    pub(crate) bytes: u64,
    pub(crate) nanoseconds: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// `krepis`, `node`, … or a variant of one: `krepis .ts`.
    pub(crate) subject: String,
    pub(crate) outcome: Outcome,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Measured(Stats),
    /// Why there is nothing to run: not installed, not built.
    Missing(String),
    Failed(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    Nanoseconds,
    Bytes,
    Count,
    PerSecond,
}

impl Unit {
    pub(crate) fn lower_is_better(self) -> bool {
        self != Self::PerSecond
    }
}

impl Benchmark {
    pub(crate) fn stats(&self, subject: &str) -> Option<&Stats> {
        self.entries.iter().find(|entry| entry.subject == subject).and_then(Entry::stats)
    }

    /// What so many nanoseconds a call are in bytes a nanosecond, which is GB/s.
    pub(crate) fn throughput(&self, nanoseconds: f64) -> Option<f64> {
        let bytes = self.bytes.filter(|_| self.unit == Unit::Nanoseconds && nanoseconds > 0.0)?;
        Some(bytes as f64 / nanoseconds)
    }

    pub(crate) fn goals_of<'a>(&'a self, subject: &'a str) -> impl Iterator<Item = &'a Goal> {
        self.goals.iter().filter(move |goal| goal.subject == subject)
    }
}

impl Entry {
    pub(crate) fn stats(&self) -> Option<&Stats> {
        match &self.outcome {
            Outcome::Measured(stats) => Some(stats),
            Outcome::Missing(_) | Outcome::Failed(_) => None,
        }
    }

    /// Krepis itself or one of its variants.
    pub(crate) fn is_krepis(&self) -> bool {
        is_krepis(&self.subject)
    }
}

impl Point {
    /// In bytes a nanosecond, which is GB/s.
    pub(crate) fn throughput(self) -> f64 {
        self.bytes as f64 / self.nanoseconds
    }
}

/// Whether a subject is Krepis itself or one of its variants.
pub(crate) fn is_krepis(subject: &str) -> bool {
    subject.split(' ').next() == Some(KREPIS)
}
