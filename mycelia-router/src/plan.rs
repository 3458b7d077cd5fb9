//! The compiled form of a table, as data: `docs/mycelia-layout.md`.

use std::collections::BTreeMap;

use crate::options::{Options, TrailingSlash};
use crate::pattern::{self, Pattern, Piece, Rank, Segment};

/// The compiled form of a table, as data: what a matcher in another language needs to give the same answers.
///
/// With the feature `serde` it is serialised as `docs/mycelia-layout.md` says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Plan {
    /// Of this form: 1.
    pub version: u32,
    /// How paths are read.
    pub options: Options,
    /// The patterns, in the order in which they were added; a route is a place in this list.
    pub routes: Vec<PlanRoute>,
    /// Paths without parameters, and their routes.
    pub statics: BTreeMap<String, u32>,
    /// What the others are matched by. The first is where a match begins.
    pub nodes: Vec<PlanNode>,
}

/// A pattern of a [`Plan`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PlanRoute {
    /// As it was written.
    pub pattern: String,
    /// The names of what is captured, in order; empty for `*`.
    pub captures: Vec<String>,
}

/// What can come next where a segment begins, in the order in which it is tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PlanNode {
    /// Segments that are text.
    pub edges: BTreeMap<String, Target>,
    /// Segments with text and parameters, or with constraints.
    pub dynamic: Vec<PlanDynamic>,
    /// A segment that is one parameter.
    pub parameter: Option<Target>,
    /// One or more segments.
    pub wildcard: Option<Target>,
}

/// A segment with text and parameters, or with constraints.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PlanDynamic {
    /// The text before the first parameter.
    pub prefix: String,
    /// The parameters, each with the text after it.
    pub parameters: Vec<PlanParameter>,
    /// Where it leads.
    pub target: Target,
}

/// A parameter of a [`PlanDynamic`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PlanParameter {
    /// What it may be: a name, or an expression in parentheses.
    pub constraint: Option<String>,
    /// The text after it.
    pub after: String,
}

/// Where a segment leads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Target {
    /// The route, when the path ends after the segment.
    pub route: Option<u32>,
    /// The node, when a slash follows.
    pub node: Option<u32>,
}

impl Plan {
    /// Puts patterns together that are known not to be in conflict.
    pub(crate) fn new<'a>(options: Options, patterns: impl Iterator<Item = &'a Pattern>) -> Self {
        let mut builder = Builder {
            plan: Self {
                version: 1,
                options,
                routes: Vec::new(),
                statics: BTreeMap::new(),
                nodes: vec![PlanNode::default()],
            },
            ranks: vec![Vec::new()],
        };
        for pattern in patterns {
            let route = builder.plan.routes.len() as u32;
            let captures = pattern.captures().to_vec();
            builder.plan.routes.push(PlanRoute { pattern: pattern.as_str().to_owned(), captures });
            for variant in pattern.variants(options.trailing_slash == TrailingSlash::Ignore) {
                builder.add(&variant, route);
            }
        }
        builder.plan
    }
}

struct Builder {
    plan: Plan,
    /// Of the dynamic segments of each node.
    ranks: Vec<Vec<Rank>>,
}

impl Builder {
    fn add(&mut self, variant: &[&Segment], route: u32) {
        let texts: Option<Vec<&str>> = variant
            .iter()
            .map(|segment| match segment {
                Segment::Static(text) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        if let Some(texts) = texts {
            let path = self.folded(&texts.join("/"));
            self.plan.statics.insert(path, route);
            return;
        }
        let mut node = 0;
        for (index, segment) in variant.iter().enumerate() {
            let last = index + 1 == variant.len();
            let next = self.plan.nodes.len() as u32;
            let target = self.target(node, segment);
            if last {
                target.route = Some(route);
            } else if let Some(existing) = target.node {
                node = existing as usize;
            } else {
                target.node = Some(next);
                self.plan.nodes.push(PlanNode::default());
                self.ranks.push(Vec::new());
                node = next as usize;
            }
        }
    }

    /// Where `segment` leads from a node, made when it is not there.
    fn target(&mut self, node: usize, segment: &Segment) -> &mut Target {
        match segment {
            Segment::Static(text) => {
                let text = self.folded(text);
                self.plan.nodes[node].edges.entry(text).or_default()
            }
            Segment::Wildcard(_) => self.plan.nodes[node].wildcard.get_or_insert_default(),
            Segment::Dynamic(pieces) => match &pieces[..] {
                [Piece::Parameter { constraint: None, .. }] => {
                    self.plan.nodes[node].parameter.get_or_insert_default()
                }
                pieces => self.dynamic(node, pieces),
            },
        }
    }

    fn dynamic(&mut self, node: usize, pieces: &[Piece]) -> &mut Target {
        let pieces: Vec<Piece> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => Piece::Text(self.folded(text)),
                Piece::Parameter { constraint, .. } => {
                    Piece::Parameter { name: String::new(), constraint: constraint.clone() }
                }
            })
            .collect();
        let rank = pattern::rank(&pieces);
        let place = self.ranks[node].binary_search(&rank).unwrap_or_else(|place| {
            self.plan.nodes[node].dynamic.insert(place, PlanDynamic::new(&pieces));
            self.ranks[node].insert(place, rank);
            place
        });
        &mut self.plan.nodes[node].dynamic[place].target
    }

    fn folded(&self, text: &str) -> String {
        if self.plan.options.ignore_case { text.to_ascii_lowercase() } else { text.to_owned() }
    }
}

impl PlanDynamic {
    pub(crate) fn new(pieces: &[Piece]) -> Self {
        let mut dynamic = Self { prefix: String::new(), parameters: Vec::new(), target: Target::default() };
        for piece in pieces {
            match (piece, dynamic.parameters.last_mut()) {
                (Piece::Text(text), None) => dynamic.prefix.clone_from(text),
                (Piece::Text(text), Some(last)) => last.after.clone_from(text),
                (Piece::Parameter { constraint, .. }, _) => {
                    dynamic
                        .parameters
                        .push(PlanParameter { constraint: constraint.clone(), after: String::new() });
                }
            }
        }
        dynamic
    }
}
