//! A scope's memory, used again by scope after scope.

use std::cell::UnsafeCell;
use std::ptr;
use std::sync::{Arc, Weak};

use crate::created::Created;
use crate::dispose::Owner;
use crate::error::DisposeFailure;
use crate::instance::Slot;
use crate::keyed::KeyedSlots;
use crate::shared::Shared;
use crate::sync::{AtomicBool, AtomicU64, Mutex, Ordering, lock};

pub(crate) type Pool = crate::pool::Pool<Block>;

/// The slots of a scope. Whoever may touch them holds a pin, or is the exclusive owner.
pub(crate) struct Block {
    pub(crate) shared: Arc<Shared>,
    /// The generation in the upper half, the pins in the lower. With no pin left, the instances are dropped and the block
    /// goes back to the pool with the next generation; from then on nothing can be pinned by the old one.
    life: AtomicU64,
    pub(crate) disposed: AtomicBool,
    /// The scope has one owner, and no pins. Written by who takes the block, who shares it and who gives it back.
    exclusive: AtomicBool,
    pub(crate) slots: Box<[Slot]>,
    pub(crate) created: Created,
    pub(crate) keyed: KeyedSlots,
    children: Mutex<Vec<Link>>,
    has_children: AtomicBool,
    /// Written by who takes the block from the pool and by who gives it back.
    parent: UnsafeCell<Option<Link>>,
}

// SAFETY: see `parent`; everything else is `Sync`.
unsafe impl Sync for Block {}

/// A block as it was when the link was made: [`pin`](Self::pin) says whether it still is that scope. It keeps nothing
/// alive, because an instance may hold it, and somebody the instance.
#[derive(Clone)]
pub(crate) struct Link {
    block: Weak<Block>,
    generation: u32,
}

impl Link {
    /// A pin, unless the scope is over.
    pub(crate) fn pin(&self) -> Option<Pin> {
        let block = self.block.upgrade()?;
        block.pin(self.generation).then(|| Pin(block))
    }
}

/// Keeps the instances of a scope where they are.
pub(crate) struct Pin(Arc<Block>);

impl Pin {
    /// Takes a pin over from who held the block pinned.
    pub(crate) fn from_block(block: Arc<Block>) -> Self {
        Self(block)
    }

    /// Hands the pin over to who takes the block.
    pub(crate) fn into_block(self) -> Arc<Block> {
        let this = std::mem::ManuallyDrop::new(self);
        // SAFETY: `this` is not used again.
        unsafe { std::ptr::read(&this.0) }
    }

    pub(crate) fn block(&self) -> &Arc<Block> {
        &self.0
    }

    /// Gives the pin up; when it was the last one, says which destructors failed.
    pub(crate) fn end(self, failures: &mut Vec<DisposeFailure>) {
        unpin(self.into_block(), failures);
    }
}

fn unpin(block: Arc<Block>, failures: &mut Vec<DisposeFailure>) {
    if pins(block.life.fetch_sub(1, Ordering::AcqRel)) == 1 {
        // SAFETY: this was the last pin.
        unsafe { release(block, failures) };
    }
}

impl Clone for Pin {
    fn clone(&self) -> Self {
        if pins(self.0.life.fetch_add(1, Ordering::Relaxed)) > u32::MAX / 2 {
            // Past the half, threads that come at the same time could carry into the generation.
            std::process::abort();
        }
        Self(Arc::clone(&self.0))
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        unpin(Arc::clone(&self.0), &mut Vec::new());
    }
}

impl Block {
    /// A block for a new scope. Nobody else reaches it.
    #[inline]
    pub(crate) fn take(shared: &Arc<Shared>) -> Arc<Self> {
        shared.pool.take(|| {
            Arc::new(Self {
                shared: Arc::clone(shared),
                life: AtomicU64::new(0),
                disposed: AtomicBool::new(false),
                exclusive: AtomicBool::new(true),
                slots: (0..shared.scoped).map(|_| Slot::new()).collect(),
                created: Created::with_capacity(shared.scoped.min(64)),
                keyed: KeyedSlots::default(),
                children: Mutex::new(Vec::new()),
                has_children: AtomicBool::new(false),
                parent: UnsafeCell::new(None),
            })
        })
    }

    /// No other thread can reach the slots.
    #[inline]
    pub(crate) fn is_exclusive(&self) -> bool {
        self.exclusive.load(Ordering::Relaxed)
    }

    /// Makes an exclusively owned block one that is pinned once.
    pub(crate) fn share(self: Arc<Self>) -> Pin {
        self.share_in_place();
        Pin(self)
    }

    /// As [`share`](Self::share); the pin is that of the block's owner.
    pub(crate) fn share_in_place(&self) {
        let life = self.life.load(Ordering::Relaxed);
        debug_assert_eq!(pins(life), 0);
        self.life.store(life + 1, Ordering::Release);
        self.exclusive.store(false, Ordering::Relaxed);
    }

    /// A link to the scope that the block is now.
    pub(crate) fn link(self: &Arc<Self>) -> Link {
        Link { block: Arc::downgrade(self), generation: generation(self.life.load(Ordering::Relaxed)) }
    }

    fn pin(&self, generation: u32) -> bool {
        let mut life = self.life.load(Ordering::Relaxed);
        while self::generation(life) == generation && pins(life) > 0 {
            match self.life.compare_exchange_weak(life, life + 1, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(seen) => life = seen,
            }
        }
        false
    }

    pub(crate) fn owner(&self) -> Owner<'_> {
        Owner { shared: &self.shared, slots: &self.slots, created: &self.created }
    }

    /// Makes `child`, which nobody else has yet, end when this ends: at once, if this has ended.
    pub(crate) fn adopt(self: &Arc<Self>, child: &Arc<Self>) {
        let mut children = lock(&self.children);
        // Whoever disposes says so before it takes the lock: either it finds the child, or it is seen here.
        if self.disposed.load(Ordering::Acquire) {
            drop(children);
            return child.dispose(&mut Vec::new());
        }
        self.has_children.store(true, Ordering::Release);
        children.push(child.link());
        // SAFETY: nobody else has the child.
        unsafe { *child.parent.get() = Some(self.link()) };
    }

    /// The scope around this one. The caller holds a pin, or owns the block.
    pub(crate) fn parent(&self) -> Option<Link> {
        // SAFETY: written before the block is handed out, and after the last pin is gone.
        unsafe { (*self.parent.get()).clone() }
    }

    fn disown(&self, child: &Arc<Self>) {
        lock(&self.children).retain(|link| !ptr::eq(link.block.as_ptr(), &raw const **child));
    }

    /// The children that are still there, the newest first.
    fn take_children(&self) -> Vec<Pin> {
        if self.is_exclusive() && !self.has_children.load(Ordering::Relaxed) {
            return Vec::new();
        }
        self.has_children.store(false, Ordering::Release);
        let links = std::mem::take(&mut *lock(&self.children));
        links.iter().rev().filter_map(Link::pin).collect()
    }

    /// Ends the scope for its users: runs the hooks, of its children first. Instances stay for those who still read them.
    ///
    /// The caller holds a pin, or owns the block.
    pub(crate) fn dispose(&self, failures: &mut Vec<DisposeFailure>) {
        self.disposed.store(true, Ordering::Release);
        for child in self.take_children() {
            child.block().dispose(failures);
        }
        if self.created.close() && self.shared.has_hooks {
            // SAFETY: just closed; of the caller.
            unsafe { self.owner().run_hooks(failures) };
        }
    }

    /// As [`dispose`](Self::dispose), with async hooks.
    pub(crate) fn dispose_async<'a>(
        &'a self,
        failures: &'a mut Vec<DisposeFailure>,
    ) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(async move {
            self.disposed.store(true, Ordering::Release);
            for child in self.take_children() {
                child.block().dispose_async(failures).await;
            }
            if self.created.close() && self.shared.has_hooks {
                // SAFETY: as in `dispose`.
                unsafe { self.owner().run_hooks_async(failures) }.await;
            }
        })
    }
}

/// Drops the instances of a scope and gives its block back to the pool.
///
/// # Safety
/// The caller was the exclusive owner, or held the last pin.
#[inline]
pub(crate) unsafe fn release(block: Arc<Block>, failures: &mut Vec<DisposeFailure>) {
    let exclusive = block.is_exclusive();
    if !exclusive || block.shared.has_hooks || block.has_children.load(Ordering::Relaxed) {
        block.dispose(failures);
    }
    // SAFETY: of the caller, from here on.
    unsafe {
        block.owner().clear(true, failures);
        block.keyed.clear(&block.shared.room);
        for at in &block.shared.async_scoped {
            block.slots[*at as usize].once.reset();
        }
        if let Some(parent) = (*block.parent.get()).take().and_then(|parent| parent.block.upgrade()) {
            parent.disown(&block);
        }
        block.created.reopen();
    }
    block.disposed.store(false, Ordering::Relaxed);
    if !exclusive {
        let Some(next) = generation(block.life.load(Ordering::Relaxed)).checked_add(1) else {
            // All generations are used up: a stale handle must not meet one of them again.
            return;
        };
        block.life.store(u64::from(next) << 32, Ordering::Release);
        block.exclusive.store(true, Ordering::Relaxed);
    }
    let shared: *const Shared = &raw const *block.shared;
    // SAFETY: the block is in the pool, or in `put_back`, which both keep what `shared` points at.
    let put_back = unsafe { &*shared }.pool.put(block);
    drop(put_back);
}

impl Drop for Block {
    fn drop(&mut self) {
        let slots = self.slots.as_ptr_range();
        self.shared.room.forget(|once| slots.contains(&once.cast::<Slot>()));
        for (node, registration) in self.shared.nodes.iter().enumerate() {
            if let crate::shared::Place::Scoped(at) = registration.place {
                debug_assert!(!self.slots[at as usize].once.is_ready(), "node {node} was not cleared");
                // SAFETY: `&mut self`, and a block outside of use has empty slots.
                unsafe { self.slots[at as usize].free_memory(registration.ops) };
            }
        }
    }
}

fn generation(life: u64) -> u32 {
    (life >> 32) as u32
}

fn pins(life: u64) -> u32 {
    // Truncation is meant: the lower half.
    life as u32
}

#[cfg(all(test, loom))]
mod tests {
    use std::sync::Arc;

    use loom::thread;

    use crate::{Builder, Container, Provider};

    /// Scopes that are given a number, and know a handle to themselves.
    fn container() -> Container {
        let mut builder = Builder::new();
        builder.scope_value::<Arc<u32>>();
        builder.scoped(|provider: Provider| (provider,));
        builder.build().expect("because it is sound")
    }

    fn check(preemptions: usize, model: fn()) {
        let mut builder = loom::model::Builder::new();
        builder.preemption_bound = Some(preemptions);
        builder.check(model);
    }

    #[test]
    fn a_stale_handle_never_sees_another_scope() {
        check(2, || {
            let container = container();
            let value = Arc::new(1_u32);
            let scope = container.scope();
            scope.provide(Arc::clone(&value)).expect("because it has none");
            let handle = scope.get::<(Provider,)>().expect("because it is registered");
            let thread = thread::spawn(move || match handle.0.get::<Arc<u32>>() {
                Ok(value) => assert_eq!(**value, 1),
                Err(error) => assert_eq!(error.to_string(), "the scope is disposed"),
            });
            drop(scope);
            let next = container.scope();
            next.provide(Arc::new(2_u32)).expect("because it has none of the one before");
            assert_eq!(**next.get::<Arc<u32>>().expect("because it was provided"), 2);
            thread.join().expect("because it does not panic");
            drop(next);
            assert_eq!(Arc::strong_count(&value), 1, "dropped, and once");
        });
    }

    #[test]
    fn the_last_of_two_owners_releases() {
        check(3, || {
            let container = container();
            let value = Arc::new(1_u32);
            let scope = container.scope().into_shared();
            scope.provide(Arc::clone(&value)).expect("because it has none");
            let other = scope.clone();
            let thread = thread::spawn(move || drop(other));
            drop(scope);
            thread.join().expect("because it does not panic");
            assert_eq!(Arc::strong_count(&value), 1);
            assert_eq!(container.pool().idle, 1);
        });
    }

    #[test]
    fn a_scope_may_end_while_its_child_does() {
        check(2, || {
            let container = container();
            let value = Arc::new(1_u32);
            let scope = container.scope();
            let child = scope.child();
            child.provide(Arc::clone(&value)).expect("because it has none");
            let thread = thread::spawn(move || drop(child));
            drop(scope);
            thread.join().expect("because it does not panic");
            assert_eq!(Arc::strong_count(&value), 1);
            assert_eq!(container.pool().idle, 2);
        });
    }

    #[test]
    fn the_container_may_end_while_a_scope_does() {
        check(2, || {
            let container = container();
            let value = Arc::new(1_u32);
            let scope = container.scope();
            scope.provide(Arc::clone(&value)).expect("because it has none");
            let thread = thread::spawn(move || drop(scope));
            drop(container);
            thread.join().expect("because it does not panic");
            assert_eq!(Arc::strong_count(&value), 1);
        });
    }
}
