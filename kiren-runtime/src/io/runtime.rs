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
            Driver::Uring => Engine::Uring(super::uring::start()?),
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

/// Lets other tasks run and the kernel be asked once, for a future that has more to do right away. A loop that never
/// waits for anything has to await this now and then: tokio-uring submits operations only when the thread would
/// otherwise sleep, which waking oneself (or tokio's `yield_now`) prevents.
pub async fn turn() {
    #[cfg(target_os = "linux")]
    if super::uring::is_current() {
        return super::uring::turn().await;
    }
    tokio::task::yield_now().await;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::{ListenOptions, TcpListener, TcpStream, select};

    fn both_drivers(test: impl Fn(&Runtime)) {
        test(&Runtime::new(Driver::Portable).unwrap());
        if matches!(select(), Ok(selection) if selection.driver == Driver::Uring) {
            test(&Runtime::new(Driver::Uring).unwrap());
        }
    }

    #[test]
    fn tokio_works_inside() {
        both_drivers(|runtime| {
            let answer = runtime.block_on(async {
                let task = tokio::task::spawn_local(async {
                    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                    tokio::net::TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
                    42
                });
                task.await.unwrap()
            });
            assert_eq!(answer, 42);
        });
    }

    #[test]
    fn a_loop_that_never_waits_starves_nobody() {
        both_drivers(|runtime| {
            runtime.block_on(async {
                let listener =
                    TcpListener::bind("127.0.0.1:0".parse().unwrap(), ListenOptions::default()).unwrap();
                let address = listener.local_addr();
                let task = tokio::task::spawn_local(async move {
                    let client = TcpStream::connect(address).await.unwrap();
                    let (server, _) = listener.accept().await.unwrap();
                    client.write_all(b"x".to_vec()).await.0.unwrap();
                    server.read(Vec::with_capacity(8)).await.1
                });
                let mut turns = 0;
                while !task.is_finished() {
                    turn().await;
                    turns += 1;
                    assert!(turns < 1_000_000, "operations are never submitted");
                }
                assert_eq!(task.await.unwrap(), b"x");
            });
        });
    }
}
