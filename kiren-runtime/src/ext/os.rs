//! `native("os")`: the machine and its user, for `node:os`, and the errors of the operating system by number.

#![allow(unsafe_code, reason = "the machine, its users and network interfaces are asked for by C functions")]

use std::ffi::CStr;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::natives::{natives, set, string, string_array};

natives! { constants, cpus, errors, interfaces, is_terminal, load_average, memory, names, priority, set_priority, up_time, user }

fn text(bytes: &[libc::c_char]) -> String {
    let bytes: Vec<u8> = bytes.iter().map(|byte| *byte as u8).take_while(|byte| *byte != 0).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn numbers<'s>(scope: &mut v8::PinScope<'s, '_>, values: &[f64]) -> v8::Local<'s, v8::Array> {
    let values: Vec<v8::Local<'_, v8::Value>> =
        values.iter().map(|value| v8::Number::new(scope, *value).into()).collect();
    v8::Array::new_with_elements(scope, &values)
}

/// `names()`: `[type, release, version, machine, hostname]`.
fn names(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    // SAFETY: all zeroes is a valid utsname, and a valid place for the answer.
    let name = unsafe {
        let mut name: libc::utsname = std::mem::zeroed();
        libc::uname(&raw mut name);
        name
    };
    let names = [&name.sysname[..], &name.release, &name.version, &name.machine, &name.nodename].map(text);
    rv.set(string_array(scope, names).into());
}

/// `load_average()`: of one, five and fifteen minutes.
fn load_average(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let mut loads = [0.0; 3];
    // SAFETY: there is room for three numbers.
    unsafe { libc::getloadavg(loads.as_mut_ptr(), 3) };
    rv.set(numbers(scope, &loads).into());
}

/// `memory()`: `[total, free]` in bytes.
fn memory(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    // SAFETY: plain numbers in and out.
    let [pages, page] = [libc::_SC_PHYS_PAGES, libc::_SC_PAGESIZE].map(|name| unsafe { libc::sysconf(name) });
    let total = pages as f64 * page as f64;
    let free = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
        line.split_ascii_whitespace().next()?.parse::<f64>().ok()
    });
    rv.set(numbers(scope, &[total, free.map_or(total, |free| free * 1024.0)]).into());
}

/// `up_time()`: seconds since the machine started.
fn up_time(
    _: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    #[cfg(target_os = "linux")]
    const CLOCK: libc::clockid_t = libc::CLOCK_BOOTTIME;
    #[cfg(not(target_os = "linux"))]
    const CLOCK: libc::clockid_t = libc::CLOCK_MONOTONIC;
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid place for the answer.
    unsafe { libc::clock_gettime(CLOCK, &raw mut time) };
    rv.set_double(time.tv_sec as f64 + (time.tv_nsec / 10_000_000) as f64 / 100.0);
}

/// `is_terminal(fd)`.
fn is_terminal(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let fd = args.get(0).int32_value(scope).unwrap_or(-1);
    // SAFETY: a plain number.
    rv.set_bool(unsafe { libc::isatty(fd) } == 1);
}

/// `cpus()`: model, megahertz, and the milliseconds of user, nice, system, idle and interrupts, for each one after
/// the other.
fn cpus(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    // SAFETY: plain numbers in and out.
    let ticks = unsafe { libc::sysconf(libc::_SC_CLK_TCK) }.max(1) as f64;
    let stat = std::fs::read_to_string("/proc/stat").unwrap_or_default();
    let about = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| -> Vec<&str> {
        let values = about.lines().filter(|line| line.starts_with(name));
        values.filter_map(|line| line.split_once(':')).map(|(_, value)| value.trim()).collect()
    };
    let (models, speeds) = (field("model name"), field("cpu MHz"));
    let lines = stat.lines().filter(|line| line.starts_with("cpu") && !line.starts_with("cpu "));
    let mut values: Vec<v8::Local<'_, v8::Value>> = Vec::new();
    for (index, line) in lines.enumerate() {
        let times: Vec<f64> = line.split_ascii_whitespace().skip(1).map_while(|n| n.parse().ok()).collect();
        let time = |at: usize| times.get(at).map_or(0.0, |time| (time * 1000.0 / ticks).floor());
        let speed = speeds.get(index).and_then(|speed| speed.parse::<f64>().ok()).unwrap_or(0.0).floor();
        values.push(string(scope, models.get(index).copied().unwrap_or("unknown")).into());
        for number in [speed, time(0), time(1), time(2), time(3), time(5)] {
            values.push(v8::Number::new(scope, number).into());
        }
    }
    rv.set(v8::Array::new_with_elements(scope, &values).into());
}

/// `user()`: `[name, home, shell, uid, gid]` of who runs the process; `undefined` when nobody knows.
fn user(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let mut buffer = vec![0; 16384];
    // SAFETY: the places for the answers are valid, the buffer is as long as is said, and the texts are read while it
    // is there.
    let found = unsafe {
        let mut entry: libc::passwd = std::mem::zeroed();
        let mut result = std::ptr::null_mut();
        let uid = libc::geteuid();
        libc::getpwuid_r(uid, &raw mut entry, buffer.as_mut_ptr(), buffer.len(), &raw mut result);
        if result.is_null() {
            return;
        }
        let texts = [entry.pw_name, entry.pw_dir, entry.pw_shell].map(|text| match text.is_null() {
            true => String::new(),
            false => CStr::from_ptr(text).to_string_lossy().into_owned(),
        });
        (texts, [entry.pw_uid, entry.pw_gid])
    };
    let (texts, ids) = found;
    let mut values: Vec<v8::Local<'_, v8::Value>> =
        texts.iter().map(|text| string(scope, text).into()).collect();
    values.extend(ids.map(|id| v8::Local::<v8::Value>::from(v8::Number::new(scope, f64::from(id)))));
    rv.set(v8::Array::new_with_elements(scope, &values).into());
}

/// `priority(pid)`: from -20 to 19, or the error's number above 1000.
fn priority(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let pid = args.get(0).uint32_value(scope).unwrap_or(0);
    // SAFETY: a plain number; -1 is an answer too, so the place of the error is cleared before.
    let (result, error) = unsafe {
        let place = errno();
        *place = 0;
        (libc::getpriority(libc::PRIO_PROCESS as _, pid as _), *place)
    };
    rv.set_int32(if result == -1 && error != 0 { 1000 + error } else { result });
}

/// `set_priority(pid, priority)`: 0, or the error's number.
fn set_priority(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let pid = args.get(0).uint32_value(scope).unwrap_or(0);
    let priority = args.get(1).int32_value(scope).unwrap_or(0);
    // SAFETY: plain numbers.
    let result = unsafe { libc::setpriority(libc::PRIO_PROCESS as _, pid as _, priority) };
    let error = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    rv.set_int32(if result == -1 { error } else { 0 });
}

#[cfg(target_os = "linux")]
unsafe fn errno() -> *mut libc::c_int {
    // SAFETY: it has no conditions.
    unsafe { libc::__errno_location() }
}

#[cfg(not(target_os = "linux"))]
unsafe fn errno() -> *mut libc::c_int {
    // SAFETY: it has no conditions.
    unsafe { libc::__error() }
}

/// One address of a network interface.
struct Interface {
    name: String,
    address: IpAddr,
    netmask: IpAddr,
    scope_id: u32,
    internal: bool,
}

/// `interfaces()`: name, address, netmask, hardware address, is it internal, and scope, one after the other.
fn interfaces(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let mut values: Vec<v8::Local<'_, v8::Value>> = Vec::new();
    for interface in list_interfaces() {
        let path = format!("/sys/class/net/{}/address", interface.name);
        let hardware = std::fs::read_to_string(path).unwrap_or_default();
        let hardware = if hardware.is_empty() { "00:00:00:00:00:00" } else { hardware.trim() };
        let (address, netmask) = (interface.address.to_string(), interface.netmask.to_string());
        for text in [&interface.name, &address, &netmask, hardware] {
            values.push(string(scope, text).into());
        }
        values.push(v8::Boolean::new(scope, interface.internal).into());
        values.push(v8::Integer::new_from_unsigned(scope, interface.scope_id).into());
    }
    rv.set(v8::Array::new_with_elements(scope, &values).into());
}

fn list_interfaces() -> Vec<Interface> {
    let mut interfaces = Vec::new();
    // SAFETY: the list is one that the system made; it is walked to its end, then given back.
    unsafe {
        let mut list: *mut libc::ifaddrs = std::ptr::null_mut();
        if libc::getifaddrs(&raw mut list) != 0 {
            return interfaces;
        }
        let mut entry = list;
        while let Some(interface) = entry.as_ref() {
            entry = interface.ifa_next;
            let flags = interface.ifa_flags as libc::c_int;
            if flags & libc::IFF_UP == 0 || flags & libc::IFF_RUNNING == 0 {
                continue;
            }
            let Some((address, scope_id)) = ip_address(interface.ifa_addr) else { continue };
            let Some((netmask, _)) = ip_address(interface.ifa_netmask) else { continue };
            interfaces.push(Interface {
                name: CStr::from_ptr(interface.ifa_name).to_string_lossy().into_owned(),
                address,
                netmask,
                scope_id,
                internal: flags & libc::IFF_LOOPBACK != 0,
            });
        }
        libc::freeifaddrs(list);
    }
    interfaces
}

/// The IP address and scope that a socket address holds.
///
/// # Safety
/// The pointer must be null or point to a socket address of the size that its family has.
unsafe fn ip_address(address: *const libc::sockaddr) -> Option<(IpAddr, u32)> {
    // SAFETY: see above; the size that is read is that of the family.
    unsafe {
        match i32::from(address.as_ref()?.sa_family) {
            libc::AF_INET => {
                let address = &*address.cast::<libc::sockaddr_in>();
                Some((Ipv4Addr::from(u32::from_be(address.sin_addr.s_addr)).into(), 0))
            }
            libc::AF_INET6 => {
                let address = &*address.cast::<libc::sockaddr_in6>();
                Some((Ipv6Addr::from(address.sin6_addr.s6_addr).into(), address.sin6_scope_id))
            }
            _ => None,
        }
    }
}

/// Rows of a table: names as text and the numbers that this platform gives them.
macro_rules! table {
    ($($name:ident),* $(,)?) => { &[$((stringify!($name), libc::$name as i64)),*] };
}

const FILE_CONSTANTS: &[(&str, i64)] = table! {
    O_RDONLY, O_WRONLY, O_RDWR, S_IFMT, S_IFREG, S_IFDIR, S_IFCHR, S_IFBLK, S_IFIFO, S_IFLNK, S_IFSOCK, O_CREAT,
    O_EXCL, O_NOCTTY, O_TRUNC, O_APPEND, O_DIRECTORY, O_NOFOLLOW, O_SYNC, O_DSYNC, O_NONBLOCK,
    S_IRWXU, S_IRUSR, S_IWUSR, S_IXUSR, S_IRWXG, S_IRGRP, S_IWGRP, S_IXGRP, S_IRWXO, S_IROTH, S_IWOTH, S_IXOTH,
    F_OK, R_OK, W_OK, X_OK,
};

#[cfg(target_os = "linux")]
const MORE_FILE_CONSTANTS: &[(&str, i64)] = table! { O_DIRECT, O_NOATIME };

#[cfg(not(target_os = "linux"))]
const MORE_FILE_CONSTANTS: &[(&str, i64)] = &[];

const SIGNALS: &[(&str, i64)] = table! {
    SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGKILL, SIGUSR1, SIGSEGV, SIGUSR2, SIGPIPE,
    SIGALRM, SIGTERM, SIGCHLD, SIGCONT, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGXCPU, SIGXFSZ, SIGVTALRM,
    SIGPROF, SIGWINCH, SIGIO, SIGSYS,
};

const LOADING: &[(&str, i64)] = table! { RTLD_LAZY, RTLD_NOW, RTLD_GLOBAL, RTLD_LOCAL };

/// Numbers of errors that have no text of their own in [`ERRORS`].
const OTHER_ERRORS: &[(&str, i64)] = table! {
    EBADMSG, ECHILD, EDEADLK, EDOM, EDQUOT, EIDRM, EINPROGRESS, EMULTIHOP, ENETRESET, ENOEXEC, ENOLCK, ENOLINK, ENOMSG,
    ENOSR, ENOSTR, EOPNOTSUPP, ESTALE, ETIME, EWOULDBLOCK,
};

/// `constants()`: tables of names and numbers: those of files, signals, libraries and errors.
fn constants(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let tables = v8::Object::new(scope);
    let errors = ERRORS.iter().map(|(name, number, _)| (*name, i64::from(*number)));
    let mut errors: Vec<(&str, i64)> = errors.chain(OTHER_ERRORS.iter().copied()).collect();
    errors.sort_unstable();
    let files = [FILE_CONSTANTS, MORE_FILE_CONSTANTS].concat();
    for (name, table) in
        [("fs", &files[..]), ("signals", SIGNALS), ("dlopen", LOADING), ("errno", &errors[..])]
    {
        let object = v8::Object::new(scope);
        for (name, number) in table {
            let number = v8::Number::new(scope, *number as f64).into();
            set(scope, object, name, number);
        }
        set(scope, tables, name, object.into());
    }
    rv.set(tables.into());
}

/// Errors by name, with the texts that programs expect after them.
const ERRORS: &[(&str, i32, &str)] = &[
    ("E2BIG", libc::E2BIG, "argument list too long"),
    ("EACCES", libc::EACCES, "permission denied"),
    ("EADDRINUSE", libc::EADDRINUSE, "address already in use"),
    ("EADDRNOTAVAIL", libc::EADDRNOTAVAIL, "address not available"),
    ("EAFNOSUPPORT", libc::EAFNOSUPPORT, "address family not supported"),
    ("EAGAIN", libc::EAGAIN, "resource temporarily unavailable"),
    ("EALREADY", libc::EALREADY, "connection already in progress"),
    ("EBADF", libc::EBADF, "bad file descriptor"),
    ("EBUSY", libc::EBUSY, "resource busy or locked"),
    ("ECANCELED", libc::ECANCELED, "operation canceled"),
    ("ECONNABORTED", libc::ECONNABORTED, "software caused connection abort"),
    ("ECONNREFUSED", libc::ECONNREFUSED, "connection refused"),
    ("ECONNRESET", libc::ECONNRESET, "connection reset by peer"),
    ("EDESTADDRREQ", libc::EDESTADDRREQ, "destination address required"),
    ("EEXIST", libc::EEXIST, "file already exists"),
    ("EFAULT", libc::EFAULT, "bad address in system call argument"),
    ("EFBIG", libc::EFBIG, "file too large"),
    ("EHOSTUNREACH", libc::EHOSTUNREACH, "host is unreachable"),
    ("EINTR", libc::EINTR, "interrupted system call"),
    ("EINVAL", libc::EINVAL, "invalid argument"),
    ("EIO", libc::EIO, "i/o error"),
    ("EISCONN", libc::EISCONN, "socket is already connected"),
    ("EISDIR", libc::EISDIR, "illegal operation on a directory"),
    ("ELOOP", libc::ELOOP, "too many symbolic links encountered"),
    ("EMFILE", libc::EMFILE, "too many open files"),
    ("EMSGSIZE", libc::EMSGSIZE, "message too long"),
    ("ENAMETOOLONG", libc::ENAMETOOLONG, "name too long"),
    ("ENETDOWN", libc::ENETDOWN, "network is down"),
    ("ENETUNREACH", libc::ENETUNREACH, "network is unreachable"),
    ("ENFILE", libc::ENFILE, "file table overflow"),
    ("ENOBUFS", libc::ENOBUFS, "no buffer space available"),
    ("ENODEV", libc::ENODEV, "no such device"),
    ("ENOENT", libc::ENOENT, "no such file or directory"),
    ("ENOMEM", libc::ENOMEM, "not enough memory"),
    ("ENOPROTOOPT", libc::ENOPROTOOPT, "protocol not available"),
    ("ENOSPC", libc::ENOSPC, "no space left on device"),
    ("ENOSYS", libc::ENOSYS, "function not implemented"),
    ("ENOTCONN", libc::ENOTCONN, "socket is not connected"),
    ("ENOTDIR", libc::ENOTDIR, "not a directory"),
    ("ENOTEMPTY", libc::ENOTEMPTY, "directory not empty"),
    ("ENOTSOCK", libc::ENOTSOCK, "socket operation on non-socket"),
    ("ENOTSUP", libc::ENOTSUP, "operation not supported on socket"),
    ("EOVERFLOW", libc::EOVERFLOW, "value too large for defined data type"),
    ("EPERM", libc::EPERM, "operation not permitted"),
    ("EPIPE", libc::EPIPE, "broken pipe"),
    ("EPROTO", libc::EPROTO, "protocol error"),
    ("EPROTONOSUPPORT", libc::EPROTONOSUPPORT, "protocol not supported"),
    ("EPROTOTYPE", libc::EPROTOTYPE, "protocol wrong type for socket"),
    ("ERANGE", libc::ERANGE, "result too large"),
    ("EROFS", libc::EROFS, "read-only file system"),
    ("ESPIPE", libc::ESPIPE, "invalid seek"),
    ("ESRCH", libc::ESRCH, "no such process"),
    ("ETIMEDOUT", libc::ETIMEDOUT, "connection timed out"),
    ("ETXTBSY", libc::ETXTBSY, "text file is busy"),
    ("EXDEV", libc::EXDEV, "cross-device link not permitted"),
    ("ENXIO", libc::ENXIO, "no such device or address"),
    ("EMLINK", libc::EMLINK, "too many links"),
    ("ENOTTY", libc::ENOTTY, "inappropriate ioctl for device"),
    ("EILSEQ", libc::EILSEQ, "illegal byte sequence"),
    ("ENODATA", libc::ENODATA, "no data available"),
];

/// `errors()`: names, numbers and texts, one after the other.
fn errors(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let mut values: Vec<v8::Local<'_, v8::Value>> = Vec::with_capacity(ERRORS.len() * 3);
    for (name, number, text) in ERRORS {
        values.push(string(scope, name).into());
        values.push(v8::Integer::new(scope, *number).into());
        values.push(string(scope, text).into());
    }
    rv.set(v8::Array::new_with_elements(scope, &values).into());
}
