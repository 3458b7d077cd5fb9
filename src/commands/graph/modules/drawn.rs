//! A graph for Graphviz and for Mermaid.

use std::fmt::Write as _;

use super::super::super::picture::words::size;
use super::view::{Edge, Unit, View};

const RED: &str = "#dc2626";
const AMBER: &str = "#d97706";

pub(super) fn dot(view: &View<'_>, depth: Option<usize>) -> String {
    let mut out = String::from(
        "digraph modules {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11];\n",
    );
    for (number, unit) in shown(view, depth) {
        let mut attributes = format!("label=\"{}\\n{}\"", quoted(&unit.name), label(unit));
        if unit.is_optional {
            attributes.push_str(", style=dashed");
        } else if unit.is_missing {
            let _ = write!(attributes, ", color=\"{RED}\", fontcolor=\"{RED}\", style=dashed");
        } else if unit.package.is_some() {
            attributes.push_str(", shape=folder, style=\"\"");
        }
        let _ = writeln!(out, "  n{number} [{attributes}];");
    }
    for (from, edge) in edges(view, depth) {
        let style = if edge.is_lazy { "dashed" } else { "solid" };
        let color =
            color(view, edge).map_or_else(String::new, |color| format!(", color=\"{color}\", penwidth=2"));
        let _ = writeln!(out, "  n{from} -> n{} [style={style}{color}];", edge.to);
    }
    out + "}\n"
}

pub(super) fn mermaid(view: &View<'_>, depth: Option<usize>) -> String {
    let mut out = String::from("flowchart LR\n");
    for (number, unit) in shown(view, depth) {
        let (open, close) = if unit.package.is_some() { ("[[", "]]") } else { ("[", "]") };
        let name =
            unit.name.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
        let _ = writeln!(out, "  n{number}{open}\"{name}<br/>{}\"{close}", label(unit));
    }
    let mut colored = Vec::new();
    for (index, (from, edge)) in edges(view, depth).enumerate() {
        let arrow = if edge.is_lazy { "-.->" } else { "-->" };
        let _ = writeln!(out, "  n{from} {arrow} n{}", edge.to);
        colored.extend(color(view, edge).map(|color| (index, color)));
    }
    for (index, color) in colored {
        let _ = writeln!(out, "  linkStyle {index} stroke:{color},stroke-width:2px");
    }
    for (number, _) in shown(view, depth).filter(|(_, unit)| unit.is_missing && !unit.is_optional) {
        let _ = writeln!(out, "  style n{number} stroke:{RED},stroke-dasharray:4");
    }
    out
}

fn shown<'a>(view: &'a View<'_>, depth: Option<usize>) -> impl Iterator<Item = (usize, &'a Unit)> {
    view.units.iter().enumerate().filter(move |(_, unit)| depth.is_none_or(|depth| unit.depth <= depth))
}

fn edges<'a>(view: &'a View<'_>, depth: Option<usize>) -> impl Iterator<Item = (usize, &'a Edge)> {
    let is_shown = move |edge: &&Edge| depth.is_none_or(|depth| view.units[edge.to].depth <= depth);
    shown(view, depth)
        .flat_map(move |(from, unit)| unit.edges.iter().filter(is_shown).map(move |edge| (from, edge)))
}

fn color(view: &View<'_>, edge: &Edge) -> Option<&'static str> {
    let cycle = view.cycle(edge)?;
    Some(if view.graph.cycles[cycle].at_load { RED } else { AMBER })
}

fn label(unit: &Unit) -> String {
    match unit.package {
        _ if unit.is_optional => "may be missing".to_owned(),
        _ if unit.is_missing => "missing".to_owned(),
        Some(_) if unit.modules > 1 => format!("{} modules, {}", unit.modules, size(unit.bytes)),
        _ => size(unit.bytes),
    }
}

/// For a string of DOT.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
