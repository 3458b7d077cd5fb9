//! The Krepis JavaScript runtime: V8, an event loop, I/O drivers, web APIs and an HTTP server.
//!
//! This crate is for embedding: [`Runtime`] runs a program to its end.
//!
//! ```no_run
//! use kiren_runtime::{Entry, Runtime, RuntimeOptions};
//! let mut runtime = Runtime::new(RuntimeOptions::default())?;
//! let exit_code = runtime.run(Entry::File("main.ts".into()))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! One [`Runtime`] is one isolate, one thread, one event loop. It starts faster from a snapshot
//! ([`snapshot::create`], in a build script), and works without one.
//!
//! Without the default feature `runtime`, only [`snapshot`] is built, which needs nothing but V8.

#[cfg(feature = "runtime")]
mod alarm;
mod bootstrap;
pub mod engine;
pub mod snapshot;
mod sources;

#[cfg(feature = "runtime")]
mod builtins;
#[cfg(feature = "runtime")]
mod bus;
#[cfg(feature = "runtime")]
mod contexts;
#[cfg(feature = "runtime")]
mod error;
#[cfg(feature = "runtime")]
mod event_loop;
#[cfg(feature = "runtime")]
pub mod exports;
#[cfg(feature = "runtime")]
mod ext;
#[cfg(feature = "runtime")]
mod fetch;
#[cfg(feature = "runtime")]
pub mod http;
#[cfg(feature = "runtime")]
pub mod io;
#[cfg(feature = "runtime")]
mod modules;
#[cfg(feature = "runtime")]
mod natives;
#[cfg(feature = "runtime")]
mod parcel;
#[cfg(feature = "runtime")]
mod realm;
#[cfg(feature = "runtime")]
mod repl;
#[cfg(feature = "runtime")]
mod runtime;
#[cfg(feature = "runtime")]
pub mod services;
#[cfg(all(feature = "runtime", target_os = "linux"))]
mod stack;
#[cfg(feature = "runtime")]
mod url;

#[cfg(feature = "runtime")]
pub use builtins::NAMES as BUILTIN_MODULES;
#[cfg(feature = "runtime")]
pub use bus::SharedKernel;
#[cfg(feature = "runtime")]
pub use error::{JsError, Place};
#[cfg(feature = "runtime")]
pub use ext::signals::restore_default_signals;
#[cfg(feature = "runtime")]
pub use repl::{Completions, Interrupter, Interruption, Value};
#[cfg(feature = "runtime")]
pub use runtime::{Entry, LoadObserver, Runtime, RuntimeOptions, ServeOptions, Startup};
#[cfg(feature = "runtime")]
pub use services::NativeServices;
#[cfg(feature = "runtime")]
pub use sources::internal_module;
