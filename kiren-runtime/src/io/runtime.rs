//! The loop: tokio's current-thread scheduler with a set of local tasks, with or without a ring.

use std::{future::Future, io};

use tokio::task::LocalSet;

use super::Driver;

/// One thread's loop. Local tasks, timers and `tokio::net` work on it whichever driver it has.
#[derive(Debug)]
pub struct Runtime {
    engine: Engine,
}

enum Engine {
    /// Field order is drop order: local tasks go before the scheduler whose timers they hold.
    Portable { local: LocalSet, tokio: tokio::runtime::Runtime },
    #[cfg(target_os = "linux")]
    Uring(tokio_uring::Runtime),
}

impl Runtime {
    /// Starts a loop on the calling thread; the thread itself is the only one.
    ///
    /// # Errors
    /// When the kernel refuses the poll descriptor or the ring, or `driver` is `Uring` outside Linux.
    pub fn new(driver: Driver) -> io::Result<Self> {
        let engine = match driver {
            Driver::Portable => Engine::Portable {
                local: LocalSet::new(),
                tokio: tokio::runtime::Builder::new_current_thread().enable_all().build()?,
            },
            #[cfg(target_os = "linux")]
            Driver::Uring => Engine::Uring(tokio_uring::Runtime::new(&tokio_uring::builder())?),
            #[cfg(not(target_os = "linux"))]
            Driver::Uring => {
                return Err(io::Error::new(io::ErrorKind::Unsupported, "io_uring exists on Linux only"));
            }
        };
        Ok(Self { engine })
    }

    /// Runs `future` and the tasks it spawned until `future` is ready. Tasks that are left over go on at the next call.
    ///
    /// # Panics
    /// Inside another runtime.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        match &self.engine {
            Engine::Portable { local, tokio } => local.block_on(tokio, future),
            #[cfg(target_os = "linux")]
            Engine::Uring(runtime) => super::uring::enter(|| runtime.block_on(future)),
        }
    }

    /// The driver this loop was started with.
    pub fn driver(&self) -> Driver {
        self.engine.driver()
    }
}

impl Engine {
    fn driver(&self) -> Driver {
        match self {
            Self::Portable { .. } => Driver::Portable,
            #[cfg(target_os = "linux")]
            Self::Uring(_) => Driver::Uring,
        }
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.driver().fmt(f)
    }
}
