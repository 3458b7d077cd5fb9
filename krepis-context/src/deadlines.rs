//! When who has to be told that time is up.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::pool::ContextId;
use crate::time::Time;

/// The deadlines of contexts that someone listens to, the next one first. Contexts that ended meanwhile stay here until
/// their time comes, or until there are too many.
#[derive(Default)]
pub(crate) struct Deadlines {
    heap: BinaryHeap<Reverse<(Time, ContextId)>>,
}

impl Deadlines {
    /// `alive` says whether an entry still means something; it is asked when there are more than `bound` entries.
    pub(crate) fn add(
        &mut self,
        time: Time,
        id: ContextId,
        bound: usize,
        alive: impl Fn(Time, ContextId) -> bool,
    ) {
        if self.heap.len() >= bound {
            self.heap.retain(|Reverse((time, id))| alive(*time, *id));
        }
        self.heap.push(Reverse((time, id)));
    }

    /// A context whose time is up, if there is one.
    pub(crate) fn take(&mut self, now: Time) -> Option<ContextId> {
        if self.next()? > now {
            return None;
        }
        self.heap.pop().map(|Reverse((_, id))| id)
    }

    pub(crate) fn next(&self) -> Option<Time> {
        self.heap.peek().map(|Reverse((time, _))| *time)
    }
}
