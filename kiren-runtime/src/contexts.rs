//! Request contexts of this process: one pool over memory that V8 allocated, which all isolates share, and what a realm
//! keeps beside it.

#![allow(unsafe_code, reason = "the pool lies in the backing store of a SharedArrayBuffer")]

use std::cell::{Cell, OnceCell};
use std::collections::BTreeMap;
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use krepis_context::{Borrowed, Cause, ContextId, ContextPool, Counts, Key, Options, StaleContext};
use tokio::sync::Notify;

use crate::RuntimeOptions;
use crate::realm::Realm;

/// A region begins at a cache line.
const ALIGNMENT: usize = 64;

static CONTEXTS: OnceLock<Contexts> = OnceLock::new();

/// See the module.
pub(crate) struct Contexts {
    pub(crate) pool: ContextPool,
    memory: Arc<Memory>,
    /// Where the region begins in the buffer, and how long it is.
    pub(crate) offset: usize,
    pub(crate) len: usize,
}

/// The pool that a runtime would make.
pub(crate) fn pool_options(options: &RuntimeOptions) -> Options {
    let contexts = options.max_contexts.unwrap_or(Options::default().contexts);
    Options { contexts, ..Options::default() }
}

/// The buffer that the region lies in.
struct Memory(v8::SharedRef<v8::BackingStore>);

// SAFETY: a backing store of shared memory may be used from any thread: its count is atomic, its size and its place never
// change; its bytes are only touched by the pool and by internal JavaScript, which follow docs/context-layout.md.
unsafe impl Send for Memory {}
// SAFETY: as above.
unsafe impl Sync for Memory {}

impl Contexts {
    /// The contexts of this process. The first realm that asks says how many there can be.
    pub(crate) fn of(scope: &v8::PinScope<'_, '_>) -> &'static Self {
        CONTEXTS.get_or_init(|| {
            let options = pool_options(&Realm::of(scope).options);
            Self::new(scope, &options).expect("because Runtime::new has checked the number of contexts")
        })
    }

    fn new(scope: &v8::PinScope<'_, '_>, options: &Options) -> Result<Self, krepis_context::PoolError> {
        let len = options.bytes()?;
        // V8 allocates it, so that the same works where its sandbox is on. The pages are the system's zeros until they are written.
        let store = v8::SharedArrayBuffer::new_backing_store(scope, len + ALIGNMENT).make_shared();
        let start = store.data().expect("because the buffer is not empty").cast::<u8>();
        let offset = start.align_offset(ALIGNMENT);
        let memory = Arc::new(Memory(store));
        // SAFETY: V8 gives zeros, and `memory`, which the pool keeps, keeps them; there is room for the offset. Nobody else
        // has the buffer but the internal JavaScript that gets it from `buffer`.
        let pool =
            unsafe { ContextPool::over(start.add(offset), len, options, Box::new(Arc::clone(&memory))) }?;
        Ok(Self { pool, memory, offset, len })
    }

    /// The contexts of this process, if there are any yet.
    pub(crate) fn get() -> Option<&'static Self> {
        CONTEXTS.get()
    }

    /// The pool's clock in nanoseconds; 0 before there is a pool.
    pub(crate) fn now() -> f64 {
        CONTEXTS.get().map_or(0.0, |contexts| contexts.pool.now().as_nanos() as f64)
    }

    /// The buffer, for internal JavaScript; programs must not see it.
    pub(crate) fn buffer<'s>(&self, scope: &v8::PinScope<'s, '_>) -> v8::Local<'s, v8::SharedArrayBuffer> {
        v8::SharedArrayBuffer::with_backing_store(scope, &self.memory.0)
    }

    /// Bytes of the region; `None` outside of it.
    ///
    /// # Safety
    ///
    /// They are the value of an entry of a context that the caller's JavaScript holds, which does not change.
    pub(crate) unsafe fn value(&self, at: usize, len: usize) -> Option<&[u8]> {
        let end = at.checked_add(len)?;
        let start: NonNull<u8> = self.memory.0.data()?.cast();
        // SAFETY: inside of the region; the rest is the caller's.
        (end <= self.len)
            .then(|| unsafe { std::slice::from_raw_parts(start.add(self.offset + at).as_ptr(), len) })
    }

    /// A context by a reference that JavaScript holds, and goes on holding.
    ///
    /// # Errors
    ///
    /// It does not hold one: the context is over.
    #[inline]
    pub(crate) fn borrow(&'static self, id: ContextId) -> Result<Borrowed<'static>, StaleContext> {
        // SAFETY: internal JavaScript passes names of handles that are open, and closes none during a call.
        unsafe { self.pool.borrow(id) }
    }
}

/// How many names of fields internal JavaScript can know by number, and how long they can be.
const MAX_KEYS: usize = 4096;
const MAX_KEY_BYTES: usize = 256;

static KEYS: [OnceLock<Key<'static>>; MAX_KEYS] = [const { OnceLock::new() }; MAX_KEYS];
static KEY_NUMBERS: Mutex<BTreeMap<&str, usize>> = Mutex::new(BTreeMap::new());

/// The number of a name, the same for all isolates. Names are few, and written down in programs: those that come after the
/// first [`MAX_KEYS`] have none, and are passed as texts.
pub(crate) fn key_number(name: &str) -> Option<usize> {
    let mut numbers = KEY_NUMBERS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(number) = numbers.get(name) {
        return Some(*number);
    }
    let number = numbers.len();
    let key = KEYS.get(number).filter(|_| name.len() <= MAX_KEY_BYTES)?;
    // Kept for the life of the process: 1 MB at most.
    let name: &'static str = Box::leak(name.into());
    key.set(Key::new(name)).ok()?;
    numbers.insert(name, number);
    Some(number)
}

/// The name with a number.
#[inline]
pub(crate) fn key(number: usize) -> Option<Key<'static>> {
    KEYS.get(number)?.get().copied()
}

/// Of one realm: the slots that its JavaScript makes contexts in, and the ends that it waits for.
#[derive(Default)]
pub(crate) struct RealmContexts {
    lane: OnceCell<Lane>,
    pub(crate) ends: Arc<Ends>,
    is_watching: Cell<bool>,
}

/// The free slots of a realm, and what it has counted, in memory that its JavaScript works in: see js/krepis/context/region.js.
///
/// | offset | type | what |
/// |---|---|---|
/// | 0 | u32 | the first free slot, linked by `free_next` |
/// | 4 | u32 | how many |
/// | 8, 16, 24 | f64 | contexts created, of those reused, released since they were last added to the pool's |
struct Lane(v8::SharedRef<v8::BackingStore>);

impl Lane {
    const BYTES: usize = 32;

    fn bytes<const N: usize>(&self, at: usize) -> [u8; N] {
        std::array::from_fn(|byte| self.0[at + byte].get())
    }

    fn set_bytes(&self, at: usize, bytes: &[u8]) {
        bytes.iter().zip(&self.0[at..]).for_each(|(byte, cell)| cell.set(*byte));
    }

    fn take_slots(&self) -> (u32, u32) {
        let slots = (u32::from_le_bytes(self.bytes(0)), u32::from_le_bytes(self.bytes(4)));
        self.set_slots(0, 0);
        slots
    }

    fn set_slots(&self, first: u32, count: u32) {
        self.set_bytes(0, &first.to_le_bytes());
        self.set_bytes(4, &count.to_le_bytes());
    }

    fn take_counts(&self) -> Counts {
        let [created, reused, released] = [8, 16, 24].map(|at| f64::from_le_bytes(self.bytes(at)) as u64);
        self.set_bytes(8, &[0; 24]);
        Counts { created, reused, released }
    }
}

impl RealmContexts {
    /// The lane's memory.
    pub(crate) fn lane<'s>(&self, scope: &mut v8::PinScope<'s, '_>) -> v8::Local<'s, v8::ArrayBuffer> {
        let lane = self.lane.get_or_init(|| {
            Lane(v8::ArrayBuffer::new_backing_store_from_vec(vec![0; Lane::BYTES]).make_shared())
        });
        v8::ArrayBuffer::with_backing_store(scope, &lane.0)
    }

    /// Puts slots in the lane, which is empty. `false` if there are none left.
    pub(crate) fn refill(&self, pool: &ContextPool) -> bool {
        match (self.lane.get(), pool.lend_slots()) {
            (Some(lane), Some((first, count))) => {
                lane.set_slots(first, count);
                true
            }
            _ => false,
        }
    }

    /// Gives the lane's slots back.
    pub(crate) fn spill(&self, pool: &ContextPool) {
        let Some(lane) = self.lane.get() else { return };
        let (first, count) = lane.take_slots();
        // SAFETY: the lane's slots are this realm's alone; its JavaScript, which does not run now, links them as the layout says.
        unsafe { pool.return_slots(first, count) };
    }

    /// Adds what the lane has counted to the pool's statistics.
    pub(crate) fn settle(&self, pool: &ContextPool) {
        if let Some(lane) = self.lane.get() {
            pool.add_counts(lane.take_counts());
        }
    }

    /// Sees to it that ends reach the realm's JavaScript, and that deadlines end contexts, for as long as the loop turns.
    pub(crate) fn watch(
        &self,
        realm: &Rc<Realm>,
        pool: &'static ContextPool,
        ended: v8::Global<v8::Function>,
    ) {
        if self.is_watching.replace(true) {
            return;
        }
        let (task, ends) = (Rc::clone(realm), Arc::clone(&self.ends));
        realm.spawn_unreferenced(async move {
            loop {
                let next = pool.poll_deadlines(pool.now());
                if ends.is_some() {
                    task.callback(|scope| {
                        let ended = v8::Local::new(scope, &ended);
                        task.call(scope, ended, &[]);
                    });
                }
                let wait = next.map_or(Duration::MAX, |next| next.since(pool.now()));
                // Either there is something to tell, or the deadlines changed, or the next one has come.
                let _ = tokio::time::timeout(wait, ends.changed.notified()).await;
            }
        });
    }
}

impl Drop for RealmContexts {
    fn drop(&mut self) {
        if let Some(contexts) = CONTEXTS.get() {
            self.settle(&contexts.pool);
            self.spill(&contexts.pool);
        }
    }
}

/// Contexts that are over, for JavaScript that waits for it; told from any thread.
#[derive(Default)]
pub(crate) struct Ends {
    told: Mutex<Vec<(u32, Cause)>>,
    changed: Notify,
}

impl Ends {
    /// Whoever listens under `listener` has to know.
    pub(crate) fn tell(&self, listener: u32, cause: Cause) {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).push((listener, cause));
        self.changed.notify_one();
    }

    /// Wakes the task that waits for deadlines.
    pub(crate) fn deadlines_changed(&self) {
        self.changed.notify_one();
    }

    fn is_some(&self) -> bool {
        !self.told.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    pub(crate) fn take(&self) -> Vec<(u32, Cause)> {
        std::mem::take(&mut self.told.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
