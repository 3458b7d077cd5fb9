//! What all codecs share.

use std::time::Duration;

use super::Limits;
use crate::cause::Cause;
use crate::context::Context;
use crate::error::{DecodeError, SetError};
use crate::trace::{SpanId, Trace, TraceFlags, TraceId};

/// What a context is besides its fields.
#[derive(Clone, Copy, Default)]
pub(super) struct Head {
    pub(super) trace: Option<WireTrace>,
    pub(super) timeout: Option<i64>,
    pub(super) cause: u8,
}

/// A place in a trace, as it travels.
#[derive(Clone, Copy, Default)]
pub(super) struct WireTrace {
    pub(super) trace_id: [u8; 16],
    pub(super) span_id: [u8; 8],
    pub(super) flags: u8,
}

impl Head {
    pub(super) fn of(context: &Context) -> Self {
        let Trace { trace_id, span_id, flags, .. } = context.trace();
        let nanos = |left: Duration| i64::try_from(left.as_nanos()).unwrap_or(i64::MAX);
        Self {
            trace: Some(WireTrace { trace_id: trace_id.0, span_id: span_id.0, flags: flags.0 }),
            timeout: context.remaining().map(nanos),
            cause: context.cause().map_or(0, Cause::code),
        }
    }

    /// Makes a new context what this says. Identities that are zero are none.
    pub(super) fn apply(self, context: &Context) -> Result<(), SetError> {
        if let Some(WireTrace { trace_id, span_id, flags }) = self.trace {
            let (trace_id, span_id, flags) = (TraceId(trace_id), SpanId(span_id), TraceFlags(flags));
            if trace_id.is_valid() && span_id.is_valid() {
                context
                    .set_trace(&Trace { trace_id, span_id, parent_id: SpanId::default(), flags }.child())?;
            }
        }
        if let Some(cause) = Cause::from_code(self.cause) {
            context.cancel(cause);
        }
        if let Some(nanos) = self.timeout {
            context.shrink_timeout(Duration::from_nanos(nanos.max(0).unsigned_abs()));
        }
        Ok(())
    }
}

impl Limits {
    pub(super) fn check_bytes(&self, bytes: &[u8]) -> Result<(), DecodeError> {
        let (len, max) = (bytes.len(), self.bytes);
        if len > max { Err(DecodeError::TooLong { len, max }) } else { Ok(()) }
    }

    pub(super) fn check_fields(&self, count: usize) -> Result<(), DecodeError> {
        let max = self.fields;
        if count > max { Err(DecodeError::TooMany { max }) } else { Ok(()) }
    }
}
