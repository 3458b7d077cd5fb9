//! The eleven benchmarks of the module system: `cargo bench --bench module_benchmarks [-- FILTER]`.
//!
//! A sample is the time of one call, measured over many; a line shows the median of the samples first. Those that
//! say how fast a program is run in V8 ([`program`], `modules/program.cjs`), the others here.

use std::hint::black_box;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use krepis::modules::exports::{Class, NativeModule, Object, Registry};
use krepis::modules::graph::CycleDetector;
use krepis::modules::{Loader, LoaderOptions, RequestKind};
use krepis::runtime::{Entry, Runtime, RuntimeOptions};

static SNAPSHOT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/snapshot.bin"));

/// What a benchmark must not take longer than, and what it should not.
#[derive(Clone, Copy)]
struct Target {
    limit: Duration,
    goal: Duration,
}

const fn target(limit: Duration, goal_ns: u64) -> Target {
    Target { limit, goal: Duration::from_nanos(goal_ns) }
}

/// What none may take longer than, and what we want, in nanoseconds.
const TARGETS: [(&str, Target); 11] = [
    ("bench_first_module_load", target(Duration::from_millis(50), 2_000)),
    ("bench_cached_module_load", target(Duration::from_millis(1), 30)),
    ("bench_builtin_module_load", target(Duration::from_millis(10), 100)),
    ("bench_custom_module_load", target(Duration::from_millis(500), 60_000)),
    ("bench_require_function_call", target(Duration::from_millis(5), 60)),
    ("bench_cache_lookup_only", target(Duration::from_micros(100), 20)),
    ("bench_circular_dep_detection", target(Duration::from_millis(1), 50)),
    ("bench_module_resolution", target(Duration::from_millis(5), 60)),
    ("bench_module_cache_memory", target(Duration::from_millis(50), 2_000)),
    ("bench_export_table_conversion", target(Duration::from_millis(10), 500)),
    ("bench_module_environment_setup", target(Duration::from_millis(1), 150)),
];

const WARM_UPS: usize = 3;
const SAMPLES: usize = 101;

/// How many modules are there to be loaded for the first time.
const FIRST_LOADS: usize = 10_000;

fn main() -> ExitCode {
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    match run(&filter) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every benchmark kept below its hard target.
fn run(filter: &str) -> Result<bool, Box<dyn std::error::Error>> {
    let wanted = |name: &str| name.contains(filter);
    if !TARGETS.iter().any(|(name, _)| wanted(name)) {
        return Err(format!("no benchmark has \"{filter}\" in its name").into());
    }
    let mut all = program(filter)?;
    if wanted("bench_circular_dep_detection") {
        let mut detector = chain(64);
        all &= bench_with_target("bench_circular_dep_detection", 10_000, || {
            black_box(detector.closes(black_box(63), black_box(0)));
        });
    }
    if wanted("bench_module_resolution") {
        let referrer = krepis::modules::file_url(&folder().join("program.cjs"));
        let loader = Loader::new(LoaderOptions { cwd: folder(), ..LoaderOptions::default() });
        all &= bench_with_target("bench_module_resolution", 10_000, || {
            let found = loader.resolve(black_box("./small.cjs"), &referrer, RequestKind::Require);
            black_box(found.expect("because the file is there"));
        });
    }
    if wanted("bench_export_table_conversion") {
        let text = r#"{"name":"users","version":"1.2.0","limit":100,"strict":true,"tags":["a","b"]}"#;
        all &= bench_with_target("bench_export_table_conversion", 2_000, || {
            let table = Object::from_json(black_box(text)).expect("because it is a JSON object");
            black_box(table.to_json().expect("because it came from JSON"));
        });
    }
    if wanted("bench_module_environment_setup") {
        let registry = registry();
        all &= bench_with_target("bench_module_environment_setup", 5_000, || {
            black_box(registry.exports(black_box("bench:thing")));
        });
    }
    Ok(all)
}

/// Modules that import each other in a row.
fn chain(modules: u32) -> CycleDetector {
    let mut detector = CycleDetector::new();
    for module in 1..modules {
        detector.add(module - 1, module);
    }
    detector
}

fn thing(name: String) -> NativeModule {
    NativeModule::new(name)
        .value("version", "1.0")
        .function("add", |a: f64, b: f64| a + b)
        .function("twice", |text: String| text.repeat(2))
        .class(Class::new("Box").constructor(|value: f64| value).getter("value", |value: &f64| *value))
}

fn registry() -> Arc<Registry> {
    let mut builder = Registry::builder().native(thing("bench:thing".into()));
    for number in 0..FIRST_LOADS {
        builder =
            builder.builtin(format!("bench:first{number}"), move || Object::new().with("number", number));
    }
    builder = builder.native(
        NativeModule::new("bench:host")
            .value("warmUps", WARM_UPS)
            .value("samples", SAMPLES)
            .value("firstLoads", FIRST_LOADS)
            .function("report", |name: String, samples: Vec<f64>| report(&name, samples)),
    );
    builder.build().expect("because the names are valid and unlike")
}

/// Where the modules lie that are loaded.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/modules")
}

/// Runs the benchmarks of `modules/program.cjs`.
fn program(filter: &str) -> Result<bool, Box<dyn std::error::Error>> {
    let options = RuntimeOptions {
        snapshot: Some(SNAPSHOT),
        args: vec![filter.to_owned()],
        cwd: Some(folder()),
        registry: Some(registry()),
        ..RuntimeOptions::default()
    };
    Ok(Runtime::new(options)?.run(Entry::File("program.cjs".into()))? == 0)
}

/// Times `f`, `iterations` calls a sample, after three warm-ups; whether the median is below the hard target.
fn bench_with_target(name: &str, iterations: u32, mut f: impl FnMut()) -> bool {
    let mut sample = || {
        let start = Instant::now();
        for _ in 0..iterations {
            f();
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(iterations)
    };
    for _ in 0..WARM_UPS {
        sample();
    }
    report(name, (0..SAMPLES).map(|_| sample()).collect())
}

/// Prints the nanoseconds of one call; whether their median is below the hard target.
fn report(name: &str, mut samples: Vec<f64>) -> bool {
    let Some((_, target)) = TARGETS.iter().find(|(known, _)| *known == name) else { return false };
    samples.sort_by(f64::total_cmp);
    let at = |share: f64| {
        samples.get(((samples.len().max(1) - 1) as f64 * share) as usize).copied().unwrap_or(0.0)
    };
    let median = at(0.5);
    let (limit, goal) = (target.limit.as_secs_f64() * 1e9, target.goal.as_secs_f64() * 1e9);
    let (mark, color) = match median {
        ns if ns <= goal => ("goal", "32"),
        ns if ns <= limit => ("ok", "33"),
        _ => ("MISSED", "31"),
    };
    let mark =
        if std::io::stdout().is_terminal() { format!("\x1b[{color}m{mark}\x1b[0m") } else { mark.to_owned() };
    println!(
        "{name:<32} median {:>9}  min {:>9}  p95 {:>9}  max {:>9}  target {:>6}  goal {:>6}  {mark}",
        time(median),
        time(at(0.0)),
        time(at(0.95)),
        time(at(1.0)),
        time(limit),
        time(goal),
    );
    median <= limit
}

fn time(ns: f64) -> String {
    match ns {
        ns if ns < 100.0 => format!("{ns:.1} ns"),
        ns if ns < 1e4 => format!("{ns:.0} ns"),
        ns if ns < 1e6 => format!("{:.0} us", ns / 1e3),
        ns => format!("{:.0} ms", ns / 1e6),
    }
}
