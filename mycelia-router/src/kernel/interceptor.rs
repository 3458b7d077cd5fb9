//! What looks at every message of a subsystem, or of the kernel, around its handler.

use super::error::Failure;
use super::handler::Outcome;
use super::message::{Message, MessageId};

/// Sees messages before and after their handler. Of several, the first one is the outermost.
///
/// A panic in one is a panic of the handler.
pub trait Interceptor: Send + Sync {
    /// Before the handler.
    ///
    /// # Errors
    ///
    /// The handler is not called, and the message fails with that.
    fn before(&self, message: &mut Message) -> Result<(), Failure> {
        let _ = message;
        Ok(())
    }

    /// After a handler that went well: can look at the reply, change it, or make it a failure.
    ///
    /// # Errors
    ///
    /// The message fails with that.
    fn after(&self, about: &About<'_>, reply: super::Body) -> Outcome {
        let _ = about;
        Ok(reply)
    }

    /// After a failure: can look at it, change it, or make it a reply.
    ///
    /// # Errors
    ///
    /// The failure stays one.
    fn error(&self, about: &About<'_>, failure: Failure) -> Outcome {
        let _ = about;
        Err(failure)
    }
}

/// Which message it was.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct About<'a> {
    /// Its name.
    pub id: MessageId,
    /// The name of its subsystem.
    pub subsystem: &'a str,
    /// The pattern of its handler.
    pub route: &'a str,
}
