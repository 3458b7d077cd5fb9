//! The packages of `tests/packages` in the user's cache: npm is called when their lock file has changed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// Where the packages, the jobs and the layouts are while they run.
fn folder() -> PathBuf {
    workspace::cache_dir().join("packages")
}

/// Waits until no other run uses the folder; held as long as the file is open.
pub(crate) fn lock() -> Result<File> {
    let folder = folder();
    fs::create_dir_all(&folder)?;
    let file = File::create(folder.join(".lock"))?;
    file.lock().with_context(|| format!("cannot lock {}", folder.display()))?;
    Ok(file)
}

/// The folder with the packages installed and today's jobs beside them.
pub(crate) fn packages() -> Result<PathBuf> {
    let (from, to) = (workspace::root().join("tests/packages"), folder());
    for name in ["package.json", "package-lock.json"] {
        fs::copy(from.join(name), to.join(name)).with_context(|| format!("cannot copy {name}"))?;
    }
    let manifests =
        [fs::read_to_string(to.join("package.json"))?, fs::read_to_string(to.join("package-lock.json"))?];
    once(&to, &manifests.concat(), || {
        eprintln!("installing the packages of tests/packages from npm (about 300 MB)");
        npm(&to, &["ci"])
    })?;
    for name in ["jobs", "lib", "fixtures"] {
        mirror(&from.join(name), &to.join(name))?;
    }
    Ok(to)
}

/// Installs into a folder unless that was done from the same `input`.
pub(crate) fn once(folder: &Path, input: &str, install: impl FnOnce() -> Result<()>) -> Result<()> {
    let stamp = folder.join("node_modules/.installed-from");
    if fs::read_to_string(&stamp).is_ok_and(|text| text == input) {
        return Ok(());
    }
    install()?;
    fs::write(&stamp, input).with_context(|| format!("nothing was installed into {}", folder.display()))
}

pub(crate) fn npm(folder: &Path, args: &[&str]) -> Result<()> {
    let mut command = Command::new("npm");
    command.args(args).args(["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    call(command, folder, "npm").context("is npm there (apt-get install nodejs npm)?")
}

/// Runs a package manager; what it says of its progress is shown.
pub(crate) fn call(mut command: Command, folder: &Path, name: &str) -> Result<()> {
    let output = command
        .current_dir(folder)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {name}"))?;
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stdout));
        bail!("{name} could not install into {} ({})", folder.display(), output.status);
    }
    Ok(())
}

/// Makes `to` a copy of the folder `from`.
pub(crate) fn mirror(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    copy_into(from, to)
}

/// Copies what is in `from` over what is in `to`.
pub(crate) fn copy_into(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_into(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
