//! Messages by core NATS: at most once.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use async_nats::{Message, Subscriber};
use futures_util::StreamExt;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::connection::Status;
use super::counts::add;
use super::error::{NatsError, code};
use super::inbound::{Inbound, end, remote};
use super::payload::Payload;
use super::wire::{self, TIMEOUT_HEADER};

/// A subscription, and what came by it and waits for its turn.
pub(crate) struct Listener {
    inbound: Arc<Inbound>,
    subscriber: Subscriber,
    waiting: VecDeque<Message>,
    pending: usize,
    /// Messages that the kernel has.
    tasks: JoinSet<()>,
}

/// How long messages are waited for that were on their way when the subscription ended.
const LAST: Duration = Duration::from_secs(2);

impl Listener {
    pub(crate) async fn subscribe(
        inbound: &Arc<Inbound>,
        queue: &str,
        pending: usize,
    ) -> Result<Self, NatsError> {
        let subject = inbound.subjects.wildcard();
        let client = &inbound.nats.client;
        let subscribed = client.queue_subscribe(subject.clone(), queue.to_owned()).await;
        let subscriber =
            subscribed.map_err(|source| NatsError::Subscribe { subject, source: Box::new(source) })?;
        // Who mounts next finds it there.
        inbound.nats.flush().await?;
        let (waiting, tasks) = (VecDeque::new(), JoinSet::new());
        Ok(Self { inbound: Arc::clone(inbound), subscriber, waiting, pending, tasks })
    }

    pub(crate) async fn listen(mut self, stopped: watch::Receiver<bool>) {
        let mut end = pin!(end(Arc::clone(&self.inbound), stopped));
        loop {
            tokio::select! {
                message = self.subscriber.next() => match message {
                    Some(message) => self.take(message).await,
                    None => break,
                },
                Some(_) = self.tasks.join_next() => self.start(),
                () = &mut end => break,
            }
        }
        self.finish().await;
    }

    async fn take(&mut self, message: Message) {
        add(&self.inbound.tally.received);
        if self.tasks.len() >= self.inbound.in_flight && self.waiting.len() >= self.pending {
            add(&self.inbound.tally.refused);
            if let Some(to) = message.reply {
                let busy = format!("{} messages are waiting", self.waiting.len());
                self.inbound.reply(to, Err(remote(code::BUSY, busy))).await;
            }
            return;
        }
        self.waiting.push_back(message);
        self.start();
    }

    fn start(&mut self) {
        while self.tasks.len() < self.inbound.in_flight
            && let Some(message) = self.waiting.pop_front()
        {
            self.tasks.spawn(handle(Arc::clone(&self.inbound), message));
        }
    }

    async fn finish(mut self) {
        if self.inbound.nats.status() == Status::Connected && self.subscriber.drain().await.is_ok() {
            let _ = timeout(LAST, async {
                while let Some(message) = self.subscriber.next().await {
                    self.take(message).await;
                }
            })
            .await;
        }
        while self.tasks.join_next().await.is_some() {
            self.start();
        }
        let _ = self.inbound.nats.flush().await;
    }
}

async fn handle(inbound: Arc<Inbound>, message: Message) {
    let to = message.reply.clone();
    let payload = Payload::arrived(message);
    let within = payload.headers().get(TIMEOUT_HEADER).and_then(wire::parse_timeout);
    let answer = inbound.handle(payload, within).await;
    if let Some(to) = to {
        inbound.reply(to, answer).await;
    }
}
