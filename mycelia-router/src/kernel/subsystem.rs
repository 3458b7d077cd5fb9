//! A subsystem, as a program sets it up.

use std::fmt;
use std::sync::Arc;

use super::desk::{Desk, Status};
use super::directory::{Directory, change_handlers};
use super::error::{Reason, RegisterError};
use super::handler::{IntoOutcome, Kind};
use super::interceptor::Interceptor;
use super::message::{Message, MessageId};
use super::mount::Mount;
use super::queue::Ticket;
use super::stats::SubsystemStats;
use super::sync::lock;

/// A part of a program that handles messages, with a queue and rules of its own. Clones are the same subsystem.
///
/// ```
/// use mycelia_router::kernel::{Body, Kernel, Message};
///
/// let kernel = Kernel::new();
/// let users = kernel.subsystem("users")?;
/// users.on("{id}/name", |message: &mut Message| {
///     Body::new(format!("user {}", message.param("id").unwrap_or_default()))
/// })?;
///
/// let name = kernel.ask("users://7/name", ()).wait()?;
/// assert_eq!(name.get::<String>().map(String::as_str), Some("user 7"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Subsystem {
    pub(crate) desk: Arc<Desk>,
    pub(crate) directory: Arc<Directory>,
}

impl Subsystem {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.desk.name
    }

    /// Handles the messages for the addresses `name://route`. `route` is a pattern of the route table, such as
    /// `users/{id:int}`; `*rest` takes all.
    ///
    /// # Errors
    ///
    /// The pattern is malformed, or there is a handler for these addresses.
    pub fn on<R: IntoOutcome>(
        &self,
        route: &str,
        handler: impl Fn(&mut Message) -> R + Send + Sync + 'static,
    ) -> Result<&Self, RegisterError> {
        self.directory.add_route(&self.desk, route, Kind::of_sync(handler))?;
        Ok(self)
    }

    /// As [`on`](Self::on), by an async handler. It is polled once when the message's turn has come, on the worker's thread;
    /// if it has to wait, its message counts as being handled, and the worker goes on with others.
    ///
    /// # Errors
    ///
    /// As [`on`](Self::on).
    pub fn on_async<F>(
        &self,
        route: &str,
        handler: impl Fn(Message) -> F + Send + Sync + 'static,
    ) -> Result<&Self, RegisterError>
    where
        F: Future<Output: IntoOutcome> + Send + 'static,
    {
        self.directory.add_route(&self.desk, route, Kind::of_async(handler))?;
        Ok(self)
    }

    /// Takes the handler of a pattern away. What waits for it becomes dead letters.
    pub fn off(&self, route: &str) -> bool {
        self.directory.remove_route(&self.desk, route)
    }

    /// Handles what is [published](super::Kernel::publish) on topics of a pattern, such as `orders://*/created` or
    /// `orders://{id}/created`: a topic is an address that need not have a handler. Any number of handlers can have the same one.
    ///
    /// # Errors
    ///
    /// The pattern is malformed, or takes the same topics as another one that is written in another way.
    pub fn subscribe<R: IntoOutcome>(
        &self,
        topics: &str,
        handler: impl Fn(&mut Message) -> R + Send + Sync + 'static,
    ) -> Result<&Self, RegisterError> {
        self.directory.add_topic(&self.desk, topics, Kind::of_sync(handler))?;
        Ok(self)
    }

    /// As [`subscribe`](Self::subscribe), by an async handler.
    ///
    /// # Errors
    ///
    /// As [`subscribe`](Self::subscribe).
    pub fn subscribe_async<F>(
        &self,
        topics: &str,
        handler: impl Fn(Message) -> F + Send + Sync + 'static,
    ) -> Result<&Self, RegisterError>
    where
        F: Future<Output: IntoOutcome> + Send + 'static,
    {
        self.directory.add_topic(&self.desk, topics, Kind::of_async(handler))?;
        Ok(self)
    }

    /// Takes this subsystem's handlers for a pattern of topics away, and tells how many there were.
    pub fn unsubscribe(&self, topics: &str) -> usize {
        self.directory.remove_topic(&self.desk, topics)
    }

    /// Hands everything that is sent to addresses of this subsystem, and has no handler here, to another place.
    ///
    /// # Errors
    ///
    /// There is a handler for `*rest`.
    pub fn mount(&self, mount: Arc<dyn Mount>) -> Result<&Self, RegisterError> {
        self.on_async("*rest", move |message| mount.deliver(message))
    }

    /// Looks at every message of this subsystem around its handler, inside of the interceptors that are there.
    pub fn intercept(&self, interceptor: impl Interceptor + 'static) -> &Self {
        change_handlers(&self.desk, |handlers| handlers.interceptors.push(Arc::new(interceptor)));
        self
    }

    /// Calls `hook` whenever the subsystem goes on after a failure: it puts the state of the handlers in order. If it panics,
    /// that is the next failure.
    pub fn on_restart(&self, hook: impl Fn() + Send + Sync + 'static) -> &Self {
        lock(&self.desk.line).on_restart = Some(Arc::new(hook));
        self
    }

    /// Handles nothing until [`resume`](Self::resume); messages are taken.
    pub fn pause(&self) {
        let mut line = lock(&self.desk.line);
        if matches!(line.status, Status::Active | Status::Resting) {
            line.status = Status::Paused;
        }
    }

    /// Goes on after [`pause`](Self::pause), or before its rest is over.
    pub fn resume(&self) {
        let mut line = lock(&self.desk.line);
        if matches!(line.status, Status::Paused | Status::Resting) {
            line.status = Status::Active;
        }
        self.desk.dispatch(line);
    }

    /// Takes nothing more, and makes dead letters of what waits. What is being handled comes to its end.
    pub fn stop(&self) {
        self.desk.stop(&Reason::Stopped);
    }

    /// Starts again after it gave up or was stopped: the hook of [`on_restart`](Self::on_restart) is called, and failures
    /// are counted anew.
    pub fn restart(&self) {
        let mut line = lock(&self.desk.line);
        line.restarts.clear();
        line.status = Status::Resting;
        drop(line);
        self.desk.end_rest();
    }

    /// Takes back a message that nobody has started; `false` when it was started, or is over.
    pub fn cancel(&self, id: MessageId) -> bool {
        let ticket = Ticket { slot: id.slot, sequence: id.sequence };
        id.subsystem == self.desk.index && self.desk.cancel(ticket).is_some()
    }

    /// What it has done.
    pub fn stats(&self) -> SubsystemStats {
        SubsystemStats::of(&self.desk)
    }
}

impl fmt::Debug for Subsystem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Subsystem").field(&self.desk.name).finish()
    }
}
