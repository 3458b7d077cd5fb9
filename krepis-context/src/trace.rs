//! Which trace a context belongs to, and which span of it it is.

use std::cell::Cell;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};

/// The identity of a context in a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The trace.
    pub trace_id: TraceId,
    /// The context's own span.
    pub span_id: SpanId,
    /// The span that it was made for: that of the parent, or of who sent the request. Zero, if there is none.
    pub parent_id: SpanId,
    /// Sampled, and what else W3C puts there.
    pub flags: TraceFlags,
}

/// 16 bytes that name a trace; never all zero in a context.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct TraceId(pub [u8; 16]);

/// 8 bytes that name a span.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SpanId(pub [u8; 8]);

/// The flags of a `traceparent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct TraceFlags(pub u8);

impl Trace {
    /// A new trace with nothing above it.
    pub fn root(flags: TraceFlags) -> Self {
        let trace_id = TraceId(random_bytes());
        Self { trace_id, span_id: SpanId::random(), parent_id: SpanId::default(), flags }
    }

    /// A new span of the same trace, below this one.
    #[must_use]
    pub fn child(&self) -> Self {
        Self { span_id: SpanId::random(), parent_id: self.span_id, ..*self }
    }
}

impl TraceId {
    /// Whether it names a trace.
    pub fn is_valid(self) -> bool {
        self.0 != [0; 16]
    }
}

impl SpanId {
    /// One that was most likely never there.
    pub fn random() -> Self {
        Self(random_bytes())
    }

    /// Whether it names a span.
    pub fn is_valid(self) -> bool {
        self.0 != [0; 8]
    }
}

impl TraceFlags {
    /// The caller may have recorded the trace.
    pub const SAMPLED: Self = Self(1);
    /// The lower half of the trace's id is random (Trace Context, level 2).
    pub const RANDOM: Self = Self(2);

    /// Whether the caller may have recorded the trace.
    pub fn is_sampled(self) -> bool {
        self.0 & 1 != 0
    }

    /// The same flags, but for that one.
    #[must_use]
    pub fn with_sampled(self, sampled: bool) -> Self {
        Self(self.0 & !1 | u8::from(sampled))
    }
}

impl std::ops::BitOr for TraceFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

macro_rules! hexadecimal {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )*};
}

hexadecimal!(TraceId, SpanId);

/// Bytes that are not all zero: enough to tell traces apart, not to keep a secret.
fn random_bytes<const N: usize>() -> [u8; N] {
    loop {
        let mut bytes = [0; N];
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&random().to_le_bytes()[..chunk.len()]);
        }
        if bytes != [0; N] {
            return bytes;
        }
    }
}

/// The generator `xoroshiro128++`, one for each thread, seeded from the randomness that the standard library has of the
/// operating system.
fn random() -> u64 {
    thread_local!(static STATE: Cell<(u64, u64)> = const { Cell::new((0, 0)) });
    STATE.with(|state| {
        let (mut a, mut b) = state.get();
        if (a, b) == (0, 0) {
            (a, b) = (seed(1), seed(2) | 1);
        }
        let result = a.wrapping_add(b).rotate_left(17).wrapping_add(a);
        b ^= a;
        state.set((a.rotate_left(49) ^ b ^ b << 21, b.rotate_left(28)));
        result
    })
}

fn seed(number: u64) -> u64 {
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u64(number);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ() {
        let mut seen = std::collections::HashSet::new();
        let count = if cfg!(miri) { 300 } else { 10_000 };
        assert!((0..count).all(|_| seen.insert(Trace::root(TraceFlags::default()).trace_id)));
    }

    #[test]
    fn a_child_stays_in_the_trace() {
        let parent = Trace::root(TraceFlags::SAMPLED | TraceFlags::RANDOM);
        let child = parent.child();
        assert_eq!((child.trace_id, child.flags), (parent.trace_id, parent.flags));
        assert_eq!(child.parent_id, parent.span_id);
        assert_ne!(child.span_id, parent.span_id);
    }
}
