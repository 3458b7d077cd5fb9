//! `cargo xtask wasm`: builds `elysia_text.wasm` into the npm package `elysia-text/wasm`, as small as it gets, and fails
//! where it is larger than it may be. The file is a build product and not in the repository.

mod hosts;
mod toolchain;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::{npm, workspace};
use toolchain::Toolchain;

const BINARYEN: &str = "132.0.0";

/// What the package promises.
pub(crate) const MOST_RAW: usize = 50_000;
pub(crate) const MOST_BROTLI: usize = 15_000;

/// Bytes of the stack: nothing recurses, and there are no large values on it.
const STACK: usize = 32 << 10;

/// What every host of the last years has, and the compiler makes use of.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Also test the package: in Node, Bun, Deno, Krepis and Chromium
    #[arg(long)]
    test: bool,
    /// Do nothing where no compiler or no `wasm-opt` can be had, and leave hosts out that are not there
    #[arg(long)]
    if_obtainable: bool,
    /// The krepis to test in, instead of the one that `cargo build` made
    #[arg(long, value_name = "PATH", requires = "test")]
    bin: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let tools = Toolchain::obtain()
        .and_then(|toolchain| Ok((toolchain, npm::program("binaryen", BINARYEN, "wasm-opt")?)));
    let (toolchain, optimizer) = match tools {
        Err(error) if args.if_obtainable => {
            println!("the WebAssembly package is not built: {error:#}");
            return Ok(ExitCode::SUCCESS);
        }
        tools => tools?,
    };
    let module = package().join("elysia_text.wasm");
    optimize(&optimizer, &build(&toolchain)?, &module)?;
    npm::add_license(&package())?;
    let is_small = weigh(&module)?;
    if args.test {
        hosts::test(&package(), args.bin.as_deref(), args.if_obtainable)?;
    }
    Ok(if is_small { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The folder of the npm package, which is that of its crate.
fn package() -> PathBuf {
    workspace::root().join("elysia-text/wasm")
}

fn target_dir() -> PathBuf {
    workspace::target_dir().join("wasm")
}

/// The module as the compiler leaves it.
fn build(toolchain: &Toolchain) -> Result<PathBuf> {
    // Where a panic would be is in the module: nothing of this machine's folders.
    let paths = format!("--remap-path-prefix={}=.", workspace::root().display());
    let stack = format!("-Clink-arg=-zstack-size={STACK}");
    // A function with several callers stays one, however small it is.
    let mut flags = vec![paths, stack, "-Cllvm-args=-inline-threshold=0".to_owned()];
    flags.extend(toolchain.flags.iter().cloned());
    let mut cargo = workspace::cargo();
    cargo
        .args(["rustc", "--quiet", "--release", "--locked", "--crate-type", "cdylib"])
        .args(["--target", toolchain::TARGET])
        .current_dir(package())
        .env("CARGO_TARGET_DIR", target_dir())
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
        .stdin(Stdio::null());
    if let Some(compiler) = &toolchain.compiler {
        cargo.env("RUSTC", compiler);
    }
    call(cargo, "cargo")?;
    Ok(target_dir().join(toolchain::TARGET).join("release/elysia_text_wasm.wasm"))
}

fn optimize(optimizer: &Path, from: &Path, to: &Path) -> Result<()> {
    let mut command = Command::new(optimizer);
    command
        .args(["-Oz", "--strip-producers", "--strip-target-features"])
        .args(FEATURES)
        .arg(from)
        .arg("-o")
        .arg(to);
    call(command, "wasm-opt")
}

fn call(mut command: Command, name: &str) -> Result<()> {
    let status = command.stdin(Stdio::null()).status().with_context(|| format!("cannot start {name}"))?;
    ensure!(status.success(), "{name} failed ({status})");
    Ok(())
}

/// Prints the size, and whether it is within the limits.
fn weigh(module: &Path) -> Result<bool> {
    let bytes = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    if !bytes.starts_with(b"\0asm") {
        bail!("{} is no WebAssembly", module.display());
    }
    let sizes = [("raw", bytes.len(), MOST_RAW), ("brotli", brotli(&bytes)?, MOST_BROTLI)];
    println!("{}", module.strip_prefix(workspace::root()).unwrap_or(module).display());
    for (name, size, most) in sizes {
        let verdict = if size <= most { "" } else { ": too large" };
        println!("    {name:<6} {} of {} bytes{verdict}", grouped(size), grouped(most));
    }
    Ok(sizes.iter().all(|(_, size, most)| size <= most))
}

/// The size under the strongest setting, which files are served with that are compressed once.
pub(crate) fn brotli(bytes: &[u8]) -> Result<usize> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, 11, 22);
    writer.write_all(bytes)?;
    Ok(writer.into_inner().len())
}

/// With commas between thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_digits() {
        let texts = [0, 999, 1000, 50_000, 1_234_567].map(grouped);
        assert_eq!(texts, ["0", "999", "1,000", "50,000", "1,234,567"]);
    }

    #[test]
    fn brotli_is_what_is_left_of_the_bytes() {
        let size = brotli(&[b'a'; 10_000]).unwrap();
        assert!((5..50).contains(&size), "{size}");
    }
}
