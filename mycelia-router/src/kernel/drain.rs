//! Waiting until all is done.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::core::{Core, Phase};
use super::desk::Desk;
use super::parking;
use super::sync::lock;

/// Ready when nothing waits and nothing is being handled, anywhere in the kernel, or when the kernel was shut down.
#[must_use = "it says when everything is done"]
pub struct Drained {
    core: Arc<Core>,
    desks: Vec<Arc<Desk>>,
    place: Option<u64>,
}

impl Drained {
    pub(crate) fn new(core: Arc<Core>, desks: Vec<Arc<Desk>>) -> Self {
        Self { core, desks, place: None }
    }

    /// Waits on this thread, which meanwhile does the work of a worker.
    pub fn wait(self) {
        let core = Arc::clone(&self.core);
        parking::block_on(Some(&core), self);
    }

    /// A message that is handled can send another one to a subsystem that was just seen to have none. So the look is repeated:
    /// when no subsystem accepted anything between two looks that both found nothing, there was a moment with nothing at all.
    fn is_done(&self) -> bool {
        let look = || {
            let mut accepted = 0_u64;
            for desk in &self.desks {
                let line = lock(&desk.line);
                if !line.queue.is_idle() || line.running > 0 {
                    return None;
                }
                accepted = accepted.wrapping_add(line.queue.counts().accepted);
            }
            Some(accepted)
        };
        look().is_some_and(|first| look() == Some(first))
    }
}

impl Future for Drained {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        this.core.await_rest(&mut this.place, task.waker());
        if this.core.phase() == Phase::Closed || this.is_done() {
            return Poll::Ready(());
        }
        Poll::Pending
    }
}

impl Drop for Drained {
    fn drop(&mut self) {
        self.core.stop_awaiting(&mut self.place);
    }
}
