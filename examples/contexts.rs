//! A Rust program and two isolates, each on a thread of its own, that share one request context: `cargo run --example contexts`.

use std::thread;
use std::time::Duration;

use krepis::context::Cause;
use krepis::runtime::{Entry, Runtime, RuntimeOptions};

/// Finds the context by its id, says so in a field, and waits for its end.
const WORKER: &str = r#"
    import { Context } from "krepis:context";
    const [, name, id] = process.argv;
    using request = Context.find(id)!;
    const ended = new Promise((resolve) => request.signal.addEventListener("abort", resolve));
    request.set(`worker.${name}`, `works for ${request.get("tenant.id")}`);
    const alive = setInterval(() => {}, 1000);
    await ended;
    clearInterval(alive);
    request.set(`worker.${name}.ended`, request.signal.reason.message);
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let request = Runtime::new(RuntimeOptions::default())?.contexts().create()?;
    request.set("tenant.id", "acme")?;
    let workers = ["a", "b"].map(|name| {
        let args = vec![name.into(), request.id().to_string()];
        thread::spawn(move || {
            let mut worker = Runtime::new(RuntimeOptions { args, ..RuntimeOptions::default() })?;
            worker.run(Entry::Source { code: WORKER.into(), name: "worker.ts".into() })
        })
    });
    let is_ready = |name| request.get(name).is_some();
    while !(is_ready("worker.a") && is_ready("worker.b")
        || workers.iter().any(thread::JoinHandle::is_finished))
    {
        thread::sleep(Duration::from_millis(1));
    }
    request.cancel(Cause::Shutdown);
    for worker in workers {
        let exit_code = worker.join().expect("the worker does not panic")?;
        assert_eq!(exit_code, 0);
    }
    let mut fields: Vec<_> = request.entries().collect();
    fields.sort_by_key(|(name, _)| name.as_str());
    for (name, value) in fields {
        println!("{} = {}", name.as_str(), value.as_str().unwrap_or_default());
    }
    let pool = request.pool();
    drop(request);
    println!("{} in use", pool.statistics().in_use);
    Ok(())
}
