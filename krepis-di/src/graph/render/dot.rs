//! The DOT language of Graphviz.

use std::fmt::Write as _;

use super::super::{Lifetime, Need};
use super::{End, Picture, visible};

const HEAD: &str = "\
digraph services {
  graph [rankdir=LR, ranksep=0.7, fontname=\"Helvetica\", labelloc=b, labeljust=l, fontcolor=\"#b91c1c\"];
  node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\", fontsize=12, penwidth=1.2];
  edge [color=\"#64748b\", arrowsize=0.7];
";

pub(super) fn render(picture: &Picture<'_>) -> String {
    let mut out = String::from(HEAD);
    if !picture.problems.is_empty() {
        let report = picture.report.to_string();
        let lines: String = report.split('\n').map(|line| escape(line) + "\\l").collect();
        let _ = writeln!(out, "  label=\"{lines}\";");
    }
    for (id, node) in picture.graph.nodes() {
        let mut below = vec![node.lifetime.to_string()];
        below.extend(picture.remarks(id).into_iter().map(str::to_owned));
        let (fill, line) = match node.lifetime {
            Lifetime::Singleton => ("#dbeafe", "#2563eb"),
            Lifetime::Scoped => ("#ccfbf1", "#0d9488"),
            Lifetime::Transient => ("#fef3c7", "#d97706"),
        };
        let (line, width) = match picture.marks[id.0 as usize].is_empty() {
            true => (line, "1.2"),
            false => ("#dc2626", "2.4"),
        };
        let _ = writeln!(
            out,
            "  n{} [label=\"{}\\n{}\", tooltip=\"{}\", fillcolor=\"{fill}\", color=\"{line}\", penwidth={width}];",
            id.0,
            escape(&picture.name(id)),
            escape(&below.join(", ")),
            escape(&node.origin.to_string()),
        );
    }
    for (at, absent) in picture.absent.iter().enumerate() {
        let (words, line) =
            if absent.is_missing { ("missing", "#dc2626") } else { ("not registered", "#94a3b8") };
        let _ = writeln!(
            out,
            "  absent{at} [label=\"{}\\n{words}\", style=\"rounded,dashed\", color=\"{line}\", fontcolor=\"{line}\"];",
            escape(picture.absent_name(at)),
        );
    }
    for edge in &picture.edges {
        let mut attributes = vec![match edge.need {
            Need::One => "style=solid",
            Need::Optional => "style=dotted, tooltip=\"optional\"",
            Need::All => "style=solid, arrowhead=normalnormal, tooltip=\"all\"",
            Need::Lazy => "style=dashed, tooltip=\"lazy\"",
        }];
        if edge.is_problem {
            attributes.push("color=\"#dc2626\", penwidth=2");
        }
        let to = match edge.to {
            End::Node(to) => format!("n{}", to.0),
            End::Absent(at) => format!("absent{at}"),
        };
        let _ = writeln!(out, "  n{} -> {to} [{}];", edge.from.0, attributes.join(", "));
    }
    out.push_str("}\n");
    out
}

/// For a double-quoted string that is a label: backslashes start escapes there, ampersands HTML entities.
fn escape(text: &str) -> String {
    visible(text).replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;")
}
