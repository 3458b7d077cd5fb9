//! What the heap is asked for: `NAME ROUNDS CALLS FIGURE...`, with lines as those of the clock. In a program of its own, whose
//! allocator is [`Counting`], so that counting slows no peer down where time is taken.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::{Figure, Peer, attempt, report};

pub struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
static ALLOCATED: AtomicUsize = AtomicUsize::new(0);
static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// `realloc` and `alloc_zeroed` are those of the trait, which come here.
// SAFETY: `System` does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        ALLOCATED.fetch_add(layout.size(), Relaxed);
        let live = LIVE.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(live, Relaxed);
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's.
        unsafe { System.dealloc(pointer, layout) };
    }
}

/// What is counted while something runs.
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    pub allocations: f64,
    /// Bytes.
    pub allocated: f64,
    /// By how many bytes the heap is larger afterwards.
    pub kept: f64,
    /// By how many bytes it was larger at most.
    pub peak: f64,
}

/// What `work` takes. What it returns is kept until all is counted.
pub fn count<T>(work: impl FnOnce() -> T) -> (Counts, T) {
    let before = [&ALLOCATIONS, &ALLOCATED, &LIVE].map(|count| count.load(Relaxed));
    PEAK.store(before[2], Relaxed);
    let made = work();
    let counts = Counts {
        allocations: (ALLOCATIONS.load(Relaxed) - before[0]) as f64,
        allocated: (ALLOCATED.load(Relaxed) - before[1]) as f64,
        kept: LIVE.load(Relaxed) as f64 - before[2] as f64,
        peak: (PEAK.load(Relaxed) - before[2]) as f64,
    };
    (counts, made)
}

/// What a figure of the heap is.
pub struct Measure {
    pub name: &'static str,
    /// The figure that is run for it.
    pub source: &'static str,
    /// How often that is run before anything is counted: pools and tables have their size.
    pub warm: u64,
    /// A sample, given how many calls are wanted.
    pub sample: fn(&mut Figure, u64) -> f64,
}

/// A program that counts what it is asked for.
pub fn main(peers: &[Peer], measures: &[Measure]) {
    let mut args = std::env::args();
    let program = args.next().unwrap_or_default();
    let mut number = || args.next().and_then(|text| text.parse::<u64>().ok());
    let (rounds, calls) = (number(), number());
    let names: Vec<_> = args.collect();
    match (rounds, calls) {
        (Some(rounds), Some(calls)) if !names.is_empty() => {
            for name in &names {
                let Some(measure) = measures.iter().find(|measure| measure.name == name) else {
                    eprintln!("there is no figure {name:?}");
                    std::process::exit(2);
                };
                peers.iter().for_each(|peer| measure.report(peer, rounds, calls));
            }
        }
        _ => {
            eprintln!("usage: {program} ROUNDS CALLS FIGURE...");
            std::process::exit(2);
        }
    }
}

impl Measure {
    fn report(&self, peer: &Peer, rounds: u64, calls: u64) {
        let samples = attempt(|| {
            let mut figure = (peer.figure)(self.source)?;
            if self.warm > 0 {
                figure.time(self.warm);
            }
            Some((0..rounds).map(|_| (self.sample)(&mut figure, calls)).collect())
        });
        report(self.name, peer.name, samples);
    }
}
