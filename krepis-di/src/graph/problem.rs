//! What can be wrong with a graph, in words.

use std::fmt;

use super::{Graph, Lifetime, NodeId, ServiceId, names::Names};

/// Something that keeps a container from being built.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// A dependency that nothing provides.
    Missing {
        /// Who needs it.
        node: NodeId,
        /// What is needed.
        service: ServiceId,
    },
    /// Registrations that need each other: each one the next, the last one the first.
    Cycle {
        /// The registrations, without the first one again at the end.
        path: Vec<NodeId>,
    },
    /// A singleton would keep a scoped instance, that of the first scope, for ever.
    Captive {
        /// From the singleton, through transients, to the scoped registration.
        path: Vec<NodeId>,
    },
    /// A sync factory needs an instance that is made asynchronously.
    AsyncBehindSync {
        /// The sync registration.
        node: NodeId,
        /// The async one.
        dependency: NodeId,
    },
}

impl Problem {
    /// The registrations that it involves.
    pub fn nodes(&self) -> Vec<NodeId> {
        match self {
            Self::Missing { node, .. } => vec![*node],
            Self::Cycle { path } | Self::Captive { path } => path.clone(),
            Self::AsyncBehindSync { node, dependency } => vec![*node, *dependency],
        }
    }

    /// The kind of problem in a word or two.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing service",
            Self::Cycle { .. } => "cycle",
            Self::Captive { .. } => "captive dependency",
            Self::AsyncBehindSync { .. } => "async behind sync",
        }
    }

    pub(super) fn sort_key(&self, graph: &Graph, names: &Names) -> impl Ord + use<> {
        let kind = match self {
            Self::Missing { .. } => 0,
            Self::Cycle { .. } => 1,
            Self::Captive { .. } => 2,
            Self::AsyncBehindSync { .. } => 3,
        };
        let missing = match self {
            Self::Missing { service, .. } => names.service(*service).to_owned(),
            _ => String::new(),
        };
        let nodes: Vec<_> = self.nodes().into_iter().map(|node| names.sort_key(graph, node)).collect();
        (kind, nodes, missing)
    }
}

/// All problems of a graph, as a person wants to read them: what, who, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    problems: Vec<String>,
}

impl Report {
    pub(super) fn new(graph: &Graph, problems: &[Problem]) -> Self {
        let names = Names::new(graph);
        let words = Words { graph, names: &names, suggests: problems.len() <= MOST_SUGGESTIONS };
        Self { problems: problems.iter().map(|problem| words.describe(problem)).collect() }
    }

    /// One text for each problem; its first line is the problem itself, further ones say where and what to do.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.len() {
            1 => f.write_str("1 problem in the services")?,
            count => write!(f, "{count} problems in the services")?,
        }
        for (at, problem) in self.problems.iter().enumerate() {
            write!(f, "\n{:>3}. {}", at + 1, problem.replace('\n', "\n     "))?;
        }
        Ok(())
    }
}

/// Past so many problems nobody reads suggestions, and finding them would take long.
const MOST_SUGGESTIONS: usize = 100;

struct Words<'a> {
    graph: &'a Graph,
    names: &'a Names,
    suggests: bool,
}

impl Words<'_> {
    fn describe(&self, problem: &Problem) -> String {
        match problem {
            Problem::Missing { node, service } => self.missing(*node, *service),
            Problem::Cycle { path } => self.cycle(path),
            Problem::Captive { path } => self.captive(path),
            Problem::AsyncBehindSync { node, dependency } => self.async_behind_sync(*node, *dependency),
        }
    }

    fn missing(&self, node: NodeId, service: ServiceId) -> String {
        let wanted = self.names.service(service);
        let mut text = format!("missing service: {} needs {wanted}, which nothing provides", self.name(node));
        text.push_str(&self.places([node]));
        if let Some(similar) = self.similar(wanted) {
            text.push_str(&format!("\ndid you mean {similar}?"));
        }
        text
    }

    fn cycle(&self, path: &[NodeId]) -> String {
        let again = path.first();
        let mut text = format!("cycle: {}", self.way(path.iter().chain(again)));
        text.push_str(&self.places(path.iter().copied()));
        text.push_str("\nbreak it with a lazy dependency, or move what both need into a third service");
        text
    }

    fn captive(&self, path: &[NodeId]) -> String {
        let (holder, held) = (path[0], path[path.len() - 1]);
        let through = match path.len() {
            2 => String::new(),
            _ => format!(", through {}", self.way(path)),
        };
        let mut text = format!(
            "captive dependency: singleton {} would keep scoped {}{through}",
            self.name(holder),
            self.name(held)
        );
        text.push_str(&self.places(path.iter().copied()));
        text.push_str(&format!("\nmake {} scoped, or {} a singleton", self.name(holder), self.name(held)));
        text
    }

    fn async_behind_sync(&self, node: NodeId, dependency: NodeId) -> String {
        let needed = self.name(dependency);
        let mut text =
            format!("async behind sync: {} needs {needed}, whose factory is async", self.name(node));
        text.push_str(&self.places([node, dependency]));
        text.push_str(&match self.graph.at(dependency).lifetime {
            Lifetime::Singleton => {
                format!("\nbuild asynchronously, which makes {needed} first, or make the factory async too")
            }
            _ => "\nmake the factory async too, or take a lazy dependency".to_owned(),
        });
        text
    }

    fn name(&self, node: NodeId) -> String {
        self.names.exact(self.graph, node)
    }

    fn way<'n>(&self, nodes: impl IntoIterator<Item = &'n NodeId>) -> String {
        let names: Vec<String> = nodes.into_iter().map(|node| self.name(*node)).collect();
        names.join(" -> ")
    }

    /// A line for each registration: its lifetime and where it was written.
    fn places(&self, nodes: impl IntoIterator<Item = NodeId>) -> String {
        let line = |node| {
            let registration = self.graph.at(node);
            format!(
                "\n  {} ({}) registered at {}",
                self.name(node),
                registration.lifetime,
                registration.origin
            )
        };
        nodes.into_iter().map(line).collect()
    }

    /// A provided service whose name is the wanted one but for case, a key, `dyn`, or a slip of the hand.
    fn similar(&self, wanted: &str) -> Option<&str> {
        if !self.suggests {
            return None;
        }
        let plain = |name: &str| {
            let name = name.split_once('[').map_or(name, |(name, _)| name);
            name.trim_start_matches("dyn ").to_lowercase()
        };
        let target = plain(wanted);
        let provided =
            self.graph.nodes().map(|(id, _)| self.names.node(self.graph, id)).filter(|name| *name != wanted);
        let close = provided.map(|name| (distance(&plain(name), &target), name));
        close.filter(|(distance, _)| *distance <= target.len() / 4).min().map(|(_, name)| name)
    }
}

/// Edits between two words (Levenshtein), as far as they are worth knowing: length differences past 3 are far.
fn distance(a: &str, b: &str) -> usize {
    if a.len().abs_diff(b.len()) > 3 {
        return usize::MAX;
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
