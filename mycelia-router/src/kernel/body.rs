//! What a message carries: one value of any type, inside of the message when it is small.
#![allow(unsafe_code)] // A value whose type is known to a table of functions only. A `Box<dyn Any>` costs 20 to 40 ns more.

use std::any::{TypeId, type_name};
use std::fmt;
use std::marker::PhantomData;
use std::mem::{ManuallyDrop, MaybeUninit, align_of, size_of};
use std::ptr;

/// How many bytes lie inside of the message: four words, a `String` and its owner's number, say.
pub const INLINE_BYTES: usize = size_of::<Words>();

type Words = [usize; 4];

/// One value of any type that can go to another thread, by move.
///
/// A value of up to [`INLINE_BYTES`] bytes with the alignment of a word or less lies in the body itself; a larger one in a
/// `Box`.
///
/// ```
/// use mycelia_router::kernel::Body;
///
/// let body = Body::new(String::from("an order"));
/// assert_eq!(body.get::<String>().map(String::as_str), Some("an order"));
/// let body = body.take::<u32>().unwrap_err();
/// assert_eq!(body.take::<String>().unwrap(), "an order");
/// ```
pub struct Body {
    /// `None` when there is no value. Otherwise `words` holds a value of the table's type, or the pointer of a `Box` of one.
    table: Option<&'static Table>,
    words: MaybeUninit<Words>,
    /// The value need not be `Sync`: neither is the body.
    not_sync: PhantomData<*const ()>,
}

// SAFETY: `new` and `bytes` take only values that are `Send`.
unsafe impl Send for Body {}

/// What can be done with a value of a type that is no longer known.
struct Table {
    id: TypeId,
    name: fn() -> &'static str,
    /// Whether the value lies in a `Box`.
    boxed: bool,
    /// Drops the value in the words, the box with it; `None` when there is nothing to do.
    drop: Option<unsafe fn(*mut Words)>,
    /// The value's bytes, if it said that it is bytes.
    bytes: Option<unsafe fn(*const ()) -> *const [u8]>,
}

/// The tables of a type.
struct Of<T>(T);

impl<T: Send + 'static> Of<T> {
    const INLINE: bool = size_of::<T>() <= INLINE_BYTES && align_of::<T>() <= align_of::<Words>();

    const VALUE: &'static Table = &Table {
        id: TypeId::of::<T>(),
        name: type_name::<T>,
        boxed: !Self::INLINE,
        drop: if !Self::INLINE || std::mem::needs_drop::<T>() { Some(Self::drop) } else { None },
        bytes: None,
    };

    /// # Safety
    ///
    /// The words hold a `T`, inline or in a box as `INLINE` says, which is not used afterwards.
    unsafe fn drop(words: *mut Words) {
        // SAFETY: the caller's; `put` wrote it.
        unsafe {
            if Self::INLINE {
                ptr::drop_in_place(words.cast::<T>());
            } else {
                drop(Box::from_raw(words.cast::<*mut T>().read()));
            }
        }
    }
}

impl<T: AsRef<[u8]> + Send + 'static> Of<T> {
    const BYTES: &'static Table = &Table { bytes: Some(Self::bytes), ..*Self::VALUE };

    /// # Safety
    ///
    /// `value` is a `T`; the bytes are its.
    unsafe fn bytes(value: *const ()) -> *const [u8] {
        // SAFETY: the caller's.
        unsafe { &*value.cast::<T>() }.as_ref()
    }
}

impl Body {
    /// Nothing: what a message has when its body was taken, and a reply that only says that it is done.
    #[inline]
    pub const fn empty() -> Self {
        Self { table: None, words: MaybeUninit::uninit(), not_sync: PhantomData }
    }

    /// A body of `value`. A `Body` stays what it is; `()` is [`empty`](Self::empty).
    #[inline]
    pub fn new<T: Send + 'static>(value: T) -> Self {
        if TypeId::of::<T>() == TypeId::of::<()>() {
            return Self::empty();
        }
        if TypeId::of::<T>() == TypeId::of::<Self>() {
            let value = ManuallyDrop::new(value);
            // SAFETY: `T` is `Body`, and `value` is not used again.
            return unsafe { ptr::from_ref(&*value).cast::<Self>().read() };
        }
        Self::put(value, Of::<T>::VALUE)
    }

    /// A body of bytes, which [`as_bytes`](Self::as_bytes) gives to who does not know the type: a mount, another language.
    #[inline]
    pub fn bytes<T: AsRef<[u8]> + Send + 'static>(value: T) -> Self {
        Self::put(value, Of::<T>::BYTES)
    }

    #[inline]
    fn put<T: Send + 'static>(value: T, table: &'static Table) -> Self {
        let mut words = MaybeUninit::<Words>::uninit();
        // SAFETY: `INLINE` says that a `T` has room in the words and is aligned there; a pointer always is.
        unsafe {
            if Of::<T>::INLINE {
                words.as_mut_ptr().cast::<T>().write(value);
            } else {
                words.as_mut_ptr().cast::<*mut T>().write(Box::into_raw(Box::new(value)));
            }
        }
        Self { table: Some(table), words, not_sync: PhantomData }
    }

    /// Whether there is no value.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.table.is_none()
    }

    /// Whether the value is a `T`.
    #[inline]
    pub fn is<T: 'static>(&self) -> bool {
        self.table.is_some_and(|table| table.id == TypeId::of::<T>())
    }

    /// The name of the value's type, for people.
    pub fn type_name(&self) -> &'static str {
        self.table.map_or("()", |table| (table.name)())
    }

    /// The value, if it is a `T`.
    #[inline]
    pub fn get<T: 'static>(&self) -> Option<&T> {
        // SAFETY: it is a `T`.
        self.is::<T>().then(|| unsafe { &*self.value().cast::<T>() })
    }

    /// The value, if it is a `T`.
    #[inline]
    pub fn get_mut<T: 'static>(&mut self) -> Option<&mut T> {
        if !self.is::<T>() {
            return None;
        }
        let place: *mut Words = self.words.as_mut_ptr();
        // SAFETY: it is a `T`, in the words or where the pointer in them says; `self` is borrowed as long.
        unsafe {
            let boxed = self.table.is_some_and(|table| table.boxed);
            Some(&mut *if boxed { place.cast::<*mut T>().read() } else { place.cast::<T>() })
        }
    }

    /// The value itself.
    ///
    /// # Errors
    ///
    /// It is no `T`: then it is given back.
    #[inline]
    pub fn take<T: 'static>(self) -> Result<T, Self> {
        if !self.is::<T>() {
            return Err(self);
        }
        let this = ManuallyDrop::new(self);
        let boxed = this.table.is_some_and(|table| table.boxed);
        // SAFETY: it is a `T`, and `this` is not used again.
        unsafe {
            Ok(if boxed {
                *Box::from_raw(this.words.as_ptr().cast::<*mut T>().read())
            } else {
                this.words.as_ptr().cast::<T>().read()
            })
        }
    }

    /// The bytes of a body that was made of [`bytes`](Self::bytes).
    pub fn as_bytes(&self) -> Option<&[u8]> {
        let bytes = self.table?.bytes?;
        // SAFETY: the table is the value's, and the bytes are borrowed from it.
        Some(unsafe { &*bytes(self.value()) })
    }

    /// Where the value is; there is one.
    #[inline]
    fn value(&self) -> *const () {
        let place: *const Words = self.words.as_ptr();
        if self.table.is_some_and(|table| table.boxed) {
            // SAFETY: the words begin with a pointer.
            unsafe { place.cast::<*const ()>().read() }
        } else {
            place.cast()
        }
    }
}

impl Drop for Body {
    #[inline]
    fn drop(&mut self) {
        if let Some(drop) = self.table.and_then(|table| table.drop) {
            // SAFETY: the table is the value's, and nothing is read after `drop`.
            unsafe { drop(self.words.as_mut_ptr()) };
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

/// Names the type; the value is its owner's.
impl fmt::Debug for Body {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Body({})", self.type_name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    /// What goes in comes out, and is dropped once.
    fn check<T: Send + PartialEq + fmt::Debug + 'static>(make: impl Fn(&Arc<()>) -> T, inline: bool) {
        let owner = Arc::new(());
        let expected = make(&owner);
        assert_eq!(Of::<T>::INLINE, inline, "{}", type_name::<T>());
        let mut body = Body::new(make(&owner));
        assert_eq!(body.get::<T>(), Some(&expected));
        assert_eq!(body.get_mut::<T>(), Some(&mut make(&owner)));
        assert!(body.get::<Arc<u8>>().is_none() && body.get_mut::<Arc<u8>>().is_none());
        assert_eq!(body.type_name(), type_name::<T>());
        let moved = Body::new(body.take::<Arc<u8>>().unwrap_err());
        assert_eq!(moved.take::<T>().unwrap(), expected);
        drop(Body::new(make(&owner)));
        drop(expected);
        assert_eq!(Arc::strong_count(&owner), 1);
    }

    #[derive(Debug, PartialEq)]
    #[repr(align(32))]
    struct Aligned(Arc<()>);

    #[test]
    fn values_move_through() {
        check(|_| 7_u8, true);
        check(|owner| (Arc::clone(owner), 7_u64), true);
        check(|owner| (Arc::clone(owner), [1_usize; 3]), true);
        check(|owner| (Arc::clone(owner), [1_usize; 4]), false);
        check(|owner| Aligned(Arc::clone(owner)), false);
        check(|owner| vec![Arc::clone(owner); 3], true);
        check(|_| [7_u8; 1000], false);
    }

    #[test]
    fn nothing_is_nothing() {
        assert!(Body::new(()).is_empty());
        assert!(Body::default().get::<()>().is_none());
        assert_eq!(format!("{:?}", Body::empty()), "Body(())");
    }

    #[test]
    fn bytes_are_seen_without_their_type() {
        assert_eq!(Body::bytes("abc").as_bytes(), Some(&b"abc"[..]));
        assert_eq!(Body::bytes(vec![1, 2]).take::<Vec<u8>>().unwrap(), [1, 2]);
        assert_eq!(Body::bytes([7; 100]).as_bytes(), Some(&[7; 100][..]));
        assert_eq!(Body::new(vec![1_u8]).as_bytes(), None);
    }

    #[test]
    fn a_body_is_five_words() {
        assert_eq!(size_of::<Body>(), 40);
        assert_eq!(size_of::<Option<Body>>(), 48);
    }
}
