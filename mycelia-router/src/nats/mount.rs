//! The way out: what is sent here and handled elsewhere.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use async_nats::Request;
use async_nats::client::{PublishErrorKind, RequestErrorKind};
use futures_util::StreamExt;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::connection::{Nats, Status};
use super::counts::{Tally, add};
use super::error::{NatsError, RemoteError};
use super::jetstream::{JetStream, Store};
use super::payload::Payload;
use super::subject::Subjects;
use super::wire::{self, ERROR_HEADER, REPLY_HEADER, TIMEOUT_HEADER};
use crate::kernel::{Body, Delivery, Failure, Message, Mount, Outcome, Subsystem};

/// How a subsystem is mounted.
#[derive(Clone, Debug, PartialEq)]
pub struct MountOptions {
    /// What subjects begin with, `shop.eu` for `shop.eu.orders.7`; nothing if it is empty.
    pub prefix: String,
    /// The stream in which messages are stored. With none they go by core NATS: at most once.
    pub jetstream: Option<JetStream>,
    /// The longest that an answer, an acknowledgement of a stream, or room in the client's buffer is waited for. A message's
    /// own deadline may be sooner.
    pub timeout: Duration,
}

impl Default for MountOptions {
    fn default() -> Self {
        Self { prefix: String::new(), jetstream: None, timeout: Duration::from_secs(10) }
    }
}

impl Nats {
    /// Hands what is sent to addresses of a subsystem, and has no handler in this process, to NATS. Its
    /// [`concurrency`](crate::kernel::Options::concurrency) is how many messages are on their way at once.
    ///
    /// # Errors
    ///
    /// The prefix is no subject, the stream cannot be found or made, or the subsystem has a handler for `*rest`.
    pub async fn mount(&self, subsystem: &Subsystem, options: MountOptions) -> Result<(), NatsError> {
        let subjects = Subjects::new(&options.prefix, subsystem.name())?;
        let store = match &options.jetstream {
            Some(jetstream) => Some(Store::open(self, jetstream, &subjects).await?),
            None => None,
        };
        let tally = self.tally(subsystem.name());
        let sender = Sender { nats: self.clone(), subjects, store, timeout: options.timeout, tally };
        subsystem.mount(Arc::new(NatsMount { sender: Arc::new(sender) }))?;
        Ok(())
    }
}

struct NatsMount {
    sender: Arc<Sender>,
}

struct Sender {
    nats: Nats,
    subjects: Subjects,
    store: Option<Store>,
    timeout: Duration,
    tally: Arc<Tally>,
}

/// A message that can wait on any thread.
struct Outbound {
    subject: String,
    payload: Payload,
    asks: bool,
    deadline: Option<Instant>,
}

impl Mount for NatsMount {
    /// On tokio's threads: the client's futures need them.
    fn deliver(&self, message: Message) -> Delivery {
        let sender = Arc::clone(&self.sender);
        let asks = message.wants_reply();
        let address = message.address();
        let outbound = self.sender.outbound(&message);
        let payload = outbound.as_ref().ok().filter(|_| !asks).map(|outbound| outbound.payload.clone());
        let failed = move |sender: &Sender, error: NatsError| {
            add(&sender.tally.undelivered);
            if asks {
                return Failure::new(error);
            }
            Failure::new(NatsError::Undelivered { address, payload, source: Box::new(error) })
        };
        let outbound = match outbound {
            Ok(outbound) => outbound,
            Err(error) => {
                let failure = failed(&sender, error);
                return Box::pin(std::future::ready(Err(failure)));
            }
        };
        let runtime = sender.nats.shared.runtime.clone();
        let task = Sent(runtime.spawn({
            let sender = Arc::clone(&sender);
            async move { sender.send(outbound).await }
        }));
        Box::pin(async move { task.outcome().await.map_err(|error| failed(&sender, error)) as Outcome })
    }
}

/// Ends with whoever waits for it.
struct Sent(JoinHandle<Result<Body, NatsError>>);

impl Sent {
    async fn outcome(mut self) -> Result<Body, NatsError> {
        // It is not joined when its runtime is shut down.
        (&mut self.0).await.unwrap_or(Err(NatsError::Closed))
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Sender {
    fn outbound(&self, message: &Message) -> Result<Outbound, NatsError> {
        let subject = self.subjects.subject(&message.address())?;
        let payload = wire::outbound(message)?;
        if payload.subject() == Some(&subject) {
            return Err(NatsError::Loop { subject });
        }
        let asks = message.wants_reply() && !payload.is_one_way();
        Ok(Outbound { subject, payload, asks, deadline: wire::deadline(message) })
    }

    async fn send(&self, outbound: Outbound) -> Result<Body, NatsError> {
        if self.nats.status() == Status::Closed {
            return Err(NatsError::Closed);
        }
        match (&self.store, outbound.asks) {
            (None, false) => self.publish(outbound).await,
            (None, true) => self.request(outbound).await,
            (Some(store), false) => self.store(store, outbound).await,
            (Some(store), true) => self.store_and_wait(store, outbound).await,
        }
    }

    async fn publish(&self, outbound: Outbound) -> Result<Body, NatsError> {
        let Outbound { subject, mut payload, deadline, .. } = outbound;
        if let Some(deadline) = deadline {
            let left = deadline.saturating_duration_since(Instant::now());
            payload.headers_mut().set(TIMEOUT_HEADER, &wire::format_timeout(left));
        }
        let size = payload.wire_bytes();
        let (headers, bytes) = wire::checked(&self.nats, payload)?;
        let publish = self.nats.client.publish_with_headers(subject, headers, bytes);
        match timeout(self.timeout, publish).await {
            Ok(Ok(())) => self.count(&self.tally.published, Body::empty()),
            Ok(Err(error)) if error.kind() == PublishErrorKind::MaxPayloadExceeded => {
                Err(self.too_large(size))
            }
            Ok(Err(_)) => Err(NatsError::Closed),
            Err(_) => Err(self.congested()),
        }
    }

    async fn request(&self, outbound: Outbound) -> Result<Body, NatsError> {
        let Outbound { subject, mut payload, deadline, .. } = outbound;
        let within = self.within(deadline);
        payload.headers_mut().set(TIMEOUT_HEADER, &wire::format_timeout(within));
        let size = payload.wire_bytes();
        let (headers, bytes) = wire::checked(&self.nats, payload)?;
        // The client's own patience begins when there was room in its buffer.
        let request = Request::new().headers(headers).payload(bytes).timeout(None);
        add(&self.tally.asked);
        let answer = timeout(within, self.nats.client.send_request(subject.clone(), request)).await;
        let Ok(answer) = answer else { return Err(NatsError::TimedOut { subject, after: within }) };
        match answer {
            Ok(answer) => self.answered(answer),
            Err(error) => match error.kind() {
                RequestErrorKind::NoResponders => Err(NatsError::NoResponders { subject }),
                RequestErrorKind::TimedOut => Err(NatsError::TimedOut { subject, after: within }),
                RequestErrorKind::MaxPayloadExceeded => Err(self.too_large(size)),
                _ => Err(NatsError::Closed),
            },
        }
    }

    async fn store(&self, store: &Store, outbound: Outbound) -> Result<Body, NatsError> {
        store.store(&outbound.subject, outbound.payload, self.timeout).await?;
        self.count(&self.tally.published, Body::empty())
    }

    /// The stream answers first, that it has the question; whoever handles it answers at the subject in its header.
    async fn store_and_wait(&self, store: &Store, outbound: Outbound) -> Result<Body, NatsError> {
        let Outbound { subject, mut payload, deadline, .. } = outbound;
        let within = self.within(deadline);
        let inbox = self.nats.client.new_inbox();
        let waiting = async {
            let subscribed = self.nats.client.subscribe(inbox.clone()).await;
            let mut answers = subscribed.map_err(|source| NatsError::Subscribe {
                subject: inbox.clone(),
                source: Box::new(source),
            })?;
            payload.headers_mut().set(REPLY_HEADER, &inbox);
            add(&self.tally.asked);
            store.store(&subject, payload, within).await?;
            answers.next().await.ok_or(NatsError::Closed)
        };
        match timeout(within, waiting).await {
            Ok(answer) => self.answered(answer?),
            Err(_) => Err(NatsError::TimedOut { subject, after: within }),
        }
    }

    fn answered(&self, answer: async_nats::Message) -> Result<Body, NatsError> {
        let payload = Payload::arrived(answer);
        if let Some(code) = payload.headers().get(ERROR_HEADER) {
            add(&self.tally.answered);
            let message = String::from_utf8_lossy(payload.bytes()).into_owned();
            return Err(RemoteError { code: code.to_owned(), message }.into());
        }
        self.count(&self.tally.answered, payload.into())
    }

    /// How long an answer is waited for.
    fn within(&self, deadline: Option<Instant>) -> Duration {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        left.map_or(self.timeout, |left| left.min(self.timeout))
    }

    #[allow(clippy::unnecessary_wraps)] // It ends what can fail.
    fn count(&self, counter: &AtomicU64, body: Body) -> Result<Body, NatsError> {
        add(counter);
        Ok(body)
    }

    /// The server that was found anew takes less than the one before.
    fn too_large(&self, bytes: usize) -> NatsError {
        NatsError::TooLarge { bytes, limit: self.nats.max_payload() }
    }

    fn congested(&self) -> NatsError {
        NatsError::Congested { after: self.timeout, status: self.nats.status() }
    }
}
