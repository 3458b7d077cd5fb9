//! A graph and what is wrong with it, for people and for other programs: text, DOT, Mermaid, JSON, an HTML page.
//!
//! Names, keys, notes and places come from whoever wrote the services; each format escapes them in its own way.

mod dot;
mod html;
mod json;
mod layout;
mod mermaid;
mod text;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use super::{Analysis, Graph, Lifetime, Need, NodeId, Problem, Report, ServiceId, Target, names::Names};

pub use text::{Role, Text};

/// A graph that is ready to be shown: made by [`Graph::render`].
///
/// ```
/// use krepis_di::graph::{Build, Graph, Lifetime, Need, Node};
///
/// let mut graph = Graph::new();
/// let (users, db, clock) = (graph.service("app::Users"), graph.service("app::Db"), graph.service("Clock"));
/// graph.node(Node::new(users, Lifetime::Scoped).needs(Need::One, db).needs(Need::Lazy, clock));
/// graph.node(Node::new(db, Lifetime::Singleton).needs(Need::Optional, clock));
///
/// let analysis = graph.check(Build::Sync);
/// let picture = graph.render(&analysis);
/// assert_eq!(
///     picture.to_text(),
///     "\
/// 2 services: 1 singleton, 1 scoped
///
///   Users        scoped     missing dependency
///   ├─ Db        singleton
///   │  └─ Clock  -          optional, not registered
/// ! └─ Clock     missing    lazy
///
/// 1 problem in the services
///   1. missing service: Users needs Clock, which nothing provides
///        Users (scoped) registered at an unknown place
/// "
/// );
/// assert!(picture.to_dot().starts_with("digraph services {"));
/// assert!(picture.to_mermaid().starts_with("flowchart LR"));
/// assert!(picture.to_html("My app").contains("<svg"));
/// ```
pub struct Picture<'a> {
    graph: &'a Graph,
    names: Names,
    problems: &'a [Problem],
    report: Report,
    /// The problems of each registration, by its number.
    marks: Vec<Vec<&'static str>>,
    /// Ordered by where they come from.
    edges: Vec<Edge>,
    absent: Vec<Absent>,
}

/// A dependency with what it is given.
struct Edge {
    from: NodeId,
    to: End,
    need: Need,
    /// Lies on a cycle or on the way to a captive, or leads to something missing or async.
    is_problem: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum End {
    Node(NodeId),
    /// What nothing provides, by its place in [`Picture::absent`].
    Absent(usize),
}

/// A service that something depends on and nothing provides.
struct Absent {
    service: ServiceId,
    /// Somebody cannot do without it.
    is_missing: bool,
}

impl Graph {
    /// Prepares the graph and what [`check`](Graph::check) found for being shown.
    pub fn render<'a>(&'a self, analysis: &'a Analysis) -> Picture<'a> {
        Picture::new(self, analysis)
    }
}

impl<'a> Picture<'a> {
    fn new(graph: &'a Graph, analysis: &'a Analysis) -> Self {
        let mut picture = Self {
            graph,
            names: Names::new(graph),
            problems: &analysis.problems,
            report: analysis.report(graph),
            marks: vec![Vec::new(); graph.len()],
            edges: Vec::new(),
            absent: Vec::new(),
        };
        for problem in picture.problems {
            for node in problem.nodes() {
                let marks = &mut picture.marks[node.0 as usize];
                if !marks.contains(&mark(problem)) {
                    marks.push(mark(problem));
                }
            }
        }
        picture.connect();
        picture
    }

    /// Finds the edges; a factory that takes the same thing twice has one.
    fn connect(&mut self) {
        let bad: HashSet<(NodeId, NodeId)> = self.problems.iter().flat_map(steps).collect();
        let mut absent = HashMap::new();
        for (from, node) in self.graph.nodes() {
            let mut known = HashSet::new();
            for &(need, target) in &node.dependencies {
                let targets = self.graph.targets(need, target);
                let mut add = |to, is_problem| {
                    if known.insert((need, to)) {
                        self.edges.push(Edge { from, to, need, is_problem });
                    }
                };
                for to in &targets {
                    add(End::Node(*to), bad.contains(&(from, *to)));
                }
                if let (true, Target::Service(service)) = (targets.is_empty(), target) {
                    let is_missing = matches!(need, Need::One | Need::Lazy);
                    let at = *absent.entry(service).or_insert_with(|| {
                        self.absent.push(Absent { service, is_missing: false });
                        self.absent.len() - 1
                    });
                    self.absent[at].is_missing |= is_missing;
                    add(End::Absent(at), is_missing);
                }
            }
        }
    }

    /// A tree for a terminal, without colours. See [`text`](Self::text) for those.
    pub fn to_text(&self) -> String {
        self.text().to_string()
    }

    /// A tree for a terminal, in pieces whose [`Role`] says how to colour them.
    ///
    /// Each service stands once with what it depends on; where it comes up again, the line says that it is above.
    /// Control characters in names are shown as escapes, so that a name cannot steer the terminal.
    pub fn text(&self) -> Text {
        text::tree(self)
    }

    /// A graph for Graphviz: `dot -Tsvg`.
    pub fn to_dot(&self) -> String {
        dot::render(self)
    }

    /// A Mermaid flowchart, for Markdown.
    ///
    /// Mermaid itself refuses more than 500 edges unless `maxEdges` is raised.
    pub fn to_mermaid(&self) -> String {
        mermaid::render(self)
    }

    /// The graph for other programs.
    ///
    /// The shape is stable; new fields may be added. `id`s are numbers in the order of registration.
    ///
    /// ```text
    /// {
    ///   "version": 1,
    ///   "nodes": [{
    ///     "id": 0,
    ///     "name": "Cache[red]",       as people read it: short, with the key, and `#2` for the second of several
    ///     "service": "app::Cache",    as it was registered
    ///     "key": "red",               or null
    ///     "lifetime": "singleton",    or "scoped", "transient"
    ///     "async": false,             its factory is async
    ///     "hidden": false,            a decorator took its place
    ///     "note": "decorator",        or null
    ///     "origin": "src/app.ts:3:1"  or null
    ///   }],
    ///   "edges": [{
    ///     "from": 0, "to": 1,         ids: `from` depends on `to`
    ///     "need": "one"               or "optional", "all", "lazy"
    ///   }],
    ///   "unprovided": [{              dependencies on what nothing provides, problem or not
    ///     "from": 0, "service": "app::Clock", "key": null, "need": "optional"
    ///   }],
    ///   "problems": [{
    ///     "kind": "cycle",            or "missing", "captive", "async-behind-sync"
    ///     "message": "cycle: A -> B -> A\n...",
    ///     "nodes": [0, 1]             ids, in the order of the path
    ///   }]
    /// }
    /// ```
    ///
    /// ```
    /// # use krepis_di::graph::{Build, Graph, Lifetime, Node};
    /// let mut graph = Graph::new();
    /// let db = graph.service("app::Db");
    /// graph.node(Node::new(db, Lifetime::Singleton));
    /// let json = graph.render(&graph.check(Build::Sync)).to_json();
    /// assert!(json.contains(r#"{"id":0,"name":"Db","service":"app::Db","key":null,"lifetime":"singleton""#));
    /// ```
    pub fn to_json(&self) -> String {
        json::render(self)
    }

    /// A page that shows the graph as a picture: self-contained, light or dark, to be opened from a file.
    ///
    /// Services are coloured by their lifetimes and laid out in columns, each left of what it depends on. The page has
    /// a search, shows what a service needs and who needs it, and marks problems with their explanations beside.
    pub fn to_html(&self, title: &str) -> String {
        html::render(self, title)
    }

    fn name(&self, node: NodeId) -> String {
        self.names.exact(self.graph, node)
    }

    /// What a registration depends on.
    fn edges_of(&self, node: NodeId) -> &[Edge] {
        let start = self.edges.partition_point(|edge| edge.from < node);
        let count = self.edges[start..].partition_point(|edge| edge.from == node);
        &self.edges[start..start + count]
    }

    fn absent_name(&self, at: usize) -> &str {
        self.names.service(self.absent[at].service)
    }

    /// `3 services: 2 singleton, 1 transient`.
    fn summary(&self) -> String {
        let count = |lifetime| self.graph.nodes().filter(|(_, node)| node.lifetime == lifetime).count();
        let counts: Vec<String> = [Lifetime::Singleton, Lifetime::Scoped, Lifetime::Transient]
            .into_iter()
            .map(|lifetime| (count(lifetime), lifetime))
            .filter(|(count, _)| *count > 0)
            .map(|(count, lifetime)| format!("{count} {lifetime}"))
            .collect();
        match self.graph.len() {
            0 => "no services".to_owned(),
            1 => format!("1 service: {}", counts.join(", ")),
            all => format!("{all} services: {}", counts.join(", ")),
        }
    }

    /// What is to be said of a registration beyond its lifetime: async, what stands behind it, its problems.
    fn remarks(&self, node: NodeId) -> Vec<&str> {
        let registration = self.graph.at(node);
        let mut remarks = Vec::new();
        if registration.is_async {
            remarks.push("async");
        }
        remarks.extend(registration.note.as_deref());
        remarks
    }
}

/// The dependencies that make up a problem.
fn steps(problem: &Problem) -> Vec<(NodeId, NodeId)> {
    let nodes = problem.nodes();
    let back = match problem {
        Problem::Cycle { path } => path.last().zip(path.first()).map(|(last, first)| (*last, *first)),
        _ => None,
    };
    nodes.windows(2).map(|pair| (pair[0], pair[1])).chain(back).collect()
}

/// What a registration is marked with.
fn mark(problem: &Problem) -> &'static str {
    match problem {
        // Of the one that needs it.
        Problem::Missing { .. } => "missing dependency",
        problem => problem.title(),
    }
}

fn kind(problem: &Problem) -> &'static str {
    match problem {
        Problem::Missing { .. } => "missing",
        Problem::Cycle { .. } => "cycle",
        Problem::Captive { .. } => "captive",
        Problem::AsyncBehindSync { .. } => "async-behind-sync",
    }
}

fn need(need: Need) -> &'static str {
    match need {
        Need::One => "one",
        Need::Optional => "optional",
        Need::All => "all",
        Need::Lazy => "lazy",
    }
}

/// How many cells of a terminal a text takes, about: ideographs, Hangul and emoji are twice as wide.
fn width(text: &str) -> usize {
    let wide = |c: char| {
        matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff
            | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd)
    };
    text.chars().map(|c| 1 + usize::from(wide(c))).sum()
}

/// A text on one line, with what cannot be seen or would turn the line around shown as an escape.
fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
        {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}
