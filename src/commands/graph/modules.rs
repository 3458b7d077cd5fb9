//! `krepis graph FILE`: the modules of a program, their sizes, and who pulls what. The program does not run.

mod cycles;
mod drawn;
mod html;
mod text;
mod view;
mod why;

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use krepis::modules::graph::{GraphOptions, Problem};
use krepis::modules::{Loader, LoaderOptions, ModuleGraph};

use super::super::picture::Target;
use super::super::picture::words::{count, visible};
use crate::args::{Graph, GraphFormat};
use view::View;

pub(super) fn modules(asked: &Graph) -> ExitCode {
    match draw(asked) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn draw(asked: &Graph) -> Result<ExitCode, String> {
    let cwd = std::env::current_dir().map_err(|error| format!("there is no working directory: {error}"))?;
    let builtins = kiren_runtime::BUILTIN_MODULES;
    let loader = Loader::new(LoaderOptions { cwd, builtins, ..LoaderOptions::default() });
    let mut progress = Shown::new();
    let entry = asked.file.to_string_lossy();
    let graph = ModuleGraph::build(&loader, &entry, &GraphOptions::default(), &mut |state| {
        progress.tell(state.read, state.found);
    });
    progress.end();
    let graph = graph.map_err(|error| error.to_string())?;
    let program = loader.options().cwd.join(&asked.file);
    let target = Target::of(format(asked), asked.output.as_deref(), asked.open, &program, "modules");
    let (picture, code) = picture(&graph, asked, &target, &program)?;
    target.write(&picture, asked.open)?;
    if !target.is_shown() {
        complain(&graph);
    }
    Ok(code)
}

/// What is told in words is text unless something else is asked for.
fn format(asked: &Graph) -> Option<GraphFormat> {
    let is_told = (asked.why.is_some() || asked.cycles) && asked.output.is_none();
    asked.format.or(is_told.then_some(GraphFormat::Text))
}

fn picture(
    graph: &ModuleGraph,
    asked: &Graph,
    target: &Target<GraphFormat>,
    program: &Path,
) -> Result<(String, ExitCode), String> {
    let colors = target.has_colors();
    let fails = graph.problems().iter().any(|problem| !problem.is_expected);
    if let Some(word) = &asked.why {
        let found = why::find(graph, word)?;
        let told = match target.format {
            GraphFormat::Text => why::text(graph, &found, colors),
            GraphFormat::Json => why::json(graph, &found),
            _ => return Err("--why is told as text or json".to_owned()),
        };
        return Ok((told, ExitCode::SUCCESS));
    }
    if asked.cycles {
        let harmful = graph.cycles.iter().any(|cycle| cycle.at_load && (asked.all || !cycle.in_dependencies));
        let told = match target.format {
            GraphFormat::Text => cycles::told(graph, asked.all, colors),
            GraphFormat::Json => cycles::json(graph),
            _ => return Err("--cycles is told as text or json; a whole picture marks them".to_owned()),
        };
        return Ok((told, ExitCode::from(u8::from(harmful))));
    }
    let view = View::new(graph, asked.all);
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    let picture = match target.format {
        GraphFormat::Text => text::render(&view, asked.depth, colors),
        GraphFormat::Dot => drawn::dot(&view, asked.depth),
        GraphFormat::Mermaid => drawn::mermaid(&view, asked.depth),
        GraphFormat::Json => format!("{:#}\n", graph.to_json()),
        GraphFormat::Html => html::render(graph, &format!("Modules of {name}")),
    };
    Ok((picture, ExitCode::from(u8::from(fails))))
}

/// Says what is wrong beside a picture that is not read here.
fn complain(graph: &ModuleGraph) {
    const MOST: usize = 20;
    let problems = graph.problems();
    let unexpected: Vec<_> = problems.iter().filter(|problem| !problem.is_expected).collect();
    for problem in unexpected.iter().take(MOST) {
        eprintln!("{}", sentence(graph, problem));
    }
    if unexpected.len() > MOST {
        eprintln!("and {} more", count(unexpected.len() - MOST, "problem"));
    }
}

/// `src/a.ts:3:1: Cannot find module './x'`.
fn sentence(graph: &ModuleGraph, problem: &Problem<'_>) -> String {
    let place = match problem.import {
        Some(import) => place(graph, import),
        None => visible(&graph.modules[problem.module].name),
    };
    format!("{place}: {}", visible(problem.message))
}

/// Where an import stands: `src/a.ts:3:1`.
fn place(graph: &ModuleGraph, import: usize) -> String {
    let import = &graph.imports[import];
    let name = visible(&graph.modules[import.from].name);
    format!("{name}:{}:{}", import.site.line + 1, import.site.column + 1)
}

/// An import as it might be written: `import "./a.ts"`.
fn written(graph: &ModuleGraph, import: usize) -> String {
    let site = &graph.imports[import].site;
    let specifier = visible(&site.specifier);
    match site.kind.name() {
        "dynamic" => format!("import(\"{specifier}\")"),
        "require" => format!("require(\"{specifier}\")"),
        "resolve" => format!("require.resolve(\"{specifier}\")"),
        "url" => format!("new URL(\"{specifier}\")"),
        "export" => format!("export from \"{specifier}\""),
        "defer" => format!("import defer \"{specifier}\""),
        "source" => format!("import source \"{specifier}\""),
        _ => format!("import \"{specifier}\""),
    }
}

fn paint(colors: bool, color: &str, text: &str) -> String {
    if colors && !text.trim().is_empty() {
        format!("\u{1b}[{color}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

/// How many modules have been read, on a terminal that waits.
struct Shown {
    is_terminal: bool,
    next: Instant,
    is_written: bool,
}

impl Shown {
    const PAUSE: Duration = Duration::from_millis(100);

    fn new() -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        Self { is_terminal, next: Instant::now() + Self::PAUSE * 3, is_written: false }
    }

    fn tell(&mut self, read: usize, found: usize) {
        if self.is_terminal && Instant::now() >= self.next {
            drop(write!(std::io::stderr(), "\r\u{1b}[K{read} of {found} modules"));
            self.next = Instant::now() + Self::PAUSE;
            self.is_written = true;
        }
    }

    fn end(&self) {
        if self.is_written {
            drop(write!(std::io::stderr(), "\r\u{1b}[K"));
        }
    }
}
