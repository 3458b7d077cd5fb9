//! One message from NATS in the kernel, and what became of it.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use super::connection::Nats;
use super::counts::{Tally, add};
use super::error::{NatsError, RemoteError, code};
use super::payload::Payload;
use super::subject::Subjects;
use super::wire::{self, ERROR_HEADER};
use crate::kernel::{Ask, AskError, Body, Failure, Kernel, Reason, Refusal, WeakKernel};

/// What all messages of a subsystem that is served have in common.
pub(crate) struct Inbound {
    pub(crate) nats: Nats,
    pub(crate) kernel: WeakKernel,
    pub(crate) subjects: Subjects,
    pub(crate) tally: Arc<Tally>,
    pub(crate) in_flight: usize,
    #[cfg(feature = "context")]
    pub(crate) contexts: Option<krepis_context::ContextPool>,
}

impl Inbound {
    /// The kernel, while it takes messages.
    fn kernel(&self) -> Option<Kernel> {
        self.kernel.upgrade().filter(|kernel| !kernel.is_closed())
    }

    /// Whether there is anyone left to work for.
    pub(crate) fn is_over(&self) -> bool {
        self.kernel().is_none()
    }

    /// Has a message handled. The reply may be of any type yet.
    pub(crate) async fn handle(
        &self,
        payload: Payload,
        timeout: Option<Duration>,
    ) -> Result<Body, RemoteError> {
        let answer = match self.ask(payload, timeout) {
            Ok(ask) => ask.await.map_err(|error| fault(&error)),
            Err(fault) => Err(fault),
        };
        add(match &answer {
            Ok(_) => &self.tally.handled,
            Err(fault) if matches!(&*fault.code, code::NO_HANDLER | code::REFUSED | code::BUSY) => {
                &self.tally.refused
            }
            Err(_) => &self.tally.failed,
        });
        answer
    }

    fn ask(&self, payload: Payload, timeout: Option<Duration>) -> Result<Ask, RemoteError> {
        let subject = payload.subject().unwrap_or_default();
        let Some(address) = self.subjects.address(subject) else {
            return Err(remote(code::NO_HANDLER, format!("{subject:?} is not the subject of an address")));
        };
        let Some(kernel) = self.kernel() else {
            return Err(remote(code::REFUSED, Refusal::Closed));
        };
        #[cfg(feature = "context")]
        let context = self.context(&payload, timeout);
        let mut envelope = kernel.message(&address, Body::from(payload));
        if let Some(timeout) = timeout {
            envelope = envelope.timeout(timeout);
        }
        #[cfg(feature = "context")]
        if let Some(context) = context {
            envelope = envelope.context(context);
        }
        Ok(envelope.ask())
    }

    /// A context with what the message brings: trace, baggage, request, and a deadline where one counts.
    #[cfg(feature = "context")]
    fn context(&self, payload: &Payload, timeout: Option<Duration>) -> Option<krepis_context::Context> {
        let context = self.contexts.as_ref()?.create().ok()?;
        let headers =
            payload.headers().iter().filter(|(name, _)| !name.eq_ignore_ascii_case(wire::TIMEOUT_HEADER));
        // What has no room in a context is not worth a message.
        let _ = context.extract(headers);
        if let Some(timeout) = timeout {
            context.shrink_timeout(timeout);
        }
        Some(context)
    }

    /// Sends what became of a message to who asked.
    pub(crate) async fn reply(&self, to: async_nats::Subject, answer: Result<Body, RemoteError>) {
        let answer =
            answer.and_then(|body| Payload::of(&body).map_err(|error| remote(code::NOT_BYTES, error)));
        let checked = answer.and_then(|payload| {
            wire::checked(&self.nats, payload).map_err(|error| remote(code::TOO_LARGE, error))
        });
        let (headers, bytes) = match checked {
            Ok(reply) => reply,
            Err(fault) => {
                let fault = self.failure(&fault);
                (fault.headers().to_map(), fault.into_bytes())
            }
        };
        if self.nats.client.publish_with_headers(to, headers, bytes).await.is_ok() {
            add(&self.tally.replied);
        }
    }

    /// A failure as a reply. Its message is cut where the server would not take it.
    fn failure(&self, fault: &RemoteError) -> Payload {
        let mut message = fault.message.clone();
        message.truncate(message.floor_char_boundary(self.nats.max_payload().saturating_sub(1024)));
        let mut payload = Payload::new(message);
        let is_word =
            !fault.code.is_empty() && fault.code.len() <= 256 && !fault.code.chars().any(char::is_control);
        payload.headers_mut().set(ERROR_HEADER, if is_word { &fault.code } else { code::FAILED });
        payload.headers_mut().set("content-type", "text/plain; charset=utf-8");
        payload
    }
}

/// How often it is looked whether the kernel is still there.
const LOOK: Duration = Duration::from_millis(250);

/// Ready when nothing more is to be taken: it was said so, or there is no kernel any more.
pub(crate) async fn end(inbound: Arc<Inbound>, mut stopped: watch::Receiver<bool>) {
    while !inbound.is_over() {
        let stop = async { drop(stopped.wait_for(|stopped| *stopped).await) };
        if timeout(LOOK, stop).await.is_ok() {
            return;
        }
    }
}

pub(crate) fn remote(code: &str, message: impl ToString) -> RemoteError {
    RemoteError { code: code.to_owned(), message: message.to_string() }
}

/// What is said of a failure at the other side.
fn fault(error: &AskError) -> RemoteError {
    let code = match error {
        AskError::Refused(error) => match error.refusal {
            Refusal::NoRoute { .. } | Refusal::InvalidAddress { .. } => code::NO_HANDLER,
            Refusal::Full { .. } => code::BUSY,
            Refusal::Closed | Refusal::Stopped { .. } => code::REFUSED,
        },
        AskError::Failed(Failure::Panicked(_)) => code::PANICKED,
        AskError::Failed(Failure::Error(error)) => {
            return own_fault(&**error).unwrap_or_else(|| remote(code::FAILED, error));
        }
        AskError::TimedOut | AskError::Lost(Reason::Expired) => code::TIMED_OUT,
        AskError::Lost(Reason::NoHandler) => code::NO_HANDLER,
        AskError::Lost(_) => code::LOST,
    };
    remote(code, error)
}

/// What a handler's error says of itself: it is one of ours, perhaps from further away.
fn own_fault(error: &(dyn Error + 'static)) -> Option<RemoteError> {
    if let Some(fault) = error.downcast_ref::<RemoteError>() {
        return Some(fault.clone());
    }
    if let Some(error) = error.downcast_ref::<NatsError>() {
        return match error {
            NatsError::Remote(fault) => Some(fault.clone()),
            NatsError::Undelivered { source, .. } => own_fault(&**source),
            NatsError::Loop { .. } | NatsError::NoResponders { .. } => Some(remote(code::NO_HANDLER, error)),
            NatsError::TimedOut { .. } => Some(remote(code::TIMED_OUT, error)),
            _ => None,
        };
    }
    match error.downcast_ref::<AskError>()? {
        AskError::Failed(Failure::Error(error)) => own_fault(&**error),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_keep_their_codes() {
        let own = RemoteError { code: "E_STOCK".into(), message: "none left".into() };
        let relayed = AskError::Failed(Failure::new(NatsError::Remote(own.clone())));
        let passed_on = AskError::Failed(Failure::new(AskError::Failed(Failure::new(own.clone()))));
        for error in [relayed, passed_on, AskError::Failed(Failure::new(own.clone()))] {
            assert_eq!(fault(&error), own);
        }
        let subject = "orders.7".to_owned();
        for (error, code) in [
            (AskError::Failed(Failure::new("no")), code::FAILED),
            (AskError::Failed(Failure::Panicked("no".into())), code::PANICKED),
            (AskError::Failed(Failure::new(NatsError::Loop { subject })), code::NO_HANDLER),
            (AskError::TimedOut, code::TIMED_OUT),
            (AskError::Lost(Reason::Expired), code::TIMED_OUT),
            (AskError::Lost(Reason::Stopped), code::LOST),
        ] {
            assert_eq!(fault(&error).code, code, "{error}");
        }
    }
}
