//! Where a reply waits for the one who asked.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::body::Body;
use super::core::Core;
use super::desk::Desk;
use super::error::AskError;
use super::parking;
use super::queue::Ticket;
use super::sending::Sending;
use super::sync::{Mutex, lock};
use super::timers::TimerKey;

/// Shared by the asker and whoever answers. The first answer counts.
pub(crate) struct ReplyCell {
    state: Mutex<State>,
}

enum State {
    Open(Option<Waker>),
    Answered(Result<Body, AskError>),
    /// The asker has gone, with or without the answer.
    Closed,
}

impl ReplyCell {
    /// A cell that nobody else knows, one that was used before if there is one.
    pub(crate) fn open() -> Arc<Self> {
        spare::take().unwrap_or_else(|| Arc::new(Self { state: Mutex::new(State::Open(None)) }))
    }

    /// Answers; `false` when that was done before, or nobody listens.
    pub(crate) fn answer(self: Arc<Self>, answer: Result<Body, AskError>) -> bool {
        let mut state = lock(&self.state);
        let State::Open(waker) = &mut *state else { return false };
        let waker = waker.take();
        *state = State::Answered(answer);
        drop(state);
        // Before the asker wakes, who wants to be the only one that has it.
        drop(self);
        if let Some(waker) = waker {
            waker.wake();
        }
        true
    }

    pub(crate) fn is_closed(&self) -> bool {
        !matches!(*lock(&self.state), State::Open(_))
    }

    fn poll(&self, task: &mut Context<'_>) -> Poll<Result<Body, AskError>> {
        let mut state = lock(&self.state);
        if let State::Open(waker) = &mut *state {
            match waker {
                Some(waker) => waker.clone_from(task.waker()),
                None => *waker = Some(task.waker().clone()),
            }
            return Poll::Pending;
        }
        match std::mem::replace(&mut *state, State::Closed) {
            State::Answered(answer) => Poll::Ready(answer),
            _ => Poll::Ready(Err(AskError::TimedOut)),
        }
    }

    /// Nobody listens any more; whether there was no answer yet.
    fn close(&self) -> bool {
        // What is in it may be dropped by code of the user: not under the lock.
        let before = std::mem::replace(&mut *lock(&self.state), State::Closed);
        matches!(before, State::Open(_))
    }
}

/// A question, and later its answer: `await` it, or [`wait`](Self::wait).
///
/// Dropping it takes the question back: if it was not started it never is, and if it was, the answer is thrown away. The
/// handler can see that by [`is_abandoned`](super::Message::is_abandoned).
#[must_use = "dropping it takes the question back"]
pub struct Ask {
    stage: Stage,
}

enum Stage {
    Waiting(Waiting),
    Asked(Asked),
    Refused(AskError),
    Over,
}

/// A question for which there is no room yet.
struct Waiting {
    desk: Arc<Desk>,
    sending: Box<Sending>,
    open: Open,
}

/// A question that was accepted.
struct Asked {
    desk: Arc<Desk>,
    ticket: Ticket,
    open: Open,
}

/// What has to be put away when nobody waits any more.
struct Open {
    cell: Option<Arc<ReplyCell>>,
    timer: Option<TimerKey>,
}

impl Open {
    fn poll(&self, task: &mut Context<'_>) -> Poll<Result<Body, AskError>> {
        let cell = self.cell.as_ref().expect("because it is taken when the stage ends");
        cell.poll(task)
    }

    fn take(&mut self) -> Self {
        Self { cell: self.cell.take(), timer: self.timer.take() }
    }

    /// Whether there was no answer yet.
    fn close(&mut self, core: &Core) -> bool {
        if let Some(timer) = self.timer.take() {
            core.cancel_timer(timer);
        }
        let Some(mut cell) = self.cell.take() else { return false };
        let Some(only) = Arc::get_mut(&mut cell) else { return cell.close() };
        // Nobody else has it, so that it needs no lock, and is ready for the next question.
        let state = only.state.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        let before = std::mem::replace(state, State::Open(None));
        spare::put(cell);
        matches!(before, State::Open(_))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.open.close(&self.desk.core);
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if self.open.close(&self.desk.core) {
            self.desk.cancel(self.ticket);
        }
    }
}

impl Ask {
    pub(crate) fn asked(
        desk: Arc<Desk>,
        ticket: Ticket,
        cell: Arc<ReplyCell>,
        timer: Option<TimerKey>,
    ) -> Self {
        let open = Open { cell: Some(cell), timer };
        Self { stage: Stage::Asked(Asked { desk, ticket, open }) }
    }

    pub(crate) fn waiting(
        desk: Arc<Desk>,
        sending: Sending,
        cell: Arc<ReplyCell>,
        timer: Option<TimerKey>,
    ) -> Self {
        let open = Open { cell: Some(cell), timer };
        Self { stage: Stage::Waiting(Waiting { desk, sending: Box::new(sending), open }) }
    }

    pub(crate) fn refused(error: impl Into<AskError>) -> Self {
        Self { stage: Stage::Refused(error.into()) }
    }

    /// Waits on this thread, which meanwhile does the work of a worker: messages are handled and timers rung on it, so
    /// that a program without workers can wait as well.
    ///
    /// # Errors
    ///
    /// See [`AskError`].
    pub fn wait(mut self) -> Result<Body, AskError> {
        // For an answer that is there nobody has to be woken. If there is none, it is asked for again with who has to.
        let now = Pin::new(&mut self).poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(answer) = now {
            return answer;
        }
        let core = self.open().map(|(desk, _)| Arc::clone(&desk.core));
        parking::block_on(core.as_deref(), self)
    }

    /// [`wait`](Self::wait), for no longer than `timeout`.
    ///
    /// # Errors
    ///
    /// See [`AskError`].
    pub fn wait_timeout(mut self, timeout: Duration) -> Result<Body, AskError> {
        if let Some((desk, open)) = self.open()
            && let Some(cell) = &open.cell
        {
            let core = &desk.core;
            let timer = core.time_out(core.clock.after(timeout), Arc::clone(cell));
            if let Some(before) = open.timer.replace(timer) {
                core.cancel_timer(before);
            }
        }
        self.wait()
    }

    fn open(&mut self) -> Option<(&Desk, &mut Open)> {
        match &mut self.stage {
            Stage::Waiting(waiting) => Some((&waiting.desk, &mut waiting.open)),
            Stage::Asked(asked) => Some((&asked.desk, &mut asked.open)),
            Stage::Refused(_) | Stage::Over => None,
        }
    }
}

impl Future for Ask {
    type Output = Result<Body, AskError>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        if let Stage::Waiting(waiting) = &mut self.stage {
            // A question that is out of time need not wait for room.
            if let Poll::Ready(answer) = waiting.open.poll(task) {
                self.stage = Stage::Over;
                return Poll::Ready(answer);
            }
            let Poll::Ready(sent) = Pin::new(&mut *waiting.sending).poll(task) else { return Poll::Pending };
            let next = sent.map(|id| {
                let ticket = Ticket { slot: id.slot, sequence: id.sequence };
                let desk = Arc::clone(&waiting.desk);
                Stage::Asked(Asked { desk, ticket, open: waiting.open.take() })
            });
            self.stage = next.unwrap_or_else(|error| Stage::Refused(error.into()));
        }
        if let Stage::Asked(asked) = &mut self.stage {
            let Poll::Ready(answer) = asked.open.poll(task) else { return Poll::Pending };
            if matches!(answer, Err(AskError::TimedOut)) {
                asked.desk.cancel(asked.ticket);
            }
            self.stage = Stage::Over;
            return Poll::Ready(answer);
        }
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Refused(error) => Poll::Ready(Err(error)),
            _ => panic!("an answer is given once: the future was polled after it"),
        }
    }
}

impl fmt::Debug for Ask {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match &self.stage {
            Stage::Waiting(_) => "waits for room",
            Stage::Asked(_) => "asked",
            Stage::Refused(_) => "refused",
            Stage::Over => "over",
        };
        formatter.debug_struct("Ask").field("stage", &stage).finish()
    }
}

/// Cells that were used, of this thread: a question takes nothing from the heap.
#[cfg(not(loom))]
mod spare {
    use super::{Arc, ReplyCell};
    use std::cell::RefCell;

    /// More questions than this are seldom open on one thread.
    const MOST: usize = 256;

    thread_local!(static SPARE: RefCell<Vec<Arc<ReplyCell>>> = const { RefCell::new(Vec::new()) });

    pub(super) fn take() -> Option<Arc<ReplyCell>> {
        SPARE.try_with(|spare| spare.borrow_mut().pop()).ok().flatten()
    }

    /// Keeps a cell that is open and that nobody else has.
    pub(super) fn put(cell: Arc<ReplyCell>) {
        let _ = SPARE.try_with(|spare| {
            let mut spare = spare.borrow_mut();
            if spare.len() < MOST {
                spare.push(cell);
            }
        });
    }
}

/// Objects of `loom` belong to one execution of a model.
#[cfg(loom)]
mod spare {
    use super::{Arc, ReplyCell};

    pub(super) fn take() -> Option<Arc<ReplyCell>> {
        None
    }

    pub(super) fn put(_: Arc<ReplyCell>) {}
}
