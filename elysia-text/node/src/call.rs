//! One call from JavaScript: its arguments and its answer. All of the addon that is unsafe is in here.
#![allow(unsafe_code, reason = "Node-API is a C interface")]

use std::any::Any;
use std::ffi::{CString, c_void};
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{ptr, slice};

use napi_sys as sys;

use crate::Function;

/// What a function answers: a value of this call.
pub(crate) type Answer = Result<Value, Failure>;

/// A value of JavaScript, which lives as long as the call.
#[derive(Clone, Copy)]
pub(crate) struct Value(sys::napi_value);

/// Why there is no answer. It becomes an exception.
pub(crate) enum Failure {
    /// What Node-API said.
    Status(sys::napi_status),
    /// The host has no string of so many units.
    TooLong(usize),
    /// What a panic said.
    Panic(String),
}

/// A call that has not returned.
///
/// Invariant: `env` and `arguments` are the host's own for this call, and it is the host's thread that runs.
pub(crate) struct Call {
    env: sys::napi_env,
    arguments: [sys::napi_value; Self::MOST],
}

/// Registers functions when the host loads the addon.
macro_rules! addon {
    ($($function:ty),+ $(,)?) => {
        #[allow(unsafe_code, reason = "the host looks this function up by its name")]
        // SAFETY: no other function of the addon has this name, which Node-API reserves for what it calls so.
        #[unsafe(no_mangle)]
        extern "C" fn napi_register_module_v1(
            env: napi_sys::napi_env,
            exports: napi_sys::napi_value,
        ) -> napi_sys::napi_value {
            $crate::call::define(env, exports, &[$($crate::call::descriptor::<$function>()),+]);
            exports
        }
    };
}
pub(crate) use addon;

/// Gives `exports` its functions. Where the host refuses, it has an exception of its own to throw.
pub(crate) fn define(
    env: sys::napi_env,
    exports: sys::napi_value,
    functions: &[sys::napi_property_descriptor],
) {
    // SAFETY: the symbols are taken from the host once, and stay, since the library that is found is never closed.
    #[cfg(target_env = "msvc")]
    std::mem::forget(unsafe { sys::setup() });
    // SAFETY: both are what the host has just passed, and the descriptors are read before this returns.
    unsafe { sys::napi_define_properties(env, exports, functions.len(), functions.as_ptr()) };
}

pub(crate) fn descriptor<F: Function>() -> sys::napi_property_descriptor {
    sys::napi_property_descriptor {
        utf8name: F::NAME.as_ptr(),
        name: ptr::null_mut(),
        method: Some(callback::<F>),
        getter: None,
        setter: None,
        value: ptr::null_mut(),
        attributes: sys::PropertyAttributes::enumerable,
        data: ptr::null_mut(),
    }
}

extern "C" fn callback<F: Function>(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let answer = catch_unwind(AssertUnwindSafe(|| F::answer(&Call::new(env, info)?)));
    match answer.unwrap_or_else(|panic| Err(Failure::Panic(said(&*panic)))) {
        Ok(Value(value)) => value,
        Err(failure) => {
            failure.throw(env);
            ptr::null_mut()
        }
    }
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message").to_owned()
}

impl Failure {
    /// Leaves an exception to the host, unless it has one already.
    #[cold]
    fn throw(self, env: sys::napi_env) {
        enum Class {
            Error,
            Type,
            Range,
        }
        let (class, code, message) = match self {
            Self::Status(sys::Status::napi_pending_exception) => return,
            Self::Status(status) => {
                let message =
                    format!("an argument that elysia-text cannot take (Node-API's status {status})");
                (Class::Type, c"ERR_INVALID_ARG_TYPE", message)
            }
            Self::TooLong(units) => {
                let message = format!("the result is longer than a string can be: {units} UTF-16 code units");
                (Class::Range, c"ERR_STRING_TOO_LONG", message)
            }
            Self::Panic(said) => {
                let message = format!("elysia-text has a bug, please report it: {said}");
                (Class::Error, c"ERR_INTERNAL_ASSERTION", message)
            }
        };
        let message = CString::new(message.replace('\0', " ")).expect("because there is no NUL in it");
        let (code, message) = (code.as_ptr(), message.as_ptr());
        // SAFETY: `env` is that of the running call, and both strings outlive it.
        unsafe {
            match class {
                Class::Error => sys::napi_throw_error(env, code, message),
                Class::Type => sys::napi_throw_type_error(env, code, message),
                Class::Range => sys::napi_throw_range_error(env, code, message),
            }
        };
    }
}

fn ok(status: sys::napi_status) -> Result<(), Failure> {
    if status == sys::Status::napi_ok { Ok(()) } else { Err(Failure::Status(status)) }
}

impl Call {
    /// No function has more arguments.
    const MOST: usize = 4;

    /// Strings with less units than this are read into the stack.
    const SHORT: usize = 512;

    fn new(env: sys::napi_env, info: sys::napi_callback_info) -> Result<Self, Failure> {
        let (mut arguments, mut count) = ([ptr::null_mut(); Self::MOST], Self::MOST);
        // SAFETY: `env` and `info` are the host's for this call. It writes no more than `count` arguments, and
        // `undefined` for those that are missing.
        ok(unsafe {
            let this = ptr::null_mut();
            sys::napi_get_cb_info(env, info, &mut count, arguments.as_mut_ptr(), this, ptr::null_mut())
        })?;
        Ok(Self { env, arguments })
    }

    /// An argument as it came.
    pub(crate) fn argument(&self, index: usize) -> Value {
        Value(self.arguments[index])
    }

    /// An argument that is a number.
    pub(crate) fn number(&self, index: usize) -> Result<u32, Failure> {
        let mut number = 0;
        // SAFETY: by the invariant of `Call`; a value of another type is refused.
        ok(unsafe { sys::napi_get_value_uint32(self.env, self.arguments[index], &mut number) })?;
        Ok(number)
    }

    /// What `then` makes of the code units of an argument that is a string.
    #[inline]
    pub(crate) fn units<R>(&self, index: usize, then: impl FnOnce(&[u16]) -> R) -> Result<R, Failure> {
        let mut short = [const { MaybeUninit::uninit() }; Self::SHORT];
        let units = self.read(index, &mut short)?;
        if units.len() < Self::SHORT - 1 {
            return Ok(then(units));
        }
        let mut long = Vec::with_capacity(self.length(index)? + 1);
        Ok(then(self.read(index, long.spare_capacity_mut())?))
    }

    /// What `look` makes of the beginning of an argument that is a string; it is called with more and more until it
    /// makes something. It is told whether this is the whole string, and with that it has to. About `expected` units
    /// should be enough. No surrogate pair is cut.
    pub(crate) fn beginning<R>(
        &self,
        index: usize,
        expected: usize,
        mut look: impl FnMut(&[u16], bool) -> Option<R>,
    ) -> Result<R, Failure> {
        let mut look = |units: &[u16], capacity: usize| {
            let is_whole = units.len() < capacity - 1;
            let is_cut = !is_whole && units.last().is_some_and(|unit| unit & 0xFC00 == 0xD800);
            look(&units[..units.len() - usize::from(is_cut)], is_whole)
        };
        let mut capacity = expected + 1;
        let mut short = [const { MaybeUninit::uninit() }; Self::SHORT];
        if let Some(room) = short.get_mut(..capacity)
            && let Some(made) = look(self.read(index, room)?, capacity)
        {
            return Ok(made);
        }
        let whole = self.length(index)? + 2;
        loop {
            capacity = capacity.saturating_mul(4).min(whole);
            let mut long = Vec::with_capacity(capacity);
            let units = self.read(index, &mut long.spare_capacity_mut()[..capacity])?;
            if let Some(made) = look(units, capacity) {
                return Ok(made);
            }
        }
    }

    /// An argument that is a string, in UTF-8, with U+FFFD for lone surrogates.
    pub(crate) fn utf8(&self, index: usize) -> Result<String, Failure> {
        self.units(index, String::from_utf16_lossy)
    }

    /// How many units an argument has that is a string.
    fn length(&self, index: usize) -> Result<usize, Failure> {
        let mut length = 0;
        // SAFETY: by the invariant of `Call`; without a place to write to, the host tells the length alone.
        ok(unsafe {
            let nowhere = ptr::null_mut();
            sys::napi_get_value_string_utf16(self.env, self.arguments[index], nowhere, 0, &mut length)
        })?;
        Ok(length)
    }

    /// As many units of a string as there is room for, less one.
    fn read<'a>(&self, index: usize, room: &'a mut [MaybeUninit<u16>]) -> Result<&'a [u16], Failure> {
        let (start, mut length) = (room.as_mut_ptr().cast::<u16>(), 0);
        // SAFETY: by the invariant of `Call`; the host writes no more than `room.len()` units, the last of them NUL.
        ok(unsafe {
            let value = self.arguments[index];
            sys::napi_get_value_string_utf16(self.env, value, start, room.len(), &mut length)
        })?;
        // SAFETY: the host has written so many, which lie in `room`.
        Ok(unsafe { slice::from_raw_parts(start, length.min(room.len())) })
    }

    /// A new string.
    pub(crate) fn string(&self, units: &[u16]) -> Answer {
        // SAFETY: by the invariant of `Call`; the host copies the units.
        let made = self.made(|made| unsafe {
            sys::napi_create_string_utf16(self.env, units.as_ptr(), units.len().cast_signed(), made)
        });
        made.map_err(|failure| match failure {
            Failure::Status(sys::Status::napi_generic_failure) => Failure::TooLong(units.len()),
            other => other,
        })
    }

    /// A number.
    pub(crate) fn integer(&self, number: i32) -> Answer {
        // SAFETY: by the invariant of `Call`.
        self.made(|made| unsafe { sys::napi_create_int32(self.env, number, made) })
    }

    /// `undefined`.
    pub(crate) fn undefined(&self) -> Answer {
        // SAFETY: by the invariant of `Call`.
        self.made(|made| unsafe { sys::napi_get_undefined(self.env, made) })
    }

    fn made(&self, make: impl FnOnce(*mut sys::napi_value) -> sys::napi_status) -> Answer {
        let mut made = ptr::null_mut();
        ok(make(&mut made))?;
        Ok(Value(made))
    }

    /// What `fill` makes of the numbers of an argument that is a `Uint32Array`.
    pub(crate) fn numbers<R>(&self, index: usize, fill: impl FnOnce(&mut [u32]) -> R) -> Result<R, Failure> {
        let (mut kind, mut length, mut data) = (-1, 0, ptr::null_mut());
        // SAFETY: by the invariant of `Call`; a value of another type is refused, what is asked for is written.
        ok(unsafe {
            let (value, nothing) = (self.arguments[index], ptr::null_mut());
            let (kind, data) = (&mut kind, &mut data);
            sys::napi_get_typedarray_info(self.env, value, kind, &mut length, data, nothing, ptr::null_mut())
        })?;
        if kind != sys::TypedarrayType::uint32_array {
            return Err(Failure::Status(sys::Status::napi_invalid_arg));
        }
        let data = data.cast::<u32>();
        if length == 0 || data.is_null() {
            return Ok(fill(&mut []));
        }
        // SAFETY: the host says that so many numbers are there, aligned for their type. While `fill` runs no
        // JavaScript does, so that nothing else can write to them, shrink or detach them: `fill` has no way to call any.
        // They are of an array that index.js made and shows to no program, so that no other thread has it.
        Ok(fill(unsafe { slice::from_raw_parts_mut(data, length) }))
    }

    /// A value that stands for `id` in JavaScript; `forget` is called with it when nothing refers to the value any
    /// more. The garbage collector is told that it stands for so many bytes.
    pub(crate) fn token<F: Forget>(&self, id: usize, bytes: usize) -> Answer {
        extern "C" fn finalize<F: Forget>(env: sys::napi_env, data: *mut c_void, _: *mut c_void) {
            // A panic must not reach the host, and a finalizer has nobody to tell.
            let forgotten = catch_unwind(|| F::forget(data.addr()));
            adjust(env, -forgotten.unwrap_or(0).cast_signed());
        }
        // SAFETY: by the invariant of `Call`. The pointer is a number, which nobody follows.
        let value = self.made(|made| unsafe {
            let data = ptr::without_provenance_mut(id);
            sys::napi_create_external(self.env, data, Some(finalize::<F>), ptr::null_mut(), made)
        })?;
        adjust(self.env, bytes.cast_signed());
        Ok(value)
    }

    /// The number that an argument stands for, see [`Self::token`]. It may be of another addon, and mean nothing here.
    pub(crate) fn id(&self, index: usize) -> Result<usize, Failure> {
        let mut data = ptr::null_mut();
        // SAFETY: by the invariant of `Call`; a value of another type is refused.
        ok(unsafe { sys::napi_get_value_external(self.env, self.arguments[index], &mut data) })?;
        Ok(data.addr())
    }

    /// Tells the garbage collector that so many bytes less hang on its values.
    pub(crate) fn freed(&self, bytes: usize) {
        adjust(self.env, -bytes.cast_signed());
    }
}

/// What is kept for a value of JavaScript.
pub(crate) trait Forget: 'static {
    /// Lets go of what `id` stands for; how many bytes that were, 0 if it is gone already.
    fn forget(id: usize) -> usize;
}

fn adjust(env: sys::napi_env, bytes: isize) {
    let mut now = 0;
    // SAFETY: `env` is that of a running call or finalizer. Nothing is done where the host does not count.
    unsafe { sys::napi_adjust_external_memory(env, bytes as i64, &mut now) };
}
