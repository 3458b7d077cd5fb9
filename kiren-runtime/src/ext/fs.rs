//! `native("fs")`: the file system for `node:fs`.
//!
//! Every operation is a [`Job`] that knows nothing of JavaScript: `run(name, ...args)` does it now, `start(name,
//! ...args)` on a thread of the blocking pool, for a promise. Either gives the answer, or for what the operating
//! system refused the negative number of its error, from which JavaScript makes Node's error.

#![allow(
    unsafe_code,
    reason = "descriptors are plain numbers in Node's interface, and some calls exist only in C"
)]

use std::ffi::{CString, OsString};
use std::fs::{self, File, FileTimes, Metadata};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd as _;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::{FileExt as _, FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::ext::encoding::bytes_of;
use crate::natives::{IntoJs, NativeError, natives, string, throw_error};
use crate::realm::spawn_promise;

natives! { run, start }

type Job = Box<dyn FnOnce() -> io::Result<Answer> + Send>;

/// What an operation gives back.
enum Answer {
    Nothing,
    Number(f64),
    Text(OsString),
    Bytes(Vec<u8>),
    /// The fields of a `Stats`, as a `Float64Array`, or as a `BigInt64Array` where that was asked for.
    Stats([i64; STATS], bool),
    /// Names and what they are (the numbers of `UV_DIRENT_*`), one after the other.
    Entries(Vec<(OsString, u32)>),
    /// What the operating system refused.
    Failure(i32),
}

const STATS: usize = 18;

impl IntoJs for Answer {
    fn into_js<'s>(self, scope: &mut v8::PinScope<'s, '_>) -> v8::Local<'s, v8::Value> {
        match self {
            Self::Nothing => v8::undefined(scope).into(),
            Self::Number(number) => v8::Number::new(scope, number).into(),
            Self::Text(text) => string(scope, &text.to_string_lossy()).into(),
            Self::Bytes(bytes) => bytes.into_js(scope),
            Self::Stats(fields, bigint) => stats_array(scope, &fields, bigint),
            Self::Entries(entries) => {
                let mut values: Vec<v8::Local<'_, v8::Value>> = Vec::with_capacity(entries.len() * 2);
                for (name, kind) in entries {
                    values.push(string(scope, &name.to_string_lossy()).into());
                    values.push(v8::Integer::new_from_unsigned(scope, kind).into());
                }
                v8::Array::new_with_elements(scope, &values).into()
            }
            Self::Failure(number) => v8::Integer::new(scope, -number).into(),
        }
    }
}

fn stats_array<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    fields: &[i64; STATS],
    bigint: bool,
) -> v8::Local<'s, v8::Value> {
    let bytes: Vec<u8> = match bigint {
        true => fields.iter().flat_map(|field| field.to_ne_bytes()).collect(),
        false => fields.iter().flat_map(|field| (*field as f64).to_ne_bytes()).collect(),
    };
    let store = v8::ArrayBuffer::new_backing_store_from_vec(bytes).make_shared();
    let buffer = v8::ArrayBuffer::with_backing_store(scope, &store);
    let array: Option<v8::Local<'_, v8::Value>> = match bigint {
        true => v8::BigInt64Array::new(scope, buffer, 0, STATS).map(Into::into),
        false => v8::Float64Array::new(scope, buffer, 0, STATS).map(Into::into),
    };
    array.unwrap_or_else(|| v8::undefined(scope).into())
}

/// The answer, with a refusal as one of its kinds.
fn finish(result: io::Result<Answer>) -> Answer {
    result.unwrap_or_else(|error| Answer::Failure(error.raw_os_error().unwrap_or(libc::EINVAL)))
}

/// `run(name, ...args)`.
fn run(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    if let Some(job) = job_of(scope, &args) {
        let answer = finish(job()).into_js(scope);
        rv.set(answer);
    }
}

/// `start(name, ...args)`: a promise.
fn start(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(job) = job_of(scope, &args) else { return };
    spawn_promise(scope, rv, async move {
        let answer = tokio::task::spawn_blocking(move || finish(job())).await;
        answer.map_err(|error| NativeError::error(error.to_string()))
    });
}

/// The arguments of one call.
struct Arguments<'a, 's, 'i, 'v> {
    scope: &'a mut v8::PinScope<'s, 'i>,
    args: &'a v8::FunctionCallbackArguments<'v>,
}

impl Arguments<'_, '_, '_, '_> {
    /// A path as text, or as the bytes of a buffer.
    fn path(&mut self, index: i32) -> PathBuf {
        let value = self.args.get(index);
        if value.is_array_buffer_view() {
            return OsString::from_vec(bytes_of(value).to_vec()).into();
        }
        value.to_rust_string_lossy(self.scope).into()
    }

    fn number(&mut self, index: i32) -> f64 {
        self.args.get(index).number_value(self.scope).unwrap_or(0.0)
    }

    fn int(&mut self, index: i32) -> i32 {
        self.args.get(index).int32_value(self.scope).unwrap_or(0)
    }

    fn flag(&self, index: i32) -> bool {
        self.args.get(index).is_true()
    }

    fn bytes(&self, index: i32) -> Vec<u8> {
        bytes_of(self.args.get(index)).to_vec()
    }

    /// A place in a file; anything below zero, and what is no number, means the current one.
    fn position(&mut self, index: i32) -> Option<u64> {
        let value = self.args.get(index);
        let position = match v8::Local::<v8::BigInt>::try_from(value) {
            Ok(bigint) => bigint.i64_value().0,
            Err(_) if value.is_number() => self.number(index) as i64,
            Err(_) => -1,
        };
        u64::try_from(position).ok()
    }
}

fn job_of(scope: &mut v8::PinScope<'_, '_>, args: &v8::FunctionCallbackArguments<'_>) -> Option<Job> {
    let name = args.get(0).to_rust_string_lossy(scope);
    let mut a = Arguments { scope, args };
    let job = path_job(&name, &mut a).or_else(|| descriptor_job(&name, &mut a));
    if job.is_none() {
        throw_error(scope, &format!("no file system operation {name:?}"));
    }
    job
}

/// Operations on what a path names.
fn path_job(name: &str, a: &mut Arguments<'_, '_, '_, '_>) -> Option<Job> {
    let path = a.path(1);
    Some(match name {
        "access" => {
            let mode = a.int(2);
            // SAFETY: the path is a C string.
            Box::new(move || c_call(&path, |path| unsafe { libc::access(path, mode) }))
        }
        "exists" => Box::new(move || Ok(Answer::Number(f64::from(fs::metadata(path).is_ok())))),
        "open" => {
            let (flags, mode) = (a.int(2), a.int(3));
            Box::new(move || {
                let fd = open(&path, flags, mode)?;
                Ok(Answer::Number(f64::from(fd)))
            })
        }
        "read_file" => {
            let flags = a.int(2);
            Box::new(move || {
                let mut file = own(open(&path, flags, 0)?);
                read_all(&mut file)
            })
        }
        "write_file" => {
            let (bytes, flags, mode, sync) = (a.bytes(2), a.int(3), a.int(4), a.flag(5));
            Box::new(move || {
                let mut file = own(open(&path, flags, mode)?);
                file.write_all(&bytes)?;
                if sync {
                    file.sync_all()?;
                }
                Ok(Answer::Nothing)
            })
        }
        "stat" => {
            let bigint = a.flag(2);
            Box::new(move || Ok(stats(&fs::metadata(path)?, bigint)))
        }
        "lstat" => {
            let bigint = a.flag(2);
            Box::new(move || Ok(stats(&fs::symlink_metadata(path)?, bigint)))
        }
        "statfs" => {
            let bigint = a.flag(2);
            Box::new(move || file_system(&path, bigint))
        }
        "readdir" => Box::new(move || entries(&path)),
        "mkdir" => {
            let (mode, recursive) = (a.int(2), a.flag(3));
            Box::new(move || make_folder(&path, mode, recursive))
        }
        "mkdtemp" => Box::new(move || make_temporary(&path)),
        "rmdir" => Box::new(move || done(fs::remove_dir(path))),
        "unlink" => Box::new(move || done(fs::remove_file(path))),
        "rm" => {
            let (recursive, force) = (a.flag(2), a.flag(3));
            Box::new(move || remove(&path, recursive, force))
        }
        "realpath" => Box::new(move || Ok(Answer::Text(fs::canonicalize(path)?.into_os_string()))),
        "readlink" => Box::new(move || Ok(Answer::Text(fs::read_link(path)?.into_os_string()))),
        "truncate" => {
            let length = a.number(2) as u64;
            Box::new(move || done(own(open(&path, libc::O_WRONLY, 0)?).set_len(length)))
        }
        "chmod" => {
            let mode = a.int(2) as u32;
            Box::new(move || done(fs::set_permissions(path, fs::Permissions::from_mode(mode))))
        }
        "chown" | "lchown" => {
            let (owner, group) = (a.int(2) as u32, a.int(3) as u32);
            let follow = name == "chown";
            Box::new(move || {
                let change = if follow { std::os::unix::fs::chown } else { std::os::unix::fs::lchown };
                done(change(path, Some(owner), Some(group)))
            })
        }
        "utimes" | "lutimes" => {
            let (accessed, modified) = (a.number(2), a.number(3));
            let flags = if name == "utimes" { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
            Box::new(move || {
                let times = [time_spec(accessed), time_spec(modified)];
                // SAFETY: the path is a C string, and the times are two.
                let change = |path| unsafe { libc::utimensat(libc::AT_FDCWD, path, times.as_ptr(), flags) };
                c_call(&path, change)
            })
        }
        "rename" => {
            let to = a.path(2);
            Box::new(move || done(fs::rename(path, to)))
        }
        "link" => {
            let to = a.path(2);
            Box::new(move || done(fs::hard_link(path, to)))
        }
        "symlink" => {
            let to = a.path(2);
            Box::new(move || done(std::os::unix::fs::symlink(path, to)))
        }
        "copy_file" => {
            let (to, exclusive) = (a.path(2), a.flag(3));
            Box::new(move || copy(&path, &to, exclusive))
        }
        _ => return None,
    })
}

/// Operations on an open file.
fn descriptor_job(name: &str, a: &mut Arguments<'_, '_, '_, '_>) -> Option<Job> {
    let fd = a.int(1);
    Some(match name {
        "close" => Box::new(move || {
            // SAFETY: a plain system call on a number.
            answer_of(unsafe { libc::close(fd) })
        }),
        "read" => {
            let (length, position) = (a.number(2) as usize, a.position(3));
            Box::new(move || {
                let mut bytes = vec![0; length];
                let count = match position {
                    Some(position) => borrow(fd).read_at(&mut bytes, position)?,
                    None => borrow(fd).read(&mut bytes)?,
                };
                bytes.truncate(count);
                Ok(Answer::Bytes(bytes))
            })
        }
        "read_all" => Box::new(move || read_all(&mut borrow(fd))),
        "write" => {
            let (bytes, position) = (a.bytes(2), a.position(3));
            Box::new(move || {
                let count = match position {
                    Some(position) => borrow(fd).write_at(&bytes, position)?,
                    None => borrow(fd).write(&bytes)?,
                };
                Ok(Answer::Number(count as f64))
            })
        }
        "write_all" => {
            let bytes = a.bytes(2);
            Box::new(move || done(borrow(fd).write_all(&bytes)))
        }
        "fstat" => {
            let bigint = a.flag(2);
            Box::new(move || Ok(stats(&borrow(fd).metadata()?, bigint)))
        }
        "ftruncate" => {
            let length = a.number(2) as u64;
            Box::new(move || done(borrow(fd).set_len(length)))
        }
        "fsync" => Box::new(move || done(borrow(fd).sync_all())),
        "fdatasync" => Box::new(move || done(borrow(fd).sync_data())),
        "fchmod" => {
            let mode = a.int(2) as u32;
            Box::new(move || done(borrow(fd).set_permissions(fs::Permissions::from_mode(mode))))
        }
        "fchown" => {
            let (owner, group) = (a.int(2) as u32, a.int(3) as u32);
            Box::new(move || done(std::os::unix::fs::fchown(&*borrow(fd), Some(owner), Some(group))))
        }
        "futimes" => {
            let (accessed, modified) = (a.number(2), a.number(3));
            Box::new(move || {
                let times = FileTimes::new();
                let times = times.set_accessed(system_time(accessed)).set_modified(system_time(modified));
                done(borrow(fd).set_times(times))
            })
        }
        _ => return None,
    })
}

fn done(result: io::Result<()>) -> io::Result<Answer> {
    result.map(|()| Answer::Nothing)
}

/// What a C function tells by its result.
fn answer_of(result: libc::c_int) -> io::Result<Answer> {
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(Answer::Nothing) }
}

fn c_path(path: &Path) -> io::Result<CString> {
    CString::new(path.as_os_str().as_bytes()).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))
}

fn c_call(path: &Path, call: impl FnOnce(*const libc::c_char) -> libc::c_int) -> io::Result<Answer> {
    let path = c_path(path)?;
    answer_of(call(path.as_ptr()))
}

// --- open files ---

/// Opens with the numeric flags of `fs.constants`, until no signal interrupts it.
fn open(path: &Path, flags: i32, mode: i32) -> io::Result<i32> {
    let path = c_path(path)?;
    loop {
        // SAFETY: the path ends in a NUL; the mode is what the C function expects beside O_CREAT.
        let fd = unsafe { libc::open(path.as_ptr(), flags | libc::O_CLOEXEC, mode as libc::c_uint) };
        if fd >= 0 {
            return Ok(fd);
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

/// Takes a descriptor that was just opened; it is closed with the file.
fn own(fd: i32) -> File {
    // SAFETY: nobody else knows of the descriptor.
    unsafe { File::from_raw_fd(fd) }
}

/// A file to call one function of; its descriptor stays open.
fn borrow(fd: i32) -> ManuallyDrop<File> {
    // SAFETY: the descriptor is not closed here, and one that is not open any more is an error of the call. A file may
    // not hold -1, which no descriptor is: what stands for it is none either.
    ManuallyDrop::new(unsafe { File::from_raw_fd(if fd < 0 { i32::MAX } else { fd }) })
}

fn read_all(file: &mut File) -> io::Result<Answer> {
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let left = length.saturating_sub(file.stream_position().unwrap_or(0));
    let mut bytes = Vec::with_capacity(usize::try_from(left).unwrap_or(0));
    file.read_to_end(&mut bytes)?;
    Ok(Answer::Bytes(bytes))
}

// --- times and stats ---

fn time_spec(seconds: f64) -> libc::timespec {
    let whole = seconds.floor();
    // Microseconds are what a double of this size still holds.
    let nanoseconds = ((seconds - whole) * 1e6).round() * 1e3;
    libc::timespec { tv_sec: whole as libc::time_t, tv_nsec: nanoseconds.min(999_999_999.0) as libc::c_long }
}

fn system_time(seconds: f64) -> SystemTime {
    let time = time_spec(seconds);
    let part = Duration::from_nanos(time.tv_nsec as u64);
    let whole = Duration::from_secs(time.tv_sec.unsigned_abs());
    if time.tv_sec < 0 { UNIX_EPOCH - whole + part } else { UNIX_EPOCH + whole + part }
}

fn stats(metadata: &Metadata, bigint: bool) -> Answer {
    let born = metadata.created().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let (born, born_nsec) = match born {
        Some(since) => (since.as_secs() as i64, i64::from(since.subsec_nanos())),
        None => (metadata.ctime(), metadata.ctime_nsec()),
    };
    let fields = [
        metadata.dev() as i64,
        i64::from(metadata.mode()),
        metadata.nlink() as i64,
        i64::from(metadata.uid()),
        i64::from(metadata.gid()),
        metadata.rdev() as i64,
        metadata.blksize() as i64,
        metadata.ino() as i64,
        metadata.size() as i64,
        metadata.blocks() as i64,
        metadata.atime(),
        metadata.atime_nsec(),
        metadata.mtime(),
        metadata.mtime_nsec(),
        metadata.ctime(),
        metadata.ctime_nsec(),
        born,
        born_nsec,
    ];
    Answer::Stats(fields, bigint)
}

/// `statfs`: type, block size, blocks, free ones, those free to everyone, files, free ones.
fn file_system(path: &Path, bigint: bool) -> io::Result<Answer> {
    let path = c_path(path)?;
    // SAFETY: all zeroes is a valid statfs, and a valid place for the answer; the path ends in a NUL.
    let (result, answer) = unsafe {
        let mut answer: libc::statfs = std::mem::zeroed();
        (libc::statfs(path.as_ptr(), &raw mut answer), answer)
    };
    answer_of(result)?;
    let mut fields = [0; STATS];
    fields[..7].copy_from_slice(&[
        answer.f_type as _,
        answer.f_bsize as _,
        answer.f_blocks as i64,
        answer.f_bfree as i64,
        answer.f_bavail as i64,
        answer.f_files as i64,
        answer.f_ffree as i64,
    ]);
    Ok(Answer::Stats(fields, bigint))
}

// --- folders ---

/// The numbers of `UV_DIRENT_FILE`, `_DIR`, `_LINK`, `_FIFO`, `_SOCKET`, `_CHAR` and `_BLOCK`; 0 is unknown.
fn entry_kind(kind: fs::FileType) -> u32 {
    match kind {
        kind if kind.is_file() => 1,
        kind if kind.is_dir() => 2,
        kind if kind.is_symlink() => 3,
        kind if kind.is_fifo() => 4,
        kind if kind.is_socket() => 5,
        kind if kind.is_char_device() => 6,
        kind if kind.is_block_device() => 7,
        _ => 0,
    }
}

/// A folder's entries by name.
fn entries(path: &Path) -> io::Result<Answer> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        entries.push((entry.file_name(), entry.file_type().map_or(0, entry_kind)));
    }
    entries.sort();
    Ok(Answer::Entries(entries))
}

/// Makes a folder, and with `recursive` those above it: then the answer is the first that was made.
fn make_folder(path: &Path, mode: i32, recursive: bool) -> io::Result<Answer> {
    // SAFETY: the path is a C string.
    let make = |path: &Path| c_call(path, |path| unsafe { libc::mkdir(path, mode as libc::mode_t) });
    if !recursive {
        return make(path);
    }
    let mut first = None;
    let mut missing = vec![path];
    while let Some(folder) = missing.last().copied() {
        match make(folder) {
            Ok(_) => {
                first.get_or_insert(folder);
                missing.pop();
            }
            Err(error) if error.raw_os_error() == Some(libc::ENOENT) => match folder.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => missing.push(parent),
                _ => return Err(error),
            },
            Err(error) => match fs::metadata(folder) {
                Ok(metadata) if metadata.is_dir() => {
                    missing.pop();
                }
                // A file stands in the way: of the folder itself, or of one above it.
                Ok(_) if folder == path => return Err(error),
                Ok(_) => return Err(io::Error::from_raw_os_error(libc::ENOTDIR)),
                Err(_) => return Err(error),
            },
        }
    }
    Ok(first.map_or(Answer::Nothing, |first| Answer::Text(first.as_os_str().to_owned())))
}

/// Makes a folder whose name is `prefix` and six characters.
fn make_temporary(prefix: &Path) -> io::Result<Answer> {
    let mut template = prefix.as_os_str().as_bytes().to_vec();
    template.extend_from_slice(b"XXXXXX");
    let template = CString::new(template).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?.into_raw();
    // SAFETY: the template is a C string of our own, which the call writes into without changing its length.
    let (made, template) = unsafe {
        let made = libc::mkdtemp(template);
        (!made.is_null(), CString::from_raw(template))
    };
    if !made {
        return Err(io::Error::last_os_error());
    }
    Ok(Answer::Text(OsString::from_vec(template.into_bytes())))
}

fn remove(path: &Path, recursive: bool, force: bool) -> io::Result<Answer> {
    let result = fs::symlink_metadata(path).and_then(|metadata| match metadata.is_dir() {
        true if recursive => fs::remove_dir_all(path),
        true => Err(io::Error::from_raw_os_error(libc::EISDIR)),
        false => fs::remove_file(path),
    });
    match result {
        Err(error) if force && error.kind() == io::ErrorKind::NotFound => Ok(Answer::Nothing),
        result => done(result),
    }
}

fn copy(from: &Path, to: &Path, exclusive: bool) -> io::Result<Answer> {
    let mut source = own(open(from, libc::O_RDONLY, 0)?);
    let metadata = source.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::from_raw_os_error(libc::EISDIR));
    }
    if !exclusive
        && let Ok(target) = fs::metadata(to)
        && (target.dev(), target.ino()) == (metadata.dev(), metadata.ino())
    {
        return Ok(Answer::Nothing);
    }
    let only_new = if exclusive { libc::O_EXCL } else { 0 };
    let flags = libc::O_WRONLY | libc::O_CREAT | libc::O_TRUNC | only_new;
    let mut target = own(open(to, flags, (metadata.mode() & 0o7777) as i32)?);
    io::copy(&mut source, &mut target)?;
    done(target.set_permissions(metadata.permissions()))
}
