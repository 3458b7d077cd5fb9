//! Making instances, and finding those that are made.

use std::any::{TypeId, type_name};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;

use crate::block::Block;
use crate::created::{Created, Entry};
use crate::cursor::{Cursor, Owned};
use crate::dispose::{self, Owner};
use crate::error::{ResolveError, ResolveErrorKind};
use crate::frame::{self, Frame};
use crate::instance::{Panic, Raw, Service, Slot, panic_message, place};
use crate::key::ServiceKey;
use crate::make::BoxFuture;
use crate::once::{Begin, End};
use crate::provider::Provider;
use crate::shared::{Place, Shared, Target, Wire};
use crate::sync::Ordering;

/// A container, and the scope from which it is asked.
#[derive(Clone, Copy)]
pub(crate) struct Resolver<'a> {
    pub(crate) shared: &'a Arc<Shared>,
    block: Option<&'a Arc<Block>>,
}

impl<'a> Resolver<'a> {
    #[inline]
    pub(crate) fn of_container(shared: &'a Arc<Shared>) -> Result<Self, ResolveError> {
        if shared.disposed.load(Ordering::Relaxed) {
            return Err(ResolveError::disposed("container"));
        }
        Ok(Self { shared, block: None })
    }

    #[inline]
    pub(crate) fn of_scope(block: &'a Arc<Block>) -> Result<Self, ResolveError> {
        if block.disposed.load(Ordering::Relaxed) | block.shared.disposed.load(Ordering::Relaxed) {
            let owner = if block.disposed.load(Ordering::Relaxed) { "scope" } else { "container" };
            return Err(ResolveError::disposed(owner));
        }
        Ok(Self { shared: &block.shared, block: Some(block) })
    }

    /// For a container that nobody has disposed, because nobody has it yet.
    pub(crate) fn unchecked(shared: &'a Arc<Shared>) -> Self {
        Self { shared, block: None }
    }

    pub(crate) fn provider(self) -> Provider {
        match self.block {
            Some(block) => Provider::of_scope(block.link()),
            None => Provider::of_container(self.shared),
        }
    }

    /// An instance of a registration of `T`.
    #[inline]
    pub(crate) fn arc<T: ?Sized + Service>(
        self,
        node: u32,
        key: Option<&ServiceKey>,
    ) -> Result<Arc<T>, ResolveError> {
        self.check_type::<T>(node);
        if self.shared.node(node).place == Place::Transient {
            // SAFETY: the registration is one of `T`.
            return Ok(unsafe { self.transient(node, key)?.into_arc() });
        }
        let slot = self.slot(node, key)?;
        slot.note_shared();
        // SAFETY: the slot is ready, and the registration is one of `T`.
        Ok(Arc::clone(unsafe { slot.instance().as_arc() }))
    }

    /// The instance of a registration of `T` that is not transient.
    #[inline]
    pub(crate) fn reference<T: ?Sized + Service>(
        self,
        node: u32,
        key: Option<&ServiceKey>,
    ) -> Result<&'a T, ResolveError> {
        self.check_type::<T>(node);
        let slot = self.slot(node, key)?;
        // SAFETY: as in `arc`; the slot is not cleared while the scope is borrowed, nor the container's while it lives.
        Ok(unsafe { slot.instance().as_arc::<T>() })
    }

    /// As [`reference`](Self::reference), where the place is known.
    ///
    /// # Safety
    /// Place and registration are of this container, and of `T`: from its table of types, or from a key that it made.
    #[inline]
    pub(crate) unsafe fn reference_in<T: ?Sized + Service>(
        self,
        place: Place,
        node: u32,
    ) -> Result<&'a T, ResolveError> {
        // SAFETY: of the caller.
        let Some(slot) = (unsafe { self.slot_in(place) }) else { return self.reference(node, None) };
        if !slot.once.is_ready() {
            self.fill(node, None, slot)?;
        }
        // SAFETY: as in `reference`.
        Ok(unsafe { slot.instance().as_arc::<T>() })
    }

    /// As [`arc`](Self::arc), where the place is known.
    ///
    /// # Safety
    /// As for [`reference_in`](Self::reference_in).
    #[inline]
    pub(crate) unsafe fn arc_in<T: ?Sized + Service>(
        self,
        place: Place,
        node: u32,
    ) -> Result<Arc<T>, ResolveError> {
        // SAFETY: of the caller.
        let Some(slot) = (unsafe { self.slot_in(place) }) else { return self.arc(node, None) };
        if !slot.once.is_ready() {
            self.fill(node, None, slot)?;
        }
        slot.note_shared();
        // SAFETY: as in `arc`.
        Ok(Arc::clone(unsafe { slot.instance().as_arc() }))
    }

    /// The slot of a place, where the usual way leads to it.
    ///
    /// # Safety
    /// The place is one of this container.
    #[inline]
    unsafe fn slot_in(self, place: Place) -> Option<&'a Slot> {
        let (slots, at) = match (place, self.block) {
            (Place::Singleton(at), _) => (&self.shared.slots, at),
            (Place::Scoped(at), Some(block)) => (&block.slots, at),
            _ => return None,
        };
        debug_assert!((at as usize) < slots.len());
        // SAFETY: of the caller: there are as many slots as places were given out.
        Some(unsafe { slots.get_unchecked(at as usize) })
    }

    /// Makes the instance of a registration that is not transient, if it is not there.
    pub(crate) fn make(self, node: u32) -> Result<(), ResolveError> {
        self.slot(node, None).map(|_| ())
    }

    /// Puts in what a scope's creator provides.
    pub(crate) fn provide<T: Service>(self, value: T) -> Result<(), ResolveError> {
        let node = self.shared.find(TypeId::of::<T>(), type_name::<T>())?.node;
        let slot = self.place(node, None)?;
        let frame = Frame::new(self.shared, node);
        if !self.shared.node(node).make.is_provided()
            || slot.once.begin(frame.address(), self.exclusive()) != Begin::Mine
        {
            return Err(self.error(ResolveErrorKind::AlreadyProvided { service: self.shared.name(node) }));
        }
        // SAFETY: this is the maker, and a provided value is kept in memory of its type.
        unsafe { slot.fill(place(value, slot.take_memory())) };
        Making { resolver: self, node, slot }.end(Ok(()))
    }

    /// Whether the instance of a singleton with a slot of its own is there.
    pub(crate) fn is_ready(self, node: u32) -> bool {
        self.place(node, None).is_ok_and(|slot| slot.once.is_ready())
    }

    /// Another owner of the instance of a registration that is not transient.
    pub(crate) fn share(self, node: u32, key: Option<&ServiceKey>) -> Result<Raw, ResolveError> {
        let slot = self.slot(node, key)?;
        slot.note_shared();
        // SAFETY: the slot is ready, and the operations are those of its registration.
        Ok(unsafe { (self.shared.node(node).ops.share)(slot.instance()) })
    }

    /// What the creator of the scope around this one provided.
    pub(crate) fn inherit(self, node: u32) -> Option<Raw> {
        let outer = self.block?.parent()?.pin()?;
        Resolver::of_scope(outer.block()).ok()?.share(node, None).ok()
    }

    /// As [`arc`](Self::arc), where factories may be async.
    pub(crate) async fn arc_async<T: ?Sized + Service>(
        self,
        node: u32,
        key: Option<&ServiceKey>,
    ) -> Result<Arc<T>, ResolveError> {
        if !self.shared.node(node).is_async {
            return self.arc(node, key);
        }
        if self.shared.node(node).place == Place::Transient {
            // SAFETY: the registration is one of `T`.
            return Ok(unsafe { self.transient_async(node, key).await?.into_raw().into_arc() });
        }
        self.ready_async(node, key).await?;
        self.arc(node, key)
    }

    fn check_type<T: ?Sized + 'static>(self, node: u32) {
        debug_assert_eq!(self.shared.node(node).type_id, std::any::TypeId::of::<T>());
    }

    /// The slot of a registration that has one, with its instance in it.
    #[inline]
    fn slot(self, node: u32, key: Option<&ServiceKey>) -> Result<&'a Slot, ResolveError> {
        let slot = self.place(node, key)?;
        if !slot.once.is_ready() {
            self.fill(node, key, slot)?;
        }
        Ok(slot)
    }

    /// The slot of a registration, empty or not.
    #[inline]
    fn place(self, node: u32, key: Option<&ServiceKey>) -> Result<&'a Slot, ResolveError> {
        match self.shared.node(node).place {
            Place::Singleton(at) => Ok(&self.shared.slots[at as usize]),
            Place::Scoped(at) => match self.block {
                Some(block) => Ok(&block.slots[at as usize]),
                None => Err(self.scope_required(node, "is scoped")),
            },
            _ => self.rare_place(node, key),
        }
    }

    #[cold]
    fn rare_place(self, node: u32, key: Option<&ServiceKey>) -> Result<&'a Slot, ResolveError> {
        match (self.shared.node(node).place, self.block) {
            (Place::SingletonByKey, _) => {
                self.shared.keyed.slot(self.shared, node, key.unwrap_or(&ServiceKey::Any))
            }
            (Place::ScopedByKey, Some(block)) => {
                block.keyed.slot(self.shared, node, key.unwrap_or(&ServiceKey::Any))
            }
            (Place::ScopedByKey, None) => Err(self.scope_required(node, "is scoped")),
            _ => Err(self.error(ResolveErrorKind::Transient { service: self.shared.name(node) })),
        }
    }

    /// Makes the instance, or waits for who makes it.
    #[inline(never)]
    fn fill(self, node: u32, key: Option<&ServiceKey>, slot: &'a Slot) -> Result<(), ResolveError> {
        let registration = self.shared.node(node);
        if registration.is_async {
            return Err(self.error(ResolveErrorKind::NotReady { service: self.shared.name(node) }));
        }
        let resolver = self.owning(registration.place);
        let frame = Frame::new(self.shared, node);
        loop {
            match slot.once.begin(frame.address(), resolver.exclusive()) {
                Begin::Mine => break,
                Begin::Ready => return Ok(()),
                Begin::Poisoned => return Err(self.poisoned(node)),
                Begin::Busy => self.shared.room.wait(&slot.once).map_err(|_| self.cycle(node))?,
            }
        }
        let making = Making { resolver, node, slot };
        let made = frame.enter(|| {
            self.check_depth(node)?;
            let make = || registration.make.fill(&mut Cursor::new(resolver, node, key, None), slot);
            catch_unwind(AssertUnwindSafe(make)).map_err(Failure::Panicked)?.map_err(Failure::Failed)
        });
        making.end(made)
    }

    /// As [`fill`](Self::fill), for a factory that is async.
    pub(crate) fn ready_async(
        self,
        node: u32,
        key: Option<&'a ServiceKey>,
    ) -> BoxFuture<'a, Result<(), ResolveError>> {
        Box::pin(async move {
            let slot = self.place(node, key)?;
            let registration = self.shared.node(node);
            let resolver = self.owning(registration.place);
            let frame = Frame::new(self.shared, node);
            let frame = &frame;
            while !slot.once.is_ready() {
                match slot.once.begin(frame.address(), resolver.exclusive()) {
                    Begin::Ready => {}
                    Begin::Poisoned => return Err(self.poisoned(node)),
                    Begin::Busy => {
                        self.shared.room.wait_async(&slot.once).await.map_err(|_| self.cycle(node))?;
                    }
                    Begin::Mine => {
                        let making = Making { resolver, node, slot };
                        let made = in_frame(frame, resolver.make_async(node, key)).await;
                        // SAFETY: this is the maker.
                        return making.end(made.map(|made| unsafe { slot.fill(made.into_raw()) }));
                    }
                }
            }
            Ok(())
        })
    }

    fn transient(self, node: u32, key: Option<&ServiceKey>) -> Result<Raw, ResolveError> {
        let registration = self.shared.node(node);
        if registration.is_async {
            return Err(self.error(ResolveErrorKind::NotReady { service: self.shared.name(node) }));
        }
        self.check_transient(node)?;
        let frame = Frame::new(self.shared, node);
        let made = frame.enter(|| {
            self.check_depth(node)?;
            let make = || registration.make.make(&mut Cursor::new(self, node, key, None));
            catch_unwind(AssertUnwindSafe(make)).map_err(Failure::Panicked)?.map_err(Failure::Failed)
        });
        self.track(node, made.map_err(|failure| self.explain(node, failure))?)
    }

    fn transient_async(
        self,
        node: u32,
        key: Option<&'a ServiceKey>,
    ) -> BoxFuture<'a, Result<Owned, ResolveError>> {
        Box::pin(async move {
            self.check_transient(node)?;
            let frame = Frame::new(self.shared, node);
            let made = in_frame(&frame, self.make_async(node, key)).await;
            let made = made.map_err(|failure| self.explain(node, failure))?;
            let instance = self.track(node, made.into_raw())?;
            Ok(Owned::new(instance, self.shared.node(node).ops))
        })
    }

    /// Makes what an async factory needs, then calls it and waits.
    async fn make_async(self, node: u32, key: Option<&'a ServiceKey>) -> Result<Owned, Failure> {
        let registration = self.shared.node(node);
        self.check_depth(node)?;
        let mut prepared = self.prepare(&registration.wires).await.map_err(Failure::Failed)?.into_iter();
        let call = || registration.make.make_async(&mut Cursor::new(self, node, key, Some(&mut prepared)));
        let future =
            catch_unwind(AssertUnwindSafe(call)).map_err(Failure::Panicked)?.map_err(Failure::Failed)?;
        let made = dispose::catch(future).await.map_err(Failure::Panicked)?.map_err(Failure::Failed)?;
        Ok(Owned::new(made, registration.ops))
    }

    /// Makes the async ones of the dependencies: into their slots, or, for transients, to be handed over.
    async fn prepare(self, wires: &'a [Wire]) -> Result<Vec<Option<Owned>>, ResolveError> {
        let targets: Vec<&'a Target> = wires.iter().flat_map(Wire::eager).collect();
        let mut prepared = Vec::new();
        for (at, target) in targets.iter().enumerate() {
            let registration = self.shared.node(target.node);
            if !registration.is_async {
                continue;
            }
            if registration.place == Place::Transient {
                prepared.resize_with(at, || None);
                prepared.push(Some(self.transient_async(target.node, target.key.as_ref()).await?));
            } else {
                self.ready_async(target.node, target.key.as_ref()).await?;
            }
        }
        Ok(prepared)
    }

    /// What makes an instance of this lifetime: singletons are made from the container, whoever asks.
    #[inline]
    fn owning(self, place: Place) -> Self {
        match place {
            Place::Singleton(_) | Place::SingletonByKey => Self { block: None, ..self },
            _ => self,
        }
    }

    /// No other thread can reach the scope.
    #[inline]
    fn exclusive(self) -> bool {
        self.block.is_some_and(|block| block.is_exclusive())
    }

    #[inline]
    fn created(self) -> &'a Created {
        self.block.map_or(&self.shared.created, |block| &block.created)
    }

    /// Notes a transient that is to be disposed with its scope.
    fn track(self, node: u32, instance: Raw) -> Result<Raw, ResolveError> {
        let registration = self.shared.node(node);
        if registration.hooks.is_none() {
            return Ok(instance);
        }
        // SAFETY: the operations are those of the registration that made it.
        let entry = Entry::Tracked(node, unsafe { (registration.ops.share)(&instance) });
        let Err(Entry::Tracked(_, second)) = self.created().push(entry, self.exclusive()) else {
            return Ok(instance);
        };
        drop(Owned::new(second, registration.ops));
        self.dispose_late(node, instance);
        Err(self.disposed())
    }

    /// An instance came after its scope had been disposed.
    #[cold]
    fn dispose_late(self, node: u32, instance: Raw) {
        let created = Created::with_capacity(1);
        let _ = created.push(Entry::Tracked(node, instance), false);
        created.close();
        let owner = Owner { shared: self.shared, slots: &[], created: &created };
        let mut failures = Vec::new();
        // SAFETY: nobody else has the list, and it is closed.
        unsafe {
            owner.run_hooks(&mut failures);
            owner.clear(false, &mut failures);
        }
    }

    /// A transient that must be disposed needs someone who does it before the container ends.
    fn check_transient(self, node: u32) -> Result<(), ResolveError> {
        if self.block.is_none() && self.shared.node(node).hooks.is_some() && frame::depth() == 0 {
            return Err(self.scope_required(node, "is disposed with its scope"));
        }
        if self.block.is_none() && self.shared.analysis.needs_scope[node as usize] {
            return Err(self.scope_required(node, "needs a scoped service"));
        }
        Ok(())
    }

    fn check_depth(self, node: u32) -> Result<(), Failure> {
        if frame::depth() <= frame::DEEPEST {
            return Ok(());
        }
        Err(Failure::Failed(if frame::recurs(self.shared, node) {
            self.error(ResolveErrorKind::Cycle { path: frame::cycle(self.shared, node, 1) })
        } else {
            self.too_deep(node)
        }))
    }

    fn error(self, kind: ResolveErrorKind) -> ResolveError {
        ResolveError::new(kind)
    }

    #[cold]
    fn scope_required(self, node: u32, reason: &'static str) -> ResolveError {
        self.error(ResolveErrorKind::ScopeRequired { service: self.shared.name(node), reason })
    }

    #[cold]
    fn cycle(self, node: u32) -> ResolveError {
        self.error(ResolveErrorKind::Cycle { path: frame::cycle(self.shared, node, 0) })
    }

    #[cold]
    fn too_deep(self, node: u32) -> ResolveError {
        let (service, limit) = (self.shared.name(node), frame::DEEPEST);
        self.error(ResolveErrorKind::TooDeep { service, limit })
    }

    #[cold]
    fn poisoned(self, node: u32) -> ResolveError {
        let message = "it did before, and is not tried again".to_owned();
        self.error(ResolveErrorKind::Panicked { service: self.shared.name(node), message })
    }

    #[cold]
    fn disposed(self) -> ResolveError {
        ResolveError::disposed(if self.block.is_some() { "scope" } else { "container" })
    }

    #[cold]
    fn explain(self, node: u32, failure: Failure) -> ResolveError {
        match failure {
            Failure::Failed(error) => error,
            Failure::Panicked(panic) => {
                let (service, message) = (self.shared.name(node), panic_message(&panic));
                self.error(ResolveErrorKind::Panicked { service, message })
            }
        }
    }
}

/// Why a factory made nothing.
enum Failure {
    Failed(ResolveError),
    Panicked(Panic),
}

/// The duty to end what `Once::begin` began, also when the future that does it is dropped.
struct Making<'a> {
    resolver: Resolver<'a>,
    node: u32,
    slot: &'a Slot,
}

impl Making<'_> {
    #[inline]
    fn end(self, made: Result<(), Failure>) -> Result<(), ResolveError> {
        let Self { resolver, node, slot } = self;
        match made {
            Ok(()) => {
                if !self.note() {
                    // SAFETY: this is the maker, and the slot, which is filled, counts as empty from now on.
                    resolver.dispose_late(node, unsafe { slot.take_back() });
                    drop(self);
                    return Err(resolver.disposed());
                }
                self.finish(End::Ready);
                Ok(())
            }
            Err(failure) => {
                if matches!(failure, Failure::Panicked(_)) && self.note_poisoned() {
                    self.finish(End::Poisoned);
                } else {
                    drop(self);
                }
                Err(resolver.explain(node, failure))
            }
        }
    }

    /// Lists what was made, to be taken apart one day; `false` when that day is over.
    #[inline]
    fn note(&self) -> bool {
        let (created, exclusive) = (self.resolver.created(), self.resolver.exclusive());
        match self.resolver.shared.node(self.node).place {
            Place::SingletonByKey | Place::ScopedByKey => {
                created.push(Entry::Keyed(self.node, self.slot), exclusive).is_ok()
            }
            _ => created.push_slot(self.node, exclusive),
        }
    }

    /// Lists the slot, to be ready for use with the others though there is nothing in it.
    fn note_poisoned(&self) -> bool {
        self.resolver.created().push(Entry::Poisoned(self.slot), self.resolver.exclusive()).is_ok()
    }

    #[inline]
    fn finish(self, end: End) {
        self.slot.once.finish(end, self.resolver.exclusive(), &self.resolver.shared.room);
        std::mem::forget(self);
    }
}

impl Drop for Making<'_> {
    fn drop(&mut self) {
        self.slot.once.finish(End::Empty, self.resolver.exclusive(), &self.resolver.shared.room);
    }
}

/// Polls a future with a frame on top.
async fn in_frame<F: Future>(frame: &Frame, future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(move |context| frame.enter(|| future.as_mut().poll(context))).await
}
