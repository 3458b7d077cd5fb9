//! `krepis types`: the declarations of everything that Krepis offers to programs.

use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

/// `types/krepis.d.ts`, which `krepis init` puts into a project.
pub(crate) const DECLARATIONS: &str = include_str!("../../types/krepis.d.ts");

pub(crate) fn print() -> ExitCode {
    match std::io::stdout().write_all(DECLARATIONS.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            eprintln!("error: the declarations cannot be written: {error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}
