//! The atomics and locks in use: those of `std`, or of `loom` when its model checker runs (`--cfg loom`).

#[cfg(not(loom))]
pub(crate) use std::{
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicI64, AtomicU16, AtomicU32, AtomicU64, Ordering, fence},
    },
    thread::yield_now,
};

#[cfg(loom)]
pub(crate) use loom::{
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicI64, AtomicU16, AtomicU32, AtomicU64, Ordering, fence},
    },
    thread::yield_now,
};

/// Locks, whatever happened to earlier holders: no code of a user runs under the locks of this crate, so that what they
/// guard is whole even after a panic.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
