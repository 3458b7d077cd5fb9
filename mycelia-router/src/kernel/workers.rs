//! Threads that do the work.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread::{Builder, JoinHandle};

use super::core::{Core, Phase};
use super::parking::Parker;

/// Threads that handle messages and ring timers. When this is dropped they finish what they have in hand, and end.
#[must_use = "the threads end when this is dropped"]
pub struct Workers {
    threads: Vec<JoinHandle<()>>,
    stop: Arc<Stop>,
    core: Arc<Core>,
}

type Stop = super::sync::AtomicBool;

impl Workers {
    pub(crate) fn spawn(core: &Arc<Core>, count: usize) -> io::Result<Self> {
        let mut workers =
            Self { threads: Vec::new(), stop: Arc::new(Stop::new(false)), core: Arc::clone(core) };
        for number in 0..count {
            let (core, stop) = (Arc::clone(core), Arc::clone(&workers.stop));
            let builder = Builder::new().name(format!("mycelia-{number}"));
            workers.threads.push(builder.spawn(move || work(&core, &stop))?);
        }
        Ok(workers)
    }

    /// Ends the threads, and waits for them.
    pub fn join(self) {}
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.stop.store(true, super::sync::Ordering::SeqCst);
        self.core.ready.stir();
        for thread in self.threads.drain(..) {
            // A worker that panicked outside of handlers has told so; one that drops its own handle does not wait for itself.
            if thread.thread().id() != std::thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

/// Works until the kernel is closed or `stop` is set. A panic outside of handlers ends only the turn: the messages that were
/// not started have gone back, and the one that was is a dead letter.
pub(crate) fn work(core: &Core, stop: &Stop) {
    let parker = Parker::new();
    let waker = Waker::from(Arc::clone(&parker));
    while core.phase() != Phase::Closed && !stop.load(super::sync::Ordering::SeqCst) {
        let stirs = core.ready.stirs();
        let turn = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let next = core.ring(core.clock.now());
            // Timers are looked at between turns, not between messages.
            let mut turns = 0;
            while turns < 16 && core.turn_once() {
                turns += 1;
            }
            (turns > 0, next)
        }));
        if let Ok((false, next)) = turn
            && !core.ready.look()
            && !stop.load(super::sync::Ordering::SeqCst)
        {
            core.ready.sleep(stirs, &parker, &waker, next.map(|next| core.clock.until(next)));
        }
    }
}

/// Ready when a kernel has something to do: for event loops that call [`run_until_idle`](super::Kernel::run_until_idle) and
/// [`ring`](super::Kernel::ring) themselves. Ready as well when the time of the next timer may have changed, and when the
/// kernel is closed.
pub struct Work {
    core: Arc<Core>,
    place: Option<u64>,
    stirs: u64,
}

impl Work {
    pub(crate) fn of(core: &Arc<Core>) -> Self {
        Self { core: Arc::clone(core), place: None, stirs: core.ready.stirs() }
    }
}

impl Future for Work {
    type Output = ();

    fn poll(mut self: std::pin::Pin<&mut Self>, task: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        this.core.ready.poll(&mut this.place, &mut this.stirs, task)
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if self.place.is_some() {
            self.core.ready.leave(&mut self.place);
        }
    }
}
