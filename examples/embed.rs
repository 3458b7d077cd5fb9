//! A Rust program that runs a piece of TypeScript: `cargo run --example embed`.

use krepis::runtime::{Entry, Runtime, RuntimeOptions};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut runtime = Runtime::new(RuntimeOptions { args: vec!["Ada".into()], ..RuntimeOptions::default() })?;
    let code = "
        const [, name] = process.argv;
        const greeting: string = `Hello, ${name}, from inside a Rust program`;
        console.log(greeting);
        await new Promise((resolve) => setTimeout(resolve, 10));
        process.exitCode = greeting.length;
    ";
    let exit_code = runtime.run(Entry::Source { code: code.into(), name: "greeting.ts".into() })?;
    println!("it ended with {exit_code}");
    Ok(())
}
