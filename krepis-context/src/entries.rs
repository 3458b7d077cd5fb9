//! The fields of a context: entries, appended to its slot and its pages.
//!
//! # Who may touch what
//!
//! One at a time appends, holding the slot's `writer` word. An entry's bytes are written once, before its offset is put
//! in the index and the end of the entries (`used`) is moved past it, both with release. Readers begin at one of the two,
//! with acquire, and so see whole entries, which do not change any more until the slot is released. It is released by who
//! drops the last reference; whoever reads has one. So entries can be lent out as `&str` and `&[u8]` for as long as a
//! reference is held.

use std::ptr::NonNull;

use crate::error::SetError;
use crate::key::Key;
use crate::layout::{ENTRY_HEADER, MAX_PAGES, SlotHeader, kind, state};
use crate::region::Region;
use crate::sync::Ordering::{Acquire, Relaxed, Release};
use crate::sync::{AtomicU16, AtomicU32, yield_now};
use crate::value::Value;

/// A slot or a page: a header, and entries after it.
#[derive(Clone, Copy)]
pub(crate) struct Block<'a> {
    /// `size` bytes from here belong to the block while `'a` lasts.
    base: NonNull<u8>,
    start: u32,
    size: u32,
    used: &'a AtomicU32,
    index: &'a [AtomicU16],
}

/// What an entry begins with.
#[derive(Clone, Copy)]
#[repr(C)]
struct EntryHeader {
    tag: u32,
    value_len: u32,
    kind: u8,
    reserved: u8,
    /// The older entry of the same bucket, in units of 8 bytes from the block's beginning; 0 is none.
    chain: u16,
    size: u32,
}

/// An entry as it lies in its block.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a> {
    at: u32,
    end: u32,
    tag: u32,
    kind: u8,
    key: &'a [u8],
    value: &'a [u8],
}

impl<'a> Block<'a> {
    /// # Safety
    ///
    /// `size` bytes from `base`, which is aligned to 8, are readable and writable while `'a` lasts, are a block as the
    /// layout says, and are touched only as the module says.
    #[inline]
    pub(crate) unsafe fn new(
        base: NonNull<u8>,
        start: u32,
        size: u32,
        used: &'a AtomicU32,
        index: &'a [AtomicU16],
    ) -> Self {
        Self { base, start, size, used, index }
    }

    /// The newest entry with this key, of those that end before `limit`.
    #[inline]
    fn find(&self, key: &Key<'_>, limit: u32) -> Option<Entry<'a>> {
        let tag = key.tag();
        let mut at = u32::from(self.index[tag as usize & (self.index.len() - 1)].load(Acquire)) * 8;
        while at != 0 {
            let header = self.header(at)?;
            if header.tag == tag && at < limit {
                let entry = self.entry(at, header)?;
                if entry.key == key.inline() {
                    return Some(entry);
                }
            }
            let older = u32::from(header.chain) * 8;
            // Chains lead back; anything else is not a chain, and could lead around for ever.
            at = if older < at { older } else { 0 };
        }
        None
    }

    /// The beginning of the entry at `at`, if there is room for one.
    #[inline]
    fn header(&self, at: u32) -> Option<EntryHeader> {
        if at < self.start || at > self.size - ENTRY_HEADER || !at.is_multiple_of(8) {
            return None;
        }
        // SAFETY: the header is inside of the block, aligned to 4 as `at` is to 8, and any bytes are a header. Who gave
        // us `at`, the index or `used`, says that it is written.
        Some(unsafe { self.base.add(at as usize).cast::<EntryHeader>().read() })
    }

    #[inline]
    fn entry(&self, at: u32, header: EntryHeader) -> Option<Entry<'a>> {
        let key_len = header.tag >> 16;
        let value_at = u64::from(at) + u64::from(ENTRY_HEADER) + u64::from(key_len.next_multiple_of(8));
        let end = value_at + u64::from(header.value_len);
        if end > u64::from(self.size) {
            return None;
        }
        // SAFETY: both are inside of the block (`end`); entries do not change while someone holds a reference, and `'a`
        // is the time that one is held.
        let (key, value) = unsafe {
            let base = self.base.as_ptr();
            let key = std::slice::from_raw_parts(base.add((at + ENTRY_HEADER) as usize), key_len as usize);
            let value = std::slice::from_raw_parts(base.add(value_at as usize), header.value_len as usize);
            (key, value)
        };
        let end = (end as u32).next_multiple_of(8);
        Some(Entry { at, end, tag: header.tag, kind: header.kind, key, value })
    }

    /// Appends an entry, if there is room. The caller holds the slot's `writer` word, or is alone with the block.
    /// Where it is, or `None`.
    fn append(&self, key: &Key<'_>, kind: u8, value: &[u8]) -> Option<u32> {
        let size = entry_size(key, value.len());
        let at = self.start as usize + self.used.load(Relaxed) as usize;
        if size > (self.size as usize).saturating_sub(at) {
            return None;
        }
        let bucket = &self.index[key.tag() as usize & (self.index.len() - 1)];
        let header = EntryHeader {
            tag: key.tag(),
            value_len: value.len() as u32,
            kind,
            reserved: 0,
            chain: bucket.load(Relaxed),
            size: size as u32,
        };
        let text = key.inline();
        // SAFETY: the entry is inside of the block, and nobody reads there before the stores below; see the module.
        unsafe {
            let entry = self.base.add(at);
            entry.cast::<EntryHeader>().write(header);
            let key_at = entry.add(ENTRY_HEADER as usize);
            copy(text, key_at);
            copy(value, key_at.add(text.len().next_multiple_of(8)));
        }
        bucket.store((at / 8) as u16, Release);
        self.used.store((at + size) as u32 - self.start, Release);
        Some(at as u32)
    }

    /// The offset after the last entry.
    #[inline]
    fn end(&self) -> u32 {
        self.start.saturating_add(self.used.load(Acquire)).min(self.size)
    }

    /// Makes the entries zero. The caller is alone with the block.
    fn clear(&self) {
        let used = self.end() - self.start;
        if used == 0 {
            return;
        }
        // SAFETY: the bytes are inside of the block (`end`), and nobody has a reference to the context.
        unsafe { self.base.add(self.start as usize).write_bytes(0, used as usize) };
        self.index.iter().for_each(|bucket| bucket.store(0, Relaxed));
        self.used.store(0, Relaxed);
    }
}

/// # Safety
///
/// There is room for `bytes` at `to`.
#[inline]
unsafe fn copy(bytes: &[u8], to: NonNull<u8>) {
    // SAFETY: the caller's; what is copied is not in a block, or in a part of one that is not written any more.
    unsafe { to.copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len()) };
}

fn entry_size(key: &Key<'_>, value_len: usize) -> usize {
    ENTRY_HEADER as usize + key.inline().len().next_multiple_of(8) + value_len.next_multiple_of(8)
}

impl<'a> Entry<'a> {
    /// Its value; `None` for a tombstone and for a type of a later version.
    #[inline]
    pub(crate) fn value(&self) -> Option<Value<'a>> {
        Some(match self.kind {
            kind::STR => Value::Str(text(self.value)),
            kind::BYTES => Value::Bytes(self.value),
            kind::I64 => Value::I64(i64::from_le_bytes(self.value.try_into().ok()?)),
            kind::F64 => Value::F64(f64::from_bits(u64::from_le_bytes(self.value.try_into().ok()?))),
            kind::BOOL => Value::Bool(self.value.first().copied()? != 0),
            _ => return None,
        })
    }

    /// Where it lies in the region.
    #[inline]
    pub(crate) fn offset(&self, region: &Region) -> u32 {
        region.offset_of(self.key) - ENTRY_HEADER
    }

    fn key(&self) -> Key<'a> {
        Key::from_entry(self.tag, text(self.key))
    }
}

#[inline]
fn text(bytes: &[u8]) -> &str {
    debug_assert!(std::str::from_utf8(bytes).is_ok());
    // SAFETY: who writes a text writes UTF-8: Rust because it takes `&str`, JavaScript because the protocol says so.
    unsafe { std::str::from_utf8_unchecked(bytes) }
}

/// The newest entry of a context's own with this key. Its value is `None` if the key was deleted.
#[inline]
pub(crate) fn find<'a>(region: &'a Region, slot: u32, key: &Key<'_>) -> Option<Entry<'a>> {
    let header = region.slot(slot);
    let mut page = header.newest_page.load(Acquire);
    while page != 0 {
        let found = region.page_block(page).find(key, u32::MAX);
        if found.is_some() {
            return found;
        }
        page = region.page(page).older.load(Relaxed);
    }
    region.slot_block(slot).find(key, u32::MAX)
}

/// Sets a field, or deletes it: then `value` is `None`. Where the entry lies in the region.
pub(crate) fn set(
    region: &Region,
    slot: u32,
    key: &Key<'_>,
    value: Option<Value<'_>>,
) -> Result<u32, SetError> {
    let _writing = Writing::begin(region.slot(slot))?;
    match value {
        Some(value) => value.with_bytes(|kind, bytes| write(region, slot, key, kind, bytes)),
        None => write(region, slot, key, kind::TOMBSTONE, &[]),
    }
}

fn write(region: &Region, slot: u32, key: &Key<'_>, kind: u8, value: &[u8]) -> Result<u32, SetError> {
    let header = region.slot(slot);
    let older = find(region, slot, key);
    match older {
        // It is there already.
        Some(older) if older.kind == kind && older.value == value => {
            return Ok(older.offset(region));
        }
        Some(_) => drop(header.state.fetch_or(state::SHADOWS, Release)),
        None if kind == kind::TOMBSTONE => drop(header.state.fetch_or(state::SHADOWS, Release)),
        None => {}
    }
    let newest = header.newest_page.load(Relaxed);
    let (block, start) = if newest == 0 {
        (region.slot_block(slot), region.slot_offset(slot))
    } else {
        (region.page_block(newest), region.page_offset(newest))
    };
    match block.append(key, kind, value) {
        Some(at) => Ok(start + at),
        None => write_to_new_page(region, slot, key, kind, value),
    }
}

#[cold]
fn write_to_new_page(
    region: &Region,
    slot: u32,
    key: &Key<'_>,
    kind: u8,
    value: &[u8],
) -> Result<u32, SetError> {
    let (header, shape) = (region.slot(slot), &region.shape);
    let max = (shape.page_size - crate::layout::PAGE_START) as usize;
    let bytes = ENTRY_HEADER as usize + key.as_str().len() + value.len();
    if entry_size(key, value.len()) > max {
        return Err(SetError::TooLarge { bytes, max });
    }
    let pages = header.pages.load(Relaxed);
    if pages >= shape.pages_per_context {
        return Err(SetError::Full { pages });
    }
    let page = region.take_page().ok_or(SetError::NoPage { pages: shape.pages })?;
    region.page(page).older.store(header.newest_page.load(Relaxed), Relaxed);
    let at = region.page_block(page).append(key, kind, value).expect("because it fits in an empty page");
    header.pages.store(pages + 1, Relaxed);
    header.newest_page.store(page, Release);
    Ok(region.page_offset(page) + at)
}

/// Makes the entries zero and gives the pages back. The caller is alone with the context.
pub(crate) fn clear(region: &Region, slot: u32) {
    let header = region.slot(slot);
    let mut page = header.newest_page.load(Relaxed);
    while page != 0 {
        region.page_block(page).clear();
        let older = region.page(page).older.load(Relaxed);
        region.page(page).older.store(0, Relaxed);
        region.give_page(page);
        page = older;
    }
    region.slot_block(slot).clear();
    header.newest_page.store(0, Relaxed);
    header.pages.store(0, Relaxed);
}

/// The right to write to a slot.
pub(crate) struct Writing<'a>(&'a AtomicU32);

impl<'a> Writing<'a> {
    /// How often a thread looks before it gives up: far longer than any write takes.
    const PATIENCE: u32 = if cfg!(loom) { 3 } else { 20_000 };

    #[inline]
    pub(crate) fn begin(header: &'a SlotHeader) -> Result<Self, SetError> {
        for attempt in 0..Self::PATIENCE {
            if header.writer.compare_exchange_weak(0, 1, Acquire, Relaxed).is_ok() {
                return Ok(Self(&header.writer));
            }
            if attempt > 50 || cfg!(loom) { yield_now() } else { std::hint::spin_loop() }
        }
        Err(SetError::Busy)
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.0.store(0, Release);
    }
}

/// The fields of a slot, oldest first: those that count, and tombstones.
pub(crate) struct SlotEntries<'a> {
    region: &'a Region,
    /// The pages, the newest first, and how many are still to come.
    pages: [u32; MAX_PAGES as usize],
    pages_left: usize,
    newest: u32,
    /// Where the entries of the newest block ended when this began.
    newest_end: u32,
    /// Where this is: a page, or 0 for the slot.
    page: u32,
    block: Block<'a>,
    at: u32,
    end: u32,
    shadows: bool,
}

impl<'a> SlotEntries<'a> {
    pub(crate) fn new(region: &'a Region, slot: u32) -> Self {
        let header = region.slot(slot);
        let newest = header.newest_page.load(Acquire);
        let mut pages = [0; MAX_PAGES as usize];
        let mut pages_left = 0;
        let mut page = newest;
        while page != 0 && pages_left < pages.len() {
            pages[pages_left] = page;
            pages_left += 1;
            page = region.page(page).older.load(Relaxed);
        }
        let block = region.slot_block(slot);
        let newest_end = if newest == 0 { block.end() } else { region.page_block(newest).end() };
        let end = if newest == 0 { newest_end } else { block.end() };
        // After the ends: an entry before them that shadows another has set this first.
        let shadows = header.state.load(Acquire) & state::SHADOWS != 0;
        Self { region, pages, pages_left, newest, newest_end, page: 0, block, at: block.start, end, shadows }
    }

    /// Whether no newer entry has the same key, of those that were there when this began.
    fn is_newest(&self, entry: &Entry<'a>) -> bool {
        let key = entry.key();
        let mut page = self.newest;
        let mut limit = self.newest_end;
        while page != self.page {
            if self.region.page_block(page).find(&key, limit).is_some() {
                return false;
            }
            limit = u32::MAX;
            page = self.region.page(page).older.load(Relaxed);
        }
        self.block.find(&key, limit).is_some_and(|newest| newest.at == entry.at)
    }
}

impl<'a> Iterator for SlotEntries<'a> {
    type Item = (Key<'a>, Option<Value<'a>>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            while self.at >= self.end {
                self.pages_left = self.pages_left.checked_sub(1)?;
                let page = self.pages[self.pages_left];
                self.page = page;
                self.block = self.region.page_block(page);
                self.at = self.block.start;
                self.end = if page == self.newest { self.newest_end } else { self.block.end() };
            }
            let header = self.block.header(self.at)?;
            let entry = self.block.entry(self.at, header)?;
            self.at = entry.end;
            if !self.shadows || self.is_newest(&entry) {
                return Some((entry.key(), entry.value()));
            }
        }
    }
}
