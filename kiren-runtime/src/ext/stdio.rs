//! `native("stdio")`: standard output and error.
//!
//! Output to a pipe or a file is gathered and written in large pieces: at the end of a turn of the event loop, when
//! the buffer is full, when the last write is some milliseconds ago, before anything goes to standard error, and at
//! exit. On a terminal each call is written at once.

use std::cell::{Cell, OnceCell, RefCell};
use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use crate::natives::{natives, throw_type_error};
use crate::realm::Realm;

natives! { colors, flush, is_terminal, write_bytes, write_stderr, write_stdout }

const BUFFER_BYTES: usize = 64 * 1024;
const LONGEST_WAIT: Duration = Duration::from_millis(5);

/// Takes bytes for a descriptor in its place.
pub(crate) type Sink = Box<dyn FnMut(u8, &[u8])>;

/// The process's standard output, as one isolate sees it.
#[derive(Default)]
pub(crate) struct Output {
    buffer: RefCell<Vec<u8>>,
    written: Cell<Option<Instant>>,
    sink: RefCell<Option<Sink>>,
    terminal: OnceCell<bool>,
}

impl Output {
    /// Adds bytes, and writes them out when it is time.
    fn push(&self, fill: impl FnOnce(&mut Vec<u8>)) {
        let mut buffer = self.buffer.borrow_mut();
        fill(&mut buffer);
        let now = Instant::now();
        let late = self.written.get().is_none_or(|written| now - written > LONGEST_WAIT);
        if late
            || buffer.len() >= BUFFER_BYTES
            || *self.terminal.get_or_init(|| std::io::stdout().is_terminal())
        {
            self.written.set(Some(now));
            self.write(1, &buffer);
            buffer.clear();
        }
    }

    /// Has a sink take what would go to the process's streams.
    pub(crate) fn redirect(&self, sink: Sink) {
        self.flush();
        *self.sink.borrow_mut() = Some(sink);
    }

    fn write(&self, descriptor: u8, bytes: &[u8]) {
        match &mut *self.sink.borrow_mut() {
            Some(sink) => sink(descriptor, bytes),
            None => write_all(descriptor, bytes),
        }
    }

    /// Whether something waits to be written.
    pub(crate) fn is_empty(&self) -> bool {
        self.buffer.borrow().is_empty()
    }

    /// Writes what is waiting.
    pub(crate) fn flush(&self) {
        let mut buffer = self.buffer.borrow_mut();
        if !buffer.is_empty() {
            self.written.set(Some(Instant::now()));
            self.write(1, &buffer);
            buffer.clear();
        }
    }
}

/// Writes to a descriptor; a reader that has gone away is not an error of the program's output.
fn write_all(descriptor: u8, bytes: &[u8]) {
    let result = if descriptor == 2 {
        std::io::stderr().lock().write_all(bytes)
    } else {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(bytes).and_then(|()| stdout.flush())
    };
    // With nobody left to read there is nobody to tell.
    drop(result);
}

fn write_stdout(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(text) = args.get(0).to_string(scope) else { return };
    Realm::of(scope).output.push(|buffer| append_utf8(scope, text, buffer));
}

fn write_stderr(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(text) = args.get(0).to_string(scope) else { return };
    let realm = Realm::of(scope);
    realm.output.flush();
    let mut bytes = Vec::new();
    append_utf8(scope, text, &mut bytes);
    realm.output.write(2, &bytes);
}

/// `write_bytes(descriptor, view)`: raw bytes to standard output (1) or error (2).
fn write_bytes(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let descriptor = args.get(0).integer_value(scope).unwrap_or(1);
    let Ok(view) = v8::Local::<v8::ArrayBufferView>::try_from(args.get(1)) else {
        throw_type_error(scope, "write_bytes: expected an ArrayBufferView");
        return;
    };
    let mut bytes = vec![0; view.byte_length()];
    view.copy_contents(&mut bytes);
    let realm = Realm::of(scope);
    if descriptor == 2 {
        realm.output.flush();
        realm.output.write(2, &bytes);
    } else {
        realm.output.push(|buffer| buffer.extend_from_slice(&bytes));
    }
}

fn flush(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    Realm::of(scope).output.flush();
}

fn is_terminal(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    rv.set_bool(descriptor_is_terminal(args.get(0).integer_value(scope).unwrap_or(-1)));
}

fn descriptor_is_terminal(descriptor: i64) -> bool {
    match descriptor {
        0 => std::io::stdin().is_terminal(),
        1 => std::io::stdout().is_terminal(),
        2 => std::io::stderr().is_terminal(),
        _ => false,
    }
}

/// Whether to colour what goes to a descriptor: `FORCE_COLOR` and `NO_COLOR` decide, else whether it is a terminal.
fn colors(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    rv.set_bool(descriptor_has_colors(args.get(0).integer_value(scope).unwrap_or(-1)));
}

pub(crate) fn descriptor_has_colors(descriptor: i64) -> bool {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    match (set("FORCE_COLOR"), set("NO_COLOR")) {
        (Some(force), _) => force != "0",
        (None, Some(_)) => false,
        (None, None) => descriptor_is_terminal(descriptor),
    }
}

pub(crate) fn append_utf8(
    scope: &v8::PinScope<'_, '_>,
    text: v8::Local<'_, v8::String>,
    buffer: &mut Vec<u8>,
) {
    let start = buffer.len();
    if text.is_onebyte() {
        let length = text.length();
        buffer.resize(start + length, 0);
        text.write_one_byte_v2(scope, 0, &mut buffer[start..], v8::WriteFlags::empty());
        if buffer[start..].is_ascii() {
            return;
        }
        buffer.truncate(start);
    }
    buffer.resize(start + text.utf8_length(scope), 0);
    let written = text.write_utf8_v2(scope, &mut buffer[start..], v8::WriteFlags::kReplaceInvalidUtf8, None);
    buffer.truncate(start + written);
}
