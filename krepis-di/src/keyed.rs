//! Slots of services for any key: one for each key that was asked for.

use std::collections::{HashMap, HashSet};

use crate::error::{ResolveError, ResolveErrorKind};
use crate::instance::Slot;
use crate::key::ServiceKey;
use crate::once::{Once, WaitRoom};
use crate::shared::Shared;
use crate::sync::{AtomicBool, Mutex, Ordering, lock};

/// How many different keys one registration keeps instances for: keys may come from outside.
pub(crate) const MOST_KEYS: usize = 1024;

type Slots = HashMap<u32, HashMap<ServiceKey, Box<Slot>>>;

/// The slots of one container or scope.
#[derive(Default)]
pub(crate) struct KeyedSlots {
    slots: Mutex<Slots>,
    used: AtomicBool,
}

impl KeyedSlots {
    /// The slot of a registration for a key.
    pub(crate) fn slot(&self, shared: &Shared, node: u32, key: &ServiceKey) -> Result<&Slot, ResolveError> {
        self.used.store(true, Ordering::Relaxed);
        let mut slots = lock(&self.slots);
        let of_node = slots.entry(node).or_default();
        if !of_node.contains_key(key) && of_node.len() >= MOST_KEYS {
            let (service, limit) = (shared.name(node), MOST_KEYS);
            return Err(ResolveError::new(ResolveErrorKind::TooManyKeys { service, limit }));
        }
        let slot: *const Slot = &**of_node.entry(key.clone()).or_insert_with(|| Box::new(Slot::new()));
        // SAFETY: the slot is boxed, and boxes are dropped only by `clear`.
        Ok(unsafe { &*slot })
    }

    /// Forgets all slots.
    ///
    /// # Safety
    /// They are empty, and nobody has a reference to one.
    #[inline]
    pub(crate) unsafe fn clear(&self, room: &WaitRoom) {
        if self.used.load(Ordering::Relaxed) {
            self.used.store(false, Ordering::Relaxed);
            let gone = std::mem::take(&mut *lock(&self.slots));
            let onces: HashSet<*const Once> =
                gone.values().flat_map(HashMap::values).map(|slot| &raw const slot.once).collect();
            room.forget(|once| onces.contains(&once));
        }
    }
}
