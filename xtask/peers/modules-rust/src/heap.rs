//! What the heap is asked for: `modules-rust-heap ROUNDS CALLS FIGURE...`, see the harness.

use harness::Figure;
use harness::heap::{self, Counting, Measure};
use peers::SPECIFIERS;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const MEASURES: &[Measure] = &[
    // How often a specifier that was asked for before asks for memory.
    Measure { name: "relative-allocations", source: "relative", warm: 1000, sample: allocations },
    Measure { name: "package-allocations", source: "package", warm: 1000, sample: allocations },
    // How many bytes a resolver keeps of each specifier that it has found, with its part of everything behind that.
    Measure { name: "known", source: "cold", warm: 1, sample: bytes_known },
];

fn allocations(calls: &mut Figure, count: u64) -> f64 {
    heap::count(|| calls.time(count)).0.allocations / count as f64
}

fn bytes_known(resolver: &mut Figure, _: u64) -> f64 {
    let Figure::Build(make) = resolver else { panic!("a resolver is built, not called") };
    let (counts, resolver) = heap::count(make);
    drop(resolver);
    counts.kept / SPECIFIERS as f64
}

fn main() {
    heap::main(peers::PEERS, MEASURES);
}
