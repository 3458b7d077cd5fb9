//! The suite `mycelia`: `mycelia-router` beside Rust's routers, channels and actors, and `krepis:mycelia` beside JavaScript's
//! routers, Moleculer and EventEmitter, on three runtimes.
//!
//! Rust's figures come from two programs (`xtask/peers/mycelia-rust`), one with a clock and one with an allocator that counts.
//!
//! JavaScript's come from a process for each library, runtime and figure: the `.mjs` files beside this one. All routers are
//! given the same two tables, of 22 and 200 routes, and asked for thousands of paths that differ: a router that keeps answers,
//! or a runtime that keeps the parts of texts, gains nothing by that. What a router answers, and that every message is handled,
//! is checked before it is timed.

mod js;
mod messages;
mod rust;

pub(super) use js::JS;

use super::{Context, Group, Program, Suite};
use crate::bench::results::{Benchmark, Outcome, Unit};
use crate::bench::stats::Stats;

pub(crate) const SUITE: Suite = Suite {
    name: "mycelia",
    groups: &[
        Group { id: "rust-match", title: "route match, Rust", run: rust::matches },
        Group { id: "rust-send", title: "messages on one thread, Rust", run: rust::send },
        Group { id: "rust-across", title: "messages across threads, Rust", run: rust::across },
        Group { id: "rust-ask", title: "questions, Rust", run: rust::ask },
        Group { id: "rust-latency", title: "latency across threads, Rust", run: rust::latency },
        Group { id: "rust-heap", title: "memory of messages, Rust", run: rust::heap },
        Group { id: "js-static", title: "static path, JavaScript", run: js::static_path },
        Group { id: "js-param", title: "one parameter, JavaScript", run: js::param },
        Group { id: "js-several", title: "several parameters, JavaScript", run: js::several },
        Group { id: "js-wildcard", title: "wildcard, JavaScript", run: js::wildcard },
        Group { id: "js-miss", title: "no route, JavaScript", run: js::miss },
        Group { id: "js-mixed", title: "all routes, JavaScript", run: js::mixed },
        Group { id: "js-cut", title: "all routes, path cut out of a URL, JavaScript", run: js::cut },
        Group { id: "messages-send", title: "messages, JavaScript", run: messages::send },
        Group { id: "messages-ask", title: "questions, JavaScript", run: messages::ask },
        Group { id: "messages-create", title: "message create, JavaScript", run: messages::create },
        Group { id: "messages-queued", title: "memory of messages, JavaScript", run: messages::queued },
    ],
    programs,
    libraries,
};

fn programs(context: &Context) -> Vec<(&'static str, Program)> {
    JS.runtimes(context)
}

fn libraries() -> Vec<(String, String)> {
    rust::RUST.versions().into_iter().chain(JS.versions()).collect()
}

/// What took so many nanoseconds, as how often it is done in a second.
fn per_second(mut benchmarks: Vec<Benchmark>) -> Vec<Benchmark> {
    for benchmark in &mut benchmarks {
        benchmark.unit = Unit::PerSecond;
        for entry in &mut benchmark.entries {
            let Outcome::Measured(stats) = &entry.outcome else { continue };
            let rates = stats.samples.iter().map(|nanoseconds| 1e9 / nanoseconds).collect();
            entry.outcome = Stats::of(rates)
                .map_or_else(|| Outcome::Failed("there are no samples".to_owned()), Outcome::Measured);
        }
    }
    benchmarks
}

#[cfg(test)]
mod tests {
    use super::super::super::results::{Entry, KREPIS};
    use super::*;

    #[test]
    fn times_become_rates_and_what_failed_stays() {
        let entry = |subject: &str, outcome| Entry { subject: subject.to_owned(), outcome };
        let benchmark = Benchmark {
            id: "mycelia-rust-send".to_owned(),
            title: String::new(),
            about: String::new(),
            unit: Unit::Nanoseconds,
            entries: vec![
                entry(KREPIS, Outcome::Measured(Stats::of(vec![20.0, 50.0, 40.0]).unwrap())),
                entry("kameo", Outcome::Failed("worn out".to_owned())),
            ],
            goals: Vec::new(),
            notes: Vec::new(),
            bytes: None,
            chart: None,
        };
        let [benchmark] = &per_second(vec![benchmark])[..] else { panic!("one goes in, one comes out") };
        assert_eq!(benchmark.unit, Unit::PerSecond);
        assert_eq!(benchmark.stats(KREPIS).unwrap().samples, [50e6, 20e6, 25e6]);
        assert!(matches!(&benchmark.entries[1].outcome, Outcome::Failed(why) if why == "worn out"));
    }
}
