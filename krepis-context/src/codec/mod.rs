//! Whole contexts as bytes, for another process: FlatBuffers, Protobuf, JSON. Each is a feature of the crate.
//!
//! All of them carry the same: the place in the trace, the time that is left, the cause of the cancellation, and the
//! fields that [`Context::entries`](crate::Context::entries) gives. Extensions stay in the process. Who decodes continues the trace with a span of
//! its own, below the sender's.
//!
//! Bytes are encoded straight from the slot. Every decoder checks what it reads; there is no other, as a check costs less
//! here than finding out which bytes can be trusted.

#[cfg(feature = "flatbuffers")]
mod flatbuffers;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "protobuf")]
mod protobuf;
#[cfg(any(feature = "flatbuffers", feature = "json", feature = "protobuf"))]
mod wire;

#[cfg(any(feature = "flatbuffers", feature = "json", feature = "protobuf"))]
use wire::{Head, WireTrace};

/// What is accepted from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many bytes.
    pub bytes: usize,
    /// How many fields.
    pub fields: usize,
}

impl Default for Limits {
    /// 64 KiB and 1,024 fields.
    fn default() -> Self {
        Self { bytes: 64 * 1024, fields: 1024 }
    }
}
