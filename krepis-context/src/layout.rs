//! The bytes of a region, as `docs/context-layout.md` tells them. JavaScript reads and writes the same ones.
//!
//! Every field that two threads can touch is an atomic here, so that a shared reference to a header is enough to use it.

use crate::sync::{AtomicI64, AtomicU16, AtomicU32, AtomicU64};

#[cfg(target_endian = "big")]
compile_error!("the layout of a region is little-endian, and its words are read as they lie in memory");

/// `KCTX`.
pub(crate) const MAGIC: u32 = u32::from_le_bytes(*b"KCTX");
pub(crate) const VERSION: u32 = 1;

/// Where the entries of a slot begin; the header and the index lie before.
pub(crate) const SLOT_START: u32 = 128;
pub(crate) const SLOT_BUCKETS: usize = 16;
/// Where the entries of a page begin.
pub(crate) const PAGE_START: u32 = 320;
pub(crate) const PAGE_BUCKETS: usize = 128;
/// What an entry has before its key.
pub(crate) const ENTRY_HEADER: u32 = 16;
/// How many contexts can stand above a context.
pub(crate) const MAX_DEPTH: u32 = 64;
/// How many pages a context can have.
pub(crate) const MAX_PAGES: u32 = 15;
/// "No deadline".
pub(crate) const NEVER: i64 = i64::MAX;
/// The generation that a slot is taken out of use with, so that none comes twice.
pub(crate) const LAST_GENERATION: u32 = u32::MAX - 1;

/// The bits of a slot's state.
pub(crate) mod state {
    /// The cause of the cancellation; 0 while there is none.
    pub(crate) const CAUSE: u32 = 0xFF;
    /// Where the eight trace flags of W3C begin.
    pub(crate) const TRACE_FLAGS_SHIFT: u32 = 8;
    /// The trace fields are there to be read.
    pub(crate) const TRACE: u32 = 1 << 16;
    /// The host keeps something for this context outside the region: the host has to release it.
    pub(crate) const HOST: u32 = 1 << 17;
    /// Someone waits for the cancellation: the host has to cancel it, and to shrink its deadline.
    pub(crate) const LISTENERS: u32 = 1 << 18;
    /// The parent tells this context when it is cancelled.
    pub(crate) const RELAYED: u32 = 1 << 19;
    /// A key is there twice, or was deleted: not every entry counts.
    pub(crate) const SHADOWS: u32 = 1 << 20;
}

/// What an entry's value is.
pub(crate) mod kind {
    pub(crate) const STR: u8 = 1;
    pub(crate) const BYTES: u8 = 2;
    pub(crate) const I64: u8 = 3;
    pub(crate) const F64: u8 = 4;
    pub(crate) const BOOL: u8 = 5;
    /// The key is not there, whatever older entries and the parent say.
    pub(crate) const TOMBSTONE: u8 = 6;
}

/// The beginning of a region; it lies where slot 0 would.
#[repr(C, align(64))]
#[derive(Default)]
pub(crate) struct RegionHeader {
    pub(crate) magic: AtomicU32,
    pub(crate) version: AtomicU32,
    pub(crate) slot_size: AtomicU32,
    pub(crate) slots: AtomicU32,
    pub(crate) page_size: AtomicU32,
    pub(crate) pages: AtomicU32,
    pub(crate) pages_at: AtomicU32,
    pub(crate) pages_per_context: AtomicU32,
    /// When the region's clock was 0, in nanoseconds of Unix time.
    pub(crate) epoch: AtomicI64,
    /// The region's clock when the host last looked.
    pub(crate) clock: AtomicI64,
    pub(crate) batch: AtomicU32,
    pub(crate) max_depth: AtomicU32,
    pub(crate) well_known: AtomicU32,
    reserved: AtomicU32,
    pub(crate) free_slots: Line<FreeList>,
    pub(crate) free_pages: Line<FreeList>,
}

/// A cache line for itself.
#[repr(C, align(64))]
#[derive(Default)]
pub(crate) struct Line<T>(pub(crate) T);

/// A stack of things that were used, and how many were never used.
#[repr(C)]
#[derive(Default)]
pub(crate) struct FreeList {
    /// The index of the top in the lower half, the count of changes in the upper.
    pub(crate) top: AtomicU64,
    /// How many were handed out for the first time.
    pub(crate) fresh: AtomicU32,
    /// How many are out; of pages only.
    pub(crate) out: AtomicU32,
}

/// The beginning of a slot.
#[repr(C, align(64))]
#[derive(Default)]
pub(crate) struct SlotHeader {
    /// Odd while a context lives here.
    pub(crate) generation: AtomicU32,
    pub(crate) references: AtomicU32,
    pub(crate) state: AtomicU32,
    /// Not 0 while someone writes entries.
    pub(crate) writer: AtomicU32,
    /// The bytes of entries in this slot.
    pub(crate) used: AtomicU32,
    pub(crate) newest_page: AtomicU32,
    pub(crate) pages: AtomicU32,
    pub(crate) depth: AtomicU32,
    pub(crate) parent: AtomicU32,
    pub(crate) parent_generation: AtomicU32,
    /// While free: the next slot of the same batch, the next batch, and how many slots this batch has.
    pub(crate) free_next: AtomicU32,
    pub(crate) free_batch: AtomicU32,
    pub(crate) deadline: AtomicI64,
    pub(crate) span: AtomicU64,
    pub(crate) trace: [AtomicU64; 2],
    pub(crate) parent_span: AtomicU64,
    pub(crate) free_count: AtomicU32,
    reserved: AtomicU32,
    pub(crate) index: [AtomicU16; SLOT_BUCKETS],
}

/// The beginning of a page.
#[repr(C, align(64))]
pub(crate) struct PageHeader {
    pub(crate) used: AtomicU32,
    /// The page that was the newest before this one.
    pub(crate) older: AtomicU32,
    pub(crate) free_next: AtomicU32,
    reserved: [AtomicU32; 13],
    pub(crate) index: [AtomicU16; PAGE_BUCKETS],
}

#[cfg(loom)]
impl Default for PageHeader {
    fn default() -> Self {
        Self {
            used: AtomicU32::default(),
            older: AtomicU32::default(),
            free_next: AtomicU32::default(),
            reserved: std::array::from_fn(|_| AtomicU32::default()),
            index: std::array::from_fn(|_| AtomicU16::default()),
        }
    }
}

#[cfg(not(loom))]
const _: () = {
    use std::mem::{offset_of, size_of};

    assert!(size_of::<RegionHeader>() == 192);
    assert!(offset_of!(RegionHeader, epoch) == 32);
    assert!(offset_of!(RegionHeader, batch) == 48);
    assert!(offset_of!(RegionHeader, free_slots) == 64);
    assert!(offset_of!(RegionHeader, free_pages) == 128);
    assert!(offset_of!(FreeList, fresh) == 8);
    assert!(size_of::<SlotHeader>() == SLOT_START as usize);
    assert!(offset_of!(SlotHeader, used) == 16);
    assert!(offset_of!(SlotHeader, parent) == 32);
    assert!(offset_of!(SlotHeader, deadline) == 48);
    assert!(offset_of!(SlotHeader, span) == 56);
    assert!(offset_of!(SlotHeader, trace) == 64);
    assert!(offset_of!(SlotHeader, parent_span) == 80);
    assert!(offset_of!(SlotHeader, free_count) == 88);
    assert!(offset_of!(SlotHeader, index) == 96);
    assert!(size_of::<PageHeader>() == PAGE_START as usize);
    assert!(offset_of!(PageHeader, index) == 64);
};
