//! What can go wrong between a request and the end of its response's body, with the `code` that JavaScript sees.

use std::error::Error;
use std::io;

use crate::ext::compression::coder::CodeError;

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum FetchError {
    #[error("the URL cannot be requested: {0}")]
    Url(String),
    #[error("getaddrinfo {code} {host}", code = lookup_code(source))]
    Lookup { host: String, source: io::Error },
    #[error("connect {code} {address}", code = io_code(source))]
    Connect { address: String, source: io::Error },
    #[error("connect to {address}: no answer after {seconds} s")]
    ConnectTimeout { address: String, seconds: u64 },
    #[error("TLS with {host}: {reason}")]
    Tls { host: String, code: &'static str, reason: String },
    #[error("proxy {proxy}: {reason}")]
    Proxy { proxy: String, reason: String },
    #[error("{0}")]
    Protocol(String),
    #[error("the server closed the connection before its response was complete")]
    Closed,
    #[error("{source}", source = reason(source))]
    Broken { source: io::Error },
    #[error("the response body cannot be decoded: {0}")]
    Decode(#[from] CodeError),
    #[error("open {code} {path}", code = io_code(source))]
    File { path: String, source: io::Error },
    #[error("the request was aborted")]
    Aborted,
}

impl FetchError {
    /// The `code` of the JavaScript error; Node's name where Node has one.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Url(_) => "ERR_INVALID_URL",
            Self::Lookup { source, .. } => lookup_code(source),
            Self::Connect { source, .. } | Self::Broken { source } | Self::File { source, .. } => {
                io_code(source)
            }
            Self::ConnectTimeout { .. } => "ETIMEDOUT",
            Self::Tls { code, .. } => code,
            Self::Proxy { .. } => "EPROXY",
            Self::Protocol(_) => "EPROTO",
            Self::Closed => "ECONNRESET",
            Self::Decode(CodeError::Truncated) => "Z_BUF_ERROR",
            Self::Decode(_) => "Z_DATA_ERROR",
            Self::Aborted => "ABORT_ERR",
        }
    }

    /// Whether the connection went away under the request, as one does that the server had given up meanwhile.
    pub(super) fn is_lost_connection(&self) -> bool {
        match self {
            Self::Closed => true,
            Self::Broken { source } => matches!(
                source.kind(),
                io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe
            ),
            _ => false,
        }
    }
}

impl From<hyper::Error> for FetchError {
    fn from(error: hyper::Error) -> Self {
        if let Some(source) = find::<io::Error>(&error) {
            return match source.kind() {
                io::ErrorKind::UnexpectedEof => Self::Closed,
                kind => Self::Broken {
                    source: match source.raw_os_error() {
                        Some(code) => io::Error::from_raw_os_error(code),
                        None => io::Error::new(kind, source.to_string()),
                    },
                },
            };
        }
        if error.is_incomplete_message() || error.is_canceled() || error.is_closed() {
            return Self::Closed;
        }
        let cause = error.source().map(|source| format!(": {source}")).unwrap_or_default();
        let what = if error.is_parse() { "the response is not valid HTTP: " } else { "" };
        Self::Protocol(format!("{what}{error}{cause}"))
    }
}

/// The first error of a type in a chain of causes.
fn find<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

fn lookup_code(error: &io::Error) -> &'static str {
    if error.to_string().contains("Temporary failure") { "EAI_AGAIN" } else { "ENOTFOUND" }
}

fn io_code(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrNotAvailable => "EADDRNOTAVAIL",
        io::ErrorKind::BrokenPipe => "EPIPE",
        io::ErrorKind::ConnectionAborted => "ECONNABORTED",
        io::ErrorKind::ConnectionRefused => "ECONNREFUSED",
        io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof => "ECONNRESET",
        io::ErrorKind::HostUnreachable => "EHOSTUNREACH",
        io::ErrorKind::InvalidInput => "EINVAL",
        io::ErrorKind::IsADirectory => "EISDIR",
        io::ErrorKind::NetworkUnreachable => "ENETUNREACH",
        io::ErrorKind::NotFound => "ENOENT",
        io::ErrorKind::PermissionDenied => "EACCES",
        io::ErrorKind::TimedOut => "ETIMEDOUT",
        _ => "EIO",
    }
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionReset => "the server reset the connection".to_owned(),
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted => {
            "the server closed the connection while the request was being sent".to_owned()
        }
        _ => error.to_string(),
    }
}
