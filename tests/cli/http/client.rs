//! A client that sends what it is told, and reads responses as RFC 9112 says.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};

use crate::support::TIMEOUT;

pub(super) struct Connection {
    stream: TcpStream,
    /// Read and not used.
    input: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Response {
    pub(super) status: u16,
    /// Names in lower case, values with one character for each byte.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// Whether the body came to the end that the head promised.
    pub(super) is_whole: bool,
}

impl Response {
    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("because the test expects text")
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    }
}

impl Connection {
    pub(super) fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("because the server listens");
        stream.set_read_timeout(Some(TIMEOUT)).expect("because the timeout is not zero");
        stream.set_write_timeout(Some(TIMEOUT)).expect("because the timeout is not zero");
        stream.set_nodelay(true).expect("because it is a TCP socket");
        Self { stream, input: Vec::new() }
    }

    pub(super) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).expect("because the server reads");
    }

    /// Sends as far as the server takes it: one that has refused the request may close first.
    pub(super) fn try_send(&mut self, bytes: impl AsRef<[u8]>) {
        drop(self.stream.write_all(bytes.as_ref()));
    }

    /// The same connection, for a thread that sends.
    pub(super) fn duplicate(&self) -> Self {
        Self {
            stream: self.stream.try_clone().expect("because there are descriptors left"),
            input: Vec::new(),
        }
    }

    pub(super) fn local_port(&self) -> u16 {
        self.stream.local_addr().expect("because it is connected").port()
    }

    /// Closes both directions.
    pub(super) fn close(self) {
        drop(self.stream.shutdown(Shutdown::Both));
    }

    /// Reads more; `false` at the end of the connection.
    fn fill(&mut self) -> bool {
        let mut buffer = [0; 64 * 1024];
        match self.stream.read(&mut buffer) {
            Ok(0) => false,
            Ok(count) => {
                self.input.extend_from_slice(&buffer[..count]);
                true
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => false,
            Err(error) if error.kind() == ErrorKind::Interrupted => true,
            Err(error) => panic!("{error}; so far {:?}", String::from_utf8_lossy(&self.input)),
        }
    }

    /// Takes the bytes up to and with `end`; `None` when the connection ends before.
    fn until(&mut self, end: &[u8]) -> Option<Vec<u8>> {
        loop {
            if let Some(at) = self.input.windows(end.len()).position(|window| window == end) {
                return Some(self.input.drain(..at + end.len()).collect());
            }
            if !self.fill() {
                return None;
            }
        }
    }

    /// Takes `length` bytes, or fewer where the connection ends before.
    pub(super) fn take(&mut self, length: usize) -> Vec<u8> {
        while self.input.len() < length && self.fill() {}
        self.input.drain(..length.min(self.input.len())).collect()
    }

    /// What the server sends until it closes.
    pub(super) fn rest(&mut self) -> Vec<u8> {
        while self.fill() {}
        std::mem::take(&mut self.input)
    }

    /// Status and headers.
    pub(super) fn head(&mut self) -> Response {
        let head = self.until(b"\r\n\r\n").unwrap_or_else(|| {
            panic!("the connection ended before a response, after {:?}", String::from_utf8_lossy(&self.input))
        });
        let head: String = head.iter().map(|byte| char::from(*byte)).collect();
        let mut lines = head.trim_end_matches("\r\n").split("\r\n");
        let status =
            lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")).and_then(|line| line.get(..3));
        let status = status.and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{head:?}"));
        let header = |line: &str| {
            let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("{head:?}"));
            (name.to_ascii_lowercase(), value.trim().to_owned())
        };
        Response { status, headers: lines.map(header).collect(), body: Vec::new(), is_whole: true }
    }

    /// A whole response to a request other than HEAD.
    pub(super) fn response(&mut self) -> Response {
        let mut response = self.head();
        if matches!(response.status, 100..200 | 204 | 304) {
            return response;
        }
        if response.header("transfer-encoding") == Some("chunked") {
            loop {
                let Some(chunk) = self.chunk() else {
                    response.is_whole = false;
                    return response;
                };
                if chunk.is_empty() {
                    return response;
                }
                response.body.extend(chunk);
            }
        }
        match response
            .header("content-length")
            .map(|length| length.parse::<usize>().expect("because it is a number"))
        {
            Some(length) => {
                response.body = self.take(length);
                response.is_whole = response.body.len() == length;
            }
            None => response.body = self.rest(),
        }
        response
    }

    /// One chunk, empty for the last one; `None` when the connection ends.
    pub(super) fn chunk(&mut self) -> Option<Vec<u8>> {
        let size = self.until(b"\r\n")?;
        let size =
            std::str::from_utf8(&size).ok().and_then(|size| usize::from_str_radix(size.trim(), 16).ok());
        let size = size.expect("because a chunk begins with its size");
        let mut chunk = self.take(size + 2);
        if chunk.len() < size + 2 {
            return None;
        }
        assert!(chunk.ends_with(b"\r\n"));
        chunk.truncate(size);
        Some(chunk)
    }
}
