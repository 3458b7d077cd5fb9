//! What a module system in Rust does, side by side. Each peer's module offers figures by name; two programs measure them:
//! `modules-rust` the time (`main.rs`), `modules-rust-heap` what the heap is asked for (`heap.rs`).
//!
//! | name | one call |
//! |---|---|
//! | `relative`, `package`, `builtin` | a specifier resolved that was asked for before |
//! | `missing` | the same for one that names nothing |
//! | `cold-relative` | a resolver that knows nothing, and 500 files of one directory |
//! | `cold` | the same with 500 packages, each by its name and by a path within, beside those files |
//! | `load-js`, `load-ts` | a file of about 10 KB read, and made ready to run |
//! | `load-undeclared` | the same for JavaScript of which nothing says what module system it is for |
//! | `transpile` | the text of `load-ts` compiled |
//! | `code` | 64 KB that an engine once made of a source, found again |
//! | `export-table` | a small JSON object as a table of exports, and back |
//! | `export-file` | the exports of a JSON file that was read before |
//! | `cycle` | whether an import closes a cycle, 64 modules deep |
//! | `cycle-1000` | 1,000 modules with their imports told to a detector, each asked about first |

use harness::Peer;

mod data;
mod loading;
mod oxc;
mod plain;
mod resolving;
mod tree;

pub use tree::SPECIFIERS;

pub const PEERS: &[Peer] = &[
    Peer { name: "krepis", figure: krepis },
    Peer { name: "krepis watched", figure: resolving::watched },
    Peer { name: "krepis compile cache", figure: loading::cached },
    Peer { name: "oxc_resolver", figure: oxc::figure },
    Peer { name: "std::fs", figure: plain::files },
    Peer { name: "serde_json", figure: plain::json },
];

fn krepis(name: &str) -> Option<harness::Figure> {
    resolving::figure(name).or_else(|| loading::figure(name)).or_else(|| data::figure(name))
}
