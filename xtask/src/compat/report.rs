//! `docs/compat.md`: what a run found, without anything that another run could find differently.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};

use super::Outcome;
use super::layouts::Layout;
use super::transcript::{Failure, Standing};
use crate::workspace;

const FILE: &str = "docs/compat.md";

const INTRODUCTION: &str = "\
# npm packages on Krepis

Written by `cargo xtask compat`; do not edit it by hand. The packages of `tests/packages/package.json` are installed from
npm, each does the jobs of `tests/packages/jobs` on Krepis and on Node 26, and a step works where it prints what it prints
on Node. `cargo xtask ci` fails where this page is not what a run gives.

";

pub(crate) fn document(outcomes: &[Outcome], layouts: &[(Vec<Failure>, Layout)]) -> String {
    let mut text = INTRODUCTION.to_owned();
    text += &counts(outcomes);
    text += "\n| package | version | form | job | |\n|---|---|---|---|---|\n";
    for Outcome { job, verdict } in outcomes {
        let beside = match &job.packages[1..] {
            [] => String::new(),
            others => format!(" with {}", others.join(", ")),
        };
        let _ = writeln!(
            text,
            "| {}{beside} | {} | {} | {} | {} |",
            job.packages[0],
            job.version,
            job.form.name(),
            cell(&job.does),
            standing(verdict.standing(), &verdict.failures),
        );
    }
    text += "\n## Layouts\n\nThe workspace in `tests/packages/layouts` (two packages that import each other by name, two versions of one package, \
             a peer dependency,\nan ES module and a CommonJS package, a program) as package managers install it: its program, and `node_modules/.bin/marked`.\n\n\
             | manager | layout | |\n|---|---|---|\n";
    for (failures, layout) in layouts {
        let found = if failures.is_empty() { Standing::Works } else { Standing::Partly };
        let _ = writeln!(text, "| {} | {} | {} |", layout.manager, layout.name, standing(found, failures));
    }
    text
}

/// A package works where all of its jobs do.
fn counts(outcomes: &[Outcome]) -> String {
    let mut packages: BTreeMap<&str, Vec<Standing>> = BTreeMap::new();
    for Outcome { job, verdict } in outcomes {
        packages.entry(&job.packages[0]).or_default().push(verdict.standing());
    }
    let count = |wanted: Standing| packages.values().filter(|all| together(all) == wanted).count();
    let steps: usize = outcomes.iter().map(|outcome| outcome.verdict.steps).sum();
    let failed: usize = outcomes.iter().map(|outcome| outcome.verdict.failures.len()).sum();
    format!(
        "Of {} packages {} work, {} work partly, {} do not. Of {steps} steps {} do what they do on Node.\n",
        packages.len(),
        count(Standing::Works),
        count(Standing::Partly),
        count(Standing::Not),
        steps - failed.min(steps),
    )
}

fn together(all: &[Standing]) -> Standing {
    if all.iter().all(|one| *one == Standing::Works) {
        Standing::Works
    } else if all.iter().all(|one| *one == Standing::Not) {
        Standing::Not
    } else {
        Standing::Partly
    }
}

fn standing(standing: Standing, failures: &[Failure]) -> String {
    match standing {
        Standing::Works => "works".to_owned(),
        Standing::Partly => {
            let steps: Vec<_> =
                failures.iter().map(|failure| format!("{}: {}", failure.step, cell(&failure.why))).collect();
            format!("partly: {}", steps.join("; "))
        }
        Standing::Not => {
            let why = failures.first().map_or("", |failure| &failure.why);
            format!("not: {}", cell(why))
        }
    }
}

/// Text in a cell of a table, cut where it goes on for long.
fn cell(text: &str) -> String {
    const LONGEST: usize = 200;
    let text = text.replace('|', "\\|");
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// Writes the document, or says how the committed one differs.
pub(crate) fn publish(document: &str, check: bool) -> Result<ExitCode> {
    let path = workspace::root().join(FILE);
    if !check {
        fs::write(&path, document).with_context(|| format!("cannot write {FILE}"))?;
        println!("{FILE} is written");
        return Ok(ExitCode::SUCCESS);
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    if committed == document {
        println!("{FILE} is true");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{FILE} is not what this run gives (cargo xtask compat writes it):");
    let only_in = |one: &str, other: &str, mark: char| {
        one.lines()
            .filter(|line| !other.lines().any(|same| same == *line))
            .for_each(|line| println!("{mark} {line}"));
    };
    only_in(&committed, document, '-');
    only_in(document, &committed, '+');
    Ok(ExitCode::FAILURE)
}
