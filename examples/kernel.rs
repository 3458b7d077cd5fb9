//! A Rust program and an isolate that share a message kernel: `cargo run --example kernel`.

use std::thread;

use krepis::mycelia::kernel::{Body, Kernel, Message};
use krepis::runtime::{Entry, Runtime, RuntimeOptions, SharedKernel};
use serde_json::{Value, json};

/// Handles `quotes`, and asks Rust for `prices`.
const QUOTES: &str = r#"
    import { Kernel } from "krepis:mycelia";
    const kernel = Kernel.host!;
    kernel.on("quotes://{customer}", async ({ params, body }) => {
      const prices = await Promise.all(body.items.map((item: string) => kernel.ask(`prices://${item}`, body.currency)));
      return { customer: params.customer, total: prices.reduce((sum, price) => sum + price.amount, 0), prices };
    });
    kernel.on("quotes://{customer}/refuse", ({ params }) => {
      throw new RangeError(`nothing for ${params.customer}`);
    });
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let kernel = Kernel::new();
    let prices = kernel.subsystem("prices")?;
    prices.on("{item}", |message: &mut Message| {
        let currency = message.take::<String>()?;
        let item = message.param("item").unwrap_or_default().to_owned();
        let amount = item.len() * 3;
        Ok::<_, krepis::mycelia::kernel::WrongType>(Body::new(
            json!({ "item": item, "amount": amount, "currency": currency }),
        ))
    })?;
    let workers = kernel.workers(1)?;

    let shared = SharedKernel::new(kernel.clone());
    let isolate = thread::spawn(move || {
        let options = RuntimeOptions { kernel: Some(shared), ..RuntimeOptions::default() };
        Runtime::new(options)?.run(Entry::Source { code: QUOTES.into(), name: "quotes.ts".into() })
    });
    while kernel.target("quotes://ada").is_err() && !isolate.is_finished() {
        thread::yield_now();
    }

    let quote = kernel.ask("quotes://ada", json!({ "items": ["tea", "sugar"], "currency": "EUR" })).wait()?;
    println!("{}", quote.get::<Value>().ok_or("expected JSON")?);
    let refusal = kernel.ask("quotes://bob/refuse", ()).wait();
    println!("{}", refusal.err().ok_or("expected a refusal")?);

    kernel.shutdown();
    drop(workers);
    println!("the isolate ended with {}", isolate.join().expect("the isolate's thread does not panic")?);
    Ok(())
}
