//! A worker at a desk: it takes messages in batches, and calls their handlers one after the other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::body::Body;
use super::core::as_inside;
use super::desk::{Desk, Line, Verdict};
use super::error::{Failure, Reason};
use super::handler::{Handlers, Kind, Outcome};
use super::interceptor::About;
use super::message::{Message, NEVER, Parcel};
use super::queue::{Batch, Item, NO_LANE, Ticket};
use super::stats::Tallies;
use super::sync::{MutexGuard, Ordering, lock};
use super::tasks::{Begun, Head};
use super::telemetry::Span;

/// The most messages that a worker takes at once.
const BATCH: usize = 64;

/// Batches' memory that a desk keeps.
const SPARE_BATCHES: usize = 8;

/// A worker's stay at a desk. However it ends, what was not started goes back, and what was is accounted for.
struct Run<'a> {
    desk: &'a Arc<Desk>,
    handlers: Arc<Handlers>,
    number: u64,
    batch: Batch<Parcel>,
    /// How many of the batch were started.
    started: usize,
    /// Whether a handler is being called: if the run ends then, its message is lost.
    calling: bool,
    permit: bool,
    tallies: Tallies,
    failure: Option<Failure>,
    /// What the handler sees. Between messages it has room for the next.
    message: Message,
    /// A place for the next handler that waits, and its waker.
    place: Option<(u32, Waker)>,
}

/// Whether the next message of a batch can be started.
#[derive(PartialEq, Eq)]
enum Next {
    GoOn,
    GiveBack,
}

impl Desk {
    /// Handles up to about `budget` messages; gives how many were handled or went on.
    pub(crate) fn run(self: &Arc<Self>, budget: usize) -> usize {
        // Dropped after the lock, which its destructor takes.
        let mut run;
        let mut line = lock(&self.line);
        line.entries = line.entries.saturating_sub(1);
        if !line.has_work(self.options.concurrency) {
            return 0;
        }
        run = Run::new(self, &mut line);
        let mut handled = 0;
        while handled < budget {
            if let Some((index, begun, waker)) = line.tasks.next() {
                drop(line);
                line = run.go_on(index, begun, &waker);
                handled += 1;
            } else if run.take(&mut line) {
                let others = line.entries == 0 && line.has_work(self.options.concurrency);
                line.entries += u32::from(others);
                drop(line);
                if others {
                    self.core.ready.push(Arc::clone(self));
                }
                run.work();
                handled += run.started;
                line = run.settle();
            } else {
                break;
            }
        }
        run.leave(line);
        handled
    }

    fn most(&self, waiting: u32) -> usize {
        let share = match self.options.concurrency {
            1 => BATCH,
            workers => waiting as usize / (2 * workers as usize) + 1,
        };
        // Three quarters of a queue stay where `DropOldest` can drop them.
        share.min(BATCH).min((self.options.capacity as usize / 4).max(1))
    }
}

impl<'a> Run<'a> {
    fn new(desk: &'a Arc<Desk>, line: &mut Line) -> Self {
        line.runs += 1;
        let handlers = Arc::clone(&line.handlers);
        let mut batch = line.batches.pop().unwrap_or_else(Batch::new);
        let message = Message {
            parcel: std::mem::take(&mut batch.spare),
            ticket: Ticket { slot: 0, sequence: 0 },
            desk: Arc::clone(desk),
            handlers: Arc::clone(&handlers),
        };
        Self {
            desk,
            handlers,
            number: line.runs,
            batch,
            started: 0,
            calling: false,
            permit: false,
            tallies: Tallies::default(),
            failure: None,
            message,
            place: None,
        }
    }

    /// Takes the next batch; `false` when there is none for this run.
    fn take(&mut self, line: &mut Line) -> bool {
        if line.status != super::Status::Active || line.takers.is_some() || !self.have_permit(line) {
            return false;
        }
        if !Arc::ptr_eq(&self.handlers, &line.handlers) {
            self.handlers = Arc::clone(&line.handlers);
            self.message.handlers = Arc::clone(&line.handlers);
        }
        self.desk.urgent.store(false, Ordering::Relaxed);
        let most = self.desk.most(line.queue.counts().waiting);
        line.queue.take(self.number, most, &mut self.batch);
        self.batch.len() > 0
    }

    fn have_permit(&mut self, line: &mut Line) -> bool {
        if !self.permit && line.running < self.desk.options.concurrency {
            line.set_running(line.running + 1);
            self.permit = true;
        }
        self.permit
    }

    fn work(&mut self) {
        as_inside(|| {
            while self.started < self.batch.len() {
                let next = self.step();
                if next == Next::GiveBack || self.desk.urgent.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
    }

    /// Handles the next message of the batch.
    #[inline]
    fn step(&mut self) -> Next {
        let taken = self.batch.get_mut(self.started);
        taken.item.move_to(&mut self.message.parcel);
        self.message.ticket = taken.ticket;
        self.started += 1;
        self.calling = true;
        let plain = self.message.parcel.plain;
        let next = match if plain { None } else { over(&self.message.parcel, self.desk) } {
            None => self.call(),
            Some(end) => self.discard(end),
        };
        self.calling = false;
        next
    }

    #[inline]
    fn call(&mut self) -> Next {
        let handler = self.handlers.get(self.message.parcel.route);
        match handler.map_or(&Kind::Gone, |handler| &handler.kind) {
            Kind::Sync(call) => {
                let span = Span::of(&self.message);
                let mut reply = Body::empty();
                let outcome =
                    guard(&self.handlers, &mut self.message, &span, &mut reply, |message, reply| {
                        call(message, reply)?;
                        // Their destructors belong to the handler as well.
                        message.parcel.clear_body();
                        if !message.wants_reply() && !reply.is_empty() {
                            *reply = Body::empty();
                        }
                        Ok(())
                    });
                match outcome {
                    Ok(()) if self.message.parcel.plain => {
                        self.tallies.handled += 1;
                        Next::GoOn
                    }
                    Ok(()) => self.conclude(Ok(reply)),
                    Err(failure) => self.fail(failure),
                }
            }
            Kind::Async(_) => self.begin(),
            Kind::Gone => self.discard(End::Dead(Reason::NoHandler)),
        }
    }

    /// The message in hand is over.
    #[inline]
    fn conclude(&mut self, outcome: Outcome) -> Next {
        match outcome {
            Ok(reply) => {
                self.tallies.handled += 1;
                if let Some(cell) = self.message.parcel.reply.take() {
                    cell.answer(Ok(reply));
                }
                self.message.parcel.clear();
                Next::GoOn
            }
            Err(failure) => self.fail(failure),
        }
    }

    #[cold]
    fn fail(&mut self, failure: Failure) -> Next {
        self.tallies.count_failure(&failure);
        let parcel = std::mem::take(&mut self.message.parcel);
        let reason = Reason::Failed(failure.clone());
        self.desk.bury(&self.handlers, self.message.ticket, parcel, reason);
        let resumes = self.desk.resumes(&failure);
        self.failure = Some(failure);
        if resumes { Next::GoOn } else { Next::GiveBack }
    }

    #[cold]
    fn discard(&mut self, end: End) -> Next {
        let parcel = std::mem::take(&mut self.message.parcel);
        match end {
            End::Withdrawn => self.tallies.withdrawn += 1,
            End::Dead(reason) => {
                self.tallies.count_dead(&reason);
                self.desk.bury(&self.handlers, self.message.ticket, parcel, reason);
            }
        }
        Next::GoOn
    }

    /// Calls an async handler, and polls what it gives once.
    fn begin(&mut self) -> Next {
        let (index, waker) = self.place();
        let mut parcel = std::mem::take(&mut self.message.parcel);
        if parcel.text.is_empty() {
            // Its memory is for the next text.
            std::mem::swap(&mut parcel.text, &mut self.message.parcel.text);
        }
        let lane = self.batch.get_mut(self.started - 1).lane;
        let about =
            Head { ticket: self.message.ticket, lane, route: parcel.route, reply: parcel.reply.clone() };
        parcel.watches = true;
        let mut message = Message {
            parcel,
            ticket: about.ticket,
            desk: Arc::clone(self.desk),
            handlers: Arc::clone(&self.handlers),
        };
        #[cfg(feature = "context")]
        let context = message.parcel.context.clone();
        let span = Span::of(&message);
        let mut waiting = None;
        let mut reply = Body::empty();
        let outcome = guard(&self.handlers, &mut message, &span, &mut reply, |message, reply| {
            let parcel = std::mem::take(&mut message.parcel);
            let (ticket, desk) = (message.ticket, Arc::clone(&message.desk));
            let handlers = Arc::clone(&message.handlers);
            let Some(Kind::Async(start)) = handlers.get(parcel.route).map(|handler| &handler.kind) else {
                return Ok(());
            };
            let owned = Message { parcel, ticket, desk, handlers: Arc::clone(&handlers) };
            let mut task = start(owned);
            match task.poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(outcome) => {
                    task.recycle();
                    outcome.map(|body| *reply = body)
                }
                Poll::Pending => {
                    waiting = Some(task);
                    Ok(())
                }
            }
        });
        let Some(task) = waiting else {
            // As a sync handler's, whose message has only its reply left.
            self.place = Some((index, waker));
            let memory = std::mem::take(&mut self.message.parcel.text);
            self.message.parcel = message.parcel_left(about);
            if self.message.parcel.text.is_empty() {
                self.message.parcel.text = memory;
            }
            return self.conclude(outcome.map(|()| reply));
        };
        let begun = Begun {
            task,
            about,
            #[cfg(feature = "context")]
            context,
            span,
        };
        self.wait(index, begun)
    }

    /// A handler waits: the permit is its own now, and so is the lane.
    fn wait(&mut self, index: u32, begun: Begun) -> Next {
        let desk = self.desk;
        let lane = begun.about.lane;
        let mut line = lock(&desk.line);
        line.queue.begin(lane);
        line.tasks.wait(index, begun, true);
        self.batch.leave(self.started - 1);
        self.permit = false;
        let next = if lane == NO_LANE && self.have_permit(&mut line) { Next::GoOn } else { Next::GiveBack };
        drop(line);
        next
    }

    fn place(&mut self) -> (u32, Waker) {
        self.place.take().unwrap_or_else(|| lock(&self.desk.line).tasks.reserve(self.desk))
    }

    /// Polls a handler that was woken.
    fn go_on(&mut self, index: u32, mut begun: Begun, waker: &Waker) -> MutexGuard<'a, Line> {
        let desk = self.desk;
        let polled = as_inside(|| {
            catch_unwind(AssertUnwindSafe(|| {
                let (task, span) = (&mut begun.task, &begun.span);
                let mut poll = || span.run(|| task.poll(&mut Context::from_waker(waker)));
                #[cfg(feature = "context")]
                if let Some(context) = &begun.context {
                    return context.run(poll);
                }
                poll()
            }))
        });
        let outcome = match polled {
            Ok(Poll::Pending) => {
                let mut line = lock(&desk.line);
                line.tasks.wait(index, begun, false);
                return line;
            }
            Ok(Poll::Ready(outcome)) => {
                let _ = catch_unwind(AssertUnwindSafe(|| begun.task.recycle()));
                outcome
            }
            Err(payload) => {
                let _ = catch_unwind(AssertUnwindSafe(|| drop(begun.task)));
                Err(Failure::panicked(payload))
            }
        };
        let about = begun.about;
        let span = begun.span;
        let outcome = span.run(|| intercepted(&self.handlers, desk, about.ticket, about.route, outcome));
        let outcome = outcome.inspect_err(|failure| span.fail(failure));
        let head = Head { reply: None, ..about };
        self.message.ticket = head.ticket;
        self.message.parcel.route = head.route;
        self.message.parcel.reply = about.reply;
        self.message.parcel.plain = false;
        self.conclude(outcome);
        let mut line = lock(&desk.line);
        line.end_task(&head);
        line.tasks.release(index, true);
        self.tell(line, 1)
    }

    /// Says what became of the batch.
    fn settle(&mut self) -> MutexGuard<'a, Line> {
        let desk = self.desk;
        let started = std::mem::take(&mut self.started);
        let mut line = lock(&desk.line);
        line.queue.settle_batch(&mut self.batch, started);
        self.tell(line, started as u32)
    }

    /// Counts, lets senders in and deals with failures.
    #[inline]
    fn tell(&mut self, mut line: MutexGuard<'a, Line>, freed: u32) -> MutexGuard<'a, Line> {
        let desk = self.desk;
        line.tallies.add(&std::mem::take(&mut self.tallies));
        let verdict = match self.failure.take() {
            None => Verdict::GoOn,
            Some(failure) => desk.judge(&mut line, &failure, desk.core.clock.now()),
        };
        let senders = line.let_in(freed);
        if senders.is_empty() && verdict == Verdict::GoOn {
            return line;
        }
        drop(line);
        senders.into_iter().for_each(Waker::wake);
        desk.carry_out(verdict);
        lock(&desk.line)
    }

    fn leave(mut self, line: MutexGuard<'a, Line>) {
        self.clear_desk(line);
        // Nothing is left to be done at its end.
        self.number = 0;
    }

    fn clear_desk(&mut self, mut line: MutexGuard<'a, Line>) {
        if let Some((index, _)) = self.place.take() {
            line.tasks.release(index, false);
        }
        if std::mem::take(&mut self.permit) {
            let running = line.running - 1;
            line.set_running(running);
        }
        self.batch.spare = std::mem::take(&mut self.message.parcel);
        if line.batches.len() < SPARE_BATCHES {
            line.batches.push(std::mem::replace(&mut self.batch, Batch::new()));
        }
        let idle = line.queue.is_idle();
        self.desk.dispatch(line);
        if idle {
            self.desk.tell_if_idle();
        }
    }
}

/// Reached without `leave` only by a panic outside of handlers: in a waker, in an allocation. The message that was in hand is
/// lost, and says so; the others are where they were.
impl Drop for Run<'_> {
    fn drop(&mut self) {
        if self.number == 0 {
            return;
        }
        if self.calling {
            self.tallies.lost += 1;
            let parcel = std::mem::take(&mut self.message.parcel);
            self.desk.bury(&self.handlers, self.message.ticket, parcel, Reason::WorkerLost);
        }
        let line = self.settle();
        self.clear_desk(line);
    }
}

impl Message {
    /// What the handler left, with the reply, which is answered now.
    fn parcel_left(mut self, about: Head) -> Parcel {
        let mut parcel = std::mem::take(&mut self.parcel);
        parcel.route = about.route;
        parcel.reply = about.reply;
        parcel.watches = false;
        parcel.plain = false;
        parcel
    }
}

/// How a message ends before it is started.
pub(crate) enum End {
    /// Its asker has gone.
    Withdrawn,
    Dead(Reason),
}

/// Whether a message is over before it is started.
#[inline]
pub(crate) fn over(parcel: &Parcel, desk: &Desk) -> Option<End> {
    #[cfg(feature = "context")]
    if let Some(context) = &parcel.context
        && let Some(cause) = context.cause()
    {
        let late = cause == krepis_context::Cause::DeadlineExceeded;
        return Some(End::Dead(if late { Reason::Expired } else { Reason::Cancelled }));
    }
    if let Some(reply) = &parcel.reply
        && reply.is_closed()
    {
        return Some(End::Withdrawn);
    }
    (parcel.deadline != NEVER && parcel.deadline <= desk.core.clock.now())
        .then_some(End::Dead(Reason::Expired))
}

/// Calls a handler with its interceptors around it, and makes a failure of a panic.
#[inline]
fn guard(
    handlers: &Handlers,
    message: &mut Message,
    span: &Span,
    reply: &mut Body,
    call: impl FnOnce(&mut Message, &mut Body) -> Result<(), Failure>,
) -> Result<(), Failure> {
    // The handler may own what is left of the message afterwards.
    let route = message.parcel.route;
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        span.run(|| {
            for interceptor in &handlers.interceptors {
                interceptor.before(message)?;
            }
            #[cfg(feature = "context")]
            if let Some(context) = message.parcel.context.clone() {
                return context.run(|| call(message, reply));
            }
            call(message, reply)
        })
    }));
    let mut outcome = outcome.unwrap_or_else(|payload| Err(Failure::panicked(payload)));
    if !handlers.interceptors.is_empty() {
        let taken = outcome.map(|()| std::mem::take(reply));
        let after = span.run(|| intercepted(handlers, &message.desk, message.ticket, route, taken));
        outcome = after.map(|body| *reply = body);
    }
    outcome.inspect_err(|failure| span.fail(failure))
}

/// The outcome after all interceptors, the innermost first.
fn intercepted(handlers: &Handlers, desk: &Desk, ticket: Ticket, route: u32, outcome: Outcome) -> Outcome {
    if handlers.interceptors.is_empty() {
        return outcome;
    }
    let route = handlers.get(route).map_or("", |handler| &handler.pattern);
    let about = About { id: desk.id(ticket), subsystem: &desk.name, route };
    let all = handlers.interceptors.iter().rev();
    let chain = AssertUnwindSafe(|| {
        all.fold(outcome, |outcome, interceptor| match outcome {
            Ok(reply) => interceptor.after(&about, reply),
            Err(failure) => interceptor.error(&about, failure),
        })
    });
    catch_unwind(chain).unwrap_or_else(|payload| Err(Failure::panicked(payload)))
}
