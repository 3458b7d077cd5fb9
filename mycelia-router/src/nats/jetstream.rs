//! Streams and consumers: how they are made where they are not there.

use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy, StorageType};
use async_nats::jetstream::{Context, ContextBuilder, message::PublishMessage};
use tokio::time::Instant;

use super::connection::Nats;
use super::error::NatsError;
use super::payload::Payload;
use super::subject::Subjects;
use super::wire::checked;

/// A stream of JetStream, in which messages lie until they were handled: at least once.
///
/// What is said of streams and consumers counts where they are made; those that are there are used as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct JetStream {
    /// The name of the stream.
    pub stream: String,
    /// Whether stream and consumer are made if they are not there. Otherwise that is an error.
    pub create: bool,
    /// How long messages stay.
    pub retention: Retention,
    /// Whether the stream lies in memory only, and does not outlive its server.
    pub in_memory: bool,
    /// How many servers of a cluster have it.
    pub replicas: usize,
    /// Messages that are older are thrown away, handled or not.
    pub max_age: Option<Duration>,
    /// The most bytes that it holds. More are not taken: their senders are told.
    pub max_bytes: Option<u64>,
    /// How long the server waits for an acknowledgement before it delivers a message again. A handler may take longer: the server
    /// is told that it is still at it, three times in that time.
    pub ack_wait: Duration,
    /// How many messages can be out for acknowledgement, in all processes of a queue together.
    pub max_ack_pending: usize,
    /// How often a message is delivered before it is given up.
    pub max_deliveries: u32,
    /// How long a message rests after its first failure. Each further rest is twice as long, up to a minute.
    pub retry_delay: Duration,
    /// Where messages go that were given up: the prefix of their subjects in the stream `{stream}_DEAD`, which is made if it
    /// is not there. With `None` they are gone, but for the dead letter of the kernel in which they failed last.
    pub dead_letters: Option<String>,
}

/// How long messages stay in a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Retention {
    /// Until they were handled. All processes that serve the subsystem are one queue.
    #[default]
    WorkQueue,
    /// Until each queue that is known has handled them; not at all while none is.
    Interest,
    /// Until the stream's limits throw them away. Each queue has them all.
    Limits,
}

impl JetStream {
    /// A work queue in the stream of that name.
    pub fn new(stream: &str) -> Self {
        Self {
            stream: stream.to_owned(),
            create: true,
            retention: Retention::default(),
            in_memory: false,
            replicas: 1,
            max_age: None,
            max_bytes: None,
            ack_wait: Duration::from_secs(30),
            max_ack_pending: 1000,
            max_deliveries: 8,
            retry_delay: Duration::from_secs(1),
            dead_letters: Some("dead".to_owned()),
        }
    }

    /// The rest after a number of deliveries.
    pub(crate) fn rest_after(&self, deliveries: i64) -> Duration {
        let doublings = u32::try_from(deliveries.saturating_sub(1)).unwrap_or(0).min(16);
        self.retry_delay.saturating_mul(1 << doublings).min(Duration::from_secs(60)).max(self.retry_delay)
    }

    fn config(&self, subject: &str) -> Config {
        Config {
            name: self.stream.clone(),
            subjects: vec![subject.to_owned()],
            retention: match self.retention {
                Retention::WorkQueue => RetentionPolicy::WorkQueue,
                Retention::Interest => RetentionPolicy::Interest,
                Retention::Limits => RetentionPolicy::Limits,
            },
            storage: if self.in_memory { StorageType::Memory } else { StorageType::File },
            num_replicas: self.replicas,
            max_age: self.max_age.unwrap_or_default(),
            max_bytes: self.max_bytes.map_or(-1, |bytes| i64::try_from(bytes).unwrap_or(i64::MAX)),
            max_messages: -1,
            max_messages_per_subject: -1,
            max_message_size: -1,
            max_consumers: -1,
            // A full stream says so, and throws nothing away that was taken.
            discard: DiscardPolicy::New,
            ..Config::default()
        }
    }
}

/// By which the server knows a message that it has already.
pub(crate) const MESSAGE_ID_HEADER: &str = "Nats-Msg-Id";

/// A stream that is there.
#[derive(Clone)]
pub(crate) struct Store {
    nats: Nats,
    pub(crate) context: Context,
    pub(crate) options: JetStream,
}

/// How long one attempt to store a message waits for the answer.
const ATTEMPT: Duration = Duration::from_secs(2);

impl Store {
    fn with(nats: &Nats, options: JetStream) -> Self {
        let context = ContextBuilder::new().ack_timeout(ATTEMPT).build(nats.client.clone());
        Self { nats: nats.clone(), context, options }
    }

    /// Finds or makes the stream for a subsystem.
    pub(crate) async fn open(
        nats: &Nats,
        options: &JetStream,
        subjects: &Subjects,
    ) -> Result<Self, NatsError> {
        check_name("stream", &options.stream)?;
        let store = Self::with(nats, options.clone());
        store.find_or_make(options.config(&subjects.wildcard())).await?;
        Ok(store)
    }

    /// The stream for what is given up here, if that is wanted.
    pub(crate) async fn open_dead_letters(
        &self,
        subjects: &Subjects,
    ) -> Result<Option<DeadStore>, NatsError> {
        let Some(prefix) = &self.options.dead_letters else { return Ok(None) };
        let stem = Subjects::new(prefix, "x")?.wildcard();
        let stem = stem.trim_end_matches("x.>").to_owned();
        let options = JetStream {
            stream: format!("{}_DEAD", self.options.stream),
            retention: Retention::Limits,
            max_age: None,
            ..self.options.clone()
        };
        let store = Self::with(&self.nats, options);
        store.find_or_make(store.options.config(&format!("{stem}{}", subjects.wildcard()))).await?;
        Ok(Some(DeadStore { store, stem }))
    }

    async fn find_or_make(&self, config: Config) -> Result<(), NatsError> {
        let failed = |what: &str, source: Box<dyn std::error::Error + Send + Sync>| NatsError::JetStream {
            what: format!("{what} stream {:?}", self.options.stream),
            source,
        };
        if !self.options.create {
            let found = self.context.get_stream(&self.options.stream).await;
            return found.map(drop).map_err(|source| failed("find", source.into()));
        }
        // The server takes a stream that it has already, if it is the same.
        match self.context.get_or_create_stream(config).await {
            Ok(_) => Ok(()),
            Err(source) => Err(failed("make", source.into())),
        }
    }

    /// Finds or makes the consumer that the processes of a queue share.
    pub(crate) async fn consumer(&self, queue: &str, subjects: &Subjects) -> Result<PullConsumer, NatsError> {
        check_name("queue", queue)?;
        let failed = |what: &str, source: Box<dyn std::error::Error + Send + Sync>| NatsError::JetStream {
            what: format!("{what} consumer {queue:?} of stream {:?}", self.options.stream),
            source,
        };
        let stream = self.context.get_stream(&self.options.stream).await;
        let stream = stream.map_err(|source| failed("find", source.into()))?;
        if !self.options.create {
            return stream.get_consumer(queue).await.map_err(|source| failed("find", source));
        }
        let config = pull::Config {
            durable_name: Some(queue.to_owned()),
            ack_policy: AckPolicy::Explicit,
            ack_wait: self.options.ack_wait,
            max_ack_pending: i64::try_from(self.options.max_ack_pending).unwrap_or(i64::MAX),
            // Counted here: what the server gives up by itself is nowhere.
            max_deliver: -1,
            filter_subject: subjects.wildcard(),
            ..pull::Config::default()
        };
        let made = stream.get_or_create_consumer(queue, config).await;
        made.map_err(|source| failed("make", source.into()))
    }

    /// Stores a message, once: under one name, as often as it takes until the server says that it has it or `within` is over.
    pub(crate) async fn store(
        &self,
        subject: &str,
        mut payload: Payload,
        within: Duration,
    ) -> Result<(), NatsError> {
        let until = Instant::now() + within;
        let headers = payload.headers_mut();
        if headers.get(MESSAGE_ID_HEADER).is_none() {
            headers.set(MESSAGE_ID_HEADER, &self.nats.client.new_inbox());
        }
        headers.set("Nats-Expected-Stream", &self.options.stream);
        let (headers, bytes) = checked(&self.nats, payload)?;
        let mut attempts = 0;
        loop {
            attempts += 1;
            let message = PublishMessage::build().headers(headers.clone()).payload(bytes.clone());
            let attempt = async { self.context.send_publish(subject.to_owned(), message).await?.await };
            let error = match tokio::time::timeout_at(until, attempt).await {
                Ok(Ok(_)) => return Ok(()),
                Ok(Err(error)) => error,
                Err(_) => PublishErrorKind::TimedOut.into(),
            };
            let rest = Duration::from_millis(50 << attempts.min(4));
            if !may_pass(&error) || Instant::now() + rest >= until {
                let (stream, subject) = (self.options.stream.clone(), subject.to_owned());
                return Err(NatsError::NotStored { stream, subject, attempts, source: Box::new(error) });
            }
            tokio::time::sleep(rest).await;
        }
    }
}

/// Where messages go that were given up.
pub(crate) struct DeadStore {
    pub(crate) store: Store,
    /// What their subjects begin with.
    pub(crate) stem: String,
}

/// Whether another attempt can end in another way: the server may be about to come back.
fn may_pass(error: &async_nats::jetstream::context::PublishError) -> bool {
    match error.kind() {
        PublishErrorKind::TimedOut
        | PublishErrorKind::BrokenPipe
        | PublishErrorKind::StreamNotFound
        | PublishErrorKind::MaxAckPending => true,
        PublishErrorKind::Other => {
            let source = std::error::Error::source(error);
            let said = source.and_then(|source| source.downcast_ref::<async_nats::jetstream::Error>());
            said.is_some_and(|said| {
                said.code() == 503
                    && said.error_code() == async_nats::jetstream::ErrorCode::CLUSTER_NOT_AVAILABLE
            })
        }
        _ => false,
    }
}

fn check_name(what: &'static str, name: &str) -> Result<(), NatsError> {
    let letter = |byte: u8| byte > b' ' && byte != 0x7F && !b".*>/\\".contains(&byte);
    if !name.is_empty() && name.bytes().all(letter) {
        return Ok(());
    }
    Err(NatsError::InvalidName { what, name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_grow_to_a_minute() {
        let options = JetStream::new("S");
        let seconds = |deliveries| options.rest_after(deliveries).as_secs();
        assert_eq!([1, 2, 3, 7, 1000].map(seconds), [1, 2, 4, 60, 60]);
        let rare = JetStream { retry_delay: Duration::from_secs(300), ..options };
        assert_eq!(rare.rest_after(3), Duration::from_secs(300));
    }
}
