//! What a connection's task and the handles to its request share.

use std::{
    cell::{Cell, RefCell},
    net::SocketAddr,
    rc::Rc,
    task::Waker,
};

use slab::Slab;

use super::{
    clock::{Moment, NEVER},
    codec::{BodyDecoder, Framing, Head, Sending, Written},
    output::Output,
    request::{BodyError, Upgraded},
    server::Shared,
};

thread_local! {
    /// Every connection of this thread, so that a pair of small numbers can stand for a request.
    static EXCHANGES: RefCell<Slab<Rc<Exchange>>> = const { RefCell::new(Slab::new()) };
    /// The number of the last request on this thread.
    static GENERATION: Cell<u32> = const { Cell::new(0) };
}

/// 30 bits: a small integer to V8.
const GENERATION_MASK: u32 = (1 << 30) - 1;

/// Where the request that a connection serves stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// None is there.
    Idle,
    /// The service has it and no response has begun.
    Waiting,
    /// The head of the response is written, its body goes on.
    Streaming,
    /// The response is complete.
    Finished,
    /// The connection goes over to another protocol.
    Upgrading,
    /// The client is gone, or the response broke off.
    Aborted,
}

/// One connection, and the request it serves. Reused for all requests of the connection.
pub(super) struct Exchange {
    pub(super) slot: u32,
    pub(super) generation: Cell<u32>,
    pub(super) peer: SocketAddr,
    pub(super) server: Rc<Shared>,
    pub(super) phase: Cell<Phase>,
    /// The service is being called right now: nobody needs to be woken.
    pub(super) in_call: Cell<bool>,

    pub(super) head: RefCell<RequestHead>,
    pub(super) input: RefCell<Input>,
    pub(super) body: RefCell<BodyState>,
    pub(super) output: RefCell<Output>,
    /// Bytes that are being written and still count against the sender.
    pub(super) writing_len_bytes: Cell<usize>,
    pub(super) sending: Cell<Sending>,
    pub(super) keep_alive: Cell<bool>,
    pub(super) upgrade: RefCell<Option<tokio::sync::oneshot::Sender<Upgraded>>>,

    /// Something happened that the task has to look at.
    pub(super) is_dirty: Cell<bool>,
    /// The server wants the connection to end now.
    pub(super) is_killed: Cell<bool>,
    pub(super) deadline: Cell<Moment>,
    pub(super) is_expired: Cell<bool>,
    task: RefCell<Option<Waker>>,
    pub(super) reader: RefCell<Option<Waker>>,
    pub(super) sender: RefCell<Option<Waker>>,
}

/// The parsed head, and its bytes once the request outlives the call.
#[derive(Default)]
pub(super) struct RequestHead {
    pub(super) parsed: Head,
    /// Where the head lies in the input, until it is frozen.
    pub(super) at: (usize, usize),
    /// A copy, made when the service did not answer at once.
    frozen: Vec<u8>,
    is_frozen: bool,
}

impl RequestHead {
    /// Notes that a head was parsed at `at` in the input.
    pub(super) fn set(&mut self, at: (usize, usize)) {
        self.at = at;
        self.is_frozen = false;
    }

    /// Copies the head out of the input, which will be overwritten.
    pub(super) fn freeze(&mut self, input: &Input) {
        self.frozen.clear();
        self.frozen.extend_from_slice(&input.bytes[self.at.0..self.at.1]);
        self.is_frozen = true;
    }

    pub(super) fn bytes<'a>(&'a self, input: &'a Input) -> &'a [u8] {
        if self.is_frozen { &self.frozen } else { &input.bytes[self.at.0..self.at.1] }
    }
}

/// What was read and is not used up.
#[derive(Default)]
pub(super) struct Input {
    pub(super) bytes: Vec<u8>,
    pub(super) start: usize,
}

impl Input {
    pub(super) fn unread(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    pub(super) fn is_empty(&self) -> bool {
        self.start == self.bytes.len()
    }

    /// The buffer, with what is unread at its front, to read more into.
    pub(super) fn take(&mut self) -> Vec<u8> {
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.drain(..std::mem::take(&mut self.start));
        bytes
    }
}

/// The body of the request.
pub(super) struct BodyState {
    pub(super) decoder: BodyDecoder,
    /// Data bytes handed out or drained so far.
    pub(super) received: u64,
    /// The client waits for `100 Continue`.
    pub(super) awaits_continue: bool,
    /// Somebody waits for data that are not here.
    pub(super) is_wanted: bool,
    pub(super) failure: Option<BodyError>,
}

impl BodyState {
    pub(super) fn new(framing: Framing, awaits_continue: bool) -> Self {
        Self {
            decoder: BodyDecoder::new(framing),
            received: 0,
            awaits_continue,
            is_wanted: false,
            failure: None,
        }
    }
}

impl Exchange {
    /// Registers a connection.
    pub(super) fn open(server: Rc<Shared>, peer: SocketAddr) -> Rc<Self> {
        EXCHANGES.with_borrow_mut(|exchanges| {
            let entry = exchanges.vacant_entry();
            let exchange = Rc::new(Self {
                slot: entry.key() as u32,
                generation: Cell::new(next_generation()),
                peer,
                server,
                phase: Cell::new(Phase::Idle),
                in_call: Cell::new(false),
                head: RefCell::default(),
                input: RefCell::default(),
                body: RefCell::new(BodyState::new(Framing::Length(0), false)),
                output: RefCell::default(),
                writing_len_bytes: Cell::new(0),
                sending: Cell::new(Sending::Nothing),
                keep_alive: Cell::new(true),
                upgrade: RefCell::default(),
                is_dirty: Cell::new(false),
                is_killed: Cell::new(false),
                deadline: Cell::new(NEVER),
                is_expired: Cell::new(false),
                task: RefCell::default(),
                reader: RefCell::default(),
                sender: RefCell::default(),
            });
            entry.insert(exchange.clone());
            exchange
        })
    }

    /// Removes the connection; handles to it find nothing from now on.
    pub(super) fn close(&self) {
        self.generation.set(next_generation());
        self.phase.set(Phase::Aborted);
        self.wake_handles();
        // Dropped after the borrow ends, in case it is the last reference.
        let removed = EXCHANGES.try_with(|exchanges| exchanges.borrow_mut().try_remove(self.slot as usize));
        drop(removed);
    }

    pub(super) fn find(slot: u32, generation: u32) -> Option<Rc<Self>> {
        EXCHANGES.with_borrow(|exchanges| {
            exchanges.get(slot as usize).filter(|exchange| exchange.generation.get() == generation).cloned()
        })
    }

    /// Calls `f` for every connection of `server`. `f` may wake tasks but neither open nor close connections.
    pub(super) fn for_each(server: &Rc<Shared>, mut f: impl FnMut(&Self)) {
        EXCHANGES.with_borrow(|exchanges| {
            for (_, exchange) in exchanges.iter().filter(|(_, exchange)| Rc::ptr_eq(&exchange.server, server))
            {
                f(exchange);
            }
        });
    }

    /// A new request begins: handles to the last one find nothing from now on.
    pub(super) fn begin(&self, body: BodyState) {
        self.generation.set(next_generation());
        self.phase.set(Phase::Waiting);
        *self.body.borrow_mut() = body;
    }

    /// Whether a request is with the service and its response not complete.
    pub(super) fn is_active(&self) -> bool {
        matches!(self.phase.get(), Phase::Waiting | Phase::Streaming)
    }

    /// Notes that the response's head is written.
    pub(super) fn responding(&self, written: Written, phase: Phase) {
        self.sending.set(written.sending);
        self.keep_alive.set(written.keep_alive);
        self.phase.set(phase);
        self.notify();
    }

    /// Ends the request without a complete response.
    pub(super) fn abort(&self) {
        self.phase.set(Phase::Aborted);
        self.wake_handles();
        self.notify();
    }

    /// Makes the task look at what changed, unless it is the caller.
    pub(super) fn notify(&self) {
        if self.in_call.get() {
            return;
        }
        self.is_dirty.set(true);
        if let Some(task) = self.task.borrow().as_ref() {
            task.wake_by_ref();
        }
    }

    /// Notes whom to wake.
    pub(super) fn set_task(&self, waker: &Waker) {
        let mut task = self.task.borrow_mut();
        if !task.as_ref().is_some_and(|known| known.will_wake(waker)) {
            *task = Some(waker.clone());
        }
    }

    pub(super) fn wake_handles(&self) {
        wake(&self.reader);
        wake(&self.sender);
    }

    /// Bytes that the client has not taken yet.
    pub(super) fn pending_len_bytes(&self) -> usize {
        self.output.borrow().len_bytes() + self.writing_len_bytes.get()
    }
}

pub(super) fn wake(waker: &RefCell<Option<Waker>>) {
    if let Some(waker) = waker.take() {
        waker.wake();
    }
}

fn next_generation() -> u32 {
    let next = GENERATION.get().wrapping_add(1) & GENERATION_MASK;
    GENERATION.set(next);
    next
}
