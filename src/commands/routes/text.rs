//! Tables as trees of text.

use super::super::picture::words::{count, visible, width};
use super::table::{Branch, Group, Route, Table};

/// So many overlaps are listed.
const MOST_OVERLAPS: usize = 200;
/// So many are named beside a pattern.
const MOST_NUMBERS: usize = 3;

const DIM: &str = "2";
const BOLD: &str = "1";
const PATTERN: &str = "36";
const VALUE: &str = "32";
const OVERLAP: &str = "33";

pub(super) fn render(tables: &[Table], colors: bool) -> String {
    let texts: Vec<String> = tables.iter().map(|table| Text { table, colors }.render()).collect();
    texts.join("\n")
}

struct Text<'a> {
    table: &'a Table,
    colors: bool,
}

/// A line of the tree.
struct Line<'a> {
    /// Lines from above.
    before: String,
    text: String,
    /// As it is shown, and what it leads to.
    route: Option<(String, &'a Route)>,
}

impl<'a> Text<'a> {
    fn render(&self) -> String {
        let Table { about, .. } = self.table;
        let mut out = format!("{}: {}\n", self.paint(BOLD, &visible(&about.name)), self.table.summary());
        for group in self.table.groups() {
            out.push('\n');
            self.group(&group, &mut out);
        }
        self.overlaps(&mut out);
        out
    }

    fn group(&self, group: &Group<'a>, out: &mut String) {
        let scheme = group.subsystem.map_or_else(String::new, |subsystem| format!("{}://", subsystem.name));
        if let Some(subsystem) = group.subsystem {
            out.push_str(&format!(
                "{}  {}\n",
                self.paint(BOLD, &scheme),
                self.paint(DIM, &subsystem.remarks())
            ));
        }
        let mut lines = Vec::new();
        for branch in &group.tree {
            self.lines(branch, &scheme, "", "", &mut lines);
        }
        let tree_width = lines.iter().map(|line| width(&line.before) + width(&line.text)).max().unwrap_or(0);
        // Where nothing branches, the tree says it all.
        let is_said = |line: &Line<'_>| line.route.as_ref().is_none_or(|(pattern, _)| *pattern == line.text);
        let patterns = lines.iter().filter_map(|line| Some(width(&line.route.as_ref()?.0)));
        let pattern_width = (!lines.iter().all(is_said)).then(|| patterns.max()).flatten();
        for line in &lines {
            self.line(line, tree_width, pattern_width, out);
        }
        for Route { pattern, value, .. } in &group.subscribers {
            let (pattern, value) = (visible(pattern), visible(value));
            out.push_str(&format!(
                "  {} {}  {}\n",
                self.paint(DIM, "hears"),
                self.segments(&pattern),
                self.paint(VALUE, &value)
            ));
        }
        if lines.is_empty() && group.subscribers.is_empty() {
            out.push_str(&format!("  {}\n", self.paint(DIM, "nothing")));
        }
    }

    fn lines(&self, branch: &Branch, scheme: &str, before: &str, below: &str, lines: &mut Vec<Line<'a>>) {
        let slash = if branch.branches.is_empty() && !branch.text.is_empty() { "" } else { "/" };
        let route = branch.pattern.as_deref().map(|pattern| {
            let shown = pattern.strip_prefix(scheme).filter(|shown| !shown.is_empty()).unwrap_or(pattern);
            (visible(shown), &self.table.about.routes[self.table.place(pattern)])
        });
        let text = format!("{}{slash}", visible(&branch.text));
        lines.push(Line { before: before.to_owned(), text, route });
        for (index, inner) in branch.branches.iter().enumerate() {
            let (tee, line) =
                if index + 1 < branch.branches.len() { ("├─ ", "│  ") } else { ("└─ ", "   ") };
            self.lines(inner, scheme, &format!("{below}{tee}"), &format!("{below}{line}"), lines);
        }
    }

    fn line(&self, line: &Line<'_>, tree_width: usize, pattern_width: Option<usize>, out: &mut String) {
        let Line { before, text, route } = line;
        let overlaps = route.as_ref().map_or(&[][..], |(_, route)| &route.overlaps);
        let mark = if overlaps.is_empty() { " " } else { "~" };
        let tree =
            format!("{} {}{}", self.paint(OVERLAP, mark), self.paint(DIM, before), self.segments(text));
        let Some((pattern, route)) = route else {
            out.push_str(&format!("{tree}\n"));
            return;
        };
        let gap = " ".repeat(tree_width - width(before) - width(text));
        let value = visible(&route.value);
        let is_last = value.is_empty() && overlaps.is_empty();
        out.push_str(&tree);
        if pattern_width.is_some() || !is_last {
            out.push_str(&gap);
        }
        if let Some(pattern_width) = pattern_width {
            let gap = if is_last { 0 } else { pattern_width - width(pattern) };
            out.push_str(&format!("  {}{}", self.paint(DIM, pattern), " ".repeat(gap)));
        }
        if !value.is_empty() {
            out.push_str(&format!("  {}", self.paint(VALUE, &value)));
        }
        if !overlaps.is_empty() {
            let mut numbers: Vec<String> =
                overlaps.iter().take(MOST_NUMBERS).map(|number| (number + 1).to_string()).collect();
            if overlaps.len() > MOST_NUMBERS {
                numbers.push(format!("and {} more", overlaps.len() - MOST_NUMBERS));
            }
            out.push_str(&format!("  {}", self.paint(OVERLAP, &format!("~ {}", numbers.join(", ")))));
        }
        out.push('\n');
    }

    fn overlaps(&self, out: &mut String) {
        let overlaps = &self.table.about.overlaps;
        if overlaps.is_empty() {
            return;
        }
        let heading = self.paint(OVERLAP, &count(overlaps.len(), "overlap"));
        out.push_str(&format!("\n{heading}\n"));
        for (index, overlap) in overlaps.iter().take(MOST_OVERLAPS).enumerate() {
            let sentence = overlap.sentence(|pattern| self.paint(PATTERN, &visible(pattern)));
            out.push_str(&format!("  {}. {sentence}\n", index + 1));
        }
        if overlaps.len() > MOST_OVERLAPS {
            out.push_str(&format!("  and {} more: JSON has all of them\n", overlaps.len() - MOST_OVERLAPS));
        }
    }

    /// Segments, of which those that are not text stand out.
    fn segments(&self, text: &str) -> String {
        let segment = |segment: &str| match segment {
            segment if segment.contains('{') || segment.starts_with('*') => self.paint(PATTERN, segment),
            segment => segment.to_owned(),
        };
        text.split('/').map(segment).collect::<Vec<_>>().join("/")
    }

    fn paint(&self, color: &str, text: &str) -> String {
        if self.colors && !text.trim().is_empty() {
            format!("\u{1b}[{color}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}
