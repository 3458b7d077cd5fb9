//! Exports as data: what a module gives, seen the same from Rust, V8 and Lua.
//!
//! A [`Value`] crosses from one engine to another: data by copy, a [`Function`] and an [`Instance`] by reference. An
//! [`Object`] is an ordered table of them; [`ExportTable`] is what an engine's own exports object looks like from Rust,
//! with JSON on both sides. A [`NativeModule`] is written in Rust and works in every engine:
//!
//! ```
//! use hypers_modules::exports::{Class, NativeModule};
//!
//! struct Counter {
//!     value: f64,
//! }
//!
//! let module = NativeModule::new("mycrate:thing")
//!     .value("version", "1.0")
//!     .function("add", |a: f64, b: f64| a + b)
//!     .class(
//!         Class::new("Counter")
//!             .constructor(|start: f64| Counter { value: start })
//!             .method("next", |counter: &mut Counter| {
//!                 counter.value += 1.0;
//!                 counter.value
//!             })
//!             .getter("value", |counter: &Counter| counter.value),
//!     );
//!
//! let exports = module.exports();
//! let add = exports.function("add")?;
//! assert_eq!(add.call((1, 2))?, 3.0.into());
//! assert_eq!(
//!     add.call((1, "two")).unwrap_err().to_string(),
//!     "TypeError: mycrate:thing.add(): argument 2: expected a number, found the string \"two\"",
//! );
//! # Ok::<(), hypers_modules::exports::CallError>(())
//! ```
//!
//! What it guarantees: every value can be sent to another thread. A function that belongs to an engine says so when it is
//! called on another thread or after its engine ended; two calls that need one instance at the same time are an error.
//! No table is deeper than [`MAX_DEPTH`] when it crosses.

mod cache;
mod class;
mod convert;
mod crossing;
mod error;
mod function;
mod json;
mod local;
#[cfg(feature = "lua")]
pub mod lua;
mod native;
mod registry;
mod table;
mod value;

pub use cache::{CacheStats, ExportCache, Serialized, Stamp};
pub use class::{
    BuiltClass, Class, ClassInfo, Constructor, Instance, Member, MemberKind, Method, TryConstructor,
};
pub use convert::{FromValue, IntoValue, Mismatch, Rest};
pub use crossing::{Crossing, Uncrossable};
pub use error::CallError;
pub use function::{Arguments, Function, IntoArguments, NativeFn};
pub use local::LocalFn;
pub use native::{AsyncNativeFn, Deferred, NativeModule, Pending};
pub(crate) use registry::VIRTUAL;
pub use registry::{Language, Registry, RegistryBuilder, RegistryError, VirtualModule};
/// Text of up to 23 bytes in place, longer text shared: names and strings of exports.
pub use smol_str::SmolStr;
pub use table::ExportTable;
pub use value::{MAX_DEPTH, Object, Value};
