//! Things to use again, taken and put back without a lock by threads that do not meet.

use std::ptr;
use std::sync::Arc;

use crate::sync::{AtomicPtr, AtomicUsize, Mutex, Ordering, lock};

/// How many things can be had without the lock. Threads are spread over them.
const SHARDS: usize = 8;

/// How many more are kept.
const MOST_IDLE: usize = 1024;

/// A bounded pool.
pub(crate) struct Pool<T> {
    hot: [Shard<T>; SHARDS],
    idle: Mutex<Idle<T>>,
    created: AtomicUsize,
}

struct Idle<T> {
    things: Vec<Arc<T>>,
    closed: bool,
}

/// One place on a cache line of its own: a pointer from `Arc::into_raw`, null, or [`sealed`].
#[repr(align(64))]
struct Shard<T>(AtomicPtr<T>);

/// In the shards of a closed pool: nothing can be put there.
fn sealed<T>() -> *mut T {
    ptr::dangling_mut()
}

/// How a pool stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolStatistics {
    /// How many scopes were allocated, and can be used again.
    pub created: usize,
    /// How many of them wait for use.
    pub idle: usize,
}

impl<T> Pool<T> {
    pub(crate) fn new() -> Self {
        Self {
            hot: std::array::from_fn(|_| Shard(AtomicPtr::new(ptr::null_mut()))),
            idle: Mutex::new(Idle { things: Vec::new(), closed: false }),
            created: AtomicUsize::new(0),
        }
    }

    /// One that was put back, or a new one.
    #[inline]
    pub(crate) fn take(&self, create: impl FnOnce() -> Arc<T>) -> Arc<T> {
        let shard = &self.hot[shard()].0;
        let pointer = shard.load(Ordering::Relaxed);
        if !pointer.is_null()
            && pointer != sealed()
            && shard.compare_exchange(pointer, ptr::null_mut(), Ordering::Acquire, Ordering::Relaxed).is_ok()
        {
            // SAFETY: such a pointer in a shard came out of `Arc::into_raw`, and the exchange made it ours.
            return unsafe { Arc::from_raw(pointer) };
        }
        self.take_idle().unwrap_or_else(|| {
            self.created.fetch_add(1, Ordering::Relaxed);
            create()
        })
    }

    #[cold]
    fn take_idle(&self) -> Option<Arc<T>> {
        lock(&self.idle).things.pop()
    }

    /// Keeps it for the next use; gives it back when there is enough, or when the pool is closed.
    ///
    /// The pool is not touched once it has the thing, because the thing may be what keeps the pool alive.
    #[inline]
    pub(crate) fn put(&self, thing: Arc<T>) -> Option<Arc<T>> {
        let shard = &self.hot[shard()].0;
        let pointer = Arc::into_raw(thing).cast_mut();
        if shard.compare_exchange(ptr::null_mut(), pointer, Ordering::Release, Ordering::Relaxed).is_ok() {
            return None;
        }
        // SAFETY: it was not stored.
        self.put_idle(unsafe { Arc::from_raw(pointer) })
    }

    #[cold]
    fn put_idle(&self, thing: Arc<T>) -> Option<Arc<T>> {
        let mut idle = lock(&self.idle);
        if idle.things.len() >= MOST_IDLE || idle.closed {
            return Some(thing);
        }
        idle.things.push(thing);
        None
    }

    /// Gives everything back and keeps nothing any more.
    pub(crate) fn close(&self) -> Vec<Arc<T>> {
        let mut idle = lock(&self.idle);
        idle.closed = true;
        let mut all = std::mem::take(&mut idle.things);
        drop(idle);
        for shard in &self.hot {
            let pointer = shard.0.swap(sealed(), Ordering::AcqRel);
            if !pointer.is_null() && pointer != sealed() {
                // SAFETY: as in `take`.
                all.push(unsafe { Arc::from_raw(pointer) });
            }
        }
        all
    }

    pub(crate) fn statistics(&self) -> PoolStatistics {
        let pointers = self.hot.iter().map(|shard| shard.0.load(Ordering::Relaxed));
        let hot = pointers.filter(|pointer| !pointer.is_null() && *pointer != sealed()).count();
        PoolStatistics {
            created: self.created.load(Ordering::Relaxed),
            idle: lock(&self.idle).things.len() + hot,
        }
    }
}

impl<T> Drop for Pool<T> {
    fn drop(&mut self) {
        drop(self.close());
    }
}

/// The shard of the current thread.
#[inline]
fn shard() -> usize {
    if cfg!(loom) {
        // All its threads meet.
        return 0;
    }
    use std::cell::Cell;
    static NEXT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    thread_local! {
        static SHARD: Cell<usize> = const { Cell::new(usize::MAX) };
    }
    let shard = SHARD.get();
    if shard != usize::MAX {
        return shard;
    }
    let shard = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed) % SHARDS;
    SHARD.set(shard);
    shard
}

#[cfg(all(test, loom))]
mod tests {
    use std::sync::Arc;

    use loom::cell::UnsafeCell;
    use loom::thread;

    use super::{Ordering, Pool};

    /// Something that one thread has at a time; loom checks it.
    struct Thing(UnsafeCell<u32>);

    // SAFETY: what is to be shown.
    unsafe impl Sync for Thing {}

    impl Thing {
        fn of(pool: &Pool<Self>) -> Arc<Self> {
            pool.take(|| Arc::new(Self(UnsafeCell::new(0))))
        }

        fn touch(&self) {
            // SAFETY: nobody else has it, or loom says so.
            self.0.with_mut(|value| unsafe { *value += 1 });
        }
    }

    fn use_one(pool: &Pool<Thing>) {
        let thing = Thing::of(pool);
        thing.touch();
        drop(pool.put(thing));
    }

    #[test]
    fn nobody_has_what_another_has() {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(3);
        model.check(|| {
            let pool = Arc::new(Pool::new());
            use_one(&pool);
            let threads = [0, 1].map(|_| {
                let pool = Arc::clone(&pool);
                thread::spawn(move || use_one(&pool))
            });
            use_one(&pool);
            threads.into_iter().for_each(|thread| thread.join().expect("because it does not panic"));
            assert_eq!(pool.statistics().idle, pool.created.load(Ordering::Relaxed), "all came back");
            assert!(pool.statistics().created <= 3);
        });
    }

    #[test]
    fn closing_leaves_nothing_behind() {
        loom::model(|| {
            let pool = Arc::new(Pool::new());
            let (first, second) = (Thing::of(&pool), Thing::of(&pool));
            let watch = [Arc::downgrade(&first), Arc::downgrade(&second)];
            let other = Arc::clone(&pool);
            let thread = thread::spawn(move || {
                // The first into the shard, the second, when that is taken, to the idle ones.
                drop(other.put(first));
                drop(other.put(second));
            });
            drop(pool.close());
            thread.join().expect("because it does not panic");
            assert_eq!(pool.statistics().idle, 0);
            assert!(watch.iter().all(|thing| thing.strong_count() == 0));
        });
    }
}
