//! HTTP/1.1 as bytes: request heads and bodies are read, responses are written (RFC 9110, RFC 9112).
//!
//! Nothing here does I/O or knows the rest of the runtime: the fuzz target includes this folder as it is. Where the
//! RFC leaves a choice, the strict one is taken, since every leniency in framing is somebody's request smuggling.

mod body;
mod head;
mod response;

pub use body::{BodyDecoder, Decoded};
pub use head::{Field, Framing, Head, HeadLimits, HeadScanner};
pub use response::{
    Date, HeadWriter, InvalidHeader, Payload, Sending, Written, reason_phrase, write_chunk, write_chunk_size,
    write_last_chunk,
};

/// Why a request cannot be understood; each has the status that answers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodecError {
    /// The method is not a token (RFC 9110, 9.1).
    #[error("request method is not a token")]
    Method,
    /// The request target has none of the four forms (RFC 9112, 3.2).
    #[error("request target is malformed")]
    Target,
    /// The request target is longer than the limit.
    #[error("request target is too long")]
    TargetTooLong,
    /// The version is not HTTP/1.0 or HTTP/1.1.
    #[error("HTTP version is not 1.0 or 1.1")]
    Version,
    /// A header field line is malformed: name, value, folding or white space before the colon (RFC 9112, 5).
    #[error("header field is malformed")]
    Header,
    /// A line ends without CR, or a CR stands alone (RFC 9112, 2.2).
    #[error("line does not end with CR LF")]
    LineEnd,
    /// The head is longer, or has more fields, than the limits.
    #[error("request header fields are too large")]
    HeadTooLarge,
    /// `Host` is missing, doubled or malformed (RFC 9112, 3.2).
    #[error("Host header field is missing, doubled or malformed")]
    Host,
    /// `Content-Length` is no number, overflows, or differs from another one (RFC 9112, 6.3).
    #[error("Content-Length is malformed or contradicts another one")]
    ContentLength,
    /// `Transfer-Encoding` on HTTP/1.0, beside `Content-Length`, or not ending in one `chunked` (RFC 9112, 6.1).
    #[error("Transfer-Encoding is malformed or stands beside Content-Length")]
    TransferEncoding,
    /// A transfer coding that is not implemented.
    #[error("transfer coding is not implemented")]
    UnknownCoding,
    /// `Expect` asks for something else than `100-continue` (RFC 9110, 10.1.1).
    #[error("expectation cannot be met")]
    Expectation,
    /// The method is CONNECT: this is an origin server.
    #[error("CONNECT is not implemented")]
    Connect,
    /// A chunk's size, extension or end is malformed (RFC 9112, 7.1).
    #[error("chunked body is malformed")]
    Chunk,
    /// Chunk extensions or trailers are longer than the limits.
    #[error("chunk extensions or trailers are too large")]
    ChunkTooLarge,
}

impl CodecError {
    /// The status that tells the client.
    pub fn status(self) -> u16 {
        match self {
            Self::TargetTooLong => 414,
            Self::Expectation => 417,
            Self::HeadTooLarge => 431,
            Self::UnknownCoding | Self::Connect => 501,
            Self::Version => 505,
            Self::ChunkTooLarge => 413,
            _ => 400,
        }
    }
}
