//! The packages: a program for each of them.

use anyhow::Result;

use crate::bench::results::{Benchmark, Unit};
use crate::bench::rounds::Quantity;
use crate::bench::suites::Context;
use crate::bench::suites::js_peers::{Asked, JsPeers, JsProgram, Runs};

const FIGURES: &[&str] = &["singleton", "scoped", "scope", "transient", "build"];

pub(in crate::bench::suites) const JS: JsPeers = JsPeers {
    suite: "di",
    runtimes: &["node", "bun"],
    shared: &["services.mjs"],
    programs: &[
        JsProgram { runs: Runs::Ours(None), package: None, file: "ours.mjs", figures: FIGURES },
        library("awilix", "awilix", "awilix.mjs"),
        library("inversify", "inversify", "inversify.mjs"),
        library("tsyringe", "tsyringe", "tsyringe.mjs"),
        library("NestJS", "@nestjs/core", "nestjs.mjs"),
        // It has nothing to build.
        JsProgram {
            runs: Runs::Library("by hand"),
            package: None,
            file: "by-hand.mjs",
            figures: FIGURES.split_at(4).0,
        },
    ],
};

const fn library(name: &'static str, package: &'static str, file: &'static str) -> JsProgram {
    JsProgram { runs: Runs::Library(name), package: Some(package), file, figures: FIGURES }
}

pub(super) fn singleton(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "A singleton that exists, in one process with nothing else to do.";
    run(context, "singleton", quantity("di-js-singleton", "singleton, JavaScript", about))
}

pub(super) fn scoped(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "A scoped service that its scope already holds. NestJS answers with a promise, which is awaited; \
                 inversify's scope is a child container.";
    run(context, "scoped", quantity("di-js-scoped", "scoped, warm, JavaScript", about))
}

pub(super) fn scope(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "A scope is opened, Handler(Repo, Session) with Repo(Session) is asked for, and the scope is disposed of, \
                 awaited where that is a promise (awilix, tsyringe). inversify shares within one get and NestJS within a \
                 context id: neither has anything to dispose of.";
    run(context, "scope", quantity("di-js-scope", "fresh scope, a chain of 3, JavaScript", about))
}

pub(super) fn transient(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "A new object with two singletons. NestJS answers with a promise, which is awaited.";
    run(context, "transient", quantity("di-js-transient", "transient with 2 dependencies, JavaScript", about))
}

pub(super) fn build(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "A container with 1,000 classes, each with up to two others; the classes and their metadata exist before. \
                 awilix, inversify and tsyringe register and validate nothing; NestJS also makes every singleton.";
    run(context, "build", quantity("di-js-build", "build 1,000 services, JavaScript", about))
}

fn quantity(id: &'static str, title: &'static str, about: &'static str) -> Quantity {
    Quantity { id, title, about, unit: Unit::Nanoseconds }
}

fn run(context: &Context, figure: &str, quantity: Quantity) -> Result<Vec<Benchmark>> {
    JS.measure(context, &[Asked::figure(figure)], quantity)
}
