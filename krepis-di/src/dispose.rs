//! Hooks that run when a scope, or the container, is disposed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::created::{Created, Entry};
use crate::error::{BoxError, DisposeFailure};
use crate::instance::{Panic, Raw, Reuse, Slot, panic_message};
use crate::make::BoxFuture;
use crate::shared::{Place, Shared};

type SyncHook = Arc<dyn Fn(&Raw) -> Result<(), BoxError> + Send + Sync>;
type AsyncHook = Arc<dyn Fn(&Raw) -> BoxFuture<'static, Result<(), BoxError>> + Send + Sync>;

/// How an instance of one registration is disposed.
#[derive(Clone, Default)]
pub(crate) struct Hooks {
    pub(crate) sync: Option<SyncHook>,
    pub(crate) asynchronous: Option<AsyncHook>,
}

/// The owner of instances: a scope's slots, or the container's.
#[derive(Clone, Copy)]
pub(crate) struct Owner<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) slots: &'a [Slot],
    pub(crate) created: &'a Created,
}

impl Owner<'_> {
    /// Runs the hooks of all instances, the newest first.
    ///
    /// # Safety
    /// The list is closed by the caller, and instances stay until this returns.
    pub(crate) unsafe fn run_hooks(self, failures: &mut Vec<DisposeFailure>) {
        // SAFETY: of the caller.
        for entry in unsafe { self.created.entries() }.iter().rev() {
            // SAFETY: of the caller.
            let Some((hooks, node, instance)) = (unsafe { self.hooked(entry) }) else { continue };
            let outcome = match hooks {
                Hooks { sync: Some(hook), .. } => flatten(catch_unwind(AssertUnwindSafe(|| hook(instance)))),
                _ => Err("it is disposed asynchronously: use dispose_async".into()),
            };
            self.note(node, outcome, failures);
        }
    }

    /// As [`run_hooks`](Self::run_hooks), with the async hook of those that have one.
    ///
    /// # Safety
    /// As there.
    pub(crate) async unsafe fn run_hooks_async(self, failures: &mut Vec<DisposeFailure>) {
        // SAFETY: of the caller.
        for entry in unsafe { self.created.entries() }.iter().rev() {
            // SAFETY: of the caller.
            let Some((hooks, node, instance)) = (unsafe { self.hooked(entry) }) else { continue };
            let outcome = match hooks {
                Hooks { asynchronous: Some(hook), .. } => {
                    match catch_unwind(AssertUnwindSafe(|| hook(instance))) {
                        Ok(future) => flatten(catch(future).await),
                        Err(panic) => flatten(Err(panic)),
                    }
                }
                Hooks { sync: Some(hook), .. } => flatten(catch_unwind(AssertUnwindSafe(|| hook(instance)))),
                _ => Ok(()),
            };
            self.note(node, outcome, failures);
        }
    }

    /// The hooks of an entry, if it has some.
    unsafe fn hooked<'e>(&self, entry: &'e Entry) -> Option<(&Hooks, u32, &'e Raw)>
    where
        Self: 'e,
    {
        let (node, slot) = match entry {
            Entry::Slot(node) => (*node, &raw const *self.slot(*node)),
            Entry::Keyed(node, slot) => (*node, *slot),
            Entry::Tracked(node, instance) => {
                return Some((self.shared.node(*node).hooks.as_ref()?, *node, instance));
            }
            Entry::Poisoned(_) => return None,
        };
        let hooks = self.shared.node(node).hooks.as_ref()?;
        // SAFETY: of the caller: the instances of the list are there, in slots that belong to the same owner.
        let slot: &'e Slot = unsafe { &*slot };
        if hooks.asynchronous.is_some() {
            // Such a hook is given an owner, which it may keep.
            slot.note_shared();
        }
        // SAFETY: a slot is filled before it is listed, though its maker may not have said yet that it is ready.
        Some((hooks, node, unsafe { slot.instance() }))
    }

    fn slot(&self, node: u32) -> &Slot {
        match self.shared.node(node).place {
            Place::Singleton(at) | Place::Scoped(at) => &self.slots[at as usize],
            _ => unreachable!("because only these are listed as slots"),
        }
    }

    fn note(&self, node: u32, outcome: Result<(), BoxError>, failures: &mut Vec<DisposeFailure>) {
        if let Err(error) = outcome {
            failures.push(DisposeFailure { service: self.shared.name(node), error });
        }
    }

    /// Drops all instances, the newest first; with `reuse`, keeps their memory.
    ///
    /// # Safety
    /// The caller is the only one who reaches the list and the slots.
    #[inline]
    pub(crate) unsafe fn clear(self, reuse: bool, failures: &mut Vec<DisposeFailure>) {
        // SAFETY: of the caller.
        while let Some(entry) = unsafe { self.created.take() } {
            // SAFETY: of the caller; the operations are those of the node that made the instance.
            let (node, cleared) = unsafe {
                match entry {
                    Entry::Slot(node) => (node, self.slot(node).clear(self.shared.node(node).ops, reuse)),
                    Entry::Keyed(node, slot) => (node, (*slot).clear(self.shared.node(node).ops, false)),
                    Entry::Poisoned(slot) => {
                        (*slot).once.reset();
                        continue;
                    }
                    Entry::Tracked(node, mut instance) => {
                        let mut panic = None;
                        (self.shared.node(node).ops.release)(&mut instance, Reuse::No, &mut panic);
                        (node, panic.map_or(Ok(()), Err))
                    }
                }
            };
            if let Err(panic) = cleared {
                self.note(node, flatten(Err(panic)), failures);
            }
        }
    }
}

fn flatten(outcome: Result<Result<(), BoxError>, Panic>) -> Result<(), BoxError> {
    outcome.unwrap_or_else(|panic| Err(format!("it panicked: {}", panic_message(&panic)).into()))
}

/// A future that ends with the panic, if polling it panics.
pub(crate) async fn catch<F: Future>(future: F) -> Result<F::Output, Panic> {
    let mut future = pin!(future);
    std::future::poll_fn(move |context: &mut Context<'_>| {
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await
}
