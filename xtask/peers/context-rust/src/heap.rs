//! What the heap is asked for: `context-rust-heap ROUNDS REQUESTS FIGURE...`, see the harness.

use harness::Figure;
use harness::heap::{self, Counting, Measure};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const MEASURES: &[Measure] = &[
    // How often a warm request asks for memory.
    Measure { name: "allocations", source: "request", warm: 1_000, sample: allocations },
    // For how many bytes.
    Measure { name: "allocated", source: "request", warm: 1_000, sample: allocated },
    // By how many bytes the heap is larger at most while so many requests come one after the other.
    Measure { name: "peak", source: "request", warm: 1_000, sample: peak },
    // The same while 10,000 contexts are alive, after the first such burst.
    Measure { name: "burst-heap", source: "burst", warm: 1, sample: |burst, _| peak(burst, 1) },
];

fn allocations(request: &mut Figure, requests: u64) -> f64 {
    heap::count(|| request.time(requests)).0.allocations / requests as f64
}

fn allocated(request: &mut Figure, requests: u64) -> f64 {
    heap::count(|| request.time(requests)).0.allocated / requests as f64
}

fn peak(work: &mut Figure, times: u64) -> f64 {
    heap::count(|| work.time(times)).0.peak
}

fn main() {
    heap::main(peers::PEERS, MEASURES);
}
