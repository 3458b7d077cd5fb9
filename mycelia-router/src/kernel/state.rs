//! State that handlers of one subsystem share, as an actor has it.

use std::fmt;
use std::sync::Arc;

use super::handler::IntoOutcome;
use super::message::Message;
use super::subsystem::Subsystem;
use super::sync::{Mutex, lock};

/// A value that handlers have in turn, made anew after a failure that restarts the subsystem.
///
/// ```
/// use mycelia_router::kernel::{Body, Kernel, Message, State};
///
/// let kernel = Kernel::new();
/// let counters = kernel.subsystem("counters")?;
/// let state = State::of(&counters, || 0_u64);
/// counters.on("add", state.handler(|sum, message: &mut Message| {
///     *sum += message.take::<u64>()?;
///     Ok::<_, mycelia_router::kernel::WrongType>(Body::new(*sum))
/// }))?;
///
/// kernel.send("counters://add", 3_u64)?;
/// assert_eq!(kernel.ask("counters://add", 4_u64).wait()?.get::<u64>(), Some(&7));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct State<S> {
    shared: Arc<Shared<S>>,
}

struct Shared<S> {
    value: Mutex<Option<S>>,
    make: Box<dyn Fn() -> S + Send + Sync>,
}

impl<S: Send + 'static> State<S> {
    /// State for the handlers of a subsystem, made by `make` when the first message comes, and again when one comes after a
    /// restart. It takes the place of the subsystem's `on_restart`.
    pub fn of(subsystem: &Subsystem, make: impl Fn() -> S + Send + Sync + 'static) -> Self {
        let shared = Arc::new(Shared { value: Mutex::new(None), make: Box::new(make) });
        let state = Arc::clone(&shared);
        subsystem.on_restart(move || {
            let before = lock(&state.value).take();
            drop(before);
        });
        Self { shared }
    }

    /// A handler that has the state.
    pub fn handler<R: IntoOutcome>(
        &self,
        handler: impl Fn(&mut S, &mut Message) -> R + Send + Sync + 'static,
    ) -> impl Fn(&mut Message) -> R + Send + Sync + 'static {
        let shared = Arc::clone(&self.shared);
        move |message| {
            let mut value = lock(&shared.value);
            handler(value.get_or_insert_with(|| (shared.make)()), message)
        }
    }
}

impl<S> fmt::Debug for State<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("State").finish_non_exhaustive()
    }
}
