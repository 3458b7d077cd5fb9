//! A table that many threads ask while routes are added.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::{ArcSwap, Cache, Guard};

use crate::error::InsertError;
use crate::router::Router;

/// A table that many threads ask while routes are added. Clones are the same table.
///
/// A change is made on a copy, compiled, and then takes the place of the table: readers see all of it or nothing, and never
/// wait. So a change costs as much as the table is large; [`update`](SharedRouter::update) makes several at once.
///
/// ```
/// use mycelia_router::SharedRouter;
///
/// let routes = SharedRouter::default();
/// let mut reader = routes.reader();
/// assert!(reader.router().at("/users/7").is_none());
///
/// routes.insert("/users/{id}", "user")?;
/// assert_eq!(reader.router().at("/users/7").map(|found| *found.value), Some("user"));
/// # Ok::<(), mycelia_router::InsertError>(())
/// ```
pub struct SharedRouter<T> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    current: ArcSwap<Router<T>>,
    /// Held while a change is made.
    change: Mutex<()>,
}

impl<T> SharedRouter<T> {
    /// Shares a table.
    #[must_use]
    pub fn new(router: Router<T>) -> Self {
        router.compile();
        Self { shared: Arc::new(Shared { current: ArcSwap::from_pointee(router), change: Mutex::new(()) }) }
    }

    /// The table as it is now, for a few questions. Whoever keeps it keeps seeing this one.
    #[must_use]
    pub fn load(&self) -> Snapshot<T> {
        Snapshot(self.shared.current.load())
    }

    /// What one thread asks by, again and again: when nothing has changed it costs a look at one word of memory.
    #[must_use]
    pub fn reader(&self) -> Reader<T> {
        Reader(Cache::new(SharedCurrent(Arc::clone(&self.shared))))
    }
}

impl<T: Clone> SharedRouter<T> {
    /// Adds a pattern.
    ///
    /// # Errors
    ///
    /// As [`Router::insert`].
    pub fn insert(&self, pattern: &str, value: T) -> Result<(), InsertError> {
        self.update(|router| router.insert(pattern, value))
    }

    /// Takes a pattern out, as it was written, and gives its value back.
    pub fn remove(&self, pattern: &str) -> Option<T> {
        self.update(|router| router.remove(pattern).ok_or(())).ok()
    }

    /// Makes changes that are seen together. Nobody else changes the table meanwhile.
    ///
    /// # Errors
    ///
    /// Those of `change`; then nothing has changed.
    pub fn update<R, E>(&self, change: impl FnOnce(&mut Router<T>) -> Result<R, E>) -> Result<R, E> {
        let _alone = self.shared.change.lock().unwrap_or_else(PoisonError::into_inner);
        let mut router = Router::clone(&self.shared.current.load());
        let result = change(&mut router)?;
        router.compile();
        self.shared.current.store(Arc::new(router));
        Ok(result)
    }
}

impl<T> Clone for SharedRouter<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<T> Default for SharedRouter<T> {
    fn default() -> Self {
        Self::new(Router::new())
    }
}

impl<T: fmt::Debug> fmt::Debug for SharedRouter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.load().fmt(f)
    }
}

/// A table as it was when it was asked for.
pub struct Snapshot<T>(Guard<Arc<Router<T>>>);

impl<T> Deref for Snapshot<T> {
    type Target = Router<T>;

    #[inline]
    fn deref(&self) -> &Router<T> {
        &self.0
    }
}

/// What one thread asks a [`SharedRouter`] by.
pub struct Reader<T>(Cache<SharedCurrent<T>, Arc<Router<T>>>);

impl<T> Reader<T> {
    /// The table as it is now.
    #[inline]
    pub fn router(&mut self) -> &Router<T> {
        self.0.load()
    }
}

impl<T> Clone for Reader<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Leads to the table that changes.
struct SharedCurrent<T>(Arc<Shared<T>>);

impl<T> Clone for SharedCurrent<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for SharedCurrent<T> {
    type Target = ArcSwap<Router<T>>;

    fn deref(&self) -> &Self::Target {
        &self.0.current
    }
}
