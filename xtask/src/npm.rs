//! npm: programs that it brings into the user's cache, each with its exact version in a folder of its own, and what packages of
//! ours need to be packed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::workspace;

/// A program of a package, installed if need be.
pub(crate) fn program(package: &str, version: &str, program: &str) -> Result<PathBuf> {
    let folder = workspace::cache_dir().join("peers").join(format!("{package}-{version}"));
    let path = folder.join("node_modules/.bin").join(program);
    if !path.is_file() {
        install(&format!("{package}@{version}"), &folder)?;
    }
    ensure!(path.is_file(), "npm installed {package} {version} without its program {program}");
    Ok(path)
}

/// Puts the license into a package of ours: npm packs it from there, but does not look above. It is not in the repository twice.
pub(crate) fn add_license(package: &Path) -> Result<()> {
    fs::copy(workspace::root().join("LICENSE"), package.join("LICENSE"))
        .with_context(|| format!("cannot copy the license to {}", package.display()))?;
    Ok(())
}

fn install(package: &str, folder: &Path) -> Result<()> {
    eprintln!("installing {package} from npm");
    fs::create_dir_all(folder)?;
    fs::write(folder.join("package.json"), "{\"private\":true}\n")?;
    let status = Command::new("npm")
        .args(["install", "--save-exact", "--no-audit", "--no-fund", "--loglevel=error"])
        .arg(package)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .context("cannot start npm: install Node.js with npm (apt-get install nodejs npm)")?;
    if !status.success() {
        bail!("npm could not install {package} ({status})");
    }
    Ok(())
}
