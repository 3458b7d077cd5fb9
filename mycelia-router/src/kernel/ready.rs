//! Which subsystems have something to do, and who would do it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::desk::Desk;
use super::parking::Parker;
use super::sync::{AtomicUsize, Mutex, Ordering, lock};
use super::waiters::Waiters;

/// How often a worker looks before it sleeps: about 10 us, less than what waking it costs.
const LOOKS: u32 = if cfg!(loom) || cfg!(miri) { 0 } else { 1_000 };

/// One line for all workers. A subsystem is in it at most once, and is not touched by senders while a worker is at it: under
/// load, nobody comes by here.
pub(crate) struct Ready {
    state: Mutex<State>,
    /// How many are in the line, for a look without the lock.
    len: AtomicUsize,
}

struct State {
    line: VecDeque<Arc<Desk>>,
    idle: Waiters,
    /// Counts what sleepers have to look at again besides the line.
    stirs: u64,
}

impl Ready {
    pub(crate) fn new() -> Self {
        let state = State { line: VecDeque::new(), idle: Waiters::new(), stirs: 0 };
        Self { state: Mutex::new(state), len: AtomicUsize::new(0) }
    }

    pub(crate) fn push(&self, desk: Arc<Desk>) {
        let mut state = lock(&self.state);
        state.line.push_back(desk);
        self.len.store(state.line.len(), Ordering::Relaxed);
        let sleeper = state.idle.next();
        drop(state);
        if let Some(sleeper) = sleeper {
            sleeper.wake();
        }
    }

    pub(crate) fn pop(&self) -> Option<Arc<Desk>> {
        let mut state = lock(&self.state);
        let desk = state.line.pop_front();
        self.len.store(state.line.len(), Ordering::Relaxed);
        desk
    }

    /// Whether there is something, now or in a moment.
    pub(crate) fn look(&self) -> bool {
        for _ in 0..LOOKS {
            if self.len.load(Ordering::Relaxed) > 0 {
                return true;
            }
            std::hint::spin_loop();
        }
        self.len.load(Ordering::Relaxed) > 0
    }

    /// Sleeps until there is something to do, or someone stirred since `stirs`, or the parker is woken, or for that long.
    pub(crate) fn sleep(&self, stirs: u64, parker: &Parker, waker: &Waker, timeout: Option<Duration>) {
        let mut ticket = None;
        let mut state = lock(&self.state);
        if !state.line.is_empty() || state.stirs != stirs {
            return;
        }
        state.idle.enter(&mut ticket, waker);
        drop(state);
        parker.park(timeout);
        lock(&self.state).idle.leave(&mut ticket);
    }

    /// Wakes another one, when there is something to do that the caller was woken for and will not do.
    pub(crate) fn pass_on(&self) {
        let mut state = lock(&self.state);
        let next = if state.line.is_empty() { None } else { state.idle.next() };
        drop(state);
        if let Some(next) = next {
            next.wake();
        }
    }

    /// Ready when there is something to do, or after `stir`.
    pub(crate) fn poll(&self, ticket: &mut Option<u64>, stirs: &mut u64, task: &mut Context<'_>) -> Poll<()> {
        let mut state = lock(&self.state);
        if !state.line.is_empty() || *stirs != state.stirs {
            *stirs = state.stirs;
            drop(state);
            self.leave(ticket);
            return Poll::Ready(());
        }
        state.idle.enter(ticket, task.waker());
        Poll::Pending
    }

    pub(crate) fn stirs(&self) -> u64 {
        lock(&self.state).stirs
    }

    /// Sleeps no more. If it was woken for something that is still there, another one is.
    pub(crate) fn leave(&self, ticket: &mut Option<u64>) {
        if lock(&self.state).idle.leave(ticket) {
            self.pass_on();
        }
    }

    /// Has everyone look again: at the timers, at whether the kernel is closed.
    pub(crate) fn stir(&self) {
        let mut state = lock(&self.state);
        state.stirs += 1;
        let idle = state.idle.all();
        drop(state);
        idle.into_iter().for_each(|(_, waker)| waker.wake());
    }

    /// Forgets who was in the line.
    pub(crate) fn clear(&self) {
        let line = std::mem::take(&mut lock(&self.state).line);
        drop(line);
    }
}
