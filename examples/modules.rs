//! A Rust program that adds modules to a program of TypeScript: `cargo run --example modules`.
//!
//! One is written in Rust, one is made when it is first asked for, one is a source in memory, and one is Lua. The
//! program's own exports are called from Rust in the end.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use krepis::modules::exports::{
    CallError, Class, ExportTable, Function, Language, NativeModule, Object, Registry,
};
use krepis::runtime::{Entry, Runtime, RuntimeOptions};

/// How many counters there are.
static LIVE: AtomicUsize = AtomicUsize::new(0);

struct Counter {
    value: i64,
}

impl Counter {
    fn new(value: i64) -> Self {
        LIVE.fetch_add(1, Ordering::Relaxed);
        Self { value }
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

fn shop() -> NativeModule {
    let listeners: Arc<Mutex<Vec<Function>>> = Arc::default();
    let heard = Arc::clone(&listeners);
    let counter = Class::new("Counter")
        .constructor(Counter::new)
        .method("next", |counter: &mut Counter, by: Option<i64>| {
            counter.value += by.unwrap_or(1);
            counter.value
        })
        .method("during", |_: &mut Counter, function: Function| function.call(()))
        .getter("value", |counter: &Counter| counter.value)
        .setter("value", |counter: &mut Counter, value: i64| counter.value = value)
        .static_function("from", |text: String| text.parse::<i64>())
        .build();
    let made = counter.clone();
    NativeModule::new("shop:core")
        .value("version", "1.0")
        .function("live", || LIVE.load(Ordering::Relaxed))
        .function("add", |a: f64, b: f64| a + b)
        .function("total", |prices: Vec<f64>| prices.iter().sum::<f64>())
        .function("parse", |text: String| {
            text.parse::<f64>().map_err(|_| CallError::range_error("no number").with_code("E_PARSE"))
        })
        .function("apply", |function: Function, value: krepis::modules::exports::Value| {
            function.call((value,))
        })
        .function("listen", move |listener: Function| {
            listeners.lock().map(|mut all| all.push(listener)).map_err(|error| error.to_string())
        })
        .function("tell", move |text: String| {
            let all = heard.lock().map_err(|error| CallError::new(error.to_string()))?.clone();
            all.iter().try_for_each(|listener| listener.call((text.as_str(),)).map(drop))
        })
        .function("counter", move |start: i64| made.instance(Counter::new(start)))
        .async_function("later", |value: f64| async move {
            std::thread::sleep(Duration::from_millis(1));
            if value < 0.0 { Err("less than nothing") } else { Ok(value * 2.0) }
        })
        .class(counter)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let registry = Registry::builder()
        .native(shop())
        .builtin("shop:build", || Object::new().with("number", 7))
        .virtual_module("settings", include_str!("modules/settings.ts"), Language::TypeScript)
        .build()?;
    let cwd = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/modules");
    let options = RuntimeOptions { registry: Some(registry), cwd: Some(cwd), ..RuntimeOptions::default() };
    let mut runtime = Runtime::new(options)?;
    let exit_code = runtime.run(Entry::File("main.ts".into()))?;

    let mut prices = runtime.require("./prices.ts")?;
    println!("{:?}", prices.names()?);
    let gross = prices.to_object()?.function("gross")?.clone();
    println!("gross(100) = {:?}", gross.call((100,))?);
    println!("{:#}", gross.call(("free",)).expect_err("because \"free\" is no number"));
    println!("{}", prices.set("rate", 1.into()).expect_err("because an ES module sets its exports"));
    drop((prices, runtime));
    println!("{} counters left", LIVE.load(Ordering::Relaxed));
    println!("{}", gross.call((100,)).expect_err("because the runtime has ended"));
    std::process::exit(exit_code);
}
