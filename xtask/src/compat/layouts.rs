//! One workspace, installed by every package manager in its own layout: the same program prints the same on both
//! runtimes, and a package's program starts through its link in `.bin`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::install;
use super::program::Programs;
use super::transcript::{Failure, compare_call};
use crate::bench::peers;
use crate::workspace;

pub(crate) struct Layout {
    pub(crate) manager: &'static str,
    pub(crate) name: &'static str,
    pub(crate) failures: Vec<Failure>,
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

pub(crate) fn run(programs: &Programs, packages: &Path) -> Result<Vec<Layout>> {
    let from = workspace::root().join("tests/packages/layouts");
    let mut layouts = Vec::new();
    for (manager, name, args) in LAYOUTS {
        let short = name.split(':').next().unwrap_or(name);
        let folder = packages.join("layouts").join(format!("{manager}-{short}"));
        fresh(&from, &folder, args, || installer(manager, args, programs, packages))?;

        let mut failures = Vec::new();
        for call in [PROGRAM, BIN] {
            let args: Vec<_> = call.iter().map(|arg| (*arg).to_owned()).collect();
            let (node, krepis) = programs.both(&folder, &args)?;
            ensure!(node.code == Some(0), "{manager} ({short}): {} fails on Node: {}", args[0], node.stderr);
            failures.extend(compare_call(&format!("`{}`", args[0]), &node, &krepis));
        }
        let summary = if failures.is_empty() { "works" } else { "differs" };
        println!("    {:<28} {summary}", format!("layout {manager} {short}"));
        layouts.push(Layout { manager, name, failures });
    }
    Ok(layouts)
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

fn installer(manager: &str, args: &[&str], programs: &Programs, packages: &Path) -> Result<Command> {
    let mut command = match manager {
        // pnpm wants a newer Node than what may be on PATH.
        "pnpm" => {
            let mut node = Command::new(&programs.node);
            node.arg(packages.join("node_modules/pnpm/bin/pnpm.cjs"));
            node
        }
        "bun" => Command::new(peers::obtain(peers::package("bun"))?),
        _ => Command::new("npm"),
    };
    command.args(args).args(if manager == "npm" {
        &["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"][..]
    } else {
        &["--ignore-scripts"][..]
    });
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
