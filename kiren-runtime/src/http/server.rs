//! Accepting connections, the limits they have, and the way to stop.

use std::{cell::Cell, io, net::SocketAddr, rc::Rc, time::Duration};

use tokio::sync::Notify;

use super::{
    clock::Clock,
    codec::HeadLimits,
    connection,
    exchange::{Exchange, Phase},
    request::Request,
};
use crate::io::{BufferPool, TcpListener};

/// Who answers requests.
pub trait Service {
    /// A request is there. Called from the connection's task: what is answered before this returns costs no task switch.
    fn call(&self, request: Request);

    /// The client of a request that is not answered in full is gone, or the server stopped waiting for it. Called from
    /// the connection's task, at most once per request, never from within a method of [`Request`].
    fn aborted(&self, request: &Request) {
        let _ = request;
    }
}

/// Limits of a server; `None` is no limit.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Options {
    /// What a request head may cost: 431 and 414.
    pub head: HeadLimits,
    /// How large a request body may be: 413.
    pub body_len_bytes: Option<u64>,
    /// How long a head may take from its first byte, or from the connection's beginning: 408.
    pub head_timeout: Option<Duration>,
    /// How long a body that is being read may pause: 408.
    pub body_timeout: Option<Duration>,
    /// How long a connection may wait for its next request.
    pub idle_timeout: Option<Duration>,
    /// How long a client may take no byte of its response.
    pub write_timeout: Option<Duration>,
    /// How many connections are served at a time; more wait in the kernel.
    pub connections: usize,
    /// Whether a client that ended its sending side is still answered. Otherwise it counts as gone.
    pub half_close: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            head: HeadLimits::default(),
            body_len_bytes: Some(1 << 30),
            head_timeout: Some(Duration::from_secs(30)),
            body_timeout: Some(Duration::from_secs(60)),
            idle_timeout: Some(Duration::from_secs(75)),
            write_timeout: Some(Duration::from_secs(60)),
            connections: 64 * 1024,
            half_close: false,
        }
    }
}

/// What the server and its connections share.
pub(super) struct Shared {
    pub(super) service: Rc<dyn Service>,
    pub(super) options: Options,
    pub(super) pool: BufferPool,
    pub(super) clock: Clock,
    connections: Cell<usize>,
    is_draining: Cell<bool>,
    /// A connection came or went, or draining began.
    changed: Notify,
}

impl Shared {
    pub(super) fn is_draining(&self) -> bool {
        self.is_draining.get()
    }

    pub(super) fn opened(&self) {
        self.connections.set(self.connections.get() + 1);
        self.changed.notify_waiters();
    }

    pub(super) fn closed(&self) {
        self.connections.set(self.connections.get() - 1);
        self.changed.notify_waiters();
    }

    /// How often deadlines are looked at: a quarter of the shortest one, at most twice a second for the date.
    fn tick(&self) -> Duration {
        let Options { head_timeout, body_timeout, idle_timeout, write_timeout, .. } = self.options;
        let shortest = [head_timeout, body_timeout, idle_timeout, write_timeout].into_iter().flatten().min();
        let tick = shortest.map_or(Duration::MAX, |timeout| timeout / 4);
        tick.clamp(Duration::from_millis(1), Duration::from_millis(500))
    }
}

/// A server that is running. Dropping the handle stops it at once.
pub struct Server {
    shared: Rc<Shared>,
    local: SocketAddr,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("local", &self.local)
            .field("connections", &self.connections())
            .finish_non_exhaustive()
    }
}

impl Server {
    /// Accepts connections from `listener` and hands their requests to `service`, in tasks of the current loop.
    pub fn start(listener: TcpListener, service: Rc<dyn Service>, options: Options) -> Self {
        let local = listener.local_addr();
        let shared = Rc::new(Shared {
            service,
            options,
            pool: BufferPool::new(),
            clock: Clock::new(),
            connections: Cell::new(0),
            is_draining: Cell::new(false),
            changed: Notify::new(),
        });
        tokio::task::spawn_local(accept_all(listener, shared.clone()));
        tokio::task::spawn_local(watch_deadlines(shared.clone()));
        Self { shared, local }
    }

    /// The address it listens on.
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.shared.connections.get()
    }

    /// Stops accepting, closes idle connections, lets requests in flight be answered, and closes what is left after
    /// `grace`. `true` when everything was answered.
    pub async fn drain(&self, grace: Duration) -> bool {
        self.stop_accepting();
        let is_done = tokio::time::timeout(grace, self.closed()).await.is_ok();
        if !is_done {
            self.close();
            self.closed().await;
        }
        is_done
    }

    /// Stops accepting and closes all connections.
    pub fn close(&self) {
        self.stop_accepting();
        Exchange::for_each(&self.shared, |exchange| {
            exchange.is_killed.set(true);
            exchange.notify();
        });
    }

    /// Waits until no connection is left. Only useful after [`close`](Self::close).
    pub async fn closed(&self) {
        while self.connections() > 0 {
            self.shared.changed.notified().await;
        }
    }

    fn stop_accepting(&self) {
        self.shared.is_draining.set(true);
        self.shared.changed.notify_waiters();
        Exchange::for_each(&self.shared, |exchange| {
            if exchange.phase.get() == Phase::Idle {
                exchange.notify();
            }
        });
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.close();
    }
}

async fn accept_all(listener: TcpListener, shared: Rc<Shared>) {
    while !shared.is_draining() {
        let changed = shared.changed.notified();
        if shared.connections.get() >= shared.options.connections {
            changed.await;
            continue;
        }
        tokio::select! {
            biased;
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => connection::spawn(stream, peer, &shared),
                Err(error) => wait_after(&error).await,
            },
            () = changed => {}
        }
    }
}

/// An error of `accept` is the condition of one connection, or of the process; the latter passes when others close.
async fn wait_after(error: &io::Error) {
    let is_one_connection = matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::Interrupted
    );
    if !is_one_connection {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Ticks the clock and wakes the connections whose time is up, as long as there are any.
async fn watch_deadlines(shared: Rc<Shared>) {
    let tick = shared.tick();
    loop {
        let changed = shared.changed.notified();
        if shared.connections.get() == 0 {
            if shared.is_draining() {
                return;
            }
            changed.await;
            continue;
        }
        tokio::time::sleep(tick).await;
        shared.clock.tick();
        let now = shared.clock.now();
        Exchange::for_each(&shared, |exchange| {
            if exchange.deadline.get() <= now {
                exchange.is_expired.set(true);
                exchange.notify();
            }
        });
    }
}
