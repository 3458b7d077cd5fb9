//! A connection to NATS, which any number of subsystems use.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_nats::connection::State;
use async_nats::{Client, ConnectOptions, Event, ServerAddr};
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::counts::{NatsStats, Tally, add};
use super::error::NatsError;

/// A connection. Clones are the same one; it is closed by [`close`](Self::close), or when the last clone, the last mount and the
/// last [`Served`](super::Served) have gone.
#[derive(Clone)]
pub struct Nats {
    pub(crate) client: Client,
    pub(crate) shared: Arc<Shared>,
}

/// What the client's events and the connection's users have in common.
pub(crate) struct Shared {
    /// Futures of the client need tokio; handlers of a kernel run on any thread.
    pub(crate) runtime: Handle,
    closed: AtomicBool,
    overruns: AtomicU64,
    /// Says that there is a connection, again.
    connects: watch::Sender<u64>,
    tallies: Mutex<BTreeMap<Arc<str>, Arc<Tally>>>,
}

/// Whether there is a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// There is one.
    Connected,
    /// There was one, and the client tries to have it again.
    Reconnecting,
    /// It was closed, or the client gave up.
    Closed,
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Connected => "connected",
            Self::Reconnecting => "reconnecting",
            Self::Closed => "closed",
        })
    }
}

/// Sets a connection up.
#[must_use = "a connection is made by `connect`"]
pub struct NatsBuilder {
    servers: Result<Servers, NatsError>,
    options: ConnectOptions,
}

impl NatsBuilder {
    /// What the server calls this client in its lists.
    pub fn name(self, name: &str) -> Self {
        self.change(|options| options.name(name))
    }

    /// A name and a password, in place of those in the URL.
    pub fn user_and_password(self, user: &str, password: &str) -> Self {
        self.change(|options| options.user_and_password(user.to_owned(), password.to_owned()))
    }

    /// A token, in place of that in the URL.
    pub fn token(self, token: &str) -> Self {
        self.change(|options| options.token(token.to_owned()))
    }

    /// Talks TLS even if neither URL nor server ask for it.
    pub fn require_tls(self) -> Self {
        self.change(|options| options.require_tls(true))
    }

    /// Trusts the certificates in a PEM file, and no others.
    pub fn root_certificates(self, file: impl Into<PathBuf>) -> Self {
        self.change(|options| options.add_root_certificates(file.into()))
    }

    /// Shows the server a certificate, of two PEM files.
    pub fn client_certificate(self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.change(|options| options.add_client_certificate(certificate.into(), key.into()))
    }

    /// How many messages the client holds back while there is no connection, 2,048 if nothing is said.
    pub fn buffer(self, messages: usize) -> Self {
        self.change(|options| options.client_capacity(messages.max(1)))
    }

    /// How often the client looks whether the server is still there, every 60 seconds if nothing is said. Two missing answers
    /// end the connection.
    pub fn ping_interval(self, interval: Duration) -> Self {
        self.change(|options| options.ping_interval(interval))
    }

    /// Options of the client itself, for what is not here: nkeys and JWT, other ways to reconnect. The callback for events is
    /// replaced.
    pub fn change(mut self, change: impl FnOnce(ConnectOptions) -> ConnectOptions) -> Self {
        self.options = change(self.options);
        self
    }

    /// Connects.
    ///
    /// # Errors
    ///
    /// The URL is malformed, there is no server, or it does not take us. Once there was a connection, the client makes it anew
    /// by itself, and as often as it has to.
    ///
    /// # Panics
    ///
    /// When it is not called in a runtime of tokio with time and IO enabled. All that is done by way of this connection is done on
    /// that runtime.
    pub async fn connect(self) -> Result<Nats, NatsError> {
        let Servers { addresses, shown, .. } = self.servers?;
        let shared = Arc::new(Shared {
            runtime: Handle::current(),
            closed: AtomicBool::new(false),
            overruns: AtomicU64::new(0),
            connects: watch::Sender::new(0),
            tallies: Mutex::default(),
        });
        let events = Arc::downgrade(&shared);
        let options = self.options.event_callback(move |event| {
            if let Some(shared) = events.upgrade() {
                shared.hear(&event);
            }
            std::future::ready(())
        });
        let connected = options.connect(addresses).await;
        let client =
            connected.map_err(|source| NatsError::Connect { servers: shown, source: Box::new(source) })?;
        Ok(Nats { client, shared })
    }
}

impl Nats {
    /// Connects to a server, or to one of several, separated by commas: `nats://host:4222`, `tls://host`,
    /// `nats://user:password@host`, `nats://token@host`.
    ///
    /// # Errors
    ///
    /// As [`NatsBuilder::connect`].
    ///
    /// # Panics
    ///
    /// As [`NatsBuilder::connect`].
    pub async fn connect(url: &str) -> Result<Self, NatsError> {
        Self::builder(url).connect().await
    }

    /// A connection to be set up.
    pub fn builder(url: &str) -> NatsBuilder {
        let mut servers = Servers::parse(url);
        let options = match servers.as_mut().map(|servers| servers.user.take()) {
            Ok(Some((user, Some(password)))) => ConnectOptions::with_user_and_password(user, password),
            Ok(Some((token, None))) => ConnectOptions::with_token(token),
            Ok(None) | Err(_) => ConnectOptions::new(),
        };
        NatsBuilder { servers, options }
    }

    /// Whether there is a connection.
    pub fn status(&self) -> Status {
        if self.shared.closed.load(Ordering::Relaxed) {
            return Status::Closed;
        }
        match self.client.connection_state() {
            State::Connected => Status::Connected,
            State::Pending | State::Disconnected => Status::Reconnecting,
        }
    }

    /// What it has done.
    pub fn stats(&self) -> NatsStats {
        let tallies = self.shared.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        NatsStats {
            status: self.status(),
            reconnects: self.client.statistics().connects.load(Ordering::Relaxed).saturating_sub(1),
            overruns: self.shared.overruns.load(Ordering::Relaxed),
            subsystems: tallies.iter().map(|(name, tally)| (Arc::clone(name), tally.counts())).collect(),
        }
    }

    /// The largest message that the server takes, headers included, in bytes.
    pub fn max_payload(&self) -> usize {
        self.client.max_payload()
    }

    /// Waits until what was sent before has gone to the server.
    ///
    /// # Errors
    ///
    /// The connection is closed.
    pub async fn flush(&self) -> Result<(), NatsError> {
        self.client.flush().await.map_err(|_| NatsError::Closed)
    }

    /// Sends what is to be sent, and closes the connection. What is served should be [drained](super::Served::drain) before.
    pub async fn close(&self) {
        if self.status() == Status::Connected {
            let _ = self.flush().await;
        }
        self.shared.closed.store(true, Ordering::Relaxed);
        let _ = self.client.drain().await;
    }

    /// The client, for what else is to be done with it.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The numbers of a subsystem.
    pub(crate) fn tally(&self, subsystem: &str) -> Arc<Tally> {
        let mut tallies = self.shared.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(tallies.entry(subsystem.into()).or_default())
    }

    /// Says when there is a connection anew.
    pub(crate) fn connects(&self) -> watch::Receiver<u64> {
        self.shared.connects.subscribe()
    }
}

impl fmt::Debug for Nats {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Nats").field("status", &self.status()).finish_non_exhaustive()
    }
}

impl Shared {
    fn hear(&self, event: &Event) {
        match event {
            Event::Connected => self.connects.send_modify(|connects| *connects += 1),
            Event::SlowConsumer(_) => add(&self.overruns),
            Event::Closed | Event::ClientError(async_nats::ClientError::MaxReconnects) => {
                self.closed.store(true, Ordering::Relaxed);
            }
            _ => {}
        }
    }
}

/// What a URL says.
struct Servers {
    addresses: Vec<ServerAddr>,
    /// Without names and passwords.
    shown: String,
    /// A name and a password, or a token.
    user: Option<(String, Option<String>)>,
}

impl Servers {
    fn parse(urls: &str) -> Result<Self, NatsError> {
        let mut servers = Self { addresses: Vec::new(), shown: String::new(), user: None };
        for url in urls.split(',').map(str::trim) {
            let shown = without_user(url);
            let invalid = |reason: String| NatsError::InvalidUrl { url: shown.clone(), reason };
            if shown.contains("://") && !shown.starts_with("nats://") && !shown.starts_with("tls://") {
                return Err(invalid("it is neither nats:// nor tls://".to_owned()));
            }
            // What the parser says does not repeat the URL.
            let address: ServerAddr =
                url.parse().map_err(|error: std::io::Error| invalid(error.to_string()))?;
            if let Some(user) = address.username() {
                let password = address.password().map(decoded);
                servers.user.get_or_insert_with(|| (decoded(user), password));
            }
            servers.addresses.push(address);
            if !servers.shown.is_empty() {
                servers.shown.push_str(", ");
            }
            servers.shown.push_str(&shown);
        }
        Ok(servers)
    }
}

fn without_user(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    if scheme.is_empty() { host.to_owned() } else { format!("{scheme}://{host}") }
}

/// Names and passwords in a URL have `%XX` for what a URL cannot have.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_say_who_and_where() {
        for (url, shown, user) in [
            ("nats://host:4222", "nats://host:4222", None),
            ("host", "host", None),
            ("nats://ada:p%40ss@host", "nats://host", Some(("ada", Some("p@ss")))),
            ("tls://s3cret@host", "tls://host", Some(("s3cret", None))),
            ("nats://a:b@one, nats://two:4223", "nats://one, nats://two:4223", Some(("a", Some("b")))),
        ] {
            let servers = Servers::parse(url).unwrap();
            assert_eq!(servers.shown, shown);
            let found = servers.user.as_ref().map(|(user, password)| (&**user, password.as_deref()));
            assert_eq!(found, user, "{url}");
        }
    }

    #[test]
    fn errors_do_not_show_passwords() {
        for url in ["http://ada:s3cret@host", "nats://ada:s3cret@host:port", "nats://ada:s3cret@"] {
            let Err(error) = Servers::parse(url) else { panic!("{url} is an address") };
            let error = error.to_string();
            assert!(error.contains("is no address of a NATS server") && !error.contains("s3cret"), "{error}");
        }
    }
}
