//! Route tables and messages in Rust, side by side. Each peer's module offers figures by name; two programs measure them:
//! `mycelia-rust` the time (`main.rs`), `mycelia-rust-heap` what the heap is asked for (`heap.rs`).
//!
//! | name | one call |
//! |---|---|
//! | `match-130` | a path of matchit's own benchmark, found in its 130 routes |
//! | `match-130-life` | the same with parameters of the length that they have in life |
//! | `match-hub`, `match-3000` | the same in tables of 720 and 3,000 routes |
//! | `send` | a message sent and handled on one thread, a thousand sent before they are handled |
//! | `across` | a message sent on one thread and handled on another, as fast as it is taken |
//! | `ask` | a question and its answer on one thread |
//! | `round-trip` | the same across threads, one question at a time |
//! | `latency` | from sending to handling across threads, at 50,000 messages a second |
//! | `queued` | a queue with a million messages of a `u64` that nobody handles |

use harness::Peer;

#[path = "../../../../mycelia-router/benches/tables/mod.rs"]
mod tables;

mod kameos;
mod krepis;
mod measures;
mod ractors;
mod routers;
mod tasks;
mod threads;

pub use measures::QUEUED;

pub const PEERS: &[Peer] = &[
    Peer { name: "krepis", figure: krepis::figure },
    Peer { name: "krepis batch", figure: krepis::batch },
    Peer { name: "krepis by address", figure: krepis::by_address },
    Peer { name: "krepis sequence", figure: krepis::sequence },
    Peer { name: "matchit", figure: routers::matchit },
    Peer { name: "wayfind", figure: routers::wayfind },
    Peer { name: "path-tree", figure: routers::path_tree },
    Peer { name: "actix-router", figure: routers::actix },
    Peer { name: "tokio mpsc + task", figure: tasks::figure },
    Peer { name: "std channel + thread", figure: threads::figure },
    Peer { name: "kameo", figure: kameos::figure },
    Peer { name: "ractor", figure: ractors::figure },
];
