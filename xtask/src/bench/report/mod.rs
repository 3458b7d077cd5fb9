//! What is made of a run: a table on stdout, JSON, and an HTML page.

mod chart;
mod html;
mod table;

use std::fs;
use std::io::{IsTerminal, stdout};

use anyhow::{Context, Result};
use serde::Serialize;

use super::compare::Comparison;
use super::results::Results;
use super::targets::{Verdict, overall};
use crate::workspace;

pub(crate) fn all(results: &Results, comparison: Option<&Comparison>) -> Result<()> {
    let colour = stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    print!("{}", table::render(results, comparison, colour));

    let folder = workspace::target_dir().join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let file = |extension: &str| folder.join(format!("{}.{extension}", results.suite));
    fs::write(file("json"), json(results, comparison)?)?;
    fs::write(file("html"), html::render(results, comparison))?;
    println!("\nreports: {}, {}", file("html").display(), file("json").display());
    Ok(())
}

fn json(results: &Results, comparison: Option<&Comparison>) -> Result<String> {
    #[derive(Serialize)]
    struct Report<'a> {
        #[serde(flatten)]
        results: &'a Results,
        #[serde(skip_serializing_if = "Option::is_none")]
        comparison: Option<&'a Comparison>,
        verdicts: Vec<VerdictOf<'a>>,
    }
    #[derive(Serialize)]
    struct VerdictOf<'a> {
        benchmark: &'a str,
        subject: &'a str,
        goal: String,
        measured: Option<f64>,
        met: Option<bool>,
    }
    let verdicts = results
        .benchmarks
        .iter()
        .flat_map(|benchmark| benchmark.goals.iter().map(move |goal| (benchmark, goal)))
        .map(|(benchmark, goal)| {
            let (measured, met) = match goal.judge(benchmark) {
                Verdict::Met(value) => (Some(value), Some(true)),
                Verdict::Missed(value) => (Some(value), Some(false)),
                Verdict::Unknown => (None, None),
            };
            let goal_text = goal.describe(benchmark.unit);
            VerdictOf { benchmark: &benchmark.id, subject: &goal.subject, goal: goal_text, measured, met }
        })
        .collect();
    Ok(serde_json::to_string_pretty(&Report { results, comparison, verdicts })?)
}

/// ✓ all goals met, ✗ one missed, – not to be said; nothing where there is no goal.
fn mark(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Met(_)) => "✓",
        Some(Verdict::Missed(_)) => "✗",
        Some(Verdict::Unknown) => "–",
        None => "",
    }
}

/// How many benchmarks have met, missed and open goals.
fn tally(results: &Results) -> (usize, usize, usize) {
    let mut tally = (0, 0, 0);
    for benchmark in &results.benchmarks {
        for entry in &benchmark.entries {
            match overall(benchmark, &entry.subject) {
                Some(Verdict::Met(_)) => tally.0 += 1,
                Some(Verdict::Missed(_)) => tally.1 += 1,
                Some(Verdict::Unknown) => tally.2 += 1,
                None => {}
            }
        }
    }
    tally
}
