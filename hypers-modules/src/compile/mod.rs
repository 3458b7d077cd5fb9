//! What source text becomes: JavaScript from TypeScript and JSX, with source maps and code frames, and what a module's
//! text tells about its exports and its kind.

pub(crate) mod cjs;
pub(crate) mod decorators;
pub(crate) mod frame;
pub(crate) mod repl;
pub(crate) mod sourcemap;
pub(crate) mod stack;
pub(crate) mod syntax;
pub(crate) mod transpile;
