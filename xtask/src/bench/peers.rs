//! What Krepis is measured against, and where it comes from. `--install-peers` brings it from npm into the user's cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// A pinned npm package. Each is installed into a folder of its own, so that no two can disagree.
pub(crate) struct Package {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    brings: Brings,
}

enum Brings {
    /// A program of its own.
    Program(&'static str),
    /// A library to import, with the packages that it wants beside it.
    Library(&'static [&'static str]),
}

/// To add a peer: a line here, and its name where a suite uses it.
pub(crate) const PACKAGES: &[Package] = &[
    Package { name: "node", version: "26.10.0", brings: Brings::Program("node") },
    Package { name: "deno", version: "2.9.6", brings: Brings::Program("deno") },
    Package { name: "bun", version: "1.4.5", brings: Brings::Program("bun") },
    Package { name: "awilix", version: "13.0.5", brings: Brings::Library(&[]) },
    Package { name: "inversify", version: "8.2.3", brings: Brings::Library(&[REFLECT_METADATA]) },
    Package { name: "tsyringe", version: "4.10.0", brings: Brings::Library(&[REFLECT_METADATA]) },
    // 12 needs node:tls, which krepis does not have yet.
    Package {
        name: "@nestjs/core",
        version: "11.2.10",
        brings: Brings::Library(&["@nestjs/common@11.2.10", "rxjs@7.8.2", REFLECT_METADATA]),
    },
    Package { name: "find-my-way", version: "9.10.1", brings: Brings::Library(&[]) },
    Package { name: "hono", version: "4.13.19", brings: Brings::Library(&[]) },
    Package { name: "moleculer", version: "0.15.2", brings: Brings::Library(&[]) },
    Package { name: "memoirist", version: "1.2.2", brings: Brings::Library(&[]) },
    Package { name: "rou3", version: "1.0.0", brings: Brings::Library(&[]) },
    Package { name: "enhanced-resolve", version: "5.27.0", brings: Brings::Library(&[]) },
    // The last one that is a program in JavaScript.
    Package { name: "typescript", version: "5.9.3", brings: Brings::Library(&[]) },
];

const REFLECT_METADATA: &str = "reflect-metadata@0.2.2";

impl Package {
    fn folder(&self) -> PathBuf {
        workspace::cache_dir().join("peers").join(format!("{}-{}", self.name, self.version))
    }

    /// Where its program is, or the `node_modules` that it stands in; else what to do about it.
    pub(crate) fn installed(&self) -> Result<PathBuf, String> {
        let modules = self.folder().join("node_modules");
        let found = match self.brings {
            Brings::Program(program) => fs::canonicalize(modules.join(".bin").join(program)),
            Brings::Library(_) => {
                fs::metadata(modules.join(self.name)).and_then(|_| fs::canonicalize(&modules))
            }
        };
        found.map_err(|_| "not installed (cargo xtask bench --install-peers)".to_owned())
    }

    fn beside(&self) -> &'static [&'static str] {
        match self.brings {
            Brings::Program(_) => &[],
            Brings::Library(beside) => beside,
        }
    }
}

pub(crate) fn package(name: &str) -> &'static Package {
    PACKAGES.iter().find(|package| package.name == name).expect("because suites name packages of the table")
}

/// Where a package is, brought from npm if need be.
pub(crate) fn obtain(package: &Package) -> Result<PathBuf> {
    if package.installed().is_err() {
        eprintln!("installing {} {} from npm", package.name, package.version);
        npm_install(package, &package.folder())?;
    }
    package.installed().map_err(|_| {
        anyhow::anyhow!("npm installed {} {} without what it is for", package.name, package.version)
    })
}

/// Installs what is missing, and runs every program once.
pub(crate) fn install() -> Result<()> {
    for package in PACKAGES {
        let installed = obtain(package)?;
        let version = match package.brings {
            Brings::Program(_) => version(&installed)?,
            Brings::Library(_) => package.version.to_owned(),
        };
        eprintln!("{:<12} {version:<12} {}", package.name, installed.display());
    }
    Ok(())
}

/// The packages carry their programs in a dependency for each platform; install scripts put them in place.
fn npm_install(package: &Package, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let allowed = format!("{{\"private\":true,\"allowScripts\":{{\"{}\":true}}}}\n", package.name);
    fs::write(folder.join("package.json"), allowed)?;
    let status = Command::new("npm")
        .args(["install", "--save-exact", "--no-audit", "--no-fund", "--loglevel=error"])
        .arg(format!("{}@{}", package.name, package.version))
        .args(package.beside())
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .context("cannot start npm: install Node.js with npm (apt-get install nodejs npm)")?;
    if !status.success() {
        bail!("npm could not install {}@{} ({status})", package.name, package.version);
    }
    Ok(())
}

/// What a program prints of its version, without its name and the `v`.
pub(crate) fn version(program: &Path) -> Result<String> {
    let output = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {}", program.display()))?;
    if !output.status.success() {
        bail!("{} --version ended with {}", program.display(), output.status);
    }
    Ok(version_number(&String::from_utf8_lossy(&output.stdout)))
}

fn version_number(text: &str) -> String {
    let words = || text.lines().next().unwrap_or_default().split_whitespace();
    let number = words()
        .map(|word| word.trim_start_matches('v'))
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    number.unwrap_or("unknown").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_number_in_what_programs_print() {
        let check = |text, expected| assert_eq!(version_number(text), expected);
        check("v26.10.0\n", "26.10.0");
        check("deno 2.9.6 (stable, release, x86_64-unknown-linux-gnu)\nv8 15.0\n", "2.9.6");
        check("1.4.5", "1.4.5");
        check("", "unknown");
    }
}
