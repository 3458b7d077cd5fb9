//! The way in: what comes from NATS and is handled here.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::connection::Nats;
use super::counts::{Counts, Tally};
use super::error::NatsError;
use super::inbound::Inbound;
use super::jetstream::{JetStream, Store};
use super::serve_core::Listener;
use super::serve_stream::Puller;
use super::subject::Subjects;
use crate::kernel::{Kernel, Subsystem};

/// How a subsystem is served.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// What subjects begin with, as in [`MountOptions`](super::MountOptions).
    pub prefix: String,
    /// The group of processes that share the work: each message goes to one of them. On core NATS the queue group, on JetStream
    /// the durable consumer.
    pub queue: String,
    /// The stream from which messages are taken. With none they come by core NATS.
    pub jetstream: Option<JetStream>,
    /// How many messages are in the hands of the kernel at once.
    pub in_flight: usize,
    /// How many more are kept waiting on core NATS. What comes then is refused: an asker is told that all are busy. From a
    /// stream no more are taken than can be handled.
    pub pending: usize,
    /// Where contexts come from for the trace, the baggage and the deadline that messages bring. With none, or when all are in
    /// use, messages go without.
    #[cfg(feature = "context")]
    pub contexts: Option<krepis_context::ContextPool>,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            prefix: String::new(),
            queue: "workers".to_owned(),
            jetstream: None,
            in_flight: 256,
            pending: 4096,
            #[cfg(feature = "context")]
            contexts: None,
        }
    }
}

impl Nats {
    /// Has what comes for a subsystem handled by its handlers in this process, until what is returned is
    /// [drained](Served::drain) or dropped, or the kernel is shut down. It does not keep the kernel alive.
    ///
    /// # Errors
    ///
    /// The prefix is no subject, or the subscription, the stream or the consumer cannot be had.
    pub async fn serve(&self, subsystem: &Subsystem, options: ServeOptions) -> Result<Served, NatsError> {
        let subjects = Subjects::new(&options.prefix, subsystem.name())?;
        let tally = self.tally(subsystem.name());
        let kernel = Kernel { directory: Arc::clone(&subsystem.directory) }.downgrade();
        let inbound = Arc::new(Inbound {
            nats: self.clone(),
            kernel,
            subjects,
            tally: Arc::clone(&tally),
            in_flight: options.in_flight.max(1),
            #[cfg(feature = "context")]
            contexts: options.contexts,
        });
        let (stop, stopped) = watch::channel(false);
        let work = match &options.jetstream {
            None => {
                let listener = Listener::subscribe(&inbound, &options.queue, options.pending).await?;
                self.shared.runtime.spawn(listener.listen(stopped))
            }
            Some(jetstream) => {
                let store = Store::open(self, jetstream, &inbound.subjects).await?;
                let puller = Puller::open(&inbound, store, &options.queue).await?;
                self.shared.runtime.spawn(puller.pull(stopped))
            }
        };
        Ok(Served { stop, work, tally })
    }
}

/// A subsystem that is served. Dropping it ends that at once: what is being handled is neither answered nor acknowledged, as
/// if the process had died.
#[must_use = "dropping it ends the service"]
pub struct Served {
    stop: watch::Sender<bool>,
    work: JoinHandle<()>,
    tally: Arc<Tally>,
}

impl Served {
    /// Takes nothing more, waits until what was taken is handled, answered and acknowledged, and has that sent.
    pub async fn drain(mut self) {
        self.stop.send_replace(true);
        // It fails only when the runtime is shut down.
        let _ = (&mut self.work).await;
    }

    /// [`drain`](Self::drain), for no longer than `timeout`; `false` if something was left.
    pub async fn drain_timeout(self, timeout: Duration) -> bool {
        tokio::time::timeout(timeout, self.drain()).await.is_ok()
    }

    /// Whether it goes on: until the kernel is shut down or the connection is closed.
    pub fn is_active(&self) -> bool {
        !self.work.is_finished()
    }

    /// The numbers of this subsystem at this connection.
    pub fn counts(&self) -> Counts {
        self.tally.counts()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.work.abort();
    }
}

impl fmt::Debug for Served {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Served").field("active", &self.is_active()).finish_non_exhaustive()
    }
}
