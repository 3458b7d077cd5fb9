//! A graph as a tree of text: each module where it is met first, with its size and what would go with it.

use krepis::modules::graph::ModuleKind;

use super::super::super::picture::words::{count, size, visible, width};
use super::view::{Edge, View};
use super::{cycles, paint, sentence};

/// Deeper trees are cut unless more is asked for: they do not fit on a screen.
const DEEPEST: usize = 40;
/// Names are aligned up to this width.
const WIDEST: usize = 72;
/// So many of each are listed.
const MOST: usize = 20;

const DIM: &str = "2";
const BOLD: &str = "1";
const PACKAGE: &str = "36";
const BAD: &str = "31";
const WARN: &str = "33";

pub(super) fn render(view: &View<'_>, depth: Option<usize>, colors: bool) -> String {
    Text { view, colors, deepest: depth.unwrap_or(DEEPEST) }.render()
}

struct Text<'a> {
    view: &'a View<'a>,
    colors: bool,
    deepest: usize,
}

/// A line of the tree.
struct Line<'a> {
    /// Lines from above.
    before: String,
    /// What leads here; nothing leads to the entry.
    edge: Option<&'a Edge>,
    unit: usize,
    /// How many imports below are not shown.
    cut: usize,
    /// It stands in full elsewhere.
    is_again: bool,
}

impl<'a> Text<'a> {
    fn render(&self) -> String {
        let mut out = self.summary();
        out.push('\n');
        self.tree(&mut out);
        out.push_str(&cycles::listed(self.view.graph, self.view.is_whole, self.colors));
        self.duplicates(&mut out);
        self.builtins(&mut out);
        self.problems(&mut out);
        out
    }

    fn summary(&self) -> String {
        let graph = self.view.graph;
        let (mut own, mut own_bytes, mut other, mut other_bytes) = (0, 0, 0, 0);
        for (number, module) in graph.modules.iter().enumerate() {
            match module.kind {
                ModuleKind::File | ModuleKind::Data if graph.is_dependency(number) => {
                    other += 1;
                    other_bytes += module.bytes;
                }
                ModuleKind::File | ModuleKind::Data => {
                    own += 1;
                    own_bytes += module.bytes;
                }
                ModuleKind::Builtin | ModuleKind::Missing => {}
            }
        }
        let entry = paint(self.colors, BOLD, &visible(&graph.modules[0].name));
        let mut out = format!("{entry}: {}, {}", count(own, "module"), size(own_bytes));
        let packages = graph.packages.iter().filter(|package| package.is_dependency).count();
        if packages > 0 {
            let modules = count(other, "module");
            out += &format!("; {} with {modules}, {}", count(packages, "package"), size(other_bytes));
        }
        out + "\n"
    }

    fn tree(&self, out: &mut String) {
        let lines = self.lines();
        let name = |line: &Line<'_>| width(&line.before) + width(&self.view.units[line.unit].name);
        let names = lines.iter().map(name).filter(|width| *width <= WIDEST).max().unwrap_or(0).max(6);
        let sizes = |value: fn(&super::view::Unit) -> u64| {
            let shown = lines.iter().map(|line| size(value(&self.view.units[line.unit])).len());
            shown.max().unwrap_or(0).max(6)
        };
        let (bytes, retained) = (sizes(|unit| unit.bytes), sizes(|unit| unit.retained));
        let head = format!("  {}  {:>bytes$}  {:>retained$}", " ".repeat(names), "size", "alone");
        out.push_str(&format!("{}\n", paint(self.colors, DIM, &head)));
        for line in &lines {
            let unit = &self.view.units[line.unit];
            let gap = " ".repeat(names.saturating_sub(name(line)));
            let cycle = line.edge.and_then(|edge| self.view.cycle(edge));
            let is_wrong = unit.is_missing && !unit.is_optional;
            let mark = if cycle.is_some() || is_wrong { "!" } else { " " };
            let color = match () {
                () if is_wrong => BAD,
                () if unit.is_missing => DIM,
                () if unit.package.is_some() => PACKAGE,
                () if line.is_again => DIM,
                () => "",
            };
            let text =
                if color.is_empty() { unit.name.clone() } else { paint(self.colors, color, &unit.name) };
            let before = paint(self.colors, DIM, &line.before);
            let mut row = format!("{} {before}{text}{gap}", paint(self.colors, BAD, mark));
            if line.is_again || unit.is_missing {
                row += &" ".repeat(bytes + retained + 4);
            } else {
                let alone = if unit.retained == unit.bytes { String::new() } else { size(unit.retained) };
                row += &format!("  {:>bytes$}  {:>retained$}", size(unit.bytes), alone);
            }
            let remarks = self.remarks(line, cycle);
            out.push_str(format!("{row}  {remarks}").trim_end());
            out.push('\n');
        }
    }

    fn remarks(&self, line: &Line<'_>, cycle: Option<usize>) -> String {
        let unit = &self.view.units[line.unit];
        let mut remarks = Vec::new();
        if let Some(number) = cycle {
            let color = if self.view.graph.cycles[number].at_load { BAD } else { WARN };
            remarks.push(paint(self.colors, color, &format!("cycle {}", number + 1)));
        }
        if unit.is_missing {
            let (color, text) = if unit.is_optional { (DIM, "may be missing") } else { (BAD, "missing") };
            remarks.push(paint(self.colors, color, text));
        } else if self.view.graph.modules[unit.module].problem.is_some() {
            remarks.push(paint(self.colors, BAD, "problem"));
        }
        if unit.package.is_some() && !line.is_again {
            remarks.push(paint(self.colors, DIM, &count(unit.modules, "module")));
        }
        if line.edge.is_some_and(|edge| edge.is_lazy) {
            remarks.push(paint(self.colors, DIM, "later"));
        }
        if line.is_again && !unit.edges.is_empty() {
            remarks.push(paint(self.colors, DIM, "again"));
        }
        if line.cut > 0 {
            let more = count(line.cut, "import");
            remarks.push(paint(self.colors, DIM, &format!("{more} not shown: --depth {}", self.deepest + 1)));
        }
        remarks.join(", ")
    }

    /// The tree from top to bottom, with a stack of its own.
    fn lines(&self) -> Vec<Line<'a>> {
        let mut lines = Vec::new();
        let mut stack = vec![(0, None::<(usize, &'a Edge)>, String::new(), String::new())];
        while let Some((unit, edge, before, below)) = stack.pop() {
            let via = edge.map(|(from, _)| from);
            let is_again = via.is_some() && (self.view.units[unit].via != via || unit == 0);
            let all = &self.view.units[unit];
            let is_cut = !is_again && all.depth >= self.deepest;
            let cut = if is_cut { all.edges.len() } else { 0 };
            lines.push(Line { before, edge: edge.map(|(_, edge)| edge), unit, cut, is_again });
            if is_again || is_cut {
                continue;
            }
            for (index, edge) in all.edges.iter().enumerate().rev() {
                let is_last = index + 1 == all.edges.len();
                let (tee, line) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
                stack.push((edge.to, Some((unit, edge)), format!("{below}{tee}"), format!("{below}{line}")));
            }
        }
        lines
    }

    fn duplicates(&self, out: &mut String) {
        let graph = self.view.graph;
        let duplicates = graph.duplicates();
        if duplicates.is_empty() {
            return;
        }
        let title = format!("{} more than once", count(duplicates.len(), "package"));
        out.push_str(&format!("\n{}\n", paint(self.colors, WARN, &title)));
        for packages in duplicates.iter().take(MOST) {
            let each = packages.iter().map(|package| {
                let package = &graph.packages[*package];
                format!(
                    "{} ({}, {})",
                    visible(&package.version),
                    count(package.modules, "module"),
                    size(package.bytes)
                )
            });
            let name = visible(&graph.packages[packages[0]].name);
            out.push_str(&format!("  {name}: {}\n", each.collect::<Vec<_>>().join(", ")));
        }
        more(out, duplicates.len());
    }

    fn builtins(&self, out: &mut String) {
        let modules = self.view.graph.modules.iter();
        let mut names: Vec<&str> = modules
            .filter(|module| module.kind == ModuleKind::Builtin)
            .map(|module| module.name.as_str())
            .collect();
        if names.is_empty() || self.view.is_whole {
            return;
        }
        names.sort_unstable();
        let title = count(names.len(), "built-in");
        out.push_str(&format!("\n{}: {}\n", paint(self.colors, BOLD, &title), names.join(", ")));
    }

    fn problems(&self, out: &mut String) {
        let problems = self.view.graph.problems();
        let (expected, unexpected): (Vec<_>, Vec<_>) =
            problems.iter().partition(|problem| problem.is_expected);
        if !unexpected.is_empty() {
            let title = count(unexpected.len(), "problem");
            out.push_str(&format!("\n{}\n", paint(self.colors, BAD, &title)));
            for problem in unexpected.iter().take(MOST) {
                out.push_str(&format!("  {}\n", sentence(self.view.graph, problem)));
            }
            more(out, unexpected.len());
        }
        if !expected.is_empty() {
            let title = format!("{} that may be missing, and are", count(expected.len(), "import"));
            out.push_str(&format!("\n{}\n", paint(self.colors, DIM, &title)));
            for problem in expected.iter().take(MOST) {
                out.push_str(&format!("  {}\n", sentence(self.view.graph, problem)));
            }
            more(out, expected.len());
        }
    }
}

fn more(out: &mut String, all: usize) {
    if all > MOST {
        out.push_str(&format!("  and {} more: JSON has all of them\n", all - MOST));
    }
}
