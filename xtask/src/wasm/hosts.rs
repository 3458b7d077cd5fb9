//! The tests of the package (`elysia-text/wasm/test`) on every host, laid out as npm installs it: the files that the package
//! names, and nothing else. Each host prints the same outcome.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::bench::peers;
use crate::{types, workspace};

/// A host that takes longer is stuck.
const PATIENCE: Duration = Duration::from_secs(120);

const MANIFEST: &str =
    "{\"private\":true,\"type\":\"module\",\"dependencies\":{\"elysia-text-wasm\":\"*\"}}\n";

/// What the tests print.
#[derive(Deserialize, PartialEq)]
struct Outcome {
    checks: usize,
    failures: Vec<String>,
    /// Of results for texts made at random.
    digest: u32,
}

pub(super) fn test(package: &Path, krepis: Option<&Path>, leaves_out: bool) -> Result<()> {
    let mut crate_tests = workspace::cargo();
    crate_tests
        .args(["test", "--quiet", "--locked"])
        .current_dir(package)
        .env("CARGO_TARGET_DIR", super::target_dir());
    super::call(crate_tests, "cargo test")?;

    let folder = super::target_dir().join("package");
    lay_out(package, &folder)?;
    let mut first: Option<(&str, Outcome)> = None;
    for (name, command) in hosts(krepis) {
        let outcome = match command {
            Err(error) if leaves_out => {
                println!("    {name:<10} left out: {error:#}");
                continue;
            }
            command => outcome(command.with_context(|| format!("cannot test in {name}"))?, name, &folder)?,
        };
        outcome.failures.iter().for_each(|failure| println!("        {failure}"));
        ensure!(outcome.failures.is_empty(), "{} tests fail in {name}", outcome.failures.len());
        println!("    {name:<10} {} tests passed", outcome.checks);
        match &first {
            Some((other, expected)) => {
                ensure!(
                    *expected == outcome,
                    "{name} gives other results for texts made at random than {other}"
                );
            }
            None => first = Some((name, outcome)),
        }
    }
    ensure!(first.is_some(), "there is no host to test in");
    check_types(&folder, leaves_out)
}

/// A folder with the package installed and the tests beside it.
fn lay_out(package: &Path, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let installed = folder.join("node_modules/elysia-text-wasm");
    fs::create_dir_all(&installed)?;
    let manifest: serde_json::Value = serde_json::from_slice(&fs::read(package.join("package.json"))?)?;
    let files = manifest["files"].as_array().context("package.json names no files")?;
    for name in files.iter().filter_map(|file| file.as_str()).chain(["package.json"]) {
        fs::copy(package.join(name), installed.join(name)).with_context(|| format!("cannot copy {name}"))?;
    }
    let tests = folder.join("test");
    fs::create_dir_all(&tests)?;
    for entry in fs::read_dir(package.join("test"))? {
        let entry = entry?;
        fs::copy(entry.path(), tests.join(entry.file_name()))?;
    }
    fs::copy(workspace::root().join("elysia-text/tests/rows.json"), tests.join("rows.json"))?;
    fs::write(folder.join("package.json"), MANIFEST)?;
    Ok(())
}

/// Every host with its command, or why there is none.
fn hosts(krepis: Option<&Path>) -> Vec<(&'static str, Result<Command>)> {
    let peer = |name| peers::obtain(peers::package(name));
    vec![
        ("node", on_path(&["node"], "nodejs").map(|path| runs(path, &["test/main.js"]))),
        ("node 26", peer("node").map(|path| runs(path, &["test/main.js"]))),
        ("bun", peer("bun").map(|path| runs(path, &["test/main.js"]))),
        ("deno", peer("deno").map(|path| runs(path, &["run", "--quiet", "--allow-read", "test/main.js"]))),
        ("krepis", built(krepis).map(|path| runs(path, &["test/main.js"]))),
        ("chromium", in_browser()),
    ]
}

fn runs(program: PathBuf, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args);
    command
}

/// A script of Node serves the folder to the browser.
fn in_browser() -> Result<Command> {
    let browser = on_path(&["chromium", "chromium-browser", "google-chrome"], "chromium")?;
    let mut command = runs(on_path(&["node"], "nodejs")?, &["test/browser.js"]);
    command.arg(browser);
    Ok(command)
}

fn on_path(names: &[&str], package: &str) -> Result<PathBuf> {
    let found = names.iter().find_map(|name| workspace::find_program(name));
    found.with_context(|| format!("there is no {} (apt-get install {package})", names[0]))
}

fn built(krepis: Option<&Path>) -> Result<PathBuf> {
    let path = krepis.map_or_else(|| workspace::target_dir().join("debug/krepis"), Path::to_owned);
    fs::canonicalize(&path)
        .with_context(|| format!("there is no {}: cargo build, or name one with --bin", path.display()))
}

fn outcome(mut command: Command, name: &str, folder: &Path) -> Result<Outcome> {
    let (out, err) = (folder.join("stdout"), folder.join("stderr"));
    command.current_dir(folder).env("DENO_DIR", folder.join("deno")).env("DENO_NO_UPDATE_CHECK", "1");
    command.stdin(Stdio::null()).stdout(File::create(&out)?).stderr(File::create(&err)?);
    let mut child = command.spawn().with_context(|| format!("cannot start {name}"))?;
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if started.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            bail!("{name} is stuck: no outcome within {} s", PATIENCE.as_secs());
        }
        thread::sleep(Duration::from_millis(10));
    };
    let said = fs::read_to_string(&err)?;
    ensure!(status.success(), "{name} ended with {status}: {}", said.trim_end());
    let text = fs::read_to_string(&out)?;
    serde_json::from_str(&text)
        .with_context(|| format!("{name} printed no outcome but {text:?}: {}", said.trim_end()))
}

/// The declarations and a program that uses them, under the TypeScript compiler.
fn check_types(folder: &Path, leaves_out: bool) -> Result<()> {
    let compiler = match types::compiler() {
        Err(error) if leaves_out => {
            println!("    {:<10} left out: {error:#}", "types");
            return Ok(());
        }
        compiler => compiler?,
    };
    let mut command = Command::new(compiler);
    command.args(["--project", "test"]).current_dir(folder);
    super::call(command, "the TypeScript compiler")?;
    println!("    {:<10} checked", "types");
    Ok(())
}
