#![doc = include_str!("../README.md")]
#![allow(unsafe_code)] // Bytes that JavaScript shares: `region`, `entries`; values lent out of a lock: `host`.

mod cause;
pub mod codec;
mod context;
mod current;
mod deadlines;
mod entries;
mod error;
mod host;
pub mod http;
mod key;
mod layout;
#[cfg(all(test, loom))]
mod loom_tests;
mod magazine;
mod pool;
mod region;
mod sync;
#[cfg(feature = "telemetry")]
pub mod telemetry;
mod time;
mod trace;
mod value;

pub use cause::Cause;
pub use context::{Cancelled, Context, Entries};
pub use error::{CreateError, DecodeError, PoolError, SetError, StaleContext};
pub use host::ListenerId;
pub use key::{Key, WELL_KNOWN};
pub use magazine::Counts;
pub use pool::{Borrowed, ContextId, ContextPool, Options, Statistics};
pub use time::Time;
pub use trace::{SpanId, Trace, TraceFlags, TraceId};
pub use value::Value;
