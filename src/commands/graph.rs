//! `krepis graph`: how the services of a program depend on each other.

use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use kiren_runtime::{Interruption, JsError, Runtime};
use serde_json::{Value, json};

use super::{eval::colors, finish, paths, runtime_options};
use crate::args::{Graph, GraphFormat, Options};

/// Loads the program and draws; an async function of what is wanted.
const SERVICES: &str = include_str!("graph/services.js");

pub(crate) fn graph(options: &Options, graph: &Graph) -> ExitCode {
    let file = std::path::absolute(&graph.file).and_then(|file| std::fs::metadata(&file).map(|_| file));
    let file = match file {
        Ok(file) => file,
        Err(error) => {
            eprintln!("error: {} cannot be read: {error}", graph.file.to_string_lossy());
            return ExitCode::FAILURE;
        }
    };
    let target = Target::of(graph, &file);
    let result = Runtime::new(runtime_options(options, graph.args.clone())).and_then(|mut runtime| {
        let result = run(&mut runtime, graph, &file, &target);
        // The process ends now: nothing is gained by freeing the heap first.
        std::mem::forget(runtime);
        result
    });
    finish(result)
}

fn run(runtime: &mut Runtime, graph: &Graph, file: &Path, target: &Target) -> Result<i32, JsError> {
    // The picture alone goes to standard output.
    runtime.redirect_output(|_, bytes| drop(std::io::stderr().write_all(bytes)));
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let wanted = json!({
        "file": file.to_string_lossy(),
        "format": target.format.name(),
        "name": graph.export,
        "title": format!("Services of {name}"),
        "colors": target.format == GraphFormat::Text && target.file.is_none() && colors(),
    });
    let answer = runtime.evaluate(&format!("await ({SERVICES})({wanted})"), "kiren:graph");
    match answer.and_then(|answer| answer.display(false)) {
        Ok(answer) => Ok(show(&answer, graph, target)),
        Err(Interruption::Error(error)) => runtime.end_with(error),
        Err(_) => {
            eprintln!("error: {name} ended before its services could be seen");
            runtime.end().map(|code| code.max(1))
        }
    }
}

/// Writes the picture; gives the exit code.
fn show(answer: &str, graph: &Graph, target: &Target) -> i32 {
    let answer: Value = serde_json::from_str(answer).expect("because graph/services.js makes JSON");
    let text = |name: &str| answer[name].as_str().unwrap_or_default();
    if !text("failure").is_empty() {
        eprintln!("error: {} {}", graph.file.to_string_lossy(), text("failure"));
        return 1;
    }
    if let Err(message) = target.write(text("picture")) {
        eprintln!("error: {message}");
        return 1;
    }
    let report = text("report");
    let is_shown = target.format == GraphFormat::Text && target.file.is_none();
    if !report.is_empty() && !is_shown {
        eprintln!("{report}");
    }
    if let (true, Some(file)) = (graph.open, &target.file) {
        open(file);
    }
    i32::from(!report.is_empty())
}

impl GraphFormat {
    fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Dot => "dot",
            Self::Mermaid => "mermaid",
            Self::Json => "json",
            Self::Html => "html",
        }
    }

    fn of_file(file: &Path) -> Option<Self> {
        match file.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "html" | "htm" => Some(Self::Html),
            "dot" | "gv" => Some(Self::Dot),
            "mmd" | "mermaid" => Some(Self::Mermaid),
            "json" => Some(Self::Json),
            "txt" => Some(Self::Text),
            _ => None,
        }
    }
}

/// Where the picture goes, and as what.
struct Target {
    format: GraphFormat,
    /// Else standard output.
    file: Option<PathBuf>,
    /// The file is none that the user named.
    is_own: bool,
}

impl Target {
    fn of(graph: &Graph, program: &Path) -> Self {
        let named = graph.output.clone().filter(|output| output.as_os_str() != "-");
        let is_pipe = graph.output.is_some() && named.is_none() || !std::io::stdout().is_terminal();
        let format = graph.format.or_else(|| GraphFormat::of_file(named.as_deref()?));
        if let Some(file) = named {
            return Self { format: format.unwrap_or(GraphFormat::Html), file: Some(file), is_own: false };
        }
        // Nobody reads HTML on a terminal, and nobody opens a pipe.
        let is_file = graph.open || !is_pipe && matches!(format, None | Some(GraphFormat::Html));
        let format = format.unwrap_or(if is_file { GraphFormat::Html } else { GraphFormat::Text });
        Self { format, file: is_file.then(|| own_file(program, format)), is_own: is_file }
    }

    fn write(&self, picture: &str) -> Result<(), String> {
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
        Ok(())
    }
}

/// A file that a later picture of the same program overwrites, among what can be made again at any time.
fn own_file(program: &Path, format: GraphFormat) -> PathBuf {
    let folder = paths::cache().unwrap_or_else(|| std::env::temp_dir().join("krepis"));
    let name = program.file_stem().unwrap_or_default().to_string_lossy();
    let project = program.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    let extension = match format {
        GraphFormat::Text => "txt",
        GraphFormat::Mermaid => "mmd",
        format => format.name(),
    };
    folder.join("graph").join(format!("{project}-{name}.services.{extension}"))
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
