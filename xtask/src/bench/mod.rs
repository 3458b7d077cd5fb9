//! `cargo xtask bench`: Krepis beside its peers, in one run on one machine.
//!
//! A suite fills [`results::Results`]; goals ([`targets`]), a kept run ([`compare`]) and the reports ([`report`]) work on
//! that alone, wherever the figures came from.

mod build;
mod compare;
mod cpu;
mod format;
mod load;
mod machine;
pub(crate) mod peers;
mod process;
mod progress;
mod report;
mod results;
mod rounds;
mod stats;
mod suites;
mod targets;

use std::cell::LazyCell;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail, ensure};

use compare::Comparison;
use cpu::Pinning;
use progress::Progress;
use results::Results;
use suites::{Context, Group, SUITES, Suite};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The suite to run; all of them without one
    suite: Option<String>,
    /// Install the peers from npm into the user's cache, then stop
    #[arg(long)]
    install_peers: bool,
    /// Run only the groups whose name contains this
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// List suites and their groups
    #[arg(long)]
    list: bool,
    /// Few rounds and short loads: shows that it runs, not how fast
    #[arg(long)]
    quick: bool,
    /// The krepis to measure, instead of building one
    #[arg(long, value_name = "PATH")]
    bin: Option<PathBuf>,
    /// How long memory is watched under load
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=100))]
    soak: u64,
    /// Let the scheduler place processes instead of pinning them to cores
    #[arg(long)]
    no_pin: bool,
    /// Keep this run under a name
    #[arg(long, value_name = "NAME")]
    save: Option<String>,
    /// Compare with a kept run; regressions end with exit code 1
    #[arg(long, value_name = "NAME")]
    compare: Option<String>,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    if args.install_peers {
        peers::install()?;
        return Ok(ExitCode::SUCCESS);
    }
    let chosen = chosen(args)?;
    if args.list {
        for (suite, groups) in chosen {
            println!("{}", suite.name);
            groups.iter().for_each(|group| println!("    {:<16} {}", group.id, group.title));
        }
        return Ok(ExitCode::SUCCESS);
    }

    // What cannot be compared is found out before an hour of measuring, not after.
    let kept = args.compare.as_ref().map(|name| {
        chosen.iter().map(|(suite, _)| compare::load(suite.name, name)).collect::<Result<Vec<_>>>()
    });
    let kept = kept.transpose()?;
    let steps = chosen.iter().map(|(_, groups)| groups.len()).sum();
    let context = context(args, steps)?;

    let mut regressions = 0;
    for (index, (suite, groups)) in chosen.iter().enumerate() {
        let results = measure(suite, groups, &context)?;
        let comparison = match (&args.compare, &kept) {
            (Some(name), Some(kept)) => Some(Comparison::between(name, &kept[index], &results)),
            _ => None,
        };
        report::all(&results, comparison.as_ref())?;
        if let Some(name) = &args.save {
            println!("saved: {}", compare::save(&results, name)?.display());
        }
        regressions += comparison.map_or(0, |comparison| comparison.regressions());
    }
    let removed = std::fs::remove_dir_all(&context.scratch);
    removed
        .unwrap_or_else(|error| eprintln!("warning: cannot remove {}: {error}", context.scratch.display()));
    Ok(if regressions > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn measure(suite: &Suite, groups: &[&Group], context: &Context) -> Result<Results> {
    let mut results = Results {
        suite: suite.name.to_owned(),
        taken_at: machine::seconds_since_1970(),
        quick: context.quick,
        machine: machine::describe(context.pinning),
        versions: (suite.programs)(context)
            .into_iter()
            .filter_map(|(name, program)| Some((name.to_owned(), peers::version(&program.ok()?).ok()?)))
            .chain((suite.libraries)())
            .collect(),
        benchmarks: Vec::new(),
    };
    for group in groups {
        context.progress.step(group.title);
        results.benchmarks.extend((group.run)(context)?);
    }
    context.progress.done();
    Ok(results)
}

fn context(args: &Args, steps: usize) -> Result<Context> {
    let krepis = match &args.bin {
        Some(path) => {
            ensure!(path.is_file(), "--bin: there is no file {}", path.display());
            Ok(std::path::absolute(path)?)
        }
        None => build::krepis(),
    };
    let scratch = std::env::temp_dir().join(format!("krepis-bench-{}", std::process::id()));
    std::fs::create_dir_all(&scratch)?;
    Ok(Context {
        krepis,
        hyper: LazyCell::new(build::hyper_peer),
        di_peers: LazyCell::new(build::di_peers),
        context_peers: LazyCell::new(build::context_peers),
        mycelia_peers: LazyCell::new(build::mycelia_peers),
        modules_peers: LazyCell::new(build::modules_peers),
        text_peers: LazyCell::new(build::text_peers),
        pinning: Pinning::detect(!args.no_pin),
        scratch,
        quick: args.quick,
        soak: Duration::from_secs(if args.quick { 2 } else { args.soak }),
        progress: Progress::new(steps),
    })
}

fn chosen(args: &Args) -> Result<Vec<(&'static Suite, Vec<&'static Group>)>> {
    let names = || SUITES.iter().map(|suite| suite.name).collect::<Vec<_>>().join(", ");
    let wanted = |suite: &&Suite| args.suite.as_ref().is_none_or(|name| name == suite.name);
    let fits = |group: &&Group| args.filter.as_ref().is_none_or(|text| group.id.contains(text.as_str()));
    let chosen: Vec<_> = SUITES
        .iter()
        .filter(wanted)
        .map(|suite| (suite, suite.groups.iter().filter(fits).collect::<Vec<_>>()))
        .collect();
    if chosen.is_empty() {
        bail!("there is no suite {:?}: expected {}", args.suite.as_deref().unwrap_or_default(), names());
    }
    let chosen: Vec<_> = chosen.into_iter().filter(|(_, groups)| !groups.is_empty()).collect();
    ensure!(!chosen.is_empty(), "no group's name contains the text of --filter: see --list");
    Ok(chosen)
}
