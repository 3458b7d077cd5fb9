//! One connection: reads, the requests in them, and writes, in one task.

use std::{
    future::{Future, poll_fn},
    io,
    net::{Shutdown, SocketAddr},
    pin::{Pin, pin},
    rc::Rc,
    task::Poll,
};

use super::{
    clock::{Moment, NEVER},
    codec::{CodecError, Framing, HeadScanner},
    exchange::{BodyState, Exchange, Phase},
    request::{BodyError, DRAIN_LIMIT_LEN_BYTES, HIGH_WATER_LEN_BYTES, Request, Upgraded},
    server::Shared,
};
use crate::io::{BufferResult, LARGE_LEN_BYTES, TcpStream};

/// How much is read and dropped after the last response, so that the client gets to read it (RFC 9112, 9.6).
const LINGER_LIMIT_LEN_BYTES: usize = 512 * 1024;

/// Serves `stream` in a task of its own.
pub(super) fn spawn(stream: TcpStream, peer: SocketAddr, server: &Rc<Shared>) {
    if server.is_draining() {
        return;
    }
    let exchange = Exchange::open(server.clone(), peer);
    server.opened();
    server.clock.tick();
    tokio::task::spawn_local(serve(Connection { stream: Rc::new(stream), exchange, state: State::new() }));
}

struct Connection {
    stream: Rc<TcpStream>,
    exchange: Rc<Exchange>,
    state: State,
}

/// What only the task knows.
struct State {
    scanner: HeadScanner,
    /// When the head that has begun has to be complete.
    head_deadline: Moment,
    /// The client has ended its sending side.
    is_at_end: bool,
    /// Requests begun.
    requests: u64,
    /// The response that is on its way is the last one, and the client may still be sending.
    lingers: bool,
    /// Bytes of unread body that were dropped.
    drained: u64,
}

impl State {
    fn new() -> Self {
        Self {
            scanner: HeadScanner::default(),
            head_deadline: NEVER,
            is_at_end: false,
            requests: 0,
            lingers: false,
            drained: 0,
        }
    }
}

/// What to do after the input was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Wait: for input, for the service, for the client to take its response.
    Wait,
    /// Look again when the output is written.
    Flush,
    /// Write what there is and close.
    Close,
    /// Write what there is and hand the connection over.
    Upgrade,
    /// Close at once.
    Drop,
}

enum Event {
    Read(BufferResult<usize>),
    Written(BufferResult<usize>, usize),
    Changed,
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Makes operations under way complete, so that the ring lets go of the descriptor.
        if self.exchange.phase.get() != Phase::Upgrading {
            let _ = self.stream.shutdown(Shutdown::Both);
        }
        self.exchange.close();
        self.exchange.server.closed();
    }
}

/// The task. Reads and writes that are under way are kept from round to round: on a ring they cannot be taken back.
async fn serve(mut connection: Connection) {
    let mut reading = pin!(None);
    let mut writing = pin!(None);
    let step = loop {
        let mut step = connection.advance();
        if writing.is_none() && step != Step::Drop {
            match connection.write_now() {
                Ok(None) if step == Step::Flush => continue,
                Ok(None) if matches!(step, Step::Close | Step::Upgrade) => break step,
                Ok(None) => {}
                Ok(Some((buffer, start))) => {
                    connection.exchange.writing_len_bytes.set(buffer.len() - start);
                    writing.set(Some(write(connection.stream.clone(), buffer, start)));
                }
                Err(_) => step = connection.lost(),
            }
        }
        if step == Step::Drop {
            break step;
        }
        if reading.is_none() && connection.wants_input(step) {
            reading.set(Some(connection.read()));
        }
        connection.set_deadline(writing.is_some());
        match connection.event(&mut reading, &mut writing).await {
            Event::Read(outcome) => connection.take_input(outcome),
            Event::Written((Ok(0) | Err(_), _), _) => {
                connection.lost();
                break Step::Drop;
            }
            Event::Written((Ok(count), buffer), start) => {
                let start = start + count;
                if start < buffer.len() {
                    connection.exchange.writing_len_bytes.set(buffer.len() - start);
                    writing.set(Some(write(connection.stream.clone(), buffer, start)));
                } else {
                    connection.written(buffer);
                }
            }
            Event::Changed => {
                if connection.exchange.is_killed.get() || (connection.expired() && writing.is_some()) {
                    connection.lost();
                    break Step::Drop;
                }
            }
        }
    };
    match step {
        Step::Upgrade => connection.upgrade(),
        Step::Close if connection.state.lingers && !connection.state.is_at_end => {
            connection.linger(&mut reading).await;
        }
        _ => {}
    }
}

async fn write(stream: Rc<TcpStream>, buffer: Vec<u8>, start: usize) -> (BufferResult<usize>, usize) {
    (stream.write(buffer, start).await, start)
}

impl Connection {
    /// Serves what is in the input as far as that goes without waiting.
    fn advance(&mut self) -> Step {
        loop {
            match self.exchange.phase.get() {
                Phase::Idle => match self.next_request() {
                    Ok(()) => {}
                    Err(step) => return step,
                },
                Phase::Waiting | Phase::Streaming => {
                    let failure = self.exchange.body.borrow().failure;
                    return match failure {
                        Some(BodyError::Gone | BodyError::Incomplete) | None => Step::Wait,
                        // Too late for a status: what the service does with the error decides.
                        Some(_) if self.exchange.phase.get() == Phase::Streaming => Step::Wait,
                        Some(failure) => self.refuse(failure.status()),
                    };
                }
                Phase::Finished => match self.after_response() {
                    Ok(()) => {}
                    Err(step) => return step,
                },
                Phase::Upgrading => return Step::Upgrade,
                Phase::Aborted => return Step::Drop,
            }
        }
    }

    /// Finds the next request in the input and has it served; `Err` says what to do where there is none.
    fn next_request(&mut self) -> Result<(), Step> {
        let Self { exchange, state, .. } = self;
        let options = &exchange.server.options;
        if exchange.output.borrow().len_bytes() >= HIGH_WATER_LEN_BYTES {
            return Err(Step::Flush);
        }
        let parsed = {
            let mut input = exchange.input.borrow_mut();
            if state.scanner == HeadScanner::default() {
                // Empty lines before a request are ignored (RFC 9112, 2.2).
                while input.unread().starts_with(b"\r\n") {
                    input.start += 2;
                    // They count as the beginning of a head to its deadline.
                    if state.head_deadline == NEVER {
                        state.head_deadline = exchange.server.clock.after(options.head_timeout);
                    }
                }
            }
            let start = input.start;
            let found = if matches!(input.unread(), b"" | b"\r") {
                Ok(None)
            } else {
                state.scanner.find_end(input.unread(), &options.head)
            };
            match found {
                Ok(None) => {
                    let is_over =
                        state.is_at_end || (exchange.server.is_draining() && !state.scanner.is_begun());
                    return Err(if is_over { Step::Close } else { Step::Wait });
                }
                Ok(Some(len)) => {
                    let mut head = exchange.head.borrow_mut();
                    head.set((start, start + len));
                    let parsed = head.parsed.parse(&input.bytes[start..start + len], &options.head);
                    input.start += len;
                    parsed
                }
                Err(error) => Err(error),
            }
        };
        state.scanner = HeadScanner::default();
        state.head_deadline = NEVER;
        state.requests += 1;
        state.drained = 0;
        match parsed {
            Ok(()) => self.call(),
            Err(error) => Err(self.refuse_head(error)),
        }
    }

    /// Hands the parsed request to the service.
    fn call(&mut self) -> Result<(), Step> {
        let exchange = &self.exchange;
        let (framing, expects_continue) = {
            let head = exchange.head.borrow();
            (head.parsed.framing, head.parsed.expects_continue)
        };
        exchange.begin(BodyState::new(framing, expects_continue));
        if let (Framing::Length(length), Some(limit)) = (framing, exchange.server.options.body_len_bytes)
            && length > limit
        {
            return Err(self.refuse(BodyError::TooLarge.status()));
        }
        exchange.in_call.set(true);
        exchange.server.service.call(Request::new(exchange.clone()));
        exchange.in_call.set(false);
        if exchange.phase.get() != Phase::Finished {
            exchange.head.borrow_mut().freeze(&exchange.input.borrow());
        }
        Ok(())
    }

    /// Makes way for the next request: what the service left of the body is read and dropped.
    fn after_response(&mut self) -> Result<(), Step> {
        let Self { exchange, state, .. } = self;
        let is_body_done = exchange.body.borrow().decoder.is_done();
        if !exchange.keep_alive.get() {
            state.lingers |= !is_body_done || !exchange.input.borrow().is_empty();
            return Err(Step::Close);
        }
        if !is_body_done {
            loop {
                match exchange.take_chunk() {
                    Poll::Ready(None) => break,
                    Poll::Ready(Some(Ok(data))) => state.drained += data.len() as u64,
                    Poll::Pending if !state.is_at_end && !exchange.body.borrow().awaits_continue => {
                        return Err(Step::Wait);
                    }
                    Poll::Pending | Poll::Ready(Some(Err(_))) => state.drained = u64::MAX,
                }
                if state.drained > DRAIN_LIMIT_LEN_BYTES {
                    exchange.keep_alive.set(false);
                    state.lingers = true;
                    return Err(Step::Close);
                }
            }
        }
        exchange.phase.set(Phase::Idle);
        Ok(())
    }

    /// Refuses a head that cannot be understood. Where the next request would begin is unknown: the connection ends.
    fn refuse_head(&mut self, error: CodecError) -> Step {
        self.exchange.begin(BodyState::new(Framing::Length(0), false));
        self.refuse(error.status())
    }

    /// Answers a request that the service did not answer with a status, and ends the connection.
    fn refuse(&mut self, status: u16) -> Step {
        self.exchange.refuse(status);
        self.state.lingers = true;
        Step::Close
    }

    /// Writes what the socket takes at once. What is left has to wait for it.
    fn write_now(&mut self) -> io::Result<Option<(Vec<u8>, usize)>> {
        loop {
            let Some(buffer) = self.exchange.output.borrow_mut().pop() else { return Ok(None) };
            match self.stream.try_write(&buffer) {
                Ok(count) if count == buffer.len() => self.written(buffer),
                Ok(count) => return Ok(Some((buffer, count))),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Some((buffer, 0))),
                Err(error) => return Err(error),
            }
        }
    }

    fn written(&self, buffer: Vec<u8>) {
        self.exchange.server.pool.give(buffer);
        self.exchange.writing_len_bytes.set(0);
        super::exchange::wake(&self.exchange.sender);
    }

    /// Whether to have a read under way: always between requests; during one, as long as nothing is waiting to be used,
    /// to go on with the body or to see that the client is gone.
    fn wants_input(&self, step: Step) -> bool {
        let exchange = &self.exchange;
        if self.state.is_at_end || matches!(step, Step::Close | Step::Upgrade | Step::Flush) {
            return false;
        }
        match exchange.phase.get() {
            Phase::Idle => true,
            Phase::Finished => exchange.input.borrow().is_empty(),
            // A connection that is going to be handed over must have nothing under way.
            Phase::Waiting | Phase::Streaming => {
                exchange.input.borrow().is_empty() && !exchange.head.borrow().parsed.upgrades
            }
            Phase::Upgrading | Phase::Aborted => false,
        }
    }

    fn read(&self) -> impl Future<Output = BufferResult<usize>> + use<> {
        let (stream, exchange) = (self.stream.clone(), self.exchange.clone());
        let mut buffer = exchange.input.borrow_mut().take();
        if buffer.is_empty() && stream.waits_without_buffer() {
            exchange.server.pool.give(std::mem::take(&mut buffer));
        }
        async move {
            let pool = &exchange.server.pool;
            if buffer.capacity() == 0 && stream.waits_without_buffer() {
                if let Err(error) = stream.readable().await {
                    return (Err(error), buffer);
                }
                buffer = pool.take_large();
            } else if buffer.capacity() == 0 {
                let is_body = exchange.body.borrow().is_wanted;
                buffer = if is_body { pool.take_large() } else { pool.take_small() };
            } else if buffer.len() == buffer.capacity() {
                let mut larger = pool.take_large();
                larger.reserve(buffer.len() + LARGE_LEN_BYTES / 4);
                larger.extend_from_slice(&buffer);
                pool.give(std::mem::replace(&mut buffer, larger));
            }
            stream.read(buffer).await
        }
    }

    fn take_input(&mut self, (outcome, buffer): BufferResult<usize>) {
        let exchange = &self.exchange;
        exchange.input.borrow_mut().bytes = buffer;
        if let Ok(1..) = outcome {
            if exchange.body.borrow().is_wanted {
                exchange.body_arrived();
            }
            return;
        }
        self.state.is_at_end = true;
        let mut body = exchange.body.borrow_mut();
        if !body.decoder.is_done() {
            body.failure.get_or_insert(BodyError::Incomplete);
        }
        drop(body);
        exchange.body_arrived();
        if exchange.is_active() && (outcome.is_err() || !exchange.server.options.half_close) {
            self.lost();
        }
    }

    /// The client is gone, or is treated so: the service learns it if it has not answered.
    fn lost(&mut self) -> Step {
        if self.exchange.is_active() {
            let request = Request::new(self.exchange.clone());
            self.exchange.abort();
            self.exchange.server.service.aborted(&request);
        }
        self.exchange.phase.set(Phase::Aborted);
        self.exchange.output.borrow_mut().clear();
        Step::Drop
    }

    /// When to give up waiting for what the connection waits for now.
    fn set_deadline(&mut self, is_writing: bool) {
        let exchange = &self.exchange;
        let options = &exchange.server.options;
        let clock = &exchange.server.clock;
        let deadline = if is_writing {
            clock.after(options.write_timeout)
        } else if exchange.phase.get() == Phase::Idle {
            let is_begun = self.state.scanner.is_begun() || self.state.requests == 0;
            if is_begun && self.state.head_deadline == NEVER {
                self.state.head_deadline = clock.after(options.head_timeout);
            }
            // A head has one deadline, however its bytes drip in.
            match self.state.head_deadline {
                NEVER => clock.after(if is_begun { options.head_timeout } else { options.idle_timeout }),
                deadline => deadline,
            }
        } else if exchange.body.borrow().is_wanted || exchange.phase.get() == Phase::Finished {
            clock.after(options.body_timeout)
        } else {
            NEVER
        };
        exchange.deadline.set(deadline);
    }

    /// Reacts to a deadline that has passed; `true` when there was one.
    fn expired(&mut self) -> bool {
        // What arrived while the loop was busy elsewhere has set a new deadline.
        if !self.exchange.is_expired.take() || self.exchange.deadline.get() > self.exchange.server.clock.now()
        {
            return false;
        }
        let exchange = &self.exchange;
        match exchange.phase.get() {
            Phase::Idle if !self.state.scanner.is_begun() => exchange.phase.set(Phase::Aborted),
            Phase::Idle => {
                exchange.begin(BodyState::new(Framing::Length(0), false));
                self.refuse(408);
            }
            Phase::Waiting | Phase::Streaming => {
                exchange.body.borrow_mut().failure.get_or_insert(BodyError::Timeout);
                exchange.body_arrived();
            }
            _ => exchange.phase.set(Phase::Aborted),
        }
        true
    }

    async fn event<R, W>(&self, reading: &mut Pin<&mut Option<R>>, writing: &mut Pin<&mut Option<W>>) -> Event
    where
        R: Future<Output = BufferResult<usize>>,
        W: Future<Output = (BufferResult<usize>, usize)>,
    {
        poll_fn(|cx| {
            self.exchange.set_task(cx.waker());
            if let Some(read) = reading.as_mut().as_pin_mut()
                && let Poll::Ready(outcome) = read.poll(cx)
            {
                reading.set(None);
                return Poll::Ready(Event::Read(outcome));
            }
            if let Some(write) = writing.as_mut().as_pin_mut()
                && let Poll::Ready((outcome, start)) = write.poll(cx)
            {
                writing.set(None);
                return Poll::Ready(Event::Written(outcome, start));
            }
            if self.exchange.is_dirty.take() { Poll::Ready(Event::Changed) } else { Poll::Pending }
        })
        .await
    }

    /// Closes the sending side and waits for the client to do the same, for a limited time and amount: closing with
    /// unread input would reset the connection and take the response from the client (RFC 9112, 9.6).
    async fn linger<R>(&mut self, reading: &mut Pin<&mut Option<R>>)
    where
        R: Future<Output = BufferResult<usize>>,
    {
        let exchange = self.exchange.clone();
        let pool = &exchange.server.pool;
        let _ = self.stream.shutdown(Shutdown::Write);
        let drop_input = async {
            if let Some(read) = reading.as_mut().as_pin_mut() {
                let (outcome, buffer) = read.await;
                reading.set(None);
                pool.give(buffer);
                if !matches!(outcome, Ok(1..)) {
                    return;
                }
            }
            let mut dropped = 0;
            while dropped < LINGER_LIMIT_LEN_BYTES {
                let (outcome, buffer) = self.stream.read(pool.take_large()).await;
                pool.give(buffer);
                match outcome {
                    Ok(count @ 1..) => dropped += count,
                    _ => return,
                }
            }
        };
        let patience = std::time::Duration::from_secs(2);
        let _ = tokio::time::timeout(patience, drop_input).await;
    }

    fn upgrade(self) {
        let Some(taker) = self.exchange.upgrade.take() else { return };
        let leftover = self.exchange.input.borrow_mut().take();
        let (stream, peer) = (self.stream.clone(), self.exchange.peer);
        drop(self);
        if let Some(stream) = Rc::into_inner(stream) {
            // Nobody waits for it: it is closed.
            let _ = taker.send(Upgraded { stream, leftover, peer });
        }
    }
}
