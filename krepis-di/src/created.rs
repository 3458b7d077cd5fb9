//! What was made, in order, so that it can be taken apart in reverse.

use std::cell::UnsafeCell;

use crate::instance::{Raw, Slot};
use crate::sync::{Mutex, lock};

/// Something that was made.
pub(crate) enum Entry {
    /// The instance of a registration, in its slot.
    Slot(u32),
    /// The instance of a registration for one of any keys.
    Keyed(u32, *const Slot),
    /// A slot that holds nothing, because making its instance panicked.
    Poisoned(*const Slot),
    /// A transient instance with a disposal hook.
    Tracked(u32, Raw),
}

// SAFETY: the slot belongs to the same container or scope as the list, and is `Sync`.
unsafe impl Send for Entry {}
// SAFETY: as above.
unsafe impl Sync for Entry {}

/// The list of one container or scope.
pub(crate) struct Created {
    lock: Mutex<()>,
    /// Touched under the lock, or by the only thread that can.
    list: UnsafeCell<List>,
}

#[derive(Default)]
struct List {
    entries: Vec<Entry>,
    closed: bool,
}

// SAFETY: see `list`.
unsafe impl Sync for Created {}

impl Created {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        let list = List { entries: Vec::with_capacity(capacity), closed: false };
        Self { lock: Mutex::new(()), list: UnsafeCell::new(list) }
    }

    /// Adds an entry; gives it back when the owner is disposed already. `exclusive` callers say that no other thread can
    /// reach the list.
    #[inline]
    pub(crate) fn push(&self, entry: Entry, exclusive: bool) -> Result<(), Entry> {
        let _guard = (!exclusive).then(|| lock(&self.lock));
        // SAFETY: under the lock, or exclusive.
        let Some(entries) = (unsafe { self.open() }) else { return Err(entry) };
        entries.push(entry);
        Ok(())
    }

    /// As [`push`](Self::push), of a slot's instance. Apart, so that the entry is written where it stays: a copy of what was
    /// just written in pieces costs 5 ns.
    #[inline]
    pub(crate) fn push_slot(&self, node: u32, exclusive: bool) -> bool {
        if !exclusive {
            return self.push(Entry::Slot(node), false).is_ok();
        }
        // SAFETY: exclusive.
        let entries = unsafe { self.open() };
        entries.is_some_and(|entries| {
            entries.push(Entry::Slot(node));
            true
        })
    }

    /// The entries, to be added to; `None` once the list is closed, for then they may be read by others.
    ///
    /// # Safety
    /// The caller holds the lock, or is the only one who reaches the list.
    #[inline]
    #[expect(clippy::mut_from_ref)]
    unsafe fn open(&self) -> Option<&mut Vec<Entry>> {
        let list = self.list.get();
        // SAFETY: of the caller. No reference to the whole list is made, because `entries` may have lent a part.
        unsafe { if (*list).closed { None } else { Some(&mut (*list).entries) } }
    }

    /// Lets nothing more in; `false` when that was so before.
    pub(crate) fn close(&self) -> bool {
        let _guard = lock(&self.lock);
        // SAFETY: under the lock.
        !std::mem::replace(unsafe { &mut (*self.list.get()).closed }, true)
    }

    /// The entries, for reading.
    ///
    /// # Safety
    /// The list is closed, and nobody calls [`take`](Self::take) meanwhile.
    pub(crate) unsafe fn entries(&self) -> &[Entry] {
        // SAFETY: a closed list changes only in `take`.
        unsafe { &(*self.list.get()).entries }
    }

    /// The newest entry, out of the list.
    ///
    /// # Safety
    /// The caller is the only one who reaches the list.
    #[inline]
    pub(crate) unsafe fn take(&self) -> Option<Entry> {
        // SAFETY: of the caller.
        unsafe { &mut *self.list.get() }.entries.pop()
    }

    /// Opens the list again, for the next use.
    ///
    /// # Safety
    /// As for [`take`](Self::take).
    #[inline]
    pub(crate) unsafe fn reopen(&self) {
        // SAFETY: of the caller.
        unsafe { &mut *self.list.get() }.closed = false;
    }
}
