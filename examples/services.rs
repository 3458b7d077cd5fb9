//! A Rust program whose services a piece of TypeScript resolves: `cargo run --example services`.
//!
//! What the TypeScript holds are handles: the instances live in the Rust container and its scopes, and end with the
//! scope that they were got from.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use krepis::context::Context;
use krepis::di::Builder;
use krepis::runtime::{Entry, NativeServices, Runtime, RuntimeOptions};

#[derive(Default)]
struct Metrics {
    started: AtomicU32,
    ended: AtomicU32,
}

struct Draft(String);

struct Session {
    number: u32,
    metrics: Arc<Metrics>,
}

impl Session {
    fn new(metrics: Arc<Metrics>) -> Self {
        Self { number: metrics.started.fetch_add(1, Ordering::Relaxed) + 1, metrics }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.metrics.ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// Works for the context of who calls: JavaScript's `Context.current()`.
#[derive(Default)]
struct Database;

impl Database {
    fn statement(order: &str) -> String {
        let context = Context::current();
        let tenant = context.as_ref().and_then(|context| context.get_str("tenant.id")).unwrap_or("nobody");
        let has_deadline = context.as_ref().is_some_and(|context| context.remaining().is_some());
        format!("select {order} for {tenant}, {} a timeout", if has_deadline { "with" } else { "without" })
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut builder = Builder::new();
    builder.singleton(Metrics::default);
    builder.singleton(Database::default);
    builder.scoped(Session::new);
    builder.transient_async(|| async { Ok::<_, std::io::Error>(Draft(String::from("a draft"))) });

    let services = NativeServices::new(builder.build()?)
        .expose::<Metrics>("metrics", |class| {
            class
                .getter("started", |metrics| metrics.started.load(Ordering::Relaxed))
                .getter("ended", |metrics| metrics.ended.load(Ordering::Relaxed));
        })?
        .expose::<Database>("database", |class| {
            class
                .method("plan", |_, (order,): (String,)| Database::statement(&order))
                .method_async("find", |_, (order,): (String,)| async move { Database::statement(&order) });
        })?
        .expose::<Draft>("draft", |class| {
            class.getter("text", |draft| draft.0.clone());
        })?
        .expose::<Session>("session", |class| {
            class
                .getter("number", |session| session.number)
                .method("greet", |session, (name, times): (String, Option<u32>)| {
                    let greeting = format!("hello {name}, in session {}", session.number);
                    if times == Some(0) { Err("nobody is greeted zero times") } else { Ok(greeting) }
                })
                .method_async("later", |session, (words,): (Vec<String>,)| async move {
                    format!("{} {}", words.join(" "), session.number)
                });
        })?;

    let options = RuntimeOptions { services: Some(services), ..RuntimeOptions::default() };
    let code = include_str!("services.ts");
    let exit_code =
        Runtime::new(options)?.run(Entry::Source { code: code.into(), name: "services.ts".into() })?;
    std::process::exit(exit_code);
}
