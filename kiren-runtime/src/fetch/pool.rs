//! Connections that wait for their next request. Bounded in number and in time; one that its server closes leaves by
//! itself.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use hyper::header::HeaderMap;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::connect::{Connection, Origin};

/// How long a connection waits for its next request where the server names no time.
const IDLE_TIME: Duration = Duration::from_secs(30);
const MAX_IDLE_PER_ORIGIN: usize = 64;
const MAX_IDLE: usize = 256;
/// A server's own limit is undercut by this much, so that no request meets a connection that is just closing.
const MARGIN: Duration = Duration::from_secs(1);

/// See the module's documentation.
#[derive(Default)]
pub(super) struct Pool {
    places: RefCell<HashMap<Origin, Place>>,
    idle: Cell<usize>,
    reaping: Cell<bool>,
}

#[derive(Default)]
struct Place {
    /// HTTP/1.1: the one used last is taken first.
    idle: Vec<Idle>,
    /// HTTP/2: used by everybody at once.
    shared: Option<Idle>,
    protocol: Protocol,
}

impl Place {
    fn in_use(&self) -> bool {
        let opening = match &self.protocol {
            Protocol::Opening(turn) | Protocol::Http2(turn) => Rc::strong_count(turn) > 1,
            Protocol::Unknown | Protocol::Http1 => false,
        };
        opening || self.shared.is_some() || !self.idle.is_empty()
    }
}

#[derive(Default)]
enum Protocol {
    /// One connection is opened first, which shows whether more are needed.
    #[default]
    Unknown,
    Opening(Rc<Mutex<()>>),
    Http1,
    Http2(Rc<Mutex<()>>),
}

struct Idle {
    connection: Connection,
    until: Instant,
}

impl Pool {
    /// A connection to send the next request on.
    pub(super) fn take(&self, origin: &Origin) -> Option<Connection> {
        if let Some(shared) = self.take_shared(origin) {
            return Some(shared);
        }
        let mut places = self.places.borrow_mut();
        let place = places.get_mut(origin)?;
        while let Some(idle) = place.idle.pop() {
            self.idle.set(self.idle.get() - 1);
            if idle.connection.is_open() && idle.until > Instant::now() {
                return Some(idle.connection);
            }
        }
        None
    }

    /// An HTTP/2 connection.
    pub(super) fn take_shared(&self, origin: &Origin) -> Option<Connection> {
        let mut places = self.places.borrow_mut();
        let place = places.get_mut(origin)?;
        let shared = place.shared.as_mut().filter(|shared| shared.connection.is_open());
        let Some(shared) = shared else {
            place.shared = None;
            return None;
        };
        shared.until = Instant::now() + IDLE_TIME;
        shared.connection.share()
    }

    /// The lock to hold while opening a connection that others may be able to share.
    pub(super) fn turn(&self, origin: &Origin) -> Option<Rc<Mutex<()>>> {
        if !origin.secure {
            return None;
        }
        let mut places = self.places.borrow_mut();
        let place = places.entry(origin.clone()).or_default();
        match &place.protocol {
            Protocol::Http1 => None,
            Protocol::Opening(turn) | Protocol::Http2(turn) => Some(Rc::clone(turn)),
            Protocol::Unknown => {
                let turn = Rc::new(Mutex::new(()));
                place.protocol = Protocol::Opening(Rc::clone(&turn));
                Some(turn)
            }
        }
    }

    /// Remembers what the origin speaks, and shares the connection if that can be.
    pub(super) fn learn(self: &Rc<Self>, origin: &Origin, connection: &Connection) {
        let mut places = self.places.borrow_mut();
        let Some(place) = places.get_mut(origin) else { return };
        let Some(connection) = connection.share() else {
            place.protocol = Protocol::Http1;
            return;
        };
        if let Protocol::Opening(turn) = &place.protocol {
            place.protocol = Protocol::Http2(Rc::clone(turn));
        }
        place.shared = Some(Idle { connection, until: Instant::now() + IDLE_TIME });
        drop(places);
        self.reap();
    }

    /// Drops what is known of an origin that could not be reached.
    pub(super) fn forget(&self, origin: &Origin) {
        let mut places = self.places.borrow_mut();
        if places.get(origin).is_some_and(|place| !place.in_use()) {
            places.remove(origin);
        }
    }

    /// Keeps an HTTP/1.1 connection once the response it carries has been read to its end.
    pub(super) fn give_back(self: &Rc<Self>, origin: Origin, connection: Connection, headers: &HeaderMap) {
        let Connection::Http1(mut sender) = connection else { return };
        let time = keep_alive_time(headers);
        let pool = Rc::clone(self);
        tokio::task::spawn_local(async move {
            if sender.ready().await.is_ok() {
                pool.keep(origin, Connection::Http1(sender), time);
            }
        });
    }

    fn keep(self: &Rc<Self>, origin: Origin, connection: Connection, time: Duration) {
        if time.is_zero() || self.idle.get() >= MAX_IDLE {
            return;
        }
        {
            let mut places = self.places.borrow_mut();
            let place = places.entry(origin).or_default();
            if place.idle.len() >= MAX_IDLE_PER_ORIGIN {
                return;
            }
            place.idle.push(Idle { connection, until: Instant::now() + time });
            self.idle.set(self.idle.get() + 1);
        }
        self.reap();
    }

    /// Starts the task that closes what has waited too long; it ends with the last connection.
    fn reap(self: &Rc<Self>) {
        if self.reaping.replace(true) {
            return;
        }
        let pool = Rc::clone(self);
        tokio::task::spawn_local(async move {
            while let Some(next) = pool.sweep() {
                tokio::time::sleep_until(next).await;
            }
            pool.reaping.set(false);
        });
    }

    /// Closes what is due and gives the time when the next may be.
    fn sweep(&self) -> Option<Instant> {
        let now = Instant::now();
        let due = |idle: &Idle| idle.until <= now || !idle.connection.is_open();
        let mut next: Option<Instant> = None;
        let mut waiting = 0;
        self.places.borrow_mut().retain(|_, place| {
            place.idle.retain(|idle| !due(idle));
            // Streams that are under way keep their connection: only the pool lets go of it.
            place.shared.take_if(|shared| due(shared));
            waiting += place.idle.len();
            for idle in place.idle.iter().chain(&place.shared) {
                next = Some(next.map_or(idle.until, |next| next.min(idle.until)));
            }
            place.in_use()
        });
        self.idle.set(waiting);
        next
    }
}

/// How long the server says that it keeps the connection: `Keep-Alive: timeout=5`.
fn keep_alive_time(headers: &HeaderMap) -> Duration {
    let announced = headers.get("keep-alive").and_then(|value| value.to_str().ok()).and_then(|value| {
        let timeout = value.split(',').find_map(|part| part.trim().strip_prefix("timeout="))?;
        timeout.trim().parse().ok().map(Duration::from_secs)
    });
    announced.map_or(IDLE_TIME, |time| time.saturating_sub(MARGIN).min(IDLE_TIME))
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    #[test]
    fn a_server_may_shorten_the_wait() {
        let check = |value: Option<&'static str>, expected: Duration| {
            let value = value.map(HeaderValue::from_static);
            let headers =
                value.map(|value| ("keep-alive".parse().expect("a name"), value)).into_iter().collect();
            assert_eq!(keep_alive_time(&headers), expected, "{headers:?}");
        };
        check(None, IDLE_TIME);
        check(Some("timeout=5, max=100"), Duration::from_secs(4));
        check(Some("max=100, timeout=5"), Duration::from_secs(4));
        check(Some("timeout=1"), Duration::ZERO);
        check(Some("timeout=0"), Duration::ZERO);
        check(Some("timeout=86400"), IDLE_TIME);
        check(Some("timeout=soon"), IDLE_TIME);
    }
}
