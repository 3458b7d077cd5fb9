//! What the tests share: an executor, a list of what happened, a future that waits to be let through.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

/// Polls a future to its end on this thread.
pub fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park(),
        }
    }
}

/// Polls a future once.
pub fn poll_once<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls both in turn, whether woken or not, until both are done.
pub async fn both<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    let (mut left, mut right) = (None, None);
    std::future::poll_fn(move |context| {
        if left.is_none()
            && let Poll::Ready(output) = a.as_mut().poll(context)
        {
            left = Some(output);
        }
        if right.is_none()
            && let Poll::Ready(output) = b.as_mut().poll(context)
        {
            right = Some(output);
        }
        if left.is_none() || right.is_none() {
            return Poll::Pending;
        }
        Poll::Ready((left.take().unwrap(), right.take().unwrap()))
    })
    .await
}

/// Lets others go on once.
pub async fn pause() {
    let mut paused = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut paused, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// What happened, in order.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn add(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    /// What happened since it was last asked.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    /// A disposal hook that notes `what`.
    pub fn disposed<T: ?Sized>(
        &self,
        what: &'static str,
    ) -> impl Fn(&T) -> Result<(), krepis_di::BoxError> + Send + Sync + 'static + use<T> {
        let log = self.clone();
        move |_| {
            log.add(what);
            Ok(())
        }
    }

    /// Notes `what` when it is dropped.
    pub fn dropped(&self, what: &'static str) -> Dropped {
        Dropped { log: self.clone(), what }
    }
}

pub struct Dropped {
    log: Log,
    what: &'static str,
}

impl Drop for Dropped {
    fn drop(&mut self) {
        self.log.add(self.what);
    }
}

pub fn same<T: ?Sized>(a: &Arc<T>, b: &Arc<T>) -> bool {
    Arc::ptr_eq(a, b)
}
