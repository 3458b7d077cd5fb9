//! `krepis FILE`, `krepis run`, `krepis -`.

use std::ffi::{OsStr, OsString};
use std::io::{IsTerminal as _, Read as _};
use std::process::ExitCode;

use kiren_runtime::{Entry, JsError, Runtime};

use super::{finish, runtime_options};
use crate::args::Options;

/// Runs a program to its end.
pub(crate) fn file(options: &Options, file: &OsStr, args: Vec<OsString>) -> ExitCode {
    let entry = if file == "-" {
        let mut code = String::new();
        if let Err(error) = std::io::stdin().read_to_string(&mut code) {
            eprintln!("krepis: standard input cannot be read: {error}");
            return ExitCode::FAILURE;
        }
        Entry::Source { code, name: "[stdin]".into() }
    } else {
        Entry::File(file.into())
    };
    let result = run(options, entry, args);
    if let (Err(error), Some(command)) = (&result, file.to_str().and_then(crate::args::similar_command))
        && error.is_missing_entry()
    {
        crate::args::unknown_command(file, command);
    }
    finish(result)
}

/// `krepis` alone: a prompt on a terminal; at the end of a pipe, what comes is the program.
pub(crate) fn interactive(options: &Options) -> ExitCode {
    if std::io::stdin().is_terminal() {
        return super::repl::repl(options);
    }
    file(options, OsStr::new("-"), Vec::new())
}

fn run(options: &Options, entry: Entry, args: Vec<OsString>) -> Result<i32, JsError> {
    Runtime::new(runtime_options(options, args)).and_then(|mut runtime| {
        let result = runtime.run(entry);
        // The process ends now: nothing is gained by freeing the heap first.
        std::mem::forget(runtime);
        result
    })
}
