//! Cycles in words.

use krepis::modules::ModuleGraph;
use krepis::modules::graph::Cycle;
use serde_json::{Value, json};

use super::super::super::picture::words::{count, visible};
use super::{paint, place, written};

/// So many modules of a path are named.
const LONGEST: usize = 10;
/// So many cycles are listed beside a tree.
const MOST: usize = 20;

const BAD: &str = "31";
const WARN: &str = "33";
const DIM: &str = "2";

/// Below a tree; empty where there is none.
pub(super) fn listed(graph: &ModuleGraph, is_whole: bool, colors: bool) -> String {
    let text = sections(graph, is_whole, colors, MOST);
    if text.is_empty() { text } else { format!("\n{text}") }
}

/// By themselves.
pub(super) fn told(graph: &ModuleGraph, is_whole: bool, colors: bool) -> String {
    let text = sections(graph, is_whole, colors, usize::MAX);
    if text.is_empty() { "no cycles\n".to_owned() } else { text }
}

pub(super) fn json(graph: &ModuleGraph) -> String {
    let cycles: Vec<Value> = graph
        .cycles
        .iter()
        .map(|cycle| {
            let imports = cycle.imports.iter().map(|number| {
                let import = &graph.imports[*number];
                json!({
                    "from": graph.modules[import.from].name,
                    "to": graph.modules[import.to].name,
                    "kind": import.site.kind.name(),
                    "specifier": import.site.specifier,
                    "line": import.site.line + 1,
                    "column": import.site.column + 1,
                    "lazy": import.site.lazy,
                })
            });
            json!({
                "imports": imports.collect::<Vec<_>>(),
                "atLoad": cycle.at_load,
                "inDependencies": cycle.in_dependencies,
                "members": cycle.members.iter().map(|module| &graph.modules[*module].name).collect::<Vec<_>>(),
            })
        })
        .collect();
    format!("{:#}\n", json!({ "cycles": cycles }))
}

fn sections(graph: &ModuleGraph, is_whole: bool, colors: bool, most: usize) -> String {
    let mut out = String::new();
    let shown = |cycle: &&Cycle| is_whole || !cycle.in_dependencies;
    let numbered: Vec<(usize, &Cycle)> =
        graph.cycles.iter().enumerate().filter(|(_, cycle)| shown(cycle)).collect();
    for (at_load, when, color) in [(true, "at load", BAD), (false, "closed only later", WARN)] {
        let these: Vec<_> = numbered.iter().filter(|(_, cycle)| cycle.at_load == at_load).collect();
        if these.is_empty() {
            continue;
        }
        let gap = if out.is_empty() { "" } else { "\n" };
        let title = format!("{} {when}", count(these.len(), "cycle"));
        out.push_str(&format!("{gap}{}\n", paint(colors, color, &title)));
        for (number, cycle) in these.iter().take(most) {
            one(graph, *number, cycle, colors, &mut out);
        }
        if these.len() > most {
            out.push_str(&format!("  and {} more: --cycles lists them\n", these.len() - most));
        }
    }
    let hidden = graph.cycles.len() - numbered.len();
    if hidden > 0 {
        let gap = if out.is_empty() { "" } else { "\n" };
        let text = format!("{} within dependencies: --all shows them", count(hidden, "cycle"));
        out.push_str(&format!("{gap}{}\n", paint(colors, DIM, &text)));
    }
    out
}

fn one(graph: &ModuleGraph, number: usize, cycle: &Cycle, colors: bool, out: &mut String) {
    let name = |import: &usize| visible(&graph.modules[graph.imports[*import].from].name);
    let mut path: Vec<String> = cycle.imports.iter().map(name).collect();
    path.extend(path.first().cloned());
    let imports = &cycle.imports[..cycle.imports.len().min(LONGEST)];
    if path.len() > LONGEST + 1 {
        let cut = path.len() - LONGEST;
        path.splice(LONGEST - 2..path.len() - 2, [format!("({cut} more)")]);
    }
    out.push_str(&format!("  {}. {}\n", number + 1, path.join(" -> ")));
    let places: Vec<String> = imports.iter().map(|import| place(graph, *import)).collect();
    let widest = places.iter().map(|place| place.chars().count()).max().unwrap_or(0);
    for (import, place) in imports.iter().zip(&places) {
        let later = if graph.imports[*import].site.lazy { ", later" } else { "" };
        let text = format!("{place:widest$}  {}{later}", written(graph, *import));
        out.push_str(&format!("       {}\n", paint(colors, DIM, &text)));
    }
    if cycle.members.len() > cycle.imports.len() {
        let text = format!("one of the ways round among {} modules", cycle.members.len());
        out.push_str(&format!("       {}\n", paint(colors, DIM, &text)));
    }
}
