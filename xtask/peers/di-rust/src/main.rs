//! Dependency injection in Rust, side by side: `di-rust ROUNDS FIGURE...`, see the harness.
//!
//! A figure is what a peer's module offers under that name:
//!
//! | name | one call |
//! |---|---|
//! | `singleton-ref` | a singleton by its type, as `&T` |
//! | `singleton` | a singleton by its type, as `Arc<T>` |
//! | `singleton-key` | a singleton by a typed key |
//! | `scoped` | a scoped service that its scope already holds |
//! | `scope-chain` | a scope, `Handler(Repo, Session)` and `Repo(Session)` and `Session` out of it, and its end |
//! | `scope-flat` | the same with three services that do not know each other |
//! | `transient` | a transient service with two singletons |
//! | `build-1000`, `build-10000` | a container for so many services, validated where the peer validates |

mod by_hand;
mod ferrous;
mod krepis;
mod more;
mod services;
mod shaku;

use harness::{self, Peer};

const PEERS: &[Peer] = &[
    Peer { name: "krepis", figure: krepis::figure },
    Peer { name: "shaku", figure: shaku::figure },
    Peer { name: "ferrous-di", figure: ferrous::figure },
    Peer { name: "more-di", figure: more::figure },
    Peer { name: "by hand", figure: by_hand::figure },
];

fn main() {
    harness::main(PEERS);
}
