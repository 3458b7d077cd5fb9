//! The kernel: subsystems, and the ways to send them messages and to have them work.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use super::body::Body;
use super::core::{Core, Phase};
use super::dead_letters::{After, DeadLetter, DeadLetters, Listener};
use super::desk::{Desk, Draft};
use super::directory::Directory;
use super::drain::Drained;
use super::envelope::{BatchError, Envelope, Target, To, draft, send_plain};
use super::error::{Reason, Refusal, RegisterError, SendError};
use super::handler::Handlers;
use super::interceptor::Interceptor;
use super::message::MessageId;
use super::options::Options;
use super::reply::Ask;
use super::schedule::{Schedule, Scheduled};
use super::sending::Sending;
use super::sequence::Sequence;
use super::stats::{Stats, SubsystemStats};
use super::subsystem::Subsystem;
use super::sync::lock;
use super::workers::{Work, Workers};

/// Subsystems that send each other messages. Clones are the same kernel; when the last one and the last [`Subsystem`] have
/// gone, it is shut down.
///
/// A handler that captures a clone keeps the kernel alive until [`shutdown`](Self::shutdown): a [`WeakKernel`] does not.
#[derive(Clone)]
pub struct Kernel {
    pub(crate) directory: Arc<Directory>,
}

/// A handle that does not keep the kernel alive.
#[derive(Clone)]
pub struct WeakKernel {
    directory: Weak<Directory>,
}

/// Sets a kernel up.
pub struct KernelBuilder {
    dead_letters: usize,
    listener: Option<Listener>,
    after_dead_letter: Option<After>,
    interceptors: Vec<Arc<dyn Interceptor>>,
}

impl KernelBuilder {
    /// How many dead letters are kept, 1024 if nothing is said. Older ones are forgotten, and counted.
    #[must_use]
    pub fn dead_letters(mut self, kept: usize) -> Self {
        self.dead_letters = kept;
        self
    }

    /// Calls `listener` with every dead letter, on the thread on which it became one.
    #[must_use]
    pub fn on_dead_letter(mut self, listener: impl Fn(&DeadLetter) + Send + Sync + 'static) -> Self {
        self.listener = Some(Box::new(listener));
        self
    }

    /// Calls `after` when a dead letter is kept: for who takes them, by [`Kernel::take_dead_letters`], on another thread.
    #[must_use]
    pub fn after_dead_letter(mut self, after: impl Fn() + Send + Sync + 'static) -> Self {
        self.after_dead_letter = Some(Box::new(after));
        self
    }

    /// Looks at every message of every subsystem around its handler, outside of the interceptors of the subsystems.
    #[must_use]
    pub fn intercept(mut self, interceptor: impl Interceptor + 'static) -> Self {
        self.interceptors.push(Arc::new(interceptor));
        self
    }

    /// Makes the kernel.
    #[must_use]
    pub fn build(self) -> Kernel {
        let core =
            Arc::new(Core::new(DeadLetters::new(self.dead_letters, self.listener, self.after_dead_letter)));
        Kernel { directory: Arc::new(Directory::new(core, self.interceptors)) }
    }
}

impl Default for Kernel {
    fn default() -> Self {
        Self::new()
    }
}

/// Making one, and its subsystems.
impl Kernel {
    /// A kernel without subsystems.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A kernel to be set up.
    #[must_use]
    pub fn builder() -> KernelBuilder {
        KernelBuilder {
            dead_letters: 1024,
            listener: None,
            after_dead_letter: None,
            interceptors: Vec::new(),
        }
    }

    /// A new subsystem with default [`Options`].
    ///
    /// # Errors
    ///
    /// There is one of that name, or it is no name.
    pub fn subsystem(&self, name: &str) -> Result<Subsystem, RegisterError> {
        self.subsystem_with(name, Options::default())
    }

    /// A new subsystem.
    ///
    /// # Errors
    ///
    /// There is one of that name, or it is no name.
    pub fn subsystem_with(&self, name: &str, options: Options) -> Result<Subsystem, RegisterError> {
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if name.is_empty() || !name.bytes().all(letters) {
            return Err(RegisterError::InvalidName { name: name.to_owned() });
        }
        let directory = &self.directory;
        if directory.core.phase() == Phase::Closed {
            return Err(RegisterError::Closed);
        }
        let mut desks = lock(&directory.desks);
        if desks.iter().any(|desk| *desk.name == *name) {
            return Err(RegisterError::Duplicate { name: name.to_owned() });
        }
        let options = Options {
            concurrency: options.concurrency.max(1),
            capacity: options.capacity.clamp(1, super::queue::MOST),
            ..options
        };
        let handlers = Handlers { list: Vec::new(), interceptors: directory.interceptors.clone() };
        let core = Arc::clone(&directory.core);
        let desk = Arc::new(Desk::new(name.into(), desks.len() as u32, core, options, handlers));
        desks.push(Arc::clone(&desk));
        Ok(Subsystem { desk, directory: Arc::clone(directory) })
    }

    /// The subsystem of that name.
    pub fn get(&self, name: &str) -> Option<Subsystem> {
        let desk = lock(&self.directory.desks).iter().find(|desk| *desk.name == *name).cloned()?;
        Some(Subsystem { desk, directory: Arc::clone(&self.directory) })
    }

    /// A handle that does not keep the kernel alive.
    #[must_use]
    pub fn downgrade(&self) -> WeakKernel {
        WeakKernel { directory: Arc::downgrade(&self.directory) }
    }
}

impl WeakKernel {
    /// The kernel, if it is still there.
    #[must_use]
    pub fn upgrade(&self) -> Option<Kernel> {
        self.directory.upgrade().map(|directory| Kernel { directory })
    }
}

/// Sending.
impl Kernel {
    /// Looks an address up, for more than one message.
    ///
    /// # Errors
    ///
    /// It has no handler.
    pub fn target(&self, address: &str) -> Result<Target, Refusal> {
        self.directory.find(address, |found| found.target(address))
    }

    /// Sends a message, one way.
    ///
    /// # Errors
    ///
    /// It was not accepted: then the body comes back.
    #[inline]
    pub fn send<T: Send + 'static>(&self, address: &str, body: T) -> Result<MessageId, SendError> {
        let mut body = Body::new(body);
        let sent = self.directory.find(address, |found| {
            send_plain(&found.desk, found.route, found.text(address), std::mem::take(&mut body))
        });
        sent.unwrap_or_else(|refusal| Err(SendError::new(refusal, body)))
    }

    /// Sends a message when there is room for it.
    pub fn send_async<T: Send + 'static>(&self, address: &str, body: T) -> Sending {
        self.message(address, body).send_async()
    }

    /// Sends a message when there is room for it, and waits on this thread, which works meanwhile.
    ///
    /// # Errors
    ///
    /// It was not accepted: then the body comes back.
    pub fn send_blocking<T: Send + 'static>(&self, address: &str, body: T) -> Result<MessageId, SendError> {
        self.message(address, body).send_blocking()
    }

    /// Asks, and gives what to wait for.
    pub fn ask<T: Send + 'static>(&self, address: &str, body: T) -> Ask {
        self.message(address, body).ask()
    }

    /// A message to be sent with more than a body: a key, a priority, a delay, a timeout, a context.
    pub fn message<'a, T: Send + 'static>(&self, address: &'a str, body: T) -> Envelope<'a> {
        self.message_of(address, Body::new(body))
    }

    /// As [`message`](Self::message), with a body that there is already.
    pub fn message_of<'a>(&self, address: &'a str, body: Body) -> Envelope<'a> {
        let found = self.directory.find(address, |found| {
            (Arc::clone(&found.desk), found.route, Cow::Borrowed(found.text(address)))
        });
        match found {
            Ok((desk, route, text)) => {
                Envelope { to: Ok(To::Found(desk)), draft: draft(route, text, body), timeout: None }
            }
            Err(refusal) => {
                Envelope { to: Err(refusal), draft: draft(0, Cow::Borrowed(""), body), timeout: None }
            }
        }
    }

    /// Sends many messages to one address.
    ///
    /// # Errors
    ///
    /// Some were not accepted. They come back.
    pub fn send_batch<T: Send + 'static>(
        &self,
        address: &str,
        bodies: impl IntoIterator<Item = T>,
    ) -> Result<usize, BatchError> {
        match self.target(address) {
            Ok(target) => target.send_batch(bodies),
            Err(refusal) => {
                let rest = bodies.into_iter().map(Body::new).collect();
                Err(BatchError { accepted: 0, refusal, rest })
            }
        }
    }

    /// Messages to be sent together, handled in order. See [`Sequence`].
    pub fn sequence(&self) -> Sequence<'_> {
        Sequence::new(&self.directory, self.directory.next_sequence())
    }

    /// Sends messages together. See [`Sequence`].
    ///
    /// # Errors
    ///
    /// An address has no handler: then nothing is sent. Or a subsystem did not accept all of its messages.
    pub fn send_sequence<'a, T: Send + 'static>(
        &'a self,
        messages: impl IntoIterator<Item = (&'a str, T)>,
    ) -> Result<usize, super::SequenceError> {
        let mut sequence = self.sequence();
        for (address, body) in messages {
            if let Err(error) = sequence.push(address, body) {
                let (left, refusal) = (sequence.len() + 1, error.refusal);
                return Err(super::SequenceError { accepted: 0, left, refusal });
            }
        }
        sequence.send()
    }

    /// Sends a copy of `body` to every handler that [subscribed](Subsystem::subscribe) to the topic, and tells how many took
    /// theirs and how many could not.
    pub fn publish<T: Clone + Send + 'static>(&self, topic: &str, body: T) -> Published {
        let topics = self.directory.topics.load();
        let mut published = Published::default();
        let matches = topics.matches_all(topic);
        for one in matches.iter().flat_map(|matched| matched.value.iter()) {
            let text = Cow::Borrowed(one.text(topic));
            match one.desk.offer(&mut draft(one.route, text, Body::new(body.clone()))) {
                Ok(_) => published.delivered += 1,
                Err(_) => published.refused += 1,
            }
        }
        published
    }

    /// Sends what `body` gives, first after `interval` and then each time it has passed, until what is returned is dropped.
    ///
    /// # Errors
    ///
    /// The address has no handler.
    pub fn every<T: Send + 'static>(
        &self,
        interval: Duration,
        address: &str,
        body: impl Fn() -> T + Send + Sync + 'static,
    ) -> Result<Scheduled, Refusal> {
        self.schedule(Instant::now() + interval, interval, address, body)
    }

    /// As [`every`](Self::every), with the time of the first.
    ///
    /// # Errors
    ///
    /// The address has no handler.
    pub fn schedule<T: Send + 'static>(
        &self,
        first: Instant,
        interval: Duration,
        address: &str,
        body: impl Fn() -> T + Send + Sync + 'static,
    ) -> Result<Scheduled, Refusal> {
        let target = self.target(address)?;
        let first = self.directory.core.clock.at(first);
        let interval = super::clock::nanos(interval);
        Ok(Schedule::start(target, first, interval, Box::new(move || Body::new(body()))))
    }
}

/// To how many handlers something was published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Those that took their copy.
    pub delivered: usize,
    /// Those that could not: their queues were full, or they had stopped. Counted there as rejected.
    pub refused: usize,
}

/// Working. A kernel has no threads but those that it is given: by [`workers`](Self::workers), by an event loop, or by the
/// thread that calls [`run_until_idle`](Self::run_until_idle) or waits for an answer.
impl Kernel {
    /// Handles messages on this thread until there is nothing to do, and tells how many. It does not look at the time: see
    /// [`ring`](Self::ring).
    pub fn run_until_idle(&self) -> usize {
        self.run(usize::MAX)
    }

    /// As [`run_until_idle`](Self::run_until_idle), until about `budget` messages were handled.
    pub fn run(&self, budget: usize) -> usize {
        let core = &self.directory.core;
        let mut handled = 0;
        while handled < budget
            && let Some(desk) = core.ready.pop()
        {
            handled += desk.run((budget - handled).min(super::core::BUDGET));
        }
        handled
    }

    /// Does what is due at `now`: delayed and scheduled messages, the end of an asker's patience, of a subsystem's rest. Tells
    /// when it next has something to do. Workers do this by themselves; an event loop calls it.
    pub fn ring(&self, now: Instant) -> Option<Instant> {
        let core = &self.directory.core;
        core.ring(core.clock.at(now)).map(|next| core.clock.instant(next))
    }

    /// When [`ring`](Self::ring) next has something to do, as far as is known.
    pub fn next_ring(&self) -> Option<Instant> {
        let core = &self.directory.core;
        core.next_timer().map(|next| core.clock.instant(next))
    }

    /// Starts threads that handle messages and ring timers.
    ///
    /// # Errors
    ///
    /// The system has no thread for us.
    pub fn workers(&self, count: usize) -> io::Result<Workers> {
        Workers::spawn(&self.directory.core, count)
    }

    /// Ready when there is something to do, for an event loop. See [`Work`].
    #[must_use]
    pub fn work(&self) -> Work {
        Work::of(&self.directory.core)
    }

    /// What it has done.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let desks = lock(&self.directory.desks).clone();
        let subsystems = desks.iter().map(|desk| SubsystemStats::of(desk)).collect();
        Stats { subsystems, dead_letters: self.directory.core.dead.counts() }
    }
}

/// Dead letters.
impl Kernel {
    /// Takes the dead letters that are kept, the oldest first.
    pub fn take_dead_letters(&self) -> Vec<DeadLetter> {
        self.directory.core.dead.take_all().into()
    }

    /// Sends the dead letters that are kept and that `choose` picks once more, to where they were sent, with the body that
    /// they have. The others stay. Tells how many were sent.
    ///
    /// One whose body a handler has taken out comes without a body: `choose` can look.
    pub fn replay_dead_letters(&self, mut choose: impl FnMut(&DeadLetter) -> bool) -> usize {
        let dead = &self.directory.core.dead;
        let mut replayed = 0;
        for letter in dead.take_all() {
            if !choose(&letter) {
                dead.put_back(letter);
                continue;
            }
            match replay(letter) {
                Ok(()) => {
                    dead.count_replayed();
                    replayed += 1;
                }
                Err(letter) => dead.put_back(*letter),
            }
        }
        replayed
    }

    /// Sends one dead letter once more.
    ///
    /// # Errors
    ///
    /// It was not accepted, and comes back.
    pub fn replay(&self, letter: DeadLetter) -> Result<(), Box<DeadLetter>> {
        replay(letter)?;
        self.directory.core.dead.count_replayed();
        Ok(())
    }
}

fn replay(mut letter: DeadLetter) -> Result<(), Box<DeadLetter>> {
    let message = &mut letter.message;
    let parcel = &mut message.parcel;
    let mut draft = Draft {
        route: parcel.route,
        rank: parcel.rank,
        lane: parcel.lane,
        deadline: super::message::NEVER,
        at: None,
        text: Cow::Borrowed(&parcel.text),
        reply: None,
        #[cfg(feature = "context")]
        context: None,
        body: std::mem::take(&mut parcel.body),
    };
    match message.desk.offer(&mut draft) {
        Ok(_) => Ok(()),
        Err(refusal) => {
            let body = std::mem::take(&mut draft.body);
            letter.message.parcel.body = body;
            letter.reason = Reason::Refused(refusal);
            Err(Box::new(letter))
        }
    }
}

/// The end.
impl Kernel {
    /// Takes no more messages, but for those that handlers send: what has begun comes to its end. Ready when everything has,
    /// or when [`shutdown`](Self::shutdown) puts an end to it. Someone has to do the work meanwhile.
    pub fn drain(&self) -> Drained {
        let core = &self.directory.core;
        core.enter_phase(Phase::Draining);
        // Whoever was let in before holds the lock of its desk: afterwards all see the phase.
        let desks = lock(&self.directory.desks).clone();
        for desk in &desks {
            let senders = lock(&desk.line).senders.all();
            senders.into_iter().for_each(|(_, waker)| waker.wake());
        }
        Drained::new(Arc::clone(core), desks)
    }

    /// Ready when there is nothing to do and nothing is being handled. Delayed messages count as something to do.
    pub fn idle(&self) -> Drained {
        Drained::new(Arc::clone(&self.directory.core), lock(&self.directory.desks).clone())
    }

    /// Takes nothing more, makes dead letters of what waits and of handlers that have begun and wait, drops the handlers, and
    /// has workers end. Handlers that are being called come to their end.
    pub fn shutdown(&self) {
        self.directory.close();
    }

    /// Whether it was shut down.
    pub fn is_closed(&self) -> bool {
        self.directory.core.phase() == Phase::Closed
    }
}

impl fmt::Debug for Kernel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = lock(&self.directory.desks).iter().map(|desk| Arc::clone(&desk.name)).collect();
        formatter.debug_struct("Kernel").field("subsystems", &names).finish()
    }
}
