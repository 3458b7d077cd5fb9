//! Servers with a certificate of their own, made for the test.

use std::io::{self, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::server::{Request, Then};

/// Where a server is, and the certificate to trust, as PEM.
pub(crate) struct Secure {
    pub(crate) origin: String,
    pub(crate) certificate: String,
}

fn config(protocols: &[&[u8]], change: impl FnOnce(&mut CertificateParams)) -> (Arc<ServerConfig>, String) {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    let signer = KeyPair::generate().expect("because ring makes keys");
    let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).expect("because the name is valid");
    // One name for each, so that none passes for the issuer of another.
    let name = format!("krepis test {}", MADE.fetch_add(1, Ordering::Relaxed));
    params.distinguished_name.push(DnType::CommonName, name);
    change(&mut params);
    let certificate = params.self_signed(&signer).expect("because the parameters are valid");
    let key = PrivateKeyDer::try_from(signer.serialize_der()).expect("because it was just made");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("because ring has ciphers for them")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("because key and certificate belong together");
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    (Arc::new(config), certificate.pem())
}

fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("because the loopback has free ports");
    let address = listener.local_addr().expect("because it is bound");
    (listener, format!("https://{address}"))
}

/// A server that speaks HTTP/1.1 over TLS: it answers the first request of each connection.
pub(crate) fn start() -> Secure {
    start_with(|_| {})
}

/// The same with another certificate.
pub(crate) fn start_with(change: impl FnOnce(&mut CertificateParams)) -> Secure {
    let (config, certificate) = config(&[b"http/1.1"], change);
    let (listener, origin) = listen();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let config = Arc::clone(&config);
            // An error is a client that does not trust the certificate, which is tested.
            thread::spawn(move || drop(answer(config, stream)));
        }
    });
    Secure { origin, certificate }
}

fn answer(config: Arc<ServerConfig>, stream: TcpStream) -> io::Result<()> {
    use std::io::{BufRead as _, BufReader};
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut reader = BufReader::new(StreamOwned::new(connection, stream));
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let stream = reader.get_mut();
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\nsecret")?;
    stream.conn.send_close_notify();
    stream.flush()
}

/// A server that speaks HTTP/2: it answers with the request's line, its host, and the body.
pub(crate) fn start_http2() -> Secure {
    let (config, certificate) = config(&[b"h2", b"http/1.1"], |_| {});
    let (listener, origin) = listen();
    listener.set_nonblocking(true).expect("because it is a socket");
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("because the system has a poll descriptor").block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("because it does not block");
            let acceptor = tokio_rustls::TlsAcceptor::from(config);
            let mut connections = 0;
            while let Ok((stream, _)) = listener.accept().await {
                connections += 1;
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        // An error is the client's end.
                        drop(serve_http2(stream, connections).await);
                    }
                });
            }
        });
    });
    Secure { origin, certificate }
}

async fn serve_http2(
    stream: tokio_rustls::server::TlsStream<tokio::net::TcpStream>,
    number: usize,
) -> Result<(), h2::Error> {
    let mut connection = h2::server::handshake(stream).await?;
    while let Some(next) = connection.accept().await {
        let (request, reply) = next?;
        tokio::spawn(async move { drop(echo_http2(request, reply, number).await) });
    }
    Ok(())
}

async fn echo_http2(
    request: hyper::Request<h2::RecvStream>,
    mut reply: h2::server::SendResponse<bytes::Bytes>,
    number: usize,
) -> Result<(), h2::Error> {
    let (head, mut incoming) = request.into_parts();
    let mut body = Vec::new();
    while let Some(piece) = incoming.data().await.transpose()? {
        incoming.flow_control().release_capacity(piece.len())?;
        body.extend_from_slice(&piece);
    }
    let hop =
        ["host", "connection", "transfer-encoding"].iter().find(|name| head.headers.contains_key(**name));
    let text = format!(
        "{} {} on connection {number}, {} bytes, host or hop-by-hop header: {hop:?}",
        head.method,
        head.uri.path(),
        body.len()
    );
    let response = hyper::Response::builder().header("x-version", "2").body(()).unwrap_or_default();
    reply.send_response(response, false)?.send_data(text.into(), true)
}

/// A proxy that passes bytes on, for CONNECT.
pub(crate) fn tunnel(request: &Request, stream: &mut TcpStream) -> io::Result<Then> {
    let mut target = TcpStream::connect(&request.target)?;
    stream.write_all(b"HTTP/1.1 200 Connected\r\nx-proxy: yes\r\n\r\n")?;
    let (mut from, mut to) = (stream.try_clone()?, target.try_clone()?);
    thread::spawn(move || drop(io::copy(&mut from, &mut to)));
    io::copy(&mut target, stream)?;
    Ok(Then::Reset)
}
