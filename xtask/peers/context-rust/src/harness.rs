//! The clock: batches long enough to be timed, every peer once a round, so that a disturbance of the machine hits all alike.

use std::fmt::Debug;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::time::{Duration, Instant};

use serde_json::json;

/// How long one batch runs at least.
const BATCH: Duration = Duration::from_millis(10);

/// How many contexts are alive at the end of a burst.
const BURST: usize = 10_000;
/// How many creations are timed together: reading the clock costs more than one of them.
const GROUP: usize = 10;
const THREADS: usize = 4;

pub struct Peer {
    pub name: &'static str,
    /// What it does for a figure, or `None` where it has nothing like it.
    pub figure: fn(&str) -> Option<Figure>,
}

/// Work to be timed.
pub enum Figure {
    /// Does it so many times.
    Calls(Box<dyn FnMut(u64)>),
    /// Has a burst; its times of one creation, in nanoseconds: the median and the 99th percentile.
    Burst(Box<dyn FnMut() -> [f64; 2]>),
}

impl Figure {
    /// Calls `one` in a loop that is compiled together with it, and consumes what it returns.
    pub fn calls<T>(mut one: impl FnMut() -> T + 'static) -> Self {
        Self::Calls(Box::new(move |times| {
            for _ in 0..times {
                black_box(one());
            }
        }))
    }

    /// The same, after a look at whether `one` does what it should.
    pub fn returning<T: PartialEq + Debug + 'static>(
        expected: T,
        mut one: impl FnMut() -> T + 'static,
    ) -> Self {
        assert_eq!(one(), expected);
        Self::calls(one)
    }

    /// Keeps what `create` returns alive until the last one is there.
    pub fn burst<T: 'static>(mut create: impl FnMut() -> T + 'static) -> Self {
        let mut alive = Vec::with_capacity(BURST);
        let mut times = Vec::with_capacity(BURST / GROUP);
        Self::Burst(Box::new(move || {
            times.clear();
            fill(&mut alive, BURST, &mut times, &mut create);
            alive.clear();
            percentiles(&mut times)
        }))
    }

    /// The same on several threads at once: all are there before the first one lets go.
    pub fn burst_of_threads<T: Send + 'static>(create: impl Fn() -> T + Sync + 'static) -> Self {
        Self::Burst(Box::new(move || {
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
        }))
    }

    /// How long so many calls take; of a burst, so many bursts.
    pub fn time(&mut self, calls: u64) -> Duration {
        let started = Instant::now();
        match self {
            Self::Calls(work) => work(calls),
            Self::Burst(work) => (0..calls).for_each(|_| {
                black_box(work());
            }),
        }
        started.elapsed()
    }

    /// How many calls make a batch; finding out warms everything up.
    fn calls_per_batch(&mut self) -> u64 {
        let mut calls = 1;
        loop {
            let time = self.time(calls);
            if time >= BATCH / 2 {
                let share = BATCH.as_secs_f64() / time.as_secs_f64();
                return ((calls as f64 * share) as u64).max(1);
            }
            calls *= 2;
        }
    }
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

fn percentiles(times: &mut [f64]) -> [f64; 2] {
    times.sort_unstable_by(f64::total_cmp);
    [times[times.len() / 2], times[times.len() * 99 / 100]]
}

struct Series {
    peer: &'static str,
    figure: Figure,
    calls: u64,
    /// Of a burst: the median, the 99th percentile. Of calls: the time of one.
    samples: [Vec<f64>; 2],
    error: Option<String>,
}

/// Measures every peer that has the figure, and prints its lines.
pub fn compare(peers: &[Peer], name: &str, rounds: usize) {
    let mut series: Vec<_> = peers.iter().filter_map(|peer| Series::start(peer, name)).collect();
    for round in 0..rounds {
        // Another one goes first each time: none is always the one after the slowest.
        let first = round % series.len().max(1);
        let (head, tail) = series.split_at_mut(first);
        tail.iter_mut().chain(head).for_each(Series::take);
    }
    for Series { peer, figure, samples: [samples, p99], error, .. } in series {
        match error {
            Some(error) => report(name, peer, Err(error)),
            None => report(name, peer, Ok(Some(samples))),
        }
        if matches!(figure, Figure::Burst(_)) && !p99.is_empty() {
            report(name, &format!("{peer} p99"), Ok(Some(p99)));
        }
    }
}

/// The line of a peer, unless it has nothing like the figure.
pub fn report(name: &str, peer: &str, samples: Result<Option<Vec<f64>>, String>) {
    match samples {
        Ok(None) => {}
        Ok(Some(samples)) => println!("{}", json!({ "name": name, "peer": peer, "samples": samples })),
        Err(error) => println!("{}", json!({ "name": name, "peer": peer, "error": error })),
    }
}

impl Series {
    fn start(peer: &Peer, name: &str) -> Option<Self> {
        let started = attempt(|| {
            let mut figure = (peer.figure)(name)?;
            let calls = figure.calls_per_batch();
            Some((figure, calls))
        });
        let (figure, calls, error) = match started {
            Ok(None) => return None,
            Ok(Some((figure, calls))) => (figure, calls, None),
            Err(error) => (Figure::calls(|| ()), 0, Some(error)),
        };
        Some(Self { peer: peer.name, figure, calls, samples: Default::default(), error })
    }

    fn take(&mut self) {
        if self.error.is_some() {
            return;
        }
        let sample = attempt(|| match &mut self.figure {
            Figure::Calls(_) => [self.figure.time(self.calls).as_nanos() as f64 / self.calls as f64, 0.0],
            Figure::Burst(burst) => burst(),
        });
        match sample {
            Ok(values) => self.samples.iter_mut().zip(values).for_each(|(all, value)| all.push(value)),
            Err(error) => self.error = Some(error),
        }
    }
}

/// A panic as what it said, in one line.
pub fn attempt<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("a panic");
        text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
    })
}
