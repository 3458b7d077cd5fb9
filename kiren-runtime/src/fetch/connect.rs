//! From an origin to a connection that takes requests: name lookup, TCP, the proxy's tunnel, TLS, HTTP's handshake.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use hyper::Uri;
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use super::body::RequestBody;
use super::error::FetchError;
use super::proxy::Proxy;
use super::tls::{self, Tls};

/// The longest wait for a connection, from the lookup to the end of the TLS handshake.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// The head start of the address family that the system prefers (RFC 8305).
const HEAD_START: Duration = Duration::from_millis(250);
/// A proxy's answer to CONNECT that is longer than this is none.
const MAX_TUNNEL_ANSWER_BYTES: usize = 16 * 1024;

/// What a connection leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Origin {
    pub(super) secure: bool,
    /// Without the brackets of an IPv6 address.
    pub(super) host: String,
    pub(super) port: u16,
}

impl Origin {
    pub(super) fn of(uri: &Uri) -> Result<Self, FetchError> {
        let secure = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            other => {
                let scheme = other.unwrap_or("none");
                return Err(FetchError::Url(format!("expected the scheme http or https, found {scheme}")));
            }
        };
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Self { secure, host, port: uri.port_u16().unwrap_or(if secure { 443 } else { 80 }) })
    }

    fn address(&self) -> String {
        join(&self.host, self.port)
    }
}

fn join(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// The sending half of a connection; the other half is a task.
#[derive(Debug)]
pub(super) enum Connection {
    Http1(http1::SendRequest<RequestBody>),
    Http2(http2::SendRequest<RequestBody>),
}

impl Connection {
    pub(super) fn is_http2(&self) -> bool {
        matches!(self, Self::Http2(_))
    }

    pub(super) fn is_open(&self) -> bool {
        match self {
            Self::Http1(sender) => sender.is_ready(),
            Self::Http2(sender) => !sender.is_closed(),
        }
    }

    /// Another sender for the same connection, if it takes several requests at once.
    pub(super) fn share(&self) -> Option<Self> {
        match self {
            Self::Http1(_) => None,
            Self::Http2(sender) => Some(Self::Http2(sender.clone())),
        }
    }

    /// Sends one request; the response's head ends the wait.
    pub(super) async fn send(
        &mut self,
        request: hyper::Request<RequestBody>,
    ) -> Result<hyper::Response<Incoming>, FetchError> {
        let response = match self {
            Self::Http1(sender) => sender.send_request(request).await,
            Self::Http2(sender) => {
                sender.ready().await?;
                sender.send_request(request).await
            }
        };
        response.map_err(FetchError::from)
    }
}

/// Opens a connection to `origin`, through `proxy` if there is one.
pub(super) async fn connect<'t>(
    origin: &Origin,
    proxy: Option<&Proxy>,
    tls: impl FnOnce() -> &'t Tls,
) -> Result<Connection, FetchError> {
    let opening = open(origin, proxy, tls);
    match tokio::time::timeout(CONNECT_TIMEOUT, opening).await {
        Ok(result) => result,
        Err(_) => {
            let seconds = CONNECT_TIMEOUT.as_secs();
            Err(FetchError::ConnectTimeout { address: origin.address(), seconds })
        }
    }
}

async fn open<'t>(
    origin: &Origin,
    proxy: Option<&Proxy>,
    tls: impl FnOnce() -> &'t Tls,
) -> Result<Connection, FetchError> {
    let stream = match proxy {
        None => dial(&origin.host, origin.port).await?,
        Some(proxy) => {
            let mut stream = dial(&proxy.host, proxy.port).await.map_err(|error| FetchError::Proxy {
                proxy: join(&proxy.host, proxy.port),
                reason: error.to_string(),
            })?;
            if origin.secure {
                tunnel(&mut stream, origin, proxy).await?;
            }
            stream
        }
    };
    if !origin.secure {
        return http1_over(stream).await;
    }
    let stream = tls().connect(&origin.host, stream).await?;
    if tls::chose_http2(&stream) { http2_over(stream).await } else { http1_over(stream).await }
}

async fn http1_over<S>(stream: S) -> Result<Connection, FetchError>
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // Its error reaches whoever waits for a response or reads a body.
    tokio::task::spawn_local(async move { drop(connection.await) });
    Ok(Connection::Http1(sender))
}

async fn http2_over<S>(stream: S) -> Result<Connection, FetchError>
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let (sender, connection) =
        http2::Builder::new(LocalTasks).timer(TokioTimer::new()).handshake(TokioIo::new(stream)).await?;
    tokio::task::spawn_local(async move { drop(connection.await) });
    Ok(Connection::Http2(sender))
}

/// Where hyper puts the tasks of an HTTP/2 connection: on this thread.
#[derive(Debug, Clone, Copy)]
struct LocalTasks;

impl<F: Future<Output = ()> + 'static> hyper::rt::Executor<F> for LocalTasks {
    fn execute(&self, task: F) {
        tokio::task::spawn_local(task);
    }
}

/// A TCP connection to the first address of a host that answers.
async fn dial(host: &str, port: u16) -> Result<TcpStream, FetchError> {
    let addresses = lookup(host, port).await?;
    let stream =
        race(&addresses).await.map_err(|source| FetchError::Connect { address: join(host, port), source })?;
    // Without it small requests wait for acknowledgements; that it cannot be set is no reason to fail.
    drop(stream.set_nodelay(true));
    Ok(stream)
}

/// The addresses of a host in the order of preference. The system's resolver blocks, so that it gets a thread; one
/// that does not answer does not delay the program's end.
async fn lookup(host: &str, port: u16) -> Result<Vec<SocketAddr>, FetchError> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    if host == "localhost" || host.ends_with(".localhost") {
        // RFC 6761: always this machine.
        return Ok(vec![(Ipv4Addr::LOCALHOST, port).into(), (Ipv6Addr::LOCALHOST, port).into()]);
    }
    let (sender, receiver) = oneshot::channel();
    let name = host.to_owned();
    let started =
        std::thread::Builder::new().name("dns".to_owned()).stack_size(256 * 1024).spawn(move || {
            let addresses = std::net::ToSocketAddrs::to_socket_addrs(&(name.as_str(), port));
            // Nobody waits any more after an abort.
            drop(sender.send(addresses.map(Vec::from_iter)));
        });
    let found = match started {
        Ok(_) => receiver.await.unwrap_or_else(|_| Err(io::Error::other("the resolver failed"))),
        Err(error) => Err(error),
    };
    match found {
        Ok(addresses) if !addresses.is_empty() => Ok(addresses),
        Ok(_) => Err(FetchError::Lookup { host: host.to_owned(), source: io::Error::other("no address") }),
        Err(source) => Err(FetchError::Lookup { host: host.to_owned(), source }),
    }
}

/// Tries the family of the first address; the other one joins after a moment, or when the first has failed.
async fn race(addresses: &[SocketAddr]) -> io::Result<TcpStream> {
    let (preferred, other): (Vec<SocketAddr>, Vec<SocketAddr>) =
        addresses.iter().partition(|address| address.is_ipv4() == addresses[0].is_ipv4());
    if other.is_empty() {
        return one_by_one(&preferred).await;
    }
    let first = one_by_one(&preferred);
    tokio::pin!(first);
    let early = tokio::time::timeout(HEAD_START, &mut first).await;
    match early {
        Ok(Ok(stream)) => return Ok(stream),
        Ok(Err(error)) => return one_by_one(&other).await.map_err(|_| error),
        Err(_) => {}
    }
    let second = one_by_one(&other);
    tokio::pin!(second);
    tokio::select! {
        result = &mut first => match result {
            Ok(stream) => Ok(stream),
            Err(error) => second.await.map_err(|_| error),
        },
        result = &mut second => match result {
            Ok(stream) => Ok(stream),
            Err(_) => first.await,
        },
    }
}

async fn one_by_one(addresses: &[SocketAddr]) -> io::Result<TcpStream> {
    let mut failure = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// Asks a proxy to pass bytes on to `origin` (RFC 9110, section 9.3.6).
async fn tunnel(stream: &mut TcpStream, origin: &Origin, proxy: &Proxy) -> Result<(), FetchError> {
    let failed = |reason: String| FetchError::Proxy { proxy: join(&proxy.host, proxy.port), reason };
    let address = origin.address();
    let mut request = format!("CONNECT {address} HTTP/1.1\r\nHost: {address}\r\n").into_bytes();
    if let Some(authorization) = &proxy.authorization {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(authorization.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    stream.write_all(&request).await.map_err(|error| failed(error.to_string()))?;
    let mut answer = Vec::new();
    // Byte by byte, so that nothing of what follows the answer is taken.
    while !answer.ends_with(b"\r\n\r\n") {
        if answer.len() > MAX_TUNNEL_ANSWER_BYTES {
            return Err(failed("its answer to CONNECT is too long".to_owned()));
        }
        let byte = stream.read_u8().await;
        answer.push(byte.map_err(|error| failed(format!("it did not answer CONNECT: {error}")))?);
    }
    let line = answer.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    match line.split(' ').nth(1) {
        Some(status) if status.len() == 3 && status.starts_with('2') => Ok(()),
        _ => Err(failed(format!("expected 200 as the answer to CONNECT {address}, found {line:?}"))),
    }
}
