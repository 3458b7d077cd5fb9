//! The clock of a region.

use std::time::Duration;

/// A moment on the clock of a pool: nanoseconds since the pool was made, never going back.
///
/// [`ContextPool::now`](crate::ContextPool::now) reads the clock. A test makes its own moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// Later than all other moments: no deadline.
    pub const NEVER: Self = Self(i64::MAX);

    /// The moment so many nanoseconds after the pool was made.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since the pool was made.
    pub const fn as_nanos(self) -> i64 {
        self.0
    }

    /// The time from `earlier` to this; zero, if this comes first.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0).max(0).unsigned_abs())
    }
}

impl std::ops::Add<Duration> for Time {
    type Output = Self;

    /// What lies beyond the clock is [`Time::NEVER`].
    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)))
    }
}
