//! A message that waits for room.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::core::Core;
use super::desk::{Desk, Draft};
use super::error::SendError;
use super::message::MessageId;
use super::parking;

/// A message on its way: ready when it was accepted, or refused for another reason than want of room.
///
/// Dropping it before gives the message up.
#[must_use = "a message is sent when this is awaited"]
pub struct Sending {
    state: State,
}

enum State {
    Waiting(Wait),
    Refused(SendError),
    Over,
}

struct Wait {
    desk: Arc<Desk>,
    draft: Draft<'static>,
    place: Option<u64>,
}

impl Sending {
    pub(crate) fn new(desk: Arc<Desk>, draft: Draft<'static>) -> Self {
        Self { state: State::Waiting(Wait { desk, draft, place: None }) }
    }

    pub(crate) fn refused(error: SendError) -> Self {
        Self { state: State::Refused(error) }
    }

    pub(crate) fn desk(&self) -> Option<&Arc<Desk>> {
        match &self.state {
            State::Waiting(wait) => Some(&wait.desk),
            State::Refused(_) | State::Over => None,
        }
    }

    /// Waits on this thread, which meanwhile does the work of a worker.
    ///
    /// # Errors
    ///
    /// See [`SendError`].
    pub fn wait(self) -> Result<MessageId, SendError> {
        let core: Option<Arc<Core>> = self.desk().map(|desk| Arc::clone(&desk.core));
        parking::block_on(core.as_deref(), self)
    }
}

impl Future for Sending {
    type Output = Result<MessageId, SendError>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        if let State::Waiting(wait) = &mut self.state {
            let offered = wait.desk.offer_patiently(&mut wait.draft, &mut wait.place, task.waker());
            let Poll::Ready(offered) = offered else { return Poll::Pending };
            let answer = match offered {
                Ok(ticket) => Ok(wait.desk.id(ticket)),
                Err(refusal) => Err(SendError::new(refusal, std::mem::take(&mut wait.draft.body))),
            };
            self.state = State::Over;
            return Poll::Ready(answer);
        }
        match std::mem::replace(&mut self.state, State::Over) {
            State::Refused(error) => Poll::Ready(Err(error)),
            _ => panic!("a message is sent once: the future was polled after it"),
        }
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if self.place.is_some() {
            self.desk.stop_waiting(&mut self.place);
        }
    }
}

/// Ready when there is room at a desk, or nothing to wait for.
pub(crate) struct Room {
    desk: Arc<Desk>,
    place: Option<u64>,
}

impl Room {
    pub(crate) fn at(desk: &Arc<Desk>) -> Self {
        Self { desk: Arc::clone(desk), place: None }
    }
}

impl Future for Room {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        this.desk.poll_room(&mut this.place, task.waker())
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if self.place.is_some() {
            self.desk.stop_waiting(&mut self.place);
        }
    }
}
