//! An HTTP/1.1 server on one thread, without knowledge of who answers the requests.
//!
//! [`Server::start`] accepts connections and hands each request to a [`Service`], synchronously, from the
//! connection's task. The service answers through the [`Request`] it was given: at once, in which case the response
//! is serialised straight into the connection's buffer and nothing is allocated or woken, or later from any task of
//! the thread. Pipelined requests that are answered at once leave in one write.
//!
//! ```
//! use std::{rc::Rc, time::Duration};
//! use kiren_runtime::{http::{Body, Options, Request, Server, Service}, io::{self, ListenOptions, Runtime, TcpListener}};
//!
//! struct Hello;
//! impl Service for Hello {
//!     fn call(&self, request: Request) {
//!         let headers = [(&b"content-type"[..], &b"text/plain"[..])];
//!         request.respond(200, headers, Body::Slice(b"hello")).expect("because these headers are valid");
//!     }
//! }
//!
//! let runtime = Runtime::new(io::select()?.driver)?;
//! runtime.block_on(async {
//!     let listener = TcpListener::bind("127.0.0.1:0".parse().unwrap(), ListenOptions::default())?;
//!     let server = Server::start(listener, Rc::new(Hello), Options::default());
//!     server.drain(Duration::from_secs(10)).await;
//!     Ok::<_, std::io::Error>(())
//! })?;
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! What holds here: every buffer is bounded, in number and size; a client that is slow, silent or gone costs one
//! connection for a limited time; a request that was refused never reaches the service; a handle to a request that
//! is over does nothing but say so.
//!
//! Deliberately absent: HTTP/2 and TLS (hyper and rustls do them), compression, routing.

pub mod codec;

mod clock;
mod connection;
mod exchange;
mod output;
mod request;
mod server;

#[cfg(test)]
mod tests;

pub use request::{Body, BodyError, BodySender, HeadView, Request, RequestId, ResponseError, Upgraded};
pub use server::{Options, Server, Service};
