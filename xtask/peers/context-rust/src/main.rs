//! The time: `context-rust ROUNDS FIGURE...` prints one line of JSON for each peer and figure,
//! `{"name": "read", "peer": "HashMap", "samples": [...]}` in nanoseconds, or an `"error"` in the place of the samples.
//! A burst has a second line, whose peer is `HashMap p99`.

use peers::{PEERS, harness};

fn main() {
    let mut args = std::env::args().skip(1);
    let rounds = args.next().and_then(|text| text.parse().ok());
    let figures: Vec<_> = args.collect();
    match rounds {
        Some(rounds) if !figures.is_empty() => {
            figures.iter().for_each(|figure| harness::compare(PEERS, figure, rounds));
        }
        _ => {
            eprintln!("usage: context-rust ROUNDS FIGURE...");
            std::process::exit(2);
        }
    }
}
