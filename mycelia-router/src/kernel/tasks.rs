//! Handlers that have begun and wait: at most as many as the subsystem's concurrency.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};
use std::task::{Wake, Waker};

use super::desk::Desk;
use super::handler::Task;
use super::queue::Ticket;
use super::reply::ReplyCell;
use super::telemetry::Span;

/// Plain data, guarded by its desk's lock.
pub(crate) struct Tasks {
    entries: Vec<Entry>,
    free: Vec<u32>,
    /// Those that were woken, in order.
    woken: VecDeque<u32>,
    begun: u32,
}

struct Entry {
    state: State,
    begun: Option<Begun>,
    waker: Waker,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Free,
    /// A worker is at it.
    Polled,
    /// A worker is at it, and it was woken meanwhile.
    PolledAgain,
    Waiting,
    Woken,
}

/// A message whose handler has begun.
pub(crate) struct Begun {
    pub(crate) task: Box<dyn Task>,
    pub(crate) about: Head,
    pub(crate) span: Span,
    #[cfg(feature = "context")]
    pub(crate) context: Option<krepis_context::Context>,
}

/// What remains of a message that its handler owns.
pub(crate) struct Head {
    pub(crate) ticket: Ticket,
    pub(crate) lane: u8,
    pub(crate) route: u32,
    pub(crate) reply: Option<Arc<ReplyCell>>,
}

/// Wakes one task, or the one that has its place by then, which then is polled once too often.
struct TaskWaker {
    desk: Weak<Desk>,
    index: u32,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if let Some(desk) = self.desk.upgrade() {
            desk.wake_task(self.index);
        }
    }
}

impl Tasks {
    pub(crate) const fn new() -> Self {
        Self { entries: Vec::new(), free: Vec::new(), woken: VecDeque::new(), begun: 0 }
    }

    /// A place for a task that is about to be polled, and what wakes it.
    pub(crate) fn reserve(&mut self, desk: &Arc<Desk>) -> (u32, Waker) {
        let index = self.free.pop().unwrap_or_else(|| {
            let index = self.entries.len() as u32;
            let waker = Waker::from(Arc::new(TaskWaker { desk: Arc::downgrade(desk), index }));
            self.entries.push(Entry { state: State::Free, begun: None, waker });
            index
        });
        let entry = &mut self.entries[index as usize];
        entry.state = State::Polled;
        (index, entry.waker.clone())
    }

    /// The task waits. `true` when it was woken already.
    pub(crate) fn wait(&mut self, index: u32, begun: Begun, new: bool) -> bool {
        let entry = &mut self.entries[index as usize];
        let woken = entry.state == State::PolledAgain;
        entry.begun = Some(begun);
        entry.state = if woken { State::Woken } else { State::Waiting };
        if woken {
            self.woken.push_back(index);
        }
        self.begun += u32::from(new);
        woken
    }

    /// `true` when it has to be polled for that.
    pub(crate) fn wake(&mut self, index: u32) -> bool {
        let entry = &mut self.entries[index as usize];
        match entry.state {
            State::Polled => entry.state = State::PolledAgain,
            State::Waiting => {
                entry.state = State::Woken;
                self.woken.push_back(index);
                return true;
            }
            State::Free | State::PolledAgain | State::Woken => {}
        }
        false
    }

    pub(crate) fn has_woken(&self) -> bool {
        !self.woken.is_empty()
    }

    /// A task to be polled.
    pub(crate) fn next(&mut self) -> Option<(u32, Begun, Waker)> {
        let index = self.woken.pop_front()?;
        let entry = &mut self.entries[index as usize];
        entry.state = State::Polled;
        let begun = entry.begun.take().expect("because a task that was woken waits in its place");
        Some((index, begun, entry.waker.clone()))
    }

    /// The place is free again. `begun` says whether its task had waited.
    pub(crate) fn release(&mut self, index: u32, begun: bool) {
        self.entries[index as usize].state = State::Free;
        self.free.push(index);
        self.begun -= u32::from(begun);
    }

    /// How many tasks have begun and are not done.
    pub(crate) fn begun(&self) -> u32 {
        self.begun
    }

    /// Takes all that wait out: they will not be polled again.
    pub(crate) fn abandon(&mut self) -> Vec<Begun> {
        self.woken.clear();
        let mut abandoned = Vec::new();
        for (index, entry) in self.entries.iter_mut().enumerate() {
            if let Some(begun) = entry.begun.take() {
                entry.state = State::Free;
                self.free.push(index as u32);
                self.begun -= 1;
                abandoned.push(begun);
            }
        }
        abandoned
    }
}
