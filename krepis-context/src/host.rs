//! What Rust keeps for a context beside the region: who waits for its end, and values that only this process can have.
//!
//! It is made when a slot first needs it, and stays with the slot, so that its vectors grow once.

use std::any::{Any, TypeId};
use std::collections::{HashMap, VecDeque};
use std::sync::OnceLock;
use std::task::Waker;

use crate::cause::Cause;
use crate::pool::ContextId;
use crate::sync::{Mutex, lock};

type Callback = Box<dyn FnOnce(Cause) + Send>;

/// One for each slot that ever needed one.
pub(crate) struct Hosts(Box<[OnceLock<Box<Host>>]>);

/// See the module.
#[derive(Default)]
pub(crate) struct Host {
    pub(crate) listeners: Mutex<Listeners>,
    pub(crate) extensions: Extensions,
}

impl Hosts {
    pub(crate) fn new(slots: u32) -> Self {
        Self((0..=slots).map(|_| OnceLock::new()).collect())
    }

    /// What the slot has; it is made if there is none.
    pub(crate) fn of(&self, slot: u32) -> &Host {
        self.0[slot as usize].get_or_init(Box::default)
    }

    /// What the slot has, or had.
    pub(crate) fn get(&self, slot: u32) -> Option<&Host> {
        self.0.get(slot as usize)?.get().map(|host| &**host)
    }
}

impl Host {
    /// Drops everything. The caller is alone with the slot; what is dropped runs without a lock.
    pub(crate) fn clear(&self) {
        while let Some(listener) = lock(&self.listeners).take() {
            drop(listener);
        }
        while let Some(value) = self.extensions.take() {
            drop(value);
        }
    }
}

/// Who wants to know of a cancellation.
#[derive(Default)]
pub(crate) struct Listeners {
    last: u64,
    /// In the order in which they came.
    waiting: VecDeque<(ListenerId, Listener)>,
    /// Contexts below this one that have listeners: generations by slot.
    children: HashMap<u32, u32>,
}

/// Names a callback; see [`Context::on_cancel`](crate::Context::on_cancel).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListenerId(u64);

pub(crate) enum Listener {
    Callback(Callback),
    Waker(Waker),
    Child(ContextId),
}

impl Listeners {
    pub(crate) fn add(&mut self, listener: Listener) -> ListenerId {
        self.last += 1;
        let id = ListenerId(self.last);
        self.waiting.push_back((id, listener));
        id
    }

    /// Puts `listener` in the place of the one that `id` names, and gives that back; or gives `listener` back if there is
    /// none.
    pub(crate) fn replace(&mut self, id: ListenerId, listener: Listener) -> Result<Listener, Listener> {
        match self.waiting.iter_mut().find(|(other, _)| *other == id) {
            Some((_, old)) => Ok(std::mem::replace(old, listener)),
            None => Err(listener),
        }
    }

    pub(crate) fn remove(&mut self, id: ListenerId) -> Option<Listener> {
        let at = self.waiting.iter().position(|(other, _)| *other == id)?;
        Some(self.waiting.remove(at)?.1)
    }

    pub(crate) fn add_child(&mut self, child: ContextId) {
        self.children.insert(child.slot, child.generation);
    }

    pub(crate) fn remove_child(&mut self, child: ContextId) {
        self.children.remove(&child.slot);
    }

    /// The next one to tell: first who waits here, the youngest first, then the contexts below.
    pub(crate) fn take(&mut self) -> Option<Listener> {
        if let Some((_, listener)) = self.waiting.pop_front() {
            return Some(listener);
        }
        let (&slot, &generation) = self.children.iter().next()?;
        self.children.remove(&slot);
        Some(Listener::Child(ContextId { slot, generation }))
    }
}

/// Values by their type.
///
/// A value stays where it is until the context is released, and so can be lent out for as long as a reference to the
/// context is held.
#[derive(Default)]
pub(crate) struct Extensions(Mutex<Vec<(TypeId, Box<dyn Any + Send + Sync>)>>);

impl Extensions {
    pub(crate) fn get<T: Any + Send + Sync>(&self) -> Option<&T> {
        let values = lock(&self.0);
        let (_, value) = values.iter().find(|(id, _)| *id == TypeId::of::<T>())?;
        let value: *const T = value.downcast_ref::<T>()?;
        // SAFETY: the box keeps its place when the vector grows, and is dropped by `take` only, which the last reference
        // calls; `self` is borrowed through one.
        Some(unsafe { &*value })
    }

    /// Puts a value in, unless there is one of its type.
    pub(crate) fn insert<T: Any + Send + Sync>(&self, value: T) -> Result<(), T> {
        let mut values = lock(&self.0);
        if values.iter().any(|(id, _)| *id == TypeId::of::<T>()) {
            return Err(value);
        }
        values.push((TypeId::of::<T>(), Box::new(value)));
        Ok(())
    }

    /// For the last reference: nobody has a value any more.
    fn take(&self) -> Option<Box<dyn Any + Send + Sync>> {
        lock(&self.0).pop().map(|(_, value)| value)
    }
}
