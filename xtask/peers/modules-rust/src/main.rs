//! The time: `modules-rust ROUNDS FIGURE...`, see the harness.

fn main() {
    harness::main(peers::PEERS);
}
