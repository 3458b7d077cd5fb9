//! Threads for what waits: made when there is work, at most [`AT_ONCE`], gone when they had nothing to do for a while.
//!
//! They belong to nobody: a program ends also while one of them waits in a read of a pipe that nobody writes to.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

/// How many operations run at once; others wait their turn.
const AT_ONCE: usize = 64;

/// How long a thread waits for the next one.
const KEPT: Duration = Duration::from_secs(10);

type Work = Box<dyn FnOnce() + Send>;

static POOL: Pool =
    Pool { state: Mutex::new(State { waiting: VecDeque::new(), threads: 0, idle: 0 }), came: Condvar::new() };

struct Pool {
    state: Mutex<State>,
    came: Condvar,
}

struct State {
    waiting: VecDeque<Work>,
    threads: usize,
    idle: usize,
}

/// Runs `work` on a thread of the pool.
pub(super) async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    let (tell, told) = oneshot::channel();
    POOL.add(Box::new(move || {
        // Nobody may be waiting any more.
        let _ = tell.send(work());
    }))?;
    told.await.map_err(|_| io::Error::other("a file operation ended without an answer"))
}

impl Pool {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&'static self, work: Work) -> io::Result<()> {
        let mut state = self.state();
        state.waiting.push_back(work);
        if state.idle >= state.waiting.len() || state.threads == AT_ONCE {
            self.came.notify_one();
            return Ok(());
        }
        match thread::Builder::new().name("files".into()).spawn(|| self.serve()) {
            Ok(_) => state.threads += 1,
            Err(error) if state.threads == 0 => {
                state.waiting.pop_back();
                return Err(error);
            }
            // Those that there are will come to it.
            Err(_) => {}
        }
        Ok(())
    }

    fn serve(&self) {
        let mut state = self.state();
        loop {
            if let Some(work) = state.waiting.pop_front() {
                drop(state);
                // Who waits for the answer hears of a panic; the thread goes on.
                let _ = catch_unwind(AssertUnwindSafe(work));
                state = self.state();
                continue;
            }
            state.idle += 1;
            let waited = self.came.wait_timeout(state, KEPT).unwrap_or_else(PoisonError::into_inner);
            state = waited.0;
            state.idle -= 1;
            if waited.1.timed_out() && state.waiting.is_empty() {
                state.threads -= 1;
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Barrier};

    use super::*;

    #[test]
    fn all_work_is_done_and_no_more_than_the_bound_at_once() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let answers = runtime.block_on(async {
            let mut set = tokio::task::JoinSet::new();
            for i in 0..1000 {
                let (now, most) = (now.clone(), most.clone());
                set.spawn(run(move || {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    thread::yield_now();
                    now.fetch_sub(1, Ordering::SeqCst);
                    i
                }));
            }
            let mut answers: Vec<usize> = set.join_all().await.into_iter().map(Result::unwrap).collect();
            answers.sort_unstable();
            answers
        });
        assert_eq!(answers, (0..1000).collect::<Vec<_>>());
        assert!(most.load(Ordering::SeqCst) <= AT_ONCE);
    }

    #[test]
    fn what_waits_does_not_keep_others_waiting() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let barrier = Arc::new(Barrier::new(2));
        let other = barrier.clone();
        runtime.block_on(async {
            let (first, second) = tokio::join!(run(move || barrier.wait()), run(move || other.wait()));
            assert!(first.is_ok() && second.is_ok());
        });
    }

    #[test]
    fn a_panic_is_an_error_of_its_operation_only() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            assert!(run(|| panic!("as the test wants it")).await.is_err());
            assert_eq!(run(|| 5).await.unwrap(), 5);
        });
    }
}
