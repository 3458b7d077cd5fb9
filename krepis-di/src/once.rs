//! Once-initialisation that can fail, panic, wait for a future and see its own deadlock.
//!
//! A [`Once`] is one word. Reading a ready one is a load; making one is left to the caller, between [`Once::begin`]
//! and [`Once::finish`]. Whoever comes meanwhile waits in the container's [`WaitRoom`], by blocking or by a waker.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::frame;
use crate::sync::{AtomicUsize, Condvar, Mutex, Ordering, lock};

const EMPTY: usize = 0;
const READY: usize = 1;
const POISONED: usize = 2;
/// In the low bits; the others are the address of the maker's frame.
const RUNNING: usize = 3;
/// Beside `RUNNING`: someone waits.
const AWAITED: usize = 4;
const TAG: usize = 7;

/// Whether something is made, and who is making it.
#[derive(Debug)]
pub(crate) struct Once {
    state: AtomicUsize,
}

/// What [`Once::begin`] found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Begin {
    /// The caller makes it, and must call [`Once::finish`].
    Mine,
    /// It is made.
    Ready,
    /// Making it panicked.
    Poisoned,
    /// Someone else makes it.
    Busy,
}

/// How making ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    /// It is there for all to read.
    Ready = READY as isize,
    /// It failed: the next one may try.
    Empty = EMPTY as isize,
    /// It panicked: nobody may try again.
    Poisoned = POISONED as isize,
}

/// Waiting would never end: the maker waits for something that the waiter makes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Deadlock;

impl Once {
    pub(crate) fn new() -> Self {
        Self { state: AtomicUsize::new(EMPTY) }
    }

    /// Whether it is made; what its maker wrote can be read then.
    #[inline]
    pub(crate) fn is_ready(&self) -> bool {
        self.state.load(Ordering::Acquire) == READY
    }

    /// Takes the making over, if nobody has. `maker` is the address of the caller's frame. `exclusive` callers say
    /// that no other thread can reach this.
    #[inline]
    pub(crate) fn begin(&self, maker: usize, exclusive: bool) -> Begin {
        debug_assert_eq!(maker & TAG, 0, "frames are aligned");
        let seen = if exclusive {
            let seen = self.state.load(Ordering::Acquire);
            if seen == EMPTY {
                self.state.store(maker | RUNNING, Ordering::Relaxed);
            }
            seen
        } else {
            let swap =
                self.state.compare_exchange(EMPTY, maker | RUNNING, Ordering::Acquire, Ordering::Acquire);
            swap.unwrap_or_else(|seen| seen)
        };
        match seen {
            EMPTY => Begin::Mine,
            READY => Begin::Ready,
            POISONED => Begin::Poisoned,
            _ => Begin::Busy,
        }
    }

    /// Ends what [`begin`](Self::begin) began, and wakes who waits.
    #[inline]
    pub(crate) fn finish(&self, end: End, exclusive: bool, room: &WaitRoom) {
        let before = if exclusive {
            let before = self.state.load(Ordering::Relaxed);
            self.state.store(end as usize, Ordering::Release);
            before
        } else {
            self.state.swap(end as usize, Ordering::AcqRel)
        };
        debug_assert_eq!(before & RUNNING, RUNNING);
        if before & TAG == RUNNING | AWAITED {
            room.wake();
        }
    }

    /// Forgets what was made, for the next use. The caller is the only one left.
    #[inline]
    pub(crate) fn reset(&self) {
        self.state.store(EMPTY, Ordering::Relaxed);
    }

    /// The maker's frame, while there is one.
    fn maker(&self) -> Option<usize> {
        let state = self.state.load(Ordering::Acquire);
        (state & RUNNING == RUNNING).then_some(state & !TAG)
    }

    /// Asks the maker to wake who waits; `false` when it has finished.
    fn ask_to_be_woken(&self) -> bool {
        let mut state = self.state.load(Ordering::Acquire);
        while state & RUNNING == RUNNING {
            match self.state.compare_exchange(state, state | AWAITED, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return true,
                Err(seen) => state = seen,
            }
        }
        false
    }
}

/// Where a container's callers wait for each other.
#[derive(Debug)]
pub(crate) struct WaitRoom {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    entries: Vec<Entry>,
    next: u64,
}

#[derive(Debug)]
struct Entry {
    id: u64,
    /// What is waited for. It outlives the entry: who waits holds it, and who frees it calls [`WaitRoom::forget`].
    once: *const Once,
    /// The frames of the waiter, innermost first.
    frames: Vec<usize>,
    waker: Option<Waker>,
}

// SAFETY: `once` is only read under the lock, while what it points at is there; a `Once` is `Sync`.
unsafe impl Send for Entry {}

impl WaitRoom {
    pub(crate) fn new() -> Self {
        Self { waiting: Mutex::new(Waiting::default()), changed: Condvar::new() }
    }

    /// Blocks until `once` is no longer being made.
    pub(crate) fn wait(&self, once: &Once) -> Result<(), Deadlock> {
        let frames = frame::addresses();
        let mut waiting = lock(&self.waiting);
        while once.ask_to_be_woken() {
            waiting.check(once, &frames)?;
            let id = waiting.enter(once, frames.clone(), None);
            waiting = self.changed.wait(waiting).unwrap_or_else(std::sync::PoisonError::into_inner);
            waiting.leave(id);
        }
        Ok(())
    }

    /// Waits until `once` is no longer being made.
    pub(crate) fn wait_async<'a>(&'a self, once: &'a Once) -> Wait<'a> {
        Wait { room: self, once, id: None }
    }

    /// Forgets waiters for what is about to be freed: futures that were leaked, or else they would have left.
    pub(crate) fn forget(&self, freed: impl Fn(*const Once) -> bool) {
        lock(&self.waiting).entries.retain(|entry| !freed(entry.once));
    }

    #[cold]
    fn wake(&self) {
        let mut waiting = lock(&self.waiting);
        let wakers: Vec<Waker> = waiting.entries.iter_mut().filter_map(|entry| entry.waker.take()).collect();
        drop(waiting);
        self.changed.notify_all();
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Waiting {
    fn enter(&mut self, once: &Once, frames: Vec<usize>, waker: Option<Waker>) -> u64 {
        self.next += 1;
        self.entries.push(Entry { id: self.next, once, frames, waker });
        self.next
    }

    fn leave(&mut self, id: u64) {
        self.entries.retain(|entry| entry.id != id);
    }

    /// Follows who waits for whom from the maker of `once`: back at one of `frames`, nobody would ever go on.
    fn check(&self, once: &Once, frames: &[usize]) -> Result<(), Deadlock> {
        let mut makers: Vec<usize> = once.maker().into_iter().collect();
        let mut at = 0;
        while let Some(&maker) = makers.get(at) {
            if frames.contains(&maker) {
                return Err(Deadlock);
            }
            for entry in self.entries.iter().filter(|entry| entry.frames.contains(&maker)) {
                // SAFETY: see `Entry::once`.
                let next = unsafe { &*entry.once }.maker();
                makers.extend(next.filter(|next| !makers.contains(next)));
            }
            at += 1;
        }
        Ok(())
    }
}

/// See [`WaitRoom::wait_async`].
pub(crate) struct Wait<'a> {
    room: &'a WaitRoom,
    once: &'a Once,
    id: Option<u64>,
}

impl Future for Wait<'_> {
    type Output = Result<(), Deadlock>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let frames = frame::addresses();
        let mut waiting = lock(&self.room.waiting);
        if let Some(id) = self.id {
            waiting.leave(id);
        }
        if !self.once.ask_to_be_woken() {
            drop(waiting);
            self.id = None;
            return Poll::Ready(Ok(()));
        }
        let checked = waiting.check(self.once, &frames);
        let id = checked.is_ok().then(|| waiting.enter(self.once, frames, Some(context.waker().clone())));
        drop(waiting);
        self.id = id;
        match checked {
            Ok(()) => Poll::Pending,
            Err(deadlock) => Poll::Ready(Err(deadlock)),
        }
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            lock(&self.room.waiting).leave(id);
        }
    }
}

#[cfg(all(test, loom))]
mod tests {
    use std::sync::Arc;

    use loom::cell::UnsafeCell;
    use loom::future::block_on;
    use loom::sync::atomic::AtomicUsize as Count;
    use loom::thread;

    use super::{Begin, End, Once, Ordering, WaitRoom};

    /// One instance in the making, and how it goes.
    struct Place {
        once: Once,
        room: WaitRoom,
        value: UnsafeCell<usize>,
        made: Count,
        failures: Count,
    }

    // SAFETY: the value is written by the maker, and read when it is ready: what is to be shown.
    unsafe impl Sync for Place {}

    impl Place {
        fn failing(failures: usize) -> Arc<Self> {
            Arc::new(Self {
                once: Once::new(),
                room: WaitRoom::new(),
                value: UnsafeCell::new(0),
                made: Count::new(0),
                failures: Count::new(failures),
            })
        }

        /// What a maker does, between `begin` and `finish`: whether it went well.
        fn make(&self) -> bool {
            let fails = self.failures.load(Ordering::Relaxed) > 0;
            if fails {
                self.failures.fetch_sub(1, Ordering::Relaxed);
            } else {
                self.made.fetch_add(1, Ordering::Relaxed);
                // SAFETY: the only maker; loom checks it.
                self.value.with_mut(|value| unsafe { *value = 7 });
            }
            self.once.finish(if fails { End::Empty } else { End::Ready }, false, &self.room);
            !fails
        }

        /// As `Resolver::fill`, for the thread of this number; `false` when its own try failed.
        fn get(&self, thread: usize) -> bool {
            loop {
                match self.once.begin(thread * 8, false) {
                    Begin::Mine => return self.make(),
                    Begin::Ready => break,
                    Begin::Poisoned => unreachable!("because nobody panics"),
                    Begin::Busy => self.room.wait(&self.once).expect("because nobody waits for another"),
                }
            }
            self.read()
        }

        /// As `Resolver::ready_async`.
        async fn get_async(&self, thread: usize) -> bool {
            while !self.once.is_ready() {
                match self.once.begin(thread * 8, false) {
                    Begin::Mine => return self.make(),
                    Begin::Ready => {}
                    Begin::Poisoned => unreachable!("because nobody panics"),
                    Begin::Busy => {
                        self.room.wait_async(&self.once).await.expect("because nobody waits for another");
                    }
                }
            }
            self.read()
        }

        fn read(&self) -> bool {
            // SAFETY: ready; loom checks it.
            self.value.with(|value| assert_eq!(unsafe { *value }, 7));
            true
        }
    }

    #[test]
    fn one_makes_and_all_see_it() {
        loom::model(|| {
            let place = Place::failing(0);
            let threads = [1, 2].map(|number| {
                let place = Arc::clone(&place);
                thread::spawn(move || assert!(place.get(number)))
            });
            assert!(place.get(3));
            threads.into_iter().for_each(|thread| thread.join().expect("because it does not panic"));
            assert_eq!(place.made.load(Ordering::Relaxed), 1);
            assert!(crate::sync::lock(&place.room.waiting).entries.is_empty());
        });
    }

    #[test]
    fn after_a_failure_the_next_one_tries() {
        loom::model(|| {
            let place = Place::failing(1);
            let other = Arc::clone(&place);
            let thread = thread::spawn(move || other.get(1));
            let (mine, other) = (place.get(2), thread.join().expect("because it does not panic"));
            assert!(mine != other, "one of them failed, and nobody waits for ever");
            assert_eq!(place.made.load(Ordering::Relaxed), 1);
        });
    }

    #[test]
    fn wakers_are_woken() {
        loom::model(|| {
            let place = Place::failing(1);
            let other = Arc::clone(&place);
            let thread = thread::spawn(move || block_on(other.get_async(1)));
            let (mine, other) =
                (block_on(place.get_async(2)), thread.join().expect("because it does not panic"));
            assert!(mine != other);
            assert!(crate::sync::lock(&place.room.waiting).entries.is_empty());
        });
    }

    #[test]
    fn threads_and_tasks_wait_for_each_other() {
        loom::model(|| {
            let place = Place::failing(0);
            let other = Arc::clone(&place);
            let thread = thread::spawn(move || block_on(other.get_async(1)));
            assert!(place.get(2));
            assert!(thread.join().expect("because it does not panic"));
            assert_eq!(place.made.load(Ordering::Relaxed), 1);
        });
    }

    #[test]
    fn everyone_sees_a_panic() {
        loom::model(|| {
            let place = Place::failing(0);
            let other = Arc::clone(&place);
            let get = |place: &Place, number: usize| {
                loop {
                    match place.once.begin(number * 8, false) {
                        Begin::Mine => return place.once.finish(End::Poisoned, false, &place.room),
                        Begin::Poisoned => return,
                        Begin::Ready => unreachable!("because nobody makes it"),
                        Begin::Busy => {
                            place.room.wait(&place.once).expect("because nobody waits for another");
                        }
                    }
                }
            };
            let thread = thread::spawn(move || get(&other, 1));
            get(&place, 2);
            thread.join().expect("because it does not panic");
            assert_eq!(place.once.begin(24, false), Begin::Poisoned);
        });
    }
}
