//! A kernel in tokio.

use std::time::Instant;

use super::system::Kernel;

/// How many messages are handled before other tasks have their turn.
const BUDGET: usize = 256;

impl Kernel {
    /// Does the work of this kernel as a task of tokio, until the kernel is shut down: handles messages, rings timers. Several
    /// tasks share the work.
    ///
    /// Handlers run on tokio's threads: sync ones must not block for long.
    pub async fn drive(&self) {
        while !self.is_closed() {
            let mut work = self.work();
            let next = self.ring(Instant::now());
            if self.run(BUDGET) > 0 {
                tokio::task::yield_now().await;
                continue;
            }
            match next {
                None => (&mut work).await,
                Some(next) => {
                    let _ = tokio::time::timeout_at(next.into(), &mut work).await;
                }
            }
        }
    }
}
