//! `cargo xtask types`: `types/krepis.d.ts`, its tests and the examples under the TypeScript compiler, which npm brings
//! into the user's cache.

use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result};

use crate::{npm, workspace};

const TYPESCRIPT: &str = "7.0.2";

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Do nothing where the compiler is not there and npm cannot bring it
    #[arg(long)]
    if_obtainable: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    check("tests/types", args.if_obtainable)
}

/// Checks a project, which is a folder with a `tsconfig.json` in the workspace.
pub(crate) fn check(project: &str, if_obtainable: bool) -> Result<ExitCode> {
    let compiler = match compiler() {
        Err(error) if if_obtainable => {
            println!("types are not checked: {error:#}");
            return Ok(ExitCode::SUCCESS);
        }
        compiler => compiler?,
    };
    let status = Command::new(&compiler)
        .args(["--project", project])
        .current_dir(workspace::root())
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot start {}", compiler.display()))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The compiler's program, installed if need be.
pub(crate) fn compiler() -> Result<PathBuf> {
    npm::program("typescript", TYPESCRIPT, "tsc")
}
