//! How a message is sent: where to, and how.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::body::Body;
use super::desk::{Desk, Draft, NORMAL, lane};
use super::error::{Refusal, SendError};
use super::message::{MessageId, NEVER, Priority};
use super::options::Overflow;
use super::queue::NO_LANE;
use super::reply::{Ask, ReplyCell};
use super::sending::{Room, Sending};

/// An address that was looked up: sending to it needs no look at the route table. Cheap to clone, and valid for as long as
/// the handler is there; what is sent afterwards becomes a dead letter.
#[derive(Clone)]
pub struct Target {
    pub(crate) desk: Arc<Desk>,
    pub(crate) route: u32,
    /// Empty when the handler's pattern says it all.
    pub(crate) text: Arc<str>,
}

impl Target {
    /// Sends a message, one way.
    ///
    /// # Errors
    ///
    /// It was not accepted: then the body comes back.
    #[inline]
    pub fn send<T: Send + 'static>(&self, body: T) -> Result<MessageId, SendError> {
        send_plain(&self.desk, self.route, &self.text, Body::new(body))
    }

    /// Sends a message when there is room for it.
    pub fn send_async<T: Send + 'static>(&self, body: T) -> Sending {
        self.message(body).send_async()
    }

    /// Sends a message when there is room for it, and waits on this thread, which works meanwhile.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), but never for want of room if the subsystem's senders wait.
    pub fn send_blocking<T: Send + 'static>(&self, body: T) -> Result<MessageId, SendError> {
        self.message(body).send_blocking()
    }

    /// Asks, and gives what to wait for.
    pub fn ask<T: Send + 'static>(&self, body: T) -> Ask {
        self.message(body).ask()
    }

    /// A message to be sent with more than a body.
    pub fn message<T: Send + 'static>(&self, body: T) -> Envelope<'_> {
        let draft = draft(self.route, Cow::Borrowed(&*self.text), Body::new(body));
        Envelope { to: Ok(To::Known(&self.desk)), draft, timeout: None }
    }

    /// Sends many messages, up to 64 of them under one lock.
    ///
    /// # Errors
    ///
    /// Some were not accepted. What comes back begins with the first of those.
    pub fn send_batch<T: Send + 'static>(
        &self,
        bodies: impl IntoIterator<Item = T>,
    ) -> Result<usize, BatchError> {
        self.batch(bodies, false)
    }

    /// Sends many messages, and waits on this thread for room, working meanwhile.
    ///
    /// # Errors
    ///
    /// As [`send_batch`](Self::send_batch), but never for want of room if the subsystem's senders wait.
    pub fn send_batch_blocking<T: Send + 'static>(
        &self,
        bodies: impl IntoIterator<Item = T>,
    ) -> Result<usize, BatchError> {
        self.batch(bodies, true)
    }

    fn batch<T: Send + 'static>(
        &self,
        bodies: impl IntoIterator<Item = T>,
        patient: bool,
    ) -> Result<usize, BatchError> {
        let patient = patient && self.desk.options.overflow == Overflow::Wait;
        let mut bodies = bodies.into_iter();
        let mut chunk = [const { Body::empty() }; CHUNK];
        let mut accepted = 0;
        loop {
            // The iterator is the user's: it is not called under the lock.
            let mut len = 0;
            while len < CHUNK
                && let Some(body) = bodies.next()
            {
                chunk[len] = Body::new(body);
                len += 1;
            }
            let mut start = 0;
            while start < len {
                let (taken, refusal) = self.desk.offer_bodies(self.route, &self.text, &mut chunk[start..len]);
                start += taken;
                accepted += taken;
                match refusal {
                    None => {}
                    Some(Refusal::Full { .. }) if patient => {
                        super::parking::block_on(Some(&self.desk.core), Room::at(&self.desk));
                    }
                    Some(Refusal::Full { .. }) if self.desk.options.overflow == Overflow::DropOldest => {
                        let body = std::mem::take(&mut chunk[start]);
                        let mut draft = draft(self.route, Cow::Borrowed(&*self.text), body);
                        match self.desk.offer(&mut draft) {
                            Ok(_) => (start, accepted) = (start + 1, accepted + 1),
                            Err(refusal) => {
                                chunk[start] = draft.body;
                                let rest = rest(&mut chunk[start..len], bodies);
                                self.desk.count_rejected(rest.len() as u64 - 1);
                                return Err(BatchError { accepted, refusal, rest });
                            }
                        }
                    }
                    Some(refusal) => {
                        let rest = rest(&mut chunk[start..len], bodies);
                        self.desk.count_rejected(rest.len() as u64);
                        return Err(BatchError { accepted, refusal, rest });
                    }
                }
            }
            if len < CHUNK {
                return Ok(accepted);
            }
        }
    }

    /// The name of the subsystem.
    pub fn subsystem(&self) -> &str {
        &self.desk.name
    }
}

/// How many messages go under one lock.
const CHUNK: usize = 64;

fn rest<T: Send + 'static>(chunk: &mut [Body], bodies: impl Iterator<Item = T>) -> Vec<Body> {
    chunk.iter_mut().map(std::mem::take).chain(bodies.map(Body::new)).collect()
}

impl fmt::Debug for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Target")
            .field("subsystem", &self.desk.name)
            .field("text", &self.text)
            .finish()
    }
}

/// Messages that were not accepted, after some that were.
#[derive(Debug, thiserror::Error)]
#[error("{refusal} ({accepted} messages were accepted, {} were not)", .rest.len())]
pub struct BatchError {
    /// How many were accepted.
    pub accepted: usize,
    /// Why the first of the others was not.
    pub refusal: Refusal,
    /// The others, in order.
    pub rest: Vec<Body>,
}

/// A message with an address, not yet sent.
///
/// ```
/// use mycelia_router::kernel::{Kernel, Message, Priority};
/// use std::time::Duration;
///
/// let kernel = Kernel::new();
/// kernel.subsystem("mail")?.on("send/{to}", |message: &mut Message| message.take::<String>().map(drop))?;
///
/// kernel.message("mail://send/ada", String::from("hello")).key(7).priority(Priority::High).send()?;
/// assert_eq!(kernel.run_until_idle(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a message is sent by `send`, `send_async`, `send_blocking` or `ask`"]
pub struct Envelope<'a> {
    pub(crate) to: Result<To<'a>, Refusal>,
    pub(crate) draft: Draft<'a>,
    pub(crate) timeout: Option<Duration>,
}

pub(crate) enum To<'a> {
    Known(&'a Arc<Desk>),
    Found(Arc<Desk>),
}

impl To<'_> {
    fn desk(&self) -> &Arc<Desk> {
        match self {
            Self::Known(desk) => desk,
            Self::Found(desk) => desk,
        }
    }
}

impl Envelope<'_> {
    /// Messages of a subsystem with the same key are handled one after the other, in the order in which they were sent,
    /// whatever the subsystem's concurrency is.
    pub fn key(mut self, key: u64) -> Self {
        self.draft.lane = lane(Some(key));
        self
    }

    /// More urgent messages are handled first. Among messages with one key, those that wait for the key keep their order.
    pub fn priority(mut self, priority: Priority) -> Self {
        self.draft.rank = priority.rank();
        self
    }

    /// Sends it later. It has its place in the queue from now on.
    pub fn after(mut self, delay: Duration) -> Self {
        if let Ok(to) = &self.to {
            self.draft.at = Some(to.desk().core.clock.after(delay));
        }
        self
    }

    /// Sends it at that time; at once when that has passed. It has its place in the queue from now on.
    pub fn at(mut self, time: Instant) -> Self {
        if let Ok(to) = &self.to {
            self.draft.at = Some(to.desk().core.clock.at(time));
        }
        self
    }

    /// It is not started later than that; then it is a dead letter, and an asker is answered that there was no answer in
    /// time.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        if let Ok(to) = &self.to {
            self.draft.deadline = to.desk().core.clock.after(timeout);
            self.timeout = Some(timeout);
        }
        self
    }

    /// The request that it is part of, in place of the one that this thread works for.
    #[cfg(feature = "context")]
    pub fn context(mut self, context: krepis_context::Context) -> Self {
        self.draft.context = Some(context);
        self
    }

    /// Sends it, one way.
    ///
    /// # Errors
    ///
    /// It was not accepted: then the body comes back.
    pub fn send(mut self) -> Result<MessageId, SendError> {
        match self.to {
            Ok(to) => offer(to.desk(), &mut self.draft),
            Err(refusal) => Err(SendError::new(refusal, self.draft.body)),
        }
    }

    /// Sends it when there is room for it.
    pub fn send_async(self) -> Sending {
        match self.to {
            Ok(to) => Sending::new(Arc::clone(to.desk()), owned(self.draft)),
            Err(refusal) => Sending::refused(SendError::new(refusal, self.draft.body)),
        }
    }

    /// Sends it when there is room for it, and waits on this thread, which works meanwhile.
    ///
    /// # Errors
    ///
    /// It was not accepted: then the body comes back.
    pub fn send_blocking(self) -> Result<MessageId, SendError> {
        self.send_async().wait()
    }

    /// Asks, and gives what to wait for. The question is sent now, or when there is room.
    pub fn ask(mut self) -> Ask {
        let to = match self.to {
            Ok(to) => to,
            Err(refusal) => return Ask::refused(SendError::new(refusal, self.draft.body)),
        };
        let desk = to.desk();
        let cell = ReplyCell::open();
        self.draft.reply = Some(Arc::clone(&cell));
        let timer = self.timeout.map(|_| desk.core.time_out(self.draft.deadline, Arc::clone(&cell)));
        match desk.offer(&mut self.draft) {
            Ok(ticket) => Ask::asked(Arc::clone(desk), ticket, cell, timer),
            Err(Refusal::Full { .. }) if desk.options.overflow == Overflow::Wait => {
                desk.uncount_rejected();
                let sending = Sending::new(Arc::clone(desk), owned(self.draft));
                Ask::waiting(Arc::clone(desk), sending, cell, timer)
            }
            Err(refusal) => {
                if let Some(timer) = timer {
                    desk.core.cancel_timer(timer);
                }
                Ask::refused(SendError::new(refusal, self.draft.body))
            }
        }
    }
}

#[inline]
pub(crate) fn draft(route: u32, text: Cow<'_, str>, body: Body) -> Draft<'_> {
    Draft {
        route,
        rank: NORMAL,
        lane: NO_LANE,
        deadline: NEVER,
        at: None,
        text,
        reply: None,
        #[cfg(feature = "context")]
        context: krepis_context::Context::current(),
        body,
    }
}

#[inline]
pub(crate) fn offer(desk: &Arc<Desk>, draft: &mut Draft<'_>) -> Result<MessageId, SendError> {
    match desk.offer(draft) {
        Ok(ticket) => Ok(desk.id(ticket)),
        Err(refusal) => Err(refused(refusal, draft)),
    }
}

#[inline]
pub(crate) fn send_plain(
    desk: &Arc<Desk>,
    route: u32,
    text: &str,
    mut body: Body,
) -> Result<MessageId, SendError> {
    match desk.offer_plain(route, text, &mut body) {
        Ok(ticket) => Ok(desk.id(ticket)),
        Err(refusal) => Err(SendError::new(refusal, body)),
    }
}

#[cold]
fn refused(refusal: Refusal, draft: &mut Draft<'_>) -> SendError {
    SendError::new(refusal, std::mem::take(&mut draft.body))
}

fn owned(draft: Draft<'_>) -> Draft<'static> {
    Draft {
        route: draft.route,
        rank: draft.rank,
        lane: draft.lane,
        deadline: draft.deadline,
        at: draft.at,
        text: Cow::Owned(draft.text.into_owned()),
        reply: draft.reply,
        #[cfg(feature = "context")]
        context: draft.context,
        body: draft.body,
    }
}
