//! `cargo xtask addon`: builds the Node-API addon of elysia-text into its npm package and into that of this platform, and
//! tests the package in Node and Bun.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};

use crate::bench::peers;
use crate::{npm, types, workspace};

/// The npm package, from the root of the workspace.
const PACKAGE: &str = "elysia-text/node";

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Test the package in this machine's Node, in the newest Node and in Bun, and its types
    #[arg(long)]
    test: bool,
    /// Leave out of the tests what is not there and npm cannot bring
    #[arg(long)]
    if_obtainable: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let library = build()?;
    let package = workspace::root().join(PACKAGE);
    for folder in [package.join("npm").join(platform()?), package] {
        let addon = folder.join(format!("elysia-text.{}.node", platform()?));
        // A new file: a program that has loaded the old one keeps it.
        let new = addon.with_extension("new");
        fs::copy(&library, &new).with_context(|| format!("cannot copy {}", library.display()))?;
        fs::rename(&new, &addon).with_context(|| format!("cannot write {}", addon.display()))?;
        npm::add_license(&folder)?;
        println!("{}: {} KB", shown(&addon), fs::metadata(&addon)?.len().div_ceil(1024));
    }
    if args.test { test(args.if_obtainable) } else { Ok(ExitCode::SUCCESS) }
}

/// The library as cargo names it.
fn build() -> Result<PathBuf> {
    // The package is a workspace of its own, so this is a directory of its own too.
    let target = workspace::target_dir().join("addon");
    let status = workspace::cargo()
        .args(["build", "--quiet", "--release", "--locked"])
        .arg("--manifest-path")
        .arg(format!("{PACKAGE}/Cargo.toml"))
        .env("CARGO_TARGET_DIR", &target)
        .stdin(Stdio::null())
        .status()
        .context("cannot start cargo")?;
    if !status.success() {
        bail!("the addon cannot be built");
    }
    let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    Ok(target.join("release").join(format!("{prefix}elysia_text_node{suffix}")))
}

/// What `binding.js` calls the platform that this task was built for.
fn platform() -> Result<&'static str> {
    let arm = cfg!(target_arch = "aarch64");
    Ok(match (std::env::consts::OS, arm, cfg!(target_env = "musl")) {
        ("linux", false, false) if cfg!(target_arch = "x86_64") => "linux-x64-gnu",
        ("linux", false, true) if cfg!(target_arch = "x86_64") => "linux-x64-musl",
        ("linux", true, false) => "linux-arm64-gnu",
        ("linux", true, true) => "linux-arm64-musl",
        ("macos", true, _) => "darwin-arm64",
        ("macos", false, _) => "darwin-x64",
        ("windows", true, _) => "win32-arm64-msvc",
        ("windows", false, _) if cfg!(target_arch = "x86_64") => "win32-x64-msvc",
        (os, ..) => bail!("no name is known for addons of {} on {os}", std::env::consts::ARCH),
    })
}

fn test(if_obtainable: bool) -> Result<ExitCode> {
    let mut hosts = Vec::new();
    match workspace::find_program("node") {
        Some(node) => hosts.push(node),
        None => println!("there is no node on PATH"),
    }
    for name in ["node", "bun"] {
        match peers::obtain(peers::package(name)) {
            Err(error) if if_obtainable => println!("not tested in {name}: {error:#}"),
            program => hosts.push(program?),
        }
    }
    let mut has_failed = false;
    for host in hosts {
        has_failed |= !succeeds(Command::new(&host).arg("test/test.mjs"))?;
    }
    let types = types::check(&format!("{PACKAGE}/test/types"), if_obtainable)?;
    Ok(if has_failed { ExitCode::FAILURE } else { types })
}

fn succeeds(command: &mut Command) -> Result<bool> {
    let program = command.get_program().to_owned();
    let status = command
        .current_dir(workspace::root().join(PACKAGE))
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot start {}", program.display()))?;
    Ok(status.success())
}

/// A path in the workspace, from its root.
fn shown(path: &Path) -> impl std::fmt::Display {
    path.strip_prefix(workspace::root()).unwrap_or(path).display()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_platform_has_a_package() {
        let package =
            workspace::root().join(PACKAGE).join("npm").join(platform().unwrap()).join("package.json");
        let text = fs::read_to_string(&package).unwrap();
        assert!(text.contains(&format!("\"os\": [\"{}\"]", platform().unwrap().split('-').next().unwrap())));
    }
}
