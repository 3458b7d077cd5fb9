//! A plan, packed for matching.

use crate::affix::Affixes;
use crate::constraint::Constraints;
use crate::dynamic::Dynamic;
use crate::index::{Index, NONE, Slots};
use crate::plan::{Plan, Target};
use crate::search::{First, Search, Spans, Visit};
use crate::word::Words;

/// A compiled table. It never changes.
#[derive(Clone)]
pub(crate) struct Table {
    pub(crate) nodes: Vec<Node>,
    pub(crate) slots: Slots,
    pub(crate) dynamics: Vec<Dynamic>,
    pub(crate) affixes: Affixes,
    statics: Option<Index>,
    /// A bit for each length that a path without parameters has; the last for all that are longer.
    static_lengths: u64,
    /// The node behind the slash that a path begins with, or `NONE`.
    slash: u32,
    /// `subsystem:`, and the node behind `//`. There is no such index when something else can come first.
    subsystems: Option<Index>,
}

/// What can come where a segment begins.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) edges: Option<Index>,
    pub(crate) dynamic: (u32, u32),
    /// When there are many of those, the lengths of their prefixes.
    pub(crate) prefixes: (u32, u32),
    pub(crate) parameter_route: u32,
    pub(crate) parameter_node: u32,
    pub(crate) wildcard_route: u32,
    pub(crate) wildcard_node: u32,
    /// The number of the wildcard, if it is below another one.
    pub(crate) wildcard_below: u32,
    /// Whether nothing but text can come.
    pub(crate) edges_only: bool,
}

impl Table {
    pub(crate) fn new(plan: &Plan, constraints: &Constraints) -> Self {
        let mut slots = Slots::default();
        let mut dynamics = Vec::new();
        let mut affixes = Affixes::default();
        let statics = slots.add(plan.statics.iter().map(|(path, route)| (path.as_str(), *route, NONE)));
        let below = below_wildcards(plan);
        let nodes = plan
            .nodes
            .iter()
            .zip(below)
            .map(|(node, below)| {
                let from = dynamics.len() as u32;
                let (prefixes, ordered) = affixes.add(&node.dynamic, from, &mut slots);
                dynamics.extend(ordered.into_iter().map(|dynamic| Dynamic::new(dynamic, constraints)));
                let (parameter_route, parameter_node) = unpack(node.parameter);
                let (wildcard_route, wildcard_node) = unpack(node.wildcard);
                Node {
                    edges: slots.add(node.edges.iter().map(|(text, target)| {
                        let (route, node) = unpack(Some(*target));
                        (text.as_str(), route, node)
                    })),
                    dynamic: (from, dynamics.len() as u32),
                    prefixes,
                    parameter_route,
                    parameter_node,
                    wildcard_route,
                    wildcard_node,
                    wildcard_below: below,
                    edges_only: node.dynamic.is_empty()
                        && node.parameter.is_none()
                        && node.wildcard.is_none(),
                }
            })
            .collect();
        let static_lengths = plan.statics.keys().fold(0, |lengths, path| lengths | length_bit(path.len()));
        let slash = plan.nodes[0].edges.get("").and_then(|target| target.node).unwrap_or(NONE);
        let subsystems = subsystems(plan).and_then(|subsystems| slots.add(subsystems.into_iter()));
        Self { nodes, slots, dynamics, affixes, subsystems, statics, static_lengths, slash }
    }

    /// The route for a path, or `NONE`. What it captures is in `spans`.
    #[inline]
    pub(crate) fn find<const FOLD: bool>(&self, text: &str, spans: &mut Spans) -> u32 {
        self.search::<FOLD, First>(text, spans, &mut First)
    }

    /// Goes through all routes that take the path, until it is enough for `visit`. It has at most `MAX_PATH` bytes.
    #[inline]
    pub(crate) fn search<const FOLD: bool, V: Visit>(
        &self,
        text: &str,
        spans: &mut Spans,
        visit: &mut V,
    ) -> u32 {
        let words = Words::new(text.as_bytes());
        visit.step();
        let exact = self.exact::<FOLD>(words);
        if exact != NONE && visit.found(exact, spans) {
            return exact;
        }
        let Some((node, at)) = self.begin::<FOLD>(words) else { return NONE };
        Search { table: self, text, words, spans, visit, left: 0, left_more: Vec::new() }
            .walk::<FOLD>(node, at)
    }

    /// Where the tree has to be entered.
    #[inline]
    fn begin<const FOLD: bool>(&self, words: Words<'_>) -> Option<(u32, usize)> {
        if words.bytes().first() == Some(&b'/') {
            // Before the first slash is nothing, which only an edge can take.
            return (self.slash != NONE).then_some((self.slash, 1));
        }
        let Some(index) = &self.subsystems else { return Some((0, 0)) };
        let (end, first) = words.segment(0);
        let slot = self.slots.get::<FOLD>(index, words, 0, end, first)?;
        words.bytes()[end..].starts_with(b"//").then_some((slot.node, end + 2))
    }

    /// The route without parameters for the whole path.
    #[inline]
    fn exact<const FOLD: bool>(&self, words: Words<'_>) -> u32 {
        let len = words.len();
        match &self.statics {
            Some(index) if self.static_lengths & length_bit(len) != 0 => {
                let slot = self.slots.get::<FOLD>(index, words, 0, len, words.at(0));
                slot.map_or(NONE, |slot| slot.route)
            }
            _ => NONE,
        }
    }
}

#[inline]
fn length_bit(len: usize) -> u64 {
    1 << len.min(63)
}

fn unpack(target: Option<Target>) -> (u32, u32) {
    target.map_or((NONE, NONE), |target| (target.route.unwrap_or(NONE), target.node.unwrap_or(NONE)))
}

/// What addresses begin with, and the node behind `//`; nothing when some begin with a parameter.
fn subsystems(plan: &Plan) -> Option<Vec<(&str, u32, u32)>> {
    let root = &plan.nodes[0];
    let behind = |target: &Target| plan.nodes[target.node? as usize].edges.get("")?.node;
    let edges = root.edges.iter().filter(|(text, _)| !text.is_empty());
    let subsystems = edges.map(|(text, target)| Some((text.as_str(), NONE, behind(target)?)));
    if root.dynamic.is_empty() && root.parameter.is_none() { subsystems.collect() } else { None }
}

/// For each node the number of its wildcard, if it has one and is below another one.
fn below_wildcards(plan: &Plan) -> Vec<u32> {
    let mut numbers = vec![NONE; plan.nodes.len()];
    let mut next = 0;
    let mut open = vec![(0, false)];
    while let Some((index, below)) = open.pop() {
        let node = &plan.nodes[index as usize];
        if below && node.wildcard.is_some() {
            numbers[index as usize] = next;
            next += 1;
        }
        let others = node.edges.values().chain(node.dynamic.iter().map(|dynamic| &dynamic.target));
        open.extend(others.chain(&node.parameter).filter_map(|target| target.node).map(|node| (node, below)));
        open.extend(node.wildcard.and_then(|target| target.node).map(|node| (node, true)));
    }
    numbers
}
