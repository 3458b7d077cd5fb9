//! Coarse time: one timer for all connections, and the `date` field made once a second.

use std::{
    cell::Cell,
    time::{Duration, Instant, SystemTime},
};

use super::codec::Date;

/// A moment, in milliseconds since the server started.
pub(super) type Moment = u64;

/// No deadline.
pub(super) const NEVER: Moment = Moment::MAX;

/// Time as of the last tick. Reading it costs a load; who sweeps the deadlines ticks it.
#[derive(Debug)]
pub(super) struct Clock {
    start: Instant,
    now: Cell<Moment>,
    date: Cell<Date>,
}

impl Clock {
    pub(super) fn new() -> Self {
        let clock = Self { start: Instant::now(), now: Cell::new(0), date: Cell::new(Date::at(0)) };
        clock.tick();
        clock
    }

    pub(super) fn tick(&self) {
        self.now.set(self.start.elapsed().as_millis() as Moment);
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        self.date.set(Date::at(since_1970.as_secs()));
    }

    pub(super) fn now(&self) -> Moment {
        self.now.get()
    }

    pub(super) fn after(&self, timeout: Option<Duration>) -> Moment {
        timeout.map_or(NEVER, |timeout| self.now.get().saturating_add(timeout.as_millis() as Moment))
    }

    pub(super) fn date(&self) -> Date {
        self.date.get()
    }
}
