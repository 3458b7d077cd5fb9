//! TCP with owned buffers over either driver.

use std::{
    cell::RefCell,
    future::{Future, poll_fn},
    io,
    net::SocketAddr,
    pin::pin,
};

use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio::{
    io::AsyncReadExt,
    net::tcp::{OwnedReadHalf, OwnedWriteHalf},
};

#[cfg(target_os = "linux")]
use super::uring;

/// What an operation that borrowed a buffer gives back: its outcome, and the buffer in any case.
pub type BufferResult<T> = (io::Result<T>, Vec<u8>);

/// How to listen.
#[derive(Clone, Copy, Debug)]
pub struct ListenOptions {
    /// Several listeners, of several threads, share the port; the kernel spreads the connections. Unix only.
    pub reuse_port: bool,
    /// How many connections wait in the kernel until they are accepted.
    pub backlog: u32,
}

impl Default for ListenOptions {
    fn default() -> Self {
        Self { reuse_port: false, backlog: 1024 }
    }
}

/// A listening socket. Dropping it stops listening; a connection that arrives in that moment is closed.
#[derive(Debug)]
pub struct TcpListener {
    inner: Listener,
    local: SocketAddr,
}

#[derive(Debug)]
enum Listener {
    Portable(tokio::net::TcpListener),
    #[cfg(target_os = "linux")]
    Uring(uring::Acceptor),
}

impl TcpListener {
    /// Listens on `address`. Has to be called inside a [`Runtime`](super::Runtime): its driver serves the socket.
    ///
    /// # Errors
    /// What `socket`, `bind` and `listen` answer, among it "address in use".
    pub fn bind(address: SocketAddr, options: ListenOptions) -> io::Result<Self> {
        Self::from_std(Self::bind_std(address, options)?)
    }

    /// The socket alone, which no driver serves yet: for binding before the loop runs.
    ///
    /// # Errors
    /// As [`bind`](Self::bind).
    pub fn bind_std(address: SocketAddr, options: ListenOptions) -> io::Result<std::net::TcpListener> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        #[cfg(not(windows))]
        socket.set_reuse_address(true)?;
        #[cfg(unix)]
        if options.reuse_port {
            socket.set_reuse_port(true)?;
        }
        socket.bind(&address.into())?;
        socket.listen(i32::try_from(options.backlog).unwrap_or(i32::MAX))?;
        Ok(socket.into())
    }

    /// Serves a socket that [`bind_std`](Self::bind_std) made. Has to be called inside a
    /// [`Runtime`](super::Runtime).
    ///
    /// # Errors
    /// When the driver refuses the socket.
    pub fn from_std(socket: std::net::TcpListener) -> io::Result<Self> {
        let local = socket.local_addr()?;
        #[cfg(target_os = "linux")]
        if uring::is_current() {
            return Ok(Self { inner: Listener::Uring(uring::Acceptor::start(socket)?), local });
        }
        socket.set_nonblocking(true)?;
        Ok(Self { inner: Listener::Portable(tokio::net::TcpListener::from_std(socket)?), local })
    }

    /// The next connection and its peer. Dropping the future loses no connection.
    ///
    /// # Errors
    /// What `accept` answers; "too many open files" and "connection aborted" are passing conditions.
    pub async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        match &self.inner {
            Listener::Portable(listener) => {
                let (stream, peer) = listener.accept().await?;
                stream.set_nodelay(true)?;
                Ok((TcpStream { inner: Halves::split(stream) }, peer))
            }
            #[cfg(target_os = "linux")]
            Listener::Uring(acceptor) => {
                let (stream, peer) = acceptor.accept().await?;
                stream.set_nodelay(true)?;
                Ok((TcpStream { inner: Stream::Uring(stream) }, peer))
            }
        }
    }

    /// The address it listens on, with the port that the system chose where 0 was asked for.
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }
}

/// A connection with `TCP_NODELAY` set. One read and one write may be under way at a time.
///
/// Dropping it closes the connection. On `uring` the descriptor stays open until an operation under way has
/// completed: call [`shutdown`](Self::shutdown) first to make it complete.
pub struct TcpStream {
    inner: Stream,
}

enum Stream {
    Portable(Halves),
    #[cfg(target_os = "linux")]
    Uring(tokio_uring::net::TcpStream),
}

/// A tokio stream in two halves: reading through a half, unlike `try_read`, takes a read that did not fill the buffer
/// for the last one before the next event, which saves one system call per request.
struct Halves {
    read: RefCell<OwnedReadHalf>,
    write: OwnedWriteHalf,
}

impl Halves {
    fn split(stream: tokio::net::TcpStream) -> Stream {
        let (read, write) = stream.into_split();
        Stream::Portable(Self { read: RefCell::new(read), write })
    }

    fn stream(&self) -> &tokio::net::TcpStream {
        self.write.as_ref()
    }
}

impl TcpStream {
    /// Connects to `address`.
    ///
    /// # Errors
    /// What `connect` answers.
    pub async fn connect(address: SocketAddr) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        if uring::is_current() {
            let stream = tokio_uring::net::TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            return Ok(Self { inner: Stream::Uring(stream) });
        }
        let stream = tokio::net::TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { inner: Halves::split(stream) })
    }

    /// Whether a read needs no buffer in advance, so that [`readable`](Self::readable) can wait without one.
    pub fn waits_without_buffer(&self) -> bool {
        matches!(self.inner, Stream::Portable(_))
    }

    /// Waits until a read would find something, where the driver can tell; returns at once where it cannot.
    ///
    /// # Errors
    /// When the loop is shutting down.
    pub async fn readable(&self) -> io::Result<()> {
        match &self.inner {
            Stream::Portable(halves) => poll_fn(|cx| halves.stream().poll_read_ready(cx)).await,
            #[cfg(target_os = "linux")]
            Stream::Uring(_) => Ok(()),
        }
    }

    /// Reads what is there into the unused capacity of `buffer`, behind what it holds; 0 bytes are the end.
    ///
    /// Dropping the future may lose what arrives meanwhile; the buffer stays valid until then.
    ///
    /// # Panics
    /// When `buffer` has no unused capacity.
    pub async fn read(&self, mut buffer: Vec<u8>) -> BufferResult<usize> {
        let filled = buffer.len();
        assert!(buffer.capacity() > filled, "because a read without room would look like the end");
        match &self.inner {
            Stream::Portable(halves) => {
                let outcome = poll_fn(|cx| {
                    let mut half = halves.read.borrow_mut();
                    pin!(half.read_buf(&mut buffer)).poll(cx)
                })
                .await;
                (outcome, buffer)
            }
            #[cfg(target_os = "linux")]
            Stream::Uring(stream) => {
                if filled == 0 {
                    return stream.read(buffer).await;
                }
                use tokio_uring::buf::BoundedBuf;
                let (outcome, slice) = stream.read(buffer.slice(filled..)).await;
                (outcome, slice.into_inner())
            }
        }
    }

    /// Writes as much of `bytes` as the socket takes without waiting.
    ///
    /// # Errors
    /// `WouldBlock` when it takes nothing now; a broken connection.
    pub fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        match &self.inner {
            Stream::Portable(halves) => halves.stream().try_write(bytes),
            #[cfg(target_os = "linux")]
            Stream::Uring(stream) => uring::try_send(stream, bytes),
        }
    }

    /// Writes some of `buffer` from `start` on, waiting until the socket takes at least one byte.
    pub async fn write(&self, buffer: Vec<u8>, start: usize) -> BufferResult<usize> {
        match &self.inner {
            Stream::Portable(halves) => loop {
                match halves.stream().try_write(&buffer[start..]) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        if let Err(error) = poll_fn(|cx| halves.stream().poll_write_ready(cx)).await {
                            return (Err(error), buffer);
                        }
                    }
                    outcome => return (outcome, buffer),
                }
            },
            #[cfg(target_os = "linux")]
            Stream::Uring(stream) => {
                use tokio_uring::buf::BoundedBuf;
                let end = buffer.len();
                let (outcome, slice) = stream.write(buffer.slice(start..end)).submit().await;
                (outcome, slice.into_inner())
            }
        }
    }

    /// Writes all of `buffer` and gives it back.
    pub async fn write_all(&self, buffer: Vec<u8>) -> BufferResult<()> {
        let (mut buffer, mut written) = (buffer, 0);
        while written < buffer.len() {
            let outcome;
            (outcome, buffer) = self.write(buffer, written).await;
            match outcome {
                Ok(0) => return (Err(io::ErrorKind::WriteZero.into()), buffer),
                Ok(count) => written += count,
                Err(error) => return (Err(error), buffer),
            }
        }
        (Ok(()), buffer)
    }

    /// Ends one or both directions; an operation under way completes.
    ///
    /// # Errors
    /// When the peer is gone already.
    pub fn shutdown(&self, how: std::net::Shutdown) -> io::Result<()> {
        match &self.inner {
            Stream::Portable(halves) => SockRef::from(halves.stream()).shutdown(how),
            #[cfg(target_os = "linux")]
            Stream::Uring(stream) => stream.shutdown(how),
        }
    }
}

impl std::fmt::Debug for TcpStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.inner {
            Stream::Portable(halves) => halves.stream().fmt(f),
            #[cfg(target_os = "linux")]
            Stream::Uring(stream) => {
                use std::os::fd::AsRawFd;
                f.debug_tuple("Uring").field(&stream.as_raw_fd()).finish()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::{Driver, Runtime, select};
    use std::{io::Read, net::Shutdown};

    fn both_drivers(test: impl Fn(&Runtime)) {
        test(&Runtime::new(Driver::Portable).unwrap());
        if matches!(select(), Ok(selection) if selection.driver == Driver::Uring) {
            test(&Runtime::new(Driver::Uring).unwrap());
        }
    }

    fn listen() -> TcpListener {
        TcpListener::bind("127.0.0.1:0".parse().unwrap(), ListenOptions::default()).unwrap()
    }

    #[test]
    fn buffers_come_back_and_reads_append() {
        both_drivers(|runtime| {
            runtime.block_on(async {
                let listener = listen();
                let client = TcpStream::connect(listener.local_addr()).await.unwrap();
                let (server, _) = listener.accept().await.unwrap();
                let (sent, buffer) = client.write_all(b"cd".to_vec()).await;
                sent.unwrap();
                assert_eq!(buffer, b"cd");
                let mut buffer = Vec::with_capacity(16);
                buffer.extend_from_slice(b"ab");
                let (read, buffer) = server.read(buffer).await;
                assert_eq!((read.unwrap(), &buffer[..]), (2, &b"abcd"[..]));
            });
        });
    }

    #[test]
    fn shutdown_ends_a_read_under_way() {
        both_drivers(|runtime| {
            runtime.block_on(async {
                let listener = listen();
                let client = std::rc::Rc::new(TcpStream::connect(listener.local_addr()).await.unwrap());
                let (_server, _) = listener.accept().await.unwrap();
                let reading = tokio::task::spawn_local({
                    let client = client.clone();
                    async move { client.read(Vec::with_capacity(16)).await.0 }
                });
                tokio::task::yield_now().await;
                client.shutdown(Shutdown::Both).unwrap();
                assert_eq!(reading.await.unwrap().unwrap(), 0);
            });
        });
    }

    #[test]
    fn a_cancelled_accept_loses_no_connection() {
        both_drivers(|runtime| {
            runtime.block_on(async {
                let listener = listen();
                tokio::select! {
                    biased;
                    _ = listener.accept() => unreachable!("nobody connects yet"),
                    () = tokio::task::yield_now() => {}
                }
                let _client = TcpStream::connect(listener.local_addr()).await.unwrap();
                listener.accept().await.unwrap();
            });
        });
    }

    #[test]
    fn a_connection_to_a_dropped_listener_is_closed() {
        both_drivers(|runtime| {
            let mut client = runtime.block_on(async {
                let listener = listen();
                let client = std::net::TcpStream::connect(listener.local_addr()).unwrap();
                tokio::task::yield_now().await;
                drop(listener);
                for _ in 0..100 {
                    tokio::task::yield_now().await;
                }
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                client
            });
            let ended = client.read(&mut [0; 1]);
            assert!(matches!(ended, Ok(0) | Err(_)), "{ended:?}");
        });
    }

    #[test]
    fn an_address_in_use_is_an_error_unless_it_is_shared() {
        both_drivers(|runtime| {
            runtime.block_on(async {
                let taken = listen();
                let error = TcpListener::bind(taken.local_addr(), ListenOptions::default()).unwrap_err();
                assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
                let shared = ListenOptions { reuse_port: true, ..ListenOptions::default() };
                let first = TcpListener::bind("127.0.0.1:0".parse().unwrap(), shared).unwrap();
                TcpListener::bind(first.local_addr(), shared).unwrap();
            });
        });
    }
}
