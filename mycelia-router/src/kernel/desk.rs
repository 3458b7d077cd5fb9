//! A subsystem as the kernel sees it: one lock, and under it the queue, the permits, and whoever waits for either.
//!
//! Sending takes the lock once. A worker takes it once for a batch: it says what became of the last messages and has the
//! next ones. Nothing of a user runs under it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Poll, Waker};

use super::body::Body;
use super::core::{Core, Due};
use super::error::{AskError, Failure, Reason, Refusal};
use super::handler::Handlers;
use super::message::{Message, MessageId, Parcel};
use super::options::{Directive, Options, Overflow};
use super::queue::{Batch, NO_LANE, Queue, Ticket};
use super::reply::ReplyCell;
use super::stats::Tallies;
use super::sync::{AtomicBool, Mutex, MutexGuard, Ordering, lock};
use super::tasks::Tasks;
use super::waiters::Waiters;

pub(crate) struct Desk {
    pub(crate) name: Arc<str>,
    pub(crate) index: u32,
    pub(crate) core: Arc<Core>,
    pub(crate) options: Options,
    /// Something more urgent came than what a worker has in its hands.
    pub(crate) urgent: AtomicBool,
    pub(crate) line: Mutex<Line>,
}

/// What the lock guards.
pub(crate) struct Line {
    pub(crate) queue: Queue<Parcel>,
    pub(crate) status: Status,
    /// Permits that are out: one for each run, and one for each task that has begun.
    pub(crate) running: u32,
    /// How often the desk is in the line of those that have something to do, at most once.
    pub(crate) entries: u32,
    /// Counts runs, to tell them apart.
    pub(crate) runs: u64,
    pub(crate) tasks: Tasks,
    /// Those who wait for room.
    pub(crate) senders: Waiters,
    /// Those who take messages themselves, if anyone does: then workers do not.
    pub(crate) takers: Option<Waiters>,
    pub(crate) handlers: Arc<Handlers>,
    pub(crate) tallies: Tallies,
    /// When it was restarted lately.
    pub(crate) restarts: VecDeque<i64>,
    pub(crate) on_restart: Option<Arc<dyn Fn() + Send + Sync>>,
    /// Memory of batches that no run needs.
    pub(crate) batches: Vec<Batch<Parcel>>,
}

/// Whether messages are handled and taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// They are.
    Active,
    /// They are taken, and handled after `resume`.
    Paused,
    /// They are taken, and handled when it has rested from a failure.
    Resting,
    /// Neither, until `restart`.
    Stopped,
}

/// A message on its way in. What is accepted is taken out of it.
pub(crate) struct Draft<'a> {
    pub(crate) route: u32,
    pub(crate) rank: u8,
    pub(crate) lane: u8,
    pub(crate) deadline: i64,
    /// When it is to be delivered, if later.
    pub(crate) at: Option<i64>,
    pub(crate) text: std::borrow::Cow<'a, str>,
    pub(crate) reply: Option<Arc<ReplyCell>>,
    #[cfg(feature = "context")]
    pub(crate) context: Option<krepis_context::Context>,
    pub(crate) body: Body,
}

impl Draft<'_> {
    #[inline]
    fn fill(&mut self, parcel: &mut Parcel) {
        parcel.route = self.route;
        parcel.rank = self.rank;
        parcel.plain = false;
        parcel.lane = self.lane;
        parcel.deadline = self.deadline;
        parcel.reply = self.reply.take();
        #[cfg(feature = "context")]
        {
            parcel.context = self.context.take();
        }
        parcel.text.push_str(&self.text);
        parcel.body = std::mem::take(&mut self.body);
    }
}

impl Desk {
    pub(crate) fn new(
        name: Arc<str>,
        index: u32,
        core: Arc<Core>,
        options: Options,
        handlers: Handlers,
    ) -> Self {
        let line = Line {
            queue: Queue::new(options.capacity),
            status: Status::Active,
            running: 0,
            entries: 0,
            runs: 0,
            tasks: Tasks::new(),
            senders: Waiters::new(),
            takers: None,
            handlers: Arc::new(handlers),
            tallies: Tallies::default(),
            restarts: VecDeque::new(),
            on_restart: None,
            batches: Vec::new(),
        };
        Self { name, index, core, options, urgent: AtomicBool::new(false), line: Mutex::new(line) }
    }

    pub(crate) fn id(&self, ticket: Ticket) -> MessageId {
        MessageId { subsystem: self.index, slot: ticket.slot, sequence: ticket.sequence }
    }

    pub(crate) fn handlers(&self) -> Arc<Handlers> {
        Arc::clone(&lock(&self.line).handlers)
    }

    /// Takes a message, or says why not.
    #[inline]
    pub(crate) fn offer(self: &Arc<Self>, draft: &mut Draft<'_>) -> Result<Ticket, Refusal> {
        let line = lock(&self.line);
        self.offer_locked(line, draft)
    }

    #[inline]
    fn offer_locked(
        self: &Arc<Self>,
        mut line: MutexGuard<'_, Line>,
        draft: &mut Draft<'_>,
    ) -> Result<Ticket, Refusal> {
        if line.status == Status::Stopped || !self.core.takes() || line.queue.is_full() {
            return self.offer_slowly(line, draft);
        }
        if draft.at.is_some() {
            return Ok(self.delay(line, draft));
        }
        let ticket = self.push(&mut line, draft);
        self.dispatch(line);
        Ok(ticket)
    }

    /// Takes a message of a body, or says why not: then the body stays.
    #[inline]
    pub(crate) fn offer_plain(
        self: &Arc<Self>,
        route: u32,
        text: &str,
        body: &mut Body,
    ) -> Result<Ticket, Refusal> {
        let mut line = lock(&self.line);
        if line.status == Status::Stopped || !self.core.takes() || line.queue.is_full() {
            let text = std::borrow::Cow::Borrowed(text);
            let mut draft = super::envelope::draft(route, text, std::mem::take(body));
            let offered = self.offer_slowly(line, &mut draft);
            *body = draft.body;
            return offered;
        }
        let ticket = line.push_plain(route, text, body);
        self.dispatch(line);
        Ok(ticket)
    }

    /// Takes a message now, or says why never, or wakes `waker` when there is room.
    pub(crate) fn offer_patiently(
        self: &Arc<Self>,
        draft: &mut Draft<'_>,
        place: &mut Option<u64>,
        waker: &Waker,
    ) -> Poll<Result<Ticket, Refusal>> {
        let mut line = lock(&self.line);
        if self.must_wait(&line) {
            line.senders.enter(place, waker);
            return Poll::Pending;
        }
        line.senders.leave(place);
        Poll::Ready(self.offer_locked(line, draft))
    }

    /// Ready when there is room, or nothing to wait for.
    pub(crate) fn poll_room(&self, place: &mut Option<u64>, waker: &Waker) -> Poll<()> {
        let mut line = lock(&self.line);
        if self.must_wait(&line) {
            line.senders.enter(place, waker);
            return Poll::Pending;
        }
        line.senders.leave(place);
        Poll::Ready(())
    }

    fn must_wait(&self, line: &Line) -> bool {
        self.options.overflow == Overflow::Wait && line.queue.is_full() && self.refusal(line).is_none()
    }

    /// A sender waits no more: if it was woken for room that is still there, another one is.
    pub(crate) fn stop_waiting(&self, place: &mut Option<u64>) {
        let mut line = lock(&self.line);
        let woken = line.senders.leave(place);
        let next = if woken { line.let_in(1) } else { Vec::new() };
        drop(line);
        next.into_iter().for_each(Waker::wake);
    }

    /// Takes as many bodies as there is room for, under one lock; the others stay. Gives how many were taken.
    pub(crate) fn offer_bodies(
        self: &Arc<Self>,
        route: u32,
        text: &str,
        bodies: &mut [Body],
    ) -> (usize, Option<Refusal>) {
        let mut line = lock(&self.line);
        if let Some(refusal) = self.refusal(&line) {
            return (0, Some(refusal));
        }
        let room = bodies.len().min(line.queue.room() as usize);
        line.push_bodies(route, text, &mut bodies[..room]);
        self.dispatch(line);
        (room, (room < bodies.len()).then(|| self.full()))
    }

    /// Takes as many messages of a sequence as there is room for, under one lock, from the first on. Gives how many were taken.
    pub(crate) fn offer_parts(
        self: &Arc<Self>,
        lane: u8,
        parts: &mut [super::sequence::Part<'_>],
    ) -> (usize, Option<Refusal>) {
        let mut line = lock(&self.line);
        if parts.is_empty() {
            return (0, None);
        }
        if let Some(refusal) = self.refusal(&line) {
            line.tallies.rejected += parts.len() as u64;
            return (0, Some(refusal));
        }
        // One at a time is in order without a lane.
        let lane = if self.options.concurrency == 1 { NO_LANE } else { lane };
        let room = parts.len().min(line.queue.room() as usize);
        for part in &mut parts[..room] {
            line.push(part.route, part.text, &mut part.body, lane);
        }
        line.tallies.rejected += (parts.len() - room) as u64;
        let refusal = (room < parts.len()).then(|| self.full());
        self.dispatch(line);
        (room, refusal)
    }

    pub(crate) fn count_rejected(&self, count: u64) {
        lock(&self.line).tallies.rejected += count;
    }

    /// It was counted as rejected, and waits instead.
    pub(crate) fn uncount_rejected(&self) {
        lock(&self.line).tallies.rejected -= 1;
    }

    #[inline]
    fn push(&self, line: &mut Line, draft: &mut Draft<'_>) -> Ticket {
        if draft.rank < NORMAL && line.running > 0 {
            self.urgent.store(true, Ordering::Relaxed);
        }
        let ticket = line.queue.push(draft.rank, draft.lane, |parcel| draft.fill(parcel));
        ticket.expect("because it is not full")
    }

    #[cold]
    fn offer_slowly(
        self: &Arc<Self>,
        mut line: MutexGuard<'_, Line>,
        draft: &mut Draft<'_>,
    ) -> Result<Ticket, Refusal> {
        if let Some(refusal) = self.refusal(&line) {
            line.tallies.rejected += 1;
            return Err(refusal);
        }
        let dropped = self.drop_oldest(&mut line);
        if line.queue.is_full() {
            line.tallies.rejected += 1;
            drop(line);
            self.bury_dropped(dropped);
            return Err(self.full());
        }
        let ticket = if draft.at.is_some() {
            self.delay(line, draft)
        } else {
            let ticket = self.push(&mut line, draft);
            self.dispatch(line);
            ticket
        };
        self.bury_dropped(dropped);
        Ok(ticket)
    }

    /// Makes room, if that is the policy and there is something to drop. Mostly one message: more when some were given back
    /// by a worker that had a place for one of them besides.
    fn drop_oldest(&self, line: &mut Line) -> Vec<(Ticket, Parcel)> {
        let mut dropped = Vec::new();
        while self.options.overflow == Overflow::DropOldest
            && line.queue.is_full()
            && let Some(oldest) = line.queue.oldest()
        {
            let mut parcel = Parcel::default();
            line.queue.remove(oldest, &mut parcel);
            line.tallies.dropped += 1;
            dropped.push((oldest, parcel));
        }
        dropped
    }

    fn bury_dropped(self: &Arc<Self>, dropped: Vec<(Ticket, Parcel)>) {
        for (ticket, parcel) in dropped {
            self.bury(&self.handlers(), ticket, parcel, Reason::Dropped);
        }
    }

    /// Why nothing is taken, if that is not for want of room.
    pub(crate) fn refusal(&self, line: &Line) -> Option<Refusal> {
        if !self.core.takes() {
            return Some(Refusal::Closed);
        }
        (line.status == Status::Stopped).then(|| Refusal::Stopped { subsystem: Arc::clone(&self.name) })
    }

    pub(crate) fn full(&self) -> Refusal {
        Refusal::Full { subsystem: Arc::clone(&self.name), capacity: self.options.capacity }
    }

    /// A message that has its place from now on, and comes into line later.
    fn delay(self: &Arc<Self>, mut line: MutexGuard<'_, Line>, draft: &mut Draft<'_>) -> Ticket {
        let at = draft.at.take().unwrap_or_default();
        let ticket = line.queue.push_delayed(draft.rank, draft.lane, |parcel| draft.fill(parcel));
        drop(line);
        let ticket = ticket.expect("because it is not full");
        self.core.set_timer(at, Due::Message(Arc::clone(self), ticket));
        ticket
    }

    pub(crate) fn activate(self: &Arc<Self>, ticket: Ticket) {
        let mut line = lock(&self.line);
        line.queue.activate(ticket);
        self.dispatch(line);
    }

    /// Unlocks, and has a worker come if there is something to do for one.
    #[inline]
    pub(crate) fn dispatch(self: &Arc<Self>, mut line: MutexGuard<'_, Line>) {
        if line.entries > 0 || !line.has_work(self.options.concurrency) {
            return;
        }
        if let Some(takers) = &mut line.takers {
            let taker = takers.next();
            drop(line);
            return taker.into_iter().for_each(Waker::wake);
        }
        line.entries = 1;
        drop(line);
        self.core.ready.push(Arc::clone(self));
    }

    pub(crate) fn wake_task(self: &Arc<Self>, index: u32) {
        let mut line = lock(&self.line);
        if line.tasks.wake(index) {
            self.dispatch(line);
        }
    }

    /// Takes back a message that nobody has started.
    pub(crate) fn cancel(self: &Arc<Self>, ticket: Ticket) -> Option<Parcel> {
        let mut parcel = Parcel::default();
        let mut line = lock(&self.line);
        line.queue.remove(ticket, &mut parcel)?;
        line.tallies.withdrawn += 1;
        let senders = line.let_in(1);
        self.dispatch(line);
        senders.into_iter().for_each(Waker::wake);
        self.tell_if_idle();
        Some(parcel)
    }

    /// Makes a dead letter.
    pub(crate) fn bury(
        self: &Arc<Self>,
        handlers: &Arc<Handlers>,
        ticket: Ticket,
        mut parcel: Parcel,
        reason: Reason,
    ) {
        if let Some(reply) = parcel.reply.take()
            && !parcel.watches
        {
            reply.answer(Err(match &reason {
                Reason::Failed(failure) => AskError::Failed(failure.clone()),
                other => AskError::Lost(other.clone()),
            }));
        }
        let (desk, handlers) = (Arc::clone(self), Arc::clone(handlers));
        let message = Message { parcel, ticket, desk, handlers };
        self.core.dead.push(super::DeadLetter { message, reason });
    }

    /// Says what a failure leads to. Under the lock.
    pub(crate) fn judge(&self, line: &mut Line, failure: &Failure, now: i64) -> Verdict {
        let supervision = &self.options.supervision;
        let directive = match failure {
            Failure::Error(_) => supervision.on_error,
            Failure::Panicked(_) => supervision.on_panic,
        };
        match directive {
            Directive::Resume => Verdict::GoOn,
            Directive::Stop => Verdict::Stop,
            // Another run has found out already.
            Directive::Restart if line.status != Status::Active => Verdict::GoOn,
            Directive::Restart => line.plan_restart(supervision, now),
        }
    }

    /// Whether the next message can follow a failure.
    pub(crate) fn resumes(&self, failure: &Failure) -> bool {
        let supervision = &self.options.supervision;
        Directive::Resume
            == match failure {
                Failure::Error(_) => supervision.on_error,
                Failure::Panicked(_) => supervision.on_panic,
            }
    }

    /// Does what was found, after the lock.
    pub(crate) fn carry_out(self: &Arc<Self>, verdict: Verdict) {
        match verdict {
            Verdict::GoOn => {}
            Verdict::Stop => self.stop(&Reason::Stopped),
            Verdict::RestartAt(None) => self.end_rest(),
            Verdict::RestartAt(Some(at)) => {
                self.core.set_timer(at, Due::Restart(Arc::clone(self)));
            }
        }
    }

    /// The rest after a failure is over.
    pub(crate) fn end_rest(self: &Arc<Self>) {
        let hook = {
            let line = lock(&self.line);
            if line.status != Status::Resting {
                return;
            }
            line.on_restart.clone()
        };
        let restarted = hook.map_or(Ok(()), |hook| {
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| hook())).map_err(Failure::panicked)
        });
        let mut line = lock(&self.line);
        if line.status != Status::Resting {
            return;
        }
        line.status = Status::Active;
        if let Err(failure) = restarted {
            let verdict = self.judge(&mut line, &failure, self.core.clock.now());
            drop(line);
            return self.carry_out(verdict);
        }
        line.tallies.restarts += 1;
        self.dispatch(line);
    }

    /// Takes nothing more, and makes dead letters of what waits.
    pub(crate) fn stop(self: &Arc<Self>, reason: &Reason) {
        let mut line = lock(&self.line);
        line.status = Status::Stopped;
        let takers = line.takers.as_mut().map(Waiters::all).unwrap_or_default();
        let senders = line.senders.all();
        let handlers = Arc::clone(&line.handlers);
        drop(line);
        senders.into_iter().chain(takers).for_each(|(_, waker)| waker.wake());
        loop {
            let mut line = lock(&self.line);
            if line.status != Status::Stopped {
                break;
            }
            let Some(ticket) = line.queue.any() else { break };
            let mut parcel = Parcel::default();
            line.queue.remove(ticket, &mut parcel);
            line.tallies.discarded += 1;
            drop(line);
            self.bury(&handlers, ticket, parcel, reason.clone());
        }
        self.tell_if_idle();
    }

    /// Drops handlers that have begun and wait, and tells who asked.
    pub(crate) fn abandon(self: &Arc<Self>, reason: &Reason) {
        let mut line = lock(&self.line);
        let abandoned = line.tasks.abandon();
        for begun in &abandoned {
            line.end_task(&begun.about);
            line.tallies.lost += 1;
        }
        let handlers = Arc::clone(&line.handlers);
        self.dispatch(line);
        for begun in abandoned {
            let mut parcel = Parcel::default();
            parcel.route = begun.about.route;
            parcel.reply = begun.about.reply;
            parcel.plain = false;
            drop(begun.task);
            self.bury(&handlers, begun.about.ticket, parcel, reason.clone());
        }
        self.tell_if_idle();
    }

    /// Tells those who wait for all to be done, if there are any.
    pub(crate) fn tell_if_idle(&self) {
        if self.core.is_awaited() {
            self.core.rested();
        }
    }
}

/// The rank of messages that nobody hurries.
pub(crate) const NORMAL: u8 = 2;

/// Who allows more restarts than this allows any number.
const COUNTED: usize = 1024;

/// What a failure leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    GoOn,
    /// At once, or at that time.
    RestartAt(Option<i64>),
    Stop,
}

impl Line {
    /// A message of a body; there is room.
    #[inline]
    pub(crate) fn push_plain(&mut self, route: u32, text: &str, body: &mut Body) -> Ticket {
        self.push(route, text, body, NO_LANE)
    }

    /// Messages of bodies; there is room.
    fn push_bodies(&mut self, route: u32, text: &str, bodies: &mut [Body]) {
        #[cfg(feature = "context")]
        let plain = text.is_empty() && krepis_context::Context::current().is_none();
        #[cfg(not(feature = "context"))]
        let plain = text.is_empty();
        if plain {
            let fill = |parcel: &mut Parcel, body: &mut Body| parcel.fill(route, std::mem::take(body));
            return self.queue.push_all(NORMAL, bodies, fill);
        }
        for body in bodies {
            self.push_plain(route, text, body);
        }
    }

    #[inline]
    fn push(&mut self, route: u32, text: &str, body: &mut Body, lane: u8) -> Ticket {
        let ticket = self.queue.push(NORMAL, lane, |parcel| {
            parcel.fill(route, std::mem::take(body));
            if lane != NO_LANE {
                parcel.plain = false;
                parcel.lane = lane;
            }
            if !text.is_empty() {
                parcel.plain = false;
                parcel.text.push_str(text);
            }
            #[cfg(feature = "context")]
            if let Some(context) = krepis_context::Context::current() {
                parcel.plain = false;
                parcel.context = Some(context);
            }
        });
        ticket.expect("because it is not full")
    }

    /// Whether a worker finds something to do.
    #[inline]
    pub(crate) fn has_work(&self, concurrency: u32) -> bool {
        self.tasks.has_woken()
            || (self.status == Status::Active && self.running < concurrency && self.queue.has_ready())
    }

    #[inline]
    pub(crate) fn set_running(&mut self, running: u32) {
        self.running = running;
        self.queue.set_beside(running);
    }

    /// Wakers for up to `freed` senders that there is room for.
    #[inline]
    pub(crate) fn let_in(&mut self, freed: u32) -> Vec<Waker> {
        if self.senders.is_empty() {
            return Vec::new();
        }
        let count = freed.min(self.queue.room()).min(self.senders.len() as u32);
        (0..count).filter_map(|_| self.senders.next()).collect()
    }

    /// A task is done: its slot, lane and permit are free.
    pub(crate) fn end_task(&mut self, about: &super::tasks::Head) {
        self.queue.release(about.ticket, about.lane);
        self.set_running(self.running - 1);
    }

    fn plan_restart(&mut self, supervision: &super::options::Supervision, now: i64) -> Verdict {
        let since = now.saturating_sub(super::clock::nanos(supervision.within));
        while self.restarts.front().is_some_and(|&at| at < since) {
            self.restarts.pop_front();
        }
        let count = self.restarts.len() as u32;
        if count >= supervision.max_restarts {
            return Verdict::Stop;
        }
        if self.restarts.len() == COUNTED {
            self.restarts.pop_front();
        }
        self.restarts.push_back(now);
        self.status = Status::Resting;
        let factor = 1_u32.checked_shl(count).unwrap_or(u32::MAX);
        let backoff = supervision.backoff.saturating_mul(factor).min(supervision.max_backoff);
        let at = (!backoff.is_zero()).then(|| now.saturating_add(super::clock::nanos(backoff)));
        Verdict::RestartAt(at)
    }
}

/// The lane of a key.
pub(crate) fn lane(key: Option<u64>) -> u8 {
    // The high bits of a product with an odd constant: keys that differ in any bit are spread.
    key.map_or(NO_LANE, |key| (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8 % super::queue::LANES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queued_message_has_two_cache_lines() {
        // The slot's own 24 bytes; without `context`, 16 less.
        assert!(size_of::<Parcel>() + 24 <= 128, "{}", size_of::<Parcel>());
    }

    #[test]
    fn keys_are_spread_over_the_lanes() {
        assert_eq!(lane(None), NO_LANE);
        let lanes: std::collections::HashSet<u8> = (0..1000).map(|key| lane(Some(key))).collect();
        assert!(lanes.len() > 200 && lanes.iter().all(|&lane| lane < super::super::queue::LANES));
    }
}
