//! `native("watch")`: changes in the file system, from inotify, for `fs.watch`.
//!
//! One instance for a whole program, made at its first watch; the kernel's queue (and its overflow) is the only one.
//! Which program function hears of which event, and under which name, is JavaScript's business (js/node/fs/watch.js).

#![allow(unsafe_code, reason = "inotify exists only in C")]

use crate::natives::natives;

natives! { add, next, reference, remove }

#[cfg(target_os = "linux")]
pub(crate) use self::linux::Watches;

/// Where there is no inotify, `add` refuses.
#[cfg(not(target_os = "linux"))]
#[derive(Default)]
pub(crate) struct Watches;

/// `reference(yes)`: whether a watcher keeps the program alive, told once for each that begins or ceases to.
fn reference(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let realm = crate::realm::Realm::of(scope);
    let active = &realm.state.active;
    match args.get(0).is_true() {
        true => active.set(active.get() + 1),
        false => active.set(active.get().saturating_sub(1)),
    }
    realm.state.changed.set(true);
    realm.wake();
}

#[cfg(target_os = "linux")]
use self::linux::{add, next, remove};

#[cfg(not(target_os = "linux"))]
use self::elsewhere::{add, next, remove};

#[cfg(target_os = "linux")]
mod linux {
    use std::cell::{OnceCell, RefCell};
    use std::ffi::{CString, OsStr};
    use std::io;
    use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd, RawFd};
    use std::os::unix::ffi::OsStrExt as _;
    use std::rc::Rc;

    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;

    use crate::ext::encoding::bytes_of;
    use crate::ext::fs::name_value;
    use crate::natives::{IntoJs, NativeError};
    use crate::realm::{Realm, spawn_unreferenced_promise};

    /// The instance, if the program has watched anything yet.
    #[derive(Default)]
    pub(crate) struct Watches {
        instance: RefCell<Option<Rc<Instance>>>,
    }

    struct Instance {
        /// Made when somebody waits; dropped before the descriptor is closed, since fields are dropped in this order.
        readiness: OnceCell<AsyncFd<RawFd>>,
        fd: OwnedFd,
    }

    impl Watches {
        fn instance(&self) -> io::Result<Rc<Instance>> {
            let mut instance = self.instance.borrow_mut();
            if let Some(instance) = &*instance {
                return Ok(Rc::clone(instance));
            }
            // SAFETY: a plain system call; a descriptor that it gives is nobody else's.
            let fd = unsafe {
                match libc::inotify_init1(libc::IN_NONBLOCK | libc::IN_CLOEXEC) {
                    -1 => return Err(io::Error::last_os_error()),
                    fd => OwnedFd::from_raw_fd(fd),
                }
            };
            Ok(Rc::clone(instance.insert(Rc::new(Instance { readiness: OnceCell::new(), fd }))))
        }
    }

    /// What a program hears of: contents, attributes, names.
    const MASK: u32 = libc::IN_ATTRIB
        | libc::IN_CREATE
        | libc::IN_MODIFY
        | libc::IN_DELETE
        | libc::IN_DELETE_SELF
        | libc::IN_MOVE_SELF
        | libc::IN_MOVED_FROM
        | libc::IN_MOVED_TO;

    /// `add(path)`: the number of the watch, the same one for the same file; or a negative error.
    pub(super) fn add(
        scope: &mut v8::PinScope<'_, '_>,
        args: v8::FunctionCallbackArguments<'_>,
        mut rv: v8::ReturnValue<'_, v8::Value>,
    ) {
        let path = match args.get(0) {
            path if path.is_array_buffer_view() => bytes_of(path).to_vec(),
            path => path.to_rust_string_lossy(scope).into_bytes(),
        };
        let watch = Realm::of(scope).watches.instance().and_then(|instance| {
            let path = CString::new(path).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?;
            // SAFETY: the descriptor is open as long as the instance lives, and the path is a C string.
            match unsafe { libc::inotify_add_watch(instance.fd.as_raw_fd(), path.as_ptr(), MASK) } {
                -1 => Err(io::Error::last_os_error()),
                watch => Ok(watch),
            }
        });
        rv.set_int32(watch.unwrap_or_else(|error| -error.raw_os_error().unwrap_or(libc::EINVAL)));
    }

    /// `remove(number)`; one that went with its file is no error.
    pub(super) fn remove(
        scope: &mut v8::PinScope<'_, '_>,
        args: v8::FunctionCallbackArguments<'_>,
        _: v8::ReturnValue<'_, v8::Value>,
    ) {
        let watch = args.get(0).int32_value(scope).unwrap_or(-1);
        if let Some(instance) = &*Realm::of(scope).watches.instance.borrow() {
            // SAFETY: a plain system call on an open descriptor.
            unsafe { libc::inotify_rm_watch(instance.fd.as_raw_fd(), watch) };
        }
    }

    /// `next()`: a promise of the events that come next, four values each: watch, mask, cookie, name or undefined.
    pub(super) fn next(
        scope: &mut v8::PinScope<'_, '_>,
        _: v8::FunctionCallbackArguments<'_>,
        rv: v8::ReturnValue<'_, v8::Value>,
    ) {
        let instance = Realm::of(scope).watches.instance();
        spawn_unreferenced_promise(scope, rv, async move { Ok::<_, NativeError>(instance?.read().await?) });
    }

    /// Room for what is read at once: at least one event with the longest of names.
    const ROOM_LEN_BYTES: usize = 16 * 1024;

    impl Instance {
        fn readiness(&self) -> io::Result<&AsyncFd<RawFd>> {
            if self.readiness.get().is_none() {
                // SAFETY: the descriptor outlives the registration (see the field).
                let ready =
                    unsafe { AsyncFd::register_with_interest(self.fd.as_raw_fd(), Interest::READABLE) };
                let _ = self.readiness.set(ready.map_err(io::Error::from)?);
            }
            Ok(self.readiness.get().expect("because it was set above"))
        }

        async fn read(&self) -> io::Result<Events> {
            let mut bytes = vec![0; ROOM_LEN_BYTES];
            let count = self.readiness()?.async_io(Interest::READABLE, |fd| {
                // SAFETY: `bytes` has room for what is asked for.
                let count = unsafe { libc::read(*fd, bytes.as_mut_ptr().cast(), bytes.len()) };
                usize::try_from(count).map_err(|_| io::Error::last_os_error())
            });
            let count = count.await?;
            bytes.truncate(count);
            Ok(Events(bytes))
        }
    }

    /// What the kernel wrote: records of four numbers, and a name that zeroes fill up.
    struct Events(Vec<u8>);

    const HEAD_LEN_BYTES: usize = 16;

    /// One record.
    #[derive(Debug, PartialEq, Eq)]
    struct Event<'a> {
        watch: i32,
        mask: u32,
        cookie: u32,
        name: &'a [u8],
    }

    impl Events {
        fn iter(&self) -> impl Iterator<Item = Event<'_>> {
            let mut rest = &self.0[..];
            std::iter::from_fn(move || {
                let (head, tail) = rest.split_first_chunk::<HEAD_LEN_BYTES>()?;
                let number =
                    |at: usize| u32::from_ne_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
                let (name, tail) = tail.split_at_checked(number(12) as usize)?;
                rest = tail;
                let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
                Some(Event { watch: number(0) as i32, mask: number(4), cookie: number(8), name })
            })
        }
    }

    impl IntoJs for Events {
        fn into_js<'s>(self, scope: &mut v8::PinScope<'s, '_>) -> v8::Local<'s, v8::Value> {
            let mut values: Vec<v8::Local<'_, v8::Value>> = Vec::new();
            for event in self.iter() {
                values.push(v8::Integer::new(scope, event.watch).into());
                values.push(v8::Integer::new_from_unsigned(scope, event.mask).into());
                values.push(v8::Integer::new_from_unsigned(scope, event.cookie).into());
                values.push(match event.name {
                    [] => v8::undefined(scope).into(),
                    name => name_value(scope, OsStr::from_bytes(name)),
                });
            }
            v8::Array::new_with_elements(scope, &values).into()
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn records_are_taken_apart() {
            let record = |watch: i32, mask: u32, name: &[u8]| {
                let mut bytes = watch.to_ne_bytes().to_vec();
                bytes.extend([mask, 7, name.len() as u32].iter().flat_map(|number| number.to_ne_bytes()));
                bytes.extend(name);
                bytes
            };
            let mut bytes = record(1, 2, b"a.txt\0\0\0");
            bytes.extend(record(-1, libc::IN_Q_OVERFLOW, b""));
            bytes.extend(&record(3, 4, b"cut short")[..20]);
            let events = Events(bytes);
            assert_eq!(
                events.iter().collect::<Vec<_>>(),
                [
                    Event { watch: 1, mask: 2, cookie: 7, name: b"a.txt" },
                    Event { watch: -1, mask: libc::IN_Q_OVERFLOW, cookie: 7, name: b"" },
                ]
            );
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    /// `add(path)`: refused with ENOSYS.
    pub(super) fn add(
        _: &mut v8::PinScope<'_, '_>,
        _: v8::FunctionCallbackArguments<'_>,
        mut rv: v8::ReturnValue<'_, v8::Value>,
    ) {
        rv.set_int32(-libc::ENOSYS);
    }

    /// Nothing was added, so nothing comes.
    pub(super) fn next(
        _: &mut v8::PinScope<'_, '_>,
        _: v8::FunctionCallbackArguments<'_>,
        _: v8::ReturnValue<'_, v8::Value>,
    ) {
    }

    /// Nothing was added.
    pub(super) fn remove(
        _: &mut v8::PinScope<'_, '_>,
        _: v8::FunctionCallbackArguments<'_>,
        _: v8::ReturnValue<'_, v8::Value>,
    ) {
    }
}
