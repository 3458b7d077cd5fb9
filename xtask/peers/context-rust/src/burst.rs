//! Bursts: 10,000 contexts alive at once, and the times of one creation.

use std::sync::Barrier;
use std::time::Instant;

use crate::harness::{Figure, percentiles};

/// How many contexts are alive at the end of a burst.
const BURST: usize = 10_000;
/// How many creations are timed together: reading the clock costs more than one of them.
const GROUP: usize = 10;
const THREADS: usize = 4;

/// Keeps what `create` returns alive until the last one is there.
pub(crate) fn burst<T: 'static>(mut create: impl FnMut() -> T + 'static) -> Figure {
    let mut alive = Vec::with_capacity(BURST);
    let mut times = Vec::with_capacity(BURST / GROUP);
    Figure::percentiles(move || {
        times.clear();
        fill(&mut alive, BURST, &mut times, &mut create);
        alive.clear();
        percentiles(&mut times)
    })
}

/// The same on several threads at once: all are there before the first one lets go.
pub(crate) fn burst_of_threads<T: Send + 'static>(create: impl Fn() -> T + Sync + 'static) -> Figure {
    Figure::percentiles(move || {
        let barrier = Barrier::new(THREADS);
        let one = || {
            let mut alive = Vec::with_capacity(BURST / THREADS);
            let mut times = Vec::with_capacity(BURST / THREADS / GROUP);
            barrier.wait();
            fill(&mut alive, BURST / THREADS, &mut times, &create);
            barrier.wait();
            times
        };
        let mut times: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(one)).collect();
            threads.into_iter().flat_map(|thread| thread.join().expect("a thread panicked")).collect()
        });
        percentiles(&mut times)
    })
}

fn fill<T>(alive: &mut Vec<T>, count: usize, times: &mut Vec<f64>, mut create: impl FnMut() -> T) {
    for _ in 0..count / GROUP {
        let started = Instant::now();
        for _ in 0..GROUP {
            alive.push(create());
        }
        times.push(started.elapsed().as_nanos() as f64 / GROUP as f64);
    }
}
