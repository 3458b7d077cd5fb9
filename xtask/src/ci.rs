//! `cargo xtask ci`: the checks in the order in which they fail fastest. Each is a command that can be typed by hand.

use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::workspace;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Run these steps only
    steps: Vec<String>,
    /// Print the steps and their commands
    #[arg(long)]
    list: bool,
}

struct Step {
    name: &'static str,
    commands: Vec<Command>,
    /// Why there is nothing to run here.
    skipped: Option<&'static str>,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let steps = chosen(steps(), &args.steps)?;
    if args.list {
        for step in &steps {
            println!("{}", step.name);
            step.commands.iter().for_each(|command| println!("    {}", shown(command)));
            step.skipped.iter().for_each(|reason| println!("    skipped: {reason}"));
        }
        return Ok(ExitCode::SUCCESS);
    }

    let mut times = Vec::new();
    for (index, step) in steps.into_iter().enumerate() {
        println!("==> {} {}", index + 1, step.name);
        if let Some(reason) = step.skipped {
            println!("    skipped: {reason}");
            times.push((step.name, None));
            continue;
        }
        let started = Instant::now();
        for mut command in step.commands {
            println!("    {}", shown(&command));
            let status = command
                .stdin(Stdio::null())
                .status()
                .with_context(|| format!("cannot start {}", command.get_program().display()))?;
            if !status.success() {
                println!("==> {} FAILED after {}: {status}", step.name, seconds(started.elapsed()));
                println!("    to repeat it: {}", shown(&command));
                return Ok(ExitCode::FAILURE);
            }
        }
        println!("    ok in {}", seconds(started.elapsed()));
        times.push((step.name, Some(started.elapsed())));
    }

    println!("==> all checks passed");
    for (name, time) in times {
        println!("    {name:<8} {}", time.map_or_else(|| "skipped".to_owned(), seconds));
    }
    Ok(ExitCode::SUCCESS)
}

fn steps() -> Vec<Step> {
    vec![
        step("fmt", vec![cargo(&["fmt", "--all", "--check"])]),
        step("v8", vec![cargo(&["run", "--quiet", "--package", "xtask", "--", "v8"])]),
        step(
            "types",
            vec![cargo(&["run", "--quiet", "--package", "xtask", "--", "types", "--if-obtainable"])],
        ),
        deny(),
        step(
            "clippy",
            vec![
                cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
                cargo(&[
                    "clippy",
                    "--package",
                    "xtask",
                    "--features",
                    "hyper-peer",
                    "--all-targets",
                    "--",
                    "-D",
                    "warnings",
                ]),
            ],
        ),
        step("test", vec![cargo(&["test", "--workspace"])]),
        step(
            "compat",
            vec![
                cargo(&["build", "--quiet", "--bin", "krepis"]),
                cargo(&[
                    "run",
                    "--quiet",
                    "--package",
                    "xtask",
                    "--",
                    "compat",
                    "--check",
                    "--if-obtainable",
                ]),
            ],
        ),
        // After krepis has been built, which is one of the hosts.
        step(
            "wasm",
            vec![cargo(&["run", "--quiet", "--package", "xtask", "--", "wasm", "--test", "--if-obtainable"])],
        ),
        addon(),
        loom(),
        step(
            "doc",
            vec![with_env(cargo(&["doc", "--workspace", "--no-deps"]), "RUSTDOCFLAGS", "-D warnings")],
        ),
        fuzz(),
    ]
}

/// Licences, duplicates and sources. Advisories need a database from the network: `cargo deny check advisories`.
fn deny() -> Step {
    if !answers(cargo(&["deny", "--version"])) {
        return skip("deny", "cargo-deny is not installed (cargo install --locked cargo-deny)");
    }
    step("deny", vec![cargo(&["deny", "check", "licenses", "bans", "sources"])])
}

/// The fuzz targets, with the sanitizer where a nightly compiler and cargo-fuzz are there, else as plain Rust.
fn fuzz() -> Step {
    if !workspace::root().join("fuzz/Cargo.toml").is_file() {
        return skip("fuzz", "there is no fuzz/Cargo.toml");
    }
    if !answers(nightly(&["fuzz", "--version"])) {
        return step("fuzz", vec![cargo(&["check", "--manifest-path", "fuzz/Cargo.toml", "--all-targets"])]);
    }
    // A directory of its own: another compiler and other flags share nothing with the other steps. Unoptimised, since
    // nothing is run here.
    let target = workspace::target_dir().join("fuzz");
    step("fuzz", vec![with_env(nightly(&["fuzz", "build", "--dev"]), "CARGO_TARGET_DIR", target)])
}

/// The Node-API package of elysia-text, whose crate is a workspace of its own.
fn addon() -> Step {
    let manifest = ["--manifest-path", "elysia-text/node/Cargo.toml"];
    let clippy = cargo(&[&["clippy", "--quiet"][..], &manifest, &["--", "-D", "warnings"]].concat());
    let test = ["run", "--quiet", "--package", "xtask", "--", "addon", "--test", "--if-obtainable"];
    step(
        "addon",
        vec![
            cargo(&[&["fmt", "--check"][..], &manifest].concat()),
            with_env(clippy, "CARGO_TARGET_DIR", workspace::target_dir().join("addon")),
            cargo(&test),
        ],
    )
}

/// The locks of krepis-di, the slots of krepis-context and the kernel of mycelia-router under every order of steps that
/// threads can take. In a directory of its own, because the flag is for all crates.
fn loom() -> Step {
    let packages = ["--package", "krepis-di", "--package", "krepis-context", "--package", "mycelia-router"];
    let test = cargo(&[&["test", "--lib", "--release", "tests::"][..], &packages].concat());
    let target = workspace::target_dir().join("loom");
    step("loom", vec![with_env(with_env(test, "RUSTFLAGS", "--cfg loom"), "CARGO_TARGET_DIR", target)])
}

fn step(name: &'static str, commands: Vec<Command>) -> Step {
    Step { name, commands, skipped: None }
}

fn skip(name: &'static str, reason: &'static str) -> Step {
    Step { name, commands: Vec::new(), skipped: Some(reason) }
}

fn cargo(args: &[&str]) -> Command {
    let mut command = workspace::cargo();
    command.args(args);
    command
}

fn nightly(args: &[&str]) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", "nightly", "cargo"]).args(args).current_dir(workspace::root());
    command
}

fn with_env(mut command: Command, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Command {
    command.env(name, value);
    command
}

fn answers(mut command: Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn chosen(steps: Vec<Step>, names: &[String]) -> Result<Vec<Step>> {
    if let Some(unknown) = names.iter().find(|name| steps.iter().all(|step| step.name != **name)) {
        let known: Vec<_> = steps.iter().map(|step| step.name).collect();
        bail!("there is no step {unknown:?}: expected {}", known.join(", "));
    }
    Ok(steps
        .into_iter()
        .filter(|step| names.is_empty() || names.iter().any(|name| name == step.name))
        .collect())
}

/// The command as one would type it.
fn shown(command: &Command) -> String {
    let quoted = |text: &std::ffi::OsStr| {
        let text = text.to_string_lossy();
        if text.contains(' ') { format!("\"{text}\"") } else { text.into_owned() }
    };
    let envs =
        command.get_envs().filter_map(|(name, value)| Some(format!("{}={}", name.display(), quoted(value?))));
    let program = std::path::Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    envs.chain([quoted(program)]).chain(command.get_args().map(quoted)).collect::<Vec<_>>().join(" ")
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_a_command_as_it_is_typed() {
        let mut command = Command::new("/some/where/cargo");
        command.args(["doc", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(shown(&command), "RUSTDOCFLAGS=\"-D warnings\" cargo doc --no-deps");
    }

    #[test]
    fn chooses_steps_by_name_in_their_own_order() {
        let all = || vec![skip("fmt", ""), skip("test", ""), skip("doc", "")];
        let names = |steps: Vec<Step>| steps.iter().map(|step| step.name).collect::<Vec<_>>();
        assert_eq!(names(chosen(all(), &["doc".into(), "fmt".into()]).unwrap()), ["fmt", "doc"]);
        assert_eq!(names(chosen(all(), &[]).unwrap()), ["fmt", "test", "doc"]);
        let error = chosen(all(), &["tset".into()]).err().unwrap().to_string();
        assert_eq!(error, "there is no step \"tset\": expected fmt, test, doc");
    }
}
