//! Subsystems in other processes, by way of [NATS](https://nats.io).
//!
//! A process that has no handlers for `orders://` [mounts](Nats::mount) it: what is sent and asked there goes to NATS. Processes
//! that have the handlers [serve](Nats::serve) it, and share the work.
//!
//! ```no_run
//! use mycelia_router::kernel::{Body, Kernel, Message, Options};
//! use mycelia_router::nats::{JetStream, MountOptions, Nats, Payload, ServeOptions};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! // In the processes that have the handlers:
//! let kernel = Kernel::new();
//! let orders = kernel.subsystem_with("orders", Options { concurrency: 64, ..Options::default() })?;
//! orders.on("{id}/paid", |message: &mut Message| {
//!     let payload = message.get::<Payload>().expect("because it came by NATS");
//!     println!("{}: {:?}", message.param("id").unwrap_or_default(), payload.headers().get("content-type"));
//! })?;
//! let nats = Nats::connect("nats://localhost:4222").await?;
//! let jetstream = Some(JetStream::new("ORDERS"));
//! let served = nats.serve(&orders, ServeOptions { jetstream: jetstream.clone(), ..ServeOptions::default() }).await?;
//! let _workers = kernel.workers(2)?;
//!
//! // In those that have not:
//! let elsewhere = Kernel::new();
//! let orders = elsewhere.subsystem_with("orders", Options { concurrency: 64, ..Options::default() })?;
//! nats.mount(&orders, MountOptions { jetstream, ..MountOptions::default() }).await?;
//! let _others = elsewhere.workers(1)?;
//! elsewhere.ask("orders://7/paid", Body::bytes("{}")).await?; // It was stored, handled, and answered.
//!
//! served.drain().await;
//! # Ok(())
//! # }
//! ```
//!
//! # What travels
//!
//! Bytes and headers. A [`Payload`] has both; a body made by [`Body::bytes`](crate::kernel::Body::bytes) has bytes only, an empty
//! one none. Other bodies are [an error that names their type](NatsError::NotBytes). What arrives, and every reply, is a
//! [`Payload`], whose bytes are also there for those who do not know that type
//! ([`Body::as_bytes`](crate::kernel::Body::as_bytes)). `content-type` is by convention, and the sender's to set.
//!
//! Where a message has a deadline, and with every question, `grpc-timeout` says how much of it is left. With the feature `context`,
//! `traceparent`, `tracestate`, `baggage` and `x-request-id` come from the message's context, and make one where the message arrives,
//! if [`ServeOptions`] has a pool. Priorities and keys stay at home.
//!
//! # Subjects
//!
//! `orders://7/paid` is `orders.7.paid`, under a prefix if there is one. `.`, `*`, `>`, `%`, white space and controls in a segment are
//! `%XX`, an empty segment is `%`. `orders.>` is subscribed to, and the kernel's table finds the handler.
//!
//! # At most once: core NATS
//!
//! A message is delivered when the client has taken it: there is no word from the other side. While there is no connection, the
//! client keeps [some](NatsBuilder::buffer); then messages wait, and after [`MountOptions::timeout`] they are
//! [dead letters](NatsError::Congested). What the client had written to a connection that broke is lost, and so is what nobody had
//! subscribed to. A question whose server is not there is answered at once: [`NatsError::NoResponders`].
//!
//! A process has [`in_flight`](ServeOptions::in_flight) messages in its kernel and [`pending`](ServeOptions::pending) waiting. What
//! comes then is refused and counted; an asker is told ([`code::BUSY`]).
//!
//! # At least once: JetStream
//!
//! A message is delivered when the stream has said that it stored it. Until then it is sent again and again under one name, which the
//! server stores once; after [`MountOptions::timeout`] it is [a dead letter](NatsError::NotStored). It is acknowledged
//! after its handler. If that fails, it is delivered again after a rest that doubles; after
//! [`max_deliveries`](JetStream::max_deliveries) it goes to `dead.orders.7.paid` in the stream `ORDERS_DEAD`, with the reason
//! in `Mycelia-Dead-Reason`. That is also a subsystem: served with the prefix `dead`, its messages have the addresses that they had.
//! A message whose process dies is delivered again after [`ack_wait`](JetStream::ack_wait), elsewhere if there is an elsewhere.
//! So handlers have to bear a message that was handled before.
//!
//! A question that lies in a stream is answered when it was handled, or given up; the answer itself comes at most once. Deadlines
//! do not travel with what is stored: it is to be handled whenever it can be.
//!
//! # Failures
//!
//! A handler's failure is its asker's: [`NatsError::Remote`], with a [`code`]. A message that was not a question and could not
//! be delivered is a dead letter whose reason has [all of it](NatsError::Undelivered). Nothing that came from NATS is sent back there
//! for want of a handler: [`NatsError::Loop`].

#[cfg(fuzzing)]
pub mod fuzzing;

mod connection;
mod counts;
mod error;
mod inbound;
mod jetstream;
mod mount;
mod payload;
mod serve;
mod serve_core;
mod serve_stream;
mod subject;
mod wire;

pub use connection::{Nats, NatsBuilder, Status};
pub use counts::{Counts, NatsStats};
pub use error::{NatsError, RemoteError, code};
pub use jetstream::{JetStream, Retention};
pub use mount::MountOptions;
pub use payload::{Headers, Payload};
pub use serve::{ServeOptions, Served};
pub use subject::MAX_SUBJECT_BYTES;
pub use wire::{DELIVERIES_HEADER, ERROR_HEADER, REASON_HEADER, REPLY_HEADER, TIMEOUT_HEADER};
