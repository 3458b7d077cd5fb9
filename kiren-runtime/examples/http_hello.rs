//! The server engine without JavaScript: what a handler in JavaScript can at most reach.
//!
//! `cargo run --release --example http_hello -p kiren-runtime -- [ADDRESS]`; `KREPIS_IO` chooses the driver.

use std::{env, error::Error, rc::Rc, time::Duration};

use kiren_runtime::{
    http::{Body, Options, Request, Server, Service},
    io::{self, ListenOptions, Runtime, TcpListener},
};

struct Hello;

impl Service for Hello {
    fn call(&self, request: Request) {
        let headers = [(&b"content-type"[..], &b"text/plain;charset=UTF-8"[..])];
        request
            .respond(200, headers, Body::Slice(b"Hello, World!"))
            .expect("because the request was just handed over and the header is valid");
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".into()).parse()?;
    let selection = io::select()?;
    let runtime = Runtime::new(selection.driver)?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address, ListenOptions::default())?;
        let server = Server::start(listener, Rc::new(Hello), Options::default());
        println!("http://{} ({}: {})", server.local_addr(), selection.driver, selection.reason);
        tokio::signal::ctrl_c().await?;
        server.drain(Duration::from_secs(5)).await;
        Ok(())
    })
}
