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
use std::process::ExitCode;

use kiren_runtime::{JsError, RuntimeOptions};

use crate::args::Options;

static SNAPSHOT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/snapshot.bin"));

/// The runtime's options for a program with its own arguments.
pub(crate) fn runtime_options(options: &Options, args: Vec<OsString>) -> RuntimeOptions {
    widen_stack();
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
        preload: options.require.clone(),
        conditions: options.conditions.clone(),
        preserve_symlinks: options.preserve_symlinks,
        compile_cache: cache::folder(),
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

/// Lets the main thread's stack grow to 24 MB, so that a chain of 10,000 modules that require each other loads.
fn widen_stack() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        const WANTED: u64 = 24 << 20;
        let mut limit = getrlimit(Resource::Stack);
        if limit.current.is_some_and(|current| current < WANTED) {
            limit.current = Some(limit.maximum.map_or(WANTED, |most| most.min(WANTED)));
            // Without it programs have the stack that the system gives them.
            let _ = setrlimit(Resource::Stack, limit);
        }
    }
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
