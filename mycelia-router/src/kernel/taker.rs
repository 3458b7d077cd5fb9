//! Messages for workers that the kernel does not know: another language, another process, a thread with its own loop.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::body::Body;
use super::desk::{Desk, Line, Status, Verdict};
use super::error::Reason;
use super::handler::{Handlers, Outcome};
use super::message::{Message, Parcel};
use super::queue::{Batch, Ticket};
use super::reply::ReplyCell;
use super::run::{End, over};
use super::subsystem::Subsystem;
use super::sync::lock;
use super::waiters::Waiters;

/// Takes the messages of a subsystem, in place of the kernel's workers. Several can take from one subsystem, and share its
/// work: its concurrency bounds how many leases there are at once. Handlers of the subsystem are not called; they say which
/// addresses there are.
///
/// ```
/// use mycelia_router::kernel::{Body, Kernel, Message};
///
/// let kernel = Kernel::new();
/// let images = kernel.subsystem("images")?;
/// images.on("resize", |_: &mut Message| ())?;
/// let taker = images.taker();
///
/// kernel.send("images://resize", 7)?;
/// kernel.send("images://resize", 8)?;
/// let mut lease = taker.try_take(10).expect("because there is something");
/// let mut work = lease.start().expect("because there are two");
/// assert_eq!(work.message_mut().take::<i32>()?, 7);
/// work.finish(Ok(Body::empty()));
/// // The worker goes away: what it had not started is there for the next one.
/// drop(lease);
/// assert_eq!(images.stats().waiting, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Taker {
    desk: Arc<Desk>,
}

impl Subsystem {
    /// Has this subsystem's messages taken by takers, and no longer by the kernel's workers.
    pub fn taker(&self) -> Taker {
        let mut line = lock(&self.desk.line);
        line.takers.get_or_insert_with(Waiters::new);
        drop(line);
        Taker { desk: Arc::clone(&self.desk) }
    }
}

impl Taker {
    /// Takes up to `most` messages, if there are any and the subsystem's concurrency allows.
    pub fn try_take(&self, most: usize) -> Option<Lease> {
        let mut line = lock(&self.desk.line);
        self.take_locked(&mut line, most)
    }

    /// Takes up to `most` messages when there are any.
    pub fn take(&self, most: usize) -> Taking<'_> {
        Taking { taker: self, most, place: None }
    }

    fn take_locked(&self, line: &mut Line, most: usize) -> Option<Lease> {
        let desk = &self.desk;
        if line.status != Status::Active || line.running >= desk.options.concurrency {
            return None;
        }
        line.runs += 1;
        let mut batch = line.batches.pop().unwrap_or_else(Batch::new);
        let (number, running) = (line.runs, line.running);
        line.queue.take(number, most.max(1), &mut batch);
        if batch.len() == 0 {
            line.batches.push(batch);
            return None;
        }
        line.set_running(running + 1);
        let handlers = Arc::clone(&line.handlers);
        Some(Lease { desk: Arc::clone(desk), handlers, batch, started: 0 })
    }
}

impl fmt::Debug for Taker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Taker").field(&self.desk.name).finish()
    }
}

/// Waits for messages.
pub struct Taking<'a> {
    taker: &'a Taker,
    most: usize,
    place: Option<u64>,
}

impl Future for Taking<'_> {
    /// `None` when the subsystem has stopped.
    type Output = Option<Lease>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Lease>> {
        let this = &mut *self;
        let mut line = lock(&this.taker.desk.line);
        let lease = this.taker.take_locked(&mut line, this.most);
        let stopped = line.status == Status::Stopped;
        let Some(takers) = &mut line.takers else { return Poll::Ready(None) };
        if lease.is_none() && !stopped {
            takers.enter(&mut this.place, task.waker());
            return Poll::Pending;
        }
        takers.leave(&mut this.place);
        // Others may find something as well.
        this.taker.desk.dispatch(line);
        Poll::Ready(lease)
    }
}

impl Drop for Taking<'_> {
    fn drop(&mut self) {
        if self.place.is_none() {
            return;
        }
        let mut line = lock(&self.taker.desk.line);
        let woken = line.takers.as_mut().is_some_and(|takers| takers.leave(&mut self.place));
        if woken {
            self.taker.desk.dispatch(line);
        }
    }
}

/// Messages that were taken together. Those that were not started when it is dropped go back to where they were.
pub struct Lease {
    desk: Arc<Desk>,
    handlers: Arc<Handlers>,
    batch: Batch<Parcel>,
    /// Those before were started, and belong to their `Work`.
    started: usize,
}

impl Lease {
    /// How many were not started.
    pub fn len(&self) -> usize {
        self.batch.len() - self.started
    }

    /// Whether all were started.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Starts the next message. Messages whose askers have gone or whose time is over are left out.
    pub fn start(&mut self) -> Option<Started<'_>> {
        while self.started < self.batch.len() {
            let taken = self.batch.get_mut(self.started);
            let (ticket, lane) = (taken.ticket, taken.lane);
            let mut parcel = std::mem::take(&mut taken.item);
            self.started += 1;
            if let Some(end) = over(&parcel, &self.desk) {
                let dead = match end {
                    End::Withdrawn => None,
                    End::Dead(reason) => {
                        self.desk.bury(&self.handlers, ticket, parcel, reason.clone());
                        Some(reason)
                    }
                };
                let mut line = lock(&self.desk.line);
                line.queue.release(ticket, lane);
                match dead {
                    None => line.tallies.withdrawn += 1,
                    Some(reason) => line.tallies.count_dead(&reason),
                }
                continue;
            }
            let reply = parcel.reply.clone();
            parcel.watches = true;
            let desk = Arc::clone(&self.desk);
            let message = Message { parcel, ticket, desk, handlers: Arc::clone(&self.handlers) };
            return Some(Started { lease: self, message: Some(message), ticket, lane, reply });
        }
        None
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let started = self.started;
        let mut line = lock(&self.desk.line);
        for taken in self.batch.iter_mut().skip(started).rev() {
            line.queue.give_back(taken);
        }
        self.batch.clear();
        let running = line.running - 1;
        line.set_running(running);
        line.batches.push(std::mem::replace(&mut self.batch, Batch::new()));
        let senders = line.let_in(started as u32);
        self.desk.dispatch(line);
        senders.into_iter().for_each(Waker::wake);
        self.desk.tell_if_idle();
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Lease").field("left", &self.len()).finish_non_exhaustive()
    }
}

/// A message that was started. If this is dropped without [`finish`](Self::finish), its worker has gone away: the message is a
/// dead letter, and who asked is told.
pub struct Started<'a> {
    lease: &'a Lease,
    message: Option<Message>,
    ticket: Ticket,
    lane: u8,
    reply: Option<Arc<ReplyCell>>,
}

impl Started<'_> {
    /// The message.
    pub fn message(&self) -> &Message {
        self.message.as_ref().expect("because it is there until the end")
    }

    /// The message.
    pub fn message_mut(&mut self) -> &mut Message {
        self.message.as_mut().expect("because it is there until the end")
    }

    /// Says what became of it.
    pub fn finish(mut self, outcome: Outcome) {
        self.end(Some(outcome));
    }

    fn end(&mut self, outcome: Option<Outcome>) {
        let Some(mut message) = self.message.take() else { return };
        let desk = &self.lease.desk;
        let mut reply = self.reply.take();
        let (mut handled, mut failure) = (None, None);
        match outcome {
            Some(Ok(body)) => handled = Some(body),
            failed => {
                let reason = match failed {
                    Some(Err(error)) => Reason::Failed(failure.insert(error).clone()),
                    _ => Reason::WorkerLost,
                };
                let mut parcel = std::mem::take(&mut message.parcel);
                parcel.reply = reply.take();
                parcel.watches = false;
                // Before the message is over: who waits for that finds its letter.
                desk.bury(&self.lease.handlers, self.ticket, parcel, reason);
            }
        }
        let mut line = lock(&desk.line);
        line.queue.release(self.ticket, self.lane);
        match (&handled, &failure) {
            (Some(_), _) => line.tallies.handled += 1,
            (None, Some(failure)) => line.tallies.count_failure(failure),
            (None, None) => line.tallies.lost += 1,
        }
        let verdict = failure
            .as_ref()
            .map_or(Verdict::GoOn, |failure| desk.judge(&mut line, failure, desk.core.clock.now()));
        desk.dispatch(line);
        if let (Some(body), Some(reply)) = (handled, reply) {
            reply.answer(Ok(body));
        }
        desk.carry_out(verdict);
    }
}

impl Drop for Started<'_> {
    fn drop(&mut self) {
        self.end(None);
    }
}

impl fmt::Debug for Started<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Started").field(&self.message).finish()
    }
}

/// A reply with nothing in it.
impl Started<'_> {
    /// Says that it went well, with nothing to reply.
    pub fn done(self) {
        self.finish(Ok(Body::empty()));
    }
}
