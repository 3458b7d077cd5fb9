//! Contexts in headers: what a request brings with it, and what it is sent on with.

pub mod baggage;
pub mod grpc_timeout;
pub mod request_id;
pub mod traceparent;
pub mod tracestate;

use crate::context::Context;
use crate::error::SetError;
use crate::key::Key;

/// Headers.
impl Context {
    /// Takes over what a request's headers say: `traceparent`, `tracestate`, `baggage`, `grpc-timeout` and
    /// `x-request-id`. Names are compared without regard to case.
    ///
    /// What is not valid is not taken over; without one valid `traceparent` the context begins a new trace, whatever
    /// `tracestate` says.
    ///
    /// # Errors
    ///
    /// The context has a trace already, or has no room.
    pub fn extract<'h>(&self, headers: impl IntoIterator<Item = (&'h str, &'h str)>) -> Result<(), SetError> {
        let mut parents = traceparent::Only::default();
        let mut state = tracestate::Collector::default();
        let mut baggage = baggage::Collector::default();
        for (name, value) in headers {
            if name.eq_ignore_ascii_case("traceparent") {
                parents.add(value);
            } else if name.eq_ignore_ascii_case("tracestate") {
                state.add(value);
            } else if name.eq_ignore_ascii_case("baggage") {
                baggage.add(value);
            } else if name.eq_ignore_ascii_case("grpc-timeout") {
                if let Some(timeout) = grpc_timeout::parse(value) {
                    self.shrink_timeout(timeout);
                }
            } else if name.eq_ignore_ascii_case("x-request-id")
                && let Some(id) = request_id::parse(value)
            {
                self.set(Key::REQUEST_ID, id)?;
            }
        }
        if let Some(sender) = parents.get() {
            self.set_trace(&sender.child())?;
            if let Some(state) = state.finish() {
                self.set(Key::TRACESTATE, &*state)?;
            }
        }
        if let Some(baggage) = baggage.finish() {
            self.set(Key::BAGGAGE, &*baggage)?;
        }
        Ok(())
    }

    /// Calls `header` with each header that a request made for this context should have. `grpc-timeout` says how much
    /// time is left of the deadline.
    ///
    /// Each request should be made with a context of its own ([`child`](Context::child)), so that each is a span.
    pub fn inject(&self, mut header: impl FnMut(&str, &str)) {
        header("traceparent", self.trace().traceparent().as_str());
        self.inject_fields(&mut header);
        if let Some(remaining) = self.remaining() {
            header("grpc-timeout", grpc_timeout::format(remaining).as_str());
        }
    }

    /// Calls `header` with those of these headers that are fields: `tracestate`, `baggage`, `x-request-id`.
    pub fn inject_fields(&self, mut header: impl FnMut(&str, &str)) {
        let fields =
            [("tracestate", Key::TRACESTATE), ("baggage", Key::BAGGAGE), ("x-request-id", Key::REQUEST_ID)];
        for (name, key) in fields {
            // A program can set these fields to anything; what is not a header's value must not become one, nor what says
            // nothing, as baggage whose last member was taken out.
            if let Some(value) =
                self.get_str(key).filter(|value| !value.is_empty() && value.bytes().all(is_visible))
            {
                header(name, value);
            }
        }
    }
}

fn is_visible(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t')
}

/// Without the optional white space around it.
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// A short text without an allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Text<N> {
    fn new() -> Self {
        Self { bytes: [0; N], len: 0 }
    }

    /// Appends an ASCII character; the callers know that there is room.
    fn push(&mut self, byte: u8) {
        debug_assert!(byte.is_ascii());
        self.bytes[self.len] = byte;
        self.len += 1;
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.len]).expect("because only ASCII is pushed")
    }
}

impl<const N: usize> std::ops::Deref for Text<N> {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl<const N: usize> std::fmt::Display for Text<N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
