//! The suite `runtime`: Krepis beside Node, Deno and Bun as whole processes.
//!
//! The programs are in `xtask/bench/runtime/`. What a program measures inside itself it prints as milliseconds.

mod compute;
mod http;
mod modules;
mod startup;
mod subjects;

pub(super) use subjects::scripts;

use super::{Group, Suite};

pub(crate) const SUITE: Suite = Suite {
    name: "runtime",
    groups: &[
        Group { id: "hello", title: "hello world", run: startup::hello },
        Group { id: "first-response", title: "spawn to first response", run: startup::first_response },
        Group { id: "modules", title: "1,000 modules", run: modules::run },
        Group { id: "fib", title: "fib(35)", run: compute::fib },
        Group { id: "loop", title: "loop of 10M", run: compute::count },
        Group { id: "timers", title: "100k timers", run: compute::timers },
        Group { id: "timer-drift", title: "drift of a 1 s timer", run: compute::drift },
        Group { id: "console", title: "1M lines of console.log", run: compute::console },
        Group { id: "http-hello", title: "HTTP hello", run: http::hello },
        Group { id: "http-rss", title: "memory under load", run: http::memory },
    ],
    programs: subjects::programs,
    libraries: Vec::new,
};
