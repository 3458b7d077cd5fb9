//! `--save NAME` and `--compare NAME`: this run against one that was kept.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Serialize;

use super::results::{Results, Unit};
use super::stats::Stats;
use crate::workspace;

/// A median that is worse by more than this share is a regression.
const WORSE: f64 = 0.10;
/// So is a spread that grew by more than half and by more than this share of the median.
const WIDER_BY: f64 = 0.05;
const WIDER_TIMES: f64 = 1.5;

/// This run against a kept one.
#[derive(Debug, Serialize)]
pub(crate) struct Comparison {
    pub(crate) with: String,
    pub(crate) rows: Vec<Change>,
    /// What could be measured of Krepis then and cannot now.
    pub(crate) lost: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Change {
    pub(crate) benchmark: String,
    pub(crate) subject: String,
    pub(crate) unit: Unit,
    pub(crate) before: f64,
    pub(crate) now: f64,
    pub(crate) spread_before: f64,
    pub(crate) spread_now: f64,
    /// A peer's figures show the machine's drift; only Krepis can regress.
    pub(crate) is_peer: bool,
    pub(crate) slower: bool,
    pub(crate) wider: bool,
}

impl Change {
    pub(crate) fn factor(&self) -> f64 {
        self.now / self.before
    }

    pub(crate) fn is_regression(&self) -> bool {
        !self.is_peer && (self.slower || self.wider)
    }
}

impl Comparison {
    pub(crate) fn between(name: &str, before: &Results, now: &Results) -> Self {
        let (mut rows, mut lost) = (Vec::new(), Vec::new());
        for benchmark in &now.benchmarks {
            let Some(old) = before.benchmarks.iter().find(|old| old.id == benchmark.id) else { continue };
            for entry in &benchmark.entries {
                let Some(then) = old.stats(&entry.subject) else { continue };
                if let Some(current) = entry.stats() {
                    rows.push(Change {
                        benchmark: benchmark.id.clone(),
                        subject: entry.subject.clone(),
                        unit: benchmark.unit,
                        before: then.median,
                        now: current.median,
                        spread_before: then.spread,
                        spread_now: current.spread,
                        is_peer: !entry.is_krepis(),
                        slower: is_worse(then.median, current.median, benchmark.unit),
                        wider: is_wider(then, current),
                    });
                } else if entry.is_krepis() {
                    lost.push(format!("{} {} was measured then and is not now", benchmark.id, entry.subject));
                }
            }
        }
        Self { with: name.to_owned(), rows, lost }
    }

    pub(crate) fn regressions(&self) -> usize {
        self.rows.iter().filter(|row| row.is_regression()).count() + self.lost.len()
    }
}

fn is_worse(before: f64, now: f64, unit: Unit) -> bool {
    if unit.lower_is_better() {
        now > before + before.abs() * WORSE
    } else {
        now < before - before.abs() * WORSE
    }
}

/// One sample has no spread to speak of.
fn is_wider(before: &Stats, now: &Stats) -> bool {
    before.iterations > 2
        && now.iterations > 2
        && now.spread > before.spread * WIDER_TIMES
        && now.spread > before.spread + WIDER_BY
}

pub(crate) fn save(results: &Results, name: &str) -> Result<PathBuf> {
    let file = saved(&results.suite, name)?;
    fs::create_dir_all(file.parent().expect("because it is in a folder"))?;
    fs::write(&file, serde_json::to_string(results)?)
        .with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

pub(crate) fn load(suite: &str, name: &str) -> Result<Results> {
    let file = saved(suite, name)?;
    let text = fs::read_to_string(&file).with_context(|| {
        format!(
            "there is no saved run {name:?} of the suite {suite} ({}): make one with --save {name}",
            file.display()
        )
    })?;
    serde_json::from_str(&text)
        .with_context(|| format!("{} was not written by this version of xtask", file.display()))
}

fn saved(suite: &str, name: &str) -> Result<PathBuf> {
    anyhow::ensure!(
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
            && !name.starts_with('.'),
        "a run is saved under a name of letters, digits, '-', '_' and '.', found {name:?}"
    );
    Ok(workspace::target_dir().join("bench/saved").join(format!("{suite}-{name}.json")))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::results::{Benchmark, Entry, Outcome};
    use super::*;

    fn run(unit: Unit, subject: &str, samples: &[f64]) -> Results {
        let outcome = Outcome::Measured(Stats::of(samples.to_vec()).unwrap());
        let entries = vec![Entry { subject: subject.into(), outcome }];
        let (id, title, about) = ("b".to_owned(), String::new(), String::new());
        Results {
            suite: "runtime".into(),
            taken_at: 0,
            quick: false,
            machine: BTreeMap::new(),
            versions: BTreeMap::new(),
            benchmarks: vec![Benchmark {
                id,
                title,
                about,
                unit,
                entries,
                goals: vec![],
                notes: vec![],
                bytes: None,
                chart: None,
            }],
        }
    }

    #[track_caller]
    fn check(unit: Unit, subject: &str, before: &[f64], now: &[f64], expected: (bool, bool, usize)) {
        let comparison = Comparison::between("old", &run(unit, subject, before), &run(unit, subject, now));
        let row = &comparison.rows[0];
        assert_eq!((row.slower, row.wider, comparison.regressions()), expected);
    }

    #[test]
    fn a_median_more_than_ten_percent_worse_is_a_regression() {
        check(Unit::Nanoseconds, "krepis", &[100.0], &[109.0], (false, false, 0));
        check(Unit::Nanoseconds, "krepis", &[100.0], &[111.0], (true, false, 1));
        check(Unit::Nanoseconds, "krepis .ts", &[100.0], &[111.0], (true, false, 1));
        check(Unit::Nanoseconds, "krepis", &[100.0], &[50.0], (false, false, 0));
        check(Unit::PerSecond, "krepis", &[100.0], &[89.0], (true, false, 1));
        check(Unit::PerSecond, "krepis", &[100.0], &[200.0], (false, false, 0));
    }

    #[test]
    fn so_is_a_widened_spread() {
        check(Unit::Bytes, "krepis", &[99.0, 100.0, 101.0], &[80.0, 100.0, 120.0], (false, true, 1));
        check(Unit::Bytes, "krepis", &[99.0, 100.0, 101.0], &[98.0, 100.0, 102.0], (false, false, 0));
        check(Unit::Bytes, "krepis", &[100.0], &[80.0, 100.0, 120.0], (false, false, 0));
    }

    #[test]
    fn a_peer_cannot_regress() {
        check(Unit::Nanoseconds, "node", &[100.0], &[200.0], (true, false, 0));
    }

    #[test]
    fn what_was_not_measured_before_is_left_out() {
        let comparison =
            Comparison::between("old", &run(Unit::Bytes, "bun", &[1.0]), &run(Unit::Bytes, "krepis", &[9.0]));
        assert!(comparison.rows.is_empty());
    }

    #[test]
    fn what_cannot_be_measured_any_more_is_a_regression() {
        let check = |subject: &str, expected| {
            let before = run(Unit::Bytes, subject, &[1.0]);
            let mut now = before.clone();
            now.benchmarks[0].entries[0].outcome = Outcome::Failed("broken".into());
            assert_eq!(Comparison::between("old", &before, &now).regressions(), expected, "{subject}");
        };
        check("krepis", 1);
        check("node", 0);
    }

    #[test]
    fn a_name_cannot_leave_the_folder() {
        assert!(saved("runtime", "../x").is_err());
        assert!(saved("runtime", "").is_err());
        assert!(saved("runtime", "v1.2_a-b").is_ok());
    }

    #[test]
    fn results_survive_the_file() {
        let results = run(Unit::PerSecond, "krepis", &[1.0, 2.5]);
        let text = serde_json::to_string(&results).unwrap();
        let read: Results = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
    }
}
