//! Writing entries behind the program's back: making a file takes 50 us and more, longer than
//! compiling a small source.
//!
//! A thread is started when the first entry waits, and ends when none has waited for a while.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::entry::EntryKind;

/// An entry that is to be written.
pub(super) struct Job {
    pub(super) kind: EntryKind,
    pub(super) key: [u8; 32],
    pub(super) payload: Vec<u8>,
}

/// The entries that wait, and the thread that writes them.
#[derive(Default)]
pub(super) struct Writer {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    waiting_bytes: usize,
    /// There is a thread.
    is_running: bool,
    /// The thread is at work on an entry that it has taken.
    is_writing: bool,
}

/// Who has produced more than this waits for its own entries to be written.
const LONGEST_QUEUE: usize = 64 << 20;

/// How long the thread waits for more.
const LINGER: Duration = Duration::from_secs(2);

impl Writer {
    /// Has `write` called with the entry on a thread: soon, and one entry after the other.
    pub(super) fn add(self: &Arc<Self>, job: Job, write: impl FnMut(Job) + Send + 'static) {
        let mut write = write;
        let mut state = self.lock();
        if state.waiting_bytes > LONGEST_QUEUE {
            drop(state);
            return write(job);
        }
        state.waiting_bytes += job.payload.len();
        state.waiting.push_back(job);
        if state.is_running {
            drop(state);
            return self.changed.notify_all();
        }
        state.is_running = true;
        drop(state);
        let writer = Arc::clone(self);
        let thread = thread::Builder::new().name("compile-cache".into()).stack_size(256 << 10);
        if thread.spawn(move || writer.run(write)).is_err() {
            // Without a thread nothing is kept.
            *self.lock() = State::default();
        }
    }

    /// Waits until everything that was added is written.
    pub(super) fn flush(&self) {
        let state = self.lock();
        let is_busy = |state: &mut State| state.is_writing || !state.waiting.is_empty();
        drop(self.changed.wait_while(state, is_busy));
    }

    fn run(&self, mut write: impl FnMut(Job)) {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.waiting.pop_front() {
                state.waiting_bytes -= job.payload.len();
                state.is_writing = true;
                drop(state);
                // Whatever happens in there: nobody who flushes waits forever.
                drop(catch_unwind(AssertUnwindSafe(|| write(job))));
                state = self.lock();
                state.is_writing = false;
                if state.waiting.is_empty() {
                    self.changed.notify_all();
                }
                continue;
            }
            let (guard, timeout) =
                self.changed.wait_timeout(state, LINGER).unwrap_or_else(PoisonError::into_inner);
            state = guard;
            if timeout.timed_out() && state.waiting.is_empty() {
                state.is_running = false;
                return;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // What is locked is changed in steps that cannot panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
