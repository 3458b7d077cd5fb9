//! `cargo xtask compat`: real npm packages do real jobs on Krepis and on Node, and what they print is compared. The
//! outcome is `docs/compat.md`.
//!
//! `tests/packages` has the packages with their exact versions, a job for each in `jobs`, and one workspace in `layouts`
//! that npm, pnpm and bun install in their own ways. Everything is installed into the user's cache.

mod install;
mod job;
mod layouts;
mod program;
mod report;
mod transcript;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, ensure};

use crate::{bench::peers, workspace};
use job::Job;
use layouts::Layout;
use program::Programs;
use transcript::Verdict;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Run only the jobs whose file name starts with one of these, and show where they differ; write nothing
    jobs: Vec<String>,
    /// Write nothing, and fail where the run does not give what `docs/compat.md` says
    #[arg(long, conflicts_with = "jobs")]
    check: bool,
    /// Do nothing where npm cannot bring the packages
    #[arg(long)]
    if_obtainable: bool,
    /// The krepis to run, instead of the one that `cargo build` made
    #[arg(long, value_name = "PATH")]
    bin: Option<PathBuf>,
}

/// A job and what came of it.
pub(crate) struct Outcome {
    pub(crate) job: Job,
    pub(crate) verdict: Verdict,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let krepis = krepis(args.bin.as_deref())?;
    // One run at a time: they share the folder.
    let _lock = install::lock()?;
    let (folder, node, layouts) = match bring() {
        Err(error) if args.if_obtainable => {
            println!("compatibility is not checked: {error:#}");
            return Ok(ExitCode::SUCCESS);
        }
        brought => brought?,
    };
    let programs = Programs { node, krepis };

    let jobs = job::read(&folder)?;
    if !args.jobs.is_empty() {
        return chosen(jobs, &args.jobs, &programs, &folder);
    }
    job::cover(&jobs, &folder)?;
    let outcomes = run_all(jobs, &programs, &folder)?;
    let layouts =
        layouts.into_iter().map(|layout| Ok((layout.run(&programs)?, layout))).collect::<Result<Vec<_>>>()?;
    report::publish(&report::document(&outcomes, &layouts), args.check)
}

/// The folder of the packages, the Node to compare with, and the workspace in its layouts.
fn bring() -> Result<(PathBuf, PathBuf, Vec<Layout>)> {
    let folder = install::packages()?;
    let node = peers::obtain(peers::package("node"))?;
    let layouts = layouts::install(&node, &folder)?;
    Ok((folder, node, layouts))
}

fn krepis(named: Option<&Path>) -> Result<PathBuf> {
    let path = named.map_or_else(|| workspace::target_dir().join("debug/krepis"), Path::to_owned);
    fs::canonicalize(&path)
        .with_context(|| format!("there is no {}: cargo build, or name one with --bin", path.display()))
}

/// The named jobs, with their first differences.
fn chosen(jobs: Vec<Job>, names: &[String], programs: &Programs, folder: &Path) -> Result<ExitCode> {
    let jobs: Vec<_> =
        jobs.into_iter().filter(|job| names.iter().any(|name| job.file.starts_with(&**name))).collect();
    ensure!(!jobs.is_empty(), "no job in tests/packages/jobs starts with {}", names.join(" or "));
    for outcome in run_all(jobs, programs, folder)? {
        let Verdict { failures, .. } = &outcome.verdict;
        failures.iter().for_each(|failure| println!("    {}: {}", failure.step, failure.why));
    }
    Ok(ExitCode::SUCCESS)
}

/// All of them, as many at a time as there are cores, in their order.
fn run_all(jobs: Vec<Job>, programs: &Programs, folder: &Path) -> Result<Vec<Outcome>> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<Verdict>)>> = Mutex::new(Vec::new());
    let workers = thread::available_parallelism().map_or(1, |cores| cores.get());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((index, job)) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, jobs.get(at)?)))
                {
                    let verdict = job.run(programs, folder);
                    if let Ok(verdict) = &verdict {
                        println!("    {:<28} {}", job.file, verdict.summary());
                    }
                    done.lock().expect("because no worker panics").push((index, verdict));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("because no worker panics");
    done.sort_by_key(|(index, _)| *index);
    jobs.into_iter()
        .zip(done)
        .map(|(job, (_, verdict))| {
            let verdict = verdict.with_context(|| format!("tests/packages/jobs/{}", job.file))?;
            Ok(Outcome { job, verdict })
        })
        .collect()
}
