//! Builds what is measured and is ours. What cannot be built is a row that says so, and the peers are measured all the same.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::workspace;

pub(crate) fn krepis() -> Result<PathBuf, String> {
    cargo_build(&["--package", "krepis"], "krepis")
}

pub(crate) fn hyper_peer() -> Result<PathBuf, String> {
    cargo_build(&["--package", "xtask", "--features", "hyper-peer", "--bin", "hyper-peer"], "hyper-peer")
}

/// A package outside the workspace, with a target directory inside the workspace's.
pub(crate) fn di_peers() -> Result<PathBuf, String> {
    let target = workspace::target_dir().join("bench-di");
    let folder = target.to_string_lossy();
    cargo_build_into(&target, &["--manifest-path", DI_PEERS, "--locked", "--target-dir", &folder], "di-rust")
}

/// Relative to the workspace.
pub(crate) const DI_PEERS: &str = "xtask/peers/di-rust/Cargo.toml";

fn cargo_build(args: &[&str], name: &str) -> Result<PathBuf, String> {
    cargo_build_into(&workspace::target_dir(), args, name)
}

fn cargo_build_into(target: &Path, args: &[&str], name: &str) -> Result<PathBuf, String> {
    eprintln!("building {name} (release)");
    let status = workspace::cargo()
        .args(["build", "--release", "--quiet"])
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .map_err(|error| format!("not built: cannot start cargo: {error}"))?;
    let file = target.join("release").join(name);
    if !status.success() {
        return Err(format!("not built: cargo build --release {} ended with {status}", args.join(" ")));
    }
    if file.is_file() { Ok(file) } else { Err(format!("not built: cargo made no {}", file.display())) }
}
