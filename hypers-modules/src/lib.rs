//! Modules for a JavaScript engine, without the engine: which file a specifier names, what format it has, and the
//! JavaScript that it becomes.
//!
//! A [`Loader`] resolves specifiers as Node does ([`Loader::resolve`]: packages, `exports` and `imports` maps,
//! built-ins, `file:` and `data:` URLs) and as TypeScript projects need it (path aliases, `.js` that is `.ts`), and
//! reads what was found ([`Loader::load`]): ECMAScript modules, CommonJS, JSON, WebAssembly, and TypeScript or JSX
//! compiled by [`transpile`] with a [`SourceMap`]. [`cjs_exports`] and [`module_syntax`] answer what an engine asks
//! about CommonJS. A [`CompileCache`] keeps what was compiled on disk, and an engine's own code beside it. Running
//! modules, caching their instances and knowing what a built-in does is the engine's part.
//!
//! ```
//! use hypers_modules::{Format, ImportType, Loader, LoaderOptions, RequestKind};
//!
//! let directory = tempfile::tempdir()?;
//! std::fs::write(directory.path().join("main.ts"), "import { one } from './one'; one.toFixed();")?;
//! std::fs::write(directory.path().join("one.ts"), "export const one: number = 1;")?;
//!
//! let cwd = directory.path().canonicalize()?;
//! let loader = Loader::new(LoaderOptions { cwd, builtins: &["node:fs"], ..LoaderOptions::default() });
//! let main = loader.resolve_entry("main.ts")?;
//! let one = loader.resolve("./one", &main.url(), RequestKind::Import)?;
//! let source = loader.load(&one, ImportType::Unspecified, RequestKind::Import)?;
//! assert_eq!(source.format, Format::Esm);
//! assert_eq!(source.code.text(), "export const one = 1;\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What it guarantees: no input makes it panic or overflow the stack; an error names the specifier, the module that
//! asked and Node's code; JavaScript that needs no compiling is handed through as it was read.

#![forbid(unsafe_code)]

mod cache;
mod compile;
mod error;
pub mod exports;
pub mod graph;
mod load;
mod loader;
mod read;
mod resolve;

#[cfg(feature = "lua")]
pub use exports::lua;

#[cfg(test)]
mod tests;

/// The compiler that [`transpile`] uses, and its version.
pub const COMPILER: &str = "oxc 0.146.0";

pub use cache::{
    CacheCounters, CacheFolderError, CacheOptions, CacheSurvey, Cleared, CodeKey, CodeKind, CompileCache,
    EntryCount, EntryKind,
};
pub use compile::cjs::{CjsExports, cjs_exports};
pub use compile::frame::CodeFrame;
pub use compile::repl::{ReplInput, repl_is_incomplete, repl_rewrite};
pub use compile::sourcemap::{OriginalPosition, SourceMap, SourceMapError};
pub use compile::syntax::{ModuleSyntax, module_syntax};
pub use compile::transpile::{CompilerOptions, Jsx, TranspileOptions, Transpiled, transpile};
pub use error::{Diagnostic, LoadError, ResolveError, TranspileError, Tried};
pub use graph::{ImportKind, ImportSite, ModuleGraph, imports};
pub use load::{Code, Format, ImportType, Source};
pub use loader::{Loader, LoaderOptions, Tsconfig};
pub use resolve::suggest::nearest;
pub use resolve::url::{file_path, file_url};
#[cfg(feature = "watch")]
pub use resolve::watch::Watcher;
pub use resolve::{RequestKind, Resolution, SCHEME_ONLY};
