//! Krepis: a JavaScript and TypeScript server platform.
//!
//! This package is the facade: it re-exports the crates behind features. The command line is the binary `krepis`.
//!
//! | feature | crate | for |
//! |---|---|---|
//! | `context` | [`context`] | request contexts in one block of memory, without an engine |
//! | `di` | [`di`] | dependency injection, validated before it runs, without an engine |
//! | `derive` | [`di`] | the same with `#[derive(Injectable)]`, which needs `#[injectable(crate = krepis::di)]` here |
//! | `lua` (default) | | modules in Lua, in [`modules`] and [`runtime`] where they are on |
//! | `modules` | [`modules`] | module resolution, transpilation and source maps, without an engine |
//! | `mycelia` | `mycelia` | a route table for paths and addresses, and a message kernel on top of it |
//! | `text` | [`text`] | normalize, count words, truncate and tokenize, by the rules of Unicode |
//! | `runtime` (default) | [`runtime`] | V8, event loop, web APIs and HTTP server, to embed |

#[cfg(feature = "text")]
pub use elysia_text as text;
#[cfg(feature = "modules")]
pub use hypers_modules as modules;
#[cfg(feature = "runtime")]
pub use kiren_runtime as runtime;
#[cfg(feature = "context")]
pub use krepis_context as context;
#[cfg(feature = "di")]
pub use krepis_di as di;
#[cfg(feature = "mycelia")]
pub use mycelia_router as mycelia;

/// The examples of the README, as tests.
#[cfg(all(doctest, feature = "modules"))]
#[doc = include_str!("../README.md")]
struct Readme;

/// The examples of the guides, as tests.
#[cfg(all(doctest, feature = "context"))]
#[doc = include_str!("../docs/context.md")]
struct Context;
#[cfg(all(doctest, feature = "di"))]
#[doc = include_str!("../docs/di.md")]
struct Di;
#[cfg(all(doctest, feature = "modules"))]
#[doc = include_str!("../docs/modules.md")]
struct Modules;
#[cfg(all(doctest, feature = "runtime"))]
#[doc = include_str!("../docs/native-modules.md")]
struct NativeModules;
#[cfg(all(doctest, feature = "text"))]
#[doc = include_str!("../docs/text.md")]
struct Text;
