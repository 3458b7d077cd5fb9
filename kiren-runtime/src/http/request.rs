//! Handles to a request: its head, its body, and the response to it.

use std::{
    future::poll_fn,
    net::SocketAddr,
    rc::Rc,
    task::{Context, Poll},
};

use tokio::sync::oneshot;

use super::{
    codec::{self, CodecError, Head, HeadWriter, InvalidHeader, Payload, Sending, Written},
    exchange::{Exchange, Phase, wake},
};
use crate::io::TcpStream;

/// How many bytes of a response may wait for a slow client before the sender has to wait.
pub(super) const HIGH_WATER_LEN_BYTES: usize = 64 * 1024;

/// How much of an unread request body is read and dropped to keep the connection.
pub(super) const DRAIN_LIMIT_LEN_BYTES: u64 = 256 * 1024;

/// A response that cannot be sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResponseError {
    /// The request is over: answered, refused, or its client is gone.
    #[error("the request is over: it was answered already, or its client is gone")]
    Gone,
    /// The status is none that ends a request.
    #[error("status {0} cannot answer a request, expected 200 to 999")]
    Status(u16),
    /// A header would break out of its line. The request can still be answered.
    #[error(transparent)]
    Header(#[from] InvalidHeader),
    /// More or less data than the header `content-length` announced; the connection is closed.
    #[error("body does not have the length that content-length announced")]
    Length,
    /// The client did not ask for another protocol.
    #[error("the request asks for no upgrade")]
    NoUpgrade,
}

/// A request body that does not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BodyError {
    /// The request is over, and its body with it.
    #[error("the request is over and its body with it")]
    Gone,
    /// The client closed the connection before the end.
    #[error("the connection was closed before the end of the request body")]
    Incomplete,
    /// It is larger than the server allows.
    #[error("the request body is larger than this server allows")]
    TooLarge,
    /// The client sends too slowly.
    #[error("the request body did not arrive in time")]
    Timeout,
    /// Its chunks are malformed.
    #[error(transparent)]
    Malformed(#[from] CodecError),
}

impl BodyError {
    /// The status that tells the client, where there is somebody to tell.
    pub fn status(self) -> u16 {
        match self {
            Self::TooLarge => 413,
            Self::Timeout => 408,
            Self::Malformed(error) => error.status(),
            _ => 400,
        }
    }
}

/// The body of a response, or a piece of one.
#[derive(Debug)]
pub enum Body<'a> {
    /// None.
    Empty,
    /// Bytes to copy behind the head.
    Slice(&'a [u8]),
    /// Bytes that are sent from where they are when they are many.
    Owned(Vec<u8>),
}

impl Body<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::Slice(bytes) => bytes.len(),
            Self::Owned(bytes) => bytes.len(),
        }
    }
}

/// Two small numbers that stand for a [`Request`] where a handle cannot be held. Both are below 2^30.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId {
    /// The connection's place.
    pub slot: u32,
    /// Which of all requests it is.
    pub generation: u32,
}

/// A handle to a request. Cloning it costs a counter; it keeps the connection's memory, not the connection.
///
/// When the request is over - answered in full and the next one begun, or the client gone - the handle stays valid
/// and every method says so.
#[derive(Clone)]
pub struct Request {
    exchange: Rc<Exchange>,
    generation: u32,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request").field("id", &self.id()).field("peer", &self.peer()).finish_non_exhaustive()
    }
}

/// The head of a request, borrowed.
#[derive(Clone, Copy, Debug)]
pub struct HeadView<'a> {
    bytes: &'a [u8],
    head: &'a Head,
}

impl<'a> HeadView<'a> {
    /// The method; case counts.
    pub fn method(self) -> &'a [u8] {
        self.head.method(self.bytes)
    }

    /// The request target as it was sent: a path with its query, an absolute URI, or `*`.
    pub fn target(self) -> &'a [u8] {
        self.head.target(self.bytes)
    }

    /// The value of the first header of that name, whose case does not matter.
    pub fn header(self, name: &[u8]) -> Option<&'a [u8]> {
        self.head.field(self.bytes, name)
    }

    /// Names and values of all headers in the order they were sent.
    pub fn headers(self) -> impl ExactSizeIterator<Item = (&'a [u8], &'a [u8])> {
        self.head.fields(self.bytes)
    }

    /// Framing and connection options.
    pub fn parsed(self) -> &'a Head {
        self.head
    }
}

impl Request {
    pub(super) fn new(exchange: Rc<Exchange>) -> Self {
        let generation = exchange.generation.get();
        Self { exchange, generation }
    }

    /// The handle that `id` stands for, on the thread that made it, while the request is not over.
    pub fn find(id: RequestId) -> Option<Self> {
        let exchange = Exchange::find(id.slot, id.generation)?;
        Some(Self { exchange, generation: id.generation })
    }

    /// The numbers that [`find`](Self::find) takes.
    pub fn id(&self) -> RequestId {
        RequestId { slot: self.exchange.slot, generation: self.generation }
    }

    /// The client's address.
    pub fn peer(&self) -> SocketAddr {
        self.exchange.peer
    }

    /// Whether a response can still be sent, or go on being sent.
    pub fn is_active(&self) -> bool {
        self.is_current() && self.exchange.is_active()
    }

    /// Shows the head to `f`, out of the connection's buffer. `None` when the request is over.
    ///
    /// # Panics
    /// When `f` reads the body of the same request.
    pub fn with_head<T>(&self, f: impl FnOnce(HeadView<'_>) -> T) -> Option<T> {
        if !self.is_current() || self.exchange.phase.get() == Phase::Aborted {
            return None;
        }
        let (head, input) = (self.exchange.head.borrow(), self.exchange.input.borrow());
        Some(f(HeadView { bytes: head.bytes(&input), head: &head.parsed }))
    }

    fn is_current(&self) -> bool {
        self.exchange.generation.get() == self.generation
    }
}

/// The response.
impl Request {
    /// Answers with a whole response. `content-length`, `date` and `connection` are added.
    ///
    /// # Errors
    /// [`ResponseError::Header`] and [`ResponseError::Status`] leave the request to be answered; `Gone` says that nobody
    /// listens.
    pub fn respond<'h>(
        &self,
        status: u16,
        headers: impl IntoIterator<Item = (&'h [u8], &'h [u8])>,
        body: Body<'_>,
    ) -> Result<(), ResponseError> {
        let written = self.write_head(status, headers, Payload::Known(body.len() as u64))?;
        if written.sending != Sending::Nothing {
            self.push(body);
        }
        self.exchange.responding(written, Phase::Finished);
        Ok(())
    }

    /// Answers with a head and a body that follows in pieces: in chunks, or in as many bytes as the header
    /// `content-length` says.
    ///
    /// # Errors
    /// As [`respond`](Self::respond).
    pub fn respond_streaming<'h>(
        &self,
        status: u16,
        headers: impl IntoIterator<Item = (&'h [u8], &'h [u8])>,
    ) -> Result<BodySender, ResponseError> {
        let written = self.write_head(status, headers, Payload::Stream)?;
        self.exchange.responding(written, Phase::Streaming);
        Ok(BodySender { request: self.clone() })
    }

    /// Answers `101 Switching Protocols` and takes the connection over, with whatever was read behind the head.
    /// WebSocket and its kin begin here (RFC 9110, 7.8).
    ///
    /// # Errors
    /// As [`respond`](Self::respond), and when the request asks for no upgrade. The receiver fails when the
    /// client is gone before the response is written.
    pub fn upgrade<'h>(
        &self,
        headers: impl IntoIterator<Item = (&'h [u8], &'h [u8])>,
    ) -> Result<oneshot::Receiver<Upgraded>, ResponseError> {
        if !self.exchange.head.borrow().parsed.upgrades || !self.exchange.body.borrow().decoder.is_done() {
            return Err(ResponseError::NoUpgrade);
        }
        let written = self.write_head_unchecked(101, headers, Payload::Stream)?;
        let (give, taken) = oneshot::channel();
        self.exchange.upgrade.replace(Some(give));
        self.exchange.responding(written, Phase::Upgrading);
        Ok(taken)
    }

    fn write_head<'h>(
        &self,
        status: u16,
        headers: impl IntoIterator<Item = (&'h [u8], &'h [u8])>,
        payload: Payload,
    ) -> Result<Written, ResponseError> {
        if !matches!(status, 200..1000) {
            return Err(ResponseError::Status(status));
        }
        self.write_head_unchecked(status, headers, payload)
    }

    fn write_head_unchecked<'h>(
        &self,
        status: u16,
        headers: impl IntoIterator<Item = (&'h [u8], &'h [u8])>,
        payload: Payload,
    ) -> Result<Written, ResponseError> {
        let exchange = &*self.exchange;
        if !self.is_current() || exchange.phase.get() != Phase::Waiting {
            return Err(ResponseError::Gone);
        }
        let head = exchange.head.borrow();
        let writer = HeadWriter {
            status,
            keep_alive: head.parsed.keep_alive
                && !exchange.server.is_draining()
                && exchange.can_outlive_body(payload),
            is_http10: head.parsed.is_http10,
            is_head: head.parsed.is_head,
            date: &exchange.server.clock.date(),
        };
        let mut output = exchange.output.borrow_mut();
        Ok(writer.write(output.tail(&exchange.server.pool), headers, payload)?)
    }

    fn push(&self, body: Body<'_>) {
        let exchange = &*self.exchange;
        let mut output = exchange.output.borrow_mut();
        match body {
            Body::Empty => {}
            Body::Slice(bytes) => output.tail(&exchange.server.pool).extend_from_slice(bytes),
            Body::Owned(bytes) => output.push(bytes, &exchange.server.pool),
        }
    }
}

impl Exchange {
    /// Whether the connection can serve another request although the service has not read this one's body.
    fn can_outlive_body(&self, payload: Payload) -> bool {
        let body = self.body.borrow();
        if body.decoder.is_done() || payload == Payload::Stream {
            return true;
        }
        // Whether a client that waits for 100 Continue sends its body after another answer cannot be known.
        let is_small = !body.decoder.has_length() || body.decoder.remaining() <= DRAIN_LIMIT_LEN_BYTES;
        body.failure.is_none() && !body.awaits_continue && is_small
    }
}

/// The body of a response that is sent in pieces. Dropping it without [`finish`](Self::finish) breaks the response off.
#[derive(Debug)]
pub struct BodySender {
    request: Request,
}

impl BodySender {
    /// Queues a piece. `true` when more may follow at once; `false` when the client is slow and
    /// [`ready`](Self::ready) should be awaited first: what is queued anyway is kept, so that memory is in the hands of
    /// the caller.
    ///
    /// # Errors
    /// `Gone`; `Length` when it is more than `content-length` announced.
    pub fn send(&mut self, piece: Body<'_>) -> Result<bool, ResponseError> {
        let exchange = self.current()?;
        match exchange.sending.get() {
            Sending::Nothing => return Ok(true),
            Sending::UntilClose => self.request.push(piece),
            Sending::Length(left) => {
                let Some(left) = left.checked_sub(piece.len() as u64) else {
                    exchange.abort();
                    return Err(ResponseError::Length);
                };
                exchange.sending.set(Sending::Length(left));
                self.request.push(piece);
            }
            Sending::Chunked if piece.len() == 0 => {}
            Sending::Chunked => {
                let mut output = exchange.output.borrow_mut();
                let pool = &exchange.server.pool;
                match piece {
                    Body::Owned(bytes) => {
                        codec::write_chunk_size(output.tail(pool), bytes.len());
                        output.push(bytes, pool);
                        output.tail(pool).extend_from_slice(b"\r\n");
                    }
                    Body::Slice(bytes) => codec::write_chunk(output.tail(pool), bytes),
                    Body::Empty => {}
                }
            }
        }
        exchange.notify();
        Ok(exchange.pending_len_bytes() < HIGH_WATER_LEN_BYTES)
    }

    /// Waits until there is room for more.
    ///
    /// # Errors
    /// `Gone`.
    pub async fn ready(&self) -> Result<(), ResponseError> {
        poll_fn(|cx| self.poll_ready(cx)).await
    }

    /// As [`ready`](Self::ready).
    ///
    /// # Errors
    /// `Gone`.
    pub fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), ResponseError>> {
        let exchange = self.current()?;
        if exchange.pending_len_bytes() < HIGH_WATER_LEN_BYTES {
            return Poll::Ready(Ok(()));
        }
        exchange.sender.replace(Some(cx.waker().clone()));
        Poll::Pending
    }

    /// Ends the body.
    ///
    /// # Errors
    /// `Gone`; `Length` when it is less than `content-length` announced.
    pub fn finish(self) -> Result<(), ResponseError> {
        let exchange = self.current()?;
        match exchange.sending.get() {
            Sending::Length(1..) => {
                exchange.abort();
                return Err(ResponseError::Length);
            }
            Sending::Chunked => {
                codec::write_last_chunk(exchange.output.borrow_mut().tail(&exchange.server.pool));
            }
            _ => {}
        }
        exchange.phase.set(Phase::Finished);
        exchange.notify();
        Ok(())
    }

    /// Breaks the response off so that the client sees that it is incomplete: the connection is closed.
    pub fn abort(self) {}

    /// Whether the client still listens.
    pub fn is_active(&self) -> bool {
        self.current().is_ok()
    }

    fn current(&self) -> Result<&Exchange, ResponseError> {
        let exchange = &*self.request.exchange;
        if self.request.is_current() && exchange.phase.get() == Phase::Streaming {
            Ok(exchange)
        } else {
            Err(ResponseError::Gone)
        }
    }
}

impl Drop for BodySender {
    fn drop(&mut self) {
        if let Ok(exchange) = self.current() {
            exchange.abort();
        }
    }
}

/// The body of the request.
impl Request {
    /// Whether the request has a body of which something is left to read.
    pub fn has_body(&self) -> bool {
        self.is_current() && !self.exchange.body.borrow().decoder.is_done()
    }

    /// The length that the client announced; `None` for chunks.
    pub fn body_len_bytes(&self) -> Option<u64> {
        let body = self.exchange.body.borrow();
        body.decoder.has_length().then(|| body.received + body.decoder.remaining())
    }

    /// The next piece of the body, `None` after the last one. Nothing is read from the connection, beyond one buffer,
    /// until somebody asks. What has arrived already is given without waiting.
    ///
    /// # Errors
    /// See [`BodyError`]; unless the response has begun, the server answers `TooLarge`, `Timeout` and `Malformed` with the
    /// status by itself.
    pub async fn chunk(&self) -> Option<Result<Vec<u8>, BodyError>> {
        poll_fn(|cx| self.poll_chunk(cx)).await
    }

    /// As [`chunk`](Self::chunk). One task can wait at a time.
    pub fn poll_chunk(&self, cx: &mut Context<'_>) -> Poll<Option<Result<Vec<u8>, BodyError>>> {
        let found = self.try_chunk();
        if found.is_pending() {
            self.exchange.reader.replace(Some(cx.waker().clone()));
            self.exchange.want_body();
        }
        found
    }

    /// What has arrived of the body, without waiting.
    pub fn try_chunk(&self) -> Poll<Option<Result<Vec<u8>, BodyError>>> {
        if !self.is_current() {
            return Poll::Ready(Some(Err(BodyError::Gone)));
        }
        self.exchange.take_chunk().map(|found| {
            found.inspect(|outcome| {
                let Err(error) = outcome else { return };
                let is_told =
                    matches!(error, BodyError::TooLarge | BodyError::Timeout | BodyError::Malformed(_));
                // At once, before the service answers with an error of its own.
                if is_told && self.exchange.phase.get() == Phase::Waiting {
                    self.exchange.refuse(error.status());
                } else {
                    self.exchange.notify();
                }
            })
        })
    }
}

impl Exchange {
    /// Answers in place of the service with a status; the connection ends after it.
    pub(super) fn refuse(&self, status: u16) {
        let writer = HeadWriter {
            status,
            keep_alive: false,
            is_http10: false,
            is_head: false,
            date: &self.server.clock.date(),
        };
        let mut output = self.output.borrow_mut();
        let written = writer.write(output.tail(&self.server.pool), [], Payload::Known(0));
        drop(output);
        if let Ok(written) = written {
            self.responding(written, Phase::Finished);
        }
        self.wake_handles();
    }

    /// The next piece of the body that is in the input.
    pub(super) fn take_chunk(&self) -> Poll<Option<Result<Vec<u8>, BodyError>>> {
        let (mut body, mut input) = (self.body.borrow_mut(), self.input.borrow_mut());
        if let Some(failure) = body.failure {
            return Poll::Ready(Some(Err(failure)));
        }
        let mut gathered = Vec::new();
        while !body.decoder.is_done() && !input.is_empty() {
            body.awaits_continue = false;
            let step = match body.decoder.decode(input.unread()) {
                Ok(step) => step,
                Err(error) => {
                    body.failure = Some(error.into());
                    break;
                }
            };
            let is_whole = input.start == 0 && step.data.len() == input.bytes.len();
            let data = input.start + step.data.start..input.start + step.data.end;
            input.start += step.consumed;
            body.received += data.len() as u64;
            if self.server.options.body_len_bytes.is_some_and(|limit| body.received > limit) {
                body.failure = Some(BodyError::TooLarge);
                break;
            }
            // A buffer that is mostly data is given away as it is.
            if is_whole && data.len() >= input.bytes.capacity() / 2 {
                input.start = 0;
                return Poll::Ready(Some(Ok(std::mem::take(&mut input.bytes))));
            }
            gathered.extend_from_slice(&input.bytes[data]);
        }
        if !gathered.is_empty() {
            return Poll::Ready(Some(Ok(gathered)));
        }
        match body.failure {
            Some(failure) => Poll::Ready(Some(Err(failure))),
            None if body.decoder.is_done() => Poll::Ready(None),
            None if matches!(self.phase.get(), Phase::Aborted | Phase::Idle | Phase::Upgrading) => {
                Poll::Ready(Some(Err(BodyError::Gone)))
            }
            None => Poll::Pending,
        }
    }

    /// Somebody waits for the body: the client may send it now (RFC 9110, 10.1.1), and the task has to read.
    fn want_body(&self) {
        let mut body = self.body.borrow_mut();
        if std::mem::take(&mut body.awaits_continue) && self.phase.get() == Phase::Waiting {
            let mut output = self.output.borrow_mut();
            output.tail(&self.server.pool).extend_from_slice(b"HTTP/1.1 100 Continue\r\n\r\n");
        }
        if !std::mem::replace(&mut body.is_wanted, true) {
            self.is_dirty.set(true);
            self.notify();
        }
    }

    /// Data or the end arrived: whoever waits for the body looks again.
    pub(super) fn body_arrived(&self) {
        self.body.borrow_mut().is_wanted = false;
        wake(&self.reader);
    }
}

/// A connection that left HTTP.
#[derive(Debug)]
pub struct Upgraded {
    /// The connection; nothing is under way on it.
    pub stream: TcpStream,
    /// What the client sent behind the head of its request.
    pub leftover: Vec<u8>,
    /// The client's address.
    pub peer: SocketAddr,
}

#[cfg(test)]
impl Request {
    /// Bytes of the response that the client has not taken yet.
    pub(super) fn exchange_pending(&self) -> usize {
        self.exchange.pending_len_bytes()
    }
}
