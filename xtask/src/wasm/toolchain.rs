//! A compiler for WebAssembly: rustup's, if it has the target or can fetch it; else the one of Debian's packages, linked with
//! rustup's linker.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::workspace;

pub(super) const TARGET: &str = "wasm32-unknown-unknown";

pub(super) struct Toolchain {
    /// Instead of the `rustc` of this toolchain.
    pub(super) compiler: Option<PathBuf>,
    /// What it has to be told.
    pub(super) flags: Vec<String>,
}

impl Toolchain {
    pub(super) fn obtain() -> Result<Self> {
        if has_target()? || (fetch_target() && has_target()?) {
            return Ok(Self { compiler: None, flags: Vec::new() });
        }
        let compiler =
            from_debian().context("rustup cannot fetch the target wasm32-unknown-unknown either")?;
        let linker = tools()?.join("rust-lld");
        ensure!(linker.is_file(), "this Rust toolchain has no {}", linker.display());
        let flags = vec![format!("-Clinker={}", linker.display()), "-Clinker-flavor=wasm-ld".to_owned()];
        Ok(Self { compiler: Some(compiler), flags })
    }
}

fn has_target() -> Result<bool> {
    Ok(sysroot()?.join("lib/rustlib").join(TARGET).join("lib").is_dir())
}

/// Whether rustup is there and says that it has worked.
fn fetch_target() -> bool {
    eprintln!("adding {TARGET} to the Rust toolchain");
    let mut command = Command::new("rustup");
    command.args(["target", "add", TARGET]).current_dir(workspace::root()).stdin(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The compiler of Debian's packages, unpacked into the user's cache.
fn from_debian() -> Result<PathBuf> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        bail!("a compiler from Debian's packages is for Linux on x86-64 only");
    }
    let folder = workspace::cache_dir().join("wasm-toolchain");
    if !folder.join("rustc").is_file() {
        eprintln!("unpacking a compiler for {TARGET} from Debian's packages (about 1 GB)");
    }
    let mut command = Command::new("bash");
    command.arg(workspace::root().join("xtask/wasm-toolchain.sh")).arg(&folder);
    line(command).context("cannot unpack a compiler from Debian's packages")
}

/// Where the linkers are that belong to the toolchain.
fn tools() -> Result<PathBuf> {
    let mut command = rustc();
    command.args(["--print", "host-tuple"]);
    Ok(sysroot()?.join("lib/rustlib").join(line(command)?).join("bin"))
}

fn sysroot() -> Result<PathBuf> {
    let mut command = rustc();
    command.args(["--print", "sysroot"]);
    line(command)
}

fn rustc() -> Command {
    let mut command = Command::new("rustc");
    command.current_dir(workspace::root());
    command
}

/// The path that is the last line a command prints.
fn line(mut command: Command) -> Result<PathBuf> {
    let name = command.get_program().display().to_string();
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {name}"))?;
    ensure!(output.status.success(), "{name} failed ({})", output.status);
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().last().with_context(|| format!("{name} printed nothing"))?.into())
}
