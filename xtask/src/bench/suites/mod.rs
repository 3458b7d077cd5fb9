//! The suites. A suite is a list of groups; a group measures one thing and returns one benchmark for each quantity of it.
//!
//! To add one: a module with a `SUITE` and its line in [`SUITES`], its peers in [`super::peers`], its goals in
//! [`super::targets`] under the benchmarks' ids. Samples that another harness took (criterion, a program that times
//! itself) become a row through [`super::stats::Stats::of`]; programs like those of `di` through [`rust_peers`] and [`js_peers`].

mod application;
mod context;
mod di;
mod js_peers;
mod modules;
mod mycelia;
mod runtime;
mod rust_peers;
mod text;

use std::cell::LazyCell;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use super::build::TimeAndHeap;
use super::cpu::Pinning;
use super::progress::Progress;
use super::results::Benchmark;
use super::rounds::Rounds;

pub(crate) const SUITES: &[Suite] =
    &[runtime::SUITE, di::SUITE, context::SUITE, mycelia::SUITE, modules::SUITE, text::SUITE];

/// Where a program is, or why it cannot be run.
pub(crate) type Program = Result<PathBuf, String>;

pub(crate) struct Suite {
    pub(crate) name: &'static str,
    pub(crate) groups: &'static [Group],
    /// The programs that it runs, for their versions in the report.
    pub(crate) programs: fn(&Context) -> Vec<(&'static str, Program)>,
    /// The libraries that it compares, with theirs.
    pub(crate) libraries: fn() -> Vec<(String, String)>,
}

pub(crate) struct Group {
    /// What `--filter` looks at.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) run: fn(&Context) -> Result<Vec<Benchmark>>,
}

/// What a group is given.
pub(crate) struct Context {
    pub(crate) krepis: Program,
    /// Built when a group asks for it.
    pub(crate) hyper: LazyCell<Program>,
    pub(crate) di_peers: LazyCell<Program>,
    pub(crate) context_peers: LazyCell<Result<TimeAndHeap, String>>,
    pub(crate) mycelia_peers: LazyCell<Result<TimeAndHeap, String>>,
    pub(crate) modules_peers: LazyCell<Result<TimeAndHeap, String>>,
    pub(crate) text_peers: LazyCell<Program>,
    pub(crate) pinning: Pinning,
    /// A folder that is removed after the run.
    pub(crate) scratch: PathBuf,
    pub(crate) quick: bool,
    /// How long memory is watched under load.
    pub(crate) soak: Duration,
    pub(crate) progress: Progress,
}

impl Context {
    /// `full` rounds, or a few with `--quick`.
    pub(crate) fn rounds(&self, full: usize) -> Rounds {
        Rounds { uncounted: 1, counted: if self.quick { (full / 10).clamp(2, 5) } else { full } }
    }
}
