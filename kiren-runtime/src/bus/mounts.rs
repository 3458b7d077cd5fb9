//! Subsystems that are in other processes as well, by way of NATS: what is sent to them goes there, and what comes from there is
//! brought to the handlers of this process, if it has some.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use mycelia_router::kernel::{self, Options, Overflow, Subsystem};
use mycelia_router::nats::{
    JetStream, MountOptions, Nats, NatsError, Retention, ServeOptions, Served, Status,
};
use serde::Deserialize;
use tokio::runtime::Handle;

use super::{Bus, Owner, lock, taken};
use crate::contexts::Contexts;

/// How a program mounts a subsystem: `kernel.mount(address, url, options)`, as JSON.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Settings {
    url: String,
    /// Whether this process has handlers.
    pub(crate) serve: bool,
    prefix: String,
    queue: String,
    name: Option<String>,
    user: Option<String>,
    password: Option<String>,
    token: Option<String>,
    tls: bool,
    ca: Option<String>,
    cert: Option<String>,
    key: Option<String>,
    jetstream: Option<Stream>,
    /// In milliseconds.
    timeout: f64,
    capacity: u32,
    overflow: String,
    in_flight: u32,
    pending: u32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Stream {
    stream: String,
    create: bool,
    retention: String,
    in_memory: bool,
    replicas: usize,
    max_age: Option<f64>,
    max_bytes: Option<u64>,
    ack_wait: f64,
    max_ack_pending: usize,
    max_deliveries: u32,
    retry_delay: f64,
    dead_letters: Option<String>,
}

/// As those of [`JetStream::new`].
impl Default for Stream {
    fn default() -> Self {
        let stream = JetStream::new("");
        Self {
            stream: String::new(),
            create: stream.create,
            retention: "workqueue".to_owned(),
            in_memory: stream.in_memory,
            replicas: stream.replicas,
            max_age: None,
            max_bytes: None,
            ack_wait: milliseconds(stream.ack_wait),
            max_ack_pending: stream.max_ack_pending,
            max_deliveries: stream.max_deliveries,
            retry_delay: milliseconds(stream.retry_delay),
            dead_letters: stream.dead_letters,
        }
    }
}

impl Stream {
    fn jetstream(&self) -> JetStream {
        let mut jetstream = JetStream::new(&self.stream);
        jetstream.create = self.create;
        jetstream.retention = match self.retention.as_str() {
            "interest" => Retention::Interest,
            "limits" => Retention::Limits,
            _ => Retention::WorkQueue,
        };
        jetstream.in_memory = self.in_memory;
        jetstream.replicas = self.replicas;
        jetstream.max_age = self.max_age.map(duration);
        jetstream.max_bytes = self.max_bytes;
        jetstream.ack_wait = duration(self.ack_wait);
        jetstream.max_ack_pending = self.max_ack_pending;
        jetstream.max_deliveries = self.max_deliveries;
        jetstream.retry_delay = duration(self.retry_delay);
        jetstream.dead_letters.clone_from(&self.dead_letters);
        jetstream
    }
}

/// A mounted subsystem.
pub(crate) struct Mounted {
    pub(crate) name: String,
    /// The workers that mounted it, if they did: it ends with them.
    pub(crate) group: Option<usize>,
    nats: Nats,
    served: Mutex<Option<Served>>,
    /// What is sent from here, and what comes from there.
    outward: Subsystem,
    inward: Option<Subsystem>,
    /// How long something that is sent can take until it is a dead letter.
    patience: Duration,
    runtime: Handle,
}

/// How often it is looked whether everything was sent.
const LOOK: Duration = Duration::from_millis(5);

impl Mounted {
    /// Mounts a subsystem, once for all isolates of a bus.
    pub(crate) async fn open(
        bus: Arc<Bus>,
        name: String,
        group: Option<usize>,
        settings: Settings,
    ) -> Result<Arc<Self>, NatsError> {
        let opening = bus.runtime().spawn(async move { Self::mount(&bus, name, group, &settings).await });
        opening.await.unwrap_or(Err(NatsError::Closed))
    }

    async fn mount(
        bus: &Bus,
        name: String,
        group: Option<usize>,
        settings: &Settings,
    ) -> Result<Arc<Self>, NatsError> {
        let mut mounts = bus.mounts.lock().await;
        if let Some(mounted) = mounts.get(&name) {
            return Ok(Arc::clone(mounted));
        }
        let nats = settings.connect().await?;
        let overflow = match settings.overflow.as_str() {
            "reject" => Overflow::Reject,
            "drop-oldest" => Overflow::DropOldest,
            _ => Overflow::Wait,
        };
        // As many as are on their way at once.
        let concurrency = settings.in_flight;
        let options = Options { capacity: settings.capacity, overflow, concurrency, ..Options::default() };
        let outward = match bus.kernel.get(&name) {
            // It was mounted before, or an earlier attempt came as far as this.
            Some(subsystem) if bus.owner(&name) == Some(Owner::Mount) => {
                subsystem.off("*rest");
                again(subsystem)
            }
            _ => bus.kernel.subsystem_with(&name, options)?,
        };
        lock(&bus.owners).insert(name.clone(), Owner::Mount);
        let jetstream = settings.jetstream.as_ref().map(Stream::jetstream);
        let way = MountOptions {
            prefix: settings.prefix.clone(),
            jetstream: jetstream.clone(),
            timeout: duration(settings.timeout),
        };
        nats.mount(&outward, way).await?;
        let (mut served, mut inward) = (None, None);
        if settings.serve {
            let options =
                Options { capacity: settings.in_flight, concurrency: u32::MAX, ..Options::default() };
            let subsystem = match bus.inbound().get(&name) {
                Some(subsystem) => again(subsystem),
                None => taken(bus.inbound(), &name, options)?,
            };
            let options = ServeOptions {
                prefix: settings.prefix.clone(),
                queue: settings.queue.clone(),
                jetstream,
                in_flight: settings.in_flight as usize,
                pending: settings.pending as usize,
                contexts: Contexts::get().map(|contexts| contexts.pool.clone()),
            };
            served = Some(nats.serve(&subsystem, options).await?);
            inward = Some(subsystem);
        }
        let mounted = Arc::new(Self {
            name: name.clone(),
            group,
            nats,
            served: Mutex::new(served),
            outward,
            inward,
            patience: duration(settings.timeout),
            runtime: bus.runtime(),
        });
        mounts.insert(name, Arc::clone(&mounted));
        Ok(mounted)
    }

    /// Whether what comes from there is handled here.
    pub(crate) fn serves(&self) -> bool {
        self.inward.is_some()
    }

    pub(crate) fn status(&self) -> &'static str {
        match self.nats.status() {
            Status::Connected => "connected",
            Status::Reconnecting => "reconnecting",
            _ => "closed",
        }
    }

    /// The numbers in the text format of Prometheus.
    pub(crate) fn prometheus(&self) -> String {
        self.nats.stats().prometheus()
    }

    /// Takes nothing more from the other side; ready when what was taken is handled, answered and acknowledged.
    pub(crate) async fn stop_serving(&self) {
        let served = lock(&self.served).take();
        if let Some(served) = served {
            let draining = self.runtime.spawn(served.drain());
            // It fails only when the runtime is shut down.
            drop(draining.await);
        }
    }

    /// Nobody handles what came any more: others shall.
    pub(crate) fn abandon(&self) {
        if let Some(inward) = &self.inward {
            inward.stop();
        }
    }

    /// Stops serving, sends what is to be sent, and ends the connection. Then the subsystem can be mounted anew.
    pub(crate) async fn close(self: Arc<Self>, bus: &Bus) {
        self.stop_serving().await;
        let own = Arc::clone(&self);
        let closing = self.runtime.spawn(async move {
            let sent = async {
                while own.outward.stats().present > 0 {
                    tokio::time::sleep(LOOK).await;
                }
            };
            drop(tokio::time::timeout(own.patience, sent).await);
            own.outward.stop();
            own.abandon();
            // What cannot be written any more is lost, as core NATS has it.
            own.nats.close().await;
        });
        drop(closing.await);
        let mut mounts = bus.mounts.lock().await;
        if mounts.get(&self.name).is_some_and(|known| Arc::ptr_eq(known, &self)) {
            mounts.remove(&self.name);
        }
    }
}

/// A subsystem that may have been stopped.
fn again(subsystem: Subsystem) -> Subsystem {
    if subsystem.stats().status == kernel::Status::Stopped {
        subsystem.restart();
    }
    subsystem
}

impl Settings {
    async fn connect(&self) -> Result<Nats, NatsError> {
        let mut builder = Nats::builder(&self.url);
        if let Some(name) = &self.name {
            builder = builder.name(name);
        }
        if let (Some(user), Some(password)) = (&self.user, &self.password) {
            builder = builder.user_and_password(user, password);
        }
        if let Some(token) = &self.token {
            builder = builder.token(token);
        }
        if self.tls {
            builder = builder.require_tls();
        }
        if let Some(file) = &self.ca {
            builder = builder.root_certificates(file);
        }
        if let (Some(certificate), Some(key)) = (&self.cert, &self.key) {
            builder = builder.client_certificate(certificate, key);
        }
        builder.connect().await
    }
}

fn duration(milliseconds: f64) -> Duration {
    Duration::try_from_secs_f64(milliseconds / 1000.0).unwrap_or(Duration::MAX)
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
