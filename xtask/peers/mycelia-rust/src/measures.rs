//! What is measured of every queue with a handler behind it, given functions that send and that wait for the end.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use harness::{Figure, percentiles};
use tokio::runtime::{Builder, Runtime};

/// How many messages wait in `queued`.
pub const QUEUED: u64 = 1_000_000;

/// So many are sent on one thread before they are handled: never more than a queue takes.
pub(crate) const CHUNK: u64 = 1000;

/// What a queue takes where others handle its messages at the same time.
pub(crate) const CAPACITY: usize = 8192;

static SUM: AtomicU64 = AtomicU64::new(0);

/// What every handler does: it reads the message's number and keeps it.
pub(crate) fn consume(number: u64) {
    SUM.store(SUM.load(Relaxed).wrapping_add(number), Relaxed);
}

/// Messages numbered from 0, sent and handled. That all are handled is looked at first.
pub(crate) fn messages(mut send_and_handle: impl FnMut(u64) + 'static) -> Figure {
    let before = SUM.load(Relaxed);
    send_and_handle(2 * CHUNK);
    assert_eq!(SUM.load(Relaxed) - before, CHUNK * (2 * CHUNK - 1), "the sum of all numbers");
    Figure::Calls(Box::new(send_and_handle))
}

/// The same on one thread: a chunk is sent, then it is handled.
pub(crate) fn chunks(mut send: impl FnMut(u64) + 'static, mut handle: impl FnMut() + 'static) -> Figure {
    messages(move |count| {
        for range in chunks_of(count) {
            range.for_each(&mut send);
            handle();
        }
    })
}

pub(crate) fn chunks_of(count: u64) -> impl Iterator<Item = std::ops::Range<u64>> {
    (0..count).step_by(CHUNK as usize).map(move |from| from..(from + CHUNK).min(count))
}

/// One question after the other; the time of each.
pub(crate) fn round_trips(mut ask: impl FnMut(u64) -> u64 + 'static) -> Figure {
    const QUESTIONS: usize = 1000;
    assert_eq!(ask(7), 8);
    let mut times = vec![0.0; QUESTIONS];
    Figure::percentiles(move || {
        for (number, time) in times.iter_mut().enumerate() {
            let started = Instant::now();
            let answer = ask(number as u64);
            *time = started.elapsed().as_nanos() as f64;
            assert_eq!(answer, number as u64 + 1);
        }
        percentiles(&mut times)
    })
}

const STAMPED: usize = 5000;
const PACE: Duration = Duration::from_micros(20);

static ON_THE_WAY: [AtomicU64; STAMPED] = [const { AtomicU64::new(0) }; STAMPED];
static ARRIVED: AtomicU64 = AtomicU64::new(0);

/// A message that knows when it was sent.
pub(crate) struct Stamped {
    index: usize,
    sent: Instant,
}

impl Stamped {
    /// What the handler does with it.
    pub(crate) fn arrive(&self) {
        ON_THE_WAY[self.index].store(self.sent.elapsed().as_nanos() as u64, Relaxed);
        ARRIVED.fetch_add(1, Relaxed);
    }
}

/// Sends one message every 20 us; how long each was on its way.
pub(crate) fn latency(mut send: impl FnMut(Stamped) + 'static) -> Figure {
    Figure::percentiles(move || {
        ARRIVED.store(0, Relaxed);
        let started = Instant::now();
        for index in 0..STAMPED {
            while started.elapsed() < PACE * index as u32 {
                std::hint::spin_loop();
            }
            send(Stamped { index, sent: Instant::now() });
        }
        let waiting = Instant::now();
        while ARRIVED.load(Relaxed) < STAMPED as u64 {
            assert!(waiting.elapsed() < Duration::from_secs(10), "messages did not arrive");
            std::thread::yield_now();
        }
        let mut times: Vec<_> = ON_THE_WAY.iter().map(|time| time.load(Relaxed) as f64).collect();
        percentiles(&mut times)
    })
}

/// A runtime on the thread that calls it.
pub(crate) fn here() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime can be made")
}

/// One on a thread of its own.
pub(crate) fn elsewhere() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime can be made")
}
