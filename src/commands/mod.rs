//! What each command does.

pub(crate) mod cache;
pub(crate) mod eval;
pub(crate) mod graph;
pub(crate) mod info;
pub(crate) mod init;
mod paths;
mod picture;
pub(crate) mod repl;
pub(crate) mod routes;
pub(crate) mod run;
pub(crate) mod serve;
pub(crate) mod types;
pub(crate) mod watch;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use hypers_modules::CompileCache;
use kiren_runtime::{JsError, RuntimeOptions};

use crate::args::Options;

static SNAPSHOT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/snapshot.bin"));

/// The runtime's options for a program with its own arguments.
pub(crate) fn runtime_options(options: &Options, args: Vec<OsString>) -> RuntimeOptions {
    // While the runtime's own JavaScript is worked on, it comes from the folder that KIREN_JS names.
    let from_folder = cfg!(debug_assertions) && std::env::var_os("KIREN_JS").is_some();
    let flags = options.v8_flags.as_deref().unwrap_or_default();
    RuntimeOptions {
        snapshot: (!from_folder).then_some(SNAPSHOT),
        v8_flags: flags.split([',', ' ']).filter(|flag| !flag.is_empty()).map(str::to_owned).collect(),
        max_heap_mb: options.max_heap.map(|megabytes| megabytes as usize),
        max_contexts: options.max_contexts,
        args: args.into_iter().map(|arg| arg.to_string_lossy().into_owned()).collect(),
        cwd: None,
        compile_cache: compile_cache(),
        driver: None,
        serve: None,
        on_load: watch::reporter(),
        services: None,
        kernel: None,
        registry: None,
        #[cfg(feature = "lua")]
        lua: Default::default(),
        version: env!("CARGO_PKG_VERSION"),
    }
}

/// The folder of the compile cache, unless `KREPIS_CACHE=off`.
fn compile_cache() -> Option<PathBuf> {
    if std::env::var_os("KREPIS_CACHE").is_some_and(|value| value == "off" || value == "0") {
        return None;
    }
    CompileCache::default_folder()
}

/// Ends the process with a program's result, without taking its isolate apart first.
pub(crate) fn finish(result: Result<i32, JsError>) -> ExitCode {
    let code = match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            error.exit_code()
        }
    };
    std::process::exit(code)
}
