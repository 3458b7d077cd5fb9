//! What the commands that draw have in common: a program is loaded and looked at, and a picture goes where it is wanted.

pub(crate) mod words;

use std::ffi::{OsStr, OsString};
use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use kiren_runtime::{Interruption, JsError, Runtime};
use serde_json::Value;

use super::{eval::colors, finish, paths, runtime_options};
use crate::args::Options;

/// An async function of a file: what the program exports.
const LOAD: &str = include_str!("picture/load.js");

/// What to look at.
pub(crate) struct Look<'a> {
    pub(crate) file: &'a Path,
    /// The program's own.
    pub(crate) args: &'a [OsString],
    /// The name of the command.
    pub(crate) command: &'a str,
    /// What the program has: its services.
    pub(crate) what: &'a str,
    /// An async function of what is wanted and of how a program is loaded, that gives JSON.
    pub(crate) script: &'a str,
    pub(crate) wanted: Value,
}

/// The whole path of a program that is there; the exit code if it is not.
pub(crate) fn program(file: &OsStr) -> Result<PathBuf, ExitCode> {
    let found = std::path::absolute(file).and_then(|file| std::fs::metadata(&file).map(|_| file));
    found.map_err(|error| {
        eprintln!("error: {} cannot be read: {error}", file.to_string_lossy());
        ExitCode::FAILURE
    })
}

impl Look<'_> {
    /// Loads the program and hands over what the script gives; ends the process with the code that `show` gives.
    pub(crate) fn then(&self, options: &Options, show: impl FnOnce(&str) -> i32) -> ExitCode {
        let result = Runtime::new(runtime_options(options, self.args.to_vec())).and_then(|mut runtime| {
            let result = self.run(&mut runtime, show);
            // The process ends now: nothing is gained by freeing the heap first.
            std::mem::forget(runtime);
            result
        });
        finish(result)
    }

    fn run(&self, runtime: &mut Runtime, show: impl FnOnce(&str) -> i32) -> Result<i32, JsError> {
        // The picture alone goes to standard output.
        runtime.redirect_output(|_, bytes| drop(std::io::stderr().write_all(bytes)));
        let Self { command, script, wanted, .. } = self;
        let answer =
            runtime.evaluate(&format!("await ({script})({wanted}, {LOAD})"), &format!("kiren:{command}"));
        match answer.and_then(|answer| answer.display(false)) {
            Ok(answer) => Ok(show(&answer)),
            Err(Interruption::Error(error)) => runtime.end_with(error),
            Err(_) => {
                let name = self.file.file_name().unwrap_or_default().to_string_lossy();
                eprintln!("error: {name} ended before its {} could be seen", self.what);
                runtime.end().map(|code| code.max(1))
            }
        }
    }
}

/// In which way a picture can be drawn.
pub(crate) trait Format: Copy + PartialEq {
    const TEXT: Self;
    const HTML: Self;

    /// What a file's name ends with.
    fn extension(self) -> &'static str;

    /// What the end of a file's name, in lower case, stands for.
    fn of_extension(extension: &str) -> Option<Self>;
}

/// Where a picture goes, and as what.
pub(crate) struct Target<F> {
    pub(crate) format: F,
    /// Else standard output.
    file: Option<PathBuf>,
    /// The file is none that the user named.
    is_own: bool,
}

impl<F: Format> Target<F> {
    /// `what` tells pictures of the same program apart.
    pub(crate) fn of(
        format: Option<F>,
        output: Option<&Path>,
        open: bool,
        program: &Path,
        what: &str,
    ) -> Self {
        let named = output.filter(|output| output.as_os_str() != "-");
        let is_pipe = output.is_some() && named.is_none() || !std::io::stdout().is_terminal();
        let by_name = || F::of_extension(&named?.extension()?.to_str()?.to_ascii_lowercase());
        let format = format.or_else(by_name);
        if let Some(file) = named {
            return Self { format: format.unwrap_or(F::HTML), file: Some(file.to_path_buf()), is_own: false };
        }
        // Nobody reads HTML on a terminal, and nobody opens a pipe.
        let is_file = open || !is_pipe && format.is_none_or(|format| format == F::HTML);
        let format = format.unwrap_or(if is_file { F::HTML } else { F::TEXT });
        Self { format, file: is_file.then(|| own_file(program, what, format.extension())), is_own: is_file }
    }

    /// The picture is text for who has called the command.
    pub(crate) fn is_shown(&self) -> bool {
        self.format == F::TEXT && self.file.is_none()
    }

    pub(crate) fn has_colors(&self) -> bool {
        self.is_shown() && colors()
    }

    /// Writes the picture, and opens it if that is wanted.
    pub(crate) fn write(&self, picture: &str, opens: bool) -> Result<(), String> {
        let Some(file) = &self.file else {
            return match std::io::stdout().write_all(picture.as_bytes()) {
                Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                    Err(format!("standard output cannot be written: {error}"))
                }
                _ => Ok(()),
            };
        };
        let folder = file.parent().filter(|_| self.is_own).map_or(Ok(()), std::fs::create_dir_all);
        folder
            .and_then(|()| std::fs::write(file, picture))
            .map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
        if self.is_own {
            // A reader that has gone away is not an error.
            drop(writeln!(std::io::stdout(), "{}", file.display()));
        }
        if opens {
            open(file);
        }
        Ok(())
    }
}

/// A file that a later picture of the same program overwrites, among what can be made again at any time.
fn own_file(program: &Path, what: &str, extension: &str) -> PathBuf {
    let folder = paths::cache().unwrap_or_else(|| std::env::temp_dir().join("krepis"));
    let name = program.file_stem().unwrap_or_default().to_string_lossy();
    let project = program.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    folder.join("graph").join(format!("{project}-{name}.{what}.{extension}"))
}

/// Hands a file to the system's viewer, and does not wait for it.
fn open(file: &Path) {
    let mut viewer = match () {
        () if cfg!(target_os = "macos") => Command::new("open"),
        () if cfg!(windows) => Command::new("explorer"),
        () => Command::new("xdg-open"),
    };
    let viewer = viewer.arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Err(error) = viewer.spawn() {
        let name = viewer.get_program().to_string_lossy();
        eprintln!("warning: {} is not opened: {name}: {error}", file.display());
    }
}
