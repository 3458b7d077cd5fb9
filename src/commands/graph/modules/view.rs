//! What is drawn of a graph: a dependency is one box, unless all modules are wanted.

use std::collections::{HashSet, VecDeque};

use krepis::modules::ModuleGraph;
use krepis::modules::graph::{ModuleKind, dominators, retained};

use super::super::super::picture::words::visible;

pub(super) struct View<'a> {
    pub(super) graph: &'a ModuleGraph,
    /// The entry first.
    pub(super) units: Vec<Unit>,
    /// Every module and built-in is one of its own.
    pub(super) is_whole: bool,
}

/// A module, or a package with all its modules.
pub(super) struct Unit {
    pub(super) name: String,
    /// The first of its modules.
    pub(super) module: usize,
    pub(super) package: Option<usize>,
    pub(super) modules: usize,
    pub(super) bytes: u64,
    /// What would go if it went.
    pub(super) retained: u64,
    pub(super) is_missing: bool,
    /// It may be missing, for all who ask for it.
    pub(super) is_optional: bool,
    pub(super) edges: Vec<Edge>,
    /// The unit that leads here on the shortest way.
    pub(super) via: Option<usize>,
    pub(super) depth: usize,
}

pub(super) struct Edge {
    pub(super) to: usize,
    /// All of them happen later.
    pub(super) is_lazy: bool,
    /// The cycle that one of them belongs to.
    pub(super) cycle: Option<usize>,
}

impl<'a> View<'a> {
    pub(super) fn new(graph: &'a ModuleGraph, is_whole: bool) -> Self {
        let mut view = Self { graph, units: Vec::new(), is_whole };
        let places = view.collect();
        view.connect(&places);
        view.measure();
        view
    }

    /// Makes the units; gives the one of each module.
    fn collect(&mut self) -> Vec<Option<usize>> {
        let graph = self.graph;
        let problems = graph.problems();
        let needed =
            problems.iter().filter(|problem| !problem.is_expected).filter_map(|problem| problem.import);
        let needed: HashSet<usize> = needed.map(|import| graph.imports[import].to).collect();
        let mut by_package = vec![None; graph.packages.len()];
        let mut places = Vec::with_capacity(graph.modules.len());
        for (number, module) in graph.modules.iter().enumerate() {
            let folded =
                module.package.filter(|_| !self.is_whole && graph.is_dependency(number) && number != 0);
            let known = folded.and_then(|package| by_package[package]);
            let place = match known {
                Some(place) => Some(place),
                None if module.kind == ModuleKind::Builtin && !self.is_whole => None,
                None => {
                    let name = match folded.map(|package| &graph.packages[package]) {
                        Some(package) if package.version.is_empty() => visible(&package.name),
                        Some(package) => format!("{}@{}", visible(&package.name), visible(&package.version)),
                        None => visible(&module.name),
                    };
                    self.units.push(Unit {
                        name,
                        module: number,
                        package: folded,
                        modules: 0,
                        bytes: 0,
                        retained: 0,
                        is_missing: module.kind == ModuleKind::Missing,
                        is_optional: module.kind == ModuleKind::Missing && !needed.contains(&number),
                        edges: Vec::new(),
                        via: None,
                        depth: 0,
                    });
                    Some(self.units.len() - 1)
                }
            };
            if let Some(package) = folded {
                by_package[package] = place;
            }
            if let Some(unit) = place.map(|place| &mut self.units[place]) {
                unit.modules += 1;
                unit.bytes += module.bytes;
            }
            places.push(place);
        }
        places
    }

    fn connect(&mut self, places: &[Option<usize>]) {
        let mut cycles = vec![None; self.graph.imports.len()];
        for (number, cycle) in self.graph.cycles.iter().enumerate().rev() {
            cycle.imports.iter().for_each(|import| cycles[*import] = Some(number));
        }
        for (number, import) in self.graph.imports.iter().enumerate() {
            let (Some(from), Some(to)) = (places[import.from], places[import.to]) else { continue };
            let is_lazy = !import.is_at_load();
            let cycle = cycles[number];
            let edges = &mut self.units[from].edges;
            if from == to && import.from != import.to {
                continue;
            }
            match edges.iter_mut().find(|edge| edge.to == to) {
                Some(edge) => {
                    edge.is_lazy &= is_lazy;
                    edge.cycle = edge.cycle.or(cycle);
                }
                None => edges.push(Edge { to, is_lazy, cycle }),
            }
        }
    }

    fn measure(&mut self) {
        let successors: Vec<Vec<usize>> =
            self.units.iter().map(|unit| unit.edges.iter().map(|edge| edge.to).collect()).collect();
        let bytes: Vec<u64> = self.units.iter().map(|unit| unit.bytes).collect();
        let retained = retained(&dominators(&successors), &successors, &bytes);
        for (unit, retained) in self.units.iter_mut().zip(retained) {
            unit.retained = retained;
        }
        let mut queue = VecDeque::from([0]);
        let mut seen = HashSet::from([0]);
        while let Some(from) = queue.pop_front() {
            for &to in &successors[from] {
                if seen.insert(to) {
                    (self.units[to].via, self.units[to].depth) = (Some(from), self.units[from].depth + 1);
                    queue.push_back(to);
                }
            }
        }
    }

    /// The cycle of an edge, if it is one that is shown here.
    pub(super) fn cycle(&self, edge: &Edge) -> Option<usize> {
        edge.cycle.filter(|cycle| self.is_whole || !self.graph.cycles[*cycle].in_dependencies)
    }
}
