//! The bus: a kernel of `mycelia-router` that the isolates of a process have in common, with Rust and with what is mounted on it.
//!
//! What goes from JavaScript to JavaScript in one isolate never comes here (js/krepis/mycelia/kernel.js). A message for another
//! isolate is serialised, waits in the bus's queue, and is taken by a [`pump`] of an isolate that handles its subsystem.
//!
//! | file | what |
//! |---|---|
//! | `body.rs` | bodies as JavaScript, Rust and brokers see them |
//! | `codes.rs` | what JavaScript calls what can go wrong |
//! | `pump.rs` | messages from the bus to the kernel of an isolate |
//! | `workers.rs` | threads with an isolate each |
//! | `mounts.rs` | subsystems in other processes, by way of NATS |

pub(crate) mod body;
pub(crate) mod codes;
pub(crate) mod mounts;
pub(crate) mod pump;
pub(crate) mod workers;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use mycelia_router::kernel::{Kernel, Message, Options, RegisterError, Subsystem, WeakKernel};
use slab::Slab;
use tokio::runtime::Handle;
use tokio::sync::{Notify, oneshot};

use crate::realm::Realm;
use mounts::Mounted;
use pump::Replies;
use workers::{Event, Group};

/// A kernel that the programs of a runtime share with Rust: in JavaScript it is `Kernel.host`.
///
/// Handlers of Rust get what JavaScript sends as a `String`, an `f64`, a `bool`, a `Vec<u8>` (of a `Uint8Array`), nothing (of
/// `undefined` and `null`), and everything else as a `serde_json::Value`. They reply with one of these, and send them to
/// subsystems that JavaScript handles.
///
/// ```no_run
/// use kiren_runtime::{Entry, Runtime, RuntimeOptions, SharedKernel};
/// use mycelia_router::kernel::{Body, Kernel, Message};
///
/// let kernel = Kernel::new();
/// let prices = kernel.subsystem("prices")?;
/// prices.on("{item}", |message: &mut Message| Body::new(format!("{}: 7 EUR", message.param("item").unwrap_or_default())))?;
/// let workers = kernel.workers(2)?;
/// let options = RuntimeOptions { kernel: Some(SharedKernel::new(kernel.clone())), ..RuntimeOptions::default() };
/// // const price = await Kernel.host.ask("prices://tea");
/// Runtime::new(options)?.run(Entry::File("shop.ts".into()))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SharedKernel {
    pub(crate) bus: Arc<Bus>,
    /// Of a worker's isolate.
    pub(crate) seat: Option<Arc<workers::Seat>>,
}

impl SharedKernel {
    /// Shares a kernel of the embedding program, which does its work: see the documentation of `mycelia_router::kernel`.
    #[must_use]
    pub fn new(kernel: Kernel) -> Self {
        Self { bus: Arc::new(Bus::of(kernel, None)), seat: None }
    }
}

impl std::fmt::Debug for SharedKernel {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("SharedKernel").field(&self.bus.kernel).finish()
    }
}

/// Who handles the messages of a subsystem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The isolate that registered it.
    Isolate,
    /// The workers of a group.
    Group(usize),
    /// A broker brings them to another process.
    Mount,
    /// The embedding program.
    Rust,
}

/// A kernel, and what the runtime keeps beside it.
pub(crate) struct Bus {
    pub(crate) kernel: Kernel,
    owners: Mutex<HashMap<String, Owner>>,
    /// Of a kernel that the runtime made, and shuts down: told of dead letters.
    pub(crate) buried: Option<Arc<Notify>>,
    /// For what comes from brokers: the subsystems have the same names as those of `kernel`, which are the way there.
    inbound: OnceLock<Kernel>,
    mounts: tokio::sync::Mutex<HashMap<String, Arc<Mounted>>>,
    /// The bus's thread, which rings timers and speaks to brokers.
    thread: OnceLock<Handle>,
}

impl Bus {
    fn of(kernel: Kernel, buried: Option<Arc<Notify>>) -> Self {
        Self {
            kernel,
            owners: Mutex::default(),
            buried,
            inbound: OnceLock::new(),
            mounts: tokio::sync::Mutex::default(),
            thread: OnceLock::new(),
        }
    }

    /// A bus with a kernel of its own.
    pub(crate) fn start() -> Arc<Self> {
        let buried = Arc::new(Notify::new());
        let told = Arc::clone(&buried);
        let kernel = Kernel::builder().after_dead_letter(move || told.notify_one()).build();
        let bus = Arc::new(Self::of(kernel, Some(buried)));
        let kernel = bus.kernel.clone();
        bus.runtime().spawn(async move { kernel.drive().await });
        bus
    }

    /// The runtime of the bus's thread, which is started the first time.
    fn runtime(&self) -> Handle {
        let start = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.expect("because the system has memory and a descriptor for it");
            let handle = runtime.handle().clone();
            let kernel = self.kernel.downgrade();
            let live = move || runtime.block_on(end_of(kernel));
            let thread = std::thread::Builder::new().name("krepis-bus".into()).spawn(live);
            drop(thread.expect("because the system has a thread for it"));
            handle
        };
        self.thread.get_or_init(start).clone()
    }

    fn inbound(&self) -> &Kernel {
        self.inbound.get_or_init(|| {
            let kernel = Kernel::new();
            let driven = kernel.clone();
            self.runtime().spawn(async move { driven.drive().await });
            kernel
        })
    }

    /// Where messages for handlers of a subsystem are taken from.
    pub(crate) fn source(&self, subsystem: &str) -> Option<Subsystem> {
        if self.owner(subsystem) == Some(Owner::Mount) {
            return self.inbound.get()?.get(subsystem);
        }
        self.kernel.get(subsystem)
    }

    /// What workers of a group mounted.
    pub(crate) async fn mounts_of(&self, group: usize) -> Vec<Arc<Mounted>> {
        let mounts = self.mounts.lock().await;
        mounts.values().filter(|mounted| mounted.group == Some(group)).cloned().collect()
    }

    pub(crate) fn owner(&self, subsystem: &str) -> Option<Owner> {
        let known = lock(&self.owners).get(subsystem).copied();
        known.or_else(|| self.kernel.get(subsystem).map(|_| Owner::Rust))
    }

    /// Registers a subsystem whose messages are taken by pumps; the workers of a group share theirs.
    pub(crate) fn register(&self, name: &str, options: Options, owner: Owner) -> Result<(), RegisterError> {
        let mut owners = lock(&self.owners);
        if matches!(owner, Owner::Group(_)) && owners.get(name) == Some(&owner) {
            return Ok(());
        }
        taken(&self.kernel, name, options)?;
        owners.insert(name.to_owned(), owner);
        Ok(())
    }
}

/// A subsystem whose messages are taken by pumps: its handler says that there are addresses, and is not called.
fn taken(kernel: &Kernel, name: &str, options: Options) -> Result<Subsystem, RegisterError> {
    let subsystem = kernel.subsystem_with(name, options)?;
    subsystem.on("*rest", |_: &mut Message| ())?;
    drop(subsystem.taker());
    Ok(subsystem)
}

/// How often the bus's thread looks whether its kernel is still there.
const LOOK: Duration = Duration::from_secs(1);

/// Ready when a kernel is shut down or gone.
async fn end_of(kernel: WeakKernel) {
    while kernel.upgrade().is_some_and(|kernel| !kernel.is_closed()) {
        tokio::time::sleep(LOOK).await;
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        if let Some(inbound) = self.inbound.get() {
            inbound.shutdown();
        }
        if self.buried.is_some() {
            self.kernel.shutdown();
        }
    }
}

/// What the workers of a group tell, one after the other.
pub(crate) type Events = tokio::sync::Mutex<tokio::sync::mpsc::UnboundedReceiver<Event>>;

/// The buses that an isolate knows, and what it has to do with them.
#[derive(Default)]
pub(crate) struct RealmBuses {
    buses: RefCell<Slab<Arc<Bus>>>,
    pub(crate) replies: Replies,
    /// Of questions that can be forgotten, by the name that JavaScript gave them: dropping one forgets it.
    pub(crate) questions: RefCell<HashMap<u32, oneshot::Sender<()>>>,
    pub(crate) groups: RefCell<Slab<(Arc<Group>, Rc<Events>)>>,
    pub(crate) mounts: RefCell<Slab<Arc<Mounted>>>,
    /// What structured_clone.js says of host objects: `{ isHost, write, hosts, move, error }`.
    pub(crate) run: OnceCell<v8::Global<v8::Object>>,
    /// By bus, whether a task keeps the program alive until the bus is idle.
    awaited: RefCell<HashMap<usize, Rc<Cell<bool>>>>,
}

impl RealmBuses {
    pub(crate) fn add(&self, bus: Arc<Bus>) -> usize {
        let mut buses = self.buses.borrow_mut();
        let known = buses.iter().find(|(_, known)| Arc::ptr_eq(known, &bus)).map(|(number, _)| number);
        known.unwrap_or_else(|| buses.insert(bus))
    }

    pub(crate) fn get(&self, number: usize) -> Option<Arc<Bus>> {
        self.buses.borrow().get(number).cloned()
    }

    /// Keeps the program alive until what was sent has been handled.
    pub(crate) fn await_idle(&self, realm: &Rc<Realm>, number: usize) {
        let Some(bus) = self.get(number) else { return };
        let awaited = Rc::clone(self.awaited.borrow_mut().entry(number).or_default());
        if awaited.replace(true) {
            return;
        }
        realm.spawn(async move {
            bus.kernel.idle().await;
            awaited.set(false);
        });
    }
}

impl Drop for RealmBuses {
    fn drop(&mut self) {
        self.groups.borrow().iter().for_each(|(_, (group, _))| group.stop());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
