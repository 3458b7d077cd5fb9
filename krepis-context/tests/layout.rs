//! `docs/context-layout.md`, taken by its word: a second implementation that knows offsets only, as JavaScript does.
#![allow(clippy::unwrap_used)] // Also in helpers.
#![allow(unsafe_code)] // It reads and writes a region by its bytes.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicI64, AtomicU16, AtomicU32, AtomicU64};

use krepis_context::{
    Cause, ContextId, ContextPool, Counts, Options, PoolError, Time, Trace, TraceFlags, WELL_KNOWN,
};

/// The memory of someone else.
struct Foreign(NonNull<u8>, Layout);

// SAFETY: it is only an allocation.
unsafe impl Send for Foreign {}
// SAFETY: as above.
unsafe impl Sync for Foreign {}

impl Drop for Foreign {
    fn drop(&mut self) {
        // SAFETY: it is from `alloc_zeroed`.
        unsafe { dealloc(self.0.as_ptr(), self.1) };
    }
}

/// What JavaScript has: views on a buffer.
struct Raw {
    memory: Arc<Foreign>,
}

impl Raw {
    fn pointer(&self, at: u32, size: u32) -> *mut u8 {
        assert!((at + size) as usize <= self.memory.1.size() && at.is_multiple_of(size));
        // SAFETY: it is inside.
        unsafe { self.memory.0.as_ptr().add(at as usize) }
    }

    fn u32(&self, at: u32) -> &AtomicU32 {
        // SAFETY: inside and aligned.
        unsafe { AtomicU32::from_ptr(self.pointer(at, 4).cast()) }
    }

    fn u16(&self, at: u32) -> &AtomicU16 {
        // SAFETY: inside and aligned.
        unsafe { AtomicU16::from_ptr(self.pointer(at, 2).cast()) }
    }

    fn u64(&self, at: u32) -> &AtomicU64 {
        // SAFETY: inside and aligned.
        unsafe { AtomicU64::from_ptr(self.pointer(at, 8).cast()) }
    }

    fn i64(&self, at: u32) -> &AtomicI64 {
        // SAFETY: inside and aligned.
        unsafe { AtomicI64::from_ptr(self.pointer(at, 8).cast()) }
    }

    fn bytes(&self, at: u32, len: u32) -> Vec<u8> {
        // SAFETY: inside, one by one.
        (at..at + len).map(|at| unsafe { self.pointer(at, 1).read() }).collect()
    }

    fn write(&self, at: u32, bytes: &[u8]) {
        // SAFETY: inside, one by one.
        bytes.iter().zip(at..).for_each(|(byte, at)| unsafe { self.pointer(at, 1).write(*byte) });
    }

    fn slot(&self, slot: u32) -> u32 {
        slot * self.u32(8).load(Relaxed)
    }

    fn page(&self, page: u32) -> u32 {
        self.u32(24).load(Relaxed) + (page - 1) * self.u32(16).load(Relaxed)
    }

    /// The value and the type of a field of a slot's own.
    fn get(&self, slot: u32, name: &str) -> Option<(u8, Vec<u8>)> {
        let slot = self.slot(slot);
        let mut page = self.u32(slot + 20).load(Acquire);
        while page != 0 {
            let block = self.page(page);
            let found = self.find(block, block + 64, 128, name);
            if found.is_some() {
                return found;
            }
            page = self.u32(block + 4).load(Relaxed);
        }
        self.find(slot, slot + 96, 16, name)
    }

    fn find(&self, block: u32, index: u32, buckets: u32, name: &str) -> Option<(u8, Vec<u8>)> {
        let tag = tag(name);
        let mut at = u32::from(self.u16(index + 2 * (tag % buckets)).load(Acquire)) * 8;
        while at != 0 {
            let entry = block + at;
            let name_len = if tag < 65_536 { 0 } else { name.len() as u32 };
            if self.u32(entry).load(Relaxed) == tag
                && self.bytes(entry + 16, name_len) == name.as_bytes()[..name_len as usize]
            {
                let value_at = entry + 16 + name_len.next_multiple_of(8);
                return Some((
                    self.bytes(entry + 8, 1)[0],
                    self.bytes(value_at, self.u32(entry + 4).load(Relaxed)),
                ));
            }
            at = u32::from(self.u16(entry + 10).load(Relaxed)) * 8;
        }
        None
    }

    /// Sets a field that fits in the slot.
    fn set(&self, slot: u32, name: &str, kind: u8, value: &[u8]) {
        let slot = self.slot(slot);
        self.u32(slot + 12).compare_exchange(0, 9, Acquire, Relaxed).unwrap();
        let tag = tag(name);
        let inline = if tag < 65_536 { &[][..] } else { name.as_bytes() };
        if self.find(slot, slot + 96, 16, name).is_some() || kind == 6 {
            self.u32(slot + 8).fetch_or(1 << 20, Release);
        }
        let used = self.u32(slot + 16).load(Relaxed);
        let (entry, bucket) = (slot + 128 + used, self.u16(slot + 96 + 2 * (tag % 16)));
        let name_size = inline.len().next_multiple_of(8) as u32;
        let size = 16 + name_size + value.len().next_multiple_of(8) as u32;
        self.write(entry, &tag.to_le_bytes());
        self.write(entry + 4, &(value.len() as u32).to_le_bytes());
        self.write(entry + 8, &[kind, 0]);
        self.write(entry + 10, &bucket.load(Relaxed).to_le_bytes());
        self.write(entry + 12, &size.to_le_bytes());
        self.write(entry + 16, inline);
        self.write(entry + 16 + name_size, value);
        bucket.store(((128 + used) / 8) as u16, Release);
        self.u32(slot + 16).store(used + size, Release);
        self.u32(slot + 12).store(0, Release);
    }

    /// A fresh batch of slots: the first, and the one after the last.
    fn claim(&self) -> std::ops::Range<u32> {
        let (batch, slots) = (self.u32(48).load(Relaxed), self.u32(12).load(Relaxed));
        let old = self.u32(72).fetch_update(Relaxed, Relaxed, |old| Some((old + batch).min(slots))).unwrap();
        old + 1..self.u32(72).load(Relaxed) + 1
    }

    /// Pops a batch that was used before: the first, and how many.
    fn pop(&self) -> Option<(u32, u32)> {
        let top = self.u64(64).load(Acquire);
        let first = top as u32;
        if first == 0 {
            return None;
        }
        let header = self.slot(first);
        let next = u64::from(self.u32(header + 44).load(Relaxed));
        let stamped = ((top >> 32) + 1) << 32 | next;
        self.u64(64).compare_exchange(top, stamped, AcqRel, Acquire).unwrap();
        self.u32(header + 44).store(0, Relaxed);
        Some((first, self.u32(header + 88).swap(0, Relaxed)))
    }

    fn create(&self, slot: u32) -> ContextId {
        let header = self.slot(slot);
        assert_eq!(self.u32(header + 4).load(Relaxed), 0);
        self.i64(header + 48).store(i64::MAX, Relaxed);
        let generation = self.u32(header).load(Relaxed) + 1;
        self.u32(header).store(generation, Release);
        self.u32(header + 4).store(1, Release);
        ContextId { slot, generation }
    }

    /// Gives up a reference; whether it was the last, and the slot is free now.
    fn release(&self, slot: u32) -> bool {
        let header = self.slot(slot);
        if self.u32(header + 4).fetch_sub(1, AcqRel) != 1 {
            return false;
        }
        assert_eq!(self.u32(header + 8).load(Acquire) & (1 << 17 | 1 << 19), 0, "Rust has to release it");
        self.u32(header).fetch_add(1, Release);
        self.u32(header + 8).store(0, Relaxed);
        self.write(header + 20, &[0; 20]);
        self.write(header + 56, &[0; 32]);
        let used = self.u32(header + 16).load(Relaxed);
        self.write(header + 128, &vec![0; used as usize]);
        self.write(header + 96, &[0; 32]);
        self.u32(header + 16).store(0, Relaxed);
        true
    }
}

/// By the page's own words.
fn tag(name: &str) -> u32 {
    if name.is_empty() {
        return 65_535;
    }
    if let Some(place) = WELL_KNOWN.iter().position(|known| *known == name) {
        return place as u32 + 1;
    }
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    let bytes = name.as_bytes();
    let part = bytes.len().min(4);
    let (head, tail, length) =
        (number(&bytes[..part]), number(&bytes[bytes.len() - part..]), bytes.len() as u32);
    let m = ((head ^ length.wrapping_mul(0x85EB_CA6B)).wrapping_mul(0x9E37_79B1)) ^ tail;
    let m = m.wrapping_mul(0x2C1B_3C6D);
    length << 16 | (m ^ (m >> 15)) >> 16
}

fn options() -> Options {
    Options { contexts: 64, slot_size: 512, pages: 8, page_size: 1024, pages_per_context: 3, batch: 4 }
}

fn shared() -> (ContextPool, Raw) {
    let layout = Layout::from_size_align(options().bytes().unwrap(), 64).unwrap();
    // SAFETY: the layout is not empty.
    let memory = Arc::new(Foreign(NonNull::new(unsafe { alloc_zeroed(layout) }).unwrap(), layout));
    // SAFETY: the memory lives in the `Arc`; `Raw` follows the protocol.
    let pool =
        unsafe { ContextPool::over(memory.0, layout.size(), &options(), Box::new(Arc::clone(&memory))) };
    (pool.unwrap(), Raw { memory })
}

#[test]
fn the_header() {
    let (pool, raw) = shared();
    assert_eq!(raw.bytes(0, 4), b"KCTX");
    let words: Vec<_> = (1..8).map(|word| raw.u32(word * 4).load(Relaxed)).collect();
    assert_eq!(words, [1, 512, 64, 1024, 8, 65 * 512, 3]);
    assert!(raw.i64(32).load(Relaxed) > 1_600_000_000_000_000_000);
    let words: Vec<_> = (12..16).map(|word| raw.u32(word * 4).load(Relaxed)).collect();
    assert_eq!(words, [4, 64, WELL_KNOWN.len() as u32, 0]);
    pool.poll_deadlines(Time::from_nanos(77));
    assert_eq!(raw.i64(40).load(Relaxed), 77);
}

#[test]
fn what_rust_writes() {
    let (pool, raw) = shared();
    let context = pool.create().unwrap();
    let ContextId { slot, generation } = context.id();
    let header = raw.slot(slot);
    assert_eq!((raw.u32(header).load(Relaxed), raw.u32(header + 4).load(Relaxed)), (generation, 1));
    assert_eq!(raw.i64(header + 48).load(Relaxed), i64::MAX);
    context.set("tenant.id", "acme").unwrap();
    context.set("caf\u{e9}", -2).unwrap();
    context.set("ratio", 0.5).unwrap();
    context.set("yes", true).unwrap();
    context.set("", &[1_u8, 2, 3]).unwrap();
    context.set("yes", false).unwrap();
    for number in 0..40 {
        context.set(&format!("more-{number}"), number).unwrap();
    }
    assert_eq!(raw.get(slot, "tenant.id"), Some((1, b"acme".to_vec())));
    assert_eq!(raw.get(slot, "caf\u{e9}"), Some((3, (-2_i64).to_le_bytes().to_vec())));
    assert_eq!(raw.get(slot, "ratio"), Some((4, 0.5_f64.to_le_bytes().to_vec())));
    assert_eq!(raw.get(slot, "yes"), Some((5, vec![0])));
    assert_eq!(raw.get(slot, ""), Some((2, vec![1, 2, 3])));
    for number in 0..40_i64 {
        assert_eq!(raw.get(slot, &format!("more-{number}")), Some((3, number.to_le_bytes().to_vec())));
    }
    assert_eq!(raw.get(slot, "more-40"), None);
    let pages = raw.u32(header + 24).load(Relaxed);
    assert!(pages > 0 && raw.u32(140).load(Relaxed) == pages);
    context.delete("ratio").unwrap();
    assert_eq!(raw.get(slot, "ratio"), Some((6, vec![])));

    let trace = Trace { flags: TraceFlags::SAMPLED, ..Trace::root(TraceFlags::default()).child() };
    context.set_trace(&trace).unwrap();
    context.shrink_deadline(Time::from_nanos(i64::MAX / 2));
    context.cancel(Cause::Shutdown);
    assert_eq!(raw.bytes(header + 56, 8), trace.span_id.0);
    assert_eq!(raw.bytes(header + 64, 16), trace.trace_id.0);
    assert_eq!(raw.bytes(header + 80, 8), trace.parent_id.0);
    assert_eq!(raw.i64(header + 48).load(Relaxed), i64::MAX / 2);
    assert_eq!(raw.u32(header + 8).load(Relaxed), 4 | 1 << 8 | 1 << 16 | 1 << 20);

    let child = context.child().unwrap();
    let below = raw.slot(child.id().slot);
    let words: Vec<_> = [28, 32, 36].map(|at| raw.u32(below + at).load(Relaxed)).to_vec();
    assert_eq!(words, [1, slot, generation]);
    assert_eq!(raw.u32(header + 4).load(Relaxed), 2);
    child.on_cancel(|_| ());
    assert_eq!(
        raw.u32(below + 8).load(Relaxed),
        4 | 1 << 17 | 1 << 18 | 1 << 19,
        "told, and cancelled with its parent"
    );

    drop((context, child));
    assert_eq!(raw.u32(header).load(Relaxed), generation + 1);
    assert_eq!(raw.u32(140).load(Relaxed), 0);
    // Nothing is left of a context but the generation, the deadline and the links of what is free.
    let left = |at: u32, len: u32| raw.bytes(at, len).iter().any(|byte| *byte != 0);
    assert!(!left(header + 4, 36) && !left(header + 56, 512 - 56));
    assert!(!left(raw.page(1), 8) && !left(raw.page(1) + 12, 1024 - 12));
    assert!(!left(raw.page(2), 8) && !left(raw.page(2) + 12, 1024 - 12));
}

#[test]
fn what_javascript_writes() {
    let (pool, raw) = shared();
    let fresh = raw.claim();
    assert_eq!(fresh, 1..5);
    let ids: Vec<_> = fresh.map(|slot| raw.create(slot)).collect();
    let id = ids[1];
    raw.set(id.slot, "user.id", 1, b"u-7");
    raw.set(id.slot, "n", 3, &41_i64.to_le_bytes());
    raw.set(id.slot, "n", 3, &42_i64.to_le_bytes());
    raw.set(id.slot, "gone", 5, &[1]);
    raw.set(id.slot, "gone", 6, &[]);
    let context = pool.resolve(id).unwrap();
    assert_eq!((context.get_str("user.id"), context.get_i64("n")), (Some("u-7"), Some(42)));
    assert_eq!((context.get("gone"), context.entries().count()), (None, 2));
    // Cancelled by a swap of the state, seen by Rust.
    let state = raw.u32(raw.slot(id.slot) + 8);
    let seen = state.load(Relaxed);
    state.compare_exchange(seen, seen | 3, AcqRel, Relaxed).unwrap();
    assert_eq!(context.cause(), Some(Cause::ClientGone));
    // Whoever is last releases, here Rust.
    assert!(!raw.release(id.slot));
    drop(context);
    assert!(pool.resolve(id).is_err());
    // And here JavaScript, which then pushes its slots as a batch.
    let mut first = 0;
    for id in [ids[0], ids[2], ids[3]] {
        raw.set(id.slot, "secret", 1, b"secret");
        assert!(raw.release(id.slot));
        assert!(pool.resolve(id).is_err());
        assert_eq!(raw.get(id.slot, "secret"), None);
        raw.u32(raw.slot(id.slot) + 40).store(first, Relaxed);
        first = id.slot;
    }
    // SAFETY: the three slots are linked, and nobody else has them.
    unsafe { pool.return_slots(first, 3) };
    assert_eq!(raw.pop(), Some((first, 3)));
    // SAFETY: as above.
    unsafe { pool.return_slots(first, 3) };
    pool.add_counts(Counts { created: 4, reused: 0, released: 3 });
    let all: Vec<_> = std::iter::from_fn(|| pool.create().ok()).collect();
    assert_eq!(all.len(), 64, "no slot was lost");
    assert_eq!(pool.statistics().in_use, 64);
}

#[test]
fn slots_are_lent_and_returned() {
    let (pool, raw) = shared();
    let mut lent = Vec::new();
    while let Some((first, count)) = pool.lend_slots() {
        let chain = std::iter::successors(Some(first), |slot| {
            Some(raw.u32(raw.slot(*slot) + 40).load(Relaxed)).filter(|next| *next != 0)
        });
        assert_eq!(chain.count() as u32, count);
        lent.push((first, count));
    }
    assert_eq!(lent.iter().map(|(_, count)| count).sum::<u32>(), 64);
    assert!(pool.create().is_err());
    for (first, count) in lent {
        // SAFETY: they are as they were lent.
        unsafe { pool.return_slots(first, count) };
    }
    let all: Vec<_> = std::iter::from_fn(|| pool.create().ok()).collect();
    assert_eq!(all.len(), 64);
}

#[test]
fn memory_that_does_not_do() {
    let memory = NonNull::<u8>::dangling();
    // SAFETY: the memory is refused before it is touched.
    let small = unsafe { ContextPool::over(memory, 4096, &options(), Box::new(())) };
    assert!(matches!(small.unwrap_err(), PoolError::TooSmall { len: 4096, needed: 41_472 }));
    // SAFETY: as above; the address is 1.
    let crooked = unsafe { ContextPool::over(memory, 1 << 20, &options(), Box::new(())) };
    assert!(matches!(crooked.unwrap_err(), PoolError::Alignment { needed: 64 }));
}

/// A slot that has had all generations is not used again.
#[test]
fn generations_end() {
    let (pool, raw) = shared();
    let id = pool.create().map(|context| context.id()).unwrap();
    raw.u32(raw.slot(id.slot)).store(u32::MAX - 3, Relaxed);
    let last = pool.create().unwrap();
    assert_eq!(last.id(), ContextId { slot: id.slot, generation: u32::MAX - 2 });
    drop(last);
    assert_eq!(raw.u32(raw.slot(id.slot)).load(Relaxed), u32::MAX - 1);
    let all: Vec<_> = std::iter::from_fn(|| pool.create().ok()).collect();
    assert_eq!(all.len(), 63);
    assert!(all.iter().all(|context| context.id().slot != id.slot));
}
