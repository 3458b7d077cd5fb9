//! Threads with an isolate each, which run the same module and handle the same subsystems.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, mpsc};

use super::{Bus, SharedKernel, lock};
use crate::runtime::{Entry, Runtime, RuntimeOptions};

/// A worker that ended in an error is started again after this time, twice as long each time, up to the longest.
const FIRST_REST: Duration = Duration::from_millis(100);
const LONGEST_REST: Duration = Duration::from_secs(10);
/// A worker that lived so long begins anew with the first rest.
const LIVED: Duration = Duration::from_secs(60);
/// A worker that ends as often as this, each time soon, is not started again.
const MOST_RESTARTS: u32 = 10;
/// How long a worker that was told to stop has for what it has begun.
const GRACE: Duration = Duration::from_secs(5);

/// Set once; waited for by tasks of one isolate.
#[derive(Clone, Default)]
pub(crate) struct Stopping(Arc<Stop>);

#[derive(Default)]
struct Stop {
    is_set: AtomicBool,
    told: Notify,
}

impl Stopping {
    pub(crate) fn set(&self) {
        self.0.is_set.store(true, Ordering::SeqCst);
        self.0.told.notify_waiters();
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.is_set.load(Ordering::SeqCst)
    }

    pub(crate) async fn wait(&self) {
        let told = self.0.told.notified();
        tokio::pin!(told);
        // Before the flag is looked at, so that nothing is missed in between.
        told.as_mut().enable();
        if !self.is_set() {
            told.await;
        }
    }
}

/// What a worker tells the isolate that started it.
#[derive(Debug)]
pub(crate) enum Event {
    /// Its module has registered its handlers: the subsystems, as JSON.
    Ready { worker: u32, claims: String },
    /// It ended, and is started again after this time if there is one.
    Ended { worker: u32, error: Option<String>, code: i32, again: Option<Duration> },
}

/// The workers of one call.
pub(crate) struct Group {
    pub(crate) number: usize,
    stopping: Stopping,
    /// How many threads there are.
    alive: AtomicUsize,
    ended: Notify,
    events: mpsc::UnboundedSender<Event>,
    isolates: Mutex<Vec<Option<v8::IsolateHandle>>>,
}

/// A worker's place.
pub(crate) struct Seat {
    pub(crate) group: Arc<Group>,
    pub(crate) worker: u32,
    /// What the module is started with, as JSON.
    pub(crate) data: Arc<str>,
    pub(crate) stopping: Stopping,
}

static GROUPS: AtomicUsize = AtomicUsize::new(0);

impl Group {
    /// Starts `count` threads that run `entry`.
    pub(crate) fn start(
        bus: &Arc<Bus>,
        count: u32,
        entry: &Entry,
        options: &RuntimeOptions,
        data: &Arc<str>,
    ) -> std::io::Result<(Arc<Self>, mpsc::UnboundedReceiver<Event>)> {
        let (events, received) = mpsc::unbounded_channel();
        let group = Arc::new(Self {
            number: GROUPS.fetch_add(1, Ordering::Relaxed),
            stopping: Stopping::default(),
            alive: AtomicUsize::new(0),
            ended: Notify::new(),
            events,
            isolates: Mutex::new(vec![None; count as usize]),
        });
        for worker in 0..count {
            let seat = Seat {
                group: Arc::clone(&group),
                worker,
                data: Arc::clone(data),
                stopping: group.stopping.clone(),
            };
            let kernel = SharedKernel { bus: Arc::clone(bus), seat: Some(Arc::new(seat)) };
            let options = RuntimeOptions { kernel: Some(kernel), serve: None, ..options.clone() };
            let (entry, own) = (entry.clone(), Arc::clone(&group));
            group.alive.fetch_add(1, Ordering::SeqCst);
            let thread = std::thread::Builder::new()
                .name(format!("krepis-worker-{worker}"))
                .stack_size(16 << 20)
                .spawn(move || own.live(worker, &entry, &options));
            if let Err(error) = thread {
                group.leave();
                group.stop();
                return Err(error);
            }
        }
        Ok((group, received))
    }

    /// A worker's thread: one runtime after the other, until they are told to stop.
    fn live(&self, worker: u32, entry: &Entry, options: &RuntimeOptions) {
        let mut restarts = 0;
        while !self.stopping.is_set() {
            let started = Instant::now();
            let result = self.run(worker, entry, options);
            if self.stopping.is_set() {
                break;
            }
            restarts = if started.elapsed() > LIVED { 0 } else { restarts + 1 };
            let rest = LONGEST_REST.min(FIRST_REST * 2_u32.saturating_pow(restarts.max(1) - 1));
            let again = (restarts <= MOST_RESTARTS).then_some(rest);
            let (code, error) = match result {
                Ok(code) => (code, None),
                Err(error) => (error.exit_code(), Some(error.to_string())),
            };
            self.tell(Event::Ended { worker, error, code, again });
            let Some(rest) = again else { break };
            self.rest(rest);
        }
        self.leave();
    }

    fn run(&self, worker: u32, entry: &Entry, options: &RuntimeOptions) -> Result<i32, crate::JsError> {
        let mut runtime = Runtime::new(options.clone())?;
        let handle = runtime.isolate.thread_safe_handle();
        lock(&self.isolates)[worker as usize] = Some(handle);
        let result = runtime.run(entry.clone());
        lock(&self.isolates)[worker as usize] = None;
        // Its tasks go with it: what it had begun is reported as lost, what it had not goes to others.
        drop(runtime);
        result
    }

    /// Sleeps, but not longer than until the stop.
    fn rest(&self, rest: Duration) {
        let end = Instant::now() + rest;
        while !self.stopping.is_set() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(10).min(end.saturating_duration_since(Instant::now())));
        }
    }

    fn leave(&self) {
        self.alive.fetch_sub(1, Ordering::SeqCst);
        self.ended.notify_waiters();
    }

    /// The isolate that started the workers may be gone: then nobody has to know.
    pub(crate) fn tell(&self, event: Event) {
        drop(self.events.send(event));
    }

    /// Tells the workers to end when they are done with what they have begun. One that does not is ended by force.
    pub(crate) fn stop(&self) {
        self.stopping.set();
    }

    /// Ready when all have ended.
    pub(crate) async fn gone(&self) {
        while self.alive.load(Ordering::SeqCst) > 0 {
            let ended = self.ended.notified();
            tokio::pin!(ended);
            // Before it is looked again, so that nothing is missed in between.
            ended.as_mut().enable();
            if self.alive.load(Ordering::SeqCst) > 0 {
                ended.await;
            }
        }
    }

    /// The same, after a stop: those that take too long are ended by force.
    pub(crate) async fn ended(&self) {
        let force = Instant::now() + GRACE;
        while tokio::time::timeout_at(force.into(), self.gone()).await.is_err() {
            for isolate in lock(&self.isolates).iter().flatten() {
                isolate.terminate_execution();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Seat {
    /// Ends the isolate some time after the stop, if it has not ended by itself by then.
    pub(crate) async fn end_in_time(&self) {
        self.stopping.wait().await;
        tokio::time::sleep(GRACE).await;
    }
}
