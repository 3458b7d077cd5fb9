//! What all subsystems of a kernel share.

use std::cell::Cell;
use std::sync::Arc;
use std::task::Waker;

use super::clock::Clock;
use super::dead_letters::DeadLetters;
use super::desk::Desk;
use super::error::AskError;
use super::queue::Ticket;
use super::ready::Ready;
use super::reply::ReplyCell;
use super::schedule::Schedule;
use super::sync::{AtomicBool, AtomicUsize, Mutex, Ordering, lock};
use super::timers::{TimerKey, Timers};
use super::waiters::Waiters;

pub(crate) struct Core {
    pub(crate) clock: Clock,
    pub(crate) ready: Ready,
    pub(crate) dead: DeadLetters,
    timers: Mutex<Timers<Due>>,
    phase: AtomicUsize,
    /// Who waits for all to be done, and whether anyone ever did.
    rest: Mutex<Waiters>,
    awaited: AtomicBool,
}

/// What a kernel takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Open,
    /// Only what handlers send, so that what has begun comes to its end.
    Draining,
    Closed,
}

/// What is due.
pub(crate) enum Due {
    /// A delayed message.
    Message(Arc<Desk>, Ticket),
    /// The end of an asker's patience.
    Answer(Arc<ReplyCell>),
    /// The end of a subsystem's rest.
    Restart(Arc<Desk>),
    /// A scheduled message.
    Tick(Arc<Schedule>),
}

impl Core {
    pub(crate) fn new(dead: DeadLetters) -> Self {
        Self {
            clock: Clock::new(),
            ready: Ready::new(),
            dead,
            timers: Mutex::new(Timers::new()),
            phase: AtomicUsize::new(0),
            rest: Mutex::new(Waiters::new()),
            awaited: AtomicBool::new(false),
        }
    }

    #[inline]
    pub(crate) fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Relaxed) {
            0 => Phase::Open,
            1 => Phase::Draining,
            _ => Phase::Closed,
        }
    }

    /// Phases only go on.
    pub(crate) fn enter_phase(&self, phase: Phase) {
        self.phase.fetch_max(phase as usize, Ordering::SeqCst);
        self.ready.stir();
    }

    /// Whether a message of this thread is taken.
    #[inline]
    pub(crate) fn takes(&self) -> bool {
        match self.phase() {
            Phase::Open => true,
            Phase::Draining => inside(),
            Phase::Closed => false,
        }
    }

    pub(crate) fn set_timer(&self, at: i64, due: Due) -> TimerKey {
        let mut timers = lock(&self.timers);
        let first = timers.next().is_none_or(|next| at < next);
        let key = timers.insert(at, due);
        drop(timers);
        if first {
            self.ready.stir();
        }
        key
    }

    pub(crate) fn time_out(&self, at: i64, cell: Arc<ReplyCell>) -> TimerKey {
        self.set_timer(at, Due::Answer(cell))
    }

    pub(crate) fn cancel_timer(&self, key: TimerKey) -> bool {
        let due = lock(&self.timers).cancel(key);
        due.is_some()
    }

    pub(crate) fn next_timer(&self) -> Option<i64> {
        lock(&self.timers).next()
    }

    /// Does what is due at `now`, and tells when the next is due.
    pub(crate) fn ring(&self, now: i64) -> Option<i64> {
        loop {
            let mut timers = lock(&self.timers);
            let Some(due) = timers.pop(now) else { return timers.next() };
            drop(timers);
            match due {
                Due::Message(desk, ticket) => desk.activate(ticket),
                Due::Answer(cell) => {
                    cell.answer(Err(AskError::TimedOut));
                }
                Due::Restart(desk) => desk.end_rest(),
                Due::Tick(schedule) => schedule.tick(self, now),
            }
        }
    }

    /// Lets the first subsystem in line work for one turn; `false` when none has anything to do.
    pub(crate) fn turn_once(&self) -> bool {
        let Some(desk) = self.ready.pop() else { return false };
        desk.run(BUDGET);
        true
    }

    /// Wakes `waker` when something comes to its end. Whoever looks afterwards misses nothing: what comes to its end later
    /// finds the waker, because both hold the lock of the desk.
    pub(crate) fn await_rest(&self, place: &mut Option<u64>, waker: &Waker) {
        self.awaited.store(true, Ordering::SeqCst);
        lock(&self.rest).enter(place, waker);
    }

    pub(crate) fn stop_awaiting(&self, place: &mut Option<u64>) {
        lock(&self.rest).leave(place);
    }

    #[inline]
    pub(crate) fn is_awaited(&self) -> bool {
        self.awaited.load(Ordering::Relaxed)
    }

    /// Tells those who wait for all to be done that something came to its end.
    pub(crate) fn rested(&self) {
        let woken = lock(&self.rest).all();
        woken.into_iter().for_each(|(_, waker)| waker.wake());
    }

    /// Forgets everything that keeps a subsystem alive.
    pub(crate) fn clear(&self) {
        self.ready.clear();
        self.clear_timers();
        drop(self.dead.take_all());
    }

    /// Nothing is due any more.
    pub(crate) fn clear_timers(&self) {
        let due = lock(&self.timers).clear();
        drop(due);
    }
}

/// How many messages a subsystem handles before others have their turn.
pub(crate) const BUDGET: usize = 512;

#[cfg(not(loom))]
thread_local!(static INSIDE: Cell<u32> = const { Cell::new(0) });
#[cfg(loom)]
loom::thread_local!(static INSIDE: Cell<u32> = Cell::new(0));

/// Whether this thread is in a handler.
pub(crate) fn inside() -> bool {
    INSIDE.with(|inside| inside.get() > 0)
}

/// Calls `work` as a handler.
#[inline]
pub(crate) fn as_inside<R>(work: impl FnOnce() -> R) -> R {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            INSIDE.with(|inside| inside.set(inside.get() - 1));
        }
    }
    INSIDE.with(|inside| inside.set(inside.get() + 1));
    let _leave = Leave;
    work()
}
