//! Where contexts come from and go to.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::cause::Cause;
use crate::context::Context;
use crate::deadlines::Deadlines;
use crate::entries;
use crate::error::{CreateError, PoolError, StaleContext};
use crate::host::{Hosts, Listener};
use crate::layout::{LAST_GENERATION, NEVER, state};
use crate::magazine::{Counts, Magazines};
use crate::region::{Region, Shape};
use crate::sync::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
use crate::sync::{Mutex, fence, lock};
use crate::time::Time;

/// A fixed number of contexts in one block of memory.
///
/// Cloning gives another handle to the same pool; the memory goes when the last handle and the last context have gone.
#[derive(Clone)]
pub struct ContextPool {
    pub(crate) inner: Arc<Inner>,
}

/// The sizes of a pool. Memory is used when it is first written to, so that room for many contexts costs little until they
/// are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many contexts can be alive at once.
    pub contexts: u32,
    /// The bytes of a slot, 128 of which are its header. What does not fit goes to pages.
    pub slot_size: u32,
    /// How many pages there are, for all contexts together.
    pub pages: u32,
    /// The bytes of a page, 320 of which are its header. One field has to fit in a page.
    pub page_size: u32,
    /// How many pages one context can have, at most 15.
    pub pages_per_context: u32,
    /// How many slots go from hand to hand at once. A thread can hold on to two such batches.
    pub batch: u32,
}

/// Names a context, in a word: its slot and the generation of the slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContextId {
    /// The number of the slot, from 1.
    pub slot: u32,
    /// An odd number that no other context of this slot ever has.
    pub generation: u32,
}

/// What a pool has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statistics {
    /// Contexts that were created.
    pub created: u64,
    /// Of those, how many in memory that another one had before.
    pub reused: u64,
    /// Contexts that are alive.
    pub in_use: u64,
    /// The most that were alive at once. With several threads it can say too much, by what they hold back.
    pub high_water: u64,
    /// How many can be alive.
    pub capacity: u32,
    /// Pages that contexts have, and how many there are.
    pub pages_in_use: u32,
    /// How many pages there are.
    pub pages: u32,
    /// The bytes of a slot.
    pub slot_bytes: u32,
    /// The bytes of the whole region.
    pub region_bytes: usize,
}

/// What all handles share.
pub(crate) struct Inner {
    pub(crate) region: Region,
    magazines: Magazines,
    pub(crate) hosts: Hosts,
    deadlines: Mutex<Deadlines>,
    epoch: Instant,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            contexts: 16_383,
            slot_size: 1024,
            pages: 1024,
            page_size: 16 * 1024,
            pages_per_context: 4,
            batch: 64,
        }
    }
}

impl Options {
    /// How many bytes a region with these options has.
    ///
    /// # Errors
    ///
    /// [`PoolError::Option`] and [`PoolError::TooLarge`].
    pub fn bytes(&self) -> Result<usize, PoolError> {
        Shape::new(self).map(|shape| shape.len)
    }
}

impl ContextPool {
    /// A pool in memory of its own.
    ///
    /// # Errors
    ///
    /// [`PoolError::Option`] and [`PoolError::TooLarge`].
    pub fn new(options: &Options) -> Result<Self, PoolError> {
        Ok(Self::with_region(Region::allocate(Shape::new(options)?)))
    }

    /// A pool in memory that is someone else's, such as the backing store of a `SharedArrayBuffer`. `keep_alive` is
    /// dropped when the pool no longer needs it.
    ///
    /// # Errors
    ///
    /// Those of [`ContextPool::new`], and that the memory is too small or not aligned to 64 bytes.
    ///
    /// # Safety
    ///
    /// From `memory` on, `len` bytes are zero and can be read and written for as long as `keep_alive` lives. Nothing
    /// touches them but this pool and code that follows `docs/context-layout.md`: a program that is not trusted must not
    /// get hold of them.
    pub unsafe fn over(
        memory: NonNull<u8>,
        len: usize,
        options: &Options,
        keep_alive: Box<dyn Any + Send + Sync>,
    ) -> Result<Self, PoolError> {
        // SAFETY: the caller's.
        let region = unsafe { Region::over(memory, len, Shape::new(options)?, keep_alive) }?;
        Ok(Self::with_region(region))
    }

    fn with_region(region: Region) -> Self {
        let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        region.header().epoch.store(i64::try_from(unix).unwrap_or(i64::MAX), Relaxed);
        let hosts = Hosts::new(region.shape.slots);
        Self {
            inner: Arc::new(Inner {
                region,
                magazines: Magazines::new(),
                hosts,
                deadlines: Mutex::new(Deadlines::default()),
                epoch: Instant::now(),
            }),
        }
    }

    /// A context with nothing in it, and nothing above it.
    ///
    /// # Errors
    ///
    /// [`CreateError::Exhausted`].
    #[inline]
    pub fn create(&self) -> Result<Context, CreateError> {
        let id = self.inner.create()?;
        Ok(Context::new(Arc::clone(&self.inner), id))
    }

    /// The context that `id` names.
    ///
    /// # Errors
    ///
    /// The context is over. Never is it another one.
    #[inline]
    pub fn resolve(&self, id: ContextId) -> Result<Context, StaleContext> {
        self.inner.pin(id)?;
        Ok(Context::new(Arc::clone(&self.inner), id))
    }

    /// Makes a handle of a reference that is already counted: by [`Context::into_raw`], or by JavaScript.
    ///
    /// # Errors
    ///
    /// The context is over: then the reference was not one.
    ///
    /// # Safety
    ///
    /// The caller owns such a reference, and gives it up.
    pub unsafe fn adopt(&self, id: ContextId) -> Result<Context, StaleContext> {
        let region = &self.inner.region;
        if !region.has_slot(id.slot) || region.slot(id.slot).generation.load(Acquire) != id.generation {
            return Err(StaleContext { id });
        }
        Ok(Context::new(Arc::clone(&self.inner), id))
    }

    /// A context by a reference that someone else has and keeps, such as JavaScript. Nothing is counted.
    ///
    /// # Errors
    ///
    /// The context is over: then there was no such reference.
    ///
    /// # Safety
    ///
    /// The reference is there for as long as the result is.
    #[inline]
    pub unsafe fn borrow(&self, id: ContextId) -> Result<Borrowed<'_>, StaleContext> {
        let region = &self.inner.region;
        if !region.has_slot(id.slot) || region.slot(id.slot).generation.load(Acquire) != id.generation {
            return Err(StaleContext { id });
        }
        // SAFETY: a copy of the handle that `self` has, which outlives it, and which is never dropped.
        let inner = unsafe { std::ptr::read(&self.inner) };
        Ok(Borrowed { context: ManuallyDrop::new(Context::new(inner, id)), pool: PhantomData })
    }

    /// The clock of the pool.
    #[inline]
    pub fn now(&self) -> Time {
        self.inner.now()
    }

    /// Cancels every context whose deadline is not after `now` and that someone listens to, and leaves `now` in the region
    /// for JavaScript. Gives the time of the next call that has something to do: this crate has no timer, the event loop
    /// calls.
    ///
    /// A context that nobody listens to needs no call: it looks at the clock when it is asked.
    pub fn poll_deadlines(&self, now: Time) -> Option<Time> {
        self.inner.region.header().clock.store(now.as_nanos(), Relaxed);
        loop {
            let due = lock(&self.inner.deadlines).take(now);
            let Some(id) = due else { return self.next_deadline() };
            let Ok(context) = self.resolve(id) else { continue };
            if context.deadline().is_some_and(|deadline| deadline <= now) {
                context.cancel(Cause::DeadlineExceeded);
            }
        }
    }

    /// When [`poll_deadlines`](Self::poll_deadlines) next has something to do, as far as is known.
    pub fn next_deadline(&self) -> Option<Time> {
        lock(&self.inner.deadlines).next()
    }

    /// Takes free slots out of the pool, for a thread that creates contexts in the region by itself: the first, linked by
    /// `free_next`, and how many. `None` when there are none left.
    pub fn lend_slots(&self) -> Option<(u32, u32)> {
        let region = &self.inner.region;
        if let Some(batch) = region.pop_batch() {
            return Some(batch);
        }
        let (start, end) = region.claim_slots()?;
        (start..end - 1).for_each(|slot| region.slot(slot).free_next.store(slot + 1, Relaxed));
        Some((start, end - start))
    }

    /// Gives back what is left of such slots, as a chain by `free_next`.
    ///
    /// # Safety
    ///
    /// From `first` on there are `count` slots, the last one with no next, that nobody else has.
    pub unsafe fn return_slots(&self, first: u32, count: u32) {
        if count > 0 {
            self.inner.region.push_batch(first, count);
        }
    }

    /// Adds what a thread of that kind counted to the statistics.
    pub fn add_counts(&self, counts: Counts) {
        self.inner.magazines.count(counts);
    }

    /// What the pool has done so far.
    pub fn statistics(&self) -> Statistics {
        let Counts { created, reused, released } = self.inner.magazines.counts();
        let (shape, header) = (&self.inner.region.shape, self.inner.region.header());
        Statistics {
            created,
            reused,
            in_use: created.saturating_sub(released),
            high_water: created.saturating_sub(reused),
            capacity: shape.slots,
            pages_in_use: header.free_pages.0.out.load(Relaxed),
            pages: shape.pages,
            slot_bytes: shape.slot_size,
            region_bytes: shape.len,
        }
    }
}

/// See [`ContextPool::borrow`].
pub struct Borrowed<'p> {
    context: ManuallyDrop<Context>,
    pool: PhantomData<&'p ContextPool>,
}

impl Deref for Borrowed<'_> {
    type Target = Context;

    #[inline]
    fn deref(&self) -> &Context {
        &self.context
    }
}

impl fmt::Debug for ContextPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContextPool").field("statistics", &self.statistics()).finish_non_exhaustive()
    }
}

impl Statistics {
    /// Which part of the contexts got memory that was used before: from 0 to 1.
    pub fn reuse_rate(&self) -> f64 {
        if self.created == 0 { 0.0 } else { self.reused as f64 / self.created as f64 }
    }
}

impl ContextId {
    /// Both numbers in one: the generation in the upper half.
    pub const fn to_u64(self) -> u64 {
        (self.generation as u64) << 32 | self.slot as u64
    }

    /// The other way round. Any number will do; one that names nothing does not resolve.
    pub const fn from_u64(bits: u64) -> Self {
        Self { slot: bits as u32, generation: (bits >> 32) as u32 }
    }
}

impl fmt::Display for ContextId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.slot, self.generation)
    }
}

impl Inner {
    #[inline]
    pub(crate) fn now(&self) -> Time {
        Time::from_nanos(i64::try_from(self.epoch.elapsed().as_nanos()).unwrap_or(i64::MAX - 1))
    }

    /// A slot with a new generation and one reference.
    #[inline]
    pub(crate) fn create(&self) -> Result<ContextId, CreateError> {
        let Some(slot) = self.magazines.take(&self.region) else {
            return Err(CreateError::Exhausted { capacity: self.region.shape.slots });
        };
        let header = self.region.slot(slot);
        let generation = header.generation.load(Relaxed) + 1;
        header.deadline.store(NEVER, Relaxed);
        header.generation.store(generation, Release);
        header.references.store(1, Release);
        Ok(ContextId { slot, generation })
    }

    /// Counts one more reference, if the context is not over.
    pub(crate) fn pin(&self, id: ContextId) -> Result<(), StaleContext> {
        if !self.region.has_slot(id.slot) {
            return Err(StaleContext { id });
        }
        let header = self.region.slot(id.slot);
        let mut references = header.references.load(Relaxed);
        loop {
            if references == 0 || header.generation.load(Relaxed) != id.generation {
                return Err(StaleContext { id });
            }
            match header.references.compare_exchange_weak(references, references + 1, Acquire, Relaxed) {
                Ok(_) => break,
                Err(seen) => references = seen,
            }
        }
        if header.generation.load(Acquire) != id.generation {
            // The slot changed hands in between, and we now hold a reference to its new context. Giving it back is all that
            // context notices.
            self.unpin(id.slot);
            return Err(StaleContext { id });
        }
        Ok(())
    }

    /// One more reference to what the caller has a reference to.
    #[inline]
    pub(crate) fn pin_again(&self, slot: u32) {
        // As `Arc` does: past half of what JavaScript reads as a positive number, threads could carry the count over.
        if self.region.slot(slot).references.fetch_add(1, Relaxed) > i32::MAX as u32 / 2 {
            std::process::abort();
        }
    }

    /// One reference less. The last one releases the slot, and then its reference to the parent.
    #[inline]
    pub(crate) fn unpin(&self, slot: u32) {
        if self.region.slot(slot).references.fetch_sub(1, AcqRel) == 1 {
            self.release(slot);
        }
    }

    fn release(&self, mut slot: u32) {
        loop {
            let parent = self.release_one(slot);
            if parent == 0 || self.region.slot(parent).references.fetch_sub(1, AcqRel) != 1 {
                return;
            }
            slot = parent;
        }
    }

    /// Makes a slot as it was before, but for its generation, and gives it back. Returns the parent, to which the context
    /// had a reference.
    fn release_one(&self, slot: u32) -> u32 {
        let header = self.region.slot(slot);
        let state = header.state.load(Acquire);
        let generation = header.generation.load(Relaxed);
        let parent = header.parent.load(Relaxed);
        if state & (state::HOST | state::RELAYED) != 0 {
            self.release_host(ContextId { slot, generation }, parent, state);
        }
        // Who reads without a reference looks at the generation before and after: it changes before anything else does.
        header.generation.store(generation + 1, Relaxed);
        fence(Release);
        header.state.store(0, Relaxed);
        header.depth.store(0, Relaxed);
        header.parent.store(0, Relaxed);
        header.parent_generation.store(0, Relaxed);
        if state & state::TRACE != 0 {
            header.span.store(0, Relaxed);
            header.trace.iter().for_each(|half| half.store(0, Relaxed));
            header.parent_span.store(0, Relaxed);
        }
        entries::clear(&self.region, slot);
        if generation + 1 >= LAST_GENERATION {
            // The next generations would be the first ones again, and names of long ago would resolve.
            self.magazines.retire();
        } else {
            self.magazines.put(&self.region, slot);
        }
        parent
    }

    #[cold]
    fn release_host(&self, id: ContextId, parent: u32, state: u32) {
        if state & state::RELAYED != 0
            && let Some(host) = self.hosts.get(parent)
        {
            lock(&host.listeners).remove_child(id);
        }
        if let Some(host) = self.hosts.get(id.slot) {
            host.clear();
        }
    }

    /// Cancels one context. `false` if it was before.
    pub(crate) fn cancel(&self, id: ContextId, cause: Cause) -> bool {
        let header = self.region.slot(id.slot);
        let mut seen = header.state.load(Relaxed);
        loop {
            if seen & state::CAUSE != 0 {
                return false;
            }
            let cancelled = seen | u32::from(cause.code());
            match header.state.compare_exchange_weak(seen, cancelled, AcqRel, Relaxed) {
                Ok(_) => break,
                Err(now) => seen = now,
            }
        }
        if seen & state::LISTENERS != 0 {
            self.tell(id.slot, cause);
        }
        true
    }

    /// Writes a cause down, unless there is one, or someone listens: who asks for the cause does not call listeners.
    #[cold]
    pub(crate) fn note(&self, id: ContextId, cause: Cause) {
        let state = &self.region.slot(id.slot).state;
        let mut seen = state.load(Relaxed);
        while seen & (state::CAUSE | state::LISTENERS) == 0 {
            match state.compare_exchange_weak(seen, seen | u32::from(cause.code()), AcqRel, Relaxed) {
                Ok(_) => return,
                Err(now) => seen = now,
            }
        }
    }

    /// Tells everyone who listens to a context, which the caller has a reference to.
    #[cold]
    pub(crate) fn tell(&self, slot: u32, cause: Cause) {
        let listeners = &self.hosts.of(slot).listeners;
        loop {
            let next = lock(listeners).take();
            match next {
                None => return,
                Some(Listener::Callback(callback)) => callback(cause),
                Some(Listener::Waker(waker)) => waker.wake(),
                Some(Listener::Child(child)) => {
                    if self.pin(child).is_ok() {
                        self.cancel(child, cause);
                        self.unpin(child.slot);
                    }
                }
            }
        }
    }

    /// Notes a listener at a context: sets the bits that keep others from going past the host, makes the contexts above
    /// tell this one, and puts its deadline on the list.
    pub(crate) fn listen(&self, id: ContextId) {
        let header = self.region.slot(id.slot);
        let before = header.state.fetch_or(state::HOST | state::LISTENERS, AcqRel);
        if before & state::LISTENERS == 0 {
            fence(SeqCst);
            self.watch_deadline(id);
        }
        let parent = ContextId {
            slot: header.parent.load(Relaxed),
            generation: header.parent_generation.load(Relaxed),
        };
        if parent.slot != 0 && header.state.fetch_or(state::RELAYED, AcqRel) & state::RELAYED == 0 {
            lock(&self.hosts.of(parent.slot).listeners).add_child(id);
            self.listen(parent);
        }
    }

    /// Puts the deadline of a context that someone listens to on the list.
    pub(crate) fn watch_deadline(&self, id: ContextId) {
        let deadline = self.deadline_of(id.slot);
        if deadline == Time::NEVER {
            return;
        }
        let bound = 2 * self.region.shape.slots as usize;
        lock(&self.deadlines).add(deadline, id, bound, |time, id| {
            self.region.slot(id.slot).generation.load(Relaxed) == id.generation
                && self.deadline_of(id.slot) == time
        });
    }

    pub(crate) fn deadline_of(&self, slot: u32) -> Time {
        Time::from_nanos(self.region.slot(slot).deadline.load(Relaxed))
    }
}
