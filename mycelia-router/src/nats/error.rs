//! What can go wrong between a kernel and NATS.

use std::error::Error;
use std::time::Duration;

use thiserror::Error;

use super::payload::Payload;
use super::subject::MAX_SUBJECT_BYTES;

/// Why something could not be done by way of NATS. An asker finds it in [`Failure::Error`](crate::kernel::Failure::Error).
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NatsError {
    /// No server took us.
    #[error("cannot connect to NATS at {servers}: {source}")]
    Connect {
        /// The servers, without names and passwords.
        servers: String,
        /// What the client says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A server's address is malformed.
    #[error("{url:?} is no address of a NATS server: {reason}; expected \"nats://host:4222\"")]
    InvalidUrl {
        /// What was given, without name and password.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A name, or a prefix, that NATS does not take.
    #[error("{name:?} is no {what}: it cannot have white space, controls, `*`, `>` or empty parts")]
    InvalidName {
        /// What it was to name.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A header that NATS does not take.
    #[error(
        "{name:?}: {value:?} is no header: names are ASCII without `:`, white space and controls, values have no line breaks"
    )]
    InvalidHeader {
        /// The header's name.
        name: String,
        /// The header's value.
        value: String,
    },
    /// A body that is not made of bytes.
    #[error(
        "a body of type {type_name} cannot leave the process: expected bytes, made by `Body::bytes` or as a `Payload`"
    )]
    NotBytes {
        /// The type that it is.
        type_name: &'static str,
    },
    /// A message that the server would not take.
    #[error("a message of {bytes} bytes, headers included, is too large: the server takes {limit}")]
    TooLarge {
        /// The bytes of payload and headers.
        bytes: usize,
        /// The server's `max_payload`.
        limit: usize,
    },
    /// An address that is too long.
    #[error("the address makes a subject of {bytes} bytes: at most {MAX_SUBJECT_BYTES} are sent")]
    SubjectTooLong {
        /// The length of its subject.
        bytes: usize,
    },
    /// Nobody serves the subsystem.
    #[error("nobody serves {subject:?}: no process has subscribed to it")]
    NoResponders {
        /// The subject of the question.
        subject: String,
    },
    /// There was no answer.
    #[error("no answer from {subject:?} within {after:?}")]
    TimedOut {
        /// The subject of the question.
        subject: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// The client's buffer is full, because there is no connection, or none that is fast enough.
    #[error("no room in the buffer of the connection for {after:?}: it is {status}")]
    Congested {
        /// How long it was waited for room.
        after: Duration,
        /// What the connection is.
        status: super::Status,
    },
    /// The stream did not say that it has the message.
    #[error("stream {stream:?} did not store the message for {subject:?} ({attempts} attempts): {source}")]
    NotStored {
        /// The stream.
        stream: String,
        /// The subject.
        subject: String,
        /// How often it was sent, under the same name: the stream takes it once.
        attempts: u32,
        /// What the client says of the last attempt.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The other side answered that it failed.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// A message that was not a question could not be delivered. It is here in full, since the dead letter of an async handler
    /// has no body.
    #[error("cannot deliver to {address}: {source}")]
    Undelivered {
        /// The address.
        address: String,
        /// What it carried, if that is bytes.
        payload: Option<Payload>,
        /// Why.
        source: Box<NatsError>,
    },
    /// What came from NATS has no handler here, and would go back there.
    #[error("{subject:?} came from NATS and has no handler here: it is not sent back")]
    Loop {
        /// The subject.
        subject: String,
    },
    /// A stream or a consumer could not be found, or made.
    #[error("JetStream: cannot {what}: {source}")]
    JetStream {
        /// What was tried.
        what: String,
        /// What the server or the client says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The kernel did not take the handler.
    #[error(transparent)]
    Register(#[from] crate::kernel::RegisterError),
    /// The server did not take a subscription.
    #[error("cannot subscribe to {subject:?}: {source}")]
    Subscribe {
        /// The subject.
        subject: String,
        /// What the client says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The connection was closed.
    #[error("the connection to NATS is closed")]
    Closed,
}

/// A failure at the other side, as it says it.
///
/// A handler that returns one as its error has it travel as it is: with a code of its own, or one that came from further away.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct RemoteError {
    /// What kind of failure: one of [`code`], or the handler's own word.
    pub code: String,
    /// What the failure says of itself.
    pub message: String,
}

/// The codes of failures: what the header `Mycelia-Error` says.
pub mod code {
    /// The handler returned an error.
    pub const FAILED: &str = "failed";
    /// The handler panicked.
    pub const PANICKED: &str = "panicked";
    /// No handler has the address.
    pub const NO_HANDLER: &str = "no-handler";
    /// The subsystem did not take the message.
    pub const REFUSED: &str = "refused";
    /// More messages wait than the process is to hold.
    pub const BUSY: &str = "busy";
    /// The message's time was over.
    pub const TIMED_OUT: &str = "timed-out";
    /// The message was taken, and not handled to its end.
    pub const LOST: &str = "lost";
    /// The reply is not made of bytes.
    pub const NOT_BYTES: &str = "not-bytes";
    /// The reply is larger than the server takes.
    pub const TOO_LARGE: &str = "too-large";
}
