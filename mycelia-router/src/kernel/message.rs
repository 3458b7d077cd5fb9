//! A message as its handler sees it.

use std::any::type_name;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use super::body::Body;
use super::desk::Desk;
use super::error::{AskError, Reason, WrongType};
use super::handler::Handlers;
use super::queue::{Item, Ticket};
use super::reply::ReplyCell;

/// No deadline.
pub(crate) const NEVER: i64 = i64::MAX;

/// Which message is handled first, of those that wait for the same subsystem. More urgent ones always go first: a steady
/// stream of them starves the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// When nothing else is to be done.
    Low,
    /// As most messages.
    #[default]
    Normal,
    /// Before most messages.
    High,
    /// Before everything.
    Urgent,
}

impl Priority {
    /// The number of its list, the first to be served being 0.
    pub(crate) fn rank(self) -> u8 {
        3 - self as u8
    }

    pub(crate) fn of_rank(rank: u8) -> Self {
        [Self::Urgent, Self::High, Self::Normal, Self::Low][usize::from(rank & 3)]
    }
}

/// Names a message. No other message of the kernel ever has the same name: what the slot holds later has another sequence
/// number, so that the name of a message that is over finds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MessageId {
    /// The number of the subsystem.
    pub subsystem: u32,
    /// The place in the subsystem's queue.
    pub slot: u32,
    /// Which message of the subsystem it is, counted from 1.
    pub sequence: u64,
}

/// `subsystem.slot.sequence`, in numbers.
impl fmt::Display for MessageId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.subsystem, self.slot, self.sequence)
    }
}

/// What lies in a slot: always the same shape, used again and again. A parcel that is over is `clear`, and keeps only the
/// memory of its text.
pub(crate) struct Parcel {
    /// The number of the handler in its subsystem.
    pub(crate) route: u32,
    pub(crate) rank: u8,
    pub(crate) lane: u8,
    /// Whether dropping the parcel leaves the question open, because someone else answers it.
    pub(crate) watches: bool,
    /// Whether there is nothing but a route, a rank and a body.
    pub(crate) plain: bool,
    pub(crate) deadline: i64,
    pub(crate) reply: Option<Arc<ReplyCell>>,
    #[cfg(feature = "context")]
    pub(crate) context: Option<krepis_context::Context>,
    /// What was matched by a pattern with parameters; empty when the pattern says it all.
    pub(crate) text: String,
    pub(crate) body: Body,
}

/// A text longer than this is given back to the allocator when its message is over.
const LONG_TEXT: usize = 256;

/// What lies in a slot moves between the slot and a worker. What it moves to is clear, and so is it afterwards: only what is
/// there is written.
impl Item for Parcel {
    #[inline]
    fn move_to(&mut self, to: &mut Self) {
        to.route = self.route;
        to.rank = self.rank;
        to.body = std::mem::take(&mut self.body);
        if self.plain {
            return;
        }
        self.move_rest_to(to);
    }
}

impl Parcel {
    /// A parcel with nothing but a route and a body, in a slot that is clear.
    #[inline]
    pub(crate) fn fill(&mut self, route: u32, body: Body) {
        self.route = route;
        self.rank = super::desk::NORMAL;
        self.body = body;
    }

    fn move_rest_to(&mut self, to: &mut Self) {
        to.plain = false;
        to.lane = self.lane;
        to.watches = self.watches;
        to.deadline = self.deadline;
        to.reply = self.reply.take();
        #[cfg(feature = "context")]
        {
            to.context = self.context.take();
        }
        if !self.text.is_empty() {
            std::mem::swap(&mut to.text, &mut self.text);
        }
        self.set_plain();
    }

    #[inline]
    fn set_plain(&mut self) {
        self.plain = true;
        self.lane = super::queue::NO_LANE;
        self.watches = false;
        self.deadline = NEVER;
    }

    /// Makes room for the next message.
    #[inline]
    pub(crate) fn clear(&mut self) {
        self.clear_body();
        if !self.plain {
            self.clear_rest();
        }
    }

    #[inline]
    pub(crate) fn clear_body(&mut self) {
        if !self.body.is_empty() {
            self.body = Body::empty();
        }
    }

    fn clear_rest(&mut self) {
        if self.reply.is_some() {
            self.leave_unanswered();
        }
        #[cfg(feature = "context")]
        {
            self.context = None;
        }
        self.clear_text();
        self.set_plain();
    }

    /// Whoever drops a question says that there will be no answer, unless someone else has to.
    #[cold]
    fn leave_unanswered(&mut self) {
        let watches = std::mem::take(&mut self.watches);
        if let Some(reply) = self.reply.take()
            && !watches
        {
            reply.answer(Err(AskError::Lost(Reason::WorkerLost)));
        }
    }

    fn clear_text(&mut self) {
        if self.text.capacity() > LONG_TEXT {
            self.text = String::new();
        }
        self.text.clear();
    }
}

impl Drop for Parcel {
    #[inline]
    fn drop(&mut self) {
        if self.reply.is_some() {
            self.leave_unanswered();
        }
    }
}

impl Default for Parcel {
    fn default() -> Self {
        Self {
            route: 0,
            rank: 0,
            lane: super::queue::NO_LANE,
            watches: false,
            plain: true,
            deadline: NEVER,
            reply: None,
            #[cfg(feature = "context")]
            context: None,
            text: String::new(),
            body: Body::empty(),
        }
    }
}

/// A message: an address, a body, and what it is part of.
///
/// A handler has it from its start to its end: sync handlers borrow it, async handlers own it. Whatever is not asked for
/// costs nothing: address and parameters are put together when they are read.
pub struct Message {
    pub(crate) parcel: Parcel,
    pub(crate) ticket: Ticket,
    pub(crate) desk: Arc<Desk>,
    pub(crate) handlers: Arc<Handlers>,
}

impl Message {
    /// Its name.
    pub fn id(&self) -> MessageId {
        self.desk.id(self.ticket)
    }

    /// The name of the subsystem that it was sent to.
    pub fn subsystem(&self) -> &str {
        &self.desk.name
    }

    /// The pattern of the handler that it goes to, such as `users/{id}`.
    pub fn route(&self) -> &str {
        self.handlers.get(self.parcel.route).map_or("", |handler| &handler.pattern)
    }

    /// The address that it was sent to, such as `accounts://users/7`.
    pub fn address(&self) -> String {
        if self.parcel.text.is_empty() {
            return format!("{}://{}", self.desk.name, self.route());
        }
        self.parcel.text.clone()
    }

    /// What stands in the address for `{name}`.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.handlers.get(self.parcel.route)?.matcher.at(&self.parcel.text)?.params.get(name)
    }

    /// The parameters of the address, in order.
    pub fn params(&self) -> Vec<(&str, &str)> {
        let handler = self.handlers.get(self.parcel.route);
        let found = handler.and_then(|handler| handler.matcher.at(&self.parcel.text));
        found.map(|found| found.params.iter().collect()).unwrap_or_default()
    }

    /// What it carries.
    #[inline]
    pub fn body(&self) -> &Body {
        &self.parcel.body
    }

    /// What it carries.
    #[inline]
    pub fn body_mut(&mut self) -> &mut Body {
        &mut self.parcel.body
    }

    /// Whether it carries a `T`.
    #[inline]
    pub fn is<T: 'static>(&self) -> bool {
        self.parcel.body.is::<T>()
    }

    /// What it carries, if that is a `T`.
    ///
    /// # Errors
    ///
    /// It is none.
    #[inline]
    pub fn get<T: 'static>(&self) -> Result<&T, WrongType> {
        self.parcel.body.get().ok_or_else(|| self.wrong::<T>())
    }

    /// Takes out what it carries. If the handler fails afterwards, the dead letter has no body, and cannot be replayed.
    ///
    /// # Errors
    ///
    /// It is no `T`, or was taken already.
    #[inline]
    pub fn take<T: 'static>(&mut self) -> Result<T, WrongType> {
        if !self.is::<T>() {
            return Err(self.wrong::<T>());
        }
        let body = std::mem::take(&mut self.parcel.body);
        body.take().map_err(|_| self.wrong::<T>())
    }

    #[cold]
    fn wrong<T: 'static>(&self) -> WrongType {
        WrongType { expected: type_name::<T>(), found: self.parcel.body.type_name() }
    }

    /// How urgent it is.
    pub fn priority(&self) -> Priority {
        Priority::of_rank(self.parcel.rank)
    }

    /// When its sender stops waiting.
    pub fn deadline(&self) -> Option<Instant> {
        (self.parcel.deadline != NEVER).then(|| self.desk.core.clock.instant(self.parcel.deadline))
    }

    /// Whether its sender waits for a reply.
    pub fn wants_reply(&self) -> bool {
        self.parcel.reply.is_some()
    }

    /// Whether its sender asked, and has gone: nobody will see the reply.
    pub fn is_abandoned(&self) -> bool {
        self.parcel.reply.as_ref().is_some_and(|reply| reply.is_closed())
    }

    /// The request that it is part of: deadline, cancellation, trace and baggage.
    #[cfg(feature = "context")]
    pub fn context(&self) -> Option<&krepis_context::Context> {
        self.parcel.context.as_ref()
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Message")
            .field("id", &self.id())
            .field("address", &self.address())
            .field("body", &self.parcel.body)
            .finish_non_exhaustive()
    }
}
