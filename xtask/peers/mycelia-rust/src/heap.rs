//! What the heap is asked for: `mycelia-rust-heap ROUNDS MESSAGES FIGURE...`, see the harness.

use harness::Figure;
use harness::heap::{self, Counting, Measure};
use peers::QUEUED;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const MEASURES: &[Measure] = &[
    // How often a warm message asks for memory, or a question.
    Measure { name: "send-allocations", source: "send", warm: 10_000, sample: allocations },
    Measure { name: "ask-allocations", source: "ask", warm: 10_000, sample: allocations },
    // How many bytes a message that waits takes, with its part of everything that there is for all of them.
    Measure { name: "queued", source: "queued", warm: 0, sample: bytes_queued },
];

fn allocations(messages: &mut Figure, count: u64) -> f64 {
    heap::count(|| messages.time(count)).0.allocations / count as f64
}

fn bytes_queued(queue: &mut Figure, _: u64) -> f64 {
    let Figure::Build(make) = queue else { panic!("a queue is built, not called") };
    let (counts, queue) = heap::count(make);
    drop(queue);
    counts.kept / QUEUED as f64
}

fn main() {
    heap::main(peers::PEERS, MEASURES);
}
