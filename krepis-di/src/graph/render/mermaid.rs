//! A Mermaid flowchart.

use std::fmt::Write as _;

use super::super::Need;
use super::{End, Picture, visible};

const CLASSES: &str = "  \
  classDef singleton fill:#dbeafe,stroke:#2563eb,color:#0f172a
  classDef scoped fill:#ccfbf1,stroke:#0d9488,color:#0f172a
  classDef transient fill:#fef3c7,stroke:#d97706,color:#0f172a
  classDef problem stroke:#dc2626,stroke-width:3px
  classDef missing fill:none,stroke:#dc2626,color:#dc2626,stroke-dasharray:5 4
  classDef absent fill:none,stroke:#94a3b8,color:#94a3b8,stroke-dasharray:5 4
";

pub(super) fn render(picture: &Picture<'_>) -> String {
    let mut out = String::from("flowchart LR\n");
    for (id, node) in picture.graph.nodes() {
        let marks = &picture.marks[id.0 as usize];
        let mut below = vec![node.lifetime.to_string()];
        below.extend(picture.remarks(id).into_iter().map(str::to_owned));
        below.extend(marks.iter().map(|mark| (*mark).to_owned()));
        let _ = writeln!(
            out,
            "  n{}[\"{}<br/>{}\"]:::{}",
            id.0,
            escape(&picture.name(id)),
            escape(&below.join(", ")),
            node.lifetime
        );
    }
    for (at, absent) in picture.absent.iter().enumerate() {
        let (words, class) =
            if absent.is_missing { ("missing", "missing") } else { ("not registered", "absent") };
        let _ = writeln!(out, "  a{at}([\"{}<br/>{words}\"]):::{class}", escape(picture.absent_name(at)));
    }
    for edge in &picture.edges {
        let arrow = match edge.need {
            Need::One => "-->",
            Need::Optional => "-.->|optional|",
            Need::All => "==>|all|",
            Need::Lazy => "-.->|lazy|",
        };
        let to = match edge.to {
            End::Node(to) => format!("n{}", to.0),
            End::Absent(at) => format!("a{at}"),
        };
        let _ = writeln!(out, "  n{} {arrow} {to}", edge.from.0);
    }
    out.push_str(CLASSES);
    let marked = picture.marks.iter().enumerate().filter(|(_, marks)| !marks.is_empty());
    let marked: Vec<String> = marked.map(|(at, _)| format!("n{at}")).collect();
    if !marked.is_empty() {
        let _ = writeln!(out, "  class {} problem", marked.join(","));
    }
    let bad = picture.edges.iter().enumerate().filter(|(_, edge)| edge.is_problem);
    let bad: Vec<String> = bad.map(|(at, _)| at.to_string()).collect();
    if !bad.is_empty() {
        let _ = writeln!(out, "  linkStyle {} stroke:#dc2626,stroke-width:3px", bad.join(","));
    }
    out
}

/// Letters, digits, spaces and commas stay; all else could be Markdown, HTML, a directive or the end of the label.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        if c.is_alphanumeric() || matches!(c, ' ' | ',') {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
            if matches!(c, '$' | '\\') {
                // Nor must two make a formula, or one with an `n` a line break: a space without width parts them.
                out.push_str("#8203;");
            }
        }
    }
    out
}
