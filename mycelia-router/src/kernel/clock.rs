//! Time, in a word.

use std::time::{Duration, Instant};

use super::message::NEVER;

/// Counts nanoseconds from the making of the kernel.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    epoch: Instant,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self { epoch: Instant::now() }
    }

    pub(crate) fn now(&self) -> i64 {
        self.at(Instant::now())
    }

    pub(crate) fn at(&self, instant: Instant) -> i64 {
        nanos(instant.saturating_duration_since(self.epoch))
    }

    /// The time in that long. Longer than 292 years is never.
    pub(crate) fn after(&self, duration: Duration) -> i64 {
        self.now().saturating_add(nanos(duration))
    }

    pub(crate) fn until(&self, at: i64) -> Duration {
        Duration::from_nanos(u64::try_from(at.saturating_sub(self.now())).unwrap_or(0))
    }

    pub(crate) fn instant(&self, at: i64) -> Instant {
        self.epoch + Duration::from_nanos(u64::try_from(at).unwrap_or(0))
    }
}

pub(crate) fn nanos(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(NEVER)
}
