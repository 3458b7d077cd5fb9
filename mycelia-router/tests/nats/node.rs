//! A process, as far as a test can have several.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mycelia_router::kernel::{AskError, Body, Failure, Kernel, Message, Options, Subsystem, Workers};
use mycelia_router::nats::{MountOptions, Nats, NatsError, Payload, RemoteError};

use super::server::Server;

/// A kernel with a subsystem `orders`, threads, and a connection.
pub(crate) struct Node {
    pub(crate) kernel: Kernel,
    pub(crate) orders: Subsystem,
    pub(crate) nats: Nats,
    _workers: Workers,
}

impl Node {
    pub(crate) async fn new(server: &Server) -> Self {
        Self::with(Nats::connect(&server.url()).await.unwrap())
    }

    pub(crate) fn with(nats: Nats) -> Self {
        let kernel = Kernel::new();
        let orders =
            kernel.subsystem_with("orders", Options { concurrency: 64, ..Options::default() }).unwrap();
        let workers = kernel.workers(2).unwrap();
        Self { kernel, orders, nats, _workers: workers }
    }

    /// One that hands `orders://` on.
    pub(crate) async fn mounted(server: &Server, options: MountOptions) -> Self {
        let node = Self::new(server).await;
        node.nats.mount(&node.orders, options).await.unwrap();
        node
    }

    /// Asks with bytes, and gives the answer's.
    pub(crate) async fn ask(&self, address: &str, bytes: impl Into<Vec<u8>>) -> Result<String, AskError> {
        let answer = self.kernel.ask(address, Body::bytes(bytes.into())).await?;
        Ok(text(&answer))
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kernel.shutdown();
    }
}

/// The bytes of a body as text.
pub(crate) fn text(body: &Body) -> String {
    String::from_utf8(body.as_bytes().unwrap_or_default().to_vec()).unwrap()
}

/// The text of a message that came by NATS.
pub(crate) fn text_of(message: &Message) -> String {
    text(message.body())
}

/// What NATS says of a question's failure.
#[track_caller]
pub(crate) fn nats_error<R>(asked: &Result<R, AskError>) -> &NatsError {
    match asked {
        Err(AskError::Failed(Failure::Error(error))) => error.downcast_ref().expect("an error of NATS"),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("an answer"),
    }
}

/// What the other side says of a question's failure.
#[track_caller]
pub(crate) fn remote<R>(asked: &Result<R, AskError>) -> (&str, &str) {
    match nats_error(asked) {
        NatsError::Remote(RemoteError { code, message }) => (code, message),
        error => panic!("{error}"),
    }
}

/// Waits until something is so; for a minute, since the machine may have other things to do.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, so: impl Fn() -> F) {
    let waited = tokio::time::timeout(Duration::from_secs(60), async {
        while !so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    assert!(waited.await.is_ok(), "not within a minute: {what}");
}

/// [`until`], for what is known at once.
pub(crate) async fn until_is(what: &str, so: impl Fn() -> bool) {
    until(what, || std::future::ready(so())).await;
}

/// What was handled, and how often.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<BTreeMap<String, u32>>>);

impl Seen {
    pub(crate) fn add(&self, what: impl Into<String>) {
        self.note(what);
    }

    /// Tells how often there was one of these.
    pub(crate) fn note(&self, what: impl Into<String>) -> u32 {
        let mut seen = self.0.lock().unwrap();
        let times = seen.entry(what.into()).or_default();
        *times += 1;
        *times
    }

    pub(crate) fn times(&self, what: &str) -> u32 {
        self.0.lock().unwrap().get(what).copied().unwrap_or_default()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().keys().cloned().collect()
    }
}

/// A payload of JSON.
pub(crate) fn json(text: &'static str) -> Payload {
    Payload::new(text).with("content-type", "application/json").unwrap()
}
