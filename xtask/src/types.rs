//! `cargo xtask types`: `types/krepis.d.ts`, its tests and the examples under the TypeScript compiler, which npm brings
//! into the user's cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace;

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
fn compiler() -> Result<PathBuf> {
    let folder = workspace::cache_dir().join("peers").join(format!("typescript-{TYPESCRIPT}"));
    let program = folder.join("node_modules/.bin/tsc");
    if !program.is_file() {
        install(&folder)?;
    }
    if !program.is_file() {
        bail!("npm installed typescript {TYPESCRIPT} without its program");
    }
    Ok(program)
}

fn install(folder: &Path) -> Result<()> {
    eprintln!("installing typescript {TYPESCRIPT} from npm");
    fs::create_dir_all(folder)?;
    fs::write(folder.join("package.json"), "{\"private\":true}\n")?;
    let status = Command::new("npm")
        .args(["install", "--save-exact", "--no-audit", "--no-fund", "--loglevel=error"])
        .arg(format!("typescript@{TYPESCRIPT}"))
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .context("cannot start npm: install Node.js with npm (apt-get install nodejs npm)")?;
    if !status.success() {
        bail!("npm could not install typescript@{TYPESCRIPT} ({status})");
    }
    Ok(())
}
