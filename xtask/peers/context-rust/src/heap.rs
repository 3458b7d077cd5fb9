//! What the heap is asked for: `context-rust-heap ROUNDS REQUESTS FIGURE...`, with lines like those of `context-rust`.
//! A program of its own, so that counting slows no peer down where time is taken.
//!
//! | name | a sample |
//! |---|---|
//! | `allocations` | how often a warm `request` asks for memory |
//! | `allocated` | for how many bytes |
//! | `peak` | by how many bytes the heap is larger at most while so many requests come one after the other |
//! | `burst-heap` | the same while 10,000 contexts are alive, after the first such burst |

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use peers::PEERS;
use peers::harness::{self, Figure, Peer};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
static ALLOCATED: AtomicUsize = AtomicUsize::new(0);
static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

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

/// Before it is counted: pools and tables have their size.
const WARM: u64 = 1_000;

fn main() {
    let mut args = std::env::args().skip(1);
    let mut number = || args.next().and_then(|text| text.parse().ok());
    let (rounds, requests) = (number(), number());
    let names: Vec<_> = args.collect();
    match (rounds, requests) {
        (Some(rounds), Some(requests)) if !names.is_empty() => {
            for name in &names {
                PEERS.iter().for_each(|peer| measure(peer, name, rounds as usize, requests));
            }
        }
        _ => {
            eprintln!("usage: context-rust-heap ROUNDS REQUESTS FIGURE...");
            std::process::exit(2);
        }
    }
}

fn measure(peer: &Peer, name: &str, rounds: usize, requests: u64) {
    let source = if name == "burst-heap" { "burst" } else { "request" };
    let samples = harness::attempt(|| {
        let mut figure = (peer.figure)(source)?;
        figure.time(if name == "burst-heap" { 1 } else { WARM });
        Some((0..rounds).map(|_| sample(&mut figure, name, requests)).collect())
    });
    harness::report(name, peer.name, samples);
}

fn sample(figure: &mut Figure, name: &str, requests: u64) -> f64 {
    let calls = if name == "burst-heap" { 1 } else { requests };
    let before = [&ALLOCATIONS, &ALLOCATED, &LIVE].map(|count| count.load(Relaxed));
    PEAK.store(before[2], Relaxed);
    figure.time(calls);
    match name {
        "allocations" => (ALLOCATIONS.load(Relaxed) - before[0]) as f64 / calls as f64,
        "allocated" => (ALLOCATED.load(Relaxed) - before[1]) as f64 / calls as f64,
        "peak" | "burst-heap" => (PEAK.load(Relaxed) - before[2]) as f64,
        other => panic!("there is no figure {other:?}"),
    }
}
