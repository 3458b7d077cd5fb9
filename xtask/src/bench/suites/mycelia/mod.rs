//! The suite `mycelia`: `krepis:mycelia` beside JavaScript's routers, on three runtimes. What `mycelia-router` itself takes
//! beside other crates is measured by its own benchmarks, `table` and `kernel`.
//!
//! A process for each router, runtime and figure: the `.mjs` files beside this one. All are given the same two tables, of 22
//! and 200 routes, and asked for thousands of paths that differ: a router that keeps answers, or a runtime that keeps the parts
//! of texts, gains nothing by that. What a router answers is checked before it is timed.

mod js;

pub(super) use js::JS;

use super::{Context, Group, Program, Suite};

pub(crate) const SUITE: Suite = Suite {
    name: "mycelia",
    groups: &[
        Group { id: "js-static", title: "static path, JavaScript", run: js::static_path },
        Group { id: "js-param", title: "one parameter, JavaScript", run: js::param },
        Group { id: "js-several", title: "several parameters, JavaScript", run: js::several },
        Group { id: "js-wildcard", title: "wildcard, JavaScript", run: js::wildcard },
        Group { id: "js-miss", title: "no route, JavaScript", run: js::miss },
        Group { id: "js-mixed", title: "all routes, JavaScript", run: js::mixed },
        Group { id: "js-cut", title: "all routes, path cut out of a URL, JavaScript", run: js::cut },
    ],
    programs,
    libraries,
};

fn programs(context: &Context) -> Vec<(&'static str, Program)> {
    JS.runtimes(context)
}

fn libraries() -> Vec<(String, String)> {
    JS.versions()
}
