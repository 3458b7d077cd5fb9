//! Free slots, close to the threads that use them.
//!
//! A magazine holds up to two batches of slots that were used before and what is left of a batch of fresh ones. They are
//! linked through the slots themselves, so that moving a batch to or from the region's stack is one swap.

use crate::region::Region;
use crate::sync::Ordering::Relaxed;
use crate::sync::{Mutex, MutexGuard, lock};

/// The magazines of a pool. A thread prefers one, and takes another when that is busy.
pub(crate) struct Magazines {
    magazines: Box<[Line]>,
}

/// Two cache lines, because processors fetch them in pairs.
#[repr(align(128))]
struct Line(Mutex<Magazine>);

#[derive(Default)]
struct Magazine {
    current: Batch,
    spare: Batch,
    fresh: std::ops::Range<u32>,
    counts: Counts,
}

#[derive(Clone, Copy, Default)]
struct Batch {
    first: u32,
    count: u32,
}

/// How many contexts came and went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Contexts that were created.
    pub created: u64,
    /// Of those, how many in a slot that another context had before.
    pub reused: u64,
    /// Contexts that are over.
    pub released: u64,
}

impl Magazines {
    pub(crate) fn new() -> Self {
        let threads =
            if cfg!(loom) { 1 } else { std::thread::available_parallelism().map_or(1, usize::from) };
        let count = threads.next_power_of_two().min(64);
        Self { magazines: (0..count).map(|_| Line(Mutex::new(Magazine::default()))).collect() }
    }

    /// A slot that nobody has, and whether one had it before. `None` when all are out.
    #[inline]
    pub(crate) fn take(&self, region: &Region) -> Option<u32> {
        let slot = self.mine().take(region);
        slot.or_else(|| self.steal(region))
    }

    #[inline]
    pub(crate) fn put(&self, region: &Region, slot: u32) {
        let mut magazine = self.mine();
        magazine.counts.released += 1;
        magazine.put(region, slot);
    }

    /// A slot that is not used again.
    pub(crate) fn retire(&self) {
        self.mine().counts.released += 1;
    }

    /// Adds what someone else counted.
    pub(crate) fn count(&self, counts: Counts) {
        self.mine().counts.add(counts);
    }

    pub(crate) fn counts(&self) -> Counts {
        let mut sum = Counts::default();
        self.magazines.iter().for_each(|magazine| sum.add(lock(&magazine.0).counts));
        sum
    }

    /// One of the others may have what the region no longer has.
    #[cold]
    fn steal(&self, region: &Region) -> Option<u32> {
        self.magazines.iter().find_map(|magazine| lock(&magazine.0).take(region))
    }

    #[inline]
    fn mine(&self) -> MutexGuard<'_, Magazine> {
        let mask = self.magazines.len() - 1;
        let start = preference();
        for offset in 0..=mask {
            if let Ok(magazine) = self.magazines[(start + offset) & mask].0.try_lock() {
                return magazine;
            }
        }
        lock(&self.magazines[start & mask].0)
    }
}

impl Magazine {
    #[inline]
    fn take(&mut self, region: &Region) -> Option<u32> {
        if self.current.count == 0 {
            self.refill(region)?;
        }
        self.counts.created += 1;
        if self.current.count == 0 {
            return self.fresh.next();
        }
        let slot = self.current.first;
        let header = region.slot(slot);
        self.current.first = header.free_next.load(Relaxed);
        self.current.count -= 1;
        header.free_next.store(0, Relaxed);
        // A batch that was lent to someone else can have slots that were never used.
        self.counts.reused += u64::from(header.generation.load(Relaxed) != 0);
        Some(slot)
    }

    /// Afterwards there is something in `current` or in `fresh`.
    fn refill(&mut self, region: &Region) -> Option<()> {
        std::mem::swap(&mut self.current, &mut self.spare);
        if self.current.count > 0 {
            return Some(());
        }
        if let Some((first, count)) = region.pop_batch() {
            self.current = Batch { first, count };
        } else if self.fresh.is_empty() {
            let (start, end) = region.claim_slots()?;
            self.fresh = start..end;
        }
        Some(())
    }

    #[inline]
    fn put(&mut self, region: &Region, slot: u32) {
        if self.current.count >= region.shape.batch {
            let full = std::mem::replace(&mut self.spare, std::mem::take(&mut self.current));
            if full.count > 0 {
                region.push_batch(full.first, full.count);
            }
        }
        region.slot(slot).free_next.store(self.current.first, Relaxed);
        self.current = Batch { first: slot, count: self.current.count + 1 };
    }
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.created += other.created;
        self.reused += other.reused;
        self.released += other.released;
    }
}

/// The number of this thread's magazine, counted up thread by thread.
#[cfg(not(loom))]
fn preference() -> usize {
    use std::cell::Cell;
    use std::sync::atomic::AtomicUsize;
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local!(static PREFERENCE: Cell<usize> = const { Cell::new(usize::MAX) });
    PREFERENCE.with(|preference| {
        if preference.get() == usize::MAX {
            preference.set(NEXT.fetch_add(1, Relaxed) & 0xFFFF);
        }
        preference.get()
    })
}

#[cfg(loom)]
fn preference() -> usize {
    0
}
