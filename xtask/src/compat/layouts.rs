//! One workspace, installed by every package manager in its own layout: the same program prints the same on both
//! runtimes, and a package's program starts through its link in `.bin`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::program::Programs;
use super::transcript::{Failure, compare_call};
use super::{install, job};
use crate::bench::peers;
use crate::workspace;

/// The workspace as one manager installed it.
pub(crate) struct Layout {
    /// With its version.
    pub(crate) manager: String,
    pub(crate) name: &'static str,
    folder: PathBuf,
}

/// The manager, what its layout is like, and how it is asked for.
const LAYOUTS: &[(&str, &str, &[&str])] = &[
    ("npm", "hoisted: one flat `node_modules`", &["install", "--install-strategy=hoisted"]),
    ("npm", "nested: every package below the one that wants it", &["install", "--install-strategy=nested"]),
    (
        "npm",
        "linked: a store in `node_modules/.store`, symbolic links",
        &["install", "--install-strategy=linked"],
    ),
    (
        "pnpm",
        "isolated: a store in `node_modules/.pnpm`, symbolic links",
        &["install", "--config.node-linker=isolated"],
    ),
    ("pnpm", "hoisted: one flat `node_modules`", &["install", "--config.node-linker=hoisted"]),
    ("bun", "hoisted: one flat `node_modules`", &["install", "--linker=hoisted"]),
    ("bun", "isolated: a store in `node_modules/.bun`, symbolic links", &["install", "--linker=isolated"]),
];

const PROGRAM: &[&str] = &["main.js"];
const BIN: &[&str] = &["node_modules/.bin/marked", "--version"];

/// The workspace in every layout, installed where it has changed.
pub(crate) fn install(node: &Path, packages: &Path) -> Result<Vec<Layout>> {
    let from = workspace::root().join("tests/packages/layouts");
    let mut layouts = Vec::new();
    for (manager, name, args) in LAYOUTS {
        let folder = packages.join("layouts").join(format!("{manager}-{}", short(name)));
        fresh(&from, &folder, args, || installer(manager, args, node, packages))?;
        let version = match *manager {
            "bun" => peers::package("bun").version.to_owned(),
            _ => job::version(manager, packages)?,
        };
        layouts.push(Layout { manager: format!("{manager} {version}"), name, folder });
    }
    Ok(layouts)
}

impl Layout {
    /// What of it differs from Node.
    pub(crate) fn run(&self, programs: &Programs) -> Result<Vec<Failure>> {
        let mut failures = Vec::new();
        for call in [PROGRAM, BIN] {
            let args: Vec<_> = call.iter().map(|arg| (*arg).to_owned()).collect();
            let (node, krepis) = programs.both(&self.folder, &args)?;
            ensure!(
                node.code == Some(0),
                "{} of {} fails on Node: {}",
                args[0],
                self.folder.display(),
                node.stderr
            );
            failures.extend(compare_call(&format!("`{}`", args[0]), &node, &krepis));
        }
        let summary = if failures.is_empty() { "works" } else { "differs" };
        println!("    {:<28} {summary}", format!("{}, {}", self.manager, short(self.name)));
        Ok(failures)
    }
}

fn short(name: &str) -> &str {
    name.split(':').next().unwrap_or(name)
}

/// Installs the workspace anew where it has changed.
fn fresh(from: &Path, folder: &Path, args: &[&str], command: impl FnOnce() -> Result<Command>) -> Result<()> {
    let input = format!("{args:?}\n{}", everything(from)?);
    if fs::read_to_string(folder.join("node_modules/.installed-from")).is_ok_and(|text| text == input) {
        return Ok(());
    }
    install::mirror(from, folder)?;
    install::once(folder, &input, || install::call(command()?, folder, "the package manager"))
}

/// The managers are packages too, and run on the Node of the comparison: what is on PATH may be older than they like.
fn installer(manager: &str, args: &[&str], node: &Path, packages: &Path) -> Result<Command> {
    let on_node = |script: &str| {
        let mut command = Command::new(node);
        command.arg(packages.join("node_modules").join(script));
        command
    };
    let (mut command, quiet): (_, &[&str]) = match manager {
        "npm" => (
            on_node("npm/bin/npm-cli.js"),
            &["--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"],
        ),
        "pnpm" => (on_node("pnpm/bin/pnpm.cjs"), &["--silent"]),
        _ => (Command::new(peers::obtain(peers::package("bun"))?), &["--silent"]),
    };
    command.args(args).arg("--ignore-scripts").args(quiet);
    Ok(command)
}

/// The text of all files below a folder, in the order of their names.
fn everything(folder: &Path) -> Result<String> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    paths.sort();
    let mut text = String::new();
    for path in paths {
        text += &if path.is_dir() {
            everything(&path)?
        } else {
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?
        };
    }
    Ok(text)
}
