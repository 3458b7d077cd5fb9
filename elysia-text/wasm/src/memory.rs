//! The heap of an instance. It begins anew with each text: the text lies at its beginning, behind it what a call needs, and
//! nothing of that outlives the next text. So there is nothing to free, and no allocator's bookkeeping in the module.
#![allow(unsafe_code, reason = "an allocator, and text that JavaScript has written")]

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::cell::Cell;
use core::ptr;

const PAGE: usize = 65_536;

#[global_allocator]
static HEAP: Heap = Heap { top: Cell::new(0) };

struct Heap {
    /// What is below is taken; 0 before the first text.
    top: Cell<usize>,
}

// SAFETY: the module is built without threads.
unsafe impl Sync for Heap {}

/// Gives all memory free again, and where `units` units of text can be written.
///
/// Nothing that was allocated before may be used any more: no export keeps anything but numbers.
pub(crate) fn begin(units: usize) -> *mut u16 {
    HEAP.top.set(base());
    let layout = Layout::array::<u16>(units).expect("because no string is that long");
    // SAFETY: the layout may be of no bytes, which `Heap` allows.
    let text = unsafe { HEAP.alloc(layout) };
    assert!(!text.is_null());
    text.cast()
}

/// The first `units` units of what JavaScript has written since [`begin`], which was asked for as many.
pub(crate) fn text<'a>(units: usize) -> &'a [u16] {
    let end = base() + size_of::<u16>() * units;
    assert!(end <= HEAP.top.get());
    // SAFETY: below the top, where nothing else is allocated since `begin`; the base is aligned to 16; any bits are a `u16`.
    // The text is not changed until the next `begin`, after which no export has the slice.
    unsafe { core::slice::from_raw_parts(ptr::with_exposed_provenance(base()), units) }
}

fn base() -> usize {
    unsafe extern "C" {
        /// The linker's: where static data ends.
        static __heap_base: u8;
    }
    (&raw const __heap_base).addr()
}

impl Heap {
    /// Makes `end` the top, with more pages if need be.
    fn reach(&self, end: usize) -> bool {
        let missing = end.saturating_sub(memory_size(0) * PAGE).div_ceil(PAGE);
        let is_there = missing == 0 || memory_grow(0, missing) != usize::MAX;
        if is_there {
            self.top.set(end);
        }
        is_there
    }
}

// SAFETY: blocks lie between the base and the top, each behind the one before; a block is given up only as the last one, or
// by `begin`.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let start = self.top.get().max(base()).next_multiple_of(layout.align());
        match start.checked_add(layout.size()) {
            Some(end) if self.reach(end) => ptr::with_exposed_provenance_mut(start),
            _ => ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if block.addr() + layout.size() == self.top.get() {
            self.top.set(block.addr());
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if block.addr() + layout.size() == self.top.get() {
            let is_there = block.addr().checked_add(size).is_some_and(|end| self.reach(end));
            return if is_there { block } else { ptr::null_mut() };
        }
        if size <= layout.size() {
            return block;
        }
        // SAFETY: the caller's alignment is valid, and sizes of blocks are too.
        let moved = unsafe { self.alloc(Layout::from_size_align_unchecked(size, layout.align())) };
        if !moved.is_null() {
            // SAFETY: both blocks have that many bytes, and a new one lies apart from all others.
            unsafe { ptr::copy_nonoverlapping(block, moved, layout.size()) };
        }
        moved
    }
}
