//! What can go wrong, and who is told: senders at once, askers in place of the reply, everyone else by a dead letter.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use super::body::Body;

/// Why a message was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The queue has no room. Senders that can wait use `send_async` or `send_blocking`.
    #[error("the queue of subsystem {subsystem:?} is full: {capacity} messages are waiting")]
    Full {
        /// The subsystem's name.
        subsystem: Arc<str>,
        /// How many messages have room.
        capacity: u32,
    },
    /// The kernel takes no more messages.
    #[error("the kernel is shut down, or about to be: it takes no new messages")]
    Closed,
    /// The subsystem gave up after too many failures, or was stopped.
    #[error("subsystem {subsystem:?} is stopped: `restart` starts it again")]
    Stopped {
        /// The subsystem's name.
        subsystem: Arc<str>,
    },
    /// No handler has this address.
    #[error("no handler for {address:?}")]
    NoRoute {
        /// The address that was asked for.
        address: String,
    },
    /// The text is not an address.
    #[error("{address:?} is no address: expected \"subsystem://route\"")]
    InvalidAddress {
        /// The text.
        address: String,
    },
}

/// A message that was not accepted. Its body comes back.
#[derive(Error)]
#[error("{refusal}")]
pub struct SendError {
    /// Why.
    pub refusal: Refusal,
    body: Exclusive,
}

/// A body that can only be moved out, so that it does not matter that it is not `Sync`.
struct Exclusive(Body);

#[allow(unsafe_code)] // An error has to be `Sync` to be a source of other errors.
// SAFETY: no function gets from `&Exclusive` to the value; its type's name is not part of it.
unsafe impl Sync for Exclusive {}

impl SendError {
    pub(crate) fn new(refusal: Refusal, body: Body) -> Self {
        Self { refusal, body: Exclusive(body) }
    }

    /// What was to be sent.
    pub fn into_body(self) -> Body {
        self.body.0
    }
}

impl fmt::Debug for SendError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = self.body.0.type_name();
        formatter.debug_struct("SendError").field("refusal", &self.refusal).field("body", &body).finish()
    }
}

/// Why a handler did not do what it was asked.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum Failure {
    /// The handler, or an interceptor, returned an error.
    #[error("{0}")]
    Error(#[source] Arc<dyn Error + Send + Sync>),
    /// The handler panicked.
    #[error("the handler panicked: {0}")]
    Panicked(Arc<str>),
}

impl Failure {
    /// A failure with `error` as its source; what is a failure already stays what it is.
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        match error.into().downcast::<Self>() {
            Ok(failure) => *failure,
            Err(error) => Self::Error(Arc::from(error)),
        }
    }

    pub(crate) fn panicked(payload: Box<dyn std::any::Any + Send>) -> Self {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Self::Panicked(text.unwrap_or("with a value that is no text").into())
    }
}

/// Why a question has no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AskError {
    /// The question was not accepted.
    #[error(transparent)]
    Refused(#[from] SendError),
    /// The handler failed.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// No answer came in time. The handler may still be at it.
    #[error("no answer within the time")]
    TimedOut,
    /// The question ended as a dead letter, or its handler's worker went away.
    #[error("the question was not answered: {0}")]
    Lost(Reason),
}

/// Why a message became a dead letter.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum Reason {
    /// Its handler failed.
    #[error(transparent)]
    Failed(Failure),
    /// It was the oldest in a full queue whose policy is to drop that one.
    #[error("dropped for a newer message")]
    Dropped,
    /// Its deadline passed before it was started.
    #[error("its time was over before it was started")]
    Expired,
    /// The request that it belongs to was cancelled before it was started.
    #[error("the request that it belongs to was cancelled before it was started")]
    Cancelled,
    /// Its handler was taken away.
    #[error("its handler was taken away")]
    NoHandler,
    /// Its subsystem stopped.
    #[error("its subsystem stopped")]
    Stopped,
    /// The kernel was shut down.
    #[error("the kernel was shut down")]
    Shutdown,
    /// It was due when there was no room any more, or could not be delivered for another such reason.
    #[error("{0}")]
    Refused(Refusal),
    /// The worker that had started it went away before it was done.
    #[error("its worker went away before it was done")]
    WorkerLost,
}

/// A body is of another type than was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("expected a body of type {expected}, found {found}")]
pub struct WrongType {
    /// The type asked for.
    pub expected: &'static str,
    /// The type that it is.
    pub found: &'static str,
}

/// What cannot be registered.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// A subsystem's name is one segment of letters, digits, `-`, `_` and `.`.
    #[error("{name:?} is no name of a subsystem: expected letters, digits, '-', '_' and '.'")]
    InvalidName {
        /// The name.
        name: String,
    },
    /// There is one of that name.
    #[error("there is a subsystem {name:?} already")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// The route table did not take the pattern.
    #[error(transparent)]
    Route(#[from] crate::InsertError),
    /// The kernel is closed.
    #[error("the kernel is shut down")]
    Closed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_stays_what_it_is() {
        let failure = Failure::new(Failure::new(std::fmt::Error));
        assert!(matches!(failure, Failure::Error(error) if error.is::<std::fmt::Error>()));
        assert!(matches!(Failure::new(Failure::Panicked("oh".into())), Failure::Panicked(_)));
    }
}
