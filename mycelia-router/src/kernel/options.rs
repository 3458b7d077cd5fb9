//! How a subsystem behaves.

use std::time::Duration;

/// The options of a subsystem.
///
/// ```
/// use mycelia_router::kernel::{Overflow, Options};
///
/// let options = Options { capacity: 64, overflow: Overflow::DropOldest, ..Options::default() };
/// assert_eq!(options.concurrency, 1);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// How many messages can wait, delayed ones among them. Those that are being handled have a place besides.
    pub capacity: u32,
    /// What happens when there is no room.
    pub overflow: Overflow,
    /// How many messages are handled at once. With one, all are handled in order, as an actor does; with more, those with
    /// the same key still are.
    pub concurrency: u32,
    /// What happens when a handler fails.
    pub supervision: Supervision,
}

/// What happens to a message for which there is no room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Overflow {
    /// Its sender waits, if it can: `send_async` and `send_blocking` do. `send` cannot, and says that the queue is full.
    #[default]
    Wait,
    /// Its sender is told that the queue is full, and it is counted as rejected.
    Reject,
    /// The oldest message of the lowest priority goes for it, as a dead letter, and is counted as dropped.
    DropOldest,
}

/// What happens when a handler fails. Whatever is decided, the failed message is a dead letter, who asked is told, and
/// messages that were not started stay where they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Supervision {
    /// After an error that the handler returned.
    pub on_error: Directive,
    /// After a panic.
    pub on_panic: Directive,
    /// How long the subsystem rests before its first restart; each further one within `within` waits twice as long.
    pub backoff: Duration,
    /// The longest rest.
    pub max_backoff: Duration,
    /// More restarts than this within `within`, and the subsystem gives up: it stops. More than 1,024 means never.
    pub max_restarts: u32,
    /// The time in which restarts are counted.
    pub within: Duration,
}

/// What a subsystem does after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Directive {
    /// It goes on with the next message.
    Resume,
    /// It rests, calls what was given to `on_restart`, and goes on.
    Restart,
    /// It gives up: what waits becomes dead letters, and nothing more is accepted.
    Stop,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            capacity: 1024,
            overflow: Overflow::default(),
            concurrency: 1,
            supervision: Supervision::default(),
        }
    }
}

impl Default for Supervision {
    fn default() -> Self {
        Self {
            on_error: Directive::Resume,
            on_panic: Directive::Restart,
            backoff: Duration::from_millis(10),
            max_backoff: Duration::from_secs(10),
            max_restarts: 10,
            within: Duration::from_secs(60),
        }
    }
}
