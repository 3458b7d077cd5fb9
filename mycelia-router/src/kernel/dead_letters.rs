//! Messages that nobody handled, and why.

use std::collections::VecDeque;

use super::error::Reason;
use super::message::Message;
use super::sync::{Mutex, lock};

/// A message that nobody handled, or whose handler failed.
#[derive(Debug)]
pub struct DeadLetter {
    /// The message. Its body is empty if a handler took it out.
    pub message: Message,
    /// Why it is here.
    pub reason: Reason,
}

/// The last dead letters, as many as the kernel keeps, and how many there were.
pub(crate) struct DeadLetters {
    state: Mutex<State>,
    capacity: usize,
    listener: Option<Listener>,
    after: Option<After>,
}

pub(crate) type Listener = Box<dyn Fn(&DeadLetter) + Send + Sync>;
pub(crate) type After = Box<dyn Fn() + Send + Sync>;

struct State {
    letters: VecDeque<DeadLetter>,
    counts: DeadLetterCounts,
}

/// What became of dead letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeadLetterCounts {
    /// All there ever were.
    pub total: u64,
    /// How many were forgotten, because newer ones needed their place.
    pub forgotten: u64,
    /// How many were sent again.
    pub replayed: u64,
    /// How many are kept.
    pub kept: usize,
}

impl DeadLetters {
    pub(crate) fn new(capacity: usize, listener: Option<Listener>, after: Option<After>) -> Self {
        let state = State { letters: VecDeque::new(), counts: DeadLetterCounts::default() };
        Self { state: Mutex::new(state), capacity, listener, after }
    }

    pub(crate) fn push(&self, letter: DeadLetter) {
        if let Some(listener) = &self.listener {
            // A listener that panics is not heard, and harms nobody.
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| listener(&letter)));
        }
        let mut state = lock(&self.state);
        state.counts.total += 1;
        let forgotten = if self.capacity == 0 {
            Some(letter)
        } else {
            let oldest = if state.letters.len() >= self.capacity { state.letters.pop_front() } else { None };
            state.letters.push_back(letter);
            oldest
        };
        state.counts.forgotten += u64::from(forgotten.is_some());
        drop(state);
        // Its body may have a destructor that sends.
        drop(forgotten);
        if let Some(after) = &self.after {
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(after));
        }
    }

    /// Back to the front: it could not be sent again.
    pub(crate) fn put_back(&self, letter: DeadLetter) {
        lock(&self.state).letters.push_front(letter);
    }

    pub(crate) fn count_replayed(&self) {
        lock(&self.state).counts.replayed += 1;
    }

    pub(crate) fn take_all(&self) -> VecDeque<DeadLetter> {
        std::mem::take(&mut lock(&self.state).letters)
    }

    pub(crate) fn counts(&self) -> DeadLetterCounts {
        let state = lock(&self.state);
        DeadLetterCounts { kept: state.letters.len(), ..state.counts }
    }
}
