//! A tree for terminals, beside it a table of what each service is.

use std::collections::VecDeque;
use std::fmt;

use super::{Edge, End, Lifetime, Need, NodeId, Picture, visible, width};

/// A tree in pieces, made by [`Picture::text`]. Shown, it is plain text.
///
/// ```
/// use krepis_di::graph::{Build, Graph, Lifetime, Node, Role};
///
/// let mut graph = Graph::new();
/// let db = graph.service("Db");
/// graph.node(Node::new(db, Lifetime::Singleton));
/// let analysis = graph.check(Build::Sync);
/// let coloured: String = graph.render(&analysis).text().spans().map(|(role, text)| match role {
///     Role::Problem => format!("\x1b[31m{text}\x1b[39m"),
///     Role::Lifetime(Lifetime::Singleton) => format!("\x1b[34m{text}\x1b[39m"),
///     _ => text.to_owned(),
/// }).collect();
/// assert!(coloured.ends_with("  Db  \x1b[34msingleton\x1b[39m\n"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Text {
    spans: Vec<(Role, String)>,
}

/// What a piece of a [`Text`] is, for whoever colours it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// Spaces, and words that hold the rest together.
    Plain,
    /// The tree's branches.
    Branch,
    /// A service where it stands with its dependencies.
    Name,
    /// How long its instances live.
    Lifetime(Lifetime),
    /// What else there is to say.
    Detail,
    /// Something that is wrong.
    Problem,
}

impl Text {
    /// The pieces, in order, with their line breaks.
    pub fn spans(&self) -> impl Iterator<Item = (Role, &str)> {
        self.spans.iter().map(|(role, text)| (*role, text.as_str()))
    }

    fn push(&mut self, role: Role, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.spans.push((role, text));
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spans.iter().try_for_each(|(_, text)| f.write_str(text))
    }
}

pub(super) fn tree(picture: &Picture<'_>) -> Text {
    let mut text = Text::default();
    text.push(Role::Plain, format!("{}\n", picture.summary()));
    let rows = Tree::new(picture).grow();
    if !rows.is_empty() {
        text.push(Role::Plain, "\n");
    }
    let column = rows.iter().map(Row::width).filter(|width| *width <= WIDEST).max().unwrap_or(WIDEST);
    rows.iter().for_each(|row| row.write(column, &mut text));
    if !picture.problems.is_empty() {
        text.push(Role::Plain, "\n");
        for (at, line) in picture.report.to_string().split('\n').enumerate() {
            // A problem's first line is numbered; names were not made by us.
            let numbered = line.trim_start().starts_with(|c: char| c.is_ascii_digit());
            text.push(if at == 0 || numbered { Role::Problem } else { Role::Detail }, visible(line));
            text.push(Role::Plain, "\n");
        }
    }
    text
}

/// The tree's column is not made wider than this; longer lines stick out.
const WIDEST: usize = 64;

/// Deeper than this a branch goes on at the left edge.
const DEEPEST: usize = 16;

struct Row {
    branch: String,
    name: String,
    is_first: bool,
    lifetime: Option<Lifetime>,
    /// Instead of a lifetime.
    state: &'static str,
    details: Vec<String>,
    problems: Vec<&'static str>,
    is_problem: bool,
}

impl Row {
    fn width(&self) -> usize {
        width(&self.branch) + width(&self.name)
    }

    fn write(&self, column: usize, text: &mut Text) {
        if self.is_problem {
            text.push(Role::Problem, "! ");
        } else {
            text.push(Role::Plain, "  ");
        }
        text.push(Role::Branch, self.branch.clone());
        text.push(if self.is_first { Role::Name } else { Role::Detail }, self.name.clone());
        text.push(Role::Plain, " ".repeat(column.saturating_sub(self.width()) + 2));
        let lifetime = self.lifetime.map_or(self.state.to_owned(), |lifetime| lifetime.to_string());
        let rest = self.details.join(", ");
        let is_last = rest.is_empty() && self.problems.is_empty();
        let padding = if is_last { 0 } else { 11 - lifetime.len() };
        let role = match (self.lifetime, self.is_problem) {
            (Some(lifetime), _) => Role::Lifetime(lifetime),
            (None, true) => Role::Problem,
            (None, false) => Role::Detail,
        };
        text.push(role, lifetime);
        text.push(Role::Plain, " ".repeat(padding));
        text.push(Role::Problem, self.problems.join(", "));
        if !self.problems.is_empty() && !rest.is_empty() {
            text.push(Role::Plain, ", ");
        }
        text.push(Role::Detail, rest);
        text.push(Role::Plain, "\n");
    }
}

struct Tree<'a> {
    picture: &'a Picture<'a>,
    is_shown: Vec<bool>,
    /// Nodes that are to stand at the left edge.
    roots: VecDeque<NodeId>,
    rows: Vec<Row>,
}

impl<'a> Tree<'a> {
    fn new(picture: &'a Picture<'a>) -> Self {
        let count = picture.graph.len();
        let mut is_needed = vec![false; count];
        for edge in &picture.edges {
            if let End::Node(to) = edge.to {
                is_needed[to.0 as usize] |= to != edge.from;
            }
        }
        let all = || picture.graph.nodes().map(|(id, _)| id);
        // After what nobody needs comes what only a cycle leads to.
        let roots = all().filter(|id| !is_needed[id.0 as usize]).chain(all()).collect();
        Self { picture, is_shown: vec![false; count], roots, rows: Vec::new() }
    }

    fn grow(mut self) -> Vec<Row> {
        while let Some(root) = self.roots.pop_front() {
            if !self.is_shown[root.0 as usize] {
                self.node(root, None, &mut Vec::new());
            }
        }
        self.rows
    }

    /// A registration and what hangs below; `ends` says for each level above whether its last branch was reached.
    fn node(&mut self, node: NodeId, from: Option<&Edge>, ends: &mut Vec<bool>) {
        let registration = self.picture.graph.at(node);
        let is_first = !self.is_shown[node.0 as usize];
        let below = self.picture.edges_of(node);
        let is_leaf = below.is_empty();
        let is_deep = is_first && !is_leaf && ends.len() >= DEEPEST;
        let mut details: Vec<String> = from.and_then(|edge| wanted(edge.need)).into_iter().collect();
        details.extend(self.picture.remarks(node).into_iter().map(visible));
        if is_deep {
            details.push("continued below".to_owned());
            self.roots.push_front(node);
        } else if !is_first && !is_leaf {
            details.push("see above".to_owned());
        } else if is_first && registration.origin != crate::graph::Origin::Unknown {
            details.push(format!("at {}", visible(&registration.origin.to_string())));
        }
        self.rows.push(Row {
            branch: branch(ends),
            name: visible(&self.picture.name(node)),
            is_first: is_first && !is_deep,
            lifetime: Some(registration.lifetime),
            state: "",
            details,
            problems: if is_first { self.picture.marks[node.0 as usize].clone() } else { Vec::new() },
            is_problem: from.is_some_and(|edge| edge.is_problem),
        });
        if !is_first || is_deep {
            return;
        }
        self.is_shown[node.0 as usize] = true;
        for (at, edge) in below.iter().enumerate() {
            ends.push(at + 1 == below.len());
            match edge.to {
                End::Node(to) => self.node(to, Some(edge), ends),
                End::Absent(to) => self.absent(to, edge, ends),
            }
            ends.pop();
        }
    }

    fn absent(&mut self, at: usize, edge: &Edge, ends: &[bool]) {
        let mut details: Vec<String> = wanted(edge.need).into_iter().collect();
        if !edge.is_problem {
            details.push("not registered".to_owned());
        }
        self.rows.push(Row {
            branch: branch(ends),
            name: visible(self.picture.absent_name(at)),
            is_first: false,
            lifetime: None,
            state: if edge.is_problem { "missing" } else { "-" },
            details,
            problems: Vec::new(),
            is_problem: edge.is_problem,
        });
    }
}

fn branch(ends: &[bool]) -> String {
    let Some((last, above)) = ends.split_last() else { return String::new() };
    let mut branch: String = above.iter().map(|ended| if *ended { "   " } else { "│  " }).collect();
    branch.push_str(if *last { "└─ " } else { "├─ " });
    branch
}

fn wanted(need: Need) -> Option<String> {
    (need != Need::One).then(|| super::need(need).to_owned())
}
