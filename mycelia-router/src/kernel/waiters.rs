//! Who waits for something to be there: tasks, and threads, which are tasks that park.

use std::collections::VecDeque;
use std::task::Waker;

/// Wakers in the order in which they came. Plain data, guarded by its owner's lock; wakers are called outside of it.
#[derive(Default)]
pub(crate) struct Waiters {
    list: VecDeque<(u64, Waker)>,
    last: u64,
}

impl Waiters {
    pub(crate) const fn new() -> Self {
        Self { list: VecDeque::new(), last: 0 }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// Waits, at the place that `ticket` has already, or at the end.
    pub(crate) fn enter(&mut self, ticket: &mut Option<u64>, waker: &Waker) {
        if let Some((_, present)) = self.list.iter_mut().find(|(number, _)| Some(*number) == *ticket) {
            return present.clone_from(waker);
        }
        self.last += 1;
        *ticket = Some(self.last);
        self.list.push_back((self.last, waker.clone()));
    }

    /// Waits no more. `true` when it was woken in between: then the next one is to be woken in its place, if what it was
    /// woken for is still there.
    pub(crate) fn leave(&mut self, ticket: &mut Option<u64>) -> bool {
        let Some(number) = ticket.take() else { return false };
        let place = self.list.iter().position(|(present, _)| *present == number);
        place.is_none_or(|place| self.list.remove(place).is_none())
    }

    /// The one that waits longest, to be woken.
    pub(crate) fn next(&mut self) -> Option<Waker> {
        self.list.pop_front().map(|(_, waker)| waker)
    }

    pub(crate) fn all(&mut self) -> VecDeque<(u64, Waker)> {
        std::mem::take(&mut self.list)
    }
}
