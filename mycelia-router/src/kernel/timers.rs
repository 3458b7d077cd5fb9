//! What is due when: a heap whose entries can be taken out again, so that an answered question leaves nothing behind.

const NONE: u32 = u32::MAX;

/// Values by the time at which they are due; those of one time in the order in which they came.
pub(crate) struct Timers<T> {
    /// The earliest first, each not before the one at `(its place - 1) / 2`.
    heap: Vec<Entry>,
    slots: Vec<Slot<T>>,
    free: u32,
    sequence: u64,
}

#[derive(Clone, Copy)]
struct Entry {
    at: i64,
    sequence: u64,
    slot: u32,
}

struct Slot<T> {
    /// Where in the heap, or the next free slot.
    place: u32,
    /// Of the entry that has it.
    sequence: u64,
    value: Option<T>,
}

/// Names an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimerKey {
    slot: u32,
    sequence: u64,
}

impl<T> Timers<T> {
    pub(crate) const fn new() -> Self {
        Self { heap: Vec::new(), slots: Vec::new(), free: NONE, sequence: 0 }
    }

    /// When the first is due.
    pub(crate) fn next(&self) -> Option<i64> {
        self.heap.first().map(|entry| entry.at)
    }

    pub(crate) fn insert(&mut self, at: i64, value: T) -> TimerKey {
        self.sequence += 1;
        let sequence = self.sequence;
        let place = self.heap.len() as u32;
        let full = Slot { place, sequence, value: Some(value) };
        let slot = if self.free == NONE {
            self.slots.push(full);
            self.slots.len() as u32 - 1
        } else {
            let slot = self.free;
            self.free = std::mem::replace(&mut self.slots[slot as usize], full).place;
            slot
        };
        self.heap.push(Entry { at, sequence, slot });
        self.rise(place as usize);
        TimerKey { slot, sequence }
    }

    /// Takes an entry out, if it is still there.
    pub(crate) fn cancel(&mut self, key: TimerKey) -> Option<T> {
        let slot = self.slots.get(key.slot as usize)?;
        if slot.sequence != key.sequence || slot.value.is_none() {
            return None;
        }
        Some(self.remove(slot.place as usize))
    }

    /// The first that is due at `now`.
    pub(crate) fn pop(&mut self, now: i64) -> Option<T> {
        (self.next()? <= now).then(|| self.remove(0))
    }

    /// Everything, in no order.
    pub(crate) fn clear(&mut self) -> Vec<T> {
        self.heap.clear();
        self.free = NONE;
        self.slots.drain(..).filter_map(|slot| slot.value).collect()
    }

    fn remove(&mut self, place: usize) -> T {
        let removed = self.heap.swap_remove(place);
        if place < self.heap.len() {
            self.slots[self.heap[place].slot as usize].place = place as u32;
            self.rise(place);
            self.sink(place);
        }
        let slot = &mut self.slots[removed.slot as usize];
        slot.place = std::mem::replace(&mut self.free, removed.slot);
        slot.value.take().expect("because an entry in the heap has a value")
    }

    fn rise(&mut self, mut place: usize) {
        while place > 0 && self.order(place) < self.order((place - 1) / 2) {
            self.swap(place, (place - 1) / 2);
            place = (place - 1) / 2;
        }
    }

    fn sink(&mut self, mut place: usize) {
        loop {
            let children = (2 * place + 1..2 * place + 3).filter(|&child| child < self.heap.len());
            let Some(child) = children.min_by_key(|&child| self.order(child)) else { return };
            if self.order(place) <= self.order(child) {
                return;
            }
            self.swap(place, child);
            place = child;
        }
    }

    fn order(&self, place: usize) -> (i64, u64) {
        (self.heap[place].at, self.heap[place].sequence)
    }

    fn swap(&mut self, one: usize, other: usize) {
        self.heap.swap(one, other);
        for place in [one, other] {
            self.slots[self.heap[place].slot as usize].place = place as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Against a sorted list: the same values at the same times, whatever is cancelled between.
        #[test]
        fn as_a_sorted_list(steps in proptest::collection::vec((0..3_u8, 0..20_i64), 1..200)) {
            let mut timers = Timers::new();
            let mut list: Vec<(i64, usize, TimerKey)> = Vec::new();
            for (number, (step, at)) in steps.into_iter().enumerate() {
                match step {
                    0 => {
                        let key = timers.insert(at, number);
                        list.push((at, number, key));
                        list.sort_by_key(|&(at, number, _)| (at, number));
                    }
                    1 if !list.is_empty() => {
                        let (_, number, key) = list.remove(at as usize % list.len());
                        prop_assert_eq!(timers.cancel(key), Some(number));
                        prop_assert_eq!(timers.cancel(key), None);
                    }
                    _ => {
                        let due = list.first().is_some_and(|first| first.0 <= at).then(|| list.remove(0));
                        prop_assert_eq!(timers.pop(at), due.map(|(_, number, _)| number));
                    }
                }
                prop_assert_eq!(timers.next(), list.first().map(|first| first.0));
            }
            prop_assert_eq!(timers.clear().len(), list.len());
            prop_assert_eq!(timers.next(), None);
        }
    }
}
