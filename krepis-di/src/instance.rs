//! Instances without their types: what a container's slots hold.
//!
//! Every instance is an `Arc<S>`, kept as its one or two words. A slot of a scope keeps the memory of the `Arc` when the
//! scope ends, if nobody else holds it, so that the next scope allocates nothing.

use std::any::Any;
use std::cell::UnsafeCell;
use std::marker::PhantomData;
use std::mem::{MaybeUninit, size_of};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Arc;

use crate::once::Once;
use crate::sync::{AtomicBool, Ordering};

/// What a service may be: anything that threads may share.
pub trait Service: Send + Sync + 'static {}

impl<S: ?Sized + Send + Sync + 'static> Service for S {}

/// The bits of an `Arc<S>` of some `S`, that only its [`Ops`] and those who know `S` can use.
pub(crate) struct Raw([MaybeUninit<*const ()>; 2]);

// SAFETY: an `Arc` of a `Service` is `Send` and `Sync`.
unsafe impl Send for Raw {}
// SAFETY: as above.
unsafe impl Sync for Raw {}

impl Raw {
    #[inline]
    pub(crate) fn new<S: ?Sized + Service>(instance: Arc<S>) -> Self {
        Self::from_arc(instance)
    }

    #[inline]
    fn from_arc<S: ?Sized>(instance: Arc<S>) -> Self {
        const { assert!(size_of::<Arc<S>>() <= size_of::<Self>()) };
        let mut raw = Self([MaybeUninit::uninit(); 2]);
        // SAFETY: the words are as large as two pointers, as aligned as one, and become the only owner of the bits.
        unsafe { ptr::write(raw.0.as_mut_ptr().cast::<Arc<S>>(), instance) };
        raw
    }

    /// The same bits, of which only one may be used as an owner.
    #[inline]
    pub(crate) unsafe fn copy(&self) -> Self {
        Self(self.0)
    }

    /// The instance, back in its type.
    ///
    /// # Safety
    /// It was made of an `Arc<S>`.
    #[inline]
    pub(crate) unsafe fn into_arc<S: ?Sized>(self) -> Arc<S> {
        // SAFETY: of the caller; `Raw` drops nothing, so that the bits are owned once.
        unsafe { ptr::read(self.0.as_ptr().cast::<Arc<S>>()) }
    }

    /// The instance, as long as this is there.
    ///
    /// # Safety
    /// It was made of an `Arc<S>`.
    #[inline]
    pub(crate) unsafe fn as_arc<S: ?Sized>(&self) -> &Arc<S> {
        // SAFETY: of the caller.
        unsafe { &*self.0.as_ptr().cast::<Arc<S>>() }
    }
}

/// What can be done to an instance without knowing its type.
pub(crate) struct Ops {
    /// Another owner of the same instance.
    pub(crate) share: unsafe fn(&Raw) -> Raw,
    /// Gives the ownership up, and says whether the memory stays for [`place`] at the same address. A panic of the destructor is
    /// left in the last argument.
    ///
    /// In place and by a `bool`, because a result through memory costs 3 ns for each instance of a scope.
    pub(crate) release: unsafe fn(&mut Raw, Reuse, &mut Option<Panic>) -> bool,
    /// Frees memory that `release` gave back.
    pub(crate) free: unsafe fn(Raw),
}

/// What to do about an instance's memory.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reuse {
    /// Free it.
    No,
    /// Keep it if nobody else owns the instance.
    IfUnique,
    /// Keep it: the instance never left its slot.
    Yes,
}

/// What a panic carries.
pub(crate) type Panic = Box<dyn Any + Send>;

/// The text of a panic.
pub(crate) fn panic_message(panic: &Panic) -> String {
    let text =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("a value that is not a text").to_owned()
}

/// [`Ops`] of a sized service, whose memory can be used again, and of any service.
pub(crate) struct OpsOf<S: ?Sized>(PhantomData<fn() -> Box<S>>);

impl<S: ?Sized + Service> OpsOf<S> {
    pub(crate) const ANY: &'static Ops = &Ops {
        share: share::<S>,
        release: release::<S>,
        free: |_| unreachable!("because no memory was kept"),
    };
}

impl<S: Service> OpsOf<S> {
    pub(crate) const SIZED: &'static Ops =
        &Ops { share: share::<S>, release: release_sized::<S>, free: free::<S> };
}

unsafe fn share<S: ?Sized + Service>(raw: &Raw) -> Raw {
    // SAFETY: of the caller, who took these operations with the instance.
    Raw::new(Arc::clone(unsafe { raw.as_arc::<S>() }))
}

unsafe fn release<S: ?Sized + Service>(raw: &mut Raw, _: Reuse, panic: &mut Option<Panic>) -> bool {
    // SAFETY: as in `share`; the caller does not use the bits again.
    let instance = unsafe { raw.copy().into_arc::<S>() };
    *panic = catch_unwind(AssertUnwindSafe(|| drop(instance))).err();
    false
}

unsafe fn release_sized<S: Service>(raw: &mut Raw, reuse: Reuse, panic: &mut Option<Panic>) -> bool {
    // SAFETY: as in `release`.
    let mut instance = unsafe { raw.copy().into_arc::<S>() };
    let unique = match reuse {
        Reuse::No => false,
        Reuse::IfUnique => Arc::get_mut(&mut instance).is_some(),
        Reuse::Yes => true,
    };
    if !unique {
        *panic = catch_unwind(AssertUnwindSafe(|| drop(instance))).err();
        return false;
    }
    let value = Arc::into_raw(instance).cast_mut();
    if std::mem::needs_drop::<S>() {
        // SAFETY: this is the only owner, and the memory counts as uninitialised from here on.
        *panic = catch_unwind(AssertUnwindSafe(|| unsafe { ptr::drop_in_place(value) })).err();
    }
    // SAFETY: `MaybeUninit<S>` has the size and alignment of `S`, and `value` came out of `into_raw`.
    *raw = Raw::from_arc(unsafe { Arc::from_raw(value.cast::<MaybeUninit<S>>().cast_const()) });
    true
}

unsafe fn free<S>(raw: Raw) {
    // SAFETY: `release_sized` made it of this type.
    drop(unsafe { raw.into_arc::<MaybeUninit<S>>() });
}

/// An `Arc` of a value, in kept memory if there is some.
///
/// # Safety
/// `memory` was given back by the `release` of `OpsOf::<S>::SIZED`.
#[inline]
pub(crate) unsafe fn place<S: Service>(value: S, memory: Option<Raw>) -> Raw {
    let Some(memory) = memory else { return Raw::new(Arc::new(value)) };
    // SAFETY: of the caller.
    let memory = unsafe { memory.into_arc::<MaybeUninit<S>>() };
    let target = Arc::into_raw(memory).cast_mut();
    // SAFETY: the memory has one owner, this function, and room for an `S`; once written it is one.
    unsafe {
        (*target).write(value);
        Raw::new(Arc::from_raw(target.cast::<S>().cast_const()))
    }
}

/// A place for one instance.
pub(crate) struct Slot {
    pub(crate) once: Once,
    /// Initialised while `once` is ready, and while `kept`.
    value: UnsafeCell<MaybeUninit<Raw>>,
    /// While `once` is empty: `value` is memory for the next instance. Written only by the maker and by who resets.
    kept: UnsafeCell<bool>,
    /// An owner of the instance may be outside.
    shared: AtomicBool,
}

// SAFETY: `value` and `kept` are written by the one whom `once` made the maker, or by the last owner of all slots, and
// read by others only once `once` is ready.
unsafe impl Sync for Slot {}
// SAFETY: an instance is `Send`.
unsafe impl Send for Slot {}

impl Slot {
    pub(crate) fn new() -> Self {
        Self {
            once: Once::new(),
            value: UnsafeCell::new(MaybeUninit::uninit()),
            kept: UnsafeCell::new(false),
            shared: AtomicBool::new(false),
        }
    }

    /// The instance.
    ///
    /// # Safety
    /// `once` is ready.
    #[inline]
    pub(crate) unsafe fn instance(&self) -> &Raw {
        // SAFETY: of the caller: nobody writes to a ready slot that is in use.
        unsafe { (*self.value.get()).assume_init_ref() }
    }

    /// Notes that an owner of the instance leaves the slot.
    #[inline]
    pub(crate) fn note_shared(&self) {
        if !self.shared.load(Ordering::Relaxed) {
            self.shared.store(true, Ordering::Relaxed);
        }
    }

    /// Memory kept from the instance before.
    ///
    /// # Safety
    /// The caller is the maker.
    #[inline]
    pub(crate) unsafe fn take_memory(&self) -> Option<Raw> {
        // SAFETY: of the caller.
        unsafe {
            (*self.kept.get()).then(|| {
                *self.kept.get() = false;
                (*self.value.get()).assume_init_read()
            })
        }
    }

    /// Puts the instance in.
    ///
    /// # Safety
    /// The caller is the maker, and calls `once.finish` next.
    #[inline]
    pub(crate) unsafe fn fill(&self, instance: Raw) {
        // SAFETY: of the caller.
        unsafe { (*self.value.get()).write(instance) };
    }

    /// Takes the instance out again.
    ///
    /// # Safety
    /// The caller is the maker, has called [`fill`](Self::fill) and not yet `once.finish`.
    pub(crate) unsafe fn take_back(&self) -> Raw {
        // SAFETY: of the caller.
        unsafe { (*self.value.get()).assume_init_read() }
    }

    /// Empties a slot, and keeps the memory if `reuse` and nobody else has the instance.
    ///
    /// # Safety
    /// `ops` are those of the instance, the slot is ready and the caller is the only one who reaches it.
    pub(crate) unsafe fn clear(&self, ops: &Ops, reuse: bool) -> Result<(), Panic> {
        let shared = self.shared.load(Ordering::Relaxed);
        let reuse = match (reuse, shared) {
            (false, _) => Reuse::No,
            (true, true) => Reuse::IfUnique,
            (true, false) => Reuse::Yes,
        };
        self.shared.store(false, Ordering::Relaxed);
        self.once.reset();
        let mut panic = None;
        // SAFETY: of the caller; what `release` keeps stays where it is.
        unsafe {
            *self.kept.get() = (ops.release)((*self.value.get()).assume_init_mut(), reuse, &mut panic);
        }
        panic.map_or(Ok(()), Err)
    }

    /// Frees kept memory.
    ///
    /// # Safety
    /// As in [`clear`](Self::clear), with the slot empty.
    pub(crate) unsafe fn free_memory(&self, ops: &Ops) {
        // SAFETY: of the caller.
        if let Some(memory) = unsafe { self.take_memory() } {
            // SAFETY: of the caller.
            unsafe { (ops.free)(memory) };
        }
    }
}
