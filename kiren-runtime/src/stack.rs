//! How deep JavaScript may call: V8 allows 984 KB on any thread, which a chain of some hundred `require`s uses up. Here it
//! gets the stack that its thread has, less what native code needs at the deepest place.

#![allow(unsafe_code, reason = "the bounds of a stack, and a function of V8 that its binding lacks")]

use std::ffi::c_void;

/// For native code that JavaScript calls when its own share is used up.
const RESERVE: usize = 2 << 20;

/// What V8 allows by itself.
const DEFAULT: usize = 984 << 10;

unsafe extern "C" {
    /// `v8::Isolate::SetStackLimit(uintptr_t)`, by the name that the C++ ABI of Linux gives it.
    #[link_name = "_ZN2v87Isolate13SetStackLimitEm"]
    fn set_stack_limit(isolate: *mut c_void, limit: usize);
}

/// Lets JavaScript use the stack of the current thread, which has to be the only one that enters the isolate.
pub(crate) fn use_whole(isolate: &v8::Isolate) {
    let here = std::ptr::from_ref(&isolate).addr();
    let Some(below) = bytes_below(here).and_then(|bytes| bytes.checked_sub(RESERVE)) else { return };
    if below <= DEFAULT {
        return;
    }
    // SAFETY: the pointer is the isolate's own, which lives; its type is transparent over one pointer. The limit lies
    // within the stack of this thread, the only one that runs JavaScript in the isolate.
    unsafe {
        let isolate: *mut c_void = std::mem::transmute(isolate.as_raw_isolate_ptr());
        set_stack_limit(isolate, here - below);
    }
}

/// The bytes of this thread's stack below an address in it.
fn bytes_below(here: usize) -> Option<usize> {
    // SAFETY: both only read.
    if unsafe { libc::getpid() == libc::gettid() } {
        return main_bytes();
    }
    // SAFETY: `attributes` is filled by the first call before it is read and destroyed by the others.
    unsafe {
        let mut attributes = std::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &raw mut attributes) != 0 {
            return None;
        }
        let (mut low, mut bytes) = (std::ptr::null_mut(), 0);
        let found = libc::pthread_attr_getstack(&raw const attributes, &raw mut low, &raw mut bytes) == 0;
        libc::pthread_attr_destroy(&raw mut attributes);
        found.then(|| here.saturating_sub(low.addr()))
    }
}

/// The main thread's stack grows to its limit; the program's arguments and variables lie on it as well, which the system
/// keeps below a quarter of what the limit is at the start.
fn main_bytes() -> Option<usize> {
    // SAFETY: `limit` is filled by the call.
    let limit = unsafe {
        let mut limit = std::mem::zeroed();
        if libc::getrlimit(libc::RLIMIT_STACK, &raw mut limit) != 0 {
            return None;
        }
        limit.rlim_cur
    };
    const MOST: u64 = 64 << 20;
    usize::try_from(limit.min(MOST)).ok()?.checked_sub(2 << 20)
}
