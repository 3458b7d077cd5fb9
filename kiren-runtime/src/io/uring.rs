//! What tokio-uring does not do by itself: an accept that can be given up, and a send that does not wait.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    io,
    net::{Shutdown, SocketAddr},
    os::fd::{AsRawFd, BorrowedFd},
    rc::Rc,
    task::{Poll, Waker},
    time::Duration,
};

use socket2::SockRef;
use tokio::net::UnixStream;
use tokio_uring::net::{TcpListener, TcpStream};

type Accepted = io::Result<(TcpStream, SocketAddr)>;

thread_local! {
    /// Set while a runtime with a ring runs on this thread.
    static CURRENT: Cell<bool> = const { Cell::new(false) };
    /// What [`turn`] goes through, while the runtime runs that it is registered with.
    static TURNSTILE: RefCell<Option<Rc<(UnixStream, UnixStream)>>> = const { RefCell::new(None) };
}

/// Whether the loop that runs on this thread has a ring.
pub(super) fn is_current() -> bool {
    CURRENT.get()
}

/// A loop with a ring. Completions wait for the next system call instead of interrupting the thread (Linux 5.19),
/// without which a request costs half as much again as with epoll.
pub(super) fn start() -> io::Result<tokio_uring::Runtime> {
    let mut cooperative = tokio_uring::uring_builder();
    cooperative.setup_coop_taskrun();
    tokio_uring::Runtime::new(tokio_uring::builder().uring_builder(&cooperative)).or_else(|error| match error
        .raw_os_error()
    {
        Some(libc::EINVAL) => tokio_uring::Runtime::new(&tokio_uring::builder()),
        _ => Err(error),
    })
}

/// Runs `f` with [`is_current`] answering yes.
pub(super) fn enter<T>(f: impl FnOnce() -> T) -> T {
    struct Leave(bool);
    impl Drop for Leave {
        fn drop(&mut self) {
            CURRENT.set(self.0);
            TURNSTILE.take();
        }
    }
    let _leave = Leave(CURRENT.replace(true));
    f()
}

/// Goes to sleep, so that operations are submitted, having arranged to be woken at once.
pub(super) async fn turn() {
    let turnstile = TURNSTILE.with_borrow_mut(|turnstile| match turnstile {
        Some(turnstile) => Ok(turnstile.clone()),
        None => UnixStream::pair().map(|pair| turnstile.insert(Rc::new(pair)).clone()),
    });
    let passed = match turnstile {
        Ok(turnstile) => pass(&turnstile).await,
        Err(error) => Err(error),
    };
    if passed.is_err() {
        // Out of descriptors: a moment of real sleep has the same effect.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Sends itself a byte through the kernel.
async fn pass((entry, exit): &(UnixStream, UnixStream)) -> io::Result<()> {
    // Once it has been seen empty, only the kernel can say that it is readable again.
    while exit.try_read(&mut [0; 64]).is_ok_and(|count| count > 0) {}
    entry.try_write(&[0])?;
    exit.readable().await
}

/// Accepts in a task of its own, at most one connection ahead of who asks.
///
/// An accept that is under way in the ring cannot be taken back: when its future is dropped, the connection it yields
/// later is never closed (tokio-uring issue 129). So the future is never dropped; its task outlives the listener until
/// the kernel has answered, and closes what arrived late.
#[derive(Debug)]
pub(super) struct Acceptor {
    shared: Rc<Shared>,
    /// A second handle to the listening socket, to shut it down.
    socket: std::net::TcpListener,
}

#[derive(Debug, Default)]
struct Shared {
    closed: Cell<bool>,
    arrived: RefCell<Option<Arrival>>,
    consumer: RefCell<Option<Waker>>,
    producer: RefCell<Option<Waker>>,
}

/// [`Accepted`] with a `Debug` that the foreign type lacks.
struct Arrival(Accepted);

impl std::fmt::Debug for Arrival {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_ok() { "connection" } else { "error" })
    }
}

impl Acceptor {
    pub(super) fn start(socket: std::net::TcpListener) -> io::Result<Self> {
        let listener = TcpListener::from_std(socket.try_clone()?);
        let shared = Rc::<Shared>::default();
        tokio::task::spawn_local(accept_all(listener, shared.clone()));
        Ok(Self { shared, socket })
    }

    pub(super) async fn accept(&self) -> Accepted {
        poll_fn(|cx| match self.shared.arrived.take() {
            Some(accepted) => {
                wake(&self.shared.producer);
                Poll::Ready(accepted.0)
            }
            None => {
                self.shared.consumer.replace(Some(cx.waker().clone()));
                Poll::Pending
            }
        })
        .await
    }
}

impl Drop for Acceptor {
    fn drop(&mut self) {
        self.shared.closed.set(true);
        // Completes the accept under way with an error; where that fails, the next arrival completes it.
        let _ = SockRef::from(&self.socket).shutdown(Shutdown::Both);
        wake(&self.shared.producer);
    }
}

async fn accept_all(listener: TcpListener, shared: Rc<Shared>) {
    loop {
        let accepted = listener.accept().await;
        if shared.closed.get() {
            return;
        }
        shared.arrived.replace(Some(Arrival(accepted)));
        wake(&shared.consumer);
        poll_fn(|cx| {
            if shared.closed.get() || shared.arrived.borrow().is_none() {
                return Poll::Ready(());
            }
            shared.producer.replace(Some(cx.waker().clone()));
            Poll::Pending
        })
        .await;
        if shared.closed.get() {
            return;
        }
    }
}

fn wake(waker: &RefCell<Option<Waker>>) {
    if let Some(waker) = waker.take() {
        waker.wake();
    }
}

/// Sends what the socket takes now; the ring is left for what has to wait.
#[allow(unsafe_code, reason = "tokio-uring shows its descriptor only as a number")]
pub(super) fn try_send(stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    // SAFETY: `stream` owns the descriptor and is borrowed longer than this use of it.
    let socket = unsafe { BorrowedFd::borrow_raw(stream.as_raw_fd()) };
    SockRef::from(&socket).send_with_flags(bytes, libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL)
}
