//! `native("fs")`: the file system for `node:fs`.
//!
//! Every operation is a [`Job`] that knows nothing of JavaScript: `run(name, ...args)` does it now, `start(name,
//! ...args)` on a thread of a pool (pool.rs), for a promise. Either gives the answer, or for what the operating
//! system refused the negative number of its error, from which JavaScript makes Node's error.
//!
//! Threads and no ring: most of these operations have no opcode there, and reading a small file is four of them. What
//! waits for somebody else (a pipe, a terminal) holds its thread and nothing of the event loop.

#![allow(
    unsafe_code,
    reason = "descriptors are plain numbers in Node's interface, and some calls exist only in C"
)]

mod descriptors;
mod folders;
mod paths;
mod pool;
mod stats;

use std::ffi::{CString, OsStr, OsString};
use std::io;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

pub(crate) use self::folders::Folders;
use crate::ext::encoding::bytes_of;
use crate::natives::{IntoJs, NativeError, natives, string, throw_error, uint8_array};
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
    /// A file of so many bytes does not fit into a buffer.
    TooLarge(u64),
    /// What the operating system refused.
    Failure(i32),
}

const STATS: usize = 18;

impl IntoJs for Answer {
    fn into_js<'s>(self, scope: &mut v8::PinScope<'s, '_>) -> v8::Local<'s, v8::Value> {
        match self {
            Self::Nothing => v8::undefined(scope).into(),
            Self::Number(number) => v8::Number::new(scope, number).into(),
            Self::Text(text) => name_value(scope, &text),
            Self::Bytes(bytes) => bytes.into_js(scope),
            Self::Stats(fields, bigint) => stats_array(scope, &fields, bigint),
            Self::Entries(entries) => {
                let mut values: Vec<v8::Local<'_, v8::Value>> = Vec::with_capacity(entries.len() * 2);
                for (name, kind) in entries {
                    values.push(name_value(scope, &name));
                    values.push(v8::Integer::new_from_unsigned(scope, kind).into());
                }
                v8::Array::new_with_elements(scope, &values).into()
            }
            Self::TooLarge(size) => v8::BigInt::new_from_u64(scope, size).into(),
            Self::Failure(number) => v8::Integer::new(scope, -number).into(),
        }
    }
}

/// A name as text; one that is no UTF-8, which few are, as its bytes.
pub(crate) fn name_value<'s>(scope: &mut v8::PinScope<'s, '_>, name: &OsStr) -> v8::Local<'s, v8::Value> {
    match name.to_str() {
        Some(text) => string(scope, text).into(),
        None => uint8_array(scope, name.as_bytes().to_vec()).into(),
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
        let answer = pool::run(move || finish(job())).await;
        answer.map_err(NativeError::from)
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
    let job = paths::job(&name, &mut a).or_else(|| descriptors::job(&name, &mut a));
    let job = job.or_else(|| folders::job(&name, &mut a));
    if job.is_none() {
        throw_error(scope, &format!("no file system operation {name:?}"));
    }
    job
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
