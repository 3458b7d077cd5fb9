//! Messages between the parts of a program: sent, asked, published, delayed, in order, with bounds.
//!
//! A [`Kernel`] has [`Subsystem`]s. Each has a name, a bounded queue, and handlers for addresses such as
//! `orders://{id}/paid`, found by the route table of this crate. It says what happens when the queue is full, how many messages
//! are handled at once, and what follows a failure.
//!
//! ```
//! use mycelia_router::kernel::{Body, Kernel, Message, Options, Overflow};
//!
//! let kernel = Kernel::new();
//! let options = Options { capacity: 100, overflow: Overflow::Reject, ..Options::default() };
//! let orders = kernel.subsystem_with("orders", options)?;
//! orders.on("{id}/total", |message: &mut Message| {
//!     let prices = message.take::<Vec<u32>>()?;
//!     Ok::<_, mycelia_router::kernel::WrongType>(Body::new(prices.iter().sum::<u32>()))
//! })?;
//!
//! let total = kernel.ask("orders://7/total", vec![3_u32, 4]).wait()?;
//! assert_eq!(total.get::<u32>(), Some(&7));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Who does the work
//!
//! The kernel has no threads and no timer of its own, and knows no async runtime. Messages are handled
//! - by threads, if it is given some: [`Kernel::workers`];
//! - by an event loop that calls [`Kernel::run`] and [`Kernel::ring`], and awaits [`Kernel::work`] in between (feature `tokio`:
//!   `Kernel::drive`);
//! - by a thread that waits for an answer, for room or for the end: [`Ask::wait`], [`Target::send_blocking`],
//!   [`Drained::wait`].
//! - by whoever takes them: [`Subsystem::taker`].
//!
//! # What is guaranteed
//!
//! - A subsystem with a concurrency of one handles messages in the order in which they were sent, the more urgent before. With
//!   more, those with the same [key](Envelope::key) are still handled one after the other, in order.
//! - Every message that was accepted is handled, or is a dead letter with a reason, or was taken back by its sender: see
//!   [`SubsystemStats`]. A panic in a handler costs the message that it had, and nothing else.
//! - Every question is answered, by a reply or an [`AskError`], for as long as someone does the work; with a timeout, as long as
//!   someone rings.
//! - No queue, pool or list of dead letters is without a bound.
//! - After a first time, sending and handling take nothing from the heap: see `tests/kernel_allocations.rs` for what that means.
//!
//! # How it works
//!
//! One lock for each subsystem guards its queue and everything that is decided with it. A sender takes it once, a worker once
//! for up to 64 messages. The queue is a slab of slots of 128 bytes, with lists through it; a message of up to 32 bytes lies in
//! its slot. The design, what it costs and what was tried instead is told in `docs/mycelia-kernel.md` in the repository.

mod body;
mod clock;
mod core;
mod dead_letters;
mod desk;
mod directory;
mod drain;
mod envelope;
mod error;
mod handler;
mod interceptor;
#[cfg(all(test, loom))]
mod loom_tests;
mod message;
mod mount;
mod options;
mod parking;
mod prometheus;
mod queue;
#[cfg(all(test, not(loom)))]
mod queue_tests;
mod ready;
mod reply;
mod run;
mod schedule;
mod sending;
mod sequence;
mod state;
mod stats;
mod subsystem;
mod sync;
mod system;
mod taker;
mod tasks;
mod telemetry;
mod timers;
#[cfg(feature = "tokio")]
mod tokio;
mod waiters;
mod workers;

pub use body::{Body, INLINE_BYTES};
pub use dead_letters::{DeadLetter, DeadLetterCounts};
pub use desk::Status;
pub use drain::Drained;
pub use envelope::{BatchError, Envelope, Target};
pub use error::{AskError, Failure, Reason, Refusal, RegisterError, SendError, WrongType};
pub use handler::{IntoOutcome, Outcome};
pub use interceptor::{About, Interceptor};
pub use message::{Message, MessageId, Priority};
pub use mount::{Delivery, Mount};
pub use options::{Directive, Options, Overflow, Supervision};
pub use prometheus::PROMETHEUS_CONTENT_TYPE;
pub use reply::Ask;
pub use schedule::Scheduled;
pub use sending::Sending;
pub use sequence::{Sequence, SequenceError};
pub use state::State;
pub use stats::{PoolStats, Stats, SubsystemStats};
pub use subsystem::Subsystem;
pub use system::{Kernel, KernelBuilder, Published, WeakKernel};
pub use taker::{Lease, Started, Taker, Taking};
pub use workers::{Work, Workers};
