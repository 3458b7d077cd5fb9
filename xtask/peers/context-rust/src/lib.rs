//! Request contexts in Rust, side by side. Each peer's module offers figures by name; two programs measure them:
//! `context-rust` the time (`main.rs`), `context-rust-heap` what the heap is asked for (`heap.rs`).
//!
//! | name | one call |
//! |---|---|
//! | `create` | a context without fields, and its end |
//! | `child` | a context below one with ten fields, with one more field, and its end |
//! | `request` | a context, ten fields set, each read, and its end |
//! | `crossing` | a context, one field set and read, and its end: what JavaScript is compared with |
//! | `lifecycle` | a context, 100 fields set, each read, all encoded, and its end |
//! | `read`, `read-name` | a text of ten fields, by a key that the compiler knows, and by a text that it does not |
//! | `current` | a context made the current one, the current one asked for, and the former one put back |
//! | `protobuf-encode`, `flatbuffers-encode` | the record of ten fields as bytes, in memory that is there |
//! | `protobuf-decode`, `flatbuffers-decode` | those bytes, which may come from anyone, as something to read fields from |
//! | `burst`, `burst-threads` | 10,000 contexts with one field alive at once, of one thread and of four |

pub mod record;

mod burst;
mod extensions;
mod flat;
mod flex;
mod hash_map;
mod krepis;
mod prosted;
mod rkyved;
mod telemetry;

use harness::{self, Peer};

pub const PEERS: &[Peer] = &[
    Peer { name: "krepis", figure: krepis::figure },
    Peer { name: "http::Extensions", figure: extensions::figure },
    Peer { name: "opentelemetry", figure: telemetry::figure },
    Peer { name: "HashMap", figure: hash_map::figure },
    Peer { name: "prost", figure: prosted::figure },
    Peer { name: "flatbuffers", figure: flat::figure },
    Peer { name: "rkyv", figure: rkyved::figure },
    Peer { name: "flexbuffers", figure: flex::figure },
];
