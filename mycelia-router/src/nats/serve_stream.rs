//! Messages from a stream of JetStream: at least once.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::consumer::pull::Batch;
use async_nats::jetstream::{AckKind, Message};
use futures_util::{FutureExt, StreamExt};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{interval, sleep};

use super::counts::add;
use super::error::{NatsError, RemoteError};
use super::inbound::{Inbound, end};
use super::jetstream::{DeadStore, MESSAGE_ID_HEADER, Store};
use super::payload::Payload;
use super::wire::{DELIVERIES_HEADER, REASON_HEADER, REPLY_HEADER};
use crate::kernel::Body;

/// A consumer, and the messages of it that the kernel has.
pub(crate) struct Puller {
    work: Arc<Work>,
    queue: String,
    consumer: PullConsumer,
    tasks: JoinSet<()>,
}

/// What each message needs to come to its end.
struct Work {
    inbound: Arc<Inbound>,
    store: Store,
    dead: Option<DeadStore>,
    /// How long the consumer waits, whoever made it.
    ack_wait: Duration,
}

/// How long the server keeps a wish for messages.
const WISH: Duration = Duration::from_secs(5);

/// How long it is waited after the server said no.
const REST: Duration = Duration::from_millis(250);

/// How long a message rests whose kernel was shut down: longer than it takes to see that.
const FAREWELL: Duration = Duration::from_secs(1);

/// How long a dead letter may take to be stored.
const BURIAL: Duration = Duration::from_secs(10);

/// Why no more is pulled by one wish.
enum Pulled {
    /// There was nothing more, or there is a new connection that does not know of it.
    Over,
    /// The server said no, or the consumer is gone.
    Failed,
    Stop,
}

impl Puller {
    pub(crate) async fn open(inbound: &Arc<Inbound>, store: Store, queue: &str) -> Result<Self, NatsError> {
        let consumer = store.consumer(queue, &inbound.subjects).await?;
        let dead = store.open_dead_letters(&inbound.subjects).await?;
        let ack_wait = consumer.cached_info().config.ack_wait;
        let work = Work { inbound: Arc::clone(inbound), store, dead, ack_wait };
        Ok(Self { work: Arc::new(work), queue: queue.to_owned(), consumer, tasks: JoinSet::new() })
    }

    /// Takes no more than can be handled, so that what waits is there for other processes.
    pub(crate) async fn pull(mut self, stopped: watch::Receiver<bool>) {
        let mut end = pin!(end(Arc::clone(&self.work.inbound), stopped));
        loop {
            let pulled = self.pull_once(end.as_mut()).await;
            if matches!(pulled, Pulled::Failed) {
                add(&self.work.inbound.tally.pull_errors);
                let again = async {
                    sleep(REST).await;
                    // It may have been deleted.
                    self.work.store.consumer(&self.queue, &self.work.inbound.subjects).await
                };
                tokio::select! {
                    consumer = again => self.consumer = consumer.unwrap_or_else(|_| self.consumer.clone()),
                    () = end.as_mut() => break,
                }
            }
            if matches!(pulled, Pulled::Stop) {
                break;
            }
        }
        while self.tasks.join_next().await.is_some() {}
        let _ = self.work.inbound.nats.flush().await;
    }

    async fn pull_once(&mut self, mut end: Pin<&mut impl Future<Output = ()>>) -> Pulled {
        while self.tasks.try_join_next().is_some() {}
        while self.tasks.len() >= self.work.inbound.in_flight {
            tokio::select! {
                _ = self.tasks.join_next() => {}
                () = end.as_mut() => return Pulled::Stop,
            }
        }
        let mut connects = self.work.inbound.nats.connects();
        let room = self.work.inbound.in_flight - self.tasks.len();
        let wish = self.consumer.batch().max_messages(room).expires(WISH).messages();
        let mut batch = tokio::select! {
            batch = wish => match batch {
                Ok(batch) => batch,
                Err(_) => return Pulled::Failed,
            },
            () = end.as_mut() => return Pulled::Stop,
        };
        loop {
            tokio::select! {
                message = batch.next() => match message {
                    Some(Ok(message)) if self.work.inbound.is_over() => {
                        drop(batch);
                        self.work.nak(&message, None).await;
                        return Pulled::Stop;
                    }
                    Some(Ok(message)) => {
                        add(&self.work.inbound.tally.received);
                        self.tasks.spawn(handle(Arc::clone(&self.work), message));
                    }
                    Some(Err(_)) => return Pulled::Failed,
                    None => return Pulled::Over,
                },
                () = end.as_mut() => {
                    give_back(&self.work, batch).await;
                    return Pulled::Stop;
                }
                Ok(()) = connects.changed() => return Pulled::Over,
                Some(_) = self.tasks.join_next() => {}
            }
        }
    }
}

/// What came while nothing more was wanted, for other processes. What comes still later is theirs after `ack_wait`.
async fn give_back(work: &Work, mut batch: Batch) {
    let mut came = Vec::new();
    while let Some(Some(Ok(message))) = batch.next().now_or_never() {
        came.push(message);
    }
    // Before, or the server would deliver it here again.
    drop(batch);
    for message in came {
        work.nak(&message, None).await;
    }
}

async fn handle(work: Arc<Work>, message: Message) {
    let delivered = message.info().map_or(1, |info| info.delivered);
    let payload = Payload::arrived(message.message.clone());
    let asker = payload.headers().get(REPLY_HEADER).map(str::to_owned);
    if delivered > i64::from(work.store.options.max_deliveries) {
        // Whoever had it went away each time before it could say so.
        let reason = format!("given up: none of {} deliveries came to its end", delivered - 1);
        return work.give_up(&message, payload, delivered, &reason).await;
    }
    let answer = work.handle_slowly(&message, payload.clone()).await;
    match &answer {
        Ok(_) => work.ack(&message).await,
        // Not at once: this process has not yet told the server that it takes nothing more.
        Err(_) if work.inbound.is_over() => return work.nak(&message, Some(FAREWELL)).await,
        Err(fault) if delivered >= i64::from(work.store.options.max_deliveries) => {
            let reason = format!("{}: {}", fault.code, fault.message);
            work.give_up(&message, payload, delivered, &reason).await;
        }
        Err(_) => return work.nak(&message, Some(work.store.options.rest_after(delivered))).await,
    }
    if let Some(asker) = asker {
        work.inbound.reply(asker.into(), answer).await;
    }
}

impl Work {
    /// Tells the server, for as long as it takes, that someone is at it.
    async fn handle_slowly(&self, message: &Message, payload: Payload) -> Result<Body, RemoteError> {
        let mut handling = std::pin::pin!(self.inbound.handle(payload, None));
        let mut heartbeat = interval((self.ack_wait / 3).max(Duration::from_millis(10)));
        heartbeat.tick().await;
        loop {
            tokio::select! {
                answer = &mut handling => return answer,
                _ = heartbeat.tick() => if message.ack_with(AckKind::Progress).await.is_ok() {
                    add(&self.inbound.tally.prolonged);
                },
            }
        }
    }

    async fn ack(&self, message: &Message) {
        if message.ack().await.is_ok() {
            add(&self.inbound.tally.acked);
        }
    }

    async fn nak(&self, message: &Message, rest: Option<Duration>) {
        if message.ack_with(AckKind::Nak(rest)).await.is_ok() {
            add(&self.inbound.tally.naked);
        }
    }

    /// First to the dead letters, then out of the stream: whatever happens in between, it is in one of them.
    async fn give_up(&self, message: &Message, mut payload: Payload, delivered: i64, reason: &str) {
        if let Some(dead) = &self.dead {
            let subject = format!("{}{}", dead.stem, message.subject);
            let headers = payload.headers_mut();
            let line: String = reason
                .chars()
                .map(|letter| if letter.is_control() { ' ' } else { letter })
                .take(1024)
                .collect();
            headers.set(REASON_HEADER, &line);
            headers.set(DELIVERIES_HEADER, &delivered.to_string());
            headers.remove(REPLY_HEADER);
            if let Ok(info) = message.info() {
                headers.set(MESSAGE_ID_HEADER, &format!("dead.{}.{}", info.stream, info.stream_sequence));
            }
            if dead.store.store(&subject, payload, BURIAL).await.is_err() {
                let rest = self.store.options.rest_after(delivered);
                return self.nak(message, Some(rest)).await;
            }
        }
        if message.ack_with(AckKind::Term).await.is_ok() {
            add(&self.inbound.tally.terminated);
        }
    }
}
