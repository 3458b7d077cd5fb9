//! The services that every peer is given.
#![expect(dead_code, reason = "services are made and held here, never used")]

use std::sync::Arc;

/// The singletons.
#[derive(Default)]
pub(crate) struct Db {
    pub(crate) queries: u64,
}

#[derive(Default)]
pub(crate) struct Config {
    pub(crate) retries: u64,
}

/// The chain that a request asks for.
#[derive(Default)]
pub(crate) struct Session {
    pub(crate) user: u64,
}

pub(crate) struct Repo {
    pub(crate) session: Arc<Session>,
}

pub(crate) struct Handler {
    pub(crate) repo: Arc<Repo>,
    pub(crate) session: Arc<Session>,
}

/// Three scoped services that do not know each other.
#[derive(Default)]
pub(crate) struct Cart {
    pub(crate) items: u64,
}

#[derive(Default)]
pub(crate) struct Locale {
    pub(crate) language: u64,
}

#[derive(Default)]
pub(crate) struct Trace {
    pub(crate) spans: u64,
}

/// The transient one.
pub(crate) struct Command {
    pub(crate) db: Arc<Db>,
    pub(crate) config: Arc<Config>,
}

/// The graph of the builds, a decimal tree: service `i` needs `i / 10` and `i / 100`, and 0 needs none.
pub(crate) fn needs(service: usize) -> impl Iterator<Item = usize> {
    let parents: &[usize] = match service {
        0 => &[],
        1..10 => &[10],
        _ => &[10, 100],
    };
    parents.iter().map(move |divisor| service / divisor)
}
