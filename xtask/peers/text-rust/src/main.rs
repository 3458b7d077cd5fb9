//! The time: `text-rust ROUNDS FIGURE...`, see the harness.

fn main() {
    harness::main(peers::PEERS);
}
