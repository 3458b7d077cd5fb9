//! Scopes: what lives as long as a request.

use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::sync::Arc;

use crate::block::{Block, Pin, release};
use crate::error::{DisposeError, DisposeFailure, ResolveError};
use crate::instance::Service;
use crate::key::{ServiceKey, Token};
use crate::resolve::{Key, questions};
use crate::resolver::Resolver;
use crate::shared::Shared;

/// A scope with one owner: dropping it, or [`dispose`](Self::dispose), ends it and drops its instances, the newest first.
///
/// It may move between threads, but is not for several at a time: that is what [`into_shared`](Self::into_shared) is for. In
/// exchange, nothing in it is counted or locked.
pub struct Scope {
    block: ManuallyDrop<Arc<Block>>,
    /// Not `Sync`.
    _one_thread: PhantomData<std::cell::Cell<()>>,
}

impl Scope {
    /// Of a block that nobody else reaches.
    #[inline]
    pub(crate) fn new(block: Arc<Block>) -> Self {
        let block = if block.shared.scopes_escape { block.share().into_block() } else { block };
        Self { block: ManuallyDrop::new(block), _one_thread: PhantomData }
    }

    #[inline]
    fn resolver(&self) -> Result<Resolver<'_>, ResolveError> {
        Resolver::of_scope(&self.block)
    }

    #[inline]
    fn shared(&self) -> &Shared {
        &self.block.shared
    }

    /// As [`get_ref`](Self::get_ref), by a typed key: an array access.
    ///
    /// # Errors
    /// As `get_ref`, or that the key is of another container.
    #[inline]
    pub fn at<T: ?Sized + Service>(&self, key: Key<T>) -> Result<&T, ResolveError> {
        self.resolver()?.at(key)
    }

    /// A scope inside this one: with its own scoped instances, and disposed before this one is. What was
    /// [provided](Self::provide) to this one is there too, unless it is provided its own.
    ///
    /// The child of a disposed scope is disposed.
    pub fn child(&self) -> Self {
        child(&self.block)
    }

    /// Gives the scope a value that was registered with [`scope_value`](crate::Builder::scope_value).
    ///
    /// # Errors
    /// When nothing of this type is registered, or the scope has one already.
    pub fn provide<T: Service>(&self, value: T) -> Result<(), ResolveError> {
        self.resolver()?.provide(value)
    }

    /// The same scope, for several threads at once. It ends with its last clone.
    pub fn into_shared(self) -> SharedScope {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is not used again.
        let block = unsafe { ManuallyDrop::take(&mut this.block) };
        SharedScope { pin: if block.is_exclusive() { block.share() } else { Pin::from_block(block) } }
    }

    /// Ends the scope: disposal hooks run, of child scopes first, then instances are dropped, each time the newest first.
    ///
    /// # Errors
    /// All hooks and destructors that failed; all of them were tried.
    pub fn dispose(self) -> Result<(), DisposeError> {
        let mut failures = Vec::new();
        self.end(&mut failures);
        DisposeError::check(failures)
    }

    /// As [`dispose`](Self::dispose), with async hooks.
    ///
    /// # Errors
    /// As there.
    pub async fn dispose_async(self) -> Result<(), DisposeError> {
        let mut failures = Vec::new();
        self.block.dispose_async(&mut failures).await;
        self.end(&mut failures);
        DisposeError::check(failures)
    }

    #[inline]
    fn end(self, failures: &mut Vec<DisposeFailure>) {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is not used again.
        let block = unsafe { ManuallyDrop::take(&mut this.block) };
        finish(block, failures);
    }
}

#[inline]
fn finish(block: Arc<Block>, failures: &mut Vec<DisposeFailure>) {
    if block.is_exclusive() {
        // SAFETY: the scope was the only owner.
        unsafe { release(block, failures) };
    } else {
        block.dispose(failures);
        Pin::from_block(block).end(failures);
    }
}

/// The caller owns the parent, or holds a pin.
fn child(parent: &Arc<Block>) -> Scope {
    if parent.shared.has_scope_values && parent.is_exclusive() {
        // The child, which may be on another thread, reads what the parent was provided.
        parent.share_in_place();
    }
    let block = Block::take(&parent.shared).share().into_block();
    parent.adopt(&block);
    Scope { block: ManuallyDrop::new(block), _one_thread: PhantomData }
}

impl Drop for Scope {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the scope is not used again.
        let block = unsafe { ManuallyDrop::take(&mut self.block) };
        finish(block, &mut Vec::new());
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scope")
    }
}

questions!(Scope);

/// A scope for several threads, that ends with its last clone, or with [`dispose`](Self::dispose) for all of them.
#[derive(Clone)]
pub struct SharedScope {
    pin: Pin,
}

impl SharedScope {
    #[inline]
    fn resolver(&self) -> Result<Resolver<'_>, ResolveError> {
        Resolver::of_scope(self.pin.block())
    }

    fn shared(&self) -> &Shared {
        &self.pin.block().shared
    }

    /// As [`get_ref`](Self::get_ref), by a typed key: an array access.
    ///
    /// # Errors
    /// As `get_ref`, or that the key is of another container.
    #[inline]
    pub fn at<T: ?Sized + Service>(&self, key: Key<T>) -> Result<&T, ResolveError> {
        self.resolver()?.at(key)
    }

    /// As [`Scope::child`].
    pub fn child(&self) -> Scope {
        child(self.pin.block())
    }

    /// As [`Scope::provide`].
    ///
    /// # Errors
    /// As there.
    pub fn provide<T: Service>(&self, value: T) -> Result<(), ResolveError> {
        self.resolver()?.provide(value)
    }

    /// Ends the scope for all who have it: hooks run now, and whoever asks it from now on gets an error. Instances are dropped
    /// with the last clone.
    ///
    /// # Errors
    /// All hooks that failed.
    pub fn dispose(&self) -> Result<(), DisposeError> {
        let mut failures = Vec::new();
        self.pin.block().dispose(&mut failures);
        DisposeError::check(failures)
    }

    /// As [`dispose`](Self::dispose), with async hooks.
    ///
    /// # Errors
    /// As there.
    pub async fn dispose_async(&self) -> Result<(), DisposeError> {
        let mut failures = Vec::new();
        self.pin.block().dispose_async(&mut failures).await;
        DisposeError::check(failures)
    }
}

impl fmt::Debug for SharedScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedScope")
    }
}

questions!(SharedScope);
