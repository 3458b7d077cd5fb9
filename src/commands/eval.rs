//! `krepis eval`, `krepis -e`, `krepis -p`: code from the command line.

use std::ffi::OsString;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use kiren_runtime::{Interruption, JsError, Runtime};

use super::{finish, runtime_options};
use crate::args::Options;

/// Evaluates code; `print` prints the value of its last statement, as `console.log` would.
pub(crate) fn eval(options: &Options, code: &str, print: bool, args: Vec<OsString>) -> ExitCode {
    let result = Runtime::new(runtime_options(options, args)).and_then(|mut runtime| {
        let result = run(&mut runtime, code, print);
        // The process ends now: nothing is gained by freeing the heap first.
        std::mem::forget(runtime);
        result
    });
    finish(result)
}

fn run(runtime: &mut Runtime, code: &str, print: bool) -> Result<i32, JsError> {
    match evaluate(runtime, code, print) {
        Ok(()) | Err(Interruption::End) => runtime.end(),
        Err(Interruption::Error(error)) => runtime.end_with(error),
        // Nobody asks for it here.
        Err(_) => Ok(1),
    }
}

fn evaluate(runtime: &mut Runtime, code: &str, print: bool) -> Result<(), Interruption> {
    let value = runtime.evaluate(code, "[eval]")?;
    if print {
        let text = value.display(colors())?;
        // A reader that has gone away is not an error of the program.
        drop(writeln!(std::io::stdout(), "{text}"));
    }
    runtime.run_event_loop()
}

/// As `console.log` decides it.
pub(crate) fn colors() -> bool {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    match (set("FORCE_COLOR"), set("NO_COLOR")) {
        (Some(force), _) => force != "0",
        (None, Some(_)) => false,
        (None, None) => std::io::stdout().is_terminal(),
    }
}
