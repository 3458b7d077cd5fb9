//! A server whose every byte the test decides: hand-written HTTP/1.1 on threads, since it must also be able to be wrong.

use std::collections::HashMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// A request as it arrived.
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    /// Names in lower case, in the order of arrival.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Which connection it came on, counted from 1.
    pub(crate) connection: usize,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(candidate, _)| candidate == name).map(|(_, value)| value.as_str())
    }

    /// The path without its query, and the query's parameters.
    pub(crate) fn parts(&self) -> (&str, HashMap<&str, &str>) {
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        (path, query.split('&').filter_map(|pair| pair.split_once('=')).collect())
    }
}

/// What to do with the connection after a reply.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Then {
    Keep,
    Close,
    Reset,
}

type Handler = dyn Fn(&Request, &mut TcpStream) -> io::Result<Then> + Send + Sync;

/// Starts a server on a free port of 127.0.0.1; it lives as long as the test's process. A handler is asked before the
/// body is read when the request's target starts with `/unread`.
pub(crate) fn start(
    handler: impl Fn(&Request, &mut TcpStream) -> io::Result<Then> + Send + Sync + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("because the loopback has free ports");
    let address = listener.local_addr().expect("because it is bound");
    let handler: Arc<Handler> = Arc::new(handler);
    let connections = Arc::new(AtomicUsize::new(0));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let handler = Arc::clone(&handler);
            let connection = connections.fetch_add(1, Ordering::Relaxed) + 1;
            // An error is a client that has gone away, which some tests want.
            thread::spawn(move || drop(serve(stream, connection, &*handler)));
        }
    });
    format!("http://{address}")
}

fn serve(mut stream: TcpStream, connection: usize, handler: &Handler) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    while let Some(request) = read_request(&mut reader, connection)? {
        match handler(&request, &mut stream)? {
            Then::Keep => {}
            Then::Close => {
                stream.shutdown(Shutdown::Write)?;
                // Until the client has closed too: what is unread would turn this into a reset.
                io::copy(&mut reader, &mut io::sink())?;
                return Ok(());
            }
            // Closed with data unread, which TCP answers with a reset.
            Then::Reset => return Ok(()),
        }
    }
    Ok(())
}

fn read_request(reader: &mut BufReader<TcpStream>, connection: usize) -> io::Result<Option<Request>> {
    let Some(line) = read_line(reader)? else { return Ok(None) };
    let mut words = line.split(' ').map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = Vec::new();
    while let Some(line) = read_line(reader)?.filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut request = Request { method, target, headers, body: Vec::new(), connection };
    if !request.target.starts_with("/unread") {
        request.body = read_body(reader, &request)?;
    }
    Ok(Some(request))
}

fn read_line(reader: &mut BufReader<TcpStream>) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    if reader.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned()))
}

fn read_body(reader: &mut BufReader<TcpStream>, request: &Request) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if request.header("transfer-encoding") == Some("chunked") {
        loop {
            let line = read_line(reader)?.ok_or(io::ErrorKind::UnexpectedEof)?;
            let length = u64::from_str_radix(&line, 16).map_err(io::Error::other)?;
            reader.take(length).read_to_end(&mut body)?;
            read_line(reader)?;
            if length == 0 {
                return Ok(body);
            }
        }
    }
    let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    reader.take(length).read_to_end(&mut body)?;
    Ok(body)
}

/// Writes a whole response.
pub(crate) fn respond(
    stream: &mut TcpStream,
    status: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Then> {
    let mut head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let mut response = head.into_bytes();
    response.extend_from_slice(body);
    stream.write_all(&response)?;
    Ok(Then::Keep)
}
