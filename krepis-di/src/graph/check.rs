//! The rules: nothing missing, no cycle, nothing captive, nothing async behind something sync.

use std::cell::LazyCell;
use std::collections::{HashMap, HashSet, VecDeque};

use super::{Build, Graph, Lifetime, Need, NodeId, Problem, Report, names::Names};

/// What [`Graph::check`] found.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// Everything that is wrong; empty for a sound graph.
    pub problems: Vec<Problem>,
    /// The registrations with every dependency before its dependents (as far as there are no cycles).
    pub order: Vec<NodeId>,
    /// For each registration, by its number: making it needs a scope, because it or something below it is scoped.
    pub needs_scope: Vec<bool>,
    edges: Edges,
}

impl Analysis {
    /// The problems as text for people.
    pub fn report(&self, graph: &Graph) -> Report {
        Report::new(graph, &self.problems)
    }

    /// What a registration depends on, resolved; a dependency on all registrations of a service is several edges.
    pub fn dependencies(&self, node: NodeId) -> &[(Need, NodeId)] {
        self.edges.of(node)
    }
}

pub(super) fn check(graph: &Graph, build: Build) -> Analysis {
    let names = LazyCell::new(|| Names::new(graph));
    let mut problems = missing(graph);
    let edges = Edges::resolve(graph);
    let (tangles, order) = components(graph, &edges);
    for component in &tangles {
        cycles(graph, component, &edges, &names, &mut problems);
    }
    let mut all: Vec<NodeId> = graph.nodes().map(|(id, _)| id).collect();
    let scoped = next_scoped(graph, &edges, &all);
    if !captives(graph, &edges, &scoped).is_empty() {
        // Of several ways that are as short, the one that is shown must not depend on the order of registration.
        all.sort_by_cached_key(|node| names.sort_key(graph, *node));
        problems.extend(captives(graph, &edges, &next_scoped(graph, &edges, &all)));
    }
    async_behind_sync(graph, &edges, build, &mut problems);
    problems.sort_by_cached_key(|problem| problem.sort_key(graph, &names));
    let needs_scope =
        graph.nodes().map(|(id, node)| node.lifetime == Lifetime::Scoped || scoped[id.0 as usize].is_some());
    Analysis { needs_scope: needs_scope.collect(), problems, order, edges }
}

/// All resolved dependencies, row after row.
#[derive(Clone, Debug)]
struct Edges {
    starts: Vec<u32>,
    all: Vec<(Need, NodeId)>,
}

impl Edges {
    fn resolve(graph: &Graph) -> Self {
        let mut edges = Self { starts: vec![0], all: Vec::new() };
        for (_, node) in graph.nodes() {
            for &(need, target) in &node.dependencies {
                edges.all.extend(graph.targets(need, target).into_iter().map(|target| (need, target)));
            }
            edges.starts.push(super::index(edges.all.len()));
        }
        edges
    }

    fn of(&self, node: NodeId) -> &[(Need, NodeId)] {
        let at = node.0 as usize;
        &self.all[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// What must exist before the node can be made.
    fn eager(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        self.of(node).iter().filter(|(need, _)| *need != Need::Lazy).map(|&(_, target)| target)
    }
}

fn missing(graph: &Graph) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (node, registration) in graph.nodes() {
        let own = problems.len();
        for &(need, target) in &registration.dependencies {
            let super::Target::Service(service) = target else { continue };
            let problem = Problem::Missing { node, service };
            if matches!(need, Need::One | Need::Lazy)
                && graph.last(service).is_none()
                && !problems[own..].contains(&problem)
            {
                problems.push(problem);
            }
        }
    }
    problems
}

/// Strongly connected components that hold a cycle, and all nodes in dependency order: Tarjan's algorithm (1972) with
/// its recursion on the heap.
fn components(graph: &Graph, edges: &Edges) -> (Vec<Vec<NodeId>>, Vec<NodeId>) {
    const UNSEEN: u32 = u32::MAX;
    let count = graph.len();
    let (mut entered, mut low) = (vec![UNSEEN; count], vec![UNSEEN; count]);
    let mut on_stack = vec![false; count];
    let (mut stack, mut clock) = (Vec::new(), 0);
    let (mut found, mut order) = (Vec::new(), Vec::with_capacity(count));
    for (root, _) in graph.nodes() {
        if entered[root.0 as usize] != UNSEEN {
            continue;
        }
        let mut calls = vec![(root, 0)];
        while let Some((node, next)) = calls.last_mut() {
            let at = node.0 as usize;
            if *next == 0 && entered[at] == UNSEEN {
                (entered[at], low[at], on_stack[at]) = (clock, clock, true);
                clock += 1;
                stack.push(*node);
            }
            if let Some(&(need, target)) = edges.of(*node).get(*next) {
                *next += 1;
                let to = target.0 as usize;
                if need == Need::Lazy {
                    continue;
                }
                if entered[to] == UNSEEN {
                    calls.push((target, 0));
                } else if on_stack[to] {
                    low[at] = low[at].min(entered[to]);
                }
                continue;
            }
            let node = *node;
            calls.pop();
            if let Some((caller, _)) = calls.last() {
                let caller = caller.0 as usize;
                low[caller] = low[caller].min(low[at]);
            }
            if low[at] == entered[at] {
                let start =
                    stack.iter().rposition(|other| *other == node).expect("because a root is on the stack");
                let component = stack.split_off(start);
                component.iter().for_each(|member| on_stack[member.0 as usize] = false);
                order.extend(component.iter().rev());
                if component.len() > 1 || edges.eager(node).any(|target| target == node) {
                    found.push(component);
                }
            }
        }
    }
    (found, order)
}

/// No more cycles than this are shown of one tangle: whoever breaks them sees the rest the next time.
const MOST_CYCLES: usize = 32;

/// Shortest cycles of one component, until each of its edges lies on one of them.
fn cycles(graph: &Graph, component: &[NodeId], edges: &Edges, names: &Names, problems: &mut Vec<Problem>) {
    let mut members = component.to_vec();
    members.sort_by_cached_key(|node| names.sort_key(graph, *node));
    let ranks: HashMap<NodeId, usize> =
        members.iter().enumerate().map(|(rank, node)| (*node, rank)).collect();
    let inside = |node: NodeId| {
        let mut targets: Vec<usize> =
            edges.eager(node).filter_map(|target| ranks.get(&target).copied()).collect();
        targets.sort_unstable();
        targets.dedup();
        targets
    };
    let next: Vec<Vec<usize>> = members.iter().map(|node| inside(*node)).collect();
    let mut shown = HashSet::new();
    let mut count = 0;
    for from in 0..members.len() {
        for &to in &next[from] {
            if count == MOST_CYCLES {
                return;
            }
            if shown.contains(&(from, to)) {
                continue;
            }
            let mut cycle = shortest(to, from, &next);
            for at in 0..cycle.len() {
                shown.insert((cycle[at], cycle[(at + 1) % cycle.len()]));
            }
            let first = (0..cycle.len()).min_by_key(|at| cycle[*at]).unwrap_or(0);
            cycle.rotate_left(first);
            problems.push(Problem::Cycle { path: cycle.into_iter().map(|rank| members[rank]).collect() });
            count += 1;
        }
    }
}

/// The nodes on a shortest way, both ends included: breadth first.
fn shortest(from: usize, to: usize, next: &[Vec<usize>]) -> Vec<usize> {
    let mut came_from = vec![usize::MAX; next.len()];
    let mut queue = VecDeque::from([from]);
    came_from[from] = from;
    while let Some(at) = queue.pop_front() {
        if at == to {
            break;
        }
        for &step in &next[at] {
            if came_from[step] == usize::MAX {
                came_from[step] = at;
                queue.push_back(step);
            }
        }
    }
    let mut way = vec![to];
    let mut at = to;
    while at != from {
        at = came_from[at];
        way.push(at);
    }
    way.reverse();
    way
}

/// For each transient: the dependency that leads to a scoped service on the shortest way, if any does; the first one in the
/// order of `all` nodes.
fn next_scoped(graph: &Graph, edges: &Edges, all: &[NodeId]) -> Vec<Option<NodeId>> {
    let mut dependents = vec![Vec::new(); graph.len()];
    let mut queue = VecDeque::new();
    for &id in all {
        match graph.at(id).lifetime {
            Lifetime::Transient => {
                edges.of(id).iter().for_each(|(_, target)| dependents[target.0 as usize].push(id));
            }
            Lifetime::Scoped => queue.push_back(id),
            Lifetime::Singleton => {}
        }
    }
    let mut next = vec![None; graph.len()];
    while let Some(node) = queue.pop_front() {
        for &dependent in &dependents[node.0 as usize] {
            let step = &mut next[dependent.0 as usize];
            if step.is_none() {
                *step = Some(node);
                queue.push_back(dependent);
            }
        }
    }
    next
}

fn captives(graph: &Graph, edges: &Edges, next_scoped: &[Option<NodeId>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (node, registration) in graph.nodes() {
        if registration.lifetime != Lifetime::Singleton {
            continue;
        }
        let own = problems.len();
        for &(_, target) in edges.of(node) {
            let mut path = vec![node, target];
            let mut at = target;
            while let Some(next) = next_scoped[at.0 as usize] {
                path.push(next);
                at = next;
            }
            if graph.at(at).lifetime == Lifetime::Scoped {
                let problem = Problem::Captive { path };
                if !problems[own..].contains(&problem) {
                    problems.push(problem);
                }
            }
        }
    }
    problems
}

fn async_behind_sync(graph: &Graph, edges: &Edges, build: Build, problems: &mut Vec<Problem>) {
    for (node, registration) in graph.nodes() {
        if registration.is_async {
            continue;
        }
        let own = problems.len();
        for target in edges.eager(node) {
            let dependency = graph.at(target);
            let ready = build == Build::Async && dependency.lifetime == Lifetime::Singleton;
            let problem = Problem::AsyncBehindSync { node, dependency: target };
            if dependency.is_async && !ready && !problems[own..].contains(&problem) {
                problems.push(problem);
            }
        }
    }
}
