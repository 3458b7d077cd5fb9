//! Programs in JavaScript that measure one library: a process for each program, runtime and figure, and several rounds
//! of those. The clock is `harness.mjs`, the same on every runtime.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use serde::Deserialize;

use super::{Context, Program};
use crate::bench::peers;
use crate::bench::process::Invocation;
use crate::bench::results::{Benchmark, KREPIS};
use crate::bench::rounds::{Candidate, Quantity, Rounds, interleave_series};
use crate::workspace;

/// How often everything is timed inside one process.
pub(super) fn rounds(context: &Context) -> usize {
    if context.quick { 3 } else { 9 }
}

/// The programs of a suite, in `suites/NAME/`.
pub(super) struct JsPeers {
    pub(super) suite: &'static str,
    /// What they run on beside Krepis.
    pub(super) runtimes: &'static [&'static str],
    /// The files that all of them import.
    pub(super) shared: &'static [&'static str],
    pub(super) programs: &'static [JsProgram],
}

pub(super) struct JsProgram {
    pub(super) runs: Runs,
    /// The package that it is about, if that has to be installed.
    pub(super) package: Option<&'static str>,
    pub(super) file: &'static str,
    pub(super) figures: &'static [&'static str],
}

/// Where a program runs, and what its rows are called there.
pub(super) enum Runs {
    /// On Krepis alone: `krepis`, or `krepis Variable`.
    Ours(Option<&'static str>),
    /// Everywhere, for a library: `awilix on node`.
    Library(&'static str),
    /// Everywhere, for the runtime itself: `node`.
    Runtime,
    /// A package of ours, on one runtime.
    Package(&'static OwnPackage),
}

/// A package that is built in the workspace.
pub(super) struct OwnPackage {
    pub(super) subject: &'static str,
    pub(super) runtime: &'static str,
    /// What programs import it as.
    pub(super) name: &'static str,
    /// Relative to the workspace.
    pub(super) folder: &'static str,
    /// Is there once it is built; `*` in its name stands for anything.
    pub(super) product: &'static str,
    /// What builds it.
    pub(super) command: &'static str,
}

/// What is asked of the programs.
pub(super) struct Asked<'a> {
    pub(super) figure: &'a str,
    /// Distinguishes the rows from those of another figure in the same table; may be empty.
    pub(super) suffix: &'a str,
    /// How often a program does what it counts instead of timing.
    pub(super) requests: u64,
    /// Whether `gc()` is wanted, as far as the runtime has it.
    pub(super) collects: bool,
}

impl<'a> Asked<'a> {
    pub(super) fn figure(figure: &'a str) -> Self {
        Self { figure, suffix: "", requests: 0, collects: false }
    }
}

/// The line that a program prints.
#[derive(Debug, Deserialize)]
struct Line {
    #[serde(default)]
    samples: Vec<f64>,
    error: Option<String>,
}

impl JsPeers {
    /// The runtimes, Krepis first.
    pub(super) fn runtimes(&self, context: &Context) -> Vec<(&'static str, Program)> {
        let peers = self.runtimes.iter().map(|name| (*name, peers::package(name).installed()));
        [(KREPIS, context.krepis.clone())].into_iter().chain(peers).collect()
    }

    /// The libraries' versions, which are pinned.
    pub(super) fn versions(&self) -> Vec<(String, String)> {
        let version = |program: &JsProgram| {
            let (Runs::Library(name), package) = (&program.runs, peers::package(program.package?)) else {
                return None;
            };
            package.installed().ok()?;
            Some(((*name).to_owned(), package.version.to_owned()))
        };
        self.programs.iter().filter_map(version).collect()
    }

    /// One table of what every program says that has one of the figures; Krepis and its variants first.
    pub(super) fn measure(
        &self,
        context: &Context,
        asked: &[Asked<'_>],
        quantity: Quantity,
    ) -> Result<Vec<Benchmark>> {
        let mut candidates = Vec::new();
        for asked in asked {
            candidates.extend(self.candidates(context, asked)?);
        }
        candidates.sort_by_key(|candidate| candidate.subject.split(' ').next() != Some(KREPIS));
        // A process compiles and lays out memory in its own way: several of them, each with rounds of its own.
        let processes = Rounds { uncounted: 0, counted: if context.quick { 1 } else { 3 } };
        Ok(interleave_series(&context.progress, processes, candidates, [quantity], |_, invocation| {
            let (_, output) = invocation.output(context.pinning, &context.scratch)?;
            Ok([samples(&output)?])
        }))
    }

    pub(super) fn candidates(
        &self,
        context: &Context,
        asked: &Asked<'_>,
    ) -> Result<Vec<Candidate<Invocation>>> {
        let mut candidates = Vec::new();
        for program in self.programs.iter().filter(|program| program.figures.contains(&asked.figure)) {
            let entry = self.prepare(context, program, asked)?;
            for (runtime, path) in self.runtimes(context) {
                let Some(name) = program.runs.subject(runtime) else { continue };
                let subject = format!("{name}{}", asked.suffix);
                let what = entry
                    .clone()
                    .and_then(|entry| Ok(Invocation::new(path?).args(arguments(runtime, asked, entry))));
                candidates.push(Candidate { subject, what });
            }
        }
        Ok(candidates)
    }

    /// A folder for the program in which its packages are found, and the module that starts the figure.
    fn prepare(&self, context: &Context, program: &JsProgram, asked: &Asked<'_>) -> Result<Program> {
        let modules = match program.package.map(|name| peers::package(name).installed()) {
            Some(Err(reason)) => return Ok(Err(reason)),
            Some(Ok(modules)) => Some(modules),
            None => None,
        };
        if let Runs::Package(own) = program.runs
            && let Err(reason) = own.built()
        {
            return Ok(Err(reason));
        }
        let name = program.file.rsplit_once('.').map_or(program.file, |(name, _)| name);
        let folder = context.scratch.join(self.suite).join(name);
        if !folder.exists() {
            fs::create_dir_all(&folder)?;
            for file in self.files(program) {
                let to = folder.join(file.file_name().unwrap_or_default());
                fs::copy(&file, to).with_context(|| format!("cannot copy {}", file.display()))?;
            }
            if let Some(modules) = modules {
                bring(&modules, &folder)?;
            }
            if let Runs::Package(own) = program.runs {
                own.bring(&folder)?;
            }
        }
        let entry = folder.join(format!("{}.entry.mjs", asked.figure));
        let start = format!(
            "import {{ measure }} from \"./harness.mjs\";\n\
             measure(() => import(\"./{}\"), \"{}\", {{ rounds: {}, batchMs: {}, requests: {} }});\n",
            program.file,
            asked.figure,
            if asked.requests == 0 { rounds(context) } else { 2 },
            if context.quick { 2 } else { 20 },
            asked.requests,
        );
        fs::write(&entry, start)?;
        Ok(Ok(entry))
    }

    /// The program with what it imports.
    fn files(&self, program: &JsProgram) -> impl Iterator<Item = PathBuf> {
        let suites = workspace::root().join("xtask/src/bench/suites");
        let own = suites.join(self.suite);
        let files = self.shared.iter().chain([&program.file]).map(move |file| own.join(file));
        [suites.join("harness.mjs")].into_iter().chain(files)
    }
}

impl Runs {
    fn subject(&self, runtime: &str) -> Option<String> {
        match self {
            Self::Ours(variant) if runtime == KREPIS => {
                Some(variant.map_or_else(|| KREPIS.to_owned(), |variant| format!("{KREPIS} {variant}")))
            }
            Self::Ours(_) => None,
            Self::Library(name) => Some(format!("{name} on {runtime}")),
            Self::Runtime => Some(runtime.to_owned()),
            Self::Package(own) => (own.runtime == runtime).then(|| own.subject.to_owned()),
        }
    }
}

impl OwnPackage {
    /// The file that is there once it is built; else what to do about it.
    pub(super) fn built(&self) -> Result<PathBuf, String> {
        let product = workspace::root().join(self.folder).join(self.product);
        let name = product.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (before, after) = name.split_once('*').unwrap_or((&name, ""));
        let files = product.parent().and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten();
        let fits = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(before) && name.ends_with(after)
        };
        let found = files.filter_map(|file| Some(file.ok()?.path())).find(fits);
        found.ok_or_else(|| format!("not built ({})", self.command))
    }

    /// What is to be said where it is missing.
    pub(super) fn note(&self) -> Option<String> {
        self.built().err().map(|reason| format!("{} is {reason}", self.folder))
    }

    /// Has it found by programs in `folder`.
    fn bring(&self, folder: &Path) -> Result<()> {
        let modules = folder.join("node_modules");
        fs::create_dir_all(&modules)?;
        link(&workspace::root().join(self.folder), &modules.join(self.name))
    }
}

fn arguments(runtime: &str, asked: &Asked<'_>, entry: PathBuf) -> Vec<OsString> {
    let before: &[&str] = match (runtime, asked.collects) {
        (KREPIS, true) => &["--v8-flags", "--expose-gc"],
        ("node", true) => &["--expose-gc"],
        ("deno", true) => &["run", "--allow-all", "--v8-flags=--expose-gc"],
        ("deno", false) => &["run", "--allow-all"],
        _ => &[],
    };
    before.iter().map(OsString::from).chain([entry.into_os_string()]).collect()
}

/// Has the packages of `modules` found by programs in `folder`.
pub(super) fn bring(modules: &Path, folder: &Path) -> Result<()> {
    // Without one Deno looks for no packages.
    fs::write(folder.join("package.json"), "{ \"private\": true }\n")?;
    link(modules, &folder.join("node_modules"))
}

#[cfg(unix)]
fn link(modules: &Path, to: &Path) -> Result<()> {
    std::os::unix::fs::symlink(modules, to).with_context(|| format!("cannot make {}", to.display()))
}

#[cfg(windows)]
pub(super) fn link(modules: &Path, to: &Path) -> Result<()> {
    std::os::windows::fs::symlink_dir(modules, to).with_context(|| format!("cannot make {}", to.display()))
}

/// What a program took.
pub(super) fn samples(output: &str) -> Result<Vec<f64>> {
    let text = output.lines().last().ok_or_else(|| anyhow!("ended without a figure"))?;
    let line: Line =
        serde_json::from_str(text).with_context(|| format!("expected a figure as JSON, found {text:?}"))?;
    match line.error {
        Some(error) => bail!(error),
        None if line.samples.is_empty() => bail!("took no samples"),
        None => Ok(line.samples),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{context, di, modules, mycelia, text};
    use super::*;

    #[test]
    fn what_a_program_prints_is_samples_or_why_not() {
        assert_eq!(samples("{\"figure\":\"x\",\"samples\":[2.5,1]}\n").unwrap(), [2.5, 1.0]);
        let check = |output: &str, expected: &str| {
            assert_eq!(samples(output).unwrap_err().to_string(), expected);
        };
        check("", "ended without a figure");
        check("{\"figure\":\"x\",\"error\":\"Error: no util\"}", "Error: no util");
        check("{\"samples\":[]}", "took no samples");
        check("oops", "expected a figure as JSON, found \"oops\"");
    }

    #[test]
    fn rows_say_what_runs_where() {
        let check = |runs: Runs, runtime, expected: Option<&str>| {
            assert_eq!(runs.subject(runtime).as_deref(), expected);
        };
        check(Runs::Ours(None), "krepis", Some("krepis"));
        check(Runs::Ours(Some("Variable")), "krepis", Some("krepis Variable"));
        check(Runs::Ours(None), "node", None);
        check(Runs::Library("awilix"), "bun", Some("awilix on bun"));
        check(Runs::Runtime, "bun", Some("bun"));
    }

    #[test]
    fn a_package_of_ours_is_there_or_says_what_builds_it() {
        let package = |product| OwnPackage {
            subject: "krepis manifest on node",
            runtime: "node",
            name: "xtask",
            folder: "xtask",
            product,
            command: "cargo xtask nothing",
        };
        assert!(package("Cargo.*ml").built().is_ok_and(|file| file.ends_with("xtask/Cargo.toml")));
        assert_eq!(package("Cargo.*ml").note(), None);
        assert_eq!(package("*.node").built().unwrap_err(), "not built (cargo xtask nothing)");
        assert_eq!(package("*.node").note().unwrap(), "xtask is not built (cargo xtask nothing)");
    }

    #[test]
    fn every_program_has_its_files_and_names_its_figures() {
        for suite in [&di::JS, &context::JS, &mycelia::JS, &modules::JS, &text::JS] {
            for program in suite.programs {
                suite.files(program).for_each(|file| assert!(file.is_file(), "{}", file.display()));
                // Behind the clock: what programs share, and the program.
                let files = suite.files(program).skip(1);
                let text: String = files.map(|file| fs::read_to_string(file).unwrap()).collect();
                for figure in program.figures {
                    let defined =
                        ["(", ":", "\"(", "\":"].map(|after| text.contains(&format!("{figure}{after}")));
                    assert!(defined.contains(&true), "{} has no {figure}", program.file);
                }
            }
        }
    }
}
