//! The clock: batches long enough to be timed, every peer once a round, so that a disturbance of the machine hits all alike.

use std::any::Any;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use serde_json::json;

/// How long one batch runs at least.
const BATCH: Duration = Duration::from_millis(10);

#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) rounds: usize,
}

pub(crate) struct Peer {
    pub(crate) name: &'static str,
    /// What it does for a figure, or `None` where it has nothing like it.
    pub(crate) figure: fn(&str) -> Option<Figure>,
}

/// Work to be timed.
pub(crate) enum Figure {
    /// Does it so many times.
    Calls(Box<dyn FnMut(u64)>),
    /// Does it once; what it returns is dropped after the clock has stopped.
    Build(Box<dyn FnMut() -> Box<dyn Any>>),
}

impl Figure {
    /// Calls `one` in a loop that is compiled together with it, and consumes what it returns.
    pub(crate) fn calls<T>(mut one: impl FnMut() -> T + 'static) -> Self {
        Self::Calls(Box::new(move |times| {
            for _ in 0..times {
                black_box(one());
            }
        }))
    }

    pub(crate) fn build<T: 'static>(mut one: impl FnMut() -> T + 'static) -> Self {
        Self::Build(Box::new(move || Box::new(one())))
    }

    fn time(&mut self, calls: u64) -> Duration {
        match self {
            Self::Calls(work) => {
                let started = Instant::now();
                work(calls);
                started.elapsed()
            }
            Self::Build(work) => {
                let mut time = Duration::ZERO;
                for _ in 0..calls {
                    let started = Instant::now();
                    let built = work();
                    time += started.elapsed();
                    drop(built);
                }
                time
            }
        }
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

struct Series {
    peer: &'static str,
    figure: Figure,
    calls: u64,
    samples: Vec<f64>,
    error: Option<String>,
}

/// Measures every peer that has the figure, and prints its line.
pub(crate) fn compare(peers: &[Peer], name: &str, plan: Plan) {
    let mut series: Vec<_> = peers.iter().filter_map(|peer| Series::start(peer, name)).collect();
    for round in 0..plan.rounds {
        // Another one goes first each time: none is always the one after the slowest.
        let first = round % series.len().max(1);
        let (head, tail) = series.split_at_mut(first);
        tail.iter_mut().chain(head).for_each(Series::take);
    }
    for one in series {
        let line = match one.error {
            None => json!({ "name": name, "peer": one.peer, "samples": one.samples }),
            Some(error) => json!({ "name": name, "peer": one.peer, "error": error }),
        };
        println!("{line}");
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
        Some(Self { peer: peer.name, figure, calls, samples: Vec::new(), error })
    }

    fn take(&mut self) {
        if self.error.is_some() {
            return;
        }
        match attempt(|| self.figure.time(self.calls)) {
            Ok(time) => self.samples.push(time.as_nanos() as f64 / self.calls as f64),
            Err(error) => self.error = Some(error),
        }
    }
}

/// A panic as the line that it said.
fn attempt<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("a panic");
        text.lines().next().unwrap_or_default().to_owned()
    })
}
