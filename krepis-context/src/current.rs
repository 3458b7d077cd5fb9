//! The context that a thread is working for.

use std::cell::RefCell;

use crate::context::Context;

thread_local!(static CURRENT: RefCell<Option<Context>> = const { RefCell::new(None) });

/// The current context.
impl Context {
    /// The context that this thread is working for, if it is inside of [`run`](Self::run) or
    /// [`run_async`](Self::run_async).
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
    }

    /// Calls `work` with this as the current context.
    ///
    /// ```
    /// use krepis_context::{Context, ContextPool, Options};
    ///
    /// let context = ContextPool::new(&Options::default())?.create()?;
    /// context.run(|| assert_eq!(Context::current().as_ref(), Some(&context)));
    /// assert_eq!(Context::current(), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run<T>(&self, work: impl FnOnce() -> T) -> T {
        let _restore = Restore(CURRENT.replace(Some(self.clone())));
        work()
    }

    /// Polls `future` with this as the current context, on whichever thread that is.
    pub fn run_async<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        let context = self.clone();
        async move {
            let mut future = std::pin::pin!(future);
            std::future::poll_fn(|task| context.run(|| future.as_mut().poll(task))).await
        }
    }
}

/// Puts the context from before back, also after a panic.
struct Restore(Option<Context>);

impl Drop for Restore {
    fn drop(&mut self) {
        // The one that ends may be the last of its kind: it is dropped when the cell is no longer borrowed.
        let _ended = CURRENT.replace(self.0.take());
    }
}
