//! Whole programs: an application of 1,000 modules, and the compiler of TypeScript in one file of 9 MB. Each starts with
//! empty caches, and with what the runtime keeps between runs.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::bench::peers;
use crate::bench::process::Invocation;
use crate::bench::results::{Benchmark, Unit};
use crate::bench::rounds::{Candidate, Quantity};
use crate::bench::suites::Context;
use crate::bench::suites::application::{Application, Kept, Language, cold, warm};
use crate::bench::suites::js_peers::bring;
use crate::bench::suites::runtime::scripts;
use crate::workspace;

const TYPESCRIPT: &str = "typescript";

/// The four tables of a program: time and memory with empty caches, and with full ones.
struct Tables {
    cold: [Quantity; 2],
    warm: [Quantity; 2],
}

macro_rules! tables {
    ($id:literal, $title:literal, $about:literal) => {
        Tables { cold: tables!($id, $title, $about, "cold"), warm: tables!($id, $title, $about, "warm") }
    };
    ($id:literal, $title:literal, $about:literal, $which:literal) => {
        [
            Quantity {
                id: concat!($id, "-", $which),
                title: concat!($title, ", ", $which),
                about: concat!(
                    $about,
                    " The whole process; cold: with the runtime's own caches empty, and the files in the kernel's; warm: with \
                     what earlier runs left in them."
                ),
                unit: Unit::Nanoseconds,
            },
            Quantity {
                id: concat!($id, "-", $which, "-rss"),
                title: concat!($title, ", ", $which, ", peak memory"),
                about: "Peak resident memory of the same processes, as the kernel counts it.",
                unit: Unit::Bytes,
            },
        ]
    };
}

const WALL_AND_MEMORY: Kept<2> = |run| [run.wall.as_nanos() as f64, run.peak_rss_bytes as f64];

pub(super) fn es_modules(context: &Context) -> Result<Vec<Benchmark>> {
    let tables = tables!(
        "modules-esm",
        "1,000 ES modules",
        "A tree of modules of 30 lines that import two others each, forty to a folder."
    );
    application(context, Language::EsModules, "app-esm", tables)
}

pub(super) fn typescript(context: &Context) -> Result<Vec<Benchmark>> {
    let tables = tables!(
        "modules-ts",
        "1,000 modules in TypeScript",
        "The same tree with types that mean nothing to a running program: Node strips them."
    );
    application(context, Language::TypeScript, "app-ts", tables)
}

pub(super) fn commonjs(context: &Context) -> Result<Vec<Benchmark>> {
    let tables =
        tables!("modules-cjs", "1,000 CommonJS modules", "The same tree with require and module.exports.");
    application(context, Language::CommonJs, "app-cjs", tables)
}

fn application(
    context: &Context,
    language: Language,
    folder: &str,
    tables: Tables,
) -> Result<Vec<Benchmark>> {
    let application = Application::generate(&context.scratch.join("modules").join(folder), language)?;
    let candidates = scripts(context, &application.entry);
    Ok(cold_and_warm(context, &application, &candidates, tables))
}

pub(super) fn compiler_by_require(context: &Context) -> Result<Vec<Benchmark>> {
    let tables = tables!(
        "modules-typescript-require",
        "require of typescript.js",
        "lib/typescript.js of typescript 5.9.3, a CommonJS module of 9 MB, whose version is printed."
    );
    compiler(context, "typescript.cjs", tables)
}

pub(super) fn compiler_by_import(context: &Context) -> Result<Vec<Benchmark>> {
    let tables =
        tables!("modules-typescript-import", "import of typescript.js", "The same file from an ES module.");
    compiler(context, "typescript.mjs", tables)
}

/// That of the compiler.
pub(super) fn version() -> Option<(String, String)> {
    let package = peers::package(TYPESCRIPT);
    package.installed().ok()?;
    Some((TYPESCRIPT.to_owned(), package.version.to_owned()))
}

fn compiler(context: &Context, file: &str, tables: Tables) -> Result<Vec<Benchmark>> {
    let package = peers::package(TYPESCRIPT);
    let installed = package.installed();
    let folder = context.scratch.join("modules").join(file.replace('.', "-"));
    let entry = program(&folder, file, installed.as_deref().ok())?;
    let mut candidates = scripts(context, &entry);
    if let Err(reason) = &installed {
        candidates.iter_mut().for_each(|candidate| candidate.what = Err(reason.clone()));
    }
    let application = Application { entry, prints: format!("{}\n", package.version) };
    Ok(cold_and_warm(context, &application, &candidates, tables))
}

/// A program of `xtask/bench/modules/`, copied into a folder in which its package is found.
fn program(folder: &Path, file: &str, modules: Option<&Path>) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let (from, entry) = (workspace::root().join("xtask/bench/modules").join(file), folder.join(file));
    fs::copy(&from, &entry).with_context(|| format!("cannot copy {}", from.display()))?;
    if let Some(modules) = modules {
        bring(modules, folder)?;
    }
    Ok(entry)
}

/// Warm, Node is measured as it is by itself, and with the compile cache that it has for who asks for it.
fn cold_and_warm(
    context: &Context,
    application: &Application,
    candidates: &[Candidate<Invocation>],
    tables: Tables,
) -> Vec<Benchmark> {
    let copies = || {
        candidates
            .iter()
            .map(|candidate| Candidate { subject: candidate.subject.clone(), what: candidate.what.clone() })
    };
    let cache = context.scratch.join("node-compile-cache").join(tables.warm[0].id);
    let mut benchmarks = cold(context, application, copies().collect(), tables.cold, WALL_AND_MEMORY);
    let with_cache = copies().filter(|candidate| candidate.subject == "node").map(|node| Candidate {
        subject: "node compile cache".to_owned(),
        what: node.what.map(|invocation| invocation.env("NODE_COMPILE_CACHE", &cache)),
    });
    let candidates = copies().chain(with_cache).collect();
    benchmarks.extend(warm(context, application, candidates, tables.warm, WALL_AND_MEMORY));
    benchmarks
}
