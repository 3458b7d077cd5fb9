//! Input and output on one thread: owned buffers go in, owned buffers come out.
//!
//! Two drivers have the same shape: `uring` hands every operation to the kernel with its buffer and gets both back
//! on completion; `portable` waits for readiness (epoll, kqueue, IOCP) and does the operation itself. Which one runs
//! is decided once, by [`select`]; everything above this module is the same code on both.
//!
//! ```
//! use kiren_runtime::io::{self, ListenOptions, Runtime, TcpListener, TcpStream};
//!
//! let runtime = Runtime::new(io::select()?.driver)?;
//! runtime.block_on(async {
//!     let listener = TcpListener::bind("127.0.0.1:0".parse().unwrap(), ListenOptions::default())?;
//!     let client = TcpStream::connect(listener.local_addr()).await?;
//!     let (server, _peer) = listener.accept().await?;
//!     let (written, _buffer) = client.write_all(b"hello".to_vec()).await;
//!     written?;
//!     let (read, buffer) = server.read(Vec::with_capacity(64)).await;
//!     assert_eq!(&buffer[..read?], b"hello");
//!     Ok::<_, std::io::Error>(())
//! })?;
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! What holds here: a buffer lives until its operation has completed, also when nobody waits for it any more; a
//! connection that arrives after its listener is gone is closed; no operation allocates a future on the heap.

mod pool;
mod runtime;
mod select;
mod tcp;
#[cfg(target_os = "linux")]
mod uring;

pub use pool::{BufferPool, LARGE_LEN_BYTES, SMALL_LEN_BYTES};
pub use runtime::{Runtime, turn};
pub use select::{Driver, SelectError, Selection, select};
pub use tcp::{BufferResult, ListenOptions, TcpListener, TcpStream};
