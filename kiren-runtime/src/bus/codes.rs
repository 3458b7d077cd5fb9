//! What JavaScript calls what can go wrong: the codes of `KernelError`.

use mycelia_router::kernel::{AskError, Reason, Refusal};
use mycelia_router::nats::{NatsError, code};

use crate::natives::{ErrorClass, NativeError};

/// The code of a failure that is none of JavaScript's.
pub(crate) fn failure_code(error: &(dyn std::error::Error + 'static)) -> String {
    match error.downcast_ref::<NatsError>() {
        Some(NatsError::Remote(remote)) => remote_code(&remote.code).to_owned(),
        Some(error) => nats_code(error).to_owned(),
        None => "ERR_HANDLER_FAILED".to_owned(),
    }
}

/// What another process says: its handler's own code is passed on.
fn remote_code(known: &str) -> &str {
    match known {
        code::FAILED | code::PANICKED => "ERR_HANDLER_FAILED",
        code::NO_HANDLER => "ERR_NO_HANDLER",
        code::REFUSED => "ERR_MESSAGE_REFUSED",
        code::BUSY => "ERR_QUEUE_FULL",
        code::TIMED_OUT => "ERR_ASK_TIMEOUT",
        code::LOST => "ERR_MESSAGE_LOST",
        code::TOO_LARGE => "ERR_MESSAGE_TOO_LARGE",
        own => own,
    }
}

pub(crate) fn nats_code(error: &NatsError) -> &'static str {
    match error {
        NatsError::InvalidUrl { .. } | NatsError::InvalidName { .. } | NatsError::InvalidHeader { .. } => {
            "ERR_INVALID_ARG_VALUE"
        }
        NatsError::NoResponders { .. } => "ERR_NO_RESPONDERS",
        NatsError::TimedOut { .. } => "ERR_ASK_TIMEOUT",
        NatsError::TooLarge { .. } | NatsError::SubjectTooLong { .. } => "ERR_MESSAGE_TOO_LARGE",
        NatsError::Congested { .. } => "ERR_QUEUE_FULL",
        NatsError::NotStored { .. } => "ERR_NOT_STORED",
        NatsError::Register(_) => "ERR_SUBSYSTEM_EXISTS",
        NatsError::Undelivered { source, .. } => nats_code(source),
        _ => "ERR_NATS",
    }
}

pub(crate) fn refusal_error(refusal: &Refusal) -> NativeError {
    let code = match refusal {
        Refusal::Full { .. } => "ERR_QUEUE_FULL",
        Refusal::Closed => "ERR_KERNEL_CLOSED",
        Refusal::Stopped { .. } => "ERR_SUBSYSTEM_STOPPED",
        Refusal::NoRoute { .. } => "ERR_NO_HANDLER",
        Refusal::InvalidAddress { .. } => "ERR_ADDRESS",
        _ => "ERR_MESSAGE_REFUSED",
    };
    NativeError::new(ErrorClass::Error, Some(code), refusal.to_string())
}

pub(crate) fn ask_error(error: &AskError) -> NativeError {
    let code = match error {
        AskError::Refused(error) => return refusal_error(&error.refusal),
        AskError::Failed(_) => "ERR_HANDLER_FAILED",
        AskError::TimedOut | AskError::Lost(Reason::Expired) => "ERR_ASK_TIMEOUT",
        _ => "ERR_MESSAGE_LOST",
    };
    NativeError::new(ErrorClass::Error, Some(code), error.to_string())
}
