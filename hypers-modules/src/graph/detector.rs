//! Cycles as they come up: what a loader asks while it loads.

use std::collections::VecDeque;

const NONE: u32 = u32::MAX;

/// Knows which modules are being loaded, and which imports would close a cycle.
///
/// Modules are small numbers that the caller gives out, best in the order in which they are met: then most questions
/// are answered by comparing two numbers. Nothing here recurses.
///
/// ```
/// use hypers_modules::graph::CycleDetector;
/// let mut detector = CycleDetector::new();
/// let (a, b, c) = (0, 1, 2);
/// assert!(detector.enter(a) && detector.enter(b));
/// assert!(!detector.enter(a), "a is being loaded already");
/// assert_eq!(detector.loading_path(a), Some(&[a, b][..]));
///
/// assert!(detector.add(a, b) && detector.add(b, c));
/// assert_eq!(detector.would_cycle(c, a), Some(vec![a, b, c, a]));
/// assert!(!detector.closes(a, c));
/// ```
///
/// The order is kept as in Pearce and Kelly, "A Dynamic Topological Sort Algorithm for Directed Acyclic Graphs";
/// modules that are on a cycle share a place in it. The ways along which modules were first met form a forest with
/// jump pointers (Myers, "An Applicative Random-Access Stack"), which answers for long chains.
#[derive(Clone, Debug)]
pub struct CycleDetector {
    /// Modules that are being loaded, the outermost first.
    loading: Vec<u32>,
    /// Where a module is in `loading`.
    place: Vec<u32>,
    nodes: Vec<Node>,
    imports: Vec<Vec<u32>>,
    importers: Vec<Vec<u32>>,
    /// The modules of each group, under the number of the module that stands for it.
    members: Vec<Vec<u32>>,
    /// Marks of the last search.
    marks: Vec<u32>,
    epoch: u32,
    /// Where the last search for a way came from.
    origins: Vec<u32>,
}

/// What questions are answered from.
#[derive(Clone, Copy, Debug)]
struct Node {
    /// The module that stands for all that are on cycles with this one.
    group: u32,
    /// The place in the order; valid for the group's own module. Every import leads to a higher one, or stays within
    /// its group.
    order: u32,
    depth: u32,
    /// The module that imported it first; itself at a root.
    parent: u32,
    /// A module further up.
    jump: u32,
    has_children: bool,
}

impl CycleDetector {
    /// A detector that knows no module.
    pub fn new() -> Self {
        Self {
            loading: Vec::new(),
            place: Vec::new(),
            nodes: Vec::new(),
            imports: Vec::new(),
            importers: Vec::new(),
            members: Vec::new(),
            marks: Vec::new(),
            epoch: 0,
            origins: Vec::new(),
        }
    }

    /// How many modules it knows: one more than the highest number.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether it knows no module.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// A module begins to load. `false` when it has begun already: who asks is on a cycle with it, and
    /// [`loading_path`](Self::loading_path) says which.
    #[inline]
    pub fn enter(&mut self, module: u32) -> bool {
        if self.is_loading(module) {
            return false;
        }
        if self.place.len() <= module as usize {
            self.place.resize(module as usize + 1, NONE);
        }
        self.place[module as usize] = self.loading.len() as u32;
        self.loading.push(module);
        true
    }

    /// A module has been loaded, or has failed to. The innermost one leaves at once; another one costs a step for each
    /// module within it.
    #[inline]
    pub fn leave(&mut self, module: u32) {
        let Some(place) = self.place.get_mut(module as usize) else { return };
        let at = std::mem::replace(place, NONE);
        if at == NONE {
            return;
        }
        self.loading.remove(at as usize);
        for inner in &self.loading[at as usize..] {
            self.place[*inner as usize] -= 1;
        }
    }

    /// Whether a module has begun to load and not ended.
    #[inline]
    pub fn is_loading(&self, module: u32) -> bool {
        self.place.get(module as usize).is_some_and(|place| *place != NONE)
    }

    /// The modules that are being loaded from `module` on: with `module` again at its end, the cycle.
    pub fn loading_path(&self, module: u32) -> Option<&[u32]> {
        let place = *self.place.get(module as usize)?;
        if place == NONE { None } else { self.loading.get(place as usize..) }
    }

    /// Whether the import of `to` by `from` closes a cycle, be that import there already or not.
    #[inline]
    pub fn closes(&mut self, from: u32, to: u32) -> bool {
        if from == to {
            return true;
        }
        let (Some(source), Some(target)) = (self.nodes.get(from as usize), self.nodes.get(to as usize))
        else {
            return false;
        };
        let (source, target) = (source.group, target.group);
        if source == target {
            return true;
        }
        let limit = self.order(source);
        if limit < self.order(target) {
            return false;
        }
        self.is_ancestor(to, from) || self.reaches(target, source, limit)
    }

    /// The shortest cycle that the import of `to` by `from` closes: from `to` to `from`, and `to` again.
    pub fn would_cycle(&mut self, from: u32, to: u32) -> Option<Vec<u32>> {
        if !self.closes(from, to) {
            return None;
        }
        let mut path = self.path(to, from);
        path.push(to);
        Some(path)
    }

    /// Remembers that `from` imports `to`. `false` when that closes a cycle.
    pub fn add(&mut self, from: u32, to: u32) -> bool {
        self.know(from.max(to));
        self.adopt(from, to);
        self.imports[from as usize].push(to);
        self.importers[to as usize].push(from);
        let (source, target) = (self.group(from), self.group(to));
        source != target && (self.order(source) < self.order(target) || self.reorder(source, target))
    }

    fn know(&mut self, module: u32) {
        for group in self.nodes.len() as u32..=module {
            self.nodes.push(Node {
                group,
                order: group,
                depth: 0,
                parent: group,
                jump: group,
                has_children: false,
            });
            self.imports.push(Vec::new());
            self.importers.push(Vec::new());
            self.members.push(vec![group]);
            self.marks.push(0);
            self.origins.push(NONE);
        }
    }

    /// Puts a module that nothing hangs on yet under the one that imports it first.
    fn adopt(&mut self, from: u32, to: u32) {
        let child = self.nodes[to as usize];
        if from == to || child.parent != to || child.has_children {
            return;
        }
        let parent = self.nodes[from as usize];
        let jump = self.nodes[parent.jump as usize];
        let above = self.nodes[jump.jump as usize];
        let is_twin = parent.depth - jump.depth == jump.depth - above.depth;
        self.nodes[from as usize].has_children = true;
        let child = &mut self.nodes[to as usize];
        child.parent = from;
        child.depth = parent.depth + 1;
        child.jump = if is_twin { jump.jump } else { from };
    }

    /// Whether `above` stands over `below` in the forest of first imports.
    fn is_ancestor(&self, above: u32, below: u32) -> bool {
        let depth = self.nodes[above as usize].depth;
        let mut at = below;
        while let Node { depth: found, parent, jump, .. } = self.nodes[at as usize]
            && found > depth
        {
            at = if self.nodes[jump as usize].depth >= depth { jump } else { parent };
        }
        at == above
    }

    #[inline]
    fn group(&self, module: u32) -> u32 {
        self.nodes[module as usize].group
    }

    #[inline]
    fn order(&self, group: u32) -> u32 {
        self.nodes[group as usize].order
    }

    /// Brings the order in line with a new import against it. `false` when that has made one of several groups.
    fn reorder(&mut self, source: u32, target: u32) -> bool {
        let (low, high) = (self.order(target), self.order(source));
        let mut before = self.search(source, |detector, module| &detector.importers[module], |at| at >= low);
        let mut after = self.search(target, |detector, module| &detector.imports[module], |at| at <= high);
        // The marks are those of `after` now.
        let is_joined = |detector: &Self, group: &u32| detector.marks[*group as usize] == detector.epoch;
        let joined: Vec<u32> = before.iter().copied().filter(|group| is_joined(self, group)).collect();
        let mut places: Vec<u32> = after.iter().map(|group| self.order(*group)).collect();
        before.retain(|group| !is_joined(self, group));
        places.extend(before.iter().map(|group| self.order(*group)));
        places.sort_unstable();
        after.retain(|group| joined.binary_search(group).is_err());
        before.sort_unstable_by_key(|group| self.order(*group));
        after.sort_unstable_by_key(|group| self.order(*group));
        // Who imports goes down, who is imported goes up; what is on the cycle shares a place between them.
        let up = places.len() - after.len();
        for (group, place) in before.iter().zip(&places).chain(after.iter().zip(&places[up..])) {
            self.nodes[*group as usize].order = *place;
        }
        if let Some(place) = places.get(before.len()).filter(|_| !joined.is_empty()) {
            let group = self.join(&joined);
            self.nodes[group as usize].order = *place;
        }
        joined.is_empty()
    }

    /// Makes one group of several, under the name of the largest.
    fn join(&mut self, groups: &[u32]) -> u32 {
        let size = |group: &&u32| self.members[**group as usize].len();
        let largest = groups.iter().max_by_key(size).copied().expect("because the import is on a cycle");
        let mut members = std::mem::take(&mut self.members[largest as usize]);
        for group in groups.iter().filter(|group| **group != largest) {
            for module in std::mem::take(&mut self.members[*group as usize]) {
                self.nodes[module as usize].group = largest;
                members.push(module);
            }
        }
        self.members[largest as usize] = members;
        largest
    }

    /// The groups that `next` leads to from a group, itself among them, sorted, within a part of the order.
    fn search(
        &mut self,
        start: u32,
        next: impl Fn(&Self, usize) -> &[u32],
        within: impl Fn(u32) -> bool,
    ) -> Vec<u32> {
        self.epoch += 1;
        self.marks[start as usize] = self.epoch;
        let mut found = vec![start];
        let mut at = 0;
        while let Some(&group) = found.get(at) {
            at += 1;
            for member in 0..self.members[group as usize].len() {
                let module = self.members[group as usize][member] as usize;
                for edge in 0..next(self, module).len() {
                    let group = self.group(next(self, module)[edge]);
                    if self.marks[group as usize] != self.epoch && within(self.order(group)) {
                        self.marks[group as usize] = self.epoch;
                        found.push(group);
                    }
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// Whether imports lead from one group to another; all that is on the way stands below `limit`.
    fn reaches(&mut self, start: u32, goal: u32, limit: u32) -> bool {
        self.epoch += 1;
        self.marks[start as usize] = self.epoch;
        let mut stack = vec![start];
        while let Some(group) = stack.pop() {
            for module in &self.members[group as usize] {
                for &to in &self.imports[*module as usize] {
                    let group = self.nodes[to as usize].group;
                    if group == goal {
                        return true;
                    }
                    if self.marks[group as usize] != self.epoch && self.nodes[group as usize].order < limit {
                        self.marks[group as usize] = self.epoch;
                        stack.push(group);
                    }
                }
            }
        }
        false
    }

    /// The shortest way between modules that are known to have one.
    fn path(&mut self, from: u32, to: u32) -> Vec<u32> {
        let mut path = vec![to];
        if from == to {
            return path;
        }
        self.epoch += 1;
        self.marks[from as usize] = self.epoch;
        let mut queue = VecDeque::from([from]);
        'search: while let Some(module) = queue.pop_front() {
            for &next in &self.imports[module as usize] {
                if self.marks[next as usize] == self.epoch {
                    continue;
                }
                self.marks[next as usize] = self.epoch;
                self.origins[next as usize] = module;
                if next == to {
                    break 'search;
                }
                queue.push_back(next);
            }
        }
        let mut at = to;
        while at != from {
            at = self.origins[at as usize];
            path.push(at);
        }
        path.reverse();
        path
    }
}

impl Default for CycleDetector {
    fn default() -> Self {
        Self::new()
    }
}
