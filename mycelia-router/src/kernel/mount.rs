//! Where messages go that another process handles.

use std::future::Future;
use std::pin::Pin;

use super::handler::Outcome;
use super::message::Message;

/// A place behind the addresses of a subsystem that is not in this process: a broker, a socket, another kernel.
///
/// A mounted subsystem is one like any other: it has a queue with a bound, a concurrency, which is how many messages are on
/// their way at once, supervision, interceptors and dead letters. The mount is its handler. What comes in from the other side
/// it sends and asks like everyone else; an acknowledgement follows the answer of [`ask`](super::Kernel::ask), which comes
/// after the handler.
pub trait Mount: Send + Sync {
    /// Brings a message to the other side. Done, with a reply if it [`wants_reply`](Message::wants_reply), when the other side
    /// has answered for it; a failure makes a dead letter of it.
    ///
    /// A body has [bytes](super::Body::as_bytes) if its sender said so. What a mount does with other bodies is its own to say.
    fn deliver(&self, message: Message) -> Delivery;
}

/// A message on its way to the other side.
pub type Delivery = Pin<Box<dyn Future<Output = Outcome> + Send>>;
