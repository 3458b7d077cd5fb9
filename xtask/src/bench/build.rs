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

pub(crate) fn di_peers() -> Result<PathBuf, String> {
    outside(DI_PEERS, "bench-di", "di-rust")
}

pub(crate) fn context_peers() -> Result<TimeAndHeap, String> {
    time_and_heap(CONTEXT_PEERS, "bench-context", "context-rust")
}

pub(crate) fn mycelia_peers() -> Result<TimeAndHeap, String> {
    time_and_heap(MYCELIA_PEERS, "bench-mycelia", "mycelia-rust")
}

pub(crate) fn modules_peers() -> Result<TimeAndHeap, String> {
    time_and_heap(MODULES_PEERS, "bench-modules", "modules-rust")
}

pub(crate) fn text_peers() -> Result<PathBuf, String> {
    outside(TEXT_PEERS, "bench-text", "text-rust")
}

/// Relative to the workspace.
pub(crate) const DI_PEERS: &str = "xtask/peers/di-rust/Cargo.toml";
pub(crate) const CONTEXT_PEERS: &str = "xtask/peers/context-rust/Cargo.toml";
pub(crate) const MYCELIA_PEERS: &str = "xtask/peers/mycelia-rust/Cargo.toml";
pub(crate) const MODULES_PEERS: &str = "xtask/peers/modules-rust/Cargo.toml";
pub(crate) const TEXT_PEERS: &str = "xtask/peers/text-rust/Cargo.toml";

/// The program that takes the time, and the one that counts what the heap is asked for.
pub(crate) type TimeAndHeap = [PathBuf; 2];

fn time_and_heap(manifest: &str, folder: &str, name: &str) -> Result<TimeAndHeap, String> {
    let time = outside(manifest, folder, name)?;
    let heap = time.with_file_name(format!("{name}-heap"));
    Ok([time, heap])
}

/// A package outside the workspace, with a target directory inside the workspace's.
fn outside(manifest: &str, folder: &str, name: &str) -> Result<PathBuf, String> {
    let target = workspace::target_dir().join(folder);
    let folder = target.to_string_lossy();
    cargo_build_into(&target, &["--manifest-path", manifest, "--locked", "--target-dir", &folder], name)
}

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
