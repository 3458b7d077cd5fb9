//! Messages that are sent again and again.

use std::sync::Arc;

use super::body::Body;
use super::core::{Core, Due};
use super::envelope::{Target, draft};
use super::sync::{Mutex, lock};
use super::timers::TimerKey;

/// A message that is sent again and again, until this is dropped.
#[must_use = "dropping it ends the schedule"]
pub struct Scheduled {
    schedule: Arc<Schedule>,
}

pub(crate) struct Schedule {
    target: Target,
    interval: i64,
    body: Box<dyn Fn() -> Body + Send + Sync>,
    state: Mutex<State>,
}

struct State {
    next: Option<(i64, TimerKey)>,
    ended: bool,
}

impl Schedule {
    pub(crate) fn start(
        target: Target,
        first: i64,
        interval: i64,
        body: Box<dyn Fn() -> Body + Send + Sync>,
    ) -> Scheduled {
        let core = Arc::clone(&target.desk.core);
        let state = Mutex::new(State { next: None, ended: false });
        let schedule = Arc::new(Self { target, interval: interval.max(1), body, state });
        schedule.set(&core, first);
        Scheduled { schedule }
    }

    fn set(self: &Arc<Self>, core: &Core, at: i64) {
        let mut state = lock(&self.state);
        if !state.ended {
            state.next = Some((at, core.set_timer(at, Due::Tick(Arc::clone(self)))));
        }
    }

    /// Sends the message, and sets the time of the next one. Times that passed meanwhile are left out: a kernel that was not
    /// driven for a while does not catch up.
    pub(crate) fn tick(self: &Arc<Self>, core: &Core, now: i64) {
        let Some((at, _)) = lock(&self.state).next else { return };
        let body = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| (self.body)()));
        if let Ok(body) = body {
            let text = std::borrow::Cow::Borrowed(&*self.target.text);
            // For want of room: counted as rejected, and the next one may have some.
            let _ = self.target.desk.offer(&mut draft(self.target.route, text, body));
        }
        let missed = now.saturating_sub(at) / self.interval;
        self.set(core, at.saturating_add(self.interval.saturating_mul(missed + 1)));
    }
}

impl Drop for Scheduled {
    fn drop(&mut self) {
        let mut state = lock(&self.schedule.state);
        state.ended = true;
        let next = state.next.take();
        drop(state);
        if let Some((_, key)) = next {
            self.schedule.target.desk.core.cancel_timer(key);
        }
    }
}

impl Scheduled {
    /// Whether the schedule goes on: it ends with its kernel.
    pub fn is_active(&self) -> bool {
        lock(&self.schedule.state).next.is_some()
            && self.schedule.target.desk.core.phase() != super::core::Phase::Closed
    }
}
