//! A handle to a context, and what can be done with it.

use std::any::Any;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use crate::cause::Cause;
use crate::entries::{self, SlotEntries, Writing};
use crate::error::{CreateError, SetError};
use crate::host::{Listener, ListenerId};
use crate::key::Key;
use crate::layout::{MAX_DEPTH, state};
use crate::pool::{ContextId, ContextPool, Inner};
use crate::sync::Ordering::{AcqRel, Acquire, Relaxed, SeqCst};
use crate::sync::{fence, lock};
use crate::time::Time;
use crate::trace::{SpanId, Trace, TraceFlags, TraceId};
use crate::value::Value;

/// A request's context.
///
/// A handle; clones mean the same context, on whichever thread they are. The context is over when the last handle has
/// gone, in Rust and in JavaScript, and when no child is left.
pub struct Context {
    inner: Arc<Inner>,
    /// This handle is one of the slot's references.
    id: ContextId,
}

/// Identity and lifetime.
impl Context {
    /// Takes over a reference.
    #[inline]
    pub(crate) fn new(inner: Arc<Inner>, id: ContextId) -> Self {
        Self { inner, id }
    }

    /// The name of this context: [`ContextPool::resolve`] finds it by that, until it is over.
    #[inline]
    pub fn id(&self) -> ContextId {
        self.id
    }

    /// The pool that it is from.
    pub fn pool(&self) -> ContextPool {
        ContextPool { inner: Arc::clone(&self.inner) }
    }

    /// Gives the handle's reference away as a name, to JavaScript or to [`ContextPool::adopt`]. Until it is given back, the
    /// context is not over.
    pub fn into_raw(self) -> ContextId {
        let id = self.id;
        let this = std::mem::ManuallyDrop::new(self);
        // SAFETY: `this` is not used again, and not dropped.
        drop(unsafe { std::ptr::read(&this.inner) });
        id
    }

    /// A context below this one. It sees the fields of this one and can hide them; it is over no later than this one
    /// would be, by deadline or cancellation; it belongs to the same trace. It keeps this one alive.
    ///
    /// # Errors
    ///
    /// The pool is exhausted, or 64 contexts stand above.
    pub fn child(&self) -> Result<Self, CreateError> {
        let parent = self.inner.region.slot(self.id.slot);
        let depth = parent.depth.load(Relaxed) + 1;
        if depth > MAX_DEPTH {
            return Err(CreateError::TooDeep { max: MAX_DEPTH });
        }
        let id = self.inner.create()?;
        let child = Self::new(Arc::clone(&self.inner), id);
        self.inner.pin_again(self.id.slot);
        let header = self.inner.region.slot(id.slot);
        header.parent.store(self.id.slot, Relaxed);
        header.parent_generation.store(self.id.generation, Relaxed);
        header.depth.store(depth, Relaxed);
        header.deadline.store(self.effective_deadline().as_nanos(), Relaxed);
        Ok(child)
    }

    /// The context that this one was made below.
    pub fn parent(&self) -> Option<Self> {
        let header = self.inner.region.slot(self.id.slot);
        let slot = header.parent.load(Relaxed);
        let generation = header.parent_generation.load(Relaxed);
        (slot != 0).then(|| {
            self.inner.pin_again(slot);
            Self::new(Arc::clone(&self.inner), ContextId { slot, generation })
        })
    }

    /// The slots of this context and of those above it. All of them are alive: each holds the next.
    #[inline]
    fn slots(&self) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(self.id.slot), |slot| {
            let parent = self.inner.region.slot(*slot).parent.load(Relaxed);
            (parent != 0).then_some(parent)
        })
    }
}

impl Clone for Context {
    #[inline]
    fn clone(&self) -> Self {
        self.inner.pin_again(self.id.slot);
        Self::new(Arc::clone(&self.inner), self.id)
    }
}

impl Drop for Context {
    #[inline]
    fn drop(&mut self) {
        self.inner.unpin(self.id.slot);
    }
}

/// Handles are equal if they are of the same context.
impl PartialEq for Context {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && Arc::ptr_eq(&self.inner, &other.inner)
    }
}

impl Eq for Context {}

/// Fields.
impl Context {
    /// The value of a field: of this context's own, or of the nearest one above that has it.
    #[inline]
    pub fn get<'a, 'k>(&'a self, key: impl Into<Key<'k>>) -> Option<Value<'a>> {
        let key = key.into();
        self.slots().find_map(|slot| entries::find(&self.inner.region, slot, &key))?.value()
    }

    /// The text of a field; `None` if it is not there or not a text.
    #[inline]
    pub fn get_str<'k>(&self, key: impl Into<Key<'k>>) -> Option<&str> {
        self.get(key)?.as_str()
    }

    /// The bytes of a field; `None` if it is not there or not bytes.
    #[inline]
    pub fn get_bytes<'k>(&self, key: impl Into<Key<'k>>) -> Option<&[u8]> {
        self.get(key)?.as_bytes()
    }

    /// The whole number of a field; `None` if it is not there or not one.
    #[inline]
    pub fn get_i64<'k>(&self, key: impl Into<Key<'k>>) -> Option<i64> {
        self.get(key)?.as_i64()
    }

    /// The number of a field; `None` if it is not there or not one.
    #[inline]
    pub fn get_f64<'k>(&self, key: impl Into<Key<'k>>) -> Option<f64> {
        self.get(key)?.as_f64()
    }

    /// The yes or no of a field; `None` if it is not there or not that.
    #[inline]
    pub fn get_bool<'k>(&self, key: impl Into<Key<'k>>) -> Option<bool> {
        self.get(key)?.as_bool()
    }

    /// Sets a field. The entry is appended: what was read before stays readable, and takes its space until the context is
    /// over. Setting what is already there takes none.
    ///
    /// # Errors
    ///
    /// There is no room for it ([`SetError`]); the field is as it was.
    #[inline]
    pub fn set<'k, 'v>(&self, key: impl Into<Key<'k>>, value: impl Into<Value<'v>>) -> Result<(), SetError> {
        self.set_entry(key, value).map(drop)
    }

    /// As [`set`](Self::set); gives the place of the entry in the region, in bytes, for who reads it by the layout.
    ///
    /// # Errors
    ///
    /// Those of [`set`](Self::set).
    #[inline]
    pub fn set_entry<'k, 'v>(
        &self,
        key: impl Into<Key<'k>>,
        value: impl Into<Value<'v>>,
    ) -> Result<u32, SetError> {
        entries::set(&self.inner.region, self.id.slot, &key.into(), Some(value.into()))
    }

    /// Deletes a field; `false` if it was not there. The contexts above keep theirs, but it is no longer seen from here.
    ///
    /// # Errors
    ///
    /// There is no room to note that ([`SetError`]); the field is as it was.
    pub fn delete<'k>(&self, key: impl Into<Key<'k>>) -> Result<bool, SetError> {
        let key = key.into();
        if self.get(key).is_none() {
            return Ok(false);
        }
        entries::set(&self.inner.region, self.id.slot, &key, None)?;
        Ok(true)
    }

    /// All fields that [`get`](Self::get) finds, each once: first this context's own, in the order in which they were last
    /// set, then those of the contexts above that are not hidden. What is set meanwhile is not among them.
    #[inline]
    pub fn entries(&self) -> Entries<'_> {
        Entries { context: self, slot: self.id.slot, own: SlotEntries::new(&self.inner.region, self.id.slot) }
    }

    /// Keeps a value of this process with the context; hands it back if there is one of its type already.
    ///
    /// # Errors
    ///
    /// The value.
    pub fn insert_extension<T: Any + Send + Sync>(&self, value: T) -> Result<(), T> {
        self.inner.region.slot(self.id.slot).state.fetch_or(state::HOST, Relaxed);
        self.inner.hosts.of(self.id.slot).extensions.insert(value)
    }

    /// The value of this type: of this context's own, or of the nearest one above that has one.
    pub fn extension<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.slots().find_map(|slot| {
            let has = self.inner.region.slot(slot).state.load(Acquire) & state::HOST != 0;
            if has { self.inner.hosts.get(slot)?.extensions.get() } else { None }
        })
    }
}

/// See [`Context::entries`].
pub struct Entries<'a> {
    context: &'a Context,
    slot: u32,
    own: SlotEntries<'a>,
}

impl<'a> Iterator for Entries<'a> {
    type Item = (Key<'a>, Value<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let region = &self.context.inner.region;
        loop {
            let Some((key, value)) = self.own.next() else {
                self.slot = region.slot(self.slot).parent.load(Relaxed);
                if self.slot == 0 {
                    // Stays at its end: the slot's own entries are over.
                    self.slot = self.context.slots().last()?;
                    return None;
                }
                self.own = SlotEntries::new(region, self.slot);
                continue;
            };
            let mut below = self.context.slots().take_while(|slot| *slot != self.slot);
            let hidden = below.any(|slot| entries::find(region, slot, &key).is_some());
            if let (false, Some(value)) = (hidden, value) {
                return Some((key, value));
            }
        }
    }
}

/// Deadline and cancellation.
impl Context {
    /// The deadline: the earliest of this context's own and of those above.
    pub fn deadline(&self) -> Option<Time> {
        Some(self.effective_deadline()).filter(|deadline| *deadline != Time::NEVER)
    }

    fn effective_deadline(&self) -> Time {
        self.slots().map(|slot| self.inner.deadline_of(slot)).min().unwrap_or(Time::NEVER)
    }

    /// Makes the deadline `deadline`, if that is earlier than the one there is; otherwise nothing happens.
    pub fn shrink_deadline(&self, deadline: Time) -> bool {
        let header = self.inner.region.slot(self.id.slot);
        let before = header.deadline.fetch_min(deadline.as_nanos(), AcqRel);
        let shrunk = deadline.as_nanos() < before;
        // Either this sees the listeners, or who listens sees the deadline.
        fence(SeqCst);
        if shrunk && header.state.load(Acquire) & state::LISTENERS != 0 {
            self.inner.watch_deadline(self.id);
        }
        shrunk
    }

    /// Makes the deadline `timeout` from now, if that is earlier than the one there is.
    pub fn shrink_timeout(&self, timeout: Duration) -> bool {
        self.shrink_deadline(self.inner.now() + timeout)
    }

    /// How long there is; zero after the deadline, `None` without one.
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline().map(|deadline| deadline.since(self.inner.now()))
    }

    /// Cancels the context and all below it. `false` if it was over already; the first cause stays.
    pub fn cancel(&self, cause: Cause) -> bool {
        match self.cause_at(self.inner.now()) {
            None => self.inner.cancel(self.id, cause),
            // The clock was first: that is written down, so that nobody ever reads anything else.
            Some(EXCEEDED) if self.noted_cause().is_none() => {
                self.inner.cancel(self.id, EXCEEDED) && cause == EXCEEDED
            }
            Some(_) => false,
        }
    }

    /// Why the context is over, if it is: its own cause, that of one above it, or the deadline.
    #[inline]
    pub fn cause(&self) -> Option<Cause> {
        if let Some(noted) = self.noted_cause() {
            return Some(noted);
        }
        let deadline = self.deadline()?;
        (deadline <= self.inner.now()).then(|| {
            // Written down, so that it stays the cause when a context above is cancelled later.
            self.inner.note(self.id, EXCEEDED);
            self.noted_cause().unwrap_or(EXCEEDED)
        })
    }

    /// As [`cause`](Self::cause), with the clock at `now`, and without writing down that the deadline has passed.
    pub fn cause_at(&self, now: Time) -> Option<Cause> {
        let noted = self.noted_cause();
        noted.or_else(|| self.deadline().filter(|deadline| *deadline <= now).map(|_| EXCEEDED))
    }

    /// Whether the context is over: cancelled, or past its deadline.
    #[inline]
    pub fn is_done(&self) -> bool {
        self.cause().is_some()
    }

    /// The cause that was written down, here or above.
    #[inline]
    fn noted_cause(&self) -> Option<Cause> {
        self.slots().find_map(|slot| Cause::from_code(self.inner.region.slot(slot).state.load(Acquire) as u8))
    }

    /// Calls `callback` once when the context is over, on the thread that ends it: that of [`cancel`](Self::cancel), or
    /// that of [`ContextPool::poll_deadlines`]. If it is over already, the callback is called before this returns.
    ///
    /// A callback that is never called is dropped with the context. It should not hold a handle to the context: that would
    /// keep both for ever.
    pub fn on_cancel(&self, callback: impl FnOnce(Cause) + Send + 'static) -> ListenerId {
        self.listen(Listener::Callback(Box::new(callback)))
    }

    /// Takes a callback back; `false` if it was called, or is being called.
    pub fn remove_listener(&self, id: ListenerId) -> bool {
        let listeners = self.inner.hosts.get(self.id.slot).map(|host| &host.listeners);
        let removed = listeners.and_then(|listeners| lock(listeners).remove(id));
        removed.is_some()
    }

    fn listen(&self, listener: Listener) -> ListenerId {
        let id = lock(&self.inner.hosts.of(self.id.slot).listeners).add(listener);
        self.inner.listen(self.id);
        // Who cancelled before the bits were set did not look for listeners, here or above: then it is our turn.
        if let Some(cause) = self.cause() {
            self.inner.cancel(self.id, cause);
            self.inner.tell(self.id.slot, cause);
        }
        id
    }

    /// Waits until the context is over, and gives the cause. Needs no runtime; the deadline wakes it through
    /// [`ContextPool::poll_deadlines`].
    pub fn cancelled(&self) -> Cancelled<'_> {
        Cancelled { context: self, listener: None }
    }
}

const EXCEEDED: Cause = Cause::DeadlineExceeded;

/// See [`Context::cancelled`].
#[must_use = "a future does nothing unless it is polled"]
pub struct Cancelled<'a> {
    context: &'a Context,
    listener: Option<ListenerId>,
}

impl Future for Cancelled<'_> {
    type Output = Cause;

    fn poll(mut self: Pin<&mut Self>, task: &mut std::task::Context<'_>) -> Poll<Cause> {
        let context = self.context;
        if let Some(cause) = context.cause() {
            return Poll::Ready(cause);
        }
        let waker = Listener::Waker(task.waker().clone());
        let left = match self.listener {
            Some(id) => lock(&context.inner.hosts.of(context.id.slot).listeners).replace(id, waker),
            None => Err(waker),
        };
        // A waker that was replaced is dropped here, outside of the lock; one that finds no place waits anew.
        if let Err(waker) = left {
            self.listener = Some(context.listen(waker));
        }
        context.cause().map_or(Poll::Pending, Poll::Ready)
    }
}

impl Drop for Cancelled<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.listener {
            self.context.remove_listener(id);
        }
    }
}

/// Trace.
impl Context {
    /// The context's identity in its trace. It is made when it is first asked for: a new span below that of the context
    /// above, or a new trace.
    ///
    /// Should another thread hold on to the context's entries all the while, the identity is made but not kept.
    pub fn trace(&self) -> Trace {
        if let Some(trace) = self.trace_if_set() {
            return trace;
        }
        let trace = match self.parent() {
            Some(parent) => parent.trace().child(),
            None => Trace::root(TraceFlags::RANDOM),
        };
        match self.set_trace(&trace) {
            Err(SetError::TraceIsSet) => self.trace_if_set().unwrap_or(trace),
            _ => trace,
        }
    }

    /// The context's identity in its trace, if it has one by now.
    pub fn trace_if_set(&self) -> Option<Trace> {
        let header = self.inner.region.slot(self.id.slot);
        let state = header.state.load(Acquire);
        if state & state::TRACE == 0 {
            return None;
        }
        let mut trace_id = [0; 16];
        trace_id[..8].copy_from_slice(&header.trace[0].load(Relaxed).to_le_bytes());
        trace_id[8..].copy_from_slice(&header.trace[1].load(Relaxed).to_le_bytes());
        Some(Trace {
            trace_id: TraceId(trace_id),
            span_id: SpanId(header.span.load(Relaxed).to_le_bytes()),
            parent_id: SpanId(header.parent_span.load(Relaxed).to_le_bytes()),
            flags: TraceFlags((state >> state::TRACE_FLAGS_SHIFT) as u8),
        })
    }

    /// Gives the context its identity: once, before anyone asks for it.
    ///
    /// # Errors
    ///
    /// It has one ([`SetError::TraceIsSet`]).
    pub fn set_trace(&self, trace: &Trace) -> Result<(), SetError> {
        let header = self.inner.region.slot(self.id.slot);
        let _writing = Writing::begin(header)?;
        if header.state.load(Relaxed) & state::TRACE != 0 {
            return Err(SetError::TraceIsSet);
        }
        let word = |bytes: &[u8]| bytes.iter().rev().fold(0, |word: u64, byte| word << 8 | u64::from(*byte));
        header.trace[0].store(word(&trace.trace_id.0[..8]), Relaxed);
        header.trace[1].store(word(&trace.trace_id.0[8..]), Relaxed);
        header.span.store(word(&trace.span_id.0), Relaxed);
        header.parent_span.store(word(&trace.parent_id.0), Relaxed);
        let bits = state::TRACE | u32::from(trace.flags.0) << state::TRACE_FLAGS_SHIFT;
        header.state.fetch_or(bits, AcqRel);
        Ok(())
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("id", &self.id)
            .field("cause", &self.noted_cause())
            .field("deadline", &self.deadline())
            .field("fields", &self.entries().collect::<Vec<_>>())
            .finish()
    }
}
