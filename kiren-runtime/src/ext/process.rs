//! `native("process")`: what the operating system knows of this process, and the way out of it.

#![allow(unsafe_code, reason = "identity, limits, clocks and terminals are C functions")]

use std::io::Read as _;
use std::sync::{Mutex, OnceLock, mpsc};

use tokio::sync::oneshot;

use crate::engine;
use crate::natives::{NativeError, natives, set, string, string_array, uint8_array};
use crate::realm::{Realm, Stop, spawn_unreferenced_promise};

natives! {
    abort, chdir, cpu_usage, cwd, decode_utf8, encode_utf8, environment, exit, find_id, groups, hold, hrtime, id, info, kill, memory_usage, parallelism,
    read_stdin, resource_usage, set_id, set_raw_mode, set_time_zone, set_title, system_memory, umask, uptime, window_size,
}

const READ_BYTES: usize = 64 * 1024;

/// `info()`: what does not change while the process runs.
fn info(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let realm = Realm::of(scope);
    let info = v8::Object::new(scope);
    let exec_path = std::env::current_exe().unwrap_or_default();
    let argv0 = std::env::args_os().next().unwrap_or_default();
    let texts = [
        ("execPath", exec_path.to_string_lossy().into_owned()),
        ("argv0", argv0.to_string_lossy().into_owned()),
        ("version", realm.options.version.to_owned()),
        ("v8", engine::version().to_owned()),
        ("platform", platform().to_owned()),
        ("arch", arch().to_owned()),
    ];
    for (name, text) in texts {
        let text = string(scope, &text).into();
        set(scope, info, name, text);
    }
    if let Some(main) = realm.modules.main_path() {
        let main = string(scope, &main).into();
        set(scope, info, "main", main);
    }
    let args = string_array(scope, &realm.options.args).into();
    set(scope, info, "args", args);
    let pid = v8::Integer::new_from_unsigned(scope, std::process::id()).into();
    set(scope, info, "pid", pid);
    rv.set(info.into());
}

fn platform() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        "solaris" | "illumos" => "sunos",
        other => other,
    }
}

fn arch() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        "x86" => "ia32",
        "powerpc64" => "ppc64",
        other => other,
    }
}

/// `exit(code)`: no JavaScript runs after it; the caller loops until V8 unwinds it.
fn exit(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let code = args.get(0).int32_value(scope).unwrap_or(1);
    Realm::of(scope).stop(scope, Stop::Exit(code));
}

fn abort(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    Realm::of(scope).output.flush();
    std::process::abort();
}

/// `environment()`: names and values, one after the other.
fn environment(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let pairs = std::env::vars_os().flat_map(|(name, value)| [name, value]);
    let texts: Vec<String> = pairs.map(|text| text.to_string_lossy().into_owned()).collect();
    rv.set(string_array(scope, texts).into());
}

/// `set_time_zone(name)`: a program has set `process.env.TZ`.
fn set_time_zone(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let name = args.get(0).to_rust_string_lossy(scope);
    if v8::icu::set_default_time_zone(&name) {
        scope.date_time_configuration_change_notification(v8::TimeZoneDetection::Skip);
    }
}

fn cwd(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    match std::env::current_dir() {
        Ok(folder) => rv.set(string(scope, &folder.to_string_lossy()).into()),
        Err(error) => throw_failure(scope, "the current directory is gone", &error),
    }
}

/// `chdir(folder)`: `undefined`, or what failed.
fn chdir(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let folder = args.get(0).to_rust_string_lossy(scope);
    if let Err(error) = std::env::set_current_dir(folder) {
        rv.set(failure(scope, &error).into());
    }
}

/// `{ errno, code, message }` of an error of the operating system.
pub(crate) fn failure<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    error: &std::io::Error,
) -> v8::Local<'s, v8::Object> {
    let object = v8::Object::new(scope);
    let number = error.raw_os_error().unwrap_or(0);
    let errno = v8::Integer::new(scope, number).into();
    set(scope, object, "errno", errno);
    let code = string(scope, errno_name(number)).into();
    set(scope, object, "code", code);
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default().to_lowercase();
    let message = string(scope, &text).into();
    set(scope, object, "message", message);
    object
}

fn throw_failure(scope: &mut v8::PinScope<'_, '_>, what: &str, error: &std::io::Error) {
    NativeError::error(format!("{what}: {error}")).throw(scope);
}

fn errno_name(number: i32) -> &'static str {
    match number {
        libc::EPERM => "EPERM",
        libc::ENOENT => "ENOENT",
        libc::ESRCH => "ESRCH",
        libc::EACCES => "EACCES",
        libc::ENOTDIR => "ENOTDIR",
        libc::EINVAL => "EINVAL",
        libc::ELOOP => "ELOOP",
        libc::ENAMETOOLONG => "ENAMETOOLONG",
        libc::ENOTTY => "ENOTTY",
        libc::EIO => "EIO",
        _ => "UNKNOWN",
    }
}

// --- clocks and usage ---

/// `hrtime(view)`: fills a `Uint32Array` with seconds and nanoseconds of a clock that never goes back; without one,
/// the nanoseconds as a BigInt.
fn hrtime(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid place for the answer; the clock exists on every Unix.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    match v8::Local::<v8::Array>::try_from(args.get(0)) {
        Ok(pair) => {
            let seconds = v8::Number::new(scope, time.tv_sec as f64).into();
            let nanoseconds = v8::Number::new(scope, time.tv_nsec as f64).into();
            pair.set_index(scope, 0, seconds);
            pair.set_index(scope, 1, nanoseconds);
        }
        Err(_) => {
            let nanoseconds = time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64;
            rv.set(v8::BigInt::new_from_u64(scope, nanoseconds).into());
        }
    }
}

fn uptime(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    rv.set_double(Realm::of(scope).started.elapsed().as_secs_f64());
}

fn numbers<'s>(scope: &mut v8::PinScope<'s, '_>, values: &[f64]) -> v8::Local<'s, v8::Array> {
    let values: Vec<v8::Local<'_, v8::Value>> =
        values.iter().map(|value| v8::Number::new(scope, *value).into()).collect();
    v8::Array::new_with_elements(scope, &values)
}

/// `memory_usage()`: resident set, V8's heap, the part of it in use, and what lies outside of it, in bytes.
fn memory_usage(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let resident = resident_bytes();
    if args.get(0).is_true() {
        rv.set_double(resident);
        return;
    }
    let heap = scope.get_heap_statistics();
    let external = heap.external_memory() as f64;
    let values = [resident, heap.total_heap_size() as f64, heap.used_heap_size() as f64, external];
    rv.set(numbers(scope, &values).into());
}

fn resident_bytes() -> f64 {
    let pages = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split_ascii_whitespace().nth(1)?.parse::<f64>().ok());
    match pages {
        // SAFETY: sysconf only reads.
        Some(pages) => pages * unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as f64,
        // Where there is no /proc the peak is the nearest answer.
        None => usage(libc::RUSAGE_SELF).ru_maxrss as f64 * 1024.0,
    }
}

/// `system_memory()`: what is available, and the limit of the control group (0 without one), in bytes.
fn system_memory(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let available = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
        line.split_ascii_whitespace().next()?.parse::<f64>().ok()
    });
    let limit = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    let limit = limit.and_then(|text| text.trim().parse::<f64>().ok()).unwrap_or(0.0);
    rv.set(numbers(scope, &[available.unwrap_or(0.0) * 1024.0, limit]).into());
}

fn usage(who: libc::c_int) -> libc::rusage {
    // SAFETY: all zeroes is a valid rusage, and a valid place for the answer.
    unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(who, &raw mut usage);
        usage
    }
}

fn microseconds(time: libc::timeval) -> f64 {
    time.tv_sec as f64 * 1e6 + time.tv_usec as f64
}

/// `cpu_usage(thread)`: user and system time in microseconds, of the process or of this thread.
fn cpu_usage(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    #[cfg(target_os = "linux")]
    let who = if args.get(0).is_true() { libc::RUSAGE_THREAD } else { libc::RUSAGE_SELF };
    #[cfg(not(target_os = "linux"))]
    let who = libc::RUSAGE_SELF;
    let usage = usage(who);
    rv.set(numbers(scope, &[microseconds(usage.ru_utime), microseconds(usage.ru_stime)]).into());
}

/// `resource_usage()`: the sixteen figures of getrusage(2), in the order of the C structure.
fn resource_usage(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let usage = usage(libc::RUSAGE_SELF);
    let counts = [
        usage.ru_maxrss,
        usage.ru_ixrss,
        usage.ru_idrss,
        usage.ru_isrss,
        usage.ru_minflt,
        usage.ru_majflt,
        usage.ru_nswap,
        usage.ru_inblock,
        usage.ru_oublock,
        usage.ru_msgsnd,
        usage.ru_msgrcv,
        usage.ru_nsignals,
        usage.ru_nvcsw,
        usage.ru_nivcsw,
    ];
    let mut values = vec![microseconds(usage.ru_utime), microseconds(usage.ru_stime)];
    values.extend(counts.map(|count| count as f64));
    rv.set(numbers(scope, &values).into());
}

/// `parallelism()`: how many threads can run at once.
fn parallelism(
    _: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    rv.set_uint32(std::thread::available_parallelism().map_or(1, |count| count.get() as u32));
}

// --- identity ---

/// `id(what)`: `ppid`, `uid`, `euid`, `gid` or `egid`.
fn id(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let what = args.get(0).to_rust_string_lossy(scope);
    // SAFETY: these only ask, and never fail.
    let id = unsafe {
        match what.as_str() {
            "ppid" => libc::getppid().cast_unsigned(),
            "uid" => libc::getuid(),
            "euid" => libc::geteuid(),
            "gid" => libc::getgid(),
            _ => libc::getegid(),
        }
    };
    rv.set_uint32(id);
}

/// `find_id(what, name)`: the number of a user, or of a group where `what` ends with `gid`.
fn find_id(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let what = args.get(0).to_rust_string_lossy(scope);
    let Ok(name) = std::ffi::CString::new(args.get(1).to_rust_string_lossy(scope)) else { return };
    // SAFETY: `name` ends with a zero; the answer lies in static memory, which is read before anything else asks.
    let id = unsafe {
        if what.ends_with("gid") {
            libc::getgrnam(name.as_ptr()).as_ref().map(|group| group.gr_gid)
        } else {
            libc::getpwnam(name.as_ptr()).as_ref().map(|user| user.pw_uid)
        }
    };
    if let Some(id) = id {
        rv.set_uint32(id);
    }
}

/// `set_id(what, id)`: `undefined`, or what failed.
fn set_id(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let what = args.get(0).to_rust_string_lossy(scope);
    let id = args.get(1).uint32_value(scope).unwrap_or(u32::MAX);
    // SAFETY: no memory is involved; the C library changes all threads together.
    let result = unsafe {
        match what.as_str() {
            "uid" => libc::setuid(id),
            "euid" => libc::seteuid(id),
            "gid" => libc::setgid(id),
            _ => libc::setegid(id),
        }
    };
    if result != 0 {
        rv.set(failure(scope, &std::io::Error::last_os_error()).into());
    }
}

fn groups(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    // SAFETY: the first call only asks for the count, the second writes at most that many.
    let ids = unsafe {
        let count = libc::getgroups(0, std::ptr::null_mut()).max(0);
        let mut ids = vec![0; count as usize];
        let count = libc::getgroups(count, ids.as_mut_ptr()).max(0);
        ids.truncate(count as usize);
        ids
    };
    let ids: Vec<f64> = ids.into_iter().map(f64::from).collect();
    rv.set(numbers(scope, &ids).into());
}

/// `umask(mask)`: the mask before; without an argument it stays.
fn umask(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let mask = args.get(0).uint32_value(scope).filter(|_| args.get(0).is_number());
    // SAFETY: umask has no failure and touches no memory.
    let before = unsafe {
        let before = libc::umask(mask.unwrap_or(0) as libc::mode_t);
        if mask.is_none() {
            libc::umask(before);
        }
        before
    };
    rv.set_uint32(before);
}

/// `kill(pid, signal)`: `undefined`, or what failed.
fn kill(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let pid = args.get(0).int32_value(scope).unwrap_or(0);
    let signal = args.get(1).int32_value(scope).unwrap_or(0);
    // What this process has printed is out before a signal may end it.
    Realm::of(scope).output.flush();
    // SAFETY: no memory is involved.
    if unsafe { libc::kill(pid, signal) } != 0 {
        rv.set(failure(scope, &std::io::Error::last_os_error()).into());
    }
}

/// `set_title(text)`: the name that `ps -o comm` shows, cut at 15 bytes by the kernel.
fn set_title(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let title = args.get(0).to_rust_string_lossy(scope);
    #[cfg(target_os = "linux")]
    if let Ok(title) = std::ffi::CString::new(title) {
        // SAFETY: the kernel copies a string that ends with a zero.
        unsafe { libc::prctl(libc::PR_SET_NAME, title.as_ptr()) };
    }
    #[cfg(not(target_os = "linux"))]
    drop(title);
}

// --- terminals ---

/// `window_size(descriptor)`: `[columns, rows]`, or `undefined` where it is no terminal.
fn window_size(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let descriptor = args.get(0).int32_value(scope).unwrap_or(-1);
    let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: TIOCGWINSZ writes one winsize.
    if unsafe { libc::ioctl(descriptor, libc::TIOCGWINSZ, &raw mut size) } == 0 {
        rv.set(numbers(scope, &[size.ws_col.into(), size.ws_row.into()]).into());
    }
}

/// The terminal's settings from before the first raw mode.
static COOKED: Mutex<Option<libc::termios>> = Mutex::new(None);

/// `set_raw_mode(raw)` of standard input: `undefined`, or what failed.
fn set_raw_mode(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    if let Err(error) = apply_raw_mode(args.get(0).is_true()) {
        rv.set(failure(scope, &error).into());
    }
}

fn apply_raw_mode(raw: bool) -> std::io::Result<()> {
    let mut cooked = COOKED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let before = match *cooked {
        Some(before) => before,
        None => {
            // SAFETY: all zeroes is a valid termios, and a valid place for the answer.
            let mut settings: libc::termios = unsafe { std::mem::zeroed() };
            // SAFETY: as above.
            if unsafe { libc::tcgetattr(0, &raw mut settings) } != 0 {
                return Err(std::io::Error::last_os_error());
            }
            *cooked = Some(settings);
            settings
        }
    };
    let mut settings = before;
    if raw {
        settings.c_iflag &= !(libc::BRKINT | libc::ICRNL | libc::INPCK | libc::ISTRIP | libc::IXON);
        settings.c_oflag |= libc::ONLCR;
        settings.c_cflag |= libc::CS8;
        settings.c_lflag &= !(libc::ECHO | libc::ICANON | libc::IEXTEN | libc::ISIG);
        settings.c_cc[libc::VMIN] = 1;
        settings.c_cc[libc::VTIME] = 0;
    }
    // SAFETY: `settings` is a whole termios.
    if unsafe { libc::tcsetattr(0, libc::TCSADRAIN, &raw const settings) } != 0 {
        return Err(std::io::Error::last_os_error());
    }
    Ok(())
}

/// Gives the terminal back as it was, for the end of the program.
pub(crate) fn restore_terminal() {
    let changed = COOKED.lock().unwrap_or_else(std::sync::PoisonError::into_inner).is_some();
    if changed {
        // The process ends: there is nobody to tell of a terminal that has gone.
        drop(apply_raw_mode(false));
    }
}

// --- standard input ---

type Request = oneshot::Sender<std::io::Result<Vec<u8>>>;

/// `read_stdin()`: a promise of bytes, empty at the end. It keeps no program alive; see [`hold`].
///
/// One thread per process reads, started at the first call: a blocked read can be left behind when the program ends.
fn read_stdin(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    static READER: OnceLock<mpsc::Sender<Request>> = OnceLock::new();
    let reader = READER.get_or_init(|| {
        let (requests, inbox) = mpsc::channel::<Request>();
        std::thread::spawn(move || {
            for request in inbox {
                let mut bytes = vec![0; READ_BYTES];
                let result = std::io::stdin().lock().read(&mut bytes).map(|count| {
                    bytes.truncate(count);
                    bytes
                });
                // The program that asked may have ended.
                drop(request.send(result));
            }
        });
        requests
    });
    let (sender, answer) = oneshot::channel();
    let sent = reader.send(sender).is_ok();
    spawn_unreferenced_promise(scope, rv, async move {
        if !sent {
            return Err(NativeError::error("the thread that reads standard input has ended"));
        }
        match answer.await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(error)) => Err(NativeError::error(format!("standard input cannot be read: {error}"))),
            Err(_) => Ok(Vec::new()),
        }
    });
}

/// `hold(+1 | -1)`: one more, or one less, reason for the program to stay alive.
fn hold(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let realm = Realm::of(scope);
    let change = args.get(0).int32_value(scope).unwrap_or(0) as isize;
    realm.state.active.set(realm.state.active.get().saturating_add_signed(change));
    realm.wake();
}

// --- text ---

/// `encode_utf8(text)`.
fn encode_utf8(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let bytes = args.get(0).to_rust_string_lossy(scope).into_bytes();
    rv.set(uint8_array(scope, bytes).into());
}

/// `decode_utf8(bytes)`: what is not UTF-8 becomes U+FFFD.
fn decode_utf8(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(view) = v8::Local::<v8::ArrayBufferView>::try_from(args.get(0)) else { return };
    let mut bytes = vec![0; view.byte_length()];
    view.copy_contents(&mut bytes);
    rv.set(string(scope, &String::from_utf8_lossy(&bytes)).into());
}
