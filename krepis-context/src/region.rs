//! The memory of a pool: where the headers, the slots and the pages are.
//!
//! This module hands out references to headers, which are atomics, and blocks, through which [`entries`](crate::entries)
//! touches the bytes after them. It also keeps the two stacks of what is free.

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::any::Any;
use std::ptr::NonNull;

use crate::entries::Block;
use crate::error::PoolError;
use crate::layout::{
    FreeList, MAGIC, MAX_DEPTH, PAGE_START, PageHeader, RegionHeader, SLOT_START, SlotHeader,
};
use crate::layout::{MAX_PAGES, VERSION};
use crate::pool::Options;
use crate::sync::Ordering::{AcqRel, Acquire, Relaxed, Release};

const ALIGNMENT: usize = 64;

/// The sizes of a region.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) slot_size: u32,
    pub(crate) slots: u32,
    pub(crate) page_size: u32,
    pub(crate) pages: u32,
    pub(crate) pages_per_context: u32,
    pub(crate) pages_at: u32,
    pub(crate) batch: u32,
    pub(crate) len: usize,
}

impl Shape {
    pub(crate) fn new(options: &Options) -> Result<Self, PoolError> {
        let &Options { contexts, slot_size, pages, page_size, pages_per_context, batch } = options;
        let check = |what, value: u32, min: u32, max: u32, unit: u32| {
            let fits = (min..=max).contains(&value) && value.is_multiple_of(unit);
            if fits { Ok(()) } else { Err(PoolError::Option { what, value, min, max, unit }) }
        };
        check("contexts", contexts, 1, 1 << 24, 1)?;
        check("slot_size", slot_size, 256, 1 << 16, 64)?;
        check("pages", pages, 0, 1 << 20, 1)?;
        check("page_size", page_size, 1024, 1 << 16, 64)?;
        check("pages_per_context", pages_per_context, 0, MAX_PAGES, 1)?;
        check("batch", batch, 1, 1024, 1)?;
        let pages_at = (u64::from(contexts) + 1) * u64::from(slot_size);
        let len = pages_at + u64::from(pages) * u64::from(page_size);
        let bytes = u32::try_from(len).map_err(|_| PoolError::TooLarge { bytes: len })?;
        // A small pool has small batches, so that those who hold one do not keep all of it.
        let batch = batch.min(contexts.div_ceil(16));
        Ok(Self {
            slot_size,
            slots: contexts,
            page_size,
            pages,
            pages_per_context,
            pages_at: pages_at as u32,
            batch,
            len: bytes as usize,
        })
    }
}

/// See the module.
pub(crate) struct Region {
    /// `shape.len` bytes from here are readable and writable while `memory` lives, and aligned to a cache line. All of it
    /// after the headers is touched through [`Block`]s only.
    base: NonNull<u8>,
    pub(crate) shape: Shape,
    #[allow(dead_code)] // Dropped with the region.
    memory: Memory,
    #[cfg(loom)]
    headers: (RegionHeader, Vec<SlotHeader>, Vec<PageHeader>),
}

#[allow(dead_code)] // The fields are dropped with it.
enum Memory {
    Own(Own),
    Foreign(Box<dyn Any + Send + Sync>),
}

struct Own(NonNull<u8>, Layout);

impl Drop for Own {
    fn drop(&mut self) {
        // SAFETY: this is what `alloc_zeroed` gave for this layout, and nobody has it any more.
        unsafe { dealloc(self.0.as_ptr(), self.1) };
    }
}

// SAFETY: the headers are atomics; the protocol of `entries` says who touches the bytes after them; `memory` is `Send`
// and `Sync`, or an allocation that nothing else owns.
unsafe impl Send for Region {}
// SAFETY: as above.
unsafe impl Sync for Region {}

impl Region {
    pub(crate) fn allocate(shape: Shape) -> Self {
        let layout =
            Layout::from_size_align(shape.len, ALIGNMENT).expect("because the length fits in 32 bits");
        // SAFETY: the layout has at least the two slots of the smallest shape.
        let base = unsafe { alloc_zeroed(layout) };
        let Some(base) = NonNull::new(base) else { handle_alloc_error(layout) };
        Self::new(base, shape, Memory::Own(Own(base, layout)))
    }

    /// # Safety
    ///
    /// `len` bytes from `base` are zero, can be read and written while `keep_alive` lives, and are touched from now on
    /// only as the layout's protocol allows.
    pub(crate) unsafe fn over(
        base: NonNull<u8>,
        len: usize,
        shape: Shape,
        keep_alive: Box<dyn Any + Send + Sync>,
    ) -> Result<Self, PoolError> {
        if len < shape.len {
            return Err(PoolError::TooSmall { len, needed: shape.len });
        }
        if !base.addr().get().is_multiple_of(ALIGNMENT) {
            return Err(PoolError::Alignment { needed: ALIGNMENT });
        }
        Ok(Self::new(base, shape, Memory::Foreign(keep_alive)))
    }

    fn new(base: NonNull<u8>, shape: Shape, memory: Memory) -> Self {
        let region = Self {
            base,
            shape,
            memory,
            #[cfg(loom)]
            headers: (
                RegionHeader::default(),
                (0..=shape.slots).map(|_| SlotHeader::default()).collect(),
                (0..=shape.pages).map(|_| PageHeader::default()).collect(),
            ),
        };
        let header = region.header();
        header.version.store(VERSION, Relaxed);
        header.slot_size.store(shape.slot_size, Relaxed);
        header.slots.store(shape.slots, Relaxed);
        header.page_size.store(shape.page_size, Relaxed);
        header.pages.store(shape.pages, Relaxed);
        header.pages_at.store(shape.pages_at, Relaxed);
        header.pages_per_context.store(shape.pages_per_context, Relaxed);
        header.batch.store(shape.batch, Relaxed);
        header.max_depth.store(MAX_DEPTH, Relaxed);
        header.well_known.store(crate::key::WELL_KNOWN.len() as u32, Relaxed);
        // Last: whoever sees the magic number sees the rest.
        header.magic.store(MAGIC, Release);
        region
    }

    #[inline]
    pub(crate) fn header(&self) -> &RegionHeader {
        #[cfg(loom)]
        return &self.headers.0;
        #[cfg(not(loom))]
        // SAFETY: a region has at least one slot of 256 bytes before its first, all zero or a header; see `base`.
        unsafe {
            self.base.cast().as_ref()
        }
    }

    /// Whether a slot has this number.
    #[inline]
    pub(crate) fn has_slot(&self, slot: u32) -> bool {
        slot.wrapping_sub(1) < self.shape.slots
    }

    #[inline]
    pub(crate) fn slot(&self, slot: u32) -> &SlotHeader {
        assert!(self.has_slot(slot), "slot {slot} is outside of the region");
        #[cfg(loom)]
        return &self.headers.1[slot as usize];
        #[cfg(not(loom))]
        // SAFETY: the slot is inside of the region, and a slot is at least as large as its header; see `base`.
        unsafe {
            self.slot_base(slot).cast().as_ref()
        }
    }

    #[inline]
    pub(crate) fn page(&self, page: u32) -> &PageHeader {
        assert!(page.wrapping_sub(1) < self.shape.pages, "page {page} is outside of the region");
        #[cfg(loom)]
        return &self.headers.2[page as usize];
        #[cfg(not(loom))]
        // SAFETY: the page is inside of the region, and a page is at least as large as its header; see `base`.
        unsafe {
            self.page_base(page).cast().as_ref()
        }
    }

    /// The entries of a slot.
    #[inline]
    pub(crate) fn slot_block(&self, slot: u32) -> Block<'_> {
        let header = self.slot(slot);
        // SAFETY: `slot` has checked the number; the block is the slot's bytes, and ends before the next one.
        unsafe {
            Block::new(self.slot_base(slot), SLOT_START, self.shape.slot_size, &header.used, &header.index)
        }
    }

    /// The entries of a page.
    #[inline]
    pub(crate) fn page_block(&self, page: u32) -> Block<'_> {
        let header = self.page(page);
        // SAFETY: `page` has checked the number; the block is the page's bytes, and ends before the next one.
        unsafe {
            Block::new(self.page_base(page), PAGE_START, self.shape.page_size, &header.used, &header.index)
        }
    }

    /// Where a slot begins in the region.
    #[inline]
    pub(crate) fn slot_offset(&self, slot: u32) -> u32 {
        slot * self.shape.slot_size
    }

    /// Where a page begins in the region.
    #[inline]
    pub(crate) fn page_offset(&self, page: u32) -> u32 {
        self.shape.pages_at + (page - 1) * self.shape.page_size
    }

    /// Where bytes of a block are in the region.
    #[inline]
    pub(crate) fn offset_of(&self, bytes: &[u8]) -> u32 {
        (bytes.as_ptr().addr() - self.base.addr().get()) as u32
    }

    #[inline]
    fn slot_base(&self, slot: u32) -> NonNull<u8> {
        // SAFETY: the callers have checked that the slot is inside of the region.
        unsafe { self.base.add(self.slot_offset(slot) as usize) }
    }

    #[inline]
    fn page_base(&self, page: u32) -> NonNull<u8> {
        // SAFETY: the callers have checked that the page is inside of the region.
        unsafe { self.base.add(self.page_offset(page) as usize) }
    }

    /// A page for nobody but the caller. Its bytes are zero.
    pub(crate) fn take_page(&self) -> Option<u32> {
        let list = &self.header().free_pages.0;
        let page = pop(list, |page| self.page(page).free_next.load(Relaxed))
            .or_else(|| claim(list, 1, self.shape.pages).map(|(first, _)| first))?;
        self.page(page).free_next.store(0, Relaxed);
        list.out.fetch_add(1, Relaxed);
        Some(page)
    }

    /// Gives a page back. Its bytes are zero.
    pub(crate) fn give_page(&self, page: u32) {
        let list = &self.header().free_pages.0;
        list.out.fetch_sub(1, Relaxed);
        push(list, page, |next| self.page(page).free_next.store(next, Relaxed));
    }

    /// A batch of free slots that were used before: the first, and how many hang at its `free_next`.
    pub(crate) fn pop_batch(&self) -> Option<(u32, u32)> {
        let list = &self.header().free_slots.0;
        let first = pop(list, |slot| self.slot(slot).free_batch.load(Relaxed))?;
        let header = self.slot(first);
        header.free_batch.store(0, Relaxed);
        let count = header.free_count.load(Relaxed);
        header.free_count.store(0, Relaxed);
        Some((first, count))
    }

    /// Puts a batch of free slots, linked by `free_next`, on the stack.
    pub(crate) fn push_batch(&self, first: u32, count: u32) {
        let list = &self.header().free_slots.0;
        let header = self.slot(first);
        header.free_count.store(count, Relaxed);
        push(list, first, |next| header.free_batch.store(next, Relaxed));
    }

    /// Slots that were never used: the first, and the one after the last.
    pub(crate) fn claim_slots(&self) -> Option<(u32, u32)> {
        claim(&self.header().free_slots.0, self.shape.batch, self.shape.slots)
    }
}

/// Takes the top of a stack. `next` reads the link of what may already be someone else's; then the change count differs
/// and the swap fails.
fn pop(list: &FreeList, next: impl Fn(u32) -> u32) -> Option<u32> {
    let mut top = list.top.load(Acquire);
    loop {
        let index = top as u32;
        if index == 0 {
            return None;
        }
        match list.top.compare_exchange_weak(top, stamped(top, next(index)), AcqRel, Acquire) {
            Ok(_) => return Some(index),
            Err(seen) => top = seen,
        }
    }
}

fn push(list: &FreeList, index: u32, link: impl Fn(u32)) {
    let mut top = list.top.load(Relaxed);
    loop {
        link(top as u32);
        match list.top.compare_exchange_weak(top, stamped(top, index), AcqRel, Relaxed) {
            Ok(_) => return,
            Err(seen) => top = seen,
        }
    }
}

fn stamped(top: u64, index: u32) -> u64 {
    let changes = (top >> 32) as u32;
    u64::from(changes.wrapping_add(1)) << 32 | u64::from(index)
}

/// Takes up to `count` indexes that were never out; indexes begin at 1.
fn claim(list: &FreeList, count: u32, limit: u32) -> Option<(u32, u32)> {
    let mut fresh = list.fresh.load(Relaxed);
    loop {
        let end = fresh.saturating_add(count).min(limit);
        if fresh >= end {
            return None;
        }
        match list.fresh.compare_exchange_weak(fresh, end, Relaxed, Relaxed) {
            Ok(_) => return Some((fresh + 1, end + 1)),
            Err(seen) => fresh = seen,
        }
    }
}
