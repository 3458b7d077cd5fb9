//! `krepis graph`: the modules of a program and who pulls what, or how its services depend on each other.

mod modules;

use std::process::ExitCode;

use serde_json::{Value, json};

use super::picture::{self, Format, Look, Target};
use crate::args::{Graph, GraphFormat, Options};

/// Loads the program and draws.
const SERVICES: &str = include_str!("graph/services.js");

pub(crate) fn graph(options: &Options, graph: &Graph) -> ExitCode {
    if graph.services { services(options, graph) } else { modules::modules(graph) }
}

fn services(options: &Options, graph: &Graph) -> ExitCode {
    let file = match picture::program(&graph.file) {
        Ok(file) => file,
        Err(code) => return code,
    };
    let target = Target::of(graph.format, graph.output.as_deref(), graph.open, &file, "services");
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let wanted = json!({
        "file": file.to_string_lossy(),
        "format": target.format.name(),
        "name": graph.export,
        "title": format!("Services of {name}"),
        "colors": target.has_colors(),
    });
    let what = "services";
    let look = Look { file: &file, args: &graph.args, command: "graph", what, script: SERVICES, wanted };
    look.then(options, |answer| show(answer, graph, &target))
}

/// Writes the picture; gives the exit code.
fn show(answer: &str, graph: &Graph, target: &Target<GraphFormat>) -> i32 {
    let answer: Value = serde_json::from_str(answer).expect("because graph/services.js makes JSON");
    let text = |name: &str| answer[name].as_str().unwrap_or_default();
    if !text("failure").is_empty() {
        eprintln!("error: {} {}", graph.file.to_string_lossy(), text("failure"));
        return 1;
    }
    if let Err(message) = target.write(text("picture"), graph.open) {
        eprintln!("error: {message}");
        return 1;
    }
    let report = text("report");
    if !report.is_empty() && !target.is_shown() {
        eprintln!("{report}");
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
}

impl Format for GraphFormat {
    const TEXT: Self = Self::Text;
    const HTML: Self = Self::Html;

    fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Mermaid => "mmd",
            format => format.name(),
        }
    }

    fn of_extension(extension: &str) -> Option<Self> {
        match extension {
            "html" | "htm" => Some(Self::Html),
            "dot" | "gv" => Some(Self::Dot),
            "mmd" | "mermaid" => Some(Self::Mermaid),
            "json" => Some(Self::Json),
            "txt" => Some(Self::Text),
            _ => None,
        }
    }
}
