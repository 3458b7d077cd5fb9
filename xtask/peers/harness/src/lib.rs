//! The clock of the packages beside this one: batches long enough to be timed, every peer once a round, so that a disturbance
//! of the machine hits all alike.
//!
//! A program with it, `NAME ROUNDS FIGURE...`, prints one line of JSON for each peer and figure,
//! `{"name": "singleton", "peer": "shaku", "samples": [...]}`, or an `"error"` in the place of the samples.

use std::any::Any;
use std::fmt::Debug;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use serde_json::json;

pub mod heap;

/// How long one batch runs at least.
const BATCH: Duration = Duration::from_millis(10);

pub struct Peer {
    pub name: &'static str,
    /// What it does for a figure, or `None` where it has nothing like it.
    pub figure: fn(&str) -> Option<Figure>,
}

/// Work to be timed.
pub enum Figure {
    /// Does it so many times.
    Calls(Box<dyn FnMut(u64)>),
    /// Does it once; what it returns is dropped after the clock has stopped.
    Build(Box<dyn FnMut() -> Box<dyn Any>>),
    /// Does it often, and times it by itself, in nanoseconds: the median and the 99th percentile. It prints two lines, the
    /// second for the peer `NAME p99`.
    Percentiles(Box<dyn FnMut() -> [f64; 2]>),
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

    pub fn build<T: 'static>(mut one: impl FnMut() -> T + 'static) -> Self {
        Self::Build(Box::new(move || Box::new(one())))
    }

    pub fn percentiles(sample: impl FnMut() -> [f64; 2] + 'static) -> Self {
        Self::Percentiles(Box::new(sample))
    }

    /// How long so many calls take; of percentiles, so many samples.
    pub fn time(&mut self, calls: u64) -> Duration {
        let started = Instant::now();
        match self {
            Self::Calls(work) => work(calls),
            Self::Percentiles(sample) => (0..calls).for_each(|_| {
                black_box(sample());
            }),
            Self::Build(make) => return (0..calls).map(|_| time_of_one(make)).sum(),
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

fn time_of_one(make: &mut dyn FnMut() -> Box<dyn Any>) -> Duration {
    let started = Instant::now();
    let made = make();
    let time = started.elapsed();
    drop(made);
    time
}

/// The median and the 99th percentile.
pub fn percentiles(times: &mut [f64]) -> [f64; 2] {
    times.sort_unstable_by(f64::total_cmp);
    [times[times.len() / 2], times[times.len() * 99 / 100]]
}

/// A program that measures the figures that it is asked for.
pub fn main(peers: &[Peer]) {
    let mut args = std::env::args();
    let program = args.next().unwrap_or_default();
    let rounds = args.next().and_then(|text| text.parse().ok());
    let figures: Vec<_> = args.collect();
    match rounds {
        Some(rounds) if !figures.is_empty() => {
            figures.iter().for_each(|figure| compare(peers, figure, rounds));
        }
        _ => {
            eprintln!("usage: {program} ROUNDS FIGURE...");
            std::process::exit(2);
        }
    }
}

struct Series {
    peer: &'static str,
    figure: Figure,
    calls: u64,
    /// Of percentiles: both. Of the others: the time of one, and nothing.
    samples: [Vec<f64>; 2],
    error: Option<String>,
}

/// Measures every peer that has the figure, and prints its lines.
fn compare(peers: &[Peer], name: &str, rounds: usize) {
    let mut series: Vec<_> = peers.iter().filter_map(|peer| Series::start(peer, name)).collect();
    for round in 0..rounds {
        // Another one goes first each time: none is always the one after the slowest.
        let first = round % series.len().max(1);
        let (head, tail) = series.split_at_mut(first);
        tail.iter_mut().chain(head).for_each(Series::take);
    }
    for Series { peer, samples: [samples, p99], error, .. } in series {
        match error {
            Some(error) => report(name, peer, Err(error)),
            None => report(name, peer, Ok(Some(samples))),
        }
        if !p99.is_empty() {
            report(name, &format!("{peer} p99"), Ok(Some(p99)));
        }
    }
}

/// The line of a peer, unless it has nothing like the figure.
fn report(name: &str, peer: &str, samples: Result<Option<Vec<f64>>, String>) {
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
            Figure::Percentiles(sample) => sample().to_vec(),
            figure => vec![figure.time(self.calls).as_nanos() as f64 / self.calls as f64],
        });
        match sample {
            Ok(values) => self.samples.iter_mut().zip(values).for_each(|(all, value)| all.push(value)),
            Err(error) => self.error = Some(error),
        }
    }
}

/// A panic as what it said, in one line.
fn attempt<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("a panic");
        text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
    })
}
