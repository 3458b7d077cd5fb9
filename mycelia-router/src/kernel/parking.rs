//! A thread that waits for a future, and works meanwhile.

use std::cell::Cell;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use super::core::Core;
use super::sync::{Condvar, Mutex, lock};

/// Wakes a thread.
pub(crate) struct Parker {
    woken: Mutex<bool>,
    wake: Condvar,
}

impl Wake for Parker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        *lock(&self.woken) = true;
        self.wake.notify_one();
    }
}

impl Parker {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { woken: Mutex::new(false), wake: Condvar::new() })
    }

    pub(crate) fn is_woken(&self) -> bool {
        *lock(&self.woken)
    }

    /// Sleeps until it is woken, or for that long; forgets that it was woken.
    pub(crate) fn park(&self, timeout: Option<Duration>) {
        let mut woken = lock(&self.woken);
        while !*woken {
            #[cfg(not(loom))]
            if let Some(timeout) = timeout {
                let waited = self.wake.wait_timeout(woken, timeout);
                woken = waited.unwrap_or_else(std::sync::PoisonError::into_inner).0;
                break;
            }
            woken = self.wake.wait(woken).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
        *woken = false;
        #[cfg(loom)]
        let _ = timeout;
    }
}

/// Waits that are inside of each other on one thread: a handler that waits works, and that work may wait. Deeper than this,
/// a thread only sleeps, so that its stack has an end.
const DEEPEST: u32 = 32;

#[cfg(not(loom))]
thread_local!(static DEPTH: Cell<u32> = const { Cell::new(0) });
#[cfg(loom)]
loom::thread_local!(static DEPTH: Cell<u32> = Cell::new(0));

/// Waits for `future` on this thread. With a `core`, the thread does what a worker of that kernel does while it waits.
pub(crate) fn block_on<F: Future + Unpin>(core: Option<&Core>, mut future: F) -> F::Output {
    let parker = Parker::new();
    let waker = Waker::from(Arc::clone(&parker));
    let mut task = Context::from_waker(&waker);
    let depth = DEPTH.with(|depth| depth.replace(depth.get() + 1));
    let _leave = Leave(depth);
    let core = core.filter(|_| depth < DEEPEST);
    loop {
        if let Poll::Ready(output) = Pin::new(&mut future).poll(&mut task) {
            if let Some(core) = core {
                core.ready.pass_on();
            }
            return output;
        }
        match core {
            None => parker.park(None),
            Some(core) => work(core, &parker, &waker),
        }
    }
}

/// Works until the parker is woken, or there is nothing to do: then sleeps once.
fn work(core: &Core, parker: &Parker, waker: &Waker) {
    while !parker.is_woken() {
        let stirs = core.ready.stirs();
        let next = core.ring(core.clock.now());
        if !core.turn_once() {
            let timeout = next.map(|next| core.clock.until(next));
            return core.ready.sleep(stirs, parker, waker, timeout);
        }
    }
    parker.park(None);
}

struct Leave(u32);

impl Drop for Leave {
    fn drop(&mut self) {
        DEPTH.with(|depth| depth.set(self.0));
    }
}
