//! The way through a table.

use crate::index::NONE;
use crate::pattern::MAX_CAPTURES;
use crate::table::Table;
use crate::word::Words;

/// Longer paths match nothing: places in a path are 16 bits.
pub(crate) const MAX_PATH: usize = u16::MAX as usize;

/// What was captured: places in the path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spans {
    places: [(u16, u16); MAX_CAPTURES],
    len: usize,
}

impl Spans {
    #[inline]
    pub(crate) fn push(&mut self, start: usize, end: usize) {
        self.len += 1;
        self.set(self.len - 1, start, end);
    }

    /// A place that is not there is not set: no pattern has more captures.
    #[inline]
    pub(crate) fn set(&mut self, index: usize, start: usize, end: usize) {
        if let Some(place) = self.places.get_mut(index) {
            *place = (start as u16, end as u16);
        }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = len;
    }

    #[inline]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, usize)> {
        self.places.iter().take(self.len).map(|(start, end)| (usize::from(*start), usize::from(*end)))
    }
}

/// What is done on the way.
pub(crate) trait Visit {
    /// A piece of work whose size depends on the pattern alone.
    #[inline]
    fn step(&mut self) {}

    /// A route takes the path. Whether that is enough.
    fn found(&mut self, route: u32, spans: &Spans) -> bool;
}

/// The first route.
pub(crate) struct First;

impl Visit for First {
    #[inline]
    fn found(&mut self, _: u32, _: &Spans) -> bool {
        true
    }
}

/// A match that is under way.
pub(crate) struct Search<'t, 'p, 's, V> {
    pub(crate) table: &'t Table,
    pub(crate) text: &'p str,
    pub(crate) words: Words<'p>,
    pub(crate) spans: &'s mut Spans,
    pub(crate) visit: &'s mut V,
    /// Which wildcards below wildcards have been entered and left: the first 64, and the others.
    pub(crate) left: u64,
    pub(crate) left_more: Vec<u64>,
}

impl<V: Visit> Search<'_, '_, '_, V> {
    /// The first route from `node` that takes the path from `at` on, and that is enough for the visit.
    pub(crate) fn walk<const FOLD: bool>(&mut self, mut node: u32, mut at: usize) -> u32 {
        let (table, words) = (self.table, self.words);
        loop {
            self.visit.step();
            let here = &table.nodes[node as usize];
            let (end, first) = words.segment(at);
            let last = end == words.len();

            if let Some(index) = &here.edges
                && let Some(slot) = table.slots.get::<FOLD>(index, words, at, end, first)
            {
                if last {
                    if self.found(slot.route) {
                        return slot.route;
                    }
                } else if slot.node != NONE {
                    if here.edges_only {
                        (node, at) = (slot.node, end + 1);
                        continue;
                    }
                    let route = self.descend::<FOLD>(slot.node, end + 1);
                    if route != NONE {
                        return route;
                    }
                }
            }
            if here.edges_only || at == end {
                return NONE;
            }
            if here.dynamic.0 != here.dynamic.1 {
                let route = if here.prefixes.0 == here.prefixes.1 {
                    self.dynamic::<FOLD>(here.dynamic, at, end)
                } else {
                    self.by_affixes::<FOLD>(here.prefixes, at, end)
                };
                if route != NONE {
                    return route;
                }
            }
            if here.wildcard_node == NONE && here.wildcard_route == NONE {
                // Nothing is tried after the parameter: no need to come back.
                self.spans.push(at, end);
                if last {
                    return if self.found(here.parameter_route) { here.parameter_route } else { NONE };
                }
                if here.parameter_node == NONE {
                    return NONE;
                }
                (node, at) = (here.parameter_node, end + 1);
                continue;
            }
            let route = self.step_over::<FOLD>((here.parameter_route, here.parameter_node), at, end);
            if route != NONE {
                return route;
            }
            return self.wildcard::<FOLD>(node, at, end);
        }
    }

    /// Whether there is a route, and it is enough.
    #[inline]
    fn found(&mut self, route: u32) -> bool {
        route != NONE && self.visit.found(route, self.spans)
    }

    /// Goes on from another node, and takes back what was captured when that leads nowhere.
    #[inline(never)]
    fn descend<const FOLD: bool>(&mut self, node: u32, at: usize) -> u32 {
        let mark = self.spans.len();
        let route = self.walk::<FOLD>(node, at);
        if route == NONE {
            self.spans.truncate(mark);
        }
        route
    }

    /// Captures the segment and goes on.
    fn step_over<const FOLD: bool>(&mut self, (route, node): (u32, u32), at: usize, end: usize) -> u32 {
        let mark = self.spans.len();
        self.spans.push(at, end);
        let route = self.go_on::<FOLD>((route, node), end);
        if route == NONE {
            self.spans.truncate(mark);
        }
        route
    }

    /// What is behind a segment that ends at `end`.
    fn go_on<const FOLD: bool>(&mut self, (route, node): (u32, u32), end: usize) -> u32 {
        if end == self.words.len() {
            if self.found(route) { route } else { NONE }
        } else if node != NONE {
            self.walk::<FOLD>(node, end + 1)
        } else {
            NONE
        }
    }

    /// Among many: those whose prefix and suffix the segment has.
    #[inline(never)]
    fn by_affixes<const FOLD: bool>(&mut self, prefixes: (u32, u32), at: usize, end: usize) -> u32 {
        let table = self.table;
        for prefix in table.affixes.of(prefixes) {
            self.visit.step();
            let Some(suffixes) = prefix.get::<FOLD>(&table.slots, self.words, at, end, at) else { continue };
            for suffix in table.affixes.of(suffixes) {
                self.visit.step();
                let start = end.saturating_sub(suffix.len());
                let Some(dynamics) = suffix.get::<FOLD>(&table.slots, self.words, at, end, start) else {
                    continue;
                };
                let route = self.dynamic::<FOLD>(dynamics, at, end);
                if route != NONE {
                    return route;
                }
            }
        }
        NONE
    }

    #[inline(never)]
    fn dynamic<const FOLD: bool>(&mut self, (from, to): (u32, u32), at: usize, end: usize) -> u32 {
        let table = self.table;
        for dynamic in &table.dynamics[from as usize..to as usize] {
            let mark = self.spans.len();
            if dynamic.take::<FOLD>(self.text, (at, end), self.spans, self.visit) {
                let target = dynamic.target;
                let route =
                    self.go_on::<FOLD>((target.route.unwrap_or(NONE), target.node.unwrap_or(NONE)), end);
                if route != NONE {
                    return route;
                }
            }
            self.spans.truncate(mark);
        }
        NONE
    }

    /// One segment, then more, each time trying what comes behind; at last the rest of the path.
    ///
    /// A wildcard that has led nowhere from some place leads nowhere from a later one, since from the first place it could have
    /// taken everything up to the second. So each is entered once in a match, and the whole costs no more than the number of
    /// nodes times the length of the path.
    #[inline(never)]
    fn wildcard<const FOLD: bool>(&mut self, node: u32, at: usize, mut end: usize) -> u32 {
        let table = self.table;
        let here = &table.nodes[node as usize];
        if here.wildcard_below != NONE && !self.enter(here.wildcard_below) {
            return NONE;
        }
        let mark = self.spans.len();
        self.spans.push(at, end);
        if here.wildcard_node != NONE {
            while end < self.words.len() {
                self.visit.step();
                self.spans.set(mark, at, end);
                let route = self.descend::<FOLD>(here.wildcard_node, end + 1);
                if route != NONE {
                    return route;
                }
                end = self.words.slash_from(end + 1);
            }
        }
        self.spans.set(mark, at, self.words.len());
        if self.found(here.wildcard_route) {
            return here.wildcard_route;
        }
        self.spans.truncate(mark);
        NONE
    }

    /// Whether a wildcard below another one is entered for the first time.
    fn enter(&mut self, number: u32) -> bool {
        let (word, bit) = (number as usize / 64, 1 << (number % 64));
        let left = match word.checked_sub(1) {
            None => &mut self.left,
            Some(word) => {
                if self.left_more.len() <= word {
                    self.left_more.resize(word + 1, 0);
                }
                &mut self.left_more[word]
            }
        };
        let entered = *left & bit != 0;
        *left |= bit;
        !entered
    }
}
