//! `krepis info`: what runs here, and why it runs as it does.

use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use kiren_runtime::{Entry, JsError, Runtime, Startup, engine, io};
use serde_json::{Value, json};

use super::{SNAPSHOT, paths, runtime_options};
use crate::args::Options;

pub(crate) fn info(options: &Options, as_json: bool) -> ExitCode {
    let facts = facts(options);
    let text = if as_json { format!("{facts:#}\n") } else { table(&facts) };
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            eprintln!("error: standard output cannot be written: {error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

fn facts(options: &Options) -> Value {
    let (driver, reason) = match io::select() {
        Ok(selection) => (selection.driver.to_string(), selection.reason),
        Err(error) => ("none".to_owned(), error.to_string()),
    };
    let path = |path: Option<PathBuf>| path.map(|path| path.to_string_lossy().into_owned());
    let (heap_limit, startup) = match start(options) {
        Ok((heap_limit, startup)) => (Some(heap_limit), startup),
        Err(_) => (None, Startup::default()),
    };
    let microseconds = |duration: Duration| duration.as_micros() as u64;
    json!({
        "versions": {
            "krepis": env!("CARGO_PKG_VERSION"),
            "v8": engine::version(),
            "compiler": krepis::modules::COMPILER,
        },
        "io": { "driver": driver, "reason": reason },
        "system": {
            "os": std::env::consts::OS,
            "arch": std::env::consts::ARCH,
            "cpus": std::thread::available_parallelism().map_or(1, usize::from),
        },
        "memory": {
            "rss_bytes": resident_bytes(),
            "heap_limit_bytes": heap_limit,
            "snapshot_bytes": SNAPSHOT.len(),
        },
        "startup_us": {
            "v8": microseconds(startup.engine),
            "isolate": microseconds(startup.isolate),
            "context": microseconds(startup.context),
            "bootstrap": microseconds(startup.bootstrap),
            "entry": microseconds(startup.entry),
        },
        "paths": {
            "executable": path(std::env::current_exe().ok()),
            "cwd": path(std::env::current_dir().ok()),
            "history": path(paths::history()),
            "cache": path(paths::cache()),
        },
    })
}

/// Starts a runtime with an empty program: its heap limit, and how long the steps of the start took.
fn start(options: &Options) -> Result<(usize, Startup), JsError> {
    let mut runtime = Runtime::new(runtime_options(options, Vec::new()))?;
    let heap_limit = runtime.heap_limit_bytes();
    runtime.run(Entry::Source { code: String::new(), name: "[info]".into() })?;
    let startup = runtime.startup();
    // The process ends soon: nothing is gained by freeing the heap first.
    std::mem::forget(runtime);
    Ok((heap_limit, startup))
}

/// What the kernel counts as this process's memory; only Linux is asked.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}

fn table(facts: &Value) -> String {
    let text = |pointer: &str| match facts.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(bytes)) if pointer.ends_with("_bytes") => megabytes(bytes.as_u64().unwrap_or(0)),
        Some(Value::Number(number)) => number.to_string(),
        _ => "unknown".to_owned(),
    };
    let rows = [
        ("krepis", text("/versions/krepis")),
        ("V8", text("/versions/v8")),
        (
            "TypeScript",
            format!("compiled by {}, types are removed and not checked", text("/versions/compiler")),
        ),
        ("I/O driver", format!("{} ({})", text("/io/driver"), text("/io/reason"))),
        ("system", format!("{} {}, {} CPUs", text("/system/os"), text("/system/arch"), text("/system/cpus"))),
        (
            "memory",
            format!(
                "{} resident, heap limit {}",
                text("/memory/rss_bytes"),
                text("/memory/heap_limit_bytes")
            ),
        ),
        ("snapshot", text("/memory/snapshot_bytes")),
        (
            "start",
            format!(
                "V8 {} us, isolate {} us, context {} us, bootstrap {} us, empty program {} us",
                text("/startup_us/v8"),
                text("/startup_us/isolate"),
                text("/startup_us/context"),
                text("/startup_us/bootstrap"),
                text("/startup_us/entry"),
            ),
        ),
        ("executable", text("/paths/executable")),
        ("cwd", text("/paths/cwd")),
        ("history", text("/paths/history")),
        ("cache", text("/paths/cache")),
    ];
    rows.iter().map(|(name, value)| format!("{name:<11} {value}\n")).collect()
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / f64::from(1 << 20))
}
