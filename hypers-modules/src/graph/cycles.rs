//! Circles of imports.

use std::collections::{BTreeSet, HashMap, VecDeque};

use super::{Cycle, Module, ModuleGraph};

/// A circle is looked for from so many modules of a component.
const STARTS: usize = 50;

/// The strongly connected components of a graph that have a cycle: several nodes, or one that leads to itself. Sorted,
/// as are the nodes of each. Tarjan's algorithm with a stack of its own.
pub fn components(successors: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let mut index = vec![NEW; successors.len()];
    let mut low = vec![0; successors.len()];
    let mut is_open = vec![false; successors.len()];
    let (mut open, mut calls, mut found, mut count) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for start in 0..successors.len() {
        if index[start] != NEW {
            continue;
        }
        calls.push((start, 0));
        while let Some((node, next)) = calls.pop() {
            if next == 0 {
                (index[node], low[node], is_open[node]) = (count, count, true);
                count += 1;
                open.push(node);
            } else {
                let child = successors[node][next - 1];
                if is_open[child] {
                    low[node] = low[node].min(low[child]);
                }
            }
            let unseen = successors[node][next..].iter().position(|to| {
                if index[*to] == NEW {
                    return true;
                }
                if is_open[*to] {
                    low[node] = low[node].min(index[*to]);
                }
                false
            });
            if let Some(at) = unseen {
                calls.push((node, next + at + 1));
                calls.push((successors[node][next + at], 0));
                continue;
            }
            if low[node] == index[node] {
                let at = open.iter().rposition(|other| *other == node).unwrap_or(0);
                let mut component = open.split_off(at);
                component.iter().for_each(|member| is_open[*member] = false);
                if component.len() > 1 || successors[node].contains(&node) {
                    component.sort_unstable();
                    found.push(component);
                }
            }
        }
    }
    found.sort_unstable();
    found
}

/// A shortest circle of edges from `start` back to it: the numbers of its edges.
///
/// `edges` gives the edges of a node and where they lead.
pub fn shortest_cycle<I: Iterator<Item = (usize, usize)>>(
    start: usize,
    edges: impl Fn(usize) -> I,
) -> Option<Vec<usize>> {
    way(start, start, edges)
}

/// The edges of a shortest way; from a node to itself it has at least one.
fn way<I: Iterator<Item = (usize, usize)>>(
    start: usize,
    goal: usize,
    edges: impl Fn(usize) -> I,
) -> Option<Vec<usize>> {
    let mut came = HashMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for (edge, to) in edges(node) {
            if to == goal {
                let mut way = vec![edge];
                let mut at = node;
                while at != start {
                    let (edge, from) = came[&at];
                    way.push(edge);
                    at = from;
                }
                way.reverse();
                return Some(way);
            }
            if to != start && !came.contains_key(&to) {
                came.insert(to, (edge, node));
                queue.push_back(to);
            }
        }
    }
    None
}

impl ModuleGraph {
    /// Finds a shortest circle for each set of modules that import each other.
    pub(super) fn find_cycles(&self) -> Vec<Cycle> {
        let at_load = self.components_of(|import| self.imports[import].is_at_load());
        let any = self.components_of(|import| self.imports[import].site.kind.evaluates());
        let mut cycles: Vec<Cycle> = at_load
            .iter()
            .filter_map(|members| {
                let import = |import: &usize| self.imports[*import].is_at_load();
                self.cycle(members, self.shortest(members, import)?, true)
            })
            .collect();
        // What is larger than a circle at load is held together by imports that happen later.
        for members in any.iter().filter(|members| !at_load.contains(members)) {
            let through = self.shortest_through_lazy(members);
            cycles.extend(through.and_then(|imports| self.cycle(members, imports, false)));
        }
        cycles.sort_by_key(|cycle| {
            (cycle.in_dependencies, !cycle.at_load, cycle.imports.len(), cycle.imports.clone())
        });
        cycles
    }

    fn components_of(&self, counts: impl Fn(usize) -> bool) -> Vec<Vec<usize>> {
        let successors = |module: &Module| {
            let counted = module.imports.iter().filter(|import| counts(**import));
            counted.map(|import| self.imports[*import].to).collect::<Vec<_>>()
        };
        components(&self.modules.iter().map(successors).collect::<Vec<_>>())
    }

    fn cycle(&self, members: &[usize], mut imports: Vec<usize>, at_load: bool) -> Option<Cycle> {
        // It is read from the module that the program meets first.
        let first =
            imports.iter().map(|import| self.imports[*import].from).enumerate().min_by_key(|(_, m)| *m)?;
        imports.rotate_left(first.0);
        let in_dependencies = imports.iter().all(|import| self.is_dependency(self.imports[*import].from));
        Some(Cycle { imports, at_load, members: members.to_vec(), in_dependencies })
    }

    fn shortest(&self, members: &[usize], counts: impl Fn(&usize) -> bool) -> Option<Vec<usize>> {
        let within: BTreeSet<usize> = members.iter().copied().collect();
        let starts = members.iter().take(STARTS);
        let cycles =
            starts.filter_map(|start| shortest_cycle(*start, |node| self.edges(node, &within, &counts)));
        cycles.min_by_key(Vec::len)
    }

    /// The shortest circle with an import that happens later.
    fn shortest_through_lazy(&self, members: &[usize]) -> Option<Vec<usize>> {
        let within: BTreeSet<usize> = members.iter().copied().collect();
        let any = |import: &usize| self.imports[*import].site.kind.evaluates();
        let lazy = members.iter().flat_map(|module| self.edges(*module, &within, &any));
        let lazy = lazy.filter(|(import, _)| self.imports[*import].site.lazy).take(STARTS);
        let cycles = lazy.filter_map(|(import, to)| {
            let from = self.imports[import].from;
            let mut cycle = vec![import];
            if from != to {
                cycle.extend(way(to, from, |node| self.edges(node, &within, &any))?);
            }
            Some(cycle)
        });
        cycles.min_by_key(Vec::len)
    }

    fn edges(
        &self,
        module: usize,
        within: &BTreeSet<usize>,
        counts: &impl Fn(&usize) -> bool,
    ) -> impl Iterator<Item = (usize, usize)> {
        let imports = self.modules[module].imports.iter().filter(|import| counts(import));
        imports.map(|import| (*import, self.imports[*import].to)).filter(|(_, to)| within.contains(to))
    }
}
