//! What JavaScript holds of Rust's containers, behind numbers that go stale.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use krepis_di::{Container, Key, ResolveError, Service, SharedScope};

/// The owner of an instance, or a transient instance itself.
pub(crate) enum Held {
    Container(Container),
    Scope(SharedScope),
    /// An `Arc` of the service.
    Instance(Box<dyn Any>),
}

impl Held {
    pub(crate) fn at<T: ?Sized + Service>(&self, key: Key<T>) -> Result<&T, ResolveError> {
        match self {
            Self::Container(container) => container.at(key),
            Self::Scope(scope) => scope.at(key),
            Self::Instance(instance) => Ok(Self::instance::<T>(&**instance)),
        }
    }

    pub(crate) fn get<T: ?Sized + Service>(&self) -> Result<Arc<T>, ResolveError> {
        match self {
            Self::Container(container) => container.get(),
            Self::Scope(scope) => scope.get(),
            Self::Instance(instance) => Ok(Arc::clone(Self::instance(&**instance))),
        }
    }

    pub(crate) async fn get_async<T: ?Sized + Service>(&self) -> Result<Arc<T>, ResolveError> {
        match self {
            Self::Container(container) => container.get_async().await,
            Self::Scope(scope) => scope.get_async().await,
            Self::Instance(_) => self.get(),
        }
    }

    fn instance<T: ?Sized + Service>(instance: &dyn Any) -> &Arc<T> {
        instance.downcast_ref().expect("because a handle is only used with the service that it was made for")
    }
}

/// All that a realm's programs hold.
#[derive(Default)]
pub(crate) struct HeldServices {
    entries: RefCell<Vec<Entry>>,
    /// Entries that hold nothing.
    free: RefCell<Vec<usize>>,
}

#[derive(Default)]
struct Entry {
    generation: u32,
    held: Option<Rc<Held>>,
}

/// How many things can be held at a time: the low digits of a handle.
const MOST: usize = 1 << 20;

impl HeldServices {
    /// A handle: a whole number that JavaScript represents exactly. `None` when there are too many.
    pub(crate) fn hold(&self, held: Held) -> Option<f64> {
        let mut entries = self.entries.borrow_mut();
        let at = match self.free.borrow_mut().pop() {
            Some(free) => free,
            None if entries.len() < MOST => {
                entries.push(Entry::default());
                entries.len() - 1
            }
            None => return None,
        };
        entries[at].held = Some(Rc::new(held));
        Some(f64::from(entries[at].generation) * MOST as f64 + at as f64)
    }

    pub(crate) fn get(&self, handle: f64) -> Option<Rc<Held>> {
        let entries = self.entries.borrow();
        let (at, generation) = Self::parts(handle)?;
        entries.get(at).filter(|entry| entry.generation == generation)?.held.clone()
    }

    /// Takes it away from JavaScript; the handle is stale from now on.
    pub(crate) fn release(&self, handle: f64) -> Option<Rc<Held>> {
        let mut entries = self.entries.borrow_mut();
        let (at, generation) = Self::parts(handle)?;
        let entry = entries.get_mut(at).filter(|entry| entry.generation == generation)?;
        let held = entry.held.take()?;
        // An entry whose generations are used up is not used again: a stale handle must not meet one of them.
        if let Some(next) = generation.checked_add(1) {
            entry.generation = next;
            self.free.borrow_mut().push(at);
        }
        Some(held)
    }

    fn parts(handle: f64) -> Option<(usize, u32)> {
        let most = MOST as f64;
        let whole = handle >= 0.0 && handle.fract() == 0.0 && handle < most * (f64::from(u32::MAX) + 1.0);
        // Truncation is meant: the checks above leave only numbers that `hold` could have made.
        whole.then(|| ((handle % most) as usize, (handle / most) as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::{Held, HeldServices};

    fn number(number: u32) -> Held {
        Held::Instance(Box::new(number))
    }

    fn held(services: &HeldServices, handle: f64) -> Option<u32> {
        match &*services.get(handle)? {
            Held::Instance(instance) => (**instance).downcast_ref().copied(),
            _ => None,
        }
    }

    #[test]
    fn a_stale_handle_never_means_what_took_the_place() {
        let services = HeldServices::default();
        let first = services.hold(number(1)).expect("because there is room");
        let second = services.hold(number(2)).expect("because there is room");
        assert!(services.release(first).is_some());
        let third = services.hold(number(3)).expect("because there is room");
        assert_eq!(services.entries.borrow().len(), 2, "the place is used again");
        assert_eq!(
            (held(&services, first), held(&services, second), held(&services, third)),
            (None, Some(2), Some(3))
        );
        assert!(services.release(first).is_none());
        assert_eq!(held(&services, third), Some(3));
    }

    #[test]
    fn numbers_that_are_no_handles_mean_nothing() {
        let services = HeldServices::default();
        services.hold(number(1)).expect("because there is room");
        for handle in [-1.0, 0.5, 1.0, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(held(&services, handle), None, "{handle}");
        }
    }
}
