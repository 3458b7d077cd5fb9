//! `native("signals")`: the signals that a program listens to.
//!
//! The handler writes the signal's number into a pipe, which a task of the event loop reads. Neither keeps a program
//! alive. Of several runtimes in one process, the first that listens gets them all.

#![allow(unsafe_code, reason = "a signal handler is a C function, and may only do what is async-signal-safe")]

use std::io;
use std::os::fd::{FromRawFd as _, OwnedFd};
use std::rc::Rc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::io::unix::AsyncFd;

use crate::ext::process::failure;
use crate::natives::{natives, set};
use crate::realm::Realm;

/// Gives SIGINT, SIGQUIT and SIGTERM their default action again where the parent process had them ignored, as a shell
/// does for what it starts in the background: otherwise such a program could not be stopped by them. Node does the same.
pub fn restore_default_signals() {
    #[cfg(unix)]
    for signal in [libc::SIGINT, libc::SIGQUIT, libc::SIGTERM] {
        // SAFETY: setting a default action runs no code of ours; the numbers are valid signals.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
}

natives! { numbers, unwatch, watch }

/// The end of the pipe that the handler writes to; -1 until the first listener.
static PIPE: AtomicI32 = AtomicI32::new(-1);

const SIGNALS: &[(&str, i32)] = &[
    ("SIGHUP", libc::SIGHUP),
    ("SIGINT", libc::SIGINT),
    ("SIGQUIT", libc::SIGQUIT),
    ("SIGILL", libc::SIGILL),
    ("SIGTRAP", libc::SIGTRAP),
    ("SIGABRT", libc::SIGABRT),
    ("SIGIOT", libc::SIGABRT),
    ("SIGBUS", libc::SIGBUS),
    ("SIGFPE", libc::SIGFPE),
    ("SIGKILL", libc::SIGKILL),
    ("SIGUSR1", libc::SIGUSR1),
    ("SIGSEGV", libc::SIGSEGV),
    ("SIGUSR2", libc::SIGUSR2),
    ("SIGPIPE", libc::SIGPIPE),
    ("SIGALRM", libc::SIGALRM),
    ("SIGTERM", libc::SIGTERM),
    ("SIGCHLD", libc::SIGCHLD),
    #[cfg(target_os = "linux")]
    ("SIGSTKFLT", libc::SIGSTKFLT),
    ("SIGCONT", libc::SIGCONT),
    ("SIGSTOP", libc::SIGSTOP),
    ("SIGTSTP", libc::SIGTSTP),
    ("SIGTTIN", libc::SIGTTIN),
    ("SIGTTOU", libc::SIGTTOU),
    ("SIGURG", libc::SIGURG),
    ("SIGXCPU", libc::SIGXCPU),
    ("SIGXFSZ", libc::SIGXFSZ),
    ("SIGVTALRM", libc::SIGVTALRM),
    ("SIGPROF", libc::SIGPROF),
    ("SIGWINCH", libc::SIGWINCH),
    ("SIGIO", libc::SIGIO),
    #[cfg(target_os = "linux")]
    ("SIGPWR", libc::SIGPWR),
    ("SIGSYS", libc::SIGSYS),
];

/// `numbers()`: the platform's signals by name.
fn numbers(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let table = v8::Object::new(scope);
    for (name, number) in SIGNALS {
        let number = v8::Integer::new(scope, *number).into();
        set(scope, table, name, number);
    }
    rv.set(table.into());
}

/// `watch(number)`: `undefined`, or what failed, as for SIGKILL.
fn watch(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let signal = args.get(0).int32_value(scope).unwrap_or(0);
    let realm = Realm::of(scope);
    if let Err(error) = open_pipe(&realm).and_then(|()| handle(signal)) {
        rv.set(failure(scope, &error).into());
    }
}

/// `unwatch(number)`: the signal does again what it did before.
fn unwatch(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let signal = args.get(0).int32_value(scope).unwrap_or(0);
    let mut replaced = replaced();
    if let Some(at) = replaced.iter().position(|(candidate, _)| *candidate == signal) {
        let (_, before) = replaced.swap_remove(at);
        // SAFETY: `before` is what sigaction(2) gave.
        unsafe { libc::sigaction(signal, &raw const before, std::ptr::null_mut()) };
    }
}

/// What signals did before a program listened to them: the default, or what a server does.
fn replaced() -> MutexGuard<'static, Vec<(i32, libc::sigaction)>> {
    static REPLACED: Mutex<Vec<(i32, libc::sigaction)>> = Mutex::new(Vec::new());
    REPLACED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn handle(signal: i32) -> io::Result<()> {
    // SAFETY: all zeroes is a valid sigaction (no flags, no mask); `before` is a place for the one it replaces.
    let (result, before) = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        let mut before: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = written as *const () as usize;
        action.sa_flags = libc::SA_RESTART;
        libc::sigemptyset(&raw mut action.sa_mask);
        (libc::sigaction(signal, &raw const action, &raw mut before), before)
    };
    if result != 0 {
        return Err(io::Error::last_os_error());
    }
    replaced().push((signal, before));
    Ok(())
}

/// The handler: async-signal-safe, and leaves errno as it was.
extern "C" fn written(signal: libc::c_int) {
    let byte = signal as u8;
    // SAFETY: write(2) of one byte that lives on the stack. A full pipe drops the signal, as the kernel merges them.
    unsafe {
        let errno = errno();
        let before = *errno;
        libc::write(PIPE.load(Ordering::Relaxed), (&raw const byte).cast(), 1);
        *errno = before;
    }
}

unsafe fn errno() -> *mut libc::c_int {
    #[cfg(target_os = "linux")]
    // SAFETY: the C library gives each thread one.
    unsafe {
        libc::__errno_location()
    }
    #[cfg(not(target_os = "linux"))]
    // SAFETY: as above.
    unsafe {
        libc::__error()
    }
}

/// Makes the pipe, and the task that turns its bytes into events, at the first listener.
fn open_pipe(realm: &Rc<Realm>) -> io::Result<()> {
    if PIPE.load(Ordering::Relaxed) >= 0 {
        return Ok(());
    }
    let mut ends = [0; 2];
    // SAFETY: pipe(2) fills in two descriptors, which nobody else has; the writing end is never closed.
    let reader = unsafe {
        if libc::pipe(ends.as_mut_ptr()) != 0 {
            return Err(io::Error::last_os_error());
        }
        for end in ends {
            libc::fcntl(end, libc::F_SETFL, libc::O_NONBLOCK);
            libc::fcntl(end, libc::F_SETFD, libc::FD_CLOEXEC);
        }
        OwnedFd::from_raw_fd(ends[0])
    };
    PIPE.store(ends[1], Ordering::Relaxed);
    let inner = Rc::clone(realm);
    realm.spawn_unreferenced(async move {
        if let Err(error) = deliver(&inner, reader).await {
            inner.fail(&format!("signals cannot be received: {error}"));
        }
    });
    Ok(())
}

async fn deliver(realm: &Rc<Realm>, reader: OwnedFd) -> io::Result<()> {
    // SAFETY: the descriptor is owned by what is registered, which drops the registration before it closes it.
    let reader = unsafe { AsyncFd::register(reader)? };
    loop {
        let mut ready = reader.readable().await?;
        let mut signals = [0_u8; 64];
        let read = ready.try_io(|reader| {
            use std::os::fd::AsRawFd as _;
            // SAFETY: `signals` has room for what is asked for.
            let count = unsafe { libc::read(reader.as_raw_fd(), signals.as_mut_ptr().cast(), signals.len()) };
            usize::try_from(count).map_err(|_| io::Error::last_os_error())
        });
        let Ok(count) = read else { continue };
        for signal in &signals[..count?] {
            realm.callback(|scope| {
                let number = v8::Integer::new(scope, i32::from(*signal)).into();
                realm.call_host(scope, "emitSignal", &[number]);
            });
        }
    }
}
