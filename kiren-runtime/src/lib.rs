//! Runtime.

#[cfg(feature = "runtime")]
pub mod http;
#[cfg(feature = "runtime")]
pub mod io;
